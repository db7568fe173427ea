"""The pages of the site, one function a kind; each yields (path from the root, text), or drafts of many large ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import Any, Final, TypeAlias

from jinja2 import Environment

from tracker.model import (
    CHANGE_SLUG,
    PROVING_OUTCOMES,
    REASONS,
    TOPICS,
    TROUBLED_OUTCOMES,
    Check,
    Clause,
    ClauseChange,
    DocumentKey,
    DocumentReport,
    Event,
    Standing,
    Version,
    compact_instant,
    format_instant,
    sha256_hex,
)
from tracker.render.addresses import Addresses, make_slug, picture_of, relative
from tracker.render.change_json import change_to_json
from tracker.render.change_view import Unchanged, lay_out, list_findings, list_proofs, quote_argument, show_command
from tracker.render.citation import cite_change
from tracker.render.clause_addresses import ClauseAddresses
from tracker.render.draft import Draft, Painter
from tracker.render.fingerprint import fingerprint, fingerprint_without
from tracker.render.ledger_view import lay_out_ledger
from tracker.render.site_model import Entry, SiteModel, list_entries, newest_first
from tracker.render.version_chart import draw_versions
from tracker.render.visible import dump_json
from tracker.render.words import OUTCOME_WORDS, capitalise, tell_count, tell_folding, tell_topic

Page: TypeAlias = tuple[str, str]

#: What of the site and of a document no page of a change tells, so that it need not be written again for their sake.
_BEYOND_CHANGES: Final = ("documents", "held", "published", "has_search")
_BEYOND_ONE_CHANGE: Final = (
    "timeline", "latest", "latest_provenance", "changes", "departures", "ledger", "lives", "lengths", "withheld",
    "comparisons",
)  # fmt: skip

#: Changes on the front page; all of them stand on the pages of their months.
FRONT_PAGE_CHANGES: Final = 40
#: Width and height of the picture that stands for a change where it is shared, in pixels.
CARD_SIZE: Final = (1200, 630)
#: Where the list of all feeds stands, for feed readers to take in.
OPML_PATH: Final = "feeds/feeds.opml"
#: Feed formats: file name extension -> (media type, name).
FEED_FORMATS: Final = {
    "atom": ("application/atom+xml", "Atom"),
    "rss": ("application/rss+xml", "RSS"),
    "json": ("application/feed+json", "JSON Feed"),
}


class SiteContext:
    """The model with what every page needs: addresses, entries and the way to render a template."""

    def __init__(self, model: SiteModel, environment: Environment, painter: Painter | None = None) -> None:
        self.model = model
        self.painter = painter
        self.environment = environment
        self.addresses = Addresses([report.timeline for report in model.documents])
        self.documents = tuple(sorted(model.documents, key=_sort_name))
        self.entries = {report.document: list_entries(report, self.addresses) for report in self.documents}
        self.events = newest_first(
            [entry for entries in self.entries.values() for entry in entries if not entry.is_set_aside]
        )
        """Changes that count as events, of all documents, newest first."""
        self._clauses: dict[DocumentKey, ClauseAddresses] = {}
        self.told = newest_first(
            [entry for entries in self.entries.values() for entry in entries if not entry.is_doubtful]
        )
        """Likewise, and those that were events until a person retracted them: what feeds tell."""
        self.services: dict[str, tuple[DocumentReport, ...]] = {
            service: tuple(reports) for service, reports in groupby(self.documents, lambda item: item.document.service)
        }
        self._inputs: dict[str, str] = {}
        self._lineage_inputs: dict[DocumentKey, str] = {}

    @cached_property
    def settings_inputs(self) -> str:
        """The digest of what pages of every document tell of the site itself."""
        return fingerprint_without(self.model, _BEYOND_CHANGES)

    def inputs_of(self, entry: Entry) -> str:
        """Return the digest of all that tells the pages of one change from those of others.

        The texts and their provenance count by the digests and commits that the event bears; what persons corrected,
        and why a text is withheld, count with the change. What is new in a value counts too, until it is named as
        something that these pages do not tell.
        """
        if entry.path not in self._inputs:
            report = entry.report
            self._inputs[entry.path] = fingerprint(
                self.settings_inputs,
                fingerprint_without(report, _BEYOND_ONE_CHANGE),
                fingerprint_without(entry, ("report",)),
                name_document(report),
                document_feed(self, report),
                service_feed(self, report.document.service),
                self.addresses.service(report.document.service),
                self.addresses.document(report.document),
                entry.change is report.changes[-1],
            )
        return self._inputs[entry.path]

    def lineage_inputs_of(self, report: DocumentReport) -> str:
        """Return the digest of all that tells where the lives of the document's clauses stand: it follows none."""
        if report.document not in self._lineage_inputs:
            self._lineage_inputs[report.document] = fingerprint(
                report.lives is not None,
                self.addresses.document_stem(report.document),
                report.timeline.records,
                report.timeline.events,
                report.withheld,
            )
        return self._lineage_inputs[report.document]

    def clause_inputs_of(self, report: DocumentReport) -> str:
        """Return the digest of all that tells the pages of the document's clauses from those of others.

        They tell of its texts and events, and lead to its changes; of verdicts they tell nothing.
        """
        return fingerprint(
            self.settings_inputs,
            self.lineage_inputs_of(report),
            name_document(report),
            report.service_name,
            report.document,
            document_feed(self, report),
            service_feed(self, report.document.service),
            self.addresses.service(report.document.service),
            self.addresses.document(report.document),
            tuple((entry.change.event.slug, entry.path) for entry in self.entries[report.document]),
        )

    def clauses(self, report: DocumentReport) -> ClauseAddresses:
        """Return where the lives of the document's clauses are told; its history is followed for that.

        Raises:
            ValueError: If nobody follows them.
        """
        if report.lives is None:
            raise ValueError(f"nobody follows the clauses of {report.document}")
        if report.document not in self._clauses:
            stem = self.addresses.document_stem(report.document)
            self._clauses[report.document] = ClauseAddresses(stem, report.lives.follow())
        return self._clauses[report.document]

    @property
    def has_opml(self) -> bool:
        """Whether there is a list of feeds for feed readers: they need whole addresses."""
        return self.model.base_url is not None

    def url(self, path: str) -> str | None:
        """Return the absolute address of the page or file at `path`; None where nobody knows the site's."""
        base_url = self.model.base_url
        return None if base_url is None else base_url + path.removesuffix("index.html")

    def render(self, path: str, template: str, **values: Any) -> Page:
        """Return the page at `path`, as `write` writes it."""
        return path, self.write(path, template, **values)

    def write(
        self,
        path: str,
        template: str,
        *,
        feeds: tuple[tuple[str, str], ...] = (),
        card: str | None = None,
        **values: Any,
    ) -> str:
        """Return the text of the page at `path`.

        Args:
            path: From the site's root.
            template: Its name.
            feeds: (stem, title) of those that it announces before the site's own.
            card: Path of the picture that stands for it where it is shared; None where it has none.
            values: What else the template names.
        """
        announced = (*feeds, ("feeds/all", "All changes"), ("feeds/material", "Material changes"))
        return self.environment.get_template(template).render(
            site=self.model,
            path=path,
            link=lambda target: relative(path, target),
            canonical=self.url(path),
            card=None if card is None else self.url(card if self.model.pictures is None else picture_of(card)),
            card_type="image/svg+xml" if self.model.pictures is None else "image/png",
            card_size=CARD_SIZE,
            is_article=card is not None,
            feed_links=tuple(
                (relative(path, f"{stem}.{extension}"), f"{title} ({name})", media_type)
                for stem, title in announced
                for extension, (media_type, name) in FEED_FORMATS.items()
            ),
            opml=relative(path, OPML_PATH) if self.has_opml else None,
            addresses=self.addresses,
            **values,
        )


