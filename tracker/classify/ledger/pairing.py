"""Which sentence of a version took the place of one that is gone: by the words that they share.

Every search goes through an index of words, or over the few sentences of one clause, so that no text makes it slow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tracker.classify.ledger.pages import Place
from tracker.classify.ledger.sides import weighty_words
from tracker.classify.wording import words_of
from tracker.model import CommitmentKind

#: Share of its words that a sentence has in common with the one that took its place: in the same clause, and elsewhere.
_LIKE_IN_LINE: Final = 0.5
_LIKE_ELSEWHERE: Final = 0.6
#: Most sentences in which a word stands that leads from one to another: commoner ones lead nowhere.
_MOST_POSTINGS: Final = 60
#: Most pairs of sentences of one clause that are compared each with each.
_MOST_PAIRS: Final = 4_000


def _likeness(one: frozenset[str], two: frozenset[str]) -> float:
    """Return the share of words that two sentences have in common, 0 to 1."""
    if len(one) <= 1 or len(two) <= 1:
        return float(one == two and bool(one))
    return 2 * len(one & two) / (len(one) + len(two))


class SentenceIndex:
    """Finds the sentences that share words of weight with another one."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        """Index the sentences of `places` by their words."""
        self._contents = {key: weighty_words(place.sentence.text) for key, place in places.items()}
        self._postings: defaultdict[str, list[str]] = defaultdict(list)
        for key, content in self._contents.items():
            for word in content:
                self._postings[word].append(key)

    def find(self, text: str) -> list[tuple[float, str]]:
        """Return (likeness, sentence) of those that may stand for `text` wherever they stand, the likest first."""
        words = weighty_words(text)
        postings = (self._postings.get(word, ()) for word in words)
        near = {key for keys in postings if len(keys) <= _MOST_POSTINGS for key in keys}
        scored = sorted(((_likeness(words, self._contents[key]), key) for key in near), key=lambda it: (-it[0], it[1]))
        return [
            (score, key)
            for score, key in scored
            # A short one may stand inside a longer one.
            if score >= _LIKE_ELSEWHERE or (len(words) > 1 and words <= self._contents[key])
        ]

    def compare(self, text: str, key: str) -> float:
        """Return how alike `text` and the sentence `key` are by their words of weight."""
        return _likeness(weighty_words(text), self._contents[key])


def pair_sentences(
    lost: Sequence[tuple[CommitmentKind, Place]], fresh: Mapping[str, Place]
) -> Iterator[tuple[int, str]]:  # fmt: skip
    """Yield which sentence of `lost`, by its place there, goes on as which of `fresh`, the likest first.

    No sentence of either side is paired twice for one kind of commitment.
    """
    scored = sorted(_score([place for _, place in lost], fresh), key=lambda item: (-item[0], item[1], item[2]))
    olds: set[int] = set()
    news: set[tuple[CommitmentKind, str]] = set()
    for _, number, target in scored:
        kind = lost[number][0]
        if number not in olds and (kind, target) not in news:
            olds.add(number)
            news.add((kind, target))
            yield number, target


def _score(lost: Sequence[Place], fresh: Mapping[str, Place]) -> Iterator[tuple[float, int, str]]:
    """Yield (likeness, place in `lost`, new sentence) for those that may be the same sentence in other words."""
    if not lost or not fresh:
        return
    index = SentenceIndex(fresh)
    by_line: defaultdict[int, list[str]] = defaultdict(list)
    for key, place in fresh.items():
        by_line[place.line].append(key)
    in_line = Counter(place.line for place in lost)
    for number, place in enumerate(lost):
        text = place.sentence.text
        near = by_line.get(place.line, ())
        if len(near) * in_line[place.line] <= _MOST_PAIRS:
            every = frozenset(words_of(text))
            for key in near:
                # In the same clause small words tell as well.
                other = frozenset(words_of(fresh[key].sentence.text))
                score = max(index.compare(text, key), _likeness(every, other))
                if score >= _LIKE_IN_LINE:
                    yield 1 + score, number, key
        for score, key in index.find(text):
            yield score, number, key
