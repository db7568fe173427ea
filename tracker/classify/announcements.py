"""What the publisher said about its own changes: entries of the policy's change log, linked to the clauses they name.

An entry names a clause by the number, the title or the anchor of its section, or by the number of a section above it.
One that names none can describe a clause by rare words of it. Belongs here: which entries are new, and of what they
speak. Does not belong here: where entries stand, and how they are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from tracker.classify.change_log import ChangeLog, LogEntry, find_log
from tracker.classify.cues import fold_case
from tracker.classify.descriptions import Descriptions
from tracker.classify.headline import write_headline
from tracker.classify.wording import words_of
from tracker.model import (
    Announcement,
    Change,
    ClauseChange,
    ClauseVerdict,
    SectionRef,
    Verdict,
    Version,
    find_dates,
)

#: Two entries of one date that share this part of their words are one entry, reworded.
_SAME_ENTRY: Final = 0.6
#: Of a log that comes with a version, entries this much older than its newest one tell of earlier changes.
_NEWEST: Final = timedelta(days=92)
#: Bounds on hostile input: entries of one log that are read, and that are sought for each clause of a change.
_MOST_ENTRIES: Final = 400
_MOST_NEW_ENTRIES: Final = 100


def find_new_entries(change: Change) -> tuple[LogEntry, ...]:
    """Return the log entries of the new version that the old one has neither in these words nor in similar ones."""
    new, old = find_log(change.new), find_log(change.old)
    return _entries_beyond(new, old.entries if old else ())


def _entries_beyond(new: ChangeLog | None, known: Sequence[LogEntry]) -> tuple[LogEntry, ...]:
    if new is None:
        return ()
    printed = {(entry.date, fold_case(entry.text)) for entry in known}
    counts = Counter(text for _, text in printed)
    now = Counter(text for _, text in {(entry.date, fold_case(entry.text)) for entry in new.entries})
    by_date: dict[str | None, list[frozenset[str]]] = {}
    for entry in known[:_MOST_ENTRIES]:
        by_date.setdefault(entry.date, []).append(frozenset(words_of(entry.text)))
    found = []
    for entry in new.entries[:_MOST_ENTRIES]:
        text = fold_case(entry.text)
        # The same words as often as before, under another date: the date was corrected.
        is_redated = counts[text] > 0 and now[text] <= counts[text]
        words = frozenset(words_of(entry.text))
        is_reworded = any(_is_alike(words, other) for other in by_date.get(entry.date, ()))
        if (entry.date, text) not in printed and not is_redated and not is_reworded:
            found.append(entry)
    return tuple(found)


def _newest(entries: Sequence[LogEntry]) -> tuple[LogEntry, ...]:
    """Return those of a log that is new as a whole which can speak of this change: the older ones are history."""
    days = [_last_day(entry) for entry in entries]
    newest = max((day for day in days if day is not None), default=None)
    return tuple(
        entry
        for entry, day in zip(entries, days, strict=True)
        if newest is None or day is None or newest - day <= _NEWEST
    )


def _last_day(entry: LogEntry) -> date | None:
    found = next(find_dates(entry.date or ""), None)
    return found.last if found else None


def _is_alike(one: frozenset[str], two: frozenset[str]) -> bool:
    return len(one & two) >= _SAME_ENTRY * len(one | two)


class Announcer:
    """Answers, for one change, what the policy's own log says about each clause."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._new = find_log(change.new)
        self._old = find_log(change.old)
        entries = _entries_beyond(self._new, self._old.entries if self._old else ())
        self._entries = (entries if self._old else _newest(entries))[:_MOST_NEW_ENTRIES]
        self._general = next((entry for entry in self._entries if entry.is_general), None)
        self._descriptions = Descriptions(change)

    @property
    def old_log(self) -> frozenset[int]:
        """Indices of the clauses of the old version that are dates and entries of its log."""
        return self._old.clauses if self._old else frozenset()

    @property
    def new_log(self) -> frozenset[int]:
        """Those of the new version."""
        return self._new.clauses if self._new else frozenset()

    def is_log_entry(self, clause: ClauseChange) -> bool:
        """Return whether every clause of the change is a date or an entry of the log."""
        return (
            bool(clause.new_clauses or clause.old_clauses)
            and self.new_log.issuperset(clause.new_clauses)
            and self.old_log.issuperset(clause.old_clauses)
        )

    def announce(self, clause: ClauseChange) -> Announcement:
        """Return whether an entry that is new in this version speaks of the clause."""
        if self._new is None:
            return Announcement(status="no-log")
        sections = _sections_of(clause)
        entry = (
            _first(entry for entry in self._entries if any(entry.references.names(section) for section in sections))
            or _first(entry for entry in self._entries if _names_part_above(entry, sections))
            or _first(entry for entry in self._entries if self._descriptions.describes(entry, clause))
            or _first(entry for entry in self._entries if self._covers(entry, clause))
        )
        if entry is not None:
            return Announcement(status="same-version", entry=entry.text, date=entry.date)
        if self._general is not None:
            return Announcement(status="never", entry=self._general.text, date=self._general.date)
        return Announcement(status="never")

    def _covers(self, entry: LogEntry, clause: ClauseChange) -> bool:
        """Return whether an entry names the chapter, or a section above by its title, and nothing else fits it."""
        sections = _sections_of(clause)
        is_above = any(entry.references.names_chapter(section.number) for section in sections) or any(
            entry.references.names_title(title) for title in _titles_above(self._change, clause)
        )
        return is_above and not any(
            entry.references.names(section) or entry.references.names_part_above(section.number)
            for other in self._change.clauses
            if not other.is_technical and not self.is_log_entry(other)
            for section in _sections_of(other)
        )


