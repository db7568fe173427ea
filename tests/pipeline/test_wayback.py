"""From the index of the Wayback Machine to versions: order, declarations of the day, resumption."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.extract.written_pdf import write_pdf
from tests.importers.loopback_archive import (
    Answer,
    LoopbackArchive,
    ToLoopback,
    always,
    archived_status,
    once,
    refusal,
    short,
    unhurried,
)
from tracker.archive import Archive
from tracker.errors import ArchiveError, DeclarationError, FetchError, UsageError
from tracker.fetch import FetchSettings
from tracker.model import Check, DocumentKey, Record
from tracker.pipeline import (
    ImportedMemento,
    Verification,
    WaybackImport,
    Workspace,
    import_wayback,
    open_wayback,
    verify_archive,
)
from tracker.pipeline import wayback as module
from tracker.pipeline.capturing import judge_capture
from tracker.pipeline.imported import settled_sources

NAME = "Lantern/Privacy Policy"
KEY = DocumentKey(vantage="wayback", service="Lantern", terms_type="Privacy Policy")
URL = "https://lantern.example/privacy"
START = datetime(2020, 1, 1, 10, tzinfo=UTC)
CLAUSES = tuple(
    f"Clause {number} tells in plain words what becomes of the letters that you entrust to Lantern."
    for number in range(9)
)

Import = Callable[..., WaybackImport]


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def page(text: int, chrome: int = 0, *, element: str = "main") -> str:
    """The policy in its wording `text`, in a page whose other parts differ by `chrome`."""
    clauses = "".join(f"<p>{clause}</p>" for clause in CLAUSES)
    return (
        f"<!doctype html><html><body><nav>{chrome}</nav><{element}><h1>1. Privacy</h1>{clauses}"
        f"<p>Letters are kept for {text} days after they were read.</p></{element}></body></html>"
    )


@pytest.fixture
def archive() -> Iterator[LoopbackArchive]:
    served = LoopbackArchive()
    yield served
    served.stop()


@pytest.fixture
def take_in(
    archive: LoopbackArchive, workspace: Workspace, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Import:
    """Import Lantern's policy, as declared unless the test declares otherwise."""
    monkeypatch.setattr(module, "BoundedAdapter", ToLoopback.at(archive.port))
    declare("Lantern", Privacy_Policy=URL)
    settings = FetchSettings(user_agent="PolicyChangeTracker/0.1", allow_private=True, per_host_seconds=0)

    def run(name: str = NAME, **options: Any) -> WaybackImport:
        now = options.pop("now", datetime(2024, 10, 1, tzinfo=UTC))
        machine = open_wayback(
            settings,
            minutes=options.pop("minutes", 240),
            now=lambda: now,
            clock=archive.time.clock,
            sleep=archive.time.sleep,
        )
        waits = {"clock": archive.time.clock, "sleep": archive.time.sleep} | options
        return import_wayback(workspace, machine, name=name, now=lambda: now, **waits)

    return run


def outcomes(done: WaybackImport) -> list[tuple[str, str | None]]:
    return [(memento.outcome, memento.reason) for memento in done.mementos]


def kinds(records: tuple[Record, ...]) -> list[tuple[str, datetime]]:
    return [(record.kind, record.fetched_at) for record in records]


def rows(checks: tuple[Check, ...]) -> list[tuple[datetime, str]]:
    return sorted((check.checked_at, check.outcome) for check in checks)


def verify(workspace: Workspace) -> Verification:
    with workspace.open_archive() as opened:
        return verify_archive(opened)


