"""Figures of transparency reports as a static drawing: a bar a quarter, changes of the policy marked on the time axis.

The drawing is told in words too: it has a title, a description, and every figure in it stands in the table beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from tracker.model import Measure, Period, Tally, quarter_of
from tracker.render.figure_words import MEASURE_WORDS, tell_date, tell_figure, tell_period, tell_quarters
from tracker.render.language import ENGLISH, Language
from tracker.render.words import capitalise

#: In units of the drawing, which grows with the page.
WIDTH: Final = 420
HEIGHT: Final = 236
_LEFT: Final = 6
_RIGHT: Final = 6
_TOP: Final = 46
_FLOOR: Final = 190
_QUARTERS: Final = 206
_YEARS: Final = 224
#: Below the years of totals: how many countries are added up.
_COUNTS: Final = 244
_MARKS: Final = 10
#: The newest quarters are drawn; of more, nobody could read the labels.
MOST_QUARTERS: Final = 20
#: Quarters up to which figures stand upright above their bars.
_MOST_UPRIGHT: Final = 9
_THOUSAND: Final = 1000
#: Figures that are written in full above their bars; larger ones in thousands.
_LARGEST_IN_FULL: Final = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A change of the policy on the time axis."""

    day: date
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresChart:
    """The drawing and what it shows, in words."""

    title: str
    svg: Markup
    summary: str


class _Scale:
    """From days and figures to places in the drawing."""

    def __init__(self, tallies: Sequence[Tally], measure: Measure) -> None:
        quarters = Period(tallies[0].period.start, tallies[-1].period.end).quarters
        self._places = {quarter: place for place, quarter in enumerate(quarters)}
        self.count = len(quarters)
        self.width = (WIDTH - _LEFT - _RIGHT) / self.count
        self.most = max((_rate(tally, measure) for tally in tallies), default=0.0)

    def x(self, day: date) -> float | None:
        """Return where `day` begins; None for one that is not drawn."""
        quarter = quarter_of(day)
        place = self._places.get(quarter)
        if place is None:
            return None
        part = (day - quarter.start).days / ((quarter.after - quarter.start).days)
        return _LEFT + (place + part) * self.width

    def y(self, rate: float) -> float:
        return _FLOOR - rate / (self.most or 1) * (_FLOOR - _TOP)


def _rate(tally: Tally, measure: Measure) -> float:
    """Return the figure of a quarter: of several that nobody tells apart, as if they were alike."""
    value = tally.figure(measure).value
    return 0.0 if value is None else value / max(1, len(tally.period.quarters))


def draw_figures(
    tallies: Sequence[Tally],
    measure: Measure,
    marks: Sequence[Mark],
    *,
    name: str,
    tells_countries: bool = False,
    language: Language = ENGLISH,
) -> FiguresChart | None:
    """Return the drawing of the figures of `measure`; None where none is known.

    Args:
        tallies: Without gaps between them, in order.
        measure: What is counted.
        marks: Changes of the policy.
        name: Tells this drawing from others of the page: an id of HTML begins with it.
        tells_countries: Whether these are totals, and it is told how many countries each adds up.
        language: In which the drawing is told.
    """
    tallies = _newest(tallies)
    if all(tally.figure(measure).value is None for tally in tallies):
        return None
    scale = _Scale(tallies, measure)
    drawn = [mark for mark in marks if scale.x(mark.day) is not None]
    title = language.gettext("%(measure)s, by quarter", measure=capitalise(language.gettext(MEASURE_WORDS[measure])))
    summary = _summarise(tallies, measure, drawn, language)
    if tells_countries:
        counts = ", ".join(language.number(tally.countries) for tally in tallies)
        summary += " " + language.gettext("Countries added up, period by period: %(counts)s.", counts=counts)
    height = _COUNTS + 12 if tells_countries else HEIGHT
    parts = [
        Markup(
            '<svg class="chart bars" viewBox="0 0 {0} {1}" role="img" aria-labelledby="{2}-title {2}-words">'
        ).format(WIDTH, height, name),
        Markup('<title id="{0}-title">{1}</title><desc id="{0}-words">{2}</desc>').format(name, title, summary),
        Markup('<path class="grid" d="M{} {} H{}"/>').format(_LEFT, _FLOOR, WIDTH - _RIGHT),
        *(piece for tally in tallies for piece in _bar(scale, tally, measure, language)),
        *_years(scale, tallies),
        *(_count(scale, tally, language) for tally in tallies if tells_countries),
        *(_mark(scale, mark) for mark in drawn),
        Markup("</svg>"),
    ]
    return FiguresChart(title=title, svg=Markup("\n").join(parts), summary=summary)


def _newest(tallies: Sequence[Tally]) -> Sequence[Tally]:
    kept: list[Tally] = []
    count = 0
    for tally in reversed(tallies):
        count += max(1, len(tally.period.quarters))
        if count > MOST_QUARTERS and kept:
            break
        kept.append(tally)
    return kept[::-1]


