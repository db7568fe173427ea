"""The client of the Wayback Machine, against one on loopback that answers well and badly."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import requests.adapters

from tests.importers.loopback_archive import (
    ARCHIVE,
    Answer,
    Fault,
    LoopbackArchive,
    always,
    archived_redirect,
    archived_status,
    encoded,
    once,
    other_instant,
    other_original,
    refusal,
    short,
    slow,
)
from tracker.errors import FetchError
from tracker.importers import ListedMemento, WaybackMachine, gate, is_same_address

#: Without the time, so that two processes name the tests alike.
zipped = functools.partial(gzip.compress, mtime=0)

URL = "https://lantern.example/privacy"
PAGE = b"<!doctype html><main><h1>Privacy at Lantern</h1><p>We keep letters until they are read.</p></main>"
PDF = b"%PDF-1.4\n% no more than a beginning"
AT = datetime(2020, 3, 1, 10, 30, 15, tzinfo=UTC)
DAY = timedelta(days=1)

OpenMachine = Callable[..., WaybackMachine]


def first(machine: WaybackMachine) -> ListedMemento:
    return machine.search(URL).mementos[0]


def fault_of(machine: WaybackMachine) -> FetchError:
    with pytest.raises(FetchError) as caught:
        machine.fetch(first(machine))
    return caught.value


# ------------------------------------------------------------------------------------------------------------ searching


def test_the_copies_of_an_address_are_listed_oldest_first(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT + DAY, PAGE, url="http://www.lantern.example:80/privacy")
    archive.add(AT, PAGE)
    found = machine.search(URL)
    assert [(memento.captured_at, memento.original) for memento in found.mementos] == [
        (AT, URL),
        (AT + DAY, "http://www.lantern.example/privacy"),
    ]
    assert found.bad_lines == ()
    assert [memento.cause_against() for memento in found.mementos] == [None, None]
    assert found.mementos[0].memento_url == f"{ARCHIVE}/web/20200301103015id_/{URL}"


def test_a_range_includes_both_its_ends(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    for day in range(4):
        archive.add(AT + day * DAY, PAGE)
    found = machine.search(URL, from_at=AT + DAY, to_at=AT + 2 * DAY)
    assert [memento.captured_at for memento in found.mementos] == [AT + DAY, AT + 2 * DAY]
    assert (archive.searches[0]["from"], archive.searches[0]["to"]) == ("20200302103015", "20200303103015")


def test_a_long_index_is_read_page_by_page_at_the_pace_that_the_archive_asks_for(
    archive: LoopbackArchive, machine: WaybackMachine
) -> None:
    for hour in range(2_001):
        archive.add(AT + timedelta(hours=hour), PAGE)
    assert len(machine.search(URL).mementos) == 2_001
    assert [query.get("resumeKey") for query in archive.searches] == [None, "1000", "2000"]
    assert [round(seconds, 1) for seconds in archive.time.slept] == [pytest.approx(2.5, abs=0.5)] * 2


def test_lines_that_are_none_are_named_and_the_others_are_read(
    archive: LoopbackArchive, machine: WaybackMachine
) -> None:
    archive.add(AT, PAGE)
    good = archive.copies[0].line
    archive.more_lines = [
        b"<html><body>busy</body></html>",
        good.replace("20200301103015", "20200301").encode(),
        good.replace("20200301103015", "20200001103015").encode(),
        good.replace(" 200 ", " two ").encode(),
        good.replace(archive.copies[0].digest, "short").encode(),
        good.replace("https://", "javascript://").encode(),
        b"\xff\xfe " + good.encode(),
        good.replace("text/html", "text/\x1b[31mhtml").encode(),
        b"com,example,lantern)/privacy 20200301103015",
        b"",
    ]
    found = machine.search(URL)
    assert [memento.captured_at for memento in found.mementos] == [AT]
    assert len(found.bad_lines) == 9
    assert all(line.isascii() and line.isprintable() for line in found.bad_lines)


def test_an_index_that_never_ends_is_given_up(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.search_fault = lambda asked: Answer(status=200, headers={}, body=b"\n%d\n" % asked)
    with pytest.raises(FetchError, match="pages") as caught:
        machine.search(URL)
    assert caught.value.reason == "bad-index"


def test_an_index_of_too_many_bytes_is_given_up_whatever_its_pages(
    archive: LoopbackArchive, machine: WaybackMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(1_500):
        archive.add(AT + timedelta(hours=hour), PAGE)
    size = sum(len(copy.line) + 1 for copy in archive.copies)
    monkeypatch.setattr(gate, "_MOST_INDEX_BYTES", size + 10)  # the key of the second page, too
    assert len(machine.search(URL).mementos) == 1_500
    monkeypatch.setattr(gate, "_MOST_INDEX_BYTES", size - 1)
    with pytest.raises(FetchError, match="bytes; name a range") as caught:
        machine.search(URL)
    assert caught.value.reason == "bad-index"


def test_no_page_of_the_index_is_asked_for_when_the_time_is_over(
    archive: LoopbackArchive, open_machine: OpenMachine
) -> None:
    machine = open_machine(most_seconds=60)
    for hour in range(2_001):
        archive.add(AT + timedelta(hours=hour), PAGE)

    def dawdle(_asked: int) -> None:
        archive.time.skip(40)

    archive.search_fault = dawdle
    with pytest.raises(FetchError, match="not asked for") as caught:
        machine.search(URL)
    assert caught.value.reason == "out-of-time"
    assert len(archive.searches) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refusal(404), "bad-index"),
        (refusal(403, b"AdministrativeAccessControlException: Blocked Site"), "memento-excluded"),
        (refusal(200, b"org.archive.util.io.RuntimeIOException: RobotAccessControlException: x"), "memento-excluded"),
        (refusal(302, Location="https://elsewhere.example/cdx/search/cdx?url=x"), "bad-index"),
        (refusal(302, Location="/cdx/search/cdx?again"), "bad-index"),
    ],
)
def test_an_index_that_cannot_be_had_is_an_error(
    archive: LoopbackArchive, machine: WaybackMachine, answer: Answer, reason: str
) -> None:
    archive.search_fault = lambda _asked: answer
    with pytest.raises(FetchError) as caught:
        machine.search(URL)
    assert caught.value.reason == reason


def test_a_search_that_is_refused_once_is_made_again_after_the_time_asked_for(
    archive: LoopbackArchive, machine: WaybackMachine
) -> None:
    archive.add(AT, PAGE)
    archive.search_fault = lambda asked: refusal(429, Retry_After="17") if asked == 0 else None
    assert len(machine.search(URL).mementos) == 1
    assert 17 in archive.time.slept


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"status": "302"}, "not-a-page"),
        ({"status": "404"}, "not-a-page"),
        ({"status": "503"}, "not-a-page"),
        ({"status": "-"}, "not-a-page"),
        ({"index_type": "image/png"}, "not-a-page"),
        ({"url": "https://lantern.example/PRIVACY"}, "other-address"),
        ({"index_type": "warc/revisit", "status": "-"}, None),
        ({"index_type": "unk"}, None),
        ({"index_type": "application/pdf"}, None),
    ],
)
def test_the_index_alone_tells_what_is_no_copy_of_the_page(
    archive: LoopbackArchive, machine: WaybackMachine, facts: dict[str, str], reason: str | None
) -> None:
    archive.add(AT, PAGE, **facts)
    cause = first(machine).cause_against()
    assert (cause.reason if cause is not None else None) == reason


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://lantern.example/privacy", "http://www2.lantern.example:80/privacy/", True),
        ("https://Lantern.example", "https://lantern.example/", True),
        ("https://lantern.example/privacy?l=en", "https://lantern.example/privacy?l=de", False),
        ("https://lantern.example/privacy", "https://lantern.example/Privacy", False),
        ("https://lantern.example/privacy", "https://lantern.example:8443/privacy", False),
        ("https://lantern.example/privacy", "https://lantern.example.evil/privacy", False),
        ("https://lantern.example/privacy", "https://lantern.example:port/privacy", False),
        ("https://[::1/privacy", "https://[::1/privacy", False),
    ],
)
def test_addresses_are_the_same_but_for_what_makes_no_other_page(one: str, other: str, *, same: bool) -> None:
    assert is_same_address(one, other) is same


# ------------------------------------------------------------------------------------------------------------- fetching


def test_a_copy_is_what_the_address_answered_at_that_instant(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(
        AT, PAGE, url="http://lantern.example/privacy", media_type="text/html; charset=utf-8",
        headers={"etag": '"7"', "Set-Cookie": "id=1", "Server": "lamp", "content-length": str(len(PAGE))},
    )  # fmt: skip
    snapshot = machine.fetch(first(machine))
    assert (snapshot.body, snapshot.fetched_at, snapshot.status) == (PAGE, AT, 200)
    assert (snapshot.url, snapshot.final_url, snapshot.fetcher) == (URL, "http://lantern.example/privacy", "wayback")
    assert (snapshot.media_type, snapshot.charset) == ("text/html", "utf-8")
    assert dict(snapshot.headers) == {"content-type": "text/html; charset=utf-8", "etag": '"7"', "server": "lamp"}
    assert archive.fetched == [f"{ARCHIVE}/web/20200301103015id_/http://lantern.example/privacy"]


def test_a_pdf_is_a_copy_like_any_other(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT, PDF, media_type="application/pdf", index_type="application/pdf")
    assert machine.fetch(first(machine)).media_type == "application/pdf"


@pytest.mark.parametrize("header", ["application/octet-stream", ""])
def test_the_index_knows_the_type_where_the_header_does_not(
    archive: LoopbackArchive, machine: WaybackMachine, header: str
) -> None:
    archive.add(AT, PDF, media_type=header, index_type="application/pdf")
    assert machine.fetch(first(machine)).media_type == "application/pdf"


def test_a_copy_that_is_sent_compressed_is_decoded(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT, PAGE, fault=encoded())
    assert machine.fetch(first(machine)).body == PAGE


def test_a_copy_that_was_stored_compressed_and_does_not_say_so_is_decompressed(
    archive: LoopbackArchive, machine: WaybackMachine
) -> None:
    archive.add(AT, zipped(PAGE))
    assert machine.fetch(first(machine)).body == PAGE


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (zipped(PAGE)[:-9], "incomplete-body"),
        (b"\x1f\x8b and no more", "bad-encoding"),
        (zipped(b" " * 100_000), "body-too-large"),
        (zipped(b""), "empty-body"),
    ],
)
def test_a_copy_that_cannot_be_decompressed_is_refused(
    archive: LoopbackArchive, open_machine: OpenMachine, stored: bytes, reason: str
) -> None:
    archive.add(AT, stored)
    assert fault_of(open_machine(max_bytes=50_000)).reason == reason


def test_copies_are_asked_for_as_they_are_stored(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT, PAGE)
    machine.fetch(first(machine))
    assert archive.headers[-1]["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-encoding": "br", "content-length": "99999"},
        {"Transfer-Encoding": "chunked"},
        {"content-length": "60"},
        {"Vary": "User-Agent, Accept-Encoding"},
    ],
)
def test_another_digest_proves_nothing_where_the_copy_may_have_been_stored_in_another_form(
    archive: LoopbackArchive, machine: WaybackMachine, headers: dict[str, str]
) -> None:
    archive.add(AT, PAGE, headers=headers, digest="A" * 32)
    assert machine.fetch(first(machine)).body == PAGE


def test_another_digest_under_the_announced_length_is_another_body(
    archive: LoopbackArchive, machine: WaybackMachine
) -> None:
    headers = {"content-length": str(len(PAGE)), "Vary": "Accept-Encoding"}
    archive.add(AT, PAGE, headers=headers, digest="A" * 32)
    assert fault_of(machine).reason == "memento-mislabelled"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (always(302, Location=f"/web/20200501000000id_/{URL}"), "memento-redirected"),
        (always(302, Location=f"/web/2020id_/{URL}"), "memento-redirected"),
        (always(302, Location=URL), "memento-redirected"),
        (always(302, Location=f"https://elsewhere.example/web/20200301103015id_/{URL}"), "memento-redirected"),
        (archived_redirect(f"/web/20200301103015id_/{URL}/new"), "memento-redirected"),
        (archived_redirect("https://elsewhere.example/"), "memento-redirected"),
        (archived_redirect(f"/web/2020id_/{URL}"), "memento-redirected"),
        (other_instant(AT + DAY), "memento-redirected"),
        (other_original("https://lantern.example/terms"), "memento-redirected"),
        (archived_status(404), "memento-mislabelled"),
        (archived_status(503), "memento-mislabelled"),
        (short, "incomplete-body"),
        (slow, "timeout"),
        (encoded(lambda _body: b"\x1f\x8bnonsense"), "bad-encoding"),
        (encoded(lambda body: zipped(body)[:-9]), "incomplete-body"),
        (always(200), "memento-unplayable"),
        (always(404), "memento-unplayable"),
        (always(403, X_Archive_Wayback_Runtime_Error="AdministrativeAccessControlException: no"), "memento-excluded"),
        (always(403, X_Archive_Wayback_Runtime_Error="RobotAccessControlException: no"), "memento-excluded"),
        (always(500), "server-error"),
        (always(503, Retry_After="5"), "server-error"),
        (always(429), "rate-limited"),
    ],
)
def test_a_copy_that_is_not_handed_out_has_its_reason(
    archive: LoopbackArchive, machine: WaybackMachine, fault: Fault, reason: str
) -> None:
    archive.add(AT, PAGE, fault=fault)
    error = fault_of(machine)
    assert error.reason == reason
    assert str(error).isprintable()


@pytest.mark.parametrize(
    ("body", "facts", "reason"),
    [
        (PAGE, {"digest": "A" * 32}, "memento-mislabelled"),
        (PAGE, {"media_type": "application/pdf"}, "memento-mislabelled"),
        (PDF, {"media_type": "text/html"}, "memento-mislabelled"),
        (PDF, {"media_type": "application/pdf"}, "memento-mislabelled"),
        (PAGE, {"index_type": "application/pdf"}, "memento-mislabelled"),
        (b"\x89PNG", {"media_type": "image/png"}, "wrong-type"),
        (PAGE, {"media_type": "", "index_type": "unk"}, "wrong-type"),
        (PAGE, {"headers": {"content-length": "5000"}}, "incomplete-body"),
        (b" \n", {}, "empty-body"),
    ],
)
def test_a_copy_that_is_not_what_it_says_is_refused(
    archive: LoopbackArchive, machine: WaybackMachine, body: bytes, facts: dict[str, str], reason: str
) -> None:
    archive.add(AT, body, **facts)
    assert fault_of(machine).reason == reason


def test_a_copy_without_a_readable_instant_is_refused(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    def answer(_archive: LoopbackArchive, _copy: object, _asked: int) -> Answer:
        return Answer(status=200, headers={"Memento-Datetime": "once", "Content-Type": "text/html"}, body=PAGE)

    archive.add(AT, PAGE, fault=answer)
    assert fault_of(machine).reason == "memento-mislabelled"


def test_a_copy_over_the_limit_is_refused(archive: LoopbackArchive, open_machine: OpenMachine) -> None:
    archive.add(AT, PAGE * 20)
    assert fault_of(open_machine(max_bytes=1_000)).reason == "body-too-large"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_copy_that_is_refused_once_is_asked_for_again(
    archive: LoopbackArchive, machine: WaybackMachine, status: int
) -> None:
    archive.add(AT, PAGE, fault=once(status))
    assert machine.fetch(first(machine)).body == PAGE
    assert len(archive.fetched) == 2


def test_the_time_that_the_archive_asks_for_is_waited(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT, PAGE, fault=once(503, Retry_After="45"))
    machine.fetch(first(machine))
    assert 45 in archive.time.slept


def test_a_refusal_without_a_time_is_followed_by_a_minute(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT, PAGE, fault=once(429))
    machine.fetch(first(machine))
    assert 60 in archive.time.slept


def test_more_than_two_minutes_are_not_waited(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT, PAGE, fault=once(503, Retry_After="21600"))
    assert fault_of(machine).reason == "rate-limited"
    assert len(archive.fetched) == 1
    assert max(archive.time.slept, default=0) < 120


def test_half_an_hour_of_refusals_is_enough(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    archive.add(AT, PAGE, fault=always(503, Retry_After="100"))
    reasons = [fault_of(machine).reason for _ in range(10)]
    assert reasons == ["server-error"] * 9 + ["rate-limited"]
    assert sum(seconds for seconds in archive.time.slept if seconds == 100) == 1_800


def test_no_refusal_is_waited_for_beyond_the_time_that_there_is(
    archive: LoopbackArchive, open_machine: OpenMachine
) -> None:
    machine = open_machine(most_seconds=100)
    archive.add(AT, PAGE, fault=always(429, Retry_After="110"))
    fault = fault_of(machine)
    assert (fault.reason, archive.time.slept) == ("out-of-time", [])


def test_nobody_else_is_asked_whatever_an_answer_says(
    archive: LoopbackArchive, machine: WaybackMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    send = requests.adapters.HTTPAdapter.send

    def spy(adapter: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        asked.append(str(request.url))
        return send(adapter, request, **options)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", spy)
    archive.add(AT, PAGE, fault=always(302, Location="https://elsewhere.example/"))
    assert fault_of(machine).reason == "memento-redirected"
    archive.search_fault = lambda _asked: refusal(302, Location="https://elsewhere.example/cdx/search/cdx?url=x")
    with pytest.raises(FetchError):
        machine.search(URL)
    assert len(asked) == 3
    assert all(url.startswith(f"http://127.0.0.1:{archive.port}/") for url in asked)


def test_the_archive_learns_who_asks_and_no_password(
    archive: LoopbackArchive, machine: WaybackMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine web.archive.org login lamp password wick\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    archive.add(AT, PAGE)
    machine.fetch(first(machine))
    assert [headers["user-agent"] for headers in archive.headers] == ["PolicyChangeTracker/0.1"] * 2
    assert all("authorization" not in headers for headers in archive.headers)


def test_copies_are_asked_for_at_the_pace_that_the_archive_asks_for(
    archive: LoopbackArchive, machine: WaybackMachine
) -> None:
    archive.add(AT, PAGE)
    listed = first(machine)
    for _ in range(3):
        machine.fetch(listed)
    assert len(archive.time.slept) == 2
    assert all(0 < seconds <= 0.125 for seconds in archive.time.slept)


def test_an_odd_link_header_upsets_nobody(archive: LoopbackArchive, machine: WaybackMachine) -> None:
    def answer(_archive: LoopbackArchive, copy: object, _asked: int) -> Answer:
        played = archive.copies[0].answer()
        assert copy is archive.copies[0]
        played.headers["Link"] = '<nothing>; rel="memento"; datetime="x", <<>>; rel=first memento, ;;'
        return played

    archive.add(AT, PAGE, fault=answer)
    assert machine.fetch(first(machine)).body == PAGE


def test_a_listed_copy_knows_its_instant_in_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        ListedMemento(
            captured_at=datetime(2024, 9, 23), url=URL, original=URL, media_type="", status=200, digest="",  # noqa: DTZ001
        )  # fmt: skip