def write_history(workspace: Workspace, *former: dict[str, Any]) -> None:
    path = workspace.settings.declarations / "Lantern.history.json"
    path.write_text(json.dumps({"Privacy Policy": list(former)}), encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------ one page


def test_copies_become_versions_of_a_vantage(archive: LoopbackArchive, take_in: Import, workspace: Workspace) -> None:
    for number, text in enumerate([30, 30, 60, 60, 90]):
        archive.add(day(number), page(text, chrome=number))
    done = take_in()
    assert done.document == KEY
    assert outcomes(done) == [
        ("first-record", None), ("unchanged", None), ("changed", None), ("unchanged", None), ("changed", None),
    ]  # fmt: skip
    with workspace.open_archive() as opened:
        assert opened.keys() == (KEY,)
        records = opened.records_of(KEY)
        assert kinds(records) == [("first", day(0)), ("change", day(2)), ("change", day(4))]
        assert [record.last_seen_old for record in records] == [None, day(1), day(3)]
        assert records[1].imported_from == f"wayback:https://web.archive.org/web/20200103100000id_/{URL}"
        latest = opened.latest(KEY)
        assert latest is not None
        (source,) = latest.provenance.sources
        assert (source.url, source.final_url, source.fetcher) == (URL, URL, "wayback")
    found = verify(workspace)
    assert (found.rebuilt, found.problems) == (3, ())


def test_pdfs_become_versions_like_pages(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace, declare: Callable[..., None]
) -> None:
    declare("Lantern", Privacy_Policy={"fetch": f"{URL}.pdf"})
    for number in range(2):
        body = write_pdf("\n".join((*CLAUSES, f"Letters are kept for {30 + number} days.")))
        archive.add(
            day(number), body, url=f"{URL}.pdf", media_type="application/pdf", index_type="application/pdf"
        )  # fmt: skip
    assert [outcome for outcome, _ in outcomes(take_in())] == ["first-record", "changed"]
    with workspace.open_archive() as opened:
        latest = opened.latest(KEY)
        assert latest is not None
        assert [source.snapshot for source in latest.provenance.sources] == [f"vantages/wayback/{NAME}.pdf"]
    assert verify(workspace).problems == ()


def test_a_copy_with_the_body_of_the_one_before_is_not_fetched_and_proves_that_it_was_served(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number in range(5):
        archive.add(day(number), page(30))
    archive.add(day(9), page(60))
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", *["unchanged"] * 4, "changed"]
    assert len(archive.fetched) == 2
    with workspace.open_archive() as opened:
        assert opened.records_of(KEY)[1].last_seen_old == day(4)
        assert len(opened.checks(KEY)) == 6


def test_a_revisit_of_the_body_before_proves_the_same_and_any_other_is_skipped(
    archive: LoopbackArchive, take_in: Import
) -> None:
    first = archive.add(day(0), page(30))
    archive.add(day(1), b"", index_type="warc/revisit", status="-", digest=first.digest)
    archive.add(day(2), page(60))
    archive.add(day(3), b"", index_type="warc/revisit", status="-", digest=first.digest)
    assert outcomes(take_in()) == [
        ("first-record", None), ("unchanged", None), ("changed", None), ("skipped", "revisit"),
    ]  # fmt: skip
    assert len(archive.fetched) == 2


def test_a_body_that_was_refused_is_not_fetched_again(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    for number in (1, 2, 3):
        archive.add(day(number), "<!doctype html><body><p>Gone fishing.</p></body>")
    archive.add(day(4), page(30))
    done = take_in()
    assert outcomes(done) == [
        ("first-record", None), *[("refused", "selector-without-match")] * 3, ("unchanged", None),
    ]  # fmt: skip
    assert len(archive.fetched) == 2
    assert done.is_troubled
    with workspace.open_archive() as opened:
        assert len(opened.checks(KEY)) == 5
        assert opened.held() == ()


def test_what_was_refused_last_is_kept_for_a_look(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    gone = "<!doctype html><body><p>Gone fishing.</p></body>"
    for number, body in enumerate([page(30), gone, page(30), gone]):
        archive.add(day(number), body)
    take_in()
    assert len(archive.fetched) == 2
    with workspace.open_archive() as opened:
        held = opened.held_for(KEY)
        assert held is not None
        assert [body for _, body in held.snapshots] == [gone.encode()]


def test_a_body_that_was_refused_is_looked_at_anew_beside_another_text(
    archive: LoopbackArchive, take_in: Import
) -> None:
    for number, body in enumerate([page(30), "<!doctype html><p>Gone.</p>", page(60), "<!doctype html><p>Gone.</p>"]):
        archive.add(day(number), body)
    assert [outcome for outcome, _ in outcomes(take_in())] == ["first-record", "refused", "changed", "refused"]
    assert len(archive.fetched) == 4


def test_a_doubtful_text_is_recorded_where_a_later_copy_has_it_again(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), little())
    archive.add(day(2), little())
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", "changed", "unchanged"]
    again = take_in()
    assert (again.known, again.mementos, again.head) == (3, (), done.head)
    with workspace.open_archive() as opened:
        assert opened.held() == ()


def test_a_doubtful_text_is_recorded_where_only_an_error_page_comes_between_its_copies(
    archive: LoopbackArchive, take_in: Import
) -> None:
    for number, body in enumerate([page(30), little(), "<!doctype html><p>Gone fishing.</p>", little()]):
        archive.add(day(number), body)
    assert [outcome for outcome, _ in outcomes(take_in())] == ["first-record", "changed", "refused", "unchanged"]


def test_a_text_that_is_held_is_not_driven_out_by_an_error_page(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number, body in enumerate([page(30), little(), "<!doctype html><p>Gone fishing.</p>"]):
        archive.add(day(number), body)
    assert [outcome for outcome, _ in outcomes(take_in())] == ["first-record", "held", "refused"]
    with workspace.open_archive() as opened:
        assert [held.outcome for held in opened.held()] == ["held"]


def test_a_range_leaves_out_what_lies_beyond_it(archive: LoopbackArchive, take_in: Import) -> None:
    for number in range(5):
        archive.add(day(number), page(30, chrome=number))
    done = take_in(from_at=day(1), to_at=day(3))
    assert [memento.captured_at for memento in done.mementos] == [day(1), day(2), day(3)]


def test_nothing_archived_is_nothing_to_do(take_in: Import) -> None:
    done = take_in()
    assert (done.mementos, done.known, done.head, done.is_troubled) == ((), 0, None, False)


def test_a_copy_from_the_future_is_listed_and_left_alone(archive: LoopbackArchive, take_in: Import) -> None:
    archive.add(datetime(2031, 1, 1, tzinfo=UTC), page(30))
    assert outcomes(take_in()) == [("failed", "bad-index")]
    assert archive.fetched == []


def test_of_two_copies_of_one_instant_that_of_the_declared_address_is_taken(
    archive: LoopbackArchive, take_in: Import
) -> None:
    archive.add(day(0), page(30), url="http://lantern.example/privacy")
    archive.add(day(0), page(60))
    archive.add(day(1), page(60), url="http://lantern.example/privacy")
    archive.add(day(1), page(60))
    done = take_in()
    assert outcomes(done) == [("skipped", "same-instant"), ("first-record", None), ("unchanged", None)]
    assert archive.fetched == [f"https://web.archive.org/web/20200101100000id_/{URL}"]


def test_a_bug_in_one_copy_is_named_and_the_others_are_recorded(
    archive: LoopbackArchive, take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(document: Any, snapshots: Any, **options: Any) -> Any:
        if snapshots[0].fetched_at == day(1):
            raise ZeroDivisionError("no such thing")
        return judge_capture(document, snapshots, **options)

    monkeypatch.setattr(module, "judge_capture", fail_once)
    for number in range(3):
        archive.add(day(number), page(30 + number))
    assert outcomes(take_in()) == [("first-record", None), ("failed", "unexpected"), ("changed", None)]


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("Lantern", {}, UsageError),
        ("Nobody/Privacy Policy", {}, UsageError),
        (NAME, {"vantage": "a/b"}, UsageError),
        (NAME, {"from_at": day(2), "to_at": day(1)}, UsageError),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    take_in: Import, workspace: Workspace, name: str, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        take_in(name, **options)
    assert not (workspace.folder / "archive.git").exists()


@pytest.mark.parametrize(
    "answer", [refusal(500), refusal(429, Retry_After="9999"), refusal(403, b"AdministrativeAccessControlException")]
)
def test_an_index_that_cannot_be_had_changes_nothing(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace, answer: Answer
) -> None:
    archive.search_fault = lambda _asked: answer
    archive.add(day(0), page(30))
    with pytest.raises(FetchError, match="Searching the Wayback Machine"):
        take_in()
    assert not (workspace.folder / "archive.git").exists()


# --------------------------------------------------------------------------------------------- ended, repeated, refused


def test_an_import_that_is_killed_goes_on_and_ends_at_the_same_commit(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number in range(80):
        archive.add(day(number), page(number // 8, chrome=number), fault=short if number in (5, 27, 70) else None)

    def kill(_memento: ImportedMemento, done: int, _total: int) -> None:
        if done == 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(progress=kill)
    archive.fetched.clear()
    done = take_in()
    assert (done.known, len(done.mementos)) == (48, 32)
    asked = [5, 27, *range(50, 80)]
    assert list(dict.fromkeys(archive.fetched)) == [archive.copies[number].url for number in asked]
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [
            ("change" if number else "first", day(number)) for number in range(0, 80, 8)
        ]
    (workspace.folder / "archive.git").rename(workspace.folder / "resumed.git")
    assert take_in().head == done.head


def test_rows_that_cost_no_fetch_are_written_with_the_next_batch(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number in range(100):
        archive.add(day(number), page(30))
    take_in()
    with workspace.open_archive() as opened:
        assert len(opened.checks(KEY)) == 100
        counted = subprocess.run(
            ["git", "--git-dir", str(opened.git_dir), "rev-list", "--count", "archive"], check=True, capture_output=True
        )
    assert counted.stdout == b"2\n"


def test_a_second_import_adds_nothing_and_fetches_nothing_that_is_settled(
    archive: LoopbackArchive, take_in: Import
) -> None:
    for number in range(30):
        archive.add(day(number), page(number // 3, chrome=number))
    archive.copies[7].fault = short
    archive.copies[20].body = b"<!doctype html><body><p>Gone fishing.</p></body>"
    archive.copies[20].digest = ""
    archive.copies[20].__post_init__()
    first = take_in()
    archive.fetched.clear()
    second = take_in()
    assert second.head == first.head
    assert second.known == 28
    assert outcomes(second) == [("failed", "incomplete-body"), ("refused", "selector-without-match")]
    assert set(archive.fetched) == {archive.copies[7].url, archive.copies[20].url}


def test_what_is_refused_again_is_written_down_once(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), "<!doctype html><body><p>Gone fishing.</p></body>")
    first = take_in()
    second = take_in()
    assert outcomes(second) == [("refused", "selector-without-match")]
    assert second.head == first.head
    with workspace.open_archive() as opened:
        assert [held.reason for held in opened.held()] == ["selector-without-match"]


def test_later_copies_go_on_from_the_newest_version(archive: LoopbackArchive, take_in: Import) -> None:
    archive.add(day(0), page(30))
    take_in()
    archive.add(day(1), page(30, chrome=1))
    archive.add(day(2), page(60))
    done = take_in()
    assert (done.known, outcomes(done)) == (1, [("unchanged", None), ("changed", None)])


def test_a_later_import_knows_the_body_that_an_earlier_one_saw_last(archive: LoopbackArchive, take_in: Import) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), page(30, chrome=1))
    take_in()
    archive.fetched.clear()
    archive.add(day(2), page(30, chrome=1))
    done = take_in()
    assert (done.known, outcomes(done), archive.fetched) == (2, [("unchanged", None)], [])


def test_many_bytes_end_a_batch_before_many_copies_do(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH_BYTES", len(page(30)) + 1)
    for number in range(4):
        archive.add(day(number), page(30 + number))

    def kill(_memento: ImportedMemento, done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(progress=kill)
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("change", day(1))]


def test_a_copy_from_within_the_history_may_bear_it_out_and_never_alters_it(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number, text in enumerate([30, 30, 60, 60]):
        archive.add(day(number), page(text, chrome=number))
    archive.add(day(0.5), page(30, chrome=9), fault=archived_status(404))
    archive.add(day(2.5), page(45), fault=archived_status(404))
    archive.add(day(-5), page(30), status="404")
    take_in()
    for copy in archive.copies:
        copy.fault, copy.status = None, "200"
    before = len(archive.fetched)
    done = take_in()
    assert outcomes(done) == [("skipped", "late-memento"), ("unchanged", None), ("skipped", "late-memento")]
    assert len(archive.fetched) == before + 2
    assert done.is_troubled
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("change", day(2))]
        assert (day(0.5), "unchanged") in rows(opened.checks(KEY))


def test_a_late_copy_with_other_links_bears_out_the_text(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    linked = page(30).replace("Letters", '<a href="https://lantern.example/letters">Letters</a>')
    archive.add(day(0), linked)
    archive.add(day(1), linked.replace("/letters", "/post"), fault=short)
    archive.add(day(2), linked)
    take_in()
    archive.copies[1].fault = None
    done = take_in()
    assert (outcomes(done), done.is_troubled) == ([("unchanged", None)], False)
    with workspace.open_archive() as opened:
        assert rows(opened.checks(KEY))[1] == (day(1), "unchanged")
        assert kinds(opened.records_of(KEY)) == [("first", day(0))]
    assert take_in().known == 3


def test_a_late_copy_of_another_text_is_told_and_written_down_once(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), page(45), fault=short)
    archive.add(day(2), page(30))
    take_in()
    archive.copies[1].fault = None
    assert outcomes(take_in()) == [("skipped", "late-memento")]
    with workspace.open_archive() as opened:
        (late,) = [check for check in opened.checks(KEY) if check.checked_at == day(1)]
        assert (late.outcome, late.reason) == ("skipped", "late-memento")
        assert late.text_sha256 not in {None, *(record.text_sha256 for record in opened.records_of(KEY))}
    archive.fetched.clear()
    done = take_in()
    assert (done.known, done.mementos, archive.fetched) == (3, (), [])


def test_a_late_copy_is_not_taken_for_shown(archive: LoopbackArchive, combined: Import) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), more(1), url=MORE)
    archive.add(day(1), page(31), fault=short)
    archive.add(day(1), more(2), url=MORE)
    combined()
    archive.copies[2].fault = None
    assert outcomes(combined()) == [("skipped", "late-memento")]
    archive.add(day(2), page(31))
    done = combined()
    assert (done.known, outcomes(done)) == (4, [("changed", None)])


def test_a_refusal_that_passes_costs_nothing(archive: LoopbackArchive, take_in: Import) -> None:
    for number in range(3):
        archive.add(day(number), page(30 + number), fault=once(429, Retry_After="20"))
    assert not take_in().is_troubled
    assert archive.time.slept.count(20) == 3


def test_a_refusal_that_lasts_ends_the_import_and_the_next_one_goes_on(
    archive: LoopbackArchive, take_in: Import
) -> None:
    for number in range(6):
        archive.add(day(number), page(30 + number))
    archive.copies[2].fault = always(429, Retry_After="30")
    done = take_in()
    assert outcomes(done) == [
        ("first-record", None), ("changed", None), *[("not-fetched", "rate-limited")] * 4,
    ]  # fmt: skip
    assert done.stopped is not None
    assert done.is_troubled
    assert len(archive.fetched) == 5
    archive.copies[2].fault = None
    done = take_in()
    assert (done.known, outcomes(done), done.stopped) == (2, [("changed", None)] * 4, None)


def test_slow_answers_end_the_import_in_time_and_the_next_one_goes_on(
    archive: LoopbackArchive, take_in: Import
) -> None:
    for number in range(8):
        archive.add(day(number), page(30 + number), fault=unhurried(25))
    started = archive.time.clock()
    done = take_in(minutes=1)
    assert outcomes(done) == [
        ("first-record", None), ("changed", None), ("changed", None), *[("not-fetched", "out-of-time")] * 5,
    ]  # fmt: skip
    assert done.stopped is not None
    assert archive.time.clock() - started < 60 + 90
    for _ in range(2):
        done = take_in(minutes=1)
    assert (done.known, outcomes(done), done.stopped) == (6, [("changed", None)] * 2, None)


def test_an_archive_that_answers_nothing_any_more_ends_the_import(archive: LoopbackArchive, take_in: Import) -> None:
    for number in range(7):
        archive.add(day(number), page(30 + number), fault=always(503) if number in (1, 3, 4, 5) else None)
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == [
        "first-record", "failed", "changed", "failed", "failed", "not-fetched", "not-fetched",
    ]  # fmt: skip
    for copy in archive.copies:
        copy.fault = None
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == ["skipped", *["changed"] * 4]


def test_another_writer_is_noticed_and_nothing_is_forced(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number in range(30):
        archive.add(day(number), page(number))
    interfered: list[WaybackImport] = []

    def interfere(_memento: ImportedMemento, done: int, _total: int) -> None:
        if done == 5 and not interfered:
            interfered.append(take_in(to_at=day(3)))

    with pytest.raises(ArchiveError, match="somebody else") as caught:
        take_in(progress=interfere)
    assert caught.value.reason == "moved"
    with workspace.open_archive() as opened:
        assert opened.head() == interfered[0].head


def test_a_batch_waits_for_the_end_of_another_writer(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    waited: list[float] = []
    with ExitStack() as stack:
        other_writer = stack.enter_context(workspace.open_archive(create=True))
        stack.enter_context(other_writer.lock(START))

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 3:
                stack.close()

        done = take_in(sleep=sleep)
    assert outcomes(done) == [("first-record", None)]
    assert waited == [5, 5, 5]
    assert len(archive.fetched) == 1


def test_a_writer_that_goes_on_and_on_is_not_waited_for_forever(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    with (
        workspace.open_archive(create=True) as other_writer,
        other_writer.lock(START),
        pytest.raises(ArchiveError, match="is writing to it") as caught,
    ):
        take_in()
    assert caught.value.reason == "locked"
    assert 1_800 <= sum(archive.time.slept) < 1_900


def test_an_archive_that_cannot_be_locked_is_not_waited_for(
    archive: LoopbackArchive, take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_archive: Any, _now: datetime) -> Any:
        raise ArchiveError("no room", reason="unwritable")

    monkeypatch.setattr(Archive, "lock", refuse)
    archive.add(day(0), page(30))
    with pytest.raises(ArchiveError, match="no room"):
        take_in()
    assert 5 not in archive.time.slept


# ------------------------------------------------------------------------------------------------ declarations of a day


def test_each_copy_is_read_as_the_document_was_declared_on_its_day(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    write_history(workspace, {"fetch": URL, "select": "article", "validUntil": "2020-01-02T12:00:00Z"})
    for number, element in enumerate(["article", "article", "main", "main"]):
        archive.add(day(number), page(30 if number < 3 else 60, chrome=number, element=element))
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", "unchanged", "unchanged", "changed"]
    with workspace.open_archive() as opened:
        latest = opened.latest(KEY)
        assert latest is not None
        assert latest.provenance.declaration == {"fetch": URL, "select": ["main"]}


def test_a_declaration_that_selects_more_is_no_change_of_theirs(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    write_history(workspace, {"fetch": URL, "select": "main p", "validUntil": "2020-01-02T12:00:00Z"})
    for number in range(4):
        archive.add(day(number), page(30, chrome=number // 4))
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", "unchanged", "technical", "unchanged"]
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("technical", day(0))]
        assert opened.records_of(KEY)[1].imported_from == f"wayback:{archive.copies[0].url}"
    assert take_in().head == done.head
    assert verify(workspace).problems == ()


def test_a_text_that_a_new_declaration_still_selects_was_seen_by_the_copy_that_shows_it(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    write_history(workspace, {"fetch": URL, "select": "main p", "validUntil": "2020-01-02T12:00:00Z"})
    for number, text in enumerate([30, 30, 30, 60]):
        archive.add(day(number), page(text))
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", "unchanged", "technical", "changed"]
    with workspace.open_archive() as opened:
        assert opened.records_of(KEY)[-1].last_seen_old == day(2)


def test_the_addresses_of_each_time_are_searched_and_used_in_their_time(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    old = "https://lantern.example/about/privacy"
    write_history(workspace, {"fetch": old, "select": "main", "validUntil": "2020-01-02T12:00:00Z"})
    for number in range(4):
        archive.add(day(number), page(30, chrome=number), url=old)
        archive.add(day(number), page(30, chrome=number + 10))
    done = take_in()
    assert [memento.url for memento in done.mementos] == [old, old, URL, URL]
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", *["unchanged"] * 3]


def test_a_former_address_that_the_archive_withholds_is_listed_and_the_others_go_on(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    old = "https://lantern.example/about/privacy"
    write_history(workspace, {"fetch": old, "select": "main", "validUntil": "2020-01-02T12:00:00Z"})
    archive.add(day(3), page(30))
    archive.search_fault = lambda asked: (
        refusal(403, b"AdministrativeAccessControlException") if asked == 0 else None
    )  # fmt: skip
    done = take_in()
    assert outcomes(done) == [("failed", "memento-excluded"), ("first-record", None)]
    assert (done.mementos[0].url, done.mementos[0].captured_at) == (old, None)


def test_a_former_address_that_cannot_be_searched_now_stops_the_import(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    old = "https://lantern.example/about/privacy"
    write_history(workspace, {"fetch": old, "select": "main", "validUntil": "2020-01-02T12:00:00Z"})
    archive.add(day(3), page(30))
    archive.search_fault = lambda asked: refusal(500) if asked < 3 else None
    with pytest.raises(FetchError, match="about/privacy: server-error"):
        take_in()
    assert archive.fetched == []


def test_a_history_file_that_is_wrong_is_an_error(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    write_history(workspace, {"fetch": URL, "select": "main", "validUntil": "one day"})
    archive.add(day(0), page(30))
    with pytest.raises(DeclarationError, match="validUntil"):
        take_in()


# ------------------------------------------------------------------------------------------------- combined documents

MORE = "https://lantern.example/more"


@pytest.fixture
def combined(declare: Callable[..., None], take_in: Import) -> Import:
    declare(
        "Lantern",
        Privacy_Policy={
            "select": "main",
            "combine": [{"fetch": URL, "select": "main"}, {"fetch": MORE, "select": "main"}],
        },
    )
    return take_in


def more(text: int, chrome: int = 0) -> str:
    clauses = "".join(
        f"<p>Further clause {place} speaks of parcels, their weight and their way.</p>" for place in range(8)
    )
    return f"<html><nav>{chrome}</nav><main><h1>2. Parcels</h1>{clauses}<p>They wait {text} weeks.</p></main></html>"


def test_a_combined_document_is_at_each_instant_the_newest_copy_of_every_source(
    archive: LoopbackArchive, combined: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), page(31))
    archive.add(day(2), more(1), url=MORE)
    archive.add(day(3), more(2), url=MORE)
    archive.add(day(4), page(32))
    archive.add(day(4), more(3), url=MORE)
    archive.add(day(5), page(32))
    archive.add(day(6), page(33), fault=short)
    archive.add(day(7), more(4), url=MORE)
    done = combined()
    assert outcomes(done) == [
        ("skipped", "source-not-archived"), ("skipped", "source-not-archived"), ("first-record", None),
        ("changed", None), ("changed", None), ("changed", None), ("unchanged", None), ("failed", "incomplete-body"),
        ("changed", None),
    ]  # fmt: skip
    with workspace.open_archive() as opened:
        records = opened.records_of(KEY)
        assert kinds(records) == [("first", day(2)), ("change", day(3)), ("change", day(4)), ("change", day(7))]
        fetched = [
            [source.fetched_at for source in opened.read(KEY, record.commit).provenance.sources] for record in records
        ]
        assert fetched == [[day(1), day(2)], [day(1), day(3)], [day(4), day(4)], [day(4), day(7)]]
    assert archive.copies[0].url not in archive.fetched
    assert verify(workspace).problems == ()


def test_a_combined_document_goes_on_from_its_archived_sources(
    archive: LoopbackArchive, combined: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), more(1), url=MORE)
    first = combined()
    assert combined().head == first.head
    archive.fetched.clear()
    archive.add(day(2), more(2), url=MORE)
    assert outcomes(combined())[-1] == ("changed", None)
    assert archive.fetched == [archive.copies[2].url]
    with workspace.open_archive() as opened:
        assert [record.kind for record in opened.records_of(KEY)] == ["first", "change"]


def test_an_older_copy_stands_in_where_the_newest_of_a_source_cannot_be_had(
    archive: LoopbackArchive, combined: Import
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), page(31), fault=archived_status(404))
    archive.add(day(2), more(1), url=MORE)
    assert outcomes(combined()) == [
        ("skipped", "source-not-archived"), ("failed", "memento-mislabelled"), ("first-record", None),
    ]  # fmt: skip


def test_a_source_that_was_not_had_is_fetched_when_the_index_has_its_body_again(
    archive: LoopbackArchive, combined: Import
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), more(1), url=MORE)
    archive.add(day(1), page(31), fault=short)
    archive.add(day(1), more(2), url=MORE)
    archive.add(day(2), page(31))
    assert outcomes(combined()) == [
        ("first-record", None), ("first-record", None), ("changed", None), ("failed", "incomplete-body"),
        ("changed", None),
    ]  # fmt: skip


def test_of_an_instant_that_was_had_in_part_the_rest_is_asked_for_again_and_never_taken_for_shown(
    archive: LoopbackArchive, combined: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), more(1), url=MORE)
    archive.add(day(1), page(31), fault=short)
    archive.add(day(1), more(2), url=MORE)
    combined()
    archive.fetched.clear()
    done = combined()
    assert (done.known, outcomes(done)) == (3, [("failed", "incomplete-body")])
    assert set(archive.fetched) == {archive.copies[2].url}
    archive.add(day(2), page(31))
    assert outcomes(combined()) == [("failed", "incomplete-body"), ("changed", None)]
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("change", day(1)), ("change", day(2))]
        latest = opened.latest(KEY)
        assert latest is not None
        assert "31 days" in latest.markdown


def test_a_source_that_is_had_late_bears_out_the_text_of_its_instant(
    archive: LoopbackArchive, combined: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), more(1), url=MORE)
    archive.add(day(1), page(30, chrome=9), fault=short)
    archive.add(day(1), more(1, chrome=9), url=MORE)
    first = combined()
    archive.copies[2].fault = None
    assert outcomes(combined()) == [("unchanged", None)]
    with workspace.open_archive() as opened:
        sources = [check.sources for check in opened.checks(KEY) if check.checked_at == day(1)]
        assert sources == [(MORE,), (URL,)]
    again = combined()
    assert (again.known, again.mementos) == (4, ())
    assert first.head != again.head


def test_a_copy_that_the_index_adds_to_a_settled_instant_is_not_taken_for_shown(
    archive: LoopbackArchive, combined: Import
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), more(1), url=MORE)
    archive.add(day(1), more(2), url=MORE)
    combined()
    archive.add(day(1), page(31))
    archive.add(day(2), page(31))
    assert outcomes(combined()) == [("skipped", "late-memento"), ("changed", None)]


def test_rows_from_before_the_sources_were_kept_settle_the_whole_instant(
    archive: LoopbackArchive, combined: Import, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), more(1), url=MORE)
    monkeypatch.setattr(module, "_sources_of", lambda _moment, _had: None)
    combined()
    with workspace.open_archive() as opened:
        assert [check.sources for check in opened.checks(KEY)] == [None]
    monkeypatch.undo()
    monkeypatch.setattr(module, "BoundedAdapter", ToLoopback.at(archive.port))
    done = combined()
    assert (done.known, done.mementos) == (2, ())


def test_a_text_that_is_held_again_after_it_was_left_is_not_settled_by_its_earlier_record() -> None:
    def row(number: int, outcome: Any, text: str) -> Check:
        return Check(document=KEY, checked_at=day(number), outcome=outcome, text_sha256=text)

    def record(number: int, text: str) -> Record:
        return Record(
            document=KEY, commit=f"{number:040}", kind="change", fetched_at=day(number), source_url=URL,
            text_sha256=text, markdown_sha256=text, body_sha256=text,
        )  # fmt: skip

    checks = [row(0, "held", "aa"), row(1, "changed", "aa"), row(2, "changed", "bb"), row(3, "held", "aa")]
    assert settled_sources(checks, [record(1, "aa"), record(2, "bb")]).keys() == {day(0), day(1), day(2)}


def test_a_revisit_stands_in_for_no_source(archive: LoopbackArchive, combined: Import) -> None:
    archive.add(day(0), page(30))
    again = archive.add(day(1), b"", index_type="warc/revisit", status="-", digest="B" * 32)
    archive.add(day(2), more(1), url=MORE)
    assert outcomes(combined()) == [
        ("skipped", "source-not-archived"), ("skipped", "source-not-archived"), ("first-record", None),
    ]  # fmt: skip
    assert again.url not in archive.fetched


def test_a_source_of_which_there_is_a_revisit_alone_is_missing(archive: LoopbackArchive, combined: Import) -> None:
    archive.add(day(0), b"", index_type="warc/revisit", status="-", digest="B" * 32)
    archive.add(day(1), more(1), url=MORE)
    assert outcomes(combined()) == [("skipped", "source-not-archived")] * 2
    assert archive.fetched == []


@pytest.mark.parametrize("refused", [0, 1])
def test_an_import_that_ends_at_one_source_records_nothing_of_that_instant(
    archive: LoopbackArchive, combined: Import, workspace: Workspace, refused: int
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), more(1), url=MORE)
    archive.add(day(1), page(31))
    archive.add(day(1), more(2), url=MORE)
    archive.copies[2 + refused].fault = always(429)
    done = combined()
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", "first-record", "not-fetched", "not-fetched"]
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0))]
    archive.copies[2 + refused].fault = None
    assert outcomes(combined()) == [("changed", None), ("changed", None)]


def test_no_older_copy_stands_in_for_one_that_the_archive_only_asks_to_wait_for(
    archive: LoopbackArchive, combined: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), page(31), fault=always(429))
    archive.add(day(2), more(1), url=MORE)
    done = combined()
    assert outcomes(done)[-1] == ("not-fetched", "rate-limited")
    archive.copies[1].fault = None
    combined()
    with workspace.open_archive() as opened:
        latest = opened.latest(KEY)
        assert latest is not None
        assert [source.fetched_at for source in latest.provenance.sources] == [day(1), day(2)]


# ----------------------------------------------------------------------------------------------- what comes after tells

OTHER = "<!doctype html><html><main><h1>Our shop</h1>" + "".join(
    f"<p>Shelf {number} holds lamps of brass and glass, wicks by the yard, and oil in cans of any size.</p>"
    for number in range(9)
)


def other(text: int = 1) -> str:
    """A page that has nothing in common with the policy, in its wording `text`."""
    return f"{OTHER}<p>Open until {text} o'clock.</p></main></html>"


def little(chrome: int = 0) -> str:
    """The first two clauses of the policy."""
    return f"<html><nav>{chrome}</nav><main><h1>1. Privacy</h1><p>{CLAUSES[0]}</p><p>{CLAUSES[1]}</p></main></html>"


def edition(text: int = 1) -> str:
    """Another text under the heading of the policy."""
    return other(text).replace("Our shop", "1. Privacy")


@pytest.mark.parametrize("stray", [other, little, edition], ids=["another page", "a part", "another text"])
@pytest.mark.parametrize("differ", [0, 1], ids=["same bodies", "other bodies"])
def test_a_stray_text_is_no_change_however_often_it_is_seen_before_the_text_returns(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace, stray: Callable[..., str], differ: int
) -> None:
    archive.add(day(0), page(30))
    for number in (1, 2, 3):
        archive.add(day(number), stray(number * differ))
    archive.add(day(4), page(30, chrome=4))
    archive.add(day(5), page(60))
    done = take_in()
    assert outcomes(done)[0] == ("first-record", None)
    assert {outcome for outcome, _ in outcomes(done)[1:4]} <= {"held", "refused"}
    assert outcomes(done)[4:] == [("unchanged", None), ("changed", None)]
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("change", day(5))]
        assert opened.records_of(KEY)[1].last_seen_old == day(4)
    again = take_in()
    assert again.head == done.head
    assert [memento.outcome for memento in again.mementos] == [memento.outcome for memento in done.mementos[1:4]]


def test_a_stray_text_is_told_from_a_change_also_where_the_text_returns_amended(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number, body in enumerate([page(30), other(), other(), page(60), page(60, chrome=1)]):
        archive.add(day(number), body)
    take_in()
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("change", day(3))]


def test_a_text_from_which_the_document_went_on_is_a_change_from_its_first_copy_on(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    for number in range(1, 6):
        archive.add(day(number), other(number))
    done = take_in()
    assert [outcome for outcome, _ in outcomes(done)] == ["first-record", *["changed"] * 5]
    with workspace.open_archive() as opened:
        assert opened.records_of(KEY)[1].last_seen_old == day(0)
        doubted = [check for check in opened.checks(KEY) if check.reason == "another-document"]
        assert [check.checked_at for check in doubted] == [day(1)]
    assert len(archive.fetched) == 6


def test_a_doubtful_text_after_which_nothing_comes_is_held_until_the_list_goes_on(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), other())
    assert outcomes(take_in())[1] == ("held", "another-document")
    archive.add(day(2), other())
    assert [outcome for outcome, _ in outcomes(take_in())] == ["changed", "unchanged"]
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("change", day(1))]
        assert opened.held() == ()


def test_a_text_that_was_held_is_recorded_when_a_range_shows_its_later_copy_alone(
    archive: LoopbackArchive, take_in: Import
) -> None:
    for number, body in enumerate([page(30), other(), other()]):
        archive.add(day(number), body)
    assert outcomes(take_in(to_at=day(1)))[1] == ("held", "another-document")
    assert outcomes(take_in(from_at=day(2))) == [("changed", None)]


def test_texts_that_are_all_doubtful_do_not_vouch_for_one_another(archive: LoopbackArchive, take_in: Import) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), other())
    clauses = "".join(f"<p>In year {year} our founder sailed north and came home with a bear.</p>" for year in range(9))
    archive.add(day(2), f"<html><main><h1>Who we are</h1>{clauses}</main></html>")
    assert [outcome for outcome, _ in outcomes(take_in())] == ["first-record", "held", "held"]