def _bar(scale: _Scale, tally: Tally, measure: Measure, language: Language) -> Iterator[Markup]:
    left = scale.x(tally.period.start) or 0.0
    quarters = len(tally.period.quarters)
    width = quarters * scale.width
    middle = left + width / 2
    figure = tally.figure(measure)
    top = scale.y(_rate(tally, measure))
    if figure.value is None:
        yield Markup('<path class="unknown" d="M{:.1f} {} h{:.1f}"/>').format(left + 3, _FLOOR - 3, width - 6)
    else:
        kind = "bar derived" if figure.basis == "derived" else "bar spread" if quarters > 1 else "bar"
        # A figure of nought has a line of its own, so that it is no gap.
        yield Markup('<path class="{}" d="M{:.1f} {} v{:.1f} h{:.1f} V{} Z"/>').format(
            kind, left + 2, _FLOOR, min(-1.0, top - _FLOOR), width - 4, _FLOOR
        )
        yield from _label(scale, figure.value, (middle, top), language, is_wide=quarters > 1)
    yield Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        middle, _QUARTERS, tell_quarters(tally.period, language) if quarters > 1 or scale.count <= _MOST_UPRIGHT
        else str((tally.period.start.month + 2) // 3),
    )  # fmt: skip


def _label(
    scale: _Scale, value: int, place: tuple[float, float], language: Language, *, is_wide: bool
) -> Iterator[Markup]:
    x, y = place
    text = language.number(value)
    if value > _LARGEST_IN_FULL and not is_wide:
        text = language.gettext("%(number)sk", number=language.decimal(value / _THOUSAND, 1))
    if scale.count <= _MOST_UPRIGHT or is_wide:
        yield Markup('<text class="value" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(x, y - 5, text)
    else:
        yield Markup('<text class="value" transform="translate({:.1f} {:.1f}) rotate(-90)">{}</text>').format(
            x + 4, y - 4, text
        )


def _years(scale: _Scale, tallies: Sequence[Tally]) -> Iterator[Markup]:
    first, last = tallies[0].period.start, tallies[-1].period.end
    for year in range(first.year, last.year + 1):
        start = max(first, date(year, 1, 1))
        end = min(last, date(year, 12, 31))
        left, right = scale.x(start) or 0.0, scale.x(end) or 0.0
        yield Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format((left + right) / 2, _YEARS, year)
        if start > first:
            yield Markup('<path class="grid" d="M{:.1f} {} V{}"/>').format(left, _FLOOR, _YEARS)


def _count(scale: _Scale, tally: Tally, language: Language) -> Markup:
    quarters = len(tally.period.quarters)
    middle = (scale.x(tally.period.start) or 0.0) + quarters * scale.width / 2
    told = language.ngettext("%(num)s country", "%(num)s countries", tally.countries)
    return Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        middle, _COUNTS, told if quarters > 1 else language.number(tally.countries)
    )


def _mark(scale: _Scale, mark: Mark) -> Markup:
    x = min(max(scale.x(mark.day) or 0.0, 9.0), WIDTH - 9.0)
    return Markup(
        '<path class="change" d="M{0:.1f} {1} V{2}"/><circle class="badge" cx="{0:.1f}" cy="{3}" r="8"/>'
        '<text class="letter" x="{0:.1f}" y="{4}" text-anchor="middle">{5}</text>'
    ).format(x, _MARKS + 8, _FLOOR, _MARKS, _MARKS + 4, mark.letter)


def _summarise(tallies: Sequence[Tally], measure: Measure, marks: Sequence[Mark], language: Language) -> str:
    """Return what the drawing shows, in sentences."""
    known = [tally for tally in tallies if tally.figure(measure).value is not None]
    single = [tally for tally in known if tally.period.is_quarter]
    told = [
        language.gettext(
            "From %(first)s to %(last)s.",
            first=tell_date(tallies[0].period.start, language),
            last=tell_date(tallies[-1].period.end, language),
        )
    ]

    def figure(tally: Tally) -> str:
        period = tell_period(tally.period, language)
        if tally.figure(measure).basis == "derived":
            period = language.gettext("%(period)s, derived", period=period)
        return f"{tell_figure(tally.figure(measure), language)} ({period})"

    if single:
        highest = max(single, key=lambda tally: tally.figure(measure).value or 0)
        told.append(
            language.gettext(
                "Highest quarter: %(highest)s; newest: %(newest)s.", highest=figure(highest), newest=figure(single[-1])
            )
        )
    wide = [figure(tally) for tally in known if not tally.period.is_quarter]
    if wide:
        told.append(language.gettext("Not told by quarter: %(figures)s.", figures=", ".join(wide)))
    gaps = [tell_period(tally.period, language) for tally in tallies if tally.figure(measure).value is None]
    if gaps:
        told.append(language.gettext("Nothing known: %(periods)s.", periods=", ".join(gaps)))
    if marks:
        days = ", ".join(f"{mark.letter} {tell_date(mark.day, language)}" for mark in marks)
        told.append(language.gettext("Changes of the policy: %(days)s.", days=days))
    return " ".join(told)
