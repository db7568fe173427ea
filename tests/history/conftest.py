from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol

import pytest

from tracker.model import Check, DocumentKey, Outcome, Record, RecordKind

DOCUMENT = DocumentKey(service="Example", terms_type="Privacy Policy")
START = datetime(2024, 3, 1, tzinfo=UTC)


class RecordMaker(Protocol):
    def __call__(
        self,
        text: str,
        hours: float,
        kind: RecordKind = ...,
        *,
        last_seen_old: datetime | None = ...,
        imported_from: str | None = ...,
        document: DocumentKey = ...,
        commit: str | None = ...,
    ) -> Record: ...


class CheckMaker(Protocol):
    def __call__(
        self, hours: float, outcome: Outcome, text: str | None = ..., *, document: DocumentKey = ...
    ) -> Check: ...


class Clock(Protocol):
    def __call__(self, hours: float) -> datetime: ...


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.fixture
def document() -> DocumentKey:
    return DOCUMENT


@pytest.fixture
def at() -> Clock:
    """Hours since the start of the story -> instant."""
    return _at


@pytest.fixture
def record() -> RecordMaker:
    """Build a record of `text`, captured `hours` after the start."""

    def make(
        text: str,
        hours: float,
        kind: RecordKind = "change",
        *,
        last_seen_old: datetime | None = None,
        imported_from: str | None = None,
        document: DocumentKey = DOCUMENT,
        commit: str | None = None,
    ) -> Record:
        return Record(
            document=document,
            commit=commit or _digest(f"{text}@{hours}")[:40],
            kind=kind,
            fetched_at=_at(hours),
            source_url="https://example.org/privacy",
            text_sha256=_digest(text),
            markdown_sha256=_digest(f"# {text}"),
            body_sha256=_digest(f"<p>{text}"),
            last_seen_old=last_seen_old,
            imported_from=imported_from,
        )

    return make


@pytest.fixture
def check() -> CheckMaker:
    """Build a check row `hours` after the start."""

    def make(hours: float, outcome: Outcome, text: str | None = None, *, document: DocumentKey = DOCUMENT) -> Check:
        return Check(
            document=document,
            checked_at=_at(hours),
            outcome=outcome,
            text_sha256=_digest(text) if text is not None else None,
        )

    return make
