"""A clause through time, and what happened between two versions that are no neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from tracker.model.change import ClauseChange, SectionRef, Span
from tracker.model.document import DocumentKey
from tracker.model.timeline import Event, Record
from tracker.model.version import ClauseKind

StepOp: TypeAlias = Literal[
    "first-seen", "split-from", "reworded", "moved", "split", "merged", "removed", "merged-into", "returned"
]  # fmt: skip

STEP_OPS: Final[tuple[StepOp, ...]] = get_args(StepOp)
#: Steps that may lead over ground that was covered before.
_REPEATABLE: Final[frozenset[StepOp]] = frozenset({"removed", "returned", "moved"})
#: Steps by which a line begins, and steps after which the clause is not in the document.
_BIRTHS: Final[frozenset[StepOp]] = frozenset({"first-seen", "split-from"})
_ENDS: Final[frozenset[StepOp]] = frozenset({"removed", "merged-into"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A wording that came after the older of two versions and was gone again before the newer."""

    section: SectionRef
    text: str
    """What a reader saw in between; `""` where the clause was missing then."""
    came: Record
    """The version that brought it; the first time, where it came more than once."""
    went: Record
    """The version that took it back; the last time, where that happened more than once."""
    times: int = 1
    """How often it came and went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One of the texts that a clause has had. Texts that differ in marks or quotation marks alone are one."""

    number: int
    """From 1, in the order in which the texts first appeared."""
    text: str
    """What a reader saw when it first appeared."""
    came: Record
    """The version that first had it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A time through which a clause stood in one section."""

    section: SectionRef
    """As it was called last."""
    heading: str | None
    """Id of the line of the section's heading; None before the first heading."""
    since: Record
    """The first version with the clause there."""
    last: Record
    """The last version with the clause there; of a clause that still stands there, the newest of the document."""
    last_seen_at: datetime
    """When that version is known to have been served last (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened to a clause, by one version.

    Ops: `first-seen` and `split-from` begin a line; `reworded`; `moved` (to another section, maybe reworded too);
    `split` (it goes on with one of the pieces); `merged` (it took in others); `removed` and `merged-into` end its
    stand; `returned` (a text that the line had before, or the clause after an absence).
    """

    op: StepOp
    record: Record
    """The version that brought it. A `technical` one: our reading changed, not their text."""
    event: Event | None
    """The change that it is part of; None for first and technical records."""
    section: SectionRef
    """Where the clause stands after it; for an end, where it stood."""
    moved_from: SectionRef | None = None
    wording: int | None
    """Number of the wording that the clause has after it; None after an end."""
    redline: tuple[Span, ...]
    """From the line's last wording (an absence in between aside) to the one after it; to nothing for an end."""
    change: ClauseChange | None = None
    """The whole difference that it is part of; None where there is none, as in a first version."""
    others: tuple[str, ...] = ()
    """Ids of the lines that it was split into or from, or merged with or into."""

    def __post_init__(self) -> None:
        if self.op not in STEP_OPS:
            raise ValueError(f"{self.op!r} is no step")
        if (self.wording is None) != (self.op in _ENDS):
            raise ValueError("a clause has a wording after every step but an end")

    @property
    def old(self) -> str:
        return "".join(span.text for span in self.redline if span.tag != "+")

    @property
    def new(self) -> str:
        return "".join(span.text for span in self.redline if span.tag != "-")

    @property
    def is_end(self) -> bool:
        """Whether the clause is not in the document after it."""
        return self.op in _ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A step, and how often the clause then went to and fro over ground that it had covered before."""

    step: Step
    repeats: tuple[Step, ...] = ()
    """Oldest first: each leads from one known wording (or absence) to another, as an earlier step of the line did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """One clause through the whole history of a document: at most one clause of each version is it."""

    id: str
    """Lower-case ASCII, once in the document; later versions never change it."""
    kind: ClauseKind
    """What it was when it began."""
    wordings: tuple[Wording, ...]
    steps: tuple[Step, ...]
    """Oldest first."""
    stays: tuple[Stay, ...]
    """Oldest first."""

    def __post_init__(self) -> None:
        if not self.wordings or not self.stays:
            raise ValueError(f"the line {self.id} has a wording and a place")
        if not self.steps or self.steps[0].op not in _BIRTHS or any(step.op in _BIRTHS for step in self.steps[1:]):
            raise ValueError(f"the line {self.id} begins once, with its first step")
        if any(wording.number != place for place, wording in enumerate(self.wordings, start=1)):
            raise ValueError("wordings are numbered from 1")

    @property
    def is_current(self) -> bool:
        """Whether the clause stands in the newest version."""
        return not self.steps[-1].is_end

    @property
    def first_seen(self) -> Record:
        return self.steps[0].record

    @property
    def last_seen(self) -> Record:
        """The last version with the clause; the document's newest where it still stands."""
        return self.stays[-1].last

    @property
    def last_seen_at(self) -> datetime:
        """When that version is known to have been served last (UTC)."""
        return self.stays[-1].last_seen_at

    @property
    def section(self) -> SectionRef:
        """Where the clause stands, or last stood."""
        return self.stays[-1].section

    @property
    def text(self) -> str:
        """What the clause says, or last said."""
        last = next(step.wording for step in reversed(self.steps) if step.wording is not None)
        return self.wordings[last - 1].text

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """The steps, with each run of repetitions folded into the step before it.

        A hundred returns from one text to another and back are three episodes: reworded, returned with 98 repeats, and
        what comes after.
        """
        gathered: list[tuple[Step, list[Step]]] = []
        known: set[tuple[object, object]] = set()
        before: object = None
        for step in self.steps:
            after = (step.wording, step.section.number, step.section.title)
            if (before, after) in known and step.op in _REPEATABLE:
                gathered[-1][1].append(step)
            else:
                gathered.append((step, []))
            known.add((before, after))
            before = after
        return tuple(Episode(step=step, repeats=tuple(repeats)) for step, repeats in gathered)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSection:
    """A section to whose clauses something happened. It is known by the line of its heading, which never changes."""

    heading: str | None
    """Id of that line; None for what stands before the first heading."""
    section: SectionRef
    """As it was called last."""
    is_current: bool
    """Whether any of its clauses stands in the newest version."""
    told: tuple[ClauseLine, ...]
    """Clauses to which something happened, in the order in which something first did."""
    still: int
    """Clauses that stand as they stood in the document's first version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Every clause of a document through its whole history."""

    records: tuple[Record, ...]
    """Oldest first."""
    lines: tuple[ClauseLine, ...]
    """In the order in which they began, and in reading order within a version."""
    places: tuple[tuple[int, ...], ...]
    """For each record, for each clause of its version in reading order, the index of its line in `lines`."""

    @property
    def told_sections(self) -> tuple[ToldSection, ...]:
        """The sections to whose clauses something happened, in the order in which they began."""
        homes: dict[str | None, list[ClauseLine]] = {}
        for line in self.lines:
            # A heading is at home in the section that it opens, another clause where it stood first: neither changes.
            home = line.id if line.kind == "heading" else line.stays[0].heading
            homes.setdefault(home, []).append(line)
        order = {record.commit: place for place, record in enumerate(self.records)}

        def told_since(line: ClauseLine) -> int:
            first = line.steps[0]
            return order[(first if first.event is not None else line.steps[1]).record.commit]

        found = []
        for heading, lines in homes.items():
            told = [line for line in lines if len(line.steps) > 1 or line.steps[0].event is not None]
            if told:
                own = next((line for line in lines if line.id == heading), None)
                found.append(
                    ToldSection(
                        heading=heading,
                        section=own.section if own is not None else lines[0].stays[0].section,
                        is_current=any(line.is_current for line in lines),
                        told=tuple(sorted(told, key=told_since)),
                        still=len(lines) - len(told),
                    )
                )
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLife:
    """One section through time, known by its heading: a number that was given to another section begins another."""

    section: SectionRef
    """As it was called last, in the time that was asked for."""
    first_seen: Record
    last_seen: Record
    is_current: bool
    """Whether the section bears this name in the newest version."""
    last_seen_at: datetime
    """When the last version of it is known to have been served last (UTC)."""
    lines: tuple[ClauseLine, ...]
    """Every clause that ever stood in it, in the order in which they came there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Biography:
    """What is known of the clauses that somebody asked for."""

    document: DocumentKey
    service_name: str
    asked: str
    """What was asked for, as written."""
    lives: tuple[SectionLife, ...]
    """The sections that were named, oldest first; empty where one clause was named."""
    lines: tuple[ClauseLine, ...]
    """Every clause told of, each once."""
    first: Record
    """The document's first version."""
    latest: Record
    """The document's newest version."""
    since: datetime | None = None
    """What happened before is left out (UTC); None where nothing is."""
    until: datetime | None = None
    """What happened at this instant and after is left out (UTC)."""

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("a biography is somebody's")

    def told(self, line: ClauseLine) -> tuple[Episode, ...]:
        """Return the episodes of `line` of which some part lies in the time that was asked for."""
        return tuple(
            episode
            for episode in line.episodes
            if any(self._is_asked_for(step.record) for step in (episode.step, *episode.repeats))
        )

    def _is_asked_for(self, record: Record) -> bool:
        is_early = self.since is not None and record.fetched_at < self.since
        return not is_early and (self.until is None or record.fetched_at < self.until)
