"""Versions cut into sentences, each read once however often it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tracker.classify.change_log import find_log
from tracker.classify.ledger.reading import Reading, Sentence, list_sentences, read_sentence
from tracker.model import Clause, CommitmentKind, Record, Version

#: Kinds of clauses whose sentences count as words that stand there, and never as commitments.
UNREAD_KINDS: Final = frozenset({"heading", "code"})
#: Characters of a sentence in a row of a table. What is longer has run together from several cells.
_LONGEST_CELL: Final = 300

#: A commitment of one version: its kind, and its sentence by `Sentence.key`.
Key: TypeAlias = tuple[CommitmentKind, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands in one version, and what it is read as."""

    clause: Clause
    line: int
    """Index of the clause's line."""
    sentence: Sentence
    readings: tuple[Reading, ...]

    def reading(self, kind: CommitmentKind) -> Reading | None:
        """Return what the sentence reads as, of one kind."""
        return next((reading for reading in self.readings if reading.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Page:
    """One version cut into sentences."""

    record: Record
    version: Version
    places: dict[str, Place]
    """Sentence by its key -> where it stands first, in reading order. Entries of the policy's own log are left out."""

    def commitments(self) -> Iterator[tuple[Key, Place]]:
        """Yield the promises and powers of the version in reading order."""
        for words, place in self.places.items():
            for reading in place.readings:
                yield (reading.kind, words), place


class PageMaker:
    """Makes pages of the versions of one document."""

    def __init__(self, *, language: str | None, names: Sequence[str]) -> None:
        """Read in `language` (primary subtag), where the publisher calls itself by `names`."""
        self._language, self._names = language, names
        self._known: dict[str, tuple[tuple[Sentence, tuple[Reading, ...]], ...]] = {}
        """Text of a clause -> its sentences."""

    def make(self, record: Record, version: Version, lines: Sequence[int]) -> Page:
        """Return the page of `version`; `lines` are the indices of its clauses' lines."""
        log = find_log(version)
        entries = log.clauses if log is not None else frozenset()
        places: dict[str, Place] = {}
        for clause, line in zip(version.clauses, lines, strict=True):
            if clause.index in entries:
                continue
            for sentence, readings in self._read(clause):
                if clause.kind != "row" or len(sentence.text) <= _LONGEST_CELL:
                    found = () if clause.kind in UNREAD_KINDS else readings
                    places.setdefault(sentence.key, Place(clause, line, sentence, found))
        return Page(record, version, places)

    def _read(self, clause: Clause) -> tuple[tuple[Sentence, tuple[Reading, ...]], ...]:
        if clause.text not in self._known:
            self._known[clause.text] = tuple(
                (sentence, read_sentence(sentence, language=self._language, names=self._names))
                for sentence in list_sentences(clause.text)
            )
        return self._known[clause.text]
