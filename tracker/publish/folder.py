"""The site folder: only what differs is written, only what we wrote is taken away, no change page ever dies.

A build may be killed at any file. What it wrote stands in a journal beside the manifest until the manifest holds it, so
that the next build, whatever it renders, knows every file that is ours.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Protocol, Self

from tracker.errors import RenderError, UsageError
from tracker.model import CHANGE_SLUG, REACH

MANIFEST: Final = ".manifest.json"
JOURNAL: Final = ".journal.jsonl"
_MANIFEST_SCHEMA: Final = "tracker.site/1"
#: What Pages and editors leave in a folder that counts as empty, and the beginning of a manifest.
_NOT_CONTENT: Final = frozenset({".git", ".nojekyll", "CNAME", f".{MANIFEST}.part"})

#: A change page, the JSON or the picture beside it: `<service>/<terms>/<slug>/` (DESIGN, section 8); and a page that
#: compares two versions: `<service>/<terms>/compare/<reach>/`.
_LASTING_FILE = re.compile(
    rf"[^/]+/[^/]+/(?:{CHANGE_SLUG.pattern}/(?:index\.html|change\.json|card\.svg)"
    rf"|compare/(?:{REACH.pattern})/index\.html)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file of the site that need not be rendered where it is there already."""

    path: str
    """From the folder."""
    write: Callable[[], str | bytes]
    """Gives its text (written as UTF-8) or its bytes; not called where the file has the digest `sha256`."""
    sha256: str | None = None
    """Digest of the bytes that it is known to have; None where nobody knows."""


class FileMemory(Protocol):
    """Remembers the files of a folder between builds, so that none need be read that nobody touched."""

    def recall(self) -> Mapping[str, tuple[str, str]]:
        """Return (digest, mark) of files by path; a mark is what the file system tells of the file at that time."""

    def note(self, rows: Mapping[str, tuple[str, str]], gone: Sequence[str]) -> None:
        """Keep (digest, mark) of files by path; forget those that are gone."""


