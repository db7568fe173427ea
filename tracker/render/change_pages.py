"""The page of each change, and the JSON beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tracker.model import ClauseChange, DocumentReport
from tracker.render.addresses import relative
from tracker.render.change_json import change_to_json
from tracker.render.change_view import (
    is_unchanged,
    keep_near,
    lay_out,
    list_findings,
    list_proofs,
    quote_argument,
    show_command,
)
from tracker.render.citation import cite_change
from tracker.render.draft import Draft
from tracker.render.figure_effect import Effect, tell_effect
from tracker.render.figure_pages import FigurePages, tells_of_disclosure
from tracker.render.fingerprint import fingerprint
from tracker.render.language import Language
from tracker.render.listing import Entry, Listing
from tracker.render.site_context import SiteContext, own_feeds
from tracker.render.visible import dump_json_rows


def change_pages(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield one page for each change of a document, those set aside included, the newest first."""
    lineage = context.lineage_inputs_of(context.report(listing.document))
    figures = context.figures_of(listing.document)
    for entry in listing.entries:
        told = context.figures_inputs_of(figures) if figures is not None and tells_of_disclosure(entry) else None
        inputs = fingerprint(context.inputs_of(entry), lineage, told)
        yield Draft(path=entry.path, write=partial(_write_change, context, listing, entry), inputs=inputs)


def _write_change(context: SiteContext, listing: Listing, entry: Entry) -> str:
    report, change = context.report(entry.document), context.change(entry)
    event = change.event
    blocks = keep_near(lay_out(change.change, change.verdict))
    document_argument = quote_argument(str(report.document))
    return context.write(
        entry.path,
        "change.html",
        feeds=own_feeds(listing),
        card=entry.card_path,
        entry=entry,
        report=change,
        quoted=context.language.quoted(report.language),
        event=event,
        verdict=change.verdict,
        corrections=change.corrections,
        judged=change.judged,
        name=entry.name,
        blocks=blocks,
        is_unchanged=is_unchanged,
        findings=list_findings(blocks),
        sides=(
            (context.language.gettext("Old text"), event.old, change.old_provenance),
            (context.language.gettext("New text"), event.new, change.new_provenance),
        ),
        commands=(
            show_command(event.new.commit, f"{report.document.path}.md"),
            f"tracker show {document_argument} {event.new.commit}",
        ),
        proofs=list_proofs(change, context.language),
        life_of=_life_finder(context, report, entry),
        citation=cite_change(
            change,
            service_name=report.service_name,
            site_title=context.model.title,
            id=entry.id,
            url=context.url(entry.path),
            what=_name_of_kind(entry, context.language),
            language=context.language,
        ),
        current=change is report.changes[-1],
        effect=_find_effect(context, entry),
        pages=FigurePages(context),
    )


def _find_effect(context: SiteContext, entry: Entry) -> Effect | None:
    """Return what transparency reports say around a change of who gets what; None for other changes."""
    figures = context.figures_of(entry.document)
    if figures is None or not tells_of_disclosure(entry):
        return None
    return tell_effect(figures, entry.seen_at.date())


def _name_of_kind(entry: Entry, language: Language) -> str:
    """Return what a citation calls the change."""
    if entry.is_retracted:
        return language.gettext("Retracted change")
    return language.gettext("Capture not counted as a change") if entry.is_set_aside else language.gettext("Change")


def _life_finder(
    context: SiteContext, report: DocumentReport, entry: Entry
) -> Callable[[ClauseChange], str | None]:  # fmt: skip
    """Return what gives the link from a change's page to the life of one of its clauses; None where it has none."""
    known = None if report.lives is None else context.clauses(report)

    def life_of(clause: ClauseChange) -> str | None:
        found = None if known is None else known.of_clause(context.change(entry).event, clause)
        return None if found is None else f"{relative(entry.path, found[0])}#{found[1]}"

    return life_of


def change_files(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield `change.json` beside each change page of a document."""
    for entry in listing.entries:
        inputs = context.inputs_of(entry)
        yield Draft(path=entry.json_path, write=partial(_write_change_json, context, entry), inputs=inputs)


def _write_change_json(context: SiteContext, entry: Entry) -> str:
    change = context.change(entry)
    row = change_to_json(
        change.change,
        change.verdict,
        id=entry.id,
        trust=change.event.trust,
        history=change.history,
        corrections=change.corrections,
        judged=change.judged,
        withheld=change.withheld,
    )
    return dump_json_rows(row)
