"""Reading figures that others collected: one adapter for each form in which they are published.

A dataset is taken whole or not at all: whoever leaves out the rows that it does not understand shows gaps, and larger
wholes than there are parts, that nobody published.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, TypeAlias

from tracker.model import Report
from tracker.transparency.countries import COUNTRY_NAMES, country_code
from tracker.transparency.errors import TransparencyError

#: Most bytes and rows of a dataset and of a country in it, and the largest count: all authorities of the world ask less
#: often in a year. The community's dataset on Telegram has 299 rows, at most 12 of a country, after two years.
MAX_DATASET_BYTES: Final = 10_000_000
_MOST_ROWS: Final = 50_000
_MOST_ROWS_OF_A_COUNTRY: Final = 100
_LARGEST: Final = 10**9

_ROW_KEYS: Final = frozenset({"from", "to", "requests", "users"})
_CSV_COLUMNS: Final = frozenset(
    {"country", "from", "to", "received", "requests", "users", "authority", "data_types"}
)  # fmt: skip
_CSV_REQUIRED: Final = ("country", "from", "to")


#: Where a row stands, and what it says.
_Row: TypeAlias = tuple[str, Report]


def read_dataset(content: bytes, *, publisher: str, form: str, today: date | None = None) -> tuple[Report, ...]:
    """Return the reports that a dataset holds, in its order.

    Args:
        content: Its bytes, as served.
        publisher: Whose reports they are.
        form: A name of `FORMS`.
        today: The day on which it was captured: no period ends after it. None: that is not checked.

    Raises:
        TransparencyError: If the bytes are not of that form, or some row of them cannot be right; it names the row.
    """
    if len(content) > MAX_DATASET_BYTES:
        raise TransparencyError(f"the dataset has {len(content)} bytes, far more than any such dataset")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TransparencyError(f"the dataset is no UTF-8: {error}") from error
    if form not in FORMS:
        raise TransparencyError(f"the form of a dataset is one of {', '.join(FORMS)}, not {_short(form)}")
    reports = tuple(_require_past(where, report, today) for where, report in FORMS[form](text, publisher))
    if not reports:
        raise TransparencyError("the dataset holds no row")
    country, rows = Counter(report.country for report in reports).most_common(1)[0]
    if rows > _MOST_ROWS_OF_A_COUNTRY:
        raise TransparencyError(f"{country} has {rows} rows, far more than there are periods to tell of")
    return reports


def guess_form(name: str) -> str:
    """Return the form that a file or an address of this name holds, by its ending.

    >>> guess_form("https://example.org/figures.csv?raw=1")
    'csv'
    """
    return "csv" if name.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].lower().endswith(".csv") else "by-country"


def _read_by_country(text: str, publisher: str) -> Iterator[_Row]:
    """Read an object that gives, by country, rows of `from` and `to` (YYYYMMDD, both inclusive), `requests`, `users`.

    It is the form of the community dataset on Telegram (https://github.com/Te-k/telegram-transparency).
    """
    try:
        known = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise TransparencyError(f"the dataset is no JSON that can be read: {error}") from error
    if not isinstance(known, dict):
        raise TransparencyError("the dataset is no object that gives rows by country")
    rows = 0
    for country, listed in known.items():
        if not isinstance(listed, list):
            raise TransparencyError(f"{_short(country)}: its rows are no list")
        rows += len(listed)
        _require_few(rows)
        for number, row in enumerate(listed, start=1):
            where = f"{_short(country)}, row {number}"
            if not isinstance(row, dict) or set(row) != _ROW_KEYS:
                raise TransparencyError(f"{where}: it does not hold exactly {', '.join(sorted(_ROW_KEYS))}")
            yield (
                where,
                _report(
                    where,
                    publisher=publisher,
                    country=country,
                    start=_day(row["from"], where),
                    end=_day(row["to"], where),
                    requests=_count(row["requests"], where),
                    users=_count(row["users"], where),
                ),
            )


def _read_csv(text: str, publisher: str) -> Iterator[_Row]:
    """Read a table (RFC 4180) with a line of names first.

    Columns: `country` (a code of three letters, or a name), `from`, `to` (ISO 8601 or YYYYMMDD, both inclusive), and of
    `received`, `requests` (fulfilled), `users`, `authority`, `data_types` (between semicolons) those that the publisher
    tells. A cell that is empty is not known.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        unknown = sorted(set(names) - _CSV_COLUMNS)
        missing = [name for name in _CSV_REQUIRED if name not in names]
        if unknown or missing or len(set(names)) != len(names):
            raise TransparencyError(
                f"the first line must name the columns, of {', '.join(sorted(_CSV_COLUMNS))}; unknown or double: "
                f"{', '.join(map(_short, unknown)) or 'none'}; missing: {', '.join(missing) or 'none'}"
            )
        for count, cells in enumerate(reader, start=1):
            where = f"line {reader.line_num}"
            _require_few(count)
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                raise TransparencyError(f"{where}: it has {len(cells)} cells, and {len(names)} columns are named")
            yield where, _csv_report(dict(zip(names, map(str.strip, cells), strict=True)), where, publisher)
    except csv.Error as error:
        raise TransparencyError(f"the table cannot be read in line {reader.line_num}: {error}") from error


def _csv_report(row: dict[str, str], where: str, publisher: str) -> Report:
    named = row["country"]
    code = named if named in COUNTRY_NAMES else country_code(named)
    if code is None:
        raise TransparencyError(f"{where}: {_short(named)} names no country for certain")
    return _report(
        where,
        publisher=publisher,
        country=code,
        start=_day(row["from"].replace("-", ""), where),
        end=_day(row["to"].replace("-", ""), where),
        requests=_cell(row.get("requests", ""), where),
        users=_cell(row.get("users", ""), where),
        received=_cell(row.get("received", ""), where),
        authority=row.get("authority", "")[:200] or None,
        data_types=tuple(part.strip()[:200] for part in row.get("data_types", "").split(";") if part.strip())[:50],
    )


def _report(where: str, *, country: str, **values: Any) -> Report:
    if country not in COUNTRY_NAMES:
        raise TransparencyError(f"{where}: {_short(country)} is no code of a country (ISO 3166-1 alpha-3)")
    try:
        return Report(country=country, **values)
    except ValueError as error:
        raise TransparencyError(f"{where}: {error}") from error


def _require_past(where: str, report: Report, today: date | None) -> Report:
    if today is not None and report.end > today:
        raise TransparencyError(f"{where}: the period ends on {report.end}, after {today}: nobody can know its figures")
    return report


def _day(text: object, where: str) -> date:
    is_plain = isinstance(text, str) and len(text) == len("20240930") and text.isascii() and text.isdigit()
    try:
        if is_plain:
            return date.fromisoformat(str(text))
    except ValueError:
        pass
    raise TransparencyError(f"{where}: {_short(text)} is no day of the calendar")


def _cell(text: str, where: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise TransparencyError(f"{where}: {_short(text)} is no count")
    return _count(int(text[:20]), where)


def _count(value: object, where: str) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise TransparencyError(f"{where}: {_short(value)} is no count")
    return value


def _require_few(rows: int) -> None:
    if rows > _MOST_ROWS:
        raise TransparencyError(f"the dataset has more than {_MOST_ROWS} rows, far more than any such dataset")


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{_short(name)} is given twice")
        found[name] = value
    return found


def _short(value: object) -> str:
    return repr(value)[:60]


#: Name -> what reads it: (text, publisher) -> the place of each row, and its report. A publisher that uses another
#: form gets an adapter here.
FORMS: Final[dict[str, Callable[[str, str], Iterable[_Row]]]] = {"by-country": _read_by_country, "csv": _read_csv}
