"""What a difference of several clauses, split or merged, says of each of them.

A `ClauseChange` tells a split or merge as one redline over all its paragraphs. A clause goes on as one clause: here it
is decided as which, and its own redline is cut out of the whole. No text is compared anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.model import Span, SpanTag

_PARAGRAPH_BREAK: Final = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An old clause that goes on as a new one: places in the two lists of texts, and the redline between them."""

    old: int
    new: int
    redline: tuple[Span, ...]


def share_out(redline: Sequence[Span], old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """Return which of the `old` texts goes on as which of the `new` ones: those with the most kept characters.

    Each text is in at most one piece; where two are as good, the first in reading order wins. While there are texts on
    both sides without a partner they are paired too, even if nothing of one is kept in the other.

    Args:
        redline: From the old texts to the new ones, either side joined by blank lines.
        old: Texts of the old clauses, in reading order.
        new: Texts of the new clauses, in reading order.
    """
    if len(old) == len(new) == 1:
        return (Piece(old=0, new=0, redline=tuple(redline)),)
    olds, news = _bounds(old), _bounds(new)
    ranked = sorted(
        (-_kept(redline, old_range, new_range), i, j)
        for i, old_range in enumerate(olds)
        for j, new_range in enumerate(news)
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pieces: list[Piece] = []
    for _, i, j in ranked:
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pieces.append(Piece(old=i, new=j, redline=cut_redline(redline, olds[i], news[j])))
    return tuple(sorted(pieces, key=lambda piece: piece.new))


def _bounds(texts: Sequence[str]) -> list[range]:
    bounds: list[range] = []
    start = 0
    for text in texts:
        bounds.append(range(start, start + len(text)))
        start += len(text) + len(_PARAGRAPH_BREAK)
    return bounds


def cut_redline(redline: Iterable[Span], old: range, new: range) -> tuple[Span, ...]:
    r"""Return the redline from the part `old` of the old text to the part `new` of the new one, as offsets.

    Kept words whose other side lies outside its part are deleted here, or inserted.

    >>> whole = (Span("=", "Birds fly."), Span("-", " "), Span("+", "\n\n"), Span("=", "Bats too."))
    >>> cut_redline(whole, range(0, 20), range(0, 10))
    (Span(tag='=', text='Birds fly.'), Span(tag='-', text=' Bats too.'))
    """
    parts: list[tuple[SpanTag, str]] = []
    for span, old_at, new_at in _walk(redline):
        length = len(span.text)
        cuts = {0, length, *(_within(edge - old_at, length) for edge in (old.start, old.stop))}
        cuts |= {_within(edge - new_at, length) for edge in (new.start, new.stop)}
        for start, end in itertools.pairwise(sorted(cuts)):
            is_old = span.tag != "+" and old.start <= old_at + start < old.stop
            is_new = span.tag != "-" and new.start <= new_at + start < new.stop
            if is_old or is_new:
                parts.append(("=" if is_old and is_new else "-" if is_old else "+", span.text[start:end]))
    return tuple(_tidy(parts))


def _kept(redline: Iterable[Span], old: range, new: range) -> int:
    """Return how many characters of the part `old` are kept in the part `new`."""
    return sum(len(span.text) for span in cut_redline(redline, old, new) if span.tag == "=")


def _walk(redline: Iterable[Span]) -> Iterator[tuple[Span, int, int]]:
    """Yield each span with its offsets in the old and the new text."""
    old_at = new_at = 0
    for span in redline:
        yield span, old_at, new_at
        old_at += len(span.text) if span.tag != "+" else 0
        new_at += len(span.text) if span.tag != "-" else 0


def _within(offset: int, length: int) -> int:
    return min(max(offset, 0), length)


def _tidy(parts: Sequence[tuple[SpanTag, str]]) -> Iterator[Span]:
    """Yield `parts` as spans: neighbours of one kind are one, and deletions come before insertions."""
    for is_kept, run in itertools.groupby(parts, key=lambda part: part[0] == "="):
        texts = list(run)
        tags: tuple[SpanTag, ...] = ("=",) if is_kept else ("-", "+")
        for tag in tags:
            text = "".join(piece for own, piece in texts if own == tag)
            if text:
                yield Span(tag, text)


def whole_redline(old: str, new: str) -> tuple[Span, ...]:
    """Return the coarsest redline between two texts: one kept, or one deleted and one inserted."""
    if old == new:
        return (Span("=", old),) if old else ()
    spans = (Span("-", old), Span("+", new))
    return tuple(span for span in spans if span.text)
