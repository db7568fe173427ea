"""The versions of a document as a static drawing: how long its text was, when it changed, which way, how sure that is.

The drawing is told in words too: it has a title, a description, and everything in it stands in the page's lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from tracker.model import DocumentReport
from tracker.render.language import ENGLISH, Language
from tracker.render.listing import Entry
from tracker.render.words import EFFECT_WORDS, tell_day, uncapitalise

#: In units of the drawing, which grows with the page.
WIDTH: Final = 720
HEIGHT: Final = 190
_LEFT: Final = 92
_RIGHT: Final = 30
_TOP: Final = 14
_FLOOR: Final = 130
#: Marks of changes stand below the line of lengths.
_MARKS: Final = 150
_LABELS: Final = 180
#: More versions are not drawn one by one: those of the same length in a row are one step.
_MOST_STEPS: Final = 2000
_MOST_MARKS: Final = 400
_YEARS: Final = 8
#: Lines are as thin on a phone, where the drawing is smaller.
_EVEN: Final = Markup('vector-effect="non-scaling-stroke"')
#: What a mark looks like, around the point (0, 0).
_SHAPES: Final = {
    "widens": "M-5 4 L0 -5 L5 4 Z",
    "narrows": "M-5 -4 L0 5 L5 -4 Z",
    "mixed": "M-5 0 L0 -5 L5 0 L0 5 Z",
    "neutral": "M-3.5 0 A3.5 3.5 0 1 0 3.5 0 A3.5 3.5 0 1 0 -3.5 0 Z",
    "unclear": "M-3.5 -3.5 H3.5 V3.5 H-3.5 Z",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChart:
    """The drawing and what it shows, in words."""

    svg: Markup
    summary: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """From instants and words to places in the drawing."""

    first: datetime
    last: datetime
    most: int

    def x(self, instant: datetime) -> float:
        whole = (self.last - self.first).total_seconds()
        part = (instant - self.first).total_seconds() / whole if whole > 0 else 0.5
        return _LEFT + max(0.0, min(1.0, part)) * (WIDTH - _LEFT - _RIGHT)

    def y(self, words: int) -> float:
        return _FLOOR - words / max(1, self.most) * (_FLOOR - _TOP)


def draw_versions(
    report: DocumentReport, entries: Sequence[Entry], language: Language = ENGLISH
) -> VersionChart | None:
    """Return the drawing of a document's versions; None where there is one alone, or nobody counted their words.

    Args:
        report: The document.
        entries: Its changes, those set aside included.
        language: In which the drawing is told.
    """
    records = report.timeline.records
    lengths = report.lengths
    if len(records) < 2 or len(lengths) != len(records):  # noqa: PLR2004 - one point is no line
        return None
    scale = _Scale(records[0].fetched_at, records[-1].fetched_at, max(lengths))
    steps = _fold([(record.fetched_at, words) for record, words in zip(records, lengths, strict=True)])
    counted = [entry for entry in entries if not entry.is_set_aside]
    summary = language.gettext(
        "From %(first)s to %(last)s: %(versions)s, %(changes)s; the text went from %(old)s to %(new)s, at most "
        "%(most)s.",
        first=tell_day(scale.first, language),
        last=tell_day(scale.last, language),
        versions=language.ngettext("%(num)s version", "%(num)s versions", len(records)),
        changes=language.ngettext("%(num)s change", "%(num)s changes", len(counted)) + _tell_effects(counted, language),
        old=language.number(lengths[0]),
        new=language.ngettext("%(num)s word", "%(num)s words", lengths[-1]),
        most=language.number(scale.most),
    )
    if len(entries) > _MOST_MARKS:
        summary += " " + language.gettext("The newest %(count)s changes are drawn.", count=_MOST_MARKS)
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-title chart-words">').format(
            WIDTH, HEIGHT
        ),
        Markup('<title id="chart-title">{}</title><desc id="chart-words">{}</desc>').format(
            language.gettext("Versions of the text"), summary
        ),
        *_axes(scale, language),
        Markup('<path class="line" {} d="{}"/>').format(_EVEN, _path(scale, steps)),
        *_marks(scale, entries),
        Markup("</svg>"),
    ]
    return VersionChart(svg=Markup("\n").join(parts), summary=summary)


def _fold(points: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """Return `points` without those that are as long as the one before; the last one stays."""
    kept = [point for place, point in enumerate(points) if not place or point[1] != points[place - 1][1]]
    if len(kept) > _MOST_STEPS:
        kept = kept[:: len(kept) // _MOST_STEPS + 1]
    return kept if kept[-1] == points[-1] else [*kept, points[-1]]


def _path(scale: _Scale, points: Sequence[tuple[datetime, int]]) -> str:
    start = f"M{scale.x(points[0][0]):.1f} {scale.y(points[0][1]):.1f}"
    # A text has its length until the next one is seen.
    return start + "".join(f" H{scale.x(instant):.1f} V{scale.y(words):.1f}" for instant, words in points[1:])


def _axes(scale: _Scale, language: Language) -> Iterator[Markup]:
    right = WIDTH - _RIGHT
    for words in sorted({0, scale.most}):
        y = scale.y(words)
        yield Markup('<path class="grid" vector-effect="non-scaling-stroke" d="M{} {:.1f} H{}"/>').format(
            _LEFT, y, right
        )
        yield Markup('<text x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
            _LEFT - 6, y + 4, language.number(words)
        )
    years = range(scale.first.year + 1, scale.last.year + 1)
    for year in list(years)[:: len(years) // _YEARS + 1]:
        x = scale.x(scale.first.replace(year=year, month=1, day=1, hour=0, minute=0, second=0, microsecond=0))
        yield Markup('<path class="grid" vector-effect="non-scaling-stroke" d="M{0:.1f} {1} V{2}"/>').format(
            x, _TOP, _FLOOR
        )
        yield Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(x, _LABELS, year)
    if not years:
        yield Markup('<text x="{}" y="{}">{}</text>').format(_LEFT, _LABELS, tell_day(scale.first, language))
        yield Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
            right, _LABELS, tell_day(scale.last, language)
        )


def _marks(scale: _Scale, entries: Sequence[Entry]) -> Iterator[Markup]:
    for entry in entries[:_MOST_MARKS]:
        kind = "aside" if entry.is_set_aside else "alert" if entry.material else "plain"
        shape = _SHAPES["neutral" if entry.is_set_aside else entry.effect]
        trust = " open" if entry.trust in {"single", "imported", "suspect", "alternating"} else ""
        yield Markup(
            '<path class="mark-{}{}" vector-effect="non-scaling-stroke" transform="translate({:.1f} {})" d="{}"/>'
        ).format(kind, trust, scale.x(entry.seen_at), _MARKS, shape)


def _tell_effects(entries: Sequence[Entry], language: Language) -> str:
    told = [
        f"{sum(entry.effect == effect for entry in entries)} " + uncapitalise(language.gettext(EFFECT_WORDS[effect]))
        for effect in ("widens", "narrows")
        if any(entry.effect == effect for entry in entries)
    ]
    return f" ({', '.join(told)})" if told else ""
