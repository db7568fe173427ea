"""Inline Markdown to pieces: texts with the link and the emphasis around each.

Most lines of policies hold words, emphasis, escapes and links, and are read here by one regular expression and a stack.
Whatever could mean anything else goes to the exact reader, which gives the same pieces for these lines as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markdown_it.token import Token

from tracker.extract.commonmark import inline_tokens, link_target, side_of
from tracker.model import MarkKind

#: Characters without which a line is but words.
_SPECIAL: Final = "*[_\\&`<\n"
#: What the quick reader leaves alone besides code and images: addresses in angle brackets, and entities.
_ADDRESS: Final = re.compile(r"<[^<>:@]*[:@][^<>]*>")
_ENTITY: Final = re.compile(r"&#?\w+;")
#: The characters that a backslash takes their meaning from (CommonMark 0.31.2, section 2.4).
_ESCAPED: Final = r"""\\[!-/:-@\[-`{-~]"""
#: Words of a link, or in brackets, up to the closing bracket: no brackets in them but escaped ones.
_IN_BRACKETS: Final = rf"(?:[^\\\[\]]|{_ESCAPED})*+"
#: Characters of a link's target: no brackets, quotes, white space or backslash.
_IN_TARGET: Final = r"[^\s\x00-\x20\x7f()\\\"'<>]"
#: What the quick reader knows; one part takes what another leaves, so that nothing is passed over. A link's target may
#: hold parentheses that close; a bracket is a word where no link can follow.
_PARTS: Final = re.compile(
    rf"(?P<words>[^\\*_\[\n]+|\[(?={_IN_BRACKETS}\](?!\()))|(?P<marks>\*+|_+)|(?P<escaped>{_ESCAPED})"
    rf"|\[(?P<linked>{_IN_BRACKETS})\]\((?P<target>(?:{_IN_TARGET}++|\({_IN_TARGET}*+\))*+)\)"
    r"|(?P<line_end>\n[ \t]*)|(?P<rare>[\\\[])"
)
#: Emphasis marks that CommonMark could not pair: Open Terms Archive's writer escapes literal ones, so these are marks.
_UNPAIRED_MARKS: Final = re.compile(r"\*\*+|(?<![^\W_])__+|__+(?![^\W_])")
#: A line break in a table cell, as Open Terms Archive's writer leaves it, and the mark of a list item after it.
_CELL_BREAK: Final = re.compile(r"<br ?/?>(?: {0,40}(?:[*-] {1,4}|\d{1,3}\. {2,4}))?")
#: Targets that lead nowhere safe: the words stand, the link goes.
_UNSAFE: Final = re.compile(r"[\s\x00-\x20]{0,20}(?:javascript|vbscript|file|data|blob):", re.IGNORECASE)
_HOST: Final = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,3}"
#: Targets that markdown-it writes as they are.
_PLAIN_TARGET: Final = re.compile(
    rf"(?:(?:https?://{_HOST})?(?:(?!//)[/?#](?:[A-Za-z0-9;/?:@&=+$,_.!~*#-]|%[0-9A-Fa-f]{{2}})*+)?|mailto:[\w.+-]+@{_HOST})",
    re.ASCII,
)
_MARK_KINDS: Final[dict[str, MarkKind]] = {"*": "emphasis", "_": "emphasis", "**": "strong", "__": "strong"}


_Marks = tuple[MarkKind, ...]
#: A run of marks that opened emphasis, and what was open around it.
_Opened = tuple[str, _Marks]


class Piece(NamedTuple):
    """A text within a line, and what is around it."""

    text: str
    href: str | None = None
    """Where the link around it leads: `""` for nowhere safe, None where there is no link."""
    marks: _Marks = ()
    """Each kind once, those of the outermost marks first."""


def read_pieces(line: str) -> list[Piece]:
    """Return the pieces of `line`, the inline content of a block, in order. A link begins with an empty piece."""
    if not _holds(line, _SPECIAL):
        return [Piece(line)]
    if not _holds_rare(line):
        scan = _QuickScan(line)
        if scan.read(0, len(line)):
            return scan.pieces
    return list(_token_pieces(inline_tokens(line)))


def _holds(line: str, characters: str) -> bool:
    for character in characters:  # noqa: SIM110 - `any` takes twice the time, and this is asked of every line
        if character in line:
            return True
    return False


def _holds_rare(line: str) -> bool:
    if "`" in line or "![" in line:
        return True
    return ("<" in line and _ADDRESS.search(line) is not None) or ("&" in line and _ENTITY.search(line) is not None)


class _QuickScan:
    """Reads what most lines hold, and gives up where emphasis does not pair in the plainest way."""

    def __init__(self, line: str) -> None:
        self.pieces: list[Piece] = []
        self._line = line
        self._words: list[str] = []
        self._href: str | None = None
        self._marks: _Marks = ()

    def read(self, start: int, end: int) -> bool:
        """Append the pieces from `start` to `end`; return False where the exact reader is needed."""
        opened: list[_Opened] = []
        for found in _PARTS.finditer(self._line, start, end):
            match found.lastgroup:
                case "words":
                    self._words.append(found[0])
                case "marks":
                    if not self._read_marks(found[0], found.start(), end, opened):
                        return False
                case "escaped":
                    self._end_words()
                    self._add(found[0][1])
                case "line_end":
                    self._words = ["".join(self._words).rstrip(" ")]
                    self._end_words()
                    self._add(" ")
                case "target":
                    if not self._read_link(found):
                        return False
                case _:
                    return False
        self._end_words()
        return not opened

    def _read_marks(self, marks: str, start: int, end: int, opened: list[_Opened]) -> bool:
        """Open or close the emphasis of `marks`, or keep them as words where they can do neither.

        Where a run of marks can only open or only close, is of one or two and meets its equal, CommonMark 0.31.2
        (section 6.2) pairs it so too: a closing run takes the nearest open one of its sign, and the rule of three is
        about runs that can do both.
        """
        opens, closes = _flanks(self._line, start, start + len(marks), end)
        if not opens and not closes:
            self._words.append(marks)
            return True
        if opens and closes:
            return False
        if opens:
            kind = _MARK_KINDS.get(marks)
            if kind is None:
                return False
            self._end_words()
            opened.append((marks, self._marks))
            self._marks = _with(self._marks, kind)
            return True
        if not opened or opened[-1][0] != marks:
            return False
        self._end_words()
        self._marks = opened.pop()[1]
        return True

    def _read_link(self, found: re.Match[str]) -> bool:
        self._end_words()
        self._href = _safe_target(found["target"])
        self._add("")
        is_read = self.read(found.start("linked"), found.end("linked"))
        self._href = None
        return is_read

    def _end_words(self) -> None:
        if self._words:
            self._add(_without_signs("".join(self._words)))
            self._words = []

    def _add(self, text: str) -> None:
        self.pieces.append(Piece(text, self._href, self._marks))


def _flanks(line: str, start: int, stop: int, end: int) -> tuple[bool, bool]:
    """Return whether the marks from `start` to `stop` can open, and can close, emphasis (CommonMark 0.31.2, 6.2)."""
    before = side_of(line[start - 1] if start else " ")
    after = side_of(line[stop] if stop < end else " ")
    left = after == "word" or (after == "sign" and before != "word")
    right = before == "word" or (before == "sign" and after != "word")
    if line[start] == "*":
        return left, right
    return left and (not right or before == "sign"), right and (not left or after == "sign")


def _token_pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    href: str | None = None
    marks: _Marks = ()
    around: list[_Marks] = []
    for token in tokens:
        if token.type in {"strong_open", "em_open"}:
            around.append(marks)
            marks = _with(marks, "strong" if token.type == "strong_open" else "emphasis")
        elif token.type in {"strong_close", "em_close"}:
            marks = around.pop()
        elif token.type == "link_open":
            href = _without_danger(str(token.attrs.get("href", "")))
            yield Piece("", href, marks)
        elif token.type == "link_close":
            href = None
        elif token.type == "text":
            yield Piece(_without_signs(token.content), href, marks)
        elif token.type == "text_special":
            yield Piece(token.content, href, marks)
        elif token.type == "code_inline":
            yield Piece(token.content, href, _with(marks, "code"))
        elif token.type in {"softbreak", "hardbreak"}:
            yield Piece(" ", href, marks)


def _with(marks: _Marks, kind: MarkKind) -> _Marks:
    return marks if kind in marks else (*marks, kind)


def _safe_target(destination: str) -> str:
    if _PLAIN_TARGET.fullmatch(destination):
        return destination
    return _without_danger(link_target(destination))


def _without_danger(href: str) -> str:
    return "" if _UNSAFE.match(href) else href


def _without_signs(text: str) -> str:
    """Return `text` without emphasis marks that pair with none, and with line breaks of table cells as spaces."""
    if "**" in text or "__" in text:
        text = _UNPAIRED_MARKS.sub("", text)
    return _CELL_BREAK.sub(" ", text) if "<br" in text else text
