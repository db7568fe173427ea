"""Cues: phrases that a person can write into a data file, compiled to linear patterns.

A cue is words with one space between them. `*` at the end of a word stands for any ending, `|` separates alternatives
of one word, and `..` stands for up to four words in between: `order .. judicial authorit*`. Matching ignores case,
quote style and whether words are joined by a space, hyphen, slash or comma. Belongs here: the notation and how it is
read. Does not belong here: any word of any policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final, TypeAlias

from tracker.model import JsonValue

#: Languages in which cues are written. Text of another language gets no topics and no findings.
LANGUAGES: Final = ("en", "de", "fr")

Pattern: TypeAlias = "re.Pattern[str]"

_BETWEEN = r"[\s,/'\"()-]{1,3}"
# Possessive and bounded, so that no text makes the search go back over a word.
_GAP = r"(?:[^\w.!?]{1,3}+\w{1,40}+){0,4}?[^\w.!?]{1,3}"
_FOLDS = str.maketrans({**dict.fromkeys("\u2018\u2019\u02bc`", "'"), **dict.fromkeys("\u2010\u2011\u2013\u2014", "-")})
_LONGEST_REMEMBERED: Final = 20_000
_A_WORD = re.compile(r"\w+")
_HEAD_LETTERS: Final = 3
_NO_HEADS: Final[frozenset[str]] = frozenset()
_CUE = re.compile(r"[\w'&*|. -]+")


class LexiconError(ValueError):
    """A data file of this room is wrong: the message names what was found."""


def fold_case(text: str) -> str:
    """Return `text` in lower case with plain quotes and hyphens, every character at its old offset.

    >>> fold_case("We Don\u2019t")
    "we don't"
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    return _fold_remembered(text) if len(text) <= _LONGEST_REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    return text.replace("\u0130", "I").lower().translate(_FOLDS)


#: The rules of a clause ask for the same texts again and again.
_fold_remembered = lru_cache(maxsize=512)(_fold)


def compile_phrases(phrases: Sequence[str]) -> Pattern:
    """Return one linear pattern that finds each of `phrases` as whole words in text made by `fold_case`.

    Raises:
        LexiconError: If a phrase is empty or holds anything but words and the marks `*`, `|` and `..`.

    >>> compile_phrases(["judicial authorit*"]).search("the judicial authorities").group()
    'judicial authorities'
    """
    written = sorted({_compile_phrase(phrase) for phrase in phrases}, key=lambda source: (-len(source), source))
    # An empty list of cues finds nothing.
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)" if written else r"(?!)")


def first_words(phrase: str) -> list[str]:
    """Return the words with which `phrase` may begin, as `fold_case` writes them and with their `*`.

    Raises:
        LexiconError: If `phrase` is no cue.

    >>> first_words("third|second part*")
    ['third', 'second']
    """
    _check_phrase(phrase)
    return fold_case(phrase).split(" ")[0].split("|")


def _check_phrase(phrase: str) -> None:
    if not phrase.strip() or not _CUE.fullmatch(phrase):
        raise LexiconError(f"{phrase!r} is no cue: write words, with *, | and .. as the only marks")


