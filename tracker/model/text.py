"""Normal forms of text: what a reader sees, and what two texts are compared by.

Belongs here: pure functions on strings that every stage must agree on. Does not belong here: anything that knows HTML
or Markdown.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

#: Characters that leave no trace on a page: soft hyphen, zero-width marks, word joiner, variation selectors, tag
#: characters. Bidirectional controls are not among them: they change the order in which a reader sees the words.
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)

_FOLDED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\uff07`\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    "\u2026": "...",
}

#: What is not itself in folded text. One search passes over the letters, where `str.translate` looks up each.
_NOT_FOLDED = re.compile(f"[{_INVISIBLE}{''.join(_FOLDED)}]")


def fold_white_space(text: str) -> str:
    """Return `text` with every run of white space, no-break spaces included, as one space and none at the ends."""
    if text.isprintable() and "  " not in text:  # of white space, the plain space alone is printable
        return text.strip(" ")
    return " ".join(text.split())


def visible_text(text: str) -> str:
    """Return `text` as it is quoted to people: NFC, white space folded; every other character is kept."""
    return fold_white_space(text if text.isascii() else unicodedata.normalize("NFC", text))


def fold_text(text: str) -> str:
    """Return the form by which two texts are the same text (DESIGN, section 5).

    NFC, white space folded, quotation marks and dashes folded to their ASCII forms, characters without any visible
    trace removed. Letters keep their case, and look-alike letters of other scripts stay apart.

    >>> fold_text("\u201cNo\u2011one\u201d\u00a0 reads\u00ad this \u2014 ever")
    '"No-one" reads this - ever'
    """
    if text.isascii():
        return fold_white_space(text.replace("`", "'"))
    composed = unicodedata.normalize("NFC", text)
    return fold_white_space(_NOT_FOLDED.sub(lambda found: _FOLDED.get(found[0], ""), composed))


def printable_ascii(text: str, *, longest: int = 300) -> str:
    r"""Return `text`, which a stranger wrote, as it may stand in a message: printable ASCII, cut after `longest`.

    >>> printable_ascii("caf\u00e9\n")
    'caf\\xe9\\x0a'
    """
    shown = text[: longest + 1].encode("ascii", "backslashreplace").decode()
    shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in shown)
    return shown if len(shown) <= longest else f"{shown[:longest]}..."


def format_days(days: float) -> str:
    """Return a number of days as people read it, with one decimal at most.

    >>> format_days(28.5), format_days(9.0), format_days(1.0)
    ('28.5 days', '9 days', '1 day')
    """
    written = f"{days:,.1f}".removesuffix(".0")
    return f"{written} {'day' if written == '1' else 'days'}"


def sha256_hex(content: bytes | str) -> str:
    """Return the SHA-256 digest of `content` (a string counts as its UTF-8 bytes) in 64 lower-case hex digits."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()
