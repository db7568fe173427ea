"""What became of a promise or a power whose sentence was reworded: a small table of rules, each with its evidence.

A promise is weakened by an exception, a limit, a smaller object, a list that is longer behind `only` or shorter behind
`not`; a power grows with its list and its freedoms, and shrinks with its conditions. Where rules point both ways, or
none applies although words of weight differ, nothing is claimed: `unclear`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from tracker.classify.cues import fold_case
from tracker.classify.facets import combine_effects, rule_weights
from tracker.classify.ledger_lexicon import is_read, load_ledger_lexicon
from tracker.classify.ledger_reading import Reading, Statement, list_statements, sentence_key
from tracker.classify.lists import compare_lists
from tracker.classify.quantities import compare_quantities
from tracker.classify.scales import compare_scales
from tracker.classify.wording import read_wording
from tracker.model import ClauseChange, CommitmentKind, Fate, Quote, SectionRef, Span

#: Words of a sentence that are compared one by one; longer sentences are compared by their words alone.
_MOST_COMPARED: Final = 200
#: Words of weight that may differ beside those on which a rule rests: with more, the sentence says something else too.
_MOST_BESIDE: Final = 2
#: Words of an inserted passage that is read for cues as a whole, and of the beginning that is read of a longer one.
_SHORT_PART: Final = 8
#: Characters behind a cue that belong to it: `unless the law asks for it`.
_REACH: Final = 60
_LEAD: Final = 3
_WORD: Final = re.compile(r"\w+(?:['-]\w+)*")
_SHORTEST_PLURAL: Final = 3
_ONLY: Final = frozenset({"only", "solely", "exclusively", "nur", "uniquement"})
_JOINTS: Final = frozenset({"and", "or", "nor", "und", "oder", "noch", "et", "ou", "ni"})
_LIST: Final = re.compile(r",|\b(?:and|or|nor)\b")

#: Which way a rule cuts: the promise or the power is less than it was, or more.
_LESS: Final = -1
_MORE: Final = 1
_FATES: Final[dict[tuple[CommitmentKind, int], Fate]] = {
    ("promise", _LESS): "narrowed",
    ("promise", _MORE): "strengthened",
    ("power", _LESS): "narrowed",
    ("power", _MORE): "widened",
}
_ENDS: Final[dict[CommitmentKind, Fate]] = {"promise": "broken-off", "power": "withdrawn"}
#: Facets that are asked where no rule of this module applies. Promises, their limits and modal verbs are its own.
_FACETS: Final = (compare_scales, compare_quantities, compare_lists)
#: How much a promise about what is not done holds back.
_RANKS: Final = {"never": 2, "not": 2, "only": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a sentence, and by which rule."""

    fate: Fate
    rule: str
    before: Quote | None = None
    after: Quote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hint:
    """What one rule found."""

    way: int
    rule: str
    before: Quote | None = None
    after: Quote | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two sentences, as words."""

    text: str
    folded: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> _Side:
        folded = fold_case(text)
        matches = list(_WORD.finditer(folded))
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
    return frozenset(map(_stem, set(_WORD.findall(fold_case(text))) - load_ledger_lexicon().words["plain_words"]))


def _stem(word: str) -> str:
    """Return `word` without the mark of a plural or a genitive.

    >>> [_stem(word) for word in ("users'", "member's", "members", "gas")]
    ['user', 'member', 'member', 'gas']
    """
    word = word.removesuffix("'s").rstrip("'")
    return word[:-1] if len(word) > _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss") else word


def end_of(kind: CommitmentKind) -> Fate:
    """Return what a commitment of `kind` is when its sentence is gone."""
    return _ENDS[kind]


def judge_rewording(
    old: Reading,
    new_text: str,
    new: Reading | None,
    *,
    section: SectionRef,
    language: str | None,
    names: Sequence[str] = (),
) -> Outcome:
    """Return what became of `old`, whose sentence is now `new_text`.

    Args:
        old: The sentence before, read as a promise or a power.
        new_text: The sentence after.
        new: That sentence read as one of the same kind; None where it is none.
        section: Where the sentence stands now.
        language: Primary language subtag; None where it is not known.
        names: What the publisher calls itself, beside `we`.
    """
    before, after = _Side.of(old.sentence.text), _Side.of(new_text)
    if before.words == after.words or sentence_key(before.text) == sentence_key(after.text):
        return Outcome(fate="kept", rule="same-words")
    if new is None:
        return _judge_unread(old, after, language, names)
    hints = list(_hints(old, new, before, after, language))
    ways = {hint.way for hint in hints}
    if len(ways) > 1:
        return Outcome(fate="unclear", rule="both-ways")
    if hints:
        first = hints[0]
        return Outcome(fate=_FATES[old.kind, first.way], rule=first.rule, before=first.before, after=first.after)
    if (found := _ask_facets(old.kind, before, after, section, language)) is not None:
        return found
    light = load_ledger_lexicon().words["generic"]
    if content_words(before.text) - light == content_words(after.text) - light:
        return Outcome(fate="kept", rule="same-meaning")
    return Outcome(fate="unclear", rule="no-rule")


def _ask_facets(
    kind: CommitmentKind, before: _Side, after: _Side, section: SectionRef, language: str | None
) -> Outcome | None:
    """Return what the room's rules for changed clauses say: a lower trigger, a longer period, one more recipient."""
    if max(len(before.words), len(after.words)) > _MOST_COMPARED:
        return None
    clause = ClauseChange(
        op="modified", section=section, old=before.text, new=after.text, redline=tuple(_redline(before, after))
    )
    wording = read_wording(clause, language)
    findings = [finding for compare in _FACETS for finding in compare(wording)]
    if any(span.tag == "+" and content_words(span.text) for span in clause.redline):
        # What is no longer named may be named otherwise: "specific messages", "any message".
        findings = [finding for finding in findings if finding.after is not None]
    effect = combine_effects(findings)
    if effect not in {"widens", "narrows"}:
        return Outcome(fate="unclear", rule="both-ways") if effect == "mixed" else None
    weights = rule_weights()
    first = max(
        (finding for finding in findings if finding.effect == effect),
        key=lambda finding: weights[finding.rule] * finding.confidence,
    )
    # What widens what the company may do is a larger power, and a smaller promise.
    way = _MORE if (effect == "widens") == (kind == "power") else _LESS
    return Outcome(fate=_FATES[kind, way], rule=first.rule, before=first.before, after=first.after)


