"""Search for every word of the site: its index, and the page that reads it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import serving
from tracker.errors import RenderError
from tracker.pipeline import searching
from tracker.publish import SiteServer, find_pagefind, index_pages

DOCUMENT = "Lantern/Privacy Policy"
SECRET = "Zebulon Quagmire of our office hands every letter that he reads to the harbour police."
HOSTILE = "Whoever writes <img src=x onerror=alert(1)> &amp; <mark>so</mark> about a wombat reads it here as text."

pytestmark = pytest.mark.extras
needs_pagefind = pytest.mark.skipif(find_pagefind() is None, reason="pagefind is absent: pip install pagefind-bin")
in_browser = pytest.mark.browser


@pytest.fixture
def told(lantern: Any, make_page: Any, sentences: Any) -> Any:
    """A policy in which a secret came and went, then hostile words."""
    lantern.configure(confirm_seconds=0)
    for nights, page in (
        ((2, 3), make_page(*sentences, SECRET)),
        ((8, 9), make_page(*sentences, HOSTILE.replace("&", "&amp;").replace("<", "&lt;"))),
    ):
        lantern.site.serve("/privacy", page)
        for night in nights:
            assert lantern.run(night).code == 0
    return lantern


def folder(watch: Any) -> Path:
    return Path(watch.folder, "site")


def indexed(watch: Any) -> bytes:
    """Everything that the index says."""
    files = sorted(path for path in folder(watch).glob("pagefind/**/*") if path.is_file())
    return b"".join(
        gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content for content in map(Path.read_bytes, files)
    )


def search_page(watch: Any) -> str:
    return (folder(watch) / "search/index.html").read_text(encoding="utf-8")


@needs_pagefind
def test_texts_changes_and_lives_of_clauses_are_indexed(told: Any, sentences: Any) -> None:
    words = indexed(told).decode("utf-8", "replace")
    assert sentences[0] in words
    assert "Zebulon Quagmire" in words
    for kind in ("Text of 8 October 2024", "Change of 2 October 2024", "Clauses through time"):
        assert kind in words
    manifest = json.loads((folder(told) / ".manifest.json").read_text(encoding="utf-8"))["files"]
    assert "pagefind/pagefind-entry.json" in manifest
    assert "search/search.js" in manifest


@needs_pagefind
def test_a_withheld_word_is_in_the_index_no_longer(told: Any) -> None:
    assert b"zebulon" in indexed(told).lower()
    assert told.tracker("withhold", DOCUMENT, "2024-10-02", "--reason", "Court order").code == 0
    assert told.tracker("site", "build").code == 0
    assert b"zebulon" not in indexed(told).lower()
    assert b"harbour police" not in indexed(told)
    assert b"wombat" in indexed(told)


@needs_pagefind
def test_what_is_set_aside_is_not_found(told: Any) -> None:
    """A retracted change keeps its page, and is no result."""
    slug = min(path.parent.name for path in folder(told).glob("lantern/privacy-policy/*/change.json"))
    corrections = told.folder / "corrections"
    corrections.mkdir()
    row = {
        "change": slug,
        "field": "retract",
        "value": True,
        "reason": "No.",
        "by": "A",
        "at": "2024-10-10T00:00:00Z",
    }
    (corrections / "one.json").write_text(json.dumps(row), encoding="utf-8")
    assert b"Change of 2 October 2024" in indexed(told)
    assert told.tracker("site", "build").code == 0
    assert b"Change of 2 October 2024" not in indexed(told)
    assert b"Change of 8 October 2024" in indexed(told)


@needs_pagefind
def test_the_index_is_made_anew_only_where_a_page_of_it_differs(
    told: Any, make_page: Any, sentences: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    real = index_pages

    def index(*arguments: Any, **options: Any) -> dict[str, bytes]:
        files = real(*arguments, **options)
        made.append(len(files))
        return files

    monkeypatch.setattr(searching, "index_pages", index)
    assert told.tracker("site", "build").code == 0
    assert made == []
    fragment = next(folder(told).glob("pagefind/fragment/*"))
    whole = fragment.read_bytes()
    fragment.write_bytes(b"altered")
    assert told.tracker("site", "build").code == 0
    assert (len(made), fragment.read_bytes()) == (1, whole)
    told.site.serve("/privacy", make_page(*sentences[1:]))
    assert told.run(15).code == 0
    assert len(made) == 2
    assert not fragment.exists() or fragment.read_bytes() == whole


def test_a_failure_is_told_and_fails_nothing(told: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_arguments: Any, **_options: Any) -> dict[str, bytes]:
        raise RenderError("indexing words for search: Pagefind ended with 3: out of ink")

    monkeypatch.setattr(searching, "index_pages", fail)
    monkeypatch.setattr(searching, "find_pagefind", lambda: (tmp_path / "absent", "another version"))
    ran = told.tracker("site", "build")
    assert ran.code == 0
    assert "out of ink; pages are searched by their headings alone" in ran.err
    # An index that may tell of other pages than those that are there is worse than none.
    assert not list(folder(told).glob("pagefind/**/*"))
    assert "Find a subject by the heading" in search_page(told)
    assert told.run(15).code == 0


@pytest.mark.parametrize("why", ["setting", "absent"])
def test_without_an_index_no_page_has_a_script(told: Any, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    if why == "setting":
        told.configure(confirm_seconds=0, search="none")
    else:
        monkeypatch.setattr(searching, "find_pagefind", lambda: None)
    assert told.tracker("site", "build").code == 0
    assert not [path for path in folder(told).rglob("*") if path.suffix == ".js" or path.name == "pagefind"]
    for path in folder(told).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text, path
        assert "default-src 'none'; style-src" in text, path


@needs_pagefind
def test_only_the_search_page_allows_scripts_and_only_the_sites_own(told: Any) -> None:
    allowing = [
        path.relative_to(folder(told)).as_posix()
        for path in folder(told).rglob("*.html")
        if "default-src 'none'; style-src" not in path.read_text(encoding="utf-8")
    ]
    assert allowing == ["search/index.html"]
    text = search_page(told)
    allowed = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'"
    assert f"default-src 'none'; {allowed}; style-src" in text
    assert text.count("<script") == text.count('<script src="search.js" defer></script>') == 1


# --------------------------------------------------------------------------------------------------------- in a browser


@pytest.fixture
def server(told: Any) -> Iterator[SiteServer]:
    with serving(folder(told)) as server:
        yield server


class Visit:
    """A page, what it asked for, and what its console said."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": 320, "height": 800}, **options)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))


