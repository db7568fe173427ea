"""The declaration of Telegram that is shipped, on real pages where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tracker.declarations import Loaded, check_report, load_folder
from tracker.model import Document, Range

SHIPPED = Path(__file__).resolve().parents[2] / "declarations"


@pytest.fixture
def shipped() -> Loaded:
    return load_folder(SHIPPED)


def document_of(shipped: Loaded, terms_type: str) -> Document:
    key = f"Telegram/{terms_type}"
    return next(document for document in shipped.documents if str(document.key) == key)


def test_the_shipped_declarations_have_no_error(shipped: Loaded) -> None:
    assert shipped.errors == ()


def test_telegram_has_its_three_documents_in_english_and_nothing_to_note(shipped: Loaded) -> None:
    rows = [row for row in check_report(shipped) if row.document and row.document.service == "Telegram"]
    assert [str(row.document) for row in rows] == [
        "Telegram/Privacy Policy",
        "Telegram/Terms of Service",
        "Telegram/Law Enforcement Guidelines",
    ]
    assert all(row.status == "ok" and row.details == () for row in rows)
    assert {document_of(shipped, row.document.terms_type).options.language for row in rows if row.document} == {"en"}


def test_the_law_enforcement_guidelines_combine_the_faq_and_the_guidance_for_authorities(shipped: Loaded) -> None:
    document = document_of(shipped, "Law Enforcement Guidelines")
    assert [document.snapshot_stem(index) for index in range(2)] == [
        "Telegram/Law Enforcement Guidelines #faq",
        "Telegram/Law Enforcement Guidelines #tos-eu-dsa",
    ]
    assert all(isinstance(selector, Range) for source in document.sources for selector in source.select)


@pytest.mark.parametrize(
    "anchors",
    [
        ["contact-points-for-competent-authorities-in-eu-countries"],
        [
            "legal-representative-under-article-13-of-the-digital-services-ac",
            "points-of-contact-for-member-states-authorities",
            "out-of-scope-requests",
        ],
    ],
)
def test_the_guidance_for_authorities_starts_right_on_the_page_before_and_since_august_2025(
    shipped: Loaded, anchors: list[str]
) -> None:
    names = ["how-to-report-illegal-content", *anchors, "average-monthly-active-recipients-of-service-in-the-eu"]
    headings = (f'<h4><a class="anchor" name="{name}" href="#{name}"></a>x</h4><p>y</p>' for name in names)
    page = BeautifulSoup(f'<a href="#{anchors[0]}">x</a>{"".join(headings)}', "lxml")
    (span,) = document_of(shipped, "Law Enforcement Guidelines").sources[1].select
    assert isinstance(span, Range)
    start, end = page.select_one(span.start_before or ""), page.select_one(span.end_before or "")
    assert start is not None
    assert end is not None
    assert (start["name"], end["name"]) == (anchors[0], names[-1])


def selected(page: BeautifulSoup, document: Document) -> list[Tag]:
    (source,) = document.sources
    return [element for selector in source.select if isinstance(selector, str) for element in page.select(selector)]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("pattern", "terms_type", "count"),
    [
        ("raw-html/privacy*.html", "Privacy Policy", 14),
        ("replay/*.html", "Privacy Policy", 40),
        ("raw-html/tos*.html", "Terms of Service", 5),
    ],
)
def test_title_notes_and_sections_are_selected_and_no_menu_nor_footer(
    shared_data: Path, shipped: Loaded, pattern: str, terms_type: str, count: int
) -> None:
    files = sorted((shared_data / "telegram").glob(pattern))
    assert len(files) == count
    for file in files:
        page = BeautifulSoup(file.read_bytes(), "lxml")
        found = selected(page, document_of(shipped, terms_type))
        body = page.select_one(".tl_page_container")
        assert body is not None
        assert [element.name for element in found] == ["h1", "div"], file.name
        # All that stands between the menu and the footer, in the same order, and nothing else.
        assert "".join("".join(element.get_text().split()) for element in found) == "".join(body.get_text().split())
        inside = {id(descendant) for element in found for descendant in (element, *element.find_all())}
        for part in ("h1, h2, h3, h4, h5, h6", "blockquote", "p", "li"):
            assert all(id(element) in inside for element in body.select(part)), (file.name, part)
        assert not any(id(element) in inside for element in page.select(".navbar, .footer_wrap, .dropdown-menu"))
