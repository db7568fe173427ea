"""An index of the words of pages, made by Pagefind where its package is installed; browsers read it without a server.

Which pages are indexed is said by whoever calls; what of a page counts, the page says itself (`data-pagefind-body`).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tracker.errors import RenderError

#: The folder of the index, from the site's root. Pagefind's script tells the site's root by this name.
INDEX_FOLDER: Final = "pagefind"
#: Words of a page that nobody looks for: those for screen readers alone, the second view of a redline, its tags, what
#: did not change.
LEFT_OUT: Final = ".vh, .beside, .tags, .unchanged, .anchor, .when"
#: What a page must hold for Pagefind to take it; where no page does, it would take all of every page.
_MARK: Final = b"data-pagefind-body"
#: What a browser asks for; the rest are user interfaces of Pagefind's own.
_KEPT_NAMES: Final = frozenset({"pagefind.js", "pagefind-worker.js", "pagefind-entry.json"})
_KEPT_ENDINGS: Final = (".pf_meta", ".pf_index", ".pf_fragment", ".pf_filter", ".pagefind")
#: Some thousand pages take seconds.
_TIMEOUT_SECONDS: Final = 1800
_LONGEST_COMPLAINT: Final = 300


def find_pagefind() -> tuple[Path, str] | None:
    """Return the program and its version; None where the package is not installed, or has none for this machine."""
    try:
        from pagefind_bin import get_executable  # noqa: PLC0415 - an optional package

        return Path(get_executable()), version("pagefind_bin")
    except (ImportError, FileNotFoundError, PackageNotFoundError):
        return None


def index_pages(
    folder: Path, paths: Iterable[str], *, program: Path, timeout_seconds: float = _TIMEOUT_SECONDS
) -> dict[str, bytes]:
    """Return the files of an index of pages: by their paths from the site's root, in order of the paths.

    The same pages give the same bytes. Nothing else of the folder is looked at, and nothing is written there.

    Args:
        folder: Of the site.
        paths: Of the pages, from the folder.
        program: Pagefind.
        timeout_seconds: How long it may take.

    Raises:
        RenderError: If Pagefind fails or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="tracker-search-") as scratch:
        stage, out = Path(scratch, "pages"), Path(scratch, "index")
        stage.mkdir()
        if not _stage(folder, paths, stage):
            return {}
        command = [
            str(program), "--site", str(stage), "--output-path", str(out), "--exclude-selectors", LEFT_OUT, "--silent"
        ]  # fmt: skip
        _run(command, Path(scratch), timeout_seconds)
        return {
            f"{INDEX_FOLDER}/{path.relative_to(out).as_posix()}": path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file() and (path.name in _KEPT_NAMES or path.name.endswith(_KEPT_ENDINGS))
        }


def _stage(folder: Path, paths: Iterable[str], stage: Path) -> int:
    """Copy what counts of the pages; return how many there are."""
    staged = 0
    for path in sorted(paths):
        content = (folder / path).read_bytes()
        if _MARK in content:
            target = stage / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            staged += 1
    return staged


def _run(command: list[str], scratch: Path, timeout_seconds: float) -> None:
    # Settings of the folder around us, or of the environment, are none of ours.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    try:
        done = subprocess.run(  # noqa: S603 - the package's own program, with arguments of ours
            command,
            cwd=scratch,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(
            f"indexing words for search: Pagefind was stopped after {timeout_seconds:g} seconds"
        ) from error
    except OSError as error:
        raise RenderError(f"indexing words for search: Pagefind cannot be run: {error.strerror}") from error
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())[:_LONGEST_COMPLAINT]
        raise RenderError(f"indexing words for search: Pagefind ended with {done.returncode}: {said or 'no word'}")
