"""Markdown to sections and clauses: our own Markdown, and that of other archives.

Read as CommonMark with tables, less what would lose words: no HTML, no reference definitions, no indented code. What
other archives do otherwise (setext headings, `*` bullets of any indent, empty anchor links in headings, emphasis that
CommonMark cannot pair, links doubled around bare addresses) ends as the same clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tracker.extract.headings import is_permalink_sign, split_number
from tracker.model import Clause, ClauseKind, Link, Section, Version, fold_text, visible_text

#: Emphasis marks that CommonMark could not pair: Open Terms Archive's writer escapes literal ones, so these are marks.
_UNPAIRED_MARKS: Final = re.compile(r"\*\*+|(?<![^\W_])__+|__+(?![^\W_])")
#: A line break in a table cell, as Open Terms Archive's writer leaves it, and the mark of a list item after it.
_CELL_BREAK: Final = re.compile(r"<br ?/?>(?: {0,40}(?:[*-] {1,4}|\d{1,3}\. {2,4}))?")
#: Targets that lead nowhere safe: the words stand, the link goes.
_UNSAFE: Final = re.compile(r"[\s\x00-\x20]{0,20}(?:javascript|vbscript|file|data|blob):", re.IGNORECASE)
_MAX_NESTING: Final = 100
_LIST_TOKENS: Final = frozenset({"bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"})
_QUOTE_TOKENS: Final = frozenset({"blockquote_open", "blockquote_close"})


class _Parser(MarkdownIt):
    """Reads links with any target as links: markdown-it would show the Markdown of those that it thinks unsafe."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name
        return True


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.enable("table")
    # text_join would melt escaped characters into the text around them, and with it what is a mark and what is not.
    parser.disable(["code", "reference", "html_block", "html_inline", "text_join"])
    return parser


@dataclass(frozen=True, slots=True, kw_only=True)
class _InlineText:
    text: str
    links: tuple[Link, ...] = ()
    anchor: str | None = None


class _Reader:
    """Gathers sections and clauses while the tokens of a document pass."""

    def __init__(self) -> None:
        self.sections = [Section(index=0, level=0, number=None, title="", anchor=None, parent=None)]
        self.clauses: list[Clause] = []
        self._heading: int | None = None
        self._lists = 0
        self._quotes = 0
        self._row: list[_InlineText] | None = None

    def read(self, token: Token) -> None:
        """Take in the next token."""
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = None
            case "tr_open":
                self._row = []
            case "tr_close":
                self._add("row", _join_cells(self._row or []))
                self._row = None
            case "fence":
                self._add("code", _InlineText(text=visible_text(token.content)))
            case "inline":
                self._read_inline(token.children or ())
            case _:
                self._lists += token.nesting if token.type in _LIST_TOKENS else 0
                self._quotes += token.nesting if token.type in _QUOTE_TOKENS else 0

    def _read_inline(self, tokens: Sequence[Token]) -> None:
        if self._heading is not None:
            self._open_section(self._heading, _read_heading(tokens))
        elif self._row is not None:
            self._row.append(_read_inline(tokens))
        else:
            self._add("item" if self._lists else "quote" if self._quotes else "paragraph", _read_inline(tokens))

    def _open_section(self, level: int, inline: _InlineText) -> None:
        if not fold_text(inline.text):
            return
        number, title = split_number(inline.text)
        parent = next((section.index for section in reversed(self.sections) if 0 < section.level < level), None)
        place = len(self.sections)
        self.sections.append(
            Section(index=place, level=level, number=number, title=title, anchor=inline.anchor, parent=parent)
        )
        self._add("heading", inline)

    def _add(self, kind: ClauseKind, inline: _InlineText) -> None:
        if not fold_text(inline.text):
            return  # zero-width spaces in an empty paragraph, as editors of pages leave them, are no clause
        self.clauses.append(
            Clause(
                index=len(self.clauses),
                kind=kind,
                text=inline.text,
                section=len(self.sections) - 1,
                depth=0 if kind == "heading" else self._lists + self._quotes,
                links=inline.links,
            )
        )


def parse_markdown(markdown: str) -> Version:
    """Return the version that `markdown` writes. Its `markdown` is the text given, ending in one newline.

    Never raises for odd Markdown: what cannot be read as a mark is text.
    """
    text = markdown.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    reader = _Reader()
    for token in _parser().parse(text):
        reader.read(token)
    return Version(markdown=text, sections=tuple(reader.sections), clauses=tuple(reader.clauses))


def inline_text(line: str) -> str:
    """Return what a reader sees of one line of inline Markdown."""
    return "".join(_read_inline(token.children or ()).text for token in _parser().parseInline(line))


def _join_cells(cells: Sequence[_InlineText]) -> _InlineText:
    text = ""
    links: list[Link] = []
    for cell in cells:
        if not cell.text:
            continue
        text += " " if text else ""
        links.extend(Link(start=len(text) + x.start, end=len(text) + x.end, href=x.href) for x in cell.links)
        text += cell.text
    return _InlineText(text=text, links=tuple(links))


def _read_inline(tokens: Sequence[Token]) -> _InlineText:
    text, links = _fold_pieces([(text, href or None) for text, href in _pieces(tokens)])
    return _InlineText(text=text, links=links)


def _read_heading(tokens: Sequence[Token]) -> _InlineText:
    """Return the text of a heading; its links to itself are its anchor, and their text is none if it is but a sign."""
    words: list[tuple[str, str | None]] = []
    signs: list[tuple[str, str | None]] = []
    anchor: str | None = None
    for text, href in _pieces(tokens):
        if href is None or not href.startswith("#"):
            words.append((text, href or None))
            continue
        is_sign = is_permalink_sign(text)
        if anchor is None and (is_sign or not any(word.strip() for word, _ in words)):
            anchor = unquote(href[1:]) or None
        (signs if is_sign else words).append((text, None))
    text, links = _fold_pieces(words)
    if not text:
        text, links = _fold_pieces(signs)
    return _InlineText(text=text, links=links, anchor=anchor)


def _pieces(tokens: Sequence[Token]) -> Iterator[tuple[str, str | None]]:
    """Yield texts with the target of the link around each, None where there is no link; an empty link is `""`."""
    href: str | None = None
    for token in tokens:
        match token.type:
            case "text":
                yield _CELL_BREAK.sub(" ", _UNPAIRED_MARKS.sub("", token.content)), href
            case "text_special" | "code_inline":
                yield token.content, href
            case "softbreak" | "hardbreak":
                yield " ", href
            case "link_open":
                href = str(token.attrs.get("href", ""))
                href = "" if _UNSAFE.match(href) else href
                yield "", href
            case "link_close":
                href = None


def _fold_pieces(pieces: Sequence[tuple[str, str | None]]) -> tuple[str, tuple[Link, ...]]:
    """Return the visible text of `pieces` and their links with offsets into it."""
    text = visible_text("".join(piece for piece, _ in pieces))
    links: list[Link] = []
    place = 0
    for piece, href in pieces:
        visible = visible_text(piece)
        if not visible:
            continue
        start = text.find(visible, place)
        if start < 0:
            continue  # composed characters across a link's edge: the words stand, the link's place is lost
        place = start + len(visible)
        if href is None:
            continue
        if links and links[-1].href == href and not text[links[-1].end : start].strip():
            links[-1] = Link(start=links[-1].start, end=place, href=href)
        else:
            links.append(Link(start=start, end=place, href=href))
    return text, tuple(links)
