"""Many captures at once: order, pace, robots.txt, and faults that stay where they are."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tracker.fetch import FETCHERS, FetchRequest, FetchSettings, Hosts, captures, fetch_all
from tracker.model import Capture

PAGE = b"<h1>Privacy</h1><p>We keep your number until you leave.</p>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE)
CaptureOne = Callable[..., Capture]
CaptureAll = Callable[..., list[Capture]]
MakeSettings = Callable[..., FetchSettings]
ServeRaw = Callable[..., Any]


def reasons_of(found: list[Capture]) -> list[str | None]:
    return [capture.failure.reason if capture.failure else None for capture in found]


def paths_of(httpserver: HTTPServer) -> list[str]:
    return [request.path for request, _ in httpserver.log]


def test_faults_of_some_pages_leave_the_others_alone(httpserver: HTTPServer, capture_all: CaptureAll) -> None:
    httpserver.expect_request("/good").respond_with_data(PAGE, content_type="text/html")
    httpserver.expect_request("/gone").respond_with_data(status=404)
    urls = [httpserver.url_for("/good"), httpserver.url_for("/gone"), "file:///etc/passwd", httpserver.url_for("/good")]
    found = capture_all(urls)
    assert [capture.url for capture in found] == urls
    assert reasons_of(found) == [None, "not-found", "forbidden-address", None]


def test_a_bug_in_one_capture_is_named_and_leaves_the_others_alone(
    httpserver: HTTPServer, capture_all: CaptureAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(request: FetchRequest, visit: Any) -> Any:
        if request.url.endswith("/bug"):
            raise ZeroDivisionError("division by\nzero")
        return FETCHERS["http"](request, visit)

    monkeypatch.setattr(captures, "FETCHERS", MappingProxyType({"http": fetch}))
    httpserver.expect_request("/good").respond_with_data(PAGE, content_type="text/html")
    found = capture_all([httpserver.url_for("/bug"), httpserver.url_for("/good")])
    assert reasons_of(found) == ["unexpected", None]
    assert found[0].failure is not None
    assert "ZeroDivisionError" in found[0].failure.detail
    assert found[0].failure.detail.isprintable()


def test_no_request_gives_no_capture(capture_all: CaptureAll) -> None:
    assert capture_all([]) == []


def test_a_fault_of_the_callers_clock_is_raised(make_settings: MakeSettings) -> None:
    def now() -> Any:
        raise RuntimeError("no clock")

    with pytest.raises(RuntimeError, match="no clock"):
        list(fetch_all([FetchRequest(url="http://127.0.0.1:1/")], make_settings(), now=now))


def test_hosts_are_asked_in_parallel(serve_raw: ServeRaw, capture_all: CaptureAll) -> None:
    both = threading.Barrier(2, timeout=5)

    def meet(connection: Any) -> None:
        both.wait()
        connection.sendall(OK)

    assert reasons_of(capture_all([serve_raw(meet).url, serve_raw(meet).url])) == [None, None]


def test_one_host_is_asked_one_page_at_a_time_and_at_its_pace(
    serve_raw: ServeRaw, capture_all: CaptureAll, make_settings: MakeSettings, fake_time: Any
) -> None:
    under_way = threading.Lock()

    def answer(connection: Any) -> None:
        if under_way.acquire(blocking=False):
            connection.sendall(OK)
            under_way.release()

    server = serve_raw(answer)
    assert reasons_of(capture_all([server.url] * 4, make_settings(per_host_seconds=60))) == [None] * 4
    assert len(fake_time.slept) == 3
    assert all(50 < seconds <= 60 for seconds in fake_time.slept)


def test_redirects_and_retries_keep_the_pace(
    httpserver: HTTPServer, capture: CaptureOne, make_settings: MakeSettings, fake_time: Any
) -> None:
    moved = {"status": 301, "headers": {"Location": "/new"}}
    served = {"response_data": PAGE, "content_type": "text/html"}
    for path, answer in (("/old", moved), ("/new", {"status": 503}), ("/old", moved), ("/new", served)):
        httpserver.expect_ordered_request(path).respond_with_data(**answer)
    found = capture(httpserver.url_for("/old"), make_settings(per_host_seconds=60, total_seconds=20))
    assert found.snapshot is not None
    assert paths_of(httpserver) == ["/old", "/new", "/old", "/new"]
    assert sum(fake_time.slept) > 3 * 50


def test_a_second_round_keeps_its_distance_to_the_first(
    serve_raw: ServeRaw, make_settings: MakeSettings, fake_time: Any
) -> None:
    server, hosts = serve_raw(OK), Hosts()
    for _ in range(2):
        found = fetch_all(
            [FetchRequest(url=server.url)],
            make_settings(per_host_seconds=60),
            now=fake_time.now,
            sleep=fake_time.sleep,
            clock=fake_time.clock,
            hosts=hosts,
        )
        assert reasons_of([capture for _, capture in found]) == [None]
    assert [50 < seconds <= 60 for seconds in fake_time.slept] == [True]


def test_closing_early_asks_for_nothing_more(
    httpserver: HTTPServer, make_settings: MakeSettings, fake_time: Any
) -> None:
    httpserver.expect_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    requests = [FetchRequest(url=httpserver.url_for("/privacy"))] * 200
    found = fetch_all(requests, make_settings(), now=fake_time.now, sleep=fake_time.sleep, clock=fake_time.clock)
    next(found)
    found.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(httpserver.log) < 60
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]


# robots.txt


@pytest.fixture
def polite(make_settings: MakeSettings) -> FetchSettings:
    return make_settings(respect_robots=True)


@pytest.fixture
def site(httpserver: HTTPServer) -> Callable[..., HTTPServer]:
    """A site whose every page exists, with the given robots.txt."""

    def start(body: str = "", *, status: int = 200, **headers: str) -> HTTPServer:
        httpserver.expect_request("/robots.txt").respond_with_data(body, status=status, headers=headers)
        httpserver.expect_request(re.compile("/p.*")).respond_with_data(PAGE, content_type="text/html")
        return httpserver

    return start


def test_robots_txt_is_read_once_a_run(
    site: Callable[..., HTTPServer], capture_all: CaptureAll, polite: FetchSettings
) -> None:
    server = site("User-agent: *\nDisallow: /private\n")
    found = capture_all([server.url_for(path) for path in ("/privacy", "/private/a", "/privacy")], polite)
    assert reasons_of(found) == [None, "robots-disallowed", None]
    assert paths_of(server) == ["/robots.txt", "/privacy", "/privacy"]


def test_a_second_round_of_the_same_run_reads_robots_txt_no_second_time(
    site: Callable[..., HTTPServer], polite: FetchSettings, fake_time: Any
) -> None:
    server, hosts = site("User-agent: *\nDisallow: /private"), Hosts()
    for _ in range(2):
        requests = [FetchRequest(url=server.url_for("/privacy"))]
        times = {"now": fake_time.now, "sleep": fake_time.sleep, "clock": fake_time.clock}
        assert reasons_of([found for _, found in fetch_all(requests, polite, hosts=hosts, **times)]) == [None]
    assert paths_of(server) == ["/robots.txt", "/privacy", "/privacy"]


def test_robots_txt_may_speak_to_us_by_name(
    site: Callable[..., HTTPServer], capture: CaptureOne, polite: FetchSettings
) -> None:
    server = site("\ufeffUser-agent: *\nAllow: /\n\nUser-agent: policychangetracker\nDisallow: /\n")
    found = capture(server.url_for("/privacy"), polite)
    assert reasons_of([found]) == ["robots-disallowed"]
    assert found.failure is not None
    assert "PolicyChangeTracker" in found.failure.detail
    assert not found.failure.transient


def test_robots_txt_is_not_asked_where_it_is_not_to_be_heeded(
    site: Callable[..., HTTPServer], capture: CaptureOne, make_settings: MakeSettings
) -> None:
    server = site("User-agent: *\nDisallow: /\n")
    assert capture(server.url_for("/privacy"), make_settings(respect_robots=False)).snapshot is not None
    assert paths_of(server) == ["/privacy"]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429])
def test_a_site_without_robots_txt_allows_everything(
    site: Callable[..., HTTPServer], capture: CaptureOne, polite: FetchSettings, status: int
) -> None:
    assert capture(site("User-agent: *\nDisallow: /", status=status).url_for("/privacy"), polite).snapshot is not None


@pytest.mark.parametrize(("status", "times"), [(500, 3), (503, 3), (204, 1), (304, 1)])
def test_a_robots_txt_that_cannot_be_read_forbids(
    site: Callable[..., HTTPServer], capture_all: CaptureAll, polite: FetchSettings, status: int, times: int
) -> None:
    server = site(status=status)
    found = capture_all([server.url_for("/privacy")] * 2, polite)
    assert reasons_of(found) == ["robots-unreachable"] * 2
    assert found[0].failure is not None
    assert str(status) in found[0].failure.detail
    assert found[0].failure.transient is (times > 1)
    assert paths_of(server) == ["/robots.txt"] * times


def test_a_robots_txt_that_fails_once_is_tried_again(
    httpserver: HTTPServer, capture: CaptureOne, polite: FetchSettings
) -> None:
    httpserver.expect_ordered_request("/robots.txt").respond_with_data(status=503)
    httpserver.expect_ordered_request("/robots.txt").respond_with_data(status=404)
    httpserver.expect_ordered_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    found = capture(httpserver.url_for("/privacy"), polite)
    assert found.snapshot is not None
    assert found.attempts == 1


def test_a_host_that_cannot_be_reached_is_named_after_that(
    serve_raw: ServeRaw, capture: CaptureOne, polite: FetchSettings, make_settings: MakeSettings
) -> None:
    closed = serve_raw(b"")
    forbidden = make_settings(respect_robots=True, allow_private=False)
    assert reasons_of([capture(closed.url, polite)]) == ["robots-unreachable"]
    assert reasons_of([capture(closed.url, forbidden)]) == ["forbidden-address"]
    assert reasons_of([capture("http://127.0.0.1:1/", polite)]) == ["connection-refused"]


def test_robots_txt_of_the_host_where_a_redirect_ends_is_heeded(
    site: Callable[..., HTTPServer], serve_raw: ServeRaw, capture: CaptureOne, polite: FetchSettings
) -> None:
    server = site("User-agent: *\nDisallow: /privacy")
    target = server.url_for("/privacy").encode()

    def answer(connection: Any) -> None:
        asked_for_robots = b"GET /robots.txt " in first.requests[-1]
        head = b"HTTP/1.1 404 No\r\n" if asked_for_robots else b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\n"
        connection.sendall(head + b"Content-Length: 0\r\nConnection: close\r\n\r\n")

    first = serve_raw(answer)
    assert reasons_of([capture(first.url, polite)]) == ["robots-disallowed"]
    assert paths_of(server) == ["/robots.txt"]


def test_robots_txt_may_redirect_five_times(httpserver: HTTPServer, capture: CaptureOne, polite: FetchSettings) -> None:
    def answer(request: Request) -> Response:
        return Response(status=302, headers={"Location": f"{request.path}x"})

    httpserver.expect_request("/privacy").respond_with_data(PAGE, content_type="text/html")
    httpserver.expect_request("/robots.txtxxxxx").respond_with_data("User-agent: *\nDisallow: /privacy")
    httpserver.expect_request(re.compile("/robots.txtx{0,4}")).respond_with_handler(answer)
    assert reasons_of([capture(httpserver.url_for("/privacy"), polite)]) == ["robots-disallowed"]


def test_a_robots_txt_without_end_is_read_as_far_as_its_cap(
    site: Callable[..., HTTPServer], capture_all: CaptureAll, polite: FetchSettings
) -> None:
    server = site("User-agent: *\nDisallow: /private\n" + "# more\n" * 200_000 + "Disallow: /privacy\n")
    found = capture_all([server.url_for("/privacy"), server.url_for("/private")], polite)
    assert reasons_of(found) == [None, "robots-disallowed"]


@pytest.mark.parametrize("asked", [7, 3600])
def test_a_crawl_delay_slows_us_down_within_reason(
    site: Callable[..., HTTPServer], capture_all: CaptureAll, polite: FetchSettings, fake_time: Any, asked: int
) -> None:
    server = site(f"User-agent: *\nCrawl-delay: {asked}\n")
    assert reasons_of(capture_all([server.url_for("/privacy")] * 2, polite)) == [None, None]
    assert len(fake_time.slept) == 2
    assert all(min(asked, 30) - 5 < seconds <= min(asked, 30) for seconds in fake_time.slept)


# Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"user_agent": ""},
        {"user_agent": "Tracker\r\nX: y"},
        {"user_agent": "(no product)"},
        {"total_seconds": 0},
        {"retries": -1},
        {"max_bytes": 0},
    ],
)
def test_settings_that_make_no_sense_cannot_be_built(make_settings: MakeSettings, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is no User-Agent|must"):
        make_settings(**wrong)
