"""Feeds by their formats' rules: RFC 4287, RSS 2.0, JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
import jinja2
import pytest
from lxml import etree  # type: ignore[import-untyped] # stubs are not among the dependencies

from tracker.model import TOPICS, DocumentKey, DocumentReport
from tracker.render import SiteModel, render_site
from tracker.render.feeds import LARGEST_FEED_BYTES, LONGEST_FEED

ATOM = "{http://www.w3.org/2005/Atom}"
KEY = DocumentKey(service="Courier", terms_type="Privacy Policy")


def _feeds(site: SiteModel, environment: jinja2.Environment) -> dict[str, str]:
    return {
        path: text
        for path, text in render_site(site, environment)
        if path.startswith("feeds/") and path.endswith((".atom", ".rss", ".json"))
    }


def _parse(text: str) -> Any:
    return feedparser.parse(text.encode())


def _xml(text: str) -> Any:
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


@pytest.fixture(params=["https://watch.example/policies", None], ids=["with-address", "without-address"])
def addressed(request: pytest.FixtureRequest, site: SiteModel) -> SiteModel:
    return replace(site, site_url=request.param)


def test_feeds_parse_without_complaint(addressed: SiteModel, environment: jinja2.Environment) -> None:
    for path, text in _feeds(addressed, environment).items():
        if path.endswith((".atom", ".rss")):
            parsed = _parse(text)
            assert not parsed.bozo, path
            assert parsed.version == ("atom10" if path.endswith(".atom") else "rss20"), path


def test_atom_feeds_have_what_rfc_4287_requires(addressed: SiteModel, environment: jinja2.Environment) -> None:
    for path, text in _feeds(addressed, environment).items():
        if not path.endswith(".atom"):
            continue
        feed = _xml(text)
        for element in (feed, *feed.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert len(element.findall(ATOM + name)) == 1, (path, name)
            assert urlsplit(element.findtext(f"{ATOM}id")).scheme == "urn"
            assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo is not None
            for link in element.findall(f"{ATOM}link"):
                assert urlsplit(link.get("href")).scheme == "https"
        assert feed.findtext(f"{ATOM}author/{ATOM}name")
        for entry in feed.findall(f"{ATOM}entry"):
            assert entry.find(f"{ATOM}content").get("type") == "html"
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        assert len(ids) == len(set(ids))


def test_rss_feeds_have_what_rss_2_requires(addressed: SiteModel, environment: jinja2.Environment) -> None:
    for path, text in _feeds(addressed, environment).items():
        if not path.endswith(".rss"):
            continue
        rss = _xml(text)
        assert rss.get("version") == "2.0"
        [channel] = rss.findall("channel")
        assert all(len(channel.findall(name)) == 1 for name in ("title", "link", "description")), path
        assert urlsplit(channel.findtext("link")).scheme in {"https", "urn"}
        for item in channel.findall("item"):
            assert item.find("guid").get("isPermaLink") == "false"
            assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo is not None
            assert all(len(item.findall(name)) <= 1 for name in ("title", "link", "description"))
            assert item.findtext("title")


def test_json_feeds_have_what_version_1_1_requires(addressed: SiteModel, environment: jinja2.Environment) -> None:
    for path, text in _feeds(addressed, environment).items():
        if not path.endswith(".json"):
            continue
        feed = json.loads(text)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"]
        assert all(isinstance(item["id"], str) and item["content_html"] for item in feed["items"]), path
        assert all("url" not in item or item["url"].startswith("https://") for item in feed["items"])
        assert ("home_page_url" in feed) == (addressed.site_url is not None)


def test_all_three_formats_say_the_same(site: SiteModel, environment: jinja2.Environment) -> None:
    feeds = _feeds(site, environment)
    for stem in {path.rsplit(".", 1)[0] for path in feeds}:
        atom, rss = _parse(feeds[f"{stem}.atom"]), _parse(feeds[f"{stem}.rss"])
        rows = json.loads(feeds[f"{stem}.json"])["items"]
        assert (
            [entry.id for entry in atom.entries] == [entry.id for entry in rss.entries] == [row["id"] for row in rows]
        )
        assert [entry.title for entry in atom.entries] == [row["title"] for row in rows]


def test_dates_come_from_versions_and_first_records_never_enter(
    site: SiteModel, environment: jinja2.Environment
) -> None:
    feeds = _feeds(site, environment)
    rows = json.loads(feeds["feeds/all.json"])["items"]
    assert [row["date_published"][:10] for row in rows] == ["2024-04-07", "2024-03-20", "2024-03-05", "2024-02-03"]
    assert _parse(feeds["feeds/all.atom"]).feed.updated == "2024-04-07T03:17:05+00:00"
    empty = feeds["feeds/courier/terms-of-service.atom"]
    assert _parse(empty).entries == []
    assert _parse(empty).feed.updated == "2024-01-10T03:17:05+00:00"


def test_the_material_feed_waits_for_confirmation(site: SiteModel, environment: jinja2.Environment) -> None:
    rows = json.loads(_feeds(site, environment)["feeds/material.json"])["items"]
    assert [(row["date_published"][:10], row["_tracker"]["trust"]) for row in rows] == [
        ("2024-03-20", "reverted"),
        ("2024-03-05", "confirmed"),
    ]


def test_the_silent_feed_holds_what_was_not_announced(site: SiteModel, environment: jinja2.Environment) -> None:
    rows = json.loads(_feeds(site, environment)["feeds/silent.json"])["items"]
    assert [row["date_published"][:10] for row in rows] == ["2024-03-05"]


def test_content_holds_the_redline_with_styles_of_its_own(site: SiteModel, environment: jinja2.Environment) -> None:
    entry = _xml(_feeds(site, environment)["feeds/material.atom"]).findall(f"{ATOM}entry")[1]
    content = entry.findtext(f"{ATOM}content")
    assert (
        '<del style="background:#fbdcd8;color:#701510;text-decoration:line-through">a court order names</del>'
        in content
    )
    assert "text-decoration:underline" in content
    assert "class=" not in content


def test_hostile_words_break_no_feed(report_on: Callable[..., DocumentReport], environment: jinja2.Environment) -> None:
    hostile = "]]> <script>alert(1)</script> \x00\x08\x1b \ufffe \ud800 & &amp; \u202e"
    report = report_on(KEY, "old", f"new {hostile}", headline=hostile, title=hostile)
    feeds = _feeds(SiteModel(title=hostile, site_url=None, contact="x", documents=(report,)), environment)
    for path, text in feeds.items():
        assert "<script" not in text.replace("\\", "") or path.endswith(".json"), path
        if path.endswith(".json"):
            assert all("<script" not in item["content_html"] for item in json.loads(text)["items"]), path
        else:
            parsed = _parse(text)
            assert not parsed.bozo, path
            is_empty = "silent" in path or ("topics/" in path and "topics/other." not in path)
            assert len(parsed.entries) == (not is_empty), path
            for entry in parsed.entries:
                assert "<script" not in entry.content[0].value
                assert "[U+0000]" in entry.content[0].value


def test_a_title_with_a_tag_is_inert_in_rss_as_text_and_as_html(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment
) -> None:
    report = report_on(KEY, "old", "new", headline="<img src=x onerror=alert(1)> & more")
    rss = _xml(
        _feeds(SiteModel(title="T", site_url=None, contact="", documents=(report,)), environment)["feeds/all.rss"]
    )
    assert "<img" not in rss.findtext("channel/item/title")
    assert "<img" not in rss.findtext("channel/item/description")


def test_a_feed_stays_below_its_size_by_leaving_out_whole_clauses(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment
) -> None:
    reports = tuple(
        report_on(replace(KEY, service=f"Service {number}"), "old " * 2500, "<new> " * 2500, copies=4)
        for number in range(LONGEST_FEED + 5)
    )
    feeds = _feeds(SiteModel(title="T", site_url="https://w.example", contact="", documents=reports), environment)
    for path, text in feeds.items():
        assert len(text.encode()) <= LARGEST_FEED_BYTES, path
    rows = json.loads(feeds["feeds/all.json"])["items"]
    assert len(rows) == LONGEST_FEED
    content = rows[0]["content_html"]
    assert "left out here for length: see the page" in content
    assert content.count("<del") == content.count("</del>")


def test_a_pair_of_texts_that_comes_again_is_another_entry(
    policy_report: DocumentReport, environment: jinja2.Environment
) -> None:
    again = policy_report.changes[3]
    event = replace(again.event, trust="confirmed")
    changes = (*policy_report.changes[:3], replace(again, event=event), *policy_report.changes[4:])
    timeline = replace(policy_report.timeline, events=tuple(change.event for change in changes))
    report = replace(policy_report, changes=changes, timeline=timeline)
    site = SiteModel(title="T", site_url=None, contact="", documents=(report,))
    rows = json.loads(_feeds(site, environment)["feeds/all.json"])["items"]
    pair = [row for row in rows if row["_tracker"]["new_text_sha256"] == again.event.new.text_sha256]
    assert len(pair) == 2
    assert len({row["id"] for row in pair}) == 2


def test_every_topic_has_a_feed_from_the_first_day(site: SiteModel, environment: jinja2.Environment) -> None:
    feeds = _feeds(site, environment)
    assert {path for path in feeds if "/topics/" in path} == {
        f"feeds/topics/{topic}.{extension}" for topic in TOPICS for extension in ("atom", "rss", "json")
    }
    rows = json.loads(feeds["feeds/topics/retention-deletion.json"])["items"]
    assert [row["date_published"][:10] for row in rows] == ["2024-04-07"]
    rows = json.loads(feeds["feeds/topics/law-enforcement.json"])["items"]
    assert [row["date_published"][:10] for row in rows] == ["2024-03-20", "2024-03-05", "2024-02-03"]
    assert json.loads(feeds["feeds/topics/cookies.json"])["items"] == []


HUB = "https://hub.example/?a=1&b=2"


def test_feeds_name_the_hub_beside_their_own_address(site: SiteModel, environment: jinja2.Environment) -> None:
    feeds = _feeds(replace(site, websub_hub=HUB), environment)
    for path, text in feeds.items():
        if path.endswith(".json"):
            assert json.loads(text)["hubs"] == [{"type": "WebSub", "url": HUB}]
            continue
        top = _xml(text)
        links = top.findall(f"{ATOM}link") if path.endswith(".atom") else top.findall(f"channel/{ATOM}link")
        named = {link.get("rel"): link.get("href") for link in links}
        assert (named["hub"], named["self"]) == (HUB, f"https://watch.example/policies/{path}")


@pytest.mark.parametrize("changed", [{"websub_hub": None}, {"websub_hub": HUB, "site_url": None}])
def test_without_hub_or_address_feeds_name_none(
    site: SiteModel, environment: jinja2.Environment, changed: dict[str, Any]
) -> None:
    feeds = _feeds(replace(site, **changed), environment)
    assert not any("hub" in text.replace("github", "") for text in feeds.values())


def test_a_hub_is_asked_safely_or_not_at_all(site: SiteModel) -> None:
    with pytest.raises(ValueError, match="https"):
        replace(site, websub_hub="http://hub.example/")


def _opml(site: SiteModel, environment: jinja2.Environment) -> Any:
    return _xml(dict(render_site(site, environment))["feeds/feeds.opml"])


def test_the_list_of_feeds_names_each_feed_once(site: SiteModel, environment: jinja2.Environment) -> None:
    opml = _opml(site, environment)
    assert opml.get("version") == "2.0"
    assert opml.findtext("head/title") == "Policy watch: all feeds"
    assert parsedate_to_datetime(opml.findtext("head/dateModified")).isoformat() == "2024-01-10T03:17:05+00:00"
    outlines = opml.findall(".//outline[@xmlUrl]")
    assert all(outline.get("type") == "rss" and outline.get("text") for outline in outlines)
    named = [outline.get("xmlUrl") for outline in outlines]
    assert sorted(named) == sorted(
        f"https://watch.example/policies/{path}" for path in _feeds(site, environment) if path.endswith(".atom")
    )
    groups = [outline.get("text") for outline in opml.findall("body/outline") if outline.get("xmlUrl") is None]
    assert groups == ["Topics", "Courier"]


def test_the_list_of_feeds_is_found_from_every_page(site: SiteModel, environment: jinja2.Environment) -> None:
    pages = dict(render_site(site, environment))
    assert 'title="All feeds (OPML)" href="../../feeds/feeds.opml"' in pages["courier/privacy-policy/index.html"]
    assert 'href="feeds.opml"' in pages["feeds/index.html"]
    alone = dict(render_site(replace(site, site_url=None), environment))
    assert not any("opml" in text.lower() for path, text in alone.items() if path.endswith(".html"))


def test_hostile_names_stay_words_in_the_list_of_feeds(
    report_on: Callable[..., DocumentReport], environment: jinja2.Environment
) -> None:
    hostile = "\"'><outline xmlUrl='x'/> ]]> & \x00\u202e\ufffe"
    report = report_on(replace(KEY, service="\"'><outline xmlUrl='x'> ]]> &"), "a", "b")
    site = SiteModel(title=hostile, site_url="https://w.example", contact="", documents=(report,))
    opml = _opml(site, environment)
    assert all(outline.get("xmlUrl", "https://").startswith("https://") for outline in opml.iter("outline"))
    assert "[U+202E]" in opml.findtext("head/title")
