"""Check rows say when a text was last seen; held captures wait in one slot a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tracker.archive import Archive, Committed, HeldCapture, RecordEntry
from tracker.model import Check, DocumentKey, Validators

MakeEntry = Callable[..., RecordEntry]
MakeCheck = Callable[..., Check]
Commit = Callable[..., Any]
RunGit = Callable[..., str]
Later = Callable[[int], datetime]

KEY = DocumentKey.parse("Kestrel/Privacy Policy")


def test_checks_are_appended_to_the_file_of_their_day(
    archive: Archive, make_check: MakeCheck, commit: Commit, hours: Later
) -> None:
    validators = (("https://kestrel.example/privacy", Validators(etag='"v1"', last_modified=None)),)
    one = make_check(text_sha256="ab" * 32, validators=validators)
    two = make_check("Kestrel/Cookies", outcome="failed", reason="timeout", detail="no answer\nin 10 s")
    three = make_check(checked_at=hours(30))
    commit(archive, checks=(one, two))
    commit(archive, checks=(three,))
    done = commit(archive, checks=(make_check(checked_at=hours(1)),))
    assert archive.checks() == (one, two, make_check(checked_at=hours(1)), three)
    assert archive.checks(KEY) == (one, make_check(checked_at=hours(1)), three)
    lines = archive.read_body(".tracker/checks/2026/11/23.jsonl", done.head).splitlines()
    assert len(lines) == 3
    assert json.loads(lines[0]) == {
        "document": "Kestrel/Privacy Policy",
        "checked_at": "2026-11-23T03:17:00Z",
        "outcome": "unchanged",
        "reason": None,
        "detail": None,
        "text_sha256": "ab" * 32,
        "validators": {"https://kestrel.example/privacy": {"etag": '"v1"', "last_modified": None}},
    }


def test_the_last_check_is_the_newest_that_saw_a_text(
    archive: Archive, make_entry: MakeEntry, make_check: MakeCheck, commit: Commit, hours: Later
) -> None:
    seen = make_check(checked_at=hours(24))
    commit(archive, make_entry(), checks=(make_check(outcome="first-record"), make_check("Kestrel/Cookies")))
    commit(archive, checks=(seen,))
    commit(archive, checks=(make_check(checked_at=hours(48), outcome="failed", reason="timeout"),))
    assert archive.last_checks([KEY, DocumentKey.parse("Kestrel/Cookies")]) == {KEY: seen}


def test_the_last_check_reads_no_older_days_than_it_needs(
    *,
    archive: Archive,
    make_entry: MakeEntry,
    make_check: MakeCheck,
    commit: Commit,
    hours: Later,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for day in range(5):
        entries = (make_entry(),) if day == 0 else ()
        commit(archive, *entries, checks=(make_check(checked_at=hours(24 * day)),))
    read: list[str] = []
    original = Archive._day

    def note(self: Archive, head: str, path: str) -> Iterator[Check]:
        read.append(path)
        return original(self, head, path)

    monkeypatch.setattr(Archive, "_day", note)
    archive.last_checks([KEY, DocumentKey.parse("Never/Recorded")])
    assert read == [".tracker/checks/2026/11/27.jsonl"]


def held_capture(entry: RecordEntry, at: datetime) -> HeldCapture:
    return HeldCapture(
        key=entry.key,
        held_at=at,
        outcome="held",
        reason="shrunk",
        detail="60 % gone",
        text_sha256=entry.version.text_sha256,
        markdown=entry.version.markdown,
        snapshots=entry.snapshots,
        provenance=entry.provenance,
    )


def hold(archive: Archive, held: HeldCapture, now: datetime) -> Committed:
    with archive.lock(now):
        transaction = archive.transaction(at=now)
        transaction.hold(held)
        return transaction.commit()


def test_a_held_capture_reads_back_whole_and_is_listed_without_its_body(
    archive: Archive, make_entry: MakeEntry, hours: Later
) -> None:
    held = held_capture(make_entry(), hours(0))
    hold(archive, held, hours(0))
    assert archive.held_for(KEY) == held
    assert archive.held() == (replace(held, markdown=None, snapshots=()),)
    assert archive.keys() == ()


def test_a_held_slot_is_rewritten_only_when_its_text_differs(
    archive: Archive, make_entry: MakeEntry, hours: Later
) -> None:
    held = held_capture(make_entry(), hours(0))
    before = hold(archive, held, hours(0))
    same = held_capture(make_entry(body=b"<p>other markup</p>"), hours(24))
    assert hold(archive, same, hours(24)).head == before.head
    other = held_capture(make_entry(text="Other.", paths=("Kestrel/Privacy Policy.pdf",)), hours(48))
    hold(archive, other, hours(48))
    assert archive.held_for(KEY) == other
    refused = HeldCapture(key=KEY, held_at=hours(72), outcome="refused", reason="error-page", detail="500")
    after = hold(archive, refused, hours(72))
    assert archive.held_for(KEY) == refused
    assert hold(archive, replace(refused, held_at=hours(96)), hours(96)).head == after.head


def test_a_released_slot_is_empty(archive: Archive, make_entry: MakeEntry, hours: Later, git: RunGit) -> None:
    hold(archive, held_capture(make_entry(), hours(0)), hours(0))
    with archive.lock(hours(1)):
        transaction = archive.transaction(at=hours(1))
        transaction.record(make_entry())
        transaction.release(KEY)
        transaction.commit()
    assert archive.held() == ()
    assert archive.held_for(KEY) is None
    assert ".tracker" not in git(archive.git_dir, "ls-tree", "-r", "--name-only", archive.head())
