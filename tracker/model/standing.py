"""Whether a document is still where it is watched, or has ended or moved: told apart from what its text says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from tracker.model.snapshot import require_utc

StandingState: TypeAlias = Literal["watching", "ended", "moved"]
StandingEnd: TypeAlias = Literal["returned", "moved-on", "declared-anew"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where one source's request ended, and with which status: a fact of a check row."""

    url: str
    """The declared address."""
    status: int | None = None
    """HTTP status of the last answer; None where none came."""
    final_url: str | None = None
    """The address that gave it, after redirects; None where none came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a document stands: watched, or a stretch of time in which it had ended or seemed to have moved."""

    state: StandingState
    since: datetime | None = None
    """When the check was made with which the stretch began (UTC); None while the document is watched."""
    told_at: datetime | None = None
    """When enough was known to say so (UTC): for pages that are not found, the last of the nights that it takes."""
    evidence: str = ""
    """What was found, in one sentence; `""` while the document is watched."""
    new_url: str | None = None
    """The address to which the document's own redirects; None where it does not. Where it moves from host to host, the
    one at which it was seen last."""
    is_served: bool = False
    """Whether the document is served at `new_url`: it moved, and is seen there every night."""
    back_at: datetime | None = None
    """When the stretch was over, since the document was seen again (UTC); None while it lasts."""
    ending: StandingEnd | None = None
    """How it was over: the document was seen in its place (`returned`), on another host (`moved-on`), or where a new
    declaration says (`declared-anew`). None while it lasts."""

    def __post_init__(self) -> None:
        for name in ("since", "told_at", "back_at"):
            instant = getattr(self, name)
            if instant is not None:
                require_utc(name, instant)
        if (self.state == "watching") != (self.since is None) or (self.since is None) != (self.told_at is None):
            raise ValueError("a document that ended or moved did so at a check, and no other has one")
        if (self.back_at is None) != (self.ending is None):
            raise ValueError("that a document is seen again has a way in which it is, and an instant")
        if self.state != "watching" and not self.evidence:
            raise ValueError("that a document ended or moved is never said without evidence")
        if (self.state == "moved") != (self.new_url is not None):
            raise ValueError("a document that moved has an address to which it did, and no other has one")


WATCHING: Final = Standing(state="watching")


def latest_standing(departures: Sequence[Standing]) -> Standing:
    """Return how a document stands after `departures`, all its stretches of absence, oldest first."""
    newest = departures[-1] if departures else WATCHING
    return newest if newest.back_at is None else WATCHING
