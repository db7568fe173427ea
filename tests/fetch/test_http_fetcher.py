"""Pages, statuses, redirects and headers, over a server on loopback."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tracker.fetch import FetchSettings, validators_for
from tracker.model import Capture, Hop, Validators

PAGE = b"<h1>Privacy</h1><p>We keep your number until you leave.</p>"
CaptureOne = Callable[..., Capture]
MakeSettings = Callable[..., FetchSettings]


def reason_of(capture: Capture) -> str:
    assert capture.failure is not None
    return capture.failure.reason


def detail_of(capture: Capture) -> str:
    assert capture.failure is not None
    return capture.failure.detail


def test_a_page_is_captured_as_served_with_its_provenance(httpserver: HTTPServer, capture: CaptureOne) -> None:
    httpserver.expect_request("/privacy").respond_with_data(
        PAGE,
        content_type="text/html; charset=ISO-8859-1",
        headers={"ETag": '"one"', "Set-Cookie": "visitor=42", "Server": "demo"},
    )
    found = capture(httpserver.url_for("/privacy") + "#top")
    snapshot = found.snapshot
    assert snapshot is not None
    assert snapshot.body == PAGE
    assert (snapshot.media_type, snapshot.charset, snapshot.status) == ("text/html", "ISO-8859-1", 200)
    assert snapshot.url.endswith("/privacy#top")
    assert snapshot.final_url == httpserver.url_for("/privacy")
    assert snapshot.header("etag") == '"one"'
    assert snapshot.header("set-cookie") is None
    assert list(snapshot.headers) == sorted(snapshot.headers)
    assert snapshot.fetched_at >= found.requested_at
    assert found.attempts == 1


def test_requests_name_us_and_ask_for_encodings_that_are_decoded(httpserver: HTTPServer, capture: CaptureOne) -> None:
    httpserver.expect_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    capture(httpserver.url_for("/privacy"))
    sent = httpserver.log[0][0].headers
    assert sent["User-Agent"] == "PolicyChangeTracker/0.1 (+https://tracker.example/)"
    assert sent["Accept-Encoding"] == "gzip, deflate"
    assert {"Cache-Control", "Pragma", "If-None-Match"}.isdisjoint(sent.keys())


def test_caches_on_the_way_are_asked_to_fetch_anew_at_the_same_address(
    httpserver: HTTPServer, capture: CaptureOne
) -> None:
    """Whatever the declaration says of caches, and behind redirects too."""
    httpserver.expect_request("/privacy").respond_with_data(status=302, headers={"Location": "/en/privacy"})
    httpserver.expect_request("/en/privacy").respond_with_data(PAGE, content_type="text/html")
    capture(httpserver.url_for("/privacy?lang=en"), no_cache=True, headers=(("cache-control", "max-age=60"),))
    asked = [request for request, _ in httpserver.log]
    assert [request.full_path.rstrip("?") for request in asked] == ["/privacy?lang=en", "/en/privacy"]
    for request in asked:
        assert request.headers.getlist("Cache-Control") == ["no-cache"]
        assert request.headers["Pragma"] == "no-cache"


def test_the_environment_gives_neither_proxy_nor_password(
    httpserver: HTTPServer, capture: CaptureOne, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login someone password secret\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    httpserver.expect_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    assert capture(httpserver.url_for("/privacy")).snapshot is not None
    assert "Authorization" not in httpserver.log[0][0].headers


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        (201, "http-status", False),
        (203, "http-status", False),
        (204, "http-status", False),
        (205, "http-status", False),
        (206, "http-status", False),
        (300, "http-status", False),
        (302, "http-status", False),
        (304, "unexpected-304", False),
        (400, "http-status", False),
        (401, "forbidden", False),
        (403, "forbidden", False),
        (404, "not-found", False),
        (410, "not-found", False),
        (418, "http-status", False),
        (429, "rate-limited", True),
        (451, "forbidden", False),
        (500, "server-error", True),
        (501, "server-error", False),
        (503, "server-error", True),
        (599, "server-error", False),
    ],
)
def test_every_status_but_200_fails_with_its_reason(
    httpserver: HTTPServer, capture: CaptureOne, status: int, reason: str, *, transient: bool
) -> None:
    httpserver.expect_request("/privacy").respond_with_data(PAGE, status=status, content_type="text/html")
    found = capture(httpserver.url_for("/privacy"))
    assert reason_of(found) == reason
    assert str(status) in detail_of(found)
    assert found.failure is not None
    assert found.failure.transient is transient
    assert found.attempts == len(httpserver.log) == (3 if transient else 1)


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
def test_a_page_without_text_is_an_empty_body(httpserver: HTTPServer, capture: CaptureOne, body: bytes) -> None:
    httpserver.expect_request("/privacy").respond_with_data(body, content_type="text/html")
    assert reason_of(capture(httpserver.url_for("/privacy"))) == "empty-body"


def test_an_encoded_empty_page_is_an_empty_body(httpserver: HTTPServer, capture: CaptureOne) -> None:
    for path, body in (("/none", b""), ("/zero", gzip.compress(b""))):
        headers = {"Content-Encoding": "gzip"}
        httpserver.expect_request(path).respond_with_data(body, content_type="text/html", headers=headers)
        assert reason_of(capture(httpserver.url_for(path))) == "empty-body"


def test_a_server_error_that_passes_is_tried_again(httpserver: HTTPServer, capture: CaptureOne, fake_time: Any) -> None:
    httpserver.expect_ordered_request("/privacy").respond_with_data("sorry", status=500)
    httpserver.expect_ordered_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    found = capture(httpserver.url_for("/privacy"))
    assert found.snapshot is not None
    assert found.attempts == 2
    assert fake_time.slept == [1.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_is_not_waited_for(
    httpserver: HTTPServer, capture: CaptureOne, fake_time: Any, status: int
) -> None:
    httpserver.expect_request("/privacy").respond_with_data(status=status, headers={"Retry-After": "21600"})
    found = capture(httpserver.url_for("/privacy"))
    assert reason_of(found) == "rate-limited"
    assert "21600 seconds" in detail_of(found)
    assert found.failure is not None
    assert found.failure.transient
    assert fake_time.slept == []


@pytest.mark.parametrize("header", ["7", "Mon, 23 Sep 2024 15:26:30 GMT"])
def test_a_short_retry_after_is_waited_for(
    httpserver: HTTPServer, capture: CaptureOne, fake_time: Any, header: str
) -> None:
    httpserver.expect_ordered_request("/privacy").respond_with_data(status=503, headers={"Retry-After": header})
    httpserver.expect_ordered_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    found = capture(httpserver.url_for("/privacy"))
    assert found.snapshot is not None
    assert found.snapshot.fetched_at - found.requested_at == timedelta(seconds=7)
    assert fake_time.slept == [7.0]


def test_waits_between_attempts_end_with_the_total_time(
    httpserver: HTTPServer, capture: CaptureOne, make_settings: MakeSettings, fake_time: Any
) -> None:
    httpserver.expect_request("/privacy").respond_with_data(status=503, headers={"Retry-After": "8"})
    found = capture(httpserver.url_for("/privacy"), make_settings(total_seconds=10, retries=5))
    assert reason_of(found) == "server-error"
    assert fake_time.slept == [8.0]


def test_validators_are_sent_and_304_is_not_modified(httpserver: HTTPServer, capture: CaptureOne) -> None:
    def answer(request: Request) -> Response:
        conditions = (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        known = conditions == ('"one"', "Mon, 23 Sep 2024 00:00:00 GMT")
        return Response(status=304) if known else Response(PAGE, content_type="text/html")

    httpserver.expect_request("/privacy").respond_with_handler(answer)
    validators = Validators(etag='"one"', last_modified="Mon, 23 Sep 2024 00:00:00 GMT")
    assert capture(httpserver.url_for("/privacy"), validators=validators).not_modified
    assert not capture(httpserver.url_for("/privacy")).not_modified


def test_validators_of_the_declared_address_are_not_sent_where_it_redirects(
    httpserver: HTTPServer, capture: CaptureOne
) -> None:
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(status=304)
    assert reason_of(capture(httpserver.url_for("/old"), validators=Validators(etag='"one"'))) == "unexpected-304"
    assert "If-None-Match" in httpserver.log[0][0].headers
    assert "If-None-Match" not in httpserver.log[1][0].headers


def test_a_redirected_snapshot_gives_no_validators(httpserver: HTTPServer, capture: CaptureOne) -> None:
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(PAGE, content_type="text/html", headers={"ETag": '"one"'})
    direct = capture(httpserver.url_for("/new")).snapshot
    redirected = capture(httpserver.url_for("/old")).snapshot
    assert direct is not None
    assert redirected is not None
    assert validators_for(direct) == Validators(etag='"one"')
    assert not validators_for(redirected)


def test_every_redirect_is_recorded(httpserver: HTTPServer, capture: CaptureOne) -> None:
    for status, (path, target) in zip(
        (301, 302, 303, 307, 308), (("/1", "/2"), ("/2", "3"), ("/3", "/4"), ("/4", "/5"), ("/5", "/end")), strict=True
    ):
        httpserver.expect_request(path).respond_with_data("moved", status=status, headers={"Location": target})
    httpserver.expect_request("/end").respond_with_data(PAGE, content_type="text/html")
    snapshot = capture(httpserver.url_for("/1")).snapshot
    assert snapshot is not None
    assert snapshot.final_url == httpserver.url_for("/end")
    assert snapshot.redirects == tuple(
        Hop(url=httpserver.url_for(f"/{place}"), status=status)
        for place, status in enumerate((301, 302, 303, 307, 308), start=1)
    )


def test_a_failure_keeps_the_status_and_the_address_of_the_answer(httpserver: HTTPServer, capture: CaptureOne) -> None:
    """What tells a document's end, and where it seems to have gone."""
    httpserver.expect_request("/privacy").respond_with_data(status=301, headers={"Location": "/gone"})
    httpserver.expect_request("/gone").respond_with_data(status=410)
    failure = capture(httpserver.url_for("/privacy")).failure
    assert failure is not None
    assert (failure.status, failure.final_url) == (410, httpserver.url_for("/gone"))


