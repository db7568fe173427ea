"""Faults of the machine (docs/faults.md): two writers, kills and full disks leave the old state or the new."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive, RecordEntry
from tracker.archive.lock import LOCK_NAME, OWNER_NAME
from tracker.errors import ArchiveError
from tracker.model import Check, DocumentKey

MakeEntry = Callable[..., RecordEntry]
MakeCheck = Callable[..., Check]
Commit = Callable[..., Any]
RunGit = Callable[..., str]
Later = Callable[[int], datetime]

KEY = DocumentKey.parse("Kestrel/Privacy Policy")
REF = "refs/heads/archive"


HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tracker.archive import Archive

with Archive.open(Path(sys.argv[1]), folder=Path(sys.argv[1])) as archive:
    with archive.lock(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)):
        print("held", flush=True)
        sys.stdin.read()
"""


def test_a_second_writer_is_refused_until_the_first_is_killed(
    archive: Archive, make_entry: MakeEntry, commit: Commit
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(archive.git_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ArchiveError) as caught:
            commit(archive, make_entry())
        assert caught.value.reason == "locked"
        assert f"process {holder.pid} on " in str(caught.value)
        assert "since 2026-11-23T03:00:00Z (1020 seconds ago)" in str(caught.value)
        assert archive.head() is None
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    commit(archive, make_entry())
    assert archive.keys() == (KEY,)


def test_the_lock_is_held_once_and_leaves_no_owner_behind(archive: Archive, tmp_path: Path, hours: Later) -> None:
    with archive.lock(hours(0)), Archive.open(archive.git_dir, folder=tmp_path) as second:
        for other in (archive, second):
            with pytest.raises(ArchiveError) as caught, other.lock(hours(1)):
                pass
            assert caught.value.reason == "locked"
        assert (archive.git_dir / OWNER_NAME).exists()
    assert not (archive.git_dir / OWNER_NAME).exists()
    with archive.lock(hours(2)):
        pass
    assert (archive.git_dir / LOCK_NAME).exists()


def test_nothing_is_committed_without_the_lock_or_twice(archive: Archive, make_entry: MakeEntry, hours: Later) -> None:
    transaction = archive.transaction(at=hours(0))
    transaction.record(make_entry())
    with pytest.raises(RuntimeError, match="lock"):
        transaction.commit()
    with archive.lock(hours(0)):
        transaction.commit()
        with pytest.raises(RuntimeError, match="once"):
            transaction.commit()


def test_a_branch_that_was_moved_meanwhile_is_not_forced(
    archive: Archive, make_entry: MakeEntry, hours: Later, commit: Commit, git: RunGit
) -> None:
    first = commit(archive, make_entry()).head
    with archive.lock(hours(1)):
        transaction = archive.transaction(at=hours(1))
        transaction.record(make_entry(text="New.", kind="change"))
        other = git(archive.git_dir, "commit-tree", "-p", first, "-m", "other", f"{first}^{{tree}}").strip()
        git(archive.git_dir, "update-ref", REF, other)
        with pytest.raises(ArchiveError) as caught:
            transaction.commit()
    assert caught.value.reason == "moved"
    assert archive.head() == other


@pytest.mark.parametrize("was_empty", [True, False])
def test_a_branch_that_is_moved_at_the_last_moment_is_not_forced(
    *,
    archive: Archive,
    make_entry: MakeEntry,
    hours: Later,
    commit: Commit,
    git: RunGit,
    was_empty: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = commit(archive, make_entry()).head
    other = git(archive.git_dir, "commit-tree", "-m", "other", f"{first}^{{tree}}").strip()
    if was_empty:
        git(archive.git_dir, "update-ref", "-d", REF)
    with archive.lock(hours(1)):
        transaction = archive.transaction(at=hours(1))
        transaction.record(make_entry(text="New.", kind="change"))
        original = transaction._import
        monkeypatch.setattr(
            transaction, "_import", lambda last: (original(last), git(archive.git_dir, "update-ref", REF, other))[0]
        )
        with pytest.raises(ArchiveError) as caught:
            transaction.commit()
    assert caught.value.reason == "moved"
    assert archive.head() == other


def test_a_ref_lock_of_another_git_is_named_and_left(archive: Archive, make_entry: MakeEntry, commit: Commit) -> None:
    commit(archive, make_entry())
    held = archive.git_dir / f"{REF}.lock"
    held.write_text("")
    before = archive.head()
    with pytest.raises(ArchiveError, match=r"archive\.lock") as caught:
        commit(archive, make_entry(text="New.", kind="change"))
    assert caught.value.reason == "locked"
    assert held.exists()
    assert archive.head() == before


@pytest.mark.parametrize(
    ("age_seconds", "is_ours", "is_removed"), [(600, True, True), (600, False, False), (0, True, False)]
)
def test_a_ref_lock_is_removed_only_if_ours_and_stale(
    *,
    archive: Archive,
    make_entry: MakeEntry,
    commit: Commit,
    hours: Later,
    age_seconds: int,
    is_ours: bool,
    is_removed: bool,
) -> None:
    target = commit(archive, make_entry()).head
    held = archive.git_dir / f"{REF}.lock"
    held.write_text(f"{target if is_ours else 'f' * 40}\n")
    then = time.time() - age_seconds
    os.utime(held, (then, then))
    (archive.git_dir / OWNER_NAME).write_text(f'{{"moving_to": "{target}", "pid": 1, "host": "x", "since": "?"}}')
    with archive.lock(hours(1)):
        assert held.exists() != is_removed


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tracker.archive import Archive
from tracker.model import Check, DocumentKey

at = datetime(2026, 11, 24, tzinfo=UTC)
with Archive.open(Path(sys.argv[1]), folder=Path(sys.argv[1])) as archive, archive.lock(at):
    transaction = archive.transaction(at=at)
    transaction.check(Check(document=DocumentKey.parse("Kestrel/Privacy Policy"), checked_at=at, outcome="unchanged"))
    transaction.commit()
    print("committed", flush=True)
"""

#: A git that kills the tracker (its parent) and itself at one point of one command.
KILLER = """
#!/bin/sh
case " $* " in
  *" {command} "*)
    case {point} in
      before) kill -9 $PPID; kill -9 $$ ;;
      halfway) head -c 200 | {git} "$@"; kill -9 $PPID; kill -9 $$ ;;
      after) {git} "$@" >/dev/null; kill -9 $PPID; kill -9 $$ ;;
    esac ;;
