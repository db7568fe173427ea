"""Faults of a single document, of the machine around it, and of our own rules, during a run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tracker.errors import ArchiveError, UsageError
from tracker.extract import parse_markdown
from tracker.model import Check, DocumentKey
from tracker.pipeline import Workspace, capturing, compare_pair, night, run_night

URL = "https://lantern.example/privacy"
OTHER = "https://other.example/privacy"


@pytest.fixture
def run(workspace: Workspace, publisher: Any) -> Callable[..., Any]:
    def once(**options: Any) -> Any:
        done = run_night(
            workspace,
            now=publisher.now,
            fetch=options.pop("fetch", publisher.fetch),
            sleep=publisher.sleep,
            clock=publisher.clock,
            **options,
        )
        publisher.at += timedelta(days=1)
        return done

    return once


@pytest.fixture(autouse=True)
def _two(publisher: Any, declare: Any) -> None:
    for service, url in (("Lantern", URL), ("Other", OTHER)):
        declare(service, Privacy_Policy=url)
        publisher.publish(url)


def test_a_bug_met_in_one_document_does_not_end_the_night(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = capturing.judge_capture

    def stumble(document: Any, *args: Any, **kwargs: Any) -> Any:
        if document.key.service == "Lantern":
            raise RecursionError("too deep")
        return judge(document, *args, **kwargs)

    monkeypatch.setattr(night, "judge_capture", stumble)
    results = run().report.results
    assert [(result.outcome, result.reason) for result in results] == [("failed", "unexpected"), ("first-record", None)]
    assert "RecursionError" in (results[0].detail or "")


def test_a_headline_that_cannot_be_told_stops_no_recording(
    run: Any, publisher: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(with_site=False)
    publisher.pages[URL] = publisher.pages[URL].replace("Lantern", "Beacon")

    def stumble(*_args: Any, **_kwargs: Any) -> Any:
        raise RecursionError("too deep")

    monkeypatch.setattr(night, "judge_change", stumble)
    result = run(with_site=False).report.results[0]
    assert (result.outcome, result.headline) == ("changed", None)


def test_a_branch_that_moves_during_fetching_is_noticed(run: Any, workspace: Workspace, publisher: Any) -> None:
    run(with_site=False)

    def meddle(*args: Any, **kwargs: Any) -> Any:
        with workspace.open_archive() as other:
            transaction = other.transaction(at=publisher.now())
            transaction.check(
                Check(document=DocumentKey(service="X", terms_type="Y"), checked_at=publisher.now(), outcome="failed")
            )
            # Somebody who does not keep to the lock, such as a fetch of the branch from elsewhere.
            transaction._lock = type("Held", (), {"is_held": True, "note": lambda *_: None})()
            transaction.commit()
        yield from publisher.fetch(*args, **kwargs)

    with pytest.raises(ArchiveError) as caught:
        run(with_site=False, fetch=meddle)
    assert caught.value.reason == "moved"


def test_a_foreign_site_folder_is_refused_before_anything_is_fetched(workspace: Workspace, publisher: Any) -> None:
    workspace.settings.site.mkdir(parents=True)
    Path(workspace.settings.site / "thesis.txt").write_text("mine", encoding="utf-8")

    def fetch(*_args: Any) -> Any:
        raise AssertionError("nothing is fetched")

    with pytest.raises(UsageError, match="site"):
        run_night(workspace, now=publisher.now, fetch=fetch, sleep=publisher.sleep, clock=publisher.clock)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We do not sell data.", "We sell data."),
        ("You can object.", "You cannot object."),
        ("We disclose addresses in terror cases only.", "Addresses may be given out upon any valid legal request."),
    ],
)
def test_a_clause_reworded_throughout_is_a_change_and_not_another_document(old: str, new: str) -> None:
    pair = compare_pair(parse_markdown(old), parse_markdown(new))
    assert pair.verdict.broken is None
    assert len(pair.change.clauses) >= 1
