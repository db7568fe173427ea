"""Tenures: from when to when each text of a document was the newest one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Final

from tracker.model import Record

#: The longest absence after which a text that comes back was never really gone. In an archive of 59 documents, looked
#: at twice a day, texts that were served in turn were away for half a day in the median; texts that a publisher took
#: back and put up again were away for weeks or months.
SHORT_ABSENCE: Final = timedelta(days=7)


#: The longest time in which a new text reaches all servers that give a page, so that old and new come in turn.
ROLL_OUT: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """One uninterrupted time of a text as the newest one."""

    text: str
    """Digest of the text, as it was before any re-extraction."""
    first: Record
    last: Record
    """The newest record of it: `first`, or one of a later re-extraction."""


def list_tenures(records: Sequence[Record]) -> tuple[tuple[Tenure, ...], tuple[int, ...]]:
    """Return the tenures of a document, and for each record the index of the tenure that it belongs to.

    A technical record is the same text as the one before it: our rules moved, not the publisher's words. But where it
    brings back, word for word, another text that stood before, and that text then stays, it is a return: rules do not
    make up old texts. One that stays for days at most was made from an old snapshot: Open Terms Archive extracted many
    documents again in December 2022 and January 2023, some from snapshots older than their newest version.

    Args:
        records: All of them, oldest first in the order of the archive's history.
    """
    tenures: list[Tenure] = []
    places: list[int] = []
    known: dict[str, str] = {}
    for record, after in zip_longest(records, records[1:]):
        newest = tenures[-1] if tenures else None
        if newest is None or record.kind != "technical":
            text = known.setdefault(record.text_sha256, record.text_sha256)
        else:
            text = known.setdefault(record.text_sha256, newest.text)
            if not _is_lasting(newest.last, record, after):
                text = newest.text
        if newest is not None and newest.text == text:
            tenures[-1] = Tenure(text=text, first=newest.first, last=record)
        else:
            tenures.append(Tenure(text=text, first=record, last=record))
        places.append(len(tenures) - 1)
    return tuple(tenures), tuple(places)


def _is_lasting(before: Record, record: Record, after: Record | None) -> bool:
    return (
        after is not None
        and record.fetched_at > before.fetched_at
        and not is_short(record.fetched_at, after.fetched_at)
    )


def list_short_absences(tenures: Sequence[Tenure]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return for each text its absences of a week or less: (index of the tenure before, index of the one after)."""
    absences: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    last: dict[str, int] = {}
    for place, tenure in enumerate(tenures):
        before = last.get(tenure.text)
        if before is not None and is_short(tenures[before + 1].first.fetched_at, tenure.first.fetched_at):
            absences[tenure.text].append((before, place))
        last[tenure.text] = place
    return {text: tuple(found) for text, found in absences.items()}


def is_short(start: datetime, end: datetime) -> bool:
    """Whether a text that was gone from `start` to `end` was never really gone; clocks set back count as no time."""
    return end - start <= SHORT_ABSENCE
