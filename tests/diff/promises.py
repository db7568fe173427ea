"""What every comparison promises, in terms of its own: nothing here asks the room that is tested what a word is."""

from __future__ import annotations

import bisect
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from tracker.model import Change, ClauseChange, Span, Version

_UNSEEN: Final = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
#: Letters of scripts written without spaces: each is a word.
_SOLID: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
#: A word, with whatever nobody sees inside it.
_WORD: Final = re.compile(rf"[{_SOLID}]|(?![{_SOLID}])\w(?:[{_UNSEEN}]*(?![{_SOLID}])\w)*")
#: Variation selectors are marks that nobody sees.
_UNSEEN_MARKS: Final = frozenset("\u034f" + "".join(map(chr, range(0xFE00, 0xFE10))))
_HIDDEN: Final = re.compile(f"[{_UNSEEN}]+")
#: Addresses, e-mail addresses, and numbers, dates and times of several parts.
_WHOLE: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"\u2018\u2019\u201c\u201d]*[\w/]|[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+"
    r"|(?<![\w.])[a-z]?\d+(?:[.,:/-]\d+)+\w*"
)
#: Words that say nothing between two replaced runs.
WEAK: Final = frozenset({"the", "a", "an", "of", "to", "in", "and", "or"})
_MOST_WEAK: Final = 2
_MIRRORED: Final = {"added": "removed", "removed": "added"}

Run: TypeAlias = tuple[str, str, str]
"""Kept, deleted and inserted text; of the first only, or of the other two."""


def words(text: str) -> Counter[str]:
    """Return the words of `text`, without what nobody sees."""
    found = _WORD.findall(text)
    return Counter(found if text.isascii() else (_HIDDEN.sub("", word) for word in found))


# --- redlines ---------------------------------------------------------------------------------------------------------


def redline_faults(spans: Sequence[Span], old: str, new: str) -> Iterator[str]:
    """Yield what is wrong with a redline from `old` to `new`."""
    if _side(spans, "-") != old:
        yield "does not rebuild the old text"
    if _side(spans, "+") != new:
        yield "does not rebuild the new text"
    for one, other in itertools.pairwise(spans):
        if one.tag == other.tag:
            yield f"two spans {one.tag!r} in a row"
        if (one.tag, other.tag) == ("+", "-"):
            yield f"inserted before deleted: {one.text!r} {other.text!r}"
    if not all(span.text for span in spans):
        yield "an empty span"
    for sign in "-+":
        yield from _cuts(spans, sign)
    yield from _islands(spans)


def _side(spans: Sequence[Span], sign: str) -> str:
    return "".join(span.text for span in spans if span.tag in {"=", sign})


def _cuts(spans: Sequence[Span], sign: str) -> Iterator[str]:
    """Yield every word, address and number of one side that a border of a span cuts."""
    text = _side(spans, sign)
    lengths = [len(span.text) for span in spans if span.tag in {"=", sign}]
    borders = list(itertools.accumulate(lengths[:-1]))
    for pattern in (_WORD, _WHOLE) if borders else ():
        for found in pattern.finditer(text):
            after = bisect.bisect_right(borders, found.start())
            if after < len(borders) and borders[after] < found.end():
                yield f"cuts {found[0]!r} ({sign})"
    for border in borders:
        is_mark = border < len(text) and unicodedata.category(text[border]).startswith("M")
        if is_mark and text[border] not in _UNSEEN_MARKS and unicodedata.category(text[border - 1])[0] in "LM":
            yield f"cuts {text[border - 1 : border + 1]!r} ({sign})"


def runs_of(spans: Sequence[Span]) -> list[Run]:
    """Return kept runs and what is replaced between them."""
    runs: list[Run] = []
    for is_kept, group in itertools.groupby(spans, key=lambda span: span.tag == "="):
        texts = list(group)
        kept, gone, come = ("".join(span.text for span in texts if span.tag == tag) for tag in "=-+")
        runs.append((kept, "", "") if is_kept else ("", gone, come))
    return runs


def _islands(spans: Sequence[Span]) -> Iterator[str]:
    """Yield every kept run of one or two weak words between two runs that are both replaced."""
    for before, (kept, _, _), after in zip(*(runs_of(spans)[start:] for start in range(3)), strict=False):
        alone = [word.lower() for word in re.findall(r"\w+", kept)]
        replaced = all(words(run[1]) and words(run[2]) for run in (before, after))
        if replaced and 0 < len(alone) <= _MOST_WEAK and WEAK.issuperset(alone):
            yield f"keeps {kept!r} alone between {before[1:]} and {after[1:]}"


# --- changes ----------------------------------------------------------------------------------------------------------


