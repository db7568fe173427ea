from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.model import Due, Period
from tracker.transparency import due_after

LAST = Period(date(2031, 1, 1), date(2031, 3, 31))
TODAY = date(2031, 5, 1)


def due(
    last: Period = LAST, *, promised: date | None = None, months: int | None = None, today: date = TODAY
) -> Due | None:
    return due_after(last, promised=promised, months=months, today=today)


def told(found: Due | None) -> tuple[date, date, date, bool]:
    assert found is not None
    return found.period.start, found.period.end, found.by, found.is_promised


def test_nobody_who_promises_nothing_is_late() -> None:
    assert due() is None


@pytest.mark.parametrize(
    ("months", "end", "by"),
    [
        (1, date(2031, 4, 30), date(2031, 5, 31)),
        (3, date(2031, 6, 30), date(2031, 7, 31)),
        (6, date(2031, 9, 30), date(2031, 10, 31)),
        (12, date(2032, 3, 31), date(2032, 4, 30)),
    ],
)
def test_the_policy_promises_a_report_in_the_month_after_its_period(months: int, end: date, by: date) -> None:
    assert told(due(months=months)) == (date(2031, 4, 1), end, by, False)


def test_a_month_that_the_last_report_names_is_believed_before_the_policy() -> None:
    named = date(2031, 10, 1)
    assert told(due(promised=named, months=3)) == (date(2031, 4, 1), date(2031, 9, 30), date(2031, 10, 31), True)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2031, 1, 1), date(2031, 6, 30)),
        (date(2030, 10, 1), date(2031, 9, 30)),
        (date(2030, 7, 1), date(2031, 12, 31)),
        (date(2031, 3, 15), date(2031, 4, 30)),
    ],
)
def test_a_month_that_comes_at_once_after_the_period_is_believed_for_as_many_months(start: date, end: date) -> None:
    assert told(due(Period(start, LAST.end), promised=LAST.after)) == (
        date(2031, 4, 1), end, date(2031, 4, 30), True,
    )  # fmt: skip


def test_a_month_within_the_period_is_a_promise_of_an_older_report() -> None:
    assert due(promised=date(2031, 3, 1)) is None
    assert told(due(promised=date(2031, 3, 1), months=3)) == told(due(months=3))


def test_a_period_that_ends_within_a_month_is_followed_from_that_month() -> None:
    odd = Period(date(2031, 1, 1), date(2031, 3, 15))
    assert told(due(odd, months=3)) == (date(2031, 3, 16), date(2031, 5, 31), date(2031, 6, 30), False)


def test_the_turn_of_the_year_and_the_length_of_months_are_kept() -> None:
    winter = Period(date(2031, 7, 1), date(2031, 11, 30))
    assert told(due(winter, months=3)) == (date(2031, 12, 1), date(2032, 2, 29), date(2032, 3, 31), False)


@pytest.mark.parametrize("facts", [{"months": 3}, {"promised": date(2031, 7, 1)}])
def test_the_last_day_is_in_time_and_the_next_is_not(facts: dict[str, date | int]) -> None:
    last_day = date(2031, 7, 31)
    in_time = due(today=last_day, **facts)  # type: ignore[arg-type]  # one of either kind
    late = due(today=last_day + timedelta(days=1), **facts)  # type: ignore[arg-type]  # likewise
    assert in_time is not None
    assert late is not None
    assert (in_time.is_overdue, late.is_overdue) == (False, True)
