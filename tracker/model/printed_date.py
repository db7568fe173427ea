"""Dates as people print them: with the name of a month, in the order of ISO 8601, or in numbers of another order.

Belongs here: finding them, and which days they can mean. Does not belong here: what a text dates with them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

#: Months by their names and short forms in lower case: English, German, French, Spanish, Italian, Dutch, Portuguese.
MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
            "january jan januar jänner janvier janv enero gennaio januari janeiro",
            "february feb februar février févr febrero febbraio februari fevereiro",
            "march mar märz mars marzo maart março",
            "april apr avril abril aprile",
            "may mai mayo maggio mei maio",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet juil julio luglio julho",
            "august aug août agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre déc diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_FIRST_YEAR: Final = 1990
_MONTHS_IN_YEAR: Final = 12
_NAME: Final = "|".join(sorted(MONTHS, key=lambda name: (-len(name), name)))
_GAP: Final = r"(?: {1,2}| ?- ?)"
#: Years have four digits: in two, 12/11/10 has six readings.
_DATE: Final = re.compile(
    r"(?<![\w./-])(?:"
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|er|\.|\u00ba)?{_GAP}(?:of |de )?(?P<name>{_NAME})\.?,?{_GAP}(?:de )?"
    r"(?P<year>[0-9]{4})"
    rf"|(?P<name_first>{_NAME})\.?{_GAP}(?P<day_second>[0-9]{{1,2}})(?:st|nd|rd|th)? ?,? {{0,2}}"
    r"(?P<year_third>[0-9]{4})"
    rf"|(?P<name_alone>{_NAME})\.?,?{_GAP}(?:de )?(?P<year_alone>[0-9]{{4}})"
    r"|(?P<iso_year>[0-9]{4})(?P<iso_mark>[-./])(?P<iso_month>[0-9]{1,2})(?P=iso_mark)(?P<iso_day>[0-9]{1,2})"
    r"|(?P<one>[0-9]{1,2})(?P<mark>\. ?|[/-])(?P<two>[0-9]{1,2})(?P=mark)(?P<year_last>[0-9]{4})"
    r"|(?P<number_alone>[0-9]{1,2}) ?[/-] ?(?P<year_after>[0-9]{4})"
    r")(?![0-9/]|[.-][0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date that stands in a text, and the days that it can mean."""

    text: str
    """As printed."""
    start: int
    """Offset of its first character in the text that was read."""
    first: date
    """The earliest day that it can mean."""
    last: date
    """The latest day that it can mean: another one where only a month is named, or where `is_ambiguous`."""
    is_ambiguous: bool = False
    """Whether day and month could be either of two numbers: 11/03/2022."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def day(self) -> date | None:
        """The day that it means; None where it names no day, or could mean two."""
        return self.first if self.first == self.last else None


def find_dates(text: str) -> Iterator[PrintedDate]:
    """Yield the dates that stand in `text`, in reading order; years in two digits make no date.

    >>> [found.day for found in find_dates("Updated 1 May 2024, before that 2023-11-30 and 5/25/18.")]
    [datetime.date(2024, 5, 1), datetime.date(2023, 11, 30)]
    >>> next(find_dates("Last update: 11/03/2022")).is_ambiguous
    True
    """
    for found in _DATE.finditer(text):
        days = _read_days(found)
        if days is not None:
            first, last, is_ambiguous = days
            yield PrintedDate(text=found[0], start=found.start(), first=first, last=last, is_ambiguous=is_ambiguous)


def _read_days(found: re.Match[str]) -> tuple[date, date, bool] | None:
    """Return the earliest and the latest day that a match can mean, and whether its order is in doubt."""
    year = int(found["year"] or found["year_third"] or found["year_alone"] or found["iso_year"] or found["year_last"]
               or found["year_after"])  # fmt: skip
    if found["one"]:
        return _read_numbers(year, int(found["one"]), int(found["two"]), is_day_first=found["mark"].startswith("."))
    name = found["name"] or found["name_first"] or found["name_alone"]
    month = MONTHS[name.lower()] if name else int(found["iso_month"] or found["number_alone"])
    printed = found["day"] or found["day_second"] or found["iso_day"]
    if printed is None:
        if not 1 <= month <= _MONTHS_IN_YEAR or year < _FIRST_YEAR:
            return None
        return date(year, month, 1), date(year, month, monthrange(year, month)[1]), False
    day = _make_day(year, month, int(printed))
    return (day, day, False) if day else None


def _read_numbers(year: int, one: int, two: int, *, is_day_first: bool) -> tuple[date, date, bool] | None:
    """Return the days of `one/two/year`; with dots the day comes first, with other marks either may."""
    readings = [_make_day(year, two, one)]
    if not is_day_first or readings == [None]:
        readings.append(_make_day(year, one, two))
    days = sorted({day for day in readings if day is not None})
    return (days[0], days[-1], len(days) > 1) if days else None


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _FIRST_YEAR else None
    except ValueError:
        return None
