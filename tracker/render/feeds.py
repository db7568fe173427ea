"""Atom, RSS and JSON feeds of changes, and of documents that end or move.

First records never enter; dates come from versions and check rows, never from the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from html import escape
from itertools import islice
from typing import Any, Final, TypeAlias

from feedgenerator import Atom1Feed, Rss201rev2Feed

from tracker.model import TOPICS, JsonValue, format_instant
from tracker.render.addresses import feed_id
from tracker.render.change_json import correction_to_json
from tracker.render.change_view import Changed, lay_out
from tracker.render.draft import Batch, Draft
from tracker.render.figure_news import FiguresItem, list_news
from tracker.render.fingerprint import fingerprint
from tracker.render.language import Language
from tracker.render.listing import Entry, Listing, Notice, newest_first
from tracker.render.redline import redline_to_html, safe_link
from tracker.render.site_context import (
    FEED_FORMATS,
    TRANSPARENCY_FEED,
    SiteContext,
    document_feed,
    service_feed,
    topic_feed,
)
from tracker.render.visible import dump_json, mark_hidden
from tracker.render.words import tell_standing, tell_topic

#: Entries of a feed, newest first.
LONGEST_FEED: Final = 50
#: Notices of one document in a feed, newest first: of one that is gone every other night they would fill it.
MOST_NOTICES: Final = 2
#: Bytes of a feed in its largest form. Readers give up on larger ones.
LARGEST_FEED_BYTES: Final = 1_000_000
#: Characters of HTML that one entry may hold, tried in turn until the feed is small enough.
_ENTRY_LIMITS: Final = (1_000_000, 120_000, 60_000, 30_000, 15_000, 7_000, 3_000, 0)


#: What a feed may hold.
Item: TypeAlias = Entry | Notice | FiguresItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed, whatever its format."""

    stem: str
    """Path without extension, from the site's root."""
    title: str
    description: str
    home: str
    """Path of the page that it belongs to."""
    entries: tuple[Item, ...]
    """Newest first, at most `LONGEST_FEED`."""
    updated_at: datetime
    """When an entry was last updated; where there is none, the newest version that it watches was captured."""


def list_common_feeds(context: SiteContext) -> Iterator[Feed]:
    """Yield the feeds of the whole site and of each topic."""
    title, language, events = context.model.title, context.language, context.told
    notices = [listing.notices[:MOST_NOTICES] for listing in context.listings if listing.departures]
    yield _make_feed(
        context,
        ("feeds/all", language.gettext("%(site)s: all changes", site=title)),
        language.gettext("Every change of every policy, and policies that end or move."),
        "index.html",
        _merge(events[: LONGEST_FEED + 1], *notices),
    )
    yield _make_feed(
        context,
        ("feeds/material", language.gettext("%(site)s: material changes", site=title)),
        language.gettext("Confirmed changes that a privacy advocate would want to know of."),
        "index.html",
        (entry for entry in events if entry.is_alert),
    )
    yield _make_feed(
        context,
        ("feeds/silent", language.gettext("%(site)s: unannounced changes", site=title)),
        language.gettext("Changes that the policy's own change log does not mention so far."),
        "index.html",
        (entry for entry in events if entry.is_unannounced),
    )
    if context.model.figures:
        yield _make_feed(
            context,
            (TRANSPARENCY_FEED, language.gettext("%(site)s: transparency reports", site=title)),
            language.gettext("New and revised figures of what services gave to authorities, and overdue reports."),
            "transparency/index.html",
            list_news(context),
        )
    for topic in TOPICS:
        stem, name = topic_feed(topic, language)
        yield _make_feed(
            context,
            (stem, f"{title}: {name}"),
            language.gettext("Changes of policies in what they say on %(topic)s.", topic=tell_topic(topic, language)),
            "index.html",
            (entry for entry in events if topic in entry.topics),
        )


def list_service_feeds(context: SiteContext, listings: Sequence[Listing]) -> Iterator[Feed]:
    """Yield the feed of a service, of which `listings` are, and that of each of its documents."""
    language = context.language
    stem, name = service_feed(listings[0])
    yield _make_feed(
        context,
        (stem, language.gettext("%(name)s: policy changes", name=name)),
        language.gettext("Changes of the policies of %(name)s.", name=name),
        listings[0].service_path,
        _merge(
            newest_first([entry for listing in listings for entry in listing.entries]),
            *(listing.notices[:MOST_NOTICES] for listing in listings),
        ),
        watched=listings,
    )
    for listing in listings:
        stem, name = document_feed(listing)
        yield _make_feed(
            context,
            (stem, language.gettext("%(name)s: changes", name=name)),
            language.gettext("Changes of %(name)s.", name=name),
            listing.path,
            _merge(listing.entries, listing.notices[:MOST_NOTICES]),
            watched=(listing,),
        )


