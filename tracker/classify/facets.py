"""The ordered table of facet rules, and what their findings say together.

Adding a rule: a function from a `Wording` to findings, one line in `FACET_RULES`, its words in `lexicon/`, its cases in
`tests/classify/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from tracker.classify.evidence import DIRECTIONS, is_sure
from tracker.classify.learned import WORDS_RULE, Reading
from tracker.classify.lists import compare_lists, list_rules
from tracker.classify.modality import compare_modality, modality_rules
from tracker.classify.names import compare_names, name_rules
from tracker.classify.quantities import compare_quantities, quantity_rules
from tracker.classify.scales import compare_scales, load_scales
from tracker.classify.stances import compare_stances, stance_rules
from tracker.classify.statements import compare_statements, statement_rules
from tracker.classify.wording import Wording
from tracker.model import Effect, Finding, Quote

FacetRule: TypeAlias = Callable[[Wording], tuple[Finding, ...]]

#: In the order in which a headline tells what they find.
FACET_RULES: Final[tuple[FacetRule, ...]] = (
    compare_scales,
    compare_quantities,
    compare_modality,
    compare_statements,
    compare_lists,
    compare_stances,
    compare_names,
)

#: Where findings point both ways, one direction plainly dominates with this many times the weight of the other.
DOMINANCE: Final = 1.05
#: What comes together with a new statement and points the other way is its limit, and weighs this part.
_BESIDE: Final = 0.4
#: Rules of what as a rule qualifies another statement, and leads only where there is no other: "with your consent".
_QUALIFYING: Final = frozenset({"consent-asked", "only-for", "vendor-bound", "safeguard", "legal-process"})
#: What rules say counts for this part of what is learned from words: they know why, and are wrong more often.
_RULES_SHARE: Final = 0.5
#: A passage that leans less either way says nothing.
_LEAST_LEAN: Final = 0.04
#: A clause with less weight than this has no direction; more is asked where there is no finding that can be quoted.
_LEAST_UNQUOTED: Final = 0.2
_LEAST_WEIGHT: Final = 0.06
_LIKELY_NEUTRAL: Final = 0.5
#: One clause of several weighs no more than this: one long clause must not hide the others.
_HEAVIEST_CLAUSE: Final = 1.0


@cache
def rule_weights() -> dict[str, float]:
    """Return what a finding of each rule weighs, by rule id."""
    rules = (
        *(scale.rule for scale in load_scales()),
        *quantity_rules(),
        *modality_rules(),
        *statement_rules(),
        *list_rules(),
        *stance_rules(),
        *name_rules(),
        WORDS_RULE,
    )
    return {rule.id: rule.weight for rule in rules}


def find_differences(wording: Wording) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of the table; of findings on the same words only the first."""
    found: list[Finding] = []
    for rule in FACET_RULES:
        for finding in rule(wording):
            if not any(_same_evidence(finding, earlier) for earlier in found):
                found.append(finding)
    return tuple(found)


def _same_evidence(finding: Finding, earlier: Finding) -> bool:
    old = finding.before is None or (
        earlier.before is not None
        and finding.before.start < earlier.before.end
        and earlier.before.start < finding.before.end
    )
    new = finding.after is None or (
        earlier.after is not None
        and finding.after.start < earlier.after.end
        and earlier.after.start < finding.after.end
    )
    return old and new


@dataclass(frozen=True, slots=True)
class Balance:
    """How much speaks for either direction."""

    widens: float = 0.0
    narrows: float = 0.0
    is_mixed: bool = False
    """Whether some finding points both ways by itself."""

    def __add__(self, other: Balance) -> Balance:
        return Balance(self.widens + other.widens, self.narrows + other.narrows, self.is_mixed or other.is_mixed)

    @property
    def effect(self) -> Effect:
        """The direction, where one plainly dominates."""
        least, most = sorted((self.widens, self.narrows))
        if not most:
            return "mixed" if self.is_mixed else "unclear"
        if most < DOMINANCE * least:
            return "mixed"
        return "widens" if self.widens > self.narrows else "narrows"

    def is_told(self, *, quoted: bool) -> bool:
        """Return whether it weighs enough to be told, by whether some finding can be quoted for it."""
        return max(self.widens, self.narrows) >= (_LEAST_WEIGHT if quoted else _LEAST_UNQUOTED)

    def times(self, part: float) -> Balance:
        """Return the same direction with a part of the weight."""
        return Balance(self.widens * part, self.narrows * part, self.is_mixed)

    def capped(self) -> Balance:
        """Return the same direction with no more than the weight of one clause."""
        most = max(self.widens, self.narrows)
        if most <= _HEAVIEST_CLAUSE:
            return self
        return Balance(self.widens / most * _HEAVIEST_CLAUSE, self.narrows / most * _HEAVIEST_CLAUSE, self.is_mixed)


