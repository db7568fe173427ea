"""What words weigh, learned from sentences that readers labelled: which way they cut, and what they are about.

Rules say why a sentence cuts one way; many sentences meet no rule, or meet one by accident. The weights of
`weights/words-<language>.json`, which `benchmarks/learn_words.py` learned, weigh all that is counted in a changed
passage (`passages.py`). Belongs here: the sums, and what is told by them. Does not belong here: any word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import LexiconError, read_lexicon, texts
from tracker.classify.evidence import WORDS, Rule, is_sure, number, one_of, shorten
from tracker.classify.passages import Passage, count_passage, split_passages, whole_passage
from tracker.classify.stances import points_elsewhere, replaced_ranges
from tracker.classify.topic_signs import Sign
from tracker.classify.wording import Range, Side, Wording, overlapping, words_of
from tracker.model import FACETS, TOPICS, Effect, Facet, Finding, Quote

#: What is told of a passage besides its topics: whether it widens rather than narrows, whether rights, duties or
#: practices differ by it, whether an advocate wants an alert, whether it cuts neither way, whether it only says the
#: same in other words, whether it is no part of a policy (menus, banners, advertising).
QUESTIONS: Final = ("widens", "meaning", "material", "neutral", "wording", "chrome")
#: Languages that have weights.
LEARNED: Final = ("en", "de", "fr")
#: The rule that findings cite whose passage no other rule tells.
WORDS_RULE: Final = Rule(id=WORDS, weight=0.6, confidence=0.9)

#: What is believed where nothing was learned; of the rest nothing is.
_UNKNOWN: Final[Mapping[str, float]] = {"meaning": 0.6, "material": 1.0}
_MOST_ODDS: Final = 50.0
#: So many characters of a sentence are looked at to tell its language.
_LONGEST_GUESSED: Final = 2000
#: A passage from here on is told as a finding; no more than so many of a clause are.
_LEAST_TOLD: Final = 0.5
_MOST_TOLD: Final = 4
_LEAST_TOPIC: Final = 0.3
#: In characters.
_LONGEST_QUOTED: Final = 2000
#: What a rule finds in a passage is dropped where it is less likely than this that the passage means anything; more is
#: asked where a rule has only a hint, and nothing of a sure one.
_LEAST_MEANING: Final = 0.3
_LEAST_HINT: Final = 0.5
#: At the ends of a quotation.
_AROUND: Final = " ,;:\n\u2022"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the weights say of a passage."""

    passage: Passage
    sums: Mapping[str, float]
    """Log-odds, by question and topic: of those that were learned in its language."""

    @property
    def knows_topics(self) -> bool:
        """Whether words speak of topics in its language."""
        return TOPICS[0] in self.sums

    def likelihood(self, question: str) -> float:
        """Return the answer to one of `QUESTIONS`, or how likely a topic is, from 0 to 1."""
        if question not in self.sums:
            return _UNKNOWN.get(question, 0.0)
        return 1 / (1 + math.exp(-max(-_MOST_ODDS, min(_MOST_ODDS, self.sums[question]))))

    @property
    def lean(self) -> float:
        """How plainly it widens (up to 1) or narrows (down to -1), by how likely it bears meaning at all."""
        return math.tanh(self.sums.get("widens", 0.0) / 2) * self.likelihood("meaning")


@cache
def load_words(language: str) -> Mapping[str, Mapping[str, float]]:
    """Return the weights of a language: by what is counted, then by question and topic.

    Raises:
        LexiconError: If the file of that language is not such a table.
    """
    fields = read_lexicon(f"weights/words-{language}.json")
    table = fields.get("weights")
    if not isinstance(table, dict):
        raise LexiconError(f"weights/words-{language}.json: expected weights")
    found: dict[str, dict[str, float]] = {}
    for counted, weights in table.items():
        if not isinstance(weights, dict):
            raise LexiconError(f"weights/words-{language}.json: expected weights for {counted!r}")
        found[counted] = {name: number(value) for name, value in weights.items()}
    return found


@cache
def _load_facets() -> Mapping[str, Facet]:
    facets = read_lexicon("lexicon/words.json")["facets"]
    if not isinstance(facets, dict):
        raise LexiconError("lexicon/words.json: expected a facet for each topic that has one")
    return {topic: one_of(facet, FACETS) for topic, facet in facets.items()}


@cache
def _load_common() -> Mapping[str, frozenset[str]]:
    common = read_lexicon("lexicon/words.json")["common"]
    if not isinstance(common, dict) or set(common) != set(LEARNED):
        raise LexiconError("lexicon/words.json: expected common words of each language that has weights")
    return {language: frozenset(texts(common[language])) for language in LEARNED}


def weigh_passage(language: str, passage: Passage, counted: Mapping[str, float]) -> Reading:
    """Return what the weights of a language say of what was counted in a passage."""
    return Reading(passage, add_weights(load_words(language), passage, counted))


def add_weights(
    table: Mapping[str, Mapping[str, float]], passage: Passage, counted: Mapping[str, float]
) -> dict[str, float]:
    """Return the log-odds, by question and topic, that the weights of `table` give what was counted in a passage."""
    sums = dict.fromkeys(table.get(f"op: {passage.op}", ()), 0.0)
    for name, value in counted.items():
        if name in table:
            size = abs(value)
            for question, weight in table[name].items():
                # Which way a passage cuts turns round where it went; what it is about does not.
                sums[question] += weight * (value if question == "widens" else size)
    return sums


