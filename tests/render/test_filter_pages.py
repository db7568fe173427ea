"""Parts of the timeline as plain pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import jinja2
import pytest
from bs4 import BeautifulSoup

from tracker.model import TOPICS, ChangeReport, DocumentReport
from tracker.render import SiteModel, render_site
from tracker.render.filter_pages import EFFECT_PAGES, Filter, list_filters, list_topics
from tracker.render.listing import Entry
from tracker.render.site_context import FRONT_PAGE_CHANGES, SiteContext


@pytest.fixture
def pages(site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(site, environment))


def _headlines(page: str) -> list[str]:
    return [tag.get_text(strip=True) for tag in BeautifulSoup(page, "lxml").select(".day article h3")]


@pytest.mark.parametrize("one", [*list_filters(), *list_topics()], ids=lambda one: one.stem)
def test_a_filter_shows_what_it_holds_and_nothing_else(
    one: Filter, pages: dict[str, str], site: SiteModel, environment: jinja2.Environment
) -> None:
    events = SiteContext(site, environment).events
    assert _headlines(pages[one.path]) == [
        entry.headline for entry in events if one.holds(entry) and not entry.is_set_aside
    ]


def test_some_filters_hold_something_and_none_holds_all(site: SiteModel, environment: jinja2.Environment) -> None:
    events = SiteContext(site, environment).events
    sizes = {one.stem: sum(map(one.holds, events)) for one in (*list_filters(), *list_topics())}
    assert sizes["material"]
    assert sizes["effects/widens"]
    assert sizes["topics/law-enforcement"]
    assert max(sizes.values()) < len(events)


def test_every_effect_but_neutral_and_every_topic_has_a_page(pages: dict[str, str]) -> None:
    assert {f"effects/{effect}/index.html" for effect in EFFECT_PAGES} <= set(pages)
    assert {f"topics/{topic}/index.html" for topic in TOPICS} <= set(pages)
    assert "effects/neutral/index.html" not in pages


def test_each_filter_is_reached_from_the_timeline_and_says_where_it_is(pages: dict[str, str]) -> None:
    links = {tag["href"] for tag in BeautifulSoup(pages["index.html"], "lxml").select(".filters a")}
    assert {one.path for one in list_filters()} | {"topics/index.html"} <= links
    listed = {str(tag["href"]) for tag in BeautifulSoup(pages["topics/index.html"], "lxml").select("main ul.plain a")}
    assert listed == {f"{topic}/index.html" for topic in TOPICS}
    here = BeautifulSoup(pages["silent/index.html"], "lxml").select(".filters [aria-current]")
    assert [tag.get_text() for tag in here] == ["Not announced"]


def test_many_changes_are_paged_by_year(
    policy_report: DocumentReport, site: SiteModel, environment: jinja2.Environment
) -> None:
    widening = next(change for change in policy_report.changes if change.verdict.effect == "widens")
    many = tuple(_at_another_time(widening, 30 * number) for number in range(FRONT_PAGE_CHANGES + 3))
    report = replace(
        policy_report,
        changes=many,
        timeline=replace(policy_report.timeline, events=tuple(change.event for change in many)),
        ledger=None,
    )
    pages = dict(render_site(replace(site, documents=(report,)), environment))
    front = pages["effects/widens/index.html"]
    assert len(_headlines(front)) == FRONT_PAGE_CHANGES
    years = {path.split("/")[2] for path in pages if path.startswith("effects/widens/2")}
    assert len(years) > 2
    assert sum(len(_headlines(pages[f"effects/widens/{year}/index.html"])) for year in years) == len(many)
    assert {tag.get_text() for tag in BeautifulSoup(front, "lxml").select("h2 + ul.columns a")} == years


def test_a_year_keeps_its_page_when_nothing_of_it_is_left(
    policy_report: DocumentReport, site: SiteModel, environment: jinja2.Environment
) -> None:
    def made(report: DocumentReport) -> set[str]:
        return {path for path, _ in render_site(replace(site, documents=(report,)), environment)}

    year = "effects/widens/2024/index.html"
    neutral = tuple(
        replace(change, verdict=replace(change.verdict, effect="neutral")) for change in policy_report.changes
    )
    assert year in made(policy_report) & made(replace(policy_report, changes=neutral))


def _at_another_time(change: ChangeReport, days: int) -> ChangeReport:
    event = change.event
    later = timedelta(days=days)
    return replace(change, event=replace(event, new=replace(event.new, fetched_at=event.new.fetched_at + later)))


def test_an_effect_is_told_in_words_and_by_a_shape_that_readers_aloud_skip(pages: dict[str, str]) -> None:
    tag = next(
        tag for tag in BeautifulSoup(pages["index.html"], "lxml").select(".tags li") if "Widens" in tag.get_text()
    )
    shape = tag.select_one("[aria-hidden=true]")
    assert shape is not None
    assert shape.get_text() == "\u25b2"


def test_what_is_set_aside_is_in_no_filter(site: SiteModel, environment: jinja2.Environment) -> None:
    context = SiteContext(site, environment)
    aside: list[Entry] = [entry for entries in context.entries.values() for entry in entries if entry.is_set_aside]
    assert aside
    pages = dict(render_site(site, environment))
    for one in (*list_filters(), *list_topics()):
        linked = {str(tag["href"]) for tag in BeautifulSoup(pages[one.path], "lxml").select(".day h3 a")}
        assert not any(href.endswith(entry.path) for href in linked for entry in aside)
