from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.extract import extract_version
from tracker.model import Document, DocumentKey, Options, Snapshot, Source, Version

PAGES = Path(__file__).resolve().parents[1] / "data" / "pages"
NOW = datetime(2024, 9, 23, 2, 17, tzinfo=UTC)
SOURCE = Source(url="https://lantern.example/privacy", select=("main",))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def document() -> Document:
    """A document of one page, without any options."""
    return Document(
        key=DocumentKey(service="Lantern", terms_type="Privacy Policy"),
        service_name="Lantern",
        sources=(SOURCE,),
        options=Options(),
    )


@pytest.fixture
def page() -> Callable[[str], Snapshot]:
    """Name of a file in tests/data/pages -> the snapshot of a server that answers with it."""

    def read(name: str) -> Snapshot:
        return Snapshot(
            url=SOURCE.url,
            final_url=SOURCE.url,
            fetched_at=NOW,
            body=(PAGES / f"{name}.html").read_bytes(),
            charset="utf-8",
        )

    return read


@pytest.fixture
def extract(document: Document) -> Callable[[Snapshot], Version]:
    """Snapshot -> the version of its main part."""

    def read(snapshot: Snapshot) -> Version:
        return extract_version(document, [snapshot])

    return read
