"""What is read without the exact parser is read as the exact parser reads it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.extract import commonmark, inline_reader, markdown_reader, parse_markdown
from tracker.extract.inline_reader import Piece
from tracker.model import Clause, Section

#: Whatever begins, ends or looks like a part of a line, or of a block.
_INLINE = st.sampled_from([
    "*", "**", "***", "_", "__", "a", "b ", " ", ".", "[", "]", "](", "(", ")", "[a](b)", "[a b](https://e.org/a_b?x=1#y)",
    '[x](/y "t")', "[a](b_(c)_d)", "[](#a)", "\\", "\\*", "\\_", "\\[", "\\]", "\\a", "&", "&amp;", "&copy;", "<", ">",
    "<a:b>", "<a@b.example>", "<br>", "!", "![", "`", "\n", "\n  ", "  \n", "\\\n", "\u00a0", "\u201c", "\u00e9",
    "e\u0301", "\u200b", "\x1c", "\u65e5", "\U0001f426", '"', "'", ":", "//", "%20", "**a**", "_a_", "\ud800",
])  # fmt: skip
_BLOCK = st.sampled_from([
    "\n", "\n\n", "\n\n", "# ", "## ", "- ", "* ", "*   ", "1. ", "2) ", "> ", "    ", "  ", "\t", "| a | b |\n",
    "| --- | --- |\n", "a | b\n--|--\n", "---", "===", "```", "~~~", "words", "**b** c", "text", "+", "_x_ y", "-loft",
    "*", "***", "* * *", "#", "\\", "\x1c", "\u00a0", "\x0b", "7", "2024 was", "<br>",
])  # fmt: skip


def _with_words(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.text]


@given(line=st.lists(_INLINE, min_size=1, max_size=14).map("".join))
def test_a_line_is_read_as_the_exact_reader_reads_it(line: str) -> None:
    quick = inline_reader.read_pieces(line)
    exact = list(inline_reader._token_pieces(commonmark.inline_tokens(line)))
    assert _with_words(quick) == _with_words(exact)
    assert markdown_reader._read_heading(quick) == markdown_reader._read_heading(exact)


@given(markdown=st.lists(_BLOCK | _INLINE, min_size=1, max_size=24).map("".join))
def test_blocks_are_read_as_the_exact_reader_reads_them(markdown: str) -> None:
    version = parse_markdown(markdown)
    assert (list(version.sections), list(version.clauses)) == _read_exactly(version.markdown)


def _read_exactly(markdown: str) -> tuple[list[Section], list[Clause]]:
    parser = commonmark._parser.__wrapped__()
    parser.block.ruler.disable("plain_block")
    reader = markdown_reader._PartReader()
    for token in parser.parse(markdown):
        reader.read(token)
    assembly = markdown_reader._Assembly()
    for draft in reader.drafts:
        assembly.add(draft)
    return assembly.sections, assembly.clauses


@given(parts=st.lists(st.lists(_BLOCK | _INLINE, min_size=1, max_size=6).map("".join), min_size=2, max_size=8))
def test_blocks_of_parts_are_those_of_the_whole(parts: list[str]) -> None:
    """Each text's parts are read apart, whatever stands before a line that begins with words."""
    version = parse_markdown("\n\nwords ".join(parts))
    assert (list(version.sections), list(version.clauses)) == _read_exactly(version.markdown)


def test_a_text_is_read_in_parts_that_nothing_goes_on_behind() -> None:
    assert commonmark.independent_parts("# A\n\n- b\n\n  c\n\n- d\n\nE\nf\n\n> g\n\n**H**\n") == [
        "# A\n\n- b\n\n  c\n\n- d",
        "E\nf\n\n> g",
        "**H**\n",
    ]
    assert commonmark.independent_parts("a\n\nb\n\n```\n\nc\n") == ["a\n\nb\n\n```\n\nc\n"]


@given(target=st.from_regex(inline_reader._PLAIN_TARGET, fullmatch=True))
def test_plain_targets_are_written_as_they_are(target: str) -> None:
    assert commonmark.link_target(target) == target


@pytest.mark.parametrize(
    "line",
    [
        "We never keep letters.",
        "**Rings.** We _never_ keep **all _of_ them**; see [the rules](https://example.org/a_b?c=d&e=f#g).",
        "1\\. Ask [us](mailto:post@example.org) or [a \\[b\\] **c**](/x_(y)) [sic], R&D, 3 < 4, <br>\nsnake_case!",
    ],
)
def test_what_policies_hold_needs_no_exact_reader(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    def refuse(line: str) -> None:
        raise AssertionError(line)

    monkeypatch.setattr(inline_reader, "inline_tokens", refuse)
    assert inline_reader.read_pieces(line)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("`**a**`", "**a**"),
        ("a &amp; b", "a & b"),
        ("<https://example.org/a_b_c>", "https://example.org/a_b_c"),
        ("**one *two** three*", "one two three"),
        ("a*b*c", "abc"),
        ('[a](/b "c")', "a"),
        ("[a [b](/c) d](/e)", "[a b d](/e)"),
    ],
)
def test_the_rest_goes_to_the_exact_reader(line: str, text: str) -> None:
    assert markdown_reader.inline_text(line) == text


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "[a](",
        "[a](b",
        "[a](b(",
        "[\\[",
        "[a] ",
        "**a ",
        "a** ",
        "_a",
        "*a* ",
        "<a:",
        "<:",
        "&a",
        "\n a",
        "\\",
        "(",
        "ab",
    ],
)
def test_long_lines_are_bounded(piece: str) -> None:
    line = (piece * (20_000 // len(piece)))[:20_000]
    assert parse_markdown("words " + line).clauses[0].text.startswith("words")


@pytest.mark.parametrize("piece", ["a\n\n", "- a\n", "- **a\n\n", "# a\n\n", "*a\n\n", "-\n", "*" * 50 + "\n\n"])
def test_many_blocks_are_bounded(piece: str) -> None:
    assert parse_markdown("words\n\n" + piece * 5_000).clauses[0].text == "words"


@given(markdown=st.lists(_BLOCK | _INLINE, min_size=1, max_size=24).map("".join))
def test_what_is_remembered_of_other_texts_changes_nothing(markdown: str) -> None:
    warm = [parse_markdown(markdown), parse_markdown(f"# other\n\n{markdown}"), parse_markdown(markdown)]
    markdown_reader.forget_lines()
    assert warm[0] == warm[2] == parse_markdown(markdown)


def test_only_short_lines_and_parts_are_remembered() -> None:
    markdown_reader.forget_lines()
    short, long = "we keep letters " * 100, "we keep letters " * 200
    parse_markdown("- letters\n" * 1_000 + "\nThe end.\n")
    assert markdown_reader._remembered_part.cache_info().currsize == 1
    markdown_reader.forget_lines()
    version = parse_markdown(f"# {short}\n\n# {long}\n\n{short}\n\n{long}\n")
    assert [len(clause.folded) for clause in version.clauses] == [1599, 3199, 1599, 3199]
    assert markdown_reader._remembered_line.cache_info().currsize == 1
    assert markdown_reader._remembered_heading.cache_info().currsize == 1
