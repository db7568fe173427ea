"""What one entry of a declaration may say, and how a wrong one is reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import Loaded, load_folder
from tracker.model import Filter, Range, Source

URL = "https://example.org/privacy"


@pytest.fixture
def load_entry(write: Any, folder: Path) -> Any:
    """Load a service whose only terms type has the given entry."""

    def load(entry: Any) -> Loaded:
        write("Example.json", {"name": "Example", "terms": {"Privacy Policy": entry}})
        return load_folder(folder)

    return load


def source_of(loaded: Loaded) -> Source:
    assert loaded.errors == ()
    return loaded.documents[0].sources[0]


def test_a_selector_may_be_a_text_a_range_or_a_list_of_both(load_entry: Any) -> None:
    span = {"startBefore": "#a", "endAfter": "#b"}
    expected = Range(start_before="#a", end_after="#b")
    assert source_of(load_entry({"fetch": URL, "select": "main"})).select == ("main",)
    assert source_of(load_entry({"fetch": URL, "select": span})).select == (expected,)
    mixed = source_of(load_entry({"fetch": URL, "select": ["main", span], "remove": [span, "nav"]}))
    assert mixed.select == ("main", expected)
    assert mixed.remove == (expected, "nav")


def test_filters_keep_their_order_and_parameters(load_entry: Any) -> None:
    declared = [
        "cleanUrls",
        {"removeQueryParams": ["sid", "label"]},
        {"mend": "a@example.org"},
        {"f": [1, {"b": None}]},
    ]
    source = source_of(load_entry({"fetch": URL, "select": "main", "filter": declared}))
    assert source.filters == (
        Filter(name="cleanUrls"),
        Filter(name="removeQueryParams", parameters=("sid", "label")),
        Filter(name="mend", parameters=("a@example.org",)),
        Filter(name="f", parameters=("1", '{"b": null}')),
    )


def test_a_childs_key_overrides_that_of_the_combined_document(load_entry: Any) -> None:
    loaded = load_entry(
        {
            "select": "main",
            "remove": "nav",
            "filter": ["one"],
            "executeClientScripts": True,
            "combine": [
                {"fetch": "https://example.org/a"},
                {
                    "fetch": "https://example.org/b",
                    "select": "article",
                    "remove": [],
                    "filter": [],
                    "executeClientScripts": False,
                },
            ],
        }
    )
    assert loaded.errors == ()
    assert loaded.documents[0].sources == (
        Source(
            url="https://example.org/a",
            select=("main",),
            remove=("nav",),
            filters=(Filter(name="one"),),
            execute_client_scripts=True,
        ),
        Source(url="https://example.org/b", select=("article",)),
    )


def test_a_pdf_needs_no_selector_and_takes_none_from_the_combined_document(load_entry: Any) -> None:
    assert source_of(load_entry({"fetch": "https://example.org/Terms.PDF?v=2"})).select == ()
    combined = {"select": "main", "combine": [{"fetch": "https://example.org/a.pdf"}, {"fetch": URL}]}
    loaded = load_entry(combined)
    assert [source.select for source in loaded.documents[0].sources] == [(), ("main",)]


WRONG_ENTRIES = [
    pytest.param({"fetch": URL}, "select", "required key is missing", id="no-select"),
    pytest.param({"select": "main"}, "fetch", "required key is missing", id="no-fetch"),
    pytest.param({"fetch": URL, "select": []}, "select", "nothing is selected", id="empty-list"),
    pytest.param({"fetch": URL, "select": ""}, "select", "at least 1 character", id="empty-selector"),
    pytest.param({"fetch": URL, "select": 3}, "select", "valid string", id="number-for-selector"),
    pytest.param({"fetch": URL, "select": None}, "select", "valid string", id="null-for-selector"),
    pytest.param({"fetch": URL, "select": ["main", 3]}, "select.1", "valid string", id="number-in-list"),
    pytest.param({"fetch": URL, "select": "div["}, "select", "bad selector 'div['", id="bad-selector"),
    pytest.param({"fetch": URL, "select": ["a", "p::"]}, "select.1", "bad selector", id="bad-selector-in-list"),
    pytest.param({"fetch": URL, "select": ":not(" * 390}, "select", "bad selector", id="deep-selector"),
    pytest.param({"fetch": URL, "select": "a" * 2_001}, "select", "at most 2000", id="long-selector"),
    pytest.param({"fetch": URL, "select": ["a"] * 501}, "select", "at most 500", id="many-selectors"),
    pytest.param({"fetch": URL, "select": "a", "remove": "]"}, "remove", "bad selector", id="bad-remove"),
    pytest.param({"fetch": URL, "selct": "a", "select": "b"}, "selct", "did you mean 'select'", id="unknown-key"),
    pytest.param({"fetch": URL, "select": "a", "language": "en"}, "language", "unknown key", id="our-option-in-ota"),
    pytest.param(
        {"fetch": URL, "select": "a", "validUntil": "2024-01-01T00:00:00Z"}, "validUntil", "unknown key", id="former"
    ),
    pytest.param(
        {"fetch": URL, "select": "a", "executeClientScripts": 1}, "executeClientScripts", "valid boolean", id="flag"
    ),
    pytest.param({"fetch": URL, "select": "a", "filter": "one"}, "filter", "valid list", id="filter-no-list"),
    pytest.param({"fetch": URL, "select": "a", "filter": [3]}, "filter.0", "valid string", id="filter-number"),
    pytest.param({"fetch": URL, "select": "a", "filter": [{}]}, "filter.0", "at least 1 item", id="filter-empty"),
    pytest.param({"fetch": URL, "select": {}}, "select", "startBefore and startAfter", id="empty-range"),
    pytest.param(
        {"fetch": URL, "select": {"startBefore": "a", "startAfter": "b", "endAfter": "c"}},
        "select",
        "startBefore and startAfter",
        id="two-starts",
    ),
    pytest.param({"fetch": URL, "select": {"startBefore": "a"}}, "select", "endBefore and endAfter", id="no-end"),
    pytest.param(
        {"fetch": URL, "select": [{"startBefore": "[", "endAfter": "c"}]},
        "select.0.startBefore",
        "bad selector",
        id="bad-selector-in-range",
    ),
    pytest.param(
        {"fetch": URL, "select": {"startbefore": "a", "endAfter": "c"}},
        "select.startbefore",
        "did you mean 'startBefore'",
        id="unknown-key-in-range",
    ),
    pytest.param({"fetch": "https://example.org/a.pdf", "select": "main"}, "select", "only fetch", id="pdf-select"),
    pytest.param({"fetch": "https://example.org/a.pdf", "remove": "nav"}, "remove", "only fetch", id="pdf-remove"),
    pytest.param({"combine": []}, "combine", "at least 1 item", id="combine-nothing"),
    pytest.param({"combine": 3}, "combine", "valid list", id="combine-number"),
    pytest.param({"combine": [{"fetch": URL}]}, "combine.0.select", "required key", id="combine-no-select"),
    pytest.param({"combine": [{"select": "a"}]}, "combine.0.fetch", "required key", id="combine-no-fetch"),
    pytest.param(
        {"fetch": URL, "combine": [{"fetch": URL, "select": "a"}]}, "fetch", "inside combine", id="combine-fetch"
    ),
    pytest.param(
        {"combine": [{"combine": [], "fetch": URL, "select": "a"}]}, "combine.0.combine", "unknown", id="nested"
    ),
    pytest.param(
        {"select": "a", "combine": [{"fetch": f"{URL}?a"}, {"fetch": f"{URL}?b"}]},
        "combine.1.fetch",
        "share a name",
        id="combine-same-path",
    ),
    pytest.param("https://example.org", "", "must be an object", id="text"),
    pytest.param(None, "", "must be an object", id="null"),
]


@pytest.mark.parametrize(("entry", "place", "cause"), WRONG_ENTRIES)
def test_a_wrong_entry_is_reported_at_its_place(load_entry: Any, entry: Any, place: str, cause: str) -> None:
    loaded = load_entry(entry)
    assert loaded.documents == ()
    path = f"terms.Privacy Policy.{place}".rstrip(".")
    found = [error for error in loaded.errors if error.path == path]
    assert len(found) == 1, loaded.errors
    assert cause in found[0].cause
    assert Path(found[0].file).name == "Example.json"
    assert "service Example" in found[0].cause


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("example.org/privacy", "not absolute"),
        ("/privacy", "not absolute"),
        ("ftp://example.org/", "not absolute"),
        ("file:///etc/passwd", "not absolute"),
        ("javascript:alert(1)", "not absolute"),
        ("https://", "names no host"),
        ("https:///privacy", "names no host"),
        ("https://me:secret@example.org/", "credentials"),
        ("https://@example.org/", "credentials"),
        ("http://127.0.0.1\\@example.org/", "percent-encoded"),
        ("https://example.org/a b", "percent-encoded"),
        ("https://example.org/\n", "percent-encoded"),
        ("https://example.org/\u202egpj.exe", "percent-encoded"),
        ("https://example.org:99999/", "ort"),
        ("https://[::1/", "IPv6"),
        ("https://example.org/" + "a" * 2_000, "at most 2000"),
        ("", "at least 1"),
    ],
)
def test_fetch_is_an_absolute_web_address_without_credentials(load_entry: Any, url: str, cause: str) -> None:
    loaded = load_entry({"fetch": url, "select": "main"})
    assert [error.path for error in loaded.errors] == ["terms.Privacy Policy.fetch"]
    assert cause in loaded.errors[0].cause


def test_all_errors_of_a_file_are_reported_at_once(write: Any, folder: Path) -> None:
    terms = {"Privacy Policy": {"fetch": "nowhere", "selct": "a"}, "Terms of Service": {"fetch": URL, "select": "["}}
    write("Example.json", {"nam": "Example", "terms": terms})
    assert {error.path for error in load_folder(folder).errors} == {
        "nam",
        "name",
        "terms.Privacy Policy.fetch",
        "terms.Privacy Policy.selct",
        "terms.Privacy Policy.select",
        "terms.Terms of Service.select",
    }


def test_a_file_made_of_errors_does_not_flood_the_report(load_entry: Any) -> None:
    loaded = load_entry({"fetch": URL, "select": ["["] * 400})
    assert len(loaded.errors) == 101
    assert loaded.errors[-1].cause.startswith("300 more errors")


def test_an_error_prints_no_control_character_of_the_file(load_entry: Any) -> None:
    loaded = load_entry({"fetch": URL, "select": "main", "\x1b]0;owned\x07": 1})
    assert loaded.errors[0].path == r"terms.Privacy Policy.\x1b]0;owned\x07"
    assert str(loaded.errors[0]).isprintable()
