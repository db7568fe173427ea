"""Figures of overlapping periods, laid out by quarter. All are invented, but those of the community's dataset."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import Contradiction, Figure, Measure, Period, Quarter, Report, Tally, add_months, quarters_between
from tracker.transparency import Reckonings, add_up, read_dataset
from tracker.transparency.reconciling import Reckoning

QUARTERS = quarters_between(date(2031, 1, 1), date(2032, 12, 31))
Q1, Q2, Q3, Q4 = QUARTERS[:4]
NINE = Period(Q1.start, Q3.end)
HALF = Period(Q1.start, Q2.end)
YEAR = Period(Q1.start, Q4.end)


def said(period: Period, requests: int | None, users: int | None = None, **facts: Any) -> Report:
    return Report(
        **{"publisher": "Courier", "country": "NOR"} | facts,
        start=period.start,
        end=period.end,
        requests=requests,
        users=users,
    )


def reckon(*reports: Report, country: str = "NOR") -> Reckonings:
    return Reckonings(country, [replace(report, country=country) for report in reports])


def laid(
    reckonings: Reckonings, last: Period = Q4, measure: Measure = "requests"
) -> list[tuple[Period, int | None, str]]:
    """Each tally from the first quarter to `last`: its period, value and basis of `measure`."""
    return [
        (tally.period, tally.figure(measure).value, tally.figure(measure).basis)
        for tally in reckonings.lay_out(Q1.start, last.end)
    ]


def signed(figure: Figure) -> list[tuple[Period, int]]:
    return [(part.period, part.sign * part.value) for part in figure.parts]


def kinds(found: Iterable[Contradiction]) -> list[tuple[str, str, int, list[int]]]:
    return [(item.kind, item.measure, item.whole.value, [part.value for part in item.parts]) for item in found]


# ----------------------------------------------------------------------------------------------------------- by quarter


def test_quarters_stand_as_they_are_reported() -> None:
    assert laid(reckon(said(Q1, 3), said(Q2, 0), said(Q3, 5), said(Q4, 7))) == [
        (Q1, 3, "reported"), (Q2, 0, "reported"), (Q3, 5, "reported"), (Q4, 7, "reported"),
    ]  # fmt: skip


def test_the_fourth_quarter_is_the_year_without_its_first_nine_months() -> None:
    tally = reckon(said(NINE, 14, 108), said(YEAR, 900, 2253)).tally(Q4)
    assert (tally.requests.value, tally.users.value) == (886, 2145)
    assert tally.requests.basis == tally.users.basis == "derived"
    assert signed(tally.requests) == [(YEAR, 900), (NINE, -14)]
    assert tally.received.basis == "gap"


def test_a_reported_figure_that_follows_from_others_keeps_from_which() -> None:
    figure = reckon(said(NINE, 14), said(YEAR, 900), said(Q4, 886)).tally(Q4).requests
    assert (figure.value, figure.basis) == (886, "reported")
    assert signed(figure) == [(YEAR, 900), (NINE, -14)]


def test_a_reported_figure_that_does_not_follow_keeps_nothing() -> None:
    figure = reckon(said(NINE, 14), said(YEAR, 900), said(Q4, 885)).tally(Q4).requests
    assert (figure.value, figure.basis, figure.parts) == (885, "reported", ())


def test_periods_that_nobody_tells_apart_stay_together() -> None:
    assert laid(reckon(said(NINE, 14), said(YEAR, 900))) == [(NINE, 14, "reported"), (Q4, 886, "derived")]


def test_a_year_whose_other_quarters_are_known_gives_the_missing_one() -> None:
    reckonings = reckon(said(Q1, 1), said(Q2, 2), said(Q4, 4), said(YEAR, 15))
    assert laid(reckonings)[2] == (Q3, 8, "derived")
    assert signed(reckonings.tally(Q3).requests) == [(YEAR, 15), (Q1, -1), (Q2, -2), (Q4, -4)]


def test_what_is_added_comes_before_what_is_taken_away() -> None:
    reckonings = reckon(said(HALF, 5), said(Period(Q2.start, Q3.end), 9), said(Q2, 4))
    assert signed(reckonings.tally(NINE).requests) == [(HALF, 5), (Period(Q2.start, Q3.end), 9), (Q2, -4)]


def test_of_several_ways_the_shortest_is_told() -> None:
    reckonings = reckon(said(Q1, 1), said(Q2, 2), said(Q3, 3), said(NINE, 6), said(YEAR, 10))
    assert signed(reckonings.tally(Q4).requests) == [(YEAR, 10), (NINE, -6)]


def test_a_gap_is_no_zero() -> None:
    assert laid(reckon(said(Q1, 3), said(Q3, 0))) == [
        (Q1, 3, "reported"), (Q2, None, "gap"), (Q3, 0, "reported"), (Q4, None, "gap"),
    ]  # fmt: skip
    assert [tally.is_gap for tally in reckon(said(Q1, 3)).lay_out(Q1.start, Q2.end)] == [False, True]


def test_one_measure_may_be_known_where_another_is_not() -> None:
    reckonings = reckon(said(Q1, 3), said(Q2, 4), said(HALF, None, 20))
    first = reckonings.lay_out(Q1.start, Q2.end)[0]
    assert (first.requests.value, first.users.basis) == (3, "gap")
    assert reckonings.tally(HALF).users.value == 20


def test_a_quarter_that_is_known_is_not_swallowed_by_a_longer_period() -> None:
    """The nine months stand beside it: what is left of them is not one period."""
    reckonings = reckon(said(NINE, 14), said(Q2, 5))
    assert laid(reckonings, Q3) == [(Q1, None, "gap"), (Q2, 5, "reported"), (Q3, None, "gap")]
    assert NINE in reckonings.periods


def test_periods_that_are_no_quarters_are_left_out_of_the_series() -> None:
    odd = Period(date(2031, 1, 15), date(2031, 2, 14))
    reckonings = reckon(said(odd, 3), said(Q2, 4))
    assert laid(reckonings, Q2) == [(Q1, None, "gap"), (Q2, 4, "reported")]
    assert reckonings.tally(odd).requests.value == 3


def test_quarters_of_one_message_count_as_reported() -> None:
    whole = said(HALF, 13, 24)
    parts = tuple(
        Quarter(start=quarter.start, end=quarter.end, requests=requests, users=users)
        for quarter, requests, users in ((Q1, 3, 4), (Q2, 10, 20))
    )
    reckonings = reckon(replace(whole, quarters=parts), said(YEAR, 20))
    assert laid(reckonings) == [(Q1, 3, "reported"), (Q2, 10, "reported"), (Period(Q3.start, Q4.end), 7, "derived")]
    assert reckonings.contradictions() == ()


def test_requests_received_are_a_measure_of_their_own() -> None:
    reckonings = reckon(
        said(NINE, 3, received=30), said(YEAR, 5, received=50), said(HALF, None, received=11)
    )  # fmt: skip
    tally = reckonings.tally(Q4)
    assert (tally.received.value, tally.received.basis, tally.requests.value) == (20, "derived", 2)
    assert reckonings.tally(Q3).received.value == 19
    assert reckonings.tally(Q3).requests.basis == "gap"


def test_figures_of_one_authority_are_none_of_the_country() -> None:
    police = said(Q1, 2, authority="Police")
    assert laid(reckon(police, said(Q1, 9)), Q1) == [(Q1, 9, "reported")]
    assert reckon(police, said(Q1, 9), said(Q1, 1, authority="Courts")).contradictions() == ()
    assert laid(reckon(police), Q1) == [(Q1, None, "gap")]


def test_more_steps_than_a_person_follows_are_no_derivation() -> None:
    quarters = quarters_between(date(2031, 1, 1), date(2034, 3, 31))
    reckonings = reckon(*(said(quarter, 1) for quarter in quarters))
    assert reckonings.tally(Period(quarters[0].start, quarters[11].end)).requests.value == 12
    assert reckonings.tally(Period(quarters[0].start, quarters[12].end)).requests.basis == "gap"


def test_twelve_months_make_a_year() -> None:
    starts = [date(2031, month, 1) for month in range(1, 13)]
    months = [Period(start, add_months(start, 1) - timedelta(days=1)) for start in starts]
    reckonings = reckon(*(said(month, number) for number, month in enumerate(months)))
    assert (reckonings.tally(YEAR).requests.value, reckonings.tally(Q4).requests.value) == (66, 30)


def test_users_that_would_follow_without_a_request_are_a_gap() -> None:
    derived = reckon(said(NINE, 9, 20), said(YEAR, 9, 25)).tally(Q4)
    assert (derived.requests.value, derived.users.basis) == (0, "gap")
    stated = reckon(said(NINE, 9, 20), said(YEAR, 9, 25), said(Q4, None, 4)).tally(Q4)
    assert (stated.requests.basis, stated.users.value) == ("gap", 4)
    both = reckon(said(Q4, 0), said(Q4, None, 4)).tally(Q4)
    assert (both.requests.value, both.users.value) == (0, 4)


# ------------------------------------------------------------------------------------------------------- contradictions


def test_of_several_figures_for_one_period_the_last_is_believed_and_all_are_kept() -> None:
    reckonings = reckon(said(Q1, 5), said(Q1, 9), said(Q1, 3), said(Q1, 9))
    figure = reckonings.tally(Q1).requests
    assert (figure.value, figure.others) == (9, (3, 5))
    assert kinds(reckonings.contradictions()) == [("differs", "requests", 9, [3, 5])]


def test_a_figure_that_is_said_twice_is_no_contradiction() -> None:
    reckonings = reckon(said(Q1, 5, 7), said(Q1, 5, 7))
    assert reckonings.tally(Q1).requests.others == ()
    assert reckonings.contradictions() == ()


def test_parts_that_do_not_make_the_whole_are_named_once() -> None:
    reckonings = reckon(said(Q1, 1, 7), said(Q2, 2, 292), said(HALF, 3, 293))
    assert kinds(reckonings.contradictions()) == [("sum", "users", 293, [7, 292])]


def test_of_very_many_contradictions_the_first_are_told_and_fast() -> None:
    """As many rows as a country may have in a dataset, each at odds with all others."""
    spans = [Period(one.start, other.end) for n, one in enumerate(QUARTERS) for other in QUARTERS[n:]]
    spans += [Period(span.start.replace(year=span.start.year + 10), span.end.replace(year=2042)) for span in spans]
    reports = [said(span, (number * 7919) % 10_007) for number, span in enumerate(spans * 2)][:100]
    reckonings = reckon(*reports)
    started = perf_counter()
    found = reckonings.contradictions()
    assert perf_counter() - started < 2
    assert len(found) == 50
    assert found == reckonings.contradictions()


def test_a_whole_that_is_reported_twice_over_is_named_once_for_each_set_of_parts() -> None:
    """The year is wrong: it disagrees with the four quarters, and with the nine months and the fourth."""
    reckonings = reckon(said(Q1, 1), said(Q2, 2), said(Q3, 3), said(Q4, 4), said(NINE, 6), said(YEAR, 11))
    groups = {
        frozenset({item.whole.period, *(part.period for part in item.parts)}) for item in reckonings.contradictions()
    }
    assert len(groups) == len(reckonings.contradictions())
    assert all(YEAR in group for group in groups)


def test_a_part_that_is_larger_than_the_whole_is_named() -> None:
    reckonings = reckon(said(Q2, 20, 30), said(YEAR, 9, 40))
    assert kinds(reckonings.contradictions()) == [("part", "requests", 9, [20])]


def test_a_part_is_not_named_again_where_its_sum_is() -> None:
    reckonings = reckon(said(Q1, 20), said(Q2, 1), said(HALF, 9))
    assert kinds(reckonings.contradictions()) == [("sum", "requests", 9, [20, 1])]


def test_what_would_be_less_than_nothing_is_a_gap() -> None:
    reckonings = reckon(said(NINE, 20), said(YEAR, 9))
    assert reckonings.tally(Q4).requests.basis == "gap"
    assert kinds(reckonings.contradictions()) == [("part", "requests", 9, [20])]


def test_a_user_who_counts_in_two_periods_is_a_contradiction_of_users_alone() -> None:
    reckonings = reckon(said(Q1, 1, 4), said(Q2, 2, 5), said(HALF, 3, 8))
    assert [item.measure for item in reckonings.contradictions()] == ["users"]


# --------------------------------------------------------------------------------------------------------------- totals


def test_countries_are_added_up_and_counted() -> None:
    totals = add_up([reckon(said(Q1, 1, 2), said(Q2, 3, 4)), reckon(said(Q1, 10, 20), country="SWE")])
    assert [(tally.period, tally.requests.value, tally.users.value, tally.countries) for tally in totals] == [
        (Q1, 11, 22, 2),
        (Q2, 3, 4, 1),
    ]
    assert {tally.requests.basis for tally in totals} == {"reported"}


def test_a_country_of_which_users_alone_are_known_is_none_of_those_counted_for_requests() -> None:
    (total,) = add_up([reckon(said(Q1, 1, 2)), reckon(said(Q1, None, 20), country="SWE")])
    assert (total.requests.value, total.users.value, total.countries) == (1, 22, 1)
    (total,) = add_up([reckon(said(Q1, None, 20)), reckon(said(Q1, None, 2), country="SWE")])
    assert (total.requests.value, total.users.value, total.countries) == (None, 22, 2)


def test_a_total_of_which_a_part_is_derived_is_derived() -> None:
    totals = add_up([reckon(said(NINE, 1), said(YEAR, 4)), reckon(said(NINE, 2), said(Q4, 5), country="SWE")])
    assert [(tally.period, tally.requests.value, tally.requests.basis) for tally in totals] == [
        (NINE, 3, "reported"),
        (Q4, 8, "derived"),
    ]


def test_totals_are_told_in_the_periods_that_most_countries_tell_apart() -> None:
    apart = [said(Q1, 1), said(Q2, 1), said(Q3, 1)]
    together = [said(NINE, 5)]
    most_together = add_up([reckon(*apart), *(reckon(*together, country=code) for code in ("SWE", "FIN"))])
    assert [(tally.period, tally.requests.value, tally.countries) for tally in most_together] == [(NINE, 13, 3)]
    most_apart = add_up([reckon(*together), *(reckon(*apart, country=code) for code in ("SWE", "FIN"))])
    assert [(tally.period, tally.requests.value, tally.countries) for tally in most_apart] == [
        (Q1, 2, 2), (Q2, 2, 2), (Q3, 2, 2),
    ]  # fmt: skip


def test_a_quarter_of_which_nothing_is_known_anywhere_is_a_gap_of_the_total() -> None:
    totals = add_up([reckon(said(Q1, 1), said(Q3, 3))])
    assert [(tally.requests.value, tally.countries) for tally in totals] == [(1, 1), (None, 0), (3, 1)]


def test_without_quarters_there_is_no_total() -> None:
    assert add_up([]) == ()
    assert add_up([reckon(said(Period(date(2031, 1, 2), date(2031, 1, 3)), 1))]) == ()


# ----------------------------------------------------------------------------------------------------------- properties

SPANS = [Period(first.start, last.end) for place, first in enumerate(QUARTERS) for last in QUARTERS[place:]]


def total(truth: dict[Period, int], period: Period) -> int:
    return sum(truth[quarter] for quarter in period.quarters)


@st.composite
def honest_reports(draw: st.DrawFn) -> tuple[dict[Period, int], dict[Period, int]]:
    """True figures of eight quarters, and sums of some overlapping runs of them."""
    counts = draw(st.lists(st.integers(0, 5000), min_size=len(QUARTERS), max_size=len(QUARTERS)))
    truth = dict(zip(QUARTERS, counts, strict=True))
    spans = draw(st.lists(st.sampled_from(SPANS), min_size=1, max_size=14, unique=True))
    return truth, {span: total(truth, span) for span in spans}


def reckoning(values: dict[Period, int]) -> Reckoning:
    return Reckoning("NOR", "requests", [said(period, value) for period, value in values.items()])


def everything(values: dict[Period, int]) -> list[Tally]:
    return list(reckon(*(said(period, value) for period, value in values.items())).lay_out(Q1.start, QUARTERS[-1].end))


@given(honest_reports())
def test_what_follows_from_true_figures_is_true(invented: tuple[dict[Period, int], dict[Period, int]]) -> None:
    truth, reported = invented
    reckoned = reckoning(reported)
    assert reckoned.contradictions() == ()
    for span in SPANS:
        figure = reckoned.figure(span)
        assert figure.value in (None, total(truth, span))
        assert (figure.basis == "reported") == (span in reported)
        if figure.parts:
            assert sum(part.sign * part.value for part in figure.parts) == figure.value
            assert {part.period for part in figure.parts} <= reported.keys() - {span}


@given(honest_reports())
def test_the_series_covers_every_quarter_once(invented: tuple[dict[Period, int], dict[Period, int]]) -> None:
    truth, reported = invented
    tallies = everything(reported)
    assert [quarter for tally in tallies for quarter in tally.period.quarters] == list(QUARTERS)
    assert all(tally.is_gap or tally.requests.value == total(truth, tally.period) for tally in tallies)
    assert all(len(tally.period.quarters) == 1 for tally in tallies if tally.is_gap)


@given(honest_reports())
def test_the_order_of_reports_that_agree_makes_no_difference(
    invented: tuple[dict[Period, int], dict[Period, int]],
) -> None:
    _, reported = invented
    assert everything(dict(reversed(reported.items()))) == everything(reported)


@given(honest_reports(), st.integers(0, 13), st.integers(0, 20_000))
def test_a_false_report_taints_what_names_it_as_a_part_and_is_named_where_others_tell_of_it(
    invented: tuple[dict[Period, int], dict[Period, int]], place: int, claim: int
) -> None:
    """No arithmetic finds a false figure beside which nothing tells of the same days; what rests on it says so."""
    truth, reported = invented
    wrong = list(reported)[place % len(reported)]
    if claim == reported[wrong]:
        claim += 1
    others = {period: value for period, value in reported.items() if period != wrong}
    reckoned = reckoning({**others, wrong: claim})
    found = reckoned.contradictions()
    is_known_otherwise = bool(others) and reckoning(others).figure(wrong).value is not None
    if is_known_otherwise:
        assert found
    assert all(wrong in {item.whole.period, *(part.period for part in item.parts)} for item in found)
    assert is_known_otherwise or {item.kind for item in found} <= {"part"}
    for span in SPANS:
        figure = reckoned.figure(span)
        if figure.value not in (None, total(truth, span)):
            assert span == wrong or wrong in {part.period for part in figure.parts}


# -------------------------------------------------------------------------------------------------- the real dataset


@pytest.fixture
def community(shared_data: Path) -> dict[str, Reckonings]:
    content = (shared_data / "transparency" / "dataset.json").read_bytes()
    reports = read_dataset(content, publisher="Telegram", form="by-country")
    assert len(reports) == 299
    codes = {report.country for report in reports if report.country is not None}
    return {code: Reckonings(code, [report for report in reports if report.country == code]) for code in codes}


@pytest.mark.shared
def test_spot_figures_of_the_community_are_told(community: dict[str, Reckonings]) -> None:
    nine = Period(date(2024, 1, 1), date(2024, 9, 30))
    year = Period(date(2024, 1, 1), date(2024, 12, 31))
    third, fourth = quarters_between(date(2024, 7, 1), date(2024, 12, 31))
    usa = community["USA"]
    told = {period: (usa.tally(period).requests.value, usa.tally(period).users.value) for period in usa.periods}
    assert (told[nine], told[year]) == ((14, 108), (900, 2253))
    tally = usa.tally(fourth)
    assert [(figure.value, figure.basis) for figure in (tally.requests, tally.users)] == [
        (886, "reported"), (2145, "reported"),
    ]  # fmt: skip
    assert signed(tally.requests) == [(year, 900), (nine, -14)]
    assert signed(tally.users) == [(year, 2253), (nine, -108)]
    france = community["FRA"].tally(third)
    assert (france.requests.value, france.users.value) == (210, 632)


@pytest.mark.shared
def test_the_community_contradicts_itself_once(community: dict[str, Reckonings]) -> None:
    found = [item for one in community.values() for item in one.contradictions()]
    assert [(item.country, *row) for item, row in zip(found, kinds(found), strict=True)] == [
        ("GBR", "sum", "users", 293, [7, 292])
    ]


@pytest.mark.shared
def test_no_figure_of_the_community_is_lost_or_made_up(community: dict[str, Reckonings], shared_data: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = json.loads((shared_data / "transparency" / "dataset.json").read_bytes())
    for code, listed in rows.items():
        for row in listed:
            period = Period(date.fromisoformat(row["from"]), date.fromisoformat(row["to"]))
            tally = community[code].tally(period)
            assert (tally.requests.value, tally.users.value) == (row["requests"], row["users"])
            assert tally.requests.basis == "reported"
