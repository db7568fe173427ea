"""Servers on loopback, a clock that only sleeping moves forward, and short limits."""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest

from tests.fake_time import FakeTime
from tracker.fetch import FetchRequest, FetchSettings, fetch_all, fetch_one
from tracker.model import Capture

Serve: TypeAlias = Callable[[socket.socket], None]
START = datetime(2024, 9, 23, 15, 26, 23, tzinfo=UTC)


class DatedTime(FakeTime):
    """Time with a date."""

    def now(self) -> datetime:
        return START + timedelta(seconds=round(self.skipped))


@pytest.fixture
def fake_time() -> DatedTime:
    return DatedTime()


@pytest.fixture
def make_settings() -> Callable[..., FetchSettings]:
    """Settings for loopback, without robots.txt and pauses where a test does not ask for them."""
    return functools.partial(
        FetchSettings,
        user_agent="PolicyChangeTracker/0.1 (+https://tracker.example/)",
        allow_private=True,
        respect_robots=False,
        per_host_seconds=0,
        read_seconds=5,
        total_seconds=20,
    )


@pytest.fixture
def capture(fake_time: DatedTime, make_settings: Callable[..., FetchSettings]) -> Callable[..., Capture]:
    """Capture one address; `settings` and the fields of the request as keywords."""

    def capture_one(url: str, settings: FetchSettings | None = None, **fields: Any) -> Capture:
        return fetch_one(
            FetchRequest(url=url, **fields),
            settings or make_settings(),
            now=fake_time.now,
            sleep=fake_time.sleep,
            clock=fake_time.clock,
        )

    return capture_one


@pytest.fixture
def capture_all(fake_time: DatedTime, make_settings: Callable[..., FetchSettings]) -> Callable[..., list[Capture]]:
    """Capture several addresses, and return the captures in the order of the addresses."""

    def capture_them(urls: Sequence[str], settings: FetchSettings | None = None) -> list[Capture]:
        found = dict(
            fetch_all(
                [FetchRequest(url=url) for url in urls],
                settings or make_settings(),
                now=fake_time.now,
                sleep=fake_time.sleep,
                clock=fake_time.clock,
            )
        )
        return [found[place] for place in range(len(urls))]

    return capture_them


class RawServer:
    """A server that says exactly the bytes it is given, to every connection anew."""

    def __init__(self, serve: Serve) -> None:
        self.requests: list[bytes] = []
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/privacy"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._answer, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            received = b""
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    return
                received += piece
            self.requests.append(received)
            self._serve(connection)

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def serve_raw() -> Iterator[Callable[[bytes | Serve], RawServer]]:
    """Start a server that answers every request with the given bytes, or as the given function does."""
    servers: list[RawServer] = []

    def start(answer: bytes | Serve) -> RawServer:
        def send(connection: socket.socket) -> None:
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)

        server = RawServer(send)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
