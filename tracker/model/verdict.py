"""What a change means, with evidence. A verdict that cannot be reached is `unclear`, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["substantive", "clarification", "editorial", "technical", "broken"]
Effect: TypeAlias = Literal["widens", "narrows", "mixed", "neutral", "unclear"]
Trust: TypeAlias = Literal["suspect", "alternating", "reverted", "confirmed", "single", "imported"]
Facet: TypeAlias = Literal[
    "trigger", "authority", "data", "recipient", "purpose", "modality", "retention", "cadence", "assurance", "notice",
    "consent", "age", "money", "jurisdiction",
]  # fmt: skip

#: `moved-with-change`; `moved-alone`: it moved, and no other word differs; `stood-still`: it did not move, though the
#: text changed in substance; `unmoved`: it did not move, and nothing changed in substance; `went-back`; `appeared` and
#: `gone`: only the new or only the old version bears one.
DateStatus: TypeAlias = Literal[
    "moved-with-change", "moved-alone", "stood-still", "unmoved", "went-back", "appeared", "gone",
]  # fmt: skip

#: Kinds from the weightiest to the lightest: the kind of a change is that of its weightiest clause.
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
EFFECTS: Final[tuple[Effect, ...]] = get_args(Effect)
FACETS: Final[tuple[Facet, ...]] = get_args(Facet)

TOPICS: Final = (
    "data-collection", "data-sharing", "law-enforcement", "retention-deletion", "security", "advertising-profiling",
    "user-rights", "children", "international-transfer", "payments", "third-party", "ai-automation",
    "contact-representative", "policy-changes", "legal-basis", "cookies", "location", "liability-disputes",
    "account-termination", "content-licence", "other",
)  # fmt: skip

#: The longest headline, in characters (Unicode code points).
HEADLINE_LIMIT: Final = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words quoted from a clause's text."""

    text: str
    start: int
    """Offset of the first character in the old (or new) text of the clause change."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference in meaning, with its evidence."""

    facet: Facet
    before: Quote | None
    """From the old text; None where the old text says nothing."""
    after: Quote | None
    effect: Effect
    rule: str
    """Id of the rule that found it, such as `trigger-scale`."""
    confidence: float
    """0 to 1."""
    summary: str
    """What differs, in words for a headline: `disclosure widened from terrorism to crime`."""

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("a finding has evidence")
        if not 0 <= self.confidence <= 1:
            raise ValueError("a confidence lies between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Whether the publisher's own change log mentions the change of a clause."""

    status: Literal["same-version", "later", "never", "no-log"]
    entry: str | None = None
    """The log entry as a reader sees it. With `never`, an entry that came with the change and says only that something
    changed; None where none did."""
    date: str | None = None
    """The entry's date as printed; None where it bears none."""
    lag_days: float | None = None
    """With `later`, the days from the first version with the change to the first one with the entry; else None."""

    def __post_init__(self) -> None:
        if self.lag_days is not None and self.status != "later":
            raise ValueError("only what is announced later has a lag")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDate:
    """The date by which a policy says when it was changed, or from when it is in force."""

    label: str
    """The words before the date, as printed, such as `Last updated`; `""` for a date that stands alone."""
    printed: str
    """As printed."""
    day: date | None
    """The day that it means; None where it names none, or day and month could be either of two numbers."""
    is_ambiguous: bool = False
    """Whether day and month could be either of two numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDates:
    """What became of a policy's own date where its text changed."""

    status: DateStatus
    old: OwnDate | None
    """None where the old version bears no date of its own."""
    new: OwnDate | None

    def __post_init__(self) -> None:
        if self.old is None and self.new is None:
            raise ValueError("of a policy that never dates itself there is nothing to tell")
        if (self.status == "appeared") != (self.old is None) or (self.status == "gone") != (self.new is None):
            raise ValueError("a date that came or went stands on one side alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseVerdict:
    """What the change of one clause means."""

    kind: Kind
    topics: tuple[str, ...] = ()
    effect: Effect = "neutral"
    announced: Announcement | None = None
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        unknown = set(self.topics) - set(TOPICS)
        if unknown:
            raise ValueError(f"unknown topics: {sorted(unknown)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Why the new version is not the document."""

    reason: str
    """A code of `tracker.model.REASONS`."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a change means as a whole."""

    kind: Kind
    material: bool
    effect: Effect
    topics: tuple[str, ...]
    """In the order of `TOPICS`."""
    headline: str
    """One plain sentence, at most `HEADLINE_LIMIT` characters, saying no more than the findings do."""
    broken: Broken | None = None
    clauses: tuple[ClauseVerdict, ...] = ()
    """One for each clause change, in the same order; empty where the change is broken."""
    dates: OwnDates | None = None
    """What became of the policy's own date; None where neither version bears one, and where the change is broken."""

    def __post_init__(self) -> None:
        if len(self.headline) > HEADLINE_LIMIT:
            raise ValueError(f"a headline has at most {HEADLINE_LIMIT} characters")
        if (self.broken is not None) != (self.kind == "broken"):
            raise ValueError("a broken change says why, and no other does")
        if self.broken is not None and (self.material or self.clauses):
            raise ValueError("a broken change is not material and lists no clauses")
