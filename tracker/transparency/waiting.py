"""When the next report is due.

A report that names the month of the next one is believed. Else the cadence of the policy counts: the next report tells
of the months that follow the last one, and comes in the month after they are over, as the reports did that named it.
"""

from __future__ import annotations

from datetime import date, timedelta

from tracker.model import Due, Period, add_months

_ONE_DAY = timedelta(days=1)


def due_after(last: Period, *, promised: date | None, months: int | None, today: date) -> Due | None:
    """Return when the report after that of `last` is due; None where nobody promises one.

    Args:
        last: The newest period of which there is a report.
        promised: First day of the month that this report names for the next one; None if it names none.
        months: Between two reports, as the policy promises; None if it promises none.
        today: As of when it is overdue.
    """
    if promised is not None and promised > last.end:
        # What was named is a month in which a report comes, of all that is over by then.
        by = add_months(promised, 1) - _ONE_DAY
        period = Period(last.after, promised - _ONE_DAY)
        if promised == last.after:
            # Nothing is over by then: as many months follow as the last report told of.
            length = (last.end.year - last.start.year) * 12 + last.end.month - last.start.month + 1
            period = Period(last.after, add_months(promised, length) - _ONE_DAY)
    elif months is not None:
        # A promise that does not follow the end of the last report's period is older than that report.
        promised = None
        period = Period(last.after, add_months(last.after.replace(day=1), months) - _ONE_DAY)
        by = add_months(period.end, 2) - _ONE_DAY
    else:
        return None
    return Due(period=period, by=by, is_promised=promised is not None, is_overdue=today > by)
