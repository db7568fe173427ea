"""Which sentence of a version took the place of one that is gone: by the words that they share.

Every search goes through an index of words, or over the few sentences of one clause, so that no text makes it slow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tracker.classify.ledger_lexicon import load_ledger_lexicon
from tracker.classify.ledger_pages import Place
from tracker.classify.ledger_sides import content_words
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
        self.contents = {words: content_words(place.sentence.text) for words, place in places.items()}
        self._postings: defaultdict[str, list[str]] = defaultdict(list)
        for words, content in self.contents.items():
            for word in content:
                self._postings[word].append(words)

    def find(self, content: frozenset[str]) -> list[str]:
        """Return the sentences that are alike enough to stand for one with the words `content`, the likest first."""
        weighty = content - load_ledger_lexicon().words["generic"]
        near = {
            words
            for word in content
            for words in (self._postings[word] if len(self._postings.get(word, ())) <= _MOST_POSTINGS else ())
        }
        scored = [(_likeness(content, self.contents[words]), words) for words in near]
        return [
            words
            for score, words in sorted(scored, key=lambda item: (-item[0], item[1]))
            # A short one may stand inside a longer one: "we do not sell your data".
            if score >= _LIKE_ELSEWHERE or (weighty and weighty <= self.contents[words])
        ]


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
        content = content_words(text)
        near = by_line.get(place.line, ())
        if len(near) * in_line[place.line] <= _MOST_PAIRS:
            every = frozenset(words_of(text))
            for key in near:
                # In the same clause small words tell as well.
                other = frozenset(words_of(fresh[key].sentence.text))
                score = max(_likeness(content, index.contents[key]), _likeness(every, other))
                if score >= _LIKE_IN_LINE:
                    yield 1 + score, number, key
        for key in index.find(content):
            yield _likeness(content, index.contents[key]), number, key
