"""What a publisher says it gave to authorities: reports as they were read, and the figures laid out through time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from tracker.model.document import DocumentKey

#: What is counted: requests that were fulfilled, users (or accounts) concerned, and requests that were received.
Measure: TypeAlias = Literal["requests", "users", "received"]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
#: Where a figure comes from: from a report of just that period, worked out from others, or from nowhere.
Basis: TypeAlias = Literal["reported", "derived", "gap"]
NewsKind: TypeAlias = Literal["new-period", "revised", "withdrawn", "overdue"]

_COUNTRY: Final = re.compile(r"[A-Z]{3}")
_MONTHS_A_QUARTER: Final = 3
#: Of reports: none is older than the web, and one of the next century is a typing error that would lay out gaps alone.
_FIRST_DAY: Final = date(1990, 1, 1)
_LAST_DAY: Final = date(2099, 12, 31)
_ONE_DAY: Final = timedelta(days=1)


class Period(NamedTuple):
    """Days from the first to the last, both included."""

    start: date
    end: date

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.end + _ONE_DAY

    @property
    def quarters(self) -> tuple[Period, ...]:
        """The calendar quarters that make it up; empty where it is not made of whole ones."""
        return quarters_between(self.start, self.end)

    @property
    def is_quarter(self) -> bool:
        return len(self.quarters) == 1

    def holds(self, other: Period) -> bool:
        """Return whether `other` lies in it."""
        return self.start <= other.start and other.end <= self.end


def quarters_between(start: date, end: date) -> tuple[Period, ...]:
    """Return the calendar quarters from `start` to `end`, both inclusive.

    Empty unless the period is made of whole quarters.

    >>> [str(last) for _, last in quarters_between(date(2024, 1, 1), date(2024, 6, 30))]
    ['2024-03-31', '2024-06-30']
    """
    found: list[Period] = []
    first = start
    while first <= end:
        if first.day != 1 or first.month % _MONTHS_A_QUARTER != 1:
            return ()
        following = add_months(first, _MONTHS_A_QUARTER)
        last = following - _ONE_DAY
        if last > end:
            return ()
        found.append(Period(first, last))
        first = following
    return tuple(found)


def quarter_of(day: date) -> Period:
    """Return the calendar quarter in which `day` lies."""
    first = date(day.year, (day.month - 1) // _MONTHS_A_QUARTER * _MONTHS_A_QUARTER + 1, 1)
    return Period(first, add_months(first, _MONTHS_A_QUARTER) - _ONE_DAY)


def add_months(first: date, months: int) -> date:
    """Return the first day of the month that comes `months` after the month of `first`."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Figures of one calendar quarter, whole as the report's period is."""

    start: date
    end: date
    """Inclusive."""
    requests: int
    users: int

    def __post_init__(self) -> None:
        if len(quarters_between(self.start, self.end)) != 1:
            raise ValueError(f"{self.start} to {self.end} is no calendar quarter")
        require_counts(self.requests, self.users)


