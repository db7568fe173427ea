"""A workspace in a temporary folder, and captures made up by the test instead of fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import HeldCapture
from tracker.config import Settings
from tracker.fetch import FetchRequest, FetchSettings
from tracker.model import Capture, Check, DocumentKey, DocumentResult, Failure, Snapshot, sha256_hex
from tracker.pipeline import Workspace, run_night

LANTERN = DocumentKey.parse("Lantern/Privacy Policy")
CLAUSES = tuple(
    f"Clause {number} says what Lantern does with the words that you send to others." for number in range(8)
)


class Publisher:
    """Answers requests from `pages`: a body, or a failure; and remembers what it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str | Failure] = {}
        self.asked: list[FetchRequest] = []
        self.at = datetime(2024, 10, 1, 3, tzinfo=UTC)
        self.slept: list[float] = []
        self.second: dict[str, str | Failure] = {}
        """What is served once somebody has waited, in place of `pages`."""
        self.spends = 0.0
        """Seconds that each answer takes."""
        self.redirects: dict[str, str] = {}
        self.tags = False
        """Whether answers bear an ETag, and are 'not modified' where it is sent."""

    def now(self) -> datetime:
        return self.at

    def clock(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        self.pages |= self.second

    def publish(self, url: str, *clauses: str) -> None:
        body = "".join(f"<p>{clause}</p>" for clause in clauses or CLAUSES)
        self.pages[url] = f"<html><main><h1>Privacy</h1>{body}</main></html>"

    def page(self, *sentences: str) -> str:
        """The page that says `sentences` after all that it always says."""
        body = "".join(f"<p>{clause}</p>" for clause in (*CLAUSES, *sentences))
        return f"<html><main><h1>Privacy</h1>{body}</main></html>"

    def fetch(self, requests: Sequence[FetchRequest], _settings: FetchSettings) -> Iterator[tuple[int, Capture]]:
        """Answer the last request first: captures come in any order."""
        for place, request in reversed(list(enumerate(requests))):
            self.asked.append(request)
            self.at += timedelta(seconds=self.spends)
            answer = self.pages[request.url]
            tag = sha256_hex(answer)[:8] if self.tags and isinstance(answer, str) else None
            if tag is not None and request.validators.etag == tag:
                yield place, Capture(url=request.url, requested_at=self.at, not_modified=True)
            elif isinstance(answer, Failure):
                yield place, Capture(url=request.url, requested_at=self.at, failure=answer)
            else:
                snapshot = Snapshot(
                    url=request.url,
                    final_url=self.redirects.get(request.url, request.url),
                    fetched_at=self.at,
                    headers=(("etag", tag),) if tag is not None else (),
                    body=answer.encode(),
                    charset="utf-8",
                )
                yield place, Capture(url=request.url, requested_at=self.at, snapshot=snapshot)


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def night(workspace: Workspace, publisher: Publisher) -> Callable[..., dict[str, DocumentResult]]:
    """Run a night, a day after the one before; gives the results by the names of their documents."""

    def run(**options: Any) -> dict[str, DocumentResult]:
        done = run_night(
            workspace, now=publisher.now, fetch=publisher.fetch, sleep=publisher.sleep, clock=publisher.clock, **options
        )
        publisher.at += timedelta(days=1)
        return {str(result.document): result for result in done.report.results}

    return run


@pytest.fixture
def clauses() -> Sequence[str]:
    return CLAUSES


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "declarations").mkdir()
    settings = Settings(
        archive=tmp_path / "archive.git",
        declarations=tmp_path / "declarations",
        site=tmp_path / "site",
        snapshots=tmp_path / "snapshots",
    )
    return Workspace(settings=settings, folder=tmp_path)


@pytest.fixture
def declare(workspace: Workspace) -> Callable[..., None]:
    """Declare terms types of a service, each with its address."""

    def write(service: str, **terms: Any) -> None:
        declared = {
            name.replace("_", " "): {"fetch": source, "select": "main"} if isinstance(source, str) else source
            for name, source in terms.items()
        }
        path = workspace.settings.declarations / f"{service}.json"
        path.write_text(json.dumps({"name": service, "terms": declared}), encoding="utf-8")

    return write


@pytest.fixture
def held(workspace: Workspace) -> Callable[[], HeldCapture | None]:
    """What is in the slot of Lantern's policy."""

    def read() -> HeldCapture | None:
        with workspace.open_archive() as archive:
            return archive.held_for(LANTERN)

    return read


@pytest.fixture
def checks(workspace: Workspace) -> Callable[[], Sequence[Check]]:
    """The check rows of Lantern's policy."""

    def read() -> Sequence[Check]:
        with workspace.open_archive() as archive:
            return archive.checks(LANTERN)

    return read
