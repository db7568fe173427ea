"""How often a policy promises a report. The sentences are our own."""

from __future__ import annotations

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


def test_without_clauses_nothing_is_promised() -> None:
    assert find_cadence([]) is None