def read_passages(wording: Wording, findings: Iterable[Finding], signs: Iterable[Sign]) -> tuple[Reading, ...]:
    """Return what the weights say of each passage of a clause; nothing in a language that has none.

    Args:
        wording: The clause.
        findings: What the rules found in it.
        signs: The signs of topics that it bears.
    """
    language = wording.language or _guess_language(wording)
    if language not in LEARNED:
        return ()
    found, known = tuple(findings), tuple(signs)
    passages = split_passages(wording) or [whole_passage(wording)]
    return tuple(weigh_passage(language, one, count_passage(wording, one, found, known)) for one in passages)


def _guess_language(wording: Wording) -> str | None:
    """Return the language whose common words the changed sentences hold most of; None where there are none of any."""
    words = Counter(
        word
        for side in (wording.old, wording.new)
        for start, end in side.sentences
        for word in words_of(side.text[start : min(end, start + _LONGEST_GUESSED)])
    )
    counts = {language: sum(words[word] for word in common) for language, common in _load_common().items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else None


def keep_meaningful(wording: Wording, findings: Sequence[Finding], readings: Sequence[Reading]) -> tuple[Finding, ...]:
    """Return `findings` without those of passages that by all their words mean nothing.

    Sure rules are believed, and so are those that say that a difference cuts neither way, and what leads in a list: its
    items may be no more than names.
    """
    if wording.lead:
        return tuple(findings)
    return tuple(
        finding
        for finding in findings
        if is_sure(finding)
        or finding.effect == "neutral"
        or all(
            reading.likelihood("meaning") >= (_LEAST_HINT if finding.rule.endswith("-hint") else _LEAST_MEANING)
            for reading in readings
            if reading.passage.holds(finding)
        )
    )


def tell_passages(wording: Wording, readings: Sequence[Reading], findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a finding for each passage that plainly cuts one way where no rule says so, the plainest first."""
    told = 0
    for reading in sorted(readings, key=lambda one: -abs(one.lean)):
        if abs(reading.lean) < _LEAST_TOLD or told == _MOST_TOLD:
            return
        effect: Effect = "widens" if reading.lean > 0 else "narrows"
        quoted = [one for one in findings if reading.passage.holds(one)]
        if _only_points(wording, reading.passage):
            continue
        if any(one.effect == effect or is_sure(one) for one in quoted):
            continue
        before, after = _quotes(wording, reading.passage)
        if before is not None or after is not None:
            told += 1
            yield Finding(
                facet=_facet_of(reading),
                before=before,
                after=after,
                effect=effect,
                rule=WORDS_RULE.id,
                confidence=round(min(WORDS_RULE.confidence, abs(reading.lean)), 2),
                summary=_summary(before, after),
            )


def _only_points(wording: Wording, passage: Passage) -> bool:
    """Return whether a sentence that came or went says where something is told, and not that something may be done."""
    return passage.op != "modified" and any(
        points_elsewhere(side.folded, sentence, wording.language)
        for side, sentences in ((wording.old, passage.old), (wording.new, passage.new))
        for sentence in sentences
    )


def _facet_of(reading: Reading) -> Facet:
    facets = _load_facets()
    topic = max(facets, key=reading.likelihood)
    return facets[topic] if reading.likelihood(topic) >= _LEAST_TOPIC else "assurance"


def _quotes(wording: Wording, passage: Passage) -> tuple[Quote | None, Quote | None]:
    """Return what is quoted of the old and the new text: a sentence, or words that took each other's place.

    Where none did, the first words that came, or else went, are quoted alone.
    """
    if passage.op != "modified":
        return _quote(wording.old, passage.old), _quote(wording.new, passage.new)
    for old, new in replaced_ranges(wording):
        if passage.has(old[0], is_new=False) and passage.has(new[0], is_new=True):
            quotes = _quote(wording.old, [old]), _quote(wording.new, [new])
            if all(quotes):
                return quotes
    came = [place for sentence in passage.new for place in overlapping(wording.new.changed, *sentence)]
    if (quote := _quote(wording.new, came)) is not None:
        return None, quote
    return _quote(wording.old, [p for one in passage.old for p in overlapping(wording.old.changed, *one)]), None


def _quote(side: Side, places: Sequence[Range]) -> Quote | None:
    """Return the first of `places` that holds a word, without the marks and blanks around it."""
    for start, end in places:
        words = side.text[start : min(end, start + _LONGEST_QUOTED)]
        kept = words.strip().strip(_AROUND).strip()
        if kept:
            lead = words.index(kept)
            return side.quote(start + lead, start + lead + len(kept))
    return None


def _summary(before: Quote | None, after: Quote | None) -> str:
    if before is not None and after is not None:
        return f"'{shorten(before.text)}' became '{shorten(after.text)}'"
    if after is not None:
        return f"new: '{shorten(after.text)}'"
    return f"gone: '{shorten(before.text if before is not None else '')}'"