def _make_feed(
    context: SiteContext,
    named: tuple[str, str],
    description: str,
    home: str,
    entries: Iterable[Item],
    *,
    watched: Sequence[Listing] | None = None,
) -> Feed:
    """Return the feed of the newest of `entries`.

    Args:
        context: The site.
        named: (stem, title).
        description: What it tells, in a sentence.
        home: Path of the page that it belongs to.
        entries: Newest first; those that were never an event are left out.
        watched: The documents of which it tells; None for all.
    """
    stem, name = named
    told = (entry for entry in entries if not (isinstance(entry, Entry) and entry.is_doubtful))
    shown = tuple(islice(told, LONGEST_FEED))
    newest = max((entry.updated_at for entry in shown), default=None)
    if newest is None:
        records = (listing.record_at for listing in watched or context.listings if listing.record_at is not None)
        newest = max(records, default=context.data_until)
    return Feed(
        stem=stem,
        title=mark_hidden(name),
        description=mark_hidden(description),
        home=home,
        entries=shown,
        updated_at=_whole(newest),
    )


def _merge(entries: Sequence[Entry], *notices: Sequence[Notice]) -> tuple[Entry | Notice, ...]:
    """Return `entries`, which are in order, and `notices` together, newest first."""
    if not any(notices):
        return tuple(entries)
    both: list[Entry | Notice] = [*entries, *(notice for own in notices for notice in own)]
    return tuple(sorted(both, key=lambda entry: (-entry.placed_at.timestamp(), str(entry.document))))


