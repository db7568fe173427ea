"""One page of each kind in Chromium: no violation for axe, a quiet console, one request, no script needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from docs.screenshots import SCHEMES, kind_of
from tests.site.conftest import Site

pytestmark = pytest.mark.browser

WIDTHS = (320, 1280)
AXE = Axe()
#: WCAG 2.2 AA and axe's good practice. A dark page is the same page in other colours: there, colours alone are judged.
ALL_RULES: dict[str, Any] = {"resultTypes": ["violations"], "elementRef": False}
COLOURS = ALL_RULES | {"runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def violations(page: Page, options: dict[str, Any] = ALL_RULES) -> list[str]:
    """What axe finds on a page: the rule, and the first place that breaks it."""
    found: list[dict[str, Any]] = AXE.run(page, options=options).response["violations"]
    return [f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.fixture(scope="module")
def looked_at(built: Mapping[str, Site], *, at_length: bool) -> Sequence[tuple[Site, str]]:
    """A page of each kind, that of middling size among those of all sites; at length, among those of each site."""
    found: dict[tuple[str, str | None], list[tuple[int, str, str]]] = {}
    for site in built.values():
        for path in site.pages:
            row = ((site.folder / path).stat().st_size, site.name, path)
            found.setdefault((site.name if at_length else "", kind_of(path)), []).append(row)
    middling = [sorted(rows)[len(rows) // 2] for rows in found.values()]
    return [(built[name], path) for _, name, path in middling]


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation_light_or_dark(looked_at: Sequence[tuple[Site, str]], page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for site, path in looked_at:
        page.goto(site.url(path))
        for scheme, options in zip(SCHEMES, (ALL_RULES, COLOURS), strict=True):
            page.emulate_media(color_scheme=scheme)
            broken = violations(page, options)
            if broken:
                found[path, scheme] = broken
    assert found == {}


def test_axe_would_find_one(demo: Site, page: Page) -> None:
    page.goto(demo.url("about/index.html"))
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><h6>x</h6>')")
    assert {told.split()[0] for told in violations(page)} == {"image-alt", "heading-order"}


def test_a_page_asks_for_its_own_files_alone_is_quiet_and_fits_in_width(site: Site, page: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for kind, path in site.kinds.items():
        asked.clear()
        page.goto(site.url(path))
        beside = [url for url in asked[1:] if not url.startswith("data:")]
        script = [site.url("search/search.js")] if kind == "search" and "search/search.js" in site.files else []
        assert sorted(beside) == sorted([site.url("style.css"), *script]), kind
        assert page.evaluate("getComputedStyle(document.body).overflowWrap") == "anywhere", f"{kind} has no style"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (kind, width)
        # WCAG 2.2, 1.4.4 and 1.4.10: text twice as large on 640 pixels has as much room as on 320.
        page.set_viewport_size({"width": 640, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, kind
    assert said == []


def test_the_policy_of_contents_holds_back_what_it_should(demo: Site, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(demo.url("about/index.html"))
    page.evaluate(
        """() => {
          const style = document.createElement("style");
          style.textContent = "h1 { color: rgb(1, 2, 3) }";
          document.head.append(style);
          document.querySelector("h1").setAttribute("onclick", "document.title = 'run'");
          document.querySelector("h1").click();
        }"""
    )
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(1, 2, 3)"
    assert page.title() != "run"
    assert len(said) == 2


def test_without_scripts_every_kind_of_page_shows_the_same_words(
    looked_at: Sequence[tuple[Site, str]], browser: Browser
) -> None:
    texts = []
    for enabled in (True, False):
        context = browser.new_context(java_script_enabled=enabled)
        page = context.new_page()
        shown = {}
        for site, path in looked_at:
            page.goto(site.url(path))
            shown[path] = page.locator("body").inner_text()
        texts.append(shown)
        context.close()
    assert texts[0] == texts[1]
    assert all(len(text) > 100 for text in texts[0].values())
