"""The list of all feeds as OPML 2.0 (opml.org/spec2), which feed readers take in at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime

from tracker.render.feeds import Feed, list_common_feeds, list_service_feeds
from tracker.render.site_context import OPML_PATH, Page, SiteContext

#: Stems of the feeds that tell of everything; the others of the whole site are those of topics.
_COMMON = frozenset({"feeds/all", "feeds/material", "feeds/silent"})


def opml_pages(context: SiteContext) -> Iterator[Page]:
    """Yield the list of feeds, each once, as Atom; nothing where the site's address is unknown.

    A reader that is handed a file has no address against which a relative one could be read.
    """
    if not context.has_opml:
        return
    common = list(list_common_feeds(context))
    text = context.environment.get_template("feeds.opml").render(
        site=context.model,
        modified=_tell_date(context.data_until),
        common=[_row(context, feed) for feed in common if feed.stem in _COMMON],
        topics=[_row(context, feed) for feed in common if feed.stem not in _COMMON],
        services=[
            (listings[0].service_name, [_row(context, feed) for feed in list_service_feeds(context, listings)])
            for listings in context.services.values()
        ],
    )
    yield OPML_PATH, text


def _row(context: SiteContext, feed: Feed) -> dict[str, str | None]:
    return {
        "title": feed.title,
        "description": feed.description,
        "url": context.url(f"{feed.stem}.atom"),
        "home": context.url(feed.home),
    }


def _tell_date(instant: datetime) -> str:
    """Return `instant` by RFC 822 with a year of four digits, as OPML asks for."""
    return format_datetime(instant.replace(microsecond=0), usegmt=True)
