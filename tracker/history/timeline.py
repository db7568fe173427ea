"""The events between a document's records, told in the order of the archive's history.

Dates never decide the order: clocks are set back, and re-extractions bear the date of their snapshot. They only say
which record a check row stands beside.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tracker.model import CONFIRMATION_DELAY, SEEN_OUTCOMES, Check, DocumentKey, Event, Outcome, Record, Timeline, Trust

#: Outcomes of captures that gave no text of the document, whatever digest their row bears.
_BLIND_OUTCOMES: Final[frozenset[Outcome]] = frozenset({"refused", "failed", "skipped"})


def build_timeline(document: DocumentKey, records: Sequence[Record], checks: Sequence[Check]) -> Timeline:
    """Return the timeline of `document`: its records, and an event wherever the text differs from the one before.

    A technical record makes no event and is the new baseline: the next change is compared with it, and its text counts
    as the same text as the one that it re-extracts.

    Args:
        document: Whose timeline it is.
        records: All its records, oldest first in the order of the archive's history.
        checks: Check rows in any order; those of other documents are left out.

    Raises:
        ValueError: If a record belongs to another document.
    """
    strangers = {str(record.document) for record in records if record.document != document}
    if strangers:
        raise ValueError(f"records of {', '.join(sorted(strangers))} do not belong to the timeline of {document}")
    own_checks = tuple(
        sorted((check for check in checks if check.document == document), key=lambda check: check.checked_at)
    )
    walk = _Walk()
    place = 0
    for record in records:
        while place < len(own_checks) and own_checks[place].checked_at < record.fetched_at:
            walk.pass_check(own_checks[place])
            place += 1
        walk.pass_record(record)
    for check in own_checks[place:]:
        walk.pass_check(check)
    return Timeline(
        document=document,
        records=tuple(records),
        events=tuple(step.event() for step in walk.steps),
        checks=own_checks,
    )


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
    return newest.confirmed_at is None and not _is_imported(newest.new)


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
    confirmed_at: datetime | None = None

    def event(self) -> Event:
        return Event(
            old=self.old,
            new=self.new,
            trust=self._trust(),
            last_seen_old=self.last_seen_old,
            confirmed_at=self.confirmed_at,
        )

    def _trust(self) -> Trust:
        """Return the first that applies, in the order of DESIGN, section 6; `single` is for our own captures."""
        if self.appearances > 1:
            return "alternating"
        if self.appearances == 1:
            return "reverted"
        if self.confirmed_at is not None:
            return "confirmed"
        return "imported" if _is_imported(self.new) else "single"


@dataclass(slots=True)
class _Walk:
    """One pass over records and checks. Texts are known by the digest under which each first appeared."""

    steps: list[_Step] = field(default_factory=list)
    _baseline: Record | None = None
    _first_digest: dict[str, str] = field(default_factory=dict)
    """Digest -> the digest under which the same text first appeared, before any re-extraction."""
    _last_seen: dict[str, datetime] = field(default_factory=dict)
    _appearances: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _waiting: defaultdict[str, deque[_Step]] = field(default_factory=lambda: defaultdict(deque))

    def pass_check(self, check: Check) -> None:
        if check.outcome in _BLIND_OUTCOMES:
            return
        if check.text_sha256 is not None:
            # An unknown digest is the text that this run goes on to record or to hold: it says nothing of the old one.
            text = self._first_digest.get(check.text_sha256)
        elif check.outcome in SEEN_OUTCOMES and self._baseline is not None:
            text = self._first_digest[self._baseline.text_sha256]
        else:
            text = None
        if text is not None:
            self._see(text, check.checked_at)

    def pass_record(self, record: Record) -> None:
        old = self._baseline
        self._baseline = record
        if old is not None and record.kind == "technical":
            self._first_digest.setdefault(record.text_sha256, self._first_digest[old.text_sha256])
        text = self._first_digest.setdefault(record.text_sha256, record.text_sha256)
        if old is None:
            self._appearances[text] += 1
        elif record.kind != "technical" and record.text_sha256 != old.text_sha256:
            step = _Step(
                old=old, new=record, last_seen_old=self._last_sight(old, record), appearances=self._appearances[text]
            )
            self.steps.append(step)
            self._see(text, record.fetched_at)
            self._waiting[text].append(step)
            self._appearances[text] += 1
            return
        self._see(text, record.fetched_at)

    def _last_sight(self, old: Record, new: Record) -> datetime:
        """Return the latest instant, not after the new capture, at which the old text is known to have been served."""
        sights = [self._last_seen[self._first_digest[old.text_sha256]]]
        if new.last_seen_old is not None:
            sights.append(new.last_seen_old)
        # With a clock set back, the old capture itself may bear a later date than the new one.
        return max((sight for sight in sights if sight <= new.fetched_at), default=old.fetched_at)

    def _see(self, text: str, seen_at: datetime) -> None:
        self._last_seen[text] = max(self._last_seen.get(text, seen_at), seen_at)
        waiting = self._waiting.get(text)
        while waiting and seen_at - waiting[0].new.fetched_at >= CONFIRMATION_DELAY:
            waiting.popleft().confirmed_at = seen_at
