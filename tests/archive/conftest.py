"""Throwaway archives, and entries to put into them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from tracker.archive import Archive, Committed, RecordEntry
from tracker.model import (
    Check,
    Clause,
    DocumentKey,
    Provenance,
    RecordKind,
    Section,
    SourceProvenance,
    Version,
    sha256_hex,
)

NIGHT = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)


def build_version(text: str) -> Version:
    return Version(
        markdown=f"{text}\n",
        sections=(Section(index=0, level=0, number=None, title="", anchor=None, parent=None),),
        clauses=tuple(
            Clause(index=place, kind="paragraph", text=line, section=0)
            for place, line in enumerate(filter(None, text.split("\n")))
        ),
    )


class MakeEntry(Protocol):
    def __call__(
        self,
        document: str = ...,
        text: str = ...,
        *,
        at: datetime = ...,
        kind: RecordKind = ...,
        urls: tuple[str, ...] = ...,
        paths: tuple[str, ...] = ...,
        body: bytes | None = ...,
        last_seen_old: datetime | None = ...,
        imported_from: str | None = ...,
        tracker_version: str = ...,
    ) -> RecordEntry: ...


@pytest.fixture
def night() -> datetime:
    return NIGHT


@pytest.fixture
def make_entry() -> MakeEntry:
    def make(
        document: str = "Kestrel/Privacy Policy",
        text: str = "We keep your letters for 6 months.",
        *,
        at: datetime = NIGHT,
        kind: RecordKind = "first",
        urls: tuple[str, ...] = ("https://kestrel.example/privacy",),
        paths: tuple[str, ...] = (),
        body: bytes | None = None,
        last_seen_old: datetime | None = None,
        imported_from: str | None = None,
        tracker_version: str = "0.1.0",
    ) -> RecordEntry:
        key = DocumentKey.parse(document)
        version = build_version(text)
        paths = paths or (f"{key.path}.html",)
        bodies = [
            body if body is not None else f"<p>{text}<!-- {place} --></p>\r\n".encode() for place in range(len(paths))
        ]
        sources = tuple(
            SourceProvenance(
                url=url,
                final_url=url,
                redirects=(),
                status=200,
                headers=(("content-type", "text/html"),),
                fetched_at=at,
                body_sha256=sha256_hex(content),
                size_bytes=len(content),
                media_type="text/html",
                charset="utf-8",
                fetcher="http",
                snapshot=path,
            )
            for url, path, content in zip(urls, paths, bodies, strict=True)
        )
        return RecordEntry(
            key=key,
            kind=kind,
            version=version,
            snapshots=tuple(zip(paths, bodies, strict=True)),
            provenance=Provenance(
                document=document,
                fetched_at=at,
                text_sha256=version.text_sha256,
                markdown_sha256=version.markdown_sha256,
                tracker_version=tracker_version,
                extractor=1,
                declaration={"fetch": urls[0], "select": ["main"]},
                sources=sources,
            ),
            last_seen_old=last_seen_old,
            imported_from=imported_from,
        )

    return make


@pytest.fixture
def make_check() -> Callable[..., Check]:
    def make(document: str = "Kestrel/Privacy Policy", **facts: object) -> Check:
        defaults: dict[str, object] = {"checked_at": NIGHT, "outcome": "unchanged"}
        return Check(document=DocumentKey.parse(document), **(defaults | facts))  # type: ignore[arg-type]  # any fact

    return make


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.git", create=True, folder=tmp_path) as opened:
        yield opened


@pytest.fixture
def commit() -> Callable[..., Committed]:
    """Commit entries and checks to an archive, under its lock."""

    def run(
        archive: Archive, *entries: RecordEntry, checks: tuple[Check, ...] = (), at: datetime | None = NIGHT
    ) -> Committed:
        with archive.lock(NIGHT):
            transaction = archive.transaction(at=at)
            for entry in entries:
                transaction.record(entry)
            for check in checks:
                transaction.check(check)
            return transaction.commit()

    return run


@pytest.fixture
def git() -> Callable[..., str]:
    """Run the git of this machine, as a person would."""

    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=A Person", "-c", "user.email=person@example.org", *arguments],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    return run


@pytest.fixture
def hours() -> Callable[[int], datetime]:
    """The night, so many hours later."""
    return lambda count: NIGHT + timedelta(hours=count)


@pytest.fixture
def person(tmp_path: Path, git: Callable[..., str]) -> Path:
    """A person's repository with a commit, staged work, changed work and a file that git does not know."""
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "a.txt").write_text("one\n")
    git(folder, "add", "a.txt")
    git(folder, "commit", "--quiet", "-m", "mine")
    (folder / "a.txt").write_text("two\n")
    (folder / "staged.txt").write_text("staged\n")
    git(folder, "add", "staged.txt")
    (folder / "unknown.txt").write_text("unknown\n")
    return folder
