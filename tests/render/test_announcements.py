"""Announcements with their lag, and the policy's own date, in every form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

import jinja2
import pytest
from bs4 import BeautifulSoup

from tracker.model import Announcement, ChangeReport, ClauseVerdict, DateStatus, OwnDate, OwnDates, Verdict
from tracker.render import change_to_html, change_to_json, change_to_text, dump_json, words

LATER = Announcement(status="later", entry="Updated 8.3", date="5 April", lag_days=9.1)
STILL = OwnDate(label="Last updated", printed="1 May 2024", day=date(2024, 5, 1))
MOVED = OwnDate(label="Last updated", printed="2/3/2025", day=None, is_ambiguous=True)


def _judged(verdict: Verdict, announced: Announcement, dates: OwnDates | None = None) -> Verdict:
    clauses = tuple(replace(clause, announced=announced) for clause in verdict.clauses)
    return replace(verdict, clauses=clauses, dates=dates)


def _page(report: ChangeReport, verdict: Verdict, environment: jinja2.Environment) -> str:
    return change_to_html(
        report.change, verdict, environment=environment, id="x", trust="single", old_name="a", new_name="b"
    )


def test_the_lag_of_an_announcement_is_told_in_days(widening: ChangeReport) -> None:
    verdict = _judged(widening.verdict, LATER)
    text = change_to_text(widening.change, verdict, colour=False)
    assert "only later: 9.1 days after the change was first seen (5 April: Updated 8.3)" in text
    row = change_to_json(widening.change, verdict, id="x", trust="single")
    assert '"lag_days": 9.1' in dump_json(row)


def test_no_other_announcement_has_a_lag(widening: ChangeReport) -> None:
    verdict = _judged(widening.verdict, Announcement(status="same-version", entry="Updated 8.3", date="5 April"))
    assert "lag_days" not in dump_json(change_to_json(widening.change, verdict, id="x", trust="single"))


def test_announcements_of_several_clauses_are_counted() -> None:
    told = [Announcement(status="same-version"), LATER, replace(LATER, lag_days=3.0), Announcement(status="never")]
    verdicts = [ClauseVerdict(kind="substantive", announced=announced) for announced in told]
    assert words.tell_announcements(verdicts) == (
        "Partly announced, of 4 clauses: 1 with this version, 2 only later, 1 not so far"
    )
    assert words.tell_announcements(verdicts[1:3]) == "Announced in the policy's own change log only later"
    assert (words.tell_announcements(verdicts[1:2]) or "").endswith("9.1 days after the change was first seen")


def test_a_remark_that_names_no_change_is_told_apart() -> None:
    remark = Announcement(status="never", entry="Minor changes.")
    assert words.tell_announcement(remark).endswith("so far, but for words that name no change")


def test_every_status_of_a_date_has_words() -> None:
    assert set(words.DATE_WORDS) == set(get_args(DateStatus))


def test_the_own_date_is_told_in_every_form(widening: ChangeReport, environment: jinja2.Environment) -> None:
    dates = OwnDates(status="moved-with-change", old=STILL, new=MOVED)
    verdict = _judged(widening.verdict, Announcement(status="no-log"), dates)
    told = (
        "The policy's own date moved with the text: Last updated: 1 May 2024 became Last updated: 2/3/2025 "
        "(day and month can be read either way)"
    )
    assert told in change_to_text(widening.change, verdict, colour=False).splitlines()
    html = _page(widening, verdict, environment)
    assert told in " ".join(BeautifulSoup(html, "lxml").get_text(" ").split())
    assert change_to_json(widening.change, verdict, id="x", trust="single")["dates"] == {
        "status": "moved-with-change",
        "old": {"label": "Last updated", "printed": "1 May 2024", "day": "2024-05-01"},
        "new": {"label": "Last updated", "printed": "2/3/2025", "day": None, "ambiguous": True},
    }


def test_a_label_of_the_page_is_neither_markup_nor_command(
    widening: ChangeReport, environment: jinja2.Environment
) -> None:
    hostile = replace(STILL, label="<b>\u202eLast\x1b[31m")
    dates = OwnDates(status="stood-still", old=hostile, new=hostile)
    verdict = _judged(widening.verdict, Announcement(status="no-log"), dates)
    html = _page(widening, verdict, environment)
    assert "<b>\u202e" not in html
    assert "\u202e" not in html
    assert "\x1b" not in change_to_text(widening.change, verdict, colour=False)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="lag"):
        Announcement(status="never", lag_days=1.0)
    with pytest.raises(ValueError, match="nothing to tell"):
        OwnDates(status="unmoved", old=None, new=None)
    with pytest.raises(ValueError, match="one side"):
        OwnDates(status="unmoved", old=STILL, new=None)
