"""Whole sites as the commands make them, built once, on which the tests of this folder look at every file.

`demo` is what `tracker demo` builds. `telegram` is a long history of one policy, with the address of the site set;
`ota` some policies of a collection, one of them German, without an address. Both are read from the shared data.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html  # type: ignore[import-untyped] # stubs are not among the dependencies

from docs.screenshots import find_pages

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
ADDRESS = "https://watch.example/policies/"
#: These three take a fifth of a minute; all 17 services take some minutes, and come at length.
COLLECTED = ("Deutsche Bahn", "Proton Mail", "Signal")


class Site:
    """A built site: its files, and its pages as trees."""

    def __init__(self, name: str, folder: Path, address: str | None) -> None:
        self.name = name
        self.folder = folder
        self.address = address

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file that a reader may ask for, by its path below the site."""
        paths = (file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*") if file.is_file())
        return frozenset(path for path in paths if not path.startswith("."))

    @cached_property
    def pages(self) -> Mapping[str, Any]:
        """The tree of every page, by path."""
        parser = html.HTMLParser(encoding="utf-8")
        return {
            path: html.parse(str(self.folder / path), parser).getroot() for path in self.named(".html")
        }  # fmt: skip

    @cached_property
    def ids(self) -> Mapping[str, frozenset[str]]:
        """The anchors of every page, by path."""
        return {path: frozenset(page.xpath("//@id")) for path, page in self.pages.items()}

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """One page of each kind, by kind."""
        return find_pages(self.folder)

    def named(self, *ends: str) -> list[str]:
        """The files whose names end so, in order."""
        return sorted(path for path in self.files if path.endswith(ends))

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def url(self, path: str) -> str:
        """The address of a file of the folder."""
        return (self.folder / path).as_uri()

    def fault_of(self, link: str, page: str) -> str | None:
        """What is wrong with a link of `page` that stays within the site; None if it leads where it says."""
        told = f"{page} links to {link}"
        if self.address is not None and link.startswith(self.address):
            path, mark, anchor = link.removeprefix(self.address).partition("#")
            path = f"{path}index.html" if path == "" or path.endswith("/") else path  # as every server does
            link = posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + anchor
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or parts.query or link.startswith("/"):
            return f"{told}, which leaves the site"
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
        if path not in self.files:
            return f"{told}, which is not there"
        if parts.fragment and unquote(parts.fragment) not in self.ids.get(path, ()):
            return f"{told}, which has no such anchor"
        return None


def _tracker(folder: Path, *arguments: str) -> None:
    """Run the command line in `folder`; exit code 1 says that some versions are refused, as histories have them."""
    folder.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(
        [sys.executable, "-m", "tracker", *arguments],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode in {0, 1}, f"tracker {' '.join(arguments)} ended with {ran.returncode}:\n{ran.stderr}"


def _build_demo(folder: Path) -> Site:
    _tracker(folder, "demo", "--out", "demo", "--quiet")
    return Site("demo", folder / "demo" / "site", None)


def _build_telegram(folder: Path) -> Site:
    folder.mkdir()
    shutil.copytree(ROOT / "declarations", folder / "declarations")
    settings = {"site_url": ADDRESS, "contact": "desk@watch.example", "websub_hub": "https://hub.example/"}
    lines = [f'{name} = "{value}"\n' for name, value in settings.items()]
    (folder / "tracker.toml").write_text("".join(['archive = "archive.git"\n', *lines]), encoding="utf-8")
    replay = str(SHARED_DATA / "telegram" / "replay")
    _tracker(folder, "import", "folder", replay, "--document", "Telegram/Privacy Policy", "--quiet")
    figures = str(SHARED_DATA / "transparency" / "dataset.json")
    _tracker(folder, "transparency", "import", figures, "--at", "2026-05-30", "--credit", "Te-k, CC BY 4.0", "--quiet")
    _tracker(folder, "site", "build", "--quiet")
    return Site("telegram", folder / "site", ADDRESS)


def _build_ota(folder: Path, services: tuple[str, ...]) -> Site:
    bundle = str(SHARED_DATA / "ota" / "contrib-sample.bundle")
    chosen = [argument for service in services for argument in ("--service", service)]
    terms = ["--terms", "Privacy Policy"] if services else []
    _tracker(folder, "import", "ota", bundle, *chosen, *terms, "--archive", "archive.git", "--quiet")
    _tracker(folder, "site", "build", "--archive", "archive.git", "--quiet")
    return Site("ota", folder / "site", None)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, *, at_length: bool) -> Mapping[str, Site]:
    """Every site that can be built here, by name. Two are built at a time."""
    root = tmp_path_factory.mktemp("sites")
    builders: list[Callable[[], Site]] = [lambda: _build_demo(root / "demo")]
    if SHARED_DATA.is_dir():
        builders.insert(0, lambda: _build_telegram(root / "telegram"))
        builders.append(lambda: _build_ota(root / "ota", () if at_length else COLLECTED))
    with ThreadPoolExecutor(max_workers=2) as pool:
        made = list(pool.map(lambda build: build(), builders))
    return {site.name: site for site in made}


@pytest.fixture(
    params=["demo", pytest.param("telegram", marks=pytest.mark.shared), pytest.param("ota", marks=pytest.mark.shared)]
)
def site(request: pytest.FixtureRequest, built: Mapping[str, Site]) -> Site:
    """Each site in turn."""
    name: str = request.param
    if name not in built:
        pytest.skip(f"{SHARED_DATA} is absent: the histories that this site tells are not part of this repository")
    return built[name]


@pytest.fixture
def telegram(built: Mapping[str, Site]) -> Site:
    if "telegram" not in built:
        pytest.skip(f"{SHARED_DATA} is absent: the history of Telegram's policy is not part of this repository")
    return built["telegram"]


@pytest.fixture
def demo(built: Mapping[str, Site]) -> Site:
    return built["demo"]
