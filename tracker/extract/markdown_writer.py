"""Deterministic Markdown from page elements, such that reading it back gives the words that the page shows.

One paragraph is one line. Headings are ATX with the anchor as an empty link before the text, as Open Terms Archive
writes it; bullets are `-`; tables of data are pipe tables, tables of layout are taken apart. Characters that Markdown
would read as marks are escaped; emphasis that CommonMark could not read back is left out, or asterisks would show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final
from urllib.parse import quote

from bs4 import Tag
from bs4.element import PageElement

from tracker.extract.headings import is_permalink_sign
from tracker.extract.inline import Run, visible_runs, write_runs
from tracker.extract.page import UNSEEN, is_text
from tracker.model import visible_text

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_EMPHASIS: Final = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic"}
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n")
#: How a heading, quote, table or fence begins; a paragraph that began so would be escaped.
_OTHER_BLOCK: Final = re.compile(r"#{1,6} |>|\||```")
#: Deeper lists and quotes are written as plain blocks: the reader stops at a hundred levels and would drop them.
_MAX_LEVELS: Final = 25
_ANCHOR_SAFE: Final = "!$'*+,-./:;=?@_~%"


@dataclass(frozen=True, slots=True)
class _Style:
    """What the elements around a text make of it."""

    bold: bool = False
    italic: bool = False
    href: str | None = None
    preformatted: bool = False
    """Whether blank lines in the text separate paragraphs."""
    level: int = 0
    """How many lists and quotes are around."""


@dataclass(frozen=True, slots=True)
class _Break:
    """A `br`: one separates lines, two in a row separate paragraphs."""


_Inline = Run | _Break


def write_markdown(nodes: Iterable[PageElement]) -> str:
    """Return `nodes`, in order, as Markdown blocks separated by blank lines, without a newline at the end."""
    writer = _BlockWriter()
    for node in nodes:
        writer.walk(node, _Style())
        writer.flush()
    return "\n\n".join(writer.blocks)


def write_paragraphs(texts: Iterable[str]) -> str:
    """Return each of `texts` as a paragraph of Markdown; empty ones are left out."""
    paragraphs = (write_runs([Run(text=visible_text(text))]) for text in texts if visible_text(text))
    return "\n\n".join(paragraphs)


class _BlockWriter:
    """Collects blocks in reading order; inline content gathers until a block begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._inline: list[_Inline] = []
        self._anchor: str | None = None

    def walk(self, node: PageElement, style: _Style) -> None:
        if is_text(node):
            self._text(str(node), style)
            return
        if not isinstance(node, Tag) or node.name in UNSEEN:
            return
        name = node.name
        if name == "br":
            self._inline.append(_Break())
        elif name in _HEADINGS:
            self.flush()
            self._heading(node, style)
        elif name in {"ul", "ol", "menu", "dir"} and style.level < _MAX_LEVELS:
            self.flush()
            self._list(node, replace(style, level=style.level + 1))
        elif name == "blockquote" and style.level < _MAX_LEVELS:
            self.flush()
            self._quote(node, replace(style, level=style.level + 1))
        elif name == "table":
            self.flush()
            self._table(node, style)
        elif name == "pre":
            self.flush()
            self._preformatted(node, style)
        elif name in _BLOCKS:
            self.flush()
            self._children(node, style)
            self.flush()
        else:
            self._note_anchor(node)
            self._children(node, _style_inside(node, style))

    def flush(self) -> None:
        """End the paragraph that has gathered."""
        for runs in _paragraphs(self._inline):
            self.blocks.append(write_runs(runs))
        self._inline = []

    def _text(self, text: str, style: _Style) -> None:
        parts = _BLANK_LINES.split(text) if style.preformatted else [text]
        for place, part in enumerate(parts):
            if place:
                self._inline += (_Break(), _Break())
            self._inline.append(Run(text=part, bold=style.bold, italic=style.italic, href=style.href))

    def _children(self, node: Tag, style: _Style) -> None:
        for child in node.contents:
            self.walk(child, style)

    def _note_anchor(self, node: Tag) -> None:
        """Remember an empty named anchor: pages put them right before the heading that they stand for."""
        name = node.get("name") or node.get("id")
        if node.name == "a" and name and not node.get_text(strip=True):
            self._anchor = str(name)

    def _heading(self, node: Tag, style: _Style) -> None:
        anchor = self._heading_anchor(node)
        self._anchor = None
        runs = visible_runs(_without_own_links(_flat_runs(node, style)))
        if not runs:
            self._anchor = anchor
            return
        mark = f"[](#{quote(anchor, safe=_ANCHOR_SAFE)})" if anchor else ""
        self.blocks.append(f"{'#' * int(node.name[1])} {mark}{write_runs(runs, in_heading=True)}")

    def _heading_anchor(self, node: Tag) -> str | None:
        if node.get("id"):
            return str(node["id"])
        title = node.get_text().strip()
        for link in node.find_all("a"):
            name = link.get("name") or link.get("id")
            if name:
                return str(name)
            href = str(link.get("href", ""))
            words = link.get_text().strip()
            if href.startswith("#") and len(href) > 1 and (title.startswith(words) or is_permalink_sign(words)):
                return href[1:]
        inner = node.find(id=True)
        if isinstance(inner, Tag):
            return str(inner["id"])
        return self._anchor

    def _list(self, node: Tag, style: _Style) -> None:
        ordered = node.name == "ol"
        number = _start_of(node) if ordered else 0
        items: list[str] = []
        loose = False
        for child in node.contents:
            if not isinstance(child, Tag):
                if is_text(child) and str(child).strip():
                    child_blocks = _blocks_of([child], style)
                else:
                    continue
            elif child.name in UNSEEN:
                continue
            else:
                inner = child.contents if child.name == "li" else [child]
                child_blocks = _blocks_of(inner, style)
            if not child_blocks:
                continue
            mark = f"{number}. " if ordered else "- "
            items.append(mark + _indent(_join_item(child_blocks), len(mark)))
            loose = loose or any(not _is_list(block) for block in child_blocks[1:])
            number += 1
        if items:
            self.blocks.append(("\n\n" if loose else "\n").join(items))

    def _quote(self, node: Tag, style: _Style) -> None:
        blocks = _blocks_of(node.contents, style)
        if blocks:
            lines = "\n\n".join(blocks).split("\n")
            self.blocks.append("\n".join(f"> {line}" if line else ">" for line in lines))

    def _table(self, node: Tag, style: _Style) -> None:
        rows: list[list[Tag]] = []
        self._gather_rows(node, style, rows)
        self.flush()
        cells = [[_blocks_of(cell.contents, style) for cell in row] for row in rows]
        width = max((len(row) for row in cells), default=0)
        is_data = width > 1 and all(len(blocks) <= 1 and _is_line(blocks) for row in cells for blocks in row)
        if not is_data:
            self.blocks.extend(block for row in cells for blocks in row for block in blocks)
            return
        lines: list[str] = []
        for row in cells:
            texts = [blocks[0].replace("|", "\\|") if blocks else "" for blocks in row]
            if not any(texts):
                continue
            texts += [""] * (width - len(texts))
            lines.append(f"| {' | '.join(texts)} |")
            if len(lines) == 1:
                lines.append("|" + " --- |" * width)
        if lines:
            self.blocks.append("\n".join(lines))

    def _gather_rows(self, node: Tag, style: _Style, rows: list[list[Tag]]) -> None:
        """Append the cells of every row; what stands in no cell comes before the table, where browsers put it."""
        for child in node.contents:
            if not isinstance(child, Tag):
                self.walk(child, style)
            elif child.name == "tr":
                rows.append([])
                self._gather_rows(child, style, rows)
            elif child.name in {"td", "th"}:
                if not rows:
                    rows.append([])
                rows[-1].append(child)
            elif child.name in {"thead", "tbody", "tfoot", "form"}:
                self._gather_rows(child, style, rows)
            else:
                self.walk(child, style)

    def _preformatted(self, node: Tag, style: _Style) -> None:
        if node.find("code") is None:
            self._children(node, replace(style, preformatted=True))
            self.flush()
            return
        text = "".join(run.text for run in _flat_runs(node, style, line_break="\n"))
        lines = [line.rstrip() for line in text.strip("\n").split("\n")]
        if any(lines):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
            self.blocks.append("\n".join([fence, *lines, fence]))


