"""Lineages as they are kept between runs, so that no history is followed twice.

Records and events are told by their places in the timeline, which is known; sections and differences once each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Generic, NamedTuple, TypeVar

from tracker.model import (
    ClauseChange,
    ClauseKind,
    ClauseLine,
    Event,
    Lineage,
    Record,
    SectionRef,
    Span,
    Stay,
    Step,
    StepOp,
    Timeline,
    Wording,
)
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.kept_values import KeptForm

_Item = TypeVar("_Item")


class _KeptStep(NamedTuple):
    """A step: what is a number is a place in a list."""

    op: StepOp
    record: int
    event: int | None
    section: int
    moved_from: int | None
    wording: int | None
    redline: tuple[Span, ...]
    change: int | None
    others: tuple[str, ...]


class _KeptStay(NamedTuple):
    section: int
    heading: str | None
    since: int
    last: int
    last_seen_at: datetime


class _KeptLine(NamedTuple):
    id: str
    kind: ClauseKind
    wordings: tuple[tuple[str, int], ...]
    """(text, place of the record that brought it) of each, in the order of their numbers."""
    steps: tuple[_KeptStep, ...]
    stays: tuple[_KeptStay, ...]


class _KeptLineage(NamedTuple):
    history: str
    """Digest of all that tells this history from others."""
    sections: tuple[SectionRef, ...]
    changes: tuple[ClauseChange, ...]
    lines: tuple[_KeptLine, ...]
    places: tuple[tuple[int, ...], ...]


_LINEAGES: Final[KeptForm[_KeptLineage]] = KeptForm(_KeptLineage)


def keep_lineage(timeline: Timeline, history: str, *, cache: Cache, follow: Callable[[], Lineage]) -> Lineage:
    """Return the lineage of a document: the one that `cache` knows, or else the one that `follow` gives, kept then.

    Args:
        timeline: Of the document.
        history: Digest of all on which the lineage depends.
        cache: What earlier runs worked out.
        follow: Follows the history.
    """
    # One row a document, written over: a longer history takes the place of the one that it goes on from.
    name = name_result("lineage", [str(timeline.document)])
    kept = _LINEAGES.read(cache.get_json(name))
    if kept is not None and kept.history == history:
        try:
            return _unpack(kept, timeline.records, timeline.events)
        except (IndexError, ValueError):
            pass  # a row that somebody altered
    lineage = follow()
    cache.put_json(_LINEAGES.write(name, _pack(lineage, history, timeline.records, timeline.events)))
    return lineage


class _Shelf(Generic[_Item]):
    """Things by their places, each object once."""

    def __init__(self) -> None:
        self.items: list[_Item] = []
        self._places: dict[int, int] = {}

    def place(self, item: _Item) -> int:
        """Return the place of `item`, which is put in if it is not there."""
        if id(item) not in self._places:
            self._places[id(item)] = len(self.items)
            self.items.append(item)
        return self._places[id(item)]


def _pack(lineage: Lineage, history: str, records: Sequence[Record], events: Sequence[Event]) -> _KeptLineage:
    # A lineage holds the very objects of its timeline: no two need be compared.
    of_record = {id(record): place for place, record in enumerate(records)}
    of_event = {id(event): place for place, event in enumerate(events)}
    sections: _Shelf[SectionRef] = _Shelf()
    changes: _Shelf[ClauseChange] = _Shelf()
    same: dict[SectionRef, SectionRef] = {}

    def of_section(section: SectionRef) -> int:
        return sections.place(same.setdefault(section, section))

    def pack_step(step: Step) -> _KeptStep:
        return _KeptStep(
            op=step.op,
            record=of_record[id(step.record)],
            event=None if step.event is None else of_event[id(step.event)],
            section=of_section(step.section),
            moved_from=None if step.moved_from is None else of_section(step.moved_from),
            wording=step.wording,
            redline=step.redline,
            change=None if step.change is None else changes.place(step.change),
            others=step.others,
        )

    lines = tuple(
        _KeptLine(
            id=line.id,
            kind=line.kind,
            wordings=tuple((wording.text, of_record[id(wording.came)]) for wording in line.wordings),
            steps=tuple(map(pack_step, line.steps)),
            stays=tuple(
                _KeptStay(
                    section=of_section(stay.section),
                    heading=stay.heading,
                    since=of_record[id(stay.since)],
                    last=of_record[id(stay.last)],
                    last_seen_at=stay.last_seen_at,
                )
                for stay in line.stays
            ),
        )
        for line in lineage.lines
    )
    return _KeptLineage(
        history=history,
        sections=tuple(sections.items),
        changes=tuple(changes.items),
        lines=lines,
        places=lineage.places,
    )


def _unpack(kept: _KeptLineage, records: Sequence[Record], events: Sequence[Event]) -> Lineage:
    """Return the lineage that was packed.

    Raises:
        IndexError: If it tells of records or events that there are not.
        ValueError: If no lineage is like that.
    """
    sections, changes = kept.sections, kept.changes

    def unpack_step(step: _KeptStep) -> Step:
        return Step(
            op=step.op,
            record=records[step.record],
            event=None if step.event is None else events[step.event],
            section=sections[step.section],
            moved_from=None if step.moved_from is None else sections[step.moved_from],
            wording=step.wording,
            redline=step.redline,
            change=None if step.change is None else changes[step.change],
            others=step.others,
        )

    return Lineage(
        records=tuple(records),
        lines=tuple(
            ClauseLine(
                id=line.id,
                kind=line.kind,
                wordings=tuple(
                    Wording(number=number, text=text, came=records[came])
                    for number, (text, came) in enumerate(line.wordings, start=1)
                ),
                steps=tuple(map(unpack_step, line.steps)),
                stays=tuple(
                    Stay(
                        section=sections[stay.section],
                        heading=stay.heading,
                        since=records[stay.since],
                        last=records[stay.last],
                        last_seen_at=stay.last_seen_at,
                    )
                    for stay in line.stays
                ),
            )
            for line in kept.lines
        ),
        places=kept.places,
    )
