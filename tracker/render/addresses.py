"""Where every page of the site stands, and how pages link to each other."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Self
from uuid import UUID, uuid5

from tracker.model import (
    DocumentKey,
    Event,
    JsonValue,
    Standing,
    Timeline,
    compact_instant,
    format_instant,
    sha256_hex,
)

#: Namespace of feed ids (RFC 9562, section 5.5). Never to be changed: readers know entries by these ids.
FEED_NAMESPACE: Final = UUID("6f1c7c52-2f0e-5e0b-9a63-0b8e8d3b7c11")

#: First parts of addresses that are the site's own, so that no service can take them.
RESERVED: Final = frozenset(
    {"about", "all", "api", "assets", "clauses", "effects", "feeds", "index", "material", "pagefind", "search",
     "silent", "status", "timeline", "topics", "transparency"}
)  # fmt: skip

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG: Final = 80


def make_slug(name: str) -> str:
    """Return `name` as lower-case ASCII letters, digits and hyphens; a digest where nothing of it is left.

    >>> make_slug("Règlement (EU) 2016/679")
    'reglement-eu-2016-679'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    slug = _NOT_SLUG.sub("-", ascii_name).strip("-")[:_LONGEST_SLUG].strip("-")
    return slug or f"x-{sha256_hex(name)[:8]}"


def _assign_slugs(names: Sequence[str], reserved: frozenset[str]) -> dict[str, str]:
    """Return a slug for each name: the first of those that share one keeps it, the others bear a digest."""
    slugs: dict[str, str] = {}
    taken = set(reserved)
    for name in names:
        slug = make_slug(name)
        if slug in taken:
            slug = f"{slug}-{sha256_hex(name)[:8]}"
        taken.add(slug)
        slugs[name] = slug
    return slugs


class Addresses:
    """Paths of pages, relative to the site's root, for a fixed set of documents.

    Where two names make one slug, the one recorded first keeps it, so that a document added later moves nobody.
    """

    def __init__(self, first_seen: Mapping[DocumentKey, datetime | None]) -> None:
        """Give each document its place.

        Args:
            first_seen: When each was first recorded (UTC); None for one that never was.
        """
        ordered = sorted(first_seen, key=lambda key: _seniority(key, first_seen[key]))
        services = list(dict.fromkeys(key.service for key in ordered))
        self._services = _assign_slugs(services, RESERVED)
        self._terms: dict[DocumentKey, str] = {}
        by_service: dict[str, dict[str, DocumentKey]] = {service: {} for service in services}
        for key in ordered:
            by_service[key.service][_terms_name(key)] = key
        for named in by_service.values():
            slugs = _assign_slugs(list(named), frozenset({"index"}))
            self._terms.update({key: slugs[name] for name, key in named.items()})

    @classmethod
    def of(cls, timelines: Iterable[Timeline]) -> Self:
        """Return those of the documents of `timelines`."""
        return cls({line.document: line.records[0].fetched_at if line.records else None for line in timelines})

    def service_slug(self, service: str) -> str:
        return self._services[service]

    def service(self, service: str) -> str:
        return f"{self._services[service]}/index.html"

    def document_stem(self, key: DocumentKey) -> str:
        """Return `<service>/<terms>`."""
        return f"{self._services[key.service]}/{self._terms[key]}"

    def document(self, key: DocumentKey) -> str:
        return f"{self.document_stem(key)}/index.html"

    def change(self, event: Event) -> str:
        return change_path(self.document_stem(event.new.document), event)

    def comparison(self, key: DocumentKey, reach: str) -> str:
        """Return where two versions of the document are compared that are no neighbours."""
        return f"{self.document_stem(key)}/compare/{reach}/index.html"

    def comparisons(self, key: DocumentKey) -> str:
        """Return where the comparisons of the document are listed."""
        return f"{self.document_stem(key)}/compare/index.html"


def picture_of(card: str) -> str:
    """Return where the picture at `card` stands as PNG."""
    return f"{card.removesuffix('.svg')}.png"


def _terms_name(key: DocumentKey) -> str:
    return f"{key.terms_type} {key.vantage}" if key.vantage else key.terms_type


def _seniority(key: DocumentKey, first_seen: datetime | None) -> tuple[bool, float, str]:
    return (bool(key.vantage), 0.0 if first_seen is None else first_seen.timestamp(), str(key))


def change_path(stem: str, event: Event, file: str = "index.html") -> str:
    """Return where the page of a change, or another file of it, stands.

    Args:
        stem: `<service>/<terms>` of its document.
        event: The change.
        file: `index.html`, `change.json`, or `card.svg` for the picture that goes with it where it is shared.
    """
    return f"{stem}/{event.slug}/{file}"


def relative(source: str, target: str) -> str:
    """Return the link from the page at `source` to `target`, both relative to the site's root.

    >>> relative("courier/privacy-policy/index.html", "style.css")
    '../../style.css'
    """
    folder, wanted = source.split("/")[:-1], target.split("/")
    same = 0
    while same < len(folder) and same < len(wanted) - 1 and folder[same] == wanted[same]:
        same += 1
    return "../" * (len(folder) - same) + "/".join(wanted[same:])


def change_ids(timeline: Timeline) -> dict[str, str]:
    """Return the feed id of each event, by the event's slug: a UUIDv5 URN of the document and both texts.

    Both texts are those of neighbours, whichever the new one is compared with: an id stays the same when more is known.
    A pair of texts that comes a second time (there, back, and there again) is another change, so its name also holds
    the instant.
    """
    ids: dict[str, str] = {}
    seen: set[str] = set()
    for event in timeline.events:
        before = event.neighbour or event.old
        name = f"{timeline.document}\n{before.text_sha256}\n{event.new.text_sha256}"
        if name in seen:
            name = f"{name}\n{compact_instant(event.new.fetched_at)}\n{event.turn}"
        seen.add(name)
        ids[event.slug] = f"urn:uuid:{uuid5(FEED_NAMESPACE, name)}"
    return ids


def notice_id(document: DocumentKey, standing: Standing) -> str:
    """Return the feed id of the word that `document` ended or moved: a UUIDv5 URN of it and the check that began it."""
    since = format_instant(standing.since) if standing.since is not None else ""
    name = f"{document}\n{standing.state}\n{since}"
    return f"urn:uuid:{uuid5(FEED_NAMESPACE, name)}"


def feed_id(path: str) -> str:
    """Return the id of the feed at `path` (without extension)."""
    return f"urn:uuid:{uuid5(FEED_NAMESPACE, f'feed {path}')}"


def list_permalinks(timelines: Sequence[Timeline]) -> Iterator[dict[str, JsonValue]]:
    """Yield a row for every change page that a site of `timelines` has: its address, feed id and document.

    The address is `<service>/<terms>/<slug>/`; document by document, oldest change first.
    """
    addresses = Addresses.of(timelines)
    for timeline in timelines:
        ids = change_ids(timeline)
        for event in timeline.changes:
            address = posixpath.dirname(addresses.change(event))
            yield {"address": f"{address}/", "id": ids[event.slug], "document": str(timeline.document)}
