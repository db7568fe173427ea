"""An index as books have one: every heading of every policy under its first letter, and where it stands.

It is how the site is searched without a script: a page a letter, to be looked through or searched by the browser.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker.render.pages import Page, SiteContext, lay_out_text, name_document
from tracker.render.words import shorten

#: Longer headings are cut: they are sentences that a program took for headings.
_LONGEST_HEADING: Final = 120
#: Letters of other scripts, and headings that begin with no letter, stand together.
_OTHER: Final = "other"
_MOST_PLACES: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading, and the documents in which it stands."""

    title: str
    places: tuple[tuple[str, str], ...]
    """(path with anchor from the site's root, name of the document), by name."""


def list_headings(context: SiteContext) -> dict[str, tuple[Heading, ...]]:
    """Return every heading of the texts as they stand, by first letter: `a` to `z`, then `other`."""
    found: dict[str, dict[str, tuple[str, list[tuple[str, str]]]]] = {}
    for report in context.documents:
        path = context.addresses.document(report.document)
        for part in lay_out_text(report.latest):
            if part.kind != "heading":
                continue
            anchor, clause = part.clauses[0]
            title = _plain_title(clause.text)
            if not title:
                continue
            folded = _fold(title)
            letter = folded[0] if "a" <= folded[:1] <= "z" else _OTHER
            titles = found.setdefault(letter, {})
            titles.setdefault(folded, (title, []))[1].append((f"{path}#{anchor}", name_document(report)))
    letters = sorted(found, key=lambda letter: (letter == _OTHER, letter))
    return {
        letter: tuple(
            Heading(
                title=title,
                places=tuple(sorted(places, key=lambda place: (place[1].casefold(), place[0]))[:_MOST_PLACES]),
            )
            for _, (title, places) in sorted(found[letter].items())
        )
        for letter in letters
    }


def _plain_title(text: str) -> str:
    """Return a heading without its number and the marks around it, shortened."""
    words = " ".join(text.split())
    while words and not words[0].isalpha():
        words = words[1:]
    return shorten(words, _LONGEST_HEADING)


def _fold(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).rstrip(" .:?!")


def index_pages(context: SiteContext) -> Iterator[Page]:
    """Yield the page that explains how to search, and a page for each letter."""
    headings = list_headings(context)
    counts = tuple((letter, len(listed)) for letter, listed in headings.items())
    yield context.render("search/index.html", "search.html", counts=counts, letter=None, headings=())
    for letter, listed in headings.items():
        yield context.render(
            f"search/{letter}/index.html", "search.html", counts=counts, letter=letter, headings=listed
        )
