"""Two sentences side by side: their words, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from tracker.classify.cues import fold_case
from tracker.classify.ledger.lexicon import load_ledger_lexicon
from tracker.classify.ledger.words import WORD
from tracker.model import Quote, Span

_SHORTEST_PLURAL: Final = 3


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sentences, as words."""

    text: str
    folded: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Side:
        """Return `text` as words."""
        folded = fold_case(text)
        matches = list(WORD.finditer(folded))
        return cls(
            text,
            folded,
            tuple(match.group() for match in matches),
            tuple(match.start() for match in matches),
            tuple(match.end() for match in matches),
        )

    def quote(self, first: int, last: int) -> Quote:
        """Return the words from `first` up to before `last`."""
        start = self.starts[first]
        return Quote(text=self.text[start : self.ends[last - 1]], start=start)


def content_words(text: str) -> frozenset[str]:
    """Return the words of `text` that bear weight, as `fold_case` writes them."""
    return frozenset(map(_stem, set(WORD.findall(fold_case(text))) - load_ledger_lexicon().words["plain_words"]))


def weighty_words(text: str) -> frozenset[str]:
    """Return the words of `text` that bear weight, without those that name all data: what tells it from others."""
    return content_words(text) - load_ledger_lexicon().words["generic"]


def _stem(word: str) -> str:
    """Return `word` without the mark of a plural or a genitive.

    >>> [_stem(word) for word in ("users'", "member's", "members", "gas")]
    ['user', 'member', 'member', 'gas']
    """
    word = word.removesuffix("'s").rstrip("'")
    return word[:-1] if len(word) > _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True, slots=True)
class Block:
    """Words that differ: places in the words of either side."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def find_blocks(before: Side, after: Side) -> list[Block]:
    """Return the parts in which the words of two sentences differ, in order; for sentences of bounded length."""
    matcher = SequenceMatcher(a=before.words, b=after.words, autojunk=False)
    return [Block(*places) for tag, *places in matcher.get_opcodes() if tag != "equal"]


def make_redline(before: Side, after: Side) -> Iterator[Span]:
    """Yield the redline of two sentences of bounded length, word by word."""
    old_at = new_at = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=before.words, b=after.words, autojunk=False).get_opcodes():
        old_end = before.starts[i2] if i2 < len(before.words) else len(before.text)
        new_end = after.starts[j2] if j2 < len(after.words) else len(after.text)
        old, new = before.text[old_at:old_end], after.text[new_at:new_end]
        if tag == "equal" and old == new:
            yield Span("=", old)
        else:
            if i1 < i2 and old:
                yield Span("-", old)
            if j1 < j2 and new:
                yield Span("+", new)
        if i1 < i2:
            old_at = old_end
        if j1 < j2:
            new_at = new_end
