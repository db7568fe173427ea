"""From a source to a capture: the only room that asks the network for pages.

Belongs here: requests, limits, manners, and which address may be asked at all. Does not belong here: what a page says.
Every fault of a page, host or network is a value, a `Capture` with a `Failure`; for the clients of other archives,
which have sessions of their own, a `FetchError`.
"""

from tracker.fetch.adapter import BoundedAdapter
from tracker.fetch.captures import FETCHERS, Fetcher, Hosts, fetch_all, fetch_one, validators_for
from tracker.fetch.settings import FetchRequest, FetchSettings

__all__ = [
    "FETCHERS",
    "BoundedAdapter",
    "FetchRequest",
    "FetchSettings",
    "Fetcher",
    "Hosts",
    "fetch_all",
    "fetch_one",
    "validators_for",
]
