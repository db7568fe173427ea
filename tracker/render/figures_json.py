"""Figures of transparency reports as JSON, for `tracker transparency` and beside the pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.model import (
    MEASURES,
    Contradiction,
    CountryFigures,
    Due,
    FigurePart,
    JsonValue,
    Measure,
    NewsRow,
    Period,
    PublisherFigures,
    Report,
    Tally,
    format_instant,
)
from tracker.render.figure_words import tell_contradiction


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A figure that follows from others."""

    country: CountryFigures
    period: Period
    measure: Measure
    value: int
    parts: tuple[FigurePart, ...]
    is_reported: bool
    """Whether a report gives the same figure."""


def list_derived(figures: PublisherFigures) -> Iterator[Derived]:
    """Yield each figure of a series that follows from others, those that are reported too included."""
    for country in figures.countries:
        for tally in country.tallies:
            for measure in MEASURES:
                figure = tally.figure(measure)
                if figure.parts and figure.value is not None:
                    yield Derived(
                        country=country,
                        period=tally.period,
                        measure=measure,
                        value=figure.value,
                        parts=figure.parts,
                        is_reported=figure.basis == "reported",
                    )


def derived_to_json(item: Derived) -> dict[str, JsonValue]:
    """Return a figure that follows from others; `reported` is the same figure where a report gives it, else null."""
    return {
        "country": item.country.code,
        **_period_to_json(item.period),
        "measure": item.measure,
        "value": item.value,
        "reported": item.value if item.is_reported else None,
        "parts": [_part_to_json(part) for part in item.parts],
    }


def figures_to_json(figures: PublisherFigures, chosen: Sequence[CountryFigures]) -> dict[str, JsonValue]:
    """Return what is known of the countries `chosen`: reports, the series by quarters, what follows, what contradicts.

    The schema is `tracker.transparency/1` (docs/transparency.md).
    """
    codes = {one.code for one in chosen}
    cadence = figures.cadence
    return {
        "schema": "tracker.transparency/1",
        "publisher": figures.publisher,
        "made_up": figures.is_made_up,
        "document": None if figures.document is None else str(figures.document),
        "rows": [row for one in chosen for row in _rows_to_json(one)],
        "series": [_tally_to_json(one, tally) for one in chosen for tally in one.tallies],
        "derived": [derived_to_json(item) for item in list_derived(figures) if item.country.code in codes],
        "contradictions": [contradiction_to_json(found) for one in chosen for found in one.contradictions],
        "due": {one.code: None if one.due is None else _due_to_json(one.due) for one in chosen},
        "due_overall": None if figures.due is None else _due_to_json(figures.due),
        "cadence": None
        if cadence is None
        else {"months": cadence.months, "since": format_instant(cadence.since), "before": cadence.before},
        "sources": [
            {
                "name": source.name,
                "url": source.url,
                "fetched_at": format_instant(source.fetched_at),
                "versions": source.versions,
                "sha256": source.sha256,
                "credit": source.credit,
            }
            for source in figures.sources
        ],
    }


def _rows_to_json(one: CountryFigures) -> Iterator[dict[str, JsonValue]]:
    """Yield what is reported of all authorities: of a report with quarters, those and not the whole."""
    found: dict[tuple[Period, int | None, int | None], None] = {}
    for item in one.stated:
        report = item.report
        if report.authority is not None:
            continue  # a part of which nobody knows whether it is in the whole
        if report.quarters:
            found.update(
                dict.fromkeys(
                    (Period(quarter.start, quarter.end), quarter.requests, quarter.users) for quarter in report.quarters
                )
            )
        else:
            found[report.period, report.requests, report.users] = None
    periods = [period for period, _, _ in found]
    for period, requests, users in sorted(found, key=lambda row: (row[0], row[1] or 0, row[2] or 0)):
        yield {
            "country": one.code,
            **_period_to_json(period),
            "requests": requests,
            "users": users,
            "disputed": periods.count(period) > 1,
        }


def _period_to_json(period: Period) -> dict[str, JsonValue]:
    return {"from": period.start.isoformat(), "to": period.end.isoformat()}


def _part_to_json(part: FigurePart) -> dict[str, JsonValue]:
    return {**_period_to_json(part.period), "value": part.value, "sign": part.sign}


def _tally_to_json(one: CountryFigures, tally: Tally) -> dict[str, JsonValue]:
    measures: dict[str, JsonValue] = {
        measure: {"value": figure.value, "basis": figure.basis, "others": [*figure.others]}
        for measure in MEASURES
        if (figure := tally.figure(measure)).value is not None or measure != "received"
    }
    return {"country": one.code, **_period_to_json(tally.period), **measures}


def contradiction_to_json(found: Contradiction) -> dict[str, JsonValue]:
    """Return figures that cannot all be right, with a sentence about them."""
    return {
        "country": found.country,
        "measure": found.measure,
        "kind": found.kind,
        "whole": _part_to_json(found.whole),
        "parts": [_part_to_json(part) for part in found.parts],
        "text": tell_contradiction(found, found.country),
    }


def _due_to_json(due: Due) -> dict[str, JsonValue]:
    return {
        **_period_to_json(due.period),
        "by": due.by.isoformat(),
        "promised": due.is_promised,
        "overdue": due.is_overdue,
    }


def report_to_json(report: Report) -> dict[str, JsonValue]:
    """Return what a message says."""
    return {
        "country": report.country,
        **_period_to_json(report.period),
        "requests": report.requests,
        "users": report.users,
        "quarters": [
            {
                **_period_to_json(Period(quarter.start, quarter.end)),
                "requests": quarter.requests,
                "users": quarter.users,
            }
            for quarter in report.quarters
        ],
        "next_report": None if report.next_report is None else report.next_report.isoformat(),
        "paragraph": report.paragraph,
    }


def news_row_to_json(row: NewsRow) -> dict[str, JsonValue]:
    """Return one figure that is new, or was revised or withdrawn."""
    return {
        "country": row.country,
        **_period_to_json(row.period),
        "old": _counts_to_json(row.old),
        "new": _counts_to_json(row.new),
    }


def _counts_to_json(counts: tuple[int | None, int | None] | None) -> dict[str, JsonValue] | None:
    return None if counts is None else {"requests": counts[0], "users": counts[1]}
