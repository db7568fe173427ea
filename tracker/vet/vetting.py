"""The decision over one capture: what the rules say, and whether a later run has seen a held text again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from tracker.model import CONFIRMATION_DELAY, Document, Failure, Snapshot, Version, format_instant
from tracker.vet.case import Case
from tracker.vet.likeness import closeness
from tracker.vet.rules import RULES, Doubt
from tracker.vet.sketch import sketch_text

Action: TypeAlias = Literal["accept", "hold", "refuse"]

#: Reasons that the server may well not give the next time.
_TRANSIENT: Final = frozenset({
    "error-page", "challenge-page", "loading-page", "shrunk", "grown", "another-document", "truncated",
    "missing-source",
})  # fmt: skip
#: Of texts that may be cut off, at another place each time.
_BEGINNINGS: Final = frozenset({"cut", "beginning"})
#: From this closeness on, two texts are one that bears a stamp: it touches five of the runs of words that it has.
_RESTAMPED: Final = 0.97
_WEIGHTS: Final = {"refuse": 0, "hold": 1, "flag": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with a capture."""

    action: Action
    failure: Failure | None
    """Why it is not recorded; None where it is accepted, and only there."""
    remarks: tuple[str, ...] = ()
    """What a person looking at the capture should know, one sentence each."""
    doubt: Failure | None = None
    """Why it is recorded with trust `suspect`; None where nothing speaks against it, and where it is not accepted."""

    overcome: Failure | None = None
    """The doubt for which it was held until this sight of the same text; None where it was not."""

    def __post_init__(self) -> None:
        if (self.failure is None) != (self.action == "accept"):
            raise ValueError("a capture that is not accepted has a reason, and no other has one")
        if self.doubt is not None and self.action != "accept":
            raise ValueError("a capture that is not accepted has a reason, and no doubt beside it")


def vet_capture(
    document: Document,
    snapshots: Sequence[Snapshot],
    version: Version,
    *,
    previous: Sequence[Version],
    held_text_sha256: str | None = None,
    held_version: Version | None = None,
    held_at: datetime | None = None,
    past_snapshots: Sequence[Snapshot] = (),
    past_at: datetime | None = None,
    now: datetime,
) -> Decision:
    """Return whether `version`, made from `snapshots`, is to be recorded as the newest text of `document`.

    A refusal outweighs a doubt that only holds. What is held is accepted once a later run, an hour or more after it
    was first held, sees it again: the very same text, or one that differs from it in little, such as the day on which
    it was printed, and is not cut off. What is refused never is.

    Args:
        document: As declared now.
        snapshots: One for each source.
        version: The text extracted from them.
        previous: Versions recorded before, newest first; the newest alone will do, and none for a first capture.
        held_text_sha256: Digest of the text that is held back for this document, if one is.
        held_version: That text, where it is at hand.
        held_at: When that text was first held (UTC).
        past_snapshots: The pages of the newest previous version, where they are at hand: how they ended.
        past_at: When the newest previous version was captured (UTC), where that is known: a later day that it names
            is no date of its own, but of the edition that it announces. Then the same goes for `version` and `now`.
        now: When this capture was made (UTC).
    """
    at = now if past_at is not None else None
    case = Case.of(document, snapshots, version, previous, past_snapshots, at=at, past_at=past_at)
    doubts = doubts_of(case)
    if not doubts or doubts[0].action == "flag":
        doubt = fail(doubts[0]) if doubts else None
        return Decision(action="accept", failure=None, remarks=case.remarks(), doubt=doubt)
    is_same = held_text_sha256 == version.text_sha256
    if doubts[0].action == "hold" and (is_same or _is_restamped(case, held_version)):  # noqa: SIM102 - one question a line
        if held_at is not None and now - held_at >= CONFIRMATION_DELAY:
            how = "unchanged" if is_same else "all but unchanged"
            seen_again = f"Held at {format_instant(held_at)} and seen again, {how}, by a later run."
            doubted = tuple(f"{doubt.reason}: {doubt.detail}" for doubt in doubts)
            remarks = (seen_again, *doubted, *case.remarks())
            return Decision(action="accept", failure=None, remarks=remarks, overcome=fail(doubts[0]))
    return decline(doubts[0], case)


def _is_restamped(case: Case, held: Version | None) -> bool:
    """Return whether a doubtful text is all but the one that was held, and ends where that one did."""
    if held is None or (case.is_unclosed and case.was_closed) or case.excerpt in _BEGINNINGS:
        return False
    before = sketch_text(held)
    ends_alike = not case.sketch.breaks_off or _without_digits(before.closing) == _without_digits(case.sketch.closing)
    return ends_alike and closeness(before, case.sketch) >= _RESTAMPED


def _without_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def doubts_of(case: Case) -> tuple[Doubt, ...]:
    """Return what the rules say, the weightiest first; among doubts of one weight, in the order of the rules."""
    doubts = [doubt for rule in RULES if (doubt := rule(case)) is not None]
    return tuple(sorted(doubts, key=lambda doubt: _WEIGHTS[doubt.action]))


def decline(doubt: Doubt, case: Case) -> Decision:
    """Return the decision to hold or to refuse a case for a doubt."""
    if doubt.action == "flag":
        raise ValueError("a doubt that only flags declines nothing")
    return Decision(action=doubt.action, failure=fail(doubt), remarks=case.remarks())


def fail(doubt: Doubt) -> Failure:
    """Return a doubt as a failure."""
    return Failure(reason=doubt.reason, detail=doubt.detail, transient=doubt.reason in _TRANSIENT)
