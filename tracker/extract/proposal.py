"""A first guess at where a page keeps its document: what `tracker add` proposes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bs4 import BeautifulSoup, Tag

from tracker.errors import ExtractError
from tracker.extract.charset import decode_body
from tracker.extract.page import UNSEEN, drop_unseen, parse_page
from tracker.model import Snapshot, fold_white_space

_CHROME: Final = frozenset({"nav", "header", "footer", "aside", "form", "dialog", "button"})
_CHROME_ROLES: Final = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "complementary"})
_CHROME_NAMES: Final = re.compile(
    r"(?:^|[-_])(?:nav|menu|footer|sidebar|cookie|consent|banner|breadcrumbs?|toc)(?:$|[-_])", re.IGNORECASE
)
_TEXT_ELEMENTS: Final = ("p", "li", "td", "dd", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")
#: Names that a build tool makes anew with every release do not last: `css-1x2y3z`, `sc-abc123`, `jsx-4066`.
_GENERATED: Final = re.compile(
    r"\d{3,}|^(?:css|sc|jsx|emotion|chakra|mui|ember|radix|react)[-_]|(?=\w*\d)(?=\w*[a-z])\w{6,}-\w+$", re.IGNORECASE
)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][\w-]{0,60}")
#: The element must hold this share of the page's running text.
_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A selector for the document on a page."""

    select: str
    title: str
    """The page's first heading or its title; `""` where it has neither."""
    language: str | None
    """What the page's `html` element says of its language."""
    share: float
    """How much of the page's running text the selector keeps, 0 to 1."""


def propose_selector(snapshot: Snapshot) -> Proposal:
    """Return a selector for the smallest element that holds nearly all running text of the page.

    Raises:
        ExtractError: If the page cannot be read or has no running text.
    """
    page = parse_page(decode_body(snapshot), url=snapshot.final_url)
    title_element = page.find("title")
    page_title = fold_white_space(title_element.get_text()) if title_element else ""
    root = page.find("html")
    language = str(root.get("lang") or "") if isinstance(root, Tag) else ""
    drop_unseen(page)
    weights: dict[int, int] = {}
    total = 0
    for node in page.find_all(_TEXT_ELEMENTS):
        if node.find(["p", "li", "ul", "ol", "table"]) is not None or _in_chrome(node):
            continue
        weight = _running_text(node)
        total += weight
        for parent in node.parents:
            weights[id(parent)] = weights.get(id(parent), 0) + weight
    if not total:
        raise ExtractError(
            f"{snapshot.final_url} holds no running text; it may be filled in by scripts", reason="empty-text"
        )
    best: Tag = page.body or page
    while True:
        heavy = [x for x in best.find_all(recursive=False) if weights.get(id(x), 0) >= _SHARE * total]
        if not heavy:
            break
        best = heavy[0]
    heading = page.find("h1") or page.find("h2")
    return Proposal(
        select=_selector_of(best, page),
        title=fold_white_space(heading.get_text()) if isinstance(heading, Tag) else page_title,
        language=language or None,
        share=weights.get(id(best), total) / total,
    )


def _in_chrome(node: Tag) -> bool:
    for parent in [node, *node.parents]:
        if parent.name in _CHROME or parent.name in UNSEEN or parent.get("role") in _CHROME_ROLES:
            return True
        if any(_CHROME_NAMES.search(name) for name in _names(parent)):
            return True
    return False


def _running_text(node: Tag) -> int:
    linked = sum(len(link.get_text()) for link in node.find_all("a"))
    return max(0, len(fold_white_space(node.get_text())) - linked)


def _names(node: Tag) -> list[str]:
    names = str(" ".join(node.get_attribute_list("class"))).split() if node.has_attr("class") else []
    identifier = node.get("id")
    return [*names, str(identifier)] if identifier else [*names]


def _selector_of(node: Tag, page: BeautifulSoup) -> str:
    """Return a selector that matches `node` first and alone: its id, a class, its name, or the way down to it."""
    step = _step(node, page)
    if step is not None:
        return step
    parent = node.parent
    if parent is None or parent is page or node.name in {"body", "html"}:
        return node.name if node.name != "[document]" else "body"
    same = list(parent.find_all(node.name, recursive=False))
    place = f":nth-of-type({1 + next(i for i, child in enumerate(same) if child is node)})" if len(same) > 1 else ""
    return f"{_selector_of(parent, page)} > {node.name}{place}"


def _step(node: Tag, page: BeautifulSoup) -> str | None:
    candidates: list[str] = []
    identifier = str(node.get("id") or "")
    if _PLAIN_NAME.fullmatch(identifier) and not _GENERATED.search(identifier):
        candidates.append(f"#{identifier}")
    if node.name in {"main", "article"}:
        candidates.append(node.name)
    if node.get("role") == "main":
        candidates.append('[role="main"]')
    candidates.extend(
        f".{name}" for name in _names(node) if _PLAIN_NAME.fullmatch(name) and not _GENERATED.search(name)
    )
    for candidate in candidates:
        found = page.select(candidate)
        if len(found) == 1 and found[0] is node:
            return candidate
    return None
