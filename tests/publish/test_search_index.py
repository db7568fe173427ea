"""The index of words that Pagefind makes of pages."""

from __future__ import annotations

import gzip
import stat
from pathlib import Path

import pytest

from tracker.errors import RenderError
from tracker.publish import find_pagefind, index_pages

FOUND = find_pagefind()
needs_pagefind = pytest.mark.skipif(FOUND is None, reason="pagefind is absent: pip install pagefind-bin")


def page(words: str, *, is_marked: bool = True) -> str:
    mark = " data-pagefind-body" if is_marked else ""
    return (
        f"<!DOCTYPE html><html lang=en><title>x</title><main><p>outside</p><div{mark}><h1>Title</h1><p>{words}</p>"
        '<div class="beside"><p>second view</p></div><span class="vh">hidden</span></div></main></html>'
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for path, text in {
        "a/b/index.html": page("lighthouse keepers"),
        "a/c/index.html": page("harbour pilots"),
        "a/index.html": page("unmarked quicksand", is_marked=False),
        "left/over/index.html": page("abandoned shipwreck"),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


PATHS = ("a/c/index.html", "a/b/index.html", "a/index.html")


def unpacked(files: dict[str, bytes]) -> bytes:
    """Everything that an index says, one after the other."""
    return b"".join(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content for content in files.values())


@needs_pagefind
def test_marked_words_of_the_pages_that_are_named_are_indexed_and_no_others(site: Path) -> None:
    assert FOUND is not None
    words = unpacked(index_pages(site, PATHS, program=FOUND[0]))
    for word in (b"lighthouse keepers", b"harbour pilots"):
        assert word in words
    for word in (b"quicksand", b"shipwreck", b"outside", b"second view", b"hidden"):
        assert word not in words


@needs_pagefind
def test_the_same_pages_give_the_same_bytes_and_no_interface_of_pagefinds_own(site: Path) -> None:
    assert FOUND is not None
    first = index_pages(site, PATHS, program=FOUND[0])
    assert index_pages(site, reversed(PATHS), program=FOUND[0]) == first
    assert {"pagefind/pagefind.js", "pagefind/pagefind-worker.js", "pagefind/pagefind-entry.json"} <= set(first)
    assert not [path for path in first if path.endswith(".css") or "ui" in path]


@needs_pagefind
def test_nothing_is_written_into_the_site(site: Path) -> None:
    assert FOUND is not None
    before = sorted(site.rglob("*"))
    index_pages(site, PATHS, program=FOUND[0])
    assert sorted(site.rglob("*")) == before


@needs_pagefind
def test_settings_of_the_environment_are_none_of_ours(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert FOUND is not None
    before = index_pages(site, PATHS, program=FOUND[0])
    monkeypatch.setenv("PAGEFIND_FORCE_LANGUAGE", "de")
    monkeypatch.setenv("PAGEFIND_EXCLUDE_SELECTORS", "p")
    assert index_pages(site, PATHS, program=FOUND[0]) == before


def test_where_no_page_is_marked_nothing_is_run(site: Path, tmp_path: Path) -> None:
    assert index_pages(site, ("a/index.html",), program=tmp_path / "absent") == {}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that fails."""
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\necho 'out of  ink' >&2\nexit 3\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_program_that_fails_is_told_with_its_words(site: Path, program: Path) -> None:
    with pytest.raises(RenderError, match="Pagefind ended with 3: out of ink"):
        index_pages(site, PATHS, program=program)


def test_a_program_that_cannot_be_run_is_told(site: Path, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="cannot be run"):
        index_pages(site, PATHS, program=tmp_path / "absent")


def test_a_program_that_does_not_end_is_ended(site: Path, program: Path) -> None:
    program.write_text("#!/bin/sh\nwhile :; do :; done\n", encoding="utf-8")
    with pytest.raises(RenderError, match=r"stopped after 0\.1 seconds"):
        index_pages(site, PATHS, program=program, timeout_seconds=0.1)
