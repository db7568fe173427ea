"""The ordered table of facet rules, and what their findings say together.

Adding a rule: a function from a `Wording` to findings, one line in `FACET_RULES`, its words in `lexicon/`, its cases in
`tests/classify/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, TypeAlias

from tracker.classify.lists import compare_lists, list_rules
from tracker.classify.modality import compare_modality, modality_rules
from tracker.classify.quantities import compare_quantities, quantity_rules
from tracker.classify.scales import compare_scales, load_scales
from tracker.classify.statements import compare_statements, statement_rules
from tracker.classify.wording import Wording
from tracker.model import Effect, Finding

FacetRule: TypeAlias = Callable[[Wording], tuple[Finding, ...]]

#: In the order in which a headline tells what they find.
FACET_RULES: Final[tuple[FacetRule, ...]] = (
    compare_scales,
    compare_quantities,
    compare_modality,
    compare_statements,
    compare_lists,
)

#: Where findings point both ways, one direction plainly dominates with this many times the weight of the other.
DOMINANCE: Final = 3.0


@cache
def rule_weights() -> dict[str, float]:
    """Return what a finding of each rule weighs, by rule id."""
    rules = (
        *(scale.rule for scale in load_scales()),
        *quantity_rules(),
        *modality_rules(),
        *statement_rules(),
        *list_rules(),
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


def combine_effects(findings: Iterable[Finding]) -> Effect:
    """Return the effect of findings together: `mixed` where neither direction plainly dominates, else `unclear`."""
    weights = {"widens": 0.0, "narrows": 0.0}
    mixed = False
    for finding in findings:
        if finding.effect in weights:
            weights[finding.effect] += rule_weights()[finding.rule] * finding.confidence
        mixed = mixed or finding.effect == "mixed"
    widens, narrows = weights["widens"], weights["narrows"]
    if mixed or (widens and narrows and max(widens, narrows) < DOMINANCE * min(widens, narrows)):
        return "mixed"
    if not widens and not narrows:
        return "unclear"
    return "widens" if widens > narrows else "narrows"
