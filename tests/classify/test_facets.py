"""Each facet rule, on the cases and near-misses of `facet_cases.py`, and what findings say together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.classify.facet_cases import CASES, NEAR_MISSES, Case, NearMiss
from tracker.classify.facets import (
    DOMINANCE,
    FACET_RULES,
    Balance,
    combine_effects,
    find_differences,
    rule_weights,
    weigh_evidence,
    weigh_findings,
)
from tracker.classify.learned import WORDS_RULE
from tracker.classify.wording import LONGEST_READ_CHARACTERS, read_wording
from tracker.model import ClauseChange, Effect, Finding, Quote, Span

MakeClause = Callable[..., ClauseChange]

#: What is stated of a thing or a person is another statement on the other side: these cannot be compared by swapping.
_OPPOSITE: dict[Effect, Effect] = {"widens": "narrows", "narrows": "widens", "unclear": "unclear"}


def _find(make_clause: MakeClause, case: Case | NearMiss, *, swapped: bool = False) -> tuple[Finding, ...]:
    old, new = (case.new, case.old) if swapped else (case.old, case.new)
    return find_differences(read_wording(make_clause(old, new, title=case.title), case.language, lead=case.lead))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule_finds_the_difference_with_its_evidence(make_clause: MakeClause, case: Case) -> None:
    found = [finding for finding in _find(make_clause, case) if finding.rule == case.rule]
    assert [(finding.effect, _text(finding.before), _text(finding.after)) for finding in found] == [
        (case.effect, case.before, case.after)
    ]


@pytest.mark.parametrize("near_miss", NEAR_MISSES, ids=lambda near_miss: near_miss.rule)
def test_rule_does_not_fire_on_a_near_miss(make_clause: MakeClause, near_miss: NearMiss) -> None:
    assert near_miss.rule not in {finding.rule for finding in _find(make_clause, near_miss)}


@pytest.mark.parametrize("case", [*CASES, *NEAR_MISSES], ids=lambda case: case.rule)
def test_every_quotation_stands_where_it_says(make_clause: MakeClause, case: Case | NearMiss) -> None:
    for finding in _find(make_clause, case):
        for quote, side in ((finding.before, case.old), (finding.after, case.new)):
            assert quote is None or side[quote.start : quote.end] == quote.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_sides_that_are_swapped_never_cut_the_same_way(make_clause: MakeClause, case: Case) -> None:
    effects = {combine_effects(_find(make_clause, case, swapped=swapped)) for swapped in (False, True)}
    assert effects not in ({"widens"}, {"narrows"})


def test_every_rule_has_a_case_and_a_near_miss() -> None:
    names = set(rule_weights()) - {WORDS_RULE.id}
    assert {case.rule for case in CASES} == names
    assert {near_miss.rule for near_miss in NEAR_MISSES} == names
    assert FACET_RULES


def test_condition_qualified_by_another_is_the_narrower_of_both(make_clause: MakeClause) -> None:
    def told(new: str) -> str:
        return find_differences(read_wording(make_clause("The police get data of a terror suspect.", new), None))[
            0
        ].summary

    joined = "The police get data in a case of crime that violates our terms."
    listed = "The police get data in a case of crime or of anyone who violates our terms."
    assert told(joined).endswith("from terrorism to crime")
    assert told(listed).endswith("from terrorism to breach of terms")


def _finding(rule: str, effect: Effect, *, before: int | None = None, after: int | None = None) -> Finding:
    return Finding(
        facet="modality",
        before=None if before is None else Quote(text="x", start=before),
        after=None if after is None else Quote(text="x", start=after),
        effect=effect,
        rule=rule,
        confidence=0.8,
        summary="x",
    )


def test_direction_that_dominates_decides_and_balanced_ones_are_mixed() -> None:
    heavy = _finding("trigger-scale", "widens", before=0, after=0)
    assert combine_effects([heavy, _finding("cadence-scale", "narrows", before=9, after=9)]) == "widens"
    assert combine_effects([heavy, _finding("authority-scale", "narrows", before=9, after=9)]) == "mixed"
    assert combine_effects([_finding("use-goes", "unclear", before=0)]) == "unclear"
    assert combine_effects([_finding("use-goes", "mixed", before=0)]) == "mixed"
    assert combine_effects([]) == "unclear"


def test_dominance_is_met_at_its_number() -> None:
    assert Balance(DOMINANCE, 1.0).effect == "widens"
    assert Balance(1.0, DOMINANCE).effect == "narrows"
    assert Balance(DOMINANCE - 0.01, 1.0).effect == "mixed"


def test_balances_add_up_and_a_clause_weighs_no_more_than_one() -> None:
    long, short = Balance(widens=6.0, narrows=3.0), Balance(narrows=0.9)
    assert long.capped() == Balance(widens=1.0, narrows=0.5)
    assert short.capped() == short
    assert (long + short).effect == "widens"
    # Uncapped, one long clause would hide the other.
    assert (long.capped() + short.capped()).effect == "narrows"
    assert (Balance(is_mixed=True) + Balance()).effect == "mixed"


def test_what_comes_beside_a_new_statement_is_its_limit_and_weighs_less() -> None:
    power, choice = _finding("power-comes", "widens", after=0), _finding("choice-comes", "narrows", after=20)
    assert combine_effects([power, choice]) == "widens"
    assert combine_effects([choice, power]) == "widens"
    first = _finding("choice-comes", "narrows", after=0)
    assert combine_effects([_finding("power-comes", "widens", after=20), first]) == "narrows"


def test_what_went_is_no_limit_of_what_came() -> None:
    gone = _finding("duty-goes", "narrows", before=0)
    assert combine_effects([_finding("power-comes", "widens", after=0), gone]) == "mixed"


def test_evidence_is_weight_times_confidence_whichever_way_it_points() -> None:
    findings = [_finding("trigger-scale", "widens", after=0), _finding("power-comes", "narrows", after=9)]
    weights = rule_weights()
    assert weigh_evidence(findings) == pytest.approx(0.8 * (weights["trigger-scale"] + weights["power-comes"]))
    assert weigh_evidence([]) == 0
    assert weigh_findings([]) == Balance()


def test_longer_text_than_the_bound_is_judged_on_its_changed_words(make_clause: MakeClause) -> None:
    padding = "word " * (LONGEST_READ_CHARACTERS // 5 + 1)
    clause = ClauseChange(
        op="modified",
        section=make_clause("a", "b").section,
        old=padding,
        new=padding + "We may record calls.",
        redline=(Span("=", padding), Span("+", "We may record calls.")),
    )
    wording = read_wording(clause, None)
    assert wording.old.sentences == ()
    assert [wording.new.text[start:end] for start, end in wording.new.sentences] == ["We may record calls."]
    assert [finding.rule for finding in find_differences(wording)] == ["use-comes"]


def _text(quote: Quote | None) -> str | None:
    return quote.text if quote else None
