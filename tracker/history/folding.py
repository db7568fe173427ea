"""Which steps between two texts are changes, and against what: the rest is alternation, folded away with its reason.

What is folded always comes to nothing: a step to a text that stood for days at most between two tenures of another, and
the step back; steps from one variant to another. So the changes that are left lead from the first text to the newest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.history.tenures import Tenure, is_short, list_short_absences
from tracker.history.variants import Read, Variants, find_variants, name_variant
from tracker.model import Folding, Residue, Variant

#: Returns of a text from which on its short absences are alternation; the first one is a change (DESIGN, section 6).
_FOLDED_RETURN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of the step by which a tenure begins."""

    old: int
    """Index of the tenure with whose text the new one is compared: the one before, or the newest of its variant."""
    folded: Folding | None = None
    variant: str | None = None
    residue: Residue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """The steps of a document, and the variants that explain some of them."""

    steps: tuple[Step, ...]
    """One for each tenure but the first."""
    variants: tuple[Variant, ...] = ()


def fold_steps(tenures: Sequence[Tenure], *, read: Read | None) -> Folded:
    """Return what becomes of each step between neighbouring tenures.

    Args:
        tenures: Oldest first.
        read: Gives the clauses of a record; without it, texts are told by their digests alone.
    """
    variants = find_variants(tenures, read=read)
    passing = _find_passing(tenures)
    walk = _Walk(tenures, variants, passing, read)
    return Folded(
        steps=tuple(walk.step(place) for place in range(1, len(tenures))),
        variants=variants.describe(tenures),
    )


def _find_passing(tenures: Sequence[Tenure]) -> dict[int, Folding]:
    """Return the steps inside a short absence from which a text returned for the second time or more."""
    returns: Counter[str] = Counter(tenure.text for tenure in tenures)
    if not returns or max(returns.values()) <= _FOLDED_RETURN:
        return {}
    short = {after: before for found in list_short_absences(tenures).values() for before, after in found}
    seen: Counter[str] = Counter()
    found: dict[int, Folding] = {}
    hidden: set[int] = set()
    for place, tenure in enumerate(tenures):
        seen[tenure.text] += 1
        # A text that only passed itself was never the one to which another came back.
        if place in short and seen[tenure.text] > _FOLDED_RETURN and short[place] not in hidden:
            inside = range(short[place] + 1, place)
            hidden.update(inside)
            found.update({step: found.get(step, "passing") for step in inside})
            found[place] = "return"
    return found


@dataclass(slots=True)
class _Walk:
    """Goes through the tenures with, for each variant, its newest tenure so far."""

    tenures: Sequence[Tenure]
    variants: Variants
    passing: dict[int, Folding]
    read: Read | None
    _newest: dict[int, int] = field(default_factory=dict)
    _ends: dict[int, int] = field(init=False)
    """Variant -> index of its last tenure of all."""
    _clauses: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ends = {}
        for place in range(len(self.tenures)):
            line = self._line(place)
            if line is not None:
                self._ends[line] = place
        self._note(0)

    def _line(self, place: int) -> int | None:
        return self.variants.lines.get(self.tenures[place].text)

    def _note(self, place: int) -> None:
        if self.tenures and (line := self._line(place)) is not None:
            self._newest[line] = place

    def step(self, place: int) -> Step:
        """Return what becomes of the step by which tenure `place` begins; called in order."""
        before, line = self._line(place - 1), self._line(place)
        own = self._newest.get(line) if line is not None else None
        self._note(place)
        name = name_variant(line) if line is not None else None
        if before is None or line is None or before == line:
            return Step(old=place - 1, folded=self.passing.get(place), variant=name)
        if own is None:
            if self._has_settled(place) or self._has_replaced(before, line):
                return Step(old=place - 1, variant=name)
            return Step(old=place - 1, folded="switch", variant=name)
        residue = self._residue(own, place)
        if residue:
            return Step(old=own, variant=name, residue=residue)
        return Step(old=place - 1, folded="switch", variant=name)

    def _has_settled(self, place: int) -> bool:
        """Whether the variant that begins with tenure `place` was the only one for more than a few days."""
        line = self._line(place)
        end = next((other for other in range(place, len(self.tenures)) if self._line(other) != line), None)
        return end is not None and not is_short(
            self.tenures[place].first.fetched_at, self.tenures[end].first.fetched_at
        )

    def _has_replaced(self, before: int, line: int) -> bool:
        """Whether variant `line` came to stay in the place of `before`: a new text that reached all servers in time."""
        end = self._ends[before]
        if end + 1 >= len(self.tenures) or self._line(end + 1) != line:
            return False
        last = self.tenures[self._ends[line]]
        newest = self.tenures[self._ends[line] + 1].first if self._ends[line] + 1 < len(self.tenures) else last.last
        return not is_short(self.tenures[end + 1].first.fetched_at, newest.fetched_at)

    def _residue(self, own: int, place: int) -> Residue:
        """Return which clauses of a variant changed since its tenure `own` and were not told meanwhile.

        A clause is new if neither that tenure had it nor any other variant since. One is gone for good if the other
        variant has it still, or never had it: else it went there before, and that was told.
        """
        if self.tenures[own].text == self.tenures[place].text or self.read is None:
            return Residue(added=frozenset(), removed=frozenset())
        old, new = self._clauses_of(own), self._clauses_of(place)
        since = [self._clauses_of(other) for other in range(own + 1, place)]
        known = frozenset[str]().union(*since)
        line = self._line(own)
        before = next((other for other in range(own - 1, -1, -1) if self._line(other) not in (None, line)), None)
        beside = known | self._clauses_of(before) if before is not None else known
        return Residue(
            added=frozenset(new - old - known),
            removed=frozenset(clause for clause in old - new if clause in since[-1] or clause not in beside),
        )

    def _clauses_of(self, place: int) -> frozenset[str]:
        tenure = self.tenures[place]
        if tenure.text not in self._clauses:
            if self.read is None:
                raise AssertionError("clauses are asked for only where they can be read")
            self._clauses[tenure.text] = frozenset(self.read(tenure.first))
        return self._clauses[tenure.text]
