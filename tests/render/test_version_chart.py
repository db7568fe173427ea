"""The drawing of a document's versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import jinja2
import pytest
from bs4 import BeautifulSoup

from tracker.model import DocumentReport
from tracker.render import SiteModel, render_site
from tracker.render.listing import Entry
from tracker.render.site_context import SiteContext
from tracker.render.version_chart import WIDTH, draw_versions

PAGE = "courier/privacy-policy/index.html"


@pytest.fixture
def counted(policy_report: DocumentReport) -> DocumentReport:
    return replace(
        policy_report, lengths=tuple(100 + 7 * place for place, _ in enumerate(policy_report.timeline.records))
    )


@pytest.fixture
def entries(counted: DocumentReport, site: SiteModel, environment: jinja2.Environment) -> tuple[Entry, ...]:
    return SiteContext(replace(site, documents=(counted,)), environment).entries[counted.document]


def test_it_is_one_well_formed_drawing_with_words_for_those_who_do_not_see_it(
    counted: DocumentReport, entries: tuple[Entry, ...]
) -> None:
    chart = draw_versions(counted, entries)
    assert chart is not None
    root = ET.fromstring(chart.svg)  # noqa: S314 - made here
    assert root.attrib["role"] == "img"
    named = {element.attrib["id"]: element.text for element in root if "id" in element.attrib}
    assert [named[name] for name in root.attrib["aria-labelledby"].split()] == ["Versions of the text", chart.summary]
    records = counted.timeline.records
    assert f"{len(records)} versions" in chart.summary
    assert f"from 100 to {100 + 7 * (len(records) - 1)} words" in chart.summary


def test_each_change_has_a_mark_within_the_drawing(counted: DocumentReport, entries: tuple[Entry, ...]) -> None:
    chart = draw_versions(counted, entries)
    assert chart is not None
    marks = [element for element in ET.fromstring(chart.svg) if "mark-" in element.get("class", "")]  # noqa: S314
    assert len(marks) == len(entries)
    places = [float(mark.attrib["transform"].removeprefix("translate(").split()[0]) for mark in marks]
    assert all(0 < place < WIDTH for place in places)
    # Entries are newest first.
    assert places == sorted(places, reverse=True)
    kinds = [mark.attrib["class"].split()[0] for mark in marks]
    assert kinds.count("mark-aside") == sum(entry.is_set_aside for entry in entries)
    assert "mark-alert" in kinds


def test_one_version_or_none_counted_is_no_drawing(counted: DocumentReport) -> None:
    assert draw_versions(replace(counted, lengths=()), ()) is None
    single = replace(
        counted, lengths=(5,), timeline=replace(counted.timeline, records=counted.timeline.records[:1], events=())
    )
    assert draw_versions(replace(single, changes=()), ()) is None


def test_empty_texts_and_one_instant_do_not_divide_by_nothing(counted: DocumentReport) -> None:
    records = tuple(
        replace(record, fetched_at=counted.timeline.records[0].fetched_at) for record in counted.timeline.records
    )
    still = replace(
        counted, lengths=(0,) * len(records), timeline=replace(counted.timeline, records=records, events=())
    )
    chart = draw_versions(replace(still, changes=()), ())
    assert chart is not None
    assert "nan" not in chart.svg


def test_thousands_of_versions_stay_a_small_drawing(counted: DocumentReport) -> None:
    first = counted.timeline.records[0]
    records = tuple(replace(first, fetched_at=first.fetched_at + timedelta(hours=hour)) for hour in range(20_000))
    many = replace(
        counted,
        lengths=tuple(1000 + hour % 3 for hour in range(20_000)),
        timeline=replace(counted.timeline, records=records, events=()),
        changes=(),
    )
    chart = draw_versions(many, ())
    assert chart is not None
    assert len(chart.svg) < 100_000


def test_the_page_shows_drawing_and_checks(
    counted: DocumentReport, site: SiteModel, environment: jinja2.Environment
) -> None:
    page = BeautifulSoup(dict(render_site(replace(site, documents=(counted,)), environment))[PAGE], "lxml")
    assert page.select_one("figure svg.chart") is not None
    assert "words" in page.select_one("figure figcaption").get_text()  # type: ignore[union-attr] # fails as it should
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.select("#checks ~ table tbody tr")]
    looks = sum(int(row[1]) for row in rows)
    assert looks == len(counted.timeline.checks)
    assert any("failed" in row[3] for row in rows)
