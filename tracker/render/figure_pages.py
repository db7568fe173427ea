"""Pages on transparency reports: what each publisher says it gave to authorities, country by country."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from string import ascii_uppercase
from typing import Final

from tracker.model import CountryFigures, DocumentKey, JsonValue, Measure, PublisherFigures
from tracker.render.addresses import make_slug, relative
from tracker.render.api_schemas import FIGURES, schema_path
from tracker.render.draft import Draft
from tracker.render.figure_chart import FiguresChart, Mark, draw_figures
from tracker.render.figures_json import figures_to_json
from tracker.render.fingerprint import fingerprint
from tracker.render.listing import Entry
from tracker.render.site_context import TRANSPARENCY_FEED, SiteContext
from tracker.render.visible import dump_json_rows

INDEX_PATH: Final = "transparency/index.html"
#: Topic of the clauses that say who gets what.
TOPIC: Final = "law-enforcement"
#: Changes of the policy that are marked in drawings: the newest.
MOST_MARKS: Final = len(ascii_uppercase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One way to sort countries, a page of its own."""

    name: str
    """`""` for the page of the publisher itself."""
    label: str
    rank: Callable[[CountryFigures], tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedChange:
    """A change of the policy that drawings mark."""

    letter: str
    entry: Entry


def total_of(country: CountryFigures, measure: Measure) -> int | None:
    """Return the sum of all that is known of a country, each period once; None where nothing is."""
    known = [value for tally in country.tallies if (value := tally.figure(measure).value) is not None]
    return sum(known) if known else None


def _rank_of(measure: Measure) -> Callable[[CountryFigures], tuple[object, ...]]:
    def rank(country: CountryFigures) -> tuple[object, ...]:
        total = total_of(country, measure)
        return (total is None, -(total or 0), country.name)

    return rank


def _rank_by_latest(country: CountryFigures) -> tuple[object, ...]:
    latest = country.latest
    if latest is None:
        return (True, 0, 0, country.name)
    return (False, -latest.period.end.toordinal(), -(latest.requests.value or 0), country.name)


def list_orders(context: SiteContext) -> tuple[Order, ...]:
    """Return every order in which countries are listed, the usual one first."""
    language = context.language
    return (
        Order(name="", label=language.gettext("by name"), rank=lambda country: (country.name,)),
        Order(name="by-requests", label=language.gettext("by requests"), rank=_rank_of("requests")),
        Order(name="by-users", label=language.gettext("by users"), rank=_rank_of("users")),
        Order(name="by-latest", label=language.gettext("by newest report"), rank=_rank_by_latest),
    )


def publisher_path(context: SiteContext, figures: PublisherFigures) -> str:
    """Return the path of a publisher's page."""
    return f"{context.publisher_stems[figures.publisher]}/index.html"


def country_path(context: SiteContext, figures: PublisherFigures, country: CountryFigures) -> str:
    """Return the path of the page of one country's figures."""
    return f"{context.publisher_stems[figures.publisher]}/{country.slug}/index.html"


def mark_changes(context: SiteContext, document: DocumentKey | None) -> tuple[MarkedChange, ...]:
    """Return the changes of a policy that say who gets what, oldest first, each with a letter."""
    if document is None:
        return ()
    found = [entry for entry in context.entries.get(document, ()) if tells_of_disclosure(entry)]
    return tuple(
        MarkedChange(letter=letter, entry=entry)
        for letter, entry in zip(ascii_uppercase, reversed(found[:MOST_MARKS]), strict=False)
    )


def tells_of_disclosure(entry: Entry) -> bool:
    """Return whether a change alters who may get what: a substantive one on the authorities' requests."""
    return TOPIC in entry.topics and entry.kind == "substantive" and not entry.is_set_aside


def figure_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the pages of every publisher, its countries first, and the page that lists all publishers last."""
    if not context.model.figures:
        return
    marked = [mark_changes(context, figures.document) for figures in context.model.figures]
    # What pages of every publisher depend on beside its figures: where all stand, and the changes that are marked.
    around = fingerprint(
        context.publisher_stems, tuple((change.letter, change.entry) for changes in marked for change in changes)
    )
    for figures in context.model.figures:
        yield from _publisher_pages(context, figures, around)
    inputs = fingerprint(context.figures_inputs, around)
    yield _draft(context, INDEX_PATH, "transparency.html", inputs, figures=context.model.figures)


def _draft(context: SiteContext, path: str, template: str, inputs: str, **values: object) -> Draft:
    return context.draft(
        path,
        template,
        inputs=inputs,
        feeds=((TRANSPARENCY_FEED, context.language.gettext("Transparency reports")),),
        pages=FigurePages(context),
        **values,
    )


def _publisher_pages(context: SiteContext, figures: PublisherFigures, around: str) -> Iterator[Draft]:
    stem, own = context.publisher_stems[figures.publisher], context.figures_inputs_of(figures)
    inputs = fingerprint(own, around)
    for country in figures.countries:
        path = country_path(context, figures, country)
        yield _draft(context, path, "transparency_country.html", inputs, publisher=figures, country=country)
    data = f"{stem}/figures.json"
    yield Draft(path=data, write=partial(_write_json, data, figures), inputs=fingerprint(data, own))
    orders = list_orders(context)
    for order in reversed(orders):
        path = f"{stem}/{order.name}/index.html" if order.name else f"{stem}/index.html"
        yield _draft(
            context,
            path,
            "transparency_publisher.html",
            inputs,
            publisher=figures,
            countries=tuple(sorted(figures.countries, key=order.rank)),
            order=order.name,
            orders=tuple((one.name, one.label) for one in orders),
        )


def _write_json(path: str, figures: PublisherFigures) -> str:
    schema: dict[str, JsonValue] = {"$schema": relative(path, schema_path(FIGURES))}
    return dump_json_rows(schema | figures_to_json(figures, figures.countries))


class FigurePages:
    """What templates of these pages ask for."""

    def __init__(self, context: SiteContext) -> None:
        """Serve pages of this site."""
        self._context = context

    def stem(self, figures: PublisherFigures) -> str:
        """Return the folder of a publisher's pages."""
        return self._context.publisher_stems[figures.publisher]

    def country(self, figures: PublisherFigures, country: CountryFigures) -> str:
        """Return the path of a country's page."""
        return country_path(self._context, figures, country)

    def changes(self, figures: PublisherFigures) -> tuple[MarkedChange, ...]:
        """Return the changes of the policy that drawings mark."""
        return mark_changes(self._context, figures.document)

    def policy(self, figures: PublisherFigures) -> str | None:
        """Return the path of the policy's page; None where it is not watched."""
        if figures.document is None or figures.document not in self._context.entries:
            return None
        return self._context.addresses.document(figures.document)

    def total(self, country: CountryFigures, measure: Measure) -> int | None:
        """Return the sum of all that is known of a country."""
        return total_of(country, measure)

    def charts(self, figures: PublisherFigures, country: CountryFigures | None = None) -> tuple[FiguresChart, ...]:
        """Return the drawings of a country's figures, or of all together: one for each measure that is known."""
        tallies = figures.totals if country is None else country.tallies
        marks = [Mark(day=change.entry.seen_at.date(), letter=change.letter) for change in self.changes(figures)]
        measures: Sequence[Measure] = ("received", "requests", "users")
        drawn = (
            draw_figures(
                tallies,
                measure,
                marks,
                name=f"{make_slug(figures.publisher)}-{measure}",
                tells_countries=country is None,
                language=self._context.language,
            )
            for measure in measures
            if tallies
        )
        return tuple(chart for chart in drawn if chart is not None)
