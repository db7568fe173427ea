"""What a reader of the page sees is in the version, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    "unseen",
    [
        "<!-- 4. We sell it -->",
        "<!--[if IE]>4. We sell it<![endif]-->",
        "<![CDATA[4. We sell it]]>",
        "<?php 4. We sell it ?>",
        "<script>4. We sell it</script>",
        '<script type=\'application/ld+json\'>{"a": "4. We sell it"}</script>',
        "<style>.x::before { content: '4. We sell it' }</style>",
        "<template><p>4. We sell it</p></template>",
        "<noscript><p>4. We sell it</p></noscript>",
        "<svg><text>4. We sell it</text><title>4. We sell it</title></svg>",
        "<math><mi>4. We sell it</mi></math>",
        "<iframe>4. We sell it</iframe>",
        "<iframe srcdoc='4. We sell it'></iframe>",
        "<object>4. We sell it</object>",
        "<video>4. We sell it</video>",
        "<canvas>4. We sell it</canvas>",
        "<img alt='4. We sell it' src='/x.png'>",
        "<select><option>4. We sell it</option></select>",
        "<textarea>4. We sell it</textarea>",
        "<input value='4. We sell it'>",
        "<datalist><option>4. We sell it</option></datalist>",
        "<span title='4. We sell it' data-text='4. We sell it' aria-label='4. We sell it'></span>",
    ],
)
@pytest.mark.parametrize(
    "frame", ["<p>Before</p>{}<p>after</p>", "<p>Before{}</p><p>after</p>", "<h2>Before{}</h2>after"]
)
def test_what_no_reader_sees_is_left_out(extraction: Any, frame: str, unseen: str) -> None:
    assert extraction.texts(frame.format(unseen)) == ["Before", "after"]


def test_comments_between_letters_join_them(extraction: Any) -> None:
    assert extraction.texts("<p>un<!-- x -->seen and <b>wh</b>ole</p>") == ["unseen and whole"]


@pytest.mark.parametrize(
    "hiding",
    [
        "hidden",
        'hidden="until-found"',
        'style="display: none"',
        'style="color:red;DISPLAY:none!important"',
        'style="visibility:hidden"',
        'style="opacity: 0"',
        'style="font-size:0"',
    ],
)  # fmt: skip
def test_text_hidden_by_css_is_kept_and_flagged(extraction: Any, hiding: str) -> None:
    version = extraction.version(f"<p>Shown.</p><div {hiding}><p>Behind a tab.</p></div>")
    assert [clause.text for clause in version.clauses] == ["Shown.", "Behind a tab."]
    assert len(version.notes) == 1
    assert version.notes[0].startswith("hidden-text: 1 ")


@pytest.mark.parametrize("harmless", ['style="opacity: 0.9"', 'style="font-size:0.8em"', 'style="display:block"', ""])
def test_text_in_plain_sight_is_not_flagged(extraction: Any, harmless: str) -> None:
    assert extraction.version(f"<p {harmless}>Shown.</p><p hidden> </p>").notes == ()


def test_a_page_may_be_kept_in_an_accordion(extraction: Any) -> None:
    page = "<details><summary>1. Data</summary><p>Kept for a year.</p></details><dialog open><p>Agree?</p></dialog>"
    assert extraction.texts(page) == ["1. Data", "Kept for a year.", "Agree?"]


def test_white_space_no_break_spaces_included_is_folded(extraction: Any) -> None:
    assert extraction.texts("<p>\n one\u00a0\u2003two&nbsp;&nbsp;\t<b> three </b>\n</p>") == ["one two three"]


def test_words_keep_the_spaces_that_elements_have_inside(extraction: Any) -> None:
    page = "<p>no<b> one </b>reads <i>your</i> <a href='/x'> mail </a>, <b>ever</b>.</p>"
    version = extraction.version(page)
    assert version.clauses[0].text == "no one reads your mail , ever."
    assert version.clauses[0].text[slice(version.clauses[0].links[0].start, version.clauses[0].links[0].end)] == "mail"


def test_block_elements_end_paragraphs_without_p(extraction: Any) -> None:
    page = "<div>One<div>two</div>three</div><section>four<address>five</address></section>six"
    assert extraction.texts(page) == ["One", "two", "three", "four", "five", "six"]


def test_a_paragraph_of_nothing_but_invisible_marks_is_no_clause(extraction: Any) -> None:
    page = "<p>One.</p><p>&#8203;</p><h2>&#8203;&shy;</h2><ul><li>&#65279;</li><li>two</li></ul>"
    version = extraction.version(page)
    assert [clause.text for clause in version.clauses] == ["One.", "two"]
    assert len(version.sections) == 1


def test_characters_are_composed(extraction: Any) -> None:
    assert extraction.texts("<p>Cafe\u0301 A\u030angstro\u0308m</p>") == ["Caf\u00e9 \u00c5ngstr\u00f6m"]


def test_entities_are_read_once(extraction: Any) -> None:
    assert extraction.texts("<p>&amp;lt;b&amp;gt; &lt;script&gt;alert(1)&lt;/script&gt; &copy; AT&T &#38;amp;</p>") == [
        "&lt;b&gt; <script>alert(1)</script> \u00a9 AT&T &amp;"
    ]


def test_markup_written_as_text_stays_text_in_the_markdown(extraction: Any) -> None:
    version = extraction.version("<p>&lt;img src=x onerror=alert(1)&gt; ![x](https://example.org/p.png) {{7*7}}</p>")
    assert version.clauses[0].text == "<img src=x onerror=alert(1)> ![x](https://example.org/p.png) {{7*7}}"
    assert version.clauses[0].links == ()
    assert "<img" not in version.markdown.replace("\\<", "")


def test_the_page_that_hides_a_draft_shows_none_of_it(extraction: Any, read_page: Callable[[str], bytes]) -> None:
    version = extraction.version(read_page("draft_in_comment.html"), select=["main"])
    assert [clause.text for clause in version.clauses] == [
        "Pigeon Privacy Policy",
        "1. Letters",
        "We carry letters and do not open them.",
        "2. Birds",
        "Every bird has a ring.",
    ]
    assert "draft" not in version.markdown.lower()
