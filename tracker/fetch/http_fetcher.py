"""The fetcher `http`: one page by a plain GET, redirects followed by hand."""

from __future__ import annotations

from collections import Counter

import requests
from requests.structures import CaseInsensitiveDict

from tracker.fetch.addresses import PageAddress, follow_location, parse_page_address
from tracker.fetch.attempt import REDIRECTS, Visit, parse_retry_after
from tracker.fetch.bodies import ACCEPT, ACCEPT_DATA, read_body, recognise_type, require_page_type
from tracker.fetch.failures import CaptureError, failure_of_status, show
from tracker.fetch.settings import FetchRequest
from tracker.model import ContentType, Hop, Snapshot, keep_headers, parse_content_type

_OK = 200
_NOT_MODIFIED = 304
#: A page may set a cookie and redirect to itself once; what comes by a third time goes round in circles.
_MOST_VISITS = 2

#: Request headers that the fetcher answers for itself.
_OWN_HEADERS = frozenset(
    {
        "accept-encoding", "connection", "content-length", "host", "if-match", "if-modified-since", "if-none-match",
        "if-range", "if-unmodified-since", "keep-alive", "proxy-authorization", "proxy-connection", "range", "te",
        "trailer", "transfer-encoding", "upgrade", "user-agent",
    }
)  # fmt: skip


def capture_page(request: FetchRequest, visit: Visit) -> Snapshot | None:
    """Return the page at the declared address as served; None if the server says that it is not modified.

    Raises:
        CaptureError: If there is no page.
    """
    declared = parse_page_address(request.url)
    settings = visit.run.settings
    address = declared
    hops: list[Hop] = []
    visits = Counter([declared.url])
    at_home = True
    with visit.session() as session:
        while True:
            visit.run.robots.require_permission(visit, address)
            headers = _request_headers(request, declared=at_home, first=not hops)
            with visit.ask(session, address, headers) as response:
                location = response.headers.get("Location")
                if not (response.status_code in REDIRECTS and location):
                    try:
                        return _read_page(request, visit, response, address=address, hops=tuple(hops))
                    except CaptureError as error:
                        error.status, error.final_url = response.status_code, address.url
                        raise
                hops.append(Hop(url=address.url, status=response.status_code))
                target = follow_location(address, location)
            visits[target.url] += 1
            if len(hops) > settings.max_redirects or visits[target.url] > _MOST_VISITS:
                circle = ", in a circle," if visits[target.url] > _MOST_VISITS else ""
                detail = f"{show(request.url)} redirected {len(hops)} times{circle} and was to go to {show(target.url)}"
                raise CaptureError("too-many-redirects", detail, url=request.url)
            # Once away, headers meant for the declared host stay behind, even where another host redirects back to it.
            at_home = at_home and target.is_host_of(declared)
            address = target


def _request_headers(request: FetchRequest, *, declared: bool, first: bool) -> CaseInsensitiveDict[str]:
    """Return the headers for one hop.

    Args:
        request: What is captured.
        declared: Whether the hop is still on the declared host.
        first: Whether it is the declared address itself.
    """
    headers = CaseInsensitiveDict({"Accept": ACCEPT_DATA if request.is_data else ACCEPT})
    if declared:
        headers.update({name: value for name, value in request.headers if name.lower() not in _OWN_HEADERS})
    if request.no_cache:
        headers["Cache-Control"] = "no-cache"
        headers["Pragma"] = "no-cache"  # for caches that know HTTP/1.0 alone (RFC 9111, section 5.4)
    if first and request.validators.etag:
        headers["If-None-Match"] = request.validators.etag
    if first and request.validators.last_modified:
        headers["If-Modified-Since"] = request.validators.last_modified
    return headers


def _read_page(
    request: FetchRequest,
    visit: Visit,
    response: requests.Response,
    *,
    address: PageAddress,
    hops: tuple[Hop, ...],
) -> Snapshot | None:
    fetched_at = visit.run.now()
    url = address.url
    status = response.status_code
    if status == _NOT_MODIFIED:
        if request.validators and not hops:
            return None
        detail = f"{show(url)} answered 304 Not Modified to a request without a condition"
        raise CaptureError("unexpected-304", detail, url=url)
    if status != _OK:
        asked = parse_retry_after(response.headers.get("Retry-After"), now=fetched_at)
        raise failure_of_status(status, url=url, retry_after_seconds=asked)
    declared = parse_content_type(response.headers.get("Content-Type", ""))
    if not request.is_data:
        require_page_type(declared, url=url)
    body = read_body(response, url=url, max_bytes=visit.run.settings.max_bytes)
    if not body.strip():
        raise CaptureError("empty-body", f"{show(url)} answered 200 with an empty body", url=url)
    return Snapshot(
        url=request.url,
        final_url=url,
        redirects=hops,
        status=status,
        headers=keep_headers(response.headers),
        fetched_at=fetched_at,
        body=body,
        media_type=_data_type(declared) if request.is_data else recognise_type(declared, body, url=url),
        charset=declared.charset,
        fetcher="http",
    )


def _data_type(declared: ContentType) -> str:
    return declared.media_type or "application/octet-stream"
