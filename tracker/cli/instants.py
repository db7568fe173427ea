"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from tracker.errors import UsageError
from tracker.model import parse_instant


def parse_bound(text: str | None, option: str, *, is_end: bool = False) -> datetime | None:
    """Return the instant (UTC) that bounds what is asked for, itself included; None where nothing was given.

    Args:
        text: A day (`2024-09-23`), which counts whole on both ends, or an instant (`2024-09-23T15:26:23Z`).
        option: Where it was given, for the message.
        is_end: Whether it is the end.

    Raises:
        UsageError: If it is neither.
    """
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time.max if is_end else time.min, tzinfo=UTC)
    except ValueError:
        pass
    try:
        return parse_instant(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{option} takes a day such as 2024-09-23 or an instant such as 2024-09-23T15:26:23Z, not {text!r}"
        ) from error
