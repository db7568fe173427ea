"""An index as books have one: every heading of every policy under its first letter, and where it stands.

It is how the site is searched without a script: a page a letter, to be looked through or searched by the browser.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from tracker.model import sha256_hex
from tracker.render.draft import Draft
from tracker.render.site_context import Page, SiteContext
from tracker.render.words import shorten

#: The only script of the site; nothing but the search page asks for it, and that page is whole without it.
SCRIPT_PATH: Final = "search/search.js"
#: Longer headings are cut: they are sentences that a program took for headings.
_LONGEST_HEADING: Final = 120
#: Letters of other scripts, and headings that begin with no letter, stand together.
_OTHER: Final = "other"
#: Further documents with the same heading are not listed: thousands have "Contact us".
_MOST_PLACES: Final = 400
_LONGEST_READ: Final = 1000
#: The number of a section, and marks, before the first word: "2.1. ", "(a) ", "§ 5 ", "IV. ".
_NUMBER: Final = re.compile(
    r"[\W_]*(?:\d{1,3}(?:[.\-]\d{1,3}){0,5}[a-z]?(?=[\W_])|[ivxIVX]{1,6}(?=[.)])|[a-zA-Z](?=[.)]))?[\W_]*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading, and the documents in which it stands."""

    title: str
    places: tuple[tuple[str, str], ...]
    """(path with anchor from the site's root, name of the document), by name."""


def list_headings(context: SiteContext) -> dict[str, tuple[Heading, ...]]:
    """Return the headings of the texts as they stand, by first letter: `a` to `z`, then `other`.

    Headings without a letter are left out, and of one that many documents have not all places are told.
    """
    found: dict[str, dict[str, tuple[str, list[tuple[str, str]]]]] = {}
    for listing in context.listings:
        for anchor, text in listing.headings:
            title, folded = _read_heading(text)
            if not title:
                continue
            letter = folded[0] if "a" <= folded[:1] <= "z" else _OTHER
            titles = found.setdefault(letter, {})
            titles.setdefault(folded, (title, []))[1].append((f"{listing.path}#{anchor}", listing.name))
    # A letter has its page whether anything stands there today or not: addresses stay.
    return {
        letter: tuple(
            Heading(
                title=title,
                places=tuple(sorted(places, key=lambda place: (place[1].casefold(), place[0]))[:_MOST_PLACES]),
            )
            for _, (title, places) in sorted(found.get(letter, {}).items())
        )
        for letter in (*ascii_lowercase, _OTHER)
    }


@lru_cache(maxsize=1 << 16)  # thousands of policies have "Contact us"
def _read_heading(text: str) -> tuple[str, str]:
    """Return a heading as it is listed, and as it is put in order; `""` twice where it has no letter."""
    title = _plain_title(text)
    return title, _fold(title)


def _plain_title(text: str) -> str:
    """Return a heading without the number before it, shortened; `""` where it has no letter."""
    words = _NUMBER.sub("", " ".join(text[:_LONGEST_READ].split()), count=1)
    return shorten(words, _LONGEST_HEADING) if any(letter.isalpha() for letter in words) else ""


def _fold(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).rstrip(" .:?!")


def search_scripts(context: SiteContext) -> Iterator[Page]:
    """Yield the script that searches every word, where there is an index that it can read."""
    if context.model.has_search:
        yield SCRIPT_PATH, context.environment.get_template("search.js").render()


def index_pages(context: SiteContext) -> Iterator[Draft]:
    """Yield the page that explains how to search, and a page for each letter."""
    headings = list_headings(context)
    counts = tuple((letter, len(listed)) for letter, listed in headings.items())
    has_search = context.model.has_search
    yield context.draft(
        "search/index.html", "search.html", counts=counts, letter=None, headings=(), has_search=has_search
    )
    for letter, listed in headings.items():
        # By hand, since a fingerprint of ten thousands of values takes longer than the page.
        told = sha256_hex(json.dumps([counts, [(heading.title, heading.places) for heading in listed]]))
        path = f"search/{letter}/index.html"
        yield context.draft(
            path, "search.html", inputs=told, counts=counts, letter=letter, headings=listed, has_search=False
        )
