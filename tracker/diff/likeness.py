"""How alike two clauses are, as lists of words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, Literal, TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import Indel, LCSseq

from tracker.diff.engine import code_points
from tracker.diff.tokens import plain_words
from tracker.model import Version, fold_text

#: Up to so many pairs of clauses all are compared.
_MOST_PAIRS: Final = 40_000
_MOST_HOLDERS: Final = 12
_MOST_CANDIDATES: Final = 5
#: Most work (product of word counts) for one comparison; beyond it bags of words are compared.
_MOST_WORK: Final = 100_000_000

#: Clauses of more words are first asked whether their lengths allow them to be alike.
_LONG_CLAUSE: Final = 1000
#: Clauses of fewer words may have a single rare word in common.
_SHORT_CLAUSE: Final = 8
#: How far from the same place in a gap a clause is looked for.
_REACH: Final = 2

Gaps: TypeAlias = Mapping[int, int]
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

    def candidates(self, gaps_old: Gaps, gaps_new: Gaps, least: float) -> Iterator[tuple[int, int, float]]:
        """Yield (old index, new index, likeness) of clauses that are at least so much alike; some perhaps twice.

        Where there are too many pairs, all are compared within each gap that has few; within larger gaps those that
        stand at nearly the same place; and everywhere those that have rare words in common.

        Args:
            gaps_old: Free clause -> the gap that it stands in.
            gaps_new: Likewise; corresponding gaps have the same number.
            least: From 0 to 1.
        """
        for headings in (True, False):
            olds = [index for index in gaps_old if self._is_heading("old", index) == headings]
            news = [index for index in gaps_new if self._is_heading("new", index) == headings]
            if len(olds) * len(news) <= _MOST_PAIRS:
                yield from self._all_pairs(olds, news, least)
                continue
            olds_by_gap, news_by_gap = _by_gap(olds, gaps_old), _by_gap(news, gaps_new)
            budget = _MOST_PAIRS
            for gap, gap_olds in olds_by_gap.items():
                gap_news = news_by_gap.get(gap, [])
                work = len(gap_olds) * len(gap_news)
                if work <= budget:
                    budget -= work
                    yield from self._all_pairs(gap_olds, gap_news, least)
                else:
                    yield from self._by_place(gap_olds, gap_news, least)
            yield from self._by_rare_words(olds, news, least)

    def _by_place(self, olds: Sequence[int], news: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
        for place, old_index in enumerate(olds):
            middle = place * len(news) // len(olds)
            nearby = news[max(middle - _REACH, 0) : middle + _REACH + 1]
            yield from self._scored(old_index, nearby, least)

    def _scored(self, old_index: int, news: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
        words = self.words("old", old_index)
        for new_index in news:
            score = ratio(words, self.words("new", new_index))
            if score >= least:
                yield old_index, new_index, score

    def _all_pairs(self, olds: Sequence[int], news: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
        choices = [self.words("new", index) for index in news]
        longest = max(map(len, choices), default=0)
        for old_index in olds:
            words = self.words("old", old_index)
            if len(words) > _LONG_CLAUSE or len(words) * longest > _MOST_WORK:
                shortest = least / (2 - least) * len(words)  # a shorter one cannot be as much alike
                likely = [index for index, choice in zip(news, choices, strict=True) if len(choice) >= shortest]
                yield from self._scored(old_index, likely, least)
                continue
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
            shared = Counter(chain.from_iterable([rare[word] for word in rare.keys() & words]))
            enough = 1 if len(words) < _SHORT_CLAUSE else 2
            likely = [(-count, index) for index, count in shared.items() if count >= enough]
            likely.sort()
            yield from self._scored(old_index, [index for _, index in likely[:_MOST_CANDIDATES]], least)

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


def _by_gap(indices: Sequence[int], gaps: Gaps) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for index in indices:
        found[gaps[index]].append(index)
    return found


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
