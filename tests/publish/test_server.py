"""The server for a look at the site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tracker.errors import UsageError
from tracker.publish import SiteServer, serve, write_site


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SiteServer]:
    pages = {"index.html": "<p>front", "feeds/all.atom": "<feed/>", "feeds/all.rss": "<rss/>", "feeds/all.json": "{}"}
    write_site(tmp_path / "site", pages.items(), withdraw=str)
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    server = serve(tmp_path / "site", port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("feeds/all.atom", "application/atom+xml; charset=utf-8"),
        ("feeds/all.rss", "application/rss+xml; charset=utf-8"),
        ("feeds/all.json", "application/json; charset=utf-8"),
    ],
)
def test_files_come_with_their_types(server: SiteServer, path: str, media_type: str) -> None:
    response = requests.get(server.url + path, timeout=5)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == media_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [".manifest.json", "%2emanifest.json", "feeds/", "..%2fsecret.txt", "nothing.html"])
def test_what_is_no_page_is_not_found(server: SiteServer, path: str) -> None:
    assert requests.get(server.url + path, timeout=5).status_code == 404


def test_the_server_listens_on_this_machine_alone(server: SiteServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_port_in_use_is_a_usage_error(server: SiteServer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose another --port"):
        serve(tmp_path / "site", port=server.server_port)


def test_a_folder_without_a_site_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tracker site build"):
        serve(tmp_path)
