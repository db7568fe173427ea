"""The lives of a document's clauses, a page for each section: `…/clauses/<id of its heading>/`.

Each clause is an element of the page of the section where it stood first, under its own id.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tracker.model import Biography
from tracker.render.biography_view import lay_out_biography
from tracker.render.change_view import quote_argument
from tracker.render.clause_addresses import MOST_TOLD, section_path
from tracker.render.document_pages import link_changes
from tracker.render.draft import Draft
from tracker.render.listing import Listing
from tracker.render.site_context import SiteContext
from tracker.render.words import tell_day, tell_section


def clause_pages(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield the pages of a document's sections to whose clauses something happened, and a list of them."""
    report = context.report(listing.document)
    if report.lives is None or not report.lives.headings:
        return
    inputs = context.clause_inputs_of(report)
    for heading in report.lives.headings:
        path = section_path(listing.stem, heading)
        yield Draft(path=path, write=partial(_write_section, context, listing, path), inputs=inputs)
    yield Draft(path=_index_path(listing), write=partial(_write_index, context, listing), inputs=inputs)


def _index_path(listing: Listing) -> str:
    """Return the path of the page that lists the sections of a document."""
    return f"{listing.stem}/clauses/index.html"


def _write_index(context: SiteContext, listing: Listing) -> str:
    sections = context.clauses(context.report(listing.document)).sections
    return context.write_of(
        listing,
        _index_path(listing),
        "clauses.html",
        current=[(path, section) for path, section in sections.items() if section.is_current],
        former=[(path, section) for path, section in sections.items() if not section.is_current],
    )


def _write_section(context: SiteContext, listing: Listing, path: str) -> str:
    report = context.report(listing.document)
    section = context.clauses(report).sections[path]
    # Of those that are told first stay told, however many follow; what stands is shown first.
    told = sorted(section.told[:MOST_TOLD], key=lambda line: not line.is_current)
    records = report.timeline.records
    biography = Biography(
        document=report.document,
        service_name=report.service_name,
        asked=tell_section(section.section, context.language),
        lives=(),
        lines=tuple(told),
        first=records[0],
        latest=records[-1],
    )
    (chapter,) = lay_out_biography(biography, context.language)
    return context.write_of(
        listing,
        path,
        "clause.html",
        title=tell_section(section.section, context.language),
        section=section,
        chapter=chapter,
        untold=len(section.told) - len(told),
        document_argument=quote_argument(str(report.document)),
        index=_index_path(listing),
        known=context.language.gettext(
            "%(first)s to %(last)s",
            first=tell_day(records[0].fetched_at, context.language),
            last=tell_day(records[-1].fetched_at, context.language),
        ),
        address_of=link_changes(path, listing.entries),
    )
