"""Corrections: what a person says of a published change, against the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from tracker.model.snapshot import require_utc
from tracker.model.verdict import EFFECTS, HEADLINE_LIMIT, KINDS, TOPICS

CorrectionField: TypeAlias = Literal["kind", "material", "effect", "topics", "headline", "retract"]
CorrectionValue: TypeAlias = str | bool | tuple[str, ...]

CORRECTION_FIELDS: Final[tuple[CorrectionField, ...]] = get_args(CorrectionField)
#: Kinds that a person may set. That a page was not the policy is said by retracting the change.
CORRECTABLE_KINDS: Final = tuple(kind for kind in KINDS if kind != "broken")
#: Fields whose correction makes a feed entry an updated one, as it is where later rules judge otherwise.
_WEIGHTY: Final = frozenset({"kind", "material", "effect", "retract"})
_FLAGS: Final = frozenset({"material", "retract"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One field of one change, as a person sets it."""

    change: str
    """The change's feed id, slug or address, as written."""
    field: CorrectionField
    value: CorrectionValue
    """A code, a sentence, true or false, or topics in the order of `TOPICS`: by the field."""
    reason: str
    by: str
    """Who corrects, as they wish to be named."""
    at: datetime
    """When it was decided (UTC)."""
    file: str = ""
    """The file that says so."""
    place: str = ""
    """Dotted path of the correction inside the file; `""` where the file holds one alone."""

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        if not self.change or not self.reason or not self.by:
            raise ValueError("a correction names its change, its reason and who made it")
        problem = problem_of_value(self.field, self.value)
        if problem is not None:
            raise ValueError(problem)

    @property
    def is_weighty(self) -> bool:
        """Whether readers of a feed are to see the entry as an updated one."""
        return self.field in _WEIGHTY


def problem_of_value(field: CorrectionField, value: object) -> str | None:
    """Return why `value` cannot be the value of `field`, and what can; None where it can."""
    if field in _FLAGS:
        return None if isinstance(value, bool) else f"the value of {field} is true or false"
    if field == "topics":
        fits = isinstance(value, tuple) and all(topic in TOPICS for topic in value) and len(set(value)) == len(value)
        return None if fits else f"the value of topics is a list of these, each once at most: {', '.join(TOPICS)}"
    if not isinstance(value, str):
        return f"the value of {field} is a text"
    if field == "headline":
        return _problem_of_headline(value)
    if field == "kind" and value == "broken":
        return "a change cannot be made 'broken': where the captured page was not the policy, set retract to true"
    codes = CORRECTABLE_KINDS if field == "kind" else EFFECTS
    return None if value in codes else f"the value of {field} is one of {', '.join(codes)}"


def _problem_of_headline(value: str) -> str | None:
    if not value.strip() or not value.isprintable():
        return "a headline is one line of visible text"
    if len(value) > HEADLINE_LIMIT:
        return f"a headline has at most {HEADLINE_LIMIT} characters, and this has {len(value)}: shorten it"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedCorrection:
    """A correction with what stood before it."""

    correction: Correction
    old: CorrectionValue
    """The field's value by the rules as they judge today, or by the correction before this one."""


def find_retraction(corrections: Sequence[AppliedCorrection]) -> AppliedCorrection | None:
    """Return the one of a change's `corrections`, oldest first, by which it is retracted; None where it stands."""
    last = next((done for done in reversed(corrections) if done.correction.field == "retract"), None)
    return last if last is not None and last.correction.value is True else None
