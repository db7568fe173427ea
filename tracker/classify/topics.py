"""Topics: which of the vocabulary's subjects a changed clause, or a whole change, is about.

The signs of a topic (`topic_signs.py`) are counted by where they stand and weighed by `weights/topics.json`: the same
few weights for every topic, learned from labelled changes by `benchmarks/learn_topics.py`. A clause is a change of one
clause, so both are weighed alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import LexiconError, fold_case, read_lexicon
from tracker.classify.evidence import number
from tracker.classify.learned import Reading, read_passages
from tracker.classify.topic_files import OPP_115, Topic, find_phrases, load_topics, material_topics
from tracker.classify.topic_signs import SIGN_PLACES, Sign, SignPlace, find_document_title, read_signs
from tracker.classify.wording import Wording
from tracker.model import TOPICS, Finding

__all__ = [
    "MEASURES",
    "OPP_115",
    "Sign",
    "Spoken",
    "Topic",
    "find_document_title",
    "find_topics",
    "lead_topics",
    "likely_topics",
    "load_topics",
    "material_topics",
    "measure_spoken",
    "read_signs",
    "read_spoken",
    "weigh_spoken",
    "weigh_topics",
]

#: What is counted of a topic's signs, by name: the keys of the weights. Counts are of different words and grow by
#: their logarithm (base 2, one added); shares lie between 0 and 1.
MEASURES: Final = (
    "changed",  # whether a cue stands among the changed words
    "changed count",
    "beside count",
    "hint count",
    "opening",  # whether a clause opens with a cue
    "title share",  # of the clauses, how many stand under a title that names the topic
    "lead-in share",
    "document",  # whether the title of the whole text says that it is about the topic
    "share",  # of the cues among the changed words of a clause, how many are of this topic: the mean over clauses
    "rank",  # cues among the changed words, compared with the topic that has most
    "title alone",  # whether a clause without any cue among its changed words stands under a title of the topic
    "opening alone",  # whether such a clause opens with a cue
    "beside alone",  # of the cues beside the changed words of such a clause, how many are of this topic
    "hint alone",  # where no clause has a cue among its changed words: hints, compared with the topic that has most
    "clause count",
    "words",  # how likely the topic is by the learned words of the likeliest passage, as log-odds
    "words mean",  # the mean likelihood over all passages
    "words rank",  # the likelihood of the likeliest passage, compared with that of the topic that has most
)
#: Topics without any sign that no passage makes likelier than this are left out.
_LEAST_LIKELY: Final = 0.1
#: Likelihoods are compared with that of the likeliest topic, or with this where none is as likely.
_LEAST_LEAD: Final = 0.3
#: Log-odds are counted within this, and a third of them.
_MOST_ODDS: Final = 6.0
#: Those that are added up, or compared, clause by clause.
_SUMS: Final = ("title share", "lead-in share", "share", "title alone", "opening alone", "beside alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWeights:
    """How likely a topic is, given what was counted: a logistic function of the weighted sum."""

    base: float
    """What is added to the sum."""
    weights: Mapping[str, float]
    """By the names in `MEASURES`."""
    own: Mapping[str, float]
    """What is added for a topic by itself: some are oftener what a change is about than their words say."""
    likely: float
    """A topic of this likelihood or more is one of the change's."""
    least: float
    """Where no topic is likely, the likeliest is taken from here on, and otherwise `other`."""


@cache
def load_topic_weights() -> TopicWeights:
    """Return the weights of the data file.

    Raises:
        LexiconError: If the file does not give a number for each name in `MEASURES`.
    """
    fields = read_lexicon("weights/topics.json")
    weights = fields.get("weights")
    if not isinstance(weights, dict) or set(weights) != set(MEASURES):
        raise LexiconError(f"weights/topics.json: expected weights for {', '.join(MEASURES)}")
    own = fields.get("own")
    if not isinstance(own, dict) or set(own) != set(TOPICS):
        raise LexiconError(f"weights/topics.json: expected what each topic has of its own: {', '.join(TOPICS)}")
    return TopicWeights(
        base=number(fields.get("base")),
        weights={name: number(value) for name, value in weights.items()},
        own={name: number(value) for name, value in own.items()},
        likely=number(fields.get("likely")),
        least=number(fields.get("least")),
    )


