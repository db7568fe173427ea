"""Facets that are quantities: how long data are kept, how early is given notice, at what age a child is one.

Units, number words and rules stand in `lexicon/quantities.json`. Durations are compared in days; twelve months are a
year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final, TypeAlias

from tracker.classify.cues import Cues, LexiconError, read_lexicon, rows, text, texts
from tracker.classify.evidence import Rule, number, one_of
from tracker.classify.wording import Range, Side, Wording
from tracker.model import EFFECTS, FACETS, Effect, Facet, Finding, JsonValue

_LONGEST_NUMBER: Final = 6
#: Sums of money and shares: "$1,000", "12 percent", "50 euros".
_AMOUNT: Final = re.compile(
    r"(?<![\w.,])(?:[$€£] ?(?P<sum>\d{1,9}(?:,\d{3}){0,4}(?:\.\d{1,2})?)(?![\d,])"
    r"|(?P<share>\d{1,9}(?:\.\d{1,3})?) ?(?:%|percent|per cent|euros|euro|dollars|usd|eur|gbp)(?!\w))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit, in a text."""

    value: Fraction
    """Days of a duration, years of an age, what a sum or a share comes to."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    rule: Rule
    facet: Facet
    what: str
    unit: str
    """`age`, `amount`, or else a duration."""
    longer: Effect
    shorter: Effect
    context: Cues
    unless: Cues
    limit: Rule | None
    """The rule for a period that only one side names; None where that says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    rows: tuple[_Row, ...]
    duration: re.Pattern[str]
    age: re.Pattern[str]
    """The age stands in one group or the other: behind the words that tell so, or before them."""
    number_words: dict[str, int]
    days: dict[str, Fraction]


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/quantities.json")
    units, words = data["units"], data["number_words"]
    if not isinstance(units, dict) or not isinstance(words, dict):
        raise LexiconError("lexicon/quantities.json: units and number_words are objects")
    days: dict[str, Fraction] = {}
    for unit in units.values():
        (row,) = rows([unit])
        share = row["days"]
        if not isinstance(share, list):
            raise LexiconError("lexicon/quantities.json: days is a list of two numbers")
        numerator, denominator = (int(number(part)) for part in share)
        days |= dict.fromkeys(texts(row["words"]), Fraction(numerator, denominator))
    count = rf"(?P<count>\d{{1,{_LONGEST_NUMBER}}}+|{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})"
    unit_words = "|".join(sorted(map(re.escape, days), key=len, reverse=True))
    return _Lexicon(
        rows=tuple(
            _Row(
                rule=Rule.from_row(row),
                facet=one_of(row["facet"], FACETS),
                what=text(row["what"]),
                unit=text(row["unit"]),
                longer=one_of(row["longer"], EFFECTS),
                shorter=one_of(row["shorter"], EFFECTS),
                context=Cues.from_json(row["context"]),
                unless=Cues.from_json(row["unless"]),
                limit=_read_limit(row),
            )
            for row in rows(data["rules"])
        ),
        # "thirty (30) days" and "30-day" are read as 30 days.
        duration=re.compile(rf"(?<![\w.]){count}(?: \(\d{{1,6}}\))?[ \u00a0-]{{1,2}}(?P<unit>{unit_words})(?!\w)"),
        age=re.compile(
            r"(?<![\w.$€£])(?:(?:under|below|than|least|over|age|age of|ages of|unter|moins de) (?:the age of )?)"
            r"(?P<count>\d{1,2})(?![\w%]| (?:days|months|hours|weeks|tage|monate))"
            r"|(?<![\w.$€£])(?P<told>\d{1,2})(?= years of age| years old| or older| and older| or over| and over)"
        ),
        number_words={word: int(number(value)) for word, value in words.items()},
        days=days,
    )


def _read_limit(row: dict[str, JsonValue]) -> Rule | None:
    if row.get("limit") is not True:
        return None
    return Rule.from_row(row, id=f"{text(row['id'])}-limit")


def quantity_rules() -> tuple[Rule, ...]:
    """Return the rules of this module."""
    return tuple(rule for row in _load().rows for rule in (row.rule, row.limit) if rule is not None)


def read_durations(side: Side, start: int, end: int) -> list[Quantity]:
    """Return the durations between `start` and `end` of `side` in days, in reading order."""
    lexicon = _load()
    found = []
    for match in lexicon.duration.finditer(side.folded, start, end):
        word = match.group("count")
        count = lexicon.number_words[word] if word in lexicon.number_words else int(word)
        days = lexicon.days[match.group("unit")] * count
        found.append(Quantity(value=days, start=match.start(), end=match.end()))
    return found


