from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.errors import UsageError
from tracker.importers import DatedFile, read_dated_folder, snapshot_of

URL = "https://example.org/privacy"


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_text(f"<p>{name}</p>", encoding="utf-8")
    return folder


def test_captures_come_in_the_order_of_their_instants(tmp_path: Path) -> None:
    write(tmp_path, "2024-09-23T152623Z-b.html", "2020-07-29T133221Z.md", "2023-01-01T000000Z-guide.PDF")
    found = read_dated_folder(tmp_path)
    assert [(file.captured_at, file.path.name, file.media_type) for file in found.files] == [
        (datetime(2020, 7, 29, 13, 32, 21, tzinfo=UTC), "2020-07-29T133221Z.md", "text/markdown"),
        (datetime(2023, 1, 1, tzinfo=UTC), "2023-01-01T000000Z-guide.PDF", "application/pdf"),
        (datetime(2024, 9, 23, 15, 26, 23, tzinfo=UTC), "2024-09-23T152623Z-b.html", "text/html"),
    ]
    assert found.ignored == ()
    assert found.coinciding == ()


def test_other_names_are_listed_as_ignored(tmp_path: Path) -> None:
    others = ["README.md", "index.jsonl", "versions.jsonl", "2024-09-23.html", "2024-09-23T152623Z.txt", "x2024.md"]
    write(tmp_path, "2024-09-23T152623Z.html", *others)
    (tmp_path / "older").mkdir()
    found = read_dated_folder(tmp_path)
    assert len(found.files) == 1
    assert found.ignored == tuple(sorted([*others, "older"]))


def test_files_of_one_instant_come_by_name_and_are_flagged(tmp_path: Path) -> None:
    write(tmp_path, "2024-09-23T152623Z-b.html", "2024-09-23T152623Z-a.html", "2024-09-24T000000Z.html")
    found = read_dated_folder(tmp_path)
    assert [file.path.name[:20] for file in found.files][:2] == ["2024-09-23T152623Z-a", "2024-09-23T152623Z-b"]
    assert found.coinciding == (datetime(2024, 9, 23, 15, 26, 23, tzinfo=UTC),)


def test_a_folder_without_captures_is_an_error_that_says_how_to_name_them(tmp_path: Path) -> None:
    write(tmp_path, "README.md")
    with pytest.raises(UsageError, match=r"no dated capture, but 1 other name.*2024-09-23T152623Z\.html"):
        read_dated_folder(tmp_path)


def test_a_folder_that_is_absent_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing"):
        read_dated_folder(tmp_path / "missing")


def test_an_impossible_instant_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    write(tmp_path, "2024-13-41T152623Z.html")
    with pytest.raises(UsageError, match=r"2024-13-41T152623Z\.html.*no instant"):
        read_dated_folder(tmp_path)


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "secret"
    target.write_text("not for the archive")
    folder = tmp_path / "captures"
    folder.mkdir()
    (folder / "2024-09-23T152623Z.html").symlink_to(target)
    with pytest.raises(UsageError, match=r"2024-09-23T152623Z\.html' is a symbolic link"):
        read_dated_folder(folder)


def test_a_link_put_in_place_after_the_look_is_refused_too(tmp_path: Path) -> None:
    write(tmp_path, "2024-09-23T152623Z.html", "secret")
    (file,) = read_dated_folder(tmp_path).files
    file.path.unlink()
    file.path.symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="symbolic link"):
        snapshot_of(file, url=URL)


def test_a_folder_or_pipe_named_like_a_capture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2024-09-23T152623Z.html").mkdir()
    with pytest.raises(UsageError, match="no regular file"):
        read_dated_folder(tmp_path)
    (tmp_path / "2024-09-23T152623Z.html").rmdir()
    os.mkfifo(tmp_path / "2024-09-23T152623Z.html")
    with pytest.raises(UsageError, match="no regular file"):
        read_dated_folder(tmp_path)


def test_a_capture_over_the_cap_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "2024-09-23T152623Z.html")
    size = (tmp_path / "2024-09-23T152623Z.html").stat().st_size
    (file,) = read_dated_folder(tmp_path, max_bytes=size).files
    assert len(snapshot_of(file, url=URL, max_bytes=size).body) == size
    with pytest.raises(UsageError, match=f"{size} bytes"):
        read_dated_folder(tmp_path, max_bytes=size - 1)
    with pytest.raises(UsageError, match=f"{size} bytes"):
        snapshot_of(file, url=URL, max_bytes=size - 1)


def test_an_unreadable_capture_is_an_error_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "2024-09-23T152623Z.html")
    # A superuser may read everything: the answer of the system is set instead of the file's mode.
    monkeypatch.setattr(os, "access", lambda *_args, **_options: False)
    with pytest.raises(UsageError, match=r"2024-09-23T152623Z\.html': permission denied"):
        read_dated_folder(tmp_path)


def test_a_capture_that_vanished_is_an_error_that_names_it(tmp_path: Path) -> None:
    write(tmp_path, "2024-09-23T152623Z.html")
    (file,) = read_dated_folder(tmp_path).files
    file.path.unlink()
    with pytest.raises(UsageError, match=r"2024-09-23T152623Z\.html"):
        snapshot_of(file, url=URL)


@pytest.mark.parametrize(("suffix", "charset"), [("html", None), ("md", "utf-8"), ("pdf", None)])
def test_a_snapshot_is_the_file_as_if_the_address_had_answered_with_it(
    tmp_path: Path, suffix: str, charset: str | None
) -> None:
    write(tmp_path, f"2024-09-23T152623Z.{suffix}")
    (file,) = read_dated_folder(tmp_path).files
    snapshot = snapshot_of(file, url=URL)
    assert snapshot.body == file.path.read_bytes()
    assert snapshot.fetched_at == file.captured_at
    assert (snapshot.url, snapshot.final_url, snapshot.fetcher) == (URL, URL, "file")
    assert snapshot.media_type == file.media_type
    assert snapshot.charset == charset


def test_a_capture_knows_its_instant_in_utc(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="UTC"):
        DatedFile(captured_at=datetime(2024, 9, 23), path=tmp_path, media_type="text/html")  # noqa: DTZ001 - the fault


@pytest.mark.shared
def test_the_forty_pages_of_the_replay_are_found_in_order(shared_data: Path) -> None:
    found = read_dated_folder(shared_data / "telegram" / "replay")
    assert len(found.files) == 40
    assert found.ignored == ("README.md", "index.jsonl")
    assert found.coinciding == ()
    assert snapshot_of(found.files[0], url=URL).body.startswith(b"<!DOCTYPE html>")
