"""Signs: what in a changed clause speaks of a topic, and where it stands.

Belongs here: reading the clause and what stands above it. Does not belong here: how much a sign counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from tracker.classify.cues import fold_case
from tracker.classify.topic_files import PhraseList, find_phrases, load_topics
from tracker.classify.wording import Range, Wording
from tracker.model import Change, Finding, Version

#: Where a sign stands: among the changed words (a cue, or a finding's quotation), beside them in a sentence that they
#: touch, at the beginning of the clause, in the section's title, in the words that lead in the list of which the clause
#: is an item, in the title of the whole text; or it is a hint among the changed words.
SignPlace: TypeAlias = Literal["changed", "beside", "opening", "title", "lead-in", "document", "hint"]
SIGN_PLACES: Final[tuple[SignPlace, ...]] = get_args(SignPlace)

#: Within so many characters of its beginning a clause often says what it is about: `3.5 Termination. We may …`.
_OPENING_CHARACTERS: Final = 60
#: Among so many clauses the title of a text is looked for, and so many of its characters are read.
_FIRST_CLAUSES: Final = 40
_LONGEST_TITLE: Final = 300

#: The lists of which a phrase is a sign where it stands in a sentence, in a section's title, in a text's title.
_IN_SENTENCE: Final[AbstractSet[PhraseList]] = frozenset({"cues"})
_IN_TITLE: Final[AbstractSet[PhraseList]] = frozenset({"cues", "titles"})
_OF_DOCUMENT: Final[AbstractSet[PhraseList]] = frozenset({"documents"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One phrase that speaks of a topic."""

    topic: str
    place: SignPlace
    words: str
    """As `fold_case` writes them."""


def find_document_title(change: Change) -> str:
    """Return the first heading of the new text, or else of the old one; `""` where neither begins with one."""
    return _first_heading(change.new) or _first_heading(change.old)


def _first_heading(version: Version) -> str:
    found = (clause.text for clause in version.clauses[:_FIRST_CLAUSES] if clause.kind == "heading")
    return next(found, "")[:_LONGEST_TITLE]


def read_signs(wording: Wording, findings: Iterable[Finding] = (), *, document: str = "") -> frozenset[Sign]:
    """Return the signs of every topic in a changed clause and in the findings on it.

    Args:
        wording: The clause.
        findings: What the rules found in it.
        document: The title of the text in which it stands, by `find_document_title`.

    The same words in one place count once.
    """
    signs: set[Sign] = set()
    for side in (wording.old, wording.new):
        for (topic, listed), hits in find_phrases(side.folded, side.sentences, wording.language).items():
            if listed not in {"cues", "hints"}:
                continue
            for start, end in hits:
                words = side.folded[start:end]
                if side.is_changed(start, end):
                    signs.add(Sign(topic=topic, place="changed" if listed == "cues" else "hint", words=words))
                elif listed == "cues":
                    signs.add(Sign(topic=topic, place="beside", words=words))
        signs |= _read(side.folded[:_OPENING_CHARACTERS], wording.language, "opening", _IN_SENTENCE)
    signs |= _read(wording.title, wording.language, "title", _IN_TITLE)
    signs |= _read(fold_case(wording.lead), wording.language, "lead-in", _IN_SENTENCE)
    signs |= _read(fold_case(document), wording.language, "document", _OF_DOCUMENT)
    signs |= {
        Sign(topic=topic.name, place="changed", words=fold_case(quote.text))
        for topic in load_topics()
        for finding in findings
        if finding.facet in topic.facets and (quote := finding.after or finding.before)
    }
    return frozenset(signs)


def _read(folded: str, language: str | None, place: SignPlace, lists: AbstractSet[PhraseList]) -> set[Sign]:
    return {
        Sign(topic=topic, place=place, words=folded[start:end])
        for (topic, listed), hits in find_phrases(folded, _whole(folded), language).items()
        if listed in lists
        for start, end in hits
    }


def _whole(folded: str) -> tuple[Range, ...]:
    return ((0, len(folded)),) if folded else ()
