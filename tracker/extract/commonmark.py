"""The exact reader: markdown-it-py, set to read Markdown as CommonMark with tables, less what would lose words.

No HTML, no reference definitions, no indented code. Belongs here: all that knows markdown-it-py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_block import StateBlock, heading, list_block
from markdown_it.token import Token

Side: TypeAlias = Literal["space", "sign", "word"]

_MAX_NESTING: Final = 100
_PART_END: Final = re.compile(r"\n\n(?=#{1,6}[ \t]|[^\W\d_]|\[|\*\*)")


class _Parser(MarkdownIt):
    """Reads links with any target as links: markdown-it would show the Markdown of those that it thinks unsafe."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name
        return True


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.enable("table")
    # text_join would melt escaped characters into the text around them, and with it what is a mark and what is not.
    # The inline content of blocks is read apart, since most of it needs no parser: see `tracker.extract.inline_reader`.
    parser.disable(["code", "reference", "html_block", "html_inline", "text_join", "inline"])
    parser.block.ruler.before("table", "plain_block", _plain_block)
    # It replaces each line end by itself, in a text whose line ends are plain: see `block_tokens`.
    parser.core.ruler.disable("normalize")
    return parser


def _plain_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's form
    """Read a paragraph or heading of one line, as most blocks are, without asking the rules for all others first.

    None of those could take it: its first character begins no other block, and what follows is the end, an empty line
    or an item of the list around it, thus no second line of a table or of an underlined heading. Of a paragraph's three
    tokens only the one with its content is made.
    """
    content = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip(" \t")
    if silent or _begins_other_block(content) or not _is_last_line(state, start):
        return False
    if content.startswith("#") and heading(state, start, end, False):
        return True
    if content != content.strip():
        return False  # rare white space, of which Markdown counts only some
    token = state.push("inline", "", 0)
    token.content = content
    state.line = start + 1
    return True


def _begins_other_block(content: str) -> bool:
    """Whether `content` may begin a fence, quote, rule or list: any may that is not surely words."""
    first = content[0]
    if first in "*_-+":  # **words**, *words* or -words; a list's mark has a space after it, a rule nothing but marks
        return content.lstrip(first)[:1] in {"", " ", "\t"}
    return first in "`~>0123456789"


def _is_last_line(state: StateBlock, line: int) -> bool:
    following = line + 1
    if following >= state.lineMax or state.isEmpty(following):
        return True
    is_outdented = 0 <= state.sCount[following] < state.blkIndent
    return is_outdented and list_block(state, following, state.lineMax, True)


def independent_parts(markdown: str) -> list[str]:
    """Return `markdown` in parts whose blocks are those of the whole, one after another.

    They end with an empty line after which one begins, without any indent, as a heading or with words: no list, quote,
    table or paragraph goes on there, since each needs an indent, a mark of its own or no empty line before (CommonMark
    0.31.2, chapters 4 and 5). Only a fence would; where there may be one, the whole is one part.
    """
    return [markdown] if "```" in markdown or "~~~" in markdown else _PART_END.split(markdown)


def block_tokens(markdown: str) -> Sequence[Token]:
    """Return the blocks of `markdown` as markdown-it's tokens; `inline` ones have their content unread.

    Its line ends are line feeds alone.
    """
    return _parser().parse(markdown.replace("\0", "\ufffd"))


def inline_tokens(line: str) -> Sequence[Token]:
    """Return the inline content `line`, as it stands in a block, as markdown-it's tokens."""
    parser = _parser()
    return parser.inline.parse(line, parser, {}, [])


def link_target(destination: str) -> str:
    """Return the target of a link as markdown-it writes it: non-ASCII hosts in Punycode, other such signs as %XX."""
    return _parser().normalizeLink(destination)


@lru_cache(maxsize=4096)
def side_of(character: str) -> Side:
    """Return what emphasis takes `character`, beside its marks, for (CommonMark 0.31.2, section 2.1)."""
    if isWhiteSpace(ord(character)):
        return "space"
    return "sign" if isMdAsciiPunct(ord(character)) or isPunctChar(character) else "word"
