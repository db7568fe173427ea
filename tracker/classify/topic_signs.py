"""Signs: what in a changed clause speaks of a topic, and where it stands.

Belongs here: reading the clause and what stands above it. Does not belong here: how much a sign counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from tracker.classify.cues import fold_case
from tracker.classify.topic_files import find_phrases, load_topics
from tracker.classify.wording import Range, Wording
from tracker.model import Finding

#: Where a sign stands: among the changed words (a cue, or a finding's quotation), beside them in a sentence that they
#: touch, at the beginning of the clause, in the section's title, in the words that lead in the list of which the clause
#: is an item; or it is a hint among the changed words.
SignPlace: TypeAlias = Literal["changed", "beside", "opening", "title", "lead-in", "hint"]
SIGN_PLACES: Final[tuple[SignPlace, ...]] = get_args(SignPlace)

#: Within so many characters of its beginning a clause often says what it is about: `3.5 Termination. We may …`.
_OPENING_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One phrase that speaks of a topic."""

    topic: str
    place: SignPlace
    words: str
    """As `fold_case` writes them."""


def read_signs(wording: Wording, findings: Iterable[Finding] = ()) -> frozenset[Sign]:
    """Return the signs of every topic in a changed clause and in the findings on it.

    The same words in one place count once.
    """
    signs: set[Sign] = set()
    for side in (wording.old, wording.new):
        for (topic, listed), hits in find_phrases(side.folded, side.sentences, wording.language).items():
            if listed == "titles":
                continue
            for start, end in hits:
                words = side.folded[start:end]
                if side.is_changed(start, end):
                    signs.add(Sign(topic=topic, place="changed" if listed == "cues" else "hint", words=words))
                elif listed == "cues":
                    signs.add(Sign(topic=topic, place="beside", words=words))
        signs |= _read_cues(side.folded[:_OPENING_CHARACTERS], wording.language, "opening")
    signs |= _read_title(wording.title, wording.language)
    signs |= _read_cues(fold_case(wording.lead), wording.language, "lead-in")
    signs |= {
        Sign(topic=topic.name, place="changed", words=fold_case(quote.text))
        for topic in load_topics()
        for finding in findings
        if finding.facet in topic.facets and (quote := finding.after or finding.before)
    }
    return frozenset(signs)


def _read_cues(folded: str, language: str | None, place: SignPlace) -> set[Sign]:
    return {
        Sign(topic=topic, place=place, words=folded[start:end])
        for (topic, listed), hits in find_phrases(folded, _whole(folded), language).items()
        if listed == "cues"
        for start, end in hits
    }


def _read_title(folded: str, language: str | None) -> set[Sign]:
    return {
        Sign(topic=topic, place="title", words=folded[start:end])
        for (topic, listed), hits in find_phrases(folded, _whole(folded), language).items()
        if listed in {"cues", "titles"}
        for start, end in hits
    }


def _whole(folded: str) -> tuple[Range, ...]:
    return ((0, len(folded)),) if folded else ()
