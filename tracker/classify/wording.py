"""The two sides of a changed clause as passages to read: which sentences a change touches, and which words.

Belongs here: offsets, sentences, words. Does not belong here: what any word means.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from tracker.classify.cues import fold_case
from tracker.model import Change, ClauseChange, Quote, Span, Version

Range: TypeAlias = tuple[int, int]

#: A longer text is judged on its changed words alone, and on no more of them than this: a bound on hostile input.
LONGEST_READ_CHARACTERS: Final = 200_000
#: More sentences of a clause are read several at a time.
MOST_SENTENCES: Final = 400
#: How far back a sentence is looked for, in characters.
LONGEST_LOOK_BACK: Final = 1000
#: How far back, in clauses, the words are looked for that introduce a list.
_LONGEST_LIST: Final = 60
#: How much of the words around an edit is looked at for a word said twice.
_LONGEST_NEIGHBOUR: Final = 200

# Possessive and begun at the first mark alone: a million full stops are passed over once.
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]++[\"')\]\u201d\u2019]{0,3}+(?=\s)|\n")
_ABBREVIATIONS = frozenset(
    {"inc", "ltd", "co", "corp", "e.g", "i.e", "art", "no", "nr", "z.b", "bzw", "ca", "llc", "vs"}
)
#: The number of an item or a section, with the mark that tells it from a figure: "1.", "2.3.", "(4)".
_NUMBERING = re.compile(r"(?:\(?\d{1,3}(?:\.\d{1,3}){0,4}[.)]+\s{0,3}){1,4}")
#: Markup that was caught in the text.
MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_LONGEST_NUMBERING: Final = 40
_DETERMINERS = frozenset({"our", "the", "a", "an", "your", "this", "its", "their", "der", "die", "das", "le", "la"})
_INITIAL = re.compile(r"(?:^|[.-])[A-Z]$")
_WORD = re.compile(r"\w+(?:['\u2019]\w+)?")


def meets(ranges: Sequence[Range], start: int, end: int) -> bool:
    """Return whether one of `ranges`, which are in order and apart, shares a character with `start` to `end`."""
    place = bisect_left(ranges, end, key=lambda item: item[0]) - 1
    return place >= 0 and ranges[place][1] > start


def overlapping(ranges: Sequence[Range], start: int, end: int) -> Sequence[Range]:
    """Return those of `ranges`, which are in order and apart, that share a character with `start` to `end`."""
    first = bisect_right(ranges, start, key=lambda item: item[1])
    return ranges[first : bisect_left(ranges, end, lo=first, key=lambda item: item[0])]


def covers(ranges: Sequence[Range], start: int, end: int) -> bool:
    """Return whether one of `ranges`, which are in order and apart, holds all from `start` to `end`."""
    place = bisect_left(ranges, start + 1, key=lambda item: item[0]) - 1
    return place >= 0 and ranges[place][1] >= end


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The old or the new text of one clause change."""

    text: str
    folded: str
    """The text by `fold_case`: the same offsets."""
    changed: tuple[Range, ...]
    """Offsets of the deleted (or inserted) words, in reading order."""
    sentences: tuple[Range, ...]
    """Offsets of the sentences that the change touches, in reading order, without overlap."""

    def quote(self, start: int, end: int) -> Quote:
        """Return the words from `start` to `end` as evidence."""
        return Quote(text=self.text[start:end], start=start)

    def is_changed(self, start: int, end: int) -> bool:
        """Return whether some word between `start` and `end` was deleted or inserted."""
        return meets(self.changed, start, end)

    def sentence_before(self, offset: int) -> Range | None:
        """Return the sentence that ends where the one at `offset` begins, touched or not; None at the beginning."""
        first = max(0, offset - LONGEST_LOOK_BACK)
        found = split_sentences(self.text[first:offset])
        return (first + found[-1][0], offset) if found else None

    def sentence_at(self, offset: int) -> Range:
        """Return the touched sentence that holds `offset`."""
        return next((item for item in self.sentences if item[0] <= offset < item[1]), (offset, offset))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A clause change made ready for reading."""

    clause: ClauseChange
    old: Side
    new: Side
    title: str
    """The section's title, by `fold_case`."""
    lead: str
    """What introduces the list in which the clause stands, as a reader sees it; `""` outside lists."""
    language: str | None
    """Primary language subtag, or None where the language is not known."""
    edits: tuple[Edit, ...]
    """Which words took the place of which, in reading order, without those that are the same letters, cut otherwise."""


class Edit(NamedTuple):
    """Words that were deleted at one place, and those that were inserted there, by `fold_case`."""

    deleted: tuple[str, ...]
    inserted: tuple[str, ...]


def read_wording(clause: ClauseChange, language: str | None, *, lead: str = "") -> Wording:
    """Return the two sides of `clause`, cut into the sentences that the change touches.

    Args:
        clause: What changed.
        language: BCP 47 tag of the texts; None where it is not known.
        lead: What introduces the list in which the clause stands, by `find_lead_in`.
    """
    old_marks: list[Range] = []
    new_marks: list[Range] = []
    old_at = new_at = 0
    for span in clause.redline:
        length = len(span.text)
        if span.tag != "=":
            # A deletion touches the new text too, at the point where the words were; and the other way round.
            old_marks.append((old_at, old_at + (length if span.tag == "-" else 0)))
            new_marks.append((new_at, new_at + (length if span.tag == "+" else 0)))
        old_at += length if span.tag != "+" else 0
        new_at += length if span.tag != "-" else 0
    return Wording(
        clause=clause,
        old=_read_side(clause.old, old_marks),
        new=_read_side(clause.new, new_marks),
        title=fold_case(clause.section.title)[:300],
        lead=lead,
        language=language.split("-")[0].lower() if language else None,
        edits=tuple(_read_edits(clause)),
    )


