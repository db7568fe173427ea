"""Pages made to hurt end as a version or as a named error, within bounds. No clock is read: these would hang."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.errors import ExtractError
from tracker.extract import parse_markdown, propose_selector


@pytest.mark.parametrize("name", ["div", "b", "ul><li", "table><tr><td"])
def test_a_hundred_thousand_nested_elements_are_too_deep(extraction: Any, name: str) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version(f"<p>text</p>{f'<{name}>' * 100_000}x")
    assert caught.value.reason == "too-deep"


def test_a_page_as_deep_as_allowed_is_read(extraction: Any) -> None:
    for opening in ("<div>", "<b>", "<ul><li>", "<blockquote>", "<table><tr><td>", "<i><a href=/x>"):
        texts = extraction.texts("<p>start</p>" + opening * (190 // opening.count("<")) + "end")
        assert (texts[0], texts[-1]) == ("start", "end")


def test_proposals_are_bounded_as_well(extraction: Any) -> None:
    with pytest.raises(ExtractError) as caught:
        propose_selector(extraction.snapshot("<div>" * 100_000))
    assert caught.value.reason == "too-deep"


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<!-- -",
        "<![CDATA[",
        "<a href='",
        '<p class="',
        "<",
        "</",
        "&",
        "&#",
        "&lt",
        "<?",
        "<!DOCTYPE",
        "<p ",
        "<meta charset",
        "]]>",
        "<script>",
        "<style>",
        "<textarea>",
        "<title>",
        "<plaintext>",
        "<base href=/x>",
    ],
)
def test_tokens_that_never_close_are_bounded(extraction: Any, piece: str) -> None:
    try:
        version = extraction.version("<p>Letters are sealed.</p>" + piece * (100_000 // len(piece)))
    except ExtractError as error:
        assert error.reason in {"empty-text", "too-deep", "bad-charset"}  # noqa: PT017 - either end is good
    else:
        assert version.clauses[0].text.startswith("Letters are sealed.")


@pytest.mark.parametrize(
    "text",
    [
        " " * 20_000 + ".",
        "a" + "\u00a0" * 20_000 + "b",
        "word" * 100_000,
        "a " * 50_000,
        "*" * 5_001,
        "_" * 5_001,
        "*a " * 2_000,
        "**a*" * 2_000,
        "_a_" * 2_000,
        "[" * 5_001,
        "](" * 5_001,
        "![" * 5_001,
        "`" * 5_001,
        "`a``" * 2_000,
        "\\" * 5_001,
        "<" * 5_001,
        "&amp;" * 5_001,
        "a@" * 5_001,
        "1." * 5_001,
        "#" * 5_001,
        "|" * 5_001,
        "-" * 5_001,
        "\u202e" * 10_000,
        "e" + "\u0301" * 10_000,
    ],
)
def test_runs_of_marks_and_spaces_read_back_in_bounds(extraction: Any, text: str) -> None:
    page = "<meta charset=utf-8><p>Before.</p><p>{0}</p><h2>{0}</h2><ul><li>{0}</li></ul><p>After.</p>"
    version = extraction.version(page.format(text.replace("&amp;", "&").replace("&", "&amp;").replace("<", "&lt;")))
    assert (version.clauses[0].text, version.clauses[-1].text) == ("Before.", "After.")
    assert parse_markdown(version.markdown) == version
    assert len({clause.text for clause in version.clauses[1:-1]}) == 1
    assert parse_markdown(text).markdown.endswith("\n")


def test_emphasis_on_every_letter_is_bounded(extraction: Any) -> None:
    version = extraction.version(f"<p>{'<b>a</b><i>*</i>' * 2_000}</p>")
    assert version.clauses[0].text == "a*" * 2_000


def test_entities_of_entities_stay_text(extraction: Any) -> None:
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">{levels}]>'
    version = extraction.version(f"{head}<html><body><p>Sealed.</p><p>&l11;</p></body></html>")
    assert "Sealed." in version.text
    assert "lollol" not in version.text


def test_external_entities_are_not_read(extraction: Any, tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the key under the mat")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><p>Sealed. &x;</p>'
    assert "mat" not in extraction.version(page).text


def test_a_table_of_many_rows_and_an_endless_list_are_bounded(extraction: Any) -> None:
    page = "<table>" + "<tr><td>a</td><td>b</td></tr>" * 1_000 + "</table><ul>" + "<li>x</li>" * 1_000 + "</ul>"
    assert len(extraction.version(page).clauses) == 2_000


def test_thousands_of_rules_without_a_match_are_no_trouble(extraction: Any) -> None:
    assert extraction.texts("<p>Sealed.</p>", remove=[f"#gone-{number}" for number in range(500)]) == ["Sealed."]


def test_hidden_elements_in_the_thousands_are_counted(extraction: Any) -> None:
    version = extraction.version("<p>x</p>" + '<p style="display:none">y</p>' * 1_000)
    assert version.notes[0].startswith("hidden-text: 1000 ")
