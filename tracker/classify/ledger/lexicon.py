"""The words by which promises and powers are read: `lexicon/ledger.json`, made ready.

Belongs here: the shape of that file. Does not belong here: how a sentence is read, or what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import LANGUAGES, Cues, LexiconError, fold_case, read_lexicon, rows, text, texts
from tracker.classify.evidence import one_of
from tracker.model import COMMITMENT_KINDS, COMMITMENT_MODALITIES, CommitmentKind, CommitmentModality, JsonValue

_FILE: Final = "lexicon/ledger.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
    """One class of verbs: every form leads to the verb's name."""

    plain: dict[str, str]
    """`share`, `shares` -> `share`."""
    participles: dict[str, str]
    """`shared` -> `share`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that make a commitment by themselves, in languages that are read by cues alone."""

    kind: CommitmentKind
    modality: CommitmentModality
    cues: Cues


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLexicon:
    """All words by which a ledger is kept."""

    verbs: dict[str, Verbs]
    words: dict[str, frozenset[str]]
    """Lists of single words by their name in the file."""
    fillers: dict[str, tuple[tuple[str, ...], ...]]
    """First word -> what may stand between a modal verb and its verb, longest first, as words."""
    cues: dict[str, Cues]
    """Lists of cues by their name in the file."""
    phrases: tuple[Phrase, ...]


_WORD_LISTS: Final = (
    "names_of_data", "names_of_service", "pronouns", "generic", "heads", "may_stand_before", "agrees_that",
    "subordinate", "together_with", "other_agents", "pairs_with_only", "stop_object", "needs_data", "names_of_consent",
    "other_subjects", "scope_ends", "complete", "others_let_in", "prepositions", "plain_words",
)  # fmt: skip
_CUE_LISTS: Final = (
    "not_commitments", "assurances", "discretion", "exceptions", "limits", "conditions", "freedoms", "phrases_not",
)  # fmt: skip


@cache
def load_ledger_lexicon() -> LedgerLexicon:
    """Return the lexicon.

    Raises:
        LexiconError: If the file does not have its shape.
    """
    data = read_lexicon(_FILE)
    (classes,) = rows([data["verbs"]])
    fillers: dict[str, list[tuple[str, ...]]] = {}
    for filler in texts(data["fillers"]):
        words = tuple(fold_case(filler).split())
        fillers.setdefault(words[0], []).append(words)
    return LedgerLexicon(
        verbs={name: _read_verbs(listed) for name, listed in classes.items()},
        words={name: frozenset(map(fold_case, texts(data[name]))) for name in _WORD_LISTS},
        fillers={first: tuple(sorted(listed, key=len, reverse=True)) for first, listed in fillers.items()},
        cues={name: Cues.from_json(data[name]) for name in _CUE_LISTS},
        phrases=tuple(
            Phrase(
                kind=one_of(row["kind"], COMMITMENT_KINDS),
                modality=one_of(row["modality"], COMMITMENT_MODALITIES),
                cues=Cues.from_json(row["cues"]),
            )
            for row in rows(data["phrases"])
        ),
    )


def _read_verbs(value: JsonValue) -> Verbs:
    plain: dict[str, str] = {}
    participles: dict[str, str] = {}
    for listed in texts(value):
        infinitive, _, participle = text(listed).partition(" ")
        if not participle or " " in participle:
            raise LexiconError(f"{_FILE}: a verb is its infinitive and its participle, not {listed!r}")
        plain[infinitive] = infinitive
        plain[_third_person(infinitive)] = infinitive
        participles[participle] = infinitive
    return Verbs(plain=plain, participles=participles)


def _third_person(verb: str) -> str:
    """Return the form after `it`.

    >>> [_third_person(verb) for verb in ("share", "pass", "modify", "display")]
    ['shares', 'passes', 'modifies', 'displays']
    """
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def is_read(language: str | None, wanted: str) -> bool:
    """Whether texts of `language` are read by the rules for `wanted`; where it is not known, by those for every one."""
    return language is None or language == wanted


def primary_language(tag: str | None) -> str | None:
    """Return the primary subtag of a BCP 47 tag, None for None.

    >>> primary_language("en-GB")
    'en'
    """
    return tag.split("-")[0].lower() if tag else None


def has_rules(language: str | None) -> bool:
    """Whether texts of `language` can be read for promises and powers."""
    return language is None or language in LANGUAGES
