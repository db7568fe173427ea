"""Courier's web server, on loopback: shows the page of the night that it is told.

Its answers depend on the story alone, not on the machine or the hour, since the archive of a demonstration is the same
bytes every time.
"""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from types import TracebackType
from typing import Self, cast
from urllib.parse import urlsplit

from tracker.demo.story import FIGURES_URL, NIGHTS, URL, Night, figures_for, page_for, published_at


class DemoServer:
    """A server on a free port of 127.0.0.1, up while the context lasts.

    Serves the page of `night` at the path of `URL` with its ETag and Last-Modified, 304 to a request that names its
    ETag in If-None-Match (RFC 9110, section 13.1.2), its figures at the path of `FIGURES_URL`, and 404 for everything
    else, robots.txt included.

    Attributes:
        night: The night whose page is served; set it before each run.
    """

    def __init__(self, night: Night = NIGHTS[0]) -> None:
        self.night = night
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="courier", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port on which it listens."""
        host, port = self._server.server_address[:2]
        return str(host), int(port)


class _Server(TCPServer):
    """TCPServer, and not HTTPServer, which asks the name service for its own name when it starts."""

    allow_reuse_address = True

    def __init__(self, demo: DemoServer) -> None:
        self.demo = demo
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    timeout = 5
    server_version = "Courier"
    sys_version = ""

    def do_GET(self) -> None:
        night = cast("_Server", self.server).demo.night
        if urlsplit(self.path).path == urlsplit(FIGURES_URL).path:
            self._answer(HTTPStatus.OK, figures_for(night), kind="text/csv; charset=utf-8")
            return
        if urlsplit(self.path).path != urlsplit(URL).path:
            self._answer(HTTPStatus.NOT_FOUND, b"not found\n", kind="text/plain; charset=utf-8")
            return
        body = page_for(night)
        validators = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
            "Last-Modified": _http_date(published_at(night)),
        }
        if night.status == HTTPStatus.OK and _names_etag(self.headers.get("If-None-Match"), validators["ETag"]):
            self._answer(HTTPStatus.NOT_MODIFIED, b"", validators=validators)
            return
        self._answer(night.status, body, kind="text/html; charset=utf-8", validators=validators)

    def _answer(self, status: int, body: bytes, *, kind: str = "", validators: dict[str, str] | None = None) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        for name, value in (validators or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the night's time for the Date header, whatever the machine's clock says."""
        del timestamp
        return _http_date(cast("_Server", self.server).demo.night.at)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gives it
        """Say nothing: the run tells its own progress."""


def _http_date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)


def _names_etag(if_none_match: str | None, etag: str) -> bool:
    """Whether `If-None-Match` names `etag`, by weak comparison."""
    named = {item.strip().removeprefix("W/") for item in (if_none_match or "").split(",")}
    return bool(named & {etag, "*"})
