"""Where things stand in the archive (DESIGN, section 5), and which names may not stand beside one another."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final

from tracker.errors import ArchiveError
from tracker.model import DocumentKey

ATTRIBUTES_PATH: Final = ".gitattributes"
#: No conversion of line ends and no textual interpretation, whoever checks the archive out (gitattributes, `text`).
ATTRIBUTES: Final = b"* -text\n"

CHECKS_FOLDER: Final = ".tracker/checks"
#: Every version of the figures that others publish (transparency reports).
FIGURES_FOLDER: Final = ".tracker/figures"
HELD_FOLDER: Final = ".tracker/held"
#: Where imports keep what they need to go on where they stopped.
IMPORTS_FOLDER: Final = ".tracker/imports"
PERMALINKS_PATH: Final = ".tracker/permalinks.jsonl"
VANTAGES_FOLDER: Final = "vantages"
#: Every verdict ever published, one file a document.
VERDICTS_FOLDER: Final = ".tracker/verdicts"

#: Every decision to publish a text no longer, or again.
WITHHELD_PATH: Final = ".tracker/withheld.jsonl"

#: What a rewrite of the archive leaves in the place of an erased text or page (docs/withholding.md).
TOMBSTONE: Final = b"withheld\n"

#: Between the terms type and the slug of a source, in the snapshot of a combined document.
_SOURCE_MARK: Final = " #"
_SNAPSHOT_EXTENSION: Final = re.compile(r"\.[a-z0-9]{1,8}")
_OURS: Final = frozenset({".md", ".json"})
#: Names that no file or folder of a tree may bear (git-fast-import refuses them, `.git` in any case).
_NO_NAMES: Final = frozenset({"", ".", "..", ".git"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
#: The longest file name that common file systems hold.
_LONGEST_NAME_BYTES: Final = 255


def version_path(key: DocumentKey) -> str:
    """Return the path of the Markdown of `key`."""
    return f"{key.path}.md"


def provenance_path(key: DocumentKey) -> str:
    """Return the path of the provenance of `key`."""
    return f"{key.path}.json"


def held_folder(key: DocumentKey) -> str:
    """Return the path of the folder that is the slot of `key`."""
    return f"{HELD_FOLDER}/{key.path}"


def day_path(instant: datetime) -> str:
    """Return the path of the check rows of the UTC day of `instant`."""
    return f"{CHECKS_FOLDER}/{instant.astimezone(UTC):%Y/%m/%d}.jsonl"


def verdicts_path(key: DocumentKey) -> str:
    """Return the path of the rows of verdicts published about the changes of `key`."""
    return f"{VERDICTS_FOLDER}/{key.path}.jsonl"


def split_path(path: str) -> tuple[str, str]:
    """Return the folder (`""` at the top) and the name of `path`."""
    folder, _, name = path.rpartition("/")
    return folder, name


def key_of(path: str) -> DocumentKey | None:
    """Return the document whose version or provenance stands at `path`; None where `path` is something else."""
    stem, dot, extension = path.rpartition(".")
    if not dot or f".{extension}" not in _OURS:
        return None
    parts = stem.split("/")
    vantage = ""
    if parts[0] == VANTAGES_FOLDER and len(parts) == 4:  # noqa: PLR2004  vantages/<name>/<Service>/<Terms Type>
        vantage = parts[1]
        parts = parts[2:]
    if len(parts) != 2 or parts[0] == VANTAGES_FOLDER:  # noqa: PLR2004  <Service>/<Terms Type>
        return None
    try:
        return DocumentKey(vantage=vantage, service=parts[0], terms_type=parts[1])
    except ValueError:
        return None


def is_snapshot_of(key: DocumentKey, path: str) -> bool:
    """Whether `path` is one at which a snapshot of `key` stands."""
    if not path.startswith(key.path) or _CONTROL.search(path):
        return False
    rest = path[len(key.path) :]
    stem, dot, extension = rest.rpartition(".")
    return (
        "/" not in rest
        and (stem == "" or stem.startswith(_SOURCE_MARK))
        and _SNAPSHOT_EXTENSION.fullmatch(f"{dot}{extension}") is not None
        and (stem != "" or f".{extension}" not in _OURS)
        and all(len(part.encode("utf-8", "surrogatepass")) <= _LONGEST_NAME_BYTES for part in path.split("/"))
    )


def fold_name(name: str) -> str:
    """Return the form by which two names are one on file systems that fold case or normalise (APFS, HFS+, NTFS)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def require_name(key: DocumentKey) -> None:
    """Refuse names that the archive's own paths need.

    Raises:
        ArchiveError: If `key` would stand where vantages or snapshots of other documents do (reason `unwritable`).
    """
    if fold_name(key.service) == VANTAGES_FOLDER:
        raise ArchiveError(
            f"Recording {key} failed: a service may not be called {key.service!r}, which is the folder of imported "
            "collections. Rename its declaration.",
            reason="unwritable",
        )
    if _SOURCE_MARK in key.terms_type:
        raise ArchiveError(
            f"Recording {key} failed: a terms type may not contain {_SOURCE_MARK!r}, which marks the sources of a "
            "combined document. Rename it in the declaration.",
            reason="unwritable",
        )


def require_import_path(path: str) -> None:
    """Refuse a path that is not one of a file below the folder of imports.

    Raises:
        ValueError: If so.
    """
    folder, *names = path.removeprefix(IMPORTS_FOLDER).split("/")
    if (
        not path.startswith(f"{IMPORTS_FOLDER}/")
        or folder
        or any(
            name.casefold() in _NO_NAMES
            or _CONTROL.search(name)
            or len(name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME_BYTES
            for name in names
        )
    ):
        raise ValueError(f"{path!r} is no path of a file below {IMPORTS_FOLDER}/")
