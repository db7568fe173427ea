"""What is set apart by emphasis is known by place and kind, however its writer marked it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.extract import parse_markdown
from tracker.model import Clause


def _marks(clause: Clause) -> list[tuple[str, str]]:
    """Return (kind, marked words) of all marks, in order."""
    return [(mark.kind, clause.text[mark.start : mark.end]) for mark in clause.marks]


@pytest.mark.parametrize(
    ("markdown", "marks"),
    [
        ("We never sell letters.", []),
        ("We **never** sell _letters_.", [("strong", "never"), ("emphasis", "letters")]),
        ("Use `loft-9` or ``a ` b``.", [("code", "loft-9"), ("code", "a ` b")]),
        ("**All of it**", [("strong", "All of it")]),
        ("**We _never_ sell**", [("strong", "We never sell"), ("emphasis", "never")]),
        ("_**We** never_", [("emphasis", "We never"), ("strong", "We")]),
        ("***We*** sell", [("emphasis", "We"), ("strong", "We")]),
        ("**We** **never** sell", [("strong", "We never")]),
        ("**We**\n**never** sell", [("strong", "We never")]),
        ("**We** _never_ **sell**", [("strong", "We"), ("emphasis", "never"), ("strong", "sell")]),
        ("**We**, **never**", [("strong", "We"), ("strong", "never")]),
        ("**We **never** sell**", [("strong", "We never sell")]),
        ("**We \\*never\\* sell**", [("strong", "We *never* sell")]),
        ("see [the **rules**](/r) here", [("strong", "rules")]),
        ("**see [the rules](/r) here**", [("strong", "see the rules here")]),
        ("**see** [**the**](/r) **rules**", [("strong", "see the rules")]),
        ("**`a`** b", [("code", "a"), ("strong", "a")]),
        ("We **never sell letters.", []),
        ("snake_case_name, 2 * 3 * 4", []),
        ("**\u200b** words", []),
        ("**We**\u200b**sell**", [("strong", "We\u200bsell")]),
        ("a **\u201cRing\u201d** means", [("strong", "\u201cRing\u201d")]),
    ],
)
def test_marks_have_a_kind_and_a_place(markdown: str, marks: list[tuple[str, str]]) -> None:
    assert [_marks(clause) for clause in parse_markdown(markdown).clauses] == [marks]


def test_headings_items_quotes_and_rows_have_marks() -> None:
    markdown = (
        "## [](#rings)1. **Rings** of birds\n\n- a **ring**\n\n> _no_ ring\n\n"
        "| **Data** | **Why** |\n| --- | --- |\n| Rings | to _find_ them |\n| `a` | b |"
    )
    assert [(clause.kind, clause.text, _marks(clause)) for clause in parse_markdown(markdown).clauses] == [
        ("heading", "1. Rings of birds", [("strong", "Rings")]),
        ("item", "a ring", [("strong", "ring")]),
        ("quote", "no ring", [("emphasis", "no")]),
        ("row", "Data Why", [("strong", "Data Why")]),
        ("row", "Rings to find them", [("emphasis", "find")]),
        ("row", "a b", [("code", "a")]),
    ]


def test_a_block_of_code_is_no_mark() -> None:
    assert parse_markdown("```\nring = 9\n```").clauses[0].marks == ()


@pytest.mark.parametrize(
    "page",
    [
        "<p>We <b>never sell</b> letters.</p>",
        "<p>We <strong>never</strong> <b>sell</b> letters.</p>",
        "<p>We <b>never <b>sell</b></b> letters.</p>",
        "<p>We <b> never sell </b>letters.</p>",
        "<p>We<b>\n never</b><b> sell</b> letters.</p>",
    ],
)
def test_the_same_words_set_apart_have_the_same_marks(extraction: Any, page: str) -> None:
    version = extraction.version(page)
    assert [(clause.text, _marks(clause)) for clause in version.clauses] == [
        ("We never sell letters.", [("strong", "never sell")])
    ]
    assert parse_markdown(version.markdown).clauses == version.clauses


_RUNS = st.lists(
    st.tuples(st.sampled_from(["", "b", "i", "em", "strong"]), st.sampled_from(["we", "never ", " sell", "birds"])),
    min_size=1,
    max_size=6,
)


@given(runs=_RUNS)
def test_marks_lie_in_the_text_and_survive_writing(extraction: Any, runs: list[tuple[str, str]]) -> None:
    page = "".join(f"<{tag}>{words}</{tag}>" if tag else words for tag, words in runs)
    version = extraction.version(f"<p>{page}</p>")
    clause = version.clauses[0]
    assert parse_markdown(version.markdown).clauses[0].marks == clause.marks
    assert list(clause.marks) == sorted(clause.marks, key=lambda mark: (mark.start, -mark.end, mark.kind))
    for mark in clause.marks:
        marked = clause.text[mark.start : mark.end]
        assert marked
        assert marked == marked.strip()
    for kind in ("strong", "emphasis"):
        same = [mark for mark in clause.marks if mark.kind == kind]
        assert all(clause.text[one.end : other.start].strip() for one, other in pairwise(same))


def test_emphasis_in_emphasis_is_bounded() -> None:
    markdown = "*a " * 5_000 + "a*" * 5_000
    clause = parse_markdown(markdown).clauses[0]
    assert {mark.kind for mark in clause.marks} == {"emphasis"}
    assert parse_markdown("**a " * 5_000).clauses[0].marks == ()
