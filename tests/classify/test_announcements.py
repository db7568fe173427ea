"""The policy's own change log: found, parsed, and linked to the clauses it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tracker.classify import find_log, judge_change, link_announcements
from tracker.classify.announcements import find_new_entries
from tracker.model import Change, ClauseChange, Verdict, Version

MakeClause = Callable[..., ClauseChange]
MakeChange = Callable[..., Change]
MakeVersion = Callable[..., Version]

INTRO = ("paragraph", "We may update this policy.")
DATED = [INTRO, ("paragraph", "May 3, 2023"), ("item", "Updated 4.2.")]


@pytest.mark.parametrize(
    ("title", "date"),
    [
        ("Changes to this Privacy Policy", "March 25, 2019"),
        ("Änderungen an dieser Datenschutzerklärung", "31. März 2024"),
        ("Modifications de la politique", "1er février 2024"),
        ("Version history", "2024-02-01"),
        ("Updates", "Effective 4 June 2024"),
    ],
)
def test_log_is_found_by_title_and_dates_in_three_languages(make_version: MakeVersion, title: str, date: str) -> None:
    log = find_log(make_version(("11", title, [INTRO, ("paragraph", date), ("item", "Updated 4.2.")])))
    assert log is not None
    assert [(entry.date, entry.text) for entry in log.entries] == [(date, "Updated 4.2.")]
    assert log.clauses == {2, 3}


def test_date_and_entry_may_share_a_line(make_version: MakeVersion) -> None:
    log = find_log(make_version(("9", "Change log", [("item", "4 June 2024: Added 3.1.")])))
    assert log is not None
    assert [(entry.date, entry.text) for entry in log.entries] == [("4 June 2024", "Added 3.1.")]


def test_paragraph_after_the_entries_is_no_entry(make_version: MakeVersion) -> None:
    log = find_log(make_version(("11", "Changes", [*DATED, ("paragraph", "We will notify you of big changes.")])))
    assert log is not None
    assert [entry.text for entry in log.entries] == ["Updated 4.2."]


def test_section_on_changes_without_dates_is_no_log(make_version: MakeVersion) -> None:
    assert find_log(make_version(("11", "Changes", [INTRO, ("item", "Updated 4.2.")]))) is None
    assert find_log(make_version(("11", "Safety", DATED))) is None


def _verdict(
    make_change: MakeChange, make_version: MakeVersion, clause: ClauseChange, *entries: str
) -> tuple[Change, Verdict]:
    old = make_version(("11", "Changes", DATED))
    listed = [("item", entry) for entry in entries]
    dates = [("paragraph", "June 4, 2024")] if entries else []
    change = make_change(clause, old=old, new=make_version(("11", "Changes", [*DATED, *dates, *listed])))
    return change, judge_change(change)


@pytest.mark.parametrize(
    "case",
    [
        ("4.2", "Visits", "Updated 4.2 and 4.3.", "same-version"),
        ("4.2.1", "Visits", "Updated 4.2.", "same-version"),
        ("4.2", "Visits", "Updated 14.2, 4.25 and 4.2.7.", "never"),
        ("4.2", "Visits", "Updated 4.", "never"),
        (None, "Logs of your visits", "We say more on logs of your visits.", "same-version"),
        (None, "Data", "Data are data.", "never"),
    ],
)
def test_entry_announces_the_section_that_it_names(
    make_clause: MakeClause,
    make_change: MakeChange,
    make_version: MakeVersion,
    case: tuple[str | None, str, str, str],
) -> None:
    number, title, entry, status = case
    clause = make_clause("", "We may record calls.", number=number, title=title)
    announced = _verdict(make_change, make_version, clause, entry)[1].clauses[0].announced
    assert announced is not None
    assert announced.status == status
    assert (announced.entry, announced.date) == ((entry, "June 4, 2024") if status == "same-version" else (None, None))


def test_entry_of_an_earlier_version_announces_nothing_new(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    clause = make_clause("", "We may record calls.", number="4.2")
    change, verdict = _verdict(make_change, make_version, clause)
    assert verdict.clauses[0].announced is not None
    assert verdict.clauses[0].announced.status == "never"
    assert "not announced in the policy's own log" in verdict.headline
    assert change.new == change.old


def test_corrected_date_or_spelling_makes_no_new_entry(make_change: MakeChange, make_version: MakeVersion) -> None:
    def log(date: str, entry: str) -> Version:
        return make_version(("11", "Changes", [("paragraph", date), ("item", entry)]))

    old = log("May 3, 2022", "Updated 4.2 for the bussiness rooms.")
    for new, entries in (
        (log("May 3, 2023", "Updated 4.2 for the bussiness rooms."), []),
        (log("May 3, 2022", "Updated 4.2 for the business rooms."), []),
        (log("May 3, 2022", "Added 7.1."), ["Added 7.1."]),
    ):
        assert [entry.text for entry in find_new_entries(make_change(old=old, new=new))] == entries


def test_policy_without_a_log_says_so_and_its_headline_says_nothing(
    make_clause: MakeClause, make_change: MakeChange
) -> None:
    verdict = judge_change(make_change(make_clause("", "We may record calls.")))
    assert verdict.clauses[0].announced is not None
    assert verdict.clauses[0].announced.status == "no-log"
    assert "announced" not in verdict.headline


def test_log_entry_itself_is_editorial_and_announces_nothing(
    make_change: MakeChange, make_version: MakeVersion, make_clause: MakeClause
) -> None:
    old = make_version(("11", "Changes", DATED))
    new = make_version(("11", "Changes", [*DATED, ("item", "We may sell your data now.")]))
    base = make_clause("", "We may sell your data now.", number="11", title="Changes")
    entry = ClauseChange(op="added", section=base.section, old="", new=base.new, redline=base.redline, new_clauses=(4,))
    clause = judge_change(make_change(entry, old=old, new=new)).clauses[0]
    assert (clause.kind, clause.topics, clause.announced) == ("editorial", ("policy-changes",), None)


def test_later_entry_turns_never_into_later_with_its_date(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    silent = make_clause("", "We may record calls.", number="4.2")
    noise = make_clause("We sort mail by hand.", "We sort mail with great care.", number="1")
    first = _verdict(make_change, make_version, silent)
    second = _verdict(make_change, make_version, noise, "Updated 4.2.")
    start = datetime(2024, 5, 1, tzinfo=UTC)
    linked = link_announcements([(*first, start), (*second, start + timedelta(days=9))])
    announced = linked[0].clauses[0].announced
    assert announced is not None
    assert (announced.status, announced.entry, announced.date) == ("later", "Updated 4.2.", "June 4, 2024")
    assert announced.lag_days == 9.0
    assert "announced only 9 days later, in an entry dated June 4, 2024" in linked[0].headline
    assert linked[1] == second[1]


def test_entry_that_came_with_its_own_change_announces_no_earlier_one(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    first = _verdict(make_change, make_version, make_clause("", "We may record calls.", number="4.2"))
    second = _verdict(make_change, make_version, make_clause("", "We may sell lists.", number="4.2"), "Updated 4.2.")
    start = datetime(2024, 5, 1, tzinfo=UTC)
    linked = link_announcements([(*first, start), (*second, start + timedelta(days=9))])
    assert [verdict.clauses[0].announced and verdict.clauses[0].announced.status for verdict in linked] == [
        "never",
        "same-version",
    ]
