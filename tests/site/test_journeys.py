"""Ways through the site as a reader goes them, in Chromium, without scripts, the site lying below a path of a host."""

from __future__ import annotations

import functools
import io
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import ADDRESS, Site

pytestmark = [pytest.mark.browser, pytest.mark.shared]


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def front(telegram: Site, tmp_path: Path) -> Iterator[str]:
    """The address of the front page: the site lies below `/some/where/`, as on a host with others."""
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "where").symlink_to(telegram.folder)
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/some/where/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, front: str) -> Iterator[Page]:
    """A window on a desk; whatever the reader does, nobody else is asked and nothing is complained of."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.goto(front)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((front, "data:"))] == []
    assert (said, failed) == ([], [])


def open_change(page: Page) -> None:
    """Go from the front page to the change of September 2024 by its headline."""
    page.get_by_role("link", name="Law enforcement: disclosure widened from terrorism to crime").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("disclosure widened from terrorism to crime")


def test_from_the_timeline_to_a_change_its_clause_through_time_and_back_to_the_citation(page: Page) -> None:
    open_change(page)
    address = page.url
    article = page.locator("article.clause")
    expect(article).to_have_count(1)
    expect(article.get_by_role("heading")).to_contain_text("8.3")
    assert article.locator(".inline del").count() > 2
    assert article.locator(".inline ins").count() > 2

    article.get_by_role("link", name="This clause through time").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("8.3 Law Enforcement Authorities")
    anchor = page.url.partition("#")[2]
    life = page.locator(f"[id='{anchor}']")
    expect(life).to_be_in_viewport()

    page.locator(f"a[href*='{address.rstrip('/').split('/')[-2]}']").first.click()
    assert page.url.partition("#")[0] == address
    citation = page.locator("p.cite").inner_text()
    assert address.rpartition("/some/where/")[2].removesuffix("index.html") in citation
    assert citation.count(ADDRESS) == 1
    assert re.search(r"old [0-9a-f]{16}…, new [0-9a-f]{16}…; archive commit [0-9a-f]{12}", citation)
    source = page.get_by_text("As Markdown and BibTeX")
    expect(page.locator(".cite-source").last).to_be_hidden()
    source.click()
    expect(page.locator(".cite-source").last).to_contain_text("@misc{")


def test_a_reader_takes_one_topic_and_one_year_of_it(page: Page) -> None:
    page.get_by_role("navigation", name="Parts of the timeline").get_by_role("link", name="By topic").click()
    page.get_by_role("main").get_by_role("link", name="Law enforcement").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Law enforcement")
    headlines = page.locator("article.entry h3").all_inner_texts()
    assert any("terrorism to crime" in headline for headline in headlines)
    told = re.search(r"(\d+) changes? in all", page.locator("p.lede").inner_text())
    assert told is not None
    page.get_by_role("link", name="2024", exact=True).click()
    of_year = page.locator("article.entry h3").all_inner_texts()
    assert of_year
    assert len(of_year) <= int(told[1])
    assert any("terrorism to crime" in headline for headline in of_year)
    assert all(text.endswith("2024") for text in page.locator("section.day > h2").all_inner_texts())


def test_a_year_of_a_filter_says_of_which_filter_it_is(page: Page) -> None:
    filters = page.get_by_role("navigation", name="Parts of the timeline")
    filters.get_by_role("link", name="Widens", exact=True).click()
    page.get_by_role("link", name="2024", exact=True).click()
    expect(filters.locator("[aria-current=true]")).to_have_text("Widens")


def test_material_changes_are_material_and_unannounced_ones_are_said_to_be(page: Page) -> None:
    filters = page.get_by_role("navigation", name="Parts of the timeline")
    for name, tag in (("Material", "Material"), ("Not announced", "Not announced"), ("Narrows", "▼ Narrows")):
        filters.get_by_role("link", name=name, exact=True).click()
        expect(filters.locator("[aria-current]")).to_have_text(name)
        entries = page.locator("article.entry")
        assert entries.count() > 0
        for tags in entries.locator(".tags").all_inner_texts():
            assert tag in tags.split("\n"), name


def test_both_texts_stand_side_by_side_by_style_alone(page: Page) -> None:
    open_change(page)
    pairs = page.locator(".beside .pair")
    expect(pairs.first).to_be_hidden()
    page.get_by_label("Side by side").check()
    expect(page.locator(".redline.inline").first).to_be_hidden()
    old, new = (pairs.first.locator(f".{side}").bounding_box() for side in ("old", "new"))
    assert old is not None
    assert new is not None
    assert old["y"] == new["y"]
    assert old["x"] + old["width"] <= new["x"]
    assert old["width"] > 380
    assert pairs.locator(".new ins").count() > 2
    assert pairs.locator(".old ins, .new del").count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    old, new = (pairs.first.locator(f".{side}").bounding_box() for side in ("old", "new"))
    assert old is not None
    assert new is not None
    assert old["y"] + old["height"] <= new["y"]


def test_a_change_prints_with_numbered_sheets_its_address_and_all_digests(page: Page, telegram: Site) -> None:
    open_change(page)
    path = page.url.rpartition("/some/where/")[2]
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    texts = [" ".join(sheet.extract_text().split()) for sheet in sheets]
    assert 2 <= len(texts) <= 12
    for number, text in enumerate(texts, start=1):
        assert f"{number} / {len(texts)}" in text
    assert "Policy Change Tracker Law enforcement: disclosure widened" in texts[0], "a sheet with the head alone"
    assert all("Digests and address: see Evidence and Cite" in text for text in texts)
    assert "This change as JSON" in texts[-1], "a sheet with the foot alone"
    whole = "".join(texts).replace(" ", "")
    assert ADDRESS + path.removesuffix("index.html") in whole
    digests = set(re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", telegram.text(path)))
    assert len(digests) >= 6
    assert {digest for digest in digests if digest not in whole} == set()
    assert "Skip to content" not in " ".join(texts)
    assert "Side by side" not in " ".join(texts)


def test_a_reader_finds_a_heading_by_its_letter(page: Page) -> None:
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
    page.get_by_role("link", name=re.compile("^L, ")).click()
    expect(page.get_by_role("main")).to_contain_text("Law Enforcement Authorities")
    page.get_by_role("link", name="Telegram, Privacy Policy").first.click()
    anchor = page.url.partition("#")[2]
    assert anchor
    expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()


def test_from_the_change_to_the_figures_of_a_country_and_back(page: Page) -> None:
    page.goto(page.url + "telegram/privacy-policy/")
    page.get_by_role("link", name=re.compile("disclosure widened from terrorism")).first.click()
    effect = page.get_by_role("table").filter(has_text="Period of the change")
    row = effect.get_by_role("row").filter(has_text="United States")
    expect(row.get_by_role("cell", name="14 January to September 2024; users: 108")).to_be_visible()
    expect(row.get_by_role("cell", name="886 October to December 2024; users: 2,145")).to_be_visible()
    expect(page.get_by_text("This is a sequence in time, and no proof of cause.")).to_be_visible()
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/transparency/telegram/usa/"))
    expect(page.get_by_role("img", name=re.compile("Requests fulfilled, by quarter"))).to_be_visible()
    expect(page.get_by_text("2024: 900 requests fulfilled, 2,253 users", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("disclosure widened from terrorism")).first.click()
    expect(page).to_have_url(re.compile("/telegram/privacy-policy/2024-09-23T"))


def test_countries_are_sorted_by_following_links(page: Page) -> None:
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Transparency reports").click()
    page.get_by_role("link", name=re.compile("all 83 countries")).click()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text("Argentina")
    page.get_by_role("navigation", name="Order").get_by_role("link", name="by requests").click()
    expect(first).to_contain_text("India")
    page.get_by_role("row").filter(has_text="France").get_by_role("link").click()
    expect(page.get_by_role("row").filter(has_text="July to September 2024")).to_contain_text("210")
