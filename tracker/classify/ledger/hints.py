"""The rules by which a reworded promise or power is less than it was, or more, each with its evidence.

A promise is weakened by an exception, a limit, a smaller object, a list that is longer behind `only` or shorter behind
`not`; a power grows with its list and its freedoms, and shrinks with its conditions. Each rule has its case in
`tests/classify/test_ledger_fates.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.classify.cues import fold_case
from tracker.classify.ledger.lexicon import load_ledger_lexicon
from tracker.classify.ledger.reading import Reading
from tracker.classify.ledger.sides import Block, Side, content_words, find_blocks
from tracker.classify.ledger.words import WORD
from tracker.model import Quote

#: Which way a rule cuts: the promise or the power is less than it was, or more.
LESS: Final = -1
MORE: Final = 1
#: Words of a sentence that are compared one by one; longer sentences are not.
MOST_COMPARED: Final = 200
#: Words of weight that may differ beside those on which a rule rests: with more, the sentence says something else too.
_MOST_BESIDE: Final = 2
#: Words of an inserted passage that is read for cues as a whole, and of the beginning that is read of a longer one.
_SHORT_PART: Final = 8
_LEAD: Final = 3
#: Characters behind a cue that belong to it: `unless the law asks for it`.
_REACH: Final = 60
_ONLY: Final = frozenset({"only", "solely", "exclusively", "nur", "uniquement"})
_JOINTS: Final = frozenset({"and", "or", "nor", "und", "oder", "noch", "et", "ou", "ni"})
_LIST: Final = re.compile(r",|\b(?:and|or|nor)\b")
#: How much a promise about what is not done holds back.
_RANKS: Final = {"never": 2, "not": 2, "only": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What one rule found: which way the sentence went, `LESS` or `MORE`."""

    way: int
    rule: str
    before: Quote | None = None
    after: Quote | None = None


def find_hints(
    old: Reading, new: Reading, before: Side, after: Side, language: str | None
) -> Iterator[Hint]:  # fmt: skip
    """Yield what each rule finds between a promise or power and its new wording: which way it went, and by what."""
    if max(len(before.words), len(after.words)) > MOST_COMPARED:
        return
    blocks = find_blocks(before, after)
    told = [*_compare_modality(old, new), *_compare_verbs(old, new), *_compare_objects(old, new)]
    cues = list(_compare_cues(old, before, after, blocks, language))
    for hint in [*told, *cues]:
        if _weight_beside(hint, before, after, blocks) <= _MOST_BESIDE:
            yield hint
    if not cues and not told:
        yield from _compare_lists(old, new, before, after, blocks)


def _weight_beside(hint: Hint, before: Side, after: Side, blocks: Sequence[Block]) -> int:
    """Return how many words of weight differ beside those on which `hint` rests."""
    light = load_ledger_lexicon().words["generic"]
    beside = 0
    for block in blocks:
        for side, quote, start, end in (
            (before, hint.before, block.old_start, block.old_end),
            (after, hint.after, block.new_start, block.new_end),
        ):
            words = {
                side.words[place]
                for place in range(start, end)
                if quote is None or not quote.start <= side.starts[place] < quote.end + _REACH
            }
            beside += len(content_words(" ".join(words)) - light)
    return beside


def _compare_modality(old: Reading, new: Reading) -> Iterator[Hint]:
    ranks = _RANKS.get(old.modality), _RANKS.get(new.modality)
    if None in ranks or ranks[0] == ranks[1] or not set(old.verbs) & set(new.verbs):
        return
    way = MORE if (ranks[1] or 0) > (ranks[0] or 0) else LESS
    yield Hint(
        way=way,
        rule="only-to-not" if way == MORE else "not-to-only",
        before=Quote(text=old.sentence.text[old.start : old.end], start=old.start),
        after=Quote(text=new.sentence.text[new.start : new.end], start=new.start),
    )


def _compare_verbs(old: Reading, new: Reading) -> Iterator[Hint]:
    one, two = set(old.verbs), set(new.verbs)
    if not one or not two or one == two or "only" in {old.modality, new.modality} or not (one < two or two < one):
        return
    yield Hint(
        way=MORE if one < two else LESS,
        rule="verbs-more" if one < two else "verbs-fewer",
        before=Quote(text=old.sentence.text[old.start : old.end], start=old.start),
        after=Quote(text=new.sentence.text[new.start : new.end], start=new.start),
    )


def _compare_objects(old: Reading, new: Reading) -> Iterator[Hint]:
    """`your data` became `the contents of your chats`: what is not spoken of is not promised."""
    is_denial = {old.modality, new.modality} <= {"not", "never"}
    if not (is_denial or old.kind == "power") or not set(old.verbs) & set(new.verbs):
        return
    if not old.acts_on or not new.acts_on or old.acts_on.casefold() == new.acts_on.casefold():
        return
    wide, now_wide = is_generic(old.acts_on), is_generic(new.acts_on)
    if wide != now_wide:
        way = LESS if wide else MORE
    else:
        one, two = content_words(old.acts_on), content_words(new.acts_on)
        longer = len(_LIST.findall(new.acts_on.lower())) - len(_LIST.findall(old.acts_on.lower()))
        if one < two and longer > 0:
            way = MORE
        elif two < one and longer < 0:
            way = LESS
        else:
            return
    yield Hint(
        way=way,
        rule="object-smaller" if way == LESS else "object-larger",
        before=_quote_words(old.sentence.text, old.acts_on),
        after=_quote_words(new.sentence.text, new.acts_on),
    )


