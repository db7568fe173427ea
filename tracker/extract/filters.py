"""Filters that declarations call by name, and what is done to the links of every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import unquote_plus, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from tracker.model import Filter

_PROTECTED_ADDRESS: Final = re.compile(r"/cdn-cgi/l/email-protection(?:#([^#]{0,2000}))?$")
#: Schemes that a link in an archived text may have; of others the words stay and the link goes.
_KEPT_SCHEMES: Final = ("http://", "https://", "mailto:", "tel:")
_LONGEST_HREF: Final = 4000


def remove_query_params(page: BeautifulSoup, parameters: tuple[str, ...]) -> None:
    """Take the named query parameters out of every link; the rest of each address stays as it is written."""
    names = {name.strip() for name in parameters}
    for link in page.find_all("a", href=True):
        href = str(link["href"])
        address, hash_mark, fragment = href.partition("#")
        path, question_mark, query = address.partition("?")
        if not question_mark:
            continue
        kept = [pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) not in names]
        link["href"] = path + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


#: Name in a declaration -> what it does. `tracker.model.BUILT_IN_FILTERS` lists the same names; a test compares them.
FILTERS: Final[dict[str, Callable[[BeautifulSoup, tuple[str, ...]], None]]] = {
    "removeQueryParams": remove_query_params,
}


def apply_filters(page: BeautifulSoup, filters: Sequence[Filter]) -> None:
    """Apply the built-in ones of `filters` in order; the others make the document degraded, which `check` says."""
    for item in filters:
        if item.name in FILTERS:
            FILTERS[item.name](page, item.parameters)


def make_links_absolute(page: BeautifulSoup, *, base: str) -> None:
    """Resolve every link but fragments and empty ones against the page's address or its `base` element.

    Addresses of other schemes than http, https, mailto and tel lose their `href`.
    """
    base_element = page.find("base", href=True)
    if isinstance(base_element, Tag):
        base = _join(base, str(base_element["href"])) or base
    for link in page.find_all("a", href=True):
        href = str(link["href"]).strip()
        if not href or href.startswith("#"):
            continue
        address = _join(base, href)
        if address is None or not address.lower().startswith(_KEPT_SCHEMES) or len(address) > _LONGEST_HREF:
            del link["href"]
        else:
            link["href"] = address


def _join(base: str, href: str) -> str | None:
    address = re.sub(r"[\t\r\n]", "", href)  # the URL standard drops them anywhere in an address
    try:
        if address.lower().startswith(_KEPT_SCHEMES):
            urlsplit(address)
            return address  # joining would lose an empty fragment
        return urljoin(base, address)
    except ValueError:
        return None


def may_protect_addresses(text: str) -> bool:
    """Whether a page's source names what Cloudflare masks; to look through the tree of each page would cost more."""
    source = text.lower()
    return "cfemail" in source or "email-protection" in source


def reveal_protected_addresses(page: BeautifulSoup) -> None:
    """Write out e-mail addresses that Cloudflare masks: the mask changes with every visit, the address does not.

    The mask is a hex string whose first byte is XORed into the others.
    """
    for masked in page.select("[data-cfemail]"):
        address = _unmask(str(masked["data-cfemail"]))
        if address is not None:
            masked.string = address
            del masked["data-cfemail"]
    for link in page.find_all("a", href=True):
        found = _PROTECTED_ADDRESS.search(str(link["href"]))
        if found is None:
            continue
        address = _unmask(found[1] or "")
        if address is None:
            del link["href"]
        else:
            link["href"] = f"mailto:{address}"


def _unmask(mask: str) -> str | None:
    try:
        key, *rest = bytes.fromhex(mask)
        address = bytes(byte ^ key for byte in rest).decode("utf-8")
    except ValueError:
        return None
    return address if "@" in address and address.isprintable() else None
