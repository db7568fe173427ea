"""Everything known of one publisher, put together: its countries, totals, promises, news and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from tracker.model import (
    Cadence,
    CountryFigures,
    DocumentKey,
    Due,
    FiguresNews,
    FiguresSource,
    Period,
    PublisherFigures,
    Report,
    Stated,
    Tally,
)
from tracker.transparency.countries import name_country
from tracker.transparency.news import FiguresState, overdue_news, tell_news
from tracker.transparency.reconciling import Reckonings, add_up
from tracker.transparency.waiting import due_after

#: What messages are called where somebody asks for their source.
MESSAGES: Final = "messages"
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetState:
    """A version of a dataset, read."""

    at: datetime
    """When it was captured (UTC)."""
    url: str
    sha256: str
    """Of its bytes."""
    credit: str
    """Whom to name, and the licence; `""` where nobody is."""
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that was ever said of a publisher's figures."""

    datasets: Mapping[str, Sequence[DatasetState]]
    """Their versions by name, oldest first; of each the newest one counts."""
    messages: Sequence[Stated]
    """What people were sent and pasted, in the order in which it was added; all of it counts."""

    def stated(self) -> Iterator[Stated]:
        """Yield what counts now, what is believed most last: messages more than datasets, later ones than earlier ones.

        A report of a dataset bears the time since which it was said without a break.
        """
        for name, versions in sorted(self.datasets.items(), key=lambda item: (item[1][-1].at, item[0])):
            since: dict[Report, datetime] = {}
            for version in versions:
                since = {report: since.get(report, version.at) for report in version.reports}
            for report, at in since.items():
                yield Stated(report=report, source=name, at=at)
        yield from self.messages

    def sources(self) -> Iterator[FiguresSource]:
        """Yield where it comes from."""
        for name, versions in self.datasets.items():
            newest = versions[-1]
            yield FiguresSource(
                name=name,
                url=newest.url,
                fetched_at=newest.at,
                versions=len(versions),
                sha256=newest.sha256,
                credit=newest.credit,
            )
        if self.messages:
            at = max((item.at for item in self.messages if item.at is not None), default=_START)
            yield FiguresSource(name=MESSAGES, url="", fetched_at=at, versions=len(self.messages), sha256="")

    def states(self) -> Iterator[FiguresState]:
        """Yield what was known after each version of a dataset and each paste, oldest first."""
        steps = {version.at for versions in self.datasets.values() for version in versions}
        steps |= {item.at for item in self.messages if item.at is not None}
        for at in sorted(steps):
            known = [
                (versions[-1].at, name, versions[-1].reports)
                for name, listed in self.datasets.items()
                if (versions := [version for version in listed if version.at <= at])
            ]
            reports = [report for _, _, newest in sorted(known, key=lambda item: item[:2]) for report in newest]
            reports += [item.report for item in self.messages if item.at is None or item.at <= at]
            yield FiguresState(at=at, name=at.isoformat(), reports=tuple(reports))


def reckon(reports: Iterable[Report]) -> dict[str, Reckonings]:
    """Return the figures of each country by its code; of several reports of one period the last one is believed."""
    found: dict[str, list[Report]] = {}
    for report in reports:
        if report.country is not None:
            found.setdefault(report.country, []).append(report)
    return {country: Reckonings(country, listed) for country, listed in sorted(found.items())}


def tell_publisher(
    publisher: str,
    known: Known,
    *,
    document: DocumentKey | None = None,
    cadence: Cadence | None = None,
    until: datetime | None = None,
    is_made_up: bool = False,
) -> PublisherFigures:
    """Return everything known of a publisher.

    Args:
        publisher: Its name.
        known: All that was said; at least one report.
        document: The policy that governs what it gives.
        cadence: How often that promises a report.
        until: As of when reports are overdue (UTC); None for the newest instant of which the figures know.
        is_made_up: Whether the figures are an invention.
    """
    stated = list(known.stated())
    sources = tuple(known.sources())
    until = until or max(source.fetched_at for source in sources)
    months = cadence.months if cadence is not None else None
    reckonings = reckon(item.report for item in stated)
    periods = [item.report.period for item in stated]
    first, last = min(period.start for period in periods), max(period.end for period in periods)

    def tell_country(code: str, reckoning: Reckonings) -> CountryFigures:
        own = [item for item in stated if item.report.country == code]
        tallies = reckoning.lay_out(first, last)
        return CountryFigures(
            code=code,
            name=name_country(code),
            tallies=tallies,
            wider=_wider(reckoning, tallies),
            stated=tuple(sorted(own, key=lambda item: (item.report.start, item.report.end, item.source))),
            contradictions=reckoning.contradictions(),
            due=_due([item.report for item in own], months, until.date()),
        )

    due = _due([item.report for item in stated], months, until.date())
    news = [*tell_news(known.states()), *_overdue(due, until)]
    return PublisherFigures(
        publisher=publisher,
        document=document,
        countries=tuple(sorted((tell_country(*item) for item in reckonings.items()), key=lambda country: country.name)),
        totals=add_up(list(reckonings.values())),
        news=tuple(sorted(news, key=lambda item: (item.at, item.key), reverse=True)),
        due=due,
        cadence=cadence,
        sources=sources,
        until=until,
        is_made_up=is_made_up,
    )


def _wider(reckoning: Reckonings, tallies: Sequence[Tally]) -> tuple[Tally, ...]:
    """Return the reported periods that are none of `tallies`."""
    told = {tally.period for tally in tallies}
    return tuple(reckoning.tally(period) for period in reckoning.periods if period not in told)


def _due(reports: Sequence[Report], months: int | None, today: date) -> Due | None:
    last = max((report.period for report in reports), key=lambda period: (period.end, period.start))
    promises = [report.next_report for report in reports if report.end == last.end and report.next_report is not None]
    return due_after(last, promised=max(promises, default=None), months=months, today=today)


def _overdue(due: Due | None, until: datetime) -> Iterator[FiguresNews]:
    if due is not None and due.is_overdue:
        at = datetime.combine(Period(due.by, due.by).after, time.min, tzinfo=UTC)
        yield overdue_news(due.period, due.by, min(at, until))
