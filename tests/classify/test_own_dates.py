"""The date by which a policy dates itself, and what became of it with a change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tracker.classify import judge_change
from tracker.model import Change, ClauseChange, OwnDates, Verdict, Version

MakeClause = Callable[..., ClauseChange]
MakeChange = Callable[..., Change]
MakeVersion = Callable[..., Version]
Judge = Callable[..., Verdict]

#: The date line is clause 1, after the title.
_DATE_CLAUSE = (1,)


@pytest.fixture
def judge(make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion) -> Judge:
    """Judges a change between two date lines ("" for none), with the clause changes given besides."""

    def build(old: str, new: str, *clauses: ClauseChange) -> Verdict:
        versions = [make_version((None, "Ferries", [("paragraph", line)] if line else [])) for line in (old, new)]
        dated = []
        if old != new and old and new:
            plain = make_clause(old, new, number="0", title="Ferries")
            dated = [
                ClauseChange(
                    op="modified",
                    section=plain.section,
                    old=old,
                    new=new,
                    redline=plain.redline,
                    old_clauses=_DATE_CLAUSE,
                    new_clauses=_DATE_CLAUSE,
                )
            ]
        return judge_change(make_change(*dated, *clauses, old=versions[0], new=versions[1]))

    return build


def _dates(verdict: Verdict) -> OwnDates:
    assert verdict.dates is not None
    return verdict.dates


@pytest.mark.parametrize(
    ("line", "label", "printed", "day"),
    [
        ("Last updated: 17 April 2024", "Last updated", "17 April 2024", date(2024, 4, 17)),
        ("(Last modified: April 17th, 2024)", "Last modified", "April 17th, 2024", date(2024, 4, 17)),
        ("Effective as of 2024-04-17 (view archived versions)", "Effective as of", "2024-04-17", date(2024, 4, 17)),
        ("This Ferry Policy was revised on 17 April 2024.", "This Ferry Policy was revised on", "17 April 2024",
         date(2024, 4, 17)),
        ("Stand: 17. April 2024", "Stand", "17. April 2024", date(2024, 4, 17)),
        ("Letzte \u00c4nderung: 17.04.2024", "Letzte \u00c4nderung", "17.04.2024", date(2024, 4, 17)),
        ("Derni\u00e8re mise \u00e0 jour : 17 avril 2024", "Derni\u00e8re mise \u00e0 jour", "17 avril 2024",
         date(2024, 4, 17)),
        ("17 April 2024", "", "17 April 2024", date(2024, 4, 17)),
        ("Effective 1 May 2024. Last Revised April 17, 2024", "Last Revised", "April 17, 2024", date(2024, 4, 17)),
        ("Last updated: July 2024", "Last updated", "July 2024", None),
    ],
)  # fmt: skip
def test_a_policy_dates_itself_in_many_forms(judge: Judge, line: str, label: str, printed: str, day: date) -> None:
    dates = _dates(judge(line, line))
    assert dates.status == "unmoved"
    assert dates.new == dates.old
    assert dates.new is not None
    assert (dates.new.label, dates.new.printed, dates.new.day) == (label, printed, day)


@pytest.mark.parametrize(
    "line",
    [
        "Effective May 25, 2018, the law on ferries applies to you.",
        "Ferries have sailed since 1 May 1998.",
        "See the terms effective before 2023-03-23.",
        "Previous version: 23 February 2024",
        "Last updated 06-03-26",
        "\u00a9 2024 The Ferry Company",
        "On 3 May 2024 a ferry sank, as was last updated here.",
    ],
)
def test_other_dates_are_not_the_policys_own(judge: Judge, line: str) -> None:
    assert judge(line, line).dates is None


def test_a_date_that_stood_still_under_a_change_of_substance_is_named(judge: Judge, make_clause: MakeClause) -> None:
    clause = make_clause("We keep letters for 3 days.", "We keep letters for 9 days.")
    verdict = judge("Last updated: 17 April 2024", "Last updated: 17 April 2024", clause)
    assert _dates(verdict).status == "stood-still"
    assert verdict.headline.endswith('; the date "Last updated" did not move.')


def test_a_date_that_did_not_move_with_a_typo_is_as_it_should_be(judge: Judge, make_clause: MakeClause) -> None:
    verdict = judge(
        "Stand: Mai 2024", "Stand: Mai 2024", make_clause("We sort lettters here.", "We sort letters here.")
    )
    assert _dates(verdict).status == "unmoved"
    assert "date" not in verdict.headline


def test_a_date_that_moved_alone_is_named(judge: Judge) -> None:
    verdict = judge("Last updated: 17 April 2024", "Last updated: 2 May 2025")
    assert _dates(verdict).status == "moved-alone"
    assert verdict.headline == (
        "Only the policy's own date moved, from 17 April 2024 to 2 May 2025; no other word differs."
    )


def test_a_date_that_moved_with_the_text_says_nothing_in_the_headline(judge: Judge, make_clause: MakeClause) -> None:
    clause = make_clause("We keep letters for 3 days.", "We keep letters for 9 days.")
    verdict = judge("Last updated: 17 April 2024", "Last updated: 2 May 2025", clause)
    assert _dates(verdict).status == "moved-with-change"
    assert "date" not in verdict.headline


def test_a_date_that_went_back_is_named(judge: Judge, make_clause: MakeClause) -> None:
    clause = make_clause("We keep letters for 3 days.", "We keep letters for 9 days.")
    verdict = judge("Last updated: 2 May 2025", "Last updated: 17 April 2024", clause)
    assert _dates(verdict).status == "went-back"
    assert 'the date "Last updated" went back from 2 May 2025 to 17 April 2024' in verdict.headline


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("Last updated: 11/03/2022", "Last updated: 12/04/2022", "moved-alone"),
        ("Last updated: 12/04/2022", "Last updated: 11/03/2022", "went-back"),
        ("Last updated: 11/03/2022", "Last updated: 10/04/2022", "moved-alone"),
        ("Last updated: May 2022", "Last updated: 17 May 2022", "moved-alone"),
        ("Effective: 1 May 2024. Last updated: 2 May 2023.", "Effective: 9 May 2024. Last updated: 2 May 2023.",
         "moved-alone"),
        ("Last updated: 2 May 2023", "", "gone"),
        ("", "Last updated: 2 May 2023", "appeared"),
    ],
)  # fmt: skip
def test_what_became_of_a_date(judge: Judge, old: str, new: str, status: str) -> None:
    assert _dates(judge(old, new)).status == status


def test_a_notice_whose_date_is_gone_takes_no_date_back(judge: Judge) -> None:
    notice, line = "New terms effective 9 May 2024.", "Effective 2 May 2023."
    dates = _dates(judge(f"{notice} {line}", line))
    assert dates.status != "went-back"
    assert dates.old == dates.new


def test_dates_of_a_log_are_of_its_entries(make_version: MakeVersion, make_change: MakeChange) -> None:
    version = make_version(("9", "Changes to this policy", [("paragraph", "3 May 2024"), ("item", "Added 3.1.")]))
    assert judge_change(make_change(old=version, new=version)).dates is None
