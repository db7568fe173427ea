"""An export as one JSON object whose lists have one line an entry."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TextIO

from tracker.publish.safe_file import replace_file, telling_of_disk

_BEGINNING: Final = re.compile(rb'\s*\{\s*"schema":\s*"tracker\.export/')


def write_json(
    target: Path | TextIO, members: Sequence[str], lists: Sequence[str], entries: Iterable[tuple[str, str]]
) -> None:
    """Write an object that begins with `members` and goes on with `lists`.

    Nothing is written before the last entry is there, and of them no more than one is held in memory.

    Args:
        target: A file, replaced in one step if it is an earlier export; or a stream.
        members: `"name": value` in JSON, in their order.
        lists: Names of the lists, in their order.
        entries: (name of the list, JSON on one line), in any order of lists.

    Raises:
        UsageError: If something else is at the file's place, or it cannot be written.
    """
    if isinstance(target, Path):
        with replace_file(target, is_ours=is_json_export) as part, part.open("w", encoding="utf-8") as file:
            _write(file, part.parent, members, lists, entries)
    else:
        _write(target, None, members, lists, entries)


def is_json_export(head: bytes) -> bool:
    """Whether a file that begins with `head` is an object that `write_json` made."""
    return _BEGINNING.match(head) is not None


def _write(
    out: TextIO, folder: Path | None, members: Sequence[str], lists: Sequence[str], entries: Iterable[tuple[str, str]]
) -> None:
    with ExitStack() as stack:
        spools = {name: _spool(stack, folder) for name in lists}
        for name, line in entries:
            spools[name].write(f"{line}\n")
        out.writelines(_pieces(members, spools))


def _spool(stack: ExitStack, folder: Path | None) -> TextIO:
    with telling_of_disk(folder or Path(tempfile.gettempdir())):
        return stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", dir=folder))


def _pieces(members: Sequence[str], spools: dict[str, TextIO]) -> Iterator[str]:
    yield "{\n" + ",\n".join(members)
    for name, spool in spools.items():
        yield f',\n"{name}": ['
        spool.seek(0)
        before = "\n"
        for line in spool:
            yield f"{before}{line.removesuffix(chr(10))}"
            before = ",\n"
        yield "\n]" if before == ",\n" else "]"
    yield "\n}\n"