def change_faults(change: Change) -> Iterator[str]:
    """Yield what is wrong with a change, whatever it should say."""
    for clause in change.clauses:
        for fault in redline_faults(clause.redline, clause.old, clause.new):
            yield f"{clause.op} {clause.section.number}: {fault}"
        if (clause.op == "moved") != (clause.moved_from is not None):
            yield f"{clause.op} from {clause.moved_from}"
        yield from _text_faults(change, clause)
    yield from _cover_faults(change)
    yield from _word_faults(change)


def _text_faults(change: Change, clause: ClauseChange) -> Iterator[str]:
    for version, text, places in (
        (change.old, clause.old, clause.old_clauses),
        (change.new, clause.new, clause.new_clauses),
    ):
        if text != "\n\n".join(version.clauses[place].text for place in places):
            yield f"{clause.op}: {text!r} is not the text of clauses {places}"
    empty = (not clause.old_clauses, not clause.new_clauses)
    if empty != (clause.op == "added", clause.op == "removed"):
        yield f"{clause.op} of {clause.old_clauses} to {clause.new_clauses}"


def _cover_faults(change: Change) -> Iterator[str]:
    """Yield faults of the operations: they name every clause of each side once, in reading order of the new one."""
    olds = [place for op in change.ops for place in range(op.old_start, op.old_end)]
    news = [place for op in change.ops for place in range(op.new_start, op.new_end)]
    if sorted(olds) != list(range(len(change.old.clauses))):
        yield "the operations do not name every old clause once"
    if news != list(range(len(change.new.clauses))):
        yield "the operations do not name every new clause once and in order"
    named = [place for clause in change.clauses for place in clause.new_clauses]
    if named != sorted(set(named)):
        yield "the clauses are not in reading order of the new version"
    gone = [place for clause in change.clauses for place in clause.old_clauses]
    if len(gone) != len(set(gone)):
        yield "an old clause is named twice"


def _word_faults(change: Change) -> Iterator[str]:
    """Yield faults of the words: each is unchanged, moved, inserted or deleted, once."""
    quiet = _quiet_texts(change.old, {place for clause in change.clauses for place in clause.old_clauses})
    still = _quiet_texts(change.new, {place for clause in change.clauses for place in clause.new_clauses})
    gone_quiet, come_quiet = words("\n".join((quiet - still).elements())), words("\n".join((still - quiet).elements()))
    if gone_quiet != come_quiet:
        yield f"clauses without a report differ in words: {gone_quiet - come_quiet} {come_quiet - gone_quiet}"
    # Clauses without a report have the same words on both sides: what is left to balance are those with one.
    told = [span for clause in change.clauses for span in clause.redline]
    gone, come = (words("\n".join(span.text for span in told if span.tag == tag)) for tag in "-+")
    old, new = (words("\n".join(getattr(clause, side) for clause in change.clauses)) for side in ("old", "new"))
    if old + come != new + gone:
        yield "old words, less the deleted, with the inserted, are not the new words"
    if change.words_added > sum(come.values()) or change.words_removed > sum(gone.values()):
        yield "more words are counted than are marked"
    if all(clause.is_technical for clause in change.clauses) and (change.words_added or change.words_removed):
        yield "words are counted though none differs"


def _quiet_texts(version: Version, named: set[int]) -> Counter[str]:
    """Return the texts of the clauses without a report; the case of headings is no word."""
    quiet = [clause for clause in version.clauses if clause.index not in named]
    return Counter(x.text.casefold() if x.kind == "heading" else x.text for x in quiet)


def mirror_faults(there: Change, back: Change) -> Iterator[str]:
    """Yield where the comparison of the sides exchanged does not say the same the other way round."""
    told, again = (Counter(map(_told, there.clauses)), Counter(map(_told_back, back.clauses)))
    for one in told - again:
        yield f"not told from the other side: {one}"
    for one in again - told:
        yield f"told from the other side alone: {one}"
    if (there.words_added, there.words_removed) != (back.words_removed, back.words_added):
        yield "words are counted otherwise from the other side"


def _told(clause: ClauseChange) -> tuple[object, ...]:
    places = (clause.moved_from, clause.section) if clause.op == "moved" else ()
    return (
        clause.op, clause.old_clauses, clause.new_clauses, tuple(runs_of(clause.redline)), places,
        tuple(sorted(clause.links)),
    )  # fmt: skip


def _told_back(clause: ClauseChange) -> tuple[object, ...]:
    runs = tuple((kept, come, gone) for kept, gone, come in runs_of(clause.redline))
    places = (clause.section, clause.moved_from) if clause.op == "moved" else ()
    return (
        _MIRRORED.get(clause.op, clause.op), clause.new_clauses, clause.old_clauses, runs, places,
        tuple(sorted((old, new) for new, old in clause.links)),
    )  # fmt: skip