def _redline(before: _Side, after: _Side) -> Iterator[Span]:
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


def _judge_unread(old: Reading, after: _Side, language: str | None, names: Sequence[str]) -> Outcome:
    """Return what became of `old` where the new sentence is no commitment of its kind."""
    if not is_read(language, "en") or not old.verbs:
        return Outcome(fate="unclear", rule="form-unread")
    same = next(
        (statement for statement in list_statements(after.text, names=names) if set(statement.verbs) & set(old.verbs)),
        None,
    )
    if same is None:
        return Outcome(fate="unclear", rule="form-unread")
    quote = Quote(text=after.text[same.start : same.end], start=same.start)
    before = Quote(text=old.sentence.text[old.start : old.end], start=old.start)
    if old.kind == "power":
        if same.is_denial:
            return Outcome(fate="withdrawn", rule="reversed", before=before, after=quote)
        if same.is_only:
            return Outcome(fate="narrowed", rule="only-added", before=before, after=quote)
        uses_data = any(
            old.verbs[0] in load_ledger_lexicon().verbs[name].plain for name in ("data", "gives", "takes")
        )  # fmt: skip
        if same.modal in {None, "will", "do", "be"} and uses_data:
            return Outcome(fate="widened", rule="may-to-does", before=before, after=quote)
        return Outcome(fate="unclear", rule="form-unread")
    if _is_reversed(old, same):
        return Outcome(fate="broken-off", rule="reversed", before=before, after=quote)
    if old.modality == "will" and same.modal in {"may", "can"}:
        return Outcome(fate="narrowed", rule="will-to-may", before=before, after=quote)
    return Outcome(fate="unclear", rule="form-unread")


def _is_reversed(old: Reading, same: Statement) -> bool:
    """Whether the company now does what it promised not to do, or no longer does what it promised to do."""
    if old.modality == "will":
        return same.is_denial
    return old.modality in {"not", "never"} and not same.is_denial and not same.is_only


def _hints(
    old: Reading, new: Reading, before: _Side, after: _Side, language: str | None
) -> Iterator[_Hint]:  # fmt: skip
    if max(len(before.words), len(after.words)) > _MOST_COMPARED:
        return
    blocks = [
        _Block(block[1], block[2], block[3], block[4])
        for block in SequenceMatcher(a=before.words, b=after.words, autojunk=False).get_opcodes()
        if block[0] != "equal"
    ]
    told = [*_compare_modality(old, new), *_compare_verbs(old, new), *_compare_objects(old, new)]
    cues = list(_compare_cues(old, before, after, blocks, language))
    for hint in [*told, *cues]:
        if _weight_beside(hint, before, after, blocks) <= _MOST_BESIDE:
            yield hint
    if not cues and not told:
        yield from _compare_lists(old, new, before, after, blocks)


