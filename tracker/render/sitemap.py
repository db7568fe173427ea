"""What search engines read: `sitemap.xml` (sitemaps.org, protocol 0.9) and `robots.txt` (RFC 9309).

Both name absolute addresses, so there are none where the site's own is unknown. All files lie at the site's root, since
a sitemap speaks for addresses beneath its own folder alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Final, TypeAlias

from tracker.model import format_instant
from tracker.render.listing import Listing
from tracker.render.site_context import Page, SiteContext

INDEX_PATH: Final = "sitemap.xml"
ROBOTS_PATH: Final = "robots.txt"
#: Addresses of one file. The protocol allows 50,000 and 50 MB; an address may have 2,048 characters.
MOST_ADDRESSES: Final = 20_000

#: A page and when it last said something new; None where that is not worth a guess.
_Row: TypeAlias = tuple[str, datetime | None]

_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots_pages(context: SiteContext) -> Iterator[Page]:
    """Yield `robots.txt`, which keeps nobody out and names the sitemap."""
    sitemap = context.url(INDEX_PATH)
    if sitemap is not None:
        yield ROBOTS_PATH, f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n"


def sitemap_pages(context: SiteContext, paths: Iterable[str]) -> Iterator[Page]:
    """Yield the sitemaps: of the changes of each year, of all other pages, and the index of them.

    Left out is what no search should find as a change: what was set aside, and what no longer stands.

    Args:
        context: The site.
        paths: Of everything that was rendered.
    """
    if context.model.base_url is None:
        return
    changes = {entry.path for entry in context.every}
    withdrawn = {f"{address.strip('/')}/index.html" for address in context.model.published}
    others = [path for path in paths if path.endswith(".html") and path not in changes and path not in withdrawn]
    # Oldest first, so that a new change alters no file but the last one of its year.
    events = tuple(reversed(context.events))
    changed_at = {listing.path: _newest_of(listing) for listing in context.listings}
    files = list(_split("pages", [(path, changed_at.get(path)) for path in others]))
    for year, group in groupby(events, lambda entry: entry.year):
        files += _split(year, [(entry.path, entry.updated_at) for entry in group])
    for name, rows in files:
        yield name, _write("urlset", "url", [(context.url(path), at) for path, at in rows])
    yield INDEX_PATH, _write("sitemapindex", "sitemap", [(context.url(name), _newest(rows)) for name, rows in files])


def _split(name: str, rows: Sequence[_Row]) -> Iterator[tuple[str, Sequence[_Row]]]:
    """Yield (path, rows) of the files that hold `rows`; those after the first bear a number."""
    for number, start in enumerate(range(0, len(rows), MOST_ADDRESSES), start=1):
        path = f"sitemap-{name}.xml" if number == 1 else f"sitemap-{name}-{number}.xml"
        yield path, rows[start : start + MOST_ADDRESSES]


def _newest_of(listing: Listing) -> datetime:
    return max([listing.fetched_at, *(entry.updated_at for entry in listing.entries)])


def _newest(rows: Sequence[_Row]) -> datetime | None:
    return max((at for _, at in rows if at is not None), default=None)


def _write(root: str, element: str, rows: Iterable[tuple[str | None, datetime | None]]) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    for address, at in rows:
        modified = "" if at is None else f"<lastmod>{format_instant(at)}</lastmod>"
        lines.append(f"<{element}><loc>{escape(address or '')}</loc>{modified}</{element}>")
    lines.append(f"</{root}>\n")
    return "\n".join(lines)
