"""What is recorded is read back, byte for byte, and nothing else is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive, RecordEntry
from tracker.errors import ArchiveError, RevisionError
from tracker.model import Check, DocumentKey

MakeEntry = Callable[..., RecordEntry]
MakeCheck = Callable[..., Check]
Commit = Callable[..., Any]
RunGit = Callable[..., str]
Later = Callable[[int], datetime]

KEY = DocumentKey.parse("Kestrel/Privacy Policy")


def test_an_absent_branch_is_an_empty_archive(archive: Archive) -> None:
    assert archive.head() is None
    assert archive.keys() == ()
    assert archive.latest(KEY) is None
    assert archive.records() == {}
    assert archive.records_of(KEY) == ()
    assert archive.checks() == ()
    assert archive.last_checks([KEY]) == {}
    assert archive.held() == ()
    assert archive.held_for(KEY) is None
    assert archive.permalinks() == ()
    assert archive.check_integrity() == ()
    assert list(archive.audit()) == []


def test_a_record_reads_back_with_markdown_provenance_and_body(
    archive: Archive, make_entry: MakeEntry, commit: Commit
) -> None:
    entry = make_entry(text="Grüße “quoted”\r\nsecond — line", body=b"\xff\x00raw\r\n")
    done = commit(archive, entry)
    stored = archive.latest(KEY)
    assert stored is not None
    assert stored.commit == done.head == archive.head()
    assert stored.markdown == entry.version.markdown
    assert stored.provenance == entry.provenance
    assert archive.read_body("Kestrel/Privacy Policy.html", done.head) == b"\xff\x00raw\r\n"
    assert archive.keys() == (KEY,)


def test_records_tell_what_the_trailers_say_oldest_first(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later
) -> None:
    first = make_entry()
    second = make_entry(
        text="We keep your letters for 18 months.", kind="change", at=hours(24), last_seen_old=hours(20)
    )
    third = make_entry(text="We keep your letters for 18 months.", kind="technical", at=hours(48), body=b"<main>")
    one = commit(archive, first)
    two = commit(archive, second, third)
    records = archive.records()[KEY]
    assert [record.kind for record in records] == ["first", "change", "technical"]
    assert [record.commit for record in records] == [*one.records, *two.records]
    assert [record.fetched_at for record in records] == [hours(0), hours(24), hours(48)]
    assert records[0].last_seen_old is None
    assert records[1].last_seen_old == hours(20)
    assert records[1].text_sha256 == second.version.text_sha256
    assert records[1].markdown_sha256 == second.version.markdown_sha256
    assert records[1].body_sha256 == second.provenance.sources[0].body_sha256
    assert records[1].source_url == "https://kestrel.example/privacy"
    assert records[1].tracker_version == "0.1.0"
    assert archive.records_of(KEY) == records


def test_the_order_is_that_of_the_graph_when_the_clock_went_back(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later
) -> None:
    commit(archive, make_entry(at=hours(0)), at=hours(0))
    commit(archive, make_entry(text="Later.", kind="change", at=hours(-500)), at=hours(-500))
    commit(archive, make_entry(text="Last.", kind="change", at=hours(-250)), at=hours(-250))
    expected = [hours(0), hours(-500), hours(-250)]
    assert [record.fetched_at for record in archive.records_of(KEY)] == expected
    assert [record.fetched_at for record in archive.records()[KEY]] == expected


def test_messages_are_exactly_those_of_the_design(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later, git: RunGit
) -> None:
    combined = make_entry(
        "Kestrel/Terms of Service",
        text="Be kind.",
        kind="change",
        urls=("https://kestrel.example/tos", "https://kestrel.example/tos/eu"),
        paths=("Kestrel/Terms of Service #tos.html", "Kestrel/Terms of Service #tos-eu.html"),
        last_seen_old=hours(-1),
        imported_from="https://git.example/collection",
    )
    done = commit(archive, make_entry(), combined, at=hours(2))
    first, change = (git(archive.git_dir, "show", "-s", "--format=%an|%ae|%at|%ct|%B", c) for c in done.records)
    who = "Policy Change Tracker|no-reply@policy-change-tracker.example"
    captured, committed = int(hours(0).timestamp()), int(hours(2).timestamp())
    provenance = make_entry().provenance
    assert first == (
        f"{who}|{captured}|{committed}|First record of Kestrel Privacy Policy\n\n"
        "Source-Url: https://kestrel.example/privacy\n"
        "Fetched-At: 2026-11-23T03:17:00Z\n"
        f"Text-Sha256: {provenance.text_sha256}\n"
        f"Markdown-Sha256: {provenance.markdown_sha256}\n"
        f"Body-Sha256: {provenance.sources[0].body_sha256}\n"
        "Tracker-Version: 0.1.0\n\n"
    )
    one, two = (source.body_sha256 for source in combined.provenance.sources)
    assert change == (
        f"{who}|{captured}|{committed}|Record new changes of Kestrel Terms of Service\n\n"
        "Source-Url: https://kestrel.example/tos\n"
        "Source-Url: https://kestrel.example/tos/eu\n"
        "Fetched-At: 2026-11-23T03:17:00Z\n"
        f"Text-Sha256: {combined.provenance.text_sha256}\n"
        f"Markdown-Sha256: {combined.provenance.markdown_sha256}\n"
        f"Body-Sha256: {one}\n"
        f"Body-Sha256: {two}\n"
        "Last-Seen-Old: 2026-11-23T02:17:00Z\n"
        "Tracker-Version: 0.1.0\n"
        "Imported-From: https://git.example/collection\n\n"
    )


def test_git_reads_the_trailers_as_trailers(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    done = commit(archive, make_entry())
    listed = git(archive.git_dir, "show", "-s", "--format=%(trailers:key=Fetched-At,valueonly)", done.head)
    assert listed.strip() == "2026-11-23T03:17:00Z"


def test_without_a_time_the_committer_date_is_the_author_date(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later, git: RunGit
) -> None:
    done = commit(archive, make_entry(at=hours(-5000)), at=None)
    dates = git(archive.git_dir, "show", "-s", "--format=%at %ct", done.head).split()
    assert dates == [str(int(hours(-5000).timestamp()))] * 2


def test_the_first_commit_forbids_conversion_of_text(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    done = commit(archive, make_entry(), make_entry("Kestrel/Cookies"))
    assert git(archive.git_dir, "show", f"{done.records[0]}:.gitattributes") == "* -text\n"


def test_checks_alone_may_be_the_first_commit(
    archive: Archive, make_check: MakeCheck, commit: Commit, git: RunGit
) -> None:
    done = commit(archive, checks=(make_check(outcome="failed", reason="timeout"),))
    assert git(archive.git_dir, "show", f"{done.head}:.gitattributes") == "* -text\n"
    assert archive.keys() == ()


def test_a_transaction_with_nothing_to_say_writes_nothing(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    before = commit(archive, make_entry())
    objects = git(archive.git_dir, "count-objects", "-v")
    with archive.lock(datetime(2026, 11, 24, tzinfo=UTC)):
        transaction = archive.transaction(at=datetime(2026, 11, 24, tzinfo=UTC))
        transaction.release(KEY)
        transaction.put_permalinks([])
        done = transaction.commit()
    assert done.records == ()
    assert done.head == archive.head() == before.head
    assert git(archive.git_dir, "count-objects", "-v") == objects


def test_vantages_stand_apart_from_live_documents(archive: Archive, make_entry: MakeEntry, commit: Commit) -> None:
    done = commit(
        archive, make_entry(), make_entry("ota:Kestrel/Privacy Policy", text="Their copy.", imported_from="x")
    )
    theirs = DocumentKey.parse("ota:Kestrel/Privacy Policy")
    assert archive.keys() == (KEY, theirs)
    assert archive.read(theirs, done.head).markdown == "Their copy.\n"
    assert set(archive.records()) == {KEY, theirs}
    assert archive.read_body("vantages/ota/Kestrel/Privacy Policy.html", done.head)
    assert len(archive.records_of(KEY)) == len(archive.records_of(theirs)) == 1


def test_a_record_removes_snapshots_that_are_no_longer_part_of_it(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    combined = ("Kestrel/Terms #a.html", "Kestrel/Terms #b.html")
    neighbour = make_entry("Kestrel/Terms of Trade", paths=("Kestrel/Terms of Trade.pdf",))
    commit(archive, make_entry("Kestrel/Terms"), neighbour)
    commit(archive, make_entry("Kestrel/Terms", kind="technical", urls=("https://a.example",) * 2, paths=combined))
    names = git(archive.git_dir, "ls-tree", "--name-only", f"{archive.head()}:Kestrel").splitlines()
    assert sorted(names) == [
        "Terms #a.html", "Terms #b.html", "Terms of Trade.json", "Terms of Trade.md", "Terms of Trade.pdf",
        "Terms.json", "Terms.md",
    ]  # fmt: skip
    commit(archive, make_entry("Kestrel/Terms", text="New.", kind="change"))
    names = git(archive.git_dir, "ls-tree", "--name-only", f"{archive.head()}:Kestrel").splitlines()
    assert sorted(names) == [
        "Terms of Trade.json", "Terms of Trade.md", "Terms of Trade.pdf", "Terms.html", "Terms.json", "Terms.md",
    ]  # fmt: skip


def test_provenance_is_sorted_readable_json(archive: Archive, make_entry: MakeEntry, commit: Commit) -> None:
    done = commit(archive, make_entry())
    content = archive.read_body("Kestrel/Privacy Policy.json", done.head).decode()
    row = json.loads(content)
    assert content == json.dumps(row, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert row["url"] == "https://kestrel.example/privacy"


def test_an_address_once_published_stays_and_is_kept_once(archive: Archive, hours: Later) -> None:
    for rows in ([{"path": "a/", "id": "1"}, {"path": "b/", "id": "2"}], [{"id": "2", "path": "b/"}, {"path": "c/"}]):
        with archive.lock(hours(0)):
            transaction = archive.transaction(at=hours(0))
            transaction.put_permalinks(rows)
            transaction.commit()
    assert archive.permalinks() == ({"path": "a/", "id": "1"}, {"path": "b/", "id": "2"}, {"path": "c/"})


def test_many_versions_are_read_in_the_order_asked_for(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later
) -> None:
    texts = [f"Text {number}." for number in range(6)]
    commits = [commit(archive, make_entry(text=text, at=hours(n), kind="change")).head for n, text in enumerate(texts)]
    pairs = [(KEY, commit_id) for commit_id in reversed(commits)]
    assert [stored.markdown for stored in archive.read_many(pairs)] == [f"{text}\n" for text in reversed(texts)]


def test_a_revision_is_resolved_by_its_beginning(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    first = commit(archive, make_entry()).head
    commit(archive, make_entry(text="New.", kind="change"))
    assert archive.resolve(first[:7]) == archive.resolve(first) == first
    stranger = git(archive.git_dir, "commit-tree", "-m", "not of the archive", f"{first}^{{tree}}").strip()
    for wrong in ("", "abc", "HEAD", "archive", "--all", "f" * 40, stranger, f"{first}^", f"{first}\n{first}"):
        with pytest.raises(RevisionError):
            archive.resolve(wrong)


def test_reading_what_a_commit_does_not_have_is_a_revision_error(
    archive: Archive, make_entry: MakeEntry, commit: Commit
) -> None:
    done = commit(archive, make_entry())
    for path in ("Kestrel/Cookies.html", "Nobody/x.html", "Kestrel/Privacy Policy.html/x", "a\nb"):
        with pytest.raises(RevisionError):
            archive.read_body(path, done.head)
    with pytest.raises(RevisionError):
        archive.read(DocumentKey.parse("Kestrel/Cookies"), done.head)


def test_hostile_text_cannot_forge_a_trailer(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    hostile = (
        "https://kestrel.example/\n\nText-Sha256: " + "0" * 64 + "\r\n\u2028Fetched-At: 1999-01-01T00:00:00Z\x85\x00"
    )
    entry = make_entry(urls=(hostile,), imported_from="a\nLast-Seen-Old: 1999-01-01T00:00:00Z", tracker_version="1\n\n")
    done = commit(archive, entry)
    (record,) = archive.records_of(KEY)
    assert record.text_sha256 == entry.version.text_sha256
    assert record.last_seen_old is None
    assert record.fetched_at == entry.provenance.fetched_at
    assert record.source_url.startswith("https://kestrel.example/%0A%0AText-Sha256: ")
    assert record.tracker_version == "1%0A%0A"
    trailers = git(archive.git_dir, "show", "-s", "--format=%(trailers:only)", done.head)
    assert [line.partition(":")[0] for line in trailers.split("\n") if line] == [
        "Source-Url", "Fetched-At", "Text-Sha256", "Markdown-Sha256", "Body-Sha256", "Tracker-Version",
        "Imported-From",
    ]  # fmt: skip
    assert [audited.problems for audited in archive.audit()] == [()]


def test_a_foreign_commit_on_the_branch_is_no_record(
    archive: Archive, make_entry: MakeEntry, commit: Commit, git: RunGit
) -> None:
    done = commit(archive, make_entry())
    text = "First record of Kestrel Privacy Policy\n\nbut without evidence"
    foreign = git(archive.git_dir, "commit-tree", "-p", done.head, "-m", text, f"{done.head}^{{tree}}").strip()
    git(archive.git_dir, "update-ref", "refs/heads/archive", foreign)
    assert [record.commit for record in archive.records_of(KEY)] == list(done.records)
    assert [record.commit for record in archive.records()[KEY]] == list(done.records)


def test_names_that_collide_on_other_systems_are_refused_and_the_rest_goes_on(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later
) -> None:
    commit(archive, make_entry("Café/Privacy Policy"))
    with archive.lock(hours(1)):
        transaction = archive.transaction(at=hours(1))
        for document in ("café/Privacy Policy", "Cafe\u0301/Terms", "Café/privacy policy", "CAFÉ/Cookies"):
            with pytest.raises(ArchiveError) as caught:
                transaction.record(make_entry(document))
            assert caught.value.reason == "unwritable"
        transaction.record(make_entry("Other/Terms"))
        with pytest.raises(ArchiveError):
            transaction.record(make_entry("Other/TERMS"))
        transaction.record(make_entry("Café/Privacy Policy", text="New.", kind="change"))
        transaction.commit()
    assert [str(key) for key in sorted(archive.records())] == ["Café/Privacy Policy", "Other/Terms"]


@pytest.mark.parametrize("document", ["vantages/Terms", "Vantages/Terms", "Kestrel/Terms #a"])
def test_names_that_the_layout_needs_are_refused(
    archive: Archive, make_entry: MakeEntry, hours: Later, document: str
) -> None:
    with pytest.raises(ArchiveError) as caught:
        archive.transaction(at=hours(0)).record(make_entry(document))
    assert caught.value.reason == "unwritable"


def test_an_entry_cannot_state_evidence_of_something_else(make_entry: MakeEntry) -> None:
    entry = make_entry()
    other = make_entry(text="Other.", body=b"other")
    for wrong in (
        {"provenance": other.provenance},
        {"snapshots": other.snapshots},
        {"snapshots": (("Kestrel/Cookies.html", entry.snapshots[0][1]),)},
        {"snapshots": ()},
        {"key": DocumentKey.parse("Kestrel/Cookies")},
    ):
        with pytest.raises(ValueError, match="Kestrel"):
            replace(entry, **wrong)


@pytest.mark.parametrize("path", ["../x.html", "Kestrel/Privacy Policy/../x.html", "Kestrel/Privacy Policy.md", "x"])
def test_a_snapshot_stands_nowhere_but_beside_its_document(make_entry: MakeEntry, path: str) -> None:
    with pytest.raises(ValueError, match="no path of a snapshot"):
        make_entry(paths=(path,))


def test_names_that_need_quoting_round_trip(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later
) -> None:
    name = 'Quo"te\\back ünï 日本/Privacy\u2028 Policy — “x” ->'
    commit(archive, make_entry(name))
    done = commit(archive, make_entry(name, text="New.", kind="change", at=hours(1)))
    key = DocumentKey.parse(name)
    assert archive.keys() == (key,)
    assert archive.read(key, done.head).markdown == "New.\n"
    assert [record.kind for record in archive.records_of(key)] == ["first", "change"]
    assert [record.kind for record in archive.records()[key]] == ["first", "change"]


def test_equal_transactions_give_equal_commits(
    tmp_path: Path, make_entry: MakeEntry, make_check: MakeCheck, commit: Commit, hours: Later
) -> None:
    heads = []
    for name in ("one", "two"):
        with Archive.open(tmp_path / name, create=True, folder=tmp_path) as archive:
            commit(archive, make_entry(), make_entry("Kestrel/Cookies"), checks=(make_check(),))
            commit(archive, make_entry(text="New.", kind="change", at=hours(24)), at=hours(24))
            heads.append(archive.head())
    assert heads[0] == heads[1]


def test_a_long_run_of_records_is_packed_and_read_the_same(
    archive: Archive, make_entry: MakeEntry, commit: Commit, hours: Later
) -> None:
    entries = [make_entry(text=f"Text {n}.", kind="change" if n else "first", at=hours(n)) for n in range(120)]
    done = commit(archive, *entries, at=None)
    assert [record.commit for record in archive.records_of(KEY)] == list(done.records)
    assert [audited.version.markdown if audited.version else None for audited in archive.audit()] == [
        f"Text {n}.\n" for n in range(120)
    ]
