"""What is told to people: a change with its context, and the outcome of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tracker.model.change import Change
from tracker.model.document import DocumentKey
from tracker.model.ledger import Ledger
from tracker.model.provenance import Provenance
from tracker.model.published import PublishedVerdict, VerdictHistory
from tracker.model.standing import Standing, latest_standing
from tracker.model.timeline import TROUBLED_OUTCOMES, Event, Folding, Outcome, Timeline
from tracker.model.verdict import Effect, Kind, Verdict
from tracker.model.version import Version


class Evidence(Protocol):
    """What a change rests on; it may be read and compared only when somebody asks for it."""

    @property
    def change(self) -> Change:
        """What differs."""

    @property
    def old_provenance(self) -> Provenance:
        """Where the old text comes from."""

    @property
    def new_provenance(self) -> Provenance:
        """Where the new text comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvidence:
    """Evidence that is at hand."""

    change: Change
    old_provenance: Provenance
    new_provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReport:
    """One change as it is published: what differs, what it means, and the evidence."""

    service_name: str
    event: Event
    verdict: Verdict
    history: VerdictHistory
    """By which rules it is judged, and what was published about it before."""
    evidence: Evidence = field(compare=False, repr=False)
    """Told by the event alone, as long as the rules stay: the texts and the commits that it names."""

    @property
    def change(self) -> Change:
        return self.evidence.change

    @property
    def old_provenance(self) -> Provenance:
        return self.evidence.old_provenance

    @property
    def new_provenance(self) -> Provenance:
        return self.evidence.new_provenance

    @property
    def document(self) -> DocumentKey:
        return self.event.new.document

    @property
    def earlier(self) -> tuple[PublishedVerdict, ...]:
        """What was published about it before the verdict that stands now, in the order of publication."""
        return self.history.earlier(self.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSummary:
    """What a list of changes tells of one: the verdict without its evidence."""

    kind: Kind
    material: bool
    effect: Effect
    topics: tuple[str, ...]
    headline: str

    @classmethod
    def of(cls, verdict: Verdict) -> ChangeSummary:
        """Return the summary of `verdict`."""
        return cls(
            kind=verdict.kind,
            material=verdict.material,
            effect=verdict.effect,
            topics=verdict.topics,
            headline=verdict.headline,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """One document as it is published."""

    service_name: str
    timeline: Timeline
    latest: Version
    latest_provenance: Provenance
    changes: tuple[ChangeReport, ...]
    """Oldest first; one for each event of the timeline."""
    departures: tuple[Standing, ...] = ()
    """The stretches in which it had ended or seemed to have moved, oldest first."""
    ledger: Ledger | None = None
    """What it promises and permits; None where nobody kept it."""

    @property
    def standing(self) -> Standing:
        return latest_standing(self.departures)

    @property
    def document(self) -> DocumentKey:
        return self.timeline.document


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult:
    """What a run did about one document."""

    document: DocumentKey
    outcome: Outcome
    reason: str | None = None
    detail: str | None = None
    next_step: str | None = None
    headline: str | None = None
    """Of the change that was recorded; why it is none, where it is folded."""
    folded: Folding | None = None
    """Why the text that was recorded is no change: it is a switch between variants, or the return of a text."""

    @property
    def is_troubled(self) -> bool:
        return self.outcome in TROUBLED_OUTCOMES


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did, one row a document, in the order of the declarations."""

    started_at: datetime
    results: tuple[DocumentResult, ...]

    @property
    def changed(self) -> tuple[DocumentResult, ...]:
        """Those with a change; a text that was recorded and is none is not among them."""
        return tuple(result for result in self.results if result.outcome == "changed" and result.folded is None)

    @property
    def troubled(self) -> tuple[DocumentResult, ...]:
        return tuple(result for result in self.results if result.is_troubled)
