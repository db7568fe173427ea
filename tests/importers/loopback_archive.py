"""A Wayback Machine on loopback: its index and its copies, as far as the client asks for them, and its faults.

The forms are those that `wayback` (0.5.1) reads: `_client.py`, `search` and `get_memento`.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import threading
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.fake_time import FakeTime
from tracker.fetch import BoundedAdapter

ARCHIVE = "https://web.archive.org"


@dataclass(slots=True)
class Answer:
    """What is sent for one request."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_short: bool = False
    """Whether more is announced than sent."""
    is_slow: bool = False
    """Whether the body drips."""


Fault = Callable[["LoopbackArchive", "Copy", int], Answer]


@dataclass(slots=True)
class Copy:
    """One copy, with what the index says of it."""

    at: datetime
    original: str
    body: bytes
    media_type: str = "text/html"
    """In the header."""
    index_type: str = "text/html"
    status: str = "200"
    digest: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """Of the publisher's answer."""
    fault: Fault | None = None
    """What is answered instead; told how often the copy was asked for before."""

    def __post_init__(self) -> None:
        self.digest = self.digest or digest_of(self.body)

    @property
    def timestamp(self) -> str:
        return self.at.strftime("%Y%m%d%H%M%S")

    @property
    def url(self) -> str:
        return f"{ARCHIVE}/web/{self.timestamp}id_/{self.original}"

    @property
    def line(self) -> str:
        return (
            f"{key_of(self.original)} {self.timestamp} {self.original} {self.index_type} {self.status} {self.digest} "
            f"{len(self.body)}"
        )

    def answer(self, *, status: int = 200, at: datetime | None = None, original: str | None = None) -> Answer:
        """The copy as the archive plays it back."""
        captured = self.original if original is None else original
        links = [
            f'<{captured}>; rel="original"',
            f'<{ARCHIVE}/web/timemap/link/{captured}>; rel="timemap"; type="application/link-format"',
            f'<{ARCHIVE}/web/{self.timestamp}/{captured}>; rel="first memento"; datetime="{http_date(self.at)}"',
        ]
        return Answer(
            status=status,
            headers={
                "Content-Type": self.media_type,
                "Memento-Datetime": http_date(at or self.at),
                "Link": ", ".join(links),
                **{f"x-archive-orig-{name}": value for name, value in self.headers.items()},
            },
            body=self.body,
        )


def digest_of(body: bytes) -> str:
    return b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def key_of(url: str) -> str:
    """The key under which the index has an address: scheme, `www.`, case and a last slash make no difference."""
    parts = urlsplit(url)
    host = ",".join(reversed((parts.hostname or "").lower().removeprefix("www.").split(".")))
    query = f"?{parts.query.lower()}" if parts.query else ""
    return f"{host}){parts.path.lower().rstrip('/') or '/'}{query}"


