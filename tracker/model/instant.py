"""Instants as text: RFC 3339 in UTC with a `Z`, and the compact form used in addresses and file names."""

from __future__ import annotations

from datetime import UTC, datetime


def format_instant(instant: datetime) -> str:
    """Return `instant` as `2024-09-23T15:26:23Z`, whole seconds, UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime:
    """Return the instant that `text` writes, in UTC.

    Raises:
        ValueError: If `text` is not an ISO 8601 instant with an offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return instant.astimezone(UTC)


def compact_instant(instant: datetime) -> str:
    """Return `instant` as `2024-09-23T152623Z`, the form of addresses and file names."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")


def parse_compact_instant(text: str) -> datetime:
    """Return the instant at the start of `text`, written `2024-09-23T152623Z`.

    Raises:
        ValueError: If `text` does not begin with one.
    """
    return datetime.strptime(text[:18], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)
