"""Text made safe to look at: nothing that a page carries stays hidden, and nothing of it acts.

Belongs here: marks for characters that leave no trace or reorder their surroundings, and the escaping of quotations for
HTML, JSON and terminals. Does not belong here: what is quoted.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup, escape

#: Bidirectional controls (Unicode Standard Annex 9, section 2): they change the order in which words are seen.
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"

#: Controls, invisible and bidirectional format characters, line separators, noncharacters, lone surrogates, tag
#: characters and variation selectors. New lines and tabs are not among them.
_HIDDEN = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d{_BIDI}\u2028\u2029"
    "\u2060-\u2065\u206a-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001fffe\U0001ffff\U000e0000-\U000e0fff\U000ffffe\U000fffff\U0010fffe\U0010ffff]"
)
#: Characters with which a text can be made to read otherwise than it is stored: embeddings, overrides and isolates, and
#: tag characters, which carry words that nobody sees. Marks that Arabic and Hebrew texts need are not among them.
_DECEPTIVE: Final = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0001-\U000e007f]")

#: What JSON may carry unescaped by RFC 8259, and a terminal or an editor should still not be handed.
_UNSAFE_IN_JSON = re.compile(
    f"[\x7f-\x9f\u200b-\u200d{_BIDI}\u2028\u2029\u2060-\u2065\u206a-\u206f\ud800-\udfff\ufeff]"
)

#: A workflow command of GitHub Actions: at the start of a line, or in the older form anywhere in it.
_WORKFLOW_COMMAND = re.compile(r"^([ \t]*):(?=:)|#(?=#\[)", re.MULTILINE)

_JOINERS = "\u200c\u200d"
_VARIATION_SELECTORS = "\ufe0e\ufe0f"
_SYMBOLS = ("So", "Sk")


def _is_ordinary(text: str, place: int) -> bool:
    """Whether the hidden character at `place` is how its script or an emoji is spelled: Persian, Hindi, a red heart."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if not before:
        return False
    if text[place] in _VARIATION_SELECTORS:
        return unicodedata.category(before) in _SYMBOLS
    if text[place] not in _JOINERS or not after:
        return False
    if all("\u0600" <= letter <= "\u0dff" for letter in (before, after)):
        return True
    is_emoji = unicodedata.category(before) in _SYMBOLS or before in _VARIATION_SELECTORS
    return is_emoji and unicodedata.category(after) in _SYMBOLS


def _mark(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def mark_hidden(text: str) -> str:
    r"""Return `text` with every hidden character replaced by a mark that names it.

    >>> mark_hidden("no\u200b thing \x1b[31m")
    'no[U+200B] thing [U+001B][31m'
    """

    def replace(match: re.Match[str]) -> str:
        return match[0] if _is_ordinary(text, match.start()) else _mark(match[0])

    return _HIDDEN.sub(replace, text)


def list_hidden(text: str) -> tuple[str, ...]:
    r"""Return the hidden characters of `text`, each once, in order of appearance: their mark and their name.

    >>> list_hidden("no\u200b thing\u200b")
    ('[U+200B] zero width space',)
    """
    found = (match[0] for match in _HIDDEN.finditer(text) if not _is_ordinary(text, match.start()))
    return tuple(f"{_mark(character)} {_name(character)}" for character in dict.fromkeys(found))


def list_deceptive(text: str) -> tuple[str, ...]:
    r"""Return like `list_hidden` those characters alone that make a text read otherwise than it is stored.

    >>> list_deceptive("pay \u202e100\u200b")
    ('[U+202E] right-to-left override',)
    """
    return tuple(f"{_mark(character)} {_name(character)}" for character in dict.fromkeys(_DECEPTIVE.findall(text)))


def _name(character: str) -> str:
    return unicodedata.name(character, "control character").lower()


def terminal_text(text: str) -> str:
    r"""Return `text` as a terminal or a build log can print it: hidden characters marked, no line a workflow command.

    >>> terminal_text("::set-env name=PATH::x")
    '\\::set-env name=PATH::x'
    """
    return _WORKFLOW_COMMAND.sub(lambda match: f"{match[1]}\\:" if match[1] is not None else "#\\", mark_hidden(text))


def quote_html(text: str) -> Markup:
    """Return `text` as HTML: escaped, hidden characters as marks with their names.

    A mark has a direction of its own, so that it neither turns its surroundings nor decides which way they are read.
    """
    pieces: list[str] = []
    done = 0
    for match in _HIDDEN.finditer(text):
        if _is_ordinary(text, match.start()):
            continue
        pieces.append(escape(text[done : match.start()]))
        pieces.append(f'<span class="mark" dir="ltr" title="{escape(_name(match[0]))}">{_mark(match[0])}</span>')
        done = match.end()
    pieces.append(escape(text[done:]))
    return Markup("".join(pieces))  # noqa: S704 - every piece is escaped


def dump_json(value: Any) -> str:
    """Return `value` as JSON, indented, in UTF-8 letters, with characters that would act or hide written as escapes."""
    return _escape_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def dump_json_rows(value: Mapping[str, Any]) -> str:
    """Return an object as `dump_json` does, the items of its lists a line each: for long lists, which people skim."""
    members = []
    for name, item in value.items():
        rows = ",\n".join(f"    {dump_json_line(row)}" for row in item) if isinstance(item, list) else ""
        members.append(f"  {json.dumps(name)}: " + (f"[\n{rows}\n  ]" if rows else dump_json_line(item)))
    return "{\n" + ",\n".join(members) + "\n}\n"


def dump_json_line(value: Any) -> str:
    """Return `value` as `dump_json` does, on one line without its end."""
    return _escape_json(json.dumps(value, ensure_ascii=False))


def _escape_json(text: str) -> str:
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
