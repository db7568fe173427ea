"""A page as a tree, bounded, and without what no reader sees."""

from __future__ import annotations

import re
import warnings
from typing import Final

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, PreformattedString

from tracker.errors import ExtractError

#: Deeper pages are attacks or accidents: the deepest of the real pages we measured has 39 levels.
MAX_DEPTH: Final = 200

#: Elements whose content is never text on the page.
UNSEEN: Final = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "meta",
        "link",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "datalist",
        "select",
        "textarea",
        "input",
        "img",
        "picture",
        "source",
        "track",
        "param",
        "frame",
        "frameset",
        "noframes",
        "noembed",
        "applet",
        "base",
    ]
)
_HIDING_STYLE: Final = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|(?:opacity|font-size)\s{0,3}:\s{0,3}0(?![.\d]*[1-9])",
    re.IGNORECASE,
)


def parse_page(text: str, *, url: str) -> BeautifulSoup:
    """Return `text` as a tree.

    Raises:
        ExtractError: With reason `too-deep` if elements nest deeper than `MAX_DEPTH`.
    """
    with warnings.catch_warnings():
        # XHTML pages are read as browsers read them when served as text/html.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        page = BeautifulSoup(text, "lxml")
    depth = 0
    node: PageElement | None = page
    while node is not None:  # by hand: every recursive walk would need the depth to be known already
        if isinstance(node, Tag) and node.contents:
            depth += 1
            if depth > MAX_DEPTH:
                raise ExtractError(f"{url} nests elements deeper than {MAX_DEPTH} levels", reason="too-deep")
            node = node.contents[0]
            continue
        while node is not None and node.next_sibling is None:
            node = node.parent
            depth -= 1
        node = node.next_sibling if node is not None else None
    if page.find("tr") is not None:
        _insert_table_bodies(page)
    return page


def _insert_table_bodies(page: BeautifulSoup) -> None:
    """Put rows that stand in a table itself into a `tbody`, as browsers do (HTML standard, 13.2.6.4.9).

    lxml does not; selectors that were copied from a browser name it.
    """
    for table in page.find_all("table"):
        body: Tag | None = None
        for child in list(table.contents):
            if isinstance(child, Tag) and child.name == "tr":
                if body is None:
                    body = page.new_tag("tbody")
                    child.insert_before(body)
                body.append(child)
            elif isinstance(child, Tag) and child.name in {"thead", "tbody", "tfoot"}:
                body = None


def drop_unseen(page: BeautifulSoup) -> None:
    """Remove scripts, styles and comments.

    No more than that before the selection, or `:nth-child` and `+` in declarations would count other elements than they
    do in Open Terms Archive; the writer skips the rest of `UNSEEN`. Text that CSS or the `hidden` attribute hides
    stays: accordions and tabs hide half of many policies until a click.
    """
    for node in page.find_all(["script", "style"]):
        node.decompose()
    for comment in [node for node in page.descendants if isinstance(node, PreformattedString)]:
        comment.extract()


def count_hidden_texts(root: PageElement) -> int:
    """Return how many elements in `root` hold text and are hidden by an attribute or an inline style."""
    if not isinstance(root, Tag):
        return 0
    candidates = [root, *(node for node in root.descendants if isinstance(node, Tag))]
    return sum(1 for node in candidates if _is_hidden(node) and node.get_text(strip=True))


def _is_hidden(node: Tag) -> bool:
    if not node.attrs:
        return False
    return node.has_attr("hidden") or bool(_HIDING_STYLE.search(str(node.get("style", ""))[:2000]))


def is_text(node: PageElement) -> bool:
    """Whether `node` is text of the page itself."""
    return type(node) is NavigableString