def _sort_name(report: DocumentReport) -> tuple[str, str, str, str]:
    key = report.document
    return (key.service.casefold(), key.service, key.terms_type.casefold(), str(key))


def document_feed(context: SiteContext, report: DocumentReport) -> tuple[str, str]:
    """Return (stem, title) of the document's feed."""
    return f"feeds/{context.addresses.document_stem(report.document)}", name_document(report)


def service_feed(context: SiteContext, service: str) -> tuple[str, str]:
    """Return (stem, title) of the service's feed."""
    return f"feeds/{context.addresses.service_slug(service)}", context.services[service][0].service_name


def topic_feed(topic: str) -> tuple[str, str]:
    """Return (stem, title) of the feed of a topic."""
    return f"feeds/topics/{topic}", capitalise(tell_topic(topic))


def name_document(report: DocumentReport) -> str:
    """Return the document's name as people say it: `Courier, Privacy Policy`."""
    vantage = f" ({report.document.vantage})" if report.document.vantage else ""
    return f"{report.service_name}, {report.document.terms_type}{vantage}"


def timeline_pages(context: SiteContext) -> Iterator[Page]:
    """Yield one page for each month that has any changes, and the front page with the newest."""
    months = [(month, tuple(group)) for month, group in groupby(context.events, _month)]
    archive = tuple((month, len(entries)) for month, entries in months)
    common: dict[str, Any] = {"archive": archive, "services": context.services, "entries": context.entries}
    for place, (month, entries) in enumerate(months):
        around = (
            months[place + 1][0] if place + 1 < len(months) else None,
            months[place - 1][0] if place else None,
        )
        path = f"timeline/{month}/index.html"
        yield context.render(path, "timeline.html", days=by_day(entries), month=month, around=around, **common)
    # Last, when all that it links to is there.
    front = context.events[:FRONT_PAGE_CHANGES]
    yield context.render("index.html", "timeline.html", days=by_day(front), month=None, around=(None, None), **common)


