"""An export as a folder of CSV files with their description."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TextIO

from tracker.errors import UsageError
from tracker.model import EXPORT_SCHEMA
from tracker.publish.safe_file import replace_file, telling_of_disk

DESCRIPTION: Final = "datapackage.json"
_LONGEST_DESCRIPTION_BYTES: Final = 1 << 20


def write_csv(
    folder: Path, headers: Mapping[str, str], records: Iterable[tuple[str, str]], *, description: str
) -> None:
    """Make `folder` hold one file a table; each is written whole or not at all, other files stay as they are.

    Args:
        folder: Created where absent.
        headers: The first record of each table, by its name.
        records: (name of the table, record with its end), in order.
        description: What the files hold, in JSON.

    Raises:
        UsageError: If the folder holds files and no earlier export, is no folder, or cannot be written.
    """
    _require_ours(folder)
    with telling_of_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = {name: _open(stack, folder / f"{name}.csv") for name in headers}
            _open(stack, folder / DESCRIPTION).write(description)
            for name, header in headers.items():
                files[name].write(header)
            for name, record in records:
                files[name].write(record)


def _open(stack: ExitStack, path: Path) -> TextIO:
    # In a folder of ours, what bears the name of a table is a table.
    part = stack.enter_context(replace_file(path, is_ours=lambda _head: True))
    return stack.enter_context(part.open("w", encoding="utf-8", newline=""))


def _require_ours(folder: Path) -> None:
    with telling_of_disk(folder):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"will not write {folder}: it is no folder; name another one with --out")
        # A call that was killed leaves hidden folders and nothing else.
        if not folder.exists() or all(item.name.startswith(".") for item in folder.iterdir()):
            return
    try:
        with (folder / DESCRIPTION).open("rb") as file:
            row = json.loads(file.read(_LONGEST_DESCRIPTION_BYTES))
        is_ours = isinstance(row, dict) and row.get("schema") == EXPORT_SCHEMA
    except (OSError, ValueError, RecursionError):
        is_ours = False
    if not is_ours:
        raise UsageError(
            f"will not write into {folder}: it holds files and no export of this tracker; empty it, or name another "
            "folder with --out"
        )
