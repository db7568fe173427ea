"""When a document counts as ended or moved, told from its check rows alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.history import list_departures, tell_standing
from tracker.model import Answer, Check, DocumentKey, Outcome, Standing, latest_standing

URL = "https://lantern.example/legal/privacy"
OTHER = "https://beacon.example/legal/privacy"
THIRD = "https://candle.example/privacy"
HOME = "https://lantern.example/en/"
DOCUMENT = DocumentKey(service="Lantern", terms_type="Privacy Policy")


@pytest.fixture
def row(document: DocumentKey, at: Any) -> Any:
    """Build a check row of the night `night`; with a status, the one source answered it, at `final_url`."""

    def make(
        night: float, outcome: Outcome = "unchanged", status: int | None = None, final_url: str | None = None
    ) -> Check:
        answers = () if status is None else (Answer(url=URL, status=status, final_url=final_url or URL),)
        return Check(document=document, checked_at=at(24 * night), outcome=outcome, answers=answers)

    return make


def states(checks: Sequence[Check]) -> list[tuple[str, bool]]:
    """(state, whether the document is back) of each departure."""
    return [(standing.state, standing.back_at is not None) for standing in list_departures(checks)]


def missing(row: Any, nights: Sequence[float]) -> list[Check]:
    return [row(0, "first-record"), *(row(night, "failed", 404) for night in nights)]


# --------------------------------------------------------------------------------------------------------------- ended


def test_a_document_that_is_seen_is_watched(row: Any) -> None:
    standing = tell_standing([row(0, "first-record"), row(1), row(2, "changed")])
    assert (standing.state, standing.since, standing.new_url) == ("watching", None, None)


def test_410_ends_a_document_at_once(row: Any, at: Any) -> None:
    standing = tell_standing([row(0, "first-record"), row(1, "failed", 410)])
    assert (standing.state, standing.since, standing.told_at) == ("ended", at(24), at(24))
    assert standing.evidence == f"{URL} answered 410 Gone"


def test_404_ends_a_document_on_the_fourteenth_day_in_a_row(row: Any, at: Any) -> None:
    assert tell_standing(missing(row, range(1, 14))).state == "watching"
    standing = tell_standing(missing(row, range(1, 15)))
    assert (standing.state, standing.since, standing.told_at) == ("ended", at(24), at(24 * 14))
    assert "404 Not Found on 14 days in a row, from 2024-03-02 to 2024-03-15" in standing.evidence


def test_many_runs_of_one_day_count_once(row: Any) -> None:
    assert tell_standing(missing(row, [1 + night / 3 for night in range(39)])).state == "watching"
    assert tell_standing(missing(row, [1 + night / 3 for night in range(40)])).state == "ended"


def test_ten_thousand_runs_within_ten_days_are_told_at_once(row: Any) -> None:
    """Each row is looked at once; to count the days anew at each would take minutes."""
    checks = missing(row, [1 + run / 1000 for run in range(10_000)])
    began = time.process_time()
    assert tell_standing(checks).state == "watching"
    assert time.process_time() - began < 5


def test_days_without_a_run_do_not_count(row: Any) -> None:
    assert tell_standing(missing(row, range(1, 27, 2))).state == "watching"
    assert tell_standing(missing(row, range(1, 29, 2))).state == "ended"


@pytest.mark.parametrize(("outcome", "status"), [("failed", 503), ("failed", 200), ("refused", None), ("refused", 200)])
def test_another_answer_in_between_begins_the_count_anew(row: Any, outcome: Outcome, status: int | None) -> None:
    checks = [*missing(row, range(1, 14)), row(14, outcome, status), row(15, "failed", 404)]
    assert tell_standing(checks).state == "watching"


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_a_night_without_an_answer_neither_counts_nor_breaks_the_row(row: Any, outcome: Outcome) -> None:
    """A time-out on every tenth night keeps nobody from saying that the page is gone."""
    nights = [row(night, outcome) if night % 10 == 0 else row(night, "failed", 404) for night in range(1, 31)]
    checks = [row(0, "first-record"), *nights]
    assert tell_standing(checks[:15]).state == "watching"
    standing = tell_standing(checks[:16])
    assert standing.state == "ended"
    assert "on 14 days in a row, from 2024-03-02 to 2024-03-16" in standing.evidence
    assert states(checks) == [("ended", False)]


def test_a_night_on_which_one_source_is_silent_neither_counts_nor_breaks_the_row(
    document: DocumentKey, row: Any, at: Any
) -> None:
    def night(number: int, *statuses: int | None) -> Check:
        answers = tuple(Answer(url=f"{URL}/{place}", status=status) for place, status in enumerate(statuses))
        return Check(document=document, checked_at=at(24 * number), outcome="failed", answers=answers)

    gone = [night(number, 404, 404) for number in range(1, 15)]
    silent = night(7, 404, None)
    assert tell_standing([row(0, "first-record"), *gone[:6], silent, *gone[7:]]).state == "watching"
    assert tell_standing([row(0, "first-record"), *gone[:6], silent, *gone[7:], night(15, 404, 404)]).state == "ended"
    broken = night(7, 503, None)
    assert (
        tell_standing([row(0, "first-record"), *gone[:6], broken, *gone[7:], night(15, 404, 404)]).state == "watching"
    )


def test_a_sight_in_between_begins_the_count_anew(row: Any) -> None:
    checks = [*missing(row, range(1, 14)), row(14), *(row(night, "failed", 404) for night in range(15, 20))]
    assert list_departures(checks) == ()


def test_a_404_before_the_410_tells_since_when(row: Any, at: Any) -> None:
    standing = tell_standing([*missing(row, (1, 2)), row(3, "failed", 410)])
    assert (standing.since, standing.told_at) == (at(24), at(72))


def test_an_end_is_told_once_however_long_it_lasts(row: Any) -> None:
    checks = [*missing(row, range(1, 60)), row(61, "failed", 410), row(62, "failed", None), row(63, "failed", 503)]
    assert states(checks) == [("ended", False)]


def test_a_document_that_is_seen_again_is_back_and_may_end_again(row: Any, at: Any) -> None:
    checks = [row(0, "first-record"), row(1, "failed", 410), row(2), row(3, "failed", 410)]
    departures = list_departures(checks)
    assert [(standing.since, standing.back_at) for standing in departures] == [(at(24), at(48)), (at(72), None)]
    assert tell_standing(checks[:3]).state == "watching"
    assert latest_standing(departures) == departures[-1] == tell_standing(checks)


def test_a_combined_document_ends_only_with_its_last_source(document: DocumentKey, row: Any, at: Any) -> None:
    def night(number: int, *statuses: int | None) -> Check:
        answers = tuple(Answer(url=f"{URL}/{place}", status=status) for place, status in enumerate(statuses))
        return Check(document=document, checked_at=at(24 * number), outcome="failed", answers=answers)

    assert states([row(0, "first-record"), night(1, 410, 200)]) == []
    assert states([row(0, "first-record"), night(1, 410, None)]) == []
    assert states([row(0, "first-record"), night(1, 410, 404)]) == []
    ended = tell_standing([row(0, "first-record"), night(1, 410, 410)])
    assert ended.evidence == "Each of the 2 sources answered 410 Gone"


def test_days_of_either_status_count_together(row: Any, document: DocumentKey, at: Any) -> None:
    mixed = (Answer(url=URL, status=404), Answer(url=f"{URL}/eu", status=410))
    checks = [
        Check(document=document, checked_at=at(24 * day), outcome="failed", answers=mixed) for day in range(1, 15)
    ]
    standing = tell_standing([row(0, "first-record"), *checks])
    assert "Each of the 2 sources answered 404 Not Found or 410 Gone on 14 days in a row" in standing.evidence


def test_a_document_that_was_never_seen_has_no_end(row: Any) -> None:
    """Its declaration is wrong, which a run says."""
    assert list_departures([row(night, "failed", 410) for night in range(20)]) == ()


def test_rows_that_keep_no_answers_say_nothing_but_that_a_text_was_seen(
    document: DocumentKey, row: Any, at: Any
) -> None:
    old = [
        Check(document=document, checked_at=at(24 * night), outcome="failed", reason="not-found") for night in range(40)
    ]
    assert list_departures([row(-1, "first-record"), *old]) == ()
    seen = Check(document=document, checked_at=at(24 * 41), outcome="unchanged")
    assert states([seen, row(42, "failed", 410)]) == [("ended", False)]


def test_rows_may_come_in_any_order(row: Any) -> None:
    checks = [*missing(row, range(1, 20)), row(21)]
    assert list_departures(checks[::-1]) == list_departures(checks)


# --------------------------------------------------------------------------------------------------------------- moved


@pytest.mark.parametrize("outcome", ["refused", "held"])
def test_a_redirect_to_a_home_page_that_is_not_the_document_may_be_a_move(row: Any, at: Any, outcome: Outcome) -> None:
    standing = tell_standing([row(0, "first-record"), row(1, outcome, 200, HOME)])
    assert (standing.state, standing.since, standing.new_url) == ("moved", at(24), HOME)
    assert standing.evidence == f"{URL} redirects to {HOME}, a home page, which is not the document"
    assert not standing.is_served


def test_a_redirect_to_another_host_that_is_not_the_document_may_be_a_move(row: Any) -> None:
    standing = tell_standing([row(0, "first-record"), row(1, "refused", 200, OTHER)])
    assert (standing.state, standing.new_url, standing.is_served) == ("moved", OTHER, False)
    assert "does not give the document" in standing.evidence


def test_a_redirect_to_another_host_that_is_not_found_there_may_be_a_move(row: Any) -> None:
    assert tell_standing([row(0, "first-record"), row(1, "failed", 404, OTHER)]).state == "moved"


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_host_that_refuses_or_fails_says_nothing_of_a_move(row: Any, status: int) -> None:
    """Maintenance pages and bot checks stand on other hosts too."""
    assert states([row(0, "first-record"), row(1, "failed", status, OTHER)]) == []


def test_a_document_that_is_served_on_another_host_moved_and_is_seen(row: Any, at: Any) -> None:
    checks = [row(0, "first-record"), row(1, "unchanged", 200, OTHER), row(2, "unchanged", 200, OTHER)]
    standing = tell_standing(checks)
    assert (standing.state, standing.since, standing.new_url, standing.is_served) == ("moved", at(24), OTHER, True)
    assert len(list_departures(checks)) == 1


def endings(checks: Sequence[Check]) -> list[str | None]:
    return [standing.ending for standing in list_departures(checks)]


@pytest.fixture
def anew(document: DocumentKey, at: Any) -> Any:
    """Build a row of a night on which another address was declared, which answered from `final_url`."""

    def make(night: float, final_url: str = OTHER) -> Check:
        answers = (Answer(url=OTHER, status=200, final_url=final_url),)
        return Check(document=document, checked_at=at(24 * night), outcome="unchanged", answers=answers)

    return make


def test_a_declaration_that_names_the_new_address_settles_the_move(row: Any, anew: Any) -> None:
    checks = [row(0, "first-record"), row(1, "unchanged", 200, OTHER), anew(2)]
    assert states(checks) == [("moved", True)]
    assert endings(checks) == ["declared-anew"]


def test_an_end_after_which_another_address_is_declared_is_no_return(row: Any, anew: Any) -> None:
    assert endings([row(0, "first-record"), row(1, "failed", 410), anew(2)]) == ["declared-anew"]
    assert endings([row(0, "first-record"), row(1, "failed", 410), row(2)]) == ["returned"]


def test_a_new_declaration_that_leads_on_ends_one_departure_and_begins_another(row: Any, anew: Any) -> None:
    checks = [row(0, "first-record"), row(1, "unchanged", 200, OTHER), anew(2, THIRD)]
    assert endings(checks) == ["declared-anew", None]
    assert tell_standing(checks).new_url == THIRD


def test_an_end_after_which_the_document_is_served_elsewhere_is_no_return(row: Any) -> None:
    checks = [row(0, "first-record"), row(1, "failed", 410), row(2, "unchanged", 200, OTHER)]
    assert endings(checks) == ["moved-on", None]
    assert tell_standing(checks).is_served


def test_a_host_at_which_the_document_was_always_served_is_no_move(row: Any) -> None:
    """A declared address may be a short one."""
    checks = [row(0, "first-record", 200, OTHER), row(1, "unchanged", 200, OTHER), row(2, "refused", 200, OTHER)]
    assert list_departures(checks) == ()


def test_two_hosts_in_turn_are_one_move(row: Any) -> None:
    turns = [row(night, "unchanged", 200, OTHER if night % 2 else URL) for night in range(1, 12)]
    assert states([row(0, "first-record"), *turns]) == [("moved", True)]


def test_where_the_document_was_before_answers_were_kept_is_not_guessed(
    document: DocumentKey, row: Any, at: Any
) -> None:
    old = Check(document=document, checked_at=at(0), outcome="first-record")
    assert states([old, row(1, "unchanged", 200, OTHER)]) == []
    assert states([old, row(1, "refused", 200, OTHER)]) == []
    assert states([old, row(1, "refused", 200, HOME)]) == [("moved", False)]


def test_a_home_page_at_which_the_document_was_seen_is_its_place(row: Any) -> None:
    checks = [row(0, "first-record", 200, HOME), row(1, "unchanged", 200, HOME), row(2, "refused", 200, HOME)]
    assert list_departures(checks) == ()


def test_an_address_without_end_is_cut_in_the_evidence_alone(row: Any) -> None:
    long = f"{OTHER}?{'token=1&' * 500}"
    standing = tell_standing([row(0, "first-record"), row(1, "refused", 200, long)])
    assert standing.new_url == long
    assert len(standing.evidence) < 500


def test_a_page_that_is_refused_in_its_own_place_is_no_move(row: Any) -> None:
    assert states([row(0, "first-record"), row(1, "refused"), row(2, "refused", 200, f"{URL}?login=1")]) == []


def test_a_suspected_move_is_told_once_and_settled_by_a_sight(row: Any, at: Any) -> None:
    checks = [row(0, "first-record"), row(1, "refused", 200, HOME), row(2, "refused", 200, OTHER), row(3, "failed"),
              row(4)]  # fmt: skip
    assert [(standing.new_url, standing.back_at) for standing in list_departures(checks)] == [(HOME, at(96))]


def test_a_suspected_move_whose_page_then_is_gone_is_an_end(row: Any) -> None:
    checks = [row(0, "first-record"), row(1, "refused", 200, HOME), row(2, "failed", 410)]
    assert states(checks) == [("moved", False), ("ended", False)]
    assert tell_standing(checks).state == "ended"
    assert states([*checks, row(3)]) == [("moved", True), ("ended", True)]


def test_a_document_found_at_the_suspected_address_is_back_and_has_moved(row: Any) -> None:
    checks = [row(0, "first-record"), row(1, "refused", 200, OTHER), row(2, "unchanged", 200, OTHER)]
    assert states(checks) == [("moved", True), ("moved", False)]
    assert endings(checks) == ["moved-on", None]
    assert tell_standing(checks).is_served


def test_a_move_from_host_to_host_is_one_departure_until_the_document_returns(row: Any, at: Any) -> None:
    """Some documents are served by another node of a network each night."""
    nodes = [f"https://node{night % 5}.cdn.example/privacy" for night in range(1, 8)]
    turns = [row(night, "unchanged", 200, node) for night, node in enumerate(nodes, start=1)]
    checks = [row(0, "first-record"), *turns]
    (standing,) = list_departures(checks)
    assert (standing.since, standing.back_at, standing.new_url) == (at(24), None, nodes[-1])
    assert endings([*checks, row(8)]) == ["returned"]


def test_a_host_that_was_the_documents_before_it_moved_is_its_place(row: Any) -> None:
    """Its short address always led there."""
    checks = [row(0, "first-record", 200, OTHER), row(1, "unchanged", 200, THIRD), row(2, "unchanged", 200, OTHER)]
    assert endings(checks) == ["returned"]


# -------------------------------------------------------------------------------------------------------- what was said


_ANSWERS = st.one_of(
    st.none(),
    st.just(()),
    st.lists(
        st.builds(
            Answer,
            url=st.just(URL),
            status=st.sampled_from([200, 404, 410, 503, None]),
            final_url=st.sampled_from([URL, OTHER, THIRD, HOME, None]),
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
)
_ROWS = st.lists(st.tuples(st.sampled_from(get_args(Outcome)), st.integers(1, 20), _ANSWERS), max_size=40)


@given(rows=_ROWS)
def test_later_checks_never_take_back_what_was_said(rows: list[tuple[Outcome, int, Any]]) -> None:
    """Readers know the entries of feeds by their ids: they are only added, and each comes back once at most."""
    at = datetime(2024, 3, 1, tzinfo=UTC)
    checks: list[Check] = []
    before: tuple[Standing, ...] = ()
    for outcome, hours, answers in rows:
        at += timedelta(hours=hours)
        checks.append(Check(document=DOCUMENT, checked_at=at, outcome=outcome, answers=answers))
        after = list_departures(checks)
        assert len(after) <= len(before) + 1
        for old, new in zip(before, after, strict=False):
            assert new == replace(old, back_at=new.back_at, ending=new.ending, new_url=new.new_url)
            assert new.new_url == old.new_url or (old.is_served and old.back_at is None)
            assert old.back_at in (None, new.back_at)
        assert len({(standing.state, standing.since) for standing in after}) == len(after)
        before = after


# -------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "ended"},
        {"state": "ended", "since": 1, "told_at": 1},
        {"state": "watching", "since": 1, "told_at": 1},
        {"state": "moved", "since": 1, "told_at": 1, "evidence": "it redirects"},
        {"state": "ended", "since": 1, "evidence": "it is gone"},
        {"state": "ended", "since": 1, "told_at": 1, "evidence": "it is gone", "back_at": 2},
        {"state": "ended", "since": 1, "told_at": 1, "evidence": "it is gone", "ending": "returned"},
    ],
)
def test_a_standing_without_its_evidence_cannot_be_built(at: Any, facts: dict[str, Any]) -> None:
    instants = {name: at(hours) for name, hours in facts.items() if isinstance(hours, int)}
    with pytest.raises(ValueError, match="document"):
        Standing(**facts | instants)


def test_a_standing_is_in_utc(at: Any) -> None:
    here = (at(1) + timedelta(hours=1)).replace(tzinfo=None)
    with pytest.raises(ValueError, match="UTC"):
        Standing(state="ended", since=here, told_at=here, evidence="it is gone")