def _blocks_of(nodes: Sequence[PageElement], style: _Style) -> list[str]:
    writer = _BlockWriter()
    for node in nodes:
        writer.walk(node, style)
    writer.flush()
    return writer.blocks


def _style_inside(node: Tag, style: _Style) -> _Style:
    if node.name == "a":
        return replace(style, href=str(node["href"]) if node.has_attr("href") else style.href)
    emphasis = _EMPHASIS.get(node.name)
    if emphasis == "bold":
        return replace(style, bold=True)
    if emphasis == "italic":
        return replace(style, italic=True)
    return style


def _without_own_links(runs: Iterable[Run]) -> list[Run]:
    """Return the runs of a heading without its links to itself: they are its anchor; a sign to click is no text."""
    kept: list[Run] = []
    signs: list[Run] = []
    for href, group in groupby(runs, key=lambda run: run.href):
        linked = list(group)
        if href is None or not href.startswith("#"):
            kept.extend(linked)
        elif is_permalink_sign("".join(run.text for run in linked)):
            signs.extend(linked)
        else:
            kept.extend(replace(run, href=None) for run in linked)
    return kept if any(run.text.strip() for run in kept) else [replace(run, href=None) for run in signs]


def _flat_runs(node: Tag, style: _Style, *, line_break: str = " ") -> Iterator[Run]:
    """Yield the text in `node` with line breaks and the edges of blocks as `line_break`."""
    for child in node.contents:
        if is_text(child):
            yield Run(text=str(child), href=style.href)
        elif isinstance(child, Tag) and child.name not in UNSEEN:
            edge = child.name in _BLOCKS or child.name == "br"
            if edge:
                yield Run(text=line_break)
            yield from _flat_runs(child, _style_inside(child, style), line_break=line_break)
            if edge and child.name != "br":
                yield Run(text=line_break)


