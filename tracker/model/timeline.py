"""What the archive remembers of a document: records, checks, and the events between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from tracker.model.document import DocumentKey
from tracker.model.instant import compact_instant
from tracker.model.snapshot import Validators
from tracker.model.standing import Answer
from tracker.model.verdict import Trust

RecordKind: TypeAlias = Literal["first", "change", "technical"]
Outcome: TypeAlias = Literal[
    "first-record", "changed", "technical", "unchanged", "held", "refused", "failed", "skipped"
]  # fmt: skip

#: Why a step between two records is no change: `switch` from one variant to another, `passing` (a text that stood for
#: days at most between two stays of another one), `return` from such a text.
Folding: TypeAlias = Literal["switch", "passing", "return"]

#: How much later a text must be seen again to count as confirmed, and a held one to be believed (DESIGN, section 6). A
#: second look within a run is too close: a fault or a rotation lasts longer than seconds.
CONFIRMATION_DELAY: Final = timedelta(hours=1)

#: What a run calls a capture that is recorded.
RECORD_OUTCOMES: Final[Mapping[RecordKind, Outcome]] = {
    "first": "first-record",
    "change": "changed",
    "technical": "technical",
}
#: Outcomes that prove which text was served at the time of the check.
PROVING_OUTCOMES: Final[frozenset[Outcome]] = frozenset({*RECORD_OUTCOMES.values(), "unchanged"})
#: Outcomes that prove that the newest version (before the run's own record) was still served.
SEEN_OUTCOMES: frozenset[Outcome] = frozenset({"unchanged", "technical"})
#: Outcomes that make a run end with exit code 1.
TROUBLED_OUTCOMES: frozenset[Outcome] = frozenset({"held", "refused", "failed", "skipped"})
#: The slug of a change (`Event.slug`), for those who are handed one.
CHANGE_SLUG: Final = re.compile(
    r"(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z)-(?P<old>[0-9a-f]{8})-(?P<new>[0-9a-f]{8})(?:-[0-9]+)?"
)


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
    answers: tuple[Answer, ...] | None = None
    """What each source answered, in their order; empty where all answered well in the place of the newest version, or
    not at all. None in rows from before this was kept: nothing is known then."""
    sources: tuple[str, ...] | None = None
    """For an imported copy of a combined document: the declared addresses of which a copy of this very instant was had.
    None where nothing else can be meant: for a document of one page, for a capture of our own, and in rows from before
    this was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """What of a step belongs to the change, where the rest was told before or sets two variants apart."""

    added: frozenset[str]
    """Clauses of the new text, folded."""
    removed: frozenset[str]
    """Clauses of the old text, folded."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change of a document's text, between two records of one vantage.

    The two are neighbours, or neighbours in the line of one variant where the document is served in several.
    """

    old: Record
    new: Record
    trust: Trust
    last_seen_old: datetime
    """The last instant at which the old text is known to have been served (UTC)."""
    confirmed_at: datetime | None = None
    """When the new text was seen again, at least an hour after its first capture, or from another vantage; None if
    not yet."""
    neighbour: Record | None = None
    """The record just before `new`, where `old` is an earlier one: the newest of the same variant."""
    variant: str | None = None
    """Name of the variant whose line it is in; None where the document has no variants, or the text bears none."""
    folded: Folding | None = None
    """Why it is no change; None where it is one."""
    residue: Residue | None = None
    """What of the difference is new; None where all of it is."""
    doubt: str | None = None
    """A code of `tracker.model.REASONS` where the new text was recorded in spite of doubts."""
    turn: int = 1
    """1, or more where the same texts followed each other at this very instant before: a clock was set back."""

    def __post_init__(self) -> None:
        if self.folded is not None and self.residue is not None:
            raise ValueError("of a step that is no change, nothing remains")

    @property
    def first_seen_new(self) -> datetime:
        return self.new.fetched_at

    @property
    def slug(self) -> str:
        """The change's part of its address: instant of the new capture and 8 hex digits of either text.

        A turn stands behind them where a clock was set back. `CHANGE_SLUG` reads it.
        """
        turn = f"-{self.turn}" if self.turn > 1 else ""
        return f"{compact_instant(self.new.fetched_at)}-{self.old.text_sha256[:8]}-{self.new.text_sha256[:8]}{turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of the forms in which a document is served in turn: to another region, or by another server."""

    name: str
    """`A` for the one that was seen first, then `B`, …"""
    signature: tuple[str, ...]
    """Clauses that set its newest text apart from another variant's of that time, in reading order. Empty where it is
    told by what it lacks."""
    texts: int
    """How many distinct texts bore it."""
    stays: int
    """How often it was the newest one, each uninterrupted stay counted once."""
    first_seen: datetime
    last_seen: datetime
    """When it was last captured (UTC)."""
    newest: Record
    newest_since: datetime
    """When its newest stay began (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A document's records and the events between them."""

    document: DocumentKey
    records: tuple[Record, ...]
    """In the order of the archive's history, oldest first, technical ones included."""
    events: tuple[Event, ...]
    """Oldest first, those included that are no change: see `changes`."""
    checks: tuple[Check, ...] = ()
    """Oldest first."""
    variants: tuple[Variant, ...] = ()
    """In order of their first sight; none where the document is served in one form, as far as is known."""

    def is_served(self, variant: Variant) -> bool:
        """Whether `variant` is the one that was captured last."""
        return bool(self.records) and self.records[-1].commit == variant.newest.commit

    @property
    def changes(self) -> tuple[Event, ...]:
        """The events that are changes, oldest first."""
        return tuple(event for event in self.events if event.folded is None)
