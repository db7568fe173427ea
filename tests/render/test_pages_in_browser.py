"""The pages in a real browser: quiet console, no request outside, no sideways scrolling on a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from playwright.sync_api import Browser, sync_playwright

from tracker.render import SiteModel, render_site

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to start as root with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is absent: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def folder(tmp_path: Path, site: SiteModel, environment: jinja2.Environment) -> Path:
    for path, text in render_site(site, environment):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_quiet_ask_nobody_and_fit_320_pixels(browser: Browser, folder: Path, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type] # one of its words
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 10
    for path in pages:
        page.goto(path.as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{path.relative_to(folder)} is {width} pixels wide"
        assert page.evaluate("getComputedStyle(document.body).overflowWrap") == "anywhere", "no style sheet"
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


#: WCAG 2.2, success criterion 1.4.3: relative luminance and contrast ratio of every text against what lies behind it.
LEAST_CONTRAST = """() => {
  const parse = colour => (colour.match(/[0-9.]+/g) || []).map(Number);
  const linear = share => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  const channel = value => linear(value / 255);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => {
    for (let node = element; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = 21;
  while (walker.nextNode()) {
    if (!walker.currentNode.textContent.trim()) continue;
    const element = walker.currentNode.parentElement;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return least;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_by_4_5_to_1(browser: Browser, folder: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type] # one of its words
    page = context.new_page()
    for path in sorted(folder.rglob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate(LEAST_CONTRAST) >= 4.5, path.relative_to(folder)
    context.close()


def test_a_keyboard_reaches_the_content_first(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    page.close()
