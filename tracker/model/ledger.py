"""What a document promises and what it permits its publisher, sentence by sentence, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from tracker.model.change import SectionRef
from tracker.model.document import DocumentKey
from tracker.model.timeline import Event, Record
from tracker.model.verdict import Quote

CommitmentKind: TypeAlias = Literal["promise", "power"]
#: `never` and `not` (it does not do a thing), `only` (in these cases alone), `will` (it does a thing for the reader);
#: `may`, `right` (reserved, or granted by the reader), `discretion`.
CommitmentModality: TypeAlias = Literal["never", "not", "only", "will", "may", "right", "discretion"]
#: What became of a sentence. Of promises: `narrowed`, `strengthened`, `broken-off`. Of powers: `narrowed`, `widened`,
#: `withdrawn`. Of either: `kept`, and `unclear` where the words differ and no rule tells which way.
Fate: TypeAlias = Literal["kept", "narrowed", "strengthened", "widened", "broken-off", "withdrawn", "unclear"]

COMMITMENT_KINDS: Final[tuple[CommitmentKind, ...]] = get_args(CommitmentKind)
COMMITMENT_MODALITIES: Final[tuple[CommitmentModality, ...]] = get_args(CommitmentModality)
FATES: Final[tuple[Fate, ...]] = get_args(Fate)
#: By kind, the fates that a commitment of it can have.
FATES_OF: Final[dict[CommitmentKind, tuple[Fate, ...]]] = {
    "promise": ("kept", "narrowed", "strengthened", "broken-off", "unclear"),
    "power": ("kept", "narrowed", "widened", "withdrawn", "unclear"),
}
#: Fates after which a commitment stands no longer.
_ENDS: Final[frozenset[Fate]] = frozenset({"broken-off", "withdrawn"})
#: Fates that say which way the words went.
_TELLING: Final[frozenset[Fate]] = frozenset({"narrowed", "strengthened", "widened", "unclear"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentStep:
    """One thing that happened to a promise or a power, by one version."""

    fate: Fate
    record: Record
    """The version that brought it."""
    event: Event | None
    """The change that it is part of; folded where another variant of the page brought the sentence back, None for a
    technical record."""
    section: SectionRef
    """Where the sentence stands after it; for an end, where it stood."""
    old: str
    """The sentence before; `""` where it was gone before."""
    new: str
    """The sentence after; `""` where nothing like it stands."""
    rule: str
    """Id of the rule that decided, such as `exception-added`."""
    before: Quote | None = None
    """The words of `old` on which the rule rests; None where it rests on the whole sentence, or on `new` alone."""
    after: Quote | None = None
    """The words of `new` on which the rule rests."""

    def __post_init__(self) -> None:
        if not (self.old or self.new):
            raise ValueError("a step has a sentence on one side")

    @property
    def is_end(self) -> bool:
        return self.fate in _ENDS

    @property
    def is_return(self) -> bool:
        """Whether the sentence was gone before."""
        return not self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A sentence by which the publisher promises something, or permits itself something, through time."""

    id: str
    """Lower-case ASCII, once in the ledger."""
    kind: CommitmentKind
    modality: CommitmentModality
    """As the sentence reads now, or last read."""
    quote: Quote
    """The sentence as it stands or last stood, and where it begins in its clause's text."""
    verb: str
    """The verb of it, as its name is in the lexicon; `""` where none was read."""
    acts_on: str
    """What the verb acts on, in the sentence's words; `""` where that was not read."""
    line: str
    """Id of the line of the clause that holds it, or last held it."""
    clause: int
    """Index of the clause in the version that has the sentence now, or had it last."""
    section: SectionRef
    first_seen: Record
    """The version that first had it, in these or earlier words. A `technical` one: it was there unread before."""
    first_event: Event | None
    """The change that brought it; None where it was there from the first version on, or came by no change."""
    last_seen: Record
    """The last version with it; the newest of the ledger, or of its variant, where it stands."""
    is_current: bool
    """Whether it stands in the newest version, or in the newest of a variant that is not served now."""
    variant: str | None = None
    """Name of the variant in which alone it stands; None where it stands in the newest version, or nowhere."""
    steps: tuple[CommitmentStep, ...] = ()
    """Oldest first; none where it stands word for word as it first did."""

    def __post_init__(self) -> None:
        strange = {step.fate for step in self.steps} - set(FATES_OF[self.kind])
        if strange:
            raise ValueError(f"no {self.kind} is {', '.join(sorted(strange))}")
        if not self.is_current and not self.steps:
            raise ValueError("what stands no longer ended by a step")

    @property
    def state(self) -> Fate:
        """What became of it: its end where it stands no longer, else the last step that says which way it went."""
        if not self.is_current:
            return self.steps[-1].fate
        return next((step.fate for step in reversed(self.steps) if step.fate in _TELLING), "kept")

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is told no longer because another sentence says the same."""
        return not self.is_current and not self.steps[-1].is_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All that a document promises and permits, and did."""

    document: DocumentKey
    service_name: str
    first: Record
    """The first version that was read."""
    latest: Record
    """The newest version that was read: doubtful captures are not."""
    commitments: tuple[Commitment, ...]
    """In reading order of the newest version; then those of other variants; then those that are gone, newest end
    first."""

    def current(self, kind: CommitmentKind) -> tuple[Commitment, ...]:
        """Return those of `kind` that stand, in reading order."""
        return tuple(item for item in self.commitments if item.kind == kind and item.is_current)

    def gone(self, kind: CommitmentKind) -> tuple[Commitment, ...]:
        """Return those of `kind` that stand no longer, newest end first."""
        return tuple(item for item in self.commitments if item.kind == kind and not item.is_current)
