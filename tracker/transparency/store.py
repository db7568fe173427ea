"""Reports as JSON lines: one object a line, the same bytes for the same report."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from tracker.transparency.errors import TransparencyError
from tracker.transparency.report import Quarter, Report

SCHEMA: Final = "tracker.transparency/1"
_KEYS: Final = frozenset(
    {"schema", "publisher", "country", "from", "to", "requests", "users", "quarters", "next_report", "paragraph"}
)
_QUARTER_KEYS: Final = frozenset({"from", "to", "requests", "users"})


def to_json_row(report: Report) -> str:
    """Return `report` as one line of JSON, without a newline."""
    row = {
        "schema": SCHEMA,
        "publisher": report.publisher,
        "country": report.country,
        "from": report.start.isoformat(),
        "to": report.end.isoformat(),
        "requests": report.requests,
        "users": report.users,
        "quarters": [
            {
                "from": quarter.start.isoformat(),
                "to": quarter.end.isoformat(),
                "requests": quarter.requests,
                "users": quarter.users,
            }
            for quarter in report.quarters
        ],
        "next_report": report.next_report.isoformat() if report.next_report else None,
        "paragraph": report.paragraph,
    }
    return json.dumps(row, ensure_ascii=False)


def from_json_row(line: str) -> Report:
    """Return the report that `line` writes.

    Raises:
        TransparencyError: If the line is no row of this schema, or its figures contradict one another.
    """
    try:
        return _report(json.loads(line))
    except (ValueError, TypeError, RecursionError) as error:
        raise TransparencyError(f"the stored row {line[:200]!r} is damaged: {error}") from error


def _report(row: Any) -> Report:
    _require_keys(row, _KEYS)
    if row["schema"] != SCHEMA:
        raise ValueError(f"the schema is {row['schema']!r}, and not {SCHEMA!r}")
    if not isinstance(row["quarters"], list):
        raise TypeError("quarters is no list")
    return Report(
        publisher=_text(row, "publisher"),
        country=None if row["country"] is None else _text(row, "country"),
        start=_day(row, "from"),
        end=_day(row, "to"),
        requests=_count(row, "requests"),
        users=_count(row, "users"),
        quarters=tuple(_quarter(quarter) for quarter in row["quarters"]),
        next_report=None if row["next_report"] is None else _day(row, "next_report"),
        paragraph=None if row["paragraph"] is None else _text(row, "paragraph"),
    )


def _quarter(row: Any) -> Quarter:
    _require_keys(row, _QUARTER_KEYS)
    return Quarter(
        start=_day(row, "from"), end=_day(row, "to"), requests=_count(row, "requests"), users=_count(row, "users")
    )


def _require_keys(row: Any, keys: frozenset[str]) -> None:
    if not isinstance(row, dict):
        raise TypeError("it is no object")
    if set(row) != keys:
        raise ValueError(f"its keys differ by {', '.join(sorted(set(row) ^ keys))}")


def _text(row: dict[str, Any], key: str) -> str:
    if not isinstance(row[key], str):
        raise TypeError(f"{key} is no text")
    return str(row[key])


def _count(row: dict[str, Any], key: str) -> int:
    if type(row[key]) is not int:
        raise TypeError(f"{key} is no whole number")
    return int(row[key])


def _day(row: dict[str, Any], key: str) -> date:
    return date.fromisoformat(_text(row, key))
