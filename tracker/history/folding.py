"""Which steps between two texts are changes, and against what: the rest is alternation, folded away with its reason.

What is folded always comes to nothing: a step to a text that stood for days at most between two tenures of another, and
the step back; steps from one variant to another. So the changes that are left lead from the first text to the newest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tracker.history.signatures import leave_out_alike
from tracker.history.tenures import ROLL_OUT, Tenure, is_short, list_short_absences
from tracker.history.variants import Read, Variants, find_variants, name_variant
from tracker.model import Folding, Record, Residue, Variant

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


def fold_steps(tenures: Sequence[Tenure], *, read: Read | None, until: datetime | None = None) -> Folded:
    """Return what becomes of each step between neighbouring tenures.

    Args:
        tenures: Oldest first.
        read: Gives the clauses of a record; without it, texts are told by their digests alone.
        until: When the newest text was last seen (UTC); its capture where None.
    """
    if not tenures:
        return Folded(steps=())
    variants = find_variants(tenures, read=read)
    newest = tenures[-1].last.fetched_at
    walk = _Walk(
        tenures=tenures,
        variants=variants,
        passing=_find_passing(tenures),
        read=read,
        until=max(newest, until) if until is not None else newest,
    )
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


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Goes through the tenures with, for each variant, its newest tenure so far."""

    tenures: Sequence[Tenure]
    variants: Variants
    passing: dict[int, Folding]
    read: Read | None
    until: datetime
    _newest: dict[int, int] = field(default_factory=dict)
    _ends: dict[int, int] = field(init=False)
    """Variant -> index of its last tenure of all."""
    _families: dict[int, int] = field(init=False)
    _clauses: dict[str, frozenset[str]] = field(default_factory=dict)
    """By the digest of a record's Markdown."""

    def __post_init__(self) -> None:
        self._families = self.variants.find_families()
        self._ends = {}
        for place in range(len(self.tenures)):
            line = self._line(place)
            if line is not None:
                self._ends[line] = place
        self._note(0)

    def _line(self, place: int) -> int | None:
        return self.variants.lines.get(self.tenures[place].text)

    def _note(self, place: int) -> None:
        if (line := self._line(place)) is not None:
            self._newest[line] = place

    def step(self, place: int) -> Step:
        """Return what becomes of the step by which tenure `place` begins; called in order."""
        found = self._judge(place)
        if found.folded != "passing":
            self._note(place)  # what only passed was never told: nothing is compared with it
        return found

    def _judge(self, place: int) -> Step:
        before, line = self._line(place - 1), self._line(place)
        name = name_variant(line) if line is not None else None
        if before is None or line is None or before == line or self._families[before] != self._families[line]:
            return Step(old=place - 1, folded=self.passing.get(place), variant=name)
        own = self._newest.get(line)
        if own is None:
            is_change = self._has_settled(place) or self._was_rolled_out(place)
            return Step(old=place - 1, folded=None if is_change else "switch", variant=name)
        residue = self._residue(own, place)
        if residue:
            return Step(old=own, variant=name, residue=residue)
        return Step(old=place - 1, folded="switch", variant=name)

    def _start(self, place: int) -> datetime:
        """Return when tenure `place` began; of the one after the newest, when that was last seen."""
        return self.tenures[place].first.fetched_at if place < len(self.tenures) else self.until

    def _has_settled(self, place: int) -> bool:
        """Whether the variant that begins with tenure `place` was the only one for more than a few days."""
        line = self._line(place)
        end = next((other for other in range(place, len(self.tenures)) if self._line(other) != line), len(self.tenures))
        return not is_short(self._start(place), self._start(end))

    def _was_rolled_out(self, place: int) -> bool:
        """Whether tenure `place` begins a text that reached all servers within days, and then stayed alone."""
        before, line = self._line(place - 1), self._line(place)
        if before is None or line is None:
            return False
        last = self._ends[before] + 1
        if last >= len(self.tenures) or self._line(last) != line:
            return False
        took = self._start(last) - self._start(place)
        return took <= ROLL_OUT and not is_short(self._start(last), self._start(self._ends[line] + 1))

    def _residue(self, own: int, place: int) -> Residue:
        """Return which clauses of a variant changed since its tenure `own` and were not told meanwhile.

        A clause is new if neither that tenure had it nor any other variant since. One is gone for good if the other
        variant has it still, or never had it: else it went there before, and that was told.
        """
        if self.tenures[own].text == self.tenures[place].text or self.read is None:
            return _NOTHING
        old, new = self._clauses_of(self.tenures[own].last), self._clauses_of(self.tenures[place].first)
        since = [self._clauses_of(self.tenures[other].last) for other in range(own + 1, place)]
        known = frozenset[str]().union(*since)
        line = self._line(own)
        before = next((other for other in range(own - 1, -1, -1) if self._line(other) not in (None, line)), None)
        beside = known | self._clauses_of(self.tenures[before].last) if before is not None else known
        added = frozenset(new - old - known)
        removed = frozenset(clause for clause in old - new if clause in since[-1] or clause not in beside)
        if line is not None and (added or removed) and self._is_reextracted(own, place):
            # Other rules write what sets the variant apart in other words, which are no change of theirs.
            signature = self.variants.clauses_of(line)
            added, removed = leave_out_alike(added, signature), removed - signature
        return Residue(added=added, removed=removed)

    def _is_reextracted(self, own: int, place: int) -> bool:
        """Whether our rules, or another archive's, moved between the two tenures and gave another text."""
        return any(
            tenure.first.text_sha256 != tenure.last.text_sha256 for tenure in self.tenures[own + 1 : place]
        )  # fmt: skip

    def _clauses_of(self, record: Record) -> frozenset[str]:
        if record.markdown_sha256 not in self._clauses:
            if self.read is None:
                raise AssertionError("clauses are asked for only where they can be read")
            self._clauses[record.markdown_sha256] = frozenset(self.read(record))
        return self._clauses[record.markdown_sha256]


_NOTHING: Final = Residue(added=frozenset(), removed=frozenset())
