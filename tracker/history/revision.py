"""Names of versions: `DOC@REV` of the command line, resolved to a record (DESIGN, section 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from tracker.errors import RevisionError
from tracker.model import Record, format_instant, parse_instant

_COMMIT: Final = re.compile(r"[0-9a-fA-F]{4,40}")
_LATEST: Final = re.compile(r"latest(?:~([0-9]{1,9}))?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMS: Final = (
    "write a commit (4 digits or more), a date (2024-09-23), an instant (2024-09-23T15:26:23Z), "
    "'first', 'latest' or 'latest~1'"
)
_SHOWN: Final = 5


def resolve_revision(records: Sequence[Record], rev: str) -> Record:
    """Return the record that `rev` names among `records`.

    A date means the last version captured by the end of that UTC day, an instant the last one captured by then;
    "last" is by the order of the archive's history. `latest~N` counts records of every kind, technical ones included.

    Args:
        records: All records of one document, oldest first in the order of the archive's history.
        rev: What stands after the `@`.

    Raises:
        RevisionError: If `rev` names no record, or several; the message lists those that come near.
    """
    if not records:
        raise RevisionError(f"{rev!r} names no version: the document has none yet; 'tracker run' captures it")
    if rev == "first":
        return records[0]
    if latest := _LATEST.fullmatch(rev):
        return _count_back(records, rev, int(latest[1] or 0))
    if _DAY.fullmatch(rev):
        return _captured_before(records, rev, _end_of_day(records, rev))
    if _COMMIT.fullmatch(rev):
        return _with_prefix(records, rev)
    try:
        instant = parse_instant(rev)
    except (ValueError, OverflowError) as error:
        raise RevisionError(f"{rev!r} names no version: {_FORMS}. {_choices(records)}") from error
    return _captured_before(records, rev, instant + timedelta.resolution if instant < _END_OF_TIME else instant)


_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


def _count_back(records: Sequence[Record], rev: str, steps: int) -> Record:
    if steps >= len(records):
        raise RevisionError(
            f"{rev!r} names no version: there are {len(records)}, the oldest is "
            f"'latest~{len(records) - 1}'. {_choices(records)}"
        )
    return records[len(records) - 1 - steps]


def _end_of_day(records: Sequence[Record], rev: str) -> datetime:
    try:
        day = date.fromisoformat(rev)
    except ValueError as error:
        raise RevisionError(f"{rev!r} is no day of the calendar. {_choices(records)}") from error
    if day == date.max:
        return _END_OF_TIME
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)


def _captured_before(records: Sequence[Record], rev: str, end: datetime) -> Record:
    for record in reversed(records):
        if record.fetched_at < end:
            return record
    raise RevisionError(f"No version had been captured by {rev}. {_choices(records)}")


def _with_prefix(records: Sequence[Record], rev: str) -> Record:
    prefix = rev.lower()
    found = [record for record in records if record.commit.startswith(prefix)]
    if not found:
        raise RevisionError(f"No version has a commit that begins with {rev}: {_FORMS}. {_choices(records)}")
    if len(found) > 1:
        raise RevisionError(f"{rev} is ambiguous: {_listed(found)}")
    return found[0]


def _choices(records: Sequence[Record]) -> str:
    """Return a sentence that names the first version and the newest ones."""
    if len(records) <= _SHOWN:
        return f"Versions: {_listed(records)}"
    return f"Versions: {_listed([records[0]])} … {_listed(records[1 - _SHOWN :])}"


def _listed(records: Sequence[Record]) -> str:
    more = f" and {len(records) - _SHOWN} more" if len(records) > _SHOWN else ""
    shown = records[:_SHOWN]
    return ", ".join(f"{record.commit[:12]} ({format_instant(record.fetched_at)})" for record in shown) + more