def _quote_words(text: str, words: str) -> Quote:
    return Quote(text=words, start=max(0, text.find(words)))


def is_generic(acts_on: str) -> bool:
    """Whether the words name all data, not some: `your personal information`."""
    lists = load_ledger_lexicon().words
    words = WORD.findall(fold_case(acts_on))
    return set(words) <= lists["generic"] and not lists["heads"].isdisjoint(words)


def _compare_cues(
    old: Reading, before: Side, after: Side, blocks: Sequence[Block], language: str | None
) -> Iterator[Hint]:
    """Exceptions and limits of a promise, conditions and freedoms of a power, among the words that differ."""
    lists = (
        [("exceptions", "exception", LESS), ("limits", "limit", LESS)]
        if old.kind == "promise"
        else [("conditions", "condition", LESS), ("freedoms", "freedom", MORE)]
    )
    for name, rule, way in lists:
        if old.modality == "only" and name == "limits":
            continue
        gone = _changed_cues(name, before, [(block.old_start, block.old_end) for block in blocks], language)
        come = _changed_cues(name, after, [(block.new_start, block.new_end) for block in blocks], language)
        known_old = {quote.text.casefold() for quote in _all_cues(name, before, language)}
        known_new = {quote.text.casefold() for quote in _all_cues(name, after, language)}
        added = next((quote for quote in come if quote.text.casefold() not in known_old), None)
        lost = next((quote for quote in gone if quote.text.casefold() not in known_new), None)
        if added is not None and lost is None:
            yield Hint(way=way, rule=f"{rule}-added", after=added)
        elif lost is not None and added is None:
            yield Hint(way=-way, rule=f"{rule}-removed", before=lost)


def _all_cues(name: str, side: Side, language: str | None) -> list[Quote]:
    found = load_ledger_lexicon().cues[name].find_all(side.folded, language=language)
    return [Quote(text=side.text[start:end], start=start) for start, end in found]


def _changed_cues(
    name: str, side: Side, ranges: Sequence[tuple[int, int]], language: str | None
) -> list[Quote]:  # fmt: skip
    marks = [
        # In a long passage a cue belongs to what stands before it there, not to the sentence.
        (side.starts[first], side.ends[last - 1 if last - first <= _SHORT_PART else min(last, first + _LEAD) - 1])
        for first, last in ranges
        if first < last
    ]
    return [
        quote
        for quote in _all_cues(name, side, language)
        if any(start < quote.end and quote.start < end for start, end in marks)
    ]


def _compare_lists(old: Reading, new: Reading, before: Side, after: Side, blocks: Sequence[Block]) -> Iterator[Hint]:
    """Words that only came, or only went: an item of a list, or a phrase that says to whom or for what."""
    plain = load_ledger_lexicon().words["plain_words"]
    inserted = [
        (block.new_start, block.new_end)
        for block in blocks
        if not set(after.words[block.new_start : block.new_end]) <= plain
    ]
    deleted = [
        (block.old_start, block.old_end)
        for block in blocks
        if not set(before.words[block.old_start : block.old_end]) <= plain
    ]
    if bool(inserted) == bool(deleted):
        return
    side, ranges, sign = (after, inserted, 1) if inserted else (before, deleted, -1)
    reading = new if inserted else old
    weighed = [(*_weigh_part(reading, side, first, last), first, last) for first, last in ranges]
    if not all(way for way, *_ in weighed):
        return
    for way, rule, first, last in weighed:
        quote = side.quote(first, last)
        ending = "added" if sign > 0 else "removed"
        yield Hint(
            way=way * sign,
            rule=f"{rule}-{ending}",
            before=None if sign > 0 else quote,
            after=quote if sign > 0 else None,
        )


def _weigh_part(reading: Reading, side: Side, first: int, last: int) -> tuple[int, str]:
    """Return which way the sentence goes by having the words from `first` to `last`; 0 where no rule tells."""
    lists = load_ledger_lexicon().words
    words = side.words[first:last]
    is_item = words[0] in _JOINTS or words[-1] in _JOINTS
    is_phrase = not is_item and words[0] in lists["prepositions"]
    said = bisect_left(side.starts, reading.end)
    # Behind "except", "as defined in" and the like, an item adds to that.
    is_within = first >= said and lists["scope_ends"].isdisjoint(side.words[said:first])
    if reading.modality in {"not", "never"}:
        if is_item:
            return (MORE, "item") if is_within else (0, "")
        # "we do not sell it" and "we do not sell it to brokers": the longer promise is the smaller one.
        return (LESS, "phrase") if is_phrase and last == len(side.words) else (0, "")
    if reading.modality == "only" and is_item:
        only = next((place for place, word in enumerate(side.words) if word in _ONLY), None)
        # "only to send codes or news" lets more pass; "your name and number only to" holds more back.
        return (0, "") if only is None else (LESS, "item") if first > only else (MORE, "item")
    if reading.kind == "power" and is_item and "except" not in side.words[:first]:
        return (MORE, "item")
    return 0, ""
