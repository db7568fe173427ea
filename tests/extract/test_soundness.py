"""What is written as Markdown reads back as the words that the page shows: no character lost, none added."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from tracker.extract import parse_markdown
from tracker.model import ClauseKind, fold_text, visible_text

TRICKY = (
    "*", "**", "***", "_", "__", "`", "``", "~", "~~~", "[", "]", "](", "[a](b)", "![x](y)", "<", "<b>", "</p>", "&lt;",
    "&amp;", "&#42;", "&", "#", "# ", "## x", "- ", "+ ", "* ", "1. ", "1) ", "12345678901. ", "> ", "|", "||", "| - |",
    "---", "===", "- - -", "***", "\\", "\\*", "\\\\", "!",
    "https://example.org/a_b_c", "www.example.org", "a@b.example",
    "<https://example.org>", "[^1]", "[ ]", "[x] ", ":", ":-", ":---:", "(", ")", '"', "'", "\u201c", "\u2014", "...",
    "snake_case_name", "2*3*4", "a`b", "\u00a0", "\u200b", "\u00ad", "\u202e", "e\u0301", "\u0301", "\u1100\u1161",
    "\u6f22\u5b57", "\U0001f600", "\u0130", "\ufeff", "\u2028", "\ttab", "=", "$x$", "{{7*7}}", "::set-env", "<!--",
    "-->", "<?", "]]>", "&copy", "&nbsp;", "Z\u0307", "\u212b", "\uff21",
)  # fmt: skip
WORDS = st.one_of(
    st.text(alphabet="abcXYZ 019.,;:!?-_*()[]<>#&\\/'\"`|~=+$%@^{}\n", max_size=12),
    st.sampled_from(TRICKY),
    st.sampled_from(["privacy", "data", "we", "share", "never", " ", " ", "  \n "]),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=4),
)
ELEMENTS = ("b", "strong", "i", "em", "span", "u", "sup", "code", "font")
UNSEEN = ("<!-- *draft* -->", "<script>var a = '_x_'</script>", "<template>later</template>")
TEXT = st.lists(WORDS, min_size=1, max_size=5).map("".join)
#: Where a paragraph ends inside a run of inline content, and where a line does.
BREAK = "\x1f"
SEEN = re.compile(rf"{BREAK}(?:\s*{BREAK})+")


@dataclass(frozen=True)
class Piece:
    """HTML, and the words in it that a reader sees."""

    html: str
    words: str


@dataclass(frozen=True)
class Block:
    """HTML, and the clauses that a reader would count in it."""

    html: str
    clauses: tuple[tuple[ClauseKind, str], ...]


def _text(words: str) -> Piece:
    return Piece(html.escape(words), words)


def _wrapped(tag: str, attributes: str = "") -> Any:
    return lambda pieces: Piece(
        f"<{tag}{attributes}>{''.join(piece.html for piece in pieces)}</{tag}>",
        "".join(piece.words for piece in pieces),
    )


HREFS = st.sampled_from(
    ["https://example.org/", "/a b(c)", "#part", "mailto:x@example.org", "https://example.org/?a=1&copy=2&amp;b=[x]<y>",
     "javascript:alert(1)", "", "https://example.org/\\*a*_b_", "relative.html#x", "//other.example/_x_"]
)  # fmt: skip


@st.composite
def _inline(draw: st.DrawFn, depth: int) -> list[Piece]:
    pieces: list[Piece] = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["text"] * 3 + ([*ELEMENTS, "a", "br", "unseen"] if depth else [])))
        if kind == "text":
            pieces.append(_text(draw(TEXT)))
        elif kind == "a":
            pieces.append(_wrapped("a", f' href="{html.escape(draw(HREFS))}"')(draw(_inline(depth - 1))))
        elif kind == "br":
            pieces.append(Piece("<br>", BREAK))
        elif kind == "unseen":
            pieces.append(Piece(draw(st.sampled_from(UNSEEN)), ""))
        else:
            pieces.append(_wrapped(kind)(draw(_inline(depth - 1))))
    return pieces


INLINE = _inline(2).map(_wrapped("span"))
LINE = INLINE.map(lambda piece: Piece(piece.html.replace("<br>", " "), piece.words.replace(BREAK, " ")))


def _seen(kind: ClauseKind, words: str) -> tuple[tuple[ClauseKind, str], ...]:
    return ((kind, visible_text(words)),) if fold_text(words) else ()


def _paragraph(kind: ClauseKind, tag: str) -> Any:
    def build(piece: Piece) -> Block:
        parts = (part.replace(BREAK, " ") for part in SEEN.split(piece.words))
        return Block(f"<{tag}>{piece.html}</{tag}>", tuple(seen for part in parts for seen in _seen(kind, part)))

    return build


def _as(kind: ClauseKind, block: Block) -> tuple[tuple[ClauseKind, str], ...]:
    """The clauses of `block` inside a list or quote: paragraphs become items or quotes, the rest stays."""
    return tuple((kind if old in {"paragraph", "quote"} else old, words) for old, words in block.clauses)


def _list(opening: str, items: Sequence[tuple[Piece, Sequence[Block]]]) -> Block:
    parts: list[str] = []
    clauses: list[tuple[ClauseKind, str]] = []
    for piece, blocks in items:
        parts.append(f"<li>{piece.html}{''.join(block.html for block in blocks)}</li>")
        clauses.extend(_seen("item", piece.words))
        for block in blocks:
            clauses.extend(_as("item", block))
    return Block(f"<{opening}>{''.join(parts)}</{opening[:2]}>", tuple(clauses))


def _quote(blocks: list[Block]) -> Block:
    return Block(
        f"<blockquote>{''.join(block.html for block in blocks)}</blockquote>",
        tuple(clause for block in blocks for clause in _as("quote", block)),
    )


def _table(rows: list[list[Piece]]) -> Block:
    # A row is a clause where the table has columns; with one column it is layout, and each cell a paragraph.
    shown = ["<tr>" + "".join(f"<td>{cell.html}</td>" for cell in row) + "</tr>" for row in rows]
    kind: ClauseKind = "row" if max(map(len, rows)) > 1 else "paragraph"
    texts = (" ".join(filter(None, (visible_text(cell.words) for cell in row))) for row in rows)
    clauses = tuple(seen for text in texts for seen in _seen(kind, text))
    return Block(f"<table>{''.join(shown)}</table>", clauses)


PARAGRAPHS = st.one_of(
    INLINE.map(_paragraph("paragraph", "p")),
    INLINE.map(_paragraph("paragraph", "div")),
    INLINE.map(_paragraph("paragraph", "dd")),
)
LISTS = st.recursive(
    st.tuples(
        st.sampled_from(["ul", "ol", "ol start=7"]), st.lists(st.tuples(LINE, st.just([])), min_size=1, max_size=3)
    ).map(lambda both: _list(*both)),
    lambda inner: st.tuples(
        st.sampled_from(["ul", "ol"]),
        st.lists(st.tuples(LINE, st.lists(st.one_of(inner, PARAGRAPHS), max_size=2)), min_size=1, max_size=2),
    ).map(lambda both: _list(*both)),
    max_leaves=3,
)
BLOCKS = st.one_of(
    PARAGRAPHS,
    *(LINE.map(_paragraph("heading", f"h{level}")) for level in (1, 3, 6)),
    LISTS,
    st.lists(st.one_of(PARAGRAPHS, LISTS), min_size=1, max_size=2).map(_quote),
    st.lists(st.lists(LINE, min_size=1, max_size=3), min_size=1, max_size=3).map(_table),
)
PAGES = st.lists(BLOCKS, min_size=1, max_size=4)


@given(blocks=PAGES)
def test_clauses_read_back_are_the_words_and_kinds_of_the_page(extraction: Any, blocks: list[Block]) -> None:
    page = "<p>First of all.</p>" + "".join(block.html for block in blocks)
    expected = [("paragraph", "First of all."), *(clause for block in blocks for clause in block.clauses)]
    version = extraction.version(f'<meta charset="utf-8"><body>{page}</body>')
    assert [(clause.kind, clause.text) for clause in version.clauses] == expected


@given(blocks=PAGES)
def test_our_markdown_read_again_is_the_same_version(extraction: Any, blocks: list[Block]) -> None:
    version = extraction.version(f"<body><p>First of all.</p>{''.join(block.html for block in blocks)}</body>")
    assert parse_markdown(version.markdown) == version


NESTING = (
    "div", "p", "span", "b", "i", "a", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "tr", "td", "th",
    "caption", "blockquote", "pre", "code", "h1", "h2", "h3", "section", "form", "label", "button", "center", "article",
    "fieldset", "legend", "figure", "figcaption", "summary", "details", "hr", "br",
)  # fmt: skip


@given(
    steps=st.lists(
        st.one_of(
            st.sampled_from(NESTING).map(lambda name: f"<{name}>"),
            st.sampled_from(NESTING).map(lambda name: f"</{name}>"),
            st.just("word"),
            st.just("\n\n "),
        ),
        max_size=30,
    )
)
def test_no_word_is_lost_or_moved_up_in_any_nesting_of_elements(extraction: Any, steps: list[str]) -> None:
    page = "".join(f"{step}{place} " if step == "word" else step for place, step in enumerate(steps))
    version = extraction.version(f"<body><p>start</p>{page}<p>end</p></body>")
    expected = [word for word in BeautifulSoup(page, "lxml").get_text(" ").split() if word.startswith("word")]
    words = [word for word in " ".join(clause.text for clause in version.clauses).split() if word.startswith("word")]
    assert sorted(words) == sorted(expected)


@given(blocks=PAGES, data=st.data())
def test_class_names_attributes_and_white_space_make_no_version(
    extraction: Any, blocks: list[Block], data: st.DataObject
) -> None:
    page = "<p>First of all.</p>" + "".join(block.html for block in blocks)
    dressed = re.sub(
        r"<(p|div|span|b|i|td|li|ul|blockquote|h[1-6])(?= |>)",
        lambda found: f'<{found[1]} class="c{data.draw(st.integers(0, 9))}" data-x="<y>" dir="auto" nonce="_z_"',
        page,
    )
    spaced = re.sub(r"(</?(?:p|div|dd|td|tr|table|li|ul|ol|blockquote|h[1-6])>)", "\\1\n  <!-- x -->\t", dressed)
    plain = extraction.version(f"<body>{page}</body>")
    assert extraction.version(f'<body class="night">\r\n{spaced}</body>').markdown == plain.markdown
    assert extraction.version(f"<body>{page}</body>") == plain


@given(
    text=st.one_of(st.text(), st.lists(st.sampled_from([*TRICKY, "\n", "\n\n", "    ", "a", "> ", "\t"])).map("".join))
)
def test_any_text_parses_as_markdown(text: str) -> None:
    version = parse_markdown(text)
    assert version == parse_markdown(text)
    for clause in version.clauses:
        assert clause.text == visible_text(clause.text)
        assert all(0 <= link.start < link.end <= len(clause.text) for link in clause.links)


@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_plain_text_keeps_every_word(extraction: Any, texts: list[str]) -> None:
    parts = [re.sub(r"\s+", " ", text) for text in texts]
    body = "\n\n".join(["First.", *parts])
    version = extraction.version(body, select=(), media_type="text/plain")
    assert [clause.text for clause in version.clauses] == ["First.", *(visible_text(x) for x in parts if fold_text(x))]
