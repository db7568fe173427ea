"""The site for programs: JSON files that list documents and changes, and the schemas of all JSON that the site holds.

Every link in them is relative to the file in which it stands (RFC 3986, section 5), so that a copy of the site works as
the site does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from tracker.model import Check, JsonValue, format_instant
from tracker.render.addresses import relative
from tracker.render.api_schemas import CHANGES, DOCUMENTS, INDEX, SCHEMAS, schema_path
from tracker.render.draft import Draft
from tracker.render.fingerprint import fingerprint
from tracker.render.listing import Entry, Listing
from tracker.render.site_context import FEED_FORMATS, OPML_PATH, Page, SiteContext, document_feed
from tracker.render.visible import dump_json, dump_json_rows

INDEX_PATH: Final = "api/index.json"
DOCUMENTS_PATH: Final = "api/documents.json"


def api_pages(context: SiteContext) -> Iterator[Page | Draft]:
    """Yield the index, the documents, and the changes of each year in which a new text was first seen."""
    years = {year: tuple(group) for year, group in groupby(context.every, _year)}
    yield INDEX_PATH, dump_json(_index(context, years))
    yield Draft(
        path=DOCUMENTS_PATH,
        write=lambda: dump_json_rows(_documents(context)),
        inputs=fingerprint(DOCUMENTS_PATH, context.listings),
    )
    for year, of_year in years.items():
        path = _changes_path(year)
        yield Draft(path=path, write=partial(_write_changes, year, of_year), inputs=fingerprint(path, of_year))


def schema_pages(_context: SiteContext) -> Iterator[Page]:
    """Yield the schema of each kind of JSON (JSON Schema, draft 2020-12)."""
    for name, schema in SCHEMAS.items():
        yield schema_path(name), dump_json(schema)


def _year(entry: Entry) -> int:
    return int(entry.year)


def _changes_path(year: int) -> str:
    return f"api/changes/{year}.json"


def _head(path: str, name: str) -> dict[str, JsonValue]:
    return {"$schema": relative(path, schema_path(name)), "schema": name}


def _index(context: SiteContext, years: Mapping[int, Sequence[Entry]]) -> dict[str, JsonValue]:
    def link(path: str) -> str:
        return relative(INDEX_PATH, path)

    changes: list[JsonValue] = []
    for year, entries in years.items():
        aside = sum(entry.is_set_aside for entry in entries)
        row: dict[str, JsonValue] = {"year": year, "href": link(_changes_path(year))}
        changes.append(row | {"changes": len(entries) - aside, "set_aside": aside})
    index: dict[str, JsonValue] = {
        **_head(INDEX_PATH, INDEX),
        "title": context.model.title,
        "data_until": format_instant(context.data_until),
        "documents": {"href": link(DOCUMENTS_PATH), "documents": len(context.listings)},
        "changes": changes,
        "feeds": {
            stem.removeprefix("feeds/"): _feed_links(INDEX_PATH, stem)
            for stem in ("feeds/all", "feeds/material", "feeds/silent")
        },
        "opml": link(OPML_PATH) if context.has_opml else None,
        "schemas": [{"schema": name, "href": link(schema_path(name))} for name in SCHEMAS],
    }
    if context.model.figures:
        index["transparency"] = [
            {"publisher": figures.publisher, "href": link(f"{context.publisher_stems[figures.publisher]}/figures.json")}
            for figures in context.model.figures
        ]
    return index


def _feed_links(path: str, stem: str) -> dict[str, JsonValue]:
    return {extension: relative(path, f"{stem}.{extension}") for extension in FEED_FORMATS}


def _documents(context: SiteContext) -> dict[str, JsonValue]:
    rows: list[JsonValue] = [_document(listing) for listing in context.listings]
    return {**_head(DOCUMENTS_PATH, DOCUMENTS), "documents": rows}


def _document(listing: Listing) -> JsonValue:
    key, status, events, first = listing.document, listing.status, listing.events, listing.first_record_at
    return {
        "document": str(key),
        "vantage": key.vantage or None,
        "service": key.service,
        "service_name": listing.service_name,
        "terms_type": key.terms_type,
        "page": relative(DOCUMENTS_PATH, listing.path),
        "feeds": _feed_links(DOCUMENTS_PATH, document_feed(listing)[0]),
        "urls": list(listing.urls),
        "standing": listing.status.standing.state,
        "first_record_at": format_instant(first) if first is not None else None,
        "fetched_at": format_instant(listing.fetched_at),
        "last_seen_at": None if status.last_success is None else format_instant(status.last_success.checked_at),
        "last_check": None if status.last_check is None else _check(status.last_check),
        "commit": listing.commit,
        "text_sha256": listing.text_sha256,
        "markdown_sha256": listing.markdown_sha256,
        "versions": listing.versions,
        "changes": len(events),
        "newest_change": events[0].id if events else None,
    }


def _check(check: Check) -> JsonValue:
    return {"checked_at": format_instant(check.checked_at), "outcome": check.outcome, "reason": check.reason}


def _write_changes(year: int, entries: Sequence[Entry]) -> str:
    """Return the changes of a year; apart from them those that have a page and are none."""
    path = _changes_path(year)
    changes: list[JsonValue] = [_change(path, entry) for entry in entries if not entry.is_set_aside]
    aside: list[JsonValue] = [_change(path, entry) for entry in entries if entry.is_set_aside]
    return dump_json_rows({**_head(path, CHANGES), "year": year, "changes": changes, "set_aside": aside})


def _change(path: str, entry: Entry) -> JsonValue:
    return {
        "id": entry.id,
        "page": relative(path, entry.path),
        "json": relative(path, entry.json_path),
        "card": relative(path, entry.card_path),
        "document": str(entry.document),
        "service_name": entry.service_name,
        "headline": entry.headline,
        "kind": entry.kind,
        "material": entry.material,
        "effect": entry.effect,
        "topics": list(entry.topics),
        "trust": entry.trust,
        "alert": entry.is_alert,
        "unannounced": entry.is_unannounced,
        "last_seen_old": format_instant(entry.last_seen_old),
        "first_seen_new": format_instant(entry.seen_at),
        "confirmed_at": None if entry.confirmed_at is None else format_instant(entry.confirmed_at),
        "updated_at": format_instant(entry.updated_at),
        "old_text_sha256": entry.old_text_sha256,
        "new_text_sha256": entry.new_text_sha256,
    }