def test_a_failure_without_an_answer_has_neither_status_nor_address(capture: CaptureOne) -> None:
    failure = capture("http://127.0.0.1:9/privacy").failure
    assert failure is not None
    assert (failure.status, failure.final_url) == (None, None)


def test_a_redirect_loop_ends(httpserver: HTTPServer, capture: CaptureOne) -> None:
    httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": "/b"})
    httpserver.expect_request("/b").respond_with_data(status=302, headers={"Location": "/a"})
    found = capture(httpserver.url_for("/a"))
    assert reason_of(found) == "too-many-redirects"
    assert "in a circle" in detail_of(found)


def test_a_redirect_chain_without_end_ends(
    httpserver: HTTPServer, capture: CaptureOne, make_settings: MakeSettings
) -> None:
    def answer(request: Request) -> Response:
        return Response(status=302, headers={"Location": f"{request.path}x"})

    httpserver.expect_request(re.compile("/a.*")).respond_with_handler(answer)
    assert reason_of(capture(httpserver.url_for("/a"), make_settings(max_redirects=4))) == "too-many-redirects"
    assert len(httpserver.log) == 5


def test_a_redirect_that_sets_a_cookie_and_comes_back_is_followed(httpserver: HTTPServer, capture: CaptureOne) -> None:
    def answer(request: Request) -> Response:
        if request.cookies.get("seen") == "1":
            return Response(PAGE, content_type="text/html")
        return Response(status=302, headers={"Location": "/privacy", "Set-Cookie": "seen=1"})

    httpserver.expect_request("/privacy").respond_with_handler(answer)
    assert capture(httpserver.url_for("/privacy")).snapshot is not None
    # Nothing is remembered for the next capture.
    assert len(getattr(capture(httpserver.url_for("/privacy")).snapshot, "redirects", ())) == 1


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "data:text/html,hello",
        "http://someone:secret@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://[::1/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_redirect_to_what_is_no_public_web_address_is_refused(
    serve_raw: Callable[..., Any], capture: CaptureOne, location: str
) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    found = capture(serve_raw(answer.encode()).url)
    assert reason_of(found) == "forbidden-address"
    assert "secret" not in detail_of(found)