esac
exec {git} "$@"
"""


@pytest.mark.parametrize(
    ("command", "point", "is_done"),
    [
        ("fast-import", "before", False),
        ("fast-import", "halfway", False),
        ("fast-import", "after", False),
        ("update-ref", "before", False),
        ("update-ref", "after", True),
    ],
)
def test_a_kill_leaves_the_old_state_or_the_new(
    *,
    archive: Archive,
    make_entry: MakeEntry,
    make_check: MakeCheck,
    commit: Commit,
    git: RunGit,
    tmp_path: Path,
    command: str,
    point: str,
    is_done: bool,
) -> None:
    before = commit(archive, make_entry()).head
    killer = tmp_path / "git"
    script = KILLER.format(command=command, point=point, git=shutil.which("git"))
    killer.write_text(textwrap.dedent(script).lstrip())
    killer.chmod(0o755)
    ended = subprocess.run(
        [sys.executable, "-c", WRITER, str(archive.git_dir)],
        env={**os.environ, "GIT_PYTHON_GIT_EXECUTABLE": str(killer)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == ""
    with Archive.open(archive.git_dir, folder=tmp_path) as again:
        assert len(again.checks()) == is_done
        assert (again.head() == before) != is_done
        assert again.check_integrity() == ()
        assert git(archive.git_dir, "for-each-ref", "--format=%(refname)").split() == [REF]
        commit(again, make_entry(text="New.", kind="change"), checks=(make_check(),))
        assert len(again.records_of(KEY)) == 2
        assert len(again.checks()) == 1 + is_done


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes into read-only folders")
def test_a_read_only_archive_is_read_and_not_written(archive: Archive, make_entry: MakeEntry, commit: Commit) -> None:
    commit(archive, make_entry())
    before = archive.head()
    folders = [archive.git_dir, *(path for path in archive.git_dir.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        with pytest.raises(ArchiveError) as caught:
            commit(archive, make_entry(text="New.", kind="change"))
        assert archive.keys() == (KEY,)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert caught.value.reason == "unwritable"
    assert archive.head() == before


def test_a_lock_that_cannot_be_made_is_said_so(archive: Archive, hours: Later) -> None:
    (archive.git_dir / LOCK_NAME).mkdir()
    with pytest.raises(ArchiveError) as caught, archive.lock(hours(0)):
        pass
    assert caught.value.reason == "unwritable"


def test_a_full_disk_leaves_the_archive_as_it_was(
    archive: Archive, make_entry: MakeEntry, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on the size of files stands in for a full disk: git's write fails the same way."""
    before = commit(archive, make_entry()).head
    limited = tmp_path / "git"
    limited.write_text(f'#!/bin/sh\nulimit -f 1\ntrap "" XFSZ\nexec {shutil.which("git")} "$@"\n')
    limited.chmod(0o755)
    monkeypatch.setattr(type(archive._repository._repo.git), "GIT_PYTHON_GIT_EXECUTABLE", str(limited))
    with pytest.raises(ArchiveError, match="disk is not full") as caught:
        commit(archive, make_entry(text="New.", kind="change", body=os.urandom(1 << 16)))
    assert caught.value.reason == "unwritable"
    assert archive.head() == before


def test_no_child_process_or_thread_outlives_the_archive(
    archive: Archive, make_entry: MakeEntry, commit: Commit
) -> None:
    before = set(threading.enumerate())  # servers of other tests live as long as the session
    commit(archive, make_entry())
    archive.latest(KEY)
    child = archive._repository.objects._child
    assert child is not None
    process = child._process.proc
    assert process is not None
    archive.close()
    assert process.returncode is not None
    assert set(threading.enumerate()) - before == set()
    archive.close()
    assert archive.latest(KEY) is not None
