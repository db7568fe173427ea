"""From the archive to the site folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from jinja2 import Environment

from tracker.archive import Archive
from tracker.declarations import Loaded
from tracker.model import REASONS, JsonValue
from tracker.pipeline.reading import Reader
from tracker.pipeline.workspace import Workspace
from tracker.publish import PublishReport, find_templates, write_site
from tracker.render import HeldCapture, SiteModel, make_environment, render_site, render_withdrawn
from tracker.render.permalinks import list_addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBuild:
    """What building the site did."""

    files: PublishReport
    addresses: tuple[dict[str, JsonValue], ...]
    """A row for every change page: its address and feed id, as `.tracker/permalinks.jsonl` keeps them."""


def build_site(archive: Archive, workspace: Workspace, declared: Loaded) -> SiteBuild:
    """Make the site folder show what `archive` holds; only files whose bytes differ are written.

    Raises:
        UsageError: If the folder is not the tracker's own.
    """
    reader = Reader(archive, declared)
    site = SiteModel(
        title=workspace.settings.title,
        site_url=workspace.settings.site_url,
        contact=workspace.settings.contact,
        documents=tuple(reader.report(key) for key in reader.records),
        held=tuple(
            HeldCapture(
                document=str(held.key),
                held_at=held.held_at,
                reason=held.reason,
                detail=held.detail,
                next_step=REASONS.get(held.reason, ""),
            )
            for held in archive.held()
        ),
        published=tuple(_published(archive.permalinks())),
    )
    environment = _environment()
    files = write_site(
        workspace.settings.site, render_site(site, environment), withdraw=render_withdrawn(site, environment)
    )
    return SiteBuild(files=files, addresses=tuple(list_addresses(site)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the templates, compiled once however often a process builds a site."""
    return make_environment(find_templates())


def record_permalinks(archive: Archive, site: SiteBuild, *, at: datetime) -> None:
    """Have the archive remember every address of `site` that it does not know; the caller holds the lock."""
    known = set(_published(archive.permalinks()))
    news = [row for row in site.addresses if row["address"] not in known]
    if news:
        transaction = archive.transaction(at=at)
        transaction.put_permalinks(news)
        transaction.commit()


def _published(rows: Iterable[dict[str, JsonValue]]) -> Iterable[str]:
    return (str(row["address"]) for row in rows if row.get("address"))
