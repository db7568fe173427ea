"""A redline in two columns: on a screen, and as rows for a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tracker.model import Span, SpanTag
from tracker.render import Screen
from tracker.render.change_columns import BAR, Pen, column_heads, column_lines, inline_lines
from tracker.render.change_sides import pair_sides

WORDS = (
    "We ", "carry", " letters", ". ", " ", "\n\n", "Dr. ", "8.3. ", "loft", ", ", "(so?) ", "\u6f22\u5b57\u3002",
    "e\u0301t\u00e9 ", "\U0001f468\u200d\U0001f469\u200d\U0001f467 ", "\u2764\ufe0f", "\u05d9\u05d5\u05e0\u05d4 ",
    "\u202e", "\u200b",
    "https://loft.example/" + "a" * 70, "\x1b[31m", "::error::x ",
)  # fmt: skip


@st.composite
def redlines(draw: st.DrawFn) -> tuple[Span, ...]:
    """Redlines as the comparer makes them: no two spans of one tag in a row, no insertion before its deletion."""
    spans: list[Span] = []
    for tag in draw(st.lists(st.sampled_from(("=", "-", "+")), max_size=8)):
        allowed = {"=": "-+", "-": "=", "+": "=-"}[spans[-1].tag] if spans else "=-+"
        if tag in allowed or not spans or (spans[-1].tag, tag) == ("-", "+"):
            text = "".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9)))
            spans.append(Span(tag, text))  # type: ignore[arg-type] # one of the three
    return tuple(spans)


def _join(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)


def _rows(*spans: tuple[SpanTag, str]) -> list[tuple[str, str]]:
    return [(_join(row.old), _join(row.new)) for row in pair_sides([Span(tag, text) for tag, text in spans])]


@given(redlines())
def test_rows_hold_every_word_of_both_sides_once_and_in_order(redline: tuple[Span, ...]) -> None:
    rows = pair_sides(redline)
    assert "".join(_join(row.old) for row in rows) == "".join(span.text for span in redline if span.tag != "+")
    assert "".join(_join(row.new) for row in rows) == "".join(span.text for span in redline if span.tag != "-")
    for row in rows:
        assert {span.tag for span in row.old} <= {"=", "-"}
        assert {span.tag for span in row.new} <= {"=", "+"}
        kept = ["".join(span.text for span in side if span.tag == "=") for side in (row.old, row.new)]
        assert kept[0] == kept[1]


def test_the_same_sentence_stands_beside_itself() -> None:
    assert _rows(("=", "We fly. We "), ("-", "rest"), ("+", "sing"), ("=", ". We land.")) == [
        ("We fly. ", "We fly. "),
        ("We rest. ", "We sing. "),
        ("We land.", "We land."),
    ]


def test_a_sentence_that_is_gone_has_nothing_beside_it() -> None:
    assert _rows(("=", "We fly. "), ("-", "We rest. "), ("=", "We land.")) == [
        ("We fly. ", "We fly. "),
        ("We rest. ", ""),
        ("We land.", "We land."),
    ]


def test_what_replaces_a_sentence_stands_beside_it() -> None:
    assert _rows(("-", "We rest. We eat."), ("+", "We work.")) == [("We rest. We eat.", "We work.")]


def test_paragraphs_that_were_split_stand_beside_the_whole() -> None:
    assert _rows(("=", "We fly."), ("-", " "), ("+", "\n\n"), ("=", "We land.")) == [
        ("We fly.", "We fly."),
        (" We land.", "\n\nWe land."),
    ]


@pytest.mark.parametrize("text", ["8.3. Lofts", "Write to Dr. A. Swift, e.g. by post", "at 5 p.m. on 3. March"])
def test_a_number_or_an_initial_ends_no_sentence(text: str) -> None:
    assert len(_rows(("=", text), ("+", " here"))) <= 2
    assert _rows(("=", "8.3. Lofts")) == [("8.3. Lofts", "8.3. Lofts")]


def test_sentences_without_spaces_end_too() -> None:
    assert len(_rows(("=", "\u9ce9\u304c\u98db\u3076\u3002"), ("-", "\u6708"), ("+", "\u65e5"), ("=", "\u3002"))) == 2


# --------------------------------------------------------------------------------------------------------- on a screen


def _columns(width: int, *spans: tuple[SpanTag, str], colour: bool = False) -> list[str]:
    screen = Screen(width=width, measure=cell_len)
    pen = Pen(colour=colour, screen=screen)
    return list(column_lines([Span(tag, text) for tag, text in spans], pen, screen))


def test_old_words_stand_left_and_new_ones_right() -> None:
    assert _columns(
        60, ("=", "Letters wait for "), ("-", "six"), ("+", "nine"), ("=", " days in our loft. Then they are "),
        ("-", "returned to you."), ("+", "burnt."),
    ) == [
        "  | Letters wait for [-six-]   | Letters wait for {+nine+}",
        "  | days in our loft.          | days in our loft.",
        "  | Then they are [-returned-] | Then they are {+burnt.+}",
        "  | [-to you.-]                |",
    ]  # fmt: skip


def test_wide_letters_take_two_columns() -> None:
    lines = _columns(60, ("=", "\u6f22" * 30), ("-", "\u6c34" * 3), ("+", "\u706b" * 3))
    assert {cell_len(line.rpartition(" | ")[0]) for line in lines} == {30}
    assert lines[0] == f"  | {'漢' * 13} | {'漢' * 13}"


def test_a_letter_keeps_its_marks_and_an_emoji_its_parts() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    lines = _columns(60, ("=", "e\u0301" * 40 + family * 20))
    assert not any(re.search("(^| \\| )[\u0301\u200d]", line.removeprefix(BAR)) for line in lines)
    assert "".join(lines).count(family) == 40


@pytest.mark.parametrize(("width", "taken"), [(1, 60), (60, 60), (80, 80), (200, 200), (5000, 200)])
def test_a_screen_is_neither_too_narrow_nor_too_wide(width: int, taken: int) -> None:
    lines = _columns(width, ("-", "w" * 500), ("+", "v" * 500))
    assert taken - 1 <= max(map(len, lines)) <= taken
    assert column_heads(Pen(colour=False, screen=Screen(width=width, measure=len))).index("NEW") == lines[0].index("{+")


def test_colour_takes_no_column_and_ends_with_its_line() -> None:
    lines = _columns(60, ("=", "We "), ("-", "fly and " * 8), ("+", "walk and " * 8), ("=", "sing"), colour=True)
    assert all(line.count("\x1b[0m") * 2 == line.count("\x1b") for line in lines)
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    assert {line.index(" | ", 4) for line in bare} == {30}


def _sides(line: str, width: int) -> tuple[str, str]:
    """Cut a line of two columns where the left one ends."""
    text = line.removeprefix(BAR)
    cut = next((at for at in range(len(text) + 1) if cell_len(text[:at]) == width and text[at:].startswith(" |")), None)
    assert cut is not None or cell_len(text) <= width, line
    return (text, "") if cut is None else (text[:cut], text[cut:].removeprefix(" |"))


def _bare(text: str) -> str:
    return re.sub(r"\[-|-\]|\{\+|\+\}|\s|\\", "", text)


def _shown(text: str) -> str:
    marks = {"\u202e": "[U+202E]", "\u200b": "[U+200B]", "\x1b": "[U+001B]"}
    return re.sub(r"\s", "", "".join(marks.get(letter, letter) for letter in text))


@given(redlines(), st.integers(60, 130))
def test_two_columns_lose_no_letter_and_overflow_nowhere(redline: tuple[Span, ...], width: int) -> None:
    # A joiner or selector at the edge of a span stands alone there, and is shown as a mark.
    assume(not any(span.text.startswith("\u2764") or "\u2764" in span.text[-2:] for span in redline))
    screen = Screen(width=width, measure=cell_len)
    lines = list(column_lines(redline, Pen(colour=False, screen=screen), screen))
    assert all(cell_len(line) <= width for line in lines)
    assert not any(re.search("[\x00-\x1f\x7f-\x9f\u202e\u200b]", line) for line in lines)
    assert all(line.startswith(BAR.rstrip()) for line in lines)
    cut = [_sides(line, (width - 7) // 2) for line in lines]
    old, new = ("".join(span.text for span in redline if span.tag != tag) for tag in "+-")
    assert _bare("".join(left for left, _ in cut)) == _shown(old)
    assert _bare("".join(right for _, right in cut)) == _shown(new)


@given(redlines(), st.integers(60, 130))
def test_folded_lines_lose_no_letter(redline: tuple[Span, ...], width: int) -> None:
    pen = Pen(colour=False, screen=Screen(width=width, measure=cell_len))
    lines = list(inline_lines(redline, pen))
    assert all(cell_len(line) <= width for line in lines)
    whole = list(inline_lines(redline, Pen(colour=False, screen=None)))
    assert _bare("".join(line[3:] for line in lines)) == _bare("".join(line[3:] for line in whole))
