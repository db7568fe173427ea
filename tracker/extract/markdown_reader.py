"""Markdown to sections and clauses: our own Markdown, and that of other archives.

Read as CommonMark with tables, less what would lose words: no HTML, no reference definitions, no indented code. What
other archives do otherwise (setext headings, `*` bullets of any indent, empty anchor links in headings, emphasis that
CommonMark cannot pair, links doubled around bare addresses) ends as the same clauses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from markdown_it.token import Token

from tracker.extract.commonmark import block_tokens, independent_parts
from tracker.extract.headings import is_permalink_sign, split_number
from tracker.extract.inline_reader import Piece, read_pieces
from tracker.model import Clause, ClauseKind, Link, Mark, MarkKind, Section, Version, fold_text, visible_text
from tracker.model.version import forget_clauses

_LIST_TOKENS: Final = frozenset({"bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"})
#: Parts that are remembered, and up to what length: those of some policies, a few lines each as a rule.
_REMEMBERED_PARTS: Final = 4_096
_LONGEST_REMEMBERED_PART: Final = 8_192
#: Lines that are remembered, and up to what length: those of some dozens of policies.
_REMEMBERED_LINES: Final = 16_384
_LONGEST_REMEMBERED: Final = 2_048
_QUOTE_TOKENS: Final = frozenset({"blockquote_open", "blockquote_close"})


class _InlineText(NamedTuple):
    text: str
    links: tuple[Link, ...] = ()
    marks: tuple[Mark, ...] = ()


class _Heading(NamedTuple):
    inline: _InlineText
    anchor: str | None
    number: str | None
    title: str


class _Draft(NamedTuple):
    """A clause that does not know yet where in its version it stands."""

    kind: ClauseKind
    inline: _InlineText
    depth: int
    opens: tuple[int, _Heading] | None = None
    """Level and words of the heading that it is; None for other clauses."""


class _PartReader:
    """Gathers clauses while the tokens of a part of a document pass."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self._heading: int | None = None
        self._lists = 0
        self._quotes = 0
        self._row: list[_InlineText] | None = None

    def read(self, token: Token) -> None:
        """Take in the next token."""
        match token.type:
            case "inline":
                self._read_inline(token.content)
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
            case _:
                self._lists += token.nesting if token.type in _LIST_TOKENS else 0
                self._quotes += token.nesting if token.type in _QUOTE_TOKENS else 0

    def _read_inline(self, line: str) -> None:
        if self._heading is not None:
            heading = _heading_in(line)
            if heading is not None:
                self.drafts.append(_Draft("heading", heading.inline, 0, (self._heading, heading)))
        elif self._row is not None:
            self._row.append(_read_line(line))
        else:
            kind: ClauseKind = "item" if self._lists else "quote" if self._quotes else "paragraph"
            self._add(kind, _read_line(line))

    def _add(self, kind: ClauseKind, inline: _InlineText) -> None:
        if inline.text:
            self.drafts.append(_Draft(kind, inline, self._lists + self._quotes))


class _Assembly:
    """Gathers sections and clauses while the drafts of a document pass."""

    def __init__(self) -> None:
        self.sections = [Section(index=0, level=0, number=None, title="", anchor=None, parent=None)]
        self.clauses: list[Clause] = []
        self._around: list[Section] = []

    def add(self, draft: _Draft) -> None:
        """Take in the next clause."""
        if draft.opens is not None:
            self._open_section(*draft.opens)
        clause = Clause(
            index=len(self.clauses),
            kind=draft.kind,
            text=draft.inline.text,
            section=len(self.sections) - 1,
            depth=draft.depth,
            links=draft.inline.links,
            marks=draft.inline.marks,
        )
        if clause.folded:  # zero-width spaces in an empty paragraph, as editors of pages leave them, are no clause
            self.clauses.append(clause)

    def _open_section(self, level: int, heading: _Heading) -> None:
        while self._around and self._around[-1].level >= level:
            self._around.pop()
        section = Section(
            index=len(self.sections),
            level=level,
            number=heading.number,
            title=heading.title,
            anchor=heading.anchor,
            parent=self._around[-1].index if self._around else None,
        )
        self.sections.append(section)
        self._around.append(section)


def parse_markdown(markdown: str) -> Version:
    """Return the version that `markdown` writes. Its `markdown` is the text given, ending in one newline.

    Never raises for odd Markdown: what cannot be read as a mark is text.
    """
    text = plain_markdown(markdown)
    assembly = _Assembly()
    for part in independent_parts(text):
        for draft in _read_part(part):
            assembly.add(draft)
    return Version(markdown=text, sections=tuple(assembly.sections), clauses=tuple(assembly.clauses))


def plain_markdown(markdown: str) -> str:
    """Return `markdown` as a version keeps it: line feeds alone end its lines, the last one too; no more around it."""
    return _with_plain_line_ends(markdown).strip("\n") + "\n"


def forget_lines() -> None:
    """Have nothing remembered of texts that were read before, so that the next one takes its full time."""
    _remembered_part.cache_clear()
    _remembered_line.cache_clear()
    _remembered_heading.cache_clear()
    forget_clauses()


