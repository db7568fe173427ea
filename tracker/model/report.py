"""What is told to people: a change with its context, and the outcome of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tracker.model.change import Change
from tracker.model.comparison import Stretch
from tracker.model.correction import AppliedCorrection, find_retraction
from tracker.model.document import DocumentKey
from tracker.model.ledger import Ledger
from tracker.model.lineage import Lineage
from tracker.model.provenance import Provenance
from tracker.model.published import PublishedVerdict, VerdictHistory
from tracker.model.standing import Standing, latest_standing
from tracker.model.timeline import TROUBLED_OUTCOMES, Event, Folding, Outcome, Record, Timeline
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


class Compared(Protocol):
    """What a comparison rests on, read and compared when somebody asks."""

    def compare(self) -> Change:
        """Return what differs; it is not kept."""

    @property
    def verdict(self) -> Verdict:
        """What that means."""

    @property
    def old_provenance(self) -> Provenance:
        """Where the old text comes from."""

    @property
    def new_provenance(self) -> Provenance:
        """Where the new text comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A stretch as it is published. It is no event: no feed and no list of changes holds it."""

    stretch: Stretch
    language: str | None
    """BCP 47 tag of the texts, if known: verdicts depend on it."""
    changes: int
    """How many changes that stand lie between the two."""
    extractions: int
    """How often the text was made anew by other rules between the two, and came out otherwise: what differs may be of
    their making."""
    told: ChangeReport | None = None
    """The change that leads from the one to the other, where they are neighbours: what is published about it holds."""
    withheld: tuple[Withholding, ...] = ()
    """Why texts of it are not published; nothing is compared then."""
    evidence: Compared = field(compare=False, repr=False)
    """Told by both records and the language, as long as the rules stay."""

    @property
    def reach(self) -> str:
        return self.stretch.reach

    @property
    def old(self) -> Record:
        return self.stretch.old

    @property
    def new(self) -> Record:
        return self.stretch.new

    @property
    def is_same_text(self) -> bool:
        """Whether the words at both ends are the same, whatever came and went between."""
        return self.old.text_sha256 == self.new.text_sha256

    @property
    def is_telling(self) -> bool:
        """Whether there is a difference that may be told as one of the policy, in a text that is published."""
        return bool(self.changes) and not self.is_same_text and not self.withheld

    @property
    def verdict(self) -> Verdict:
        """What the rules say or, of neighbours, what stands about their change."""
        return self.evidence.verdict if self.told is None else self.told.verdict


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
    comparisons: tuple[Comparison, ...] = ()
    """Its beginning with its end, then year with year, newest first; empty where it never changed."""

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
