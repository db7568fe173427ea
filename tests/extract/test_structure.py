"""Headings, lists, tables and quotes: which clauses they make, under which section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tracker.extract.headings import split_number


def _outline(extraction: Any, page: str) -> list[tuple[str, int, str]]:
    return [(clause.kind, clause.depth, clause.text) for clause in extraction.version(page).clauses]


def test_items_of_nested_lists_are_clauses_with_their_depth(extraction: Any) -> None:
    page = """<ul><li>one<ul><li>one and a half<ol><li>deep</li></ol></li></ul>rest of one</li><li>two</li></ul>"""
    assert _outline(extraction, page) == [
        ("item", 1, "one"),
        ("item", 2, "one and a half"),
        ("item", 3, "deep"),
        ("item", 1, "rest of one"),
        ("item", 1, "two"),
    ]


def test_a_list_wrongly_put_beside_its_item_is_still_nested(extraction: Any) -> None:
    page = "<ul><li>one</li><ul><li>inner</li></ul><li>two</li></ul>"
    assert [text for _, _, text in _outline(extraction, page)] == ["one", "inner", "two"]


def test_a_nested_list_that_counts_on_is_not_melted_into_its_item(extraction: Any) -> None:
    page = '<ul><li>We keep:<ol start="4"><li>names</li><li>rings</li></ol></li></ul>'
    assert [text for _, _, text in _outline(extraction, page)] == ["We keep:", "names", "rings"]


def test_numbers_of_lists_are_marks_and_no_text(extraction: Any) -> None:
    version = extraction.version('<ol start="3"><li>three</li><li>four</li></ol>')
    assert version.markdown == "3. three\n4. four\n"
    assert version.text == "three\nfour"


@pytest.mark.parametrize("start", ["-3", "x", "99999999999", "", "1e3", "\u0663"])
def test_odd_starts_of_lists_are_harmless(extraction: Any, start: str) -> None:
    page = f'<meta charset="utf-8"><ol start="{start}"><li>three</li><li>four</li></ol>'
    assert [text for _, _, text in _outline(extraction, page)] == ["three", "four"]


def test_quotes_are_clauses_of_their_own_kind(extraction: Any) -> None:
    page = "<blockquote><p>Note for senders.</p><ul><li>Seal it.</li></ul></blockquote><p>On.</p>"
    assert _outline(extraction, page) == [
        ("quote", 1, "Note for senders."),
        ("item", 2, "Seal it."),
        ("paragraph", 0, "On."),
    ]


def test_two_quotes_in_a_row_stay_two_clauses(extraction: Any) -> None:
    page = "<blockquote>One.</blockquote><blockquote>Two.</blockquote>"
    assert _outline(extraction, page) == [("quote", 1, "One."), ("quote", 1, "Two.")]


def test_a_table_row_is_a_clause(extraction: Any) -> None:
    page = """<table><caption>What we keep</caption><thead><tr><th>Data</th><th>How long</th></tr></thead><tbody>
    <tr><td>Letters</td><td>A <b>week</b> | or two</td></tr>
    <tr><td colspan=2>Birds</td></tr><tr><td> </td><td></td></tr>
    </tbody></table>"""
    assert _outline(extraction, page) == [
        ("paragraph", 0, "What we keep"),
        ("row", 0, "Data How long"),
        ("row", 0, "Letters A week | or two"),
        ("row", 0, "Birds"),
    ]


def test_cells_that_begin_like_other_blocks_leave_a_table_a_table(extraction: Any) -> None:
    page = "<table><tr><td>#1</td><td>> ring</td></tr><tr><td>- x</td><td>| y</td></tr></table>"
    assert _outline(extraction, page) == [("row", 0, "#1 > ring"), ("row", 0, "- x | y")]


def test_links_in_rows_have_their_places(extraction: Any) -> None:
    version = extraction.version("<table><tr><td>One</td><td>see <a href='/x'>it</a></td></tr></table>")
    link = version.clauses[0].links[0]
    assert version.clauses[0].text[link.start : link.end] == "it"


def test_a_table_of_layout_is_taken_apart(extraction: Any) -> None:
    page = """<table><tr><td><h2>1. Data</h2><p>We keep letters.</p><ul><li>sealed</li></ul></td></tr></table>
    <table><tr><td><p>a</p><p>b</p></td><td><table><tr><td>c</td></tr></table></td></tr></table>"""
    assert _outline(extraction, page) == [
        ("heading", 0, "1. Data"),
        ("paragraph", 0, "We keep letters."),
        ("item", 1, "sealed"),
        ("paragraph", 0, "a"),
        ("paragraph", 0, "b"),
        ("paragraph", 0, "c"),
    ]


def test_text_between_rows_is_moved_out_as_browsers_do_and_kept(extraction: Any) -> None:
    page = "<table>stray<tr><td>a</td><td>b</td></tr></table>"
    assert sorted(text for _, _, text in _outline(extraction, page)) == ["a b", "stray"]


def test_one_line_break_is_a_space_and_two_are_a_paragraph(extraction: Any) -> None:
    assert extraction.texts("<p>one<br>two<br><br>three<br> <br/>\n<br>four<br></p>") == ["one two", "three", "four"]


def test_line_breaks_in_lists_and_headings(extraction: Any) -> None:
    page = "<h2>1. Letters<br>and parcels</h2><ul><li>one<br>two<br><br>three</li></ul>"
    assert _outline(extraction, page) == [
        ("heading", 0, "1. Letters and parcels"),
        ("item", 1, "one two"),
        ("item", 1, "three"),
    ]


def test_preformatted_text_is_prose_and_code_is_code(extraction: Any) -> None:
    page = "<pre>One\n  line.\n\nTwo.</pre><pre><code>if a:\n    ```b```\n\n    c</code></pre>"
    assert _outline(extraction, page) == [
        ("paragraph", 0, "One line."),
        ("paragraph", 0, "Two."),
        ("code", 0, "if a: ```b``` c"),
    ]


def test_line_breaks_in_preformatted_text_separate_words(extraction: Any) -> None:
    assert extraction.texts("<pre>one<br>two<br><br>three<script>x</script></pre>") == ["one two", "three"]


def test_terms_and_their_definitions_are_paragraphs(extraction: Any) -> None:
    page = "<dl><dt>Ring</dt><dd>A band.</dd><dt>Loft</dt><dd><p>A house.</p><p>Of birds.</p></dd></dl>"
    assert [text for _, _, text in _outline(extraction, page)] == ["Ring", "A band.", "Loft", "A house.", "Of birds."]


@pytest.mark.parametrize(
    "heading",
    [
        '<h2 id="a-1">1. Data</h2>',
        '<h2><a id="a-1"></a>1. Data</h2>',
        '<h2><a name="a-1" href="#a-1"><i class="icon"></i></a>1. Data</h2>',
        '<h2><a href="#a-1">1. Data</a></h2>',
        '<h2><span id="a-1">1. Data</span></h2>',
        '<a name="a-1"></a><h2>1. Data</h2>',
        '<p><a id="a-1"></a></p><h2>1. Data</h2>',
        '<h2 id="a-1">1. Data <a class="permalink" href="#a-1">\u00b6</a></h2>',
        '<h2 id="a-1">1. Data<a class="hash" href="#a-1" aria-hidden="true">#</a></h2>',
        '<h2><a href="#a-1">\u00a7</a> 1. Data</h2>',
        '<h2><a href="#a-1">\U0001f517</a> 1. Data</h2>',
        '<h2><a href="#a-1">\U0001f517\ufe0f</a>1. Data</h2>',
    ],
)
def test_a_heading_knows_its_number_title_and_anchor(extraction: Any, heading: str) -> None:
    version = extraction.version(f'<meta charset="utf-8"><p>Hello.</p>{heading}<p>We keep letters.</p>')
    assert [clause.text for clause in version.clauses] == ["Hello.", "1. Data", "We keep letters."]
    section = version.sections[1]
    assert (section.number, section.title, section.anchor, section.level) == ("1", "Data", "a-1", 2)
    assert [clause.section for clause in version.clauses] == [0, 1, 1]
    assert version.clauses[1].links == ()


def test_signs_that_are_words_of_a_heading_stay(extraction: Any) -> None:
    page = '<h2>&sect; 5 Data</h2><h2>C #</h2><h2><a href="#x">#</a></h2><h2><a href="/x">#</a> y</h2>'
    assert extraction.texts(page) == ["\u00a7 5 Data", "C #", "#", "# y"]


@pytest.mark.parametrize("anchor", ["a b", "a(b)", "\u00fcber", "a\\b", "50%", "<x>", "#x", "'"])
def test_anchors_of_any_shape_read_back(extraction: Any, anchor: str) -> None:
    version = extraction.version(f'<meta charset="utf-8"><h2 id="{anchor}">Data</h2>')
    assert [(section.title, section.anchor) for section in version.sections[1:]] == [("Data", anchor)]


def test_a_link_in_a_heading_to_another_part_is_not_its_anchor(extraction: Any) -> None:
    version = extraction.version('<h2>Data (but see <a href="#birds">birds</a>)</h2>')
    assert version.sections[1].anchor is None


def test_an_anchor_belongs_to_the_next_heading_alone(extraction: Any) -> None:
    version = extraction.version('<a name="x"></a><h2>One</h2><p>text</p><h2>Two</h2>')
    assert [section.anchor for section in version.sections] == [None, "x", None]


def test_sections_know_their_parents(extraction: Any) -> None:
    page = "<h1>P</h1><h2>1. A</h2><h4>1.1. B</h4><h3>1.2. C</h3><h2>2. D</h2><h1>Q</h1>"
    version = extraction.version(page)
    assert [(section.title, section.parent) for section in version.sections[1:]] == [
        ("P", None),
        ("A", 1),
        ("B", 2),
        ("C", 2),
        ("D", 1),
        ("Q", None),
    ]


def test_headings_in_lists_and_quotes_open_sections(extraction: Any) -> None:
    version = extraction.version("<ul><li><h3>1. A</h3><p>text</p></li></ul><blockquote><h3>2. B</h3></blockquote>")
    assert [section.number for section in version.sections] == [None, "1", "2"]
    assert version.clauses[1].section == 1


def test_a_heading_that_ends_in_number_signs_keeps_them(extraction: Any) -> None:
    assert extraction.texts("<h2>C#</h2><h2>x ##</h2><h2># x</h2>") == ["C#", "x ##", "# x"]


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("8.3. Law Enforcement Authorities", "8.3", "Law Enforcement Authorities"),
        ("8.3 Law Enforcement", "8.3", "Law Enforcement"),
        ("3.3.5. Paid Posts", "3.3.5", "Paid Posts"),
        ("1) Data", "1", "Data"),
        ("1: Data", "1", "Data"),
        ("12. Data", "12", "Data"),
        ("Section 5. Data", "5", "Data"),
        ("Section 5 \u2014 Data", "5", "Data"),
        ("Article IV: Data", "IV", "Data"),
        ("\u00a7 7 Daten", "7", "Daten"),
        ("A. Data", "A", "Data"),
        ("a) data", "a", "data"),
        ("IV. Data", "IV", "Data"),
        ("5.", "5", ""),
        ("24 hours a day", None, "24 hours a day"),
        ("2024 report", None, "2024 report"),
        ("A friend", None, "A friend"),
        ("I agree", None, "I agree"),
        ("Data", None, "Data"),
        ("", None, ""),
        ("Part of us", None, "Part of us"),
        ("3D models", None, "3D models"),
        ("Section", None, "Section"),
        ("Particles", None, "Particles"),
        ("Article Index", None, "Article Index"),
        ("Clause Library", None, "Clause Library"),
        ("Section Links", None, "Section Links"),
        ("1. 2024 changes", "1", "2024 changes"),
    ],
)
def test_numbers_of_headings(heading: str, number: str | None, title: str) -> None:
    assert split_number(heading) == (number, title)


def test_a_truncated_page_keeps_what_came(extraction: Any, read_page: Callable[[str], bytes]) -> None:
    version = extraction.version(read_page("truncated.html"), select=["main"])
    assert version.clauses[-1].text == "Every bird has a ri"


def test_a_page_of_many_structures_has_the_markdown_that_we_know(
    extraction: Any, read_page: Callable[[str], bytes]
) -> None:
    """The archive's bytes: whoever changes them raises `EXTRACTOR`."""
    version = extraction.version(read_page("every_structure.html"), select=["main"])
    assert version.markdown.encode() == read_page("every_structure.md")
