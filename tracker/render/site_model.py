"""What the site is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.model import DocumentReport, PublisherFigures
from tracker.render.listing import Dossier


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
    documents: tuple[DocumentReport, ...] = ()
    """Those whose reports are at hand."""
    dossiers: tuple[Dossier, ...] = ()
    """Further documents, whose reports are read when somebody asks."""
    held: tuple[HeldCapture, ...] = ()
    language: str = "en"
    """BCP 47 tag of the language in which the pages speak; that of a document is its own."""
    websub_hub: str | None = None
    """Address (https) of the WebSub hub that feeds name; None for none. Without `site_url` they name none."""
    has_search: bool = False
    """Whether an index of all words is made behind the pages, for a script to read."""
    pictures: str | None = None
    """Name of what draws the pictures of changes as PNG too, with all on which their bytes depend; None for none."""
    figures: tuple[PublisherFigures, ...] = ()
    """What publishers say they gave to authorities, by the publisher's name."""
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
