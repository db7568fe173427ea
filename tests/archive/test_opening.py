"""What an archive is opened in, and what of other people's it leaves alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive, RecordEntry
from tracker.errors import ArchiveError, UsageError
from tracker.model import Check, DocumentKey

MakeEntry = Callable[..., RecordEntry]
MakeCheck = Callable[..., Check]
Commit = Callable[..., Any]
RunGit = Callable[..., str]

KEY = DocumentKey.parse("Kestrel/Privacy Policy")
REF = "refs/heads/archive"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_persons_index_and_files_are_untouched(
    person: Path, make_entry: MakeEntry, make_check: MakeCheck, commit: Commit, git: RunGit
) -> None:
    index = (person / ".git" / "index").read_bytes()
    status = git(person, "status", "--porcelain=v2", "--branch")
    with Archive.open(None, folder=person) as archive:
        commit(archive, make_entry(), checks=(make_check(),))
        assert archive.keys() == (KEY,)
    assert (person / ".git" / "index").read_bytes() == index
    assert git(person, "status", "--porcelain=v2", "--branch") == status
    assert (person / "a.txt").read_text() == "two\n"
    assert git(person, "for-each-ref", "--format=%(refname)").split() == [REF, "refs/heads/main"]


def test_the_repository_around_a_folder_is_found_from_below(
    person: Path, make_entry: MakeEntry, commit: Commit
) -> None:
    below = person / "x" / "y"
    below.mkdir(parents=True)
    with Archive.open(None, folder=below) as archive:
        assert archive.git_dir == person / ".git"
        commit(archive, make_entry())


def test_a_linked_worktree_shares_the_archive_of_its_repository(
    person: Path, tmp_path: Path, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    git(person, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    with Archive.open(None, folder=tmp_path / "linked") as archive:
        assert archive.git_dir == person / ".git"
        commit(archive, make_entry())
    with Archive.open(person, folder=tmp_path) as archive:
        assert archive.keys() == (KEY,)


def test_a_checked_out_branch_is_not_moved_under_a_person(person: Path, make_entry: MakeEntry, commit: Commit) -> None:
    with Archive.open(None, branch="main", folder=person) as archive:
        before = archive.head()
        with pytest.raises(ArchiveError, match="git switch") as caught:
            commit(archive, make_entry())
        assert caught.value.reason == "unwritable"
        assert archive.head() == before


def test_no_repository_around_the_folder_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, person: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(person / ".git"))
    with pytest.raises(UsageError, match="git init"):
        Archive.open(None, folder=tmp_path)


def test_an_absent_path_is_created_only_on_request(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive.open(tmp_path / "new", folder=tmp_path)
    assert caught.value.reason == "missing"
    assert not (tmp_path / "new").exists()
    with Archive.open(tmp_path / "deep" / "new", create=True, branch="kept", folder=tmp_path) as archive:
        assert (archive.git_dir / "HEAD").read_text() == "ref: refs/heads/kept\n"
    assert names_in(tmp_path / "deep") == ["new"]


def test_a_folder_that_is_no_repository_is_not_turned_into_one(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(ArchiveError) as caught:
        Archive.open(tmp_path / "mine", create=True, folder=tmp_path)
    assert caught.value.reason == "missing"
    assert names_in(tmp_path / "mine") == ["letter.txt"]


def test_an_impossible_branch_name_is_a_usage_error(tmp_path: Path) -> None:
    for branch in ("a..b", "x.lock", "a b", "", "-x~"):
        with pytest.raises(UsageError):
            Archive.open(tmp_path / "new", create=True, branch=branch, folder=tmp_path)
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("is_new", [True, False])
def test_the_environment_of_git_cannot_lead_elsewhere(
    *,
    tmp_path: Path,
    person: Path,
    make_entry: MakeEntry,
    commit: Commit,
    monkeypatch: pytest.MonkeyPatch,
    is_new: bool,
    git: RunGit,
) -> None:
    target = tmp_path / "archive.git"
    if not is_new:
        Archive.open(target, create=True, folder=tmp_path).close()
    before = sorted(str(path) for path in person.rglob("*"))
    trap = tmp_path / "trap"
    trap.mkdir()
    for name, value in {
        "GIT_DIR": person / ".git",
        "GIT_COMMON_DIR": person / ".git",
        "GIT_WORK_TREE": person,
        "GIT_INDEX_FILE": person / ".git" / "index",
        "GIT_OBJECT_DIRECTORY": trap,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": trap,
        "GIT_NAMESPACE": "elsewhere",
        "GIT_QUARANTINE_PATH": trap,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "nonsense",
        "GIT_CONFIG_PARAMETERS": "'core.bare'='nonsense'",
        "GIT_AUTHOR_NAME": "Somebody Else",
        "GIT_COMMITTER_DATE": "1999-01-01T00:00:00Z",
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_TEMPLATE_DIR": trap,
        "GIT_DEFAULT_HASH": "sha256",
    }.items():
        monkeypatch.setenv(name, str(value))
    with Archive.open(target, create=True, folder=tmp_path) as archive:
        done = commit(archive, make_entry())
        assert len(archive.records_of(KEY)) == 1
        assert archive.check_integrity() == ()
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    assert sorted(str(path) for path in person.rglob("*")) == before
    assert list(trap.iterdir()) == []
    assert git(target, "rev-parse", REF).strip() == done.head
    assert git(target, "show", "-s", "--format=%an", done.head) == "Policy Change Tracker\n"


def test_hooks_and_configuration_of_people_do_not_matter(
    *, tmp_path: Path, make_entry: MakeEntry, make_check: MakeCheck, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(tmp_path / "plain.git", create=True, folder=tmp_path) as archive:
        plain = commit(archive, make_entry(text="a\r\nb"), checks=(make_check(),)).head
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[core]\n\tautocrlf = true\n\tprotectHFS = true\n[commit]\n\tgpgsign = true\n[user]\n\tuseConfigOnly = true\n"
        "[log]\n\tshowSignature = true\n\tshowRoot = false\n\tdate = relative\n[color]\n\tui = always\n"
        "[i18n]\n\tcommitEncoding = latin1\n\tlogOutputEncoding = latin1\n[format]\n\tpretty = oneline\n"
        "[safe]\n\tdirectory = \n[diff]\n\trelative = true\n\tnoprefix = true\n"
    )
    monkeypatch.setenv("HOME", str(home))
    with Archive.open(tmp_path / "odd.git", create=True, folder=tmp_path) as archive:
        hooks = archive.git_dir / "hooks"
        hooks.mkdir()
        for name in ("reference-transaction", "update", "post-commit"):
            (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-ran\nexit 1\n")
            (hooks / name).chmod(0o755)
        config = archive.git_dir / "config"
        config.write_text(config.read_text() + (home / ".gitconfig").read_text())
        (home / ".gitconfig").write_text("this is no configuration\n")
        assert commit(archive, make_entry(text="a\r\nb"), checks=(make_check(),)).head == plain
        assert len(archive.records()[KEY]) == len(archive.records_of(KEY)) == 1
    assert not (tmp_path / "hook-ran").exists()
