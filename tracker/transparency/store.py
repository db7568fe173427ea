"""Pasted reports as JSON lines: one object a line, the same bytes for the same report."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from tracker.model import Quarter, Report, Stated, format_instant, parse_instant
from tracker.transparency.errors import TransparencyError

SCHEMA: Final = "tracker.transparency/2"
#: Rows that do not say who stated them, or when: written by early versions, and read like the others.
_FORMER_SCHEMA: Final = "tracker.transparency/1"
_FORMER_KEYS: Final = frozenset(
    {"schema", "publisher", "country", "from", "to", "requests", "users", "quarters", "next_report", "paragraph"}
)
_KEYS: Final = _FORMER_KEYS | {"source", "added_at"}
_QUARTER_KEYS: Final = frozenset({"from", "to", "requests", "users"})


def to_json_row(stated: Stated) -> str:
    """Return a report as one line of JSON, without a newline."""
    report = stated.report
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
        "source": stated.source,
        "added_at": format_instant(stated.at) if stated.at is not None else None,
    }
    return json.dumps(row, ensure_ascii=False)


def from_json_row(line: str) -> Stated:
    """Return the report that `line` writes, with its source.

    Raises:
        TransparencyError: If the line is no row of this schema, or its figures contradict one another.
    """
    try:
        return _stated(json.loads(line))
    except (ValueError, TypeError, RecursionError) as error:
        raise TransparencyError(f"the stored row {line[:200]!r} is damaged: {error}") from error


def _stated(row: Any) -> Stated:
    if isinstance(row, dict) and row.get("schema") == _FORMER_SCHEMA:
        _require_keys(row, _FORMER_KEYS)
        return Stated(report=_report(row), source="")
    _require_keys(row, _KEYS)
    if row["schema"] != SCHEMA:
        raise ValueError(f"the schema is {row['schema']!r}, and not {SCHEMA!r}")
    at = None if row["added_at"] is None else parse_instant(_text(row, "added_at"))
    return Stated(report=_report(row), source=_text(row, "source"), at=at)


def _report(row: Any) -> Report:
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
