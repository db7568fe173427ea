"""The archive: a branch of a git repository that keeps every version with its evidence (DESIGN, section 5)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from tracker.archive.figures import FiguresFault, FiguresVersion, check_figures, read_figures
from tracker.archive.integrity import audit_records, check_objects
from tracker.archive.layout import (
    CHECKS_FOLDER,
    HELD_FOLDER,
    PERMALINKS_PATH,
    VERDICTS_FOLDER,
    WITHHELD_PATH,
    held_folder,
    key_of,
    provenance_path,
    require_import_path,
    split_path,
    verdicts_path,
    version_path,
)
from tracker.archive.lock import WriterLock
from tracker.archive.log import read_log
from tracker.archive.materialise import write_tree
from tracker.archive.repository import Repository, open_repository
from tracker.archive.rows import (
    pick_rows,
    read_check,
    read_held,
    read_object,
    read_provenance,
    read_rows,
    read_verdicts,
    read_withheld,
    unreadable,
)
from tracker.archive.values import AuditedRecord, HeldCapture, KeptVerdicts, Problem, StoredVersion
from tracker.archive.writing import Transaction, remove_stale_ref_lock
from tracker.model import PROVING_OUTCOMES, Check, DocumentKey, Provenance, Record, Withholding, sha256_hex


class Archive:
    """An archive, open for reading and, under its lock, for writing. Not to be shared between threads."""

    def __init__(self, repository: Repository) -> None:
        """Take over `repository`; `Archive.open` is the way to get one."""
        self._repository = repository
        self._lock = WriterLock(repository.git_dir)

    @classmethod
    def open(cls, path: Path | None, *, branch: str = "archive", create: bool = False, folder: Path) -> Self:
        """Return the archive at `path`, or in the repository around `folder` where `path` is None.

        The caller's git environment and configuration make no difference. A branch that is absent is an empty archive.

        Args:
            path: A repository, bare or not.
            branch: Name of the branch that is the archive.
            create: Whether a bare repository is made at `path` where nothing is there.
            folder: Where to look from.

        Raises:
            UsageError: If `path` is None and `folder` is in no git repository, or `branch` cannot be a branch's name.
            ArchiveError: If there is no repository at `path` (reason `missing`), the branch or its newest commit is
                `damaged`, its history is `shallow`, or it cannot be created (`unwritable`).
        """
        return cls(open_repository(path, branch=branch, create=create, folder=folder))

    def close(self) -> None:
        """End the child processes; the archive may be used again and starts new ones."""
        self._repository.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def git_dir(self) -> Path:
        """Where git keeps the archive: the bare repository, or the `.git` folder."""
        return self._repository.git_dir

    @property
    def branch(self) -> str:
        return self._repository.branch

    # -------------------------------------------------------------------------------------------------------- writing

    @contextmanager
    def lock(self, now: datetime) -> Iterator[None]:
        """Keep other writers out from `now` (UTC) on; freed at the end, also by a kill.

        Raises:
            ArchiveError: If another writer is at work (reason `locked`), named with its age.
        """
        with self._lock.hold(now) as left_behind:
            remove_stale_ref_lock(self._repository, left_behind)
            yield

    def transaction(self, *, at: datetime | None) -> Transaction:
        """Return a transaction on the archive as it is now.

        Args:
            at: Committer date (UTC). None, for replays and imports, means the author date of each record.

        Raises:
            ArchiveError: If the archive cannot be read (reason `damaged`).
        """
        return Transaction(self._repository, self._lock, at=at)

    # -------------------------------------------------------------------------------------------------------- reading

    def head(self) -> str | None:
        """Return the newest commit, or None where nothing was recorded yet."""
        return self._repository.head()

    def written_at(self) -> datetime | None:
        """Return when the newest commit was made (UTC); None where nothing was recorded yet."""
        head = self.head()
        return self._repository.written_at(head) if head is not None else None

    def keys(self) -> tuple[DocumentKey, ...]:
        """Return the documents of the newest tree, those of vantages included, in order."""
        head = self.head()
        paths = self._repository.paths(head) if head is not None else ()
        return tuple(sorted(key for path in paths if path.endswith(".md") and (key := key_of(path)) is not None))

    def latest(self, key: DocumentKey) -> StoredVersion | None:
        """Return the newest version of `key`, or None where there is none."""
        head = self.head()
        if head is None or self._repository.find(head, version_path(key)) is None:
            return None
        return self.read(key, head)

    def read(self, key: DocumentKey, commit: str) -> StoredVersion:
        """Return the version of `key` in the tree of `commit`.

        Raises:
            RevisionError: If that tree has none.
            ArchiveError: If it has and cannot be read (reason `damaged`).
        """
        markdown = self._repository.known(commit, version_path(key)).content
        evidence = self._repository.known(commit, provenance_path(key)).content
        try:
            text = markdown.decode()
        except UnicodeDecodeError as error:
            raise unreadable(f"{commit}:{version_path(key)}", error) from error
        provenance = read_provenance(evidence, where=f"{commit}:{provenance_path(key)}")
        return StoredVersion(key=key, commit=commit, markdown=text, provenance=provenance)

    def read_provenance(self, key: DocumentKey, commit: str) -> Provenance:
        """Return where the version of `key` in the tree of `commit` comes from; its text may be gone. Raises as `read`.

        A version that is withheld keeps its evidence.
        """
        path = provenance_path(key)
        return read_provenance(self._repository.known(commit, path).content, where=f"{commit}:{path}")

    def read_many(self, pairs: Iterable[tuple[DocumentKey, str]]) -> Iterator[StoredVersion]:
        """Yield the version of each (document, commit), in order, all through one git process; raises as `read`."""
        return (self.read(key, commit) for key, commit in pairs)

    def read_body(self, path: str, commit: str) -> bytes:
        """Return the snapshot at `path` in the tree of `commit`, as served; raises as `read`."""
        return self._repository.known(commit, path).content

    def records(self, *, at: str | None = None) -> dict[DocumentKey, tuple[Record, ...]]:
        """Return the records of every document, oldest first in the order of the graph, from one pass over history.

        Args:
            at: The commit up to which they are read; by default the newest.
        """
        head = at or self.head()
        found: dict[DocumentKey, list[Record]] = {}
        for logged in read_log(self._repository, head) if head is not None else ():
            found.setdefault(logged.record.document, []).append(logged.record)
        return {key: tuple(found[key]) for key in sorted(found)}

    def records_since(self, commit: str, *, at: str) -> tuple[Record, ...] | None:
        """Return the records of every document that came after `commit`, up to the commit `at`, oldest first.

        None where `commit` does not lie before `at`: history was written anew, or another one fetched.
        """
        if not self._repository.follows(at, commit):
            return None
        return tuple(logged.record for logged in read_log(self._repository, at, since=commit))

    def records_of(self, key: DocumentKey, *, at: str | None = None) -> tuple[Record, ...]:
        """Return the records of `key` up to the commit `at`, by default the newest, oldest first."""
        head = at or self.head()
        if head is None:
            return ()
        return tuple(logged.record for logged in read_log(self._repository, head, key=key))

    def resolve(self, rev: str) -> str:
        """Return the commit of the archive whose id begins with `rev` (4 or more hex digits).

        Raises:
            RevisionError: If there is none, or more than one.
        """
        return self._repository.resolve(rev)

    def checks(self, key: DocumentKey | None = None) -> tuple[Check, ...]:
        """Return the check rows of `key`, or all of them, in the order of days and, within a day, of writing."""
        head = self.head()
        if head is None:
            return ()
        return tuple(
            check for path in self._days(head) for check in self._day(head, path, key) if key in (None, check.document)
        )

    def check_days(self) -> dict[str, str]:
        """Return the id of the file of each day's checks, by its path, oldest first."""
        head = self.head()
        files = self._repository.files(head, f"{CHECKS_FOLDER}/") if head is not None else {}
        return {path: files[path] for path in sorted(files) if path.endswith(".jsonl")}

    def digest_checks(self, path: str) -> dict[str, str]:
        """Return a digest of the rows of the day at `path`, one for each document of which it tells, by its name."""
        head = self.head()
        rows: dict[str, list[dict[str, Any]]] = {}
        if head is not None:
            for row in read_rows(self._repository.known(head, path).content, where=path):
                rows.setdefault(str(row.get("document")), []).append(row)
        return {name: sha256_hex(json.dumps(of_one, sort_keys=True)) for name, of_one in rows.items()}

    def verdict_ids(self) -> dict[str, str]:
        """Return the id of each file of published verdicts, by its path: see `verdicts_file`."""
        head = self.head()
        return self._repository.files(head, f"{VERDICTS_FOLDER}/") if head is not None else {}

    @staticmethod
    def verdicts_file(key: DocumentKey) -> str:
        """Return the path of the verdicts published about the changes of `key`."""
        return verdicts_path(key)

    def last_checks(self, keys: Iterable[DocumentKey]) -> dict[DocumentKey, Check]:
        """Return, for each of `keys` that has one, the newest row that proves which text was served.

        Days are read from the newest back until every document that the archive has is found.
        """
        head = self.head()
        if head is None:
            return {}
        wanted = {key for key in keys if self._repository.find(head, version_path(key)) is not None}
        found: dict[DocumentKey, Check] = {}
        for path in reversed(self._days(head)):
            if not wanted:
                break
            for check in self._day(head, path):
                if check.document in wanted and check.outcome in PROVING_OUTCOMES:
                    present = found.get(check.document)
                    if present is None or check.checked_at >= present.checked_at:
                        found[check.document] = check
            wanted -= found.keys()
        return found

    def held(self) -> tuple[HeldCapture, ...]:
        """Return the captures in the slots, in order of their documents, without texts and bodies: see `held_for`."""
        head = self.head()
        if head is None:
            return ()
        slots = [path for path in self._repository.paths(head, f"{HELD_FOLDER}/") if path.endswith("/capture.json")]
        found = (read_held(self._held_row(head, path), where=f"{head}:{path}") for path in slots)
        return tuple(sorted(found, key=lambda held: held.key))

    def held_for(self, key: DocumentKey) -> HeldCapture | None:
        """Return the capture in the slot of `key`, with its text and bodies; None where the slot is empty."""
        head = self.head()
        path = f"{held_folder(key)}/capture.json"
        if head is None or self._repository.find(head, path) is None:
            return None
        files = {name: entry.id for name, entry in self._repository.listing(head, split_path(path)[0]).items()}
        bodies = {name: self._repository.objects.read_known(blob).content for name, blob in files.items()}
        text = bodies.get("text.md")
        markdown = text.decode("utf-8", "replace") if text is not None else None
        return read_held(self._held_row(head, path), where=f"{head}:{path}", markdown=markdown, bodies=bodies)

    def read_file(self, path: str) -> bytes | None:
        """Return what `Transaction.put_file` put at `path`, below `.tracker/imports/`; None where nothing is.

        Raises:
            ValueError: If `path` is not below `.tracker/imports/`.
            ArchiveError: If it is there and cannot be read (reason `damaged`).
        """
        require_import_path(path)
        return self._repository.find_file(self.head(), path)

    def permalinks(self) -> tuple[dict[str, Any], ...]:
        """Return the rows of every address ever published, in the order in which they were added."""
        head = self.head()
        found = self._repository.find(head, PERMALINKS_PATH) if head is not None else None
        return tuple(read_rows(found.content, where=PERMALINKS_PATH)) if found is not None else ()

    def verdicts(self, key: DocumentKey) -> KeptVerdicts:
        """Return every verdict published about a change of `key`, changes that no longer stand included.

        Rows that hold none are among its problems: a damaged row never keeps anybody from the others.
        """
        path = verdicts_path(key)
        found = self._repository.find_file(self.head(), path)
        return read_verdicts(found, where=path) if found is not None else KeptVerdicts(rows=())

    def withheld(self) -> dict[str, Withholding]:
        """Return what is published no longer, by the digest of the text.

        Raises:
            ArchiveError: If it cannot be told (reason `damaged`): nothing is published then.
        """
        found = self._repository.find_file(self.head(), WITHHELD_PATH)
        return read_withheld(found, where=WITHHELD_PATH) if found is not None else {}

    def figures(self) -> dict[tuple[str, str], tuple[FiguresVersion, ...] | FiguresFault]:
        """Return every version of every dataset of figures, oldest first, by (publisher, name of the dataset).

        A dataset of which something cannot be read, or is not what it is said to be, has its fault instead: a damaged
        row never keeps anybody from the other datasets.
        """
        head = self.head()
        return read_figures(self._repository, head) if head is not None else {}

    def materialise(self, folder: Path) -> int:
        """Make `folder` show the newest tree as plain files; return how many were written or removed.

        Raises:
            ArchiveError: If a file cannot be written (reason `unwritable`), or read from the archive (`damaged`).
        """
        head = self.head()
        return write_tree(self._repository, head, folder) if head is not None else 0

    # ------------------------------------------------------------------------------------------------------ integrity

    def check_integrity(self) -> tuple[Problem, ...]:
        """Return what git finds wrong with the objects of the archive; nothing where all is well.

        Objects of withheld versions that are missing are told as `withheld`: that is no fault.
        """
        head = self.head()
        return check_objects(self._repository, head, withheld=self.withheld()) if head is not None else ()

    def audit(self) -> Iterator[AuditedRecord]:
        """Yield every record, oldest first, read back whole, with what in it contradicts its digests and message."""
        head = self.head()
        return audit_records(self._repository, head, withheld=self.withheld()) if head is not None else iter(())

    def check_verdicts(self) -> Iterator[Problem]:
        """Yield each row of published verdicts that holds none."""
        head = self.head()
        for path in self._repository.paths(head, f"{VERDICTS_FOLDER}/") if head is not None else ():
            yield from read_verdicts(self._repository.known(head or "", path).content, where=path).problems

    def check_figures(self) -> Iterator[Problem]:
        """Yield what is wrong with the datasets of figures."""
        head = self.head()
        return check_figures(self._repository, head) if head is not None else iter(())

    # --------------------------------------------------------------------------------------------------------- files

    def _days(self, head: str) -> list[str]:
        return sorted(path for path in self._repository.paths(head, f"{CHECKS_FOLDER}/") if path.endswith(".jsonl"))

    def _day(self, head: str, path: str, key: DocumentKey | None = None) -> Iterator[Check]:
        """Yield the checks of a day; of `key`, if that is asked for, and perhaps of others."""
        content = self._repository.known(head, path).content
        rows = read_rows(content if key is None else pick_rows(content, str(key)), where=path)
        return (read_check(row, where=path) for row in rows)

    def _held_row(self, head: str, path: str) -> dict[str, Any]:
        return read_object(self._repository.known(head, path).content, where=f"{head}:{path}")
