"""How alike two clauses are, as lists of words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import Indel, LCSseq

from tracker.diff.engine import code_points
from tracker.diff.tokens import plain_words
from tracker.model import Version, fold_text

#: Up to so many pairs of clauses all are compared. Beyond it, candidates are those with the most words in common, of
#: the words that few clauses hold.
_MOST_PAIRS: Final = 60_000
_MOST_HOLDERS: Final = 16
_MOST_CANDIDATES: Final = 6
#: Most work (product of word counts) for one comparison; beyond it bags of words are compared.
_MOST_WORK: Final = 100_000_000

Side: TypeAlias = Literal["old", "new"]


class Likeness:
    """Compares clauses of two versions; every clause is split into words at most once."""

    def __init__(self, old: Version, new: Version) -> None:
        """Compare clauses of `old` with clauses of `new`."""
        self._versions = {"old": old, "new": new}
        self._words: dict[tuple[Side, int], str] = {}
        self._codes: dict[str, str] = {}
        self._free_codes = code_points()

    def words(self, side: Side, index: int) -> str:
        """Return a clause as a string with one code point for each word, whatever its case; numbers share one."""
        known = self._words.get((side, index))
        if known is None:
            codes = self._codes
            known = "".join([codes.get(word) or self._code(word) for word in self._split(side, index)])
            self._words[side, index] = known
        return known

    def word_count(self, side: Side, index: int) -> int:
        """Return how many words a clause has."""
        return len(self.words(side, index))

    def between(self, old_index: int, new_index: int) -> float:
        """Return how alike two clauses are, 0 to 1; a heading and a text are never alike."""
        if self._is_heading("old", old_index) != self._is_heading("new", new_index):
            return 0.0
        return ratio(self.words("old", old_index), self.words("new", new_index))

    def candidates(
        self, free_old: Sequence[int], free_new: Sequence[int], least: float
    ) -> Iterator[tuple[int, int, float]]:
        """Yield (old index, new index, likeness) of clauses that are at least so much alike."""
        for headings in (True, False):
            olds = [index for index in free_old if self._is_heading("old", index) == headings]
            news = [index for index in free_new if self._is_heading("new", index) == headings]
            if len(olds) * len(news) <= _MOST_PAIRS:
                yield from self._all_pairs(olds, news, least)
            else:
                yield from self._by_rare_words(olds, news, least)

    def _all_pairs(self, olds: Sequence[int], news: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
        choices = [self.words("new", index) for index in news]
        for old_index in olds:
            words = self.words("old", old_index)
            for _, score, place in process.extract(
                words, choices, scorer=Indel.normalized_similarity, score_cutoff=least, limit=None
            ):
                yield old_index, news[place], score

    def _by_rare_words(
        self, olds: Sequence[int], news: Sequence[int], least: float
    ) -> Iterator[tuple[int, int, float]]:
        holders: dict[str, list[int]] = defaultdict(list)
        for new_index in news:
            for word in set(self.words("new", new_index)):
                holders[word].append(new_index)
        rare = {word: places for word, places in holders.items() if len(places) <= _MOST_HOLDERS}
        for old_index in olds:
            words = self.words("old", old_index)
            shared: Counter[int] = Counter()
            for word in rare.keys() & words:
                shared.update(rare[word])
            for new_index in sorted(shared, key=lambda index: (-shared[index], index))[:_MOST_CANDIDATES]:
                score = ratio(words, self.words("new", new_index))
                if score >= least:
                    yield old_index, new_index, score

    def _code(self, word: str) -> str:
        """Return a code point for a word seen for the first time; all numbers share one: a new date is little."""
        code = self._codes.get("0") if word.isdecimal() else None
        if code is None:
            code = next(self._free_codes)
        self._codes["0" if word.isdecimal() else word] = self._codes[word] = code
        return code

    def _is_heading(self, side: Side, index: int) -> bool:
        return self._versions[side].clauses[index].kind == "heading"

    def _split(self, side: Side, index: int) -> list[str]:
        version = self._versions[side]
        clause = version.clauses[index]
        text = clause.folded
        if clause.kind == "heading":  # numbers are given to other sections: a heading is what its title says
            text = fold_text(version.sections[clause.section].title) or text
        return plain_words(text.lower()) or list(text)


def ratio(old: str, new: str) -> float:
    """Return twice the words that two texts have in common, in order, by the words of both: 0 to 1."""
    if len(old) * len(new) > _MOST_WORK:
        return 2 * (Counter(old) & Counter(new)).total() / (len(old) + len(new))
    return float(Indel.normalized_similarity(old, new))


def common_words(old: str, new: str) -> int:
    """Return how many words two texts have in common, in order."""
    if len(old) * len(new) > _MOST_WORK:
        return (Counter(old) & Counter(new)).total()
    return int(LCSseq.similarity(old, new))
