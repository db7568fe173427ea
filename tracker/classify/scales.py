"""Facets on ordered scales: what triggers a disclosure, whose order it takes, how often is reported.

The scales stand in `lexicon/scales.json`. Of two mentions in one condition the narrower holds ("crimes that violate the
terms"), of two alternatives the wider ("terrorism or other crimes").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from tracker.classify.cues import Cues, read_lexicon, rows, text
from tracker.classify.evidence import Rule, one_of
from tracker.classify.wording import Side, Wording
from tracker.model import EFFECTS, FACETS, Effect, Facet, Finding

_OPPOSITE: Final[dict[Effect, Effect]] = {"widens": "narrows", "narrows": "widens"}
_VERBS: Final[dict[Effect, str]] = {"widens": "widened", "narrows": "narrowed"}
_QUALIFIES: Final = re.compile(r"\b(?:that|which|who|involving|die|das|der|qui)\b")
#: "not precise": what is denied stands on no scale.
_DENIED: Final = re.compile(r"\b(?:not|non|no|never|without|nicht|kein|keine|pas|sans)[ -]{1,2}\Z")
_LONGEST_DENIAL: Final = 10
_ALTERNATIVE: Final = re.compile(r"\b(?:or|and|oder|und|ou|et)\b")


class Mention(NamedTuple):
    """A cue of a scale in a text."""

    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Conditions from the strictest for the company to the loosest."""

    rule: Rule
    facet: Facet
    what: str
    more: Effect
    """What a step up the scale does."""
    context: Cues
    """One of these stands in the sentence or the section's title: otherwise the words speak of something else."""
    names: tuple[str, ...]
    levels: tuple[Cues, ...]


@cache
def load_scales() -> tuple[Scale, ...]:
    """Return the scales of the lexicon, in its order."""
    return tuple(
        Scale(
            rule=Rule.from_row(row),
            facet=one_of(row["facet"], FACETS),
            what=text(row["what"]),
            more=one_of(row["more"], EFFECTS),
            context=Cues.from_json(row["context"]),
            names=tuple(text(level["name"]) for level in rows(row["levels"])),
            levels=tuple(Cues.from_json(level["cues"]) for level in rows(row["levels"])),
        )
        for row in rows(read_lexicon("lexicon/scales.json")["scales"])
    )


def compare_scales(wording: Wording) -> tuple[Finding, ...]:
    """Return a finding for each scale on which both sides stand, at different levels."""
    found = []
    for scale in load_scales():
        before = _stand_on(scale, wording, wording.old)
        after = _stand_on(scale, wording, wording.new)
        if before is None or after is None or before.level == after.level:
            continue
        effect = scale.more if after.level > before.level else _OPPOSITE[scale.more]
        found.append(
            Finding(
                facet=scale.facet,
                before=wording.old.quote(before.start, before.end),
                after=wording.new.quote(after.start, after.end),
                effect=effect,
                rule=scale.rule.id,
                confidence=scale.rule.confidence,
                summary=_summarise(scale, before.level, after.level, effect),
            )
        )
    return tuple(found)


def _summarise(scale: Scale, before: int, after: int, effect: Effect) -> str:
    verb = f" {_VERBS[effect]}" if scale.facet == "trigger" else ""
    return f"{scale.what}{verb} from {scale.names[before]} to {scale.names[after]}"


def _stand_on(scale: Scale, wording: Wording, side: Side) -> Mention | None:
    """Return the loosest condition that the touched sentences of `side` name."""
    loosest: Mention | None = None
    in_title = scale.context.stand_in(wording.title, language=wording.language)
    for start, end in side.sentences:
        if not in_title and not scale.context.stand_in(side.folded, start, end, language=wording.language):
            continue
        for condition in _conditions(scale, side.folded, start, end, wording.language):
            if loosest is None or condition.level > loosest.level:
                loosest = condition
    return loosest


def _conditions(scale: Scale, folded: str, start: int, end: int, language: str | None) -> list[Mention]:
    mentions = [
        Mention(level, first, last)
        for level, cues in enumerate(scale.levels)
        for first, last in cues.find_all(folded, start, end, language=language)
        if not _DENIED.search(folded, max(start, first - _LONGEST_DENIAL), first)
    ]
    # The longest of the cues at one place is the one that is meant: "serious crime", not "crime".
    mentions.sort(key=lambda mention: (mention.start, mention.start - mention.end))
    conditions: list[Mention] = []
    reached = start
    for mention in mentions:
        if mention.start < reached:
            continue
        between = folded[reached : mention.start] if conditions else ""
        reached = mention.end
        if conditions and _QUALIFIES.search(between) and not _ALTERNATIVE.search(between):
            conditions[-1] = min(conditions[-1], mention, key=lambda item: item.level)
        else:
            conditions.append(mention)
    return conditions
