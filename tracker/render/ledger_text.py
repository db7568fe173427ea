"""A ledger as plain text for terminals and logs."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.model import Ledger
from tracker.render.change_columns import Screen
from tracker.render.ledger_view import LedgerPart, ToldCommitment, lay_out_ledger, tell_ledger_span
from tracker.render.visible import terminal_text
from tracker.render.words import tell_day


def ledger_to_text(ledger: Ledger, *, screen: Screen | None = None) -> str:
    """Return the ledger as text ending in one new line: promises, then powers, in reading order, what is gone last.

    No control character of the page's text passes, and no line of it can act as a command of a build log.

    Args:
        ledger: Of a document.
        screen: How wide lines may be; without it they are not folded.
    """
    lines = [f"{ledger.document}: promises and powers", tell_ledger_span(ledger)]
    for part in lay_out_ledger(ledger):
        lines += ["", *_part_lines(part, screen)]
    return "\n".join(lines) + "\n"


def _part_lines(part: LedgerPart, screen: Screen | None) -> Iterator[str]:
    yield f"== {part.title}: {part.counts}"
    for told in part.current:
        yield ""
        yield from _commitment_lines(told, screen)
    if part.gone:
        yield ""
        yield f"-- {part.gone_title}"
    for told in part.gone:
        yield ""
        yield from _commitment_lines(told, screen)


def _commitment_lines(told: ToldCommitment, screen: Screen | None) -> Iterator[str]:
    yield from _fold(f"[{told.word}] {told.commitment.quote.text}", "", screen)
    yield from _fold(f"{told.section}; {told.since}", "  ", screen)
    for fate in told.fates:
        commit = fate.step.record.commit[:9]
        yield from _fold(f"{tell_day(fate.step.record.fetched_at)}  {commit}  {fate.word}: {fate.words}", "  ", screen)
        if fate.shows_old:
            yield from _fold(f"before: {fate.step.old}", "    ", screen)


def _fold(text: str, indent: str, screen: Screen | None) -> Iterator[str]:
    shown = terminal_text(text).replace("\n", " ")
    if screen is None:
        yield indent + shown
        return
    line = indent
    for word in shown.split(" "):
        if screen.measure(line + word) > screen.width and line.strip():
            yield line.rstrip()
            line = f"{indent}  "
        line += f"{word} "
    yield line.rstrip()
