"""Pages that compare versions which are no neighbours, and a list of them for each document: `…/compare/`.

They are no events: no feed, no timeline and no list of changes holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from tracker.model import REACH, Comparison, DocumentReport, format_instant
from tracker.render.change_view import lay_out, prove_sides, quote_argument, show_command
from tracker.render.comparison_view import diff_command, lay_out_excerpt
from tracker.render.draft import Draft
from tracker.render.fingerprint import fingerprint
from tracker.render.pages import SiteContext, document_feed, is_unchanged, name_document, service_feed

_PATH: Final = re.compile(rf"(?P<stem>[^/]+/[^/]+)/compare/(?:{REACH.pattern})/index\.html")


def comparison_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield a page for each comparison, and a list of them for each document that has any."""
    for report in context.documents:
        if not report.comparisons:
            continue
        frame = _frame_of(context, report)
        for place, comparison in enumerate(report.comparisons):
            around = tuple(
                report.comparisons[other].reach if 1 <= other < len(report.comparisons) and place else None
                for other in (place + 1, place - 1)
            )
            yield Draft(
                path=context.addresses.comparison(report.document, comparison.reach),
                write=partial(_write_comparison, context, report, comparison, around),
                inputs=fingerprint(frame, comparison, around),
            )
        yield Draft(
            path=context.addresses.comparisons(report.document),
            write=partial(_write_list, context, report),
            inputs=fingerprint(frame, report.comparisons),
        )


def _frame_of(context: SiteContext, report: DocumentReport) -> str:
    """Return the digest of what all of a document's comparisons tell beside the two versions."""
    return fingerprint(
        context.settings_inputs,
        name_document(report),
        report.service_name,
        document_feed(context, report),
        service_feed(context, report.document.service),
        context.addresses.service(report.document.service),
        context.addresses.document(report.document),
        bool(report.timeline.variants),
    )


def _write_comparison(
    context: SiteContext, report: DocumentReport, comparison: Comparison, around: tuple[str | None, ...]
) -> str:  # fmt: skip
    path = context.addresses.comparison(report.document, comparison.reach)
    old, new = comparison.old, comparison.new
    evidence = comparison.evidence
    sides = ((old, evidence.old_provenance), (new, evidence.new_provenance))
    change = verdict = laid = None
    if comparison.is_telling:
        change, verdict = evidence.compare(), comparison.verdict
        laid = lay_out_excerpt(lay_out(change, verdict))
    return _write(
        context,
        report,
        path,
        "comparison.html",
        comparison=comparison,
        change=change,
        verdict=verdict,
        laid=laid,
        is_unchanged=is_unchanged,
        sides=tuple(zip(("Old text", "New text"), *zip(*sides, strict=True), strict=True)),
        diff=diff_command(old, new),
        commands=(
            diff_command(old, new),
            *(show_command(record.commit, f"{report.document.path}.md") for record in (old, new)),
        ),
        proofs=prove_sides(*sides),
        told_path=None if comparison.told is None else context.addresses.change(comparison.told.event),
        earlier=around[0],
        later=around[1],
    )


def _write_list(context: SiteContext, report: DocumentReport) -> str:
    widest = report.comparisons[0]
    days = (format_instant(widest.old.fetched_at)[:10], format_instant(widest.new.fetched_at)[:10])
    return _write(
        context,
        report,
        context.addresses.comparisons(report.document),
        "comparisons.html",
        rows=tuple((one, one.verdict if one.is_telling else None) for one in report.comparisons),
        examples=tuple(
            f"tracker diff {quote_argument(f'{report.document}@{old}')} {quote_argument(f'{report.document}@{new}')}"
            for old, new in (("first", "latest"), days, ("latest~1", "latest"))
        ),
    )


def is_comparison(path: str) -> bool:
    """Return whether `path` is that of a page that compares two versions."""
    return _PATH.fullmatch(path) is not None


def withdrawn_comparison(context: SiteContext, path: str) -> str:
    """Return the page for an address at which nothing is compared any more: the history was read anew."""
    stem = path.split("/compare/", maxsplit=1)[0]
    report = next(
        (one for one in context.documents if context.addresses.document_stem(one.document) == stem), None
    )  # fmt: skip
    return context.write(
        path,
        "comparison_gone.html",
        name=None if report is None else name_document(report),
        target="index.html" if report is None else context.addresses.document(report.document),
    )


def _write(context: SiteContext, report: DocumentReport, path: str, template: str, **values: Any) -> str:
    feeds = (document_feed(context, report), service_feed(context, report.document.service))
    return context.write(path, template, feeds=feeds, report=report, name=name_document(report), **values)
