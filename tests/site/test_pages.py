"""What holds for every page of every site, read as text: policy of contents, weight, headings, anchors, titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree, html  # type: ignore[import-untyped] # stubs are not among the dependencies

from docs.screenshots import kind_of
from tests.site.conftest import Site

#: What a page may do (Content Security Policy, Level 3). Nothing but its own style sheet, and pictures it brings along.
#: `file:` lets a copy of the site in a folder have its style sheet; no page of a host can ask for files.
POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'", "file:"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
}
#: What the page may do besides that searches every word, where Pagefind is installed: run scripts of the site itself.
SEARCH = "search/index.html"
SEARCH_POLICY = {"script-src": ["'self'", "'wasm-unsafe-eval'"], "worker-src": ["'self'"], "connect-src": ["'self'"]}
#: The most that the page of an ordinary change weighs, and how many clauses such a change has at most: seven of ten
#: changes have no more. Of what did not change, a page shows as much as there is room for.
HEAVIEST_BYTES = 60_000
ORDINARY_CLAUSES = 4
#: The most that any page weighs but that of a change, which grows with what changed.
HEAVIEST_LIST_BYTES = 450_000


def faults_of_policy(page: Any, *, searches: bool = False) -> Iterator[str]:
    """How a page breaks the policy that it must bear: before anything is loaded, whole, and obeyed."""
    [head] = page.xpath("/html/head")
    equivalents = head.xpath("meta[@http-equiv='Content-Security-Policy']")
    if len(equivalents) != 1:
        yield "it has no policy, or several"
        return
    parts = (part.split() for part in equivalents[0].get("content").split(";"))
    if {name: values for name, *values in parts} != POLICY | (SEARCH_POLICY if searches else {}):
        yield f"its policy is {equivalents[0].get('content')}"
    before = {element.tag for element in equivalents[0].itersiblings(preceding=True)}
    if not before <= {"meta"}:
        yield f"its policy comes after {before}"
    for element in page.iter(etree.Element):
        if searches and element.tag == "script" and set(element.attrib) == {"src", "defer"} and not element.text:
            continue
        if element.tag in {"script", "style", "iframe", "object", "embed", "base", "form"}:
            yield f"it has <{element.tag}>"
        for name in element.attrib:
            if name.startswith("on") or name in {"style", "srcdoc"}:
                yield f"<{element.tag}> has {name}="
        if str(element.get("href", "")).strip().lower().startswith(("javascript:", "vbscript:")):
            yield f"<{element.tag}> runs a script"


def test_every_page_bears_a_strict_policy_and_keeps_to_it(site: Site) -> None:
    has_index = "pagefind/pagefind.js" in site.files
    faults = {
        path: list(faults_of_policy(page, searches=has_index and path == SEARCH)) for path, page in site.pages.items()
    }  # fmt: skip
    assert {path: told for path, told in faults.items() if told} == {}


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("<p style='color:red'>", "<p> has style="),
        ("<a onclick='x()'>", "<a> has onclick="),
        ("<script>x()</script>", "it has <script>"),
        ("<style>p{}</style>", "it has <style>"),
        ("<a href=' JavaScript:x()'>", "<a> runs a script"),
    ],
)
def test_a_page_that_breaks_its_policy_is_seen(demo: Site, part: str, fault: str) -> None:
    text = demo.text("about/index.html").replace("<main", f"{part}<main", 1)
    assert list(faults_of_policy(html.document_fromstring(text))) == [fault]
    bare = re.sub(r"<meta http-equiv[^>]+>", "", demo.text("about/index.html"))
    assert list(faults_of_policy(html.document_fromstring(bare))) == ["it has no policy, or several"]


def test_a_page_asks_for_its_style_sheet_alone(site: Site) -> None:
    for path, page in site.pages.items():
        asked = [link.get("href") for link in page.xpath("//link") if link.get("rel") not in {"canonical", "alternate"}]
        asked = [href for href in asked if href != "data:," and not href.endswith("index.html")]
        assert len(asked) == 1, path
        assert asked[0].endswith("style.css"), path
    assert not re.search(r"@import|url\(", site.text("style.css"))
    assert (site.folder / "style.css").stat().st_size < 24_000


def test_the_page_of_an_ordinary_change_is_light(site: Site) -> None:
    sizes = {}
    for path, page in site.pages.items():
        if kind_of(path) == "change" and len(page.xpath("//article[@class='clause']")) <= ORDINARY_CLAUSES:
            sizes[path] = (site.folder / path).stat().st_size
    assert len(sizes) >= 3
    assert {path: size for path, size in sizes.items() if size > HEAVIEST_BYTES} == {}


def test_no_list_or_document_grows_beyond_what_a_phone_shows_quickly(site: Site) -> None:
    sizes = {path: (site.folder / path).stat().st_size for path in site.pages if kind_of(path) != "change"}
    assert {path: size for path, size in sizes.items() if size > HEAVIEST_LIST_BYTES} == {}


def test_headings_go_down_by_one_level_and_anchors_are_unique(site: Site) -> None:
    for path, page in site.pages.items():
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert levels[:1] == [1], path
        assert levels.count(1) == 1, path
        assert all(lower - upper <= 1 for upper, lower in pairwise(levels)), (path, levels)
        assert all(heading.text_content().strip() for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")), path
        counts = Counter(page.xpath("//@id"))
        assert [name for name, count in counts.items() if count > 1] == [], path
        referred = {
            name for value in page.xpath("//@aria-labelledby|//@aria-describedby|//@for") for name in value.split()
        }
        assert referred <= counts.keys(), path


def test_every_page_has_its_own_title_and_says_what_it_holds(site: Site) -> None:
    titles: dict[str, str] = {}
    for path, page in site.pages.items():
        [title], [description] = page.xpath("//head/title/text()"), page.xpath("//meta[@name='description']/@content")
        assert 10 <= len(title) <= 400, path
        assert description.strip(), path
        assert page.get("lang"), path
        assert titles.setdefault(title, path) == path or kind_of(path) in {"change", "clause"}, (path, titles[title])


def test_inserted_and_deleted_words_are_told_in_words_too(site: Site) -> None:
    for path, page in site.pages.items():
        for element in page.xpath("//main//ins | //main//del"):
            hidden = element.xpath(".//*[@class='vh']")
            assert hidden, (path, element.text_content()[:60])
            assert hidden[0].text_content().startswith("["), path


def test_link_texts_say_something_and_addresses_of_others_hand_nothing_on(site: Site) -> None:
    for path, page in site.pages.items():
        for link in page.xpath("//a[@href]"):
            assert (link.get("aria-label") or link.text_content()).strip(), (path, link.get("href"))
            if link.get("href").startswith("http"):
                assert {"noopener", "nofollow"} <= set(link.get("rel", "").split()), (path, link.get("href"))
            assert link.get("target") is None, path
