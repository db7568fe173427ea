"""What is told to people: a change with its context, and the outcome of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tracker.model.change import Change
from tracker.model.correction import AppliedCorrection, find_retraction
from tracker.model.document import DocumentKey
from tracker.model.ledger import Ledger
from tracker.model.lineage import Lineage
from tracker.model.provenance import Provenance
from tracker.model.published import PublishedVerdict, VerdictHistory
from tracker.model.standing import Standing, latest_standing
from tracker.model.timeline import TROUBLED_OUTCOMES, Event, Folding, Outcome, Timeline
from tracker.model.verdict import Effect, Kind, Verdict
from tracker.model.version import Version
from tracker.model.withholding import Withholding


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
    """As it stands: what the rules say and, over that, what persons corrected."""
    history: VerdictHistory
    """By which rules it is judged, and what was published about it before."""
    evidence: Evidence = field(compare=False, repr=False)
    """Told by the event alone, as long as the rules and the withholdings stay: the texts and commits that it names."""
    corrections: tuple[AppliedCorrection, ...] = ()
    """What persons corrected, oldest first."""
    judged: Verdict | None = None
    """What the rules say, where a person corrected it; None where `verdict` is theirs."""
    withheld: tuple[Withholding, ...] = ()
    """Why a text of it is not published; `change` is then empty, and `verdict` has no words of the text."""

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
        """What was published about it before the verdict that the rules give now, in the order of publication."""
        return self.history.earlier(self.by_rules)

    @property
    def by_rules(self) -> Verdict:
        """What the rules say, whatever persons corrected."""
        return self.verdict if self.judged is None else self.judged

    @property
    def retraction(self) -> AppliedCorrection | None:
        """The correction that retracts it; None where it stands."""
        return find_retraction(self.corrections)

    @property
    def corrected_at(self) -> datetime | None:
        """When a person last changed what readers must see; None if never.

        That is: kind, material or effect corrected, the change retracted or restored, or a text of it withheld.
        """
        corrected = (done.correction.at for done in self.corrections if done.correction.is_weighty)
        return max((*corrected, *(withholding.at for withholding in self.withheld)), default=None)


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
class Lives:
    """The clauses of a document through time: which sections have something to tell, and the whole on demand."""

    headings: tuple[str | None, ...]
    """Of the `told_sections` of the lineage, in their order."""
    follow: Callable[[], Lineage]
    """Gives the lineage. Asked only where a page is made of it: it costs reading the whole history."""


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
    lives: Lives | None = None
    """What became of its clauses; None where nobody followed them."""
    language: str | None = None
    """BCP 47 tag of the language in which it is declared to be; None where nobody said."""
    lengths: tuple[int, ...] = ()
    """Words of each record of the timeline, in its order; empty where nobody counted."""
    withheld: Mapping[str, Withholding] = field(default_factory=dict)
    """What of its texts is not published, by the digest of the text. Where the newest is among them, `latest` is
    empty."""

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
