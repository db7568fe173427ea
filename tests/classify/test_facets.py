"""Each facet rule, on cases that fire and on near-misses that must not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tracker.classify.facets import FACET_RULES, combine_effects, find_differences, rule_weights
from tracker.classify.wording import LONGEST_READ_CHARACTERS, read_wording
from tracker.model import ClauseChange, Effect, Finding, Quote, Span

MakeClause = Callable[..., ClauseChange]

#: rule, old, new, effect, words quoted from old, words quoted from new
CASES: list[tuple[str, str, str, str, str | None, str | None]] = [
    (
        "trigger-scale",
        "On a court order we may disclose the number of a terror suspect.",
        "On a court order we may disclose the number of anyone accused of criminal activity.",
        "widens",
        "terror suspect",
        "criminal activity",
    ),
    (
        "trigger-scale",
        "We may disclose records in a case of crime to the police.",
        "We may disclose records in a case of serious crime to the police.",
        "narrows",
        "crime",
        "serious crime",
    ),
    (
        "trigger-scale",
        "Wir können Daten eines Terrorverdächtigen an Behörden weitergeben.",
        "Wir können Daten bei jeder Straftat an Behörden weitergeben.",
        "widens",
        "Terrorverdächtigen",
        "Straftat",
    ),
    (
        "authority-scale",
        "We provide records to the police under a court order.",
        "We provide records to the police after any valid legal request.",
        "widens",
        "court order",
        "valid legal request",
    ),
    (
        "authority-scale",
        "Nous communiquons ces données sur demande.",
        "Nous communiquons ces données sur décision de justice.",
        "narrows",
        "sur demande",
        "décision de justice",
    ),
    (
        "cadence-scale",
        "We publish a report on this monthly.",
        "We publish a report on this annually.",
        "widens",
        "monthly",
        "annually",
    ),
    (
        "retention-period",
        "Logs are kept for 6 months.",
        "Logs are kept for 18 months.",
        "widens",
        "6 months",
        "18 months",
    ),
    (
        "retention-period",
        "We delete backups after one year.",
        "We delete backups after 30 days.",
        "narrows",
        "one year",
        "30 days",
    ),
    (
        "retention-period",
        "Logs are kept for 6 months and mails for 3 days.",
        "Logs are kept for 18 months and mails for 3 days.",
        "widens",
        "6 months",
        "18 months",
    ),
    (
        "notice-period",
        "We give notice of new fees 130 days before they apply.",
        "We give notice of new fees 30 days before they apply.",
        "widens",
        "130 days",
        "30 days",
    ),
    (
        "age-limit",
        "We do not knowingly collect data of persons under 13.",
        "We do not knowingly collect data of persons under 16.",
        "narrows",
        "13",
        "16",
    ),
    (
        "modality-changed",
        "We may share your name with partners.",
        "We will share your name with partners.",
        "widens",
        "We may share your name with partners",
        "We will share your name with partners",
    ),
    (
        "modality-changed",
        "We will notify you of a breach.",
        "We may notify you of a breach.",
        "widens",
        "We will notify you of a breach",
        "We may notify you of a breach",
    ),
    (
        "modality-changed",
        "We do not sell lists.",
        "We may sell lists.",
        "widens",
        "We do not sell lists",
        "We may sell lists",
    ),
    ("promise-removed", "Hello. We never sell lists.", "Hello.", "widens", "We never sell lists", None),
    ("promise-added", "Hello.", "Hello. We do not log visits.", "narrows", None, "We do not log visits"),
    ("use-stated", "Hello.", "Hello. We may record calls.", "widens", None, "We may record calls"),
    ("use-stated", "Hello. We may record calls.", "Hello.", "unclear", "We may record calls", None),
    (
        "protection-stated",
        "Hello.",
        "Hello. We will encrypt backups.",
        "narrows",
        None,
        "We will encrypt backups",
    ),
    (
        "never-happened",
        "We answer courts. So far, this has never happened.",
        "We answer courts.",
        "widens",
        "So far, this has never happened.",
        None,
    ),
    ("only-for", "It is used only for billing.", "It is used for billing.", "widens", "used only", None),
    ("right-of-user", "", "You have the right to object.", "narrows", None, "You have the right"),
    ("prohibition", "Be kind.", "Be kind. You may not use robots.", "widens", None, "You may not"),
    ("waiver", "", "Claims are resolved by arbitration.", "widens", None, "resolved by arbitration"),
    (
        "discretion",
        "We may close a room.",
        "We may close a room in our sole discretion.",
        "widens",
        None,
        "sole discretion",
    ),
    ("prior-notice", "We change fees after prior notice.", "We change fees.", "widens", "prior notice", None),
    ("consent-asked", "Photos are shown with your consent.", "Photos are shown.", "widens", "with your consent", None),
    ("deemed-consent", "", "By using the site you agree to all this.", "widens", None, "By using the site you agree"),
    ("model-training", "", "Posts serve to train our models.", "widens", None, "train our models"),
    ("advertising-use", "", "It helps us to show ads.", "widens", None, "show ads"),
    ("sale", "", "This counts as a sale of data.", "widens", None, "sale of data"),
    (
        "data-list",
        "We collect your name.",
        "We collect your name and your IP address.",
        "widens",
        None,
        "IP address",
    ),
    (
        "data-list",
        "We collect your phone number and your birthday.",
        "We collect your phone number.",
        "narrows",
        "birthday",
        None,
    ),
    (
        "recipient-list",
        "Text may be shared with Example Search LLC.",
        "Text may be shared with Example Search LLC or Sample Office Corporation.",
        "widens",
        None,
        "Sample Office Corporation",
    ),
    (
        "recipient-list",
        "We share this with service providers.",
        "We share this with service providers and advertisers.",
        "widens",
        None,
        "advertisers",
    ),
]

#: rule, old, new
NEAR_MISSES = [
    ("trigger-scale", "The film is about terrorism.", "The film is about crime."),
    ("trigger-scale", "We tell the police of crime at once.", "We tell the police of crime very soon."),
    ("authority-scale", "A court order closed the street.", "The road closed upon request."),
    ("cadence-scale", "Fees are due monthly.", "Fees are due annually."),
    ("retention-period", "We were founded 6 months ago.", "We were founded 18 months ago."),
    ("retention-period", "Logs are kept for 12 months.", "Logs are kept for one year."),
    ("notice-period", "You must give notice of 10 days.", "You must give notice of 30 days."),
    ("age-limit", "Over 13 people work here.", "Over 16 people work here."),
    ("modality-changed", "You may share your name.", "You will share your name."),
    ("promise-removed", "Users will not share passwords here.", "Be safe here."),
    ("use-stated", "Hello.", "Hello. You may record calls."),
    ("only-for", "The only room is used often.", "The room is used often."),
    ("never-happened", "Nobody has ever asked.", "Nobody asked."),
    ("prohibition", "", "If you object you may not be discriminated against."),
    ("consent-asked", "", "Friends can pass on a letter without your knowledge or consent."),
    ("model-training", "", "We do not train models on posts."),
    ("sale", "", "We do not sell data."),
    ("data-list", "We collect your name.", "We collect your name and never your IP address."),
    ("data-list", "An IP address is public. We collect it.", "An IP address is public. We collect it: the IP address."),
    ("recipient-list", "Hello.", "Hello. You can complain to authorities that receive letters."),
]  # fmt: skip


def _find(clause: ClauseChange) -> tuple[Finding, ...]:
    return find_differences(read_wording(clause, None))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_rule_finds_the_difference_with_its_evidence(
    make_clause: MakeClause, case: tuple[str, str, str, str, str | None, str | None]
) -> None:
    rule, old, new, effect, before, after = case
    found = [finding for finding in _find(make_clause(old, new)) if finding.rule == rule]
    assert [(finding.effect, _text(finding.before), _text(finding.after)) for finding in found] == [
        (effect, before, after)
    ]


@pytest.mark.parametrize(("rule", "old", "new"), NEAR_MISSES)
def test_rule_does_not_fire_on_a_near_miss(make_clause: MakeClause, rule: str, old: str, new: str) -> None:
    assert rule not in {finding.rule for finding in _find(make_clause(old, new))}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_every_quotation_stands_where_it_says(
    make_clause: MakeClause, case: tuple[str, str, str, str, str | None, str | None]
) -> None:
    _, old, new, *_ = case
    for finding in _find(make_clause(old, new)):
        for quote, side in ((finding.before, old), (finding.after, new)):
            assert quote is None or side[quote.start : quote.end] == quote.text


def test_every_rule_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(rule_weights())
    assert FACET_RULES


def test_condition_qualified_by_another_is_the_narrower_of_both(make_clause: MakeClause) -> None:
    old = "The police get data of a terror suspect."
    joined = "The police get data in a case of crime that violates our terms."
    listed = "The police get data in a case of crime or of anyone who violates our terms."
    assert _find(make_clause(old, joined))[0].summary.endswith("from terrorism to crime")
    assert _find(make_clause(old, listed))[0].summary.endswith("from terrorism to breach of terms")


def test_dominant_direction_decides_and_balanced_ones_are_mixed() -> None:
    def finding(rule: str, effect: Effect) -> Finding:
        return Finding(
            facet="modality",
            before=None,
            after=Quote(text="x", start=0),
            effect=effect,
            rule=rule,
            confidence=0.8,
            summary="x",
        )

    heavy, light = finding("trigger-scale", "widens"), finding("cadence-scale", "narrows")
    assert combine_effects([heavy, light]) == "widens"
    assert combine_effects([heavy, finding("authority-scale", "narrows")]) == "mixed"
    assert combine_effects([finding("use-stated", "unclear")]) == "unclear"
    assert combine_effects([]) == "unclear"


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
    assert [finding.rule for finding in find_differences(wording)] == ["use-stated"]


def _text(quote: Quote | None) -> str | None:
    return quote.text if quote else None
