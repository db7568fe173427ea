"""The table of everything the site is made of. A new kind of page is one function, one template and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment

from tracker.model import AppliedCorrection, Change, Passing, Verdict, Withholding
from tracker.render import api, card, clause_pages, feeds, filter_pages, index_pages, opml, pages, sitemap
from tracker.render.change_text import View
from tracker.render.change_view import lay_out, list_findings
from tracker.render.pages import Page, SiteContext
from tracker.render.site_model import SiteModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One kind of page."""

    render: Callable[[SiteContext], Iterator[Page]]
    template: str | None
    """Name of the template that it is made with; None where its format needs none."""


OUTPUTS: Final[dict[str, Output]] = {
    "style": Output(render=pages.style_sheets, template="style.css"),
    "timeline": Output(render=pages.timeline_pages, template="timeline.html"),
    "filters": Output(render=filter_pages.filter_pages, template="filter.html"),
    "topics": Output(render=filter_pages.topic_pages, template="topics.html"),
    "search": Output(render=index_pages.index_pages, template="search.html"),
    "service": Output(render=pages.service_pages, template="service.html"),
    "document": Output(render=pages.document_pages, template="document.html"),
    "change": Output(render=pages.change_pages, template="change.html"),
    "change-json": Output(render=pages.change_files, template=None),
    "clauses": Output(render=clause_pages.clause_pages, template="clause.html"),
    "withdrawn": Output(render=pages.withdrawn_pages, template="withdrawn.html"),
    "status": Output(render=pages.status_pages, template="status.html"),
    "about": Output(render=pages.about_pages, template="about.html"),
    "feed-index": Output(render=pages.feed_index_pages, template="feeds.html"),
    "feeds": Output(render=feeds.feed_pages, template="feed_entry.html"),
    "opml": Output(render=opml.opml_pages, template="feeds.opml"),
    "card": Output(render=card.card_pages, template="card.svg"),
    "api": Output(render=api.api_pages, template=None),
    "schemas": Output(render=api.schema_pages, template=None),
    "robots": Output(render=sitemap.robots_pages, template=None),
}


def render_site(site: SiteModel, environment: Environment) -> Iterator[Page]:
    """Yield every page of the site as (path from its root, text); the same model gives the same bytes.

    Raises:
        RenderError: If a verdict does not fit its change.
    """
    context = SiteContext(site, environment)
    paths: list[str] = []
    for output in OUTPUTS.values():
        for path, text in output.render(context):
            paths.append(path)
            yield path, text
    # No line of the table: it tells of all that the table makes.
    yield from sitemap.sitemap_pages(context, paths)


def render_withdrawn(site: SiteModel, environment: Environment) -> Callable[[str], str]:
    """Return what makes the text for a change page, or for a file beside it, that is rendered no longer.

    The returned function takes the path of the file from the site's root.
    """
    context = SiteContext(site, environment)

    def render(path: str) -> str:
        if path.endswith("/card.svg"):
            return card.withdrawn_card(context)
        return dict(pages.withdrawn_page(context, path))[path]

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
        is_unchanged=lambda block: not hasattr(block, "verdict"),
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
