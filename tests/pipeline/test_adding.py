from __future__ import annotations

from typing import Any

import pytest

from tracker.errors import UsageError
from tracker.pipeline import Workspace, accept_suggestion, suggest_document


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("telegram.org", "Telegram"),
        ("www.telegram.org", "Telegram"),
        ("help.x.com", "X"),
        ("policies.aol.com", "Aol"),
        ("legal.lantern.co.uk", "Lantern"),
        ("t.me", "T"),
        ("localhost", "Localhost"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_service_is_called_by_its_registered_name(
    workspace: Workspace, publisher: Any, host: str, service: str
) -> None:
    url = f"https://{host}/privacy"
    publisher.publish(url)
    found = suggest_document(workspace, url, fetch=publisher.fetch, service=None, terms=None, select=None)
    assert str(found.document.key) == f"{service}/Privacy Policy"
    assert accept_suggestion(workspace, found).name == f"{service}.json"


@pytest.mark.parametrize(
    ("path", "terms"),
    [
        ("/privacy", "Privacy Policy"),
        ("/legal/cookies", "Trackers Policy"),
        ("/tos", "Terms of Service"),
        ("/datenschutz", "Privacy Policy"),
        ("/impressum", "Imprint"),
    ],
)
def test_a_terms_type_is_told_from_the_address(workspace: Workspace, publisher: Any, path: str, terms: str) -> None:
    url = f"https://lantern.example{path}"
    publisher.publish(url)
    publisher.pages[url] = publisher.pages[url].replace("<h1>Privacy</h1>", "")
    found = suggest_document(workspace, url, fetch=publisher.fetch, service=None, terms=None, select=None)
    assert found.document.key.terms_type == terms


def test_a_page_that_does_not_say_what_it_is_needs_to_be_named(workspace: Workspace, publisher: Any) -> None:
    url = "https://lantern.example/about"
    publisher.publish(url)
    publisher.pages[url] = publisher.pages[url].replace("<h1>Privacy</h1>", "")
    with pytest.raises(UsageError, match="--terms"):
        suggest_document(workspace, url, fetch=publisher.fetch, service=None, terms=None, select=None)
