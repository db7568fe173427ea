"""The pages in a real browser: quiet console, no request outside, no sideways scrolling on a small phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import jinja2
import pypdf
import pytest
from playwright.sync_api import Browser, Page

from tracker.model import ChangeReport, DocumentKey, DocumentReport
from tracker.render import SiteModel, View, change_to_html, render_site

pytestmark = [
    pytest.mark.browser,
]


@pytest.fixture
def folder(tmp_path: Path, revised_site: SiteModel, environment: jinja2.Environment) -> Path:
    for path, text in render_site(revised_site, environment):
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
    page.wait_for_url("**#content")
    page.close()


# ----------------------------------------------------------------------------------------------- one change, two views


@pytest.fixture
def diff_page(tmp_path: Path, widening: ChangeReport, environment: jinja2.Environment) -> Callable[[View], str]:
    """The address of the page of `tracker diff` that comes with a view."""

    def make(view: View) -> str:
        path = tmp_path / f"{view}.html"
        path.write_text(
            change_to_html(
                widening.change, widening.verdict, environment=environment, id="x", trust="single", old_name="a.md",
                new_name="b.md", view=view,
            ),
            encoding="utf-8",
        )  # fmt: skip
        return path.as_uri()

    return make


def _shown(page: Page) -> tuple[bool, bool]:
    """Whether one text is shown, and whether two columns are."""
    return page.locator(".redline.inline").is_visible(), page.locator(".redline.beside").is_visible()


def test_a_reader_switches_views_by_mouse_and_keyboard_without_script(
    browser: Browser, diff_page: Callable[[View], str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(diff_page("inline"))
    assert _shown(page) == (True, False)
    page.get_by_label("Side by side").click()
    assert _shown(page) == (False, True)
    page.keyboard.press("ArrowLeft")
    assert _shown(page) == (True, False)
    page.goto(diff_page("side-by-side"))
    assert _shown(page) == (False, True)
    page.get_by_label("In one text").click()
    assert _shown(page) == (True, False)
    context.close()


def test_the_view_that_waits_is_read_to_nobody(browser: Browser, diff_page: Callable[[View], str]) -> None:
    page = browser.new_page()
    page.goto(diff_page("inline"))
    read = page.locator(".wording").aria_snapshot()
    assert read.count("authorities confirm that") == 1
    assert "radio" in read
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_two_columns_fit_and_become_one_on_a_phone(
    browser: Browser, diff_page: Callable[[View], str], width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(diff_page("side-by-side"))
    old, new = (page.locator(f".pair .{side}").first.bounding_box() for side in ("old", "new"))
    assert old is not None
    assert new is not None
    if width < 700:
        assert old["y"] + old["height"] <= new["y"]
        assert page.locator(".pair .side").first.bounding_box()["width"] > 10  # type: ignore[index] # it is shown
    else:
        assert old["y"] == new["y"]
        assert old["x"] + old["width"] <= new["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(LEAST_CONTRAST) >= 4.5
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


@pytest.mark.parametrize(("view", "shown"), [("inline", (True, False)), ("side-by-side", (False, True))])
def test_paper_gets_the_view_that_was_chosen(
    browser: Browser, diff_page: Callable[[View], str], view: View, shown: tuple[bool, bool]
) -> None:
    page = browser.new_page()
    page.goto(diff_page(view))
    page.emulate_media(media="print")
    assert _shown(page) == shown
    assert not page.locator(".switch").is_visible()
    page.close()


def test_a_change_page_prints_as_evidence(browser: Browser, folder: Path) -> None:
    path = next(folder.glob("courier/privacy-policy/2024-03-05*/index.html"))
    page = browser.new_page()
    page.goto(path.as_uri())
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    texts = [" ".join(sheet.extract_text().split()) for sheet in printed.pages]
    assert all(f"{number} / {len(texts)}" in text for number, text in enumerate(texts, start=1))
    whole = " ".join(texts)
    digest = path.read_text(encoding="utf-8").split("SHA-256 of the text</dt>\n<dd><code>")[1][:64]
    assert digest in whole.replace(" ", "")
    assert "Timeline" not in whole


# ------------------------------------------------------------------------------------------------------ shared pictures

#: Width in pixels that the text of each class may have.
CARD_WIDTHS = {"name": 792, "day": 280, "headline": 1072, "meaning": 996, "section": 1024, "redline": 1024, "site": 536}
#: Every text of a card: its class, its words, where it ends at the right and at the bottom, and how wide it is.
CARD_TEXTS = """() => [...document.querySelectorAll("text")].map(text => {
  const box = text.getBBox();
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  return [text.getAttribute("class"), text.textContent, right, bottom, text.getComputedTextLength()];
})"""
WORDS = (
    "Courier may now hand over IP addresses and phone numbers of criminal suspects, without a court order.",
    "WWWWWWWW MMMMMMMM @@@@@@ %%%%%% " * 12,
    "illicit filling, till; it is 'ill' " * 12,
    "Мы можем передавать ваши данные широкой публике и щедрым друзьям. " * 6,
    "我们可能会与第三方共享您的个人信息和电话号码。" * 14,
    "نحتفظ ببياناتك لمدة ستة أشهر ثم نحذفها. " * 8,
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 6,
)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[:8])
def test_the_words_of_a_shared_picture_stay_within_their_boxes(
    browser: Browser,
    tmp_path: Path,
    report_on: Callable[..., DocumentReport],
    environment: jinja2.Environment,
    words: str,
) -> None:
    key = DocumentKey(service=words[:60].strip(), terms_type="Privacy Policy")
    report = report_on(key, f"{words} old words", f"{words} new words", headline=words[:280], title=words[:200])
    site = SiteModel(title=words[:80].strip(), site_url=None, contact="", documents=(report,))
    [card] = [text for path, text in render_site(site, environment) if path.endswith("/card.svg")]
    path = tmp_path / "card.svg"
    path.write_text(card, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 630})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    texts = page.evaluate(CARD_TEXTS)
    page.close()
    assert asked == [path.as_uri()]
    assert len(texts) >= 8
    for name, text, right, bottom, width in texts:
        assert right <= 1137, (name, text)
        assert bottom <= 630, (name, text)
        assert width <= CARD_WIDTHS.get(name, 1072), (name, text)
