"""The server for a look at the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests

from tests.serving import serving
from tracker.errors import UsageError
from tracker.model import sha256_hex
from tracker.publish import Sheet, SiteServer, serve, write_site

FILES: dict[str, str | bytes] = {
    "index.html": "<p>front",
    "a/b/index.html": "<p>page",
    "style.css": "p {}",
    "search/search.js": "1",
    "feeds/all.atom": "<feed/>",
    "feeds/all.rss": "<rss/>",
    "feeds/all.json": "{}",
    "feeds/a/b.json": "{}",
    "feeds/feeds.opml": "<opml/>",
    "api/index.json": "{}",
    "sitemap.xml": "<urlset/>",
    "robots.txt": "Allow: /",
    "a/b/card.svg": "<svg/>",
    "a/b/card.png": b"\x89PNG\r\n\x1a\n\xff",
    "pagefind/a.wasm": b"\0asm\xff",
    "pagefind/wasm.en.pagefind": b"\x1f\x8b\xff",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    sheets = [Sheet(path=path, write=lambda content=content: content) for path, content in FILES.items()]  # type: ignore[misc] # a default binds it
    write_site(tmp_path / "site", sheets, withdraw=str)
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "site/feeds/away.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "site/outside").symlink_to(tmp_path)
    (tmp_path / "site/empty").mkdir()
    return tmp_path / "site"


@pytest.fixture
def server(site: Path) -> Iterator[SiteServer]:
    with serving(site) as server:
        yield server


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("a/b/", "text/html; charset=utf-8"),
        ("a/b/index.html?q=1", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("search/search.js", "text/javascript; charset=utf-8"),
        ("feeds/all.atom", "application/atom+xml; charset=utf-8"),
        ("feeds/all.rss", "application/rss+xml; charset=utf-8"),
        ("feeds/all.json", "application/feed+json; charset=utf-8"),
        ("feeds/a/b.json", "application/feed+json; charset=utf-8"),
        ("feeds/feeds.opml", "text/x-opml; charset=utf-8"),
        ("api/index.json", "application/json; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("a/b/card.svg", "image/svg+xml"),
        ("a/b/card.png", "image/png"),
        ("pagefind/a.wasm", "application/wasm"),
        ("pagefind/wasm.en.pagefind", "application/octet-stream"),
    ],
)
def test_files_come_with_their_types_and_their_bytes(server: SiteServer, path: str, media_type: str) -> None:
    response = requests.get(server.url + path, timeout=5)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == media_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    name = path.partition("?")[0]
    content = FILES[f"{name}index.html" if name.endswith("/") or not name else name]
    assert response.content == (content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    "path",
    [
        ".manifest.json", "%2emanifest.json", "feeds/", "empty/", "empty", "..%2fsecret.txt", "feeds/../../secret.txt",
        "a/..%2f..%2fsecret.txt", "feeds/away.txt", "outside/secret.txt", "..%5csecret.txt", "a%00b", "%ff", "x" * 5000,
        "style.css/", "index.html/", "nothing.html",
    ],
    ids=lambda path: path[:24],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_no_file_of_the_site_is_a_page_that_says_so(server: SiteServer, path: str, method: str) -> None:
    """Asked as it is written: a client of good manners would take `..` out of it."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request(method, f"/{path}")
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == 404
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (b"There is no such page" in body) == (method == "GET")
    assert b"secret" not in body
    assert response.headers["ETag"] is None


def test_a_folder_leads_to_its_page(server: SiteServer) -> None:
    response = requests.get(f"{server.url}a/b", timeout=5, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (301, "/a/b/")


@pytest.mark.parametrize("target", ["//evil.example", "//evil.example/", "///a/b", "http://evil.example/a/b"])
def test_no_request_is_led_to_another_host(server: SiteServer, target: str) -> None:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.putrequest("GET", target, skip_host=True)
    connection.putheader("Host", "127.0.0.1")
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    connection.close()
    location = response.headers["Location"]
    assert location is None or (location.startswith("/") and not location.startswith("//"))


def test_a_head_is_that_of_the_file_without_its_bytes(server: SiteServer) -> None:
    whole = requests.get(f"{server.url}a/b/card.png", timeout=5)
    head = requests.head(f"{server.url}a/b/card.png", timeout=5)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == whole.headers[name]


def test_the_tag_is_the_digest_of_the_bytes(server: SiteServer, site: Path) -> None:
    tag = requests.get(f"{server.url}style.css", timeout=5).headers["ETag"]
    assert tag == f'"{sha256_hex("p {}")}"'
    (site / "style.css").write_text("p { color: red }", encoding="utf-8")
    response = requests.get(f"{server.url}style.css", headers={"If-None-Match": tag}, timeout=5)
    assert (response.status_code, response.text) == (200, "p { color: red }")


@pytest.mark.parametrize(
    ("sent", "is_known"),
    [
        ("{}", True), ("W/{}", True), ('"other", {}', True), ('W/"a","b" ,{}', True), ("*", True),
        ('"other"', False), ("{}x", True), ("x", False), ("", False),
    ],
)  # fmt: skip
def test_bytes_that_are_known_by_tag_are_not_sent_again(server: SiteServer, sent: str, *, is_known: bool) -> None:
    tag = requests.get(server.url, timeout=5).headers["ETag"]
    for ask in (requests.get, requests.head):
        response = ask(server.url, headers={"If-None-Match": sent.format(tag)}, timeout=5)
        assert response.status_code == (304 if is_known else 200)
        assert response.headers["ETag"] == tag
        if is_known:
            assert response.content == b""
            assert "Content-Length" not in response.headers


@pytest.mark.parametrize(
    ("moved", "is_known"), [(0, True), (3600, True), (-1, False), (-3600, False)], ids=["same", "later", "1s", "1h"]
)
def test_bytes_that_are_known_by_time_are_not_sent_again(server: SiteServer, moved: int, *, is_known: bool) -> None:
    changed = parsedate_to_datetime(requests.get(server.url, timeout=5).headers["Last-Modified"])
    since = format_datetime(changed + timedelta(seconds=moved), usegmt=True)
    response = requests.get(server.url, headers={"If-Modified-Since": since}, timeout=5)
    assert response.status_code == (304 if is_known else 200)


def test_a_tag_decides_where_a_time_is_sent_too(server: SiteServer) -> None:
    headers = {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert requests.get(server.url, headers=headers, timeout=5).status_code == 200


@pytest.mark.parametrize("since", ["yesterday", "", "Fri, 99 Jan 2100 00:00:00 GMT", "9" * 400])
def test_a_time_that_is_none_is_passed_over(server: SiteServer, since: str) -> None:
    assert requests.get(server.url, headers={"If-Modified-Since": since}, timeout=5).status_code == 200


def test_other_methods_are_refused(server: SiteServer) -> None:
    assert requests.post(server.url, data="x", timeout=5).status_code == 501
    assert requests.delete(server.url, timeout=5).status_code == 501


def test_the_server_listens_on_this_machine_alone(server: SiteServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_port_in_use_is_a_usage_error(server: SiteServer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose another --port"):
        serve(tmp_path / "site", port=server.server_port)


def test_a_folder_without_a_site_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tracker site build"):
        serve(tmp_path)
