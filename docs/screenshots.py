"""Pictures of the site's pages: each kind on a phone and on a desk, light and dark.

Without arguments the demonstration is built and its pages are kept in `docs/screenshots/`. With a folder of a built
site its pictures go to `build/screenshots/`, where they stay out of the repository: the words on them are not ours.

Run it with `make screenshots`, or `make screenshots ARGS="site"`.
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, Playwright, sync_playwright

from tracker.pipeline import run_demo

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "docs" / "screenshots"
OTHERS = ROOT / "build" / "screenshots"

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses to start as root with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
#: Width and height of what is shown, in CSS pixels: a phone, and a window on a desk.
SIZES: Final = {390: 844, 1280: 900}
#: As many colours as text on paper needs; a palette makes a picture a third as large.
COLOURS: Final = 128

#: Every kind of page by the form of its path below the site; the first form that fits says which kind it is.
KINDS: Final = {
    "timeline": r"index\.html",
    "month": r"timeline/\d{4}-\d\d/index\.html",
    "about": r"about/index\.html",
    "status": r"status/index\.html",
    "feeds": r"feeds/index\.html",
    "search": r"search/index\.html",
    "letter": r"search/[^/]+/index\.html",
    "topics": r"topics/index\.html",
    "filter": r"(?:material|silent|topics/[^/]+|effects/[^/]+)/index\.html",
    "filter-year": r"(?:material|silent|topics/[^/]+|effects/[^/]+)/\d{4}/index\.html",
    "transparency": r"transparency/index\.html",
    "publisher": r"transparency/[^/]+/(?:by-[^/]+/)?index\.html",
    "country": r"transparency/[^/]+/[^/]+/index\.html",
    "service": r"[^/]+/index\.html",
    "document": r"[^/]+/[^/]+/index\.html",
    "change": r"[^/]+/[^/]+/\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{8}-[0-9a-f]{8}/index\.html",
    "clauses": r"[^/]+/[^/]+/clauses/index\.html",
    "clause": r"[^/]+/[^/]+/clauses/[^/]+/index\.html",
    "comparisons": r"[^/]+/[^/]+/compare/index\.html",
    "comparison": r"[^/]+/[^/]+/compare/[^/]+/index\.html",
}


def kind_of(path: str) -> str | None:
    """The kind of the page at `path`, relative to the site; None if no form fits."""
    return next((name for name, form in KINDS.items() if re.fullmatch(form, path)), None)


def find_pages(site: Path) -> dict[str, str]:
    """One page of each kind that the site has, by kind: the one with most to show, which is the longest."""
    found: dict[str, tuple[int, str]] = {}
    for file in sorted(site.rglob("*.html")):
        path = file.relative_to(site).as_posix()
        kind = kind_of(path)
        if kind is not None:
            found[kind] = max(found.get(kind, (0, "")), (file.stat().st_size, path))
    return {kind: found[kind][1] for kind in KINDS if kind in found}


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium of the system; Playwright's own build is not needed."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))


def reduce_colours(taken: bytes) -> Image.Image:
    """The picture in colours of a palette. Rare ones stay what they are: a tag in amber does not turn pink."""
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    return image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def picture(browser: Browser, site: Path, out: Path, *, whole: bool = False) -> Iterator[Path]:
    """Write `<kind>-<width>-<scheme>.png` for each kind of page, and yield what was written.

    A picture shows the window as it opens; `whole` shows the page to its end.
    """
    out.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            for kind, path in find_pages(site).items():
                page.goto((site / path).resolve().as_uri())
                target = out / f"{kind}-{width}-{scheme}.png"
                reduce_colours(page.screenshot(full_page=whole)).save(target, optimize=True)
                yield target
            context.close()


def main() -> None:
    """Write the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description="Take pictures of each kind of page of a site.")
    parser.add_argument("site", nargs="?", type=Path, help="folder of a built site; else the demonstration is built")
    parser.add_argument("--out", type=Path, help=f"where to write; else {KEPT.relative_to(ROOT)}, or for SITE {OTHERS}")
    parser.add_argument("--whole", action="store_true", help="show each page to its end, not one window of it")
    given = parser.parse_args()
    if not CHROMIUM.exists():
        parser.exit(2, f"{CHROMIUM} is absent: apt-get install chromium\n")
    if given.site is not None and not (given.site / "index.html").is_file():
        parser.exit(2, f"{given.site} holds no index.html: build it with tracker site build\n")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site, out = given.site, given.out or OTHERS
        if site is None:
            site, out = Path(folder) / "demo" / "site", given.out or KEPT
            run_demo(Path(folder) / "demo")
        written = list(picture(launch(playwright), site, out, whole=given.whole))
    size = sum(file.stat().st_size for file in written)
    print(f"{len(written)} pictures in {out}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