@pytest.mark.parametrize(
    "error",
    [
        "<!doctype html><body><p>Gone fishing.</p></body>",
        "<main><h1>Page not found</h1><p>The page was not found. Our shop has shelves that hold lamps.</p></main>",
    ],
)
def test_an_error_page_vouches_for_nothing(archive: LoopbackArchive, take_in: Import, error: str) -> None:
    for number, body in enumerate([page(30), other(), error]):
        archive.add(day(number), body)
    assert [outcome for outcome, _ in outcomes(take_in())] == ["first-record", "held", "refused"]


def test_a_text_that_is_refused_on_sight_vouches_for_nothing_though_it_is_like_the_doubtful_one(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    path = workspace.settings.declarations / "Lantern.tracker.json"
    path.write_text(json.dumps({"Privacy Policy": {"minLength": 600}}), encoding="utf-8")
    half = "</p>".join(other().split("</p>")[:5]) + "</p></main></html>"
    for number, body in enumerate([page(30), other(), half, half.replace("<html>", "<html><nav>1</nav>")]):
        archive.add(day(number), body)
    assert outcomes(take_in()) == [
        ("first-record", None), ("held", "another-document"), *[("refused", "too-short")] * 2,
    ]  # fmt: skip


def test_a_stray_text_that_comes_back_for_good_is_a_change_then(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    for number, body in enumerate([page(30), other(), page(30), *[other()] * 3]):
        archive.add(day(number), body)
    take_in()
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0)), ("change", day(3))]
        assert opened.records_of(KEY)[1].last_seen_old == day(2)


