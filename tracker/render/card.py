"""The picture that stands for a change where a link to it is shared: an SVG of 1200 by 630 pixels beside its page.

It shows service, document, day, headline, effect in words and as a shape, and the redline of the weightiest clause,
each within a box of its own. No picture scales or wraps a text by itself, so lines are broken here, by widths that no
usual font exceeds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final, TypeAlias

from tracker.model import KINDS, ChangeReport, ClauseChange, ClauseVerdict, Span, SpanTag
from tracker.render.addresses import picture_of
from tracker.render.change_json import judged_clauses
from tracker.render.draft import Draft, Painter
from tracker.render.language import ENGLISH
from tracker.render.listing import Entry, Listing
from tracker.render.site_context import CARD_SIZE, SiteContext
from tracker.render.visible import mark_hidden
from tracker.render.words import (
    EFFECT_MEANINGS,
    EFFECT_WORDS,
    KIND_WORDS,
    TRUST_MEANINGS,
    TRUST_WORDS,
    shorten,
    tell_day,
    tell_section,
)

Run: TypeAlias = tuple[SpanTag, str]
Line: TypeAlias = tuple[Run, ...]

#: Names of XML: they are no addresses that anything is asked for.
SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"

_ELLIPSIS: Final = "\u2026"
_MARGIN: Final = 64
_TEXT_WIDTH: Final = CARD_SIZE[0] - 2 * _MARGIN
#: Width that the day needs beside the name.
_DAY_WIDTH: Final = 280
#: Sizes of a headline in pixels, the largest first, and how many lines of each the box holds.
_HEADLINE_SIZES: Final = ((54, 3), (44, 4), (36, 5), (30, 6))
_REDLINE_SIZE: Final = 24
_REDLINE_LINES: Final = 4
_REDLINE_WIDTH: Final = _TEXT_WIDTH - 48
#: Characters of unchanged words kept before, between and after what changed, and of one run of changed words.
_KEPT: Final = 60
_CHANGED: Final = 150
#: Spans that are looked at: more than fill the box.
_MOST_SPANS: Final = 60
#: Marks on one letter; a pile of them would reach into other lines.
_MOST_MARKS: Final = 3

#: Shapes in a square of 56 pixels, so that an effect is told by more than words and colour.
SHAPES: Final = {
    "widens": "M0 28 20 8v13h16V8l20 20-20 20V35H20v13z",  # an arrow to both sides
    "narrows": "M26 28 6 8v13H0v14h6v13zM30 28 50 8v13h6v14h-6v13z",  # two arrows that meet
    "mixed": "M0 20 14 0l14 20h-8v36H8V20zM28 36h8V0h12v36h8L42 56z",  # one arrow up, one down
    "neutral": "M4 14h48v10H4zM4 32h48v10H4z",  # an equals sign
    "unclear": "M28 0 56 28 28 56 0 28zM28 12 12 28 28 44 44 28z",  # an empty rhombus
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one picture shows, broken into lines that fit."""

    label: str
    """All of it in a sentence, for those who hear it."""
    name: Line
    day: str
    headline: tuple[Line, ...]
    headline_size: int
    """In pixels."""
    headline_language: str | None
    """Where it is not that of the picture."""
    effect: str | None
    """A key of `SHAPES`; None for what is no change."""
    effect_word: str
    effect_meaning: Line
    facts: str
    """Kind and weight, in words."""
    section: Line
    """Where the weightiest clause stands; empty where none is shown."""
    redline: tuple[Line, ...]
    redline_language: str | None
    """Where it is not that of the picture; `""` for an unknown one."""
    trust: str
    site: Line


