"""Clauses and redlines as HTML: inserted and deleted words, paragraphs, links of policy text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from tracker.model import N_, Clause, Link, Span, SpanTag
from tracker.render.change_sides import pair_sides
from tracker.render.language import ENGLISH, Language
from tracker.render.visible import quote_html

#: No attribute.
NOTHING: Final = Markup()
#: Schemes of links that policy text may keep; every other link is shown as its words alone.
_LINKED_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_PARAGRAPH_BREAK: Final = "\n\n"

#: Feed readers drop style sheets; these say the same inline, by more than colour.
_INLINE_STYLES: Final = {
    "ins": "background:#d5f2dc;color:#0a3a18;text-decoration:underline",
    "del": "background:#fbdcd8;color:#701510;text-decoration:line-through",
}
_SIDES: Final = (N_("Old"), N_("New"), N_("Both"))
_NOTHING_THERE: Final = Markup('<p class="none">{}</p>')
_ELEMENTS: Final[dict[SpanTag, tuple[str, str]]] = {"+": ("ins", N_("inserted")), "-": ("del", N_("deleted"))}


def redline_to_html(
    redline: Iterable[Span], *, inline: bool = False, quoted: Markup = NOTHING, language: Language = ENGLISH
) -> Markup:
    """Return a redline as paragraphs with `<ins>` and `<del>`, in order.

    Words that only screen readers hear stand around every inserted or deleted run. A paragraph break that was itself
    inserted or deleted is shown as a pilcrow.

    Args:
        redline: The spans.
        inline: Style by attributes instead of classes, for feeds; there nothing is left to screen readers alone.
        quoted: The attribute that tells the language of the text, from `Language.quoted`.
        language: In which the hidden words are.
    """
    paragraphs: list[list[str]] = [[]]
    mark = partial(_marked, inline=inline, language=language, is_foreign=bool(quoted))
    for span in redline:
        for place, text in enumerate(span.text.split(_PARAGRAPH_BREAK)):
            if place:
                if span.tag != "=":
                    paragraphs[-1].append(mark(span.tag, "\u00b6", is_break=True))
                paragraphs.append([])
            if text:
                paragraphs[-1].append(mark(span.tag, text))
    return Markup("\n").join(
        Markup('<p dir="auto"{}>{}</p>').format(quoted, Markup("").join(map(Markup, parts)))
        for parts in paragraphs
        if parts
    )


def _marked(
    tag: SpanTag, text: str, *, inline: bool, language: Language, is_foreign: bool, is_break: bool = False
) -> Markup:
    quoted = quote_html(text)
    if tag == "=":
        return quoted
    element, word = _ELEMENTS[tag]
    if inline:
        return Markup('<{0} style="{1}">{2}</{0}>').format(element, _INLINE_STYLES[element], quoted)
    # With a direction of their own, our words do not decide which way the paragraph is read.
    ours = Markup(' lang="{}"').format(language.code) if is_foreign else ""
    return Markup(
        '<{0}{3}><span class="vh" dir="ltr"{4}>[{1}: </span>{2}<span class="vh" dir="ltr">]</span></{0}>'
    ).format(element, language.gettext(word), quoted, Markup(' class="break"') if is_break else "", ours)


def sides_to_html(redline: Sequence[Span], *, quoted: Markup = NOTHING, language: Language = ENGLISH) -> Markup:
    """Return a redline as rows of two cells, the old words in the first and the new in the second.

    Each cell begins with the name of its side. A row that is the same on both sides is read to nobody twice.
    """
    cell = partial(_cell, quoted=quoted, language=language)
    old, new, both = (language.gettext(name) for name in _SIDES)
    return Markup("\n").join(
        Markup('<div class="pair{}">\n{}\n{}\n</div>').format(
            " same" if row.is_same else "",
            cell("old", both if row.is_same else old, row.old),
            cell("new", new, row.new, is_repeated=row.is_same),
        )
        for row in pair_sides(redline)
    )


def _cell(
    side: str, name: str, spans: Sequence[Span], *, quoted: Markup, language: Language, is_repeated: bool = False
) -> Markup:
    has_words = any(not span.text.isspace() for span in spans)
    shown = _NOTHING_THERE.format(language.gettext("(nothing)"))
    if has_words:
        shown = redline_to_html(spans, quoted=quoted, language=language)
    return Markup('<div class="{}"{}><span class="side">{}<span class="vh">:</span> </span>{}</div>').format(
        side, Markup(' aria-hidden="true"') if is_repeated else "", name, shown
    )


def safe_link(address: str) -> str | None:
    """Return `address` where policy text may link there: http, https or mailto; None otherwise."""
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return None
    return address if scheme in _LINKED_SCHEMES else None


def clause_to_html(clause: Clause) -> Markup:
    """Return a clause's words with its links, each without endorsement and only where `safe_link` allows it."""
    pieces: list[Markup] = []
    done = 0
    for link in _ordered(clause.links):
        if link.start < done or link.end > len(clause.text):
            continue
        address = safe_link(link.href)
        pieces.append(quote_html(clause.text[done : link.start]))
        words = quote_html(clause.text[link.start : link.end])
        if address is None:
            pieces.append(words)
        else:
            pieces.append(Markup('<a href="{}" rel="nofollow noopener">{}</a>').format(escape(address), words))
        done = link.end
    pieces.append(quote_html(clause.text[done:]))
    return Markup("").join(pieces)


def _ordered(links: Sequence[Link]) -> list[Link]:
    return sorted(links, key=lambda link: (link.start, link.end))
