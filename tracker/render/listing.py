"""What lists and feeds tell of documents and changes: light values, made once for each state of a document.

Pages of one document or one change are made from reports, which hold texts and evidence. Timelines, filters, feeds and
indexes need a line of each change of every document; whoever keeps these lines need not read a document again to whose
history nothing happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final, Protocol, TypeVar

from tracker.model import (
    PROVING_OUTCOMES,
    REASONS,
    TROUBLED_OUTCOMES,
    AppliedCorrection,
    ChangeReport,
    Check,
    DocumentKey,
    DocumentReport,
    Effect,
    Kind,
    Standing,
    Trust,
    find_retraction,
    format_instant,
)
from tracker.render.addresses import change_ids, change_path, notice_id
from tracker.render.fingerprint import Digested, fingerprint, fingerprint_without
from tracker.render.text_layout import list_headings
from tracker.render.words import is_unannounced

#: Trust that keeps a change off the timeline and out of the feeds. It has its page and stands in its document's list.
SET_ASIDE_TRUST: Final = frozenset({"alternating", "suspect"})
#: Trust that the `material` feed asks for (DESIGN, section 6).
ALERT_TRUST: Final = frozenset({"confirmed", "reverted"})

#: What of a document no page of one of its changes tells, so that it need not be written again for their sake.
_BEYOND_ONE_CHANGE: Final = (
    "timeline", "latest", "latest_provenance", "changes", "departures", "ledger", "lives", "lengths", "withheld",
    "comparisons",
)  # fmt: skip

_Value = TypeVar("_Value", "Entry", "Notice", "Listing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Digested):
    """A change as lists and feeds tell it, with its place on the site."""

    document: DocumentKey
    service_name: str
    name: str
    """Of the document, as people say it."""
    id: str
    """Its feed id."""
    slug: str
    path: str
    """Of its page, from the site's root."""
    json_path: str
    card_path: str
    """Of the picture that goes with it where it is shared."""
    earlier: str | None
    """Path of the page of the document's change before it; None for its first."""
    later: str | None
    headline: str
    kind: Kind
    material: bool
    effect: Effect
    topics: tuple[str, ...]
    trust: Trust
    is_unannounced: bool
    """Whether the policy's own change log left it out so far."""
    corrections: tuple[AppliedCorrection, ...]
    """What persons corrected, oldest first."""
    last_seen_old: datetime
    seen_at: datetime
    """When the new text was first seen."""
    day: str
    """Of that, in UTC: `2024-03-05`."""
    confirmed_at: datetime | None
    updated_at: datetime
    """When the new text was first seen or, if later, when kind, material or effect were published anew.

    They are published anew by later rules, or by a person who corrects or retracts the change.
    """
    commit: str
    """Of the new version."""
    old_text_sha256: str
    new_text_sha256: str
    inputs: str
    """Digest of all that its page, its JSON and its picture are made from, beside the settings of the site and, for the
    page, the lives of the document's clauses."""
    digest: str
    """Of all the others."""

    @property
    def is_doubtful(self) -> bool:
        """Whether it was never an event: alternation, a doubtful capture, a page that was not the policy."""
        return self.trust in SET_ASIDE_TRUST or self.kind == "broken"

    @property
    def is_retracted(self) -> bool:
        """Whether a person took it back. Feeds keep it, since their readers have it, and say so."""
        return find_retraction(self.corrections) is not None

    @property
    def is_set_aside(self) -> bool:
        """Whether it is no event, or none any more: timelines leave it out."""
        return self.is_doubtful or self.is_retracted

    @property
    def is_alert(self) -> bool:
        """Whether the `material` feed holds it."""
        return self.material and self.trust in ALERT_TRUST and not self.is_doubtful

    @property
    def month(self) -> str:
        return self.day[:7]

    @property
    def year(self) -> str:
        return self.day[:4]

    @property
    def placed_at(self) -> datetime:
        """By which it stands among others: a change that is judged anew drives no news out of a feed."""
        return self.seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Digested):
    """Word that a document ended, perhaps moved, or is seen again: an entry of feeds that is no change."""

    document: DocumentKey
    name: str
    """Of the document, as people say it."""
    standing: Standing
    id: str
    """Its feed id."""
    path: str
    """Of the document's page, from the site's root."""
    seen_at: datetime
    """When it could first be said; the same however often the notice is updated."""
    digest: str

    @property
    def placed_at(self) -> datetime:
        """By which it stands among others."""
        return self.updated_at

    @property
    def updated_at(self) -> datetime:
        return self.standing.back_at or self.seen_at


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Digested):
    """A document as lists tell it."""

    document: DocumentKey
    service_name: str
    name: str
    """As people say it: `Courier, Privacy Policy`."""
    stem: str
    """`<service>/<terms>`: the folder of its pages."""
    entries: tuple[Entry, ...]
    """Its changes, newest first, those set aside included."""
    departures: tuple[Standing, ...]
    """The stretches in which it had ended or seemed to have moved, oldest first."""
    status: Status
    urls: tuple[str, ...]
    """From which the newest version was made."""
    fetched_at: datetime
    """When that was captured."""
    text_sha256: str
    markdown_sha256: str
    commit: str | None
    """Of the newest version; None where there is none."""
    versions: int
    first_record_at: datetime | None
    newest_at: datetime | None
    """The newest instant of which its history tells."""
    headings: tuple[tuple[str, str], ...]
    """(anchor, text) of those of the text as it stands, in its order."""
    digest: str

    @property
    def path(self) -> str:
        """Of its page, from the site's root."""
        return f"{self.stem}/index.html"

    @property
    def service_slug(self) -> str:
        """The folder of its service's pages."""
        return self.stem.partition("/")[0]

    @property
    def service_path(self) -> str:
        """Of its service's page, from the site's root."""
        return f"{self.service_slug}/index.html"

    @property
    def events(self) -> tuple[Entry, ...]:
        """Those of its changes that count as events."""
        return tuple(entry for entry in self.entries if not entry.is_set_aside)

    @property
    def record_at(self) -> datetime | None:
        """When the newest version was captured; None where there is none."""
        return None if self.commit is None else self.fetched_at

    @property
    def notices(self) -> tuple[Notice, ...]:
        """A notice for each time that the document ended or seemed to move, newest first."""
        notices = (
            Notice(
                document=self.document,
                name=self.name,
                standing=standing,
                id=notice_id(self.document, standing),
                path=self.path,
                seen_at=standing.told_at or self.fetched_at,
                digest="",
            )
            for standing in reversed(self.departures)
        )
        return tuple(map(_with_digest, notices))


