"""How pages and feeds tell that a document ended, moved or is back, and what is held."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import feedparser
import jinja2
import pytest
from bs4 import BeautifulSoup, Tag

from tracker.model import DocumentReport, Standing, StandingEnd
from tracker.render import HeldCapture, SiteModel, render_site, words
from tracker.render.feeds import LONGEST_FEED, MOST_NOTICES

NEW_URL = "https://beacon.example/privacy"
STATUS = "status/index.html"
DOCUMENT = "courier/privacy-policy/index.html"


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T03:17:05+00:00").astimezone(UTC)


ENDED = Standing(
    state="ended",
    since=at("2024-04-11"),
    told_at=at("2024-04-24"),
    evidence="https://courier.example/privacy answered 404 Not Found on 14 days in a row",
)
MOVED = Standing(
    state="moved",
    since=at("2024-04-11"),
    told_at=at("2024-04-11"),
    evidence=f"https://courier.example/privacy redirects to {NEW_URL}, on another host, which serves the document",
    new_url=NEW_URL,
    is_served=True,
)
STRAYED = replace(MOVED, is_served=False, evidence="https://courier.example/privacy redirects to a home page")


@pytest.fixture
def site_with(policy_report: DocumentReport, terms_report: DocumentReport) -> Callable[..., SiteModel]:
    """A site whose first document has such departures."""

    def make(*departures: Standing, **facts: Any) -> SiteModel:
        report = replace(policy_report, departures=departures)
        defaults: dict[str, Any] = {"title": "Policy watch", "site_url": "https://watch.example/", "contact": ""}
        return SiteModel(**defaults | facts, documents=(report, terms_report))

    return make


@pytest.fixture
def pages(environment: jinja2.Environment) -> Callable[[SiteModel], dict[str, str]]:
    return lambda site: dict(render_site(site, environment))


def attention(page: str) -> BeautifulSoup:
    """The part of the status page that tells what needs attention."""
    return BeautifulSoup(page.partition('<h2 id="attention">')[2].partition('<h2 id="held">')[0], "lxml")


def read(part: Tag) -> str:
    text = " ".join(part.get_text(" ").split())
    return text.replace(" ,", ",").replace(" .", ".").replace("( ", "(").replace(" )", ")")


def items(pages: dict[str, str], stem: str = "all") -> list[Any]:
    found = json.loads(pages[f"feeds/{stem}.json"])["items"]
    return [item for item in found if "standing" in item["_tracker"]]


# ---------------------------------------------------------------------------------------------------------------- pages


def test_an_end_needs_attention_with_its_evidence_and_what_to_do(site_with: Any, pages: Any) -> None:
    made = pages(site_with(ENDED))
    text = read(attention(made[STATUS]))
    assert "Ended https://courier.example/privacy answered 404 Not Found on 14 days in a row." in text
    assert "So since 11 April 2024, 03:17 UTC, told since 24 April 2024, 03:17 UTC." in text
    assert words.tell_next_step(ENDED) in text
    assert "The document has ended at its address." in made[DOCUMENT]


@pytest.mark.parametrize("standing", [MOVED, STRAYED])
def test_a_move_names_the_new_address_as_a_link_with_a_question_mark(
    site_with: Any, pages: Any, standing: Standing
) -> None:
    part = attention(pages(site_with(standing))[STATUS])
    assert "Moved?" in read(part)
    assert [link["href"] for link in part.find_all("a", rel="nofollow")] == [NEW_URL]
    assert words.tell_next_step(standing) in read(part)


def test_a_document_that_moved_and_is_seen_needs_attention_without_a_failure(
    site_with: Any, pages: Any, terms_report: DocumentReport
) -> None:
    site = site_with()
    moved = replace(site, documents=(replace(terms_report, departures=(MOVED,)),))
    made = pages(moved)
    text = read(attention(made[STATUS]))
    assert "Moved?" in text
    assert "Last check: unchanged on 10 April 2024" in text
    assert "did not see this document" not in made["courier/terms-of-service/index.html"]


def test_what_is_back_needs_no_attention(site_with: Any, pages: Any, terms_report: DocumentReport) -> None:
    site = replace(
        site_with(),
        documents=(replace(terms_report, departures=(replace(ENDED, back_at=at("2024-05-01"), ending="returned"),)),),
    )
    assert "Nothing: every policy was seen at its last check." in read(attention(pages(site)[STATUS]))


def test_the_table_of_all_policies_says_it_too(site_with: Any, pages: Any) -> None:
    table = BeautifulSoup(pages(site_with(ENDED))[STATUS], "lxml").find("table")
    assert table is not None
    assert [row.get_text(" ", strip=True).endswith("ended") for row in table.select("td .quiet")] == [True, False]


def test_a_held_capture_is_told_with_its_next_step_and_a_command_that_shows_it(site_with: Any, pages: Any) -> None:
    held = [
        HeldCapture(
            document=document,
            held_at=at("2024-04-11"),
            reason="rotating",
            detail="the second look gave the old text again",
            next_step="The next run looks again.",
            outcome=outcome,
            look='git show archive:".tracker/held/X/Y/text.md"',
        )
        for document, outcome in (("Courier/Privacy Policy", "held"), ("Never/Recorded", "refused"))
    ]
    part = BeautifulSoup(pages(site_with(held=tuple(held)))[STATUS].partition('<h2 id="held">')[2], "lxml")
    first, second = part.select("article")
    assert "Held since 11 April 2024, 03:17 UTC (rotating)" in read(first)
    assert "The next run looks again." in first.get_text()
    assert first.select("code")[-1].get_text() == held[0].look
    assert first.find("a", href="../courier/privacy-policy/index.html") is not None
    assert "Refused since" in second.get_text()
    assert second.find("a") is None


# ---------------------------------------------------------------------------------------------------------------- feeds


def test_the_feeds_of_all_the_service_and_the_document_tell_it_once(site_with: Any, pages: Any) -> None:
    made = pages(site_with(ENDED))
    for stem in ("all", "courier", "courier/privacy-policy"):
        assert len(items(made, stem)) == 1, stem
    for stem in ("material", "silent", "courier/terms-of-service"):
        assert items(made, stem) == [], stem


def test_every_format_parses_and_says_the_same(site_with: Any, pages: Any) -> None:
    for site_url in ("https://watch.example/", None):
        made = pages(
            site_with(ENDED, replace(MOVED, since=at("2024-05-02"), told_at=at("2024-05-02")), site_url=site_url)
        )
        rows = json.loads(made["feeds/all.json"])["items"]
        for extension in ("atom", "rss"):
            parsed = feedparser.parse(made[f"feeds/all.{extension}"].encode())
            assert not parsed.bozo
            assert [entry.id for entry in parsed.entries] == [row["id"] for row in rows]
            assert [entry.title for entry in parsed.entries] == [row["title"] for row in rows]
            assert NEW_URL in parsed.entries[0].content[0].value
        assert len({row["id"] for row in rows}) == len(rows)


def test_a_notice_leads_to_the_documents_page_and_dates_from_when_it_could_be_told(site_with: Any, pages: Any) -> None:
    (item,) = items(pages(site_with(ENDED)))
    assert item["url"] == "https://watch.example/courier/privacy-policy/"
    assert item["date_published"] == item["date_modified"] == "2024-04-24T03:17:05Z"
    assert item["_tracker"] == {
        "document": "Courier/Privacy Policy",
        "standing": "ended",
        "since": "2024-04-11T03:17:05Z",
        "back_at": None,
        "ending": None,
        "new_url": None,
        "evidence": ENDED.evidence,
    }


def test_a_return_updates_the_entry_under_its_id(site_with: Any, pages: Any) -> None:
    back = replace(ENDED, back_at=at("2024-05-01"), ending="returned")
    (before,), (after,) = items(pages(site_with(ENDED))), items(pages(site_with(back)))
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert (after["date_modified"], after["_tracker"]["back_at"]) == ("2024-05-01T03:17:05Z", "2024-05-01T03:17:05Z")
    assert "is back in its place" in after["title"]
    (entry,) = [
        entry
        for entry in feedparser.parse(pages(site_with(back))["feeds/all.atom"].encode()).entries
        if entry.id == after["id"]
    ]
    assert (entry.published, entry.updated) == ("2024-04-24T03:17:05+00:00", "2024-05-01T03:17:05+00:00")


def test_ids_tell_apart_documents_checks_and_what_was_said(site_with: Any, pages: Any) -> None:
    later = replace(ENDED, since=at("2024-06-01"), told_at=at("2024-06-14"))
    same_check = replace(MOVED, since=ENDED.since)
    ids = [item["id"] for one in (ENDED, later, same_check) for item in items(pages(site_with(one)))]
    assert len(set(ids)) == 3


def test_a_document_that_is_gone_every_other_night_does_not_drive_out_changes(site_with: Any, pages: Any) -> None:
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 7) for day in range(1, 29, 3)]
    departures = [
        replace(ENDED, since=at(day), told_at=at(day), back_at=at(day) + timedelta(days=1), ending="returned")
        for day in days
    ]
    assert len(departures) > LONGEST_FEED
    before, after = (json.loads(pages(site_with(*some))["feeds/all.json"])["items"] for some in ((), tuple(departures)))
    assert [row for row in after if "standing" not in row["_tracker"]] == before != []
    assert [row["date_published"][:10] for row in after[: len(after) - len(before)]] == days[: -MOST_NOTICES - 1 : -1]


def test_notices_and_changes_stand_in_the_order_of_their_dates(site_with: Any, pages: Any) -> None:
    rows = json.loads(pages(site_with(ENDED))["feeds/all.json"])["items"]
    dates = [row["date_modified"] for row in rows]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) > 1


def test_a_hostile_address_is_inert_everywhere(site_with: Any, pages: Any) -> None:
    bad = 'javascript:alert("<script>alert(1)</script>")'
    hostile = replace(
        MOVED, new_url=bad, evidence=f"https://courier.example/privacy redirects to {bad} ]]>\u202e {{{{7*7}}}}"
    )
    for path, text in pages(site_with(hostile)).items():
        if path.endswith(".json"):
            text = " ".join(item["content_html"] for item in json.loads(text).get("items", []))  # noqa: PLW2901
        assert "<script>" not in text, path
        assert 'href="javascript:' not in text, path
        assert "49" not in text.partition("redirects to")[2][:200], path
        if path.endswith((".atom", ".rss")):
            assert not feedparser.parse(text.encode()).bozo, path


# ---------------------------------------------------------------------------------------------------------------- words


def test_every_standing_has_its_words() -> None:
    assert set(words.STANDING_WORDS) == {"watching", "ended", "moved"}
    assert set(words.ENDING_WORDS) == set(get_args(StandingEnd))
    over = [replace(ENDED, back_at=ENDED.told_at, ending=ending) for ending in get_args(StandingEnd)]
    told = [words.tell_standing(standing) for standing in (ENDED, MOVED, STRAYED, *over)]
    assert len(set(told)) == 6


@pytest.mark.parametrize("ending", get_args(StandingEnd))
def test_a_notice_tells_how_an_absence_was_over(site_with: Any, pages: Any, ending: StandingEnd) -> None:
    over = replace(ENDED, back_at=at("2024-05-01"), ending=ending)
    (item,) = items(pages(site_with(over)))
    assert item["_tracker"]["ending"] == ending
    assert words.ENDING_WORDS[ending] in item["title"]
    assert ("back in its place" in item["title"]) is (ending == "returned")
    assert f"{words.ENDING_WORDS[ending]}: seen again" in read(BeautifulSoup(item["content_html"], "lxml"))