def test_a_body_that_was_refused_is_not_fetched_to_judge_another(archive: LoopbackArchive, take_in: Import) -> None:
    gone = "<!doctype html><body><p>Gone fishing.</p></body>"
    for number, body in enumerate([page(30), gone, other(), gone, page(30, chrome=1)]):
        archive.add(day(number), body)
    take_in()
    assert [copy.at for copy in archive.copies if copy.url in archive.fetched] == [day(0), day(1), day(2), day(4)]


@pytest.mark.parametrize("at_once", [True, False])
def test_an_edition_that_was_recorded_before_may_return_for_once(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace, *, at_once: bool
) -> None:
    """Texts that take turns are the timeline's business, and it needs to see them."""
    long = page(30).replace("</h1>", "</h1>" + "".join(
        f"<p>In case {number} a letter goes by the road of the {number} towns, under seal, by day alone.</p>"
        for number in range(30)
    ))  # fmt: skip
    bodies = {0: long, 1: other(), 40: other(2), 41: long.replace("<nav>0", "<nav>1"), 42: other(2)}
    for number, body in bodies.items():
        archive.add(day(number), body)
    if not at_once:
        take_in(to_at=day(40))
    take_in()
    with workspace.open_archive() as opened:
        found = [at for _, at in kinds(opened.records_of(KEY))]
    assert found == [day(number) for number in (0, 1, 40, 41)]  # nothing tells of the last one


