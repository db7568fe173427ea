"""robots.txt (RFC 9309): fetched once a run for each origin, and asked before every request."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from protego import Protego

from tracker.fetch.addresses import PageAddress, follow_location, parse_page_address
from tracker.fetch.attempt import REDIRECTS, Visit, parse_retry_after
from tracker.fetch.bodies import read_body
from tracker.fetch.connection import GuardedSession
from tracker.fetch.failures import CaptureError, failure_of_status, show

#: RFC 9309, section 2.5: a crawler must read at least this much of the file.
_MOST_BYTES = 500 * 1024
#: RFC 9309, section 2.3.1.2: at least five redirects are followed; beyond, the file counts as absent.
_MOST_REDIRECTS = 5
_OK = 200
_CLIENT_ERRORS = range(400, 500)
_SERVER_ERRORS = range(500, 600)

#: Faults that keep the page itself from being fetched as well: the capture is named after them, which says more.
_FAULTS_OF_THE_HOST = frozenset({"dns-failure", "connection-refused", "tls-error", "forbidden-address"})


@dataclass(frozen=True, slots=True)
class RobotsCache:
    """What is known of each origin's robots.txt in this run: its rules, or why it could not be read."""

    _known: dict[str, Protego | CaptureError] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require_permission(self, visit: Visit, address: PageAddress) -> None:
        """Return if the origin's robots.txt allows us to fetch `address`; its Crawl-delay is heeded from then on.

        Raises:
            CaptureError: If it does not, or cannot be read, which counts as 'do not fetch' (RFC 9309, section 2.3.1.4).
        """
        settings = visit.run.settings
        if not settings.respect_robots:
            return
        with self._lock:
            rules = self._known.get(address.origin)
        if rules is None:
            rules = _read_rules(visit, address)
            with self._lock:
                self._known[address.origin] = rules
            delay = None if isinstance(rules, CaptureError) else rules.crawl_delay(settings.product_token)
            if delay is not None:
                visit.run.pace.slow_down(address.host_and_port, delay)
        if isinstance(rules, CaptureError):
            # A new error for each capture: one that is raised twice, in two threads, would grow its traceback.
            raise CaptureError(rules.reason, rules.detail, url=address.url, transient=rules.transient, again=False)
        if not rules.can_fetch(address.url, settings.product_token):
            detail = f"{show(address.origin)}/robots.txt asks {settings.product_token} not to fetch {show(address.url)}"
            raise CaptureError("robots-disallowed", detail, url=address.url)


def _read_rules(visit: Visit, address: PageAddress) -> Protego | CaptureError:
    outcome, _ = visit.try_repeatedly(lambda: _fetch_rules(visit, address))
    if isinstance(outcome, str):
        return Protego.parse(outcome)
    reason = outcome.reason if outcome.reason in _FAULTS_OF_THE_HOST else "robots-unreachable"
    return CaptureError(reason, f"reading robots.txt: {outcome.detail}", url=outcome.url, transient=outcome.transient)


def _fetch_rules(visit: Visit, address: PageAddress) -> str:
    """Return the robots.txt of the origin of `address`; `""` where it has none.

    Raises:
        CaptureError: If that cannot be known.
    """
    origin = address.url[: address.url.index("/", len(address.scheme) + 3)]
    target = parse_page_address(f"{origin}/robots.txt")
    with visit.session() as session:
        for _ in range(_MOST_REDIRECTS + 1):
            found = _ask_for_rules(visit, session, target)
            if isinstance(found, str):
                return found
            target = found
    return ""


def _ask_for_rules(visit: Visit, session: GuardedSession, target: PageAddress) -> str | PageAddress:
    """Return the rules at `target`, or where it redirects to."""
    with visit.ask(session, target, {"Accept": "text/plain, */*;q=0.1"}) as response:
        status = response.status_code
        location = response.headers.get("Location")
        if status in REDIRECTS and location:
            return follow_location(target, location)
        if status in _CLIENT_ERRORS:
            # RFC 9309, section 2.3.1.3: 'unavailable', and any page may be fetched.
            return ""
        if status != _OK:
            asked = parse_retry_after(response.headers.get("Retry-After"), now=visit.run.now())
            raise failure_of_status(status, url=target.url, retry_after_seconds=asked)
        body = read_body(response, url=target.url, max_bytes=_MOST_BYTES, cut=True)
    return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
