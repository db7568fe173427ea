"""Dates as people print them, and the days that they can mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import find_dates


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("23 September 2024", date(2024, 9, 23)),
        ("September 23, 2024", date(2024, 9, 23)),
        ("Sept. 23rd, 2024", date(2024, 9, 23)),
        ("23th of Sept 2024", date(2024, 9, 23)),
        ("27 July, 2022", date(2022, 7, 27)),
        ("December 22,2020", date(2020, 12, 22)),
        ("1. Mai 2004", date(2004, 5, 1)),
        ("1er f\u00e9vrier 2024", date(2024, 2, 1)),
        ("5 ao\u00fbt 2021", date(2021, 8, 5)),
        ("3 de mayo de 2023", date(2023, 5, 3)),
        ("2024-02-20", date(2024, 2, 20)),
        ("2024/2/20", date(2024, 2, 20)),
        ("24.06.2018", date(2018, 6, 24)),
        ("1.10.2021", date(2021, 10, 1)),
        ("22/07/2026", date(2026, 7, 22)),
        ("06-21-2023", date(2023, 6, 21)),
        ("05/05/2023", date(2023, 5, 5)),
    ],
)
def test_a_date_of_one_reading_is_a_day(printed: str, day: date) -> None:
    (found,) = find_dates(f"Last updated: {printed}. More here.")
    assert (found.text, found.day, found.is_ambiguous) == (printed, day, False)


def test_day_and_month_that_could_be_either_make_no_day() -> None:
    (found,) = find_dates("Last update: 11/03/2022")
    assert (found.text, found.day, found.is_ambiguous) == ("11/03/2022", None, True)
    assert (found.first, found.last) == (date(2022, 3, 11), date(2022, 11, 3))


@pytest.mark.parametrize("printed", ["APRIL-2024", "April, 2024", "avril 2024", "04/2024", "04 - 2024"])
def test_a_month_is_a_span_of_days(printed: str) -> None:
    (found,) = find_dates(f"Last updated {printed}")
    assert (found.text, found.day, found.is_ambiguous) == (printed, None, False)
    assert (found.first, found.last) == (date(2024, 4, 1), date(2024, 4, 30))


@pytest.mark.parametrize(
    "words",
    [
        "Last updated 06-03-26",
        "5/25/18",
        "31 June 2024",
        "2024-13-01",
        "Regulation (EU) 2016/679",
        "Chapter 3.2.2024.1",
    ],
)
def test_two_digits_are_no_year_and_no_other_number_is_a_date(words: str) -> None:
    assert list(find_dates(words)) == []


@given(st.text(alphabet="0123456789./- May1stJune,2024\u00e9", max_size=400))
def test_every_date_stands_where_it_says(words: str) -> None:
    for found in find_dates(words):
        assert words[found.start : found.end] == found.text
        assert found.first <= found.last
