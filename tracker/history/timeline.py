"""The events between a document's records, told in the order of the archive's history.

Dates never decide the order: clocks are set back, and re-extractions bear the date of their snapshot. They only say
which record a check row stands beside.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from tracker.history.folding import Step, fold_steps
from tracker.history.tenures import Tenure, list_tenures
from tracker.history.variants import Read
from tracker.model import (
    CONFIRMATION_DELAY,
    PROVING_OUTCOMES,
    RECORD_OUTCOMES,
    SEEN_OUTCOMES,
    Check,
    DocumentKey,
    Event,
    Outcome,
    Record,
    Timeline,
    Trust,
)

#: Outcomes of captures that gave no text of the document, whatever digest their row bears.
_BLIND_OUTCOMES: Final[frozenset[Outcome]] = frozenset({"refused", "failed", "skipped"})


def build_timeline(
    document: DocumentKey,
    records: Sequence[Record],
    checks: Sequence[Check],
    *,
    read: Read | None = None,
    elsewhere: Mapping[str, datetime] | None = None,
) -> Timeline:
    """Return the timeline of `document`: its records, and an event wherever the text differs from the one before.

    A technical record makes no event and is the new baseline: the next change is compared with it, and its text counts
    as the same text as the one that it re-extracts. A text that returns is a change, called `reverted`; one that
    returns a second time after days at most, and steps between variants, are folded: `tracker.history.folding` says
    how.

    Args:
        document: Whose timeline it is.
        records: All its records, oldest first in the order of the archive's history.
        checks: Check rows in any order; those of other documents are left out.
        read: Gives the folded clauses of a record, by which variants are told; asked only where a text alternates.
        elsewhere: Digest of a text -> when another vantage first captured it (UTC).

    Raises:
        ValueError: If a record belongs to another document.
    """
    strangers = {str(record.document) for record in records if record.document != document}
    if strangers:
        raise ValueError(f"records of {', '.join(sorted(strangers))} do not belong to the timeline of {document}")
    own_checks = tuple(
        sorted((check for check in checks if check.document == document), key=lambda check: check.checked_at)
    )
    tenures, tenure_of = list_tenures(records)
    sights = (check.checked_at for check in own_checks if check.outcome in PROVING_OUTCOMES)
    folded = fold_steps(tenures, read=read, until=max(sights, default=None))
    walk = _Walk(elsewhere=elsewhere or {}, doubts=_doubts(own_checks))
    place = 0
    for record, tenure in zip(records, tenure_of, strict=True):
        while place < len(own_checks) and own_checks[place].checked_at < record.fetched_at:
            walk.pass_check(own_checks[place])
            place += 1
        if tenure and tenures[tenure].first is record:
            step = folded.steps[tenure - 1]
            # What is folded lies between neighbours, whatever it was compared with.
            neighbour = tenures[tenure - 1].last if step.old != tenure - 1 else None
            walk.begin_tenure(record, tenures[tenure].text, tenures[step.old], step, neighbour)
        else:
            walk.pass_record(record, tenures[tenure].text)
    for check in own_checks[place:]:
        walk.pass_check(check)
    return Timeline(
        document=document,
        records=tuple(records),
        events=tuple(_with_turns(step.event() for step in walk.steps)),
        checks=own_checks,
        variants=folded.variants,
    )


def _with_turns(events: Iterable[Event]) -> Iterator[Event]:
    """Yield `events` with addresses that differ, whatever the clock did."""
    turns: Counter[str] = Counter()
    for event in events:
        turns[event.slug] += 1
        yield event if turns[event.slug] == 1 else replace(event, turn=turns[event.slug])


def _doubts(checks: Sequence[Check]) -> dict[str, list[tuple[datetime, str]]]:
    """Return when and why texts were recorded in spite of doubts, by their digests."""
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for check in checks:
        if check.outcome in RECORD_OUTCOMES.values() and check.reason is not None and check.text_sha256 is not None:
            found[check.text_sha256].append((check.checked_at, check.reason))
    return found


def awaiting_confirmation(timeline: Timeline) -> bool:
    """Return whether another capture could settle something: the newest change seen once, or a text held back.

    Imported changes do not wait: nobody can capture the past again.
    """
    sights = (check for check in reversed(timeline.checks) if check.outcome not in _BLIND_OUTCOMES)
    latest = next(sights, None)
    if latest is not None and latest.outcome == "held":
        return True
    if not timeline.events:
        return False
    newest = timeline.events[-1]
    return newest.confirmed_at is None and newest.folded is None and not _is_imported(newest.new)


def _is_imported(record: Record) -> bool:
    return bool(record.imported_from or record.document.vantage)


@dataclass(slots=True, kw_only=True)
class _Step:
    """An event in the making: the confirmation comes later in the walk."""

    old: Record
    new: Record
    last_seen_old: datetime
    appearances: int
    """How often the new text was the newest one before."""
    fate: Step
    neighbour: Record | None
    doubt: str | None
    confirmed_at: datetime | None = None

    def event(self) -> Event:
        return Event(
            old=self.old,
            new=self.new,
            trust=self._trust(),
            last_seen_old=self.last_seen_old,
            confirmed_at=self.confirmed_at,
            neighbour=self.neighbour,
            variant=self.fate.variant,
            folded=self.fate.folded,
            residue=self.fate.residue,
            doubt=self.doubt,
        )

    def _trust(self) -> Trust:
        """Return the first that applies, in the order of DESIGN, section 6; `single` is for our own captures.

        A doubt about a capture of our own ends when its text is seen again. One about an imported version was raised by
        those who knew what came after.
        """
        if self.doubt is not None and (self.confirmed_at is None or _is_imported(self.new)):
            return "suspect"
        if self.fate.folded in ("switch", "return"):
            return "alternating"
        if self.appearances > 0:
            return "reverted"
        if self.confirmed_at is not None:
            return "confirmed"
        return "imported" if _is_imported(self.new) else "single"


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One pass over records and checks. Texts are known by the digest under which each first appeared."""

    elsewhere: Mapping[str, datetime]
    doubts: Mapping[str, Sequence[tuple[datetime, str]]]
    steps: list[_Step] = field(default_factory=list)
    _text: str | None = None
    """The text of the newest record."""
    _first_digest: dict[str, str] = field(default_factory=dict)
    """Digest -> the digest under which the same text first appeared, before any re-extraction."""
    _last_seen: dict[str, datetime] = field(default_factory=dict)
    _appearances: Counter[str] = field(default_factory=Counter)
    _waiting: defaultdict[str, deque[_Step]] = field(default_factory=lambda: defaultdict(deque))

    def pass_check(self, check: Check) -> None:
        if check.outcome in _BLIND_OUTCOMES:
            return
        if check.text_sha256 is not None:
            # An unknown digest is the text that this run goes on to record or to hold: it says nothing of the old one.
            text = self._first_digest.get(check.text_sha256)
        else:
            text = self._text if check.outcome in SEEN_OUTCOMES else None
        if text is not None:
            self._see(text, check.checked_at)

    def pass_record(self, record: Record, text: str) -> None:
        """Take in the first record of all, or one by which the text stays what it was."""
        if self._text is None:
            self._appearances[text] += 1
        self._text = text
        self._first_digest.setdefault(record.text_sha256, text)
        self._see(text, record.fetched_at)

    def begin_tenure(self, record: Record, text: str, old: Tenure, fate: Step, neighbour: Record | None) -> None:
        """Take in the record by which `text` follows another text; `old` is the tenure with which it is compared."""
        self._first_digest.setdefault(record.text_sha256, text)
        step = _Step(
            old=old.last,
            new=record,
            last_seen_old=self._last_sight(old, record),
            appearances=self._appearances[text],
            fate=fate,
            neighbour=neighbour,
            doubt=self._doubt_about(record),
            confirmed_at=self._confirmation_elsewhere(record),
        )
        self._text = text
        self.steps.append(step)
        self._see(text, record.fetched_at)
        if step.confirmed_at is None:
            self._waiting[text].append(step)
        self._appearances[text] += 1

    def _doubt_about(self, record: Record) -> str | None:
        """Return the reason of the row with which `record` was written: of a second look at the most, some later."""
        rows = self.doubts.get(record.text_sha256, ())
        return next((reason for at, reason in rows if abs(at - record.fetched_at) < CONFIRMATION_DELAY), None)

    def _confirmation_elsewhere(self, record: Record) -> datetime | None:
        seen_at = self.elsewhere.get(record.text_sha256)
        return max(seen_at, record.fetched_at) if seen_at is not None else None

    def _last_sight(self, old: Tenure, new: Record) -> datetime:
        """Return the latest instant, not after the new capture, at which the old text is known to have been served."""
        sights = [self._last_seen[old.text]]
        if new.last_seen_old is not None and self._text == old.text:
            sights.append(new.last_seen_old)
        # With a clock set back, the old capture itself may bear a later date than the new one.
        return max((sight for sight in sights if sight <= new.fetched_at), default=old.last.fetched_at)

    def _see(self, text: str, seen_at: datetime) -> None:
        self._last_seen[text] = max(self._last_seen.get(text, seen_at), seen_at)
        waiting = self._waiting.get(text)
        while waiting and seen_at - waiting[0].new.fetched_at >= CONFIRMATION_DELAY:
            waiting.popleft().confirmed_at = seen_at
