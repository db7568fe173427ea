"""What the site is made of, and its changes in the order in which people meet them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tracker.model import ChangeReport, DocumentReport, Standing
from tracker.render.addresses import Addresses, change_ids, notice_id

#: Trust that keeps a change off the timeline and out of the feeds. It has its page and stands in its document's list.
SET_ASIDE_TRUST = frozenset({"alternating", "suspect"})
#: Trust that the `material` feed asks for (DESIGN, section 6).
ALERT_TRUST = frozenset({"confirmed", "reverted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCapture:
    """A capture that was held back or refused, as the status page tells it."""

    document: str
    """The document's key as text."""
    held_at: datetime
    reason: str
    """A code of `tracker.model.REASONS`."""
    detail: str
    next_step: str
    outcome: str = "held"
    """`held` or `refused`."""
    look: str = ""
    """A command that shows it; `""` where nobody knows one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteModel:
    """Everything that the site tells. It knows no present: same model, same bytes."""

    title: str
    site_url: str | None
    """Where the site will be published, for absolute links; None where nobody knows."""
    contact: str
    """An address for people: a URL or an e-mail address; `""` for none."""
    documents: tuple[DocumentReport, ...]
    held: tuple[HeldCapture, ...] = ()
    websub_hub: str | None = None
    """Address (https) of the WebSub hub that feeds name; None for none. Without `site_url` they name none."""
    has_search: bool = False
    """Whether an index of all words is made behind the pages, for a script to read."""
    pictures: str | None = None
    """Name of what draws the pictures of changes as PNG too, with all on which their bytes depend; None for none."""
    published: tuple[str, ...] = ()
    """Addresses of change pages ever published, as `<service>/<terms>/<slug>/`; those that no longer stand stay."""

    def __post_init__(self) -> None:
        if self.site_url is not None and not self.site_url.startswith(("http://", "https://")):
            raise ValueError(f"site_url must be an http or https address, not {self.site_url!r}")
        if self.websub_hub is not None and not self.websub_hub.startswith("https://"):
            raise ValueError(f"websub_hub must be an https address, not {self.websub_hub!r}")

    @property
    def base_url(self) -> str | None:
        """`site_url` with one slash at its end."""
        return None if self.site_url is None else self.site_url.rstrip("/") + "/"

    @property
    def data_until(self) -> datetime:
        """The newest instant that the site knows of; the Unix epoch where it knows nothing."""
        instants = [instant for report in self.documents for instant in _instants(report)]
        return max(instants, default=datetime.fromtimestamp(0, tz=UTC))


def _instants(report: DocumentReport) -> list[datetime]:
    newest = [report.timeline.records[-1].fetched_at] if report.timeline.records else []
    return newest + ([report.timeline.checks[-1].checked_at] if report.timeline.checks else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change with its place on the site."""

    report: DocumentReport
    change: ChangeReport
    id: str
    """Its feed id."""
    path: str
    """Of its page, from the site's root."""
    json_path: str
    earlier: str | None
    """Path of the page of the document's change before it; None for its first."""
    later: str | None

    @property
    def is_doubtful(self) -> bool:
        """Whether it was never an event: alternation, a doubtful capture, a page that was not the policy."""
        return self.change.event.trust in SET_ASIDE_TRUST or self.change.verdict.kind == "broken"

    @property
    def is_retracted(self) -> bool:
        """Whether a person took it back. Feeds keep it, since their readers have it, and say so."""
        return self.change.retraction is not None

    @property
    def is_set_aside(self) -> bool:
        """Whether it is no event, or none any more: timelines leave it out."""
        return self.is_doubtful or self.is_retracted

    @property
    def is_alert(self) -> bool:
        """Whether the `material` feed holds it."""
        return self.change.verdict.material and self.change.event.trust in ALERT_TRUST and not self.is_doubtful

    @property
    def seen_at(self) -> datetime:
        return self.change.event.first_seen_new

    @property
    def placed_at(self) -> datetime:
        """By which it stands among others: a change that is judged anew drives no news out of a feed."""
        return self.seen_at

    @property
    def updated_at(self) -> datetime:
        """When the new text was first seen or, if later, when kind, material or effect were published anew.

        They are published anew by later rules, or by a person who corrects or retracts the change.
        """
        revised_at, corrected_at = self.change.history.revised_at, self.change.corrected_at
        return max(self.seen_at, revised_at or self.seen_at, corrected_at or self.seen_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Word that a document ended, perhaps moved, or is seen again: an entry of feeds that is no change."""

    report: DocumentReport
    standing: Standing
    id: str
    """Its feed id."""
    path: str
    """Of the document's page, from the site's root."""

    @property
    def seen_at(self) -> datetime:
        """When it could first be said; the same however often the notice is updated."""
        return self.standing.told_at or self.report.timeline.records[-1].fetched_at

    @property
    def placed_at(self) -> datetime:
        """By which it stands among others."""
        return self.updated_at

    @property
    def updated_at(self) -> datetime:
        return self.standing.back_at or self.seen_at


def list_notices(report: DocumentReport, addresses: Addresses) -> tuple[Notice, ...]:
    """Return a notice for each time that the document ended or seemed to move, newest first."""
    path = addresses.document(report.document)
    return tuple(
        Notice(report=report, standing=standing, id=notice_id(report.document, standing), path=path)
        for standing in reversed(report.departures)
    )


def list_entries(report: DocumentReport, addresses: Addresses) -> tuple[Entry, ...]:
    """Return the document's changes, newest first, those set aside included."""
    ids = change_ids(report.timeline)
    paths = [addresses.change(change.event) for change in report.changes]
    entries = [
        Entry(
            report=report,
            change=change,
            id=ids[change.event.slug],
            path=paths[place],
            json_path=addresses.change_json(change.event),
            earlier=paths[place - 1] if place else None,
            later=paths[place + 1] if place + 1 < len(paths) else None,
        )
        for place, change in enumerate(report.changes)
    ]
    return tuple(reversed(entries))


def newest_first(entries: list[Entry]) -> tuple[Entry, ...]:
    """Return the entries by the capture of their new text, newest first; at one instant by the document's name."""
    return tuple(sorted(entries, key=lambda entry: (-entry.seen_at.timestamp(), str(entry.change.document))))
