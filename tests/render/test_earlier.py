"""What was published about a change before is told beside what stands now."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import feedparser
import jinja2
import pytest

from tracker.model import ChangeReport
from tracker.render import SiteModel, change_to_json, change_to_text, render_site


@pytest.fixture
def pages(revised_site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return dict(render_site(revised_site, environment))


def page_of(pages: dict[str, str], report: ChangeReport, name: str = "index.html") -> str:
    return pages[f"courier/privacy-policy/{report.event.slug}/{name}"]


def test_the_page_lists_earlier_verdicts_newest_first(pages: dict[str, str], revised: ChangeReport) -> None:
    text = page_of(pages, revised)
    section = text[text.index('<h2 id="earlier">') : text.index('<h2 id="evidence">')]
    assert section.index("by version 2 of the rules") < section.index("by version 1 of the rules")
    assert ": clarification, not material, unclear.\n" in section
    assert "compared with another text then: clarification, not material, sideways; biometrics.\n" in section
    assert "Version 4; published so since" in text


def test_words_of_other_rules_are_inert(pages: dict[str, str], revised: ChangeReport) -> None:
    text = page_of(pages, revised)
    assert "&lt;b&gt;" in text
    assert "<b>\u202e" not in text
    assert "\u202e" not in text
    assert "{{7*7}}" in text


def test_pages_of_changes_with_one_verdict_tell_of_no_other(pages: dict[str, str], revised: ChangeReport) -> None:
    told = [path for path, text in pages.items() if "Earlier verdicts" in text]
    assert told == [f"courier/privacy-policy/{revised.event.slug}/index.html"]


def test_the_json_of_a_change_of_the_archive_always_names_rules(pages: dict[str, str], revised: ChangeReport) -> None:
    row = json.loads(page_of(pages, revised, "change.json"))
    assert list(row)[-3:] == ["rules", "judged_at", "earlier"]
    assert (row["rules"], row["judged_at"]) == (4, "2024-06-01T03:17:05Z")
    assert [earlier["rules"] for earlier in row["earlier"]] == [1, 2]
    assert set(row["earlier"][0]) == {
        "rules", "judged_at", "kind", "material", "effect", "topics", "headline", "change",
    }  # fmt: skip
    others = [json.loads(text) for path, text in pages.items() if path.endswith("change.json")]
    untouched = [row for row in others if row["schema"] == "tracker.change/1" and not row["earlier"]]
    assert all((row["rules"], row["judged_at"]) == (1, None) for row in untouched)
    assert len(untouched) > 3


def test_two_texts_that_are_in_no_archive_have_no_history(revised: ChangeReport) -> None:
    row: Any = change_to_json(revised.change, revised.verdict, id="x", trust="single")
    assert not {"rules", "judged_at", "earlier"} & set(row)


def test_the_terminal_names_earlier_verdicts(revised: ChangeReport) -> None:
    text = change_to_text(revised.change, revised.verdict, colour=False, history=revised.history)
    told = [line for line in text.splitlines() if line.startswith("Earlier verdict")]
    assert told[0] == (
        "Earlier verdict of 5 March 2024 (rules 1): clarification, not material, unclear: "
        '"A clause on law enforcement was reworded."'
    )
    assert len(told) == 2
    assert "\u202e" not in text
    bare = replace(revised.history, published=revised.history.published[-1:])
    assert "Earlier" not in change_to_text(revised.change, revised.verdict, colour=False, history=bare)


def test_an_entry_is_updated_and_keeps_its_place(
    site: SiteModel, environment: jinja2.Environment, pages: dict[str, str], revised: ChangeReport
) -> None:
    before = dict(render_site(site, environment))
    for stem in ("feeds/all", "feeds/material", "feeds/courier", "feeds/courier/privacy-policy"):
        old, new = (json.loads(found[f"{stem}.json"])["items"] for found in (before, pages))
        assert [item["id"] for item in old] == [item["id"] for item in new]
        moved = [item for item, was in zip(new, old, strict=True) if item["date_modified"] != was["date_modified"]]
        assert [item["date_modified"] for item in moved] == ["2024-06-01T03:17:05Z"]
        assert moved[0]["date_published"] == "2024-03-05T03:17:05Z"
        assert "Judged anew" in moved[0]["content_html"]
        feed = feedparser.parse(pages[f"{stem}.atom"].encode())
        assert not feed.bozo
        assert feed.feed.updated == "2024-06-01T03:17:05+00:00"
        rss = feedparser.parse(pages[f"{stem}.rss"].encode())
        assert not rss.bozo
        assert [entry.published for entry in rss.entries] == [
            entry.published for entry in feedparser.parse(before[f"{stem}.rss"].encode()).entries
        ]
    assert revised.history.revised_at is not None
