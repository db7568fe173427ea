"""The lives of a document's clauses, a page for each section: `…/clauses/<id of its heading>/`.

Each clause is an element of the page of the section where it stood first, under its own id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from tracker.model import Biography, DocumentReport
from tracker.render.biography_view import lay_out_biography
from tracker.render.change_view import quote_argument
from tracker.render.clause_addresses import SectionPage
from tracker.render.draft import Draft
from tracker.render.pages import SiteContext, document_feed, link_changes, name_document, service_feed
from tracker.render.words import tell_day, tell_section


def clause_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the pages of the sections to whose clauses something happened, and a list of them for each document."""
    for report in context.documents:
        known = context.clauses(report)
        if known is None or not known.sections:
            continue
        inputs = context.clause_inputs_of(report)
        for page in known.sections:
            yield Draft(path=page.path, write=partial(_write_section, context, report, page), inputs=inputs)
        path = clause_index(context, report)
        yield Draft(path=path, write=partial(_write_index, context, report, path, known.sections), inputs=inputs)


def _write_index(context: SiteContext, report: DocumentReport, path: str, sections: Sequence[SectionPage]) -> str:
    _, text = context.render(
        path,
        "clauses.html",
        feeds=(document_feed(context, report), service_feed(context, report.document.service)),
        report=report,
        name=name_document(report),
        current=[page for page in sections if page.is_current],
        former=[page for page in sections if not page.is_current],
    )
    return text


def clause_index(context: SiteContext, report: DocumentReport) -> str:
    """Return the path of the page that lists the sections of a document."""
    return f"{context.addresses.document_stem(report.document)}/clauses/index.html"


def _write_section(context: SiteContext, report: DocumentReport, page: SectionPage) -> str:
    records = report.timeline.records
    biography = Biography(
        document=report.document,
        service_name=report.service_name,
        asked=tell_section(page.section),
        lives=(),
        lines=page.told,
        first=records[0],
        latest=records[-1],
    )
    (chapter,) = lay_out_biography(biography)
    _, text = context.render(
        page.path,
        "clause.html",
        feeds=(document_feed(context, report), service_feed(context, report.document.service)),
        report=report,
        name=name_document(report),
        title=tell_section(page.section),
        page=page,
        chapter=chapter,
        untold=page.untold,
        document_argument=quote_argument(str(report.document)),
        index=clause_index(context, report),
        known=f"{tell_day(records[0].fetched_at)} to {tell_day(records[-1].fetched_at)}",
        address_of=link_changes(page.path, context.entries[report.document]),
    )
    return text
