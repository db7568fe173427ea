"""The passages of a changed clause, and what is counted in each: words, pairs of words, acts, rules, signs of topics.

Belongs here: what came and what went, passage by passage. Does not belong here: what any of it weighs (`learned.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Final, Literal, TypeAlias

from tracker.classify.acts import read_acts
from tracker.classify.cues import fold_case, read_lexicon, texts
from tracker.classify.stances import stance_of_act
from tracker.classify.topic_signs import Sign
from tracker.classify.wording import Range, Side, Wording, overlapping, words_of
from tracker.model import Finding

PassageOp: TypeAlias = Literal["added", "removed", "modified"]

#: A sentence came (or went) as a whole if at least this share of its letters did.
_WHOLE_SHARE: Final = 0.6
#: No more of a passage is read, in characters, nor more passages of a clause.
_LONGEST_PASSAGE: Final = 4000
_MOST_PASSAGES: Final = 60
#: Of a title so many words, of what leads in a list so many characters at its end.
_LONGEST_TITLE: Final = 12
_LONGEST_LEAD: Final = 200
_LONGEST_EDIT: Final = 600
#: How far a negation reaches, in words, itself counted.
_NEGATED_WORDS: Final = 6
#: How far back a word is looked for behind which what follows limits: in words, and in characters.
_LIMITING_WORDS: Final = 4
_LIMITING_CHARACTERS: Final = 60
#: So many of the words that came and went around acts are counted.
_MOST_AROUND: Final = 3000
#: Passages up to so many words look alike.
_SIZES: Final = (0, 1, 2, 3, 5, 8, 12, 20, 40)
_ENDS: Final = frozenset(".:;!?,)")
#: From this share of its words on in capitals, a passage looks like a title.
_CAPITALS: Final = 0.6
_TOKEN = re.compile(r"\w+(?:['\u2019]\w+)?|[.;:!?]")
_STOPS: Final = frozenset(".;:!?")
_MODALITIES: Final = ("not", "may", "will", "must")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What came, went or differs together: a sentence, or all sentences of a clause in which some words differ."""

    op: PassageOp
    old: tuple[Range, ...]
    """Offsets of its sentences in the clause's old text."""
    new: tuple[Range, ...]

    def has(self, offset: int, *, is_new: bool) -> bool:
        """Return whether the character at `offset` of the new (or old) text stands in it."""
        return any(start <= offset < end for start, end in (self.new if is_new else self.old))

    def holds(self, finding: Finding) -> bool:
        """Return whether the evidence of `finding` stands in it."""
        return any(
            quote is not None and any(start <= quote.start < end for start, end in places)
            for quote, places in ((finding.before, self.old), (finding.after, self.new))
        )


@cache
def _load(name: str) -> frozenset[str]:
    return frozenset(texts(read_lexicon("lexicon/words.json")[name]))


def split_passages(wording: Wording) -> list[Passage]:
    """Return the passages of a clause change, those of the old text first."""
    found: list[Passage] = []
    left: dict[bool, list[Range]] = {False: [], True: []}
    for is_new in (False, True):
        side = wording.new if is_new else wording.old
        whole: list[Passage] = []
        for sentence in side.sentences:
            letters = len(side.text[slice(*sentence)].strip())
            is_whole = 0 < _WHOLE_SHARE * letters <= _changed_letters(side, sentence)
            if is_whole and len(whole) < _MOST_PASSAGES:
                old, new = ((), (sentence,)) if is_new else ((sentence,), ())
                whole.append(Passage(op="added" if is_new else "removed", old=old, new=new))
            else:
                left[is_new].append(sentence)
        found += whole
    if left[False] and left[True]:
        found.append(Passage(op="modified", old=tuple(left[False]), new=tuple(left[True])))
    elif found and (left[False] or left[True]):
        # Of a sentence that was rewritten on one side only the other side would not be weighed at all.
        return [whole_passage(wording)]
    return found


def whole_passage(wording: Wording) -> Passage:
    """Return all that differs in a clause as one passage."""
    op: PassageOp = "added" if not wording.old.text else "removed" if not wording.new.text else "modified"
    return Passage(op=op, old=wording.old.sentences, new=wording.new.sentences)


def _changed_letters(side: Side, sentence: Range) -> int:
    return sum(len(side.text[start:end].strip()) for start, end in _changed_in(side, sentence))


def count_passage(
    wording: Wording, passage: Passage, findings: Iterable[Finding], signs: Iterable[Sign]
) -> dict[str, float]:
    """Return what is counted in a passage, by name: what came counts for 1, what went for -1.

    Args:
        wording: The clause.
        passage: One of its passages.
        findings: Those of the clause; the ones quoted from other passages are left out.
        signs: Signs of topics that the clause bears.
    """
    counted: dict[str, float] = {f"op: {passage.op}": 1.0}
    old = _count_side(wording.old, passage.old, wording.language)
    new = _count_side(wording.new, passage.new, wording.language)
    counted |= dict.fromkeys(new - old, 1.0)
    counted |= dict.fromkeys(old - new, -1.0)
    if passage.op == "modified":
        around: dict[str, float] = {}
        for name, value in islice(_count_around(wording, passage), _MOST_AROUND):
            around[name] = around.get(name, 0.0) + value
        counted |= {name: max(-1.0, min(1.0, value)) for name, value in around.items() if value}
    else:
        context = _count_context(wording.title, wording.lead, wording.language)
        counted |= dict.fromkeys(context, 1.0 if passage.op == "added" else -1.0)
    counted |= _count_shape(wording, passage)
    counted |= {f"rule: {one.rule} {one.effect}": 1.0 for one in findings if passage.holds(one)}
    counted |= {f"sign: {one.topic} {one.place}": 1.0 for one in signs}
    # Sums of floating-point numbers depend on their order, and that of sets differs from run to run.
    return dict(sorted(counted.items()))


