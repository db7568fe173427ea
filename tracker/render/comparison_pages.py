"""Pages that compare versions which are no neighbours, and a list of them for each document: `…/compare/`.

They are no events: no feed, no timeline and no list of changes holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from tracker.model import REACH, Comparison, format_instant
from tracker.render.change_view import is_unchanged, lay_out, prove_sides, quote_argument, show_command
from tracker.render.comparison_view import diff_command, lay_out_excerpt
from tracker.render.draft import Draft
from tracker.render.fingerprint import fingerprint
from tracker.render.listing import Listing
from tracker.render.site_context import SiteContext

_PATH: Final = re.compile(rf"(?P<stem>[^/]+/[^/]+)/compare/(?:{REACH.pattern})/index\.html")


def comparison_pages(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield a page for each comparison of a document, and a list of them where it has any."""
    comparisons = context.report(listing.document).comparisons
    if not comparisons:
        return
    frame = _frame_of(context, listing)
    for place, comparison in enumerate(comparisons):
        around = tuple(
            comparisons[other].reach if 1 <= other < len(comparisons) and place else None
            for other in (place + 1, place - 1)
        )
        yield Draft(
            path=context.addresses.comparison(listing.document, comparison.reach),
            write=partial(_write_comparison, context, listing, place, around),
            inputs=fingerprint(frame, comparison, around),
        )
    yield Draft(
        path=context.addresses.comparisons(listing.document),
        write=partial(_write_list, context, listing),
        inputs=fingerprint(frame, comparisons),
    )


def _frame_of(context: SiteContext, listing: Listing) -> str:
    """Return the digest of what all of a document's comparisons tell beside the two versions."""
    return fingerprint(
        context.settings_inputs,
        listing.document,
        listing.name,
        listing.service_name,
        listing.stem,
        bool(context.report(listing.document).timeline.variants),
    )


def _write_comparison(
    context: SiteContext, listing: Listing, place: int, around: tuple[str | None, ...]
) -> str:  # fmt: skip
    language, key = context.language, listing.document
    comparison: Comparison = context.report(key).comparisons[place]
    old, new = comparison.old, comparison.new
    evidence = comparison.evidence
    sides = ((old, evidence.old_provenance), (new, evidence.new_provenance))
    change = verdict = laid = None
    if comparison.is_telling:
        change, verdict = evidence.compare(), comparison.verdict
        laid = lay_out_excerpt(lay_out(change, verdict))
    return context.write_of(
        listing,
        context.addresses.comparison(key, comparison.reach),
        "comparison.html",
        comparison=comparison,
        change=change,
        verdict=verdict,
        laid=laid,
        is_unchanged=is_unchanged,
        sides=(
            (language.gettext("Old text"), *sides[0]),
            (language.gettext("New text"), *sides[1]),
        ),
        diff=diff_command(old, new),
        commands=(
            diff_command(old, new),
            *(show_command(record.commit, f"{key.path}.md") for record in (old, new)),
        ),
        proofs=prove_sides(*sides, language),
        told_path=None if comparison.told is None else context.addresses.change(comparison.told.event),
        earlier=around[0],
        later=around[1],
    )


def _write_list(context: SiteContext, listing: Listing) -> str:
    key = listing.document
    comparisons = context.report(key).comparisons
    widest = comparisons[0]
    days = (format_instant(widest.old.fetched_at)[:10], format_instant(widest.new.fetched_at)[:10])
    return context.write_of(
        listing,
        context.addresses.comparisons(key),
        "comparisons.html",
        rows=tuple((one, one.verdict if one.is_telling else None) for one in comparisons),
        examples=tuple(
            f"tracker diff {quote_argument(f'{key}@{old}')} {quote_argument(f'{key}@{new}')}"
            for old, new in (("first", "latest"), days, ("latest~1", "latest"))
        ),
    )


def is_comparison(path: str) -> bool:
    """Return whether `path` is that of a page that compares two versions."""
    return _PATH.fullmatch(path) is not None


def withdrawn_comparison(context: SiteContext, path: str) -> str:
    """Return the page for an address at which nothing is compared any more: the history was read anew."""
    listing = context.find_listing(path.split("/compare/", maxsplit=1)[0])
    return context.write(
        path,
        "comparison_gone.html",
        name=None if listing is None else listing.name,
        target="index.html" if listing is None else listing.path,
    )
