"""A clause's biography laid out for reading: what happened when, in words, and what of the text is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracker.model import N_, Biography, ClauseLine, Episode, Record, SectionLife, SectionRef, Span, Step, StepOp
from tracker.render.language import ENGLISH, Language
from tracker.render.words import tell_day, tell_section, uncapitalise

STEP_WORDS: Final[dict[StepOp, str]] = {
    "first-seen": N_("First seen"),
    "split-from": N_("Split from %(others)s"),
    "reworded": N_("Reworded"),
    "moved": N_("Moved"),
    "split": N_("Split, a part went to %(others)s"),
    "merged": N_("Merged, took in %(others)s"),
    "removed": N_("Removed"),
    "merged-into": N_("Merged into %(others)s"),
    "returned": N_("Returned"),
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


def lay_out_biography(biography: Biography, language: Language = ENGLISH) -> tuple[Chapter, ...]:
    """Return a chapter for each section that was named, oldest first, or one for a clause alone."""
    if not biography.lives:
        lines = tuple(_tell_line(biography, line, language) for line in biography.lines)
        is_current = any(line.is_current for line in biography.lines)
        return (Chapter(title=None, life="", is_current=is_current, lines=lines, told_before=()),)
    chapters: list[Chapter] = []
    done: set[str] = set()
    for life in biography.lives:
        new = tuple(line for line in life.lines if line.id not in done)
        chapters.append(
            Chapter(
                title=tell_section(life.section, language),
                life=_tell_section_life(life, language),
                is_current=life.is_current,
                lines=tuple(_tell_line(biography, line, language) for line in new),
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


def _tell_section_life(life: SectionLife, language: Language) -> str:
    span = _span(life.first_seen, life.last_seen_at, language, is_current=life.is_current)
    return f"{span}; {language.ngettext('%(num)s clause', '%(num)s clauses', len(life.lines))}"


def _tell_line(biography: Biography, line: ClauseLine, language: Language) -> ToldLine:
    episodes = biography.told(line)
    return ToldLine(
        line=line,
        life=_span(line.first_seen, line.last_seen_at, language, is_current=line.is_current),
        facts=f"{tell_section(line.section, language)}; "
        + language.ngettext("%(num)s wording", "%(num)s wordings", len(line.wordings)),
        steps=tuple(_tell_step(line, episode, language) for episode in episodes),
        hidden=len(line.episodes) - len(episodes),
    )


def _span(first: Record, last_seen_at: datetime, language: Language, *, is_current: bool) -> str:
    since = tell_day(first.fetched_at, language)
    if is_current:
        return language.gettext("%(first)s to now", first=since)
    return language.gettext("%(first)s to %(last)s", first=since, last=tell_day(last_seen_at, language))


def _tell_step(line: ClauseLine, episode: Episode, language: Language) -> ToldStep:
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
        words="; ".join(_words(line, step, language)),
        redline=redline,
        repeated=_tell_repeats(episode, language) if episode.repeats else None,
    )


def _words(line: ClauseLine, step: Step, language: Language) -> Iterator[str]:
    others = ", ".join(step.others) or language.gettext("another clause")
    if step.op == "first-seen" and step.event is not None:
        yield language.gettext("Added")
    elif step.op == "returned":
        yield _tell_return(line, step, language)
    elif step.op == "moved":
        yield _tell_move(step, language)
        # A heading's number is part of its words: the move has told of it.
        is_renumbered = (
            line.kind == "heading" and step.moved_from is not None and (step.moved_from.title == step.section.title)
        )
        if step.old != step.new and not is_renumbered:
            yield uncapitalise(language.gettext("Reworded"))
    else:
        yield language.gettext(STEP_WORDS[step.op]) % {"others": others}
    if step.moved_from is not None and step.op != "moved":
        yield uncapitalise(_tell_move(step, language))
    if step.record.kind == "technical":
        yield language.gettext("our reading of the page changed, not its text")


def _tell_return(line: ClauseLine, step: Step, language: Language) -> str:
    wording = line.wordings[(step.wording or 1) - 1]
    if wording.came == step.record:
        return language.gettext("Returned, reworded")
    if step.old == step.new:
        return language.gettext("Returned as it was")
    return language.gettext(
        "Returned to wording %(number)s, first seen %(day)s",
        number=wording.number,
        day=tell_day(wording.came.fetched_at, language),
    )


def _tell_move(step: Step, language: Language) -> str:
    told = tell_section(step.section, language)
    if step.moved_from is None or _cited(step.moved_from) == _cited(step.section):
        return language.gettext("Moved within %(section)s", section=told)
    old, new = step.moved_from, step.section
    is_renumbered = old.number is not None and new.number is not None and old.title == new.title
    was = old.number if is_renumbered else tell_section(old, language)
    return language.gettext("Moved from %(old)s to %(new)s", old=was, new=told)


def _cited(section: SectionRef) -> tuple[str | None, str]:
    return section.number, section.title


def _tell_repeats(episode: Episode, language: Language) -> str:
    last = episode.repeats[-1]
    then = (
        language.gettext("missing")
        if last.wording is None
        else language.gettext(
            "wording %(number)s in %(section)s", number=last.wording, section=tell_section(last.section, language)
        )
    )
    return language.ngettext(
        "To and fro %(num)s time more until %(day)s; since then %(then)s",
        "To and fro %(num)s times more until %(day)s; since then %(then)s",
        len(episode.repeats),
        day=tell_day(last.record.fetched_at, language),
        then=then,
    )
