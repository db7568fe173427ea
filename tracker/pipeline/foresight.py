"""A doubtful copy of another archive, judged with the copies after it.

Belongs here: what follows from the later texts. Does not belong here: how they are had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from tracker.archive import RecordEntry
from tracker.model import CONFIRMATION_DELAY, RECORD_OUTCOMES, Document, Failure, RecordKind, Version
from tracker.pipeline.capturing import Baseline, Judged
from tracker.vet import Decision, PastVersion, Sketch, sketch_text, vet_history

#: A text that is still seen after so long a time stood there, whatever came before and after (decision 21).
_LASTING: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The text of a later copy."""

    captured_at: datetime
    sketch: Sketch
    follows: bool
    """Whether it is the newest version, or one that could follow it without a doubt."""


def settle_doubtful(
    document: Document,
    judged: Judged,
    *,
    at: datetime,
    baseline: Baseline | None,
    past: Sequence[PastVersion],
    later: Sequence[Sight],
    imported_from: str,
    is_upgrade: bool = False,
) -> Judged:
    """Return what a held capture comes to, now that `later` copies are known.

    It is recorded if they went on from it, and not if the text before came back, or if none of them tells.

    Args:
        document: As declared for the moment of the capture.
        judged: The capture, as held beside the newest version.
        at: When it was made (UTC).
        baseline: The newest version; None where there is none yet.
        past: Versions recorded before that one, oldest first.
        later: Oldest first; those that were refused on sight left out, since a wall vouches for nothing.
        imported_from: Where the capture comes from.
        is_upgrade: Whether our own rules moved since the baseline.
    """
    if judged.version is None or judged.held is None or judged.failure is None or not later:
        return judged
    sketch = sketch_text(judged.version)
    is_seen_again = any(
        sight.sketch.text_sha256 == sketch.text_sha256 and sight.captured_at - at >= CONFIRMATION_DELAY
        for sight in later
    )
    record = partial(_record, judged, baseline=baseline, imported_from=imported_from, is_upgrade=is_upgrade)
    if baseline is None:
        return record() if is_seen_again else judged
    decision = _decide(document, sketch, at=at, baseline=baseline, past=past, later=later)
    if decision is None:
        return judged
    if decision.action == "refuse" and decision.failure is not None:
        reason, detail = decision.failure.reason, decision.failure.detail
        held = replace(judged.held, outcome="refused", reason=reason, detail=detail)
        return replace(judged, outcome="refused", failure=decision.failure, held=held)
    has_returned = any(sight.follows for sight in later)
    # How a page ends is evidence, and sketches lack it.
    is_whole = judged.failure.reason != "truncated" or (is_seen_again and not has_returned)
    is_passing = has_returned and not any(not sight.follows and sight.captured_at - at >= _LASTING for sight in later)
    if decision.action == "accept" and is_whole and not (is_passing and decision.doubt is not None):
        return record(doubt=decision.doubt)
    return judged


def _decide(
    document: Document,
    sketch: Sketch,
    *,
    at: datetime,
    baseline: Baseline,
    past: Sequence[PastVersion],
    later: Sequence[Sight],
) -> Decision | None:
    """Return what the whole history says of a text; None for a doubt where all that comes after is doubtful, too."""
    was = sketch_text(baseline.version)
    # The newest version stands there twice: a text that was recorded is no stray first one.
    known = [
        *past,
        _past_version(document, was, baseline.provenance.fetched_at),
        _past_version(document, was, baseline.last_seen_at),
    ]
    texts = [_past_version(document, sight.sketch, sight.captured_at) for sight in later]
    decisions = vet_history(
        [*known, _past_version(document, sketch, at), *texts], language=document.options.language
    )  # fmt: skip
    decision, following = decisions[len(known)], decisions[len(known) + 1 :]
    if decision.doubt is not None and all(other.action != "accept" for other in following):
        return None
    return decision


def past_version(document: Document, version: Version, captured_at: datetime) -> PastVersion:
    """Return `version` as histories are judged by."""
    return _past_version(document, sketch_text(version), captured_at)


def _past_version(document: Document, sketch: Sketch, captured_at: datetime) -> PastVersion:
    sources = tuple(f"{place} {source.url}" for place, source in enumerate(document.sources))
    return PastVersion(captured_at=captured_at, sketch=sketch, sources=sources if len(sources) > 1 else ())


def _record(
    judged: Judged,
    *,
    baseline: Baseline | None,
    imported_from: str,
    is_upgrade: bool,
    doubt: Failure | None = None,
) -> Judged:  # fmt: skip
    """Return a capture that was held as one that is recorded."""
    version, held = judged.version, judged.held
    if version is None or held is None or held.provenance is None:
        raise ValueError("what was held has a text, and its provenance")
    kind: RecordKind = "first" if baseline is None else "technical" if is_upgrade else "change"
    entry = RecordEntry(
        key=held.key,
        kind=kind,
        version=version,
        snapshots=held.snapshots,
        provenance=held.provenance,
        last_seen_old=baseline.last_seen_at if baseline is not None else None,
        imported_from=imported_from,
    )
    return Judged(outcome=RECORD_OUTCOMES[kind], version=version, entry=entry, doubt=doubt)