def _first(entries: Iterator[LogEntry]) -> LogEntry | None:
    return next(entries, None)


def _sections_of(clause: ClauseChange) -> tuple[SectionRef, ...]:
    return (clause.section, clause.moved_from) if clause.moved_from else (clause.section,)


def _names_part_above(entry: LogEntry, sections: Sequence[SectionRef]) -> bool:
    return any(entry.references.names_part_above(section.number) for section in sections)


def _titles_above(change: Change, clause: ClauseChange) -> Iterator[str]:
    """Yield the titles of the sections around a clause's own, from the inside out, without the document's own."""
    version, places = (change.new, clause.new_clauses) if clause.new_clauses else (change.old, clause.old_clauses)
    if not places:
        return
    parent = version.sections[version.clauses[places[0]].section].parent
    while parent is not None and version.sections[parent].level > 1:
        yield version.sections[parent].title
        parent = version.sections[parent].parent


def awaits_announcement(verdict: ClauseVerdict) -> bool:
    """Return whether a later entry of the log could still announce the change of a clause."""
    return (
        verdict.announced is not None
        and verdict.announced.status == "never"
        and verdict.kind in {"substantive", "clarification"}
    )


def link_announcements(
    steps: Sequence[tuple[Change, Verdict, datetime]], *, sightings: Sequence[tuple[Version, datetime]] = ()
) -> tuple[Verdict, ...]:
    """Return the verdicts of `steps` in order, with `never` as `later` where a later version's log names the clause.

    An entry speaks, of each section that it names, of the newest change that had no announcement; where it came
    together with a change of meaning of just that section it speaks of that one alone.

    Args:
        steps: The changes of one document, oldest first, each with its verdict and the time of its new version.
        sightings: Further versions of the document with the times of their captures, in any order: such as those that
            no change leads to. An entry is dated by the first version that bears it.
    """
    clauses = [list(verdict.clauses) for _, verdict, _ in steps]
    descriptions = [Descriptions(change) for change, _, _ in steps]
    for entry, seen_at, came_with in _first_sights(steps, sightings):
        spent = set(_spoken_of(entry, steps[came_with])) if came_with is not None else set()
        if spent and not entry.references:
            continue
        for earlier in range(len(steps) - 1, -1, -1):
            change, _, changed_at = steps[earlier]
            if changed_at >= seen_at or earlier == came_with:
                continue
            told = Announcement(
                status="later", entry=entry.text, date=entry.date, lag_days=_days_between(changed_at, seen_at)
            )
            hits = [
                place
                for place, clause in enumerate(change.clauses[: len(clauses[earlier])])
                if awaits_announcement(clauses[earlier][place])
                and _section_key(clause.section) not in spent
                and _speaks_of(entry, clause, descriptions[earlier])
            ]
            for place in hits:
                clauses[earlier][place] = replace(clauses[earlier][place], announced=told)
            # Of each section, the newest change alone.
            spent.update(_section_key(change.clauses[place].section) for place in hits)
            if hits and not entry.references:
                break
    return tuple(
        verdict
        if tuple(judged) == verdict.clauses
        else replace(
            verdict,
            clauses=tuple(judged),
            headline=write_headline(change, tuple(judged), verdict.kind, dates=verdict.dates),
        )
        for (change, verdict, _), judged in zip(steps, clauses, strict=True)
    )


def _first_sights(
    steps: Sequence[tuple[Change, Verdict, datetime]], sightings: Sequence[tuple[Version, datetime]]
) -> Iterator[tuple[LogEntry, datetime, int | None]]:
    """Yield each entry that the first version does not bear, with when it was first seen, and the step it came with."""
    if not steps:
        return
    seen: list[tuple[datetime, Version, int | None]] = [
        (seen_at, change.new, place) for place, (change, _, seen_at) in enumerate(steps)
    ]
    # Of two captures of one instant, the one that a change leads to tells with what an entry came.
    seen += [(seen_at, version, None) for version, seen_at in sightings]
    first = find_log(steps[0][0].old)
    known = list(first.entries) if first else []
    for seen_at, version, place in sorted(seen, key=lambda item: (item[0], item[2] is None)):
        found = _entries_beyond(find_log(version), known)
        known += found
        for entry in found:
            yield entry, seen_at, place


def _days_between(first: datetime, last: datetime) -> float:
    return round((last - first) / timedelta(days=1), 1)


def _speaks_of(entry: LogEntry, clause: ClauseChange, descriptions: Descriptions) -> bool:
    return (
        entry.references.names(clause.section)
        or entry.references.names_part_above(clause.section.number)
        or descriptions.describes(entry, clause)
    )


def _section_key(section: SectionRef) -> tuple[str, str]:
    """Return what tells a section from others of its version: its number, or else its title."""
    number = section.number if section.number and section.number != "0" else ""
    return number, "" if number else fold_case(section.title)


def _spoken_of(entry: LogEntry, step: tuple[Change, Verdict, datetime]) -> Iterator[tuple[str, str]]:
    """Yield the sections of which the meaning changed together with the entry that names them."""
    change, verdict, _ = step
    for clause, judged in zip(change.clauses, verdict.clauses, strict=False):
        if judged.kind == "substantive" and judged.announced is not None and judged.announced.entry == entry.text:
            yield _section_key(clause.section)
