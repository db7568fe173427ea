"""What the publisher said about its own changes: the policy's change log, parsed, and linked to clauses.

A log is a section whose title speaks of changes and that holds dates, each followed by entries. An entry names a clause
by the number or the title of its section, or by the number of a section above it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from tracker.classify.cues import Cues, fold_case, read_lexicon
from tracker.classify.headline import write_headline
from tracker.classify.kinds import month_names
from tracker.classify.wording import words_of
from tracker.model import Announcement, Change, Clause, ClauseChange, SectionRef, Verdict, Version

_LONGEST_DATE: Final = 60
_MOST_DATE_WORDS: Final = 7
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMERIC_DATE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_DATE_WORDS: Final = frozenset(
    {"on", "of", "as", "the", "le", "du", "am", "vom", "den", "effective", "updated", "version", "stand", "last"}
)
_DATE_THEN_TEXT: Final = re.compile(r"[:\u2013\u2014]| - ")
#: A shorter title, such as "Data", stands in too many sentences to name a section.
_SHORTEST_TITLE: Final = 8
#: Two entries of one date that share this part of their words are one entry, reworded.
_SAME_ENTRY: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry of a policy's own change log."""

    date: str
    """As printed."""
    text: str
    """As a reader sees it."""
    index: int
    """Of its clause in the version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLog:
    """A policy's own change log."""

    entries: tuple[LogEntry, ...]
    """In reading order."""
    clauses: frozenset[int]
    """Indices of the clauses that are its dates and entries."""


@cache
def _log_titles() -> Cues:
    return Cues.from_json(read_lexicon("lexicon/kinds.json")["log_titles"])


def find_log(version: Version) -> ChangeLog | None:
    """Return the change log that `version` keeps, or None where it keeps none with dated entries."""
    inside: set[int] = set()
    for section in version.sections:
        under = section.parent in inside
        if under or (section.level > 1 and _log_titles().stand_in(fold_case(section.title))):
            inside.add(section.index)
    entries: list[LogEntry] = []
    clauses: set[int] = set()
    date, is_last_an_entry = None, False
    for clause in version.clauses:
        if clause.section not in inside:
            date = None
            continue
        printed, rest = _read_date(clause)
        if printed and rest:
            entries.append(LogEntry(date=printed, text=rest, index=clause.index))
            clauses.add(clause.index)
            date = None
        elif printed:
            date, is_last_an_entry = printed, False
            clauses.add(clause.index)
        elif clause.kind == "heading" or (is_last_an_entry and clause.kind == "paragraph"):
            # A paragraph after the items of a date is what the section says after its log.
            date = None
        elif date:
            entries.append(LogEntry(date=date, text=clause.text, index=clause.index))
            clauses.add(clause.index)
            is_last_an_entry = True
    return ChangeLog(entries=tuple(entries), clauses=frozenset(clauses)) if entries else None


def _read_date(clause: Clause) -> tuple[str | None, str]:
    """Return the date that a clause is, or begins with, and the words after it."""
    if _is_date(clause.text):
        return clause.text, ""
    head = clause.text[: _LONGEST_DATE + 3]
    for mark in _DATE_THEN_TEXT.finditer(head):
        if _is_date(head[: mark.start()]):
            return head[: mark.start()].strip(), clause.text[mark.end() :].strip()
    return None, ""


def _is_date(words: str) -> bool:
    if len(words) > _LONGEST_DATE or not _YEAR.search(words):
        return False
    if _NUMERIC_DATE.fullmatch(words.strip(" .:()")):
        return True
    listed = words_of(words)
    months = [word for word in listed if word in month_names()]
    return (
        len(listed) <= _MOST_DATE_WORDS
        and bool(months)
        and all(word in month_names() or word in _DATE_WORDS or word.rstrip("sthnder").isdigit() for word in listed)
    )


def find_new_entries(change: Change) -> tuple[LogEntry, ...]:
    """Return the log entries of the new version that the old one has neither in these words nor in similar ones."""
    new, old = find_log(change.new), find_log(change.old)
    return _entries_beyond(new, old)


