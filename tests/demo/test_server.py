from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage

import pytest

from tracker.demo import NIGHTS, DemoServer, figures_for, page_for


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


def get(
    server: DemoServer, path: str = "/privacy", headers: dict[str, str] | None = None
) -> tuple[int, HTTPMessage, bytes]:
    connection = HTTPConnection(*server.address, timeout=5)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_each_night_shows_its_page(server: DemoServer) -> None:
    for night in NIGHTS:
        server.night = night
        status, _, body = get(server)
        assert (status, body) == (night.status, page_for(night))


def test_each_night_shows_its_figures(server: DemoServer) -> None:
    for night in NIGHTS:
        server.night = night
        status, headers, body = get(server, "/transparency/figures.csv")
        assert (status, headers["Content-Type"], body) == (200, "text/csv; charset=utf-8", figures_for(night))


def test_it_listens_on_loopback(server: DemoServer) -> None:
    assert server.address[0] == "127.0.0.1"


def test_there_is_no_robots_txt(server: DemoServer) -> None:
    assert get(server, "/robots.txt")[0] == 404


def test_a_page_that_is_known_already_is_answered_304_without_a_body(server: DemoServer) -> None:
    server.night = NIGHTS[5]
    etag = get(server)[1]["ETag"]
    server.night = NIGHTS[6]
    status, headers, body = get(server, headers={"If-None-Match": etag})
    assert (status, body, headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("named", ['W/{}, "other"', "*"])
def test_weak_and_any_validators_match(server: DemoServer, named: str) -> None:
    etag = get(server)[1]["ETag"]
    assert get(server, headers={"If-None-Match": named.format(etag)})[0] == 304


def test_a_page_that_changed_is_served_whole(server: DemoServer) -> None:
    etag = get(server)[1]["ETag"]
    server.night = NIGHTS[1]
    assert get(server, headers={"If-None-Match": etag})[0] == 200


def test_the_answer_names_the_storys_time_and_not_the_machines(server: DemoServer) -> None:
    server.night = NIGHTS[4]
    headers = get(server)[1]
    assert headers["Date"] == "Tue, 05 Mar 2024 03:17:00 GMT"
    assert headers["Last-Modified"] == "Sun, 03 Mar 2024 03:17:00 GMT"
    assert headers["Server"].strip() == "Courier"
