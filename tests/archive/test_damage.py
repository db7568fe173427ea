"""Faults of the machine (docs/faults.md): what a power loss or a bad disk leaves is refused, found and named."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive, RecordEntry
from tracker.errors import ArchiveError
from tracker.model import Check, DocumentKey

MakeEntry = Callable[..., RecordEntry]
MakeCheck = Callable[..., Check]
Commit = Callable[..., Any]
RunGit = Callable[..., str]
Later = Callable[[int], datetime]

KEY = DocumentKey.parse("Kestrel/Privacy Policy")
REF = "refs/heads/archive"


def object_file(git_dir: Path, object_id: str) -> Path:
    return git_dir / "objects" / object_id[:2] / object_id[2:]


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def damaged(path: Path) -> str:
    with pytest.raises(ArchiveError) as caught:
        Archive.open(path, folder=path)
    assert caught.value.reason == "damaged"
    return str(caught.value)


def test_an_empty_ref_is_refused_and_its_repair_works(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit, tmp_path: Path
) -> None:
    head = commit(archive, make_entry()).head
    (archive.git_dir / REF).write_bytes(b"")
    text = damaged(archive.git_dir)
    assert f"update-ref {REF}" in text
    assert "fsck --full --lost-found" in text
    (archive.git_dir / REF).unlink()
    assert head in git(archive.git_dir, "fsck", "--full", "--lost-found")
    git(archive.git_dir, "update-ref", REF, head)
    with Archive.open(archive.git_dir, folder=tmp_path) as repaired:
        assert repaired.keys() == (KEY,)


@pytest.mark.parametrize("content", [b"garbage\n", b"\0" * 41, b"1234567890" * 4 + b"\n"])
def test_a_ref_that_leads_nowhere_is_refused(
    archive: Archive, make_entry: MakeEntry, commit: Commit, content: bytes
) -> None:
    commit(archive, make_entry())
    (archive.git_dir / REF).write_bytes(content)
    assert "update-ref" in damaged(archive.git_dir)


def test_empty_packed_refs_are_not_taken_for_an_empty_archive(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    commit(archive, make_entry())
    git(archive.git_dir, "pack-refs", "--all")
    Archive.open(archive.git_dir, folder=archive.git_dir).close()
    (archive.git_dir / "packed-refs").write_bytes(b"")
    assert "packed-refs is empty" in damaged(archive.git_dir)


@pytest.mark.parametrize("which", ["", "^{tree}"])
@pytest.mark.parametrize("fault", ["empty", "missing", "garbage"])
def test_a_lost_newest_commit_is_refused_with_the_repair(
    *, archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit, which: str, fault: str
) -> None:
    head = commit(archive, make_entry()).head
    lost = object_file(archive.git_dir, git(archive.git_dir, "rev-parse", f"{head}{which}").strip())
    if fault == "missing":
        lost.unlink()
    else:
        overwrite(lost, b"" if fault == "empty" else b"garbage")
    text = damaged(archive.git_dir)
    assert "missing or corrupt" in text
    assert "-type f -empty" in text
    assert "update-ref" in text


def test_an_empty_head_file_is_refused(archive: Archive, make_entry: MakeEntry, commit: Commit) -> None:
    commit(archive, make_entry())
    (archive.git_dir / "HEAD").write_bytes(b"")
    assert "write 'ref: refs/heads/" in damaged(archive.git_dir)


@pytest.mark.parametrize("fault", ["empty", "missing", "flipped", "other"])
def test_a_corrupt_blob_is_found_on_reading_and_on_checking(
    *, archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit, fault: str, hours: Later, tmp_path: Path
) -> None:
    commit(archive, make_entry())
    head = commit(archive, make_entry(text="Other.", kind="change", at=hours(1))).head
    blob = object_file(archive.git_dir, git(archive.git_dir, "rev-parse", f"{head}:{KEY.path}.md").strip())
    good = blob.read_bytes()
    if fault == "missing":
        blob.unlink()
    elif fault == "other":
        overwrite(blob, zlib.compress(b"blob 7\0Forged\n"))
    else:
        overwrite(blob, b"" if fault == "empty" else good[:-3] + bytes([good[-3] ^ 255]) + good[-2:])
    archive.close()
    if fault != "other":
        for read in (archive.latest, lambda key: archive.read(key, head)):
            with pytest.raises(ArchiveError) as caught:
                read(KEY)
            assert caught.value.reason == "damaged"
        with pytest.raises(ArchiveError):
            archive.materialise(tmp_path / "snapshots")
    assert archive.check_integrity() != ()
    assert {problem.kind for problem in archive.check_integrity()} == {"object"}
    audited = list(archive.audit())
    assert [bool(item.problems) for item in audited] == [False, True]
    assert audited[1].problems[0].kind == ("digest" if fault == "other" else "object")
    assert (audited[1].version is None) == (fault != "other")


def test_a_message_that_contradicts_its_provenance_is_found(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    head = commit(archive, make_entry()).head
    text = git(archive.git_dir, "show", "-s", "--format=%B", head).replace("kestrel.example", "forged.example")
    forged = git(archive.git_dir, "commit-tree", "-m", text, f"{head}^{{tree}}").strip()
    git(archive.git_dir, "update-ref", REF, forged)
    (audited,) = archive.audit()
    assert [problem.kind for problem in audited.problems] == ["trailer"]
    assert "Source-Url" in audited.problems[0].detail


def test_an_audit_gives_versions_and_bodies(archive: Archive, make_entry: MakeEntry, commit: Commit) -> None:
    entry = make_entry(
        urls=("https://a.example", "https://b.example"),
        paths=("Kestrel/Privacy Policy #a.html", "Kestrel/Privacy Policy #b.html"),
    )
    commit(archive, entry)
    (audited,) = archive.audit()
    assert audited.problems == ()
    assert audited.version is not None
    assert audited.version.markdown == entry.version.markdown
    assert audited.bodies == tuple(body for _, body in entry.snapshots)


def test_damaged_check_rows_are_named(
    archive: Archive, make_check: MakeCheck, commit: Commit, git: RunGit, tmp_path: Path
) -> None:
    commit(archive, checks=(make_check(),))
    (tmp_path / "rows").write_bytes(b'{"document": "Kestrel/Privacy Policy"}\n[1]\n')
    blob = git(archive.git_dir, "hash-object", "-w", str(tmp_path / "rows")).strip()
    tree = subprocess.run(
        ["git", "mktree"], input=f"100644 blob {blob}\t23.jsonl\n", cwd=archive.git_dir, text=True,
        capture_output=True, check=True,
    ).stdout.strip()  # fmt: skip
    for name in ("11", "2026", "checks", ".tracker"):
        tree = subprocess.run(
            ["git", "mktree"], input=f"040000 tree {tree}\t{name}\n", cwd=archive.git_dir, text=True,
            capture_output=True, check=True,
        ).stdout.strip()  # fmt: skip
    git(archive.git_dir, "update-ref", REF, git(archive.git_dir, "commit-tree", "-m", "x", tree).strip())
    with pytest.raises(ArchiveError, match="2026/11/23") as caught:
        archive.checks()
    assert caught.value.reason == "damaged"


def test_a_shallow_clone_is_refused_with_the_command_that_deepens_it(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit, tmp_path: Path
) -> None:
    commit(archive, make_entry())
    commit(archive, make_entry(text="New.", kind="change"))
    clone = tmp_path / "clone.git"
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=1", archive.git_dir.as_uri(), str(clone))
    with pytest.raises(ArchiveError, match="fetch --unshallow origin") as caught:
        Archive.open(clone, folder=tmp_path)
    assert caught.value.reason == "shallow"
    git(clone, "fetch", "--quiet", "--unshallow", "origin")
    with Archive.open(clone, folder=tmp_path) as deepened:
        assert len(deepened.records_of(KEY)) == 2


def test_another_branch_may_be_shallow(
    person: Path, tmp_path: Path, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    git(person, "commit", "--quiet", "-m", "second")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", person.as_uri(), str(clone))
    with Archive.open(None, folder=clone) as archive:
        commit(archive, make_entry())
    Archive.open(None, folder=clone).close()