def find_lead_in(change: Change, clause: ClauseChange) -> str:
    """Return the words that introduce the list in which `clause` stands, on the new side where it is there.

    `""` where it stands in none. A clause that ends in a colon leads in those after it in its section, and any other
    one those that are set in below it.
    """
    if clause.new_clauses:
        return _lead_in(change.new, clause.new_clauses[0])
    return _lead_in(change.old, clause.old_clauses[0]) if clause.old_clauses else ""


def _lead_in(version: Version, place: int) -> str:
    depth = version.clauses[place].depth
    for clause in reversed(version.clauses[max(0, place - _LONGEST_LIST) : place]):
        if clause.kind == "heading" or clause.section != version.clauses[place].section:
            break
        if clause.text.rstrip().endswith(":") or (clause.depth < depth and clause.kind != "row"):
            return clause.text[-LONGEST_LOOK_BACK:]
        if clause.depth == 0 and clause.kind == "paragraph":
            break
    return ""


def _letters(words: Sequence[str]) -> str:
    """Return the letters of `words`: apostrophes get lost, or come back, with character sets."""
    return "".join(words).replace("'", "")


def _read_edits(clause: ClauseChange) -> Iterator[Edit]:
    deleted: list[str] = []
    inserted: list[str] = []
    before: list[str] = []
    for span in (*clause.redline, Span("=", "")):
        if span.tag != "=":
            if not _NUMBERING.fullmatch(span.text[:_LONGEST_NUMBERING].strip()):
                plain = MARKUP.sub(" ", span.text[:LONGEST_READ_CHARACTERS])
                (deleted if span.tag == "-" else inserted).extend(words_of(plain))
            continue
        kept = words_of(span.text[:_LONGEST_NEIGHBOUR])
        if not kept and span.text and not _WORD.search(span.text):
            # Only a mark stands between: what is around it is one edit.
            continue
        edit = Edit(tuple(deleted), tuple(inserted))
        alone = edit.deleted or edit.inserted if not (edit.deleted and edit.inserted) else ()
        # A word that was there twice, and no longer is, says nothing: "the the", "our the".
        is_doubled = bool(alone) and (list(alone) == kept[: len(alone)] or list(alone) == before[-len(alone) :])
        is_doubled = is_doubled or (len(alone) == 1 and {alone[0], *kept[:1]} <= _DETERMINERS)
        if _letters(deleted) != _letters(inserted) and not is_doubled:
            yield edit
        deleted, inserted = [], []
        before = words_of(span.text[-_LONGEST_NEIGHBOUR:])


def _read_side(text: str, marks: list[Range]) -> Side:
    changed = tuple(mark for mark in marks if mark[0] < mark[1])
    is_long = len(text) > LONGEST_READ_CHARACTERS
    sentences = _bounded(changed) if is_long else _touched(split_sentences(text), marks)
    return Side(text=text, folded=fold_case(text), changed=changed, sentences=sentences)


def _bounded(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    kept: list[Range] = []
    left = LONGEST_READ_CHARACTERS
    for start, end in ranges:
        if left <= 0:
            break
        kept.append((start, min(end, start + left)))
        left -= kept[-1][1] - start
    return tuple(kept)


def split_sentences(text: str) -> list[Range]:
    """Return the offsets of the sentences of `text`: together they are the whole text."""
    found: list[Range] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        before = text[max(start, match.start() - 8) : match.start()].split()
        if match.group() == "." and before and _is_abbreviated(before[-1]):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [item for item in found if item[0] < item[1]]


def _is_abbreviated(word: str) -> bool:
    """Return whether a full stop behind `word` ends no sentence: "Inc", "e.g", the initials of "U.S"."""
    word = word.lstrip("(")
    return word.lower() in _ABBREVIATIONS or _INITIAL.search(word) is not None


def _touched(sentences: list[Range], marks: list[Range]) -> tuple[Range, ...]:
    touched: list[Range] = []
    place = 0
    for start, end in sentences:
        while place < len(marks) and marks[place][1] < start:
            place += 1
        # A mark without width, at the seam of two sentences, touches both: nothing is lost by reading one more.
        if any(mark[0] <= end and mark[1] >= start for mark in marks[place : place + 2]):
            touched.append((start, end))
    return _joined(touched)


def _joined(sentences: list[Range]) -> tuple[Range, ...]:
    """Return `sentences`, of a great many some as one: what is read of a clause stays bounded."""
    size = -(-len(sentences) // MOST_SENTENCES)
    if size <= 1:
        return tuple(sentences)
    parts = (sentences[first : first + size] for first in range(0, len(sentences), size))
    return tuple((part[0][0], part[-1][1]) for part in parts)


def words_of(text: str) -> list[str]:
    """Return the words of `text` in reading order, as `fold_case` writes them."""
    return _WORD.findall(fold_case(text))
