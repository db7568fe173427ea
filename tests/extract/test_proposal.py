"""`tracker add` proposes a selector that keeps the document and leaves menus and footers out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tracker.errors import ExtractError
from tracker.extract import propose_selector

POLICY = "".join(
    f"<h2>{number}. Part</h2><p>We carry letters of kind {number} in sealed bags and never open any of them.</p>"
    f"<ul><li>Bags of kind {number} are counted each night.</li></ul>"
    for number in range(1, 9)
)
MENU = "".join(f'<li><a href="/{name}">Go to {name}</a></li>' for name in ("post", "birds", "lofts", "jobs", "press"))


@pytest.mark.parametrize(
    ("page", "select"),
    [
        (f"<nav><ul>{MENU}</ul></nav><main>{POLICY}</main><footer><p>Pigeon Ltd, Loft Road.</p></footer>", "main"),
        (f"<ul>{MENU}</ul><div id='policy'>{POLICY}</div><div class='footer'><p>Pigeon Ltd.</p></div>", "#policy"),
        (f"<div class='css-1x2y3z'><div class='legal-text sc-bdVaJa'>{POLICY}</div></div>", ".legal-text"),
        (f"<div><p>Hello.</p></div><div id='c7d1e8f0-4066'>{POLICY}</div>", "body > div:nth-of-type(2)"),
        (f"<div class='x'>Short.</div><div class='x'><article>{POLICY}</article></div>", "article"),
        (f"<div class='cookie-bar'><p>{'We use crumbs. ' * 9}</p></div><div role=main>{POLICY}</div>", '[role="main"]'),
        (f"<table><tr><td>Menu</td><td>{POLICY}</td></tr></table>", "body > table > tbody > tr > td:nth-of-type(2)"),
    ],
)  # fmt: skip
def test_the_smallest_element_that_holds_the_document_is_proposed(extraction: Any, page: str, select: str) -> None:
    proposal = propose_selector(extraction.snapshot(f"<html lang=en><title>Pigeon</title><body>{page}</body></html>"))
    assert proposal.select == select
    assert proposal.language == "en"
    texts = extraction.texts(f"<body>{page}</body>", select=[proposal.select])
    assert len(texts) == 24
    assert not any("Go to" in text or "Ltd" in text or "crumbs" in text for text in texts)


def test_the_page_of_every_structure(extraction: Any, read_page: Callable[[str], bytes]) -> None:
    proposal = propose_selector(extraction.snapshot(read_page("every_structure.html")))
    assert (proposal.select, proposal.title, proposal.language) == ("main", "Pigeon Privacy Policy", "en")
    assert proposal.share > 0.9


def test_the_title_stands_in_for_a_missing_heading(extraction: Any) -> None:
    proposal = propose_selector(extraction.snapshot("<title>Pigeon  post</title><p>We carry letters.</p>"))
    assert (proposal.title, proposal.language, proposal.share) == ("Pigeon post", None, 1.0)


@pytest.mark.parametrize(
    "page",
    [
        "<p></p>",
        "<script>document.write('policy')</script>",
        f"<nav><ul>{MENU}</ul></nav>",
        "<p><a href=/x>All</a></p>",
    ],
)
def test_a_page_without_running_text_says_so(extraction: Any, page: str) -> None:
    with pytest.raises(ExtractError, match="no running text") as caught:
        propose_selector(extraction.snapshot(page))
    assert caught.value.reason == "empty-text"
