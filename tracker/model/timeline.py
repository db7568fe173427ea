"""What the archive remembers of a document: records, checks, and the events between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from tracker.model.document import DocumentKey
from tracker.model.instant import compact_instant
from tracker.model.snapshot import Validators
from tracker.model.verdict import Trust

RecordKind: TypeAlias = Literal["first", "change", "technical"]
Outcome: TypeAlias = Literal[
    "first-record", "changed", "technical", "unchanged", "held", "refused", "failed", "skipped"
]  # fmt: skip

#: How much later a text must be seen again to count as confirmed, and a held one to be believed (DESIGN, section 6). A
#: second look within a run is too close: a fault or a rotation lasts longer than seconds.
CONFIRMATION_DELAY: Final = timedelta(hours=1)

#: Outcomes that prove that the newest version (before the run's own record) was still served.
SEEN_OUTCOMES: frozenset[Outcome] = frozenset({"unchanged", "technical"})
#: Outcomes that make a run end with exit code 1.
TROUBLED_OUTCOMES: frozenset[Outcome] = frozenset({"held", "refused", "failed", "skipped"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One commit that records a version of a document."""

    document: DocumentKey
    commit: str
    """40 hex digits."""
    kind: RecordKind
    fetched_at: datetime
    """The author date: when the version was captured (UTC)."""
    source_url: str
    text_sha256: str
    markdown_sha256: str
    body_sha256: str
    last_seen_old: datetime | None = None
    """When the text before it was last seen (UTC); None for a first record and where nobody knows."""
    tracker_version: str = ""
    imported_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look at a document: a row of `.tracker/checks/YYYY/MM/DD.jsonl`."""

    document: DocumentKey
    checked_at: datetime
    outcome: Outcome
    reason: str | None = None
    detail: str | None = None
    text_sha256: str | None = None
    """Digest of the text that was seen, where one was extracted or the server said that it is the same."""
    validators: tuple[tuple[str, Validators], ...] = ()
    """(source URL, validators) to send next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change of a document's text, between two neighbouring records of one vantage."""

    old: Record
    new: Record
    trust: Trust
    last_seen_old: datetime
    """The last instant at which the old text is known to have been served (UTC)."""
    confirmed_at: datetime | None = None
    """When the new text was seen again, at least an hour after its first capture; None if not yet."""

    @property
    def first_seen_new(self) -> datetime:
        return self.new.fetched_at

    @property
    def slug(self) -> str:
        """The change's part of its address: instant of the new capture and 8 hex digits of either text."""
        return f"{compact_instant(self.new.fetched_at)}-{self.old.text_sha256[:8]}-{self.new.text_sha256[:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A document's records and the events between them."""

    document: DocumentKey
    records: tuple[Record, ...]
    """In the order of the archive's history, oldest first, technical ones included."""
    events: tuple[Event, ...]
    """Oldest first."""
    checks: tuple[Check, ...] = ()
    """Oldest first."""
