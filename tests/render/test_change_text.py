"""A change on a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tracker.model import ChangeReport, DocumentKey, DocumentReport, SectionRef
from tracker.render import change_to_text

KEY = DocumentKey(service="Courier", terms_type="Privacy Policy")


def test_each_clause_has_its_section_its_verdict_and_its_redline(widening: ChangeReport) -> None:
    text = change_to_text(widening.change, widening.verdict, colour=False)
    lines = text.splitlines()
    assert lines[0] == widening.verdict.headline
    assert "8.3 Law enforcement (modified, substantive, widens)" in lines
    assert "  | If [-a court order names-]{+authorities confirm that+} you [-as -]{+are +}a [-terror -]suspect" in text
    assert '  trigger: "terror suspect" -> "suspect in a criminal case" (widens; trigger-scale, 0.95)' in lines


def test_no_control_character_of_the_page_reaches_the_terminal(report_on: Callable[..., DocumentReport]) -> None:
    hostile = "a \x1b]52;c;ZXZpbA==\x07 b \x1b[2J c \x9b5m d \r e \u202e f"
    change = report_on(KEY, "plain", hostile, headline="H \x1b[31m", title="T \x1b[31m").changes[0]
    plain = change_to_text(change.change, change.verdict, colour=False)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", plain)
    assert "[U+001B]]52;c" in plain
    coloured = change_to_text(change.change, change.verdict, colour=True)
    assert set(re.findall("\x1b.{0,5}?m", coloured)) == {"\x1b[31;9m", "\x1b[32;4m", "\x1b[0m"}
    assert not re.search("[\x07\x9b\r]|\x1b[^\\[]", coloured)


def test_no_line_is_a_command_of_a_build_log(report_on: Callable[..., DocumentReport]) -> None:
    hostile = "::set-env name=PATH::x\n\n  ::error::no\n\n##[set-output name=a]b"
    change = report_on(KEY, "plain", hostile, headline="::error::H").changes[0]
    text = change_to_text(change.change, change.verdict, colour=False)
    assert not re.search(r"^\s*::", text, re.MULTILINE)
    assert "##[" not in text
    assert "set-env name=PATH" in text


def test_a_moved_clause_says_from_where(widening: ChangeReport) -> None:
    [clause] = widening.change.clauses
    moved = replace(clause, op="moved", moved_from=SectionRef(number="8.2", title="Police", anchor=None))
    text = change_to_text(replace(widening.change, clauses=(moved,)), widening.verdict, colour=False)
    assert "8.3 Law enforcement (moved from 8.2 Police, substantive, widens)" in text


def test_a_broken_change_says_why(policy_report: DocumentReport) -> None:
    broken = next(report for report in policy_report.changes if report.verdict.kind == "broken")
    text = change_to_text(broken.change, broken.verdict, colour=False)
    assert "Not the policy (error-page): the page says" in text
