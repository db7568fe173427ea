"""How often a policy promises a report. The sentences are our own."""

from __future__ import annotations

from time import perf_counter

import pytest

from tracker.transparency import find_cadence


@pytest.mark.parametrize(
    ("sentence", "months"),
    [
        ("Every case appears in our quarterly transparency report.", 3),
        ("A transparency report comes out every quarter.", 3),
        ("We publish Transparency Reports every three months.", 3),
        ("Such cases stand in a semiannual transparency report.", 6),
        ("Such cases stand in a semi-annual transparency report.", 6),
        ("Such cases stand in a semi\N{NON-BREAKING HYPHEN}annual transparency report.", 6),
        ("Our transparency report is issued semiannually.", 6),
        ("We put out a transparency-report twice a year.", 6),
        ("A biannual transparency report lists them.", 6),
        ("Our half-yearly transparency report lists them.", 6),
        ("Our annual transparency report lists them.", 12),
        ("Once per year a transparency report lists them.", 12),
        ("Each year a transparency report lists them.", 12),
        ("The monthly transparency report lists them.", 1),
        ("Jeder Fall steht in unserem vierteljährlichen Transparenzbericht.", 3),
        ("Wir veröffentlichen quartalsweise einen Transparenzbericht.", 3),
        ("Alle drei Monate erscheint ein Transparenzbericht.", 3),
        ("Unsere halbjährlichen Transparenzberichte nennen jeden Fall.", 6),
        ("Zweimal im Jahr erscheint ein Transparenzbericht.", 6),
        ("Der jährliche Transparenzbericht nennt jeden Fall.", 12),
        ("Jeden Monat erscheint ein Transparenzbericht.", 1),
        ("A semi annual transparency report lists them.", 6),
        ("Our half yearly transparency report lists them.", 6),
        ("Our transparency report is published twice annually.", 6),
        ("We publish a transparency report twice yearly.", 6),
        ("Wir veröffentlichen zweimal jährlich einen Transparenzbericht.", 6),
        ("Wir veröffentlichen viermal jährlich einen Transparenzbericht.", 3),
        ("We publish a transparency report four times a year.", 3),
        ("Each calendar quarter, we publish a transparency report.", 3),
        ("Our transparency report comes out at least once a year.", 12),
        ("Unser Transparenzbericht wird einmal jährlich veröffentlicht.", 12),
        ("Should it ever happen, the case will appear in our semiannual transparency report.", 6),
        ("Since 2024 we publish a quarterly transparency report.", 3),
        ("When it does, we include it in a semiannual transparency report published at: https://a.example/2024.", 6),
        ("If any data is shared, it is in a quarterly transparency report published at: https://a.example/r.", 3),
    ],
)
def test_the_promise_is_read(sentence: str, months: int) -> None:
    assert find_cadence(["Nothing else.", sentence]) == (months, sentence.replace("\N{NON-BREAKING HYPHEN}", "-"))


@pytest.mark.parametrize(
    "text",
    [
        "We write to you every quarter.",
        "Our transparency report lists them.",
        "We keep it for a quarter. A transparency report lists such cases.",
        "A biennial transparency report lists them.",
        "A bi-monthly transparency report lists them.",
        "Unsere Berichte erscheinen jährlich.",
        "Alle zwei Jahre erscheint ein Transparenzbericht.",
        "",
        # Several cadences, or one of something else.
        "Our annual transparency report counts requests received each month.",
        "We prepare a transparency report at the end of each quarter and publish it once a year.",
        "You pay a quarterly fee, and our transparency report is free.",
        "Our transparency report counts the requests of each quarter.",
        "Requests that we receive every month are counted in our transparency report.",
        # Other rhythms.
        "We publish a transparency report three times a year.",
        "Dreimal jährlich erscheint ein Transparenzbericht.",
        "We publish a transparency report every other year.",
        # Negations.
        "We no longer publish a quarterly transparency report.",
        "We do not publish a quarterly transparency report.",
        "We don't publish a quarterly transparency report.",
        "We don\N{RIGHT SINGLE QUOTATION MARK}t publish a quarterly transparency report.",
        "We have stopped our quarterly transparency report.",
        "Wir veröffentlichen keinen jährlichen Transparenzbericht.",
        "Wir veröffentlichen den jährlichen Transparenzbericht nicht mehr.",
        # The past, and limits.
        "Until 2024 we published a quarterly transparency report.",
        "We published a quarterly transparency report.",
        "We regularly published our quarterly transparency report.",
        "Courier published a quarterly transparency report.",
        "The transparency report we published each quarter lists them.",
        "Our quarterly transparency report was published here.",
        "We have published a quarterly transparency report.",
        "From 2027 on we publish a quarterly transparency report.",
        "Bis Ende des Jahres erscheint ein vierteljährlicher Transparenzbericht.",
        # Possibilities.
        "We may publish a quarterly transparency report.",
        "We might publish a quarterly transparency report.",
        "A quarterly transparency report is planned.",
        "We can publish a quarterly transparency report.",
        "We should publish a quarterly transparency report.",
        "Wir können einen jährlichen Transparenzbericht veröffentlichen.",
        "Do you publish a quarterly transparency report?",
        "Starting next year, we publish a quarterly transparency report.",
        "We paused our annual transparency report.",
        # Of others.
        "Our cloud provider publishes an annual transparency report.",
        "Many companies publish annual transparency reports.",
        "Read last year's annual transparency report.",
        # Of another law, or no such report.
        "Our annual DSA transparency report is published here.",
        "The annual transparency report under the EU Digital Services Act is published here.",
        "We follow yearly transparency reporting rules.",
    ],
)
def test_no_promise_is_read_where_none_stands(text: str) -> None:
    assert find_cadence([text]) is None


def test_the_first_promise_counts_and_its_sentence_alone_is_quoted() -> None:
    clauses = [
        "We keep little. Cases appear in a semiannual transparency report! Ask us every month.",
        "A quarterly transparency report is planned.",
    ]
    assert find_cadence(clauses) == (6, "Cases appear in a semiannual transparency report!")


@pytest.mark.parametrize("place", [0, 1])
def test_the_report_under_the_digital_services_act_counts_neither_before_nor_after_another(place: int) -> None:
    promise = "We publish a quarterly transparency report."
    clauses = [promise]
    clauses.insert(place, "Our annual DSA transparency report is available here.")
    assert find_cadence([" ".join(clauses)]) == find_cadence(clauses) == (3, promise)


def test_a_sentence_that_is_no_promise_hides_none() -> None:
    text = "We no longer publish a quarterly transparency report. We publish an annual transparency report."
    assert find_cadence([text]) == (12, "We publish an annual transparency report.")


@pytest.mark.parametrize(
    "part", ["a", "a ", "a-", "every ", "all a ", "times ", "amal ", "once a ", "n't", "published "]
)
def test_a_very_long_sentence_is_read_at_once(part: str) -> None:
    started = perf_counter()
    for length in (250, 50_000):
        find_cadence([(part * 200)[:length] + " transparency report " + part * length])
    find_cadence([(part * 40 + "transparency report ")[:1990], part * 50_000, (part + ". ") * 5_000])
    assert perf_counter() - started < 5


def test_without_clauses_nothing_is_promised() -> None:
    assert find_cadence([]) is None
