"""How a redline reads, in figures: its changed regions, the islands between them, and words that it cuts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

Tag: TypeAlias = Literal["=", "-", "+"]
Spans: TypeAlias = Sequence[tuple[Tag, str]]

#: A kept run of fewer words between two changed regions is an island.
ISLAND_WORDS: Final = 3
_WORD: Final = re.compile(r"\w+(?:['\u2019]\w+)*")
#: What no boundary may lie inside: addresses, numbers with their points and strokes, words. Hyphens may be cut at.
_WHOLE: Final = re.compile(r"https?://[^\s<>\"']*[\w/]|\d+(?:[.,:/]\d+)+|\w+(?:['\u2019]\w+)*")
_TAGS: Final = re.compile(r"<(/?)(ins|del)\b[^>]*>|<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The figures of one redline."""

    regions: int
    """Runs of deleted and inserted text; white space alone does not part two of them."""
    islands: int
    """Kept runs of under three words between two regions."""
    cuts: int
    """Boundaries of spans inside a word, a number or an address, on the old side or the new."""
    words: int
    """Words that are marked as deleted or inserted."""


def read_spans(spans: Spans) -> Reading:
    """Return the figures of a redline.

    >>> read_spans([("=", "We "), ("-", "may"), ("+", "will"), ("=", " not "), ("+", "ever "), ("=", "sell it.")])
    Reading(regions=2, islands=1, cuts=0, words=3)
    >>> read_spans([("=", "month"), ("+", "s")])
    Reading(regions=1, islands=0, cuts=1, words=1)
    """
    runs: list[tuple[bool, str]] = []  # (changed, text)
    for tag, text in spans:
        changed = tag != "="
        if not text or (not changed and not text.strip()):
            continue
        if runs and runs[-1][0] == changed:
            runs[-1] = (changed, f"{runs[-1][1]} {text}")
        else:
            runs.append((changed, text))
    inner = runs[1:-1]
    return Reading(
        regions=sum(1 for changed, _ in runs if changed),
        islands=sum(1 for changed, text in inner if not changed and len(_WORD.findall(text)) < ISLAND_WORDS),
        cuts=_count_cuts(spans, "-") + _count_cuts(spans, "+"),
        words=sum(len(_WORD.findall(text)) for changed, text in runs if changed),
    )


def _count_cuts(spans: Spans, side: Tag) -> int:
    pieces = [(tag, text) for tag, text in spans if tag in {"=", side} and text]
    boundaries: set[int] = set()
    place = 0
    for (tag, text), (following, _) in itertools.pairwise(pieces):
        place += len(text)
        if tag != following:
            boundaries.add(place)
    whole = _WHOLE.finditer("".join(text for _, text in pieces))
    return sum(1 for match in whole for place in range(match.start() + 1, match.end()) if place in boundaries)


def spans_of_markup(markup: str) -> list[tuple[Tag, str]]:
    """Return the spans of a text in which `ins` and `del` elements mark what differs; other tags are left out.

    >>> spans_of_markup("<p>We <del>may</del><ins class='x'>will</ins> ask.</p>")
    [('=', 'We '), ('-', 'may'), ('+', 'will'), ('=', ' ask.')]
    """
    spans: list[tuple[Tag, str]] = []
    inside: list[str] = []
    place = 0
    for match in _TAGS.finditer(markup):
        _append(spans, inside, markup[place : match.start()])
        place = match.end()
        if match[2] and match[1]:
            inside = inside[:-1]
        elif match[2]:
            inside = [*inside, match[2]]
    _append(spans, inside, markup[place:])
    return spans


def _append(spans: list[tuple[Tag, str]], inside: Sequence[str], text: str) -> None:
    if text:
        tag = {"ins": "+", "del": "-"}[inside[-1]] if inside else "="
        spans.append((cast("Tag", tag), text))


def show_spans(spans: Spans) -> str:
    """Return a redline as text, white space folded and outside the marks.

    >>> show_spans([("=", "We "), ("-", "may "), ("+", "will "), ("=", "ask.")])
    'We [-may-] {+will+} ask.'
    """
    forms = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    shown = []
    for tag, text in join_spans(spans):
        words = text.strip()
        before, _, after = text.partition(words) if words else (text, "", "")
        shown.append(f"{before}{forms[tag].format(words) if words else ''}{after}")
    return " ".join("".join(shown).split())


def join_spans(spans: Iterable[tuple[Tag, str]]) -> list[tuple[Tag, str]]:
    """Return the spans with neighbours of one tag joined."""
    joined: list[tuple[Tag, str]] = []
    for tag, text in spans:
        if joined and joined[-1][0] == tag:
            joined[-1] = (tag, joined[-1][1] + text)
        else:
            joined.append((tag, text))
    return joined
