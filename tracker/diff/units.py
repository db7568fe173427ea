"""Units of comparison: words, marks, and whatever a reader takes as one thing, such as a date or a quoted term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tracker.diff.tokens import is_word, split_tokens
from tracker.model import fold_text

_MONTHS: Final = frozenset(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    januar februar märz mai juni juli oktober dezember
    janvier février mars avril juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    """.split()  # noqa: SIM905 - a list of words reads as one
)
_ORDINAL_ENDS: Final = ("st", "nd", "rd", "th")
_LAST_DAY: Final = 31
_YEAR_DIGITS: Final = 4
_BEFORE_MONTH: Final = frozenset({".", "of", "de"})
_BEFORE_YEAR: Final = frozenset({",", ".", "of", "de"})
_OPENING: Final = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c\u201d", "\u00ab": "\u00bb", "\u2018": "\u2019"}
#: A quotation longer than this many units is a sentence, not a term.
_LONGEST_TERM: Final = 9
_SENTENCE_MARKS: Final = frozenset(".!?;:\u3002\uff01\uff1f")
_SPACELESS_MARKS: Final = frozenset("\u3002\uff01\uff1f")
_CLOSERS: Final = frozenset("\"')]\u2019\u201d\u00bb")


@dataclass(slots=True)
class Units:
    """A text in units. White space is carried by the unit after it, and by an empty unit at the end of the text."""

    spaces: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """What units are compared by: quotation marks and dashes in one style, nothing invisible."""

    def __len__(self) -> int:
        return len(self.texts)

    def tokens(self, start: int, end: int) -> list[str]:
        """Return the units from `start` to `end`, each after the white space before it, as they stand in the text."""
        both = zip(self.spaces[start:end], self.texts[start:end], strict=True)
        return [token for pair in both for token in pair if token]


def split_units(text: str) -> Units:
    """Return `text` in units; dates and quoted terms of a few words are one unit each."""
    units = Units()
    space = ""
    for token in split_tokens(text):
        if token.isspace():
            space += token
            continue
        units.spaces.append(space)
        units.texts.append(token)
        space = ""
    if space:
        units.spaces.append(space)
        units.texts.append("")
    _join_atoms(units)
    if text.isascii() and "`" not in text:
        units.keys = list(units.texts)
    else:
        units.keys = [fold_text(unit) if not unit.isascii() or "`" in unit else unit for unit in units.texts]
    return units


def split_sentences(units: Units) -> list[tuple[int, int]]:
    """Return (start, end) of every sentence, or part of one before a colon or semicolon, in units."""
    ends: list[int] = []
    for place in range(1, len(units)):
        last = place - 1
        while last > 0 and units.texts[last] in _CLOSERS and not units.spaces[last]:
            last -= 1
        mark = units.texts[last]
        is_end = mark in _SENTENCE_MARKS and (units.spaces[place] or mark in _SPACELESS_MARKS)
        is_end = is_end and not (mark == "." and units.spaces[last])  # a full stop on its own ends nothing
        if is_end or "\n" in units.spaces[place]:
            ends.append(place)
    if ends and not any(map(is_word, units.texts[ends[-1] :])):
        ends.pop()
    starts = [0, *ends]
    return list(zip(starts, [*ends, len(units)], strict=True)) if len(units) else []


def _join_atoms(units: Units) -> None:
    """Make one unit of the units of each date and each quoted term, in place."""
    ranges = _atoms(units)
    for start, end in reversed(ranges):
        joined = "".join(
            space + text for space, text in zip(units.spaces[start:end], units.texts[start:end], strict=True)
        )
        units.texts[start:end] = [joined[len(units.spaces[start]) :]]
        units.spaces[start + 1 : end] = []


def _atoms(units: Units) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(units):
        text = units.texts[place]
        start, end = place, place + 1
        if text in _OPENING:
            end = _end_of_term(units, place)
        elif text.lower() in _MONTHS and text[0].isupper():
            start, end = _date_around(units.texts, place, found[-1][1] if found else 0)
        if end - start > 1:
            found.append((start, end))
        place = end
    return found


def _end_of_term(units: Units, place: int) -> int:
    """Return where the term ends whose quotation mark opens at `place`; the place after the mark if it is none."""
    closing = _OPENING[units.texts[place]]
    is_opening = place == 0 or bool(units.spaces[place]) or not is_word(units.texts[place - 1])
    if not is_opening:
        return place + 1
    for end in range(place + 1, min(place + _LONGEST_TERM + 2, len(units))):
        if units.texts[end] in _SENTENCE_MARKS or "\n" in units.spaces[end]:
            break
        if units.texts[end] in closing and not units.spaces[end] and end > place + 1:
            return end + 1
    return place + 1


def _date_around(texts: Sequence[str], month: int, least: int) -> tuple[int, int]:
    """Return (start, end) of the date whose month stands at `month`; the month alone if no number is beside it."""
    start, end = month, month + 1
    before = month - 1
    if before > least and texts[before] in _BEFORE_MONTH:
        before -= 1
    if before >= least and _is_day(texts[before]):
        start = before
    elif end < len(texts) and _is_day(texts[end]):
        end += 1
    year = end + 1 if end < len(texts) and texts[end] in _BEFORE_YEAR else end
    if year < len(texts) and len(texts[year]) == _YEAR_DIGITS and texts[year].isdecimal():
        end = year + 1
    return start, end


def _is_day(text: str) -> bool:
    digits = text[:-2] if text.lower().endswith(_ORDINAL_ENDS) else text
    return digits.isdecimal() and len(digits) <= len(str(_LAST_DAY)) and 0 < int(digits) <= _LAST_DAY
