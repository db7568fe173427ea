"""What a change means, with evidence. A verdict that cannot be reached is `unclear`, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["substantive", "clarification", "editorial", "technical", "broken"]
Effect: TypeAlias = Literal["widens", "narrows", "mixed", "neutral", "unclear"]
Trust: TypeAlias = Literal["suspect", "alternating", "reverted", "confirmed", "single", "imported"]
Facet: TypeAlias = Literal[
    "trigger", "authority", "data", "recipient", "purpose", "modality", "retention", "cadence", "assurance", "notice",
    "consent", "age", "money", "jurisdiction",
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
    """The log entry as a reader sees it."""
    date: str | None = None
    """The entry's date as printed."""


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

    def __post_init__(self) -> None:
        if len(self.headline) > HEADLINE_LIMIT:
            raise ValueError(f"a headline has at most {HEADLINE_LIMIT} characters")
        if (self.broken is not None) != (self.kind == "broken"):
            raise ValueError("a broken change says why, and no other does")
        if self.broken is not None and (self.material or self.clauses):
            raise ValueError("a broken change is not material and lists no clauses")
