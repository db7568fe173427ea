"""What came between two versions and was gone again: what a direct comparison of them does not show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.model import ClauseLine, Lineage, Passing, Record, SectionRef, fold_text


def list_passings(lineage: Lineage) -> tuple[Passing, ...]:
    """Return every wording that came after the first version of `lineage` and was taken back before its last.

    Taken back means that the clause then had a wording again, or was missing again, as it had before: from A to B and
    back to A, B is one; from A to B and on to C it is not, for that is the way that the comparison of A with C tells.
    What stood in the first or stands in the last version is none either. Each text of a clause is listed once. What our
    own re-reading brought and took back is none: the publisher never wrote it.

    In the order in which they came, and in reading order where they came together.
    """
    order = {record.commit: place for place, record in enumerate(lineage.records)}
    found = [(order[passing.came.commit], passing) for line in lineage.lines for passing in _passings(line, lineage)]
    return tuple(passing for _, passing in sorted(found, key=lambda pair: pair[0]))


@dataclass(frozen=True, slots=True)
class _State:
    """What a line was from one version on."""

    text: str
    """`""` where the clause was missing."""
    key: str
    """Equal where the publisher's text was the same: folded, and as it read before any re-reading of ours."""
    came: Record | None
    """None for a clause that was missing from the beginning."""
    section: SectionRef


def _passings(line: ClauseLine, lineage: Lineage) -> Iterator[Passing]:
    states = _states(line, is_first=line.first_seen == lineage.records[0])
    reverted: dict[str, list[int]] = {}
    for place, state in enumerate(states[:-1]):
        if state.key in {states[0].key, states[-1].key}:
            continue
        before = {other.key for other in states[:place]}
        if any(other.key in before for other in states[place + 1 :]):
            reverted.setdefault(state.key, []).append(place)
    for places in reverted.values():
        came, went = states[places[0]].came, states[places[-1] + 1].came
        if came is not None and went is not None and not came.kind == went.kind == "technical":
            first = states[places[0]]
            yield Passing(section=first.section, text=first.text, came=came, went=went, times=len(places))


def _states(line: ClauseLine, *, is_first: bool) -> list[_State]:
    """Return the states that follow each other; neighbours differ in their keys."""
    same_as: dict[str, str] = {}
    states = [] if is_first else [_State(text="", key="", came=None, section=line.steps[0].section)]
    for step in line.steps:
        text = "" if step.is_end else step.new
        folded = fold_text(text)
        if step.record.kind == "technical" and states and text and states[-1].text:
            same_as.setdefault(folded, states[-1].key)
        key = same_as.get(folded, folded)
        if not states or states[-1].key != key:
            states.append(_State(text=text, key=key, came=step.record, section=step.section))
    return states
