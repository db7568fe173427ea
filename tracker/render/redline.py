"""Clauses and redlines as HTML: inserted and deleted words, paragraphs, links of policy text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from tracker.model import Clause, Link, Span, SpanTag
from tracker.render.change_sides import pair_sides
from tracker.render.visible import quote_html

#: Schemes of links that policy text may keep; every other link is shown as its words alone.
_LINKED_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_PARAGRAPH_BREAK: Final = "\n\n"

#: Feed readers drop style sheets; these say the same inline, by more than colour.
_INLINE_STYLES: Final = {
    "ins": "background:#d5f2dc;color:#0a3a18;text-decoration:underline",
    "del": "background:#fbdcd8;color:#701510;text-decoration:line-through",
}
_ELEMENTS: Final[dict[SpanTag, tuple[str, str]]] = {"+": ("ins", "inserted"), "-": ("del", "deleted")}


def redline_to_html(redline: Iterable[Span], *, inline: bool = False) -> Markup:
    """Return a redline as paragraphs with `<ins>` and `<del>`, in order.

    Words that only screen readers hear stand around every inserted or deleted run. A paragraph break that was itself
    inserted or deleted is shown as a pilcrow.

    Args:
        redline: The spans.
        inline: Style by attributes instead of classes, for feeds; there nothing is left to screen readers alone.
    """
    paragraphs: list[list[str]] = [[]]
    for span in redline:
        for place, text in enumerate(span.text.split(_PARAGRAPH_BREAK)):
            if place:
                if span.tag != "=":
                    paragraphs[-1].append(_marked(span.tag, "\u00b6", inline=inline, is_break=True))
                paragraphs.append([])
            if text:
                paragraphs[-1].append(_marked(span.tag, text, inline=inline))
    return Markup("\n").join(
        Markup('<p dir="auto">{}</p>').format(Markup("").join(map(Markup, parts))) for parts in paragraphs if parts
    )


def _marked(tag: SpanTag, text: str, *, inline: bool, is_break: bool = False) -> Markup:
    quoted = quote_html(text)
    if tag == "=":
        return quoted
    element, word = _ELEMENTS[tag]
    if inline:
        return Markup('<{0} style="{1}">{2}</{0}>').format(element, _INLINE_STYLES[element], quoted)
    # With a direction of their own, our words do not decide which way the paragraph is read.
    return Markup(
        '<{0}{3}><span class="vh" dir="ltr">[{1}: </span>{2}<span class="vh" dir="ltr">]</span></{0}>'
    ).format(element, word, quoted, Markup(' class="break"') if is_break else "")


def sides_to_html(redline: Sequence[Span]) -> Markup:
    """Return a redline as rows of two cells, the old words in the first and the new in the second.

    Each cell begins with the name of its side. A row that is the same on both sides is read to nobody twice.
    """
    return Markup("\n").join(
        Markup('<div class="pair{}">\n{}\n{}\n</div>').format(
            " same" if row.is_same else "",
            _cell("old", "Both" if row.is_same else "Old", row.old),
            _cell("new", "New", row.new, is_repeated=row.is_same),
        )
        for row in pair_sides(redline)
    )


def _cell(side: str, name: str, spans: Sequence[Span], *, is_repeated: bool = False) -> Markup:
    has_words = any(not span.text.isspace() for span in spans)
    shown = redline_to_html(spans) if has_words else Markup('<p class="none">(nothing)</p>')
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
