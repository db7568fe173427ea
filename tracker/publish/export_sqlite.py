"""An export as a SQLite database: tables with keys, indexes, and searches of the full text (SQLite FTS5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from tracker.errors import RenderError, UsageError
from tracker.model import ColumnType, Table
from tracker.publish.safe_file import replace_file

#: Names our databases, at offset 68 of the file (SQLite, "Database File Format", section 1.3).
APPLICATION_ID: Final = int.from_bytes(b"PCTx")
_MAGIC: Final = b"SQLite format 3\x00"
_APPLICATION_ID_BYTES: Final = slice(68, 72)
#: Files that SQLite keeps beside a database in use, and would take for the new one's.
_COMPANIONS: Final = ("-journal", "-wal", "-shm")

_TYPES: Final[Mapping[ColumnType, str]] = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "INTEGER",
    "instant": "TEXT",
    "array": "TEXT",
}


def write_sqlite(
    path: Path,
    tables: Sequence[Table],
    rows: Iterable[tuple[str, Sequence[str | int | float | None]]],
    *,
    facts: Mapping[str, str],
) -> None:
    """Make a database at `path` that holds `rows`; the same rows make the same content.

    Args:
        path: A file; replaced in one step if it is an earlier export.
        tables: Those that are referred to before those that refer to them.
        rows: (name of the table, cells), each after those that it refers to.
        facts: What the export was made from: the table `meta`.

    Raises:
        UsageError: If something else is at `path`, it is in use, or cannot be written.
        RenderError: If this SQLite cannot search texts.
    """
    with replace_file(path, is_ours=is_sqlite_export) as part:
        for companion in (path.with_name(f"{path.name}{ending}") for ending in _COMPANIONS):
            if companion.exists():
                raise UsageError(f"will not replace {path}: {companion} shows that a program has it open; close it")
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as database:
                _fill(database, tables, rows, facts)
        except sqlite3.OperationalError as error:
            if "fts5" in str(error):
                raise RenderError(
                    "cannot write a database: the SQLite of this Python has no FTS5; use another build of Python"
                ) from error
            raise UsageError(f"cannot write {path}: {error}; choose another place with --out") from error


def is_sqlite_export(head: bytes) -> bool:
    """Whether a file that begins with `head` is a database that `write_sqlite` made."""
    is_database = head.startswith(_MAGIC)
    return is_database and head[_APPLICATION_ID_BYTES] == APPLICATION_ID.to_bytes(4)


def _fill(
    database: sqlite3.Connection,
    tables: Sequence[Table],
    rows: Iterable[tuple[str, Sequence[str | int | float | None]]],
    facts: Mapping[str, str],
) -> None:
    # Nobody sees the file before it is whole, so nothing needs to be undone.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = ON", "encoding = 'UTF-8'"):
        database.execute(f"PRAGMA {pragma}")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute("PRAGMA user_version = 1")
    database.execute("BEGIN")
    database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)")
    database.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
    keys = {table.name: table.key.name for table in tables}
    inserts: dict[str, str] = {}
    for table in tables:
        database.execute(_create(table, keys))
        inserts[table.name] = f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608 - our own name
    for name, cells in rows:
        database.execute(inserts[name], cells)
    for table in tables:
        for statement in _index(table):
            database.execute(statement)
    database.execute("COMMIT")


def _create(table: Table, keys: Mapping[str, str]) -> str:
    parts: list[str] = []
    for column in table.columns:
        words = [f'"{column.name}"', _TYPES[column.type]]
        if not column.is_optional:
            words.append("NOT NULL")
        if column is table.key:
            words.append("PRIMARY KEY")
        if column.references is not None:
            words.append(f"REFERENCES {column.references} ({keys[column.references]})")
        parts.append(" ".join(words))
    parts += [f"UNIQUE ({', '.join(names)})" for names in table.unique]
    columns = ",\n  ".join(parts)
    return f"CREATE TABLE {table.name} (\n  {columns}\n)"


def _index(table: Table) -> list[str]:
    statements = [
        f"CREATE INDEX {table.name}_by_{'_and_'.join(names)} ON {table.name} ({', '.join(names)})"
        for names in table.indexes
    ]
    if table.searched:
        search = f"{table.name}_fts"
        # Accents make no difference. Words are not stemmed: policies are in many languages. Datasette knows a search
        # by `content`, and only in these quotation marks (datasette 0.65, `detect_fts_sql`).
        options = f'content="{table.name}", content_rowid="{table.key.name}", tokenize="unicode61 remove_diacritics 2"'
        statements += [
            f"CREATE VIRTUAL TABLE {search} USING fts5({', '.join(table.searched)}, {options})",
            f"INSERT INTO {search}({search}) VALUES ('rebuild')",  # noqa: S608 - our own name
        ]
    return statements
