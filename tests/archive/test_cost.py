"""What a night costs does not depend on how many documents the archive has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive, RecordEntry
from tracker.archive.commands import Commands
from tracker.model import Check, DocumentKey

MakeEntry = Callable[..., RecordEntry]
MakeCheck = Callable[..., Check]
Commit = Callable[..., Any]
RunGit = Callable[..., str]
Later = Callable[[int], datetime]


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The git commands started, by name."""
    started: list[str] = []
    original = Commands._command

    def count(self: Commands, arguments: tuple[str, ...]) -> list[str]:
        started.append(arguments[0])
        return original(self, arguments)

    monkeypatch.setattr(Commands, "_command", count)
    return started


def objects_of(git: RunGit, archive: Archive) -> int:
    facts = dict(line.split(": ") for line in git(archive.git_dir, "count-objects", "-v").splitlines())
    return int(facts["count"]) + int(facts["in-pack"])


def test_a_night_in_300_documents_writes_as_much_as_in_3(
    *,
    tmp_path: Path,
    make_entry: MakeEntry,
    make_check: MakeCheck,
    commit: Commit,
    git: RunGit,
    hours: Later,
    spent: list[str],
) -> None:
    costs = []
    for size in (3, 300):
        with Archive.open(tmp_path / f"{size}.git", create=True, folder=tmp_path) as archive:
            commit(archive, *(make_entry(f"Service {number}/Terms") for number in range(size)), at=None)
            archive.close()
            before = objects_of(git, archive)
            spent.clear()
            change = make_entry("Service 1/Terms", text="New.", kind="change", at=hours(24))
            commit(archive, change, checks=(make_check(checked_at=hours(24)),), at=hours(24))
            costs.append((objects_of(git, archive) - before, sorted(spent)))
    assert costs[0] == costs[1]
    # Markdown, provenance, snapshot, folder, top and commit; then rows, day's folders (5), top and commit.
    objects, commands = costs[0]
    assert objects == 6 + 7
    assert commands == ["cat-file", "fast-import", "update-ref", "worktree"]


def test_reading_all_versions_takes_two_processes(
    archive: Archive, make_entry: MakeEntry, commit: Commit, spent: list[str]
) -> None:
    commit(archive, *(make_entry(f"Service {number}/Terms") for number in range(20)), at=None)
    archive.close()
    spent.clear()
    records = archive.records()
    pairs = [(key, record.commit) for key, found in records.items() for record in found]
    assert len(list(archive.read_many(pairs))) == 20
    assert all(archive.latest(DocumentKey.parse(f"Service {number}/Terms")) for number in range(20))
    assert spent == ["cat-file", "log"]
