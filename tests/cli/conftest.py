"""A watch repository in a temporary folder, a server on loopback whose pages tests change, and the command line."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner
from werkzeug import Request, Response

from tracker.archive import Archive
from tracker.cli import app, session
from tracker.fetch import fetch_all
from tracker.model import Check, DocumentKey

#: Sentences of an invented policy, enough of them that a page is no scrap.
SENTENCES = (
    "Lantern keeps the words that you send only until the person you wrote to has read them.",
    "Your telephone number is stored so that friends who know it already can find you here.",
    "Accounts which nobody has opened for six months are removed together with their contents.",
    "No advertising is shown, and nothing about your habits is handed to those who sell it.",
    "Letters to our office in Riga are answered within thirty days, in the order of arrival.",
    "Backups of the servers are made every night and overwritten after two further weeks.",
    "Children below the age of thirteen may not open an account without an adult beside them.",
    "We write to you a month before any part of this page is to read differently.",
)


def page(*sentences: str, chrome: str = "", title: str = "Privacy at Lantern") -> str:
    """A page whose policy says `sentences`, with `chrome` around it."""
    clauses = "".join(f"<p>{sentence}</p>" for sentence in sentences or SENTENCES)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head><body><nav>{chrome}</nav>"
        f"<main><h1>1. {title}</h1>{clauses}</main><footer>{chrome}</footer></body></html>"
    )


@dataclass(slots=True)
class Page:
    """What is served at one path, and who asked for it."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    etag: str | None = None
    hangs: bool = False
    turns: Sequence[str] = ()
    """Bodies that are served in turn, one a request, in place of `body`."""
    requests: list[Request] = field(default_factory=list)


@dataclass(slots=True)
class Ran:
    """What a call of the command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Site:
    """The publisher's server: pages by path, 404 for all others."""

    def __init__(self, server: HTTPServer) -> None:
        self.pages: dict[str, Page] = {}
        self.released = threading.Event()
        self._server = server
        server.expect_request(_Anything()).respond_with_handler(self._answer)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.port}{path}"

    def serve(self, path: str, body: str | bytes, **facts: Any) -> Page:
        """Serve `body` at `path` from now on; who asked for an earlier page there stays known."""
        known = self.pages.get(path)
        served = Page(body=body.encode() if isinstance(body, str) else body, **facts)
        if known is not None:
            served.requests = known.requests
        self.pages[path] = served
        return served

    def _answer(self, request: Request) -> Response:
        served = self.pages.get(request.path)
        if served is None:
            return Response("nothing here", 404, content_type="text/plain")
        served.requests.append(request)
        if served.hangs:
            self.released.wait(30)
        body = served.turns[(len(served.requests) - 1) % len(served.turns)] if served.turns else served.body
        response = Response(body, served.status)
        del response.headers["Content-Type"]
        response.headers.extend(served.headers)
        if served.etag is not None:
            response.headers["ETag"] = served.etag
            if served.status == 200 and request.headers.get("If-None-Match") == served.etag:
                return Response(status=304, headers={"ETag": served.etag})
        return response


class _Anything(str):
    """A path that equals every path."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, str)

    __hash__ = str.__hash__


class Watch:
    """A watch repository with its site."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder = folder
        self.site = site

    def configure(self, **settings: Any) -> None:
        """Write `tracker.toml` for loopback, with other `settings` in place of these."""
        chosen = {
            "archive": "archive.git",
            "contact": "https://watch.example/about",
            "allow_private": True,
            "per_host_seconds": 0,
            "read_seconds": 10,
            "total_seconds": 20,
        } | settings
        lines = [f"{name} = {json.dumps(value)}" for name, value in chosen.items()]
        (self.folder / "tracker.toml").write_text("\n".join(lines), encoding="utf-8")

    def declare(self, service: str, terms: dict[str, Any], *, name: str | None = None) -> Path:
        """Write the declaration of `service`; a string in the place of a source is a path of the site."""
        for key, source in terms.items():
            if isinstance(source, str):
                terms[key] = {"fetch": self.site.url(source), "select": "main"}
        path = self.folder / "declarations" / f"{service}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"name": name or service, "terms": terms}), encoding="utf-8")
        return path

    def tracker(self, *arguments: str, stdin: str | bytes | None = None) -> Ran:
        """Run the command line in this process."""
        return call(*arguments, stdin=stdin)

    def run(self, night: int | str, *arguments: str) -> Ran:
        """Run the nightly job of the day `night` of October 2024 (or at an instant), answering in JSON."""
        at = night if isinstance(night, str) else f"2024-10-{night:02}T03:00:00Z"
        return self.tracker("run", "--json", "--at", at, *arguments)

    @contextlib.contextmanager
    def archive(self) -> Iterator[Archive]:
        with Archive.open(self.folder / "archive.git", folder=self.folder) as archive:
            yield archive

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "--git-dir", str(self.folder / "archive.git"), *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def subjects(self) -> list[str]:
        """The subjects of all commits but those of checks, oldest first."""
        said = self.git("log", "--reverse", "--format=%s", "archive").splitlines()
        return [subject for subject in said if not subject.startswith("Record checks of")]

    def tree(self, service: str) -> str:
        """The tree entry of a service: it changes if anything of it does."""
        return self.git("ls-tree", "archive", "--", service)

    def checks(self, document: str) -> list[Check]:
        with self.archive() as archive:
            return list(archive.checks(DocumentKey.parse(document)))

    def head(self) -> str:
        return self.git("rev-parse", "archive").strip()


@pytest.fixture(scope="session")
def _server() -> Iterator[HTTPServer]:
    """One server for all tests: to stop one takes half a second."""
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture
def site(_server: HTTPServer) -> Iterator[Site]:
    _server.clear()
    served = Site(_server)
    yield served
    served.released.set()


@pytest.fixture
def watch(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A watch repository in the current folder, whose captures wait for nothing between their attempts."""
    folder = tmp_path / "watch"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(session, "fetch_all", functools.partial(fetch_all, sleep=lambda _seconds: None))
    made = Watch(folder, site)
    made.configure()
    return made


@pytest.fixture
def lantern(watch: Watch) -> Watch:
    """A watch repository with one good document, captured on the first night."""
    watch.site.serve("/privacy", page())
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    assert watch.run(1).code == 0
    return watch


@pytest.fixture
def make_page() -> Any:
    return page


@pytest.fixture
def sentences() -> Sequence[str]:
    return SENTENCES


@pytest.fixture
def utc() -> Any:
    """An instant of October 2024."""
    return lambda day, hour=3, minute=0: datetime(2024, 10, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def read_lines() -> Any:
    return lambda text: [json.loads(line) for line in io.StringIO(text)]


def call(*arguments: str, stdin: str | bytes | None = None) -> Ran:
    """Run the command line in this process, in the current folder."""
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)


@pytest.fixture
def call_tracker() -> Any:
    return call


@pytest.fixture(scope="session")
def call_tracker_once() -> Any:
    """The command line, for fixtures that several tests share."""
    return call
