"""Capturing many sources: one thread a host, one polite rate per host, and no fault that ends the others."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from tracker.fetch.addresses import parse_page_address
from tracker.fetch.attempt import Run, Visit
from tracker.fetch.failures import CaptureError, show
from tracker.fetch.http_fetcher import capture_page
from tracker.fetch.pace import Pace, Turns
from tracker.fetch.robots import RobotsCache
from tracker.fetch.settings import FetchRequest, FetchSettings
from tracker.model import Capture, Failure, Snapshot, Validators

Fetcher: TypeAlias = Callable[[FetchRequest, Visit], Snapshot | None]

#: Name of a fetcher -> what makes one attempt: a snapshot, None for 'not modified', or a `CaptureError`.
FETCHERS: Final[Mapping[str, Fetcher]] = MappingProxyType({"http": capture_page})


@dataclass(frozen=True, slots=True)
class Hosts:
    """What is remembered of hosts from one call of `fetch_all` to the next: their turns, and their robots.txt."""

    turns: Turns = field(default_factory=Turns)
    robots: RobotsCache = field(default_factory=RobotsCache)


def fetch_all(
    requests: Sequence[FetchRequest],
    settings: FetchSettings,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    hosts: Hosts | None = None,
) -> Iterator[tuple[int, Capture]]:
    """Yield every request's place in `requests` with its capture, in the order in which they are done.

    Hosts are asked in parallel, each one page at a time. A page that cannot be captured gives a capture with a failure.
    Closing the iterator early makes no further request, and waits for those under way.

    Args:
        requests: What to capture.
        settings: Limits and manners.
        now: The moment, aware and in UTC; called from several threads.
        sleep: Waits for so many seconds; called from several threads.
        clock: Seconds that only grow, by which time limits and waits are measured.
        hosts: What earlier calls of the same run learned of hosts, so that a second round keeps its distance to the
            first; this call adds to it.
    """
    run = _new_run(settings, now=now, sleep=sleep, clock=clock, hosts=hosts)
    groups: dict[str, list[int]] = {}
    for place, request in enumerate(requests):
        groups.setdefault(_host_of(request), []).append(place)
    # Bounded, so that bodies do not pile up in memory where they are archived more slowly than fetched.
    done: queue.Queue[tuple[int, Capture] | None] = queue.Queue(2 * settings.parallel_hosts)

    def capture_group(places: Sequence[int]) -> None:
        try:
            for place in places:
                if run.cancelled.is_set():
                    break
                done.put((place, _capture(requests[place], run)))
        finally:
            done.put(None)

    # The host with the most pages takes longest, so it begins first.
    ordered = sorted(groups.values(), key=len, reverse=True)
    with ThreadPoolExecutor(settings.parallel_hosts, thread_name_prefix="fetch") as pool:
        workers = [pool.submit(capture_group, places) for places in ordered]
        under_way = len(workers)
        try:
            while under_way:
                item = done.get()
                if item is None:
                    under_way -= 1
                else:
                    yield item
        finally:
            run.cancelled.set()
            while under_way:
                under_way -= done.get() is None
    for worker in workers:
        worker.result()


def fetch_one(
    request: FetchRequest,
    settings: FetchSettings,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Capture:
    """Return the capture of one source; what cannot be captured gives one with a failure."""
    return _capture(request, _new_run(settings, now=now, sleep=sleep, clock=clock))


def validators_for(snapshot: Snapshot) -> Validators:
    """Return what to send next time in order to learn whether `snapshot` is still what is served.

    Nothing where the declared address redirected: a validator belongs to the address that answered, and 'not modified
    since' from another page, which the redirect may lead to tomorrow, would hide a change.
    """
    if snapshot.redirects:
        return Validators()
    return Validators(etag=snapshot.header("etag"), last_modified=snapshot.header("last-modified"))


def _new_run(
    settings: FetchSettings,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    hosts: Hosts | None = None,
) -> Run:
    hosts = hosts or Hosts()
    return Run(
        settings=settings,
        now=now,
        clock=clock,
        sleep=sleep,
        pace=Pace(seconds=settings.per_host_seconds, clock=clock, sleep=sleep, turns=hosts.turns),
        robots=hosts.robots,
        cancelled=threading.Event(),
    )


def _host_of(request: FetchRequest) -> str:
    """Return the host and port under which `request` waits its turn; `""` where its address cannot be read."""
    try:
        return parse_page_address(request.url).host_and_port
    except CaptureError:
        return ""


def _capture(request: FetchRequest, run: Run) -> Capture:
    requested_at = run.now()
    attempts = 1
    try:
        fetcher = FETCHERS[request.fetcher]
        visit = Visit.begin(run)
        outcome, attempts = visit.try_repeatedly(lambda: fetcher(request, visit))
    except Exception as error:  # noqa: BLE001 (one page that finds a bug must not end the night; it is reported as one)
        detail = f"{type(error).__name__} while fetching {show(request.url)}: {show(str(error))}"
        return _failed(request, requested_at, Failure(reason="unexpected", detail=detail), attempts)
    if isinstance(outcome, CaptureError):
        return _failed(request, requested_at, outcome.failure, attempts)
    return Capture(
        url=request.url,
        requested_at=requested_at,
        snapshot=outcome,
        not_modified=outcome is None,
        attempts=attempts,
    )


def _failed(request: FetchRequest, requested_at: datetime, failure: Failure, attempts: int) -> Capture:
    return Capture(url=request.url, requested_at=requested_at, failure=failure, attempts=attempts)
