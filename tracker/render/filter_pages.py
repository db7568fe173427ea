"""Plain pages that show a part of the timeline: material or unannounced changes, those of one effect, of one topic.

Each has its newest changes in front and a page for each year: a filter needs no script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Final

from tracker.model import EFFECTS, TOPICS
from tracker.render.draft import Draft
from tracker.render.language import ENGLISH, Language
from tracker.render.listing import Entry
from tracker.render.site_context import FRONT_PAGE_CHANGES, SiteContext, topic_feed
from tracker.render.words import EFFECT_MEANINGS, EFFECT_WORDS, capitalise

#: Changes of a year that stand on one page; of more, each month has a page of its own.
MOST_OF_A_YEAR: Final = 150
#: Effects that have a page: what leaves both sides as they were is no news of its own.
EFFECT_PAGES: Final = tuple(effect for effect in EFFECTS if effect != "neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One part of the timeline."""

    stem: str
    """Folder of its pages, from the site's root."""
    name: str
    """How links call it."""
    title: str
    lede: str
    holds: Callable[[Entry], bool] = field(compare=False)
    feed: str | None = None
    """Stem of the feed of the same changes; None where there is none."""

    @property
    def path(self) -> str:
        return f"{self.stem}/index.html"


def list_filters(language: Language = ENGLISH) -> tuple[Filter, ...]:
    """Return every filter that is no topic, in the order of the links."""
    return (
        Filter(
            stem="material",
            name=language.gettext("Material"),
            title=language.gettext("Material changes"),
            lede=language.gettext("Confirmed changes that a privacy advocate would want to know of."),
            holds=lambda entry: entry.is_alert,
            feed="feeds/material",
        ),
        Filter(
            stem="silent",
            name=language.gettext("Not announced"),
            title=language.gettext("Changes that were not announced"),
            lede=language.gettext("Changes that the policy's own change log does not mention so far."),
            holds=lambda entry: entry.is_unannounced,
            feed="feeds/silent",
        ),
        *(_filter_effect(effect, language) for effect in EFFECT_PAGES),
    )


def _filter_effect(effect: str, language: Language) -> Filter:
    name = language.gettext(EFFECT_WORDS[effect])
    return Filter(
        stem=f"effects/{effect}",
        name=name,
        title=language.gettext("%(effect)s: changes of this effect", effect=name),
        lede=f"{capitalise(language.gettext(EFFECT_MEANINGS[effect]))}.",
        holds=lambda entry: entry.effect == effect,
    )


def list_topics(language: Language = ENGLISH) -> tuple[Filter, ...]:
    """Return a filter for each topic."""
    return tuple(_filter_topic(topic, language) for topic in TOPICS)


def _filter_topic(topic: str, language: Language) -> Filter:
    feed, name = topic_feed(topic, language)
    return Filter(
        stem=f"topics/{topic}",
        name=name,
        title=language.gettext("%(topic)s: changes on this topic", topic=name),
        lede=language.gettext("Changes of all policies in which clauses on this topic came, went or were reworded."),
        holds=lambda entry: topic in entry.topics,
        feed=feed,
    )


def filter_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the pages of every filter that is no topic."""
    for one in list_filters(context.language):
        yield from _pages_of(context, one, _pick(context, one))


def topic_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the pages of each topic, and the list of topics."""
    counts: list[tuple[str, str, int]] = []
    for one in list_topics(context.language):
        held = _pick(context, one)
        counts.append((one.path, one.name, len(held)))
        yield from _pages_of(context, one, held)
    yield context.draft("topics/index.html", "topics.html", topics=tuple(counts))


def _pick(context: SiteContext, one: Filter) -> tuple[Entry, ...]:
    return tuple(filter(one.holds, context.events))


def _pages_of(context: SiteContext, one: Filter, held: tuple[Entry, ...]) -> Iterator[Draft]:
    by_year = {year: tuple(group) for year, group in groupby(held, lambda entry: entry.year)}
    # Every year since the first change, newest first: a page that was there once stays.
    years = context.years
    # Numbers stand on the first page alone: with a new change no page of a year that is over need be written.
    page = partial(_page, context, one, years=tuple((year, None) for year in years))
    for year in years:
        entries = by_year.get(year, ())
        months = {month: tuple(group) for month, group in groupby(entries, lambda entry: entry.month)}
        told = tuple((month, len(group)) for month, group in months.items())
        if len(entries) <= MOST_OF_A_YEAR:
            yield page(f"{one.stem}/{year}/index.html", entries, period=year)
            continue
        for month, group in months.items():
            yield page(_month_path(one, month), group, period=month, months=told)
        yield page(f"{one.stem}/{year}/index.html", (), period=year, months=told)
    counts = tuple((year, len(by_year.get(year, ()))) for year in years)
    yield _page(context, one, one.path, held[:FRONT_PAGE_CHANGES], years=counts, total=len(held))


def _month_path(one: Filter, month: str) -> str:
    return f"{one.stem}/{month[:4]}/{month[5:]}/index.html"


def _page(
    context: SiteContext,
    one: Filter,
    path: str,
    entries: Sequence[Entry],
    *,
    years: Sequence[tuple[str, int | None]],
    total: int | None = None,
    period: str | None = None,
    months: Sequence[tuple[str, int]] = (),
) -> Draft:
    """Return one page of a filter: of its newest changes, of those of a year, or of a month of a year that has many."""
    return context.draft(
        path,
        "filter.html",
        feeds=() if one.feed is None else ((one.feed, one.title),),
        filter=one,
        entries=tuple(entries),
        year=None if period is None else period[:4],
        month=period if period is not None and len(period) > len("2024") else None,
        months=tuple((month, number, _month_path(one, month)) for month, number in months),
        years=tuple(years),
        total=total,
    )
