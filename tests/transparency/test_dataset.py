"""Datasets are taken whole or not at all, and who refuses one names the row."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import Report
from tracker.transparency import FORMS, MAX_DATASET_BYTES, TransparencyError, guess_form, read_dataset
from tracker.transparency import dataset as reading

ROW: dict[str, Any] = {"from": "20310101", "to": "20310331", "requests": 3, "users": 7}
HEAD = "country,from,to,requests,users\n"


def by_country(value: Any, **facts: Any) -> tuple[Report, ...]:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_dataset(content, publisher="Courier", form="by-country", **facts)


def table(text: str | bytes) -> tuple[Report, ...]:
    return read_dataset(text.encode() if isinstance(text, str) else text, publisher="Courier", form="csv")


def refused(read: Any, value: Any) -> str:
    with pytest.raises(TransparencyError) as caught:
        read(value)
    return str(caught.value)


def test_rows_by_country_are_read_in_their_order() -> None:
    found = by_country({"SWE": [ROW], "NOR": [ROW | {"requests": 0, "users": 0}, ROW | {"to": "20311231"}]})
    assert [(report.publisher, report.country, report.start, report.end) for report in found] == [
        ("Courier", "SWE", date(2031, 1, 1), date(2031, 3, 31)),
        ("Courier", "NOR", date(2031, 1, 1), date(2031, 3, 31)),
        ("Courier", "NOR", date(2031, 1, 1), date(2031, 12, 31)),
    ]
    assert [(report.requests, report.users, report.received) for report in found] == [
        (3, 7, None), (0, 0, None), (3, 7, None),
    ]  # fmt: skip


def test_a_mark_of_byte_order_is_no_word() -> None:
    assert by_country(b"\xef\xbb\xbf" + json.dumps({"NOR": [ROW]}).encode()) == by_country({"NOR": [ROW]})


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ({"requests": 3.0}, "3.0 is no count"),
        ({"requests": "3"}, "'3' is no count"),
        ({"requests": True}, "True is no count"),
        ({"requests": None}, "None is no count"),
        ({"requests": -1}, "-1 is no count"),
        ({"requests": 10**9 + 1}, "1000000001 is no count"),
        ({"users": [7]}, "[7] is no count"),
        ({"users": 1e300}, "1e+300 is no count"),
        ({"requests": 0}, "no request was fulfilled, and yet 7 users were affected"),
        ({"from": "20310230"}, "'20310230' is no day"),
        ({"from": "2031-01-01"}, "'2031-01-01' is no day"),
        ({"from": "2031W011"}, "is no day"),
        ({"from": 20310101}, "20310101 is no day"),
        ({"from": "٢٠٣١٠١٠١"}, "is no day"),
        ({"to": "20301231"}, "before it starts"),
        ({"to": "99991231"}, "cannot be right"),
        ({"from": "00010101"}, "cannot be right"),
        ({"note": "x"}, "does not hold exactly from, requests, to, users"),
    ],
)
def test_a_row_that_cannot_be_right_is_named(row: dict[str, Any], cause: str) -> None:
    said = refused(by_country, {"SWE": [ROW], "NOR": [ROW, ROW | row]})
    assert "'NOR', row 2: " in said
    assert cause in said


@pytest.mark.parametrize("row", [{key: ROW[key] for key in ("from", "to", "requests")}, [], "x", None, 5])
def test_what_is_no_row_is_named(row: Any) -> None:
    assert "'NOR', row 1: it does not hold exactly" in refused(by_country, {"NOR": [row]})


@pytest.mark.parametrize("code", ["nor", "NO", "XXX", "", "NOR ", "Norway", "\ud800", "N\u041eR", "A" * 9000])
def test_a_country_without_a_code_is_named(code: str) -> None:
    said = refused(by_country, {code: [ROW]})
    assert "row 1" in said
    assert len(said) < 300
    assert said.isprintable()


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "no JSON that can be read"),
        (b"{", "no JSON that can be read"),
        (b"<!doctype html><title>404</title>", "no JSON that can be read"),
        (b"[]", "no object"),
        (b'"NOR"', "no object"),
        (b"{}", "holds no row"),
        (b'{"NOR": []}', "holds no row"),
        (b'{"NOR": {}}', "'NOR': its rows are no list"),
        (b'{"NOR": [], "NOR": []}', "'NOR' is given twice"),
        (b'{"NOR": [{"from": "20310101", "from": "20310101"}]}', "'from' is given twice"),
        (b"[" * 200_000, "no JSON that can be read"),
        (b'{"NOR": [{"requests": ' + b"9" * 5000 + b"}]}", "no JSON that can be read"),
        (b'{"NOR": [{"from":"20310101","to":"20310331","requests":NaN,"users":1}]}', "nan is no count"),
        (b'{"NOR": "\xff"}', "no UTF-8"),
        ("{}".encode("utf-16"), "no UTF-8"),
    ],
)
def test_a_file_that_is_no_dataset_is_refused(content: bytes, cause: str) -> None:
    assert cause in refused(by_country, content)


@pytest.mark.parametrize(
    ("form", "content", "where"),
    [
        ("by-country", json.dumps({"SWE": [ROW], "NOR": [ROW, ROW | {"to": "20310630"}]}), "'NOR', row 2"),
        ("csv", f"{HEAD}NOR,20310101,20310331,3,7\n\nNOR,20310101,20310630,3,7\n", "line 4"),
    ],
)
def test_a_period_that_ends_after_the_capture_is_refused_with_its_row(form: str, content: str, where: str) -> None:
    def read(today: date | None) -> tuple[Report, ...]:
        return read_dataset(content.encode(), publisher="Courier", form=form, today=today)

    assert read(date(2031, 6, 30)) == read(None)
    with pytest.raises(TransparencyError, match=f"{where}: the period ends on 2031-06-30, after 2031-06-29"):
        read(date(2031, 6, 29))


def test_the_same_row_twice_is_taken_as_it_is() -> None:
    assert len(by_country({"NOR": [ROW, ROW]})) == 2


# ------------------------------------------------------------------------------------------------------------- bounds


def test_more_bytes_than_any_dataset_has_are_not_read() -> None:
    assert "far more than any" in refused(by_country, b" " * (MAX_DATASET_BYTES + 1))


def test_more_rows_than_any_dataset_has_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_ROWS", 3)
    assert len(by_country({"NOR": [ROW] * 2, "SWE": [ROW]})) == 3
    assert "more than 3 rows" in refused(by_country, {"NOR": [ROW] * 2, "SWE": [ROW] * 2})
    assert "more than 3 rows" in refused(table, HEAD + "NOR,20310101,20310331,3,7\n" * 4)


def test_more_rows_of_a_country_than_there_are_periods_are_refused() -> None:
    assert len(by_country({"NOR": [ROW] * 100, "SWE": [ROW]})) == 101
    assert "NOR has 101 rows" in refused(by_country, {"SWE": [ROW], "NOR": [ROW] * 101})


def test_a_form_that_nobody_reads_is_refused() -> None:
    with pytest.raises(TransparencyError, match="one of by-country, csv, not 'xml'"):
        read_dataset(b"{}", publisher="Courier", form="xml")


# ---------------------------------------------------------------------------------------------------------------- csv


def test_a_table_is_read() -> None:
    found = table(
        "Country,From,To,Received,Requests,Users,Authority,Data_Types\r\n"
        "NOR,2031-01-01,2031-03-31,40,3,7,,\r\n"
        "\r\n"
        'the United Kingdom,20310101,20311231,,,12,"Police, all",IP address; phone number;\r\n'
        "Sweden,2031-01-01,2031-03-31,0,0,0,,\r\n"
    )
    assert [(report.country, report.received, report.requests, report.users) for report in found] == [
        ("NOR", 40, 3, 7), ("GBR", None, None, 12), ("SWE", 0, 0, 0),
    ]  # fmt: skip
    assert [(report.authority, report.data_types) for report in found] == [
        (None, ()), ("Police, all", ("IP address", "phone number")), (None, ()),
    ]  # fmt: skip


def test_columns_stand_in_any_order_and_may_be_few() -> None:
    (report,) = table("to, users, from, country\n2031-03-31, 4, 2031-01-01, NOR")
    assert (report.users, report.requests, report.received) == (4, None, None)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "missing: country, from, to"),
        ("\n", "missing: country, from, to"),
        ("country,from\n", "missing: to"),
        ("country,from,to,requests,price\n", "unknown or double: 'price'"),
        ("country,from,to,to\n", "must name the columns"),
        (HEAD, "holds no row"),
        (f"{HEAD}NOR,20310101,20310331,3\n", "line 2: it has 4 cells, and 5 columns are named"),
        (f"{HEAD}NOR,20310101,20310331,3,7,9\n", "line 2: it has 6 cells"),
        (f"{HEAD}\nNowhere,20310101,20310331,3,7\n", "line 3: 'Nowhere' names no country for certain"),
        (f"{HEAD}Korea,20310101,20310331,3,7\n", "line 2: 'Korea' names no country for certain"),
        (f"{HEAD}nor,20310101,20310331,3,7\n", "line 2: 'nor' names no country"),
        (f"{HEAD}NOR,1/1/2031,20310331,3,7\n", "line 2: '1/1/2031' is no day"),
        (f"{HEAD}NOR,,20310331,3,7\n", "line 2: '' is no day"),
        (f"{HEAD}NOR,20310101,20310331,3.0,7\n", "line 2: '3.0' is no count"),
        (f"{HEAD}NOR,20310101,20310331,-3,7\n", "line 2: '-3' is no count"),
        (f'{HEAD}NOR,20310101,20310331,"1,000",7\n', "line 2: '1,000' is no count"),
        (f"{HEAD}NOR,20310101,20310331,007,7\n", "line 2: '007' is no count"),
        (f"{HEAD}NOR,20310101,20310331,٣,7\n", "line 2: '٣' is no count"),
        (f"{HEAD}NOR,20310101,20310331,{'9' * 5000},7\n", "is no count"),
        (f"{HEAD}NOR,20310101,20310331,,\n", "line 2: a report gives at least one figure"),
        (f"{HEAD}NOR,20310101,20310331,0,7\n", "line 2: no request was fulfilled"),
        (f'{HEAD}NOR,20310101,20310331,3,"7\n', "the table cannot be read in line"),
        (f'{HEAD}NOR,20310101,20310331,3,"7"7\n', "the table cannot be read in line 2"),
        (
            "country,from,to,received,requests\nNOR,20310101,20310331,2,3\n",
            "line 2: 3 requests fulfilled of 2 received",
        ),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(text: str, cause: str) -> None:
    said = refused(table, text)
    assert cause in said
    assert len(said) < 400


def test_a_cell_that_is_far_too_long_is_refused() -> None:
    assert "cannot be read in line 2" in refused(table, f"{HEAD}{'N' * 200_000},20310101,20310331,3,7\n")


def test_a_table_with_nul_or_without_utf_8_is_refused() -> None:
    assert "no country" in refused(table, f"{HEAD}NO\0R,20310101,20310331,3,7\n")
    assert "no UTF-8" in refused(table, HEAD.encode() + b"NOR,20310101,20310331,3,\xb2\n")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("dataset.json", "by-country"),
        ("https://example.org/figures.csv?raw=1#top", "csv"),
        ("FIGURES.CSV", "csv"),
        ("https://example.org/csv", "by-country"),
    ],
)
def test_the_form_is_told_by_the_ending(name: str, form: str) -> None:
    assert guess_form(name) == form


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from(sorted(FORMS)))
def test_bytes_are_read_or_refused(content: bytes, form: str) -> None:
    for started in (content, HEAD.encode() + content, b'{"NOR": [' + content):
        with contextlib.suppress(TransparencyError):
            assert read_dataset(started, publisher="Courier", form=form)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["from", "to", "requests", "users", "more"]), JSON_VALUES)
def test_no_value_in_a_row_brings_the_reading_down(key: str, value: Any) -> None:
    row = ROW | {key: value}
    if row.keys() == ROW.keys() and all(type(row[name]) is type(ROW[name]) for name in ROW):
        with contextlib.suppress(TransparencyError):
            assert by_country({"NOR": [row]})
    else:
        assert "'NOR', row 1: " in refused(by_country, {"NOR": [row]})


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_examples_of_the_documentation_are_read(form: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "transparency.md").read_text(encoding="utf-8")
    example = page.split(f"**`{form}`**", maxsplit=1)[1].split("```", maxsplit=2)[1].partition("\n")[2]
    reports = read_dataset(example.encode(), publisher="Courier", form=form)
    assert (reports[0].country, reports[0].requests, reports[0].users) == ("NOR", 37, 58)


@pytest.mark.shared
def test_the_community_dataset_is_read_whole(shared_data: Path) -> None:
    content = (shared_data / "transparency" / "dataset.json").read_bytes()
    reports = read_dataset(content, publisher="Telegram", form="by-country")
    assert len(reports) == 299
    assert len({report.country for report in reports}) == 83
    as_table = HEAD + "".join(
        f"{report.country},{report.start},{report.end},{report.requests},{report.users}\n" for report in reports
    )
    assert read_dataset(as_table.encode(), publisher="Telegram", form="csv") == reports
