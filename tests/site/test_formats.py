"""Feeds and JSON of whole sites by their specifications.

Atom by the RELAX NG grammar of RFC 4287 and the two rules that stand beside it; RSS 2.0 (rssboard.org) and JSON Feed
1.1 (jsonfeed.org) by rules written here, since neither publishes a schema; other JSON by the site's own schemas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree  # type: ignore[import-untyped] # stubs are not among the dependencies

from tests.site.conftest import Site

ATOM: Final = "{http://www.w3.org/2005/Atom}"
GRAMMAR = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("atom.rng"))))

# ---------------------------------------------------------------------------------------------------------------- Atom


def faults_of_atom(feed: Any) -> Iterator[str]:
    """How a feed breaks RFC 4287: its grammar, and what appendix B says as Schematron."""
    if not GRAMMAR.validate(feed):
        yield str(GRAMMAR.error_log.last_error)
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        has_author = entry.find(f"{ATOM}author") is not None or entry.find(f"{ATOM}source/{ATOM}author") is not None
        if not has_author and feed.find(f"{ATOM}author") is None:
            yield "an entry has no author"
        is_alternate = any(link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link"))
        if not is_alternate and entry.find(f"{ATOM}content") is None:
            yield "an entry has neither content nor an alternate link"
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in feed.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    if len(alternates) != len(set(alternates)):
        yield "two alternate links are of one type and language (4.1.1)"
    stamps = [(entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in entries]
    if len(stamps) != len(set(stamps)):
        yield "two entries are the same (4.1.1)"
    if any(urlsplit(name.text or "").scheme == "" for name in feed.iter(f"{ATOM}id")):
        yield "an id is no IRI with a scheme (4.2.6)"


def test_every_atom_feed_is_valid_by_the_grammar_of_rfc_4287(site: Site) -> None:
    feeds = {path: etree.parse(str(site.folder / path)).getroot() for path in site.named(".atom")}
    assert len(feeds) > 20
    assert sum(len(feed.findall(f"{ATOM}entry")) for feed in feeds.values()) > 10
    assert {path: faults for path, feed in feeds.items() if (faults := list(faults_of_atom(feed)))} == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"<id>[^<]*</id>", ""),
        (r"<title>", "<title/><title>"),
        (r"(<updated>[^<]*)T[^<]*", r"\1"),
        (r'type="html"', 'type="markdown"'),
        (r"<author>.*?</author>", ""),
        (r"<author><name>.*?</name>", "<author>"),
        (r"<entry>", "<item>x</item><entry>"),
        (r"<feed ", '<feed colour="red" '),
        (r'xml:lang="en"', 'xml:lang="en_GB"'),
        (r"<content .*?</content>", ""),
        (r"<entry>(.*?)</entry>", r"<entry>\1</entry><entry>\1</entry>"),
    ],
)
def test_a_broken_atom_feed_is_rejected(demo: Site, old: str, new: str) -> None:
    whole = demo.text("feeds/all.atom")
    assert list(faults_of_atom(etree.fromstring(whole.encode()))) == []
    broken, count = re.subn(old, new, whole, count=1, flags=re.DOTALL)
    assert count == 1
    assert list(faults_of_atom(etree.fromstring(broken.encode())))


def test_feedparser_reads_every_feed_without_complaint(site: Site) -> None:
    for path in site.named(".atom", ".rss"):
        parsed = feedparser.parse((site.folder / path).read_bytes())
        assert not parsed.bozo, path
        assert len({entry.id for entry in parsed.entries}) == len(parsed.entries), path
        assert all(entry.title and entry.updated_parsed for entry in parsed.entries if path.endswith(".atom")), path
        assert all(entry.title and entry.published_parsed for entry in parsed.entries), path


# ----------------------------------------------------------------------------------------------------------------- RSS

CHANNEL = {
    "title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate",
    "lastBuildDate", "category", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours",
    "skipDays", "item",
}  # fmt: skip
ITEM = {"title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate", "source"}
REPEATABLE = {"category", "item", "skipHours", "skipDays"}
DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})")


def is_rss_value(element: Any) -> bool:
    """Whether an element holds what its name asks for: a date of RFC 822 with a year of four digits, an address."""
    text = element.text or ""
    if element.tag in {"pubDate", "lastBuildDate"}:
        return DATE.fullmatch(text) is not None and parsedate_to_datetime(text).tzinfo is not None
    if element.tag in {"link", "comments", "docs"}:
        return bool(urlsplit(text).scheme)
    if element.tag == "guid":
        return element.get("isPermaLink", "true") == "false" or text.startswith("http")
    return True


def faults_of_rss(rss: Any) -> Iterator[str]:
    """How a feed breaks RSS 2.0."""
    if rss.tag != "rss" or rss.get("version") != "2.0" or [child.tag for child in rss] != ["channel"]:
        yield "it is no rss of version 2.0 with one channel"
        return
    channel = rss[0]
    for parent, names in ((channel, CHANNEL), *((item, ITEM) for item in channel.findall("item"))):
        own = [child.tag for child in parent if not child.tag.startswith("{")]
        yield from (f"{parent.tag} has {name}" for name in own if name not in names)
        yield from (f"{parent.tag} has {name} twice" for name in set(own) - REPEATABLE if own.count(name) > 1)
        yield from (f"{child.tag} is {child.text}" for child in parent if not is_rss_value(child))
    yield from (f"channel has no {name}" for name in ("title", "link", "description") if not channel.findtext(name))
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", channel.findtext("language", "en")):
        yield "language is no code"
    for item in channel.findall("item"):
        if not item.findtext("title") and not item.findtext("description"):
            yield "an item has neither title nor description"
    guids = [guid.text for guid in channel.iter("guid")]
    if len(guids) != len(set(guids)):
        yield "two items have one guid"


def test_every_rss_feed_keeps_the_rules_of_rss_2(site: Site) -> None:
    feeds = {path: etree.parse(str(site.folder / path)).getroot() for path in site.named(".rss")}
    assert len(feeds) > 20
    assert {path: faults for path, feed in feeds.items() if (faults := list(faults_of_rss(feed)))} == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<channel>", "<channel><updated>x</updated>"),
        ("<item>", "<item><summary>x</summary>"),
        ("<language>en", "<language>English, please"),
        (r"<pubDate>[^<]*", "<pubDate>2024-03-06T03:17:00Z"),
        (r"<link>[^<]*", "<link>index.html"),
        ('isPermaLink="false"', ""),
        (r"<description>[^<]*</description>", ""),
        (r"<item>(.*?)</item>", r"<item>\1</item><item>\1</item>"),
        ('version="2.0"', 'version="0.91"'),
    ],
)
def test_a_broken_rss_feed_is_rejected(demo: Site, old: str, new: str) -> None:
    broken, count = re.subn(old, new, demo.text("feeds/all.rss"), count=1, flags=re.DOTALL)
    assert count == 1
    assert list(faults_of_rss(etree.fromstring(broken.encode())))


# ----------------------------------------------------------------------------------------------------------- JSON Feed

TEXT: Final = {"type": "string", "minLength": 1}
ADDRESS: Final = {"type": "string", "pattern": "^https?://"}
AUTHORS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": TEXT, "url": TEXT, "avatar": ADDRESS},
        "minProperties": 1,
    },
}  # fmt: skip
#: An extension begins with an underscore and bears no dot (JSON Feed 1.1, "Extensions").
EXTENSIONS: Final = {"^_[^.]+$": {"type": "object"}}
JSON_FEED: Final = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "patternProperties": EXTENSIONS,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT, "home_page_url": ADDRESS, "feed_url": ADDRESS, "description": TEXT, "user_comment": TEXT,
        "next_url": ADDRESS, "icon": ADDRESS, "favicon": ADDRESS, "authors": AUTHORS, "language": TEXT,
        "expired": {"type": "boolean"},
        "hubs": {"type": "array", "items": {"type": "object", "required": ["type", "url"]}},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "additionalProperties": False,
                "patternProperties": EXTENSIONS,
                "properties": {
                    "id": TEXT, "url": ADDRESS, "external_url": ADDRESS, "title": TEXT, "content_html": TEXT,
                    "content_text": TEXT, "summary": TEXT, "image": ADDRESS, "banner_image": ADDRESS,
                    "date_published": {"type": "string", "format": "rfc-3339"},
                    "date_modified": {"type": "string", "format": "rfc-3339"},
                    "authors": AUTHORS, "tags": {"type": "array", "items": TEXT}, "language": TEXT,
                    "attachments": {"type": "array", "items": {"type": "object", "required": ["url", "mime_type"]}},
                },
            },
        },
    },
}  # fmt: skip
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def is_rfc_3339(value: object) -> bool:
    """Whether `value` is an instant as RFC 3339 writes it, of a day that exists."""
    return RFC_3339.fullmatch(str(value)) is not None and datetime.fromisoformat(str(value)).tzinfo is not None


FORMATS = FormatChecker(formats=())
FORMATS.checks("rfc-3339", raises=ValueError)(is_rfc_3339)


def faults_of_json_feed(feed: Any) -> list[str]:
    """How a feed breaks JSON Feed 1.1."""
    found = [error.message[:200] for error in Draft202012Validator(JSON_FEED, format_checker=FORMATS).iter_errors(feed)]
    ids = [item.get("id") for item in feed.get("items", ())]
    return found + (["two items have one id"] if len(ids) != len(set(ids)) else [])


def test_every_json_feed_keeps_the_rules_of_version_1_1(site: Site) -> None:
    paths = [path for path in site.named(".json") if path.startswith("feeds/")]
    assert len(paths) > 20
    assert {path: faults for path in paths if (faults := faults_of_json_feed(json.loads(site.text(path))))} == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [("version", "1.1"), ("title", ""), ("author", {"name": "x"}), ("items", [{"id": 1, "content_text": "x"}]),
     ("items", [{"id": "x"}]), ("items", [{"id": "x", "content_text": "x"}] * 2), ("_a.b", {}),
     ("items", [{"id": "x", "content_text": "x", "date_published": "2024-02-30T00:00:00Z"}]),
     ("items", [{"id": "x", "content_text": "x", "date_published": "2024-02-20"}]),
     ("home_page_url", "index.html")],
)  # fmt: skip
def test_a_broken_json_feed_is_rejected(demo: Site, key: str, value: object) -> None:
    feed = json.loads(demo.text("feeds/all.json"))
    assert faults_of_json_feed(feed) == []
    assert faults_of_json_feed(feed | {key: value})


# ---------------------------------------------------------------------------------------------------- JSON for programs


def schemas_of(site: Site) -> Mapping[str, Any]:
    """The schemas that a site publishes, by path; each is one."""
    schemas = {path: json.loads(site.text(path)) for path in site.named(".json") if path.startswith("api/schema/")}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    return schemas


def test_every_json_file_fits_the_schema_to_which_it_leads(site: Site) -> None:
    schemas = schemas_of(site)
    by_name = {schema["title"]: path for path, schema in schemas.items()}
    validators = {path: Draft202012Validator(schema) for path, schema in schemas.items()}
    used = set()
    for path in site.named(".json"):
        if path.startswith(("feeds/", "api/schema/", "pagefind/")):
            continue
        row = json.loads(site.text(path))
        schema = by_name[row["schema"]]
        if "$schema" in row:
            assert urljoin(path, row["$schema"]) == schema, path
        used.add(schema)
        faults = [f"{error.json_path}: {error.message[:200]}" for error in validators[schema].iter_errors(row)]
        assert faults == [], path
    assert len(used) == (4 if site.name == "ota" else 5)
