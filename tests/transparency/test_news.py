from __future__ import annotations

from datetime import UTC, date, datetime

from tracker.model import FiguresNews, Period, Report, quarters_between
from tracker.transparency import FiguresState, overdue_news, tell_news

Q1, Q2, Q3 = quarters_between(date(2031, 1, 1), date(2031, 9, 30))


def said(period: Period, requests: int | None = 3, users: int | None = 7, country: str | None = "NOR") -> Report:
    return Report(
        publisher="Courier", country=country, start=period.start, end=period.end, requests=requests, users=users
    )


def state(day: int, *reports: Report) -> FiguresState:
    return FiguresState(at=datetime(2031, 10, day, tzinfo=UTC), name=f"state {day}", reports=reports)


def told(news: FiguresNews) -> list[tuple[str, Period, object, object]]:
    return [(row.name, row.period, row.old, row.new) for row in news.rows]


def test_the_first_state_is_no_news() -> None:
    assert list(tell_news([])) == []
    assert list(tell_news([state(1, said(Q1))])) == []


def test_the_same_figures_again_are_no_news() -> None:
    assert list(tell_news([state(1, said(Q1)), state(2, said(Q1)), state(3, said(Q1), said(Q1))])) == []


def test_each_new_period_is_told_by_itself_in_the_order_of_names() -> None:
    later = state(2, said(Q1), said(Q3, country="SWE"), said(Q2, country="SWE"), said(Q2, 0, 0), said(Q3))
    second, third = tell_news([state(1, said(Q1)), later])
    assert (second.kind, second.period, second.at) == ("new-period", Q2, later.at)
    assert told(second) == [("Norway", Q2, None, (0, 0)), ("Sweden", Q2, None, (3, 7))]
    assert (third.period, [row.country for row in third.rows]) == (Q3, ["NOR", "SWE"])


def test_revised_figures_are_told_in_one_piece_with_what_stood_before() -> None:
    (news,) = tell_news([state(1, said(Q2), said(Q1)), state(2, said(Q1, 4, 7), said(Q2, 3, None))])
    assert (news.kind, news.period) == ("revised", None)
    assert told(news) == [("Norway", Q1, (3, 7), (4, 7)), ("Norway", Q2, (3, 7), (3, None))]


def test_withdrawn_figures_are_told() -> None:
    (news,) = tell_news([state(1, said(Q1), said(Q2)), state(2, said(Q2))])
    assert (news.kind, told(news)) == ("withdrawn", [("Norway", Q1, (3, 7), None)])


def test_figures_that_come_back_are_told_each_time() -> None:
    states = [state(1, said(Q1), said(Q2)), state(2, said(Q1)), state(3, said(Q1), said(Q2))]
    assert [news.kind for news in tell_news(states)] == ["withdrawn", "new-period"]


def test_of_several_figures_for_one_period_the_last_counts() -> None:
    (news,) = tell_news([state(1, said(Q1)), state(2, said(Q1), said(Q1, 9))])
    assert told(news) == [("Norway", Q1, (3, 7), (9, 7))]


def test_news_of_one_step_have_keys_of_their_own_that_stay() -> None:
    states = [state(1, said(Q1), said(Q2)), state(2, said(Q1, 4), said(Q3)), state(3, said(Q1, 5), said(Q3))]
    keys = [news.key for news in tell_news(states)]
    assert len(keys) == len(set(keys)) == 4
    assert [news.key for news in tell_news(states[:2])] == keys[:3]


def test_a_report_that_does_not_say_its_country_is_no_news() -> None:
    assert list(tell_news([state(1, said(Q1)), state(2, said(Q1), said(Q2, country=None))])) == []


def test_figures_of_one_authority_are_no_news_of_all() -> None:
    alone = Report(
        publisher="Courier", country="NOR", start=Q1.start, end=Q1.end, requests=1, users=None, authority="Police"
    )
    assert list(tell_news([state(1, said(Q1)), state(2, said(Q1), alone)])) == []


def received(period: Period, count: int) -> Report:
    return Report(
        publisher="Courier",
        country="NOR",
        start=period.start,
        end=period.end,
        requests=None,
        users=None,
        received=count,
    )


def test_requests_received_alone_are_no_news() -> None:
    states = [state(1, said(Q1)), state(2, said(Q1), received(Q2, 5)), state(3, said(Q1), received(Q2, 6))]
    assert list(tell_news([*states, state(4, said(Q1))])) == []
    (news,) = tell_news([state(1, said(Q1), received(Q2, 5)), state(2, said(Q1), said(Q2), received(Q2, 6))])
    assert told(news) == [("Norway", Q2, None, (3, 7))]


def test_a_report_that_did_not_come_is_told_once_and_for_all() -> None:
    at = datetime(2031, 8, 1, tzinfo=UTC)
    news = overdue_news(Q2, date(2031, 7, 31), at)
    assert (news.kind, news.period, news.rows, news.at, news.due_by) == ("overdue", Q2, (), at, date(2031, 7, 31))
    assert news.key == overdue_news(Q2, date(2031, 7, 31), at.replace(day=9)).key
