"""One publisher's figures for one country and period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_COUNTRY: Final = re.compile(r"[A-Z]{3}")
_MONTHS_A_QUARTER: Final = 3


def quarters_between(start: date, end: date) -> tuple[tuple[date, date], ...]:
    """Return first and last day of each calendar quarter from `start` to `end`, both inclusive.

    Empty unless the period is made of whole quarters.

    >>> [str(last) for _, last in quarters_between(date(2024, 1, 1), date(2024, 6, 30))]
    ['2024-03-31', '2024-06-30']
    """
    found: list[tuple[date, date]] = []
    first = start
    while first <= end:
        if first.day != 1 or first.month % _MONTHS_A_QUARTER != 1:
            return ()
        month = first.month + _MONTHS_A_QUARTER
        following = date(first.year + month // 13, (month - 1) % 12 + 1, 1)
        last = following - timedelta(days=1)
        if last > end:
            return ()
        found.append((first, last))
        first = following
    return tuple(found)


def _require_counts(requests: int, users: int) -> None:
    if requests < 0 or users < 0:
        raise ValueError("figures are not negative")
    if requests == 0 and users > 0:
        raise ValueError(f"no request was fulfilled, and yet {users} users were affected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """The figures of one calendar quarter."""

    start: date
    end: date
    """Inclusive."""
    requests: int
    """Requests of authorities that the publisher fulfilled."""
    users: int
    """Users affected. May be fewer than requests."""

    def __post_init__(self) -> None:
        if len(quarters_between(self.start, self.end)) != 1:
            raise ValueError(f"{self.start} to {self.end} is no calendar quarter")
        _require_counts(self.requests, self.users)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one message or dataset row says."""

    publisher: str
    country: str | None
    """ISO 3166-1 alpha-3; None where the message says 'your country' and nobody has told which one that is."""
    start: date
    end: date
    """Inclusive."""
    requests: int
    """For the whole period; the sum of the quarters where the message gives no total."""
    users: int
    quarters: tuple[Quarter, ...] = ()
    """In order, covering the period; empty where the message gives one figure only."""
    next_report: date | None = None
    """First day of the month in which the next report is promised; None where the message does not say."""
    paragraph: str | None = None
    """Number of the policy's paragraph that the message cites, such as `8.3`."""

    def __post_init__(self) -> None:
        if not self.publisher:
            raise ValueError("a report has a publisher")
        if self.country is not None and not _COUNTRY.fullmatch(self.country):
            raise ValueError(f"{self.country!r} is no country code of three letters (ISO 3166-1)")
        if self.end < self.start:
            raise ValueError(f"the period ends on {self.end}, before it starts on {self.start}")
        _require_counts(self.requests, self.users)
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
