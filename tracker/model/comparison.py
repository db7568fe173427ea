"""From which version of a document to which: its own ends, or those of a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tracker.model.timeline import Record

#: The reach of the comparison of the first version with the latest one.
FIRST_TO_LATEST: Final = "first-latest"
#: What a reach can be: a part of an address.
REACH: Final = re.compile(rf"{FIRST_TO_LATEST}|[0-9]{{4}}-[0-9]{{4}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From which version to which: nothing is compared yet."""

    reach: str
    """`first-latest`, or two years in a row: `2023-2024` leads from the text at the end of 2023 to that at the end of
    2024 (UTC), or to the latest of 2024 as long as nothing later is known."""
    old: Record
    new: Record
    """The same record as `old` where nothing of the stretch may stand for its end."""
    old_variant: str | None = None
    new_variant: str | None = None
    """Names of the variants, where the document is served in several and the text bears one."""

    def __post_init__(self) -> None:
        if not REACH.fullmatch(self.reach):
            raise ValueError(f"{self.reach!r} is no reach of a comparison")
        if self.old.document != self.new.document:
            raise ValueError("a stretch lies within one document of one vantage")
