"""A clause's biography laid out for reading: what happened when, in words, and what of the text is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracker.model import Biography, ClauseLine, Episode, Record, SectionLife, SectionRef, Span, Step, StepOp
from tracker.render.words import tell_count, tell_day, tell_section

STEP_WORDS: Final[dict[StepOp, str]] = {
    "first-seen": "First seen",
    "split-from": "Split from {others}",
    "reworded": "Reworded",
    "moved": "Moved",
    "split": "Split, a part went to {others}",
    "merged": "Merged, took in {others}",
    "removed": "Removed",
    "merged-into": "Merged into {others}",
    "returned": "Returned",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStep:
    """One step as people read it."""

    step: Step
    words: str
    """What happened, without a full stop: `Moved from 3.3.5 Lofts to 3.4 Towers`."""
    redline: tuple[Span, ...]
    """What to show below it; empty where the words are those of the step before, or gone."""
    repeated: str | None
    """What then went to and fro, as a sentence; None where nothing did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One clause's life as people read it."""

    line: ClauseLine
    life: str
    """From when to when: `29 July 2020 to now`."""
    facts: str
    """Where it stands or stood, and how many wordings it had."""
    steps: tuple[ToldStep, ...]
    hidden: int
    """Steps outside the time that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The clauses of one section, or those that were asked for alone."""

    title: str | None
    """None where no section was asked for."""
    life: str
    is_current: bool
    lines: tuple[ToldLine, ...]
    told_before: tuple[ClauseLine, ...]
    """Clauses of the section whose life an earlier chapter tells."""


def lay_out_biography(biography: Biography) -> tuple[Chapter, ...]:
    """Return a chapter for each section that was named, oldest first, or one for a clause alone."""
    if not biography.lives:
        lines = tuple(_tell_line(biography, line) for line in biography.lines)
        is_current = any(line.is_current for line in biography.lines)
        return (Chapter(title=None, life="", is_current=is_current, lines=lines, told_before=()),)
    chapters: list[Chapter] = []
    done: set[str] = set()
    for life in biography.lives:
        new = tuple(line for line in life.lines if line.id not in done)
        chapters.append(
            Chapter(
                title=tell_section(life.section),
                life=_tell_section_life(life),
                is_current=life.is_current,
                lines=tuple(_tell_line(biography, line) for line in new),
                told_before=tuple(line for line in life.lines if line.id in done),
            )
        )
        done.update(line.id for line in new)
    return tuple(chapters)


def tell_subject(biography: Biography) -> str:
    """Return what the biography is about: a section, the section of a clause, or what several sections were called."""
    if len(biography.lives) > 1:
        return biography.asked
    return tell_section(biography.lives[0].section if biography.lives else biography.lines[0].section)


def tell_history(biography: Biography) -> str:
    """Return over which time the document is known: `Known from 29 July 2020 to 22 August 2026`."""
    return f"Known from {tell_day(biography.first.fetched_at)} to {tell_day(biography.latest.fetched_at)}"


def _tell_section_life(life: SectionLife) -> str:
    return f"{_span(life.first_seen, life.last_seen_at, is_current=life.is_current)}; " + tell_count(
        len(life.lines), "clause", "clauses"
    )


def _tell_line(biography: Biography, line: ClauseLine) -> ToldLine:
    episodes = biography.told(line)
    return ToldLine(
        line=line,
        life=_span(line.first_seen, line.last_seen_at, is_current=line.is_current),
        facts=f"{tell_section(line.section)}; {tell_count(len(line.wordings), 'wording', 'wordings')}",
        steps=tuple(_tell_step(line, episode) for episode in episodes),
        hidden=len(line.episodes) - len(episodes),
    )


def _span(first: Record, last_seen_at: datetime, *, is_current: bool) -> str:
    if is_current:
        return f"{tell_day(first.fetched_at)} to now"
    return f"{tell_day(first.fetched_at)} to {tell_day(last_seen_at)}"


def _tell_step(line: ClauseLine, episode: Episode) -> ToldStep:
    step = episode.step
    is_birth = step is line.steps[0]
    if is_birth:
        redline: tuple[Span, ...] = (Span("=", step.new),)
    elif step.is_end or step.old == step.new:
        redline = ()
    else:
        redline = step.redline
    return ToldStep(
        step=step,
        words="; ".join(_words(line, step)),
        redline=redline,
        repeated=_tell_repeats(episode) if episode.repeats else None,
    )


def _words(line: ClauseLine, step: Step) -> Iterator[str]:
    others = ", ".join(step.others) or "another clause"
    if step.op == "first-seen" and step.event is not None:
        yield "Added"
    elif step.op == "returned":
        yield _tell_return(line, step)
    elif step.op == "moved":
        yield _tell_move(step)
        # A heading's number is part of its words: the move has told of it.
        is_renumbered = (
            line.kind == "heading" and step.moved_from is not None and (step.moved_from.title == step.section.title)
        )
        if step.old != step.new and not is_renumbered:
            yield "reworded"
    else:
        yield STEP_WORDS[step.op].format(others=others)
    if step.moved_from is not None and step.op != "moved":
        yield _tell_move(step).lower()[:1] + _tell_move(step)[1:]
    if step.record.kind == "technical":
        yield "our reading of the page changed, not its text"


def _tell_return(line: ClauseLine, step: Step) -> str:
    wording = line.wordings[(step.wording or 1) - 1]
    if wording.came == step.record:
        return "Returned, reworded"
    if step.old == step.new:
        return "Returned as it was"
    return f"Returned to wording {wording.number}, first seen {tell_day(wording.came.fetched_at)}"


def _tell_move(step: Step) -> str:
    if step.moved_from is None or _cited(step.moved_from) == _cited(step.section):
        return f"Moved within {tell_section(step.section)}"
    old, new = step.moved_from, step.section
    if old.number is not None and new.number is not None and old.title == new.title:
        return f"Moved from {old.number} to {tell_section(new)}"
    return f"Moved from {tell_section(old)} to {tell_section(new)}"


def _cited(section: SectionRef) -> tuple[str | None, str]:
    return section.number, section.title


def _tell_repeats(episode: Episode) -> str:
    last = episode.repeats[-1]
    times = tell_count(len(episode.repeats), "time", "times")
    then = "missing" if last.wording is None else f"wording {last.wording} in {tell_section(last.section)}"
    return f"To and fro {times} more until {tell_day(last.record.fetched_at)}; since then {then}"