def read_ages(side: Side, start: int, end: int) -> list[Quantity]:
    """Return the age limits between `start` and `end` of `side` in years, in reading order."""
    return [
        Quantity(value=Fraction(int(match.group(name))), start=match.start(name), end=match.end(name))
        for match in _load().age.finditer(side.folded, start, end)
        for name in ("count", "told")
        if match.group(name)
    ]


def read_amounts(side: Side, start: int, end: int) -> list[Quantity]:
    """Return the sums of money and shares between `start` and `end` of `side`, in reading order."""
    return [
        Quantity(
            value=Fraction((match.group("sum") or match.group("share")).replace(",", "")),
            start=match.start(),
            end=match.end(),
        )
        for match in _AMOUNT.finditer(side.folded, start, end)
    ]


_Reader: TypeAlias = Callable[[Side, int, int], list[Quantity]]
#: Which function reads the quantities of a unit; every other unit is one of durations.
_READERS: Final[dict[str, _Reader]] = {"age": read_ages, "amount": read_amounts}


def compare_quantities(wording: Wording) -> tuple[Finding, ...]:
    """Return a finding for each quantity that became another one, where it is plain which became which."""
    found = []
    read = {
        (reader, is_new): _read_sentences(reader, wording.new if is_new else wording.old)
        for reader in (read_durations, *_READERS.values())
        for is_new in (False, True)
    }
    if not any(read.values()):
        return ()
    for row in _load().rows:
        reader = _READERS.get(row.unit, read_durations)
        before = _of_row(row, wording.old, read[reader, False], wording.language)
        after = _of_row(row, wording.new, read[reader, True], wording.language)
        same = {item.value for item in before} & {item.value for item in after}
        old = [item for item in before if item.value not in same]
        new = [item for item in after if item.value not in same]
        if row.limit is not None and bool(old) != bool(new) and not same and wording.old.text and wording.new.text:
            found.append(_tell_limit(row, row.limit, wording, old, new))
            continue
        # Where the counts differ, which period took the place of which would be a guess.
        if len(old) != len(new):
            continue
        for gone, come in zip(old, new, strict=True):
            quotes = wording.old.quote(gone.start, gone.end), wording.new.quote(come.start, come.end)
            longer = come.value > gone.value
            how = ("raised" if longer else "lowered") if row.unit in _READERS else ("longer" if longer else "shorter")
            found.append(
                Finding(
                    facet=row.facet,
                    before=quotes[0],
                    after=quotes[1],
                    effect=row.longer if longer else row.shorter,
                    rule=row.rule.id,
                    confidence=row.rule.confidence,
                    summary=f"{row.what} {how}, from {quotes[0].text} to {quotes[1].text}",
                )
            )
    return tuple(found)


def _tell_limit(row: _Row, rule: Rule, wording: Wording, old: list[Quantity], new: list[Quantity]) -> Finding:
    """Return a finding for a period that came, or that went without another in its place."""
    side, place = (wording.new, new[0]) if new else (wording.old, old[0])
    quote = side.quote(place.start, place.end)
    return Finding(
        facet=row.facet,
        before=None if new else quote,
        after=quote if new else None,
        # A limit that comes makes the time shorter than it was without any.
        effect=row.shorter if new else row.longer,
        rule=rule.id,
        confidence=rule.confidence,
        summary=f"{row.what} {'limited to' if new else 'no longer limited to'} {quote.text}",
    )


def _read_sentences(reader: _Reader, side: Side) -> list[tuple[Range, list[Quantity]]]:
    """Return the quantities of one sort by the sentences in which they stand."""
    return [(sentence, read) for sentence in side.sentences if (read := reader(side, *sentence))]


def _of_row(
    row: _Row, side: Side, sentences: Sequence[tuple[Range, list[Quantity]]], language: str | None
) -> list[Quantity]:
    """Return the quantities of which the words around them say that they are those of `row`."""
    found: list[Quantity] = []
    for sentence, read in sentences:
        # "Unused accounts are deleted. By default this happens after 6 months.": the sentence before tells what of.
        before = side.sentence_before(sentence[0])
        told = [sentence] if before is None else [before, sentence]
        if any(row.context.stand_in(side.folded, *place, language=language) for place in told) and not any(
            row.unless.stand_in(side.folded, *place, language=language) for place in told
        ):
            found += read
    return found