def _compile_phrase(phrase: str) -> str:
    _check_phrase(phrase)
    parts: list[str] = []
    joint = ""
    for word in fold_case(phrase).split(" "):
        if word == "..":
            joint = _GAP
            continue
        options = [
            re.escape(option.rstrip("*")) + (r"\w*+" if option.endswith("*") else "") for option in word.split("|")
        ]
        parts.append(joint + (f"(?:{'|'.join(options)})" if len(options) > 1 else options[0]))
        joint = _BETWEEN
    return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Phrases by language, ready to be searched for."""

    by_language: Mapping[str, Pattern]
    every_language: Pattern
    heads: Mapping[str | None, frozenset[str] | None]
    """With which letters the phrases of a language (None: of all) begin; None where that cannot be told."""

    @classmethod
    def from_json(cls, value: JsonValue) -> Cues:
        """Return the cues that `{"en": ["…"], "de": ["…"]}` writes.

        Raises:
            LexiconError: If a language is unknown or a phrase is no cue.
        """
        if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
            raise LexiconError(f"cues are lists of phrases under {', '.join(LANGUAGES)}, not {value!r}")
        phrases = {language: texts(listed) for language, listed in value.items()}
        every = [phrase for listed in phrases.values() for phrase in listed]
        return cls(
            by_language={language: compile_phrases(listed) for language, listed in phrases.items()},
            every_language=compile_phrases(every),
            heads={None: _heads_of(every), **{language: _heads_of(listed) for language, listed in phrases.items()}},
        )

    def find_all(
        self, folded: str, start: int = 0, end: int | None = None, *, language: str | None = None
    ) -> Iterator[tuple[int, int]]:
        """Yield the offsets of each cue between `start` and `end` of `folded`, in reading order.

        Args:
            folded: Text made by `fold_case`.
            start: First offset searched.
            end: Offset after the last one searched.
            language: Primary language subtag; None searches for the cues of every language.
        """
        pattern = self.every_language if language is None else self.by_language.get(language)
        if pattern is not None and self.may_stand_in(folded, language=language):
            for match in pattern.finditer(folded, start, len(folded) if end is None else end):
                yield match.span()

    def may_stand_in(self, folded: str, *, language: str | None = None) -> bool:
        """Return False where no word of `folded` begins as some cue does: most cues of most rules stand nowhere."""
        heads = self.heads.get(language, _NO_HEADS)
        return heads is None or not heads.isdisjoint(_find_heads(folded))

    def stand_in(self, folded: str, start: int = 0, end: int | None = None, *, language: str | None = None) -> bool:
        """Return whether some cue stands between `start` and `end` of `folded`."""
        pattern = self.every_language if language is None else self.by_language.get(language)
        if pattern is None or not self.may_stand_in(folded, language=language):
            return False
        return pattern.search(folded, start, len(folded) if end is None else end) is not None


def _heads_of(phrases: Sequence[str]) -> frozenset[str] | None:
    heads: set[str] = set()
    for phrase in phrases:
        for word in first_words(phrase):
            begun = _A_WORD.match(word)
            if begun is None or (len(begun.group()) < _HEAD_LETTERS and word.endswith("*")):
                return None
            heads.add(begun.group()[:_HEAD_LETTERS])
    return frozenset(heads)


@lru_cache(maxsize=64)
def _find_heads(folded: str) -> frozenset[str]:
    return frozenset(word[:_HEAD_LETTERS] for word in _A_WORD.findall(folded))


def has_cues(language: str | None) -> bool:
    """Return whether there are cues for a language, by its BCP 47 tag; for None those of every language are tried.

    >>> has_cues("de-AT"), has_cues("fi"), has_cues(None)
    (True, False, True)
    """
    return language is None or language.split("-")[0].lower() in LANGUAGES


def texts(value: JsonValue) -> list[str]:
    """Return `value`, which is a list of strings.

    Raises:
        LexiconError: If it is not.
    """
    if not isinstance(value, list):
        raise LexiconError(f"expected a list of phrases, not {value!r}")
    return [text(item) for item in value]


def text(value: JsonValue) -> str:
    """Return `value`, which is a string that is not empty.

    Raises:
        LexiconError: If it is not.
    """
    if not isinstance(value, str) or not value:
        raise LexiconError(f"expected a phrase, not {value!r}")
    return value


def rows(value: JsonValue) -> list[dict[str, JsonValue]]:
    """Return `value`, which is a list of objects.

    Raises:
        LexiconError: If it is not.
    """
    listed = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(listed) != len(value):
        raise LexiconError(f"expected a list of objects, not {value!r}")
    return listed


@cache
def read_lexicon(name: str) -> dict[str, JsonValue]:
    """Return the data file `name` of this room: part of the program, read once (see docs/meaning.md).

    Raises:
        LexiconError: If the file holds no JSON object.
    """
    loaded = json.loads((resources.files(__package__) / name).read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise LexiconError(f"{name} holds no JSON object")
    return loaded
