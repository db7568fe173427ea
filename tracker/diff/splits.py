"""Splits and merges: one clause on one side that is several neighbours on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
_MOST_FREE: Final = 40
#: A clause of fewer words is not looked for in pieces.
_SHORTEST_WHOLE: Final = 8


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

    One that is no part is taken along where it stands between two longer that are: it was inserted there.

    Args:
        whole: Words of a clause, as code points.
        start: A clause on the other side that belongs to it.
        pieces: That other side.
    """
    run = _Run(start, start, pieces.words(start))
    while len(run.words) < len(whole) / _LEAST_OWN and run.last - run.first < _MOST_PIECES:
        longer = next((other for other in _longer_runs(run, pieces) if _belongs(whole, run, other)), None)
        if longer is None:
            break
        run = longer
    return list(range(run.first, run.last + 1))


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring pieces; of a run that was made longer, also how many words the piece at its new end has."""

    first: int
    last: int
    words: str
    piece: int = 0


def _longer_runs(run: _Run, pieces: Pieces) -> Iterator[_Run]:
    """Yield the run with the next piece, or the one after it if something shorter stands between."""
    for steps in (1, 2):
        for first, last in ((run.first, run.last + steps), (run.first - steps, run.last)):
            added = [index for index in range(first, last + 1) if not run.first <= index <= run.last]
            if not all(map(pieces.is_free_text, added)):
                continue
            words = [pieces.words(index) for index in added]
            outer, inner = (words[-1], words[:-1]) if last > run.last else (words[0], words[1:])
            if sum(map(len, inner)) <= len(outer):
                joined = "".join(words)
                yield _Run(first, last, run.words + joined if last > run.last else joined + run.words, len(outer))


def _belongs(whole: str, run: _Run, longer: _Run) -> bool:
    """Whether enough words of the piece at the new end are words of `whole` that the run so far has not."""
    gained = common_words(whole, longer.words) - common_words(whole, run.words)
    return gained >= (longer.piece if longer.piece < _FEW_WORDS else _LEAST_OWN * longer.piece)


def find_whole_split(whole: str, pieces: Pieces, free: list[int]) -> list[int]:
    """Return neighbours among `free` that together are `whole`, none of which is enough alike alone; [] if none are."""
    if len(free) < 2 or len(free) > _MOST_FREE or len(whole) < _SHORTEST_WHOLE:  # noqa: PLR2004 - several is two
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
