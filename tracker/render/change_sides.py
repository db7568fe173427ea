"""A redline as rows of two columns: the old text left, the new one right, the same place beside the same place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tracker.model import Span

#: Where a sentence ends, with the white space behind it. A full stop after a digit or a single letter ends none
#: (`8.3. Law`, `e.g. this`); one too few only makes a row longer. Arabic and ideographic marks need no space.
_SENTENCE_END: Final = re.compile(
    r"(?:(?<=[^\W\d_][^\W\d_])|(?<=[)\]\"'\u2019\u201d\u00bb%]))[.!?\u2026\u061f\u06d4][)\]\"'\u2019\u201d\u00bb]{0,3}(?=\s)"
    r"|[\u3002\uff01\uff1f]|\n\n"
)
_WHITE_SPACE: Final = re.compile(r"\s{0,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What stands side by side: one sentence or paragraph, or several where the two sides are too far apart."""

    old: tuple[Span, ...]
    """Kept and deleted words; empty where the old text has nothing here."""
    new: tuple[Span, ...]
    """Kept and inserted words; empty where the new text has nothing here."""

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def pair_sides(redline: Sequence[Span]) -> tuple[Row, ...]:
    """Return the redline in rows, in reading order: their `old` spans make the old text and their `new` spans the new.

    A row ends where kept words end a sentence on both sides. What was deleted and what was inserted in its stead share
    one.
    """
    old_ends, new_ends = (_ends("".join(span.text for span in redline if span.tag != tag)) for tag in ("+", "-"))
    new_known = set(new_ends)
    rows: list[Row] = []
    old: list[Span] = []
    new: list[Span] = []
    old_at = new_at = 0

    def close() -> None:
        if any(not span.text.isspace() for span in (*old, *new)):
            rows.append(Row(old=tuple(old), new=tuple(new)))
            old.clear()
            new.clear()

    for span in redline:
        length = len(span.text)
        if span.tag == "=":
            shared = old_ends[bisect_left(old_ends, old_at) : bisect_right(old_ends, old_at + length)]
            cuts = [end - old_at for end in shared if end - old_at + new_at in new_known]
            for piece in _pieces(span.text, cuts):
                if piece:
                    old.append(Span("=", piece))
                    new.append(Span("=", piece))
                else:
                    close()
        if span.tag == "-":
            old.append(span)
        if span.tag == "+":
            new.append(span)
        old_at += length if span.tag != "+" else 0
        new_at += length if span.tag != "-" else 0
    if old or new:
        rows.append(Row(old=tuple(old), new=tuple(new)))
    return tuple(rows)


def _ends(text: str) -> list[int]:
    """Return where sentences and paragraphs end, before and after the white space behind them, in order."""
    ends: set[int] = set()
    for match in _SENTENCE_END.finditer(text):
        ends.add(match.end())
        if behind := _WHITE_SPACE.match(text, match.end()):
            ends.add(behind.end())
    return sorted(ends)


def _pieces(text: str, cuts: Sequence[int]) -> Iterator[str]:
    """Yield the parts of `text`, and `""` for each cut; of two cuts around white space the latter counts."""
    kept = [cut for cut, following in pairwise((*cuts, len(text) + 1)) if not text[cut:following].isspace()]
    done = 0
    for cut in kept:
        if cut > done:
            yield text[done:cut]
        yield ""
        done = cut
    if done < len(text):
        yield text[done:]
