"""What is known of documents without reading them: their records, the digests of their states, the lines of lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks.site import Growing
from tracker.archive import Archive
from tracker.config import load_settings
from tracker.declarations import Loaded, LoadedCorrections
from tracker.model import Check, Correction, Document, DocumentKey, DocumentReport, Options, PublishedVerdict, Source
from tracker.pipeline import Cache, Reader, Workspace, build_site
from tracker.pipeline.kept_records import KeptRecords

FIRST = DocumentKey(service="Service 0000", terms_type="Privacy Policy")
SECOND = DocumentKey(service="Service 0001", terms_type="Privacy Policy")
SOURCE = Source(url="https://service-0000.example/privacy", select=("main",))
AT = datetime(2026, 1, 1, 3, tzinfo=UTC)


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    """Two documents of ten changes each."""
    return Growing(tmp_path / "archive.git", 20)


@pytest.fixture
def opened(growing: Growing) -> Any:
    with Archive.open(growing.path, folder=growing.path.parent) as archive:
        yield archive


def states(archive: Archive, *, declared: Loaded | None = None, corrections: LoadedCorrections | None = None) -> Any:
    """The state of each document, as another process would tell it."""
    with Cache.beside(archive.git_dir) as cache:
        reader = Reader(archive, declared or Loaded(documents=()), cache=cache, corrections=corrections)
        return {key: reader.state_of(key) for key in reader.records}


def write(archive: Archive, fill: Callable[[Any], None]) -> None:
    with archive.lock(AT):
        transaction = archive.transaction(at=AT)
        fill(transaction)
        transaction.commit()


# -------------------------------------------------------------------------------------------------------------- records


def test_records_that_are_kept_are_those_of_the_archive(growing: Growing, opened: Archive) -> None:
    for _ in range(3):
        with Cache.beside(opened.git_dir) as cache:
            kept = KeptRecords(opened, cache)
            assert dict(kept) == opened.records()
            assert kept.first_at(FIRST) == opened.records()[FIRST][0].fetched_at
        growing.grow()


def test_what_is_kept_is_not_read_again(
    growing: Growing, opened: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    with Cache.beside(opened.git_dir) as cache:
        before = dict(KeptRecords(opened, cache))
    growing.grow()
    monkeypatch.setattr(Archive, "records", lambda _self: pytest.fail("the whole history was read"))
    monkeypatch.setattr(Archive, "records_of", lambda _self, key: pytest.fail(f"the history of {key} was read"))
    with Cache.beside(opened.git_dir) as cache:
        after = dict(KeptRecords(opened, cache))
    assert after[FIRST][:-1] == before[FIRST]
    assert after[SECOND] == before[SECOND]


def test_a_history_that_was_written_anew_is_read_anew(growing: Growing, opened: Archive, tmp_path: Path) -> None:
    with Cache.beside(opened.git_dir) as cache:
        KeptRecords(opened, cache)
    other = Growing(tmp_path / "other.git", 10)
    growing.path.rename(tmp_path / "aside.git")
    (tmp_path / "aside.git" / "policy-tracker").rename(other.path / "policy-tracker")
    with Archive.open(other.path, folder=tmp_path) as archive, Cache.beside(archive.git_dir) as cache:
        assert dict(KeptRecords(archive, cache)) == archive.records()


def test_records_that_were_damaged_are_read_again(opened: Archive) -> None:
    with Cache.beside(opened.git_dir) as cache:
        kept = KeptRecords(opened, cache)
        names = [row[0] for row in cache._connection.execute("SELECT name FROM results").fetchall()]  # type: ignore[union-attr]
        cache.put_json({name: b"[{}]" for name in names if name.startswith("records:")})
        assert dict(KeptRecords(opened, cache)) == opened.records()
        cache.put_json(dict.fromkeys(names, b"[]"))
        assert dict(KeptRecords(opened, cache)) == opened.records()
        assert len(kept) == 2


# --------------------------------------------------------------------------------------------------------------- states


def test_a_state_stays_while_nothing_happens(opened: Archive) -> None:
    assert states(opened) == states(opened)
    assert None not in states(opened).values()


def _put_check(check: Check, transaction: Any) -> None:
    transaction.check(check)


def change_record(growing: Growing, _archive: Archive) -> None:
    growing.grow()


def add_check(_growing: Growing, archive: Archive) -> None:
    check = Check(document=FIRST, checked_at=AT, outcome="unchanged", text_sha256="0" * 64)
    write(archive, lambda transaction: transaction.check(check))


def publish_verdict(_growing: Growing, archive: Archive) -> None:
    verdict = PublishedVerdict(
        id="urn:uuid:6f1c7c52-2f0e-5e0b-9a63-0b8e8d3b7c11",
        change=Reader(archive, Loaded(documents=())).timeline(FIRST).events[-1].slug,
        rules=1,
        judged_at=AT,
        kind="editorial",
        material=False,
        effect="neutral",
        topics=(),
        headline="A comma came",
    )
    write(archive, lambda transaction: transaction.put_verdicts(FIRST, [verdict]))


@pytest.mark.parametrize("happens", [change_record, add_check, publish_verdict])
def test_whatever_happens_to_a_document_gives_it_another_state_and_leaves_the_others(
    growing: Growing, opened: Archive, happens: Callable[[Growing, Archive], None]
) -> None:
    before = states(opened)
    happens(growing, opened)
    after = states(opened)
    assert after[FIRST] != before[FIRST]
    assert after[SECOND] == before[SECOND]


def test_checks_of_different_days_and_months_all_count(opened: Archive) -> None:
    seen = {states(opened)[FIRST]}
    for days in (0, 1, 40, 400):
        check = Check(document=FIRST, checked_at=AT + timedelta(days=days), outcome="unchanged", text_sha256="0" * 64)
        write(opened, partial(_put_check, check))
        seen.add(states(opened)[FIRST])
    assert len(seen) == 5


def test_a_name_and_a_language_are_part_of_the_state(opened: Archive) -> None:
    def declare(name: str, language: str | None) -> Loaded:
        options = Options(language=language)
        return Loaded(documents=(Document(key=FIRST, service_name=name, sources=(SOURCE,), options=options),))

    plain = states(opened, declared=declare("First", None))
    renamed = states(opened, declared=declare("The First", None))
    french = states(opened, declared=declare("First", "fr"))
    assert len({plain[FIRST], renamed[FIRST], french[FIRST]}) == 3
    assert plain[SECOND] == renamed[SECOND] == french[SECOND]


def test_documents_that_a_correction_may_speak_of_have_no_state(opened: Archive) -> None:
    def correct(change: str) -> Any:
        correction = Correction(change=change, field="effect", value="neutral", reason="So it is.", by="Ann", at=AT)
        return states(opened, corrections=LoadedCorrections(corrections=(correction,)))

    slug = Reader(opened, Loaded(documents=())).timeline(FIRST).events[0].slug
    named = correct(f"https://watch.example/service-0000/privacy-policy/{slug}/")
    assert named[FIRST] is None
    assert named[SECOND] == states(opened)[SECOND]
    assert set(correct(slug).values()) == {None}  # a bare name may be that of any document's change
    assert None not in correct("nobody/privacy-policy/2024-01-01T000000Z-00000000-00000000").values()


def test_nothing_is_known_where_nothing_is_kept(opened: Archive) -> None:
    reader = Reader(opened, Loaded(documents=()))
    assert reader.state_of(FIRST) is None


# --------------------------------------------------------------------------------------------------------------- builds


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[DocumentKey]:
    """The documents that were read, in order."""
    read: list[DocumentKey] = []
    real = Reader.report

    def report(self: Reader, key: DocumentKey) -> DocumentReport:
        read.append(key)
        return real(self, key)

    monkeypatch.setattr(Reader, "report", report)
    return read


@pytest.fixture
def workspace(growing: Growing) -> Workspace:
    settings = load_settings(None, folder=growing.path.parent)
    settings = replace(
        settings, archive=growing.path, site=growing.path.parent / "site", site_url="https://watch.example/"
    )
    return Workspace(settings=settings, folder=growing.path.parent)


def test_a_build_reads_the_documents_to_which_something_happened(
    growing: Growing, opened: Archive, workspace: Workspace, reports: list[DocumentKey]
) -> None:
    def build() -> tuple[str, ...]:
        return build_site(opened, workspace, Loaded(documents=())).written

    build()
    assert reports == [FIRST, SECOND]
    reports.clear()
    assert build() == ()
    assert reports == []
    growing.grow()
    written = build()
    assert reports == [FIRST]
    assert not [path for path in written if path.startswith("service-0001/")]


def test_a_file_that_is_gone_is_written_again_and_its_document_alone_is_read(
    opened: Archive, workspace: Workspace, reports: list[DocumentKey]
) -> None:
    build_site(opened, workspace, Loaded(documents=()))
    page = workspace.settings.site / "service-0001/privacy-policy/index.html"
    whole = page.read_bytes()
    page.unlink()
    reports.clear()
    assert build_site(opened, workspace, Loaded(documents=())).written == ("service-0001/privacy-policy/index.html",)
    assert page.read_bytes() == whole
    assert reports == [SECOND]


# ------------------------------------------------------------------------------------------- kills, doubts, other runs


def record_rows(cache: Cache) -> list[str]:
    rows = cache._connection.execute("SELECT name FROM results").fetchall()  # type: ignore[union-attr] # it is open
    return [name for (name,) in rows if name.startswith("records:")]


def test_rows_that_are_gone_do_not_double_what_comes_after(growing: Growing, opened: Archive) -> None:
    with Cache.beside(opened.git_dir) as cache:
        KeptRecords(opened, cache)
        cache.put_json({}, drop=record_rows(cache))
    growing.grow()
    for _ in range(2):
        with Cache.beside(opened.git_dir) as cache:
            assert dict(KeptRecords(opened, cache)) == opened.records()


def test_rows_that_were_damaged_do_not_either(growing: Growing, opened: Archive) -> None:
    with Cache.beside(opened.git_dir) as cache:
        KeptRecords(opened, cache)
        cache.put_json(dict.fromkeys(record_rows(cache), b"[{}]"))
    growing.grow()
    with Cache.beside(opened.git_dir) as cache:
        assert dict(KeptRecords(opened, cache)) == opened.records()


@pytest.mark.parametrize("known", [False, True])
def test_what_is_recorded_while_records_are_read_is_left_to_the_next_run(
    growing: Growing, opened: Archive, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    if known:
        with Cache.beside(opened.git_dir) as cache:
            KeptRecords(opened, cache)
        growing.grow()
    real = Archive.head
    heads: list[str | None] = []

    def head(self: Archive) -> str | None:
        found = real(self)
        if not heads:
            heads.append(found)
            growing.grow()  # another process is at work, right after this one asked
        return found

    monkeypatch.setattr(Archive, "head", head)
    with Cache.beside(opened.git_dir) as cache:
        assert dict(KeptRecords(opened, cache)) == opened.records(at=heads[0])
    with Cache.beside(opened.git_dir) as cache:
        assert dict(KeptRecords(opened, cache)) == opened.records()


def test_nothing_is_kept_by_a_run_that_began_before_a_text_was_withheld(opened: Archive) -> None:
    with Cache.beside(opened.git_dir) as early, Cache.beside(opened.git_dir) as late:
        early.heed_withheld([])
        early.put("before", "harmless")
        late.heed_withheld(["a" * 64])
        early.put("after", "words of the text")
        early.note_files("site", {"a/clauses/words/index.html": ("b" * 64, "1")})
        assert late.get("after") is None
        assert late.files("site") == {}
        assert not early.is_open


def test_half_a_character_in_a_check_keeps_no_site_from_being_built(
    opened: Archive, workspace: Workspace
) -> None:  # fmt: skip
    check = Check(document=FIRST, checked_at=AT, outcome="failed", reason="server_error", detail="bad \ud800 host")
    write(opened, partial(_put_check, check))
    for _ in range(2):
        build_site(opened, workspace, Loaded(documents=()))
    assert (workspace.settings.site / "service-0000/privacy-policy/index.html").is_file()


def test_a_night_adds_no_rows_for_what_it_knows_already(opened: Archive, workspace: Workspace) -> None:
    def count() -> int:
        build_site(opened, workspace, Loaded(documents=()))
        with Cache.beside(opened.git_dir) as cache:
            rows = cache._connection.execute("SELECT name FROM results").fetchall()  # type: ignore[union-attr]
        return sum(name.startswith(("listing:", "pages:")) for (name,) in rows)

    before = count()
    check = Check(document=FIRST, checked_at=AT, outcome="unchanged", text_sha256="0" * 64)
    write(opened, partial(_put_check, check))
    assert count() == before
