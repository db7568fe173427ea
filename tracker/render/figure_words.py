"""Words about figures of transparency reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from tracker.model import (
    N_,
    Cadence,
    Contradiction,
    Due,
    Figure,
    FigurePart,
    Measure,
    Period,
    Tally,
)
from tracker.render.language import ENGLISH, Language
from tracker.render.words import MONTHS, tell_day

MEASURE_WORDS: Final[dict[Measure, str]] = {
    "requests": N_("requests fulfilled"),
    "users": N_("users affected"),
    "received": N_("requests received"),
}
_LAST_MONTH: Final = 12


def tell_date(day: date, language: Language = ENGLISH) -> str:
    """Return `day` as `30 September 2024`."""
    return tell_day(datetime(day.year, day.month, day.day, tzinfo=UTC), language)


def tell_period(period: Period, language: Language = ENGLISH) -> str:
    """Return a period in months where it is made of whole ones: `July to September 2024`; else in days.

    >>> from datetime import date
    >>> tell_period(Period(date(2024, 1, 1), date(2024, 12, 31)))
    '2024'
    """
    start, end = period
    is_whole = start.day == 1 and period.after.day == 1
    if not is_whole:
        return language.gettext(
            "%(first)s to %(last)s", first=tell_date(start, language), last=tell_date(end, language)
        )  # fmt: skip
    if (start.month, end.month) == (1, _LAST_MONTH) and start.year == end.year:
        return str(start.year)
    last = language.gettext("%(month)s %(year)s", month=language.gettext(MONTHS[end.month - 1]), year=end.year)
    if (start.year, start.month) == (end.year, end.month):
        return last
    first = language.gettext(MONTHS[start.month - 1])
    if start.year != end.year:
        first = language.gettext("%(month)s %(year)s", month=first, year=start.year)
    return language.gettext("%(first)s to %(last)s", first=first, last=last)


def tell_quarters(period: Period, language: Language = ENGLISH) -> str:
    """Return a period in short, for the axis of a drawing: `Q3`, `Q1 to Q3`, or the year of a whole one."""
    quarters = period.quarters
    if not quarters:
        return tell_period(period, language)
    first, last = ((quarter.start.month + 2) // 3 for quarter in (quarters[0], quarters[-1]))
    if len(quarters) == 1:
        return language.gettext("Q%(number)s", number=first)
    return language.gettext("Q%(first)s to Q%(last)s", first=first, last=last)


def tell_figure(figure: Figure, language: Language = ENGLISH) -> str:
    """Return a figure in digits; a dash for a gap."""
    return "\N{EN DASH}" if figure.value is None else language.number(figure.value)


def tell_sum(parts: Sequence[FigurePart], language: Language = ENGLISH) -> str:
    """Return what a figure is worked out from: a sum of figures, each with its period."""
    told = ""
    for part in parts:
        sign = (" + " if told else "") if part.sign > 0 else (" \N{MINUS SIGN} " if told else "\N{MINUS SIGN}")
        told += f"{sign}{language.number(part.value)} ({tell_period(part.period, language)})"
    return told


def tell_contradiction(found: Contradiction, country: str, language: Language = ENGLISH) -> str:
    """Return what cannot all be right, as a sentence."""
    measure = language.gettext(MEASURE_WORDS[found.measure])
    whole = f"{language.number(found.whole.value)} ({tell_period(found.whole.period, language)})"
    parts = tell_sum(found.parts, language)
    if found.kind == "differs":
        others = ", ".join(language.number(part.value) for part in found.parts)
        return language.gettext(
            "%(country)s, %(measure)s: %(whole)s in one report, and %(others)s in others",
            country=country,
            measure=measure,
            whole=whole,
            others=others,
        )
    if found.kind == "part":
        return language.gettext(
            "%(country)s, %(measure)s: %(parts)s is more than %(whole)s, of which it is a part",
            country=country,
            measure=measure,
            whole=whole,
            parts=parts,
        )
    total = language.number(sum(part.sign * part.value for part in found.parts))
    return language.gettext(
        "%(country)s, %(measure)s: %(parts)s = %(total)s, and %(whole)s is reported",
        country=country,
        measure=measure,
        whole=whole,
        parts=parts,
        total=total,
    )


def tell_due(due: Due, language: Language = ENGLISH) -> str:
    """Return when the next report is due, or since when it is overdue, as a sentence."""
    period, day = tell_period(due.period, language), tell_date(due.by, language)
    if due.is_overdue:
        return language.gettext("No report for %(period)s was seen; it was due by %(day)s.", period=period, day=day)
    return language.gettext("The report for %(period)s is due by %(day)s.", period=period, day=day)


def tell_cadence(cadence: Cadence, language: Language = ENGLISH) -> str:
    """Return how often the policy promises a report, and how often it did before, as a sentence."""
    now = language.ngettext(
        "The policy promises a report every month.",
        "The policy promises a report every %(num)s months.",
        cadence.months,
    )
    if cadence.before is None:
        return now
    before = language.ngettext(
        "Versions captured before %(day)s promised one every month.",
        "Versions captured before %(day)s promised one every %(num)s months.",
        cadence.before,
        day=tell_day(cadence.since, language),
    )
    return f"{now} {before}"


def tell_tally(tally: Tally, language: Language = ENGLISH) -> str:
    """Return the figures of a period as one piece of a sentence: `886 requests, 2,145 users`."""
    pieces = []
    if tally.received.value is not None:
        pieces.append(language.ngettext("%(num)s request received", "%(num)s requests received", tally.received.value))
    if tally.requests.value is not None:
        pieces.append(
            language.ngettext("%(num)s request fulfilled", "%(num)s requests fulfilled", tally.requests.value)
        )
    if tally.users.value is not None:
        pieces.append(language.ngettext("%(num)s user", "%(num)s users", tally.users.value))
    return ", ".join(pieces) or language.gettext("nothing known")
