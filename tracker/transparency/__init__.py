"""What a publisher says it gave to authorities: reports read from messages and datasets, and laid out through time.

Belongs here: exact parsing, what follows from figures that overlap, and naming what contradicts. Does not belong here:
what the figures have to do with a change of policy, and pages about them.
"""

from tracker.transparency.cadence import find_cadence
from tracker.transparency.countries import COUNTRY_NAMES, name_country
from tracker.transparency.dataset import FORMS, MAX_DATASET_BYTES, guess_form, read_dataset
from tracker.transparency.errors import PassedOverError, TransparencyError
from tracker.transparency.message import LONGEST_MESSAGE, parse_message
from tracker.transparency.news import FiguresState, overdue_news, tell_news
from tracker.transparency.reconciling import Reckonings, add_up
from tracker.transparency.store import from_json_row, to_json_row
from tracker.transparency.telling import DatasetState, Known, reckon, tell_publisher
from tracker.transparency.waiting import due_after

__all__ = [
    "COUNTRY_NAMES",
    "FORMS",
    "LONGEST_MESSAGE",
    "MAX_DATASET_BYTES",
    "DatasetState",
    "FiguresState",
    "Known",
    "PassedOverError",
    "Reckonings",
    "TransparencyError",
    "add_up",
    "due_after",
    "find_cadence",
    "from_json_row",
    "guess_form",
    "name_country",
    "overdue_news",
    "parse_message",
    "read_dataset",
    "reckon",
    "tell_news",
    "tell_publisher",
    "to_json_row",
]
