"""Headings by letter: how the site is searched without a script."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from string import ascii_lowercase
from urllib.parse import urldefrag

import jinja2
import pytest
from bs4 import BeautifulSoup

from tracker.model import Clause, DocumentReport, Section, Version
from tracker.render import SiteModel, render_site
from tracker.render.index_pages import _plain_title, list_headings
from tracker.render.site_context import SiteContext


@pytest.fixture
def pages(site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(site, environment))


def test_every_heading_leads_to_its_place(pages: dict[str, str]) -> None:
    found = 0
    for path, text in pages.items():
        if path.startswith("search/") and path != "search/index.html":
            for tag in BeautifulSoup(text, "lxml").select("main dd a"):
                address, anchor = urldefrag(str(tag["href"]))
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), address))
                assert BeautifulSoup(pages[target], "lxml").find(id=anchor) is not None, tag
                found += 1
    assert found > 3


def test_headings_stand_under_their_letter_without_their_number(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    headings = list_headings(SiteContext(site, environment))
    assert "Law enforcement" in [heading.title for heading in headings["l"]]
    assert all(heading.title[0].casefold() == letter for letter, listed in headings.items() for heading in listed)
    assert list(headings) == [*ascii_lowercase, "other"]


@pytest.mark.parametrize(
    ("title", "letter"),
    [("\u00c4nderungen", "a"), ("\u0423\u0441\u043b\u043e\u0432\u0438\u044f", "other"), ("2. Data", "d")],
)
def test_other_scripts_stand_last_and_accents_do_not_count(
    policy_report: DocumentReport, environment: jinja2.Environment, title: str, letter: str
) -> None:
    sections = (
        Section(index=0, level=0, number=None, title="", anchor=None, parent=None),
        Section(index=1, level=1, number=None, title=title, anchor=None, parent=0),
    )
    heading = Clause(index=0, kind="heading", text=title, section=1)
    latest = Version(markdown="x", sections=sections, clauses=(heading,))
    report = replace(policy_report, latest=latest, ledger=None)
    site = SiteModel(title="T", site_url=None, contact="", documents=(report,))
    assert [name for name, listed in list_headings(SiteContext(site, environment)).items() if listed] == [letter]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("2.1. Data", "Data"),
        ("(a) Cookies", "Cookies"),
        ("IV. Rights", "Rights"),
        ("2FA", "2FA"),
        ("\u00a7 5 Vertrag", "Vertrag"),
        ("1a. Visits", "Visits"),
        ("I agree", "I agree"),
        ("-" * 200_000, ""),
        ("12", ""),
    ],
)
def test_a_heading_is_told_without_its_number(heading: str, title: str) -> None:
    assert _plain_title(heading) == title


def test_each_page_is_reached(pages: dict[str, str]) -> None:
    letters = {str(tag["href"]) for tag in BeautifulSoup(pages["search/index.html"], "lxml").select(".filters a")}
    made = {path.removeprefix("search/") for path in pages if path.startswith("search/")} - {"index.html"}
    assert letters == made
    assert 'href="search/index.html"' in pages["index.html"]
