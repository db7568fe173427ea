"""What clients with a session of their own are given: whole answers, or a FetchError."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from tracker.errors import FetchError
from tracker.fetch import BoundedAdapter, FetchSettings

BODY = b"<p>Letters are kept until they are read.</p>"
NOW = datetime(2024, 10, 1, tzinfo=UTC)
MakeSettings = Callable[..., FetchSettings]
ServeRaw = Callable[..., Any]


@pytest.fixture
def ask(make_settings: MakeSettings, serve_raw: ServeRaw) -> Callable[..., requests.Response]:
    """Ask a server that says exactly these bytes."""

    def send(
        answer: bytes, *, is_wanted: Callable[[Mapping[str, str]], bool] = lambda _headers: False, **limits: Any
    ) -> requests.Response:  # fmt: skip
        server = serve_raw(answer)
        adapter = BoundedAdapter(make_settings(**limits), is_wanted=is_wanted, now=lambda: NOW, clock=lambda: 0.0)
        return adapter.send(requests.Request("GET", server.url).prepare())

    return send


def answer(status: str = "200 OK", *headers: str, body: bytes = BODY, announced: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if announced is None else announced}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def test_an_answer_is_whole_and_decoded(ask: Callable[..., requests.Response]) -> None:
    found = ask(answer("200 OK", "Content-Encoding: gzip", "X-Word: lamp", body=gzip.compress(BODY)))
    assert (found.status_code, found.headers["x-word"], found.content) == (200, "lamp", BODY)


@pytest.mark.parametrize("status", ["301 Moved", "403 Forbidden", "404 Not Found"])
def test_an_answer_of_another_status_is_an_answer(ask: Callable[..., requests.Response], status: str) -> None:
    assert ask(answer(status, "Location: /elsewhere")).status_code == int(status[:3])


@pytest.mark.parametrize(
    ("said", "limits", "reason"),
    [
        (answer(announced=1_000), {}, "incomplete-body"),
        (answer(body=BODY * 100), {"max_bytes": 1_000}, "body-too-large"),
        (answer("200 OK", "Content-Encoding: gzip"), {}, "bad-encoding"),
        (answer("200 OK", "Content-Encoding: br"), {}, "bad-encoding"),
        (b"not HTTP at all", {}, "bad-headers"),
        (answer(), {"allow_private": False}, "forbidden-address"),
        (answer("429 Too Many Requests"), {}, "rate-limited"),
        (answer("500 Oh"), {}, "server-error"),
    ],
)
def test_what_is_no_answer_is_an_error(
    ask: Callable[..., requests.Response], said: bytes, limits: dict[str, Any], reason: str
) -> None:
    with pytest.raises(FetchError) as caught:
        ask(said, **limits)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("header", "seconds"), [("30", 30.0), ("Tue, 01 Oct 2024 00:01:00 GMT", 60.0)])
def test_a_refusal_says_how_long_to_wait(ask: Callable[..., requests.Response], header: str, seconds: float) -> None:
    with pytest.raises(FetchError) as caught:
        ask(answer("503 Service Unavailable", f"Retry-After: {header}"))
    assert (caught.value.transient, caught.value.retry_after_seconds) == (True, seconds)


def test_an_error_that_was_asked_for_is_an_answer(ask: Callable[..., requests.Response]) -> None:
    found = ask(answer("503 Service Unavailable", "X-Copy: yes"), is_wanted=lambda headers: "X-Copy" in headers)
    assert (found.status_code, found.content) == (503, BODY)
