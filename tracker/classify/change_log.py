"""The policy's own change log: found, and cut into entries.

A log is a section whose title speaks of changes and that holds dates followed by entries; or a section, or a paragraph,
called a summary of changes, whose entries need no date; or a sentence near the top that tells what an update changed.
Belongs here: where entries stand. Does not belong here: what they announce.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tracker.classify.cues import fold_case
from tracker.classify.log_words import DATE_LABELS, DateLabel, content_words, log_words
from tracker.classify.references import References, read_references
from tracker.classify.wording import split_sentences, words_of
from tracker.model import Clause, Link, PrintedDate, Section, Version, find_dates

_Part: TypeAlias = Literal["none", "changes", "log"]

#: A date, or what a line says besides it, stands in this many characters from its beginning, or to its end.
_LONGEST_HEAD: Final = 160
_LONGEST_LABEL: Final = 80
_MOST_DATE_WORDS: Final = 14
_MOST_TITLE_WORDS: Final = 10
_MOST_WORDS_BEFORE: Final = 2
#: A date is cited with the words beside it, such as `Effective`, where these are no more in all.
_MOST_LABELLED_WORDS: Final = 5
#: An entry without a date says in so many characters that something changed.
_CHANGE_WITHIN: Final = 40
#: A longer clause is no entry that could do without a date.
_LONGEST_UNDATED: Final = 600
#: Notes stand before this many clauses of a text.
_NOTE_CLAUSES: Final = 15
_LONGEST_NOTE: Final = 600
#: A note that says less than this of what changed, or why, says nothing.
_LEAST_NOTE_WORDS: Final = 2
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_SEPARATOR: Final = re.compile(r"\s{0,2}[\])]?\s{0,2}(?:[:,.;|\u2013\u2014]|-(?=\s))\s{0,2}|\s{0,2}[\])]\s{0,2}")
_COPYRIGHT: Final = re.compile(r"\u00a9|\(c\)|copyright", re.IGNORECASE)
_TRAILING: Final = " \t()[].:;,*-\u2013\u2014"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry of a policy's own change log."""

    date: str | None
    """As printed; None where the entry bears no date."""
    text: str
    """As a reader sees it."""
    index: int
    """Of its clause in the version."""
    links: tuple[Link, ...] = ()
    """Those of its clause; offsets count from the beginning of `text`."""

    @property
    def references(self) -> References:
        """What the entry names."""
        return read_references(self.text, self.links)

    @property
    def is_general(self) -> bool:
        """Whether it says only that something changed: 'We made minor changes'."""
        if self.references or content_words(self.text):
            return False
        # "Updated 4." says something, whatever it is.
        rest = self.text
        for found in find_dates(self.text):
            rest = rest.replace(found.text, "")
        return not any(character.isdigit() for character in rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLog:
    """A policy's own change log."""

    entries: tuple[LogEntry, ...]
    """In reading order."""
    clauses: frozenset[int]
    """Indices of the clauses that are its dates and entries, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _DateLine:
    """What a clause that begins or ends with a date says."""

    printed: str
    """The date, with the words that label it where nothing else stands in the clause."""
    rest: str
    """The entry beside the date; `""` where the clause is a date alone."""
    at: int
    """Offset of `rest` in the clause."""
    is_own: bool
    """Whether it is labelled as the day of the last update: no heading of an entry, as a rule."""


def find_log(version: Version) -> ChangeLog | None:
    """Return the change log that `version` keeps, or None where it keeps none with entries that say something.

    Entries that say only that something changed count where a section is a log, and not where they are a note at the
    top: a policy that says so keeps no log yet.
    """
    reader = _Reader(_log_parts(version))
    for clause in version.clauses:
        reader.read(clause)
    for note in _find_notes(version):
        if note.index not in reader.clauses:
            reader.entries.append(note)
            if len(note.text) == len(version.clauses[note.index].text):
                reader.clauses.add(note.index)
    if not reader.entries:
        return None
    entries = sorted(reader.entries, key=lambda entry: entry.index)
    return ChangeLog(entries=tuple(entries), clauses=frozenset(reader.clauses))


def _log_parts(version: Version) -> list[_Part]:
    """Return, for each section, whether it is (part of) a log, or of a section on changes that may hold one."""
    parts: list[_Part] = []
    for section in version.sections:
        part = _part_of(section)
        if part == "none" and section.parent is not None:
            part = parts[section.parent]
        if part == "none" and section.index and parts[-1] != "none" and _is_dated_title(section.title):
            part = parts[-1]
        parts.append(part)
    return parts


def _part_of(section: Section) -> _Part:
    title = fold_case(section.title)
    if section.level < 2 or not title:  # noqa: PLR2004 - the document's own title
        return "none"
    known = log_words()
    if len(words_of(title)) <= _MOST_TITLE_WORDS and known.log_titles.stand_in(title):
        return "log"
    # "Changes to this policy", not "How to change your phone number".
    if known.change_titles.stand_in(title) and (known.policy_nouns.stand_in(title) or not content_words(title)):
        return "changes"
    return "none"


def _is_dated_title(title: str) -> bool:
    return bool(_YEAR.search(title)) and any(find_dates(title)) and not content_words(title)


class _Reader:
    """Reads clauses in order and keeps what is a date or an entry of the log."""

    def __init__(self, parts: list[_Part]) -> None:
        self.entries: list[LogEntry] = []
        self.clauses: set[int] = set()
        self._parts = parts
        self._date: str | None = None
        self._date_index = -1
        self._is_own = False
        self._has_entry = False
        self._under_label: int | None = None
        """Section of a paragraph that is called a summary of changes, while its list goes on."""

    def read(self, clause: Clause) -> None:
        """Take in the next clause."""
        part = self._part_of(clause)
        if part == "none":
            self._date = None
            if _is_label(clause):
                self._under_label = clause.section
        elif _COPYRIGHT.match(clause.text) is None:
            self._read_inside(clause, is_log=part == "log")

    def _part_of(self, clause: Clause) -> _Part:
        if clause.section != self._under_label or clause.kind == "heading":
            self._under_label = None
        part = self._parts[clause.section]
        return "log" if part == "none" and self._under_label is not None else part

    def _read_inside(self, clause: Clause, *, is_log: bool) -> None:
        line = _read_date_line(clause)
        if line is not None and line.rest:
            self._keep(clause, line.printed, line.rest, line.at)
            self._date = None
        elif line is not None:
            self._date, self._date_index = line.printed, clause.index
            self._is_own, self._has_entry = line.is_own, False
            if not self._is_own:
                self.clauses.add(clause.index)
        elif clause.kind == "heading":
            self._date = None
        elif self._date is not None:
            self._read_under_date(clause, is_log=is_log)
        elif is_log:
            self._read_undated(clause)

    def _read_under_date(self, clause: Clause, *, is_log: bool) -> None:
        is_paragraph = clause.kind == "paragraph"
        # A paragraph after the items of a date is what the section says after its log.
        ends = is_paragraph and (
            (self._has_entry and not (is_log and _begins_with_change(clause.text))) or self._is_own
        )
        # Under "Last updated" a list is a log where it speaks of changes, and else a menu.
        is_menu = self._is_own and not _begins_with_change(clause.text)
        if ends or is_menu or clause.text.endswith("?"):
            self._date = None
            return
        self.clauses.add(self._date_index)
        self._keep(clause, self._date, clause.text, 0)
        self._has_entry = True

    def _read_undated(self, clause: Clause) -> None:
        text = clause.text
        if len(text) > _LONGEST_UNDATED or not _begins_with_change(text) or text.endswith("?"):
            if clause.kind == "paragraph":
                self._under_label = None
        elif not log_words().not_yet.stand_in(fold_case(text)):
            self._keep(clause, None, text, 0)

    def _keep(self, clause: Clause, date: str | None, text: str, at: int) -> None:
        if not content_words(text) and not read_references(text) and not (date and _tells_of_change(text)):
            return  # A link to the text of that day, say.
        self.entries.append(
            LogEntry(date=date, text=text, index=clause.index, links=_links_from(clause, at, len(text)))
        )
        self.clauses.add(clause.index)


def _tells_of_change(text: str) -> bool:
    return log_words().changes.stand_in(fold_case(text[:_LONGEST_UNDATED]))


def _begins_with_change(text: str) -> bool:
    """Return whether the first words tell of a change, as those of an entry do: `Clarified how we …`."""
    folded = fold_case(text[:_LONGEST_HEAD])
    return any(start <= _CHANGE_WITHIN for start, _ in log_words().changes.find_all(folded))


def _links_from(clause: Clause, at: int, length: int) -> tuple[Link, ...]:
    return tuple(
        Link(start=link.start - at, end=link.end - at, href=link.href)
        for link in clause.links
        if at <= link.start and link.end <= at + length
    )


def _is_label(clause: Clause) -> bool:
    """Return whether a clause outside such a section is the label of a list of changes: `What's new:`."""
    if clause.kind == "heading" or len(clause.text) > _LONGEST_LABEL:
        return False
    folded = fold_case(clause.text)
    return (
        (folded.endswith(":") or log_words().policy_nouns.stand_in(folded))
        and len(words_of(folded)) <= _MOST_TITLE_WORDS
        and log_words().log_titles.stand_in(folded)
        and not content_words(folded)
    )


def _read_date_line(clause: Clause) -> _DateLine | None:
    """Return what a clause says that is a date, begins with one, or ends with one in brackets."""
    text = clause.text
    head = text[:_LONGEST_HEAD]
    if not _YEAR.search(head) and not _YEAR.search(text[-_LONGEST_HEAD:]):
        return None
    found = next(find_dates(head), None)
    if found is not None and _is_general(head[: found.start]):
        line = _read_after(clause, found)
        if line is not None:
            return line
    return _read_trailing(clause)


def _is_general(words: str) -> bool:
    return len(words_of(words)) <= _MOST_DATE_WORDS and not content_words(words)


def _read_after(clause: Clause, found: PrintedDate) -> _DateLine | None:
    text = clause.text
    after = text[found.end :]
    label = label_of(text[: found.start])
    is_named = label is None and len(words_of(text[: found.start])) > _MOST_WORDS_BEFORE
    # "Last updated" is the policy's own date; "Update notes (May 2024):" is a date of the log.
    is_titled = log_words().log_titles.stand_in(fold_case(text[:_LONGEST_HEAD]))
    is_own = (label == "updated" or is_named) and clause.kind != "row" and not is_titled
    if len(after) <= _LONGEST_HEAD and _is_general(after) and not _is_entry(after):
        is_labelled = len(words_of(text)) <= _MOST_LABELLED_WORDS and not is_titled
        return _DateLine(printed=text.strip(_TRAILING) if is_labelled else found.text, rest="", at=0, is_own=is_own)
    separator = _SEPARATOR.match(after)
    rest = after[separator.end() :] if separator else after.lstrip()
    is_told = _begins_with_change(rest)
    # "In July 2020, a court decided": a sentence, and an entry only if it tells of a change.
    is_apart = separator is not None and not separator.group().strip().startswith(",")
    if not rest or not (is_apart or clause.kind == "row" or is_told):
        return None
    if is_own and not is_told:
        # "Last modified 1 May 2024. You can find earlier versions here."
        return _DateLine(printed=found.text, rest="", at=0, is_own=True)
    return _DateLine(printed=found.text, rest=rest.rstrip(), at=len(text) - len(rest), is_own=False)


def _is_entry(after: str) -> bool:
    """Return whether general words after a date are an entry all the same: `: Minor changes`."""
    words = words_of(after)
    return len(words) > 1 and _tells_of_change(after) and not after.rstrip().endswith(":")


def _read_trailing(clause: Clause) -> _DateLine | None:
    """Return the entry that `Added section 4 (June 2023)` is."""
    if clause.kind not in {"item", "row"} or len(clause.text) > _LONGEST_UNDATED:
        return None
    text = clause.text.rstrip(" .")
    start = text.rfind("(", max(0, len(text) - _LONGEST_HEAD))
    if not text.endswith(")") or start <= 0 or not _is_general(text[start:]) or not _tells_of_change(text[:start]):
        return None
    found = next(find_dates(text[start:]), None)
    rest = text[:start].rstrip()
    return _DateLine(printed=found.text, rest=rest, at=0, is_own=False) if found and rest else None


def label_of(words: str) -> DateLabel | None:
    """Return what the words before a date call it; None where they call it nothing."""
    folded = fold_case(words)
    return next((label for label in DATE_LABELS if log_words().date_labels[label].stand_in(folded)), None)


def _find_notes(version: Version) -> Iterator[LogEntry]:
    """Yield the sentences near the top that tell what an update changed; not those that tell only of an update."""
    for clause in version.clauses[:_NOTE_CLAUSES]:
        if clause.kind in {"heading", "row"}:
            continue
        text = clause.text[: _LONGEST_NOTE + 1]
        folded = fold_case(text)
        if not log_words().notes.stand_in(folded):
            continue
        span = _find_note(text, folded)
        if span is None:
            continue
        start, end = span
        words = text[start:end]
        found = next(find_dates(words), None)
        note = LogEntry(
            date=found.text if found else None,
            text=words,
            index=clause.index,
            links=_links_from(clause, start, len(words)),
        )
        yield note


def _find_note(text: str, folded: str) -> tuple[int, int] | None:
    """Return the offsets of the sentences that tell what an update changed; None where there are none."""
    known = log_words()
    start: int | None = None
    end = 0
    for first, last in split_sentences(text):
        is_settled = not known.not_yet.stand_in(folded, first, last)
        if start is None and is_settled and known.notes.stand_in(folded, first, last):
            start, end = first, last
        elif start is not None and end == first and is_settled and known.changes.stand_in(folded, first, last):
            end = last
    if start is None or end > _LONGEST_NOTE:
        return None
    reason = next(known.reasons.find_all(folded, start, end), None)
    if reason is None or len(content_words(folded[reason[1] : end])) < _LEAST_NOTE_WORDS:
        return None
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return start, start + len(text[start:end].rstrip())