@dataclass(frozen=True, slots=True)
class _Block:
    """Words that differ: places in the words of either side."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def _weight_beside(hint: _Hint, before: _Side, after: _Side, blocks: Sequence[_Block]) -> int:
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


def _compare_modality(old: Reading, new: Reading) -> Iterator[_Hint]:
    ranks = _RANKS.get(old.modality), _RANKS.get(new.modality)
    if None in ranks or ranks[0] == ranks[1] or not set(old.verbs) & set(new.verbs):
        return
    way = _MORE if (ranks[1] or 0) > (ranks[0] or 0) else _LESS
    yield _Hint(
        way=way,
        rule="only-to-not" if way == _MORE else "not-to-only",
        before=Quote(text=old.sentence.text[old.start : old.end], start=old.start),
        after=Quote(text=new.sentence.text[new.start : new.end], start=new.start),
    )


def _compare_verbs(old: Reading, new: Reading) -> Iterator[_Hint]:
    one, two = set(old.verbs), set(new.verbs)
    if not one or not two or one == two or "only" in {old.modality, new.modality} or not (one < two or two < one):
        return
    yield _Hint(
        way=_MORE if one < two else _LESS,
        rule="verbs-more" if one < two else "verbs-fewer",
        before=Quote(text=old.sentence.text[old.start : old.end], start=old.start),
        after=Quote(text=new.sentence.text[new.start : new.end], start=new.start),
    )


def _compare_objects(old: Reading, new: Reading) -> Iterator[_Hint]:
    """`your data` became `the contents of your chats`: what is not spoken of is not promised."""
    is_denial = {old.modality, new.modality} <= {"not", "never"}
    if not (is_denial or old.kind == "power") or not set(old.verbs) & set(new.verbs):
        return
    if not old.acts_on or not new.acts_on or old.acts_on.casefold() == new.acts_on.casefold():
        return
    wide, now_wide = is_generic(old.acts_on), is_generic(new.acts_on)
    if wide != now_wide:
        way = _LESS if wide else _MORE
    else:
        one, two = content_words(old.acts_on), content_words(new.acts_on)
        longer = len(_LIST.findall(new.acts_on.lower())) - len(_LIST.findall(old.acts_on.lower()))
        if one < two and longer > 0:
            way = _MORE
        elif two < one and longer < 0:
            way = _LESS
        else:
            return
    yield _Hint(
        way=way,
        rule="object-smaller" if way == _LESS else "object-larger",
        before=_quote_words(old.sentence.text, old.acts_on),
        after=_quote_words(new.sentence.text, new.acts_on),
    )


def _quote_words(text: str, words: str) -> Quote:
    return Quote(text=words, start=max(0, text.find(words)))


def is_generic(acts_on: str) -> bool:
    """Whether the words name all data, not some: `your personal information`."""
    lists = load_ledger_lexicon().words
    words = _WORD.findall(fold_case(acts_on))
    return set(words) <= lists["generic"] and not lists["heads"].isdisjoint(words)


def _compare_cues(
    old: Reading, before: _Side, after: _Side, blocks: Sequence[_Block], language: str | None
) -> Iterator[_Hint]:
    """Exceptions and limits of a promise, conditions and freedoms of a power, among the words that differ."""
    lists = (
        [("exceptions", "exception", _LESS), ("limits", "limit", _LESS)]
        if old.kind == "promise"
        else [("conditions", "condition", _LESS), ("freedoms", "freedom", _MORE)]
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
            yield _Hint(way=way, rule=f"{rule}-added", after=added)
        elif lost is not None and added is None:
            yield _Hint(way=-way, rule=f"{rule}-removed", before=lost)


def _all_cues(name: str, side: _Side, language: str | None) -> list[Quote]:
    found = load_ledger_lexicon().cues[name].find_all(side.folded, language=language)
    return [Quote(text=side.text[start:end], start=start) for start, end in found]


def _changed_cues(
    name: str, side: _Side, ranges: Sequence[tuple[int, int]], language: str | None
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


def _compare_lists(
    old: Reading, new: Reading, before: _Side, after: _Side, blocks: Sequence[_Block]
) -> Iterator[_Hint]:
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
        yield _Hint(
            way=way * sign,
            rule=f"{rule}-{ending}",
            before=None if sign > 0 else quote,
            after=quote if sign > 0 else None,
        )


def _weigh_part(reading: Reading, side: _Side, first: int, last: int) -> tuple[int, str]:
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
            return (_MORE, "item") if is_within else (0, "")
        # "we do not sell it" and "we do not sell it to brokers": the longer promise is the smaller one.
        return (_LESS, "phrase") if is_phrase and last == len(side.words) else (0, "")
    if reading.modality == "only" and is_item:
        only = next((place for place, word in enumerate(side.words) if word in _ONLY), None)
        # "only to send codes or news" lets more pass; "your name and number only to" holds more back.
        return (0, "") if only is None else (_LESS, "item") if first > only else (_MORE, "item")
    if reading.kind == "power" and is_item and "except" not in side.words[:first]:
        return (_MORE, "item")
    return 0, ""
