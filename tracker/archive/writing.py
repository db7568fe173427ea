"""Writing: what a run has to say becomes commits, and takes effect by one move of the branch.

Objects are made by one `git fast-import` that touches no ref at all, so that a kill leaves the branch where it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

from tracker.archive import message as words
from tracker.archive.figures import FiguresVersion, figures_paths, figures_row
from tracker.archive.layout import (
    ATTRIBUTES,
    ATTRIBUTES_PATH,
    PERMALINKS_PATH,
    WITHHELD_PATH,
    day_path,
    fold_name,
    held_folder,
    is_snapshot_of,
    provenance_path,
    require_import_path,
    require_name,
    split_path,
    verdicts_path,
    version_path,
)
from tracker.archive.lock import WriterLock
from tracker.archive.repository import Repository
from tracker.archive.rows import check_row, held_json, read_object, to_pretty_json, to_row, verdict_row, withheld_row
from tracker.archive.spool import Spool
from tracker.archive.stream import STREAM_START, commit_header, delete_file, modify_file, stream_end
from tracker.archive.values import ASTRAY, Committed, HeldCapture, RecordEntry
from tracker.errors import ArchiveError
from tracker.model import Check, DocumentKey, JsonValue, PublishedVerdict, Withholding, format_instant, require_utc

_NO_COMMIT: Final = "0" * 40
#: A ref lock younger than this may belong to a git that outlived a killed tracker.
_STALE_SECONDS: Final = 10


class _Names:
    """The names in one folder of the tree, as it will be once the transaction is committed."""

    def __init__(self, is_tree: dict[str, bool]) -> None:
        self.is_tree = is_tree
        self._folded: dict[str, str] | None = None

    def present(self, name: str) -> str | None:
        """Return the name that stands where `name` would on file systems that fold case or normalise; None for none."""
        if name in self.is_tree:
            return name
        if self._folded is None:  # of thousands of names, asked for only where one is new
            self._folded = {fold_name(known): known for known in self.is_tree}
        return self._folded.get(fold_name(name))

    def add(self, name: str, *, is_tree: bool) -> None:
        if name not in self.is_tree and self._folded is not None:
            self._folded[fold_name(name)] = name
        self.is_tree[name] = is_tree

    def remove(self, name: str) -> None:
        del self.is_tree[name]
        if self._folded is not None:
            self._folded.pop(fold_name(name), None)


class Transaction:
    """Collects what a run has to record, then commits all of it or nothing.

    Records go to disk as they come, so that a transaction may hold more than memory does.
    """

    def __init__(self, repository: Repository, lock: WriterLock, *, at: datetime | None) -> None:
        """Begin on the archive as it is now; see `Archive.transaction`."""
        if at is not None:
            require_utc("at", at)
        self._repository = repository
        self._lock = lock
        self._at = at
        self._base = repository.head()
        self._is_over = False
        self._names: dict[str, _Names] = {}
        self._spool = Spool(repository.git_dir)
        self._kinds: list[Literal["record", "held"]] = []
        self._newest: datetime | None = None
        self._checks: list[Check] = []
        self._slots: dict[DocumentKey, HeldCapture | None] = {}
        self._filled: dict[DocumentKey, Mapping[str, Any]] = {}
        self._files: dict[str, bytes] = {}
        self._permalinks: list[Mapping[str, JsonValue]] = []
        self._verdicts: dict[DocumentKey, list[PublishedVerdict]] = {}
        self._withholdings: list[bytes] = []
        self._figures: list[FiguresVersion] = []

    def record(self, entry: RecordEntry) -> None:
        """Have `entry` recorded as one commit, after those recorded before it.

        Raises:
            ArchiveError: If its files cannot stand beside those of the archive (reason `unwritable`). The transaction
                is as it was, and goes on without it.
        """
        require_name(entry.key)
        paths = {version_path(entry.key), provenance_path(entry.key), *(path for path, _ in entry.snapshots)}
        try:
            markdown = entry.version.markdown.encode()
        except UnicodeEncodeError as error:
            raise ArchiveError(
                f"Recording {entry.key} failed: its text holds half a character, which UTF-8 cannot write.",
                reason="unwritable",
            ) from error
        self._require_room(entry.key, paths)
        folder, _ = split_path(entry.key.path)
        gone = tuple(
            path
            for name, is_tree in self._folder(folder).is_tree.items()
            if not is_tree and is_snapshot_of(entry.key, path := f"{folder}/{name}") and path not in paths
        )
        for path in gone:
            self._folder(folder).remove(split_path(path)[1])
        self._occupy(paths)
        changes = [*map(delete_file, sorted(gone)), *_entry_changes(entry, markdown)]
        self._add("record", entry.provenance.fetched_at, _entry_message(entry), changes)

    def require_room(self, key: DocumentKey) -> None:
        """Refuse a document that cannot be recorded under its name, before anything of it is.

        Raises:
            ArchiveError: If its files cannot stand beside those of the archive (reason `unwritable`).
        """
        require_name(key)
        self._require_room(key, {version_path(key), provenance_path(key), f"{held_folder(key)}/capture.json"})

    def check(self, check: Check) -> None:
        """Have a row written about one look at a document."""
        self._checks.append(check)

    def hold(self, held: HeldCapture) -> None:
        """Have `held` kept in the slot of its document, unless the slot holds the same text already.

        A text that the slot holds as `moved` gives way to the same text in the document's own place.

        Raises:
            ArchiveError: If its files cannot stand beside those of the archive (reason `unwritable`).
        """
        require_name(held.key)
        self._require_room(held.key, {f"{held_folder(held.key)}/capture.json"})
        self._slots[held.key] = held

    def record_held(self, held: HeldCapture, *, imported_from: str | None = None) -> None:
        """Have `held` put into the slot of its document by a commit of its own, whatever the slot holds.

        So every refused version of an imported history stays in the history of the archive, though the slot shows the
        last one alone. It takes the place of what `hold` was given for the document before.

        Raises:
            ArchiveError: If its files cannot stand beside those of the archive (reason `unwritable`).
        """
        require_name(held.key)
        paths = {f"{held_folder(held.key)}/capture.json"}
        self._require_room(held.key, paths)
        self._occupy(paths)
        # To delete what is not there is no fault (git-fast-import, filedelete).
        changes = [delete_file(held_folder(held.key)), *_held_changes(held)]
        self._add("held", held.held_at, _held_message(held, imported_from), changes)
        self._slots.pop(held.key, None)
        self._filled[held.key] = {
            "outcome": held.outcome,
            "reason": held.reason,
            "text_sha256": held.text_sha256,
        }

    def put_file(self, path: str, content: bytes, *, at: datetime | None = None) -> None:
        """Have `content` put at `path`, below `.tracker/imports/`, by the last commit; it is for resuming imports.

        Args:
            path: Where. The file given last for a path stays.
            content: What. A file that is there and the same is not written.
            at: When this was so (UTC), in a transaction without a time: the last commit bears the newest instant of all
                that the transaction was given.

        Raises:
            ValueError: If `path` is not below `.tracker/imports/`.
            ArchiveError: If it cannot stand beside the files of the archive (reason `unwritable`).
        """
        require_import_path(path)
        if at is not None:
            require_utc("at", at)
        self._require_room(path, {path})
        self._occupy({path})
        self._files[path] = content
        if at is not None:
            self._note(at)

    def release(self, key: DocumentKey) -> None:
        """Have the slot of `key` emptied, if anything is in it."""
        self._slots[key] = None

    def put_permalinks(self, rows: Iterable[Mapping[str, JsonValue]]) -> None:
        """Have `rows` added to the published addresses; one that is there already is not added again."""
        self._permalinks.extend(rows)

    def put_verdicts(self, key: DocumentKey, verdicts: Iterable[PublishedVerdict]) -> None:
        """Have `verdicts` added to what was published about the changes of `key`; what is there stays as it is."""
        added = list(verdicts)
        if added:
            self._verdicts.setdefault(key, []).extend(added)

    def put_withholding(self, withholding: Withholding, *, is_withheld: bool) -> None:
        """Have a text withheld from now on, or published again where not `is_withheld`; decisions before it stay."""
        self._withholdings.append(withheld_row(withholding, is_withheld=is_withheld))

    def put_figures(self, version: FiguresVersion) -> None:
        """Have a version of a dataset kept: its bytes, and a row that says where and when they were served.

        Raises:
            ArchiveError: If its files cannot stand beside those of the archive (reason `unwritable`).
        """
        paths = set(figures_paths(version))
        self._require_room(f"figures of {version.publisher}", paths)
        self._occupy(paths)
        self._figures.append(version)
        self._note(version.fetched_at)

    def commit(self) -> Committed:
        """Write everything and move the branch, in one step; writes nothing where nothing was collected.

        Raises:
            ArchiveError: If the branch was moved by someone else meanwhile (reason `moved`), or objects or the branch
                cannot be written (`unwritable`, `locked`). The archive is then as it was.
            RuntimeError: If the lock is not held, or the transaction was committed before.
        """
        if not self._lock.is_held:
            raise RuntimeError("a transaction is committed inside 'with archive.lock(now):'")
        if self._is_over:
            raise RuntimeError("a transaction is committed once")
        self._is_over = True
        try:
            return self._commit()
        finally:
            self._spool.close()

    def _commit(self) -> Committed:
        last = self._last_changes()
        if not self._kinds and not last:
            return Committed(head=self._base, records=())
        self._require_unmoved()
        self._refuse_checked_out()
        ids = self._import(last)
        self._move(ids[-1])
        made = list(zip(self._kinds, ids, strict=False))  # one more id where there is a last commit
        return Committed(
            head=ids[-1],
            records=tuple(commit for kind, commit in made if kind == "record"),
            held=tuple(commit for kind, commit in made if kind == "held"),
        )

    # ------------------------------------------------------------------------------------------------------- spooling

    def _add(self, kind: Literal["record", "held"], at: datetime, message: str, changes: list[bytes]) -> None:
        """Have a commit made of `changes`, authored `at`, after those added before it."""
        self._kinds.append(kind)
        self._note(at)
        self._spool.add(self._commit_pieces(len(self._kinds), (at, self._at or at), message, changes))

    def _commit_pieces(
        self, number: int, instants: tuple[datetime, datetime], message: str, changes: list[bytes]
    ) -> list[bytes]:
        is_first = number == 1
        return [
            *([STREAM_START] if is_first else []),
            commit_header(number, instants, message, self._base),
            *([modify_file(ATTRIBUTES_PATH, ATTRIBUTES)] if is_first and self._base is None else []),
            *changes,
        ]

    def _note(self, at: datetime) -> None:
        self._newest = at if self._newest is None else max(self._newest, at)

    # ------------------------------------------------------------------------------------------------ room for names

    def _folder(self, folder: str) -> _Names:
        if folder not in self._names:
            parent, name = split_path(folder)
            is_there = self._base is not None and (folder == "" or name in self._folder(parent).is_tree)
            names = self._repository.names(self._base, folder) if self._base is not None and is_there else {}
            self._names[folder] = _Names(names)
        return self._names[folder]

    def _require_room(self, what: DocumentKey | str, paths: Iterable[str]) -> None:
        for path in sorted(paths):
            parts = path.split("/")
            for depth, name in enumerate(parts):
                names = self._folder("/".join(parts[:depth]))
                should_be_tree = depth < len(parts) - 1
                present = names.present(name)
                if present is None:
                    break
                if present != name or names.is_tree[name] != should_be_tree:
                    taken = "/".join([*parts[:depth], present])
                    raise ArchiveError(
                        f"Recording {what} failed: {path!r} cannot stand beside {taken!r} on file systems that fold "
                        "case or normalise names. Rename one of the two in its declaration.",
                        reason="unwritable",
                    )

    def _occupy(self, paths: Iterable[str]) -> None:
        for path in paths:
            parts = path.split("/")
            for depth, name in enumerate(parts):
                self._folder("/".join(parts[:depth])).add(name, is_tree=depth < len(parts) - 1)

    # ------------------------------------------------------------------------------------- the last commit of a run

    def _last_changes(self) -> list[bytes]:
        return [
            *self._check_changes(),
            *self._slot_changes(),
            *self._permalink_changes(),
            *self._verdict_changes(),
            *self._withholding_changes(),
            *self._figures_changes(),
            *self._file_changes(),
        ]

    def _check_changes(self) -> list[bytes]:
        rows: dict[str, list[bytes]] = {}
        for check in self._checks:
            rows.setdefault(day_path(check.checked_at), []).append(check_row(check))
        return [modify_file(path, self._present(path) + b"".join(added)) for path, added in sorted(rows.items())]

    def _slot_changes(self) -> list[bytes]:
        changes: list[bytes] = []
        for key, held in sorted(self._slots.items()):
            row = self._filled.get(key) or self._present_row(f"{held_folder(key)}/capture.json")
            if row is not None:
                if held is not None and _is_same_text(held, row):
                    continue
                changes.append(delete_file(held_folder(key)))
            if held is not None:
                changes += _held_changes(held)
        return changes

    def _permalink_changes(self) -> list[bytes]:
        if not self._permalinks:
            return []
        present = self._present(PERMALINKS_PATH)
        known = set(present.splitlines(keepends=True))
        added = [row for row in dict.fromkeys(to_row(dict(row)) for row in self._permalinks) if row not in known]
        return [modify_file(PERMALINKS_PATH, present + b"".join(added))] if added else []

    def _verdict_changes(self) -> Iterator[bytes]:
        for key, added in sorted(self._verdicts.items()):
            path = verdicts_path(key)
            present = self._present(path)
            # A last line that was cut off is damaged; the row after it need not be.
            end = b"\n" if present and not present.endswith(b"\n") else b""
            yield modify_file(path, present + end + b"".join(map(verdict_row, added)))

    def _withholding_changes(self) -> list[bytes]:
        if not self._withholdings:
            return []
        return [modify_file(WITHHELD_PATH, self._present(WITHHELD_PATH) + b"".join(self._withholdings))]

    def _figures_changes(self) -> list[bytes]:
        files: dict[str, bytes] = {}
        for version in self._figures:
            content, rows = figures_paths(version)
            files[content] = version.content
            files[rows] = files.get(rows, self._present(rows)) + figures_row(version)
        return [modify_file(path, content) for path, content in sorted(files.items())]

    def _file_changes(self) -> list[bytes]:
        return [
            modify_file(path, content)
            for path, content in sorted(self._files.items())
            if self._repository.find_file(self._base, path) != content
        ]

    def _present_row(self, path: str) -> dict[str, Any] | None:
        present = self._present(path)
        return read_object(present, where=path) if present else None

    def _present(self, path: str) -> bytes:
        return self._repository.find_file(self._base, path) or b""

    def _last_at(self) -> datetime:
        if self._at is not None:
            return self._at
        instants = [check.checked_at for check in self._checks]
        instants += [held.held_at for held in self._slots.values() if held is not None]
        instants += [self._newest] if self._newest is not None else []
        if not instants:
            raise ValueError("a transaction without a time needs something that bears one to take it from")
        return max(instants)

    def _last_subject(self) -> str:
        day = f"{self._last_at().astimezone(UTC):%Y-%m-%d}"
        kinds: tuple[tuple[str, object], ...] = (
            ("checks", self._checks),
            ("held captures", any(held is not None for held in self._slots.values())),
            ("addresses", self._permalinks),
            ("verdicts", self._verdicts),
            ("withholdings", self._withholdings),
            ("figures", self._figures),
            ("imports", self._files),
        )
        recorded = next((kind for kind, collected in kinds if collected), None)
        return f"Release held captures of {day}\n" if recorded is None else f"Record {recorded} of {day}\n"

    # -------------------------------------------------------------------------------------------- objects and branch

    def _import(self, last: list[bytes]) -> tuple[str, ...]:
        """Write all commits as objects and return their ids in order; no ref is changed."""
        count = len(self._kinds)
        if last:
            count += 1
            at = self._last_at()
            self._spool.add(self._commit_pieces(count, (at, at), self._last_subject(), last))
        self._spool.add([stream_end(count)])
        try:
            stream = self._spool.read()
        except OSError as error:
            raise self._unwritable(str(error)) from error
        answer = self._repository.commands.attempt("fast-import", "--quiet", "--force", feed=stream)
        ids = tuple(answer.output.decode("ascii", "replace").split())
        if answer.status != 0 or len(ids) != count:
            raise self._unwritable(answer.complaint or "git was ended")
        return ids

    def _unwritable(self, complaint: str) -> ArchiveError:
        return ArchiveError(
            f"Writing to the archive {self._repository.git_dir} failed: {complaint}. Nothing was changed. Check that "
            "the folder can be written and the disk is not full, and run again.",
            reason="unwritable",
        )

    def _move(self, commit: str) -> None:
        repository = self._repository
        # A kill between git's lock on the branch and its release leaves a lock file, which this note proves to be ours.
        self._lock.note("moving_to", commit)
        answer = repository.commands.attempt(
            "update-ref", "--no-deref", "-m", "policy tracker", repository.ref, commit, self._base or _NO_COMMIT
        )
        if answer.status == 0:
            return
        self._require_unmoved()
        lock_file = repository.git_dir / f"{repository.ref}.lock"
        if lock_file.exists():
            raise ArchiveError(
                f"Moving the archive branch failed: another git holds {lock_file}. Nothing was changed. Run again; if "
                "no git is running, remove that file.",
                reason="locked",
            )
        raise ArchiveError(
            f"Moving the archive branch of {repository.git_dir} failed: {answer.complaint}. Nothing was changed.",
            reason="unwritable",
        )

    def _require_unmoved(self) -> None:
        found = self._repository.head()
        if found != self._base:
            raise ArchiveError(
                f"Moving the archive branch of {self._repository.git_dir} failed: it was at {self._base} when the run "
                f"began and is at {found} now. Nothing was changed and nothing is forced: see what moved it, and run "
                "again.",
                reason="moved",
            )

    def _refuse_checked_out(self) -> None:
        folder = self._repository.checked_out_at()
        if folder is not None:
            raise ArchiveError(
                f"Writing to the archive failed: its branch {self._repository.branch!r} is checked out in {folder}, "
                "whose files would seem to be changed. Switch that folder to another branch ('git switch main').",
                reason="unwritable",
            )


def remove_stale_ref_lock(repository: Repository, left_behind: Mapping[str, Any]) -> None:
    """Leave no lock on the branch that a killed tracker's git made; one that may be anyone else's stays.

    Ours is one whose content is the commit to which the killed holder of the writer's lock was moving the branch, as
    its note says; stale is one that is ten seconds old, by the file system's clock.
    """
    lock_file = repository.git_dir / f"{repository.ref}.lock"
    try:
        is_ours = lock_file.read_text(encoding="ascii").strip() == left_behind.get("moving_to")
        is_stale = time.time() - lock_file.stat().st_mtime > _STALE_SECONDS
    except (OSError, UnicodeDecodeError):
        return
    if is_ours and is_stale:
        lock_file.unlink(missing_ok=True)


def _entry_changes(entry: RecordEntry, markdown: bytes) -> list[bytes]:
    files = {
        version_path(entry.key): markdown,
        provenance_path(entry.key): to_pretty_json(entry.provenance.to_dict()),
        **dict(entry.snapshots),
    }
    return [modify_file(path, content) for path, content in sorted(files.items())]


def _entry_message(entry: RecordEntry) -> str:
    seen = entry.last_seen_old
    return words.compose_message(
        entry.kind,
        entry.key,
        [
            *words.provenance_trailers(entry.provenance),
            (words.LAST_SEEN_OLD, format_instant(seen) if seen is not None else None),
            (words.TRACKER_VERSION, entry.provenance.tracker_version),
            (words.IMPORTED_FROM, entry.imported_from),
        ],
    )


def _held_changes(held: HeldCapture) -> list[bytes]:
    names = tuple(split_path(snapshot)[1] for snapshot, _ in held.snapshots)
    folder = held_folder(held.key)
    changes = [modify_file(f"{folder}/capture.json", held_json(held, names=names))]
    if held.markdown is not None:
        changes.append(modify_file(f"{folder}/text.md", held.markdown.encode("utf-8", "backslashreplace")))
    changes += [modify_file(f"{folder}/{name}", body) for name, (_, body) in zip(names, held.snapshots, strict=True)]
    return changes


def _held_message(held: HeldCapture, imported_from: str | None) -> str:
    provenance = held.provenance
    return words.compose_held_message(
        held.key,
        [
            *(words.provenance_trailers(provenance) if provenance is not None else ()),
            (words.HELD_BECAUSE, held.reason),
            (words.TRACKER_VERSION, provenance.tracker_version if provenance is not None else None),
            (words.IMPORTED_FROM, imported_from),
        ],
    )


def _is_same_text(held: HeldCapture, row: Mapping[str, Any]) -> bool:
    if row.get("outcome") != held.outcome:
        return False
    if held.text_sha256 is None:
        return row.get("text_sha256") is None and row.get("reason") == held.reason
    # What was seen elsewhere proves nothing: the first sight in the document's own place takes the slot, with its time.
    is_at_last_in_place = row.get("reason") == ASTRAY and held.reason != ASTRAY
    return bool(row.get("text_sha256") == held.text_sha256) and not is_at_last_in_place
