"""What one run and one capture share: pace, robots.txt cache, limits; sending a request, and trying it again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

import requests
import urllib3.exceptions

from tracker.fetch.addresses import PageAddress
from tracker.fetch.bodies import ACCEPT_ENCODING
from tracker.fetch.connection import Guard, GuardedSession
from tracker.fetch.failures import CaptureError, failure_of_connection
from tracker.fetch.pace import Deadline, Pace
from tracker.fetch.settings import FetchSettings

if TYPE_CHECKING:
    from tracker.fetch.robots import RobotsCache

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_FIRST_BACK_OFF_SECONDS = 1.0
_LONGEST_RETRY_AFTER_DIGITS = 9

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the captures of one run share."""

    settings: FetchSettings
    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    pace: Pace
    robots: RobotsCache
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One capture under way: its run and its deadline."""

    run: Run
    deadline: Deadline

    @classmethod
    def begin(cls, run: Run) -> Visit:
        """Return a visit whose time runs from now on."""
        deadline = Deadline(run.settings.total_seconds, clock=run.clock, cancelled=run.cancelled)
        return cls(run=run, deadline=deadline)

    @contextmanager
    def session(self) -> Iterator[GuardedSession]:
        """Give a session without cookies, and close its connections."""
        session = GuardedSession(Guard(settings=self.run.settings, deadline=self.deadline))
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def ask(
        self, session: GuardedSession, address: PageAddress, headers: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        """Give the response of `address`, its body not read yet, when it is the host's turn.

        Raises:
            CaptureError: If there is no response.
        """
        self.deadline.extend(self.run.pace.wait_turn(address.host_and_port))
        prepared = session.prepare_request(
            requests.Request("GET", address.url, headers={**headers, "Accept-Encoding": ACCEPT_ENCODING})
        )
        try:
            response = session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=(
                    self.deadline.limit(self.run.settings.connect_seconds),
                    self.deadline.limit(self.run.settings.read_seconds),
                ),
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise failure_of_connection(error, url=address.url) from error
        try:
            yield response
        finally:
            response.close()

    def try_repeatedly(self, attempt: Callable[[], Result]) -> tuple[Result | CaptureError, int]:
        """Return what `attempt` gives, or its last failure, and how often it was tried.

        Only what is transient is tried again: after a second, then two, then four, or after what Retry-After asks for.
        """
        settings = self.run.settings
        attempts = 0
        while True:
            attempts += 1
            try:
                return attempt(), attempts
            except CaptureError as error:
                failed = error
            wait = _FIRST_BACK_OFF_SECONDS * 2 ** (attempts - 1)
            asked = failed.retry_after_seconds
            if asked is not None and failed.again:
                if asked > settings.max_retry_after_seconds:
                    detail = f"{failed.detail}, longer than a capture waits"
                    return CaptureError("rate-limited", detail, url=failed.url, transient=True), attempts
                wait = max(wait, asked)
            if not failed.again or attempts > settings.retries or wait >= self.deadline.remaining():
                return failed, attempts
            self.run.sleep(wait)


def parse_retry_after(header: str | None, *, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks to wait, from `now` on (RFC 9110, section 10.2.3).

    None where there is no such header, or none that can be read.

    >>> parse_retry_after("Fri, 31 Dec 1999 23:59:59 GMT", now=datetime(1999, 12, 31, 23, 59, tzinfo=UTC))
    59.0
    """
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:_LONGEST_RETRY_AFTER_DIGITS])
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return max(0.0, (instant - now).total_seconds())