def _count_side(side: Side, sentences: Sequence[Range], language: str | None) -> frozenset[str]:
    found: set[str] = set()
    left = _LONGEST_PASSAGE
    for start, end in sentences:
        if left <= 0:
            break
        stop = min(end, start + left)
        left -= stop - start
        found |= _grams(side.folded[start:stop])
        if language in {None, "en"}:
            found.update(_acts(side.text, side.folded, (start, stop)))
    return frozenset(found)


def _count_around(wording: Wording, passage: Passage) -> Iterator[tuple[str, float]]:
    """Yield the words that came (1) and went (-1) with whose side the act is on in which they stand."""
    for side, sentences, sign in ((wording.old, passage.old, -1.0), (wording.new, passage.new, 1.0)):
        for sentence in sentences:
            acts = read_acts(side.text, side.folded, sentence) if wording.language in {None, "en"} else ()
            for start, end in _changed_in(side, sentence):
                before = [act for act in acts if act.start <= start]
                act = before[-1] if before else acts[0] if acts else None
                where = f"in {'nothing' if act is None else act.bearing}"
                yield where, sign
                words = set(_TOKEN.findall(side.folded[start : min(end, start + _LONGEST_EDIT)])) - _STOPS
                for word in sorted(words):
                    yield f"{where}: {'#' if word.isdigit() else word}", sign
                ahead = words_of(side.text[max(sentence[0], start - _LIMITING_CHARACTERS) : start])[-_LIMITING_WORDS:]
                for word in sorted(_load("limits").intersection(ahead)):
                    yield f"behind {word} {where}", sign


def _count_shape(wording: Wording, passage: Passage) -> dict[str, float]:
    """Return how a passage looks, whatever it says: what came counts for 1, what went for -1."""
    if passage.op == "modified":
        sides = ((wording.old, passage.old), (wording.new, passage.new))
        gone, come = (_words_changed(side, sentences) for side, sentences in sides)
        longer = (come > gone) - (come < gone)
        found = {f"changed words: {_size_of(gone + come)}": 1.0}
        if not gone or not come:
            found["changed words: one side"] = float(longer)
        return found
    is_new = passage.op == "added"
    side, sentences = (wording.new, passage.new) if is_new else (wording.old, passage.old)
    words = [
        word
        for start, end in sentences
        for word in _TOKEN.findall(side.text[start : min(end, start + _LONGEST_PASSAGE)])
        if word not in _STOPS
    ]
    text = side.text[slice(*sentences[-1])].rstrip() if sentences else ""
    names = [f"words: {_size_of(len(words))}"]
    names.append(f"ends: {text[-1:] if text[-1:] in _ENDS else 'open'}")
    if len(words) > 1 and sum(word[:1].isupper() or word.isdigit() for word in words) >= _CAPITALS * len(words):
        names.append("capitals")
    names.append("listed" if wording.lead else "not listed")
    return dict.fromkeys((*names, f"{names[0]}, {names[1]}, {names[-1]}"), 1.0 if is_new else -1.0)


def _words_changed(side: Side, sentences: Sequence[Range]) -> int:
    return sum(
        len(words_of(side.text[start : min(end, start + _LONGEST_EDIT)]))
        for sentence in sentences
        for start, end in _changed_in(side, sentence)
    )


def _size_of(words: int) -> str:
    place = bisect_left(_SIZES, words)
    return f"to {_SIZES[place]}" if place < len(_SIZES) else f"over {_SIZES[-1]}"


def _changed_in(side: Side, sentence: Range) -> Iterator[Range]:
    for start, end in overlapping(side.changed, *sentence):
        yield max(start, sentence[0]), min(end, sentence[1])


@lru_cache(maxsize=64)
def _count_context(title: str, lead: str, language: str | None) -> frozenset[str]:
    words = {f"title: {word}" for word in words_of(title)[:_LONGEST_TITLE]}
    short = lead[-_LONGEST_LEAD:]
    words |= {f"lead-in: {gram}" for gram in _grams(fold_case(short))}
    if language in {None, "en"} and short:
        words |= {f"lead-in {name}" for name in _acts(short, fold_case(short), (0, len(short)))}
    return frozenset(words)


def _grams(folded: str) -> frozenset[str]:
    """Return the words and pairs of neighbouring words of a text by `fold_case`; figures are all alike."""
    found: set[str] = set()
    before = ""
    negated = 0
    negations = _load("negations")
    for word in _TOKEN.findall(folded):
        if word in _STOPS:
            before, negated = "", 0
            continue
        name = "#" if word.isdigit() else word
        found.add(name)
        if name in negations:
            negated = _NEGATED_WORDS
        elif negated:
            found.add(f"not \u2026 {name}")
        negated -= negated > 0
        if before:
            found.add(f"{before} {name}")
        before = name
    return frozenset(found)


def _acts(text: str, folded: str, sentence: Range) -> Iterator[str]:
    for act in read_acts(text, folded, sentence):
        yield f"act: {act.actor} {act.kind} {act.bearing}"
        yield f"act: {act.actor} {act.verb} {_MODALITIES[min(3, act.modality)]} {act.bearing}"
        yield f"act: {act.bearing}"
        yield f"stance: {stance_of_act(act).id}" + (" if" if act.is_condition else "")
