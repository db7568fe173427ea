"""Writing a history for others: a repository in the form of Open Terms Archive's collections of versions.

`<Service>/<Terms Type>.md`, one commit a version, author date = time of the capture, subjects and bodies of the engine.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from git.cmd import Git

from tracker.archive import message as words
from tracker.archive.commands import Commands
from tracker.archive.layout import version_path
from tracker.archive.spool import Spool
from tracker.archive.stream import STREAM_START, commit_header, modify_file, stream_end
from tracker.archive.values import StoredVersion
from tracker.errors import ArchiveError, UsageError
from tracker.model import Record, RecordKind, format_instant

#: The branch of Open Terms Archive's own collections.
BRANCH: Final = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionVersion:
    """A version as a collection is to hold it: one commit."""

    record: Record
    stored: StoredVersion
    kind: RecordKind
    """What the collection calls it: the first that it has of a document is its first record."""


def write_collection(folder: Path, versions: Iterable[CollectionVersion]) -> int:
    """Make a repository with a working tree at `folder`, and return how many commits it has; same versions, same ids.

    It appears in one step: a kill leaves nothing at `folder`.

    Args:
        folder: Absent, or an empty folder.
        versions: Of one vantage, in the order of their commits.

    Raises:
        UsageError: If something is at `folder`, or no version is given.
        ArchiveError: If it cannot be written (reason `unwritable`).
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise UsageError(f"will not write {folder}: something is there; name a new folder with --out")
    target = folder.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name[:100]}-", dir=target.parent) as scratch:
            made = Path(scratch) / "collection"
            made.mkdir()
            count = _write(made, versions)
            if count:
                os.replace(made, target)  # noqa: PTH105 - over an empty folder too, which Path.rename may not
    except OSError as error:
        raise _unwritable(folder, str(error)) from error
    if not count:
        raise UsageError("there is no version to export: 'tracker log' shows what the archive has")
    return count


def _write(made: Path, versions: Iterable[CollectionVersion]) -> int:
    git_dir = made / ".git"
    commands = Commands(Git(made), git_dir=git_dir)
    Commands(Git(made), git_dir=None).run(
        "init", "--quiet", "--template=", f"--initial-branch={BRANCH}", "--object-format=sha1", "--", str(made)
    )
    spool = Spool(git_dir)
    try:
        count = 0
        for count, version in enumerate(versions, start=1):
            spool.add([STREAM_START] if count == 1 else [])
            spool.add(_commit(count, version))
        if not count:
            return 0
        spool.add([stream_end(count)])
        answer = commands.attempt("fast-import", "--quiet", feed=spool.read())
    finally:
        spool.close()
    ids = answer.output.decode("ascii", "replace").split()
    if answer.status != 0 or len(ids) != count:
        raise _unwritable(made, answer.complaint or "git was ended")
    commands.run("update-ref", f"refs/heads/{BRANCH}", ids[-1])
    commands.run(f"--work-tree={made}", "reset", "--quiet", "--hard")
    return count


def _commit(number: int, version: CollectionVersion) -> list[bytes]:
    at = version.record.fetched_at
    return [
        commit_header(number, (at, at), _message(version), None),
        modify_file(version_path(version.record.document.own), version.stored.markdown.encode()),
    ]


def _message(version: CollectionVersion) -> str:
    record, provenance = version.record, version.stored.provenance
    seen = record.last_seen_old
    return words.compose_collection_message(
        version.kind,
        record.document,
        [source.url for source in provenance.sources if source.url],
        [
            *words.provenance_trailers(provenance),
            (words.LAST_SEEN_OLD, None if seen is None else format_instant(seen)),
            (words.TRACKER_VERSION, record.tracker_version),
            (words.IMPORTED_FROM, record.imported_from),
            (words.ARCHIVE_COMMIT, record.commit),
        ],
    )


def _unwritable(folder: Path, complaint: str) -> ArchiveError:
    return ArchiveError(
        f"Writing a collection to {folder} failed: {complaint}. Nothing is left there. Check that the folder can be "
        "written and the disk is not full.",
        reason="unwritable",
    )
