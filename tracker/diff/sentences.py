"""Which sentences of two paragraphs belong together: words are compared only between those.

The pairing is the one of most gain that keeps the order of both sides, found by dynamic programming as in the alignment
of translated texts (Gale and Church, 1993): one sentence with one, with up to `_MOST_JOINED` neighbours, or with none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final, TypeAlias

from rapidfuzz.distance import LCSseq

#: Two sentences belong together when more than this share of their words is common, in order.
_LEAST_COMMON: Final = 0.4
#: A sentence is cut into, or put together from, at most so many.
_MOST_JOINED: Final = 4
#: What a pairing of several must gain over the best of one with one, in words.
_JOIN_COST: Final = 1.5

#: (old start, old end, new start, new end), places in the lists of sentences; a side may be empty.
Group: TypeAlias = tuple[int, int, int, int]


def pair_sentences(old: Sequence[str], new: Sequence[str]) -> list[Group]:
    """Return which sentences belong together, in order; together the groups cover both sides.

    Args:
        old: Sentences as strings, one code point for each word.
        new: Likewise.
    """
    rows, columns = len(old), len(new)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    step: list[list[tuple[int, int]]] = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    old_ends = [0, *accumulate(map(len, old))]
    new_ends = [0, *accumulate(map(len, new))]
    several = range(2, _MOST_JOINED + 1)
    steps = ((1, 1), *((1, many) for many in several), *((many, 1) for many in several))
    for row in range(rows + 1):
        for column in range(columns + 1):
            if row:
                best[row][column], step[row][column] = best[row - 1][column], (1, 0)
            if column and (not row or best[row][column - 1] > best[row][column]):
                best[row][column], step[row][column] = best[row][column - 1], (0, 1)
            for down, across in steps:
                if down > row or across > column:
                    continue
                before = best[row - down][column - across] - _JOIN_COST * (down + across - 2)
                old_length = old_ends[row] - old_ends[row - down]
                new_length = new_ends[column] - new_ends[column - across]
                most = 2 * min(old_length, new_length) - _LEAST_COMMON * (old_length + new_length)
                if most <= 0 or before + most <= best[row][column]:
                    continue
                gain = _gain("".join(old[row - down : row]), "".join(new[column - across : column]))
                if gain > 0 and before + gain > best[row][column]:
                    best[row][column], step[row][column] = before + gain, (down, across)
    groups: list[Group] = []
    row, column = rows, columns
    while row or column:
        down, across = step[row][column]
        groups.append((row - down, row, column - across, column))
        row, column = row - down, column - across
    return groups[::-1]


def _gain(old: str, new: str) -> float:
    return float(2 * LCSseq.similarity(old, new) - _LEAST_COMMON * (len(old) + len(new)))