@needs_pagefind
class TestInBrowser:
    pytestmark = in_browser

    def test_a_reader_types_a_word_and_gets_a_clause(self, browser: Browser, server: SiteServer) -> None:
        visit = Visit(browser)
        page = visit.page
        page.goto(f"{server.url}search/")
        page.get_by_label("Every word of texts, changes and clauses").fill("zebulon quagmire")
        expect(page.locator("#found")).to_have_text("3 pages found", timeout=20_000)
        assert page.url.endswith("search/?q=zebulon%20quagmire")
        assert "Zebulon" in page.locator("#results mark").all_inner_texts()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        life = page.locator("#results li", has_text="Clauses through time").locator(".part a")
        life.first.click()
        page.wait_for_url("**/clauses/**#name-*")
        assert SECRET in " ".join(page.locator("article.clause", has_text="Zebulon").first.inner_text().split())
        assert visit.said == []
        assert [url for url in visit.asked if not url.startswith((server.url, "data:"))] == []
        visit.context.close()

    def test_a_link_to_a_search_is_answered_and_hostile_words_stay_words(
        self, browser: Browser, server: SiteServer
    ) -> None:
        visit = Visit(browser)
        page = visit.page
        page.goto(f"{server.url}search/?q=wombat")
        expect(page.locator("#results li").first).to_be_visible(timeout=20_000)
        assert "<img src=x onerror=alert(1)> &amp; <mark>so</mark> about a wombat" in " ".join(
            page.locator("#results").inner_text().split()
        )
        assert page.locator("#results img").count() == 0
        assert set(page.locator("#results mark").all_inner_texts()) == {"wombat"}
        page.get_by_role("searchbox").fill("xylophone")
        expect(page.locator("#found")).to_have_text("Nothing found.", timeout=20_000)
        assert page.locator("#results li").count() == 0
        page.get_by_role("searchbox").fill("")
        expect(page.locator("#found")).to_have_text("")
        assert visit.said == []
        visit.context.close()

    def test_an_index_that_is_gone_is_told(self, browser: Browser, server: SiteServer, told: Any) -> None:
        (folder(told) / "pagefind/pagefind.js").unlink()
        visit = Visit(browser)
        visit.page.goto(f"{server.url}search/?q=wombat")
        expect(visit.page.locator("#found")).to_contain_text("did not answer", timeout=20_000)
        assert visit.page.get_by_role("navigation", name="Letters").is_visible()
        visit.context.close()

    def test_without_scripts_the_page_is_whole(self, browser: Browser, server: SiteServer) -> None:
        visit = Visit(browser, java_script_enabled=False)
        visit.page.goto(f"{server.url}search/")
        assert not visit.page.locator("#every-word").is_visible()
        assert visit.page.get_by_role("navigation", name="Letters").is_visible()
        assert not [url for url in visit.asked if "pagefind" in url]
        visit.context.close()

    def test_in_a_folder_the_page_is_quiet(self, browser: Browser, told: Any) -> None:
        visit = Visit(browser)
        visit.page.goto((folder(told) / "search/index.html").as_uri())
        assert not visit.page.locator("#every-word").is_visible()
        assert visit.said == []
        visit.context.close()
