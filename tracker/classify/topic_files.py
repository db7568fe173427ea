"""The data files of topics, `topics/*.json`, and where their phrases stand in a text.

One file a topic; adding one needs no code. `docs/meaning.md` explains the files. Belongs here: reading the files,
searching for what they list. Does not belong here: which topic a clause is about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal, TypeAlias, get_args

from tracker.classify.cues import (
    LANGUAGES,
    LexiconError,
    Pattern,
    compile_phrases,
    first_words,
    read_lexicon,
    text,
    texts,
)
from tracker.classify.wording import Range, meets
from tracker.model import TOPICS, JsonValue

#: Categories of the OPP-115 corpus (Wilson et al., ACL 2016, section 3.2).
OPP_115: Final = frozenset(
    {
        "First Party Collection/Use", "Third Party Sharing/Collection", "User Choice/Control",
        "User Access, Edit and Deletion", "Data Retention", "Data Security", "Policy Change", "Do Not Track",
        "International and Specific Audiences", "Other",
    }
)  # fmt: skip

#: The lists of a topic's file, in the order in which the file has them.
PhraseList: TypeAlias = Literal["cues", "titles", "documents", "hints", "near_misses"]
PHRASE_LISTS: Final[tuple[PhraseList, ...]] = get_args(PhraseList)

#: What a list may name in angle brackets: things that are known by their shape, in any language. Each pattern is
#: bounded and tried once for each run of its characters.
SHAPES: Final[Mapping[str, Pattern]] = {
    "<e-mail address>": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),
    # Nine digits or more, so that no date is one.
    "<phone number>": re.compile(r"(?<![\w.,/+(-])\+?\(?\d(?:[ ()-]{0,2}\d){8,14}(?!\w)"),
    # As British (EC1A 9HP) and American (, CA 94103) addresses end.
    "<postal code>": re.compile(r"(?<!\w)[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}(?!\w)|, [a-z]{2},? \d{5}(?!\w)"),
    "<sum of money>": re.compile(
        r"[\u20ac$\u00a3] ?\d|(?<=\d)(?: ?[\u20ac$\u00a3]| (?:usd|eur|euros?|dollars?|cents?)(?!\w))"
    ),
}
_MARK_OF_SHAPE: Final = re.compile(r"[\d@]")
_WORD: Final = re.compile(r"\w+")
#: A longer word is in no list.
_LONGEST_WORD: Final = 80

#: Where phrases of a topic's list were found, in reading order and apart.
Found: TypeAlias = Mapping[tuple[str, PhraseList], Sequence[Range]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One subject of the vocabulary, as its data file describes it."""

    name: str
    label: str
    """How a headline calls it."""
    material: bool
    """Whether an advocate wants an alert when a practice of this topic changes (LABELLING, `material`)."""
    opp115: tuple[str, ...]
    facets: tuple[str, ...]
    """Facets whose findings speak of this topic by themselves."""
    phrases: Mapping[PhraseList, Mapping[str, tuple[str, ...]]]
    """What each list of the file holds, by language.

    `cues` speak of the topic wherever they stand, `titles` where they stand in a title; `documents` in the title of a
    text say that all of it is about the topic; `hints` it shares with others,
    so that they say something only beside its cues, or where there are none; `near_misses` look like a cue and are
    about something else.
    """


@cache
def load_topics() -> tuple[Topic, ...]:
    """Return every topic but `other`, in the order of the vocabulary.

    Raises:
        LexiconError: If a data file has a wrong key or value.
    """
    return tuple(_load_topic(name) for name in TOPICS if name != "other")


def _load_topic(name: str) -> Topic:
    fields = dict(read_lexicon(f"topics/{name}.json"))
    topic = Topic(
        name=text(fields.pop("topic")),
        label=text(fields.pop("label")),
        material=bool(fields.pop("material")),
        opp115=tuple(texts(fields.pop("opp115"))),
        facets=tuple(texts(fields.pop("facets", []))),
        phrases={listed: read_phrases(fields.pop(listed, {})) for listed in PHRASE_LISTS},
    )
    if fields or topic.name != name or not topic.opp115 or not set(topic.opp115) <= OPP_115:
        raise LexiconError(f"topics/{name}.json: wrong name, unknown OPP-115 category or unknown keys {sorted(fields)}")
    return topic


@cache
def material_topics() -> frozenset[str]:
    """Return the topics of which an advocate wants to hear."""
    return frozenset(topic.name for topic in load_topics() if topic.material)