def test_declared_headers_stay_with_the_declared_host(httpserver: HTTPServer, capture: CaptureOne) -> None:
    there = f"http://127.0.0.1:{httpserver.port}"
    back = f"http://localhost:{httpserver.port}/end"
    httpserver.expect_request("/privacy").respond_with_data(status=302, headers={"Location": "/near"})
    httpserver.expect_request("/near").respond_with_data(status=302, headers={"Location": f"{there}/far"})
    httpserver.expect_request("/far").respond_with_data(status=302, headers={"Location": back})
    httpserver.expect_request("/end").respond_with_data(PAGE, content_type="text/html")
    declared = (
        ("Accept-Language", "en"),
        ("Cookie", "region=eu"),
        ("X-Token", "secret"),
        ("Authorization", "Basic eA=="),
    )
    found = capture(f"http://localhost:{httpserver.port}/privacy", headers=declared)
    assert found.snapshot is not None
    sent = [[name for name, value in declared if request.headers.get(name) == value] for request, _ in httpserver.log]
    assert sent == [[name for name, _ in declared]] * 2 + [[], []]
    assert not any(name in httpserver.log[3][0].headers for name, _ in declared)


def test_headers_that_the_fetcher_answers_for_cannot_be_declared(httpserver: HTTPServer, capture: CaptureOne) -> None:
    httpserver.expect_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    declared = (("host", "internal.example"), ("Accept-Encoding", "br"), ("User-Agent", "Browser"), ("accept", "a/b"))
    capture(httpserver.url_for("/privacy"), headers=declared)
    sent = httpserver.log[0][0].headers
    assert sent["Host"] == f"localhost:{httpserver.port}"
    assert sent["Accept-Encoding"] == "gzip, deflate"
    assert sent["User-Agent"].startswith("PolicyChangeTracker/")
    assert sent["Accept"] == "a/b"


