"""Pictures of the demonstration that are kept are there for every kind of page, and no larger than they need to be."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser

from docs.screenshots import KEPT, KINDS, SCHEMES, SIZES, kind_of, picture, reduce_colours
from tests.site.conftest import Site

NAMES = {f"{kind}-{width}-{scheme}.png" for kind in KINDS for width in SIZES for scheme in SCHEMES}


def test_every_kind_of_page_has_its_pictures_and_nothing_else_is_kept() -> None:
    kept = {file.name: file.stat().st_size for file in KEPT.iterdir()}
    assert kept.keys() == NAMES
    assert sum(kept.values()) < 2_500_000


@pytest.mark.browser
def test_pictures_are_taken_of_the_pages_of_a_site(browser: Browser, demo: Site, tmp_path: Path) -> None:
    (tmp_path / "about").mkdir()
    for path in ("index.html", "about/index.html", "style.css"):
        (tmp_path / path).write_text(demo.text(path), encoding="utf-8")
    written = list(picture(browser, tmp_path, tmp_path / "out"))
    assert {file.name for file in written} == {
        name for name in NAMES if name.startswith(("timeline-", "about-"))
    }  # fmt: skip
    pictures = {file.name: Image.open(io.BytesIO(file.read_bytes())).convert("L") for file in written}
    assert pictures["about-390-dark.png"].size == (390, 844)
    corners: dict[str, Any] = {scheme: pictures[f"about-1280-{scheme}.png"].getpixel((2, 2)) for scheme in SCHEMES}
    assert corners["light"] > 200
    assert corners["dark"] < 60


@pytest.mark.browser
def test_rare_colours_survive_the_palette(browser: Browser, demo: Site) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page.goto(demo.url("index.html"))
    box = page.locator(".tags .alert").first.bounding_box()
    assert box is not None
    taken = page.screenshot()
    page.close()
    where = (round(box["x"]) + 3, round(box["y"]) + 3)
    before: Any = Image.open(io.BytesIO(taken)).convert("RGB").getpixel(where)
    after: Any = reduce_colours(taken).convert("RGB").getpixel(where)
    assert max(abs(old - new) for old, new in zip(before, after, strict=True)) <= 8


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "timeline"),
        ("topics/children/2024/index.html", "filter-year"),
        ("courier/index.html", "service"),
        ("courier/privacy-policy/clauses/8-3-00000000/index.html", "clause"),
        ("courier/privacy-policy/else/deeper/still/index.html", None),
    ],
)
def test_the_kind_of_a_page_is_told_by_its_path(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind
