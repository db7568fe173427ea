"""Equal elements of two sequences, in order: of clauses for the alignment, of sentences for long redlines."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Final

from rapidfuzz.distance import Indel

#: Most memory of the comparison, in bits (product of the counts of elements that both sides have): 64 MB.
_MOST_CELLS: Final = 500_000_000


def common_ends(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[int, int]:
    """Return how many elements are the same at the start, and at the end, without overlap."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def common_in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return (old place, new place) of equal elements, rising on both sides: as many as can be.

    Where the sides are too long for that, of the elements that are there once on each side.
    """
    start, end = common_ends(old, new)
    between = _common_between(old[start : len(old) - end], new[start : len(new) - end])
    return [
        *((place, place) for place in range(start)),
        *((start + old_place, start + new_place) for old_place, new_place in between),
        *((len(old) - place, len(new) - place) for place in range(end, 0, -1)),
    ]


def _common_between(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    old_count, new_count = Counter(old), Counter(new)
    old_places = [place for place, key in enumerate(old) if key in new_count]
    new_places = [place for place, key in enumerate(new) if key in old_count]
    if len(old_places) * len(new_places) > _MOST_CELLS:
        where = {key: place for place, key in enumerate(new)}
        single = [place for place in old_places if old_count[old[place]] == new_count[old[place]] == 1]
        return [(single[x], where[old[single[x]]]) for x in longest_rising([where[old[place]] for place in single])]
    numbers: dict[Hashable, int] = {}
    old_line = [numbers.setdefault(old[place], len(numbers)) for place in old_places]
    new_line = [numbers.setdefault(new[place], len(numbers)) for place in new_places]
    return [
        (old_places[block.src_start + step], new_places[block.dest_start + step])
        for block in Indel.opcodes(old_line, new_line)
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]


def longest_rising(values: Sequence[int]) -> list[int]:
    """Return the places of a longest strictly rising subsequence of `values`, in order (patience sorting)."""
    tops: list[int] = []
    top_places: list[int] = []
    previous: list[int] = []
    for place, value in enumerate(values):
        pile = bisect_left(tops, value)
        previous.append(top_places[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            top_places.append(place)
        else:
            tops[pile] = value
            top_places[pile] = place
    chain: list[int] = []
    place = top_places[-1] if top_places else -1
    while place >= 0:
        chain.append(place)
        place = previous[place]
    return chain[::-1]


def heaviest_rising(values: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Return the places of a strictly rising subsequence of `values` of most weight, in order.

    Args:
        values: Each at most once.
        weights: One for each value, above 0.
    """
    rank = {value: place + 1 for place, value in enumerate(sorted(values))}
    best: list[tuple[int, int]] = [(0, -1)] * (len(values) + 1)  # prefix maxima, as a binary indexed tree
    previous: list[int] = []
    totals: list[int] = []
    for place, (value, weight) in enumerate(zip(values, weights, strict=True)):
        node, found = rank[value] - 1, (0, -1)
        while node:
            found = max(found, best[node])
            node &= node - 1
        previous.append(found[1])
        totals.append(found[0] + weight)
        node = rank[value]
        while node < len(best):
            best[node] = max(best[node], (totals[place], place))
            node += node & -node
    chain: list[int] = []
    place = max(range(len(values)), key=totals.__getitem__) if values else -1
    while place >= 0:
        chain.append(place)
        place = previous[place]
    return chain[::-1]
