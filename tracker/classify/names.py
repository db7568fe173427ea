"""Facets that are names: for which country a rule holds, under whose law, and which company or body is responsible.

That a name took the place of another is a difference; for whom it is better, the names do not tell, so the effect is
`unclear`. The places and the words around them stand in `lexicon/names.json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import Cues, read_lexicon, rows
from tracker.classify.evidence import Rule
from tracker.classify.wording import Range, Side, Wording
from tracker.model import Finding

#: A name as it is written: one to five words with a capital letter each.
_NAME: Final = re.compile(r"\b[A-Z][\w&'\u2019.-]{1,30}(?: (?:of|and|the|for|[A-Z][\w&'\u2019.-]{1,30})){0,4}")
_ENDS: Final = frozenset(".!?:;\u2022")
_LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    places: Cues
    law: Cues
    territory: Cues
    party: Cues
    territory_rule: Rule
    party_rule: Rule


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/names.json")
    (territory,), (party,) = rows([data["territory"]]), rows([data["party"]])
    return _Lexicon(
        places=Cues.from_json(data["places"]),
        law=Cues.from_json(territory["law"]),
        territory=Cues.from_json(territory["context"]),
        party=Cues.from_json(party["context"]),
        territory_rule=Rule.from_row(territory),
        party_rule=Rule.from_row(party),
    )


def name_rules() -> tuple[Rule, ...]:
    """Return the rules of this module."""
    return _load().territory_rule, _load().party_rule


def compare_names(wording: Wording) -> tuple[Finding, ...]:
    """Return a finding where a sentence about law, residence or responsibility names another place or body."""
    lexicon = _load()
    found: list[Finding] = []
    before = _only_named_in(wording.old, wording.new, _places(wording.old, wording.language))
    after = _only_named_in(wording.new, wording.old, _places(wording.new, wording.language))
    if wording.old.text and wording.new.text and (before or after):
        is_law = any(
            lexicon.law.stand_in(side.folded, *sentence, language=wording.language)
            for side, places in ((wording.old, before), (wording.new, after))
            for sentence in (side.sentence_at(place[0]) for place in places)
        )
        what = "governing law" if is_law else "territory"
        found.append(_tell(wording, before, after, lexicon.territory_rule, what))
    elif wording.old.text and wording.new.text:
        old, new = (_bodies(side, wording.language) for side in (wording.old, wording.new))
        old, new = _only_named_in(wording.old, wording.new, old), _only_named_in(wording.new, wording.old, new)
        if old and new:
            found.append(_tell(wording, old, new, lexicon.party_rule, "responsible body"))
    return tuple(found)


def _only_named_in(side: Side, other: Side, places: list[Range]) -> list[Range]:
    """Return those of `places` whose names stand nowhere on the other side of the clause."""
    return [
        place
        for place in places
        # As whole words: "Niger" does not stand in "Nigeria".
        if not re.search(rf"(?<!\w){re.escape(side.folded[slice(*place)])}(?!\w)", other.folded)
    ]


def _tell(wording: Wording, before: list[Range], after: list[Range], rule: Rule, what: str) -> Finding:
    old = wording.old.quote(*before[0]) if before else None
    new = wording.new.quote(*after[0]) if after else None
    names = " to ".join(quote.text[:_LONGEST_SHOWN] for quote in (old, new) if quote is not None)
    happened = "changed from " if old and new else "named: " if new else "no longer named: "
    return Finding(
        facet="jurisdiction", before=old, after=new, effect="unclear", rule=rule.id, confidence=rule.confidence,
        summary=f"{what} {happened}{names}",
    )  # fmt: skip


def _places(side: Side, language: str | None) -> list[Range]:
    """Return the places that only this side names, in sentences in which it matters where somebody is."""
    lexicon = _load()
    return [
        place
        for sentence in side.sentences
        if lexicon.law.stand_in(side.folded, *sentence, language=language)
        or lexicon.territory.stand_in(side.folded, *sentence, language=language)
        for place in lexicon.places.find_all(side.folded, *sentence, language=language)
        if side.is_changed(*place) and side.text[place[0]].isupper()
    ]


def _bodies(side: Side, language: str | None) -> list[Range]:
    lexicon = _load()
    return [
        match.span()
        for sentence in side.sentences
        if lexicon.party.stand_in(side.folded, *sentence, language=language)
        for match in _NAME.finditer(side.text, *sentence)
        if side.is_changed(*match.span()) and _is_name(match, sentence[0])
    ]


def _is_name(match: re.Match[str], start: int) -> bool:
    """Return whether words with capitals are a name, and not merely how a sentence begins."""
    words = match.group().split()
    begins = match.start() <= start + 1 or match.string[max(0, match.start() - 2) : match.start()].strip() in _ENDS
    return not begins or sum(word[0].isupper() for word in words) > 1