def require_counts(requests: int | None, users: int | None, received: int | None = None) -> None:
    """Refuse counts that cannot be right.

    Raises:
        ValueError: If one is negative, or users are affected by no request.
    """
    if any(count is not None and count < 0 for count in (requests, users, received)):
        raise ValueError("figures are not negative")
    if requests == 0 and users is not None and users > 0:
        raise ValueError(f"no request was fulfilled, and yet {users} users were affected")
    if requests is not None and received is not None and requests > received:
        raise ValueError(f"{requests} requests fulfilled of {received} received cannot be right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one message, or one row of a dataset, says."""

    publisher: str
    country: str | None
    """ISO 3166-1 alpha-3; None where the message says 'your country' and nobody has told which one that is."""
    start: date
    end: date
    """Inclusive."""
    requests: int | None
    """Fulfilled, in the whole period; the sum of the quarters where the message gives no total. None if untold."""
    users: int | None
    """Users or accounts concerned; None if untold."""
    received: int | None = None
    """Requests received, fulfilled or not; None if untold."""
    quarters: tuple[Quarter, ...] = ()
    """In order, covering the period; empty where the message gives one figure only."""
    next_report: date | None = None
    """First day of the month in which the next report is promised; None where the message does not say."""
    paragraph: str | None = None
    """Number of the policy's paragraph that the message cites, such as `8.3`."""
    authority: str | None = None
    """Whose requests are counted, where not those of all authorities; None for all."""
    data_types: tuple[str, ...] = ()
    """What was given, in the publisher's words, where it says so."""

    def __post_init__(self) -> None:
        if not self.publisher:
            raise ValueError("a report has a publisher")
        if self.country is not None and not _COUNTRY.fullmatch(self.country):
            raise ValueError(f"{self.country!r} is no country code of three letters (ISO 3166-1)")
        if self.end < self.start:
            raise ValueError(f"the period ends on {self.end}, before it starts on {self.start}")
        if self.start < _FIRST_DAY or self.end > _LAST_DAY:
            raise ValueError(f"a period from {self.start} to {self.end} cannot be right")
        if self.requests is None and self.users is None and self.received is None:
            raise ValueError("a report gives at least one figure")
        require_counts(self.requests, self.users, self.received)
        if not self.quarters:
            return
        if tuple((quarter.start, quarter.end) for quarter in self.quarters) != quarters_between(self.start, self.end):
            raise ValueError(f"the quarters given are not those from {self.start} to {self.end}")
        for name, total, parts in (
            ("requests", self.requests, [quarter.requests for quarter in self.quarters]),
            ("users", self.users, [quarter.users for quarter in self.quarters]),
        ):
            if sum(parts) != total:
                raise ValueError(f"the quarters add up to {sum(parts)} {name}, and the total says {total}")

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    def count(self, measure: Measure) -> int | None:
        """Return what it says of `measure` for the whole period."""
        counts: dict[Measure, int | None] = {
            "requests": self.requests, "users": self.users, "received": self.received,
        }  # fmt: skip
        return counts[measure]


# ------------------------------------------------------------------------------------------------- figures through time


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePart:
    """A reported figure from which another one is worked out, or with which it does not agree."""

    period: Period
    value: int
    sign: Literal[1, -1] = 1
    """Whether it was added or taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many in one period."""

    value: int | None
    """None where nobody knows: a gap is no zero."""
    basis: Basis
    others: tuple[int, ...] = ()
    """What other reports give for the same period."""
    parts: tuple[FigurePart, ...] = ()
    """Of a derived one: what it was worked out from. Of a reported one: other reports from which the same follows."""

    def __post_init__(self) -> None:
        if (self.value is None) != (self.basis == "gap"):
            raise ValueError("a gap has no value, and everything else has one")


GAP: Final = Figure(value=None, basis="gap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Figures of a quarter, or of several that nobody tells apart."""

    period: Period
    requests: Figure
    users: Figure
    received: Figure = GAP
    countries: int = 1
    """Of a total: how many countries it adds up."""

    def figure(self, measure: Measure) -> Figure:
        """Return its figure of `measure`."""
        figures: dict[Measure, Figure] = {
            "requests": self.requests, "users": self.users, "received": self.received,
        }  # fmt: skip
        return figures[measure]

    @property
    def is_gap(self) -> bool:
        return all(self.figure(measure).basis == "gap" for measure in MEASURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Reported figures that cannot all be right."""

    country: str
    """ISO 3166-1 alpha-3."""
    measure: Measure
    kind: Literal["differs", "sum", "part"]
    """`differs`: two for one period; `sum`: parts that do not make the whole; `part`: a part larger than the whole."""
    whole: FigurePart
    parts: tuple[FigurePart, ...]
    """The figures that it disagrees with: the other one, or those that should add up to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A report, and who says so."""

    report: Report
    source: str
    """Name of the dataset, or of the file from which the message was pasted; `""` where nobody wrote it down."""
    at: datetime | None = None
    """When the message was added, or when the dataset was captured that first said so (UTC); None if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The next report, and when it was promised."""

    period: Period
    """Of which it will tell."""
    by: date
    """The last day on which it is in time."""
    is_promised: bool
    """Whether the last report names the month; else it follows from the cadence of the policy."""
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryFigures:
    """Everything known of one country."""

    code: str
    """ISO 3166-1 alpha-3."""
    name: str
    """In English."""
    tallies: tuple[Tally, ...]
    """Without gaps or overlaps from the publisher's first quarter to its last: what nobody knows is told as a gap."""
    wider: tuple[Tally, ...]
    """Reported periods that hold several of these, such as years, or that are not made of quarters; in order."""
    stated: tuple[Stated, ...]
    """Every report, in the order of periods."""
    contradictions: tuple[Contradiction, ...]
    due: Due | None
    """None where neither a report nor the policy says when the next one comes."""

    @property
    def slug(self) -> str:
        return self.code.lower()

    @property
    def latest(self) -> Tally | None:
        """The newest period of which anything is known."""
        return next((tally for tally in reversed(self.tallies) if not tally.is_gap), None)

    @property
    def derived(self) -> tuple[tuple[Period, Measure, Figure], ...]:
        """Every figure that was worked out."""
        return tuple(
            (tally.period, measure, tally.figure(measure))
            for tally in self.tallies
            for measure in MEASURES
            if tally.figure(measure).basis == "derived"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsRow:
    """One figure that is new, or was revised or withdrawn."""

    country: str
    """ISO 3166-1 alpha-3."""
    name: str
    period: Period
    old: tuple[int | None, int | None] | None
    """(requests, users) before; None where nothing was known."""
    new: tuple[int | None, int | None] | None
    """(requests, users) since; None where nothing is said any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresNews:
    """Word of new figures, or of missing ones: an entry of a feed."""

    kind: NewsKind
    period: Period | None
    """Of new figures and of missing ones; None where figures of several periods were revised."""
    rows: tuple[NewsRow, ...]
    """In the order of names; empty of a report that is overdue."""
    at: datetime
    """When it could first be said (UTC)."""
    key: str
    """What tells it from other news of the publisher, for good."""
    due_by: date | None = None
    """Of a report that is overdue: the last day on which it would have been in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresSource:
    """Where figures come from."""

    name: str
    url: str
    """`""` for messages that somebody pasted."""
    fetched_at: datetime
    """When its newest version was captured; of messages, when the newest was added (UTC)."""
    versions: int
    sha256: str
    """Of the newest version's bytes; `""` for messages."""
    credit: str = ""
    """Whom to name, and the licence, where the settings say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often a policy promises a report."""

    months: int
    """Between two reports."""
    since: datetime
    """When a version with this promise was first captured (UTC)."""
    quote: str
    """The sentence that says so."""
    before: int | None = None
    """Months between two reports by the promise that stood before; None where none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherFigures:
    """Everything that one publisher, or those who collect its reports, say."""

    publisher: str
    document: DocumentKey | None
    """The policy that governs the figures, where the settings name it."""
    countries: tuple[CountryFigures, ...]
    """By name."""
    totals: tuple[Tally, ...]
    """All countries together, in periods across whose ends nobody's figures reach."""
    news: tuple[FiguresNews, ...]
    """Newest first."""
    due: Due | None
    """The next report of any country."""
    cadence: Cadence | None
    """How often the policy promises a report."""
    sources: tuple[FiguresSource, ...]
    until: datetime
    """As of when reports count as overdue."""
    is_made_up: bool = False
    """Whether the figures are an invention, for a demonstration."""

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        return tuple(found for country in self.countries for found in country.contradictions)

    def country(self, code: str) -> CountryFigures | None:
        """Return the country of the code `code`, in any case."""
        return next((country for country in self.countries if country.code == code.upper()), None)
