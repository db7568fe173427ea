"""What is new in the figures: from one state of what is known to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from tracker.model import FiguresNews, NewsKind, NewsRow, Period, Report
from tracker.transparency.countries import name_country

_Counts: TypeAlias = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresState:
    """What was known from an instant on."""

    at: datetime
    """UTC."""
    name: str
    """What tells it from other states of the publisher, for good."""
    reports: tuple[Report, ...]
    """Of several for one country and period, the one that counts is the last."""


def tell_news(states: Iterable[FiguresState]) -> Iterator[FiguresNews]:
    """Yield what each of `states`, oldest first, knows that the one before did not. The first is no news.

    Periods of which nothing was known of any country are told one by one; what was revised or withdrawn, and countries
    that come late to a known period, each in one piece. Requests received are no news by themselves.
    """
    before: dict[tuple[str, Period], _Counts] | None = None
    for state in states:
        now = {
            (report.country, report.period): (report.requests, report.users)
            for report in state.reports
            if report.country is not None and report.authority is None and _is_told(report)
        }
        if before is not None:
            yield from _compare(before, now, state)
        before = now


def _is_told(report: Report) -> bool:
    return report.requests is not None or report.users is not None


def _compare(
    before: Mapping[tuple[str, Period], _Counts], now: Mapping[tuple[str, Period], _Counts], state: FiguresState
) -> Iterator[FiguresNews]:
    added: dict[Period, list[NewsRow]] = {}
    revised: list[NewsRow] = []
    for (country, period), counts in now.items():
        old = before.get((country, period))
        if old is None:
            added.setdefault(period, []).append(_row(country, period, None, counts))
        elif old != counts:
            revised.append(_row(country, period, old, counts))
    withdrawn = [_row(*place, counts, None) for place, counts in before.items() if place not in now]
    if revised:
        yield _news("revised", None, revised, state)
    if withdrawn:
        yield _news("withdrawn", None, withdrawn, state)
    for period in sorted(added, key=lambda period: (period.end, period.start)):
        yield _news("new-period", period, added[period], state)


def _row(country: str, period: Period, old: _Counts | None, new: _Counts | None) -> NewsRow:
    return NewsRow(country=country, name=name_country(country), period=period, old=old, new=new)


def _news(kind: NewsKind, period: Period | None, rows: list[NewsRow], state: FiguresState) -> FiguresNews:
    told = "" if period is None else f"{period.start}/{period.end}"
    return FiguresNews(
        kind=kind,
        period=period,
        rows=tuple(sorted(rows, key=lambda row: (row.name, row.period))),
        at=state.at,
        key=f"{kind}:{told}:{state.name}",
    )


def overdue_news(period: Period, due_by: date, at: datetime) -> FiguresNews:
    """Return word that no report of `period` was seen by the last day on which it was in time."""
    return FiguresNews(
        kind="overdue", period=period, rows=(), at=at, key=f"overdue:{period.start}:{due_by}", due_by=due_by
    )  # fmt: skip
