"""Redlines on a screen: marks around what differs, words folded at its edge, two sides in two columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Final, TypeAlias

from tracker.model import Span, SpanTag
from tracker.render.change_sides import Row, pair_sides
from tracker.render.visible import terminal_text

#: How inserted and deleted words are set off: brackets alone, or ANSI colour with underline and strike-through
#: (ECMA-48, section 8.3.117).
_PLAIN: Final = {"-": ("[-", "-]"), "+": ("{+", "+}"), "=": ("", "")}
_COLOURED: Final = {"-": ("\x1b[31;9m", "\x1b[0m"), "+": ("\x1b[32;4m", "\x1b[0m"), "=": ("", "")}

#: Columns of the narrowest screen that two sides are laid out for, and of the widest: longer lines are hard to follow.
_NARROWEST: Final = 60
_WIDEST: Final = 200
#: What stands before every line of a clause. A build log reads a command where a line starts; the bar stands there
#: instead of the page's words.
BAR: Final = "  | "
_GUTTER: Final = " | "

#: White space, or a run without any.
_TOKEN: Final = re.compile(r"\s+|\S+")
#: What never begins a character of its own: zero-width joiner and the variation selector of emoji.
_JOINS: Final = "\u200d\ufe0f"

_Piece: TypeAlias = tuple[SpanTag, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a text is laid out for."""

    width: int
    """In columns."""
    measure: Callable[[str], int]
    """How many columns a text takes: two for an ideograph, none for a combining mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """How words are set off, and where lines end."""

    colour: bool
    screen: Screen | None
    """None where lines are not folded."""

    @property
    def width(self) -> int:
        """Columns of a whole line."""
        return min(max(self.screen.width if self.screen else 0, _NARROWEST), _WIDEST)

    def marks(self, tag: SpanTag) -> tuple[str, str]:
        return (_COLOURED if self.colour else _PLAIN)[tag]


def inline_lines(redline: Iterable[Span], pen: Pen) -> Iterator[str]:
    """Yield the lines of a redline, each behind the bar; folded if the pen knows its screen."""
    for paragraph in _paragraphs(redline):
        if pen.screen is None:
            yield f"{BAR}{_write(paragraph, pen)}".rstrip()
        else:
            for pieces, _ in _fold(paragraph, pen, pen.width - len(BAR), pen.screen.measure):
                yield f"{BAR}{_write(pieces, pen)}".rstrip()


def column_lines(redline: Sequence[Span], pen: Pen, screen: Screen) -> Iterator[str]:
    """Yield the lines of a redline with the old words left and the new ones right, each sentence beside its like."""
    for row in pair_sides(redline):
        yield from _row_lines(row, pen, screen)


def column_heads(pen: Pen) -> str:
    """Return the line that names the two columns."""
    return f"{BAR}{'OLD':<{_column(pen)}}{_GUTTER}NEW"


def _row_lines(row: Row, pen: Pen, screen: Screen) -> Iterator[str]:
    width = _column(pen)
    sides = [
        [line for paragraph in _paragraphs(side) for line in _fold(paragraph, pen, width, screen.measure) if line[0]]
        for side in (row.old, row.new)
    ]
    nothing: tuple[Sequence[_Piece], int] = ((), 0)
    for (old, taken), (new, _) in zip_longest(*sides, fillvalue=nothing):
        yield f"{BAR}{_write(old, pen)}{' ' * (width - taken)}{_GUTTER}{_write(new, pen)}".rstrip()


def _column(pen: Pen) -> int:
    return (pen.width - len(BAR) - len(_GUTTER)) // 2


def _paragraphs(spans: Iterable[Span]) -> list[list[_Piece]]:
    """Return the spans made safe for a screen, cut at their line breaks."""
    lines: list[list[_Piece]] = [[]]
    for span in spans:
        for place, text in enumerate(terminal_text(span.text).split("\n")):
            if place:
                lines.append([])
            if text:
                lines[-1].append((span.tag, text))
    return lines


def _write(pieces: Iterable[_Piece], pen: Pen) -> str:
    """Return the pieces with their marks. Those end with each line, so that a cut or paged one never bleeds."""
    written = []
    for tag, run in groupby(pieces, key=itemgetter(0)):
        start, end = pen.marks(tag)
        written.append(f"{start}{''.join(text for _, text in run)}{end}")
    return "".join(written)


def _fold(
    pieces: Sequence[_Piece], pen: Pen, width: int, measure: Callable[[str], int]
) -> Iterator[tuple[Sequence[_Piece], int]]:
    """Yield lines at most `width` columns wide, with how many they take; an empty one where there are no words."""
    line = _Line(pen, measure)
    for word in _words(pieces, pen, width, measure):
        if not line.is_empty and line.width_with(word) > width:
            yield line.end()
            line = _Line(pen, measure)
        line.add(word)
    yield line.end()


class _Line:
    """A line being filled."""

    def __init__(self, pen: Pen, measure: Callable[[str], int]) -> None:
        self._pen = pen
        self._measure = measure
        self._pieces: list[_Piece] = []
        self._taken = 0

    @property
    def is_empty(self) -> bool:
        return not self._pieces

    def width_with(self, word: Sequence[_Piece]) -> int:
        """Return how many columns the line takes with `word` at its end; white space there takes none."""
        return self._taken if self._vanishes(word) else self._taken + self._cost(word)

    def add(self, word: Sequence[_Piece]) -> None:
        """Put `word` at the end; white space that was there before and since never opens a line."""
        if self._pieces or not _is_blank(word) or word[0][0] != "=":
            self._taken += self._cost(word)
            self._pieces += word

    def end(self) -> tuple[Sequence[_Piece], int]:
        """Return the line without white space at its end, and its width."""
        while self._pieces and self._pieces[-1][1].isspace():
            last = self._pieces.pop()
            if not self._vanishes((last,)):
                self._pieces.append(last)
                break
            self._taken -= self._measure(last[1])
        return self._pieces, self._taken

    def _vanishes(self, word: Sequence[_Piece]) -> bool:
        """Whether `word` is white space that may be lost at the end: not where it alone was inserted or deleted."""
        return _is_blank(word) and (word[0][0] == "=" or (bool(self._pieces) and self._pieces[-1][0] == word[0][0]))

    def _cost(self, word: Sequence[_Piece]) -> int:
        last = self._pieces[-1][0] if self._pieces else "="
        cost = 0
        for tag, text in word:
            if tag != last:
                cost += _mark_width(self._pen, tag)
            cost += self._measure(text)
            last = tag
        return cost


def _mark_width(pen: Pen, tag: SpanTag) -> int:
    return 0 if pen.colour else sum(map(len, pen.marks(tag)))


def _is_blank(word: Sequence[_Piece]) -> bool:
    return len(word) == 1 and word[0][1].isspace()


def _words(pieces: Sequence[_Piece], pen: Pen, width: int, measure: Callable[[str], int]) -> Iterator[Sequence[_Piece]]:
    """Yield runs without white space, and white space between them. One that is too long is cut.

    So is one with wide characters, since their scripts are written without spaces.
    """
    word: list[_Piece] = []
    for tag, text in pieces:
        for token in _TOKEN.findall(text):
            if token.isspace():
                yield from _cut(word, pen, width, measure)
                word = []
                yield ((tag, token),)
            else:
                word.append((tag, token))
    yield from _cut(word, pen, width, measure)


def _cut(word: Sequence[_Piece], pen: Pen, width: int, measure: Callable[[str], int]) -> Iterator[Sequence[_Piece]]:
    taken = sum(measure(text) + _mark_width(pen, tag) for tag, text in word)
    is_wide = taken > sum(len(text) + _mark_width(pen, tag) for tag, text in word)
    if word and taken <= width and not is_wide:
        yield word
        return
    for tag, text in word:
        room = 1 if is_wide else width - _mark_width(pen, tag)
        yield from (((tag, chunk),) for chunk in _chunks(text, room, measure))


def _chunks(text: str, room: int, measure: Callable[[str], int]) -> Iterator[str]:
    """Yield parts of `text` at most `room` columns wide, or of one character where that is wider."""
    chunk, taken = "", 0
    for character in _characters(text, measure):
        more = measure(character)
        if chunk and taken + more > room:
            yield chunk
            chunk, taken = "", 0
        chunk += character
        taken += more
    if chunk:
        yield chunk


def _characters(text: str, measure: Callable[[str], int]) -> Iterator[str]:
    """Yield what a reader sees as single characters: a letter with its marks, a joined emoji."""
    whole = ""
    for character in text:
        if whole and (whole[-1] == _JOINS[0] or character in _JOINS or measure(character) == 0):
            whole += character
            continue
        if whole:
            yield whole
        whole = character
    if whole:
        yield whole
