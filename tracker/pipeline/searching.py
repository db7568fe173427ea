"""The search index behind the pages: made anew only where a page that it holds differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from tracker.errors import RenderError
from tracker.model import CHANGE_SLUG, sha256_hex
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.kept_values import DIGESTS
from tracker.publish import LEFT_OUT, FileMemory, Sheet, find_pagefind, holds_files, index_pages
from tracker.render import RESERVED

#: Pages that may be indexed: documents, their changes, and the lives of their clauses.
_SEARCHED: Final = re.compile(
    rf"(?P<first>[^/]+)/[^/]+/(?:(?:{CHANGE_SLUG.pattern}|clauses/[^/]+)/)?index\.html"
)  # fmt: skip


class SearchIndex:
    """Watches pages as they are put in place, and adds an index of them at the end."""

    def __init__(self, folder: Path, cache: Cache, memory: FileMemory, *, tell: Callable[[str], None]) -> None:
        """Index pages of the site in `folder`.

        Args:
            folder: Of the site.
            cache: What an earlier build made.
            memory: What is known of the files of the folder.
            tell: Told why there is no index, where Pagefind is there and failed.
        """
        self._folder = folder
        self._cache = cache
        self._memory = memory
        self._tell = tell
        self._digests: dict[str, str] = {}
        self._found = find_pagefind()

    @property
    def is_there(self) -> bool:
        """Whether there is a program that makes an index."""
        return self._found is not None

    def follow(self, sheets: Iterator[Sheet]) -> Iterator[Sheet]:
        """Yield `sheets`, each of which is in place when the next one is asked for, then those of the index."""
        for sheet in sheets:
            yield self._noting(sheet) if _is_searched(sheet.path) else sheet
        yield from self._index()

    def _noting(self, sheet: Sheet) -> Sheet:
        if sheet.sha256 is not None:
            self._digests[sheet.path] = sheet.sha256

        def write() -> str | bytes:
            content = sheet.write()
            self._digests[sheet.path] = sha256_hex(content)
            return content

        return Sheet(path=sheet.path, write=write, sha256=sheet.sha256)

    def _index(self) -> Iterator[Sheet]:
        if self._found is None or not self._digests:
            return
        program, version = self._found
        parts = (part for row in sorted(self._digests.items()) for part in row)
        name = name_result("search", [version, LEFT_OUT, *parts])
        kept = DIGESTS.read(self._cache.get_json(name))
        work = _Work(self._folder, tuple(self._digests), program)
        if kept is None or not holds_files(self._folder, kept, self._memory):
            try:
                kept = {path: sha256_hex(content) for path, content in work.files.items()}
            except (RenderError, OSError) as error:
                self._tell(f"{error}; pages are searched by their headings alone")
                return
            self._cache.put_json(DIGESTS.write(name, kept))
        for path, digest in kept.items():
            yield Sheet(path=path, write=partial(work.read, path), sha256=digest)


class _Work:
    """Runs Pagefind when a file of the index is asked for, and once."""

    def __init__(self, folder: Path, paths: tuple[str, ...], program: Path) -> None:
        self._folder = folder
        self._paths = paths
        self._program = program

    @cached_property
    def files(self) -> dict[str, bytes]:
        return index_pages(self._folder, self._paths, program=self._program)

    def read(self, path: str) -> bytes:
        return self.files[path]


def _is_searched(path: str) -> bool:
    match = _SEARCHED.fullmatch(path)
    return match is not None and match["first"] not in RESERVED
