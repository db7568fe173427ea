"""A clause through time, and what happened between two versions that are no neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.model.change import SectionRef
from tracker.model.timeline import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A wording that came after the older of two versions and was gone again before the newer."""

    section: SectionRef
    text: str
    """What a reader saw in between; `""` where the clause was missing then."""
    came: Record
    """The version that brought it."""
    went: Record
    """The version that took it back."""