def weigh_findings(findings: Iterable[Finding]) -> Balance:
    """Return how much the findings of one clause speak for either direction.

    The first statement that came leads: what came beside it and points the other way, such as a choice that softens a
    new power, counts in part.
    """
    weights = rule_weights()
    placed = sorted(
        (finding for finding in findings if finding.effect in DIRECTIONS),
        key=lambda finding: (finding.after is None, (finding.after or finding.before or _NOWHERE).start),
    )
    new = [finding for finding in placed if finding.after is not None and finding.before is None]
    lead = next((finding for finding in new if finding.rule not in _QUALIFYING), new[0] if new else None)
    sums = {"widens": 0.0, "narrows": 0.0}
    for finding in placed:
        is_beside = lead is not None and finding.before is None and finding.effect != lead.effect
        sums[finding.effect] += weights[finding.rule] * finding.confidence * (_BESIDE if is_beside else 1.0)
    return Balance(sums["widens"], sums["narrows"], any(finding.effect == "mixed" for finding in findings))


def weigh_evidence(findings: Iterable[Finding]) -> float:
    """Return how much findings weigh together, whichever way they point."""
    weights = rule_weights()
    return sum(weights[finding.rule] * finding.confidence for finding in findings)


def combine_effects(findings: Iterable[Finding]) -> Effect:
    """Return the effect of the findings of one clause: `mixed` where neither direction plainly dominates."""
    return weigh_findings(tuple(findings)).effect


def weigh_readings(readings: Iterable[Reading]) -> Balance:
    """Return how much the passages of one clause speak for either direction by their words."""
    leans = [reading.lean for reading in readings if abs(reading.lean) > _LEAST_LEAN]
    return Balance(sum(lean for lean in leans if lean > 0), -sum(lean for lean in leans if lean < 0))


def weigh_clause(findings: Sequence[Finding], readings: Sequence[Reading]) -> Balance:
    """Return how much rules and words of one clause speak for either direction; no more than one clause may.

    Of a passage in which a rule is sure the words are not asked.
    """
    rules = [finding for finding in findings if finding.rule != WORDS_RULE.id]
    if not readings:
        return weigh_findings(rules).capped()
    sure = [finding for finding in rules if is_sure(finding)]
    unsure = [finding for finding in rules if not is_sure(finding)]
    asked = [reading for reading in readings if not any(reading.passage.holds(finding) for finding in sure)]
    # Of languages of which words tell no more than the direction little was learned: rules count in full there.
    share = _RULES_SHARE if all(reading.knows_topics for reading in readings) else 1.0
    return weigh_findings(sure).capped() + weigh_findings(unsure).capped().times(share) + weigh_readings(asked).capped()


def effect_of_clause(findings: Sequence[Finding], readings: Sequence[Reading]) -> Effect:
    """Return which way a clause cuts: `neutral` where its words say neither, `unclear` where nothing tells."""
    balance = weigh_clause(findings, readings)
    if balance.is_told(quoted=any(finding.effect in DIRECTIONS for finding in findings)):
        return balance.effect
    if balance.is_mixed:
        return "mixed"
    is_neutral = (bool(findings) and all(finding.effect == "neutral" for finding in findings)) or (
        bool(readings) and all(reading.likelihood("neutral") > _LIKELY_NEUTRAL for reading in readings)
    )
    return "neutral" if is_neutral else "unclear"


_NOWHERE: Final = Quote(text="", start=0)
