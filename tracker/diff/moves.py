"""Which clauses that belong together are found in another place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from tracker.diff.likeness import Likeness
from tracker.diff.sequences import heaviest_rising
from tracker.model import Version

#: Weight of being a clause at all, beside its words, when it is asked which of two moved.
_CLAUSE_WEIGHT: Final = 1000
#: Weight of a heading that kept its number: more than all clauses between two headings.
_SAME_NUMBER: Final = 10_000_000

_Place: TypeAlias = tuple[int, int]


def find_moves(
    old: Version, new: Version, pairs: Mapping[int, int], sections: Mapping[int, int], likeness: Likeness
) -> tuple[set[int], set[int]]:
    """Return the old indices of pairs that are off the common order of all, and of those that a reader finds elsewhere.

    Off the order is what is not on the heaviest chain that rises on both sides. A reader looks for a text among those
    of its section and for a heading among those under the same parent: what moves with its section moves once, with the
    heading. What has come under another heading is asked for in the order of all.

    Args:
        old: One version.
        new: The other.
        pairs: Old clause -> new clause.
        sections: Old section -> new section.
        likeness: Knows how many words clauses have.
    """
    return _Order(old, new, pairs, sections, likeness).find()


class _Order:
    def __init__(
        self, old: Version, new: Version, pairs: Mapping[int, int], sections: Mapping[int, int], likeness: Likeness
    ) -> None:
        self._old, self._new = old, new
        self._pairs = sorted(pairs.items())
        self._sections = sections
        self._known_new_sections = set(sections.values())
        self._likeness = likeness

    def find(self) -> tuple[set[int], set[int]]:
        moved = self._off_chain(self._pairs, [_CLAUSE_WEIGHT] * len(self._pairs))
        if not moved:
            return set(), set()
        together: dict[tuple[bool, int | None], list[_Place]] = defaultdict(list)
        displaced: set[int] = set()
        for old_index, new_index in self._pairs:
            section = self._old.clauses[old_index].section
            if self._is_text_at_home(old_index, new_index):
                together[False, section].append((old_index, new_index))
            elif self._has_same_parent(old_index, new_index):
                together[True, self._old.sections[section].parent].append((old_index, new_index))
            elif old_index in moved or self._changed_parent(old_index, new_index):
                displaced.add(old_index)
        sizes = self._subtree_sizes()
        for (is_headings, _), group in together.items():
            weights = [
                _CLAUSE_WEIGHT * (sizes[self._old.clauses[old_index].section] if is_headings else 1)
                for old_index, _ in group
            ]
            displaced |= self._off_chain(group, weights)
        return moved, displaced

    def _off_chain(self, pairs: Sequence[_Place], weights: Sequence[int]) -> set[int]:
        places = [new_index for _, new_index in pairs]
        if all(one < other for one, other in pairwise(places)):
            return set()
        weights = [
            weight
            + min(self._likeness.word_count("old", old_index), _CLAUSE_WEIGHT // 2)
            + _SAME_NUMBER * self._kept_number(old_index, new_index)
            for weight, (old_index, new_index) in zip(weights, pairs, strict=True)
        ]
        kept = set(heaviest_rising(places, weights))
        return {old_index for place, (old_index, _) in enumerate(pairs) if place not in kept}

    def _is_text_at_home(self, old_index: int, new_index: int) -> bool:
        old_clause, new_clause = self._old.clauses[old_index], self._new.clauses[new_index]
        return old_clause.kind != "heading" and self._sections.get(old_clause.section) == new_clause.section

    def _are_headings(self, old_index: int, new_index: int) -> bool:
        return self._old.clauses[old_index].kind == self._new.clauses[new_index].kind == "heading"

    def _has_same_parent(self, old_index: int, new_index: int) -> bool:
        """Whether two clauses are headings of parts of the same part, or of the whole text."""
        if not self._are_headings(old_index, new_index):
            return False
        old_parent = self._old.sections[self._old.clauses[old_index].section].parent
        new_parent = self._new.sections[self._new.clauses[new_index].section].parent
        return new_parent == (None if old_parent is None else self._sections.get(old_parent, -1))

    def _changed_parent(self, old_index: int, new_index: int) -> bool:
        """Whether two clauses are headings of one level under parents that are both known on the other side."""
        if not self._are_headings(old_index, new_index):
            return False
        was = self._old.sections[self._old.clauses[old_index].section]
        now = self._new.sections[self._new.clauses[new_index].section]
        return was.level == now.level and was.parent in self._sections and now.parent in self._known_new_sections

    def _kept_number(self, old_index: int, new_index: int) -> bool:
        """Whether two clauses are headings of the same number: such a section has kept its place for a reader."""
        if not self._are_headings(old_index, new_index):
            return False
        number = self._old.sections[self._old.clauses[old_index].section].number
        return number is not None and number == self._new.sections[self._new.clauses[new_index].section].number

    def _subtree_sizes(self) -> Counter[int]:
        """Return how many clauses each old section holds, its parts included."""
        sizes = Counter(clause.section for clause in self._old.clauses)
        for section in reversed(self._old.sections):
            if section.parent is not None:
                sizes[section.parent] += sizes[section.index]
        return sizes
