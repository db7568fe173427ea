"""Topics: which of the vocabulary's subjects a changed clause is about, by the cues in `topics/*.json`.

One data file a topic; adding one needs no code. `docs/meaning.md` explains the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import Cues, LexiconError, fold_case, read_lexicon, text, texts
from tracker.classify.wording import Range, Side, Wording, meets
from tracker.model import TOPICS, Finding

#: Categories of the OPP-115 corpus (Wilson et al., ACL 2016, section 3.2).
OPP_115: Final = frozenset(
    {
        "First Party Collection/Use", "Third Party Sharing/Collection", "User Choice/Control",
        "User Access, Edit and Deletion", "Data Retention", "Data Security", "Policy Change", "Do Not Track",
        "International and Specific Audiences", "Other",
    }
)  # fmt: skip

#: A cue in the section's title says more about the clause than one among its words.
_TITLE_WEIGHT: Final = 2
_FINDING_WEIGHT: Final = 3
#: Topics with less than this share of the leading topic's weight are passing mentions.
_PASSING_SHARE: Final = 0.5


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
    cues: Cues
    near_misses: Cues
    """Phrases that look like a cue and are about something else."""

    def find(self, folded: str, ranges: Iterable[Range], language: str | None) -> list[Range]:
        """Return where cues stand in `ranges` of `folded`, near-misses left out, in reading order."""
        found: list[Range] = []
        for start, end in ranges:
            hits = list(self.cues.find_all(folded, start, end, language=language))
            if hits:
                misses = list(self.near_misses.find_all(folded, start, end, language=language))
                found += [hit for hit in hits if not meets(misses, *hit)]
        return found


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
        cues=Cues.from_json(fields.pop("cues")),
        near_misses=Cues.from_json(fields.pop("near_misses", {})),
    )
    if fields or topic.name != name or not topic.opp115 or not set(topic.opp115) <= OPP_115:
        raise LexiconError(f"topics/{name}.json: wrong name, unknown OPP-115 category or unknown keys {sorted(fields)}")
    return topic


def find_topics(words: str, *, title: str = "", language: str | None = None) -> tuple[str, ...]:
    """Return the topics of which `words` or `title` hold a cue, in the order of `TOPICS`."""
    folded, head = fold_case(words), fold_case(title)
    return tuple(
        topic.name
        for topic in load_topics()
        if topic.find(folded, [(0, len(folded))], language) or topic.find(head, [(0, len(head))], language)
    )


def weigh_topics(wording: Wording, findings: tuple[Finding, ...] = ()) -> dict[str, int]:
    """Return the weight of each topic of a changed clause: cues among its changed words, its title and its findings.

    Where neither changed words nor findings name a topic, the sentences around them do: a number that changes says
    nothing by itself.
    """
    weights = _weigh(wording, changed_only=True)
    for topic in load_topics():
        if any(finding.facet in topic.facets for finding in findings):
            weights[topic.name] = weights.get(topic.name, 0) + _FINDING_WEIGHT
    weights = weights or _weigh(wording, changed_only=False)
    for topic in load_topics():
        if topic.find(wording.title, [(0, len(wording.title))], wording.language):
            weights[topic.name] = weights.get(topic.name, 0) + _TITLE_WEIGHT
    return weights


def _weigh(wording: Wording, *, changed_only: bool) -> dict[str, int]:
    weights: dict[str, int] = {}
    for topic in load_topics():
        phrases: set[str] = set()
        for side in (wording.old, wording.new):
            hits = topic.find(side.folded, side.sentences, wording.language)
            phrases |= {
                side.folded[start:end] for start, end in hits if not changed_only or side.is_changed(start, end)
            }
        if phrases:
            weights[topic.name] = len(phrases)
    return weights


def has_changed_cue(wording: Wording) -> bool:
    """Return whether a topic's cue stands among the deleted or inserted words."""
    return any(_side_has_cue(side, wording.language) for side in (wording.old, wording.new))


def _side_has_cue(side: Side, language: str | None) -> bool:
    return any(
        side.is_changed(start, end)
        for topic in load_topics()
        for start, end in topic.find(side.folded, side.sentences, language)
    )


def lead_topics(weights: dict[str, int]) -> tuple[str, ...]:
    """Return the topics that are more than passing mentions, in the order of `TOPICS`."""
    least = _PASSING_SHARE * max(weights.values(), default=0)
    return tuple(name for name in TOPICS if name in weights and weights[name] >= least)
