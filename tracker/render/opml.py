"""The list of all feeds as OPML 2.0 (opml.org/spec2), which feed readers take in at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from itertools import groupby

from tracker.render.feeds import Feed, list_feeds
from tracker.render.site_context import OPML_PATH, Page, SiteContext

#: Parts of a stem: `feeds/all`, `feeds/topics/cookies`, `feeds/courier`, `feeds/courier/terms-of-service`.
_COMMON = frozenset({"feeds/all", "feeds/material", "feeds/silent"})
_TOPICS = "feeds/topics/"


def opml_pages(context: SiteContext) -> Iterator[Page]:
    """Yield the list of feeds, each once, as Atom; nothing where the site's address is unknown.

    A reader that is handed a file has no address against which a relative one could be read.
    """
    if not context.has_opml:
        return
    feeds = list_feeds(context)
    own = [feed for feed in feeds if feed.stem not in _COMMON and not feed.stem.startswith(_TOPICS)]
    names = {listings[0].service_slug: listings[0].service_name for listings in context.services.values()}
    services = groupby(own, lambda feed: feed.stem.split("/")[1])
    text = context.environment.get_template("feeds.opml").render(
        site=context.model,
        modified=_tell_date(context.data_until),
        common=[_row(context, feed) for feed in feeds if feed.stem in _COMMON],
        topics=[_row(context, feed) for feed in feeds if feed.stem.startswith(_TOPICS)],
        services=[(names[slug], [_row(context, feed) for feed in group]) for slug, group in services],
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
