from __future__ import annotations

import pytest

from tests.vet.policies import amended, cut, policy
from tracker.extract import parse_markdown
from tracker.pipeline.pairs import compare_pair

OLD = policy(1, 60, dated="May 2, 2023")
POINTER = "All our rules are now found in one place, at terms.baker.example. Kindly change your bookmarks."
FAILURE = "# Component failure\n\n" + "ReferenceError: settings are undefined at render (main.js:1:8831). " * 12


def broken(old: str, new: str, *, language: str | None = None) -> str | None:
    found = compare_pair(parse_markdown(old), parse_markdown(new), language=language).verdict.broken
    return found.reason if found else None


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (POINTER, "another-document"),
        ("Notes by the baker", "another-document"),
        (policy(2, 60, title="Delivery terms"), "another-document"),
        (cut(OLD, 0.2), "truncated"),
        (cut(OLD, 0.7), "truncated"),
        (policy(1, 25, dated="May 2, 2023"), "truncated"),
        (policy(1, 5, dated="June 3, 2024"), "shrunk"),
        (policy(1, 20, dated="May 2, 2020") + policy(2, 25), "older-edition"),
    ],
)
def test_a_new_text_that_is_not_the_document_is_broken(new: str, reason: str) -> None:
    assert broken(OLD, new) == reason


@pytest.mark.parametrize(
    "new",
    [amended(OLD), policy(1, 55, dated="May 2, 2023"), policy(1, 30, dated="June 3, 2024"), policy(1, 150)],
    ids=["amended", "without its end", "shortened and dated anew", "longer"],
)
def test_a_new_text_that_is_the_document_is_not_broken(new: str) -> None:
    assert broken(OLD, new) is None


@pytest.mark.parametrize("stub", [POINTER, FAILURE])
def test_the_document_after_a_stub_is_not_broken(stub: str) -> None:
    """The old text was; which of the two it is cannot be told by what they have in common."""
    assert broken(stub, policy(1, 150)) is None


def test_a_clause_in_other_words_is_not_broken() -> None:
    assert broken("We bake rye bread on Mondays.", "Wheat rolls leave the oven whenever guests come.") is None


def test_a_return_to_the_declared_language_is_not_broken() -> None:
    german = (
        "Wir backen jeden Morgen Brot und schreiben auf, wer welches bestellt hat, damit niemand vergessen wird. "
        "Die Liste hängt hinter der Theke, und am Abend wird sie verbrannt, weil wir sie nicht mehr brauchen. "
    ) * 12
    assert broken(german, OLD, language="en") is None
    assert broken(OLD, german, language="en") == "wrong-language"
    assert broken(OLD, german) == "wrong-language"


GERMAN = "Wir backen Brot. Wir speichern die Liste der Gäste 7 Tage lang, danach wird sie im Ofen verbrannt."
SPANISH = "Horneamos pan y guardamos la lista de los clientes durante 7 días, después se quema en el horno."


def judged(old: str, new: str, *, language: str | None = None) -> tuple[str, str]:
    verdict = compare_pair(parse_markdown(old), parse_markdown(new), language=language).verdict
    return verdict.kind, verdict.effect


def test_the_language_of_texts_is_taken_from_them_where_it_is_not_known() -> None:
    assert judged(GERMAN, GERMAN.replace("7", "90")) == ("substantive", "widens")
    assert judged(SPANISH, SPANISH.replace("7", "90")) == ("substantive", "unclear")


def test_a_language_that_is_told_is_not_doubted() -> None:
    assert judged(GERMAN, GERMAN.replace("7", "90"), language="es") == ("substantive", "unclear")
