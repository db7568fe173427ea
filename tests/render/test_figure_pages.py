"""Pages, drawings and news of transparency reports, on invented figures."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import feedparser
import jinja2
import pytest
from bs4 import BeautifulSoup

from tests.render.figure_stories import LATE, POLICY, invent_figures
from tracker.model import GAP, Figure, Period, PublisherFigures, Tally
from tracker.render import SiteModel, render_site
from tracker.render.figure_chart import MOST_QUARTERS, Mark, draw_figures
from tracker.render.figure_effect import tell_effect
from tracker.render.figure_words import tell_period, tell_quarters

HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}\u202e"


@pytest.fixture
def told(site: SiteModel) -> SiteModel:
    return replace(site, figures=(invent_figures(),))


@pytest.fixture
def pages(told: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(told, environment))


def words(text: str) -> str:
    return " ".join(BeautifulSoup(text, "html.parser").get_text(" ").split())


# -------------------------------------------------------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("start", "end", "expected", "short"),
    [
        ("2024-07-01", "2024-09-30", "July to September 2024", "Q3"),
        ("2024-01-01", "2024-12-31", "2024", "Q1 to Q4"),
        ("2024-10-01", "2025-03-31", "October 2024 to March 2025", "Q4 to Q1"),
        ("2024-02-01", "2024-02-29", "February 2024", "February 2024"),
        ("2024-02-03", "2024-05-05", "3 February 2024 to 5 May 2024", "3 February 2024 to 5 May 2024"),
    ],
)
def test_periods_are_told_as_people_say_them(start: str, end: str, expected: str, short: str) -> None:
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    assert tell_period(period) == expected
    assert tell_quarters(period) == short


# ---------------------------------------------------------------------------------------------------------------- pages


def test_every_country_has_its_page_and_its_place_in_each_order(pages: dict[str, str]) -> None:
    stem = "transparency/courier"
    assert {f"{stem}/nor/index.html", f"{stem}/tcd/index.html", "transparency/index.html"} <= pages.keys()
    orders = {
        name: re.findall(r'href="(?:../)*(?:courier/)?(nor|tcd)/index.html"', pages[f"{stem}/{name}index.html"])
        for name in ("", "by-requests/", "by-users/", "by-latest/")
    }
    assert orders == {
        "": ["tcd", "nor"],
        "by-requests/": ["nor", "tcd"],
        "by-users/": ["nor", "tcd"],
        "by-latest/": ["nor", "tcd"],
    }


def test_a_page_of_a_country_tells_derived_figures_gaps_and_what_contradicts(pages: dict[str, str]) -> None:
    norway, chad = (words(pages[f"transparency/courier/{code}/index.html"]) for code in ("nor", "tcd"))
    assert "October to December 2023 requests = 9 (2023) \N{MINUS SIGN} 5 (January to September 2023)" in norway
    assert "4 * (derived)" in norway
    assert "1,234" in norway
    assert "1,300" in norway
    assert "IP address" in norway
    assert "What cannot all be right" not in norway
    assert (
        "Chad, requests fulfilled: 2 (January to June 2023) + 2 (July to December 2023) = 4, and 3 (2023) is reported"
        in chad
    )
    assert "Chad, users affected: 2 (April to June 2024) in one report, and 0 in others" in chad
    assert "Nothing known: January to March 2024." in chad


def test_made_up_figures_say_so_on_every_page_that_tells_them(pages: dict[str, str]) -> None:
    telling = [path for path, text in pages.items() if path.endswith(".html") and "1,234" in text]
    assert any("/2024-03-05T" in path for path in telling), "the change tells of them too"
    assert "transparency/courier/index.html" in telling
    for path in ("transparency/index.html", *telling):
        assert "These figures are made up" in words(pages[path]), path


def test_a_report_that_was_not_seen_is_overdue_once_its_time_is_over(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    for until, expected in ((datetime(2024, 10, 31, tzinfo=UTC), False), (datetime(2024, 11, 1, tzinfo=UTC), True)):
        figures = invent_figures(until=until)
        assert figures.due is not None
        assert (figures.due.by, figures.due.is_overdue) == (date(2024, 10, 31), expected)
        text = words(dict(render_site(replace(site, figures=(figures,)), environment))["transparency/index.html"])
        assert ("Overdue. No report for July to September 2024 was seen" in text) is expected
        assert "The policy promises a report every 3 months." in text
        assert "Versions captured before 5 March 2024 promised one every 6 months." in text


def test_figures_for_programs_are_whole(pages: dict[str, str]) -> None:
    told = json.loads(pages["transparency/courier/figures.json"])
    assert (told["schema"], told["publisher"], told["made_up"]) == ("tracker.transparency/1", "Courier", True)
    assert {row["country"] for row in told["series"]} == {"NOR", "TCD"}
    assert len(told["contradictions"]) == 4


def test_publishers_of_one_slug_have_pages_of_their_own(site: SiteModel, environment: jinja2.Environment) -> None:
    first = invent_figures()
    later = tuple(replace(item, at=LATE) for item in first.countries[0].stated)
    second = replace(first, publisher="Couriér", countries=(replace(first.countries[0], stated=later),))
    for both in ((first, second), (second, first)):
        pages = dict(render_site(replace(site, figures=both), environment))
        assert "of Courier" in words(pages["transparency/courier/index.html"]), "who was known first keeps the address"
        others = [path for path in pages if re.fullmatch(r"transparency/courier-[0-9a-f]{8}/index.html", path)]
        assert ["of Couriér" in words(pages[path]) for path in others] == [True]


def test_without_figures_nothing_speaks_of_them(site: SiteModel, environment: jinja2.Environment) -> None:
    pages = dict(render_site(site, environment))
    pages.pop("api/schema/transparency-1.json")
    assert not [path for path, text in pages.items() if "transparency" in path or "transparency/index.html" in text]


def test_hostile_names_stay_words(site: SiteModel, environment: jinja2.Environment) -> None:
    figures = invent_figures()
    source = replace(figures.sources[0], name=HOSTILE, url="javascript:alert(1)", credit=HOSTILE)
    hostile = replace(figures, publisher=HOSTILE, sources=(source, *figures.sources[1:]))
    pages = dict(render_site(replace(site, figures=(hostile,)), environment))
    telling = [text for path, text in pages.items() if path.startswith("transparency/") and path.endswith(".html")]
    assert telling
    for text in telling:
        assert "<script>alert" not in text
        assert 'href="javascript:' not in text
        assert "{{ 7 * 7 }}" in text
        assert "\u202e" not in text


# ------------------------------------------------------------------------------------------------- around a change


def test_a_change_of_who_gets_what_shows_figures_before_and_after(pages: dict[str, str]) -> None:
    path = next(
        path for path in pages if "/2024-03-05T" in path and path.endswith("index.html") and "compare" not in path
    )
    text = words(pages[path])
    told = text[text.index("What the reports say") : text.index("Evidence")]
    assert "This is a sequence in time, and no proof of cause." in told
    derived = r"4 \* \(derived\) October to December 2023; users: 6 \* \(derived\)"
    assert re.search(rf"Norway {derived} 8 January to March 2024; users: 11 1,234", told)
    other = next(
        path for path in pages if "/2024-02-03T" in path and path.endswith("index.html") and "compare" not in path
    )
    assert "What the reports say" not in pages[other], "a typing error gives nobody anything"


def test_an_effect_takes_the_periods_before_during_and_after_the_day() -> None:
    effect = tell_effect(invent_figures(), date(2024, 3, 5))
    assert effect is not None
    (norway,) = (row for row in effect.rows if row.country is not None and row.country.code == "NOR")
    tallies = (norway.before, norway.during, norway.after)
    assert [tally.requests.value for tally in tallies if tally is not None] == [4, 8, 1234]
    assert tell_effect(invent_figures(), date(2020, 1, 1)) is None


# ------------------------------------------------------------------------------------------------------------- drawings


def tally(start: str, end: str, value: int | None, *, derived: bool = False) -> Tally:
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    basis = "derived" if derived else "reported"
    figure = GAP if value is None else Figure(value=value, basis=basis)  # type: ignore[arg-type]
    return Tally(period=period, requests=figure, users=GAP)


TALLIES = (
    tally("2023-01-01", "2023-09-30", 30),
    tally("2023-10-01", "2023-12-31", 40, derived=True),
    tally("2024-01-01", "2024-03-31", None),
    tally("2024-04-01", "2024-06-30", 0),
    tally("2024-07-01", "2024-09-30", 20),
)


def test_a_drawing_tells_in_words_what_it_shows() -> None:
    chart = draw_figures(TALLIES, "requests", [Mark(day=date(2024, 3, 5), letter="A")], name="x")
    assert chart is not None
    assert chart.title == "Requests fulfilled, by quarter"
    assert chart.summary == (
        "From 1 January 2023 to 30 September 2024. Highest quarter: 40 (October to December 2023, derived); newest: 20 "
        "(July to September 2024). Not told by quarter: 30 (January to September 2023). Nothing known: January to "
        "March 2024. Changes of the policy: A 5 March 2024."
    )
    assert draw_figures(TALLIES, "users", [], name="x") is None


def test_bars_are_as_high_as_their_figures_and_as_wide_as_their_time() -> None:
    chart = draw_figures(TALLIES, "requests", [], name="x")
    assert chart is not None
    bars = {
        kind: (float(height), float(width))
        for kind, height, width in re.findall(r'class="(bar[^"]*)" d="M[\d.]+ \d+ v(-[\d.]+) h([\d.]+)', chart.svg)
        if kind != "bar"
    }
    spread, derived = bars["bar spread"], bars["bar derived"]
    assert spread[0] / derived[0] == pytest.approx(10 / 40, rel=0.02), "nine months as if their quarters were alike"
    assert spread[1] + 4 == pytest.approx(3 * (derived[1] + 4), rel=0.01)
    assert chart.svg.count('class="unknown"') == 1
    assert "v-1.0" in chart.svg, "nought is no gap"


def test_a_long_history_is_drawn_by_its_newest_quarters() -> None:
    many = [
        tally(f"{year}-{month:02}-01", f"{year}-{month + 2:02}-{last}", year)
        for year in range(2000, 2024)
        for month, last in ((1, 31), (4, 30), (7, 30), (10, 31))
    ]
    chart = draw_figures(many, "requests", [], name="x")
    assert chart is not None
    assert chart.svg.count('class="bar"') == MOST_QUARTERS
    assert "From 1 January 2019" in chart.summary


# ----------------------------------------------------------------------------------------------------------------- feed


def _news(figures: PublisherFigures, site: SiteModel, environment: jinja2.Environment) -> list[dict[str, object]]:
    pages = dict(render_site(replace(site, figures=(figures,)), environment))
    for name in ("feeds/transparency.atom", "feeds/transparency.rss"):
        assert not feedparser.parse(pages[name].encode()).bozo
    items: list[dict[str, object]] = json.loads(pages["feeds/transparency.json"])["items"]
    return items


def test_the_feed_tells_new_periods_revised_figures_and_overdue_reports(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    items = _news(invent_figures(), site, environment)
    assert [item["title"] for item in items] == [
        "Courier: Report for July to September 2024 overdue: it was due by 31 October 2024",
        "Courier: Figures for April to June 2024: 2 countries",
        "Courier: Figures revised: 1 country",
    ]
    assert "<del>7</del> <ins>8</ins>" in str(items[2]["content_html"])
    facts = items[1]["_tracker"]
    assert isinstance(facts, dict)
    assert facts["figures"] == "new-period"
    assert [row["country"] for row in facts["rows"]] == ["TCD", "NOR"]


def test_an_entry_keeps_its_id_and_date_when_more_is_known(site: SiteModel, environment: jinja2.Environment) -> None:
    before = _news(invent_figures(until=datetime(2024, 8, 3, tzinfo=UTC)), site, environment)
    after = _news(invent_figures(until=datetime(2025, 8, 3, tzinfo=UTC)), site, environment)
    assert [(item["id"], item["date_published"]) for item in before] == [
        (item["id"], item["date_published"]) for item in after[1:]
    ]


def test_figures_are_those_of_the_policy_that_governs_them(told: SiteModel) -> None:
    assert told.figures[0].document == POLICY
