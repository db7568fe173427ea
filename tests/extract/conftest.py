"""Pages to extract, and the shortest way from a page to its clauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.extract import extract_version
from tracker.model import Document, DocumentKey, Filter, Selector, Snapshot, Source, Version

PAGES = Path(__file__).resolve().parents[1] / "data" / "pages"
ADDRESS = "https://example.org/legal/privacy"


@dataclass(frozen=True, slots=True)
class Extraction:
    """Makes snapshots and documents of pages, and versions of both."""

    address: str = ADDRESS

    def snapshot(
        self, page: str | bytes, *, charset: str | None = None, media_type: str = "text/html", address: str = ""
    ) -> Snapshot:
        return Snapshot(
            url=address or self.address,
            final_url=address or self.address,
            fetched_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
            body=page.encode() if isinstance(page, str) else page,
            charset=charset,
            media_type=media_type,
        )

    def document(
        self,
        *,
        select: Sequence[Selector] = ("body",),
        remove: Sequence[Selector] = (),
        filters: Sequence[Filter] = (),
    ) -> Document:
        source = Source(url=self.address, select=tuple(select), remove=tuple(remove), filters=tuple(filters))
        return Document(
            key=DocumentKey(service="Pigeon", terms_type="Privacy Policy"), service_name="Pigeon", sources=(source,)
        )

    def version(
        self,
        page: str | bytes,
        *,
        select: Sequence[Selector] = ("body",),
        remove: Sequence[Selector] = (),
        filters: Sequence[Filter] = (),
        charset: str | None = None,
        media_type: str = "text/html",
    ) -> Version:
        document = self.document(select=select, remove=remove, filters=filters)
        return extract_version(document, [self.snapshot(page, charset=charset, media_type=media_type)])

    def texts(
        self,
        page: str | bytes,
        *,
        select: Sequence[Selector] = ("body",),
        remove: Sequence[Selector] = (),
        filters: Sequence[Filter] = (),
    ) -> list[str]:
        """Return what a reader of `page` sees, a string a clause."""
        return [clause.text for clause in self.version(page, select=select, remove=remove, filters=filters).clauses]

    def links(self, page: str | bytes, *, filters: Sequence[Filter] = ()) -> list[tuple[str, str]]:
        """Return (linked words, target) of all links, in reading order."""
        return [
            (clause.text[link.start : link.end], link.href)
            for clause in self.version(page, filters=filters).clauses
            for link in clause.links
        ]


@pytest.fixture(scope="session")
def extraction() -> Extraction:
    return Extraction()


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], bytes]:
    """Read a page of `tests/data/pages` by its name."""
    return lambda name: (PAGES / name).read_bytes()
