"""Hidden trickery in changed words: characters that nobody sees, and letters that look like others."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Invisible characters and bidirectional controls (Unicode Standard Annex 9; Technical Report 36, section 2).
_HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_WORD: Final = re.compile(r"\w{1,200}")
_MIXABLE: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH")
_MOST_NAMED: Final = 5


def name_oddities(old: str, new: str) -> tuple[str, ...]:
    """Return a note for every kind of hidden character and for words of mixed scripts that only one side has."""
    notes: list[str] = []
    for verb, one, other in (("inserted", new, old), ("removed", old, new)):
        for character in sorted(set(_HIDDEN.findall(one)) | set(_HIDDEN.findall(other))):
            more = one.count(character) - other.count(character)
            if more > 0:
                name = unicodedata.name(character, "unnamed character").lower()
                notes.append(f"invisible: {more} {name} (U+{ord(character):04X}) {verb}")
    before = set(_mixed_words(old))
    mixed = [word for word in _mixed_words(new) if word not in before]
    notes.extend(f"look-alike: {word!r} mixes {', '.join(_scripts(word))} letters" for word in mixed[:_MOST_NAMED])
    return tuple(notes)


def _mixed_words(text: str) -> list[str]:
    if text.isascii():
        return []
    return [word for word in dict.fromkeys(_WORD.findall(text)) if len(_scripts(word)) > 1]


def _scripts(word: str) -> list[str]:
    if word.isascii():
        return []
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return sorted(name.capitalize() for name in names if name in _MIXABLE)
