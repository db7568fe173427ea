"""From records and checks to a timeline: which changes there were, when each text was seen, how far to trust them.

And through it, the line of every clause: what it said when, and where it stood. Pure: the archive is read elsewhere,
versions are compared elsewhere, and time comes from the records. Does not belong here: git, and what a change means.
"""

from tracker.history.lineage import follow_clauses
from tracker.history.passing import list_passings
from tracker.history.places import leads_elsewhere, leads_home, list_places
from tracker.history.revision import resolve_revision
from tracker.history.seeking import find_lines, find_sections
from tracker.history.standing import list_departures, tell_standing
from tracker.history.stretches import list_stretches
from tracker.history.timeline import awaiting_confirmation, build_timeline

__all__ = [
    "awaiting_confirmation",
    "build_timeline",
    "find_lines",
    "find_sections",
    "follow_clauses",
    "leads_elsewhere",
    "leads_home",
    "list_departures",
    "list_passings",
    "list_places",
    "list_stretches",
    "resolve_revision",
    "tell_standing",
]
