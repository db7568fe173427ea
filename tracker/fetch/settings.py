"""What to fetch and within which limits: values handed in by the pipeline, checked on construction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tracker.model import Validators

#: A product token at the start of a User-Agent (RFC 9110, section 10.1.5), as narrow as robots.txt has it (RFC 9309,
#: section 2.2.1).
_PRODUCT_TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """Limits and manners of fetching."""

    user_agent: str
    """The User-Agent header as sent. It begins with a product token, by which robots.txt may address us."""
    connect_seconds: float = 10.0
    """Longest time for a connection to one address, and again for its TLS handshake."""
    read_seconds: float = 30.0
    """Longest silence of a server."""
    total_seconds: float = 90.0
    """Longest time of one capture: robots.txt, redirects, retries and the waits between them, and the body. Waiting for
    a host's turn is not counted."""
    max_bytes: int = 20_000_000
    """Largest body, decompressed."""
    max_redirects: int = 10
    retries: int = 2
    """How often a request that failed for a transient reason is made again."""
    per_host_seconds: float = 1.0
    """Least time between the starts of two requests to one host and port."""
    parallel_hosts: int = 8
    allow_private: bool = False
    """Whether addresses of private networks and of this machine may be fetched."""
    respect_robots: bool = True
    max_retry_after_seconds: float = 30
    """Longest Retry-After that is waited for within a capture."""
    connect_to: tuple[tuple[str, str, int], ...] = ()
    """(host, address, port): where to find a host instead of asking the name service, for rehearsals on loopback. The
    address is vetted like any other."""

    def stand_in(self, host: str, port: int) -> tuple[str, int]:
        """Return the address and port at which `host` is to be found, or `host` and `port` themselves."""
        named = ((address, other) for name, address, other in self.connect_to if name == host.lower())
        return next(named, (host, port))

    def __post_init__(self) -> None:
        if not (_PRODUCT_TOKEN.match(self.user_agent) and self.user_agent.isascii() and self.user_agent.isprintable()):
            raise ValueError(f"{self.user_agent!r} is no User-Agent: it begins with a product token, in plain ASCII")
        for name in ("connect_seconds", "read_seconds", "total_seconds", "max_bytes", "parallel_hosts"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be more than 0")
        for name in ("max_redirects", "retries", "per_host_seconds", "max_retry_after_seconds"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be less than 0")

    @property
    def product_token(self) -> str:
        """The name by which robots.txt may address us.

        >>> FetchSettings(user_agent="PolicyChangeTracker/0.1 (+https://example.org/)").product_token
        'PolicyChangeTracker'
        """
        found = _PRODUCT_TOKEN.match(self.user_agent)
        return found.group() if found else self.user_agent


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One source to capture."""

    url: str
    validators: Validators = field(default_factory=Validators)
    """Sent with the declared address alone: they belong to what was once served there, not to where it redirects."""
    headers: tuple[tuple[str, str], ...] = ()
    """Declared headers, sent to the declared host only. Those that the fetcher answers for itself are not sent: Host,
    User-Agent, Connection, Accept-Encoding, ranges, conditions and framing."""
    no_cache: bool = False
    """Whether caches on the way are asked to fetch the page anew (for the recapture that confirms a change)."""
    is_data: bool = False
    """Whether data is asked for and no page: it is taken whatever its media type; who reads it checks its form."""
    fetcher: str = "http"
    """A key of `FETCHERS`."""
