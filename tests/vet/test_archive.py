"""Vetting over the histories of real documents, which stay outside this repository."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.vetting import JUDGEMENTS, Verdict, audit, compare, read_judgements
from tests.vet.policies import sketch
from tracker.extract import extract_version
from tracker.model import Document, Snapshot
from tracker.vet import PastVersion, vet_capture, vet_history

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    """All versions of a collection of 59 documents, with their decisions."""
    bundle = Path(__file__).resolve().parents[3] / "shared" / "data" / "ota" / "contrib-sample.bundle"
    if not bundle.is_file():
        pytest.skip(f"{bundle} is absent: real policies are not part of this repository")
    return audit(bundle)


def test_a_whole_collection_is_vetted(verdicts: list[Verdict]) -> None:
    assert len(verdicts) == 2_789
    assert len({verdict.recorded.document for verdict in verdicts}) == 59


def test_whatever_a_person_found_broken_is_refused(verdicts: list[Verdict]) -> None:
    judgements = read_judgements()
    broken = {commit for commit, is_broken in judgements.items() if is_broken}
    assert broken == {verdict.recorded.commit for verdict in verdicts if verdict.decision.action == "refuse"}


def test_nothing_else_is_held_or_doubted(verdicts: list[Verdict]) -> None:
    assert {verdict.told for verdict in verdicts} == {"accept", "refuse"}


def test_every_version_that_is_refused_or_suspicious_was_read(verdicts: list[Verdict]) -> None:
    read = set(read_judgements())
    unread = [verdict for verdict in verdicts if verdict.is_suspicious or not verdict.is_plain]
    assert [verdict.recorded.commit for verdict in unread if verdict.recorded.commit not in read] == []


def test_the_comparison_counts_what_was_missed_and_what_was_wrongly_declined(verdicts: list[Verdict]) -> None:
    refused = next(verdict for verdict in verdicts if verdict.decision.action == "refuse")
    accepted = next(verdict for verdict in verdicts if verdict.is_plain)
    wrong = {refused.recorded.commit: False, accepted.recorded.commit: True}
    lines = compare([refused, accepted], wrong)
    assert lines[0] == "Judged broken: 1, of which 0 are refused, held or doubted."
    assert lines[1] == "Judged sound: 1, of which 1 are refused or held (one in 2), 0 doubted."
    assert lines[2] == "Not judged: 0 refused, held or doubted, and 0 suspicious and accepted."
    assert [line.split(":")[0] for line in lines[3:]] == ["Missed", "Wrongly declined"]


def test_reasons_are_those_of_the_faults(verdicts: list[Verdict]) -> None:
    """Two documents doubled a source; three were cut, three had walls or menus, three another language."""
    refused = Counter((verdict.reason, verdict.recorded.document) for verdict in verdicts if verdict.reason)
    doubled = {document: count for (reason, document), count in refused.items() if reason == "duplicate-source"}
    assert sorted(doubled.values()) == [140, 368]
    by_reason = Counter({reason: 0 for reason, _ in refused})
    for (reason, _), count in refused.items():
        by_reason[reason] += count
    assert by_reason == {
        "duplicate-source": 508, "another-document": 7, "login-wall": 2, "truncated": 3, "wrong-language": 4,
    }  # fmt: skip


def test_of_the_terms_that_doubled_a_page_all_140_are_refused_and_none_of_the_other_36(shared_data: Path) -> None:
    folder = shared_data / "telegram" / "terms-of-service-en"
    rows = [json.loads(line) for line in (folder / "versions.jsonl").read_text(encoding="utf-8").splitlines()]
    versions = [
        PastVersion(
            captured_at=datetime.fromisoformat(row["datetime"]),
            sketch=sketch((folder / row["file"]).read_text(encoding="utf-8")),
            sources=tuple(row["snapshots"]),
        )
        for row in rows
    ]
    decisions = vet_history(versions)
    doubled = {place for place, row in enumerate(rows) if row["documents"] in (["terms", "terms"], ["faq", "faq"])}
    assert len(doubled) == 140
    refused = {place for place, decision in enumerate(decisions) if decision.action != "accept"}
    assert refused == doubled
    assert not any(decision.doubt for decision in decisions)


def test_a_collection_that_begins_in_another_language_keeps_both(shared_data: Path) -> None:
    """Seven versions in English, over a year, then eleven in German: none is broken unless a language is declared."""
    folder = shared_data / "telegram" / "privacy-policy-de"
    rows = [json.loads(line) for line in (folder / "versions.jsonl").read_text(encoding="utf-8").splitlines()]
    versions = [
        PastVersion(
            captured_at=datetime.fromisoformat(row["datetime"]),
            sketch=sketch((folder / row["file"]).read_text(encoding="utf-8")),
        )
        for row in rows
    ]
    reasons = [decision.doubt.reason if decision.doubt else decision.action for decision in vet_history(versions)]
    assert reasons == ["accept"] * 7 + ["wrong-language"] + ["accept"] * 10
    declared = [decision.action for decision in vet_history(versions, language="de")]
    assert declared == ["refuse"] * 7 + ["accept"] * 11


@pytest.fixture
def captures(shared_data: Path, page: Callable[[str], Snapshot]) -> list[Snapshot]:
    """A page for each version of a privacy policy, in order."""
    files = sorted((shared_data / "telegram" / "replay").rglob("*.html"))
    assert len(files) == 40
    return [replace(page("scrap"), body=file.read_bytes()) for file in files]


@pytest.fixture
def whole_page(document: Document) -> Document:
    return replace(document, sources=(replace(document.sources[0], select=("body",)),))


def test_captures_of_all_versions_are_accepted_beside_the_pages_before(
    captures: list[Snapshot], whole_page: Document, now: datetime
) -> None:
    past: list[Snapshot] = []
    for snapshot in captures:
        version = extract_version(whole_page, [snapshot])
        previous = [extract_version(whole_page, [earlier]) for earlier in past]
        decision = vet_capture(whole_page, [snapshot], version, previous=previous, past_snapshots=past, now=now)
        assert (decision.action, decision.doubt) == ("accept", None)
        past = [snapshot]


@pytest.mark.parametrize("knows_page", [False, True])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.95])
def test_pages_that_break_off_are_not_accepted(
    captures: list[Snapshot], whole_page: Document, now: datetime, share: float, *, knows_page: bool
) -> None:
    """Wherever the connection ended; what lacks more than a little is refused if the page before had an end."""
    actions = []
    for snapshot in captures[::8]:
        version = extract_version(whole_page, [snapshot])
        broken = replace(snapshot, body=snapshot.body[: round(len(snapshot.body) * share)])
        cut_short = extract_version(whole_page, [broken])
        past = [snapshot] if knows_page else []
        decision = vet_capture(whole_page, [broken], cut_short, previous=[version], past_snapshots=past, now=now)
        actions.append(decision.action)
    assert set(actions) <= {"hold", "refuse"}
    assert ("refuse" in actions) is (knows_page and share <= 0.75)


def test_judgements_are_short_and_name_each_commit_once() -> None:
    rows = [json.loads(line) for line in JUDGEMENTS.read_text(encoding="utf-8").splitlines()]
    assert all(set(row) == {"commit", "broken", "why"} and len(row["why"]) <= 120 for row in rows)
    assert len({row["commit"] for row in rows}) == len(rows)