def _month(entry: Entry) -> str:
    return format_instant(entry.seen_at)[:7]


def by_day(entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], ...]:
    """Return `entries`, which are in order, day by day in UTC."""
    return tuple(tuple(group) for _, group in groupby(entries, lambda entry: format_instant(entry.seen_at)[:10]))


def service_pages(context: SiteContext) -> Iterator[Page]:
    """Yield one page for each service: its documents and their changes."""
    for service, reports in context.services.items():
        events = newest_first([
            entry for report in reports for entry in context.entries[report.document] if not entry.is_set_aside
        ])  # fmt: skip
        yield context.render(
            context.addresses.service(service),
            "service.html",
            feeds=(service_feed(context, service),),
            name=reports[0].service_name,
            reports=reports,
            entries=context.entries,
            days=by_day(events),
            feed_stem=service_feed(context, service)[0],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Clauses that one element holds: a heading alone, or neighbours that make one list or table."""

    kind: str
    level: int
    clauses: tuple[tuple[str, Clause], ...]
    """(anchor, clause) in reading order."""


def lay_out_text(version: Version) -> tuple[Part, ...]:
    """Return the version's clauses grouped for HTML, each with an anchor that stays while its words stay.

    A heading's anchor is its section's number (or title), another clause's the first digits of its text's digest; one
    that occurs again bears a counter.
    """
    seen: dict[str, int] = {}

    def anchored(clause: Clause) -> tuple[str, Clause]:
        section = version.sections[clause.section]
        is_heading = clause.kind == "heading"
        stem = (
            f"section-{make_slug(section.number or clause.text)}"
            if is_heading
            else f"c-{sha256_hex(clause.folded)[:8]}"
        )
        seen[stem] = seen.get(stem, 0) + 1
        return (stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"), clause

    parts: list[Part] = []
    for kind, group in groupby(version.clauses, lambda clause: clause.kind):
        clauses = tuple(anchored(clause) for clause in group)
        if kind in ("item", "row"):
            parts.append(Part(kind=kind, level=0, clauses=clauses))
            continue
        for anchor, clause in clauses:
            level = 2 + _depth(version, clause.section) if kind == "heading" else 0
            parts.append(Part(kind=kind, level=min(6, level), clauses=((anchor, clause),)))
    return tuple(parts)


def _depth(version: Version, section: int) -> int:
    """Return how many headings stand above a section's text, its own among them.

    Policies skip levels; a page may not (HTML, section 4.3.11): readers who listen take it for a missing heading.
    """
    found = 0
    place: int | None = section
    while place is not None and version.sections[place].level:
        found += 1
        place = version.sections[place].parent
    return found


def document_pages(context: SiteContext) -> Iterator[Page]:
    """Yield one page for each document: its text as it stands, its changes and its versions."""
    for report in context.documents:
        entries = context.entries[report.document]
        path = context.addresses.document(report.document)
        parts = lay_out_text(report.latest)
        yield context.render(
            path,
            "document.html",
            feeds=(document_feed(context, report), service_feed(context, report.document.service)),
            report=report,
            name=name_document(report),
            entries=entries,
            parts=parts,
            ledger=report.ledger,
            ledger_parts=() if report.ledger is None else lay_out_ledger(report.ledger),
            ledger_anchors={clause.index: anchor for part in parts for anchor, clause in part.clauses},
            address_of=link_changes(path, entries),
            records=tuple(reversed(report.timeline.records)),
            pages={entry.change.event.new.commit: entry for entry in entries},
            status=tell_status(report),
            feed_stem=document_feed(context, report)[0],
            variants=report.timeline.variants,
            chart=draw_versions(report, entries),
            months=_count_checks(report),
            folded_count=len(report.timeline.events) - len(report.timeline.changes),
            document_argument=quote_argument(str(report.document)),
            first_argument=quote_argument(f"{report.document}@first"),
            latest_argument=quote_argument(f"{report.document}@latest"),
        )


#: Months of checks that a document's page tells one by one.
_MONTHS: Final = 24


def _count_checks(report: DocumentReport) -> tuple[tuple[str, int, int, tuple[str, ...]], ...]:
    """Return (month, looks, looks that saw the document, what else came of them) of the last months, newest first."""
    found = []
    for month, group in groupby(report.timeline.checks, lambda check: format_instant(check.checked_at)[:7]):
        outcomes = Counter(check.outcome for check in group)
        seen = sum(outcomes[outcome] for outcome in PROVING_OUTCOMES)
        rest = tuple(
            f"{OUTCOME_WORDS[outcome]} {tell_count(number, 'time', 'times')}"
            for outcome, number in sorted(outcomes.items())
            if outcome not in PROVING_OUTCOMES
        )
        found.append((month, outcomes.total(), seen, rest))
    return tuple(reversed(found))[:_MONTHS]


def link_changes(path: str, entries: Sequence[Entry]) -> Callable[[Event], str | None]:
    """Return what gives the link from the page at `path` to the page of a change; None where it has none."""
    pages = {entry.change.event.slug: entry.path for entry in entries}

    def address_of(event: Event) -> str | None:
        page = pages.get(event.slug)
        return None if page is None else relative(path, page)

    return address_of


def change_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield one page for each change, those set aside included; of each document the newest first."""
    for entries in context.entries.values():
        for entry in entries:
            inputs = fingerprint(context.inputs_of(entry), context.lineage_inputs_of(entry.report))
            yield Draft(path=entry.path, write=partial(_write_change, context, entry), inputs=inputs)


def _write_change(context: SiteContext, entry: Entry) -> str:
    report, change = entry.report, entry.change
    event = change.event
    blocks = lay_out(change.change, change.verdict)
    document_argument = quote_argument(str(report.document))
    return context.write(
        entry.path,
        "change.html",
        feeds=(document_feed(context, report), service_feed(context, report.document.service)),
        card=context.addresses.card(event),
        entry=entry,
        report=change,
        event=event,
        verdict=change.verdict,
        corrections=change.corrections,
        judged=change.judged,
        name=name_document(report),
        blocks=blocks,
        is_unchanged=is_unchanged,
        findings=list_findings(blocks),
        sides=(("Old text", event.old, change.old_provenance), ("New text", event.new, change.new_provenance)),
        commands=(
            show_command(event.new.commit, f"{report.document.path}.md"),
            f"tracker show {document_argument} {event.new.commit}",
        ),
        proofs=list_proofs(change),
        life_of=_life_finder(context, report, entry),
        citation=cite_change(
            change,
            service_name=report.service_name,
            site_title=context.model.title,
            id=entry.id,
            url=context.url(entry.path),
            what=_name_of_kind(entry),
        ),
        current=change is report.changes[-1],
    )


def _name_of_kind(entry: Entry) -> str:
    """Return what a citation calls the change."""
    if entry.is_retracted:
        return "Retracted change"
    return "Capture not counted as a change" if entry.is_set_aside else "Change"


def _life_finder(
    context: SiteContext, report: DocumentReport, entry: Entry
) -> Callable[[ClauseChange], str | None]:  # fmt: skip
    """Return what gives the link from a change's page to the life of one of its clauses; None where it has none."""
    known = None if report.lives is None else context.clauses(report)

    def life_of(clause: ClauseChange) -> str | None:
        found = None if known is None else known.of_clause(entry.change.event, clause)
        return None if found is None else f"{relative(entry.path, found[0])}#{found[1]}"

    return life_of


def is_unchanged(block: object) -> bool:
    """Return whether `block` of a change that is laid out is a run of clauses that stand as they stood."""
    return isinstance(block, Unchanged)


def change_files(context: SiteContext) -> Iterator[Draft]:
    """Yield `change.json` beside each change page."""
    for entries in context.entries.values():
        for entry in entries:
            yield Draft(
                path=entry.json_path, write=partial(_write_change_json, entry), inputs=context.inputs_of(entry)
            )  # fmt: skip


def _write_change_json(entry: Entry) -> str:
    change = entry.change
    row = change_to_json(
        change.change,
        change.verdict,
        id=entry.id,
        trust=change.event.trust,
        history=change.history,
        corrections=change.corrections,
        judged=change.judged,
        withheld=change.withheld,
    )
    return dump_json(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the watch over a document goes."""

    last_check: Check | None
    last_success: Check | None
    """The newest check that saw the document's text."""
    troubled_since: Check | None
    """The first of the failed checks at the end of the record; None where the last check was well."""
    next_step: str | None
    standing: Standing

    @property
    def is_troubled(self) -> bool:
        return self.troubled_since is not None

    @property
    def needs_attention(self) -> bool:
        return self.is_troubled or self.standing.state != "watching"


def tell_status(report: DocumentReport) -> Status:
    """Return how the watch over the document goes, from its checks."""
    newest = report.timeline.records[-1].fetched_at if report.timeline.records else None
    # Imports keep rows of what was set aside alone: one from before the newest version is no trouble of today.
    checks = tuple(
        check
        for check in report.timeline.checks
        if newest is None or check.checked_at >= newest or check.outcome not in TROUBLED_OUTCOMES
    )
    successes = (check for check in reversed(checks) if check.outcome in PROVING_OUTCOMES)
    since: Check | None = None
    for check in reversed(checks):
        if check.outcome not in TROUBLED_OUTCOMES:
            break
        since = check
    last = checks[-1] if checks else None
    reason = last.reason if last is not None and since is not None else None
    return Status(
        last_check=last,
        last_success=next(successes, None),
        troubled_since=since,
        next_step=None if reason is None else REASONS.get(reason),
        standing=report.standing,
    )


def status_pages(context: SiteContext) -> Iterator[Page]:
    """Yield the status page: the last look at each document, failures and held captures with their next steps."""
    rows = tuple((report, name_document(report), tell_status(report)) for report in context.documents)
    held = tuple(sorted(context.model.held, key=lambda item: (item.document, item.held_at)))
    known = {
        str(report.document): (context.addresses.document(report.document), name_document(report))
        for report in context.documents
    }
    yield context.render("status/index.html", "status.html", rows=rows, held=held, known=known)


def feed_index_pages(context: SiteContext) -> Iterator[Page]:
    """Yield the page that lists every feed."""
    services = tuple(
        (service_feed(context, service), tuple(document_feed(context, report) for report in reports))
        for service, reports in context.services.items()
    )
    topics = tuple(map(topic_feed, TOPICS))
    yield context.render("feeds/index.html", "feeds.html", topics=topics, services=services, formats=FEED_FORMATS)


def about_pages(context: SiteContext) -> Iterator[Page]:
    """Yield the page on method, limits and how to challenge a verdict."""
    yield context.render("about/index.html", "about.html")


def style_sheets(context: SiteContext) -> Iterator[Page]:
    """Yield the style sheet."""
    yield "style.css", context.environment.get_template("style.css").render()


def withdrawn_pages(context: SiteContext) -> Iterator[Page]:
    """Yield a page for every change once published that no longer stands."""
    standing = {entry.path for entries in context.entries.values() for entry in entries}
    for address in sorted(set(context.model.published)):
        path = f"{address.strip('/')}/index.html"
        if path not in standing:
            yield from withdrawn_page(context, path)


def withdrawn_page(context: SiteContext, path: str) -> Iterator[Page]:
    """Yield the page, and the JSON beside it, that say at `path` that the change no longer stands."""
    folder = path.rsplit("/", 1)[0]
    stems = {context.addresses.document_stem(report.document): report for report in context.documents}
    stem, _, slug = folder.rpartition("/")
    report = stems.get(stem)
    target = "index.html" if report is None else context.addresses.document(report.document)
    now = None if report is None else _event_now(report, slug)
    if now is not None and now.folded is None:
        target = context.addresses.change(now)
    why = "" if now is None else tell_folding(now)
    page = f"{folder}/index.html"
    yield context.render(
        page,
        "withdrawn.html",
        name=None if report is None else name_document(report),
        target=target,
        why=why,
        is_retold=now is not None and now.folded is None,
        seen=slug[: len(compact_instant(context.model.data_until))],
    )
    row = {"schema": "tracker.withdrawn/1", "status": "withdrawn", "why": why or None, "see": relative(page, target)}
    yield f"{folder}/change.json", dump_json(row)


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
