"""Reports side by side: the finest rows that they give, and where they contradict one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from tracker.transparency.report import Report, quarters_between

Measure: TypeAlias = Literal["requests", "users"]
_MEASURES: tuple[Measure, ...] = ("requests", "users")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """Reported figures of one country and period. Periods may overlap: never add rows up that are no quarters."""

    publisher: str
    country: str
    start: date
    end: date
    """Inclusive."""
    requests: int
    users: int
    is_disputed: bool
    """Whether reports give other figures for the same period too; each has a row of its own."""

    @property
    def is_quarter(self) -> bool:
        return len(quarters_between(self.start, self.end)) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two figures that cannot both be right."""

    publisher: str
    country: str
    measure: Measure
    start: date
    end: date
    old: int
    """What was known for that period."""
    new_start: date
    new_end: date
    new: int
    """What the new report says, for a period that is the same, holds the other, or lies in it."""

    def __str__(self) -> str:
        return (
            f"{self.publisher}, {self.country}: {self.old} {self.measure} from {self.start} to {self.end} were stored, "
            f"and {self.new} from {self.new_start} to {self.new_end} are reported"
        )


class _Period(NamedTuple):
    publisher: str
    country: str
    start: date
    end: date


class _Counts(NamedTuple):
    requests: int
    users: int


def series(reports: Iterable[Report]) -> tuple[SeriesRow, ...]:
    """Return the figures of `reports` by publisher, country and period, each once.

    A report with quarters gives a row for each of them and none for the whole; nothing is derived, so that a gap stays
    a gap. Where reports contradict each other, each figure has its row, marked as disputed.

    Raises:
        ValueError: If a report does not say which country it is about.
    """
    found: defaultdict[_Period, set[_Counts]] = defaultdict(set)
    for report in reports:
        periods = list(_figures(report))
        for period, counts in periods if len(periods) == 1 else periods[1:]:
            found[period].add(counts)
    return tuple(
        SeriesRow(
            publisher=period.publisher,
            country=period.country,
            start=period.start,
            end=period.end,
            requests=counts.requests,
            users=counts.users,
            is_disputed=len(found[period]) > 1,
        )
        for period in sorted(found)
        for counts in sorted(found[period])
    )


def conflicts(existing: Sequence[Report], new: Sequence[Report]) -> tuple[Conflict, ...]:
    """Return where the figures of `new` cannot be right if those of `existing` are, in the order of `new`.

    They contradict one another if they differ for the same period, or if a part is larger than the whole that holds
    it. Users are not added up: one who is affected in two quarters may count once in the year.

    Raises:
        ValueError: If a report does not say which country it is about.
    """
    known: defaultdict[tuple[str, str], dict[_Period, set[_Counts]]] = defaultdict(dict)
    for report in existing:
        for period, counts in _figures(report):
            known[period.publisher, period.country].setdefault(period, set()).add(counts)
    found: dict[Conflict, None] = {}
    for report in new:
        for period, counts in _figures(report):
            for other, others in known[period.publisher, period.country].items():
                for before in sorted(others):
                    found.update(dict.fromkeys(_contradictions(other, before, period, counts)))
    return tuple(found)


def _contradictions(old_period: _Period, old: _Counts, new_period: _Period, new: _Counts) -> Iterator[Conflict]:
    for measure in _MEASURES:
        before: int = getattr(old, measure)
        after: int = getattr(new, measure)
        if old_period == new_period:
            differs = before != after
        elif old_period.start <= new_period.start and new_period.end <= old_period.end:
            differs = after > before
        elif new_period.start <= old_period.start and old_period.end <= new_period.end:
            differs = before > after
        else:
            differs = False
        if differs:
            yield Conflict(
                publisher=new_period.publisher,
                country=new_period.country,
                measure=measure,
                start=old_period.start,
                end=old_period.end,
                old=before,
                new_start=new_period.start,
                new_end=new_period.end,
                new=after,
            )


def _figures(report: Report) -> Iterator[tuple[_Period, _Counts]]:
    """Yield the figures of the whole period, then those of each quarter."""
    if report.country is None:
        raise ValueError(f"the report from {report.start} to {report.end} does not say which country it is about")
    yield (
        _Period(report.publisher, report.country, report.start, report.end),
        _Counts(report.requests, report.users),
    )
    for quarter in report.quarters:
        yield (
            _Period(report.publisher, report.country, quarter.start, quarter.end),
            _Counts(quarter.requests, quarter.users),
        )