def card_pages(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield the picture of each change of a document; of one set aside, a picture that says so."""
    for entry in listing.entries:
        inputs = context.inputs_of(entry)
        yield Draft(path=entry.card_path, write=partial(_write_card, context, entry), inputs=inputs)


def picture_pages(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield each picture of a document as PNG, where something draws them: most who show shared links take no SVG."""
    painter = context.painter
    if painter is None:
        return
    for entry in listing.entries:
        inputs, write = context.inputs_of(entry), partial(_paint_card, context, entry, painter)
        yield Draft(path=picture_of(entry.card_path), write=write, inputs=inputs)


def withdrawn_cards(context: SiteContext) -> Iterator[Draft]:
    """Yield a picture for every change once published that no longer stands; as PNG too, where something draws them."""
    standing = {entry.card_path for entry in context.every}
    inputs = context.settings_inputs
    for address in sorted(set(context.model.published)):
        path = f"{address.strip('/')}/card.svg"
        if path in standing:
            continue
        yield Draft(path=path, write=partial(withdrawn_card, context), inputs=inputs)
        if context.painter is not None:
            write = partial(_paint_withdrawn, context, context.painter)
            yield Draft(path=picture_of(path), write=write, inputs=inputs)


def _paint_card(context: SiteContext, entry: Entry, painter: Painter) -> bytes:
    svg = _write_card(context, entry)
    if not painter.covers(svg):
        # Boxes in the place of letters tell nothing: what can be said in the site's own words is said.
        svg = _draw(context, _wordless_card_of(context, entry, painter))
    return painter.paint(svg)


def _paint_withdrawn(context: SiteContext, painter: Painter) -> bytes:
    svg = withdrawn_card(context)
    return painter.paint(svg if painter.covers(svg) else withdrawn_card(context, site=""))


def _wordless_card_of(context: SiteContext, entry: Entry, painter: Painter) -> Card:
    """Return the picture without any word that `painter` cannot draw."""
    card = _card_of(context, entry)
    name, site = entry.name, context.model.title
    if not painter.covers(name):
        name = context.addresses.document_stem(entry.document)
    told = context.language.gettext("The words of this change are in letters that this picture has not: see its page.")
    lines, size = _fit_headline(told)
    return replace(
        card,
        label=f"{name}, {card.day}",
        name=_fit(name, 30, _TEXT_WIDTH - _DAY_WIDTH, is_bold=True),
        headline=lines,
        headline_size=size,
        headline_language=None,
        section=(),
        redline=(),
        site=_fit(site, 20, _TEXT_WIDTH // 2) if painter.covers(site) else (),
    )


def _write_card(context: SiteContext, entry: Entry) -> str:
    return _draw(context, _card_of(context, entry))


def withdrawn_card(context: SiteContext, *, site: str | None = None) -> str:
    """Return the picture for an address at which no change stands any more; `site` is named for the site's title."""
    language = context.language
    headline = language.gettext("This change no longer stands")
    lines, size = _fit_headline(headline)
    card = Card(
        label=headline,
        name=(),
        day="",
        headline=lines,
        headline_size=size,
        headline_language=None,
        effect=None,
        effect_word=language.gettext("Withdrawn"),
        effect_meaning=_fit(language.gettext("its page says why, and leads on"), 22, _TEXT_WIDTH),
        facts="",
        section=(),
        redline=(),
        redline_language=None,
        trust="",
        site=_fit(context.model.title if site is None else site, 20, _TEXT_WIDTH // 2),
    )
    return _draw(context, card)


def _draw(context: SiteContext, card: Card) -> str:
    return context.environment.get_template("card.svg").render(
        card=card, namespace=SVG_NAMESPACE, width=CARD_SIZE[0], height=CARD_SIZE[1], shapes=SHAPES
    )


def _card_of(context: SiteContext, entry: Entry) -> Card:
    report = context.change(entry)
    language = context.language
    verdict, trust = report.verdict, report.event.trust
    is_aside = entry.is_set_aside
    told = verdict.headline
    if is_aside and verdict.broken is None:
        told = f"{language.gettext(TRUST_WORDS[trust])}: {language.gettext(TRUST_MEANINGS[trust])}"
    name, day = entry.name, tell_day(entry.seen_at, language)
    lines, size = _fit_headline(told)
    shown = None if is_aside else find_weightiest(report)
    kind = language.gettext(KIND_WORDS[verdict.kind])
    effect, meaning = (
        (language.gettext("Not counted as a change"), language.gettext("set aside, so that nothing is hidden"))
        if is_aside
        else (language.gettext(EFFECT_WORDS[verdict.effect]), language.gettext(EFFECT_MEANINGS[verdict.effect]))
    )
    return Card(
        label=f"{name}, {day}: {told}",
        name=_fit(name, 30, _TEXT_WIDTH - _DAY_WIDTH, is_bold=True),
        day=day,
        headline=lines,
        headline_size=size,
        headline_language=language.foreign(ENGLISH.code) if told is verdict.headline else None,
        effect=None if is_aside else verdict.effect,
        effect_word=effect,
        effect_meaning=_fit(meaning, 22, _TEXT_WIDTH - 76),
        facts="" if is_aside else f"{language.gettext('Material')} · {kind}" if verdict.material else kind,
        section=() if shown is None else _fit(tell_section(shown.section, language), 20, _REDLINE_WIDTH),
        redline=() if shown is None else _fit_redline(shown.redline),
        redline_language=language.foreign(context.report(entry.document).language),
        trust="" if is_aside else language.gettext(TRUST_WORDS[trust]),
        site=_fit(context.model.title, 20, _TEXT_WIDTH // 2),
    )


def find_weightiest(report: ChangeReport) -> ClauseChange | None:
    """Return the clause that says most of what the change means; None where no word differs.

    That is one of the weightiest kind, then one whose effect is that of the change, then the one with the surest
    finding, then the one with the most words that differ, then the first.
    """

    def weigh(judged: tuple[ClauseChange, ClauseVerdict]) -> tuple[int, bool, float, int]:
        clause, verdict = judged
        surest = max((finding.confidence for finding in verdict.findings), default=0.0)
        differing = sum(len(span.text) for span in clause.redline if span.tag != "=")
        return (KINDS.index(verdict.kind), verdict.effect != report.verdict.effect, -surest, -differing)

    reworded = [row for row in judged_clauses(report.change, report.verdict) if not row[0].is_technical]
    return min(reworded, key=weigh)[0] if reworded else None


# ------------------------------------------------------------------------------------------------------------- excerpt


def excerpt(redline: Sequence[Span]) -> tuple[Run, ...]:
    """Return the redline as runs of at most some hundred characters each, long ones shortened in the middle or the end.

    What changed is in sight from the first line on: of unchanged words only those near it are kept.
    """
    spans = list(redline[:_MOST_SPANS])
    runs: list[Run] = []
    for place, span in enumerate(spans):
        text = _plain(span.text)
        if span.tag != "=":
            text = shorten(text, _CHANGED)
        elif place == 0 and len(spans) > 1:
            text = _tail(text, _KEPT)
        elif place == len(spans) - 1:
            text = shorten(text, 4 * _KEPT)
        elif len(text) > 2 * _KEPT:
            text = f"{shorten(text, _KEPT)} {_tail(text, _KEPT)}"
        runs.append((span.tag, text))
    return (*runs, ("=", _ELLIPSIS)) if len(redline) > _MOST_SPANS else tuple(runs)


def _plain(text: str) -> str:
    """Return `text` in one line, hidden characters marked, no letter under more than some marks."""
    # Only what can end up in the picture is looked at, however long the text is.
    kept = f"{text[:2000]} {text[-2000:]}" if len(text) > 5000 else text  # noqa: PLR2004 - more than any box holds
    flat = re.sub(r"\s+", " ", mark_hidden(kept))
    letters: list[str] = []
    marks = 0
    for letter in flat:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= _MOST_MARKS:
            letters.append(letter)
    return "".join(letters)


def _tail(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    _, space, words = text[-limit - 1 :].partition(" ")
    return f"{_ELLIPSIS}{words if space and len(words) > limit // 2 else text[-limit:]}"


# --------------------------------------------------------------------------------------------------------------- lines

#: Widths in parts of the font's size, each that of DejaVu Sans or more, the widest of the usual fonts.
_NARROW: Final = frozenset("ijlI.,:;'!|` \u2019\u2018")
_SLIM: Final = frozenset('frt()[]/\\-"{}\u201c\u201d')
_BROAD: Final = frozenset("mwMW@%\u2014\u2026")
_BOLD: Final = 1.14


@lru_cache(maxsize=4096)
def _width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    base = unicodedata.normalize("NFD", letter)[0]
    for letters, width in ((_NARROW, 0.41), (_SLIM, 0.53), (_BROAD, 1.02)):
        if base in letters:
            return width
    if base.isascii():
        return 0.8 if base.isupper() or base in "+<>=#&~^" else 0.66
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.02
    # Scripts from Arabic to Sinhala are slimmer than those after them; what is wider still is clipped by its box.
    return 0.95 if base < "\u0e00" else 1.25


def wrap(runs: Sequence[Run], *, size: int, width: float, most_lines: int, is_bold: bool = False) -> tuple[Line, ...]:
    """Return `runs` in at most `most_lines` lines, each at most `width` pixels wide at the font's `size`.

    Lines break at spaces, and within a word only where it is wider than a line. What is left over is told by an
    ellipsis.
    """
    em = size * (_BOLD if is_bold else 1.0)
    letters = [(tag, letter) for tag, text in runs for letter in text]
    lines: list[Line] = []
    start = 0
    while start < len(letters):
        end = _find_end(letters, start, width / em)
        is_last = len(lines) + 1 == most_lines
        if is_last and end < len(letters):
            end = _find_end(letters, start, width / em - _width(_ELLIPSIS))
            lines.append((*_join(letters[start:end]), ("=", _ELLIPSIS)))
            break
        lines.append(_join(letters[start:end]))
        start = end
    return tuple(line for line in lines if line)


def _find_end(letters: Sequence[tuple[SpanTag, str]], start: int, width: float) -> int:
    """Return the index behind the last letter of the line that begins at `start`, spaces at its end included."""
    used = 0.0
    last_space: int | None = None
    for place in range(start, len(letters)):
        letter = letters[place][1]
        if letter == " ":
            last_space = place
        used += _width(letter)
        if used > width and letter != " ":
            return last_space + 1 if last_space is not None else max(place, start + 1)
    return len(letters)


def _join(letters: Sequence[tuple[SpanTag, str]]) -> Line:
    """Return neighbours of one kind as one run, without spaces at either end of the line."""
    first, last = 0, len(letters)
    while first < last and letters[first][1] == " ":
        first += 1
    while last > first and letters[last - 1][1] == " ":
        last -= 1
    runs: list[Run] = []
    for tag, letter in letters[first:last]:
        if runs and runs[-1][0] == tag:
            runs[-1] = (tag, runs[-1][1] + letter)
        else:
            runs.append((tag, letter))
    return tuple(runs)


def _fit(text: str, size: int, width: float, *, is_bold: bool = False) -> Line:
    lines = wrap((("=", _plain(text)),), size=size, width=width, most_lines=1, is_bold=is_bold)
    return lines[0] if lines else ()


def _fit_headline(headline: str) -> tuple[tuple[Line, ...], int]:
    """Return the headline's lines and their size: the largest at which all of it fits."""
    runs: tuple[Run, ...] = (("=", _plain(headline)),)
    for size, most_lines in _HEADLINE_SIZES:
        lines = wrap(runs, size=size, width=_TEXT_WIDTH, most_lines=most_lines + 1, is_bold=True)
        if len(lines) <= most_lines:
            return lines, size
    size, most_lines = _HEADLINE_SIZES[-1]
    return wrap(runs, size=size, width=_TEXT_WIDTH, most_lines=most_lines, is_bold=True), size


def _fit_redline(redline: Sequence[Span]) -> tuple[Line, ...]:
    return wrap(excerpt(redline), size=_REDLINE_SIZE, width=_REDLINE_WIDTH, most_lines=_REDLINE_LINES)
