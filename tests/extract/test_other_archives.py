"""Markdown as other archives write it makes the clauses that our own extraction of the same page makes."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.extract import parse_markdown

PAGE = """
<h1>Pigeon Privacy Policy</h1>
<h3><a name="1-post"></a>1. Post</h3>
<p>We carry <b>letters</b> and <a href="/rings">rings</a>, 2 * 3 = 6.</p>
<ul><li>sealed letters</li><li>open ones:<ul><li>postcards</li><li>notes</li></ul></li></ul>
<ol><li>first</li><li>second</li></ol>
<blockquote><p>For the islands.</p></blockquote>
<p>1. This is no list. Ask https://example.org/x_y or a_b.</p>
"""

#: The same page by Turndown as Open Terms Archive sets it, by older and newer versions of it, and by other hands.
WRITTEN = {
    "setext headings and star bullets": """
Pigeon Privacy Policy
=====================

### [](#1-post)1\\. Post

We carry **letters** and [rings](https://example.org/rings), 2 \\* 3 = 6.

*   sealed letters
*   open ones:
    *   postcards
    *   notes

1.  first
2.  second

> For the islands.

1\\. This is no list. Ask https://example.org/x\\_y or a\\_b.
""",
    "ATX headings, hyphen bullets of two spaces": """
# Pigeon Privacy Policy

### [](#1-post)1. Post

We carry **letters** and [rings](https://example.org/rings), 2 \\* 3 = 6.

- sealed letters
- open ones:
  - postcards
  - notes

1. first
2. second

> For the islands.

1\\. This is no list. Ask [https://example.org/x_y](https://example.org/x_y) or a_b.
""",
    "plus bullets, closed headings, windows line ends, loose lists, doubled address": """
# Pigeon Privacy Policy #

### [1\\. Post](#1-post) ###

We carry __letters__ and [rings](<https://example.org/rings> "Rings"), 2 \\* 3 = 6\\.

+ sealed letters

+ open ones:

  + postcards

  + notes

1) first
2) second

>For the islands.

1\\. This is no list\\. Ask [](https://example.org/x_y)[https://example.org/x\\_y](https://example.org/x_y) or a\\_b\\.
""".replace("\n", "\r\n"),
    "wrapped lines, rules between parts, a sign to link by": """
Pigeon Privacy Policy
===
* * *
### 1\\. Post [\u00b6](#1-post)

We carry **letters**
and [rings](https://example.org/rings),
2 \\* 3 = 6.
***
* sealed letters
* open ones:

    * postcards
    * notes

---
1. first
1. second

> For the
islands.

1\\. This is no list. Ask
<https://example.org/x_y> or a\\_b.
""",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_other_hands_write_the_same_clauses(extraction: Any, name: str) -> None:
    ours, theirs = extraction.version(PAGE), parse_markdown(WRITTEN[name])
    assert [(x.kind, x.text, x.depth, x.section) for x in theirs.clauses] == [
        (x.kind, x.text, x.depth, x.section) for x in ours.clauses
    ]
    assert [(x.number, x.title, x.anchor) for x in theirs.sections] == [
        (x.number, x.title, x.anchor) for x in ours.sections
    ]
    assert theirs.text_sha256 == ours.text_sha256


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("We **never sell letters.", "We never sell letters."),
        ("We **never** sell** letters.", "We never sell letters."),
        ("**Note:**we sell **no letters **at all.", "Note:we sell no letters at all."),
        ("__Note", "Note"),
        ("snake_case_name and __init__", "snake_case_name and init"),
        ("\\*\\*Stars\\*\\*", "**Stars**"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("`a**b`", "a**b"),
        ("[here](javascript:void(0)) and [there](data:text/html,x)", "here and there"),
        ("![a bird](https://example.org/bird.png) One.", "One."),
        ("[![a bird](bird.png)](https://example.org) One.", "One."),
        ("One.  \nTwo.\\\nThree.", "One. Two. Three."),
        ("&copy; &amp;amp; &lt;b&gt;", "\u00a9 &amp; <b>"),
        ("<b>One</b>", "<b>One</b>"),
        ("[a]: https://example.org/a", "[a]: https://example.org/a"),
        ("    four spaces are no code", "four spaces are no code"),
        ("[brackets] and [more][x]", "[brackets] and [more][x]"),
        ("\\[ \\] \\( \\. \\- \\# \\_ \\~", "[ ] ( . - # _ ~"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_marks_go_and_words_stay(markdown: str, text: str) -> None:
    assert [clause.text for clause in parse_markdown(markdown).clauses] == [text]


def test_line_breaks_and_list_marks_in_table_cells_are_spaces() -> None:
    markdown = (
        "| Data | Why |\n| --- | --- |\n"
        "| Rings | To find:<br><br>*   lost birds<br>*   old ones<br/>1.  first<br>- x |\n| A \\| B | 3 * 2 |"
    )
    assert [clause.text for clause in parse_markdown(markdown).clauses] == [
        "Data Why",
        "Rings To find: lost birds old ones first x",
        "A | B 3 * 2",
    ]


def test_links_that_lead_nowhere_safe_are_no_links() -> None:
    markdown = "[one](javascript:x) [two]( <JAVASCRIPT:x> ) [three](vbscript:x) [four](file:///x) [five](/x)"
    assert [link.href for link in parse_markdown(markdown).clauses[0].links] == ["/x"]


def test_a_version_ends_in_one_newline_and_keeps_its_markdown() -> None:
    assert parse_markdown("\n\nOne.\r\n\r\nTwo.\n\n\n").markdown == "One.\n\nTwo.\n"
    assert parse_markdown("").clauses == ()
    assert len(parse_markdown("").sections) == 1


def test_versions_that_differ_in_marks_alone_have_one_text() -> None:
    texts = {
        parse_markdown(x).text_sha256 for x in ("* **We** [sell](/a)\n* no", "- We _sell_\n\n- no\n", "We sell\n\nno")
    }
    assert len(texts) == 1
