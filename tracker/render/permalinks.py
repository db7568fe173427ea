"""Every address that the site publishes and is never to die."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tracker.model import JsonValue
from tracker.render.addresses import Addresses
from tracker.render.site_model import SiteModel, list_entries


def list_addresses(site: SiteModel) -> Iterator[dict[str, JsonValue]]:
    """Yield a row for every change page: its address (`<service>/<terms>/<slug>/`) and its feed id."""
    addresses = Addresses(site.documents)
    for report in site.documents:
        for entry in reversed(list_entries(report, addresses)):
            yield {"address": f"{posixpath.dirname(entry.path)}/", "id": entry.id, "document": str(report.document)}
