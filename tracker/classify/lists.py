"""Facets that are lists: which kinds of data, and which recipients, a clause names.

The kinds stand in `lexicon/lists.json`. One that is named in a sentence about using or passing on data, and was not
named in the clause before, is gained. Sentences that negate, and sentences about what users do, are not read: there a
longer list means the opposite or something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import Cues, fold_case, read_lexicon, rows, text, texts
from tracker.classify.evidence import Rule, one_of
from tracker.classify.wording import LONGEST_READ_CHARACTERS, Range, Side, Wording
from tracker.model import FACETS, Facet, Finding

#: A clause that names more is told by its first kinds; the clause itself shows the rest.
MOST_FINDINGS: Final = 6


#: A longer clause is a sentence rather than an item that its section's title makes speak.
_LONGEST_ITEM: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    rule: Rule
    facet: Facet
    what: str
    context: Cues
    entries: tuple[tuple[str, Cues], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    lists: tuple[_List, ...]
    negations: Cues
    user_sentences: Cues
    company: re.Pattern[str]


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/lists.json")
    suffixes = "|".join(re.escape(suffix) for suffix in texts(data["company_suffixes"]))
    return _Lexicon(
        lists=tuple(
            _List(
                rule=Rule.from_row(row),
                facet=one_of(row["facet"], FACETS),
                what=text(row["what"]),
                context=Cues.from_json(row["context"]),
                entries=tuple((text(entry["name"]), Cues.from_json(entry["cues"])) for entry in rows(row["entries"])),
            )
            for row in rows(data["lists"])
        ),
        negations=Cues.from_json(data["negations"]),
        user_sentences=Cues.from_json(data["user_sentences"]),
        company=re.compile(rf"\b[A-Z][\w&-]{{1,30}}+(?: [A-Z][\w&-]{{1,30}}+){{0,3}}?,? (?:{suffixes})\b"),
    )


def list_rules() -> tuple[Rule, ...]:
    """Return the rules of this module."""
    return tuple(item.rule for item in _load().lists)


def compare_lists(wording: Wording) -> tuple[Finding, ...]:
    """Return a finding for each kind of data and each recipient that a clause gained or lost."""
    found: list[Finding] = []
    for item in _load().lists:
        gained = _gains(item, wording, wording.new, wording.old)
        # Of a clause that is gone as a whole, nobody can say whether the practice went with it; of an item that a list
        # no longer has, the list says so.
        lost = _gains(item, wording, wording.old, wording.new) if _still_speaks(item, wording) else {}
        found += [
            Finding(
                facet=item.facet,
                before=None,
                after=wording.new.quote(*place),
                effect="widens",
                rule=item.rule.id,
                confidence=item.rule.confidence,
                summary=f"{item.what} added: {name}",
            )
            for name, place in list(gained.items())[:MOST_FINDINGS]
        ]
        found += [
            Finding(
                facet=item.facet,
                before=wording.old.quote(*place),
                after=None,
                # One recipient in the place of another: whether that is less, the names do not tell.
                effect="unclear" if gained else "narrows",
                rule=item.rule.id,
                confidence=item.rule.confidence,
                summary=f"{item.what} no longer named: {name}",
            )
            for name, place in list(lost.items())[:MOST_FINDINGS]
        ]
    return tuple(found)


def _still_speaks(item: _List, wording: Wording) -> bool:
    return _is_listed(item, wording) or any(True for _ in _readable(item, wording, wording.new))


def _is_listed(item: _List, wording: Wording) -> bool:
    """Return whether the clause is an item of a list of such things, by what introduces the list, or its title."""
    is_short = max(len(wording.old.text), len(wording.new.text)) <= _LONGEST_ITEM
    lead = fold_case(wording.lead) or (wording.title if is_short else "")
    return (
        bool(lead)
        and item.context.stand_in(lead, language=wording.language)
        and not _load().negations.stand_in(lead, language=wording.language)
    )


def _readable(item: _List, wording: Wording, side: Side) -> Iterator[Range]:
    lexicon, language = _load(), wording.language
    is_listed = _is_listed(item, wording)
    for start, end in side.sentences:
        if (
            (is_listed or item.context.stand_in(side.folded, start, end, language=language))
            and not lexicon.negations.stand_in(side.folded, start, end, language=language)
            and not lexicon.user_sentences.stand_in(side.folded, start, end, language=language)
        ):
            yield start, end


def _gains(item: _List, wording: Wording, side: Side, other: Side) -> dict[str, Range]:
    """Return the kinds that `side` names in changed words and `other` names nowhere, with their first place."""
    gained: dict[str, Range] = {}
    bound = min(len(other.folded), LONGEST_READ_CHARACTERS)
    for start, end in _readable(item, wording, side):
        for name, cues in item.entries:
            for place in cues.find_all(side.folded, start, end, language=wording.language):
                if side.is_changed(*place) and not cues.stand_in(other.folded, 0, bound, language=wording.language):
                    gained.setdefault(name, place)
        if item.facet == "recipient":
            for match in _load().company.finditer(side.text, start, end):
                if side.is_changed(*match.span()) and fold_case(match.group()) not in other.folded:
                    gained.setdefault(match.group(), match.span())
    return gained
