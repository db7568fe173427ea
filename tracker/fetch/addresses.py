"""Which addresses may be fetched: what a URL may look like, and which IP addresses a connection may end at.

Pure: resolving and connecting are the business of `tracker.fetch.connection`.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urldefrag, urljoin

import requests
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from tracker.fetch.failures import CaptureError, show

_IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_CONTROL_OR_BACKSLASH = re.compile(r"[\x00-\x1f\x7f\\]")
_LONGEST_URL = 8_000
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: Addresses at which clouds tell machines their secrets. None of them is a page, whatever the settings allow.
_METADATA = frozenset(
    ipaddress.ip_address(address)
    for address in (
        "169.254.169.254",  # AWS, Azure, Google and others
        "169.254.170.2",  # AWS containers
        "169.254.170.23",  # AWS EKS
        "168.63.129.16",  # Azure's wire server, on a public address
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS over IPv6
        "fd00:ec2::23",  # AWS EKS over IPv6
        "fd20:ce::254",  # Google over IPv6
    )
)

#: Networks that `ipaddress` of Python 3.11 takes for global, and that are not, or that lead to an IPv4 address of the
#: sender's choice. IANA special-purpose address registries, October 2024.
_NOT_PUBLIC = tuple(
    (ipaddress.ip_network(network), name)
    for network, name in (
        ("100.64.0.0/10", "a carrier's private network (RFC 6598)"),
        ("192.0.0.0/24", "an IETF protocol address"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("::ffff:0:0/96", "an IPv4-mapped address"),
        ("::/96", "an IPv4-compatible address"),
        ("64:ff9b::/96", "a NAT64 address"),
        ("64:ff9b:1::/48", "a local NAT64 address"),
        ("100::/64", "a discard address"),
        ("2001::/32", "a Teredo address"),
        ("2001::/23", "an IETF protocol address"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "a documentation address"),
        ("5f00::/16", "a segment routing address"),
        ("fec0::/10", "a site-local address"),
    )
)
_GLOBAL_UNICAST_V6 = ipaddress.ip_network("2000::/3")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """A URL that may be asked for, taken apart by the parser that the connection uses as well."""

    url: str
    """Percent-encoded ASCII, without a fragment."""
    scheme: str
    host: str
    port: int

    @property
    def host_and_port(self) -> str:
        """The name under which requests are spaced."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt speaks for."""
        return f"{self.scheme}://{self.host_and_port}"

    def is_host_of(self, declared: PageAddress) -> bool:
        """Whether headers meant for `declared` may be sent here: the same origin, or its upgrade to TLS."""
        if self.origin == declared.origin:
            return True
        ports = (declared.scheme, declared.port, self.scheme, self.port)
        return self.host == declared.host and ports == ("http", 80, "https", 443)


def parse_page_address(url: str) -> PageAddress:
    r"""Return `url` taken apart.

    Raises:
        CaptureError: If it is no plain http or https address: another scheme, credentials, a backslash (which parsers
            read differently: `http://127.0.0.1\@example.com/`), control characters, no host.
    """
    if len(url) > _LONGEST_URL:
        raise _refused(url, f"is longer than {_LONGEST_URL:,} characters")
    if _CONTROL_OR_BACKSLASH.search(url):
        raise _refused(url, "holds a backslash or a control character")
    scheme = url.partition(":")[0].lower()
    if scheme not in _DEFAULT_PORTS or not url[len(scheme) :].startswith("://"):
        raise _refused(url, "is no http or https address")
    try:
        prepared = requests.Request("GET", urldefrag(url).url).prepare().url or ""
        parsed = parse_url(prepared)
    except (requests.RequestException, LocationParseError, ValueError) as error:
        raise _refused(url, "cannot be read as an address") from error
    if parsed.auth is not None:
        raise _refused(url, "holds a user name or password")
    if parsed.scheme not in _DEFAULT_PORTS or not parsed.host:
        raise _refused(url, "names no host")
    host = parsed.host.strip("[]").lower()
    return PageAddress(url=prepared, scheme=parsed.scheme, host=host, port=parsed.port or _DEFAULT_PORTS[parsed.scheme])


def follow_location(base: PageAddress, location: str) -> PageAddress:
    """Return where a redirect leads (RFC 9110, section 10.2.2).

    Raises:
        CaptureError: If that is no address to fetch.
    """
    with contextlib.suppress(UnicodeError):
        # http.client reads header bytes as ISO-8859-1; a Location that is not ASCII is UTF-8 in practice.
        location = location.encode("latin-1").decode("utf-8")
    location = location.strip(" \t")
    if _CONTROL_OR_BACKSLASH.search(location):
        raise _refused(location, "holds a backslash or a control character", redirected_from=base.url)
    try:
        return parse_page_address(urljoin(base.url, location))
    except ValueError as error:
        raise _refused(location, "cannot be read as an address", redirected_from=base.url) from error
    except CaptureError as error:
        raise CaptureError(error.reason, f"{error.detail}; {show(base.url)} redirects there", url=base.url) from error


def forbidden_network(address: str, *, allow_private: bool) -> str | None:
    """Return what kind of forbidden address `address` is; None where it may be connected to.

    Multicast, unspecified and cloud metadata addresses are forbidden whatever `allow_private` says: no page is there.

    >>> forbidden_network("169.254.169.254", allow_private=True)
    'a cloud metadata address'
    >>> forbidden_network("10.0.0.1", allow_private=False)
    'a private address'
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    found = _never_a_page(ip)
    return _not_public(ip) if found is None and not allow_private else found


def _never_a_page(ip: _IPAddress) -> str | None:
    ends = (ip, _embedded_v4(ip))
    if any(end in _METADATA for end in ends):
        return "a cloud metadata address"
    if ip.is_multicast:
        return "a multicast address"
    return "an unspecified address" if any(end is not None and end.is_unspecified for end in ends) else None


def _not_public(ip: _IPAddress) -> str | None:
    kinds = (
        (ip.is_loopback, "a loopback address"),
        (ip.is_link_local, "a link-local address"),
        *((ip in network, name) for network, name in _NOT_PUBLIC),
        (ip.is_private, "a private address"),
        (not ip.is_global or ip.is_reserved, "a reserved address"),
        (isinstance(ip, ipaddress.IPv6Address) and ip not in _GLOBAL_UNICAST_V6, "a reserved address"),
    )
    return next((name for applies, name in kinds if applies), None)


def _embedded_v4(ip: _IPAddress) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to by translation, where it is of such a kind."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if any(ip in ipaddress.ip_network(network) for network in ("64:ff9b::/96", "::/96")):
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return None


def _refused(url: str, why: str, *, redirected_from: str | None = None) -> CaptureError:
    end = f"; {show(redirected_from)} redirects there" if redirected_from else ""
    # Credentials are not repeated in logs and archives.
    shown = re.sub(r"//[^/@]*@", "//...@", url[:_LONGEST_URL])
    return CaptureError("forbidden-address", f"{show(shown)} {why}{end}", url=redirected_from or url)