def _entries_beyond(new: ChangeLog | None, old: ChangeLog | None) -> tuple[LogEntry, ...]:
    if new is None:
        return ()
    known = old.entries if old else ()
    printed = {(entry.date, fold_case(entry.text)) for entry in known}
    counts = Counter(text for _, text in printed)
    now = Counter(text for _, text in {(entry.date, fold_case(entry.text)) for entry in new.entries})
    found = []
    for entry in new.entries:
        text = fold_case(entry.text)
        # The same words as often as before, under another date: the date was corrected.
        is_redated = counts[text] > 0 and now[text] <= counts[text]
        is_reworded = any(entry.date == other.date and _is_alike(entry.text, other.text) for other in known)
        if (entry.date, text) not in printed and not is_redated and not is_reworded:
            found.append(entry)
    return tuple(found)


def _is_alike(first: str, second: str) -> bool:
    one, two = set(words_of(first)), set(words_of(second))
    return len(one & two) >= _SAME_ENTRY * len(one | two)


def names_section(entry: LogEntry, section: SectionRef) -> bool:
    """Return whether an entry names a section by its number, its title or the number of a section above it."""
    if len(section.title) >= _SHORTEST_TITLE and fold_case(section.title) in fold_case(entry.text):
        return True
    number = section.number or ""
    while number and number != "0":
        if re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", entry.text):
            return True
        # A whole chapter is too much to be named by its number: "6" covers 6.5, and also what it does not speak of.
        number = number.rpartition(".")[0]
        if "." not in number:
            break
    return False


class Announcer:
    """Answers, for one change, what the policy's own log says about each clause."""

    def __init__(self, change: Change) -> None:
        self._new = find_log(change.new)
        self._old = find_log(change.old)
        self._entries = _entries_beyond(self._new, self._old)

    def is_log_entry(self, clause: ClauseChange) -> bool:
        """Return whether every clause of the change is a date or an entry of the log."""
        new = self._new.clauses if self._new else frozenset()
        old = self._old.clauses if self._old else frozenset()
        return (
            bool(clause.new_clauses or clause.old_clauses)
            and new.issuperset(clause.new_clauses)
            and old.issuperset(clause.old_clauses)
        )

    def announce(self, clause: ClauseChange) -> Announcement:
        """Return whether an entry that is new in this version names the clause's section."""
        if self._new is None:
            return Announcement(status="no-log")
        sections = [clause.section] + ([clause.moved_from] if clause.moved_from else [])
        for entry in self._entries:
            if any(names_section(entry, section) for section in sections):
                return Announcement(status="same-version", entry=entry.text, date=entry.date)
        return Announcement(status="never")


def link_announcements(steps: Sequence[tuple[Change, Verdict, datetime]]) -> tuple[Verdict, ...]:
    """Return the verdicts of `steps` in order, with `never` as `later` where a later version's log names the clause.

    An entry speaks of the newest change of its section that had no announcement; where it came together with a change
    of meaning of that section it speaks of that one alone.

    Args:
        steps: The changes of one document, oldest first, each with its verdict and the time of its new version. The
            lag in days is the difference of two of these times.
    """
    clauses = [list(verdict.clauses) for _, verdict, _ in steps]
    for later, (change, _, _) in enumerate(steps):
        for entry in find_new_entries(change):
            if _speaks_of_its_own_version(entry, steps[later]):
                continue
            for earlier in range(later - 1, -1, -1):
                hits = [
                    place
                    for place, clause in enumerate(steps[earlier][0].clauses[: len(clauses[earlier])])
                    if _awaits(clauses[earlier][place].announced)
                    and clauses[earlier][place].kind in {"substantive", "clarification"}
                    and names_section(entry, clause.section)
                ]
                for place in hits:
                    told = Announcement(status="later", entry=entry.text, date=entry.date)
                    clauses[earlier][place] = replace(clauses[earlier][place], announced=told)
                if hits and not _names_several(entry):
                    break
    return tuple(
        verdict
        if tuple(judged) == verdict.clauses
        else replace(verdict, clauses=tuple(judged), headline=write_headline(change, tuple(judged), verdict.kind))
        for (change, verdict, _), judged in zip(steps, clauses, strict=True)
    )


def _awaits(announced: Announcement | None) -> bool:
    return announced is not None and announced.status == "never"


def _speaks_of_its_own_version(entry: LogEntry, step: tuple[Change, Verdict, datetime]) -> bool:
    return any(
        verdict.kind == "substantive" and verdict.announced is not None and verdict.announced.entry == entry.text
        for verdict in step[1].clauses
    )


def _names_several(entry: LogEntry) -> bool:
    return len(re.findall(r"(?<![\d.])\d{1,2}(?:\.\d{1,2}){1,3}(?![\d])", entry.text)) > 1