class LoopbackArchive:
    """The archive's two services on a port of this machine."""

    def __init__(self) -> None:
        self.time = FakeTime()
        self.copies: list[Copy] = []
        self.more_lines: list[bytes] = []
        """What the index has besides, at its start."""
        self.search_fault: Callable[[int], Answer | None] = lambda _asked: None
        """What is answered to a search instead; told how many there were before."""
        self.searches: list[dict[str, str]] = []
        self.fetched: list[str] = []
        """Addresses of copies in the order in which they were asked for."""
        self.headers: list[dict[str, str]] = []
        """Of every request, names in lower case."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(
        self, at: datetime, body: bytes | str, *, url: str = "https://lantern.example/privacy", **facts: Any
    ) -> Copy:
        """Have one more copy."""
        copy = Copy(at=at, original=url, body=body.encode() if isinstance(body, str) else body, **facts)
        self.copies.append(copy)
        return copy

    # ------------------------------------------------------------------------------------------------------- answering

    def answer(self, target: str) -> Answer:
        parts = urlsplit(target)
        if parts.path == "/cdx/search/cdx":
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            self.searches.append(query)
            return self.search_fault(len(self.searches) - 1) or self._search(query)
        asked = self.fetched.count(ARCHIVE + target)
        self.fetched.append(ARCHIVE + target)
        copy = next((copy for copy in self.copies if copy.url == ARCHIVE + target), None)
        if copy is None:
            return Answer(status=404, headers={"Content-Type": "text/html"}, body=b"<p>Not archived.</p>")
        return copy.fault(self, copy, asked) if copy.fault is not None else copy.answer()

    def _search(self, query: dict[str, str]) -> Answer:
        earliest, latest = query.get("from", "0" * 14), query.get("to", "9" * 14)
        found = sorted(
            (copy for copy in self.copies if key_of(copy.original) == key_of(query["url"])),
            key=lambda copy: copy.timestamp,
        )
        lines = [*self.more_lines, *(copy.line.encode() for copy in found if earliest <= copy.timestamp <= latest)]
        start, limit = int(query.get("resumeKey", "0")), int(query["limit"])
        page = lines[start : start + limit]
        if start + limit < len(lines):
            page += [b"", str(start + limit).encode()]
        return Answer(status=200, headers={"Content-Type": "text/plain"}, body=b"".join(line + b"\n" for line in page))


def _handler_for(archive: LoopbackArchive) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            archive.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = archive.answer(self.path)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + (100 if answer.is_short else 0)))
            self.end_headers()
            if answer.is_slow:
                for place in range(4):
                    archive.time.skip(1_000)
                    self.wfile.write(answer.body[place : place + 1])
            else:
                self.wfile.write(answer.body)

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # who waited too long has gone
                super().handle()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    return Handler


class ToLoopback(BoundedAdapter):
    """The adapter that imports use, led to the archive on loopback."""

    port = 0

    @classmethod
    def at(cls, port: int) -> type[ToLoopback]:
        """The adapter for an archive at `port`."""
        return type("ToLoopbackPort", (cls,), {"port": port})

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        there = request.copy()
        there.url = (request.url or "").replace(ARCHIVE, f"http://127.0.0.1:{self.port}", 1)
        answer = super().send(there, *arguments, **options)
        answer.url, answer.request = request.url or "", request
        return answer


# -------------------------------------------------------------------------------------------------------------- faults


def once(status: int, **headers: str) -> Fault:
    """Refuses the first request with `status`, and is well then."""

    def answer(_archive: LoopbackArchive, copy: Copy, asked: int) -> Answer:
        return refusal(status, b"<p>Later.</p>", **headers) if asked == 0 else copy.answer()

    return answer


def always(status: int, body: bytes = b"<p>Sorry.</p>", **headers: str) -> Fault:
    """Refuses every request with `status`, as the archive itself."""
    return lambda _archive, _copy, _asked: refusal(status, body, **headers)


def refusal(status: int, body: bytes = b"<p>Sorry.</p>", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers={"Content-Type": "text/html"} | named, body=body)


def archived_status(status: int) -> Fault:
    """Plays back an answer with `status`."""
    return lambda _archive, copy, _asked: copy.answer(status=status)


def archived_redirect(target: str) -> Fault:
    """Plays back a redirect of the publisher's."""

    def answer(_archive: LoopbackArchive, copy: Copy, _asked: int) -> Answer:
        played = copy.answer(status=302)
        played.headers["Location"] = target
        return played

    return answer


def short(_archive: LoopbackArchive, copy: Copy, _asked: int) -> Answer:
    """Announces more than it sends."""
    answer = copy.answer()
    answer.is_short = True
    return answer


def slow(_archive: LoopbackArchive, copy: Copy, _asked: int) -> Answer:
    """Sends a byte now and then."""
    answer = copy.answer()
    answer.is_slow = True
    return answer


def unhurried(seconds: float) -> Fault:
    """Answers well, after so long a time: less than 30 seconds, or it is silence."""

    def answer(archive: LoopbackArchive, copy: Copy, _asked: int) -> Answer:
        archive.time.skip(seconds)
        return copy.answer()

    return answer


def other_instant(at: datetime) -> Fault:
    """Plays back the copy of another instant, without a word."""
    return lambda _archive, copy, _asked: copy.answer(at=at)


def other_original(url: str) -> Fault:
    """Plays back the copy of another address, without a word."""
    return lambda _archive, copy, _asked: copy.answer(original=url)


def encoded(body: Callable[[bytes], bytes] = gzip.compress) -> Fault:
    """Sends the body as gzip, or what `body` makes of it."""

    def answer(_archive: LoopbackArchive, copy: Copy, _asked: int) -> Answer:
        played = copy.answer()
        played.headers["Content-Encoding"] = "gzip"
        played.body = body(copy.body)
        return played

    return answer
