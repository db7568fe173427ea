"""Splits and merges: one clause on one side that is several neighbours on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import Indel

from tracker.diff.likeness import common_words, ratio
from tracker.model import Version

#: This share of a piece's words must be words that the whole has and the other pieces have not.
_LEAST_OWN: Final = 0.7
#: Pieces of fewer words must be in the whole altogether.
_FEW_WORDS: Final = 3
#: Least likeness of the pieces together to the whole.
_LEAST_TOGETHER: Final = 0.5
_MOST_PIECES: Final = 200
#: Of what is free altogether, so many most alike pieces are tried as a beginning; pieces shorter than this are not.
_MOST_TRIED: Final = 5
_LEAST_ALIKE: Final = 0.1
_MOST_FREE: Final = 60


@dataclass(frozen=True, slots=True)
class Pieces:
    """One side as the search sees it."""

    version: Version
    words: Callable[[int], str]
    partner: dict[int, int]
    """Index -> index on the other side."""
    taken: set[int]
    """Indices that further pieces of a group have."""

    def is_free_text(self, index: int) -> bool:
        """Whether there is such a clause, it is no heading and in no pair or group."""
        return (
            0 <= index < len(self.version.clauses)
            and index not in self.partner
            and index not in self.taken
            and self.version.clauses[index].kind != "heading"
        )


def find_pieces(whole: str, start: int, pieces: Pieces) -> list[int]:
    """Return the neighbours of the piece `start` that are parts of `whole` as well, in reading order with it.

    Args:
        whole: Words of a clause, as code points.
        start: A clause on the other side that belongs to it.
        pieces: That other side.
    """
    first = last = start
    joined = pieces.words(start)
    common = common_words(whole, joined)
    while True:
        if len(joined) >= len(whole) / _LEAST_OWN or last - first >= _MOST_PIECES:
            return list(range(first, last + 1))
        for neighbour in (last + 1, first - 1):
            if not pieces.is_free_text(neighbour):
                continue
            piece = pieces.words(neighbour)
            longer = joined + piece if neighbour > last else piece + joined
            gained = common_words(whole, longer) - common
            enough = len(piece) if len(piece) < _FEW_WORDS else _LEAST_OWN * len(piece)
            if gained < enough:
                continue
            first, last = min(first, neighbour), max(last, neighbour)
            joined, common = longer, common + gained
            break
        else:
            return list(range(first, last + 1))


def find_whole_split(whole: str, pieces: Pieces, free: list[int]) -> list[int]:
    """Return neighbours among `free` that together are `whole`, none of which is enough alike alone; [] if none are."""
    if len(free) < 2 or len(free) > _MOST_FREE or len(whole) < _FEW_WORDS:  # noqa: PLR2004 - several is two
        return []
    free = [index for index in free if pieces.is_free_text(index)]
    choices = [pieces.words(index) for index in free]
    tried = process.extract(
        whole, choices, scorer=Indel.normalized_similarity, score_cutoff=_LEAST_ALIKE, limit=_MOST_TRIED
    )
    for words, _, place in tried:
        if len(words) < _FEW_WORDS or common_words(whole, words) < _LEAST_OWN * len(words):
            continue
        found = find_pieces(whole, free[place], pieces)
        if len(found) > 1 and ratio(whole, "".join(map(pieces.words, found))) >= _LEAST_TOGETHER:
            return found
    return []
