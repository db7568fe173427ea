from __future__ import annotations

import pytest

from tracker.fetch.addresses import follow_location, forbidden_network, parse_page_address
from tracker.fetch.failures import CaptureError


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a loopback address"),
        ("127.8.8.8", "a loopback address"),
        ("::1", "a loopback address"),
        ("10.1.2.3", "a private address"),
        ("172.16.0.1", "a private address"),
        ("192.168.1.1", "a private address"),
        ("0.1.2.3", "a private address"),
        ("fd12:3456::1", "a private address"),
        ("169.254.1.1", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("100.64.0.1", "a carrier's private network (RFC 6598)"),
        ("::ffff:93.184.216.34", "an IPv4-mapped address"),
        ("64:ff9b::5db8:d822", "a NAT64 address"),
        ("64:ff9b:1::1", "a local NAT64 address"),
        ("2002:7f00:1::", "a 6to4 address"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "a Teredo address"),
        ("192.88.99.1", "a 6to4 relay"),
        ("::7f00:1", "an IPv4-compatible address"),
        ("fec0::1", "a site-local address"),
        ("240.0.0.1", "a private address"),
        ("255.255.255.255", "a private address"),
        ("4000::1", "a reserved address"),
        ("3fff::1", "a documentation address"),
    ],
)
def test_an_address_that_is_not_public_is_forbidden_unless_private_ones_are_allowed(address: str, kind: str) -> None:
    assert forbidden_network(address, allow_private=False) == kind
    assert forbidden_network(address, allow_private=True) is None


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "224.0.0.1",
        "239.255.255.250",
        "ff02::1",
        "0.0.0.0",  # noqa: S104 (nothing is bound to it)
        "::",
        "::ffff:0.0.0.0",
    ],
)
def test_metadata_multicast_and_unspecified_addresses_are_forbidden_whatever_is_allowed(address: str) -> None:
    assert forbidden_network(address, allow_private=False) is not None
    assert forbidden_network(address, allow_private=True) is not None


@pytest.mark.parametrize("address", ["93.184.216.34", "149.154.167.99", "2606:2800:220:1::1", "2a00:1450:4001::1"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert forbidden_network(address, allow_private=False) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1\\@example.org/",
        "https://example.org/a\\b",
        "https://example.org/\x00",
        "https://example.org/\nHost: other",
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "javascript:alert(1)",
        "//example.org/",
        "https:/example.org/",
        "https://",
        "https:///privacy",
        "https://exa mple.org/",
        "https://[::1/",
        "https://example.org:99999/",
        "",
        "https://example.org/" + "a" * 9_000,
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(CaptureError) as caught:
        parse_page_address(url)
    assert caught.value.reason == "forbidden-address"
    assert "secret" not in caught.value.detail
    assert caught.value.detail.isprintable()
    assert len(caught.value.detail) < 500


def test_an_address_is_normalised_without_its_fragment() -> None:
    address = parse_page_address("HTTPS://BÜCHER.example/Datenschutz ä#top")
    assert address.url == "https://xn--bcher-kva.example/Datenschutz%20%C3%A4"
    assert address.host_and_port == "xn--bcher-kva.example:443"
    assert parse_page_address("http://[2606:2800:220:1::1]:8080/").host == "2606:2800:220:1::1"


def test_a_relative_location_leads_on_from_the_page_that_redirects() -> None:
    base = parse_page_address("https://example.org/legal/privacy")
    assert follow_location(base, "../terms?a=1#b").url == "https://example.org/terms?a=1"
    assert follow_location(base, "//other.example/x").url == "https://other.example/x"
    assert follow_location(base, "/caf\u00c3\u00a9").url == "https://example.org/caf%C3%A9"


def test_declared_headers_may_go_to_the_same_origin_and_its_tls_upgrade_alone() -> None:
    declared = parse_page_address("http://example.org/privacy")
    assert parse_page_address("http://example.org/terms").is_host_of(declared)
    assert parse_page_address("https://example.org/privacy").is_host_of(declared)
    assert not parse_page_address("http://example.org:8080/privacy").is_host_of(declared)
    assert not parse_page_address("http://www.example.org/privacy").is_host_of(declared)
    assert not declared.is_host_of(parse_page_address("https://example.org/privacy"))
