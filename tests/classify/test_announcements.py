"""The policy's own change log: found, parsed, and linked to the clauses it names."""

from __future__ import annotations

import time
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


def test_words_of_an_entry_describe_a_clause_that_they_changed(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    """All the changed words are the entry's, in a sentence that shares most of what it says."""
    old = "Captains see the cabin numbers of passengers who left a comment in the harbour book."
    clause = make_clause(old, old.replace("numbers", "and telephone numbers"), number="4.2", title="Harbours")
    other = make_clause("", "Captains may call passengers at night.", number="5.1", title="Nights")
    entry = "Added that telephone numbers of passengers who comment in the harbour book are seen by captains."
    before = make_version(("11", "Changes", DATED))
    after = make_version(("11", "Changes", [*DATED, ("paragraph", "June 4, 2024"), ("item", entry)]))
    first, second = judge_change(make_change(clause, other, old=before, new=after)).clauses
    assert first.announced is not None
    assert second.announced is not None
    assert (first.announced.status, first.announced.entry) == ("same-version", entry)
    assert second.announced.status == "never"


@pytest.mark.parametrize(
    "entry",
    ["Added how captains are paid.", "Updated 9.9 on telephone numbers of passengers who comment in the harbour book."],
)
def test_an_entry_on_something_else_announces_nothing(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion, entry: str
) -> None:
    old = "Captains see the cabin numbers of passengers who left a comment in the harbour book."
    clause = make_clause(old, old.replace("numbers", "and telephone numbers"), number="4.2", title="Harbours")
    announced = _verdict(make_change, make_version, clause, entry)[1].clauses[0].announced
    assert announced is not None
    assert announced.status == "never"


def test_a_chapter_is_announced_by_its_number_where_nothing_else_fits(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    inside = make_clause("", "We may record calls.", number="4.2", title="Calls")
    whole = make_clause("", "We may sell lists.", number="4", title="Data of yours")
    new = make_version(("11", "Changes", [*DATED, ("paragraph", "June 4, 2024"), ("item", "Updated section 4.")]))
    old = make_version(("11", "Changes", DATED))
    for clauses, statuses in (((inside,), ["same-version"]), ((inside, whole), ["never", "same-version"])):
        verdict = judge_change(make_change(*clauses, old=old, new=new))
        assert [clause.announced and clause.announced.status for clause in verdict.clauses] == statuses


def test_a_general_remark_announces_nothing_and_is_cited(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    clause = make_clause("", "We may record calls.", number="4.2")
    remark = "We made minor changes to this policy."
    verdict = _verdict(make_change, make_version, clause, remark)[1]
    announced = verdict.clauses[0].announced
    assert announced is not None
    assert (announced.status, announced.entry, announced.date) == ("never", remark, "June 4, 2024")
    assert "announced in the policy's own log in general words alone" in verdict.headline


def test_an_entry_for_several_sections_speaks_of_the_newest_change_of_each(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    start = datetime(2024, 5, 1, tzinfo=UTC)
    changed = [("4.2", "We may record calls."), ("4.2", "We may tape calls."), ("5.1", "We may sell lists.")]
    silent = [_verdict(make_change, make_version, make_clause("", words, number=number)) for number, words in changed]
    noise = make_clause("We sort mail by hand.", "We sort mail with great care.", number="1")
    last = _verdict(make_change, make_version, noise, "Updated 4.2 and 5.1.")
    steps = [(*step, start + timedelta(days=day)) for day, step in enumerate([*silent, last])]
    told = [verdict.clauses[0].announced for verdict in link_announcements(steps)[:3]]
    assert [(item.status, item.lag_days) for item in told if item] == [("never", None), ("later", 2.0), ("later", 1.0)]


def test_an_entry_is_dated_by_the_first_text_that_bears_it(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    """Another variant of the page bore it, to which no change leads."""
    silent = _verdict(make_change, make_version, make_clause("", "We may record calls.", number="4.2"))
    dated = [*DATED, ("paragraph", "June 4, 2024"), ("item", "Updated 4.2.")]
    start = datetime(2024, 5, 1, tzinfo=UTC)
    sightings = [(make_version(("11", "Changes", dated)), start + timedelta(hours=30))]
    (linked,) = link_announcements([(*silent, start)], sightings=sightings)
    announced = linked.clauses[0].announced
    assert announced is not None
    assert (announced.status, announced.lag_days) == ("later", 1.2)
    assert "announced only 1.2 days later" in linked.headline


def test_some_clauses_that_are_not_announced_are_counted(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    clauses = [make_clause("", "We may record calls.", number=number) for number in ("4.2", "4.3")]
    new = make_version(("11", "Changes", [*DATED, ("paragraph", "June 4, 2024"), ("item", "Updated 4.2.")]))
    verdict = judge_change(make_change(*clauses, old=make_version(("11", "Changes", DATED)), new=new))
    assert "1 of 2 clauses not announced in the policy's own log" in verdict.headline


def test_old_entries_of_a_log_that_is_new_as_a_whole_announce_nothing(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    clauses = [make_clause("", "We may record calls.", number=number) for number in ("4.2", "4.3")]
    log = [("item", "4 June 2024: Updated 4.2."), ("item", "3 May 2021: Updated 4.3.")]
    new = make_version(("11", "Changes", log))
    verdict = judge_change(make_change(*clauses, old=make_version(), new=new))
    statuses = [clause.announced.status for clause in verdict.clauses if clause.announced]
    assert statuses == ["same-version", "never"]


def test_many_entries_and_many_clauses_are_linked_in_bearable_time(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    """A log of hundreds of entries comes with a text that is new as a whole."""
    entries = [("item", f"{day % 28 + 1} May 2024: Added how letter {day} is read by captains.") for day in range(500)]
    added = [("paragraph", f"Captain {number} may read what stands in letter {number}") for number in range(500)]
    new = make_version(("4", "Letters", added), ("11", "Changes", entries))
    clauses = []
    for number in range(500):
        base = make_clause("", added[number][1], number="4", title="Letters")
        clauses.append(
            ClauseChange(
                op="added", section=base.section, old="", new=base.new, redline=base.redline, new_clauses=(number + 1,)
            )
        )
    began = time.perf_counter()
    verdict = judge_change(make_change(*clauses, old=make_version(), new=new))
    link_announcements([(make_change(*clauses, new=new), verdict, datetime(2024, 5, 1, tzinfo=UTC))] * 2)
    assert time.perf_counter() - began < 20
