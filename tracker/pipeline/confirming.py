"""The second look at a new text: whether it stays long enough to be recorded (DESIGN, section 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tracker.archive import HeldCapture
from tracker.model import Failure, format_instant
from tracker.pipeline.capturing import Judged

_SAID: Final = {"failed": "failed", "skipped": "was not allowed", "refused": "was refused", "held": "was doubtful"}


def settle_looks(first: Judged, again: Judged, *, old_text_sha256: str, again_at: datetime) -> Judged:
    """Return `first`, which found a new text, as it stands after a second look: unaltered if the text stays, else held.

    Args:
        first: What the first look came to: a change.
        again: What the second look came to, judged against the same past.
        old_text_sha256: Digest of the text before the change.
        again_at: When the second look was made (UTC).

    Raises:
        ValueError: If `first` is no change.
    """
    failure = _failure_of(first, again, old_text_sha256=old_text_sha256, again_at=again_at)
    return first if failure is None else hold_back(first, failure)


def hold_back(judged: Judged, failure: Failure) -> Judged:
    """Return `judged`, which would have been recorded, as held for `failure`.

    Raises:
        ValueError: If there was nothing to record.
    """
    entry = judged.entry
    if entry is None:
        raise ValueError("only what would be recorded can be held back")
    held = HeldCapture(
        key=entry.key,
        held_at=entry.provenance.fetched_at,
        outcome="held",
        reason=failure.reason,
        detail=failure.detail,
        text_sha256=entry.version.text_sha256,
        markdown=entry.version.markdown,
        snapshots=entry.snapshots,
        provenance=entry.provenance,
    )
    return Judged(outcome="held", version=judged.version, failure=failure, held=held)


def _failure_of(first: Judged, again: Judged, *, old_text_sha256: str, again_at: datetime) -> Failure | None:
    """Return why the new text is not stable; None where the second look gave it again."""
    if first.version is None:
        raise ValueError("only a new text is looked at twice")
    text = again.version.text_sha256 if again.version is not None else None
    look = f"the second look, at {format_instant(again_at)},"
    if text == old_text_sha256:
        return Failure(reason="rotating", detail=f"{look} gave the old text again", transient=True)
    is_same = text == first.version.text_sha256
    if is_same and again.failure is not None and first.overcome is not None:  # noqa: SIM102 - one question a line
        # Time alone overcomes such a doubt, and a clock may be set back between two looks.
        if again.failure.reason == first.overcome.reason:
            return None
    if again.failure is not None:
        said = f"{look} {_SAID[again.outcome]} ({again.failure.reason}: {again.failure.detail})"
        return Failure(reason="unstable", detail=said, transient=True)
    if not is_same:
        return Failure(reason="unstable", detail=f"{look} gave yet another text", transient=True)
    return None
