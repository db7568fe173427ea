"""The words by which a policy speaks of its own changes: `lexicon/announcements.json`, read once.

Belongs here: how that file is read, and questions about single words. Does not belong here: what a log or a date is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias, get_args

from tracker.classify.cues import Cues, LexiconError, read_lexicon, texts
from tracker.classify.wording import words_of
from tracker.model import MONTHS

DateLabel: TypeAlias = Literal["updated", "effective", "published"]

#: What a date may be labelled as, from the label that tells most of a change to the one that tells least.
DATE_LABELS: Final[tuple[DateLabel, ...]] = get_args(DateLabel)
_ORDINALS: Final = ("st", "nd", "rd", "th", "er")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWords:
    """The words, ready to be searched for."""

    changes: Cues
    """That something changed, or how."""
    change_titles: Cues
    """In the title of a section that may hold a log."""
    log_titles: Cues
    """In a title that can stand over nothing but a log."""
    policy_nouns: Cues
    notes: Cues
    """A sentence that tells of a change that was made."""
    reasons: Cues
    """In a note, what comes before that which changed."""
    not_yet: Cues
    """A sentence that tells of changes to come, or that nothing changed."""
    date_labels: Mapping[DateLabel, Cues]
    not_own: Cues
    """A date after these is another text's, or no change's."""
    section_words: frozenset[str]
    range_words: frozenset[str]
    list_words: frozenset[str]
    move_words: frozenset[str]
    no_section_words: frozenset[str]
    """A number after one of these is no section's."""
    law_words: frozenset[str]
    """A number before one of these is a law's."""
    general_words: frozenset[str]
    """They say that something changed, or name the document, and nothing of what changed."""
    stop_words: frozenset[str]


@cache
def log_words() -> LogWords:
    """Return the words of `lexicon/announcements.json`.

    Raises:
        LexiconError: If the file does not hold what this module reads.
    """
    data = read_lexicon("lexicon/announcements.json")
    labels = data["date_labels"]
    if not isinstance(labels, dict) or set(labels) != set(DATE_LABELS):
        raise LexiconError(f"dates are labelled by {', '.join(DATE_LABELS)}, not {labels!r}")

    def cues(name: str) -> Cues:
        return Cues.from_json(data[name])

    def words(name: str) -> frozenset[str]:
        return frozenset(texts(data[name]))

    return LogWords(
        changes=cues("changes"),
        change_titles=cues("change_titles"),
        log_titles=cues("log_titles"),
        policy_nouns=cues("policy_nouns"),
        notes=cues("notes"),
        reasons=cues("reasons"),
        not_yet=cues("not_yet"),
        date_labels={label: Cues.from_json(labels[label]) for label in DATE_LABELS},
        not_own=cues("not_own"),
        section_words=words("section_words"),
        range_words=words("range_words"),
        list_words=words("list_words"),
        move_words=words("move_words"),
        no_section_words=words("no_section_words"),
        law_words=words("law_words"),
        general_words=words("general_words"),
        stop_words=words("stop_words"),
    )


def content_words(text: str) -> list[str]:
    """Return the words of `text` that say what it is about, in reading order: no numbers, no general words.

    >>> content_words("We made minor changes to this Privacy Policy on June 4, 2024.")
    []
    >>> content_words("Updated 8.3 on requests of courts.")
    ['requests', 'courts']
    """
    return [word for word in words_of(text) if not is_general(word)]


def is_general(word: str) -> bool:
    """Return whether `word`, by `fold_case`, says nothing of what a text is about."""
    known = log_words()
    return (
        word in known.general_words
        or word in known.stop_words
        or word in known.section_words
        or word in MONTHS
        or word.isdigit()
        or any(word.removesuffix(ending).isdigit() for ending in _ORDINALS)
        or len(word) == 1
    )


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """Return `words` without their endings: the same for `ad` and `ads`, `share` and `sharing`.

    >>> sorted(stems_of(["ads", "displayed", "advertising", "policies"]))
    ['ad', 'advertis', 'display', 'polic']
    """
    return frozenset(map(_stem, words))


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (2 if ending == "s" else _SHORTEST_STEM):
            return word.removesuffix(ending)
    return word


_SHORTEST_STEM: Final = 4
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ers", "ies", "ed", "er", "es", "en", "ung", "y", "e", "s")
