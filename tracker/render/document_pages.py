"""The page of each document: its text as it stands, its changes, its versions and its checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from tracker.model import PROVING_OUTCOMES, DocumentReport, Event, format_instant
from tracker.render.addresses import relative
from tracker.render.change_view import quote_argument
from tracker.render.draft import Draft
from tracker.render.figure_pages import publisher_path
from tracker.render.language import Language
from tracker.render.ledger_view import lay_out_ledger
from tracker.render.listing import Entry, Listing
from tracker.render.site_context import SiteContext, document_feed, own_feeds
from tracker.render.text_layout import lay_out_text
from tracker.render.version_chart import draw_versions
from tracker.render.words import OUTCOME_WORDS


def document_pages(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield the page of a document: its text as it stands, its changes and its versions."""
    yield Draft(path=listing.path, write=partial(_write_document, context, listing))


def _write_document(context: SiteContext, listing: Listing) -> str:
    report, entries = context.report(listing.document), listing.entries
    parts = lay_out_text(report.latest)
    return context.write(
        listing.path,
        "document.html",
        feeds=own_feeds(listing),
        report=report,
        quoted=context.language.quoted(report.language),
        name=listing.name,
        entries=entries,
        parts=parts,
        ledger=report.ledger,
        ledger_parts=() if report.ledger is None else lay_out_ledger(report.ledger, context.language),
        ledger_anchors={clause.index: anchor for part in parts for anchor, clause in part.clauses},
        address_of=link_changes(listing.path, entries),
        records=tuple(reversed(report.timeline.records)),
        pages={entry.commit: entry for entry in entries},
        status=listing.status,
        feed_stem=document_feed(listing)[0],
        figures_page=_figures_page(context, listing),
        variants=report.timeline.variants,
        chart=draw_versions(report, entries, context.language),
        months=_count_checks(report, context.language),
        folded_count=len(report.timeline.events) - len(report.timeline.changes),
        document_argument=quote_argument(str(report.document)),
        first_argument=quote_argument(f"{report.document}@first"),
        latest_argument=quote_argument(f"{report.document}@latest"),
    )


def _figures_page(context: SiteContext, listing: Listing) -> str | None:
    """Return the path of the page on what the document's publisher gave to authorities; None where there is none."""
    figures = context.figures_of(listing.document)
    return None if figures is None else publisher_path(context, figures)


#: Months of checks that a document's page tells one by one.
_MONTHS: Final = 24


def _count_checks(report: DocumentReport, language: Language) -> tuple[tuple[str, int, int, tuple[str, ...]], ...]:
    """Return (month, looks, looks that saw the document, what else came of them) of the last months, newest first."""
    found = []
    for month, group in groupby(report.timeline.checks, lambda check: format_instant(check.checked_at)[:7]):
        outcomes = Counter(check.outcome for check in group)
        seen = sum(outcomes[outcome] for outcome in PROVING_OUTCOMES)
        rest = tuple(
            language.ngettext(
                "%(outcome)s %(num)s time",
                "%(outcome)s %(num)s times",
                number,
                outcome=language.gettext(OUTCOME_WORDS[outcome]),
            )
            for outcome, number in sorted(outcomes.items())
            if outcome not in PROVING_OUTCOMES
        )
        found.append((month, outcomes.total(), seen, rest))
    return tuple(reversed(found))[:_MONTHS]


def link_changes(path: str, entries: Sequence[Entry]) -> Callable[[Event], str | None]:
    """Return what gives the link from the page at `path` to the page of a change; None where it has none."""
    pages = {entry.slug: entry.path for entry in entries}

    def address_of(event: Event) -> str | None:
        page = pages.get(event.slug)
        return None if page is None else relative(path, page)

    return address_of
