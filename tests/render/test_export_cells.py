"""Cells and lines of exports: what a spreadsheet, a database and a parser are handed."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import Column, Table
from tracker.render import TABLES, describe_package, dump_json_line, header_to_csv, make_cells, row_to_csv

ROOT = Path(__file__).parents[2]
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


def read_back(line: str) -> list[str]:
    """Read one record, and take away the apostrophe as the documentation says."""
    (cells,) = csv.reader(io.StringIO(line, newline=""))
    return [cell.removeprefix("'") for cell in cells]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "'=1"],
)
def test_no_text_is_a_formula(text: str) -> None:
    (cell,) = next(csv.reader(io.StringIO(row_to_csv([text]), newline="")))
    assert cell == f"'{text}"


def test_numbers_are_no_text() -> None:
    assert row_to_csv([-1, 2.5, None]) == "-1,2.5,\r\n"


@given(st.lists(texts, min_size=2))
def test_texts_can_be_had_back(row: list[str]) -> None:
    assert read_back(row_to_csv(row)) == row


@given(texts)
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    line = row_to_csv([text, "end"])
    assert line.lstrip('"')[:1] not in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def test_cells_hold_what_a_database_can() -> None:
    assert make_cells(("a\x00\ud800b", False, [["-", "\u202ex"]], None, 0.5)) == (
        "a\ufffd\ufffdb", 0, '[["-", "\\u202ex"]]', None, 0.5
    )  # fmt: skip


def test_a_line_of_json_is_one_line_whatever_it_says() -> None:
    line = dump_json_line({"text": "a\nb\u2028c\u0085d\u202e\ud800"})
    assert line.splitlines() == [line]
    assert json.loads(line) == {"text": "a\nb\u2028c\u0085d\u202e\ud800"}


def test_the_package_describes_every_file_and_key() -> None:
    package = json.loads(describe_package(TABLES, facts={"archive_head": "0" * 40}))
    assert package["profile"] == "tabular-data-package"
    assert package["archive_head"] == "0" * 40
    for table, resource in zip(TABLES, package["resources"], strict=True):
        assert resource["path"] == f"{table.name}.csv"
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert header_to_csv(table) == ",".join(names) + "\r\n"
    clauses = next(resource for resource in package["resources"] if resource["name"] == "clauses")
    assert clauses["schema"]["foreignKeys"] == [
        {"fields": "change", "reference": {"resource": "changes", "fields": "id"}}
    ]


def test_every_column_is_documented_as_it_is() -> None:
    page = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    for table in TABLES:
        (part,) = re.findall(rf"### {table.name}\n\n(.*?)(?=\n### |\Z)", page, re.DOTALL)
        listed = re.findall(r"^\| `(\w+)` \| (\w+)(?: → `(\w+)`)?(, may be empty)? \| (.+) \|$", part, re.MULTILINE)
        assert listed == [
            (column.name, column.type, column.references or "", ", may be empty" * column.is_optional,
             column.description)
            for column in table.columns
        ]  # fmt: skip


def test_a_table_is_sought_by_its_own_columns() -> None:
    key = Column(name="id", type="text", description="key")
    with pytest.raises(ValueError, match="cannot be sought"):
        Table(name="t", description="d", columns=(key,), indexes=(("other",),))
    with pytest.raises(ValueError, match="cannot be sought"):
        Table(name="t", description="d", columns=(key,), searched=("id",))
    with pytest.raises(ValueError, match="names of their own"):
        Table(name="t", description="d", columns=(key, key))