def test_copies_that_were_fetched_to_judge_another_are_not_fetched_again(
    archive: LoopbackArchive, take_in: Import
) -> None:
    bodies = [page(30), other(1), other(2), "<p>Gone.</p>", page(30, chrome=1), page(60)]
    for number, body in enumerate(bodies):
        archive.add(day(number), body, fault=short if number == 2 else None)
    take_in()
    asked = [copy.url for copy in archive.copies]
    assert list(dict.fromkeys(archive.fetched)) == asked
    assert [archive.fetched.count(url) for url in asked] == [1, 1, 3, 1, 1, 1]


def test_a_doubtful_text_waits_for_another_day_where_the_archive_does_not_show_what_comes_after(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(1), other())
    archive.add(day(2), other(2), fault=always(429))
    archive.add(day(3), page(30, chrome=1))
    assert outcomes(take_in()) == [("first-record", None), *[("not-fetched", "rate-limited")] * 3]
    with workspace.open_archive() as opened:
        assert rows(opened.checks(KEY)) == [(day(0), "first-record")]
    archive.copies[2].fault = None
    take_in()
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0))]


@pytest.mark.parametrize("killed_after", [13, 31, 47])
def test_an_import_that_is_killed_amid_doubtful_copies_ends_at_the_same_commit(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace, killed_after: int
) -> None:
    for number in range(60):
        is_stray = number % 10 in (3, 4, 5) or number > 50
        archive.add(day(number), other(number) if is_stray else page(number // 10, chrome=number))

    def kill(_memento: ImportedMemento, done: int, _total: int) -> None:
        if done == killed_after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(progress=kill)
    resumed = take_in().head
    if (workspace.folder / "archive.git").exists():
        (workspace.folder / "archive.git").rename(workspace.folder / "resumed.git")
    assert take_in().head == resumed
    with workspace.open_archive() as opened:
        found = [record.fetched_at for record in opened.records_of(KEY)]
    assert found == [*(day(number) for number in range(0, 51, 10)), *(day(number) for number in range(51, 60))]


def test_how_far_is_looked_ahead_is_bounded(
    archive: LoopbackArchive, take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_AHEAD_FETCHED", 3)
    archive.add(day(0), page(30))
    archive.add(day(1), other(1))
    for number in range(2, 9):
        archive.add(day(number), other(number))

    def kill(memento: ImportedMemento, _done: int, _total: int) -> None:
        if memento.captured_at == day(1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(progress=kill)
    assert len(archive.fetched) == 5


def short_more(text: int) -> str:
    return f"<html><main><h1>2. Parcels</h1><p>Parcels wait for {text} weeks at the counter.</p></main></html>"


@pytest.mark.parametrize(("last", "expected"), [(page(30, chrome=4), [0, 2]), (little(4), [0, 1, 2])])
def test_of_a_combined_document_only_the_copies_of_the_doubtful_page_tell(
    archive: LoopbackArchive, combined: Import, workspace: Workspace, last: str, expected: list[int]
) -> None:
    archive.add(day(0), page(30))
    archive.add(day(0), short_more(1), url=MORE)
    archive.add(day(1), little())
    archive.add(day(2), short_more(2), url=MORE)
    archive.add(day(3), last)
    combined()
    with workspace.open_archive() as opened:
        assert [at for _, at in kinds(opened.records_of(KEY))] == [day(number) for number in expected]


def test_a_first_text_that_breaks_off_is_recorded_where_it_is_seen_again_and_held_otherwise(
    archive: LoopbackArchive, take_in: Import
) -> None:
    broken = "<!doctype html><html><body><main><h1>1. Privacy</h1>" + "".join(f"<p>{clause}</p>" for clause in CLAUSES)
    broken += "<p>Letters are kept for"
    archive.add(day(0), broken)
    archive.add(day(1), page(30))
    assert outcomes(take_in()) == [("held", "truncated"), ("first-record", None)]
    assert outcomes(take_in(vantage="again", to_at=day(0.5))) == [("held", "truncated")]
    archive.add(day(0.5), broken)
    assert outcomes(take_in(vantage="more", to_at=day(0.7))) == [("first-record", None), ("unchanged", None)]


def test_a_page_without_its_end_is_no_change_where_the_whole_text_follows(
    archive: LoopbackArchive, take_in: Import, workspace: Workspace
) -> None:
    """By its text alone it would pass: it lacks the last of twenty clauses and no more."""
    twice = "".join(f"<p>{clause} Parcels go the same way.</p>" for clause in CLAUSES)
    bare = page(30).replace("</h1>", f"</h1>{twice}").replace("</body></html>", "")
    archive.add(day(0), bare)
    archive.add(day(1), bare.replace("<p>Letters are kept for 30 days after they were read.</p>", ""))
    archive.add(day(2), bare.replace("<nav>0", "<nav>2"))
    assert [outcome for outcome, _ in outcomes(take_in())] == ["first-record", "held", "unchanged"]
    with workspace.open_archive() as opened:
        assert kinds(opened.records_of(KEY)) == [("first", day(0))]
