"""Rows of an export as cells of a database, as lines of CSV, and as lines of JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from tracker.model import EXPORT_SCHEMA, ColumnType, JsonValue, Row, Table
from tracker.render.visible import dump_json, dump_json_line

Cell: TypeAlias = str | int | float | None

#: What neither UTF-8 nor a database's text can hold: half a character, and the end of a string in C.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

#: A cell that begins so may be run as a formula by a spreadsheet, also in its full-width form (OWASP, CSV Injection).
#: The apostrophe is among them so that whoever takes one away gets back exactly what was there.
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")

#: By the kinds of columns: types of the Table Schema (Frictionless Data).
_SCHEMA_TYPES: Final[Mapping[ColumnType, dict[str, JsonValue]]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "real": {"type": "number"},
    "boolean": {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]},
    "instant": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%SZ"},
    "array": {"type": "array"},
}


def make_cells(row: Row) -> tuple[Cell, ...]:
    r"""Return `row` as a database holds it: lists as JSON, yes and no as 1 and 0, no character that cannot be stored.

    >>> make_cells(("a\x00b", True, ["x"], None))
    ('a\ufffdb', 1, '["x"]', None)
    """
    return tuple(map(_make_cell, row))


def _make_cell(value: JsonValue) -> Cell:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list | dict):
        return dump_json_line(value)
    return int(value) if isinstance(value, bool) else value


def row_to_csv(cells: Sequence[Cell]) -> str:
    r"""Return `cells` as a record of CSV (RFC 4180), no text of which a spreadsheet takes for a formula.

    >>> row_to_csv(("=1+1", -1, None))
    "'=1+1,-1,\r\n"
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(_make_inert, cells))
    return line.getvalue()


def _make_inert(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_ACTIVE) else cell


def header_to_csv(table: Table) -> str:
    """Return the first record of the file of `table`: the names of its columns."""
    return row_to_csv([column.name for column in table.columns])


def describe_package(tables: Sequence[Table], *, facts: Mapping[str, str]) -> str:
    """Return the description of a folder of CSV files, a Tabular Data Package (Frictionless Data, version 1).

    Args:
        tables: One file each, `<name>.csv`.
        facts: What the export was made from.
    """
    return dump_json(
        {
            "schema": EXPORT_SCHEMA,
            "name": "policy-changes",
            "profile": "tabular-data-package",
            **facts,
            "resources": [_describe_table(table, {other.name: other for other in tables}) for table in tables],
        }
    )


def _describe_table(table: Table, tables: Mapping[str, Table]) -> JsonValue:
    fields: list[JsonValue] = [
        {
            "name": column.name,
            **_SCHEMA_TYPES[column.type],
            "description": column.description,
            "constraints": {"required": not column.is_optional} if column.type != "text" else {},
        }
        for column in table.columns
    ]
    foreign: list[JsonValue] = [
        {
            "fields": column.name,
            "reference": {"resource": column.references, "fields": tables[column.references].key.name},
        }
        for column in table.columns
        if column.references is not None
    ]
    schema: dict[str, JsonValue] = {"fields": fields, "primaryKey": table.key.name, "foreignKeys": foreign}
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "profile": "tabular-data-resource",
        "description": table.description,
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": schema,
    }
