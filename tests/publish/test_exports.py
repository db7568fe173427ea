"""Files of exports: whole or not at all, and never over what is somebody else's."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tracker.errors import UsageError
from tracker.model import Column, Table
from tracker.publish import write_csv, write_json, write_sqlite
from tracker.publish.export_sqlite import APPLICATION_ID

PLACES = Table(
    name="places",
    description="Places.",
    columns=(Column(name="place", type="text", description="its name"),),
)
FLOCKS = Table(
    name="flocks",
    description="Flocks of birds.",
    columns=(
        Column(name="id", type="integer", description="number"),
        Column(name="place", type="text", description="where", references="places"),
        Column(name="said", type="text", description="what it says", is_optional=True),
    ),
    searched=("said",),
)
ROWS: list[tuple[str, tuple[str | int | float | None, ...]]] = [
    ("places", ("Riga",)),
    ("flocks", (1, "Riga", "Chirrups at noon, café below")),
    ("flocks", (2, "Riga", None)),
]
PACKAGE = json.dumps({"schema": "tracker.export/1"})


class Stopped(BaseException):
    """The process ends here."""


def broken_off() -> Iterator[tuple[str, tuple[str | int | float | None, ...]]]:
    yield ROWS[0]
    raise Stopped


def sqlite_to(path: Path) -> None:
    write_sqlite(path, (PLACES, FLOCKS), ROWS, facts={"schema": "tracker.export/1"})


def csv_to(path: Path) -> None:
    write_csv(path, {"places": "place\r\n"}, [("places", "Riga\r\n")], description=PACKAGE)


def json_to(path: Path) -> None:
    write_json(path, ['"schema": "tracker.export/1"'], ("places",), [("places", '{"place": "Riga"}')])


FILES: list[Callable[[Path], None]] = [sqlite_to, json_to]


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_a_database_has_keys_searches_and_a_name(tmp_path: Path) -> None:
    path = tmp_path / "out.sqlite"
    sqlite_to(path)
    assert ask(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(path, "SELECT * FROM meta") == [("schema", "tracker.export/1")]
    assert [row[2:5] for row in ask(path, "PRAGMA foreign_key_list(flocks)")] == [("places", "place", "place")]
    assert ask(path, "SELECT rowid FROM flocks_fts WHERE flocks_fts MATCH 'CAFE'") == [(1,)]


def test_datasette_knows_the_search(tmp_path: Path) -> None:
    """It looks for these words in the schema (datasette 0.65, `detect_fts_sql`)."""
    sqlite_to(tmp_path / "out.sqlite")
    pattern = '%VIRTUAL TABLE%USING FTS%content="flocks"%'
    found = ask(tmp_path / "out.sqlite", f"SELECT name FROM sqlite_master WHERE sql LIKE '{pattern}'")  # noqa: S608
    assert found == [("flocks_fts",)]


def test_a_row_that_refers_to_nothing_is_a_bug_and_stays_loud(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        write_sqlite(tmp_path / "out.sqlite", (PLACES, FLOCKS), [("flocks", (1, "Nowhere", None))], facts={})
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_use_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.sqlite"
    sqlite_to(path)
    (tmp_path / "out.sqlite-wal").write_bytes(b"")
    with pytest.raises(UsageError, match="has it open"):
        sqlite_to(path)


@pytest.mark.parametrize("write", FILES)
def test_an_earlier_export_and_an_empty_file_are_replaced(write: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.touch()
    write(path)
    first = path.read_bytes()
    assert first
    write(path)
    assert path.read_bytes() == first
    assert [item.name for item in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("write", FILES)
@pytest.mark.parametrize("content", [b"my thesis", b'{"schema": "other/1"}', b"SQLite format 3\x00" + bytes(100)])
def test_a_file_of_somebody_else_stays(write: Callable[[Path], None], content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no export of this tracker"):
        write(path)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE meta (key, value)")
    with pytest.raises(UsageError, match="--out"):
        sqlite_to(path)
    assert ask(path, "SELECT name FROM sqlite_master") == [("meta",)]


@pytest.mark.parametrize("write", [*FILES, csv_to])
def test_places_that_cannot_be_written_are_named(write: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="file"):
        write(tmp_path / "file" / "out")


@pytest.mark.parametrize("write", FILES)
def test_links_and_folders_are_no_files(write: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for path in (tmp_path / "link", tmp_path):
        with pytest.raises(UsageError, match="no plain file"):
            write(path)
    assert not (tmp_path / "elsewhere").exists()


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.sqlite"
    sqlite_to(path)
    before = path.read_bytes()
    with pytest.raises(Stopped):
        write_sqlite(path, (PLACES, FLOCKS), broken_off(), facts={})
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["out.sqlite"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.json"
    json_to(path)
    before = path.read_bytes()

    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UsageError, match="No space left"):
        json_to(path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["out.json"]


def test_a_folder_of_tables_keeps_what_else_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    csv_to(folder)
    assert (folder / "places.csv").read_bytes() == b"place\r\nRiga\r\n"
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    csv_to(folder)
    assert sorted(item.name for item in folder.iterdir()) == ["datapackage.json", "notes.txt", "places.csv"]


def test_a_folder_that_a_killed_export_left_is_taken_up(tmp_path: Path) -> None:
    (tmp_path / ".places.csv-abc").mkdir()
    csv_to(tmp_path)
    assert (tmp_path / "places.csv").exists()


@pytest.mark.parametrize("package", ["{", "[]", '{"schema": "other"}', "[" * 100_000])
def test_a_folder_of_somebody_else_stays(package: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(package, encoding="utf-8")
    with pytest.raises(UsageError, match="--out"):
        csv_to(tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == ["datapackage.json"]


def test_lists_without_entries_are_lists(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_json(path, ['"schema": "tracker.export/1"'], ("a", "b"), [])
    assert json.loads(path.read_text(encoding="utf-8")) == {"schema": "tracker.export/1", "a": [], "b": []}


def test_entries_may_come_in_any_order_of_lists(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_json(path, ['"schema": "tracker.export/1"'], ("a", "b"), [("b", "1"), ("a", "2"), ("b", "3")])
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["a"], told["b"]) == ([2], [1, 3])
