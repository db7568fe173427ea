from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tracker.transparency import (
    Quarter,
    Report,
    TransparencyError,
    conflicts,
    from_json_row,
    quarters_between,
    series,
    to_json_row,
)
from tracker.transparency.countries import COUNTRY_NAMES, country_code

Q1, Q2 = quarters_between(date(2031, 1, 1), date(2031, 6, 30))


@pytest.fixture
def half() -> Report:
    """Two quarters of Norway: 3 requests and 4 users, then 10 and 20."""
    return Report(
        publisher="Courier",
        country="NOR",
        start=Q1[0],
        end=Q2[1],
        requests=13,
        users=24,
        quarters=(
            Quarter(start=Q1[0], end=Q1[1], requests=3, users=4),
            Quarter(start=Q2[0], end=Q2[1], requests=10, users=20),
        ),
        next_report=date(2031, 10, 1),
        paragraph="8.3",
    )


def single(requests: int, users: int, start: date = Q1[0], end: date = Q1[1], country: str | None = "NOR") -> Report:
    return Report(publisher="Courier", country=country, start=start, end=end, requests=requests, users=users)


def test_quarters_are_whole_or_none() -> None:
    assert len(quarters_between(date(2030, 10, 1), date(2031, 12, 31))) == 5
    assert quarters_between(date(2031, 1, 1), date(2031, 3, 30)) == ()
    assert quarters_between(date(2031, 2, 1), date(2031, 4, 30)) == ()
    assert quarters_between(date(2031, 4, 1), date(2031, 1, 1)) == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"requests": 14}, "add up to 13 requests, and the total says 14"),
        ({"users": 1}, "add up to 24 users, and the total says 1"),
        ({"users": -1}, "not negative"),
        ({"end": Q1[1]}, "are not those from"),
        ({"end": date(2030, 1, 1)}, "before it starts"),
        ({"country": "Norway"}, "no country code"),
        ({"publisher": ""}, "has a publisher"),
        ({"requests": 0}, "no request was fulfilled"),
    ],
)
def test_a_wrong_report_cannot_be_built(half: Report, change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(half, **change)  # type: ignore[arg-type]  # wrong values are the point


def test_a_series_has_the_quarters_where_they_are_known(half: Report) -> None:
    year = single(50, 60, Q1[0], date(2031, 12, 31))
    rows = series([year, half, single(3, 4)])
    assert [(row.start, row.end, row.requests, row.users, row.is_quarter) for row in rows] == [
        (*Q1, 3, 4, True),
        (Q1[0], date(2031, 12, 31), 50, 60, False),
        (*Q2, 10, 20, True),
    ]
    assert not any(row.is_disputed for row in rows)


def test_disputed_figures_stand_side_by_side(half: Report) -> None:
    rows = [row for row in series([half, single(5, 4)]) if row.start == Q1[0]]
    assert [(row.requests, row.is_disputed) for row in rows] == [(3, True), (5, True)]


def test_a_report_without_country_has_no_place_in_a_series() -> None:
    with pytest.raises(ValueError, match="which country"):
        series([single(0, 0, country=None)])


def test_the_same_report_again_is_no_conflict(half: Report) -> None:
    assert conflicts([half], [half, single(3, 4)]) == ()


def test_other_figures_for_the_same_period_are_named(half: Report) -> None:
    (found,) = conflicts([half], [single(5, 4)])
    assert str(found) == (
        "Courier, NOR: 3 requests from 2031-01-01 to 2031-03-31 were stored, "
        "and 5 from 2031-01-01 to 2031-03-31 are reported"
    )


def test_a_part_larger_than_the_whole_is_named_on_either_side(half: Report) -> None:
    year = single(9, 30, Q1[0], date(2031, 12, 31))
    assert {(found.measure, found.old, found.new) for found in conflicts([year], [half])} == {
        ("requests", 9, 13),
        ("requests", 9, 10),
    }
    assert {(found.measure, found.old, found.new) for found in conflicts([half], [year])} == {
        ("requests", 13, 9),
        ("requests", 10, 9),
    }


def test_users_need_not_add_up(half: Report) -> None:
    """Somebody who is affected in two quarters may count once in the year."""
    assert conflicts([half], [single(13, 21, Q1[0], Q2[1])]) != ()
    assert conflicts([half], [single(13, 21, Q1[0], date(2031, 12, 31))])[0].measure == "users"
    assert conflicts([single(3, 4), single(10, 20, *Q2)], [single(13, 21, Q1[0], Q2[1])]) == ()


def test_other_countries_and_publishers_do_not_conflict(half: Report) -> None:
    assert conflicts([half], [single(99, 99, country="SWE"), replace(single(99, 99), publisher="Other")]) == ()


def test_a_row_of_json_gives_the_same_report_back(half: Report) -> None:
    for report in (half, single(0, 0, country=None)):
        line = to_json_row(report)
        assert "\n" not in line
        assert from_json_row(line) == report
        assert to_json_row(from_json_row(line)) == line


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"requests": 13', '"requests": 14'),
        ('"requests": 13', '"requests": 13.0'),
        ('"requests": 13', '"requests": true'),
        ('"requests": 13', '"requests": "13"'),
        ('"requests": 13, ', ""),
        ('"requests": 13', '"requests": 13, "note": 1'),
        ("tracker.transparency/1", "tracker.transparency/2"),
        ("2031-06-30", "2031-06-31"),
        ('"paragraph": "8.3"', '"paragraph": 8.3'),
        ('"quarters": [', '"quarters": [5, '),
        ('"quarters": [', '"quarters": 5, "q": ['),
        ("}", ""),
        ("{", "[{"),
    ],
)
def test_a_damaged_row_is_an_error_that_shows_it(half: Report, old: str, new: str) -> None:
    damaged = to_json_row(half).replace(old, new)
    assert damaged != to_json_row(half)
    with pytest.raises(TransparencyError, match=r"stored row .* is damaged"):
        from_json_row(damaged)


@pytest.mark.shared
def test_the_community_dataset_fits_the_model_and_its_countries_have_names(shared_data: Path) -> None:
    folder = shared_data / "transparency"
    names: dict[str, str] = json.loads((folder / "countries.json").read_text(encoding="utf-8"))
    for code, name in names.items():
        assert country_code(name) in (None, code)
    dataset = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    assert set(dataset) <= set(COUNTRY_NAMES)
    reports = [
        single(row["requests"], row["users"], date.fromisoformat(row["from"]), date.fromisoformat(row["to"]), country)
        for country, rows in dataset.items()
        for row in rows
    ]
    assert len(reports) == 299
    assert len(series(reports)) == len({(row.country, row.start, row.end) for row in series(reports)})
    assert conflicts(reports, reports) == ()
