"""Places and responsible bodies that took the place of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tracker.classify.names import compare_names, name_rules
from tracker.classify.wording import read_wording
from tracker.model import ClauseChange, Finding

MakeClause = Callable[..., ClauseChange]


def compare(make_clause: MakeClause, old: str, new: str, language: str | None = None) -> tuple[Finding, ...]:
    return compare_names(read_wording(make_clause(old, new), language))


@pytest.mark.parametrize(
    ("old", "new", "summary"),
    [
        ("These terms are governed by the laws of Norway.", "These terms are governed by the laws of Sweden.",
         "governing law changed from Norway to Sweden"),
        ("Only the courts of Oslo, Norway decide.", "Only the courts of Oslo, Sweden decide.",
         "governing law changed from Norway to Sweden"),
        ("Data is stored on servers in Norway.", "Data is stored on servers in Sweden.",
         "territory changed from Norway to Sweden"),
        ("This applies in Norway.", "This applies in Norway and Sweden.", "territory named: Sweden"),
        ("This applies in Norway and Sweden.", "This applies in Norway.", "territory no longer named: Sweden"),
        ("This applies in Niger alone.", "This applies in Nigeria alone.",
         "territory changed from Niger to Nigeria"),
        ("The contract is with Alder Garden AS now.", "The contract is with Birch Garden AS now.",
         "responsible body changed from Alder Garden AS to Birch Garden AS"),
        ("The site is operated by Alder Garden now.", "The site is operated by Birch Garden now.",
         "responsible body changed from Alder Garden to Birch Garden"),
    ],
)  # fmt: skip
def test_name_that_differs_is_told_from_which_to_which(
    make_clause: MakeClause, old: str, new: str, summary: str
) -> None:
    (finding,) = compare(make_clause, old, new)
    assert (finding.summary, finding.facet) == (summary, "jurisdiction")
    # For whom another name is better, the names do not tell.
    assert finding.effect == "unclear"
    assert finding.rule in {rule.id for rule in name_rules()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Only a sentence on law, residence or responsibility is read.
        ("We like the fjords of Norway.", "We like the fjords of Sweden."),
        ("The oak was planted by Alder Garden.", "The oak was planted by Birch Garden."),
        # The same names in another order, or written again.
        ("This applies in Norway and Sweden.", "This applies in Sweden and Norway."),
        ("This applies in Norway.", "This applies to all trees in Norway."),
        # Named twice, and now once.
        ("This applies in Norway, that is in all of Norway.", "This applies in all of Norway."),
        # A word that is no name: "turkey" on the table.
        ("This applies to chicken.", "This applies to turkey."),
        # What came or went as a whole took no other's place.
        ("", "These terms are governed by the laws of Norway."),
        ("These terms are governed by the laws of Norway.", ""),
        # A second body, the first of which stays, is no change of the responsible one.
        ("The controller is Alder Garden now.", "The controller is Alder Garden and Birch Garden now."),
    ],
)
def test_no_other_name(make_clause: MakeClause, old: str, new: str) -> None:
    assert compare(make_clause, old, new) == ()


def test_place_goes_before_body(make_clause: MakeClause) -> None:
    """One finding: a company that moves has another name in another country."""
    old = "The contract is with Alder Garden of Norway."
    new = "The contract is with Birch Garden of Sweden."
    assert [finding.rule for finding in compare(make_clause, old, new)] == ["territory"]


@pytest.mark.parametrize(
    ("language", "old", "new", "rule"),
    [
        ("de", "Das gilt in Österreich.", "Das gilt in Irland.", "territory"),
        ("fr", "Vous résidez en France.", "Vous résidez en Belgique.", "territory"),
        ("de", "Verantwortlich ist der Verein Ahorn hier.", "Verantwortlich ist der Verein Birke hier.", "party"),
        ("fr", "Le contrat est conclu avec Alder Jardin ici.", "Le contrat est conclu avec Birch Jardin ici.", "party"),
        ("de", "Gerichtsstand ist Irland.", "Gerichtsstand ist Frankreich.", "territory"),
        ("fr", "Les tribunaux sont ceux de la Belgique.", "Les tribunaux sont ceux de la Suisse.", "territory"),
        ("fi", "The contract is with Alder Garden now.", "The contract is with Birch Garden now.", None),
    ],
)  # fmt: skip
def test_names_by_language(make_clause: MakeClause, language: str, old: str, new: str, rule: str | None) -> None:
    assert [finding.rule for finding in compare(make_clause, old, new, language)] == ([rule] if rule else [])


def test_quotations_are_the_names_where_they_stand(make_clause: MakeClause) -> None:
    old, new = "If you live in the old Norway, this applies.", "If you live in the far, far Sweden, this applies."
    (finding,) = compare(make_clause, old, new)
    assert finding.before is not None
    assert finding.after is not None
    assert old[finding.before.start : finding.before.end] == finding.before.text == "Norway"
    assert new[finding.after.start : finding.after.end] == finding.after.text == "Sweden"


def test_long_name_is_cut_in_the_summary(make_clause: MakeClause) -> None:
    name = "Alder " * 4
    old, new = f"The contract is with {name * 3}now.", "The contract is with Birch Garden now."
    (finding,) = compare(make_clause, old, new)
    assert len(finding.summary) <= 2 * 60 + len("responsible body changed from  to ")
