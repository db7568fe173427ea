"""Figures of overlapping periods laid side by side: what each quarter was, what it follows from, what cannot be right.

Quarters, nine months and whole years stand beside one another. The days on which periods begin and end are taken for
places, and each report for a way between two of them: what lies between two places is known if some ways lead there,
forwards or back (fourth quarter = year - first nine months), and where two ways differ, reports contradict each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice, permutations
from typing import Final, Literal

from tracker.model import (
    GAP,
    MEASURES,
    Contradiction,
    Figure,
    FigurePart,
    Measure,
    Period,
    Report,
    Tally,
    quarter_of,
    quarters_between,
)

#: More ways than that are no derivation that a person could follow; twelve months make a year.
_LONGEST_WAY: Final = 12
#: Of one country and measure: whoever reads as many knows that its figures are worth nothing.
_MOST_CONTRADICTIONS: Final = 50


class Reckoning:
    """The figures of one country and measure."""

    def __init__(self, country: str, measure: Measure, reports: Iterable[Report]) -> None:
        """Take in `reports` of that country, those that count most last: of several for one period it is believed.

        Reports about one authority alone are left out: nobody knows whether such parts make the whole.
        """
        self.country = country
        self.measure = measure
        self._values: dict[Period, list[int]] = {}
        for report in reports:
            for period, value in _figures_of(report, measure) if report.authority is None else ():
                values = self._values.setdefault(period, [])
                if value in values:
                    values.remove(value)
                values.append(value)
        self._ways: dict[date, list[Period]] = {}
        for period in sorted(self._values):
            self._ways.setdefault(period.start, []).append(period)
            self._ways.setdefault(period.after, []).append(period)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of which there is a report, in order."""
        return tuple(sorted(self._values))

    @property
    def places(self) -> frozenset[date]:
        """The days on which such a period begins, and those after its last: no other days bound what is known."""
        return frozenset(self._ways)

    def figure(self, period: Period) -> Figure:
        """Return the figure of `period`: as reported, or as it follows from others; a gap where it does not."""
        values = self._values.get(period)
        if values is not None:
            parts = self._find_way(period, without=period)
            agrees = sum(part.sign * part.value for part in parts) == values[-1]
            others = tuple(sorted(values[:-1]))
            return Figure(value=values[-1], basis="reported", others=others, parts=parts if agrees else ())
        parts = self._find_way(period)
        total = sum(part.sign * part.value for part in parts)
        if not parts or total < 0:
            return GAP
        return Figure(value=total, basis="derived", parts=parts)

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Return what cannot all be right, each group of reports once: in the order of the periods of their wholes.

        Of more than `_MOST_CONTRADICTIONS` the first ones only.
        """
        return tuple(islice(self._contradictions(), _MOST_CONTRADICTIONS))

    def _contradictions(self) -> Iterator[Contradiction]:
        groups: set[frozenset[Period]] = set()
        for period in sorted(self._values, key=lambda period: (period.start, period.start - period.end)):
            *others, believed = self._values[period]
            whole = FigurePart(period=period, value=believed)
            if others:
                parts = tuple(FigurePart(period=period, value=value) for value in sorted(others))
                yield self._contradiction("differs", whole, parts)
            parts = self._find_way(period, without=period)
            group = frozenset({period, *(part.period for part in parts)})
            if parts and sum(part.sign * part.value for part in parts) != believed and group not in groups:
                groups.add(group)
                yield self._contradiction("sum", whole, parts)
        blamed = {pair for group in groups for pair in permutations(group, 2)}
        for outer, inner in permutations(self._values, 2):
            is_larger = self._values[inner][-1] > self._values[outer][-1]
            if is_larger and outer.holds(inner) and (outer, inner) not in blamed:
                whole, part = (FigurePart(period=period, value=self._values[period][-1]) for period in (outer, inner))
                yield self._contradiction("part", whole, (part,))

    def _contradiction(
        self, kind: Literal["differs", "sum", "part"], whole: FigurePart, parts: tuple[FigurePart, ...]
    ) -> Contradiction:
        return Contradiction(country=self.country, measure=self.measure, kind=kind, whole=whole, parts=parts)

    def _find_way(self, period: Period, *, without: Period | None = None) -> tuple[FigurePart, ...]:
        """Return the shortest way from the first day of `period` to the day after its last; empty where there is none.

        Of several that are as short, the one over earlier periods; it never takes the report of `without`.
        """
        came: dict[date, tuple[date, FigurePart] | None] = {period.start: None}
        waiting = deque([(period.start, 0)])
        while waiting and period.after not in came:
            place, length = waiting.popleft()
            if length == _LONGEST_WAY:
                continue
            for way in self._ways.get(place, ()):
                is_forward = way.start == place
                target = way.after if is_forward else way.start
                if way != without and target not in came:
                    part = FigurePart(period=way, value=self._values[way][-1], sign=1 if is_forward else -1)
                    came[target] = place, part
                    waiting.append((target, length + 1))
        parts: list[FigurePart] = []
        place = period.after
        while (step := came.get(place)) is not None:
            place, part = step
            parts.append(part)
        # What is added comes before what is taken away, as people write it.
        return tuple(sorted(parts, key=lambda part: (-part.sign, part.period)))


class Reckonings:
    """The figures of one country, all measures."""

    def __init__(self, country: str, reports: Sequence[Report]) -> None:
        """Take in `reports` of that country, those that count most last."""
        self.country = country
        self._by_measure: dict[Measure, Reckoning] = {
            measure: Reckoning(country, measure, reports) for measure in MEASURES
        }
        self._places = frozenset().union(*(one.places for one in self._by_measure.values()))

    @property
    def periods(self) -> tuple[Period, ...]:
        """Every period of which there is a report, in order."""
        return tuple(sorted({period for one in self._by_measure.values() for period in one.periods}))

    def tally(self, period: Period) -> Tally:
        """Return the figures of `period`; a gap where users without a request would follow, which no report may say."""
        requests, users = self._by_measure["requests"].figure(period), self._by_measure["users"].figure(period)
        if requests.value == 0 and users.value:
            # What is reported stands: of two reported ones, both.
            if users.basis == "derived":
                users = GAP
            elif requests.basis == "derived":
                requests = GAP
        return Tally(
            period=period,
            requests=requests,
            users=users,
            received=self._by_measure["received"].figure(period),
        )

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Return what cannot all be right."""
        return tuple(found for one in self._by_measure.values() for found in one.contradictions())

    def lay_out(self, first: date, last: date) -> tuple[Tally, ...]:
        """Return the figures quarter by quarter; quarters that nobody tells apart as one, unknown ones as gaps.

        Args:
            first: A day of the first quarter.
            last: A day of the last quarter.
        """
        quarters = quarters_between(quarter_of(first).start, quarter_of(last).end)
        found: list[Tally] = []
        place = 0
        while place < len(quarters):
            tally = self._widest_needed(quarters, place)
            found.append(tally)
            place += max(1, len(tally.period.quarters))
        return tuple(found)

    def _widest_needed(self, quarters: Sequence[Period], place: int) -> Tally:
        """Return the figures of the quarter at `place` or, where it has none, of the shortest run from it that has."""
        alone = self.tally(quarters[place])
        if not alone.is_gap or quarters[place].start not in self._places:
            return alone
        for end in range(place + 1, len(quarters)):
            if quarters[end].after not in self._places:
                continue
            if not self.tally(quarters[end]).is_gap:
                break
            together = self.tally(Period(quarters[place].start, quarters[end].end))
            if not together.is_gap:
                return together
        return alone