def _whole(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def feed_pages(context: SiteContext) -> Iterator[Draft | Batch]:
    """Yield every feed in Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, each at most `LARGEST_FEED_BYTES` long."""
    contents = _Contents(context)
    yield from _draft_feeds(context, contents, list_common_feeds(context))
    for listings in context.services.values():
        yield Batch(
            name=service_feed(listings[0])[0],
            inputs=fingerprint(context.settings_inputs, listings),
            list_drafts=partial(_draft_service, context, contents, listings),
        )


def _draft_service(context: SiteContext, contents: _Contents, listings: Sequence[Listing]) -> Iterator[Draft]:
    return _draft_feeds(context, contents, list_service_feeds(context, listings))


def _draft_feeds(context: SiteContext, contents: _Contents, feeds: Iterable[Feed]) -> Iterator[Draft]:
    for feed in feeds:
        inputs = _inputs_of(context, feed)
        # How much of each entry is told depends on the largest form: all three are written together.
        write = lru_cache(maxsize=1)(partial(_write_feed, context, feed, contents))
        for path in (f"{feed.stem}.{extension}" for extension in FEED_FORMATS):
            yield Draft(path=path, write=partial(_pick, write, path), inputs=inputs)


def _pick(write: Callable[[], dict[str, str]], path: str) -> str:
    return write()[path]


def _inputs_of(context: SiteContext, feed: Feed) -> str:
    """Return the digest of all that the texts of `feed` depend on."""
    # An entry tells of its change what its page does, and of its place what lists do.
    inputs = [entry.inputs for entry in feed.entries if isinstance(entry, Entry)]
    return fingerprint(context.settings_inputs, feed, inputs)


def _write_feed(context: SiteContext, feed: Feed, contents: _Contents) -> dict[str, str]:
    pages: dict[str, str] = {}
    for limit in _ENTRY_LIMITS:
        told = sum(len(contents.html(entry, limit)) for entry in feed.entries)
        if told > LARGEST_FEED_BYTES and limit:
            continue  # no form of it is shorter than what it tells
        pages = {
            f"{feed.stem}.atom": _atom_text(context, feed, contents, limit),
            f"{feed.stem}.rss": _rss_text(context, feed, contents, limit),
            f"{feed.stem}.json": _json_text(context, feed, contents, limit),
        }
        if max(len(text.encode()) for text in pages.values()) <= LARGEST_FEED_BYTES:
            break
    return pages


class _Contents:
    """The HTML of entries, made once for each change and limit, and remembered between builds."""

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._template = context.environment.get_template("feed_entry.html")
        self._notice = context.environment.get_template("feed_notice.html")
        self._figures = context.environment.get_template("feed_figures.html")
        self._made: dict[tuple[str, int], str] = {}

    def html(self, entry: Item, limit: int) -> str:
        """Return the entry's content, cut after the last clause that `limit` characters allow."""
        if isinstance(entry, Notice):
            return self._notice.render(standing=entry.standing, url=self._context.url(entry.path))
        if isinstance(entry, FiguresItem):
            return self._figures.render(item=entry, url=self._context.url(entry.path))
        key = (entry.path, limit)
        if key not in self._made:
            name = fingerprint("feed entry", self._context.inputs_of(entry), limit)
            self._made[key] = self._context.recall(name, partial(self._render, entry, limit))
        return self._made[key]

    def _render(self, entry: Entry, limit: int) -> str:
        change = self._context.change(entry)
        language = self._context.language
        quoted = language.quoted(self._context.report(entry.document).language)
        shown: list[tuple[Changed, str]] = []
        blocks = [block for block in lay_out(change.change, change.verdict) if isinstance(block, Changed)]
        left = limit
        for block in blocks:
            redline = redline_to_html(block.clause.redline, inline=True, quoted=quoted, language=language)
            left -= len(redline)
            if left < 0:
                break
            shown.append((block, redline))
        return self._template.render(
            report=change,
            verdict=change.verdict,
            event=change.event,
            shown=shown,
            cut=len(blocks) - len(shown),
            url=self._context.url(entry.path),
            quoted=quoted,
        )


def _hub(context: SiteContext) -> str | None:
    """Return the address of the hub; None where there is none, or no address by which it could know a feed.

    A publisher states both the hub and the feed's own address, or neither (WebSub, section 4).
    """
    return None if context.model.base_url is None else context.model.websub_hub


def _headline(entry: Item, language: Language) -> str:
    if isinstance(entry, Notice):
        return tell_standing(entry.standing, language)
    if isinstance(entry, FiguresItem):
        return entry.headline(language)
    return (
        language.gettext("Retracted: %(headline)s", headline=entry.headline) if entry.is_retracted else entry.headline
    )


def _topics(entry: Item) -> tuple[str, ...]:
    return entry.topics if isinstance(entry, Entry) else ()


def _title(entry: Item, language: Language) -> str:
    name = f"{entry.name}: {_headline(entry, language)}"
    return mark_hidden(name).replace("\n", " ")


class _Atom(Atom1Feed):  # type: ignore[misc] # feedgenerator publishes no types
    """Atom without links where the site's address is unknown: RFC 4287, section 4.1.2, asks for none beside content."""

    def latest_post_date(self) -> datetime:
        """Return the feed's own date, since an empty feed would else bear that of the run."""
        updated_at: datetime = self.feed["updated_at"]
        return updated_at

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(_WithoutEmptyLinks(handler))
        if self.feed["hub"] is not None:
            handler.addQuickElement("link", "", {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(_WithoutEmptyLinks(handler), item)


class _WithoutEmptyLinks:
    """An XML handler that leaves out links to nowhere."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def addQuickElement(  # noqa: N802 - feedgenerator's name
        self, name: str, contents: str | None = None, attrs: dict[str, Any] | None = None
    ) -> None:
        if name == "link" and (attrs or {}).get("href", "") is None:
            return
        self._handler.addQuickElement(name, contents, attrs)


class _Rss(Rss201rev2Feed):  # type: ignore[misc] # feedgenerator publishes no types
    """RSS 2.0 with the whole change in `content:encoded` (RSS 1.0 content module) and links only where known."""

    def latest_post_date(self) -> datetime:
        """Return the feed's own date, since an empty feed would else bear that of the run."""
        updated_at: datetime = self.feed["updated_at"]
        return updated_at

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"] is not None:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Write the item; without an address it has no `link`, which RSS 2.0 allows."""
        handler.addQuickElement("title", item["title"])
        if item["link"] is not None:
            handler.addQuickElement("link", item["link"])
        super().add_item_elements(_Skipping(handler, ("title", "link")), item)
        handler.addQuickElement("content:encoded", item["content"])


class _Skipping:
    """An XML handler that leaves out elements already written."""

    def __init__(self, handler: Any, names: tuple[str, ...]) -> None:
        self._handler = handler
        self._names = names

    def addQuickElement(  # noqa: N802 - feedgenerator's name
        self, name: str, contents: str | None = None, attrs: dict[str, Any] | None = None
    ) -> None:
        if name not in self._names:
            self._handler.addQuickElement(name, contents, attrs)


def _atom_text(context: SiteContext, feed: Feed, contents: _Contents, limit: int) -> str:
    contact = context.model.contact
    atom = _Atom(
        title=feed.title,
        link=context.url(feed.home),
        description=feed.description,
        language=context.language.code,
        author_name=mark_hidden(context.model.title),
        author_link=contact if contact.startswith(("http://", "https://")) else None,
        feed_url=context.url(f"{feed.stem}.atom"),
        feed_guid=feed_id(feed.stem),
        updated_at=feed.updated_at,
        hub=_hub(context),
    )
    for entry in feed.entries:
        atom.add_item(
            title=_title(entry, context.language),
            link=context.url(entry.path),
            description=None,
            content=contents.html(entry, limit),
            pubdate=_whole(entry.seen_at),
            updateddate=_whole(entry.updated_at),
            unique_id=entry.id,
            categories=_topics(entry),
        )
    text: str = atom.writeString("utf-8")
    return text


def _rss_text(context: SiteContext, feed: Feed, contents: _Contents, limit: int) -> str:
    rss = _Rss(
        title=escape(feed.title, quote=False) if "<" in feed.title else feed.title,
        # RSS 2.0 asks for a link with a registered scheme; without an address of the site, its name is all there is.
        link=context.url(feed.home) or feed_id(feed.stem),
        description=feed.description,
        language=context.language.code,
        feed_url=context.url(f"{feed.stem}.rss"),
        updated_at=feed.updated_at,
        hub=_hub(context),
    )
    for entry in feed.entries:
        title = _title(entry, context.language)
        rss.add_item(
            # RSS does not say whether a title is text or HTML, so one with a tag in it is made inert as either.
            title=escape(title, quote=False) if "<" in title else title,
            link=context.url(entry.path),
            description=escape(mark_hidden(_headline(entry, context.language)), quote=False),
            content=contents.html(entry, limit),
            pubdate=_whole(entry.seen_at),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=_topics(entry),
        )
    text: str = rss.writeString("utf-8")
    return text


def _json_text(context: SiteContext, feed: Feed, contents: _Contents, limit: int) -> str:
    """Return the feed by JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    author: dict[str, JsonValue] = {"name": mark_hidden(context.model.title)}
    if safe_link(context.model.contact) is not None:
        author["url"] = context.model.contact
    top: dict[str, JsonValue] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": context.url(feed.home),
        "feed_url": context.url(f"{feed.stem}.json"),
        "description": feed.description,
        "authors": [author],
        "language": context.language.code,
    }
    hub = _hub(context)
    if hub is not None:
        top["hubs"] = [{"type": "WebSub", "url": hub}]
    items: list[JsonValue] = [_json_item(context, entry, contents.html(entry, limit)) for entry in feed.entries]
    return dump_json({key: value for key, value in top.items() if value is not None} | {"items": items})


def _json_item(context: SiteContext, entry: Item, content: str) -> JsonValue:
    url = context.url(entry.path)
    item: dict[str, JsonValue] = {"id": entry.id}
    if url is not None:
        item["url"] = url
    return item | {
        "title": _title(entry, context.language),
        "content_html": content,
        "date_published": format_instant(entry.seen_at),
        "date_modified": format_instant(entry.updated_at),
        "tags": list(_topics(entry)),
        # JSON Feed 1.1, "Extensions": an object whose name begins with an underscore.
        "_tracker": _facts(entry),
    }


def _facts(entry: Item) -> dict[str, JsonValue]:
    if isinstance(entry, FiguresItem):
        return entry.facts()
    return _notice_facts(entry) if isinstance(entry, Notice) else _change_facts(entry)


def _change_facts(entry: Entry) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {
        "document": str(entry.document),
        "kind": entry.kind,
        "material": entry.material,
        "effect": entry.effect,
        "trust": entry.trust,
        "last_seen_old": format_instant(entry.last_seen_old),
        "first_seen_new": format_instant(entry.seen_at),
        "old_text_sha256": entry.old_text_sha256,
        "new_text_sha256": entry.new_text_sha256,
    }
    if entry.corrections:
        facts["corrections"] = [correction_to_json(done) for done in entry.corrections]
        facts["retracted"] = entry.is_retracted
    return facts


def _notice_facts(notice: Notice) -> dict[str, JsonValue]:
    standing = notice.standing
    return {
        "document": str(notice.document),
        "standing": standing.state,
        "since": format_instant(standing.since) if standing.since is not None else None,
        "back_at": format_instant(standing.back_at) if standing.back_at is not None else None,
        "ending": standing.ending,
        "new_url": standing.new_url,
        "evidence": standing.evidence,
    }
