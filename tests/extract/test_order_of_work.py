"""What a declaration selects and removes, in which order (DESIGN, section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.errors import ExtractError
from tracker.extract import extract_version
from tracker.extract.filters import FILTERS
from tracker.model import BUILT_IN_FILTERS, Document, DocumentKey, Filter, Range, Source

PAGE = """
<body>
  <nav><a href="/">Home</a></nav>
  <h1 id="top">Pigeon post</h1>
  <p class="lead">What we carry.</p>
  <section id="one"><h2>1. Letters</h2><p>Letters are sealed.</p><p class="note">A note.</p></section>
  <section id="two"><h2>2. Parcels</h2><p>Parcels are weighed.</p></section>
  <section id="three"><h2>3. Birds</h2><p>Birds are fed.</p></section>
  <footer><p>Printed on paper.</p></footer>
</body>
"""


def test_select_keeps_the_order_of_the_list_and_of_the_page_within_each(extraction: Any) -> None:
    assert extraction.texts(PAGE, select=["#three p", "#one p", "h1"]) == [
        "Birds are fed.",
        "Letters are sealed.",
        "A note.",
        "Pigeon post",
    ]


def test_a_selector_group_selects_in_page_order(extraction: Any) -> None:
    assert extraction.texts(PAGE, select=["#three p, h1"]) == ["Pigeon post", "Birds are fed."]


def test_a_match_inside_a_match_of_the_same_selector_is_kept_once(extraction: Any) -> None:
    page = '<div class="x">Outer <div class="x">inner</div> end</div>'
    assert extraction.texts(page, select=[".x"]) == ["Outer", "inner", "end"]


def test_a_match_of_a_second_selector_is_kept_again(extraction: Any) -> None:
    assert extraction.texts(PAGE, select=["#three", "#three p"]) == ["3. Birds", "Birds are fed.", "Birds are fed."]


def test_one_selector_of_several_may_match_nothing(extraction: Any) -> None:
    assert extraction.texts(PAGE, select=["#gone", "#three p"]) == ["Birds are fed."]


def test_selectors_that_all_match_nothing_are_an_error(extraction: Any) -> None:
    with pytest.raises(ExtractError, match=r"#gone.*#lost") as caught:
        extraction.version(PAGE, select=["#gone", "#lost"])
    assert caught.value.reason == "selector-without-match"
    assert "#gone" in str(caught.value.selector)


def test_what_is_removed_is_gone_before_anything_is_selected(extraction: Any) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version(PAGE, select=["#two"], remove=["section"])
    assert caught.value.reason == "selector-without-match"


def test_a_remove_selector_without_a_match_is_ignored(extraction: Any) -> None:
    assert extraction.texts(PAGE, select=["#three"], remove=["#gone", "h2"]) == ["Birds are fed."]


@pytest.mark.parametrize("selector", ["div[", "p:nth-child(", "..x", "", ":unheard-of", "p >> q"])
@pytest.mark.parametrize("key", ["select", "remove"])
def test_what_is_not_css_is_an_error_that_names_it(extraction: Any, selector: str, key: str) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version(PAGE, **{"select": ["body"], key: [selector]})
    assert caught.value.reason == "bad-selector"
    assert caught.value.selector == selector


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (
            Range(start_before="#two", end_before="#three"),
            ["2. Parcels", "Parcels are weighed."],
        ),
        (
            Range(start_after="#one", end_after="#two"),
            ["2. Parcels", "Parcels are weighed."],
        ),
        (
            Range(start_after="h1", end_before="#one h2"),
            ["What we carry."],
        ),
        (
            Range(start_before="#one .note", end_after="#two h2"),
            ["A note.", "2. Parcels"],
        ),
        (
            Range(start_after="#one h2", end_before="#one .note"),
            ["Letters are sealed."],
        ),
        (
            Range(start_before="#three p", end_after="#three p"),
            ["Birds are fed."],
        ),
    ],
)
def test_a_range_selects_from_one_element_to_another(extraction: Any, wanted: Range, texts: list[str]) -> None:
    assert extraction.texts(PAGE, select=[wanted]) == texts


def test_a_range_in_remove_takes_away_what_lies_between(extraction: Any) -> None:
    wanted = Range(start_before="#one .note", end_after="#two h2")
    assert extraction.texts(PAGE, select=["section"], remove=[wanted]) == [
        "1. Letters",
        "Letters are sealed.",
        "Parcels are weighed.",
        "3. Birds",
        "Birds are fed.",
    ]


def test_ranges_in_remove_are_resolved_before_any_node_goes(extraction: Any) -> None:
    wanted = Range(start_before="#two", end_before="#three")
    assert extraction.texts(PAGE, select=["section"], remove=["#two", "#three", wanted]) == [
        "1. Letters",
        "Letters are sealed.",
        "A note.",
    ]


def test_removing_a_node_inside_a_removed_range_is_no_error(extraction: Any) -> None:
    wanted = Range(start_before="#one", end_after="#one")
    assert extraction.texts(PAGE, select=["section"], remove=[wanted, ".note", "#two"]) == [
        "3. Birds",
        "Birds are fed.",
    ]


@pytest.mark.parametrize("key", ["select", "remove"])
@pytest.mark.parametrize(
    "wanted", [Range(start_before="#gone", end_after="#two"), Range(start_after="#one", end_before="#gone")]
)
def test_a_range_without_an_end_on_the_page_is_an_error(extraction: Any, key: str, wanted: Range) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version(PAGE, **{"select": ["body"], key: [wanted]})
    assert caught.value.reason == "range-without-match"
    assert caught.value.selector == "#gone"


def test_a_range_that_ends_before_it_starts_is_an_error(extraction: Any) -> None:
    with pytest.raises(ExtractError, match="ends before it starts") as caught:
        extraction.version(PAGE, select=[Range(start_before="#three", end_before="#one")])
    assert caught.value.reason == "range-without-match"


def test_ranges_and_selectors_may_be_mixed_in_a_list(extraction: Any) -> None:
    wanted = Range(start_before="#three", end_before="footer")
    assert extraction.texts(PAGE, select=["h1", wanted]) == ["Pigeon post", "3. Birds", "Birds are fed."]


def test_a_range_keeps_emphasis_links_and_lists_that_it_cuts(extraction: Any) -> None:
    page = (
        '<ol start="4"><li>four</li><li>five <a id="x" href="/y">six</a> seven</li><li>eight</li></ol><p id="e">end</p>'
    )
    version = extraction.version(page, select=[Range(start_before="#x", end_before="#e")])
    assert [(clause.kind, clause.text) for clause in version.clauses] == [("item", "six seven"), ("item", "eight")]
    assert version.clauses[0].links[0].href == "https://example.org/y"


def test_nth_child_counts_as_on_the_page_without_scripts(extraction: Any) -> None:
    page = "<div><script>1</script><p>one</p><noscript>n</noscript><p>two</p></div>"
    assert extraction.texts(page, select=["p:nth-child(3)"]) == ["two"]


def test_rows_stand_in_a_table_body_as_in_a_browser(extraction: Any) -> None:
    row = "<tr><td>{}</td></tr>\n".format
    page = f"<table>{row('one')}{row('two')}<tfoot>{row('end')}</tfoot>{row('more')}</table>"
    assert extraction.texts(page, select=["table > tbody > tr:nth-child(2)"]) == ["two"]
    assert extraction.texts(page, select=["tbody"]) == ["one", "two", "more"]
    assert extraction.texts(page) == ["one", "two", "end", "more"]


def test_filters_come_first_and_links_are_absolute_before_the_selection(extraction: Any) -> None:
    page = '<p>See <a href="/rules?utm=1&amp;page=2">the rules</a>.</p>'
    filters = [Filter(name="removeQueryParams", parameters=("utm",))]
    version = extraction.version(page, select=['p:has(a[href="https://example.org/rules?page=2"])'], filters=filters)
    assert version.clauses[0].text == "See the rules."


def test_a_protected_address_can_be_matched_as_its_real_one_in_remove(extraction: Any) -> None:
    page = '<p>Write to <a href="/cdn-cgi/l/email-protection#3c5d7c5e125f53">us</a>.</p><p>Other.</p>'
    assert extraction.texts(page, select=["p"], remove=['p:has(a[href^="mailto:"])']) == ["Other."]


def test_scripts_cannot_be_selected(extraction: Any) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version("<script>var promise = 'never';</script><p>x</p>", select=["script"])
    assert caught.value.reason == "selector-without-match"


def test_a_selection_without_words_is_an_error(extraction: Any) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version('<p id="x"> &nbsp; &#8203; </p><p>Else.</p>', select=["#x"])
    assert caught.value.reason == "empty-text"


@pytest.mark.parametrize("body", [b"", b"  \n\t "])
def test_an_empty_page_is_an_error(extraction: Any, body: bytes) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version(body)
    assert caught.value.reason == "empty-body"


def test_sources_of_a_combined_document_follow_each_other(extraction: Any) -> None:
    sources = tuple(Source(url=f"https://example.org/{name}", select=(f"#{name}",)) for name in ("b", "a"))
    key = DocumentKey(service="Pigeon", terms_type="Terms of Service")
    document = Document(key=key, service_name="Pigeon", sources=sources)
    pages = ['<p id="b">Second page.</p>', '<p id="a">See <a href="c">it</a>.</p><p>Menu</p>']
    snapshots = [extraction.snapshot(page, address=source.url) for page, source in zip(pages, sources, strict=True)]
    version = extract_version(document, snapshots)
    assert [clause.text for clause in version.clauses] == ["Second page.", "See it."]
    assert version.clauses[1].links[0].href == "https://example.org/c"
    with pytest.raises(ValueError, match="2 sources, not 1"):
        extract_version(document, snapshots[:1])


def test_the_filters_are_those_that_the_model_names() -> None:
    assert set(FILTERS) == BUILT_IN_FILTERS


def test_filters_that_are_not_built_in_are_passed_over(extraction: Any) -> None:
    assert extraction.texts("<p>Kept.</p>", filters=[Filter(name="dropAds")]) == ["Kept."]


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("/x?utm=1", "https://example.org/x"),
        ("/x?a=1&utm=2&b=3#f", "https://example.org/x?a=1&b=3#f"),
        ("/x?a=%2F&utm", "https://example.org/x?a=%2F"),
        ("/x?utmost=1", "https://example.org/x?utmost=1"),
        ("/x#?utm=1", "https://example.org/x#?utm=1"),
        ("/x?%75tm=1", "https://example.org/x"),
    ],
)
def test_remove_query_params_takes_out_the_named_ones_alone(extraction: Any, address: str, left: str) -> None:
    filters = [Filter(name="removeQueryParams", parameters=("utm",))]
    assert extraction.links(f'<p><a href="{address}">x</a></p>', filters=filters) == [("x", left)]
