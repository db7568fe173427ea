"""A clause's biography as plain text for terminals and logs."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.model import Biography, Step, format_instant
from tracker.render.biography_view import Chapter, ToldLine, lay_out_biography, tell_history
from tracker.render.change_columns import Pen, Screen, inline_lines
from tracker.render.visible import terminal_text
from tracker.render.words import tell_count

_COMMIT_DIGITS = 9


def biography_to_text(biography: Biography, *, colour: bool, screen: Screen | None = None) -> str:
    """Return the biography as text ending in one new line: section by section, clause by clause, oldest first.

    No control character of the page's text passes, and no line of it can act as a command of a build log.

    Args:
        biography: Whose lives.
        colour: Whether deleted and inserted words are set off by colour, not by brackets.
        screen: How wide lines may be; without it they are not folded.
    """
    pen = Pen(colour=colour, screen=screen)
    lines = [f"{biography.document}: {_one_line(biography.asked)}", tell_history(biography)]
    chapters = lay_out_biography(biography)
    for number, chapter in enumerate(chapters, start=1):
        lines += ["", *_chapter_lines(chapter, pen, f" ({number} of {len(chapters)})" if len(chapters) > 1 else "")]
    return "\n".join(lines) + "\n"


def _chapter_lines(chapter: Chapter, pen: Pen, place: str) -> Iterator[str]:
    if chapter.title is not None:
        yield f"== {_one_line(chapter.title)}{place}: {chapter.life}"
    for position, told in enumerate(chapter.lines):
        if position or chapter.title is not None:
            yield ""
        yield from _line_lines(told, pen)
    for line in chapter.told_before:
        yield f"and {line.id}, told above"


def _line_lines(told: ToldLine, pen: Pen) -> Iterator[str]:
    yield f"{told.line.id}  {told.line.kind}, {told.life}; {_one_line(told.facts)}"
    for step in told.steps:
        yield f"  {_moment(step.step)}  {_one_line(step.words)}"
        if step.redline:
            yield from inline_lines(step.redline, pen)
        if step.repeated is not None:
            yield f"  {_one_line(step.repeated)}"
    if told.hidden:
        yield f"  {tell_count(told.hidden, 'step', 'steps')} before or after that time"


def _moment(step: Step) -> str:
    """Return when a step was seen, its commit, and how far it is trusted where it is a change."""
    trust = f"  [{step.event.trust}]" if step.event is not None else ""
    return f"{format_instant(step.record.fetched_at)}  {step.record.commit[:_COMMIT_DIGITS]}{trust}"


def _one_line(text: str) -> str:
    return terminal_text(text).replace("\n", " ")
