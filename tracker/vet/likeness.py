"""What two sketches have in common."""

from __future__ import annotations

import struct
from bisect import bisect_left
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from tracker.vet.sketch import Sketch

Excerpt: TypeAlias = Literal["cut", "beginning", "part", "parts"]

#: Bytes of a packed hash.
_WIDTH: Final = 4
#: Clauses at the break itself that may read otherwise, since a cut goes through them.
_FRAYED: Final = 2
_LEAST_CLAUSES: Final = 3
_CUT_RUNS: Final = 2
#: Of the length of the whole: what a text lacks at least that was cut within a clause, and between two.
_CUT_LOSS: Final = 0.05
_END_LOSS: Final = 0.25
_MOST_CLAUSES: Final = 0.9
#: Share of an excerpt's runs that must stand in the whole: the cut itself makes a run or two.
_EXCERPTED: Final = 0.97


def share_within(part: Sketch, whole: Sketch) -> float:
    """Return which share of the four-word runs of `part` stands in `whole`, 0 to 1; an estimate where runs are sampled.

    The runs below the lower of both ceilings are all known of both, and a random sample of each.
    """
    return _share(part.shingles, whole.shingles, min(part.ceiling, whole.ceiling))


@lru_cache(maxsize=256)
def _share(part: bytes, whole: bytes, ceiling: int) -> float:
    """Return the share of packed runs; texts that alternate are asked about again and again."""
    numbers = struct.unpack(f"<{len(part) // _WIDTH}I", part)
    known = bisect_left(numbers, ceiling)
    ours = _read(part) if known == len(numbers) else frozenset(numbers[:known])
    return len(ours & _read(whole)) / len(ours) if ours else 0.0


def likeness(one: Sketch, other: Sketch) -> float:
    """Return the larger of the shares of the one within the other: near 1 where one contains the other."""
    if one.text_sha256 == other.text_sha256:
        return 1.0
    return max(share_within(one, other), share_within(other, one))


def closeness(one: Sketch, other: Sketch) -> float:
    """Return the mean of the shares of the one within the other: near 1 only where the two say the same."""
    if one.text_sha256 == other.text_sha256:
        return 1.0
    return (share_within(one, other) + share_within(other, one)) / 2


def is_cut(whole: Sketch, part: Sketch) -> bool:
    """Return whether `part` is the beginning of `whole` and ends in the middle.

    Policies often end with an address, without a full stop; so a part that ends with a whole clause must lack more.
    """
    lost = 1 - part.length / whole.length if whole.length else 0.0
    excerpt = find_excerpt(whole, part)
    if excerpt == "cut":
        return lost >= _CUT_LOSS
    return excerpt == "beginning" and part.breaks_off and part.closing != whole.closing and lost >= _END_LOSS


def present_alike(one: Sketch, other: Sketch) -> bool:
    """Return whether the two have a heading or a first clause in common: the same document, in whatever words."""
    return not set(one.heads).isdisjoint(other.heads)


def find_excerpt(old: Sketch, new: Sketch) -> Excerpt | None:
    """Return whether `new` is nothing but a part of `old`, by its clauses, as they stood there.

    `cut`: from the first clause on, and the last one lacks its end; `beginning`: from the first clause on; `part`: one
    after the other; `parts`: nine in ten of its clauses, and no new words elsewhere.
    """
    count, whole = len(new.clauses) // _WIDTH, len(old.clauses) // _WIDTH
    if not _LEAST_CLAUSES <= count < whole or new.length >= old.length:
        return None
    # A text that was cut within a clause may lack words of that clause, and the marks that made it an item or a row.
    sure = max(count - _FRAYED, _LEAST_CLAUSES - 1) * _WIDTH
    familiar = share_within(new, old)
    if old.clauses[:sure] == new.clauses[:sure] and familiar >= _EXCERPTED:
        is_whole = new.clauses[-_WIDTH:] == old.clauses[len(new.clauses) - _WIDTH : len(new.clauses)]
        # A clause that was cut ends within one run of words; one that was edited has several new ones.
        is_cut = not is_whole and (1 - familiar) * len(new.shingles) / _WIDTH <= _CUT_RUNS
        return "cut" if is_cut else "beginning"
    place = old.clauses.find(new.clauses)
    while place >= 0 and place % _WIDTH:
        place = old.clauses.find(new.clauses, place + 1)
    if place >= 0:
        return "part"
    there = sum(clause in _read(old.clauses) for clause in struct.unpack(f"<{count}I", new.clauses))
    return "parts" if there >= _MOST_CLAUSES * count and familiar >= _EXCERPTED else None


@lru_cache(maxsize=16)
def _read(packed: bytes) -> frozenset[int]:
    return frozenset(struct.unpack(f"<{len(packed) // _WIDTH}I", packed))
