"""Check rows say when a text was last seen; held captures wait in one slot a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tracker.archive import Archive, Committed, HeldCapture, RecordEntry
from tracker.model import Answer, Check, DocumentKey, Validators

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


def test_what_the_sources_answered_reads_back_and_rows_from_before_it_was_kept_still_do(
    archive: Archive, make_check: MakeCheck, commit: Commit, hours: Later
) -> None:
    """None, nothing and something are three things: not known, all in their place, and where they ended."""
    url = "https://kestrel.example/privacy"
    moved = (Answer(url=url, status=200, final_url="https://heron.example/privacy"), Answer(url=f"{url}/eu"))
    rows = [make_check(checked_at=hours(hour), answers=answers) for hour, answers in enumerate((None, (), moved))]
    done = commit(archive, checks=tuple(rows))
    assert archive.checks() == tuple(rows)
    written = [
        json.loads(line) for line in archive.read_body(".tracker/checks/2026/11/23.jsonl", done.head).splitlines()
    ]
    assert [row.get("answers", "absent") for row in written] == [
        "absent",
        [],
        [
            {"url": url, "status": 200, "final_url": "https://heron.example/privacy"},
            {"url": f"{url}/eu", "status": None, "final_url": None},
        ],
    ]


def test_of_which_sources_a_copy_was_had_reads_back_and_rows_from_before_it_was_kept_still_do(
    archive: Archive, make_check: MakeCheck, commit: Commit, hours: Later
) -> None:
    """None, nothing and something are three things: all there is, no copy of that instant, and these."""
    url = "https://kestrel.example/privacy"
    rows = [make_check(checked_at=hours(hour), sources=sources) for hour, sources in enumerate((None, (), (url,)))]
    done = commit(archive, checks=tuple(rows))
    assert archive.checks() == tuple(rows)
    written = [
        json.loads(line) for line in archive.read_body(".tracker/checks/2026/11/23.jsonl", done.head).splitlines()
    ]
    assert [row.get("sources", "absent") for row in written] == ["absent", [], [url]]


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


def test_every_capture_recorded_as_held_stays_in_history_and_the_last_one_in_the_slot(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later, git: RunGit
) -> None:
    commit(archive, make_entry())
    captures = [held_capture(make_entry(text=f"Odd {place}."), hours(place)) for place in range(3)]
    with archive.lock(hours(3)):
        transaction = archive.transaction(at=None)
        transaction.record_held(captures[0], imported_from="ota:collection@0")
        transaction.record(make_entry(text="Even.", kind="change", at=hours(1)))
        transaction.record_held(captures[1])
        transaction.record_held(captures[2])
        done = transaction.commit()
    assert archive.held_for(KEY) == captures[2]
    slot = ".tracker/held/Kestrel/Privacy Policy/text.md"
    assert [git(archive.git_dir, "show", f"{held}:{slot}") for held in done.held] == [
        "Odd 0.\n", "Odd 1.\n", "Odd 2.\n",
    ]  # fmt: skip
    assert [record.commit for record in archive.records_of(KEY)][1:] == list(done.records)
    assert done.head == done.held[-1]
    provenance = captures[0].provenance
    assert provenance is not None
    assert git(archive.git_dir, "show", "-s", "--format=%at %ct%n%B", done.held[0]) == (
        f"{int(hours(0).timestamp())} {int(hours(0).timestamp())}\nHold back Kestrel Privacy Policy\n\n"
        "Source-Url: https://kestrel.example/privacy\n"
        "Fetched-At: 2026-11-23T03:17:00Z\n"
        f"Text-Sha256: {provenance.text_sha256}\n"
        f"Markdown-Sha256: {provenance.markdown_sha256}\n"
        f"Body-Sha256: {provenance.sources[0].body_sha256}\n"
        "Held-Because: shrunk\n"
        "Tracker-Version: 0.1.0\n"
        "Imported-From: ota:collection@0\n\n"
    )


def test_a_slot_filled_by_a_record_of_its_own_is_replaced_whole_and_emptied_like_any_other(
    archive: Archive, make_entry: MakeEntry, hours: Later, git: RunGit
) -> None:
    first = held_capture(make_entry(text="One.", paths=("Kestrel/Privacy Policy.pdf",)), hours(0))
    hold(archive, first, hours(0))
    second = held_capture(make_entry(text="Two."), hours(1))
    with archive.lock(hours(2)):
        transaction = archive.transaction(at=None)
        transaction.hold(first)
        transaction.record_held(second)
        transaction.hold(replace(second, held_at=hours(2)))
        done = transaction.commit()
    assert archive.held_for(KEY) == second
    assert done.head == done.held[0]
    with archive.lock(hours(3)):
        transaction = archive.transaction(at=hours(3))
        transaction.record_held(first)
        transaction.release(KEY)
        transaction.commit()
    assert archive.held() == ()
    assert ".tracker" not in git(archive.git_dir, "ls-tree", "-r", "--name-only", archive.head())


def test_a_file_of_an_import_is_written_by_the_last_commit_and_read_back(
    archive: Archive, make_entry: MakeEntry, hours: Later, git: RunGit
) -> None:
    def put(content: bytes, entry: RecordEntry | None = None) -> Committed:
        with archive.lock(hours(0)):
            transaction = archive.transaction(at=None)
            if entry is not None:
                transaction.record(entry)
            transaction.put_file(".tracker/imports/collection.json", content, at=hours(5))
            return transaction.commit()

    assert archive.read_file(".tracker/imports/collection.json") is None
    first = put(b"one", make_entry())
    assert archive.read_file(".tracker/imports/collection.json") == b"one"
    assert git(archive.git_dir, "log", "--format=%s", "--reverse").splitlines() == [
        "First record of Kestrel Privacy Policy",
        "Record imports of 2026-11-23",
    ]
    assert put(b"one").head == first.head
    assert put(b"").head != first.head
    assert archive.read_file(".tracker/imports/collection.json") == b""


@pytest.mark.parametrize(
    "path",
    [
        "imports/a", ".tracker/imports", ".tracker/imports/", ".tracker/importsa/b", ".tracker/imports/../held/a",
        ".tracker/imports//a", ".tracker/imports/./a", ".tracker/imports/.GIT/a", ".tracker/imports/a\nb",
        f".tracker/imports/{'a' * 256}", "Kestrel/Privacy Policy.md",
    ],
)  # fmt: skip
def test_a_file_of_an_import_stands_nowhere_else(archive: Archive, hours: Later, path: str) -> None:
    with pytest.raises(ValueError, match=r"below \.tracker/imports/"):
        archive.transaction(at=hours(0)).put_file(path, b"x")
    with pytest.raises(ValueError, match=r"below \.tracker/imports/"):
        archive.read_file(path)
