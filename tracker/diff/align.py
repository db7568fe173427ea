"""Which clauses of two versions belong together.

In this order: exact matches in reading order; headings by title, anchor and what stands below them; exact matches
elsewhere (moves); then similar clauses, by the one-to-one assignment of most likeness. Splits and merges are found
last, around clauses that are paired and in what is left over.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from tracker.diff.assignment import assign
from tracker.diff.likeness import Likeness, Side
from tracker.diff.moves import find_moves
from tracker.diff.sequences import common_in_order
from tracker.diff.splits import Pieces, find_pieces, find_whole_split
from tracker.model import Version, fold_text

#: Least likeness (0 to 1) at which two clauses are one clause reworded: between the same neighbours and within the
#: same section, either of these, and anywhere.
_BESIDE: Final = 0.4
_NEAR: Final = 0.5
_ANYWHERE: Final = 0.65
#: What is enough when two clauses are the only ones left in their section.
_LONE: Final = 0.25
#: How much likeness nearness is worth when several clauses could be the one.
_NEARNESS: Final = 0.1
_LEAST_WEIGHT: Final = 0.001
#: An exact match elsewhere is a move only from this many words on: short items occur in many places.
_LEAST_MOVED_WORDS: Final = 3
#: Anchors such as `s7`, `section-3.2`, `h2_4` say nothing of the section but its place.
_COUNTING: Final = re.compile(r"[A-Za-z]{0,10}(?:[-_.]?\d{1,3}){1,4}")

_Key: TypeAlias = tuple[bool, str]
_Place: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Alignment:
    """Groups of clauses: every clause of either version is in at most one."""

    pairs: dict[int, int] = field(default_factory=dict)
    """Old index -> new index."""
    moved: set[int] = field(default_factory=set)
    """Old indices of pairs found outside the reading order."""
    displaced: set[int] = field(default_factory=set)
    """Old indices of pairs that a reader finds in another place than those that stand with them."""
    joined_old: dict[int, list[int]] = field(default_factory=dict)
    """Old index -> further old indices that were merged with it."""
    joined_new: dict[int, list[int]] = field(default_factory=dict)
    """Old index -> further new indices into which it was split."""
    sections: dict[int, int] = field(default_factory=dict)
    """Old section -> new section, as their headings are paired; 0 -> 0."""

    def swapped(self) -> Alignment:
        """Return the same groups with the sides exchanged."""
        back = sorted((new_index, old_index) for old_index, new_index in self.pairs.items())
        return Alignment(
            pairs=dict(back),
            moved={self.pairs[old_index] for old_index in self.moved},
            displaced={self.pairs[old_index] for old_index in self.displaced},
            joined_old={self.pairs[old_index]: further for old_index, further in self.joined_new.items()},
            joined_new={self.pairs[old_index]: further for old_index, further in self.joined_old.items()},
            sections={new_section: old_section for old_section, new_section in self.sections.items()},
        )


def align_clauses(old: Version, new: Version) -> Alignment:
    """Return which clauses of `old` and `new` belong together; with the sides swapped the same ones do.

    Where two ways are as good, the first found wins: so the sides are always looked at in the same order.
    """
    if new.markdown < old.markdown:
        return _Aligner(new, old).align().swapped()
    return _Aligner(old, new).align()


class _Aligner:
    def __init__(self, old: Version, new: Version) -> None:
        self.old, self.new = old, new
        repeated = _repeated_headings(old) | _repeated_headings(new)
        self.old_keys, self.new_keys = _keys(old, repeated), _keys(new, repeated)
        self.old_sections = [clause.section for clause in old.clauses]
        self.new_sections = [clause.section for clause in new.clauses]
        self._open_old: list[int] = list(range(len(old.clauses)))
        self._open_new: list[int] = list(range(len(new.clauses)))
        self.result = Alignment(sections={0: 0})
        self.back: dict[int, int] = {}
        self.likeness = Likeness(old, new)
        self.reworded: set[int] = set()

    def align(self) -> Alignment:
        self._match_in_order()
        if len(self.result.pairs) < max(len(self.old.clauses), len(self.new.clauses)):
            self._match_headings()
            self._match_exact_elsewhere()
            self._match_headings_by_contents()
            self._match_headings(repeated=True)
            self._match_headings_with_text()
            self._settle_repeated()
            self._match_similar()
            self._match_headings_by_contents()
            self._find_splits_and_merges()
        self.result.moved, self.result.displaced = find_moves(
            self.old, self.new, self.result.pairs, self.result.sections, self.likeness
        )
        return self.result

    # -- steps --------------------------------------------------------------------------------------------------------

    def _match_in_order(self) -> None:
        for old_index, new_index in common_in_order(self.old_keys, self.new_keys):
            self._pair(old_index, new_index)

    def _match_headings(self, *, repeated: bool = False) -> None:
        """Pair headings that kept their title or their anchor: a new number alone is no new section.

        A title that several bear says little: `repeated` ones are paired last, after what stands below them was asked.
        """
        for key in (_title_under_parent, _anchor, _title):
            olds, news = self._headings_by("old", key), self._headings_by("new", key)
            for wanted, old_indices in olds.items():
                new_indices = news.get(wanted, [])
                if repeated or len(old_indices) == len(new_indices) == 1:
                    for old_index, new_index in zip(old_indices, new_indices, strict=False):
                        self._pair(old_index, new_index)

    def _headings_by(self, side: Side, key: Callable[[Version, int], Hashable]) -> dict[Hashable, list[int]]:
        """Return the free headings of one side by `key`; those without one are left out."""
        version, free = (self.old, self._free_old()) if side == "old" else (self.new, self._free_new())
        found: dict[Hashable, list[int]] = defaultdict(list)
        for index in free:
            if self._is_heading(version, index) and (value := key(version, index)) is not None:
                found[value].append(index)
        return found

    def _match_exact_elsewhere(self) -> None:
        news: dict[_Key, list[int]] = defaultdict(list)
        for index in self._free_new():
            news[self.new_keys[index]].append(index)
        for index in self._free_old():
            candidates = news.get(self.old_keys[index])
            if not candidates:
                continue
            home = [other for other in candidates if self._same_section(index, other)]
            if not home and self.likeness.word_count("old", index) < _LEAST_MOVED_WORDS:
                continue
            other = (home or candidates)[0]
            candidates.remove(other)
            self._pair(index, other)

    def _match_headings_with_text(self) -> None:
        """Pair a heading with the same words in a paragraph, or the other way round, between the same neighbours."""
        free_old, free_new = self._free_old(), self._free_new()
        gaps_old, gaps_new = _gaps(free_old), _gaps(free_new)
        news = {(self._mirrored(gaps_new[x]), self.new_keys[x][1]): x for x in reversed(free_new)}
        for old_index in free_old:
            new_index = news.pop((gaps_old[old_index], self.old_keys[old_index][1]), None)
            if new_index is not None:
                self.result.pairs[old_index] = new_index
                self.back[new_index] = old_index

    def _match_headings_by_contents(self) -> None:
        """Pair headings whose words differ altogether where most of what stands below them is the same."""
        old_heads = {self.old_sections[x]: x for x in self._free_old() if self._is_heading(self.old, x)}
        new_heads = {self.new_sections[x]: x for x in self._free_new() if self._is_heading(self.new, x)}
        if not old_heads or not new_heads:
            return
        votes: Counter[_Place] = Counter()
        for old_index, new_index in self.result.pairs.items():
            if not self.old_keys[old_index][0]:
                votes[self.old_sections[old_index], self.new_sections[new_index]] += 1
        sizes = Counter(self.old_sections), Counter(self.new_sections)
        old_best = _most_voted((old, new, count) for (old, new), count in votes.items())
        new_best = _most_voted((new, old, count) for (old, new), count in votes.items())
        for old_section, old_head in old_heads.items():
            new_section = old_best.get(old_section, -1)
            smaller = min(sizes[0][old_section], sizes[1][new_section]) - 1  # their headings aside
            is_most = 2 * votes[old_section, new_section] >= smaller
            if is_most and new_section in new_heads and new_best.get(new_section) == old_section:
                self._pair(old_head, new_heads[new_section])

    def _settle_repeated(self) -> None:
        """Pair clauses of the same text within their sections first: in reading order alone they cross into others."""
        sections = self.result.sections
        crossing = {
            self.old_keys[old_index]
            for old_index, new_index in self.result.pairs.items()
            if sections.get(self.old_sections[old_index]) != self.new_sections[new_index]
        }
        crossing = {key for key in crossing if not key[0]}
        if not crossing:
            return
        olds = _places(self.old_keys, crossing)
        news = _places(self.new_keys, crossing)
        for key in sorted(crossing):
            if max(len(olds[key]), len(news[key])) > 1:
                self._settle(olds[key], news[key])
        self._open_old, self._open_new = list(range(len(self.old_keys))), list(range(len(self.new_keys)))

    def _settle(self, olds: Sequence[int], news: Sequence[int]) -> None:
        before = {old_index: self.result.pairs.pop(old_index) for old_index in olds if old_index in self.result.pairs}
        for index in before.values():
            del self.back[index]
        open_by_section: dict[int, list[int]] = defaultdict(list)
        for index in reversed(news):
            if index not in self.back:
                open_by_section[self.new_sections[index]].append(index)
        for old_index in olds:
            if at_home := open_by_section.get(self.result.sections.get(self.old_sections[old_index], -1)):
                self._pair(old_index, at_home.pop())
        for old_index, new_index in before.items():
            if old_index not in self.result.pairs and new_index not in self.back:
                self._pair(old_index, new_index)
        left = (index for index in before if index not in self.result.pairs)
        for old_index, new_index in zip(left, [index for index in news if index not in self.back], strict=False):
            self._pair(old_index, new_index)

    def _match_similar(self) -> None:
        free_old, free_new = self._free_old(), self._free_new()
        if not free_old or not free_new:
            return
        gaps_old = _gaps(free_old)
        gaps_new = {index: self._mirrored(gap) for index, gap in _gaps(free_new).items()}
        weights: dict[_Place, float] = {}
        for old_index, new_index, likeness in self.likeness.candidates(gaps_old, gaps_new, _BESIDE):
            in_gap = gaps_old[old_index] == gaps_new[new_index]
            in_section = self._same_section(old_index, new_index)
            least = _BESIDE if in_gap and in_section else _NEAR if in_gap or in_section else _ANYWHERE
            if likeness >= least:
                nearness = _NEARNESS if in_gap or in_section else 0
                weights[old_index, new_index] = likeness - _BESIDE + nearness + _LEAST_WEIGHT
        for old_index, new_index in self._lone_pairs(free_old, free_new):
            if (old_index, new_index) not in weights:
                likeness = self.likeness.between(old_index, new_index)
                if likeness >= _LONE:
                    weights[old_index, new_index] = (likeness - _LONE) * _NEARNESS + _LEAST_WEIGHT
        for old_index, new_index in assign([(*places, weight) for places, weight in sorted(weights.items())]):
            self._pair(old_index, new_index)
            self.reworded.add(old_index)

    def _find_splits_and_merges(self) -> None:
        old = Pieces(self.old, partial(self.likeness.words, "old"), self.result.pairs, set())
        new = Pieces(self.new, partial(self.likeness.words, "new"), self.back, set())
        for wholes, pieces, joined in ((old, new, self.result.joined_new), (new, old, self.result.joined_old)):
            free_wholes, free_pieces = self._free_old(), self._free_new()
            if wholes is new:
                free_wholes, free_pieces = free_pieces, free_wholes
            if not free_pieces:
                continue
            nearby = self._free_by_gap(wholes, pieces, free_wholes, free_pieces)
            reworded = self.reworded if wholes is old else {self.result.pairs[index] for index in self.reworded}
            for index in sorted({*free_wholes, *reworded}):
                partner = wholes.partner.get(index)
                if wholes.version.clauses[index].kind == "heading" or index in wholes.taken or partner in pieces.taken:
                    continue
                if partner is None:
                    found = find_whole_split(wholes.words(index), pieces, nearby.get(index, []))
                    if not found:
                        continue
                    partner = found[0]
                    self._pair(*((index, partner) if wholes is old else (partner, index)))
                else:
                    found = find_pieces(wholes.words(index), partner, pieces)
                further = [piece for piece in found if piece != partner]
                if further:
                    joined[index if wholes is old else partner] = further
                    pieces.taken.update(further)

    def _free_by_gap(
        self, wholes: Pieces, pieces: Pieces, free_wholes: Sequence[int], free_pieces: Sequence[int]
    ) -> dict[int, list[int]]:
        """Return for every free clause the free clauses that stand between the same pairs on the other side."""
        by_gap: dict[int, list[int]] = defaultdict(list)
        for index, gap in _gaps(free_pieces).items():
            if pieces.is_free_text(index):
                by_gap[gap].append(index)
        gaps = _gaps(free_wholes).items()
        return {index: by_gap.get(wholes.partner[gap] if gap >= 0 else -1, []) for index, gap in gaps}

    # -- looking around -----------------------------------------------------------------------------------------------

    def _pair(self, old_index: int, new_index: int) -> None:
        self.result.pairs[old_index] = new_index
        self.back[new_index] = old_index
        if self.old_keys[old_index][0]:
            self.result.sections[self.old.clauses[old_index].section] = self.new.clauses[new_index].section

    def _free_old(self) -> list[int]:
        self._open_old = [index for index in self._open_old if index not in self.result.pairs]
        return self._open_old

    def _free_new(self) -> list[int]:
        self._open_new = [index for index in self._open_new if index not in self.back]
        return self._open_new

    def _is_heading(self, version: Version, index: int) -> bool:
        return version.clauses[index].kind == "heading"

    def _same_section(self, old_index: int, new_index: int) -> bool:
        return self.result.sections.get(self.old_sections[old_index]) == self.new_sections[new_index]

    def _mirrored(self, gap: int) -> int:
        """Return the old clause that is paired with the new one before a gap."""
        return self.back[gap] if gap >= 0 else -1

    def _lone_pairs(self, free_old: Sequence[int], free_new: Sequence[int]) -> list[_Place]:
        """Return (old, new) where each is the only free clause of its section, and the sections belong together."""
        olds: dict[int, list[int]] = defaultdict(list)
        news: dict[int, list[int]] = defaultdict(list)
        for index in free_old:
            olds[self.old.clauses[index].section].append(index)
        for index in free_new:
            news[self.new.clauses[index].section].append(index)
        return [
            (indices[0], news[self.result.sections[section]][0])
            for section, indices in olds.items()
            if len(indices) == 1 and len(news.get(self.result.sections.get(section, -1), [])) == 1
        ]


def _repeated_headings(version: Version) -> set[str]:
    titles = Counter(clause.folded for clause in version.clauses if clause.kind == "heading")
    return {title for title, count in titles.items() if count > 1}


def _keys(version: Version, repeated: set[str]) -> list[_Key]:
    """Return what clauses are the same by; of headings in `repeated`, the title of the part around them too."""
    return [
        (True, f"{_parent_title(version, clause.section)}\n{clause.folded}")
        if clause.kind == "heading" and clause.folded in repeated
        else (clause.kind == "heading", clause.folded)
        for clause in version.clauses
    ]


def _parent_title(version: Version, section: int) -> str:
    parent = version.sections[section].parent
    return version.sections[parent].title.casefold() if parent is not None else ""


def _places(keys: Sequence[_Key], wanted: set[_Key]) -> dict[_Key, list[int]]:
    places: dict[_Key, list[int]] = {key: [] for key in wanted}
    for index, key in enumerate(keys):
        if key in wanted:
            places[key].append(index)
    return places


def _gaps(free: Sequence[int]) -> dict[int, int]:
    """Return for each free clause the nearest paired one before it, -1 for none.

    Args:
        free: All clauses of one side that are not paired, rising.
    """
    gaps: dict[int, int] = {}
    for index in free:
        gaps[index] = gaps.get(index - 1, index - 1)
    return gaps


def _most_voted(votes: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Return for each voter the one with most votes; the first on a draw. Section 0 has no heading and is left out."""
    best: dict[int, tuple[int, int]] = {}
    for voter, choice, count in votes:
        if voter and choice and count > best.get(voter, (0, 0))[0]:
            best[voter] = (count, choice)
    return {voter: choice for voter, (_, choice) in best.items()}


def _title(version: Version, index: int) -> Hashable:
    section = version.sections[version.clauses[index].section]
    return (fold_text(section.title).casefold(), section.level) if section.title else None


def _title_under_parent(version: Version, index: int) -> Hashable:
    title = _title(version, index)
    return None if title is None else (title, _parent_title(version, version.clauses[index].section))


def _anchor(version: Version, index: int) -> Hashable:
    """Return the anchor of a heading, None if it but counts headings: such a one is given to another section."""
    anchor = version.sections[version.clauses[index].section].anchor
    return None if anchor is None or _COUNTING.fullmatch(anchor) else anchor
