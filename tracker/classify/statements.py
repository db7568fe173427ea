"""Statements whose coming or going has one meaning: assurances, rights, prohibitions, waivers, purposes.

They stand in `lexicon/statements.json`, a row a rule. A statement counts as added where the new side has it and the old
has not, and as removed the other way round; one that both sides make is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import Cues, read_lexicon, rows
from tracker.classify.evidence import Rule, one_of
from tracker.classify.wording import Range, Side, Wording
from tracker.model import EFFECTS, FACETS, Effect, Facet, Finding, Quote

_LONGEST_QUOTED: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    rule: Rule
    facet: Facet
    what: str
    added: Effect
    removed: Effect
    whole_sentence: bool
    cues: Cues
    unless: Cues
    unless_title: Cues
    """Titles under which "you" is somebody else: officers who ask for data."""


@cache
def _load() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            rule=Rule.from_row(row),
            facet=one_of(row["facet"], FACETS),
            what=str(row["what"]),
            added=one_of(row["added"], EFFECTS),
            removed=one_of(row["removed"], EFFECTS),
            whole_sentence=row["quote"] == "sentence",
            cues=Cues.from_json(row["cues"]),
            unless=Cues.from_json(row["unless"]),
            unless_title=Cues.from_json(row.get("unless_title", {})),
        )
        for row in rows(read_lexicon("lexicon/statements.json")["statements"])
    )


def statement_rules() -> tuple[Rule, ...]:
    """Return the rules of this module."""
    return tuple(row.rule for row in _load())


def compare_statements(wording: Wording) -> tuple[Finding, ...]:
    """Return a finding for each statement that one side makes, in changed words, and the other does not make at all."""
    found = []
    for row in _load():
        before = _find(row, wording.old, wording.language)
        after = _find(row, wording.new, wording.language)
        if bool(before) == bool(after) or row.unless_title.stand_in(wording.title, language=wording.language):
            continue
        side, hits = (wording.new, after) if after else (wording.old, before)
        hit = next((item for item in hits if side.is_changed(*item)), None)
        if hit is None:
            continue
        quote = _quote(row, side, hit)
        found.append(
            Finding(
                facet=row.facet,
                before=None if after else quote,
                after=quote if after else None,
                effect=row.added if after else row.removed,
                rule=row.rule.id,
                confidence=row.rule.confidence,
                summary=_summary(row, quote.text, "added" if after else "removed"),
            )
        )
    return tuple(found)


def _find(row: _Row, side: Side, language: str | None) -> list[Range]:
    if not row.cues.may_stand_in(side.folded, language=language):
        return []
    return [
        hit
        for start, end in side.sentences
        if (hits := list(row.cues.find_all(side.folded, start, end, language=language)))
        and not row.unless.stand_in(side.folded, start, end, language=language)
        for hit in hits
    ]


def _quote(row: _Row, side: Side, hit: Range) -> Quote:
    if not row.whole_sentence:
        return side.quote(*hit)
    start, end = side.sentence_at(hit[0])
    words = side.text[start:end]
    start += len(words) - len(words.lstrip())
    return side.quote(start, start + len(words.strip()))


def _summary(row: _Row, words: str, happened: str) -> str:
    shown = words.rstrip(".")
    if len(shown) > _LONGEST_QUOTED:
        shown = shown[: _LONGEST_QUOTED - 1] + "\u2026"
    return f"{row.what} {happened} ('{shown}')" if row.what else f"'{shown}' {happened}"
