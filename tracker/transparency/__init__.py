"""What a publisher says it gave to authorities: reports read from messages, stored as rows, laid out as a series.

Belongs here: exact parsing, and naming what contradicts. Does not belong here: what the figures have to do with a
change of policy, and pages about them.
"""

from tracker.transparency.errors import TransparencyError
from tracker.transparency.message import parse_message
from tracker.transparency.report import Quarter, Report, quarters_between
from tracker.transparency.series import Conflict, SeriesRow, conflicts, series
from tracker.transparency.store import from_json_row, to_json_row

__all__ = [
    "Conflict",
    "Quarter",
    "Report",
    "SeriesRow",
    "TransparencyError",
    "conflicts",
    "from_json_row",
    "parse_message",
    "quarters_between",
    "series",
    "to_json_row",
]
