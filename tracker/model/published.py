"""Verdicts as they were published: kept for good, however the rules are changed later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Self

from tracker.model.snapshot import require_utc
from tracker.model.verdict import HEADLINE_LIMIT, Verdict

_ID: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME: Final = re.compile(r"[0-9A-Za-z-]{1,120}")
#: A kind, an effect or a topic, of these rules or of others.
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MOST_TOPICS: Final = 100
#: Rules to come may allow longer headlines than these do; what is longer still is none.
_LONGEST_HEADLINE: Final = 4 * HEADLINE_LIMIT
_MOST_RULES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVerdict:
    """What was published about a change from some night on: a row of `.tracker/verdicts/`.

    Kinds, effects and topics are text: rules of another version may know others.
    """

    id: str
    """Feed id of the change."""
    change: str
    """Slug of the page on which it was published; another one where the new text is now compared with another text."""
    rules: int
    """Version of the rules by which it was judged."""
    judged_at: datetime
    """When the run began that published it first (UTC)."""
    kind: str
    material: bool
    effect: str
    topics: tuple[str, ...]
    headline: str

    def __post_init__(self) -> None:
        require_utc("judged_at", self.judged_at)
        if not _ID.fullmatch(self.id) or not _NAME.fullmatch(self.change):
            raise ValueError("a published verdict bears the feed id and the slug of its change")
        if not 1 <= self.rules <= _MOST_RULES:
            raise ValueError("versions of rules are counted from 1")
        if len(self.topics) > _MOST_TOPICS:
            raise ValueError("a published verdict has too many topics")
        if not all(_CODE.fullmatch(code) for code in (self.kind, self.effect, *self.topics)):
            raise ValueError("kind, effect and topics are codes: lower-case letters, digits and hyphens")
        if len(self.headline) > _LONGEST_HEADLINE:
            raise ValueError("a published headline is too long to be one")
        self.headline.encode()  # half a character is no text that a page could show

    @property
    def weight(self) -> tuple[str, bool, str]:
        """Kind, material and effect: where one of them differs, a feed entry is an updated one."""
        return (self.kind, self.material, self.effect)

    def says_as(self, other: Self) -> bool:
        """Whether `other` says the same, whoever judged it and when."""
        return (*self.weight, self.topics, self.headline) == (*other.weight, other.topics, other.headline)

    def says(self, verdict: Verdict) -> bool:
        """Whether it says what `verdict` does."""
        told = (verdict.kind, verdict.material, verdict.effect, verdict.topics, verdict.headline)
        return (*self.weight, self.topics, self.headline) == told


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictHistory:
    """What was published about one change so far."""

    rules: int
    """Version of the rules by which the change is judged now."""
    published: tuple[PublishedVerdict, ...] = ()
    """In the order of publication; neighbours differ, unless a row between them is lost."""

    def earlier(self, verdict: Verdict) -> tuple[PublishedVerdict, ...]:
        """Return what was published before `verdict`, which stands now and may not be published yet."""
        is_published = bool(self.published) and self.published[-1].says(verdict)
        return self.published[:-1] if is_published else self.published

    def published_at(self, verdict: Verdict) -> datetime | None:
        """Return since when `verdict`, which stands now, is published; None where no run has published it."""
        return self.published[-1].judged_at if self.published and self.published[-1].says(verdict) else None

    @property
    def revisions(self) -> tuple[tuple[PublishedVerdict, PublishedVerdict], ...]:
        """Each (before, from then on) by which kind, material or effect became others than were published before."""
        return tuple((old, new) for old, new in pairwise(self.published) if old.weight != new.weight)

    @property
    def revised_at(self) -> datetime | None:
        """When kind, material or effect last became others; None if they never did.

        A clock that is set back never makes it earlier.
        """
        return max((new.judged_at for _, new in self.revisions), default=None)
