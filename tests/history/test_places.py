"""Which addresses are home pages, other hosts, and a document's own places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tracker.history import leads_elsewhere, leads_home, list_places
from tracker.history.places import LANGUAGES, REGIONS
from tracker.model import Answer, Check, DocumentKey, Outcome

URL = "https://lantern.example/legal/privacy"
OTHER = "https://beacon.example/legal/privacy"


@pytest.mark.parametrize(
    "path",
    ["", "/", "/en", "/en/", "/en-us/", "/de_AT", "/us/en/", "/index.html", "/en/home", "/?from=privacy", "/#top"],
)
def test_roots_and_roots_of_languages_are_home_pages(path: str) -> None:
    assert leads_home(URL, f"https://lantern.example{path}")
    assert leads_home(URL, f"https://beacon.example{path}")


@pytest.mark.parametrize("path", ["/es-419/", "/zh-Hans", "/us-en", "/uk/en/", "/?utm_source=x&lang=de", "/?404"])
def test_codes_of_languages_regions_and_scripts_and_silent_parameters_make_home_pages(path: str) -> None:
    assert leads_home(URL, f"https://lantern.example{path}")


@pytest.mark.parametrize(
    "path",
    ["/pp", "/tc", "/pn/", "/us/pp", "/en-pp", "/index.php?title=Privacy", "/?page_id=3", "/?privacy", "/en/?p=4"],
)
def test_two_letters_that_are_no_code_and_parameters_that_choose_a_page_make_none(path: str) -> None:
    assert not leads_home(URL, f"https://lantern.example{path}")


def test_a_parameter_that_was_carried_over_chooses_nothing() -> None:
    assert leads_home(f"{URL}?v=2", "https://lantern.example/?v=2")
    assert not leads_home(f"{URL}?v=2", "https://lantern.example/?v=3")


def test_a_page_that_a_parameter_chose_may_be_given_up() -> None:
    declared = "https://lantern.example/?page=privacy"
    assert leads_home(declared, "https://lantern.example/")
    assert not leads_home(declared, f"{declared}&lang=en")
    assert not leads_home(declared, f"{declared}#top")


def test_an_address_without_end_is_no_home_page() -> None:
    assert not leads_home(URL, f"https://lantern.example/?{'lang=en&' * 10_000}")
    assert not leads_home(URL, "https://[not-an-address/")


def test_codes_are_those_of_the_standards() -> None:
    """ISO 639-1 has 183 and had `bh`, `in`, `iw`, `ji`; of the 249 of ISO 3166-1 two are left out, three are added."""
    assert all(len(code) == 2 for code in LANGUAGES)
    assert len(LANGUAGES) == 183 + 4
    assert len(REGIONS) == 249 - 2 + 3


@pytest.mark.parametrize("path", ["/privacy", "/help", "/en/privacy", "/legal/", "/en/us/de/fr", "/" + "en/" * 5000])
def test_other_paths_are_not(path: str) -> None:
    assert not leads_home(URL, f"https://lantern.example{path}")


def test_a_document_that_is_declared_at_a_home_page_stays_there() -> None:
    assert not leads_home("https://lantern.example/", "https://lantern.example/en/")
    assert not leads_home(URL, None)


@pytest.mark.parametrize(
    ("final_url", "is_elsewhere"),
    [
        ("https://www.lantern.example/privacy", False),
        ("http://LANTERN.example.:8443/privacy", False),
        ("https://legal.lantern.example/privacy", True),
        ("https://lantern.example.evil.example/privacy", True),
        ("https://[not-an-address/", False),
        (None, False),
    ],
)
def test_another_host_is_another_name_but_for_www(final_url: str | None, *, is_elsewhere: bool) -> None:
    assert leads_elsewhere("https://lantern.example/privacy", final_url) is is_elsewhere


def test_a_host_that_was_seen_before_is_no_other() -> None:
    assert not leads_elsewhere(URL, OTHER, seen=["https://www.beacon.example/"])


def test_the_places_of_a_document_are_where_its_text_was_seen(document: DocumentKey, at: Any) -> None:
    def row(outcome: Outcome, *answers: Answer) -> Check:
        return Check(document=document, checked_at=at(0), outcome=outcome, answers=answers)

    rows = [
        row("unchanged", Answer(url=URL, status=200, final_url=OTHER)),
        row("held", Answer(url=URL, status=200, final_url="https://lantern.example/")),
        row("failed", Answer(url=URL, status=404, final_url="https://candle.example/")),
        row("changed"),
        replace(row("unchanged"), answers=None),
    ]
    assert list_places(rows) == {OTHER}
