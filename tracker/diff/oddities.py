"""Hidden trickery in changed words: characters that nobody sees, and letters that look like others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

#: Invisible characters and bidirectional controls (Unicode Standard Annex 9; Technical Report 36, section 2).
_HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u2800\u3164\uffa0\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
#: Overlays that strike through the letter before them.
_STRUCK: Final = re.compile("[\u0335-\u0338]")
#: Joiners and selectors where they do honest work: within emoji, and between letters of Arabic and Indic scripts.
_EMOJI: Final = "#*0-9\u00a9\u00ae\u2122\u2190-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_JOINER: Final = re.compile("[\u200c\u200d\ufe0f]")
_JOINED: Final = "\u0600-\u07ff\u0900-\u0dff"
_JOINING: Final = re.compile(
    f"(?<=[{_EMOJI}])\ufe0f|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])|(?<=[{_JOINED}])[\u200c\u200d](?=[{_JOINED}])"
)
_WORD: Final = re.compile(r"\w{1,200}")
_MIXABLE: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH")
#: Where the letters of those scripts other than Latin stand.
_OTHER_LETTERS: Final = re.compile("[\u0370-\u1fff\uab70-\uabbf\uff00-\uffef\U0001d400-\U0001d7ff]")
#: Letters that cannot be told from Latin ones in most typefaces (after Unicode Technical Standard 39, confusables).
_LATIN_TWINS: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u04cf\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
    "\u03bf\u03bd\u03c1\u03b1\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "aeopcyxijsdhlqwABEKMHOPCTXIJSovpaABEZHIKMNOPTYX",
)
_MOST_NAMED: Final = 5


def name_oddities(old: str, new: str) -> tuple[str, ...]:
    """Return a note for every kind of hidden character and for words of mixed scripts that only one side has."""
    if old == new or (old.isascii() and new.isascii()):
        return ()
    notes: list[str] = []
    if _JOINER.search(old + new):
        old, new = _JOINING.sub("", old), _JOINING.sub("", new)
    for verb, one, other in (("inserted", new, old), ("removed", old, new)):
        for character in sorted(set(_HIDDEN.findall(one)) | set(_HIDDEN.findall(other))):
            more = one.count(character) - other.count(character)
            if more > 0:
                name = unicodedata.name(character, "unnamed character").lower()
                notes.append(f"invisible: {more} {name} (U+{ord(character):04X}) {verb}")
        struck = len(_STRUCK.findall(one)) - len(_STRUCK.findall(other))
        if struck > 0:
            notes.append(f"overlay: {struck} letters struck through by combining characters {verb}")
    before = set(_mixed_words(old))
    mixed = [word for word in _mixed_words(new) if word not in before]
    notes.extend(f"look-alike: {word!r} mixes {', '.join(_scripts(word))} letters" for word in mixed[:_MOST_NAMED])
    notes.extend(_disguised_words(old, new))
    return tuple(notes)


def _disguised_words(old: str, new: str) -> Iterator[str]:
    """Yield a note for each word of a text in Latin letters whose letters are all twins of Latin ones."""
    if not _OTHER_LETTERS.search(new):
        return
    words = dict.fromkeys(_WORD.findall(new))
    if 2 * sum(map(str.isascii, words)) <= len(words):
        return
    before = set(_WORD.findall(old))
    found = [
        (word, plain)
        for word in words
        if not word.isascii() and word not in before and len(_scripts(word)) <= 1
        for plain in [unicodedata.normalize("NFKC", word.translate(_LATIN_TWINS))]
        if plain.isascii()
    ]
    for word, plain in found[:_MOST_NAMED]:
        yield f"look-alike: {word!r} is {plain!r} in {' and '.join(_scripts(word)) or 'other'} letters"


def _mixed_words(text: str) -> list[str]:
    if text.isascii() or not _OTHER_LETTERS.search(text):
        return []
    return [word for word in dict.fromkeys(_WORD.findall(text)) if len(_scripts(word)) > 1]


def _scripts(word: str) -> list[str]:
    if word.isascii():
        return []
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return sorted(name.capitalize() for name in names if name in _MIXABLE)
