"""The table of everything the site is made of. A new kind of page is one function, one template and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from jinja2 import Environment

from tracker.model import AppliedCorrection, Change, Passing, Verdict, Withholding
from tracker.render import (
    api,
    card,
    change_pages,
    clause_pages,
    comparison_pages,
    document_pages,
    feeds,
    figure_pages,
    filter_pages,
    index_pages,
    opml,
    pages,
    sitemap,
)
from tracker.render.change_text import View
from tracker.render.change_view import is_unchanged, lay_out, list_findings
from tracker.render.draft import Batch, Draft
from tracker.render.fingerprint import fingerprint
from tracker.render.listing import Listing
from tracker.render.site_context import Page, SiteContext
from tracker.render.site_model import SiteModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One kind of page that is made from one document alone, whatever becomes of others."""

    render: Callable[[SiteContext, Listing], Iterator[Draft]]
    template: str | None
    """Name of the template that it is made with; None where its format needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One kind of page that tells of the site, or of many documents."""

    render: Callable[[SiteContext], Iterator[Page | Draft | Batch]]
    template: str | None
    """Name of the template that it is made with; None where its format needs none."""


#: What nothing else must be there for.
FOUNDATIONS: Final[dict[str, Output]] = {
    "style": Output(render=pages.style_sheets, template="style.css"),
    "about": Output(render=pages.about_pages, template="about.html"),
    "schemas": Output(render=api.schema_pages, template=None),
    "search-script": Output(render=index_pages.search_scripts, template="search.js"),
}
#: Pages of one document, in the order in which they are put in place: what is linked to before what links to it.
LEAVES: Final[dict[str, Leaf]] = {
    "change-json": Leaf(render=change_pages.change_files, template=None),
    "card": Leaf(render=card.card_pages, template="card.svg"),
    "picture": Leaf(render=card.picture_pages, template="card.svg"),
    "change": Leaf(render=change_pages.change_pages, template="change.html"),
    "clauses": Leaf(render=clause_pages.clause_pages, template="clause.html"),
    "comparisons": Leaf(render=comparison_pages.comparison_pages, template="comparison.html"),
    "document": Leaf(render=document_pages.document_pages, template="document.html"),
}
#: Pages that lead to those, in the same order: lists, then the front page at the end of those, feeds last. Nobody is
#: led to a page that is not there yet.
LISTS: Final[dict[str, Output]] = {
    "withdrawn": Output(render=pages.withdrawn_pages, template="withdrawn.html"),
    "withdrawn-card": Output(render=card.withdrawn_cards, template="card.svg"),
    "status": Output(render=pages.status_pages, template="status.html"),
    "search": Output(render=index_pages.index_pages, template="search.html"),
    "feed-index": Output(render=pages.feed_index_pages, template="feeds.html"),
    "transparency": Output(render=figure_pages.figure_pages, template="transparency.html"),
    "service": Output(render=pages.service_pages, template="service.html"),
    "topics": Output(render=filter_pages.topic_pages, template="topics.html"),
    "filters": Output(render=filter_pages.filter_pages, template="filter.html"),
    "timeline": Output(render=pages.timeline_pages, template="timeline.html"),
    "api": Output(render=api.api_pages, template=None),
    "feeds": Output(render=feeds.feed_pages, template="feed_entry.html"),
    "opml": Output(render=opml.opml_pages, template="feeds.opml"),
    "robots": Output(render=sitemap.robots_pages, template=None),
}


def draft_site(context: SiteContext) -> Iterator[Draft | Batch]:
    """Yield a draft of every page of the site in the order in which they are to be put in place; sitemaps come after.

    Raises:
        RenderError: If a verdict does not fit its change; for a draft, when it is written.
    """
    yield from _draft_outputs(context, FOUNDATIONS)
    for listing in context.listings:
        yield Batch(
            name=listing.stem,
            inputs=_inputs_of(context, listing),
            list_drafts=partial(draft_document, context, listing),
        )
    yield from _draft_outputs(context, LISTS)


def draft_document(context: SiteContext, listing: Listing) -> Iterator[Draft]:
    """Yield a draft of every page that is made from one document."""
    for leaf in LEAVES.values():
        yield from leaf.render(context, listing)


def _draft_outputs(context: SiteContext, outputs: dict[str, Output]) -> Iterator[Draft | Batch]:
    for output in outputs.values():
        for page in output.render(context):
            yield _as_draft(*page) if isinstance(page, tuple) else page


def _inputs_of(context: SiteContext, listing: Listing) -> str | None:
    """Return the digest of all that the pages of a document depend on; None where nobody knows it."""
    state = context.state_of(listing.document)
    figures = context.figures_of(listing.document)
    told = None if figures is None else context.figures_inputs_of(figures)
    return None if state is None else fingerprint(context.settings_inputs, state, listing, told)


def _as_draft(path: str, text: str) -> Draft:
    return Draft(path=path, write=lambda: text)


def render_site(site: SiteModel, environment: Environment) -> Iterator[Page]:
    """Yield every page of the site as (path from its root, text), pictures in bytes left out.

    The same model gives the same bytes.

    Raises:
        RenderError: If a verdict does not fit its change.
    """
    context = SiteContext(site, environment)
    paths: list[str] = []
    for item in draft_site(context):
        for draft in (item,) if isinstance(item, Draft) else item.list_drafts():
            paths.append(draft.path)
            yield from _write_text(draft)
    for draft in sitemap.sitemap_pages(context, paths):
        yield from _write_text(draft)


def _write_text(draft: Draft) -> Iterator[Page]:
    content = draft.write()
    if isinstance(content, str):
        yield draft.path, content


def render_withdrawn(context: SiteContext) -> Callable[[str], str]:
    """Return what makes the text for a page of a change or comparison, or a file beside it, that is rendered no longer.

    The returned function takes the path of the file from the site's root.
    """

    def render(path: str) -> str:
        if path.endswith("/card.svg"):
            return card.withdrawn_card(context)
        if comparison_pages.is_comparison(path):
            return comparison_pages.withdrawn_comparison(context, path)
        return pages.withdrawn_text(context, path)

    return render


def change_to_html(
    change: Change,
    verdict: Verdict,
    *,
    environment: Environment,
    id: str,  # noqa: A002 - named like the JSON key
    trust: str,
    old_name: str,
    new_name: str,
    view: View = "inline",
    between: Sequence[Passing] = (),
    more_between: int = 0,
    corrections: Sequence[AppliedCorrection] = (),
    judged: Verdict | None = None,
    withheld: Sequence[Withholding] = (),
) -> str:
    """Return the change as one page that needs no other file: what `tracker diff --format html` prints.

    Args:
        change: What differs.
        verdict: What it means.
        environment: From `make_environment`.
        id: Name of the change.
        trust: How far the captures are trusted.
        old_name: What the old text is called: a file or a revision.
        new_name: What the new text is called.
        view: What the page shows at first; its reader may switch to the other.
        between: What came after the old version and was gone before the new one.
        more_between: How many more such wordings there are.
        corrections: What persons corrected, oldest first; `verdict` has it in it.
        judged: What the rules say, where it was corrected.
        withheld: Why texts of it are not published; `change` is then empty.
    """
    blocks = lay_out(change, verdict)
    return environment.get_template("diff.html").render(
        change=change,
        verdict=verdict,
        blocks=blocks,
        is_unchanged=is_unchanged,
        findings=list_findings(blocks),
        id=id,
        trust=trust,
        old_name=old_name,
        new_name=new_name,
        view=view,
        between=between,
        more_between=more_between,
        corrections=corrections,
        judged=judged,
        withheld=withheld,
    )
