"""Words, punctuation and spaces: the units of a redline."""

from __future__ import annotations

import re
from typing import Final

#: One alternative a unit: addresses and numbers are never split; white space is a unit of its own.
_TOKEN: Final = re.compile(
    r"https?://[^\s<>\"'\u2018\u2019\u201c\u201d]*[\w/#]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th)?\b"
    r"|\w+(?:['\u2019\u2010\u2011-]\w+)*"
    r"|\s+"
    r"|.",
    re.DOTALL,
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?:;])(?=\s)")
_WORD: Final = re.compile(r"\w")
#: Longer runs without a space are cut, so that no unit and no pattern sees more at once.
_LONGEST_RUN: Final = 1000


def split_tokens(text: str) -> list[str]:
    """Return the units of `text` in order; joined they give `text`.

    >>> split_tokens("Kept for 18 months.")
    ['Kept', ' ', 'for', ' ', '18', ' ', 'months', '.']
    """
    tokens: list[str] = []
    for piece in re.split(rf"(\S{{{_LONGEST_RUN}}})", text):
        if len(piece) == _LONGEST_RUN and " " not in piece:
            tokens.append(piece)
        else:
            tokens.extend(_TOKEN.findall(piece))
    return tokens


def split_sentences(text: str) -> list[str]:
    """Return the sentences of `text` with the space before each; joined they give `text`."""
    return _SENTENCE_END.split(text)


def is_word(token: str) -> bool:
    """Whether `token` counts as a word."""
    return _WORD.search(token) is not None


def count_words(text: str) -> int:
    """Return how many words `text` has."""
    return sum(1 for token in split_tokens(text) if is_word(token))
