"""The newest tree as plain files: output that never touches what is not its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive, RecordEntry
from tracker.errors import ArchiveError
from tracker.model import Check

MakeEntry = Callable[..., RecordEntry]
MakeCheck = Callable[..., Check]
Commit = Callable[..., Any]
RunGit = Callable[..., str]


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_an_empty_archive_shows_nothing(archive: Archive, tmp_path: Path) -> None:
    assert archive.materialise(tmp_path / "snapshots") == 0
    assert not (tmp_path / "snapshots").exists()


def test_the_newest_tree_is_shown_as_plain_files(
    archive: Archive, make_entry: MakeEntry, make_check: MakeCheck, commit: Commit, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"
    done = commit(archive, make_entry(body=b"\x00\xff\r\n"), checks=(make_check(),))
    assert archive.materialise(folder) == 4
    assert listed(folder) == [
        ".commit", ".tracker/checks/2026/11/23.jsonl", "Kestrel/Privacy Policy.html", "Kestrel/Privacy Policy.json",
        "Kestrel/Privacy Policy.md",
    ]  # fmt: skip
    assert (folder / "Kestrel" / "Privacy Policy.html").read_bytes() == b"\x00\xff\r\n"
    assert (folder / ".commit").read_text() == f"{done.head}\n"


def test_only_what_differs_is_written_and_what_is_gone_is_removed(
    archive: Archive, make_entry: MakeEntry, commit: Commit, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"
    commit(archive, make_entry(), make_entry("Osprey/Terms", paths=("Osprey/Terms.pdf",)))
    archive.materialise(folder)
    assert archive.materialise(folder) == 0
    untouched = folder / "Kestrel" / "Privacy Policy.md"
    untouched.write_text("a person looked at it")
    (folder / "Osprey" / "mine.txt").write_text("mine")
    commit(archive, make_entry("Osprey/Terms", text="New.", kind="change"))
    assert archive.materialise(folder) == 4
    assert untouched.read_text() == "a person looked at it"
    assert (folder / "Osprey" / "Terms.md").read_text() == "New.\n"
    assert not (folder / "Osprey" / "Terms.pdf").exists()
    assert (folder / "Osprey" / "mine.txt").exists()


def test_folders_left_empty_go_too(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"
    commit(archive, make_entry())
    empty = git(archive.git_dir, "rev-parse", "HEAD").strip()
    commit(archive, make_entry("Osprey/Terms"))
    archive.materialise(folder)
    git(archive.git_dir, "update-ref", "refs/heads/archive", empty)
    archive.materialise(folder)
    assert not (folder / "Osprey").exists()
    assert (folder / "Kestrel").exists()


@pytest.mark.parametrize("stamp", [None, "", "garbage", "f" * 40, "-h\n"])
def test_without_a_known_commit_all_is_written_and_nothing_removed(
    archive: Archive, make_entry: MakeEntry, commit: Commit, tmp_path: Path, stamp: str | None
) -> None:
    folder = tmp_path / "snapshots"
    (folder / "Kestrel").mkdir(parents=True)
    mine = folder / "Kestrel" / "Notes.md"
    mine.write_text("mine")
    (folder / "README.md").write_text("About this folder")
    if stamp is not None:
        (folder / ".commit").write_text(stamp)
    commit(archive, make_entry())
    assert archive.materialise(folder) == 3
    assert mine.read_text() == "mine"
    assert (folder / "README.md").read_text() == "About this folder"
    assert (folder / "Kestrel" / "Privacy Policy.md").exists()


@pytest.fixture
def put_tree(archive: Archive, git: RunGit, tmp_path: Path) -> Callable[..., None]:
    """Make the archive's newest tree one file of any mode and path."""

    def put(mode: str, path: str, content: str) -> None:
        (tmp_path / "content").write_text(content)
        git(tmp_path, "init", "--quiet", "scratch")
        scratch = tmp_path / "scratch"
        blob = git(scratch, "hash-object", "-w", str(tmp_path / "content")).strip()
        git(scratch, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
        git(scratch, "commit", "--quiet", "-m", "by hand")
        git(scratch, "push", "--quiet", str(archive.git_dir), "HEAD:refs/heads/archive")

    return put


def test_a_readme_in_the_tree_does_not_replace_the_one_at_the_top(
    archive: Archive, put_tree: Callable[..., None], tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"
    folder.mkdir()
    (folder / "README.md").write_text("About this folder")
    put_tree("100644", "README.md", "Another")
    assert archive.materialise(folder) == 0
    assert (folder / "README.md").read_text() == "About this folder"


def test_links_are_never_followed(archive: Archive, make_entry: MakeEntry, commit: Commit, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "snapshots", tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "Kestrel").symlink_to(elsewhere)
    commit(archive, make_entry())
    with pytest.raises(ArchiveError) as caught:
        archive.materialise(folder)
    assert caught.value.reason == "unwritable"
    assert list(elsewhere.iterdir()) == []
    (folder / "Kestrel").unlink()
    (folder / "Kestrel").mkdir()
    precious = elsewhere / "precious.md"
    precious.write_text("precious")
    (folder / "Kestrel" / "Privacy Policy.md").symlink_to(precious)
    (folder / ".commit").symlink_to(precious)
    archive.materialise(folder)
    assert precious.read_text() == "precious"
    assert not (folder / "Kestrel" / "Privacy Policy.md").is_symlink()
    assert not (folder / ".commit").is_symlink()


def test_a_link_in_the_tree_is_not_made(archive: Archive, put_tree: Callable[..., None], tmp_path: Path) -> None:
    put_tree("120000", "Kestrel.md", "/etc/hostname")
    archive.materialise(tmp_path / "snapshots")
    assert listed(tmp_path / "snapshots") == [".commit"]


def test_a_stop_halfway_is_made_good_by_the_next_time(
    archive: Archive, make_entry: MakeEntry, commit: Commit, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"
    commit(archive, make_entry())
    archive.materialise(folder)
    commit(archive, make_entry(text="New.", kind="change"), make_entry("Osprey/Terms"))
    (folder / "Osprey").write_text("in the way")
    with pytest.raises(ArchiveError):
        archive.materialise(folder)
    (folder / "Osprey").unlink()
    archive.materialise(folder)
    assert (folder / "Kestrel" / "Privacy Policy.md").read_text() == "New.\n"
    assert (folder / "Osprey" / "Terms.md").exists()
