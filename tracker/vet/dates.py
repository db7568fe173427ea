"""The day on which a policy says that it was last changed.

Only dates that cannot be misread count: with the month's name, or in the order of ISO 8601. The finer reading of a
change log is another room's; here a date going back tells an older edition.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tracker.model import MONTHS

#: Where a policy dates itself: in its head or on its last lines.
_HEAD_LENGTH: Final = 2_500
_FOOT_LENGTH: Final = 400
#: Characters after a word such as "updated" within which its date begins.
_REACH: Final = 40

_DATING: Final = re.compile(
    r"\b(?:updated?|revised|revision|modified|amended|effective|in force|as of|version|published|dated"
    r"|stand|aktualisiert|aktualisierung|gültig|fassung|mise à jour|vigueur|actualización|actualizad[ao]|vigor"
    r"|aggiornat[ao]|aggiornamento|atualizaç[aã]o|atualizad[ao]|bijgewerkt)\b"
)
_DATE: Final = re.compile(
    r"\b(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|\.)? (?:of |de )?(?P<month>[^\W\d_]{3,10})\.?,? (?:de )?"
    r"(?P<year>[12][0-9]{3})"
    r"|(?P<month_first>[^\W\d_]{3,10})\.? (?P<day_second>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year_last>[12][0-9]{3})"
    r"|(?P<iso>[12][0-9]{3}-[01][0-9]-[0-3][0-9]))\b"
)


def find_own_date(text: str) -> date | None:
    """Return the latest day by which `text` dates itself, at its beginning or its end, else None.

    >>> find_own_date("Privacy Policy. Effective: 2 May 2024. Last updated April 17, 2024.")
    datetime.date(2024, 5, 2)
    """
    return max(list_own_dates(text), default=None)


def list_own_dates(text: str) -> tuple[date, ...]:
    """Return the days by which `text` dates itself, at its beginning or its end, rising and each once.

    Some lie ahead when the text is published: it may announce the edition that comes after it.
    """
    parts = (text[:_HEAD_LENGTH], text[-_FOOT_LENGTH:] if len(text) > _HEAD_LENGTH else "")
    dates = {
        found
        for part in (part.lower().replace("\n", " ") for part in parts)
        for word in _DATING.finditer(part)
        if (found := _read_date(part[word.end() : word.end() + _REACH + 24])) is not None
    }
    return tuple(sorted(dates))


def _read_date(part: str) -> date | None:
    found = _DATE.search(part)
    if found is None or found.start() > _REACH:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = MONTHS.get(found["month"] or found["month_first"])
        day, year = found["day"] or found["day_second"], found["year"] or found["year_last"]
        return date(int(year), month, int(day)) if month else None
    except ValueError:
        return None
