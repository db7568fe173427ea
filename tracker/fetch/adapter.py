"""Answers for clients that bring a session of their own: read whole, within the limits of a capture.

For the importers, which speak with other archives through libraries made for them. Such a library never sees a body
that is too large, too slow, cut short or not decoded: the request fails instead.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import requests
import requests.adapters
import urllib3.exceptions

from tracker.fetch.attempt import parse_retry_after
from tracker.fetch.bodies import read_body
from tracker.fetch.connection import Guard, GuardedAdapter
from tracker.fetch.failures import failure_of_connection, failure_of_status
from tracker.fetch.pace import Deadline
from tracker.fetch.settings import FetchSettings

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class BoundedAdapter(requests.adapters.BaseAdapter):
    """Makes each request over a connection of its own, and gives its answer whole and decoded.

    What fails raises `FetchError`: a connection, a body beyond the limits, a status by which the server says that it
    cannot answer now (429, 5xx). Nothing is tried again, and no redirect is followed.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        is_wanted: Callable[[Mapping[str, str]], bool],
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        """Keep to `settings`.

        Args:
            settings: Limits and manners.
            is_wanted: Whether an answer with such headers is what was asked for whatever its status, as another
                archive's copy of an error page is.
            now: The moment, aware and in UTC, for a Retry-After that names a time.
            clock: Seconds that only grow.
        """
        super().__init__()
        self._settings = settings
        self._is_wanted = is_wanted
        self._now = now
        self._clock = clock

    def send(  # noqa: PLR0917 (the signature of requests)
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002
        timeout: Any = None,  # noqa: ARG002
        verify: Any = True,  # noqa: ARG002, FBT002
        cert: Any = None,  # noqa: ARG002
        proxies: Any = None,  # noqa: ARG002
    ) -> requests.Response:
        """Return the answer to `request`; time limits and certificates are those of a capture.

        Raises:
            FetchError: If there is none.
        """
        url = request.url or ""
        settings = self._settings
        deadline = Deadline(settings.total_seconds, clock=self._clock, cancelled=threading.Event())
        adapter = GuardedAdapter(Guard(settings=settings, deadline=deadline))
        try:
            try:
                answer = adapter.send(
                    request, stream=True, timeout=(settings.connect_seconds, deadline.limit(settings.read_seconds))
                )
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise failure_of_connection(error, url=url) from error
            with answer:
                status = answer.status_code
                if not self._is_wanted(answer.headers) and (status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR):
                    asked = parse_retry_after(answer.headers.get("Retry-After"), now=self._now())
                    raise failure_of_status(status, url=url, retry_after_seconds=asked)
                return _whole(answer, read_body(answer, url=url, max_bytes=settings.max_bytes))
        finally:
            adapter.close()

    def close(self) -> None:
        """Do nothing: no connection outlives its request."""


def _whole(answer: requests.Response, body: bytes) -> requests.Response:
    """Return `answer` with its `body` in memory."""
    whole = requests.Response()
    whole.status_code = answer.status_code
    whole.reason = answer.reason
    whole.headers = answer.headers
    whole.encoding = answer.encoding
    whole.url = answer.url
    whole.request = answer.request
    whole.raw = io.BytesIO(body)
    return whole
