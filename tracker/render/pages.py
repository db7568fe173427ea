"""The pages that tell of many documents, one function a kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from tracker.model import CHANGE_SLUG, TOPICS, DocumentReport, Event
from tracker.render.addresses import change_path, relative
from tracker.render.draft import Draft
from tracker.render.fingerprint import fingerprint
from tracker.render.language import ENGLISH, Language
from tracker.render.listing import Listing, newest_first
from tracker.render.site_context import (
    FEED_FORMATS,
    FRONT_PAGE_CHANGES,
    Page,
    SiteContext,
    document_feed,
    service_feed,
    topic_feed,
)
from tracker.render.visible import dump_json
from tracker.render.words import tell_folding

#: Policies that the front page lists one by one.
MOST_LISTED: Final = 150
#: Characters of the instant with which the slug of a change begins (`tracker.model.compact_instant`).
_INSTANT_LENGTH: Final = len("2024-03-05T031705Z")


def timeline_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield one page for each month that has any changes, and the front page with the newest."""
    months = [(month, tuple(group)) for month, group in groupby(context.events, lambda entry: entry.month)]
    for place, (month, entries) in enumerate(months):
        around = (
            months[place + 1][0] if place + 1 < len(months) else None,
            months[place - 1][0] if place else None,
        )
        path = f"timeline/{month}/index.html"
        yield context.draft(path, "timeline.html", entries=entries, month=month, around=around)
    # Last, when all that it links to is there.
    yield context.draft(
        "index.html",
        "timeline.html",
        entries=context.events[:FRONT_PAGE_CHANGES],
        month=None,
        archive=tuple((month, len(entries)) for month, entries in months),
        # Of very many policies the front page tells how many they are; the status page lists them.
        services=tuple(context.services.values()) if len(context.listings) <= MOST_LISTED else (),
        counts=(len(context.listings), len(context.services)),
        data_until=context.data_until,
    )


def service_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield one page for each service: its documents and their changes."""
    for listings in context.services.values():
        feed = service_feed(listings[0])
        yield context.draft(
            listings[0].service_path,
            "service.html",
            feeds=(feed,),
            name=listings[0].service_name,
            listings=listings,
            entries=newest_first([entry for listing in listings for entry in listing.events]),
            feed_stem=feed[0],
        )


def status_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the status page: the last look at each document, failures and held captures with their next steps."""
    held = tuple(sorted(context.model.held, key=lambda item: (item.document, item.held_at)))
    # Of thousands of documents, those alone that are named.
    named = {item.document for item in held}
    known = {str(listing.document): listing for listing in context.listings if str(listing.document) in named}
    yield context.draft(
        "status/index.html",
        "status.html",
        listings=context.listings,
        held=held,
        known=known,
        data_until=context.data_until,
    )


def feed_index_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the page that lists every feed."""
    services = tuple(
        (service_feed(listings[0]), tuple(map(document_feed, listings))) for listings in context.services.values()
    )
    topics = tuple(topic_feed(topic, context.language) for topic in TOPICS)
    yield context.draft("feeds/index.html", "feeds.html", topics=topics, services=services, formats=FEED_FORMATS)


def about_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the page on method, limits and how to challenge a verdict."""
    yield context.draft("about/index.html", "about.html")


def style_sheets(context: SiteContext) -> Iterator[Page]:
    """Yield the style sheet."""
    yield "style.css", context.environment.get_template("style.css").render()


def withdrawn_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield a page, and the JSON beside it, for every change once published that no longer stands."""
    standing = {entry.path for entry in context.every}
    for address in sorted(set(context.model.published)):
        path = f"{address.strip('/')}/index.html"
        if path not in standing:
            yield from withdrawn_files(context, path)


def withdrawn_files(context: SiteContext, path: str) -> Iterator[Draft]:
    """Yield what says, for the page of a change at `path` and the JSON beside it, that the change no longer stands."""
    folder = path.rsplit("/", 1)[0]
    listing = context.find_listing(folder.rpartition("/")[0])
    inputs = _withdrawal_inputs(context, listing)
    page, data = f"{folder}/index.html", f"{folder}/change.json"
    yield Draft(path=page, write=partial(_write_withdrawn, context, listing, page), inputs=inputs)
    yield Draft(path=data, write=partial(_write_withdrawn_json, context, listing, data), inputs=inputs)


def withdrawn_text(context: SiteContext, path: str) -> str:
    """Return the text of the page, or of the JSON, at `path`, of a change that no longer stands."""
    listing = context.find_listing(path.rsplit("/", 2)[0])
    return (_write_withdrawn_json if path.endswith(".json") else _write_withdrawn)(context, listing, path)


def _withdrawal_inputs(context: SiteContext, listing: Listing | None) -> str | None:
    """Return the digest of all that is said of a change that was one of the document `listing`."""
    if listing is None:
        return context.settings_inputs
    state = context.state_of(listing.document)
    return None if state is None else fingerprint(context.settings_inputs, state, listing.name, listing.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Withdrawal:
    """Why a change no longer stands, and where to read on."""

    target: str
    event: Event | None
    """As it is read now; None where it is gone."""

    @property
    def is_retold(self) -> bool:
        return self.event is not None and self.event.folded is None

    def why(self, language: Language = ENGLISH) -> str:
        """Return why it no longer stands, in a sentence; `""` where nothing is known."""
        return "" if self.event is None else tell_folding(self.event, language)


def _find_withdrawal(context: SiteContext, listing: Listing | None, slug: str) -> _Withdrawal:
    if listing is None:
        return _Withdrawal(target="index.html", event=None)
    now = _event_now(context.report(listing.document), slug)
    is_retold = now is not None and now.folded is None
    return _Withdrawal(target=change_path(listing.stem, now) if is_retold and now else listing.path, event=now)


def _write_withdrawn(context: SiteContext, listing: Listing | None, path: str) -> str:
    slug = path.split("/")[-2]
    found = _find_withdrawal(context, listing, slug)
    return context.write(
        path,
        "withdrawn.html",
        name=None if listing is None else listing.name,
        target=found.target,
        why=found.why(context.language),
        is_retold=found.is_retold,
        seen=slug[:_INSTANT_LENGTH],
    )


def _write_withdrawn_json(context: SiteContext, listing: Listing | None, path: str) -> str:
    found = _find_withdrawal(context, listing, path.split("/")[-2])
    see = relative(path, found.target)
    return dump_json({"schema": "tracker.withdrawn/1", "status": "withdrawn", "why": found.why() or None, "see": see})


def _event_now(report: DocumentReport, slug: str) -> Event | None:
    """Return the event by which the text of the address `slug` came, as the history is read now; None where it is gone.

    It may be compared with another text now: with the newest of its own variant.
    """
    events = {event.slug: event for event in report.timeline.events}
    asked = CHANGE_SLUG.fullmatch(slug)
    if slug in events or asked is None:
        return events.get(slug)
    return next(
        (event for event in events.values() if _is_same_arrival(CHANGE_SLUG.fullmatch(event.slug), asked)), None
    )


def _is_same_arrival(one: re.Match[str] | None, other: re.Match[str]) -> bool:
    return one is not None and one.group("at", "new") == other.group("at", "new")
