"""The site folder: only what differs is written, only what we wrote is taken away, no change page ever dies."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from tracker.errors import RenderError, UsageError

MANIFEST: Final = ".manifest.json"
_MANIFEST_SCHEMA: Final = "tracker.site/1"
#: What Pages and editors leave in a folder that counts as empty.
_NOT_CONTENT: Final = frozenset({".git", ".nojekyll", "CNAME"})

#: A change page, the JSON or the picture beside it: `<service>/<terms>/<instant>-<8 hex>-<8 hex>/` (DESIGN, section 8).
_CHANGE_FILE = re.compile(
    r"[^/]+/[^/]+/\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{8}-[0-9a-f]{8}(?:-\d+)?/(?:index\.html|change\.json|card\.svg)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What became of the site folder; paths relative to it, in the order in which they were met."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    """Change pages that are rendered no longer and now say so; they count in `written` or `unchanged` too."""


def write_site(
    folder: Path, pages: Iterable[tuple[str, str]], *, withdraw: Callable[[str], str]
) -> PublishReport:  # fmt: skip
    """Make `folder` hold exactly `pages`, beside whatever is not ours.

    A file is written only where its bytes differ, whole or not at all. A file that an earlier call wrote and that is
    rendered no longer is removed; a change page is replaced by what `withdraw` says instead, since an address once
    published never dies. A call that is stopped half-way leaves a folder that the next call completes.

    Args:
        folder: Created where absent.
        pages: (path from the folder, text), each path once.
        withdraw: Gives the text for the path of a change page, or of a file beside it, that is rendered no longer.

    Raises:
        UsageError: If the folder holds files and no manifest of ours, or is no folder.
        RenderError: If a path leads out of the folder, through a link or is given twice.
    """
    known = _read_manifest(folder)
    root = folder.resolve()
    rendered: set[str] = set()
    written: list[str] = []
    unchanged: list[str] = []
    removed: list[str] = []

    def place(path: str, text: str) -> None:
        if path in rendered:
            raise RenderError(f"two pages were rendered for {path!r}: their addresses must differ")
        target = _locate(root, path)
        rendered.add(path)
        (written if _write_if_different(target, text.encode()) else unchanged).append(path)

    try:
        for path, text in pages:
            place(path, text)
        gone = sorted(known - rendered)
        withdrawn = tuple(path for path in gone if _CHANGE_FILE.fullmatch(path))
        for path in withdrawn:
            place(path, withdraw(path))
        for path in sorted(known - rendered):
            _remove(root, path)
            removed.append(path)
    finally:
        _write_manifest(root, (known | rendered) - set(removed))
    return PublishReport(
        written=tuple(written), unchanged=tuple(unchanged), removed=tuple(removed), withdrawn=withdrawn
    )


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
    _write_if_different(folder / MANIFEST, text.encode())


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


def _write_if_different(target: Path, content: bytes) -> bool:
    if target.is_file() and not target.is_symlink() and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    # A site can be built again, so a crash may lose a file but never leaves half of one.
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    os.replace(part, target)  # noqa: PTH105 - Path.replace says the same, and less clearly that it is atomic
    return True


def _remove(root: Path, path: str) -> None:
    """Remove the file and the folders that it leaves empty."""
    target = _locate(root, path)
    target.unlink(missing_ok=True)
    for parent in target.parents:
        if parent == root or not parent.is_dir() or any(parent.iterdir()):
            break
        parent.rmdir()