class Dossier(Protocol):
    """A document of the site: what lists need of it, and the whole of it, each read when somebody asks."""

    @property
    def document(self) -> DocumentKey:
        """Which it is."""

    @property
    def first_at(self) -> datetime | None:
        """When it was first recorded (UTC)."""

    @property
    def state(self) -> str | None:
        """Digest of all that its report tells; None where nobody knows one without reading it."""

    def listing(self, stem: str) -> Listing:
        """Return the document as lists tell it, at the place `stem`."""

    def report(self) -> DocumentReport:
        """Return all of it."""


class KnownDossier:
    """The dossier of a report that is at hand."""

    state: None = None

    def __init__(self, report: DocumentReport) -> None:
        self._report = report
        self.document = report.document

    @property
    def first_at(self) -> datetime | None:
        """When the document was first recorded."""
        return self._report.timeline.records[0].fetched_at if self._report.timeline.records else None

    def listing(self, stem: str) -> Listing:
        """Return the document as lists tell it, at the place `stem`."""
        return list_document(self._report, stem)

    def report(self) -> DocumentReport:
        """Return all of it."""
        return self._report


def name_document(service_name: str, document: DocumentKey) -> str:
    """Return the document's name as people say it: `Courier, Privacy Policy`."""
    vantage = f" ({document.vantage})" if document.vantage else ""
    return f"{service_name}, {document.terms_type}{vantage}"


