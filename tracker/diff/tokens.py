"""Words, punctuation and spaces: the units of a redline."""

from __future__ import annotations

import re
from typing import Final

#: What a word may hold besides letters and digits: combining marks, which `\w` leaves out, and what nobody sees (soft
#: hyphens, joiners, zero-width and bidirectional marks), so that hidden characters never cut a word in two.
_IN_WORDS: Final = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061c\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983"
    "\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0bbe-\u0bd7"
    "\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d57\u0dca-\u0ddf\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u180b-\u180e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u2069\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
    "\U000e0000-\U000e01ef"
)
#: Scripts that put no spaces between words: every character is a unit.
_SPACELESS: Final = "\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_LETTER: Final = rf"[\w{_IN_WORDS}]"
#: Every repetition is bounded or cannot overlap with what follows it: the time is linear in the text.
_ADDRESS: Final = (
    r"(?:[A-Za-z]\.){2,9}|\([\w]{1,3}\)|(?<!\d)\d{1,3}(?: \d{3}){1,5}(?!\d)|https?://[^\s<>\"'\u2018\u2019\u201c\u201d]*[\w/#=&%]"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b(?:/[^\s<>\"'\u2018\u2019\u201c\u201d]{0,2000}[\w/#=&%])?"
)
_INNER: Final = r"(?:['\u2019\u2010\u2011-]|(?<=\d)[.,:/](?=\d))"
_WORDS: Final = rf"{_LETTER}+(?:{_INNER}{_LETTER}+)*"
_SPACELESS_LETTER: Final = rf"(?:(?![{_SPACELESS}]){_LETTER})"
_SPACELESS_WORDS: Final = rf"[{_SPACELESS}]|{_SPACELESS_LETTER}+(?:{_INNER}{_SPACELESS_LETTER}+)*"
_REST: Final = r"\s+|\.{2,9}|."
_PLAIN: Final = re.compile(rf"{_WORDS}|{_REST}", re.DOTALL)
_WITH_ADDRESSES: Final = re.compile(rf"{_ADDRESS}|{_WORDS}|{_REST}", re.DOTALL)
_ANY_SCRIPT: Final = re.compile(rf"{_ADDRESS}|{_SPACELESS_WORDS}|{_REST}", re.DOTALL)
#: What only texts with addresses, initials, numbered brackets or numbers in groups have. Each begins with one mark,
#: which is what makes the search quick.
_AFTER_DOT: Final = re.compile(r"\.[A-Za-z]")
_BRACKET: Final = re.compile(r"\(\w{1,3}\)")
_GROUP: Final = re.compile(r" \d{3}(?!\d)")
_HAS_SPACELESS: Final = re.compile(f"[{_SPACELESS}]")
_LIKE_WORDS: Final = re.compile(rf"[{_SPACELESS}]|(?:(?![{_SPACELESS}])\w)+")
_WORDS_ALONE: Final = re.compile(_WORDS)
_PLAIN_WORDS: Final = re.compile(r"\w+")
_WORD: Final = re.compile(r"\w")


def split_tokens(text: str) -> list[str]:
    """Return the units of `text` in order; joined they give `text`. Addresses and numbers are one unit each.

    >>> split_tokens("Kept for 18 months.")
    ['Kept', ' ', 'for', ' ', '18', ' ', 'months', '.']
    """
    if not text.isascii() and _HAS_SPACELESS.search(text):
        return _ANY_SCRIPT.findall(text)
    return (_WITH_ADDRESSES if _has_address(text) else _PLAIN).findall(text)


def _has_address(text: str) -> bool:
    return bool("@" in text or "://" in text or _AFTER_DOT.search(text) or _BRACKET.search(text) or _GROUP.search(text))


def is_word(token: str) -> bool:
    """Whether `token` counts as a word."""
    return token[:1].isalnum() or _WORD.search(token) is not None


def count_words(text: str) -> int:
    """Return how many words `text` has."""
    if text.isascii() and not _has_address(text):
        return len(_WORDS_ALONE.findall(text))
    return sum(map(is_word, split_tokens(text)))


def plain_words(text: str) -> list[str]:
    """Return the runs of letters and digits of `text` alone: enough to tell how alike two texts are."""
    if not text.isascii() and _HAS_SPACELESS.search(text):
        return _LIKE_WORDS.findall(text)
    return _PLAIN_WORDS.findall(text)
