"""A small server to look at the built site: this machine only by default, static files only.

Belongs here: what HTTP asks of a server of files (RFC 9110). Does not belong here: anything for the open network.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from posixpath import normpath
from socketserver import TCPServer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from tracker.errors import UsageError
from tracker.publish.folder import MANIFEST

#: Types by the ending of a name. Those of feeds and of lists of feeds are what their specifications name.
MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wasm": "application/wasm",
}
_ANY_TYPE: Final = "application/octet-stream"
#: JSON Feed 1.1 has a type of its own; whatever else ends in `.json` has not.
_FEEDS: Final = re.compile(r"/feeds/.+\.json")
_JSON_FEED: Final = "application/feed+json; charset=utf-8"
#: One tag of `If-None-Match` (RFC 9110, section 13.1.2).
_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')

_NOT_FOUND: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>There is no such page</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>Addresses of changes never die: if this was one, the site here may be older, or built from another archive.
<a href="/">The timeline</a></p>
</main>
</body>
</html>
"""


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

    server_version = "tracker"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60
    """Seconds after which a connection is closed on which nothing is asked."""

    def send_head(self) -> BytesIO | None:
        """Send the head of an answer; return what follows it, None where nothing does.

        Answered are GET and HEAD, for files of the site that are neither hidden nor behind a link to elsewhere.
        """
        path = _read_path(self.path)
        file = None if path is None else self._find(path)
        if path is None or file is None:
            return self._answer(_NOT_FOUND.encode(), MEDIA_TYPES[".html"], HTTPStatus.NOT_FOUND)
        if file.is_dir():
            # Links of a page are relative to its folder.
            self._begin(HTTPStatus.MOVED_PERMANENTLY, 0)
            self.send_header("Location", f"{urlsplit(self.path).path.rstrip('/')}/")
            self.end_headers()
            return None
        try:
            content, changed_at = file.read_bytes(), file.stat().st_mtime
        except OSError:
            # A build replaced or removed it just now.
            return self._answer(_NOT_FOUND.encode(), MEDIA_TYPES[".html"], HTTPStatus.NOT_FOUND)
        return self._send_file(content, _type_of(path, file), datetime.fromtimestamp(int(changed_at), tz=UTC))

    def _find(self, path: str) -> Path | None:
        """Return the file, or the folder that has a page, at the plain path `path`; None where nothing of ours is."""
        root = Path(self.directory).resolve()
        file = root / path.lstrip("/")
        page = file / "index.html"
        try:
            if path.endswith("/"):
                file = page
            is_whole = file.is_file() or page.is_file()
            return file if is_whole and file.resolve().is_relative_to(root) else None
        except OSError:  # a name too long, say
            return None

    def _send_file(self, content: bytes, media_type: str, changed_at: datetime) -> BytesIO | None:
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = (("ETag", tag), ("Last-Modified", format_datetime(changed_at, usegmt=True)))
        if self._knows(tag, changed_at):
            self._begin(HTTPStatus.NOT_MODIFIED, None)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            return None
        return self._answer(content, media_type, HTTPStatus.OK, headers)

    def _knows(self, tag: str, changed_at: datetime) -> bool:
        """Whether whoever asks has these bytes. A tag decides where both are sent (RFC 9110, section 13.2.2)."""
        tags = self.headers.get_all("If-None-Match")
        if tags:
            sent = ",".join(tags)
            return sent.strip() == "*" or tag in _TAG.findall(sent)
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            moment = parsedate_to_datetime(since)
        except (ValueError, TypeError, OverflowError):
            return False
        return changed_at <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def _answer(
        self, content: bytes, media_type: str, status: HTTPStatus, headers: tuple[tuple[str, str], ...] = ()
    ) -> BytesIO:  # fmt: skip
        self._begin(status, len(content))
        self.send_header("Content-Type", media_type)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        return BytesIO(content)

    def _begin(self, status: HTTPStatus, length: int | None) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))

    def end_headers(self) -> None:
        """Send what keeps a browser from guessing types and from keeping what was just rebuilt."""
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's signature
        """Say nothing: the terminal belongs to whoever started the server."""


def _read_path(target: str) -> str | None:
    """Return the path that a request names, decoded once; None where it is none, or leads to what is hidden."""
    try:
        path = unquote(urlsplit(target).path, errors="strict")
    except ValueError:
        return None
    is_plain = path.startswith("/") and "\0" not in path and "\\" not in path
    if not is_plain or any(part.startswith(".") for part in path.split("/")):
        return None
    plain = normpath(path).replace("//", "/")
    return f"{plain}/" if path.endswith("/") and plain != "/" else plain


def _type_of(path: str, file: Path) -> str:
    return _JSON_FEED if _FEEDS.fullmatch(path) else MEDIA_TYPES.get(file.suffix, _ANY_TYPE)


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
