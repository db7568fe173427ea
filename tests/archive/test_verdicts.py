"""What was published about a change stays, row after row, and a damaged row takes no other with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.archive import Archive, RecordEntry
from tracker.archive.rows import read_verdicts, verdict_row
from tracker.model import DocumentKey, PublishedVerdict

MakeEntry = Callable[..., RecordEntry]
Commit = Callable[..., Any]
RunGit = Callable[..., str]
Later = Callable[[int], datetime]

KEY = DocumentKey.parse("Kestrel/Privacy Policy")
OTHER = DocumentKey.parse("ota:Kestrel/Privacy Policy")
PATH = ".tracker/verdicts/Kestrel/Privacy Policy.jsonl"
ROW = PublishedVerdict(
    id="urn:uuid:0fe2ab8e-0001-5c9f-a0aa-0123456789ab",
    change="2026-11-23T031700Z-aaaaaaaa-bbbbbbbb",
    rules=1,
    judged_at=datetime(2026, 11, 23, 3, 17, tzinfo=UTC),
    kind="substantive",
    material=True,
    effect="widens",
    topics=("security", "other"),
    headline="Letters are kept for “ever”.",
)

verdicts = st.builds(
    PublishedVerdict,
    id=st.uuids().map(lambda found: f"urn:uuid:{found}"),
    change=st.just(ROW.change),
    rules=st.integers(1, 1_000_000),
    judged_at=st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, tz=UTC)),
    kind=st.sampled_from(["substantive", "a-kind-to-come"]),
    material=st.booleans(),
    effect=st.sampled_from(["widens", "unclear"]),
    topics=st.lists(st.sampled_from(["security", "a-topic-to-come"])).map(tuple),
    headline=st.text(st.characters(exclude_categories=["Cs"]), max_size=280),
)


def put(archive: Archive, at: datetime, *rows: PublishedVerdict, key: DocumentKey = KEY) -> str | None:
    with archive.lock(at):
        transaction = archive.transaction(at=at)
        transaction.put_verdicts(key, rows)
        return transaction.commit().head


@given(st.lists(verdicts))
def test_rows_read_back_as_they_were_written(rows: list[PublishedVerdict]) -> None:
    kept = read_verdicts(b"".join(map(verdict_row, rows)), where="here")
    assert list(kept.rows) == rows
    assert kept.problems == ()


def test_rows_are_added_and_never_rewritten(
    archive: Archive, hours: Later, commit: Commit, make_entry: MakeEntry
) -> None:
    commit(archive, make_entry())
    texts = []
    rows = [replace(ROW, rules=rules, judged_at=ROW.judged_at + timedelta(days=rules)) for rules in (1, 2, 3)]
    for row in rows:
        head = put(archive, hours(1), row)
        texts.append(archive.read_body(PATH, head or ""))
    assert archive.verdicts(KEY).rows == tuple(rows)
    assert all(later.startswith(before) for before, later in itertools.pairwise(texts))
    assert list(archive.check_verdicts()) == []


def test_a_commit_touches_the_files_of_the_documents_with_something_new_alone(
    archive: Archive, hours: Later, git: RunGit
) -> None:
    put(archive, hours(0), ROW)
    put(archive, hours(1), replace(ROW, rules=2), key=OTHER)
    put(archive, hours(2), replace(ROW, rules=3))
    named = git(archive.git_dir, "log", "--reverse", "--format=%s", "--name-only", "archive", "--", ".tracker")
    assert [line for line in named.splitlines() if line] == [
        "Record verdicts of 2026-11-23", PATH,
        "Record verdicts of 2026-11-23", ".tracker/verdicts/vantages/ota/Kestrel/Privacy Policy.jsonl",
        "Record verdicts of 2026-11-23", PATH,
    ]  # fmt: skip
    assert [row.rules for row in archive.verdicts(KEY).rows] == [1, 3]
    assert [row.rules for row in archive.verdicts(OTHER).rows] == [2]


def test_no_rows_make_no_commit(archive: Archive, hours: Later) -> None:
    put(archive, hours(0), ROW)
    head = archive.head()
    assert put(archive, hours(1)) == head


DAMAGED = [
    b"no JSON at all",
    b"null",
    b"[1, 2]",
    b"{}",
    b"\xff\xfe\x00",
    b'{"rules": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    verdict_row(ROW).replace(b'"rules":1', b'"rules":true'),
    verdict_row(ROW).replace(b'"rules":1', b'"rules":-1'),
    verdict_row(ROW).replace(b'"rules":1', b'"rules":"1"'),
    verdict_row(ROW).replace(b'"material":true', b'"material":1'),
    verdict_row(ROW).replace(b'["security","other"]', b'"security"'),
    verdict_row(ROW).replace(b"2026-11-23T03:17:00Z", b"0001-01-01T00:00:00+23:59"),
    verdict_row(ROW).replace(b"2026-11-23T03:17:00Z", b"yesterday"),
    verdict_row(ROW).replace(b"2026-11-23T03:17:00Z", b"2026-11-23T03:17:00"),
    verdict_row(ROW).replace(b'"widens"', b'"<script>"'),
    verdict_row(ROW).replace(b'"widens"', b"null"),
    verdict_row(ROW).replace(b"Letters", b"\\ud800"),
    verdict_row(ROW).replace(b"Letters", b"x" * 1_000_000),
]


@pytest.mark.parametrize("line", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_row_is_named_and_takes_no_other_with_it(line: bytes) -> None:
    kept = read_verdicts(verdict_row(ROW) + line.strip() + b"\n" + verdict_row(ROW), where="here")
    assert kept.rows == (ROW, ROW)
    [problem] = kept.problems
    assert problem.kind == "unreadable"
    assert problem.where == "here, line 2"
    assert len(problem.detail) < 500
    assert problem.detail.isprintable()


@given(st.lists(st.one_of(verdicts.map(verdict_row), st.binary(max_size=80))))
def test_whatever_the_file_holds_reading_it_ends_well(lines: list[bytes]) -> None:
    kept = read_verdicts(b"".join(lines), where="here")
    assert len(kept.rows) + len(kept.problems) <= sum(line.count(b"\n") + 1 for line in lines)


def test_a_row_after_a_cut_off_line_stands_for_itself(archive: Archive, hours: Later) -> None:
    plant(archive, hours(0), verdict_row(ROW) + verdict_row(ROW)[:40])
    put(archive, hours(1), replace(ROW, rules=2))
    kept = archive.verdicts(KEY)
    assert [row.rules for row in kept.rows] == [1, 2]
    assert [problem.where for problem in kept.problems] == [f"{PATH}, line 2"]
    assert list(archive.check_verdicts()) == list(kept.problems)


def plant(archive: Archive, at: datetime, content: bytes) -> None:
    """Put `content` where the verdicts of the document stand, as no tracker does."""
    with archive.lock(at):
        transaction = archive.transaction(at=at)
        transaction._files[PATH] = content
        transaction.commit()