def list_document(report: DocumentReport, stem: str) -> Listing:
    """Return `report` as lists tell it.

    Args:
        report: The document.
        stem: `<service>/<terms>`, where its pages stand.
    """
    records, checks, latest = report.timeline.records, report.timeline.checks, report.latest_provenance
    instants = [*(record.fetched_at for record in records[-1:]), *(check.checked_at for check in checks[-1:])]
    listing = Listing(
        document=report.document,
        service_name=report.service_name,
        name=name_document(report.service_name, report.document),
        stem=stem,
        entries=list_entries(report, stem),
        departures=report.departures,
        status=tell_status(report),
        urls=tuple(source.url for source in latest.sources),
        fetched_at=latest.fetched_at,
        text_sha256=latest.text_sha256,
        markdown_sha256=latest.markdown_sha256,
        commit=records[-1].commit if records else None,
        versions=len(records),
        first_record_at=records[0].fetched_at if records else None,
        newest_at=max(instants, default=None),
        headings=list_headings(report.latest),
        digest="",
    )
    return _with_digest(listing)


def list_entries(report: DocumentReport, stem: str) -> tuple[Entry, ...]:
    """Return the document's changes, newest first, those set aside included."""
    ids = change_ids(report.timeline)
    paths = [change_path(stem, change.event) for change in report.changes]
    beyond = fingerprint_without(report, _BEYOND_ONE_CHANGE)
    entries = [
        _list_change(
            report,
            change,
            stem=stem,
            id=ids[change.event.slug],
            earlier=paths[place - 1] if place else None,
            later=paths[place + 1] if place + 1 < len(paths) else None,
            beyond=beyond,
        )
        for place, change in enumerate(report.changes)
    ]
    return tuple(reversed(entries))


def _list_change(
    report: DocumentReport,
    change: ChangeReport,
    *,
    stem: str,
    id: str,  # noqa: A002 - named like the field
    earlier: str | None,
    later: str | None,
    beyond: str,
) -> Entry:
    """Return one change as lists tell it.

    Its inputs count the whole change: texts and their provenance by the digests and commits that the event bears; what
    persons corrected, and why a text is withheld. What is new in a value counts too, until it is named as something
    that the pages of one change do not tell.
    """
    event, verdict = change.event, change.verdict
    revised_at, corrected_at = change.history.revised_at, change.corrected_at
    entry = Entry(
        document=report.document,
        service_name=report.service_name,
        name=name_document(report.service_name, report.document),
        id=id,
        slug=event.slug,
        path=change_path(stem, event),
        json_path=change_path(stem, event, "change.json"),
        card_path=change_path(stem, event, "card.svg"),
        earlier=earlier,
        later=later,
        headline=verdict.headline,
        kind=verdict.kind,
        material=verdict.material,
        effect=verdict.effect,
        topics=verdict.topics,
        trust=event.trust,
        is_unannounced=is_unannounced(verdict.clauses),
        corrections=change.corrections,
        last_seen_old=event.last_seen_old,
        seen_at=event.first_seen_new,
        day=format_instant(event.first_seen_new)[:10],
        confirmed_at=event.confirmed_at,
        updated_at=max(event.first_seen_new, revised_at or event.first_seen_new, corrected_at or event.first_seen_new),
        commit=event.new.commit,
        old_text_sha256=event.old.text_sha256,
        new_text_sha256=event.new.text_sha256,
        inputs=fingerprint(beyond, change, id, stem, earlier, later, change is report.changes[-1]),
        digest="",
    )
    return _with_digest(entry)


def _with_digest(value: _Value) -> _Value:
    """Return `value` with the digest of all that it tells."""
    return replace(value, digest=fingerprint_without(value, ("digest",)))


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


def by_day(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """Return `entries`, which are in order, day by day in UTC."""
    return tuple(tuple(group) for _, group in groupby(entries, lambda entry: entry.day))


def newest_first(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries by the capture of their new text, newest first; at one instant by the document's name."""
    return tuple(sorted(entries, key=lambda entry: (-entry.seen_at.timestamp(), str(entry.document))))
