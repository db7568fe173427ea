from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tracker.model import Quarter, Report, Stated, quarters_between
from tracker.transparency import TransparencyError, from_json_row, to_json_row
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


def test_a_row_of_json_gives_the_same_report_back(half: Report) -> None:
    for stated in (
        Stated(report=half, source="answer.txt", at=datetime(2031, 7, 2, tzinfo=UTC)),
        Stated(report=single(0, 0, country=None), source="stdin"),
    ):
        line = to_json_row(stated)
        assert "\n" not in line
        assert from_json_row(line) == stated
        assert to_json_row(from_json_row(line)) == line


def test_a_row_of_an_early_version_is_read(half: Report) -> None:
    row = json.loads(to_json_row(Stated(report=half, source="x")))
    row["schema"] = "tracker.transparency/1"
    del row["source"], row["added_at"]
    assert from_json_row(json.dumps(row)) == Stated(report=half, source="")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"requests": 13', '"requests": 14'),
        ('"requests": 13', '"requests": 13.0'),
        ('"requests": 13', '"requests": true'),
        ('"requests": 13', '"requests": "13"'),
        ('"requests": 13, ', ""),
        ('"requests": 13', '"requests": 13, "note": 1'),
        ("tracker.transparency/2", "tracker.transparency/3"),
        ("2031-06-30", "2031-06-31"),
        ('"paragraph": "8.3"', '"paragraph": 8.3'),
        ('"quarters": [', '"quarters": [5, '),
        ('"quarters": [', '"quarters": 5, "q": ['),
        ("}", ""),
        ("{", "[{"),
    ],
)
def test_a_damaged_row_is_an_error_that_shows_it(half: Report, old: str, new: str) -> None:
    whole = to_json_row(Stated(report=half, source="answer.txt"))
    damaged = whole.replace(old, new)
    assert damaged != whole
    with pytest.raises(TransparencyError, match=r"stored row .* is damaged"):
        from_json_row(damaged)


@pytest.mark.shared
def test_countries_of_the_community_dataset_have_names(shared_data: Path) -> None:
    folder = shared_data / "transparency"
    names: dict[str, str] = json.loads((folder / "countries.json").read_text(encoding="utf-8"))
    for code, name in names.items():
        assert country_code(name) in (None, code)
    dataset = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    assert set(dataset) <= set(COUNTRY_NAMES)