def add_up(countries: Sequence[Reckonings]) -> tuple[Tally, ...]:
    """Return the figures of all countries together, in the shortest periods that most countries tell apart.

    A country of which a period is not known is not counted in it; `countries` of each tally says of how many
    the requests are known or, where they are of none, any other figure.
    """
    periods = [period for country in countries for period in country.periods if period.quarters]
    if not periods:
        return ()
    first, last = min(period.start for period in periods), max(period.end for period in periods)
    laid = [country.lay_out(first, last) for country in countries]
    found: list[Tally] = []
    start = first
    for quarter in quarters_between(first, last):
        if _is_crossed(laid, quarter.after):
            continue
        period = Period(start, quarter.end)
        start = quarter.after
        known = [tally for country in countries if not (tally := country.tally(period)).is_gap]
        found.append(
            Tally(
                period=period,
                countries=sum(tally.requests.value is not None for tally in known) or len(known),
                requests=_sum(known, "requests"),
                users=_sum(known, "users"),
                received=_sum(known, "received"),
            )
        )
    return tuple(found)


def _is_crossed(laid: Sequence[Sequence[Tally]], day: date) -> bool:
    """Return whether more countries tell of the days before and from `day` on as one than tell them apart."""
    crossing = apart = 0
    for tallies in laid:
        around = [tally for tally in tallies if tally.period.start <= day <= tally.period.after and not tally.is_gap]
        is_crossing = any(tally.period.start < day < tally.period.after for tally in around)
        crossing += is_crossing
        apart += bool(around) and not is_crossing
    return crossing > apart


def _sum(tallies: Sequence[Tally], measure: Measure) -> Figure:
    figures = [tally.figure(measure) for tally in tallies if tally.figure(measure).value is not None]
    if not figures:
        return GAP
    is_derived = any(figure.basis == "derived" for figure in figures)
    return Figure(
        value=sum(figure.value or 0 for figure in figures), basis="derived" if is_derived else "reported"
    )  # fmt: skip


def _figures_of(report: Report, measure: Measure) -> list[tuple[Period, int]]:
    """Return what `report` says of the whole period and of each quarter."""
    found: list[tuple[Period, int]] = []
    whole = report.count(measure)
    if whole is not None:
        found.append((report.period, whole))
    if measure != "received" and len(report.quarters) > 1:
        found += [(Period(quarter.start, quarter.end), getattr(quarter, measure)) for quarter in report.quarters]
    return found