@pytest.mark.parametrize(
    ("declared", "body", "expected"),
    [
        ("TEXT/HTML;charset=utf-8", PAGE, "text/html"),
        ("application/xhtml+xml", PAGE, "application/xhtml+xml"),
        ("text/plain", b"We keep it.", "text/plain"),
        ("text/markdown", b"# Privacy", "text/markdown"),
        ("application/pdf", b"%PDF-1.7", "application/pdf"),
        ("application/octet-stream", b"\n%PDF-1.7", "application/pdf"),
        ("", b"%PDF-1.7", "application/pdf"),
        ("", b"\xef\xbb\xbf\n<!doctype html><p>x", "text/html"),
        ("", b"plain words", None),
        ("application/octet-stream", PAGE, None),
        ("application/json", b"{}", None),
        ("image/png", b"\x89PNG", None),
        ("multipart/mixed", b"x", None),
    ],
)
def test_only_pages_are_accepted(
    serve_raw: Callable[..., Any], capture: CaptureOne, declared: str, body: bytes, expected: str | None
) -> None:
    header = f"Content-Type: {declared}\r\n".encode() if declared else b""
    server = serve_raw(b"HTTP/1.1 200 OK\r\n" + header + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    found = capture(server.url)
    if expected is None:
        assert reason_of(found) == "wrong-type"
    else:
        assert found.snapshot is not None
        assert (found.snapshot.media_type, found.snapshot.body) == (expected, body)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("application/json", "application/json"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("text/plain", "text/plain"),
        ("application/octet-stream", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_data_is_taken_whatever_its_type(
    serve_raw: Callable[..., Any], capture: CaptureOne, declared: str, expected: str
) -> None:
    header = f"Content-Type: {declared}\r\n".encode() if declared else b""
    server = serve_raw(b"HTTP/1.1 200 OK\r\n" + header + b"Content-Length: 2\r\n\r\n{}")
    found = capture(server.url, is_data=True)
    assert found.snapshot is not None
    assert (found.snapshot.media_type, found.snapshot.body) == (expected, b"{}")


def test_data_is_asked_for_by_its_types_and_by_no_other_rules(httpserver: HTTPServer, capture: CaptureOne) -> None:
    httpserver.expect_request("/figures.json").respond_with_data(b"{}", content_type="application/json")
    httpserver.expect_request("/absent.json").respond_with_data(b"{}", status=404, content_type="application/json")
    assert capture(httpserver.url_for("/figures.json"), is_data=True).snapshot is not None
    sent = next(request for request, _ in httpserver.log if request.path == "/figures.json")
    assert sent.headers["Accept"].startswith("application/json, text/csv")
    assert capture(httpserver.url_for("/absent.json"), is_data=True).failure is not None
