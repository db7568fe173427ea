"""The list of all feeds as OPML 2.0 (opml.org/spec2), which feed readers take in at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import partial

from tracker.model import sha256_hex
from tracker.render.draft import Draft
from tracker.render.feeds import Feed, list_common_feeds, list_service_feeds
from tracker.render.fingerprint import fingerprint
from tracker.render.site_context import OPML_PATH, TRANSPARENCY_FEED, SiteContext

#: Stems of the feeds that tell of everything; the others of the whole site are those of topics.
_COMMON = frozenset({"feeds/all", "feeds/material", "feeds/silent", TRANSPARENCY_FEED})


def opml_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the list of feeds, each once, as Atom; nothing where the site's address is unknown.

    A reader that is handed a file has no address against which a relative one could be read. The list differs when
    documents come, go or are called otherwise, and with no change of theirs.
    """
    if not context.has_opml:
        return
    documents = [(listing.stem, listing.name, listing.service_name) for listing in context.listings]
    modified = max((at for listing in context.listings if (at := listing.first_record_at)), default=context.data_until)
    yield Draft(
        path=OPML_PATH,
        write=partial(_write, context, modified),
        inputs=fingerprint(context.settings_inputs, modified, sha256_hex(repr(documents))),
    )


def _write(context: SiteContext, modified: datetime) -> str:
    common = list(list_common_feeds(context))
    return context.environment.get_template("feeds.opml").render(
        site=context.model,
        modified=_tell_date(modified),
        common=[_row(context, feed) for feed in common if feed.stem in _COMMON],
        topics=[_row(context, feed) for feed in common if feed.stem not in _COMMON],
        services=[
            (listings[0].service_name, [_row(context, feed) for feed in list_service_feeds(context, listings)])
            for listings in context.services.values()
        ],
    )


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
