"""What became of datasets of figures, as `tracker run` and `tracker transparency import` tell it."""

from __future__ import annotations

from collections.abc import Callable

from tracker.cli.session import Session
from tracker.model import JsonValue, format_instant
from tracker.pipeline.figure_datasets import ImportedFigures
from tracker.render import tell_period
from tracker.render.figures_json import news_row_to_json
from tracker.transparency import PassedOverError

_WORDS = {"first": "first version", "new-version": "new version", "unchanged": "nothing new since"}


def complain_of(session: Session) -> Callable[[PassedOverError], None]:
    """Return what says on the error stream that figures were left out, and why."""
    return lambda error: session.complain(f"figures passed over: {error}")


def tell_result(session: Session, result: ImportedFigures) -> None:
    """Say what became of a dataset and what is new in it; one that was refused or could not be had is complained of."""
    if result.is_troubled:
        session.complain(tell_problem(result))
        return
    session.say(tell_outcome(result))
    for news in result.news:
        for row in news.rows:
            session.say(
                f"  {news.kind}: {row.name}, {tell_period(row.period)}: {_counts(row.old)} -> {_counts(row.new)}"
            )


def tell_outcome(result: ImportedFigures) -> str:
    """Return what became of a dataset that was taken in, in one line."""
    if result.version is None:
        return tell_problem(result)
    countries = {report.country for report in result.reports}
    return (
        f"{result.publisher}, {result.name}: {_WORDS[result.outcome]} {format_instant(result.version.fetched_at)} "
        f"({result.version.sha256[:12]}): {len(countries)} countries, {len(result.reports)} rows"
    )


def tell_problem(result: ImportedFigures) -> str:
    """Return why a dataset was not taken in, and what to do."""
    return f"{result.publisher}, {result.name}: {result.outcome}: {result.problem} {result.next_step}".rstrip()


def result_to_json(result: ImportedFigures) -> dict[str, JsonValue]:
    """Return what became of a dataset."""
    countries = sorted({report.country for report in result.reports if report.country is not None})
    return {
        "publisher": result.publisher,
        "dataset": result.name,
        "outcome": result.outcome,
        "problem": result.problem or None,
        "next_step": result.next_step or None,
        "sha256": None if result.version is None else result.version.sha256,
        "fetched_at": None if result.version is None else format_instant(result.version.fetched_at),
        "countries": [*countries],
        "rows": len(result.reports),
        "news": [{"kind": news.kind, **news_row_to_json(row)} for news in result.news for row in news.rows],
    }


def _counts(counts: tuple[int | None, int | None] | None) -> str:
    told = zip(counts or (), ("requests", "users"), strict=False)
    return ", ".join(f"{count} {what}" for count, what in told if count is not None) or "nothing"
