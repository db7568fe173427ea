"""A small server to look at the built site: this machine only by default, static files only."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from socketserver import TCPServer
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from tracker.errors import UsageError
from tracker.publish.folder import MANIFEST


class SiteServer(ThreadingHTTPServer):
    """A bound server: call `serve_forever`, from another thread `shutdown`, and at last `server_close`."""

    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called, as the library would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    @property
    def url(self) -> str:
        """The address of the site's first page."""
        return f"http://{self.server_name}:{self.server_port}/"


class _Handler(SimpleHTTPRequestHandler):
    """Files of the site with their media types; no listings, no hidden files, no log."""

    extensions_map = {  # noqa: RUF012 - the library's declaration
        "": "application/octet-stream",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".atom": "application/atom+xml; charset=utf-8",
        ".rss": "application/rss+xml; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".svg": "image/svg+xml",
    }
    server_version = "tracker"
    sys_version = ""

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer 404 to anything hidden, and to whatever is not a file of the site."""
        path = unquote(urlsplit(self.path).path)
        if any(part.startswith(".") for part in path.split("/")):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the library's signature
        """Answer 404: a folder without a page is no page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Send what keeps a browser from guessing types and from keeping what was just rebuilt."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's signature
        """Say nothing: the terminal belongs to whoever started the server."""


def serve(folder: Path, host: str = "127.0.0.1", port: int = 8000) -> SiteServer:
    """Return a server for the site in `folder`, bound and not yet running; port 0 takes any that is free.

    Raises:
        UsageError: If the folder holds no site, or the address cannot be used.
    """
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"there is no site in {folder}: build one with 'tracker site build'")
    try:
        return SiteServer((host, port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise UsageError(f"cannot serve at {host}:{port}: {error.strerror}; choose another --port") from error