def inline_text(line: str) -> str:
    """Return what a reader sees of one line of inline Markdown."""
    return _fold_pieces(read_pieces(_with_plain_line_ends(line).replace("\0", "\ufffd"))).text


def _with_plain_line_ends(markdown: str) -> str:
    return markdown.replace("\r\n", "\n").replace("\r", "\n")


def _join_cells(cells: Sequence[_InlineText]) -> _InlineText:
    text = ""
    links: list[Link] = []
    marks: list[Mark] = []
    for cell in cells:
        if not cell.text:
            continue
        text += " " if text else ""
        links.extend(replace(x, start=len(text) + x.start, end=len(text) + x.end) for x in cell.links)
        marks.extend(replace(x, start=len(text) + x.start, end=len(text) + x.end) for x in cell.marks)
        text += cell.text
    return _InlineText(text, tuple(links), _join_marks(text, marks))


def _read_part(part: str) -> tuple[_Draft, ...]:
    """Return the clauses of `part`. Versions of one document repeat most parts of each other."""
    return _remembered_part(part) if len(part) <= _LONGEST_REMEMBERED_PART else _drafts_in(part)


@lru_cache(maxsize=_REMEMBERED_PARTS)
def _remembered_part(part: str) -> tuple[_Draft, ...]:
    return _drafts_in(part)


def _drafts_in(part: str) -> tuple[_Draft, ...]:
    reader = _PartReader()
    for token in block_tokens(part):
        reader.read(token)
    return tuple(reader.drafts)


def _read_line(line: str) -> _InlineText:
    """Return what `line` says. Versions of one document repeat nearly all lines of each other."""
    return _remembered_line(line) if len(line) <= _LONGEST_REMEMBERED else _fold_pieces(read_pieces(line))


@lru_cache(maxsize=_REMEMBERED_LINES)
def _remembered_line(line: str) -> _InlineText:
    return _fold_pieces(read_pieces(line))


def _heading_in(line: str) -> _Heading | None:
    """Return what the heading `line` says; None where it says nothing."""
    return _remembered_heading(line) if len(line) <= _LONGEST_REMEMBERED else _read_heading(read_pieces(line))


@lru_cache(maxsize=_REMEMBERED_LINES // 8)
def _remembered_heading(line: str) -> _Heading | None:
    return _read_heading(read_pieces(line))


def _read_heading(pieces: Iterable[Piece]) -> _Heading | None:
    """Return the text of a heading and its anchor: the target of its links to itself, whose text is none if a sign."""
    words: list[Piece] = []
    signs: list[Piece] = []
    anchor: str | None = None
    for piece in pieces:
        if piece.href is None or not piece.href.startswith("#"):
            words.append(piece)
            continue
        is_sign = is_permalink_sign(piece.text)
        if anchor is None and (is_sign or not any(word.text.strip() for word in words)):
            anchor = unquote(piece.href[1:]) or None
        (signs if is_sign else words).append(piece._replace(href=None))
    inline = _fold_pieces(words)
    if not inline.text:
        inline = _fold_pieces(signs)
    if not fold_text(inline.text):
        return None
    number, title = split_number(inline.text)
    return _Heading(inline, anchor, number, title)


def _fold_pieces(pieces: Sequence[Piece]) -> _InlineText:
    """Return the visible text of `pieces`, with their links and marks as offsets into it."""
    if len(pieces) == 1 and not pieces[0].marks:
        return _InlineText(visible_text(pieces[0].text))  # most are plain; a link would begin with a piece of its own
    written = "".join([piece.text for piece in pieces])
    text = visible_text(written)
    fold = str.strip if text == written else visible_text  # nothing to fold in the whole is nothing in its parts
    links: list[Link] = []
    marks: list[Mark] = []
    place = 0
    for piece in pieces:
        visible = fold(piece.text)
        if not visible:
            continue
        start = text.find(visible, place)
        if start < 0:
            continue  # composed characters across a piece's edge: the words stand, what is around them is lost
        place = start + len(visible)
        if piece.marks:
            marks.extend([Mark(start=start, end=place, kind=kind) for kind in piece.marks])
        if not piece.href:
            continue
        if links and links[-1].href == piece.href and not text[links[-1].end : start].strip():
            links[-1] = Link(start=links[-1].start, end=place, href=piece.href)
        else:
            links.append(Link(start=start, end=place, href=piece.href))
    return _InlineText(text, tuple(links), _join_marks(text, marks))


def _join_marks(text: str, marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return `marks`, given in reading order of each kind, with neighbours joined and those of unseen text left out.

    One writer marks `**every** **word**` where another marks `**every word**`: a reader cannot tell them apart.
    """
    joined: dict[MarkKind, list[Mark]] = {}
    for mark in marks:
        same = joined.setdefault(mark.kind, [])
        if same and (same[-1].end == mark.start or not fold_text(text[same[-1].end : mark.start])):
            same[-1] = replace(same[-1], end=mark.end)
        elif (marked := text[mark.start : mark.end]).isascii() or fold_text(marked):
            same.append(mark)
    seen = (mark for same in joined.values() for mark in same)
    return tuple(sorted(seen, key=lambda mark: (mark.start, -mark.end, mark.kind)))
