"""Messages that a person pasted: rows of the watch repository, beside the declarations (decision 41)."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tracker.archive import name_fault
from tracker.declarations.reading import printable
from tracker.errors import UsageError
from tracker.model import (
    Contradiction,
    Report,
    Stated,
)
from tracker.pipeline.figure_datasets import Complain, newest_reports, open_or_nothing
from tracker.pipeline.workspace import Workspace
from tracker.transparency import (
    TransparencyError,
    from_json_row,
    parse_message,
    reckon,
    to_json_row,
)

#: Whose reports are meant where nobody says.
DEFAULT_PUBLISHER: Final = "Telegram"
#: What whoever adds reports holds, in the folder of the rows.
_LOCK: Final = ".lock"
_MODE: Final = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What `tracker transparency add` did."""

    added: tuple[Report, ...]
    known: tuple[Report, ...]
    """Reports that were stored already, word for word."""
    contradictions: tuple[Contradiction, ...]
    """Figures that cannot be right beside others, and that were not known before; all are kept."""
    path: Path


def add_reports(
    workspace: Workspace,
    texts: Sequence[tuple[str, str]],
    *,
    publisher: str,
    country: str | None,
    now: datetime,
    complain: Complain,
) -> Added:
    """Store the reports that `texts` hold; nothing is stored if one of them cannot be read.

    Args:
        workspace: Where.
        texts: (name of the source, text) of each paste.
        publisher: Whose reports they are.
        country: Code of the country of messages that say 'your country'.
        now: The moment (UTC).
        complain: Told of each dataset of the publisher that is damaged: contradictions with it are not found.

    Raises:
        TransparencyError: If a line is not understood, figures do not add up, or stored rows are damaged.
        UsageError: If a report does not say which country it is about and `country` is None, or the folder cannot be
            written to.
    """
    path = _rows_path(workspace, publisher)
    found = [
        Stated(report=report, source=printable(source), at=now)
        for source, text in texts
        for report in parse_message(text, publisher=publisher, country=country, today=now.date())
    ]
    unplaced = [stated.report for stated in found if stated.report.country is None]
    if unplaced:
        raise UsageError(
            f"the report from {unplaced[0].start} to {unplaced[0].end} says 'your country': name it with --country, "
            "as a code of three letters (ISO 3166-1)"
        )
    with open_or_nothing(workspace) as archive:
        datasets = () if archive is None else tuple(newest_reports(archive, publisher, complain))
    with _lock_rows(path.parent):
        stored = read_rows(path)
        reports = {stated.report for stated in stored}
        known = [stated.report for stated in found if stated.report in reports]
        new = {stated.report: stated for stated in reversed(found) if stated.report not in reports}
        added = list(new.values())[::-1]
        if added:
            _write_rows(path, [*stored, *added])
    before = _contradictions([*datasets, *(stated.report for stated in stored)])
    after = _contradictions([*datasets, *(stated.report for stated in [*stored, *added])])
    return Added(
        added=tuple(stated.report for stated in added),
        known=tuple(known),
        contradictions=tuple(item for item in after if item not in before),
        path=path,
    )


@contextmanager
def _lock_rows(folder: Path) -> Iterator[None]:
    """Keep others from adding reports below `folder`, which is made; waits for them. The system frees it by itself."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise _unwritable(folder, error) from error
        yield
    finally:
        os.close(handle)


def _write_rows(path: Path, rows: Iterable[Stated]) -> None:
    """Have `rows` stand at `path`, all of them or as it was."""
    text = "".join(f"{to_json_row(stated)}\n" for stated in rows)
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            part.chmod(path.stat().st_mode & 0o777 if path.exists() else _MODE)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        f"reports cannot be stored in {folder}: {error.strerror or error}. It must be a folder that can be written to; "
        "'transparency' in tracker.toml names another one"
    )


def _contradictions(reports: Iterable[Report]) -> tuple[Contradiction, ...]:
    return tuple(found for one in reckon(reports).values() for found in one.contradictions())


def _rows_path(workspace: Workspace, publisher: str) -> Path:
    fault = name_fault("publisher", publisher)
    if fault is not None:
        raise UsageError(fault)
    return workspace.settings.transparency / f"{publisher}.jsonl"


def read_rows(path: Path) -> list[Stated]:
    """Return the reports of a file of rows, in its order; none where it is absent.

    Raises:
        TransparencyError: If it cannot be read, or one of its rows is damaged.
    """
    fault = name_fault("publisher", path.stem)
    if fault is not None:
        raise TransparencyError(f"{printable(str(path))}: {fault}; give the file another name")
    try:
        # Not `splitlines`: a name may hold a line separator of Unicode, which JSON leaves as it is.
        lines = path.read_bytes().decode().split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise TransparencyError(f"the stored reports in {path} cannot be read: {error}") from error
    try:
        return [from_json_row(line) for line in lines if line.strip()]
    except TransparencyError as error:
        raise TransparencyError(f"{path}: {error.cause}; mend the line, or take the file away") from error


def find_damaged_messages(workspace: Workspace) -> tuple[tuple[Path, str], ...]:
    """Return the files of messages that cannot be read, each with the cause."""
    found: list[tuple[Path, str]] = []
    for path in row_files(workspace):
        try:
            read_rows(path)
        except TransparencyError as error:
            found.append((path, str(error)))
    return tuple(found)


def row_files(workspace: Workspace) -> list[Path]:
    """Return the files of rows, one a publisher, by name."""
    return [path for path in sorted((workspace.settings.transparency).glob("*.jsonl")) if path.name[0] != "."]
