"""The mementos of a document, as an index has them, sorted by what is to be done about each.

Belongs here: what the index alone decides, and what is told of each memento in the end. Does not belong here: fetching.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from tracker.importers import ListedMemento, MementoList
from tracker.model import REASONS, Document, Failure, Outcome
from tracker.pipeline.imported import ImportTarget

#: `not-fetched`: the archive was not asked for it, since it asked to come back later or did not answer.
MementoOutcome: TypeAlias = Outcome | Literal["not-fetched"]

#: The reason of a copy that was had after history had grown beyond its instant.
LATE: Final = "late-memento"

_TROUBLE: Final[frozenset[MementoOutcome]] = frozenset({"failed", "refused", "held", "not-fetched"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMemento:
    """What became of one copy that the index lists, or of the index or a line of it that cannot be read."""

    captured_at: datetime | None
    """None where it is about the index."""
    url: str
    """The declared address."""
    memento_url: str | None
    """None where it is about the index."""
    outcome: MementoOutcome
    reason: str | None = None
    detail: str | None = None

    @property
    def next_step(self) -> str | None:
        """What a person can do about it; None where all is well."""
        return REASONS[self.reason] if self.reason is not None else None

    @property
    def is_troubled(self) -> bool:
        return self.outcome in _TROUBLE or self.reason == LATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The copies of one instant, by their declared addresses, with the declaration that held then."""

    at: datetime
    document: Document
    mementos: Mapping[str, ListedMemento]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the index has, sorted by what is to be done about it."""

    moments: tuple[Moment, ...]
    told: tuple[ImportedMemento, ...]
    """What the index alone decides."""
    unreadable: tuple[ImportedMemento, ...]


def plan_mementos(target: ImportTarget, lists: Mapping[str, MementoList], *, now: datetime) -> Plan:
    """Return what is to be done about the copies in `lists` (by address): in the times in which it was declared.

    Raises:
        DeclarationError: If the service's history file has errors.
    """
    told: list[ImportedMemento] = []
    found: dict[datetime, dict[str, ListedMemento]] = {}
    documents: dict[datetime, Document] = {}
    for url, listing in lists.items():
        for memento in listing.mementos:
            at = memento.captured_at
            document = documents.get(at) or target.find_declaration(at)
            if document is None or all(source.url != url for source in document.sources):
                continue  # at that time the document was elsewhere
            cause = memento.cause_against()
            if cause is not None:
                told.append(tell_memento(memento, "skipped", cause))
            elif at > now:
                future = Failure(reason="bad-index", detail="its instant is yet to come")
                told.append(tell_memento(memento, "failed", future))
            else:
                documents[at] = document
                present = found.setdefault(at, {}).get(url)
                found[at][url], other = _choose(present, memento)
                if other is not None:
                    said = f"{found[at][url].original} was captured at the same instant, with another body"
                    told.append(tell_memento(other, "skipped", Failure(reason="same-instant", detail=said)))
    unreadable = {
        line: ImportedMemento(
            captured_at=None, url=url, memento_url=None, outcome="failed", reason="bad-index",
            detail=f"a line of the index cannot be read: {line}",
        )
        for url, listing in lists.items() for line in listing.bad_lines
    }  # fmt: skip
    return Plan(
        moments=tuple(Moment(at=at, document=documents[at], mementos=found[at]) for at in sorted(found)),
        told=tuple(told),
        unreadable=tuple(unreadable.values()),
    )


def _choose(present: ListedMemento | None, other: ListedMemento) -> tuple[ListedMemento, ListedMemento | None]:
    """Return which of two copies of one instant is taken (that of the very address, if any), and one to be named."""
    if present is None:
        return other, None
    kept, left = (
        (other, present) if present.original != present.url and other.original == other.url else (present, other)
    )
    return kept, left if left.digest != kept.digest else None


def tell_memento(memento: ListedMemento, outcome: MementoOutcome, failure: Failure | None = None) -> ImportedMemento:
    """Return what is told of `memento`, with the reason if something is amiss."""
    return ImportedMemento(
        captured_at=memento.captured_at,
        url=memento.url,
        memento_url=memento.memento_url,
        outcome=outcome,
        reason=failure.reason if failure is not None else None,
        detail=failure.detail if failure is not None else None,
    )
