"""Which clauses of two versions belong together.

In this order: exact matches in reading order, exact matches elsewhere (moves), then similar clauses, nearest first,
each used once. Splits and merges are found last, around clauses that are already paired.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rapidfuzz.distance import Indel

from tracker.diff.sequences import common_in_order, longest_rising
from tracker.diff.tokens import is_word, split_tokens
from tracker.model import Clause, Version, fold_text

#: Least similarity (0 to 1) at which two clauses are one clause reworded: within the same gap or section, and anywhere.
_NEAR: Final = 0.5
_ANYWHERE: Final = 0.65
#: What is enough when two clauses are the only ones left in their section.
_LONE: Final = 0.3
#: How much more alike a clause must be to two joined neighbours than to one of them.
_SPLIT_GAIN: Final = 0.08
#: Most pairs of clauses that are all compared word by word, in the document and in one gap; beyond it, candidates are
#: the clauses with the most words in common of those that few clauses hold.
_MOST_PAIRS: Final = 60_000
_MOST_PAIRS_IN_GAP: Final = 400
_MOST_HOLDERS: Final = 50
_MOST_ALIKE: Final = 10
#: Most work (product of word counts) for one pair; beyond it bags of words are compared.
_MOST_WORK: Final = 25_000_000
_LEAST_MOVED_WORDS: Final = 3

_Key: TypeAlias = tuple[bool, str]
_Gaps: TypeAlias = dict[int, tuple[int, int]]


@dataclass(slots=True)
class Alignment:
    """Groups of clauses: every clause of either version is in at most one pair."""

    pairs: dict[int, int] = field(default_factory=dict)
    """Old index -> new index."""
    moved: set[int] = field(default_factory=set)
    """Old indices of pairs found outside the reading order."""
    joined_old: dict[int, list[int]] = field(default_factory=dict)
    """Old index -> further old indices that were merged with it."""
    joined_new: dict[int, list[int]] = field(default_factory=dict)
    """Old index -> further new indices into which it was split."""

    def swapped(self) -> Alignment:
        """Return the same groups with the sides exchanged."""
        return Alignment(
            pairs={
                new_index: old_index for old_index, new_index in sorted(self.pairs.items(), key=lambda pair: pair[1])
            },
            moved={self.pairs[old_index] for old_index in self.moved},
            joined_old={self.pairs[old_index]: further for old_index, further in self.joined_new.items()},
            joined_new={self.pairs[old_index]: further for old_index, further in self.joined_old.items()},
        )


def align_clauses(old: Version, new: Version) -> Alignment:
    """Return which clauses of `old` and `new` belong together; with the sides swapped the same ones do.

    Where two ways are as good, the first found wins: so the sides are always looked at in the same order.
    """
    old_keys, new_keys = ([_key(clause) for clause in version.clauses] for version in (old, new))
    if (new_keys, new.markdown) < (old_keys, old.markdown):
        return _Aligner(new, old, new_keys, old_keys).align().swapped()
    return _Aligner(old, new, old_keys, new_keys).align()


class _Aligner:
    def __init__(self, old: Version, new: Version, old_keys: Sequence[_Key], new_keys: Sequence[_Key]) -> None:
        self.old, self.new = old, new
        self.old_keys, self.new_keys = old_keys, new_keys
        self.result = Alignment()
        self.taken_new: set[int] = set()
        self.merged_old: set[int] = set()
        self._sections: dict[int, int] | None = None
        self._tokens: dict[tuple[str, int], list[str]] = {}

    def align(self) -> Alignment:
        self._match_in_order()
        self._match_headings()
        self._match_exact_elsewhere()
        self._match_similar()
        self._match_retitled()
        self._find_splits_and_merges()
        self._mark_moves()
        return self.result

    # -- steps --------------------------------------------------------------------------------------------------------

    def _match_in_order(self) -> None:
        for old_index, new_index in common_in_order(self.old_keys, self.new_keys):
            self._pair(old_index, new_index)

    def _match_headings(self) -> None:
        """Pair headings that kept their title or their anchor: a new number alone is no new section."""
        for old_key, new_key in ((_title_key, _title_key), (_anchor_key, _anchor_key)):
            news: dict[object, list[int]] = defaultdict(list)
            for index in self._free_new():
                if self.new.clauses[index].kind == "heading" and new_key(self.new, index) is not None:
                    news[new_key(self.new, index)].append(index)
            for index in self._free_old():
                if self.old.clauses[index].kind != "heading":
                    continue
                candidates = news.get(old_key(self.old, index), [])
                if candidates and old_key(self.old, index) is not None:
                    self._pair(index, candidates.pop(0))

    def _match_exact_elsewhere(self) -> None:
        news: dict[_Key, list[int]] = defaultdict(list)
        for index in self._free_new():
            news[self.new_keys[index]].append(index)
        for index in self._free_old():
            candidates = news.get(self.old_keys[index], [])
            if not candidates:
                continue
            if sum(map(is_word, self._words("old", index))) < _LEAST_MOVED_WORDS and not self._same_section(
                index, candidates[0]
            ):
                continue
            self._pair(index, candidates.pop(0))

    def _match_similar(self) -> None:
        free_old, free_new = self._free_old(), self._free_new()
        if not free_old or not free_new:
            return
        scored: list[tuple[float, int, int, int]] = []
        gaps_old, gaps_new = self._gaps(free_old, free_new)
        lone = self._lone_pairs(free_old, free_new)
        for old_index, candidates in self._candidates(free_old, free_new, gaps_old, gaps_new):
            for new_index in candidates:
                near = gaps_old[old_index] == gaps_new[new_index] or self._same_section(old_index, new_index)
                least = _LONE if lone.get(old_index) == new_index else _NEAR if near else _ANYWHERE
                score = self._similarity(old_index, new_index, least)
                if score >= least:
                    bonus = 0.1 if near else 0.0
                    scored.append((-(score + bonus), abs(old_index - new_index), old_index, new_index))
        for _, _, old_index, new_index in sorted(scored):
            if old_index not in self.result.pairs and new_index not in self.taken_new:
                self._pair(old_index, new_index)

    def _candidates(
        self, free_old: Sequence[int], free_new: Sequence[int], gaps_old: _Gaps, gaps_new: _Gaps
    ) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield each free old clause with the new ones to compare it with.

        All of them where they are few. Else those of the same gap, where these are few, and those with which it has the
        most rare words in common.
        """
        if len(free_old) * len(free_new) <= _MOST_PAIRS:
            for old_index in free_old:
                yield old_index, free_new
            return
        in_gap: dict[tuple[int, int], list[int]] = defaultdict(list)
        holders: dict[str, list[int]] = defaultdict(list)
        for new_index in free_new:
            in_gap[gaps_new[new_index]].append(new_index)
            for word in set(self._words("new", new_index)):
                holders[word].append(new_index)
        gap_sizes = Counter(gaps_old[old_index] for old_index in free_old)
        for old_index in free_old:
            gap = gaps_old[old_index]
            neighbours = in_gap.get(gap, [])
            shared: Counter[int] = Counter()
            for word in sorted(set(self._words("old", old_index))):
                if len(holders.get(word, ())) <= _MOST_HOLDERS:
                    shared.update(holders.get(word, ()))
            found = {index for index, _ in shared.most_common(_MOST_ALIKE)}
            if len(neighbours) * gap_sizes[gap] <= _MOST_PAIRS_IN_GAP:
                found.update(neighbours)
            yield old_index, sorted(found)

    def _match_retitled(self) -> None:
        """Pair headings whose words differ altogether where the text right below them is the same clause."""
        for old_index in self._free_old():
            new_index = self.result.pairs.get(old_index + 1, 0) - 1
            if new_index < 0 or new_index in self.taken_new:
                continue
            old_clause, new_clause = self.old.clauses[old_index], self.new.clauses[new_index]
            below = self.old.clauses[old_index + 1]
            if old_clause.kind == new_clause.kind == "heading" and below.kind != "heading":
                self._pair(old_index, new_index)

    def _find_splits_and_merges(self) -> None:
        for old_index, new_index in sorted(self.result.pairs.items()):
            if self.old_keys[old_index] == self.new_keys[new_index]:
                continue
            self._grow(old_index, new_index)

    def _grow(self, old_index: int, new_index: int) -> None:
        base = self._similarity(old_index, new_index, 0.0)
        old_words, new_words = self._words("old", old_index), self._words("new", new_index)
        for step in (1, -1):
            neighbour = new_index + step
            if self._is_free_text(self.new, neighbour) and neighbour not in self.taken_new:
                further = self._words("new", neighbour)
                joined = new_words + further if step > 0 else further + new_words
                if _ratio(old_words, joined, 0.0) > base + _SPLIT_GAIN:
                    self.result.joined_new.setdefault(old_index, []).append(neighbour)
                    self.taken_new.add(neighbour)
                    return
            neighbour = old_index + step
            if self._is_free_text(self.old, neighbour) and not self._is_used_old(neighbour):
                further = self._words("old", neighbour)
                joined = old_words + further if step > 0 else further + old_words
                if _ratio(joined, new_words, 0.0) > base + _SPLIT_GAIN:
                    self.result.joined_old.setdefault(old_index, []).append(neighbour)
                    self.merged_old.add(neighbour)
                    return

    def _mark_moves(self) -> None:
        """Mark the pairs that are not on the longest chain that rises on both sides."""
        pairs = sorted(self.result.pairs.items())
        chain = longest_rising([new_index for _, new_index in pairs])
        kept = {pairs[place][0] for place in chain}
        self.result.moved = {old_index for old_index, _ in pairs if old_index not in kept}

    # -- looking around -----------------------------------------------------------------------------------------------

    def _pair(self, old_index: int, new_index: int) -> None:
        self.result.pairs[old_index] = new_index
        self.taken_new.add(new_index)
        if self.old.clauses[old_index].kind == "heading":
            self._sections = None

    def _free_old(self) -> list[int]:
        return [clause.index for clause in self.old.clauses if clause.index not in self.result.pairs]

    def _free_new(self) -> list[int]:
        return [clause.index for clause in self.new.clauses if clause.index not in self.taken_new]

    def _is_used_old(self, index: int) -> bool:
        return index in self.result.pairs or index in self.merged_old

    def _is_free_text(self, version: Version, index: int) -> bool:
        return 0 <= index < len(version.clauses) and version.clauses[index].kind != "heading"

    def _words(self, side: str, index: int) -> list[str]:
        key = (side, index)
        if key not in self._tokens:
            is_heading, text = (self.old_keys if side == "old" else self.new_keys)[index]
            if is_heading:  # numbers are given to other sections: a heading is what its title says
                text = _title(self.old if side == "old" else self.new, index) or text
            tokens = split_tokens(text.lower())
            self._tokens[key] = [token for token in tokens if not token.isspace()]
        return self._tokens[key]

    def _similarity(self, old_index: int, new_index: int, least: float) -> float:
        old_clause, new_clause = self.old.clauses[old_index], self.new.clauses[new_index]
        if (old_clause.kind == "heading") != (new_clause.kind == "heading"):
            return 0.0
        return _ratio(self._words("old", old_index), self._words("new", new_index), least)

    def _same_section(self, old_index: int, new_index: int) -> bool:
        old_section = self.old.clauses[old_index].section
        new_section = self.new.clauses[new_index].section
        return self._section_map().get(old_section) == new_section

    def _section_map(self) -> dict[int, int]:
        if self._sections is None:
            self._sections = map_sections(self.old, self.new, self.result.pairs)
        return self._sections

    def _gaps(self, free_old: Iterable[int], free_new: Iterable[int]) -> tuple[_Gaps, _Gaps]:
        """Return for each free clause the pair that stands before it: clauses with the same one are in the same gap."""
        back = {new_index: old_index for old_index, new_index in self.result.pairs.items()}
        gaps_old: _Gaps = {}
        gaps_new: _Gaps = {}
        last = (-1, -1)
        wanted = set(free_old)
        for index in range(len(self.old.clauses)):
            if index in self.result.pairs:
                last = (index, self.result.pairs[index])
            elif index in wanted:
                gaps_old[index] = last
        last = (-1, -1)
        wanted = set(free_new)
        for index in range(len(self.new.clauses)):
            if index in back:
                last = (back[index], index)
            elif index in wanted:
                gaps_new[index] = last
        return gaps_old, gaps_new

    def _lone_pairs(self, free_old: Iterable[int], free_new: Iterable[int]) -> dict[int, int]:
        """Return old -> new where each is the only free clause of its section, and the sections belong together."""
        olds: dict[int, list[int]] = defaultdict(list)
        news: dict[int, list[int]] = defaultdict(list)
        for index in free_old:
            olds[self.old.clauses[index].section].append(index)
        for index in free_new:
            news[self.new.clauses[index].section].append(index)
        sections = self._section_map()
        return {
            indices[0]: news[sections[section]][0]
            for section, indices in olds.items()
            if len(indices) == 1 and len(news.get(sections.get(section, -1), [])) == 1
        }


