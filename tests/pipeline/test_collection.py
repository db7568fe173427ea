"""A part of Open Terms Archive's collection, imported whole and held to what is known of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive
from tracker.config import load_settings
from tracker.declarations import Loaded
from tracker.model import ChangeReport, DocumentKey, Timeline
from tracker.pipeline import Cache, OtaImport, Reader, Workspace, import_ota

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
BUNDLE = SHARED / "ota" / "contrib-sample.bundle"
LABELS = SHARED / "labels" / "telegram-en.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The collection in an archive."""

    done: OtaImport
    archive: Archive
    reader: Reader

    def timeline(self, name: str) -> Timeline:
        return self.reader.timeline(DocumentKey.parse(f"sample:{name}"))

    def days(self, name: str) -> list[date]:
        return [event.first_seen_new.date() for event in self.timeline(name).changes]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    if not BUNDLE.is_file():
        pytest.skip(f"{BUNDLE} is absent: real histories are not part of this repository")
    folder = tmp_path_factory.mktemp("collection")
    settings = replace(load_settings(None, folder=folder), archive=folder / "archive.git")
    workspace = Workspace(settings=settings, folder=folder)
    done = import_ota(
        workspace,
        str(BUNDLE),
        services=("Telegram", "Airbnb", "Reddit", "Zoom", "PayPal"),
        vantage="sample",
        now=datetime(2026, 11, 26, tzinfo=UTC),
    )
    with workspace.open_archive() as archive, Cache(None) as cache:
        yield Taken(done=done, archive=archive, reader=Reader(archive, Loaded(documents=()), cache=cache))


@pytest.fixture(scope="module")
def labels() -> list[dict[str, Any]]:
    if not LABELS.is_file():
        pytest.skip(f"{LABELS} is absent: labels of real changes are not part of this repository")
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def told(taken: Taken) -> dict[str, ChangeReport]:
    """The changes of Telegram's privacy policy, by the instant of their new text."""
    reports = taken.reader.change_reports(taken.timeline("Telegram/Privacy Policy"))
    return {report.event.first_seen_new.isoformat(): report for report in reports}


def sections_of(report: ChangeReport | None, *, materially: bool) -> Counter[str]:
    """The sections in which clauses changed: all of them, or those that make the change a material one."""
    if report is None or (materially and not report.verdict.material):
        return Counter()
    judged = zip(report.change.clauses, report.verdict.clauses, strict=True)
    return Counter(
        clause.section.number or ""
        for clause, verdict in judged
        if not materially or verdict.kind in ("substantive", "clarification")
    )


def test_clauses_that_set_two_forms_apart_are_no_material_change(
    told: dict[str, ChangeReport], labels: list[dict[str, Any]]
) -> None:
    """All 31 rows that a reader of the history put down to the regional variant, whatever else the step changed."""
    rows = [row for row in labels if row["cause"] == "regional-variant"]
    assert len(rows) == 31
    wrong = [
        (row["date"], row["section"])
        for row in rows
        if sections_of(_at(told, row["date"]), materially=True)[row["section"]]
    ]
    assert wrong == []


def test_what_the_company_changed_is_told_though_forms_alternate(
    told: dict[str, ChangeReport], labels: list[dict[str, Any]]
) -> None:
    rows = [row for row in labels if row["cause"] == "company-edit"]
    missing = [
        (row["date"], row["section"])
        for row in rows
        if not sections_of(_at(told, row["date"]), materially=False)[row["section"]]
    ]
    assert missing == [
        ("2021-07-12T13:38:55Z", "10.3"), ("2025-03-20T06:15:27Z", "11"), ("2025-06-03T06:14:43Z", "1.4"),
    ], "targets of links alone, which are technical"  # fmt: skip


def _at(told: dict[str, ChangeReport], moment: str) -> ChangeReport | None:
    return told.get(datetime.fromisoformat(moment).astimezone(UTC).isoformat())


def test_the_step_that_brought_two_things_tells_the_one_that_is_new(told: dict[str, ChangeReport]) -> None:
    report = next(report for moment, report in told.items() if moment.startswith("2024-07-15"))
    assert sections_of(report, materially=False) == {"3.3.5": 2, "10.2": 1}
    assert report.event.variant == "B"


def test_a_form_that_was_away_for_seventeen_months_brings_nothing_new(taken: Taken) -> None:
    events = {event.first_seen_new.date(): event for event in taken.timeline("Telegram/Privacy Policy").events}
    assert events[date(2025, 12, 10)].folded == "switch"


def test_versions_with_a_doubled_source_are_refused_and_no_others(taken: Taken) -> None:
    terms = DocumentKey(vantage="sample", service="Telegram", terms_type="Terms of Service")
    refused = [item for item in taken.done.set_aside if item.document == terms and item.outcome == "refused"]
    assert len(refused) == 140
    assert {item.reason for item in refused} == {"duplicate-source"}
    assert len(taken.timeline("Telegram/Terms of Service").records) == 176 - 140


def test_visitor_numbers_in_links_make_no_versions(taken: Taken) -> None:
    """Zoom's terms: 515 recorded versions of 511 distinct files say 27 different things."""
    timeline = taken.timeline("Zoom/Terms of Service")
    texts = {record.text_sha256 for record in timeline.records}
    assert len(texts) <= 36
    assert len(timeline.changes) == len(timeline.events) < 36


def test_returns_that_lasted_are_changes(taken: Taken) -> None:
    airbnb = taken.days("Airbnb/Terms of Service")
    assert {date(2020, 11, 3), date(2021, 7, 20)} <= set(airbnb), "259 days apart"
    reddit = taken.days("Reddit/Terms of Service")
    assert {date(2021, 10, 26), date(2021, 12, 17)} <= set(reddit), "53 days apart"
    for name, day in (("Airbnb/Terms of Service", date(2021, 7, 20)), ("Reddit/Terms of Service", date(2021, 12, 17))):
        event = next(event for event in taken.timeline(name).changes if event.first_seen_new.date() == day)
        assert event.trust == "reverted"


def test_pages_that_flutter_leave_few_changes(taken: Taken) -> None:
    """Two hundred captures of Airbnb's pages with and without a feedback box; PayPal's two forms with their edits."""
    assert len(taken.days("Airbnb/Privacy Policy")) <= 8
    assert len(taken.days("Airbnb/Trackers Policy")) <= 4
    paypal = taken.timeline("PayPal/Privacy Policy")
    assert [variant.name for variant in paypal.variants] == ["A", "B"]
    assert len(paypal.changes) <= 16