def find_topics(words: str, *, title: str = "", language: str | None = None) -> tuple[str, ...]:
    """Return the topics of which `words` or `title` hold a cue, in the order of `TOPICS`."""
    folded, head = fold_case(words), fold_case(title)
    named = {topic for topic, listed in find_phrases(folded, ((0, len(folded)),), language) if listed == "cues"}
    in_title = find_phrases(head, ((0, len(head)),), language)
    named |= {topic for topic, listed in in_title if listed in {"cues", "titles"}}
    return tuple(name for name in TOPICS if name in named)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What of a clause speaks of topics: its signs, and what words weigh."""

    signs: frozenset[Sign]
    readings: tuple[Reading, ...] = ()


def read_spoken(wording: Wording, findings: Sequence[Finding] = (), *, document: str = "") -> Spoken:
    """Return what of a changed clause speaks of topics.

    Args:
        wording: The clause.
        findings: What the rules found in it.
        document: The title of the text in which it stands, by `find_document_title`.
    """
    signs = read_signs(wording, findings, document=document)
    return Spoken(signs, read_passages(wording, findings, signs))


def weigh_topics(wording: Wording, findings: Sequence[Finding] = ()) -> dict[str, float]:
    """Return how likely each topic of which a changed clause speaks is, from 0 to 1."""
    return weigh_spoken([read_spoken(wording, findings)])


def weigh_spoken(clauses: Sequence[Spoken]) -> dict[str, float]:
    """Return how likely each topic of which some of `clauses` speak is, from 0 to 1.

    Args:
        clauses: Each clause that differs in meaning: one for its own topics, all of them for those of the change.
    """
    learned = load_topic_weights()
    sums = {
        topic: sum(
            (learned.weights[name] * value for name, value in counted.items()), learned.base + learned.own[topic]
        )
        for topic, counted in measure_spoken(clauses).items()
    }
    return {topic: 1 / (1 + math.exp(-value)) for topic, value in sums.items()}


def measure_spoken(clauses: Sequence[Spoken]) -> dict[str, dict[str, float]]:
    """Return what is counted, by the names in `MEASURES`, of each topic of which some of `clauses` speak."""
    counted = _measure_signs([one.signs for one in clauses])
    readings = [reading for one in clauses for reading in one.readings if reading.knows_topics]
    likely = {topic: [reading.likelihood(topic) for reading in readings] for topic in TOPICS} if readings else {}
    most = max((max(values) for values in likely.values()), default=1.0)
    nothing = {**dict.fromkeys(MEASURES, 0.0), "clause count": math.log2(max(1, len(clauses)))}
    has_title = any(measures["document"] for measures in counted.values())
    for topic, values in likely.items():
        top = max(values)
        if topic not in counted:
            # A text whose title names its topic is not about something else.
            if top < _LEAST_LIKELY or (topic == "other" and has_title):
                continue
            counted[topic] = dict(nothing)
        odds = math.log(top / (1 - top)) if 0 < top < 1 else _MOST_ODDS * (1 if top else -1)
        counted[topic] |= {
            "words": max(-_MOST_ODDS, min(_MOST_ODDS, odds)) / 3,
            "words mean": sum(values) / len(values),
            "words rank": top / max(most, _LEAST_LEAD),
        }
    return counted


def _measure_signs(clauses: Sequence[Iterable[Sign]]) -> dict[str, dict[str, float]]:
    words: dict[str, dict[SignPlace, set[str]]] = {}
    sums: dict[str, dict[str, float]] = {}
    part = 1 / max(1, len(clauses))
    for signs in clauses:
        own = _group(signs)
        total = _count(own, "changed")
        total_beside = _count(own, "beside")
        for topic, places in own.items():
            known = words.setdefault(topic, {place: set() for place in SIGN_PLACES})
            for place in SIGN_PLACES:
                known[place] |= places[place]
            counted = sums.setdefault(topic, dict.fromkeys(_SUMS, 0.0))
            counted["title share"] += part * bool(places["title"])
            counted["lead-in share"] += part * bool(places["lead-in"])
            counted["share"] += part * len(places["changed"]) / max(1, total)
            if not total:
                for name, value in (
                    ("title alone", float(bool(places["title"]))),
                    ("opening alone", float(bool(places["opening"]))),
                    ("beside alone", len(places["beside"]) / max(1, total_beside)),
                ):
                    counted[name] = max(counted[name], value)
    most = max((len(places["changed"]) for places in words.values()), default=0)
    most_hints = max((len(places["hint"]) for places in words.values()), default=0)
    return {
        topic: {
            **dict.fromkeys(("words", "words mean", "words rank"), 0.0),
            **sums[topic],
            "changed": float(bool(places["changed"])),
            "changed count": _grow(places["changed"]),
            "beside count": _grow(places["beside"] - places["changed"]),
            "hint count": _grow(places["hint"] - places["changed"]),
            "opening": float(bool(places["opening"])),
            "document": float(bool(places["document"])),
            "rank": len(places["changed"]) / max(1, most),
            "hint alone": 0.0 if most else len(places["hint"]) / max(1, most_hints),
            "clause count": math.log2(max(1, len(clauses))),
        }
        for topic, places in words.items()
    }


def _count(own: Mapping[str, Mapping[SignPlace, set[str]]], place: SignPlace) -> int:
    return sum(len(places[place]) for places in own.values())


def _group(signs: Iterable[Sign]) -> dict[str, dict[SignPlace, set[str]]]:
    grouped: dict[str, dict[SignPlace, set[str]]] = {}
    for sign in signs:
        grouped.setdefault(sign.topic, {place: set() for place in SIGN_PLACES})[sign.place].add(sign.words)
    return grouped


def _grow(words: set[str]) -> float:
    return math.log2(1 + len(words))


def likely_topics(weights: Mapping[str, float]) -> tuple[str, ...]:
    """Return the topics that are likely enough to be told without doubt, in the order of `TOPICS`; often none.

    `other` is none of them: it says that a difference is about something else, not what.
    """
    return tuple(name for name in _topics_from(load_topic_weights().likely, weights) if name != "other")


def lead_topics(weights: Mapping[str, float]) -> tuple[str, ...]:
    """Return the likely topics, or else the likeliest, in the order of `TOPICS`.

    Empty where none is even possible: the topic is `other` then.
    """
    learned = load_topic_weights()
    least = max(learned.least, max(weights.values(), default=0.0))
    return _topics_from(learned.likely, weights) or _topics_from(least, weights)


def _topics_from(least: float, weights: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(name for name in TOPICS if weights.get(name, 0.0) >= least)
