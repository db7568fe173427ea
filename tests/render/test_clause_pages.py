"""The lives of clauses on the site: a page for each section, reached from each change."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from urllib.parse import urldefrag

import jinja2
import pytest
from bs4 import BeautifulSoup

from tests.render.clause_lives import follow_story, with_lives
from tracker.model import DocumentReport, Lineage
from tracker.render import SiteModel, render_site
from tracker.render.clause_addresses import MOST_TOLD

STEM = "courier/privacy-policy"
CHANGE = f"{STEM}/2024-03-05T031705Z-904fd0ea-dc3faefa/index.html"


@pytest.fixture
def followed(policy_report: DocumentReport) -> DocumentReport:
    return with_lives(policy_report, follow_story(policy_report))


@pytest.fixture
def pages(followed: DocumentReport, site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(replace(site, documents=(followed,)), environment))


def _soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def test_from_the_change_to_the_life_of_its_clause_and_back(pages: dict[str, str]) -> None:
    link = _soup(pages[CHANGE]).find("a", string="This clause through time")
    assert link is not None
    path, anchor = urldefrag(posixpath.normpath(posixpath.join(posixpath.dirname(CHANGE), str(link["href"]))))
    life = _soup(pages[path]).find(id=anchor)
    assert life is not None
    assert "terror suspect" in life.get_text()
    assert "suspect in a criminal case" in life.get_text()
    back = {posixpath.normpath(posixpath.join(posixpath.dirname(path), str(a["href"]))) for a in life.select(".when a")}
    assert CHANGE in back


def test_only_sections_to_which_something_happened_have_a_page(pages: dict[str, str]) -> None:
    listed = _soup(pages[f"{STEM}/clauses/index.html"]).select("main a")
    names = [tag.get_text() for tag in listed]
    assert any(name.startswith("8.3") for name in names)
    assert not any(name.startswith("1 ") for name in names)
    made = {path for path in pages if path.startswith(f"{STEM}/clauses/") and path != f"{STEM}/clauses/index.html"}
    assert made == {posixpath.normpath(f"{STEM}/clauses/{tag['href']}") for tag in listed}


def test_the_page_of_the_policy_leads_there(pages: dict[str, str]) -> None:
    hrefs = {str(tag["href"]) for tag in _soup(pages[f"{STEM}/index.html"]).select("main a")}
    assert "clauses/index.html" in hrefs


def test_every_link_to_a_life_has_its_anchor(pages: dict[str, str]) -> None:
    for path, text in pages.items():
        if not path.endswith(".html"):
            continue
        for tag in _soup(text).find_all("a", href=True):
            address, anchor = urldefrag(str(tag["href"]))
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), address)) if address else path
            if "/clauses/" in target:
                assert target in pages, (path, target)
                assert not anchor or _soup(pages[target]).find(id=anchor) is not None, (path, target, anchor)


def test_addresses_stay_when_the_history_goes_on(
    followed: DocumentReport, site: SiteModel, environment: jinja2.Environment
) -> None:
    shorter = replace(
        followed,
        changes=followed.changes[:-1],
        timeline=replace(
            followed.timeline, events=followed.timeline.events[:-1], records=followed.timeline.records[:-1]
        ),
        ledger=None,
    )
    before = render_site(replace(site, documents=(with_lives(shorter, follow_story(shorter)),)), environment)
    after = dict(render_site(replace(site, documents=(followed,)), environment))
    sections = {path for path, _ in before if "/clauses/" in path}
    assert sections
    assert sections <= set(after)


def test_a_clause_that_moves_stays_where_it_is_told(
    followed: DocumentReport, site: SiteModel, environment: jinja2.Environment
) -> None:
    assert followed.lives is not None
    lineage = followed.lives.follow()
    line = next(line for line in lineage.lines if len(line.wordings) > 1 and line.kind != "heading")
    other = next(one for one in lineage.lines if one.kind == "heading" and one.id != line.stays[0].heading)
    moved = replace(line, stays=(*line.stays, replace(line.stays[-1], heading=other.id, section=other.section)))
    lines = tuple(moved if one is line else one for one in lineage.lines)
    after = with_lives(followed, lambda: replace(lineage, lines=lines))

    def place_of(report: DocumentReport) -> list[str]:
        pages = render_site(replace(site, documents=(report,)), environment)
        return [path for path, text in pages if "/clauses/" in path and f'id="{line.id}"' in text]

    assert len(place_of(followed)) == 1
    assert place_of(followed) == place_of(after)


def test_without_a_lineage_there_is_no_page_and_no_link(site: SiteModel, environment: jinja2.Environment) -> None:
    plain = dict(render_site(site, environment))
    assert not any("/clauses/" in path for path in plain)
    assert "through time" not in plain[CHANGE]


def test_a_section_of_many_clauses_tells_a_bounded_number(
    followed: DocumentReport, site: SiteModel, environment: jinja2.Environment
) -> None:
    assert followed.lives is not None
    lineage = followed.lives.follow()
    line = next(line for line in lineage.lines if len(line.wordings) > 1)
    many = tuple(replace(line, id=f"{line.id}-{number}") for number in range(MOST_TOLD + 5))
    places = tuple(() for _ in lineage.records)
    crowded = with_lives(followed, lambda: Lineage(records=lineage.records, lines=many, places=places))
    pages = dict(render_site(replace(site, documents=(crowded,)), environment))
    (path,) = (path for path in pages if "/clauses/" in path and not path.endswith("clauses/index.html"))
    assert len(_soup(pages[path]).select("article.clause")) == MOST_TOLD
    assert "And 5 more clauses" in _soup(pages[path]).get_text()
