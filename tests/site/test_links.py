"""Every link of every file leads to a file, and to an anchor in it; a copy of the site works wherever it lies."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree, html  # type: ignore[import-untyped] # stubs are not among the dependencies

from docs.screenshots import kind_of
from tests.site.conftest import ADDRESS, Site

#: Attributes by which a page asks for something without being told to (HTML, section 4).
LOADED = ("src", "srcset", "data", "poster", "background", "manifest", "ping", "action", "formaction")
#: The only page that loads more than its style sheet, where Pagefind is installed, and what: page, element, address.
SCRIPT = ("search/index.html", "script", "search.js")
#: Links to elsewhere that the head of a page may hold: nothing follows them by itself.
NAMED_ALONE = {"canonical"}
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def faults_of_page(site: Site, path: str) -> Iterator[str]:
    """What is wrong with the links of a page."""
    for element in site.pages[path].iter(etree.Element):
        for name in LOADED:
            is_script = (path, element.tag, element.get(name)) == SCRIPT and "search/search.js" in site.files
            if name in element.attrib and not is_script:
                yield f"{path} loads {element.tag} {name}={element.get(name)}"
        link = element.get("href")
        if link is None or link == "data:,":
            continue
        is_elsewhere = urlsplit(link).scheme in {"http", "https", "mailto"}
        if is_elsewhere and (element.tag == "a" or element.get("rel") in NAMED_ALONE):
            continue
        fault = site.fault_of(link, path) if not is_elsewhere else f"{path} asks {link}"
        if fault:
            yield fault


def test_every_link_of_every_page_leads_somewhere_within_the_site(site: Site) -> None:
    assert len(site.pages) > 50
    assert [fault for path in site.pages for fault in faults_of_page(site, path)] == []


def test_every_page_is_reached_from_the_front_page(site: Site) -> None:
    reached, todo = {"index.html"}, ["index.html"]
    while todo:
        page = todo.pop()
        for link in site.pages[page].xpath("//a/@href"):
            parts = urlsplit(link)
            path = posixpath.normpath(posixpath.join(posixpath.dirname(page), parts.path))
            if not parts.scheme and path in site.pages and path not in reached:
                reached.add(path)
                todo.append(path)
    assert sorted(site.pages.keys() - reached) == []


def test_every_page_is_of_a_kind_that_is_looked_at(site: Site) -> None:
    assert [path for path in site.pages if kind_of(path) is None] == []
    assert {"timeline", "document", "change", "clause", "filter", "status"} <= site.kinds.keys()


def links_of_feed(site: Site, path: str) -> Iterator[str]:
    """The links of a feed and of what its entries hold."""
    contents: list[str] = []
    if path.endswith(".json"):
        feed = json.loads(site.text(path))
        rows = [feed, *feed["items"]]
        yield from (row[key] for row in rows for key in ("url", "home_page_url", "feed_url") if key in row)
        contents = [item["content_html"] for item in feed["items"]]
    else:
        tree = etree.parse(str(site.folder / path))
        for element in tree.iter(etree.Element):
            name = etree.QName(element).localname
            if name == "link":
                yield from () if element.get("rel") == "hub" else [element.get("href") or element.text]
            elif name in {"content", "description", "encoded"} and element.text:
                contents.append(element.text)
    for content in contents:
        if content.strip():
            yield from html.fragment_fromstring(content, create_parent="div").xpath("//@href")


def test_every_link_of_every_feed_leads_to_this_site(site: Site) -> None:
    feeds = [path for path in site.named(".atom", ".rss", ".json") if path.startswith("feeds/")]
    assert len(feeds) > 60
    seen = 0
    faults = []
    for path in feeds:
        for link in links_of_feed(site, path):
            if link.startswith("urn:") and site.address is None:
                continue  # without an address a channel of RSS, which must have a link, names itself
            seen += 1
            faults += [f"{path}: {link} is no whole address"] if not urlsplit(link).scheme else []
            fault = site.fault_of(link, path)
            faults += [fault] if fault else []
    assert faults == []
    assert (seen > 0) == (site.address is not None)


def links_of_json(value: Any, key: str = "") -> Iterator[str]:
    """Every link in a JSON file of the site: what stands at a key that names one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from links_of_json(inner, "href" if key == "feeds" else name)
    elif isinstance(value, list):
        for inner in value:
            yield from links_of_json(inner, key)
    elif key in {"href", "page", "json", "card", "$schema", "atom", "rss", "successor"} and value:
        yield value


def test_every_link_of_the_json_for_programs_leads_somewhere(site: Site) -> None:
    files = [path for path in site.named(".json") if not path.startswith(("feeds/", "api/schema/"))]
    found = [(path, link) for path in files for link in links_of_json(json.loads(site.text(path)))]
    assert len(found) > len(files)
    assert [fault for path, link in found if (fault := site.fault_of(link, path))] == []


def test_sitemaps_and_the_list_of_feeds_name_what_is_there(site: Site) -> None:
    if site.address is None:
        assert site.files.isdisjoint({"sitemap.xml", "robots.txt", "feeds/feeds.opml"})
        return
    index = etree.parse(str(site.folder / "sitemap.xml"))
    maps = [loc.text for loc in index.iter(LOC)]
    assert f"Sitemap: {ADDRESS}sitemap.xml" in site.text("robots.txt").splitlines()
    named = [
        loc.text
        for address in maps
        for loc in etree.parse(str(site.folder / address.removeprefix(ADDRESS))).iter(LOC)
    ]  # fmt: skip
    outlines = etree.parse(str(site.folder / "feeds/feeds.opml")).xpath("//@xmlUrl")
    assert [fault for link in (*maps, *named, *outlines) if (fault := site.fault_of(link, "index.html"))] == []
    assert len(named) == len(set(named))
    set_aside = {path for path in site.pages if kind_of(path) == "change"} - changes_of(site)
    assert {f"{link.removeprefix(ADDRESS)}index.html" for link in named} == site.pages.keys() - set_aside


def changes_of(site: Site) -> set[str]:
    """The pages of all that the site counts as a change."""
    years = (json.loads(site.text(path)) for path in site.files if path.startswith("api/changes/"))
    return {change["page"].removeprefix("../../") for year in years for change in year["changes"]}


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("nowhere.html", "not there"),
        ("../about/index.html#nowhere", "no such anchor"),
        ("../about/", "not there"),
        ("/about/index.html", "leaves the site"),
        ("https://elsewhere.example/", "leaves the site"),
        ("//elsewhere.example/", "leaves the site"),
    ],
)
def test_the_crawler_sees_a_bad_link(demo: Site, link: str, fault: str) -> None:
    assert fault in str(demo.fault_of(link, "status/index.html"))
    assert demo.fault_of("../about/index.html#content", "status/index.html") is None


def test_the_crawler_sees_what_a_page_loads(tmp_path: Path) -> None:
    page = '<html><body><img src="x.png"><link rel="stylesheet" href="https://a.example/x.css"><a href="x">y</a>'
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    faults = list(faults_of_page(Site("bad", tmp_path, None), "index.html"))
    assert [fault.split()[1] for fault in faults] == ["loads", "asks", "links"]
