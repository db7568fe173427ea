"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from tracker.errors import UsageError
from tracker.model import parse_instant


def parse_bound(text: str, option: str, *, is_end: bool) -> datetime:
    """Return the instant (UTC) that bounds what is asked for: a day counts whole, on both ends.

    Args:
        text: A day (`2024-09-23`) or an instant (`2024-09-23T15:26:23Z`).
        option: Where it was given, for the message.
        is_end: Whether it is the end, which is exclusive: of a day, the start of the next.

    Raises:
        UsageError: If it is neither.
    """
    try:
        day = date.fromisoformat(text) + timedelta(days=1 if is_end else 0)
    except OverflowError as error:
        raise UsageError(f"{option} takes a day of the calendar, not {text!r}") from error
    except ValueError:
        try:
            return parse_instant(text)
        except (ValueError, OverflowError) as error:
            raise UsageError(
                f"{option} takes a day such as 2024-09-23 or an instant such as 2024-09-23T15:26:23Z, not {text!r}"
            ) from error
    return datetime.combine(day, time.min, tzinfo=UTC)