class _Forgetful:
    def recall(self) -> Mapping[str, tuple[str, str]]:
        return {}

    def note(self, rows: Mapping[str, tuple[str, str]], gone: Sequence[str]) -> None:
        pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What became of the site folder; paths relative to it, in the order in which they were met."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    """Change pages that are rendered no longer and now say so; they count in `written` or `unchanged` too."""
    notes: tuple[str, ...] = ()
    """What could not be made beside the pages, and why, a sentence each."""


def write_site(
    folder: Path,
    pages: Iterable[tuple[str, str] | Sheet],
    *,
    withdraw: Callable[[str], str],
    memory: FileMemory | None = None,
) -> PublishReport:
    """Make `folder` hold exactly `pages`, beside whatever is not ours.

    A file is written only where its bytes differ, whole or not at all, in the order of `pages`. A file that an earlier
    call wrote and that is rendered no longer is removed at the end; a change page is replaced by what `withdraw` says
    instead, since an address once published never dies. A call that is stopped at any file, even by the end of the
    process, leaves a folder that the next call completes.

    Args:
        folder: Created where absent.
        pages: (path from the folder, text) or sheets, each path once; what is linked to before what links to it.
        withdraw: Gives the text for the path of a change page, or of a file beside it, that is rendered no longer.
        memory: What is known of the files of `folder`; without it they are read to know.

    Raises:
        UsageError: If the folder holds files and no manifest of ours, or is no folder.
        RenderError: If a path leads out of the folder, through a link or is given twice.
    """
    known = _read_manifest(folder)
    root = folder.resolve()
    known |= _take_over(root)
    journal = _Journal(root)
    files = _Files(root, memory or _Forgetful())
    rendered: set[str] = set()
    written: list[str] = []
    unchanged: list[str] = []

    def place(sheet: Sheet) -> None:
        if sheet.path in rendered:
            raise RenderError(f"two pages were rendered for {sheet.path!r}: their addresses must differ")
        rendered.add(sheet.path)
        if sheet.sha256 is not None and files.has(sheet.path, sheet.sha256):
            unchanged.append(sheet.path)
            return
        written_as = sheet.write()
        content = written_as.encode() if isinstance(written_as, str) else written_as
        sha256 = hashlib.sha256(content).hexdigest()
        if files.has(sheet.path, sha256):
            unchanged.append(sheet.path)
            return
        target = _locate(root, sheet.path)
        journal.note(sheet.path)
        _write(target, content)
        files.note(sheet.path, sha256)
        written.append(sheet.path)

    with journal:
        for page in pages:
            place(page if isinstance(page, Sheet) else _sheet_of(*page))
        withdrawn = tuple(path for path in sorted(known - rendered) if _LASTING_FILE.fullmatch(path))
        for path in withdrawn:
            place(_sheet_of(path, withdraw(path)))
        removed = tuple(sorted(known - rendered))
        for path in removed:
            _remove(root, path)
        _write_manifest(root, rendered)
        journal.end()
    files.keep(removed)
    return PublishReport(written=tuple(written), unchanged=tuple(unchanged), removed=removed, withdrawn=withdrawn)


def holds_files(folder: Path, digests: Mapping[str, str], memory: FileMemory) -> bool:
    """Return whether `folder` holds all these files: digests by path.

    Raises:
        RenderError: If a path leads out of the folder or through a link.
    """
    files = _Files(folder.resolve(), memory)
    return all(files.has(path, sha256) for path, sha256 in digests.items())


class _Files:
    """Tells which bytes the files of a folder have, and reads those alone that somebody may have touched."""

    def __init__(self, root: Path, memory: FileMemory) -> None:
        self._root = root
        self._memory = memory
        self._known = memory.recall()
        self._fresh: dict[str, tuple[str, str]] = {}

    def has(self, path: str, sha256: str) -> bool:
        """Whether the file at `path` has the digest `sha256`.

        Raises:
            RenderError: If `path` leads out of the folder or through a link, and a file there has to be read.
        """
        mark = self._mark(path)
        if mark is None:
            return False  # no plain file: one is written there, if it lies inside
        known = self._known.get(path)
        if known is not None and known[1] == mark:
            return known[0] == sha256
        if _has_digest(_locate(self._root, path), sha256):
            self.note(path, sha256)
            return True
        return False

    def note(self, path: str, sha256: str) -> None:
        """Remember that the file at `path` has the digest `sha256` now."""
        mark = self._mark(path)
        if mark is not None:
            self._fresh[path] = (sha256, mark)

    def keep(self, gone: Sequence[str]) -> None:
        """Have what was noted remembered; forget the files that are `gone`."""
        self._memory.note(self._fresh, gone)

    def _mark(self, path: str) -> str | None:
        """Return what changes whenever a plain file does: size, times and number; None where there is none.

        The time of the last change of its entry is set by the file system alone.
        """
        try:
            status = os.lstat(f"{self._root}/{path}")
        except OSError:
            return None
        is_file = stat.S_ISREG(status.st_mode)
        return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}" if is_file else None


def _sheet_of(path: str, text: str) -> Sheet:
    return Sheet(path=path, write=lambda: text)


def claim_folder(folder: Path) -> None:
    """Refuse `folder` now if `write_site` would refuse it later, and make it ours if it is new or empty.

    Raises:
        UsageError: If it is a file, holds files that are not ours, or its manifest cannot be read.
    """
    _read_manifest(folder)


def _read_manifest(folder: Path) -> set[str]:
    """Return the paths written before; start a manifest in a folder that is new or empty."""
    manifest = folder / MANIFEST
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"cannot build the site in {folder}: it is a file; name a folder with --site")
    if manifest.is_file():
        try:
            row = json.loads(manifest.read_text(encoding="utf-8"))
            schema, files = row["schema"], {str(path) for path in row["files"]}
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"cannot build the site in {folder}: its {MANIFEST} cannot be read ({error}); "
                "move the folder away and build again"
            ) from error
        if schema != _MANIFEST_SCHEMA:
            raise UsageError(
                f"cannot build the site in {folder}: its {MANIFEST} is of the kind {schema!r}, not "
                f"{_MANIFEST_SCHEMA!r}; move the folder away and build again"
            )
        return files
    if folder.exists() and any(item.name not in _NOT_CONTENT for item in folder.iterdir()):
        raise UsageError(
            f"will not build the site in {folder}: it holds files that this tracker did not write; "
            "empty it, or name another folder with --site"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _write_manifest(folder, set())
    return set()


def _write_manifest(folder: Path, paths: set[str]) -> None:
    text = json.dumps({"schema": _MANIFEST_SCHEMA, "files": sorted(paths)}, ensure_ascii=False, indent=1) + "\n"
    if not _has_content(folder / MANIFEST, text.encode()):
        _write(folder / MANIFEST, text.encode())


class _Journal:
    """Names each file before it is written, until the manifest holds them all."""

    def __init__(self, root: Path) -> None:
        self._path = root / JOURNAL
        self._file: BinaryIO | None = None

    def note(self, path: str) -> None:
        """Name `path`, on disk before its file is: what a process wrote outlives the process."""
        if self._file is None:
            self._file = self._path.open("ab", buffering=0)
        self._file.write(f"{json.dumps(path)}\n".encode())

    def end(self) -> None:
        """Take the journal away: the manifest holds all that it names."""
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()


def _take_over(root: Path) -> set[str]:
    """Return the files that a call wrote which did not come to its end; what it only began is taken away."""
    found: set[str] = set()
    _part_of(root / MANIFEST).unlink(missing_ok=True)
    for path in _read_journal(root / JOURNAL):
        try:
            target = _locate(root, path)
        except RenderError:
            continue  # no line of ours
        _part_of(target).unlink(missing_ok=True)
        if target.is_file():
            found.add(path)
        else:
            _prune(root, target)
    return found


def _read_journal(journal: Path) -> Iterator[str]:
    """Yield the paths of a journal; a line that was cut off names a file that was never begun."""
    if not journal.is_file():
        return
    for line in journal.read_bytes().splitlines():
        try:
            path = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(path, str):
            yield path


def _locate(root: Path, path: str) -> Path:
    """Return the file for `path`, which lies inside `root` and not behind a link."""
    pure = PurePosixPath(path)
    is_plain = path == str(pure) and not pure.is_absolute() and pure.parts and ".." not in pure.parts
    if not is_plain or "\\" in path or "\0" in path or any(part.startswith(".") for part in pure.parts):
        raise RenderError(f"will not write {path!r}: a page's path stays inside the site folder and hides nothing")
    target = root.joinpath(*pure.parts)
    if target.parent.resolve() != target.parent:
        raise RenderError(f"will not write {path!r}: a folder on its way is a link to somewhere else")
    return target


def _has_content(target: Path, content: bytes) -> bool:
    return target.is_file() and not target.is_symlink() and target.read_bytes() == content


def _has_digest(target: Path, sha256: str) -> bool:
    is_file = target.is_file() and not target.is_symlink()
    return is_file and hashlib.sha256(target.read_bytes()).hexdigest() == sha256


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # A site can be built again, so a crash may lose a file but never leaves half of one.
    part = _part_of(target)
    part.write_bytes(content)
    os.replace(part, target)  # noqa: PTH105 - Path.replace says the same, and less clearly that it is atomic


def _part_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _remove(root: Path, path: str) -> None:
    """Remove the file and the folders that it leaves empty."""
    target = _locate(root, path)
    target.unlink(missing_ok=True)
    _prune(root, target)


def _prune(root: Path, target: Path) -> None:
    """Remove the folders above `target`, as far up as they are empty."""
    for parent in target.parents:
        if parent == root or (parent.is_dir() and any(parent.iterdir())):
            break
        if parent.is_dir():
            parent.rmdir()
