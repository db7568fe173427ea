"""The object `tracker.change/1`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tracker.errors import RenderError
from tracker.model import Broken, Change, ChangeReport, DocumentReport, Verdict
from tracker.render import change_to_json, dump_json


def _row(change: Change, verdict: Verdict) -> Any:
    return change_to_json(change, verdict, id="pair-1", trust="single")


def test_keys_stand_in_the_order_of_the_contract(widening: ChangeReport) -> None:
    row = _row(widening.change, widening.verdict)
    assert list(row) == [
        "schema", "id", "kind", "material", "effect", "topics", "trust", "headline", "broken", "stats", "clauses",
    ]  # fmt: skip
    [clause] = row["clauses"]
    assert list(clause) == [
        "op", "section", "moved_from", "old", "new", "redline", "kind", "topics", "effect", "announced", "findings",
    ]  # fmt: skip
    assert list(clause["section"]) == ["number", "title", "anchor"]


def test_findings_quote_plain_words_and_null_where_nothing_is_said(widening: ChangeReport) -> None:
    row = _row(widening.change, widening.verdict)
    findings = row["clauses"][0]["findings"]
    assert [(item["before"], item["after"]) for item in findings] == [
        ("terror suspect", "suspect in a criminal case"),
        ("a court order", None),
    ]
    assert row["clauses"][0]["announced"] == {"status": "never", "entry": None, "date": None}


def test_a_redline_joins_to_old_and_new(policy_report: DocumentReport) -> None:
    for report in policy_report.changes:
        row = _row(report.change, report.verdict)
        for clause in row["clauses"]:
            redline = clause["redline"]
            assert "".join(text for tag, text in redline if tag != "+") == clause["old"]
            assert "".join(text for tag, text in redline if tag != "-") == clause["new"]


def test_a_broken_change_lists_no_clause_and_counts_no_word(widening: ChangeReport) -> None:
    broken = Verdict(
        kind="broken", material=False, effect="unclear", topics=(), headline="An error page.",
        broken=Broken(reason="error-page", detail="it says so"),
    )  # fmt: skip
    row = _row(widening.change, broken)
    assert row["clauses"] == []
    assert row["material"] is False
    assert row["broken"] == {"reason": "error-page", "detail": "it says so"}
    assert row["stats"] == {"clauses_changed": 0, "words_added": 0, "words_removed": 0}


def test_changed_link_targets_stand_on_their_clause_alone(widening: ChangeReport) -> None:
    [clause] = widening.change.clauses
    linked = replace(widening.change, clauses=(replace(clause, links=(("https://a.example/", "https://b.example/"),)),))
    row = _row(linked, widening.verdict)
    assert row["clauses"][0]["links"] == [["https://a.example/", "https://b.example/"]]


def test_a_verdict_on_another_number_of_clauses_is_refused(widening: ChangeReport) -> None:
    with pytest.raises(RenderError, match="judge the change again"):
        _row(widening.change, replace(widening.verdict, clauses=()))


def test_json_hides_and_acts_out_nothing_and_stays_exact() -> None:
    text = "a\x1b]0;title\x07 \x9b31m \u202eevil \u200b \ud800 ü"
    dumped = dump_json({"old": text})
    assert json.loads(dumped) == {"old": text}
    assert "ü" in dumped
    assert not any(letter in dumped for letter in "\x1b\x07\x9b\u202e\u200b\ud800")
