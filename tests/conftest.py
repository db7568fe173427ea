"""What every test may ask for: the shared data, and sockets on loopback alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from docs.screenshots import CHROMIUM, launch
from tracker.pipeline import searching, site

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

# Every push runs the short profile, always with the same examples; `make properties` runs the long one. Neither
# measures time: machines differ.
settings.register_profile(
    "short", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of tests that look at more under `make properties`, as Hypothesis does."""
    config.addinivalue_line("markers", "at_length: looks at more in the long profile of Hypothesis")
    config.addinivalue_line("markers", "extras: builds sites with the programs of optional extras")


@pytest.fixture(scope="session")
def at_length() -> bool:
    """Whether the long profile of Hypothesis runs, so that tests look at all that they can."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "long"


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    """No test reaches a host other than this machine."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _plain_sites(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites are built without the programs of optional extras, which take longer than all pages of a small site.

    Tests of what those make bear the mark `extras`, and whole sites are built by processes of their own.
    """
    if request.node.get_closest_marker("extras") is None:
        monkeypatch.setattr(site, "find_painter", lambda: None)
        monkeypatch.setattr(searching, "find_pagefind", lambda: None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for each module: Playwright bears no second one beside it in a process."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is absent: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def shared_data() -> Path:
    """The folder of real policies, labels and figures that is handed around beside this repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"{SHARED_DATA} is absent: real policies are not part of this repository")
    return SHARED_DATA
