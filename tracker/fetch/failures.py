"""How a capture fails: one error inside this room, and what each fault of a connection or status is called."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import requests
import urllib3.exceptions

from tracker.errors import FetchError
from tracker.model import Failure, printable_ascii

#: Statuses that are worth a second request. 501 is not among them: it will not change by asking again.
_RETRIED = frozenset({429, 500, 502, 503, 504})
_REASONS_BY_STATUS = {401: "forbidden", 403: "forbidden", 451: "forbidden", 404: "not-found", 410: "not-found"}
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = range(500, 600)


class CaptureError(FetchError):
    """A capture, or one attempt at it, failed. Outside this room it is a `Failure`, or no more than a `FetchError`.

    Attributes:
        detail: What was found, in one sentence.
        again: Whether it is worth another attempt at once.
        status: Of the answer that is no page; None where no answer came.
        final_url: The address that gave this answer; None where none came.
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        url: str,
        transient: bool = False,
        again: bool | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        self.detail = detail
        self.again = transient if again is None else again
        self.status: int | None = None
        self.final_url: str | None = None
        super().__init__(
            detail, url=url, reason=reason, transient=transient, retry_after_seconds=retry_after_seconds
        )  # fmt: skip

    @property
    def failure(self) -> Failure:
        return Failure(
            reason=self.reason,
            detail=self.detail,
            transient=self.transient,
            status=self.status,
            final_url=self.final_url,
        )


def show(text: str) -> str:
    """Return `text` as it may stand in a message: printable ASCII, and not too long."""
    return printable_ascii(text)


def failure_of_status(status: int, *, url: str, retry_after_seconds: float | None) -> CaptureError:
    """Return what an answer with `status`, which brings no page, means for the capture."""
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    detail = f"{show(url)} answered {phrase}"
    if retry_after_seconds is not None and status in _RETRIED:
        detail += f" and asks to wait {retry_after_seconds:.0f} seconds"
    if status == _TOO_MANY_REQUESTS:
        reason = "rate-limited"
    elif status in _SERVER_ERRORS:
        reason = "server-error"
    else:
        reason = _REASONS_BY_STATUS.get(status, "http-status")
    return CaptureError(
        reason, detail, url=url, transient=status in _RETRIED, retry_after_seconds=retry_after_seconds
    )  # fmt: skip


def failure_of_connection(error: Exception, *, url: str) -> CaptureError:
    """Return what an error before the end of the response's header means for the capture."""
    chain = list(_causes(error))
    where = show(url)
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in chain):
        return CaptureError("timeout", f"{where} did not answer in time", url=url, transient=True)
    for cause in chain:
        if isinstance(cause, ssl.SSLError | urllib3.exceptions.SSLError):
            found = next((item for item in chain if isinstance(item, ssl.SSLError)), cause)
            transient = isinstance(found, ssl.SSLEOFError)
            return CaptureError(
                "tls-error", f"no trusted connection to {where}: {show(_said(found))}", url=url, transient=transient
            )
    for cause in chain:
        # RemoteDisconnected is both a reset connection and a bad status line: the connection is what broke.
        broken = isinstance(cause, ConnectionError)
        if isinstance(cause, http.client.HTTPException | urllib3.exceptions.InvalidHeader) and not broken:
            return CaptureError("bad-headers", f"{where} does not answer in valid HTTP: {show(_said(cause))}", url=url)
    said = show(_said(chain[-1]))
    return CaptureError("connection-failed", f"the connection to {where} broke: {said}", url=url, transient=True)


def failure_of_body(error: Exception, *, url: str, received_bytes: int) -> CaptureError:
    """Return what an error within the response's body means for the capture."""
    chain = list(_causes(error))
    where = show(url)
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in chain):
        detail = f"{where} stopped sending, or sent too slowly, after {received_bytes:,} bytes"
        return CaptureError("timeout", detail, url=url, transient=True)
    detail = f"the body of {where} ended early, after {received_bytes:,} bytes"
    return CaptureError("incomplete-body", detail, url=url, transient=True)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what caused it, outermost first, through the wrappings of requests and urllib3."""
    seen: set[int] = set()
    queue: list[object] = [error]
    while queue:
        cause = queue.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        queue.append(getattr(cause, "reason", None))
        if isinstance(cause, requests.RequestException | urllib3.exceptions.HTTPError):
            queue.extend(cause.args)
        queue.append(cause.__cause__)
