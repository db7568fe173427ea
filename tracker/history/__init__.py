"""From records and checks to a timeline: which changes there were, when each text was seen, how far to trust them.

Pure: the archive is read elsewhere and time comes from the records. Does not belong here: git, and what a change means.
"""

from tracker.history.revision import resolve_revision
from tracker.history.timeline import awaiting_confirmation, build_timeline

__all__ = ["awaiting_confirmation", "build_timeline", "resolve_revision"]
