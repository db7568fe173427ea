"""The line of one clause while it is being followed: what it said last, where it stood, what has happened to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from tracker.model import (
    ClauseChange,
    ClauseKind,
    ClauseLine,
    Event,
    Record,
    SectionRef,
    Span,
    Stay,
    Step,
    StepOp,
    Version,
    Wording,
    sha256_hex,
)

Locate: TypeAlias = Callable[[Version, int], SectionRef]

_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG: Final = 40
_DIGEST_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a clause of a version stands."""

    section: SectionRef
    heading: int | None
    """Index of the clause that is the section's heading; None where it has none."""


def make_seats(version: Version, locate: Locate) -> list[Seat]:
    """Return the seat of each clause of `version`."""
    headings: dict[int, int] = {}
    for clause in version.clauses:
        if clause.kind == "heading":
            headings.setdefault(clause.section, clause.index)
    seats: dict[int, Seat] = {}
    for clause in version.clauses:
        if clause.section not in seats:
            section = locate(version, clause.section)
            seats[clause.section] = Seat(section, headings.get(_cited_section(version, clause.section, section)))
    return [seats[clause.section] for clause in version.clauses]


def _cited_section(version: Version, index: int, cited: SectionRef) -> int:
    """Return the index of the section that `cited` names: the one at `index` or one around it."""
    place: int | None = index
    while place is not None:
        section = version.sections[place]
        if (section.number, section.title) == (cited.number, cited.title):
            return place
        place = section.parent
    return index


def is_same_place(one: SectionRef, other: SectionRef) -> bool:
    """Whether two versions cite the same section: by its number, or by its title where it has none.

    Number `"0"` only says that a section stands before the first numbered one: it is no number of its own.
    """
    if {one.number, other.number} <= {None, "0"}:
        return one.title.casefold() == other.title.casefold()
    return one.number == other.number


def name_line(section: SectionRef, folded: str, taken: Collection[str]) -> str:
    """Return an id for a line that begins in `section` with the text `folded`: none of `taken`.

    >>> name_line(SectionRef(number="8.3", title="Towers", anchor=None), "Birds rest here.", ())
    '8-3-35e3379d'
    """
    known_as = section.number if section.number not in {None, "0"} else section.title
    ascii_name = unicodedata.normalize("NFKD", known_as or "").encode("ascii", "ignore").decode("ascii").lower()
    slug = _NOT_SLUG.sub("-", ascii_name).strip("-")[:_LONGEST_SLUG].strip("-") or "front"
    digest = sha256_hex(f"{section.number}\n{section.title}\n{folded}")[:_DIGEST_DIGITS]
    name = f"{slug}-{digest}"
    count = 2
    while name in taken:
        name = f"{slug}-{digest}-{count}"
        count += 1
    return name


@dataclass(slots=True, kw_only=True)
class Arrival:
    """What is known of a clause of a new version when its line is written on."""

    text: str
    folded: str
    section: SectionRef
    heading: str | None
    """Id of the line of the section's heading."""
    op: StepOp | None
    """Where it is known beforehand; None where it follows from texts and places."""
    redline: tuple[Span, ...] | None
    change: ClauseChange | None
    others: tuple[str, ...]


@dataclass(slots=True)
class _OpenStay:
    section: SectionRef
    heading: str | None
    since: int
    last: int | None = None
    """None while the clause still stands there."""


@dataclass(slots=True, kw_only=True)
class LineDraft:
    """A clause's line up to the version that was read last. Records are known by their place."""

    id: str
    kind: ClauseKind
    text: str = ""
    """What it says, or said last."""
    wording: int = 0
    """Number of that text."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Folded text -> number of the wording."""
    ended_at: int | None = None
    """The record that first was without it; None while it stands."""
    _wordings: list[Wording] = field(default_factory=list)
    _steps: list[Step] = field(default_factory=list)
    _stays: list[_OpenStay] = field(default_factory=list)

    @property
    def section(self) -> SectionRef:
        """Where it stands, or stood last."""
        return self._stays[-1].section

    def arrive(self, now: int, record: Record, event: Event | None, arrival: Arrival) -> bool:
        """Write down that the clause stands in the version of `record`; return whether its text is new to the line."""
        is_new = arrival.folded not in self.numbers
        if is_new:
            self.numbers[arrival.folded] = len(self.numbers) + 1
            self._wordings.append(Wording(number=len(self.numbers), text=arrival.text, came=record))
        number = self.numbers[arrival.folded]
        moved_from = self._moved_from(arrival)
        op = self._op(arrival, number, is_new=is_new, is_moved=moved_from is not None)
        if op is not None:
            self._steps.append(
                Step(
                    op=op,
                    record=record,
                    event=event,
                    section=arrival.section,
                    moved_from=moved_from,
                    wording=number,
                    redline=arrival.redline or (Span("=", arrival.text),),
                    change=arrival.change,
                    others=arrival.others,
                )
            )
        self._sit_down(now, arrival)
        self.text, self.wording, self.ended_at = arrival.text, number, None
        return is_new

    def leave(
        self, now: int, record: Record, event: Event | None, *, change: ClauseChange | None, into: tuple[str, ...]
    ) -> None:
        """Write down that the clause is missing from the version of `record`."""
        self._steps.append(
            Step(
                op="merged-into" if into else "removed",
                record=record,
                event=event,
                section=self.section,
                wording=None,
                redline=(Span("-", self.text),),
                change=change,
                others=into,
            )
        )
        self._stays[-1].last = now - 1
        self.ended_at = now

    def finish(self, records: Sequence[Record], sights: Sequence[datetime]) -> ClauseLine:
        """Return the line as it is known after the last of `records`, each of which was last served at its sight."""
        return ClauseLine(
            id=self.id,
            kind=self.kind,
            wordings=tuple(self._wordings),
            steps=tuple(self._steps),
            stays=tuple(
                Stay(
                    section=stay.section,
                    heading=stay.heading,
                    since=records[stay.since],
                    last=records[-1 if stay.last is None else stay.last],
                    last_seen_at=sights[-1 if stay.last is None else stay.last],
                )
                for stay in self._stays
            ),
        )

    def _moved_from(self, arrival: Arrival) -> SectionRef | None:
        if not self._steps:
            return None
        if not is_same_place(self.section, arrival.section):
            return self.section
        if self.ended_at is None and arrival.change is not None and arrival.change.op == "moved":
            return self.section  # to another place of the same section
        return None

    def _op(self, arrival: Arrival, number: int, *, is_new: bool, is_moved: bool) -> StepOp | None:
        """Return what has happened; None where the clause stands as it stood."""
        if not self._steps:
            return arrival.op or "first-seen"
        if self.ended_at is not None:
            return "returned"
        if arrival.op in {"split", "merged"} and arrival.others:
            return arrival.op
        if number != self.wording and not is_new:
            return "returned"
        if is_moved:
            return "moved"
        return None if number == self.wording else "reworded"

    def _sit_down(self, now: int, arrival: Arrival) -> None:
        stay = self._stays[-1] if self._stays and self.ended_at is None else None
        if stay is not None and stay.heading == arrival.heading and is_same_place(stay.section, arrival.section):
            stay.section = arrival.section
            return
        if stay is not None:
            stay.last = now - 1
        self._stays.append(_OpenStay(section=arrival.section, heading=arrival.heading, since=now))