def map_sections(old: Version, new: Version, pairs: dict[int, int]) -> dict[int, int]:
    """Return old section -> new section, as their headings are paired; section 0 belongs to section 0."""
    sections = {0: 0}
    for old_index, new_index in pairs.items():
        if old.clauses[old_index].kind == "heading" and new.clauses[new_index].kind == "heading":
            sections[old.clauses[old_index].section] = new.clauses[new_index].section
    return sections


def _key(clause: Clause) -> _Key:
    return clause.kind == "heading", clause.folded


def _title(version: Version, index: int) -> str:
    return fold_text(version.sections[version.clauses[index].section].title)


def _title_key(version: Version, index: int) -> object:
    section = version.sections[version.clauses[index].section]
    parent = version.sections[section.parent].title.casefold() if section.parent is not None else ""
    return (section.title.casefold(), section.level, parent) if section.title else None


def _anchor_key(version: Version, index: int) -> object:
    return version.sections[version.clauses[index].section].anchor


def _ratio(old: Sequence[str], new: Sequence[str], least: float) -> float:
    """Return how alike two lists of words are, 0 to 1, and 0 where they are surely less alike than `least`."""
    total = len(old) + len(new)
    if not total or 2 * min(len(old), len(new)) / total < least:
        return 0.0
    common = sum((Counter(old) & Counter(new)).values())
    bags = 2 * common / total
    if bags < least or len(old) * len(new) > _MOST_WORK:
        return bags if bags >= least else 0.0
    return float(Indel.normalized_similarity(old, new))
