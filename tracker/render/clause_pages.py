"""The lives of a document's clauses, a page for each section: `…/clauses/<id of its heading>/`.

Each clause is an element of the page of the section where it stood first, under its own id.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tracker.model import Biography, DocumentReport
from tracker.render.biography_view import lay_out_biography
from tracker.render.change_view import quote_argument
from tracker.render.clause_addresses import MOST_TOLD, section_path
from tracker.render.draft import Draft
from tracker.render.pages import SiteContext, document_feed, link_changes, name_document, service_feed
from tracker.render.words import tell_day, tell_section


def clause_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the pages of the sections to whose clauses something happened, and a list of them for each document."""
    for report in context.documents:
        if report.lives is None or not report.lives.headings:
            continue
        inputs = context.clause_inputs_of(report)
        stem = context.addresses.document_stem(report.document)
        for heading in report.lives.headings:
            path = section_path(stem, heading)
            yield Draft(path=path, write=partial(_write_section, context, report, path), inputs=inputs)
        yield Draft(path=clause_index(context, report), write=partial(_write_index, context, report), inputs=inputs)


def clause_index(context: SiteContext, report: DocumentReport) -> str:
    """Return the path of the page that lists the sections of a document."""
    return f"{context.addresses.document_stem(report.document)}/clauses/index.html"


def _write_index(context: SiteContext, report: DocumentReport) -> str:
    sections = context.clauses(report).sections
    return _write(
        context,
        report,
        clause_index(context, report),
        "clauses.html",
        current=[(path, section) for path, section in sections.items() if section.is_current],
        former=[(path, section) for path, section in sections.items() if not section.is_current],
    )


def _write_section(context: SiteContext, report: DocumentReport, path: str) -> str:
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
    return _write(
        context,
        report,
        path,
        "clause.html",
        title=tell_section(section.section, context.language),
        section=section,
        chapter=chapter,
        untold=len(section.told) - len(told),
        document_argument=quote_argument(str(report.document)),
        index=clause_index(context, report),
        known=context.language.gettext(
            "%(first)s to %(last)s",
            first=tell_day(records[0].fetched_at, context.language),
            last=tell_day(records[-1].fetched_at, context.language),
        ),
        address_of=link_changes(path, context.entries[report.document]),
    )


def _write(context: SiteContext, report: DocumentReport, path: str, template: str, **values: Any) -> str:
    feeds = (document_feed(context, report), service_feed(context, report.document.service))
    return context.write(
        path,
        template,
        feeds=feeds,
        report=report,
        name=name_document(report),
        quoted=context.language.quoted(report.language),
        **values,
    )
