"""Everything known of one publisher, put together. All figures are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from tracker.model import Cadence, Period, PublisherFigures, Report, Stated, quarters_between
from tracker.transparency import DatasetState, Known, tell_publisher

Q1, Q2, Q3, Q4 = quarters_between(date(2031, 1, 1), date(2031, 12, 31))
YEAR = Period(Q1.start, Q4.end)


def said(period: Period, requests: int = 3, users: int = 7, country: str = "NOR", **facts: Any) -> Report:
    return Report(
        publisher="Courier",
        country=country,
        start=period.start,
        end=period.end,
        requests=requests,
        users=users,
        **facts,
    )


def at(month: int, day: int = 15) -> datetime:
    return datetime(2032, month, day, tzinfo=UTC)


def version(month: int, *reports: Report) -> DatasetState:
    return DatasetState(at=at(month), url="https://example.org/", sha256=f"{month:064}", credit="Ann", reports=reports)


def pasted(month: int | None, report: Report) -> Stated:
    return Stated(report=report, source="answer.txt", at=None if month is None else at(month))


def tell(
    datasets: Mapping[str, Sequence[DatasetState]] | None = None, messages: Sequence[Stated] = (), **facts: Any
) -> PublisherFigures:
    return tell_publisher("Courier", Known(datasets=datasets or {}, messages=messages), **facts)


def cadence(months: int) -> Cadence:
    return Cadence(months=months, since=at(1), quote="A quarterly transparency report.")


def test_a_message_is_believed_before_a_dataset() -> None:
    figures = tell({"b": [version(1, said(Q1, 3))], "a": [version(1, said(Q1, 4))]}, [pasted(2, said(Q1, 5))])
    (country,) = figures.countries
    assert country.tallies[0].requests.value == 5
    assert set(country.tallies[0].requests.others) == {3, 4}
    assert [item.source for item in country.stated] == ["a", "answer.txt", "b"]


def test_of_a_dataset_the_newest_version_counts_and_says_since_when() -> None:
    states = [version(1, said(Q1), said(Q2, 9)), version(2, said(Q1), said(Q2, 8)), version(3, said(Q1), said(Q2, 9))]
    figures = tell({"community": states})
    (country,) = figures.countries
    assert [(item.report.requests, item.at) for item in country.stated] == [(3, at(1)), (9, at(3))]
    assert [(source.name, source.versions, source.fetched_at) for source in figures.sources] == [
        ("community", 3, at(3)),
    ]  # fmt: skip
    assert country.contradictions == ()


def test_of_two_datasets_the_one_with_the_newer_version_counts() -> None:
    datasets = {
        "b": [version(1, said(Q1, 3))],
        "a": [version(2, said(Q1, 4))],
        "c": [version(1, said(Q1, 5)), version(3, said(Q1, 6))],
    }
    for names in ("abc", "cba"):
        figures = tell({name: datasets[name] for name in names})
        assert figures.countries[0].tallies[0].requests.value == 6
        assert [(news.at, news.rows[0].old, news.rows[0].new) for news in figures.news] == [
            (at(3), (4, 7), (6, 7)),
            (at(2), (5, 7), (4, 7)),
        ]


def test_all_countries_are_laid_out_over_the_same_time() -> None:
    figures = tell(
        messages=[pasted(1, said(Q1)), pasted(1, said(Q3, country="SWE")), pasted(1, said(Q4, country="AUT"))]
    )
    assert [country.name for country in figures.countries] == ["Austria", "Norway", "Sweden"]
    for country in figures.countries:
        assert [tally.period for tally in country.tallies] == [Q1, Q2, Q3, Q4]
    assert [tally.countries for tally in figures.totals] == [1, 0, 1, 1]
    assert figures.country("nor") is figures.countries[1]
    assert figures.country("FRA") is None


def test_periods_that_hold_several_of_the_series_stand_beside_it() -> None:
    (country,) = tell(messages=[pasted(1, said(Q1)), pasted(1, said(YEAR, 20, 30))]).countries
    assert [tally.period for tally in country.tallies] == [Q1, Period(Q2.start, Q4.end)]
    assert [(tally.period, tally.requests.value) for tally in country.wider] == [(YEAR, 20)]
    assert country.latest is not None
    assert country.latest.requests.value == 17


def test_a_country_of_which_one_authority_alone_is_known_stays_listed() -> None:
    (country,) = tell(messages=[pasted(1, said(Q1, authority="Police"))]).countries
    assert country.latest is None
    assert [item.report.authority for item in country.stated] == ["Police"]


# -------------------------------------------------------------------------------------------------------------- overdue


def test_the_next_report_is_due_by_the_policy_for_each_country_and_for_all() -> None:
    figures = tell(
        messages=[pasted(1, said(Q4)), pasted(1, said(Q3, country="SWE"))], cadence=cadence(3), until=at(2, 10)
    )
    norway, sweden = figures.countries
    assert norway.due is not None
    assert (norway.due.by, norway.due.is_overdue) == (date(2032, 4, 30), False)
    assert sweden.due is not None
    assert (sweden.due.by, sweden.due.is_overdue) == (date(2032, 1, 31), True)
    assert figures.due == norway.due
    assert figures.news == ()


def test_a_report_that_is_late_is_news_of_the_day_after() -> None:
    facts: dict[str, Any] = {"messages": [pasted(1, said(Q4))], "cadence": cadence(3)}
    assert tell(**facts, until=at(4, 30)).news == ()
    (news,) = tell(**facts, until=at(6)).news
    assert (news.kind, news.at, news.due_by) == ("overdue", at(5, 1), date(2032, 4, 30))
    assert tell(**facts, until=at(9)).news == (news,)


def test_a_month_that_the_newest_report_names_goes_before_the_policy() -> None:
    messages = [
        pasted(1, said(Q3, next_report=date(2032, 1, 1))),
        pasted(1, said(Q4, next_report=date(2032, 7, 1))),
        pasted(1, said(Q4, 4)),
    ]
    due = tell(messages=messages, cadence=cadence(3), until=at(6)).due
    assert due is not None
    assert (due.period, due.by, due.is_promised) == (
        Period(date(2032, 1, 1), date(2032, 6, 30)), date(2032, 7, 31), True,
    )  # fmt: skip


def test_without_a_promise_nothing_is_late() -> None:
    figures = tell(messages=[pasted(1, said(Q4))], until=at(12))
    assert (figures.due, figures.news) == (None, ())


def test_without_a_moment_it_is_as_of_the_newest_thing_known() -> None:
    figures = tell({"community": [version(3, said(Q3))]}, [pasted(5, said(Q4)), pasted(None, said(Q1))])
    assert figures.until == at(5)


# ----------------------------------------------------------------------------------------------------------------- news


def test_datasets_and_messages_are_told_of_as_they_came_newest_first() -> None:
    figures = tell(
        {"community": [version(1, said(Q1)), version(3, said(Q1, 4), said(Q2))]},
        [pasted(2, said(Q3)), pasted(4, said(Q3)), pasted(None, said(Q4))],
    )
    assert [(news.kind, news.period, news.at) for news in figures.news] == [
        ("revised", None, at(3)),
        ("new-period", Q2, at(3)),
        ("new-period", Q3, at(2)),
    ]


def test_news_do_not_change_when_more_is_known() -> None:
    states = [version(1, said(Q1)), version(2, said(Q1), said(Q2)), version(3, said(Q1), said(Q2), said(Q3))]
    before = tell({"community": states[:2]}).news
    assert tell({"community": states}).news[1:] == before


def test_figures_that_are_made_up_say_so() -> None:
    told = [tell(messages=[pasted(1, said(Q1))], is_made_up=made_up).is_made_up for made_up in (True, False)]
    assert told == [True, False]
