"""What rules and words say of a changed clause, read when it is first asked for.

Many a clause only moved, or belongs to a menu: its kind is decided before anybody asks what it means.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

from tracker.classify.facets import find_differences
from tracker.classify.learned import Reading, keep_meaningful, tell_passages
from tracker.classify.topics import Spoken, read_spoken
from tracker.classify.wording import Wording
from tracker.model import Finding

#: Nothing that speaks of any topic.
NOTHING_SPOKEN: Final = Spoken(frozenset())


class Meaning:
    """The findings on one clause, and what of it speaks of topics."""

    def __init__(
        self, wording: Wording, *, document: str = "", is_read: bool = True, weighs_words: bool = True
    ) -> None:
        """Read nothing yet.

        Args:
            wording: The clause.
            document: The title of the text in which it stands, by `find_document_title`.
            is_read: Whether rules and words are asked at all: not of headings, entries of a log, what moved.
            weighs_words: Whether words are weighed, besides the rules.
        """
        self._wording = wording
        self._document = document
        self._is_read = is_read
        self._weighs_words = weighs_words

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What rules found, and what words tell where no rule does."""
        return self._read[0]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What words weigh, passage by passage."""
        return self._read[1].readings

    @property
    def spoken(self) -> Spoken:
        """What of the clause speaks of topics; where nothing was read, its signs and words are all the same."""
        return self._read[1] if self._is_read else read_spoken(self._wording, document=self._document)

    @cached_property
    def _read(self) -> tuple[tuple[Finding, ...], Spoken]:
        if not self._is_read:
            return (), NOTHING_SPOKEN
        found = find_differences(self._wording)
        if not self._weighs_words:
            return found, NOTHING_SPOKEN
        spoken = read_spoken(self._wording, found, document=self._document)
        kept = keep_meaningful(self._wording, found, spoken.readings)
        return (*kept, *tell_passages(self._wording, spoken.readings, kept)), spoken
