"""What was worked out before, kept on disk between runs.

It is never evidence: without it everything comes out the same. It lies beside the archive's objects, where no clone
takes it along; what a name stands for never changes, since names hold the digests of all that a result depends on, the
tracker's own rules included.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import zlib
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Self, cast
from unicodedata import unidata_version

from tracker import __version__
from tracker.model import JsonValue

#: Rooms on whose rules a result depends.
_ROOMS: Final = ("model", "archive", "extract", "history", "diff", "classify", "pipeline", "publish")
#: Libraries on which it depends how texts are read and compared, and how pages are written.
_LIBRARIES: Final = (
    "diff-match-patch", "fast-diff-match-patch", "feedgenerator", "Jinja2", "lxml", "markdown-it-py", "MarkupSafe",
    "rapidfuzz",
)  # fmt: skip
_PACKAGE: Final = Path(__file__).parents[1]
#: Name of the row that says which texts were withheld when results were last kept.
_WITHHELD: Final = "withheld"
#: Bytes of results after which the cache begins anew; some hundred thousand changes.
_MOST_BYTES: Final = 1 << 30


class _OutdatedError(Exception):
    """Another process has withheld a text since this one asked what is."""


class Cache:
    """Results by name. A cache that cannot be read or written is an empty one."""

    def __init__(self, path: Path | None) -> None:
        """Open the cache at `path`, made where it is absent; None keeps nothing."""
        self._connection = _connect(path) if path is not None else None
        self._heeded: set[str] | None = None

    @classmethod
    def beside(cls, git_dir: Path) -> Self:
        """Return the cache of the archive in `git_dir`."""
        return cls(git_dir / "policy-tracker" / "cache.sqlite")

    @property
    def is_open(self) -> bool:
        """Whether anything is kept."""
        return self._connection is not None

    def get(self, name: str) -> JsonValue:
        """Return what was put under `name`; None where nothing was."""
        try:
            kept = self.get_json(name)
            return cast("JsonValue", json.loads(kept)) if kept is not None else None
        except (ValueError, RecursionError):
            return None

    def get_json(self, name: str) -> bytes | None:
        """Return what was put under `name` as it was written; None where nothing was."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT value FROM results WHERE name = ?", (name,)).fetchone()
            return zlib.decompress(row[0]) if row is not None else None
        except (sqlite3.Error, zlib.error, TypeError):
            return None

    def put(self, name: str, value: JsonValue) -> None:
        """Keep `value` under `name`."""
        self.put_json({name: json.dumps(value, separators=(",", ":")).encode()})

    def put_json(self, rows: Mapping[str, bytes], *, drop: Iterable[str] = ()) -> None:
        """Keep each of `rows`, JSON by name, and forget what is named in `drop`."""
        if self._connection is None:
            return
        packed = [(name, zlib.compress(row, 1)) for name, row in rows.items()]
        try:
            with self._connection:
                self._connection.executemany("DELETE FROM results WHERE name = ?", ((name,) for name in drop))
                self._connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?)", packed)
                self._require_heeded()
        except (sqlite3.Error, _OutdatedError):
            self.close()

    def files(self, folder: str) -> dict[str, tuple[str, str]]:
        """Return (digest, mark) of the files of a site that were noted, by path."""
        if self._connection is None:
            return {}
        try:
            rows = self._connection.execute("SELECT path, sha256, mark FROM files WHERE folder = ?", (folder,))
            return {path: (sha256, mark) for path, sha256, mark in rows}
        except sqlite3.Error:
            return {}

    def note_files(self, folder: str, rows: Mapping[str, tuple[str, str]], *, gone: Iterable[str] = ()) -> None:
        """Note (digest, mark) of files of the site in `folder`, by path, and forget those that are gone."""
        if self._connection is None:
            return
        try:
            with self._connection:
                self._connection.executemany(
                    "DELETE FROM files WHERE folder = ? AND path = ?", ((folder, path) for path in gone)
                )
                self._connection.executemany(
                    "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                    ((folder, path, sha256, mark) for path, (sha256, mark) in rows.items()),
                )
                self._require_heeded()
        except (sqlite3.Error, _OutdatedError):
            self.close()

    def heed_withheld(self, digests: Iterable[str]) -> None:
        """Forget everything if a text is withheld now that was not before: results may hold its words.

        Args:
            digests: Of all texts that are withheld.
        """
        now = set(digests)
        known = self._read_withheld()
        if now != known:
            self._heeded = None
            if not now <= known:
                self._forget()
            self.put(_WITHHELD, [*sorted(now)])
        self._heeded = now

    def _read_withheld(self) -> set[str]:
        row = self.get(_WITHHELD)
        return {str(digest) for digest in row} if isinstance(row, list) else set()

    def _require_heeded(self) -> None:
        """Refuse to keep what was worked out before another process withheld a text, or published one again.

        Asked within the transaction that writes: nobody else can write before it is over.
        """
        if self._heeded is not None and self._read_withheld() != self._heeded:
            raise _OutdatedError

    def _forget(self) -> None:
        """Take all results out, and their bytes off the disk.

        Where that fails the cache is closed, so that no row says it was done.
        """
        if self._connection is None:
            return
        try:
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            with self._connection:
                self._connection.execute("DELETE FROM results")
                self._connection.execute("DELETE FROM files")  # the address of a section holds words of its heading
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error:
            self.close()

    def close(self) -> None:
        """Close the file; what comes later is not kept."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _connect(path: Path) -> sqlite3.Connection | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_too_large = path.exists() and path.stat().st_size > _MOST_BYTES
        connection = sqlite3.connect(path, timeout=5)
    except (OSError, sqlite3.Error):
        return None
    try:
        # A result that a power loss takes is worked out again.
        with (
            closing(connection.execute("PRAGMA journal_mode = WAL")),
            closing(connection.execute("PRAGMA synchronous = OFF")),
        ):
            connection.execute("CREATE TABLE IF NOT EXISTS results (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS files (folder TEXT, path TEXT, sha256 TEXT, mark TEXT, "
                "PRIMARY KEY (folder, path)) WITHOUT ROWID"
            )
        if is_too_large:
            # Not the file: another process may have it open.
            connection.execute("DELETE FROM results WHERE name != ?", (_WITHHELD,))
            connection.execute("DELETE FROM files")
            connection.commit()
            connection.execute("VACUUM")
        connection.commit()
    except sqlite3.Error:
        connection.close()
        return None
    return connection


def name_result(kind: str, parts: Iterable[str | None]) -> str:
    """Return the name of a result of `kind` that depends on `parts` and on the tracker's rules."""
    digest = hashlib.sha256(rules_fingerprint().encode())
    for part in parts:
        digest.update(b"\0" if part is None else b"\1" + part.encode("utf-8", "surrogatepass") + b"\0")
    return f"{kind}:{digest.hexdigest()}"


@lru_cache(maxsize=1)
def rules_fingerprint() -> str:
    """Return a digest of the rooms on which results depend: another one as soon as one of their files differs."""
    digest = hashlib.sha256(json.dumps([sys.version, unidata_version, *map(_version_of, _LIBRARIES)]).encode())
    for room in _ROOMS:
        _add_files(digest, _PACKAGE / room, {".py", ".json"})
    return digest.hexdigest()


@lru_cache(maxsize=4)
def pages_fingerprint(templates: Path) -> str:
    """Return a digest of all by which pages are made from values: the room that renders, `templates`, and messages."""
    digest = hashlib.sha256(__version__.encode())
    _add_files(digest, _PACKAGE / "render", {".py"})
    _add_files(digest, _PACKAGE / "locale", {".po"})
    _add_files(digest, templates, None)
    return digest.hexdigest()


def _add_files(digest: hashlib._Hash, folder: Path, suffixes: Collection[str] | None) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (suffixes is None or path.suffix in suffixes):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")


def _version_of(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