def read_phrases(value: JsonValue) -> dict[str, tuple[str, ...]]:
    """Return the phrases that `{"en": ["…"], "de": ["…"]}` writes.

    Raises:
        LexiconError: If a language is unknown, or something is neither a cue nor the name of a shape.
    """
    if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
        raise LexiconError(f"cues are lists of phrases under {', '.join(LANGUAGES)}, not {value!r}")
    phrases = {language: tuple(texts(listed)) for language, listed in value.items()}
    for listed in phrases.values():
        for phrase in listed:
            if phrase not in SHAPES:
                first_words(phrase)
    return phrases


@lru_cache(maxsize=16)
def find_phrases(folded: str, ranges: tuple[Range, ...], language: str | None) -> Found:
    """Return where the phrases of every topic stand in `ranges` of `folded`, those that meet a near-miss left out.

    Args:
        folded: Text made by `fold_case`.
        ranges: Offsets in reading order, without overlap.
        language: Primary language subtag; None searches for the phrases of every language.

    The last few answers are kept, since what decides a clause's kind asks for the same as what names its topics.
    """
    found: dict[tuple[str, PhraseList], list[Range]] = {}
    for start, end in ranges:
        for word in _WORD.finditer(folded, start, end):
            begin = word.start()
            for key, pattern in _phrases_with(word.group()[: _LONGEST_WORD + 1], language):
                hits = found.get(key)
                # Of phrases that begin at one word the longest pattern is tried first; none begins inside another.
                if (hits is None or hits[-1][1] <= begin) and (match := pattern.match(folded, begin, end)):
                    found.setdefault(key, []).append(match.span())
        _find_shapes(folded, start, end, found)
    for (name, listed), hits in list(found.items()):
        misses = found.get((name, "near_misses"))
        if misses and listed != "near_misses":
            found[name, listed] = [hit for hit in hits if not meets(misses, *hit)]
    return {key: hits for key, hits in found.items() if hits and key[1] != "near_misses"}


def _find_shapes(folded: str, start: int, end: int, found: dict[tuple[str, PhraseList], list[Range]]) -> None:
    if _MARK_OF_SHAPE.search(folded, start, end):
        for key, shape in _shapes():
            hits = [match.span() for match in shape.finditer(folded, start, end)]
            if hits:
                found[key] = sorted({*found.get(key, []), *hits})


@cache
def _shapes() -> tuple[tuple[tuple[str, PhraseList], Pattern], ...]:
    return tuple(
        dict.fromkeys(
            ((topic.name, listed), SHAPES[phrase])
            for topic in load_topics()
            for listed, by_language in topic.phrases.items()
            for phrases in by_language.values()
            for phrase in phrases
            if phrase in SHAPES
        )
    )


@lru_cache(maxsize=1 << 15)
def _phrases_with(word: str, language: str | None) -> tuple[tuple[tuple[str, PhraseList], Pattern], ...]:
    """Return the phrases that may begin with `word`, one pattern for each topic and list."""
    if len(word) > _LONGEST_WORD:
        return ()
    words, stems = _beginnings(language)
    wanted: dict[tuple[str, PhraseList], list[str]] = defaultdict(list)
    for key, phrase in words.get(word, ()):
        wanted[key].append(phrase)
    for length in range(1, len(word) + 1):
        for key, phrase in stems.get(word[:length], ()):
            wanted[key].append(phrase)
    return tuple((key, _compile(tuple(phrases))) for key, phrases in wanted.items())


@cache
def _compile(phrases: tuple[str, ...]) -> Pattern:
    return compile_phrases(phrases)


_Beginnings: TypeAlias = Mapping[str, list[tuple[tuple[str, PhraseList], str]]]


@cache
def _beginnings(language: str | None) -> tuple[_Beginnings, _Beginnings]:
    """Return the phrases by the word, and by the stem written with `*`, with which they begin."""
    words: dict[str, list[tuple[tuple[str, PhraseList], str]]] = defaultdict(list)
    stems: dict[str, list[tuple[tuple[str, PhraseList], str]]] = defaultdict(list)
    for topic in load_topics():
        for listed, by_language in topic.phrases.items():
            for spoken, phrases in by_language.items():
                if language not in {None, spoken}:
                    continue
                for phrase in phrases:
                    for first in () if phrase in SHAPES else first_words(phrase):
                        # The first part of a word with an apostrophe is where the search meets it.
                        begin = first.rstrip("*").split("'")[0].split("&")[0]
                        place = stems if first.endswith("*") and begin == first.rstrip("*") else words
                        place[begin].append(((topic.name, listed), phrase))
    return words, stems