def _paragraphs(inline: Sequence[_Inline]) -> list[list[Run]]:
    """Return `inline` split where two line breaks follow each other; a single one becomes a space."""
    paragraphs: list[list[Run]] = [[]]
    breaks = 0
    for item in inline:
        if isinstance(item, _Break):
            breaks += 1
            continue
        if breaks and item.text.strip():
            if breaks > 1:
                paragraphs.append([])
            else:
                paragraphs[-1].append(Run(text=" "))
            breaks = 0
        elif breaks:
            continue  # white space between line breaks
        paragraphs[-1].append(item)
    visible = (visible_runs(runs) for runs in paragraphs)
    return [runs for runs in visible if runs]


def _start_of(node: Tag) -> int:
    try:
        start = int(str(node.get("start") or 1))
    except ValueError:
        return 1
    return start if 0 <= start <= 99_999_999 else 1  # noqa: PLR2004 - CommonMark: at most nine digits, room to count


def _is_list(block: str) -> bool:
    return re.match(r"(?:-|\d{1,9}\.) ", block) is not None


def _is_line(blocks: Sequence[str]) -> bool:
    return not any("\n" in block or _is_list(block) or _OTHER_BLOCK.match(block) for block in blocks)


def _join_item(blocks: Sequence[str]) -> str:
    text = blocks[0]
    for block in blocks[1:]:
        # Of lists, bullets and those that start with 1 alone can follow a paragraph at once (CommonMark 0.31.2, 5.3).
        text += ("\n" if block.startswith(("- ", "1. ")) else "\n\n") + block
    return text


def _indent(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * width).replace("\n" + " " * width + "\n", "\n\n")
