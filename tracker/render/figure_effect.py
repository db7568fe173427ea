"""Figures before and after a change of the policy that says who gets what: a sequence in time, no proof of cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tracker.model import CountryFigures, PublisherFigures, Tally

#: Countries that are told one by one: those with the most requests after the change.
MOST_COUNTRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """Figures of one country, or of all, around a change."""

    country: CountryFigures | None
    """None for all together."""
    before: Tally | None
    """The last period that was over when the change came; None where nobody knows one."""
    during: Tally | None
    """The period in which it came."""
    after: Tally | None
    """The first period that began after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What reports say around a change."""

    figures: PublisherFigures
    rows: tuple[EffectRow, ...]
    """All countries together first, then those with the most requests afterwards."""

    @property
    def has_before(self) -> bool:
        """Whether any row tells of a period that was over when the change came."""
        return any(row.before is not None for row in self.rows)

    @property
    def is_derived(self) -> bool:
        """Whether any figure of it follows from others."""
        tallies = (tally for row in self.rows for tally in (row.before, row.during, row.after) if tally is not None)
        return any("derived" in (tally.requests.basis, tally.users.basis) for tally in tallies)


def tell_effect(figures: PublisherFigures, day: date) -> Effect | None:
    """Return what the reports of a publisher say around a change on `day`; None where they say nothing of that time."""
    countries = [_row(country, country.tallies, day) for country in figures.countries]
    told = [row for row in countries if row.after is not None and (row.before is not None or row.during is not None)]
    told.sort(key=lambda row: (-_requests(row.after), row.country.name if row.country is not None else ""))
    total = _row(None, figures.totals, day)
    if total.before is None and total.during is None:
        return None
    return Effect(figures=figures, rows=(total, *told[:MOST_COUNTRIES]))


def _row(country: CountryFigures | None, tallies: Sequence[Tally], day: date) -> EffectRow:
    known = [tally for tally in tallies if not tally.is_gap]
    return EffectRow(
        country=country,
        before=next((tally for tally in reversed(known) if tally.period.end < day), None),
        during=next((tally for tally in known if tally.period.start <= day <= tally.period.end), None),
        after=next((tally for tally in known if tally.period.start > day), None),
    )


def _requests(tally: Tally | None) -> int:
    return 0 if tally is None else tally.requests.value or 0
