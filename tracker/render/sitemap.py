"""What search engines read: `sitemap.xml` (sitemaps.org, protocol 0.9) and `robots.txt` (RFC 9309).

Both name absolute addresses, so there are none where the site's own is unknown. All files lie at the site's root, since
a sitemap speaks for addresses beneath its own folder alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from html import escape
from itertools import groupby
from typing import Final, TypeAlias

from tracker.model import format_instant, sha256_hex
from tracker.render.draft import Draft
from tracker.render.fingerprint import fingerprint
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


def sitemap_pages(context: SiteContext, paths: Iterable[str]) -> Iterator[Draft]:
    """Yield the sitemaps: of the changes of each year, of documents, of all other pages, and the index of them.

    Left out is what no search should find as a change: what was set aside, and what no longer stands.

    Args:
        context: The site.
        paths: Of everything that was rendered.
    """
    if context.model.base_url is None:
        return
    known = {entry.path for entry in context.every}
    known.update(f"{address.strip('/')}/index.html" for address in context.model.published)
    documents = {listing.path: _newest_of(listing) for listing in context.listings}
    others = [path for path in paths if path.endswith(".html") and path not in known and path not in documents]
    # A new change alters the file of its year, that of documents and the index: of many pages nothing is written.
    files = [*_split("pages", [(path, None) for path in others]), *_split("documents", list(documents.items()))]
    # Oldest first, so that of the files of one year it alters the last one alone.
    for year, group in groupby(reversed(context.events), lambda entry: entry.year):
        files += _split(year, [(entry.path, entry.updated_at) for entry in group])
    for name, rows in files:
        yield _draft(context, name, "urlset", "url", rows)
    yield _draft(context, INDEX_PATH, "sitemapindex", "sitemap", [(name, _newest(rows)) for name, rows in files])


def _draft(context: SiteContext, path: str, root: str, element: str, rows: Sequence[_Row]) -> Draft:
    told = "\n".join(f"{target} {at}" for target, at in rows)
    return Draft(
        path=path,
        write=partial(_write, context, root, element, rows),
        inputs=fingerprint(context.settings_inputs, path, sha256_hex(told)),
    )


def _split(name: str, rows: Sequence[_Row]) -> Iterator[tuple[str, Sequence[_Row]]]:
    """Yield (path, rows) of the files that hold `rows`; those after the first bear a number."""
    for number, start in enumerate(range(0, len(rows), MOST_ADDRESSES), start=1):
        path = f"sitemap-{name}.xml" if number == 1 else f"sitemap-{name}-{number}.xml"
        yield path, rows[start : start + MOST_ADDRESSES]


def _newest_of(listing: Listing) -> datetime:
    return max([listing.fetched_at, *(entry.updated_at for entry in listing.entries)])


def _newest(rows: Sequence[_Row]) -> datetime | None:
    return max((at for _, at in rows if at is not None), default=None)


def _write(context: SiteContext, root: str, element: str, rows: Iterable[_Row]) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    for path, at in rows:
        modified = "" if at is None else f"<lastmod>{format_instant(at)}</lastmod>"
        lines.append(f"<{element}><loc>{escape(context.url(path) or '')}</loc>{modified}</{element}>")
    lines.append(f"</{root}>\n")
    return "\n".join(lines)
