"""Verdicts on real policies, through the rooms that read and compare them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.classify import judge_change, link_announcements
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Change, ClauseVerdict, Verdict

pytestmark = pytest.mark.shared


@pytest.fixture
def steps(shared_data: Path) -> list[tuple[Change, Verdict, datetime]]:
    """The steps from 2024-07-15 to 2024-10-02 of a messenger's privacy policy."""
    files = sorted((shared_data / "telegram" / "privacy-policy-en").glob("2024-*.md"))
    files = [file for file in files if "2024-07-15" <= file.name[:10] <= "2024-10-02"]
    versions = [parse_markdown(file.read_text(encoding="utf-8")) for file in files]
    found = []
    for old, new, file in zip(versions, versions[1:], files[1:], strict=False):
        change = compare_versions(old, new)
        seen_at = datetime.strptime(file.name[:17], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
        found.append((change, judge_change(change, language="en"), seen_at))
    return found


def _clause(change: Change, verdict: Verdict, number: str) -> ClauseVerdict:
    return next(
        judged
        for clause, judged in zip(change.clauses, verdict.clauses, strict=True)
        if clause.section.number == number
    )


def test_widened_disclosure_is_found_with_all_its_parts(steps: list[tuple[Change, Verdict, datetime]]) -> None:
    change, verdict, _ = steps[0]
    clause = _clause(change, verdict, "8.3")
    assert (verdict.kind, verdict.material, verdict.effect) == ("substantive", True, "widens")
    assert "law-enforcement" in verdict.topics
    assert {(finding.facet, finding.effect) for finding in clause.findings} >= {
        ("trigger", "widens"),
        ("authority", "widens"),
        ("cadence", "narrows"),
        ("assurance", "widens"),
    }
    assert "not announced in the policy's own log" in verdict.headline


def test_disclosure_is_announced_later_and_self_destruction_at_once(
    steps: list[tuple[Change, Verdict, datetime]],
) -> None:
    linked = link_announcements(steps)
    first = _clause(steps[0][0], linked[0], "8.3").announced
    last = _clause(steps[-1][0], linked[-1], "10.4").announced
    assert first is not None
    assert last is not None
    assert (first.status, first.date) == ("later", "September 23, 2024")
    assert last.status == "same-version"


def test_longer_self_destruction_period_widens(steps: list[tuple[Change, Verdict, datetime]]) -> None:
    change, verdict, _ = steps[-1]
    clause = _clause(change, verdict, "10.4")
    assert [(finding.facet, finding.effect) for finding in clause.findings] == [("retention", "widens")]
    assert (verdict.kind, verdict.material, verdict.effect) == ("substantive", True, "widens")
    assert "retention-deletion" in verdict.topics


def test_corrected_spelling_in_the_log_is_editorial(steps: list[tuple[Change, Verdict, datetime]]) -> None:
    assert (steps[1][1].kind, steps[1][1].effect) == ("editorial", "neutral")
