"""A change as people cite it: in words, in Markdown, in BibTeX. What a source must tell is the same in each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker.model import ChangeReport, format_instant
from tracker.render.language import ENGLISH, Language
from tracker.render.visible import mark_hidden

_SHORT_DIGEST: Final = 16
_SHORT_COMMIT: Final = 12
#: What has a meaning of its own in Markdown text (CommonMark 0.31, section 2.4) or begins markup there.
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()<>#|~!&])")
#: What TeX reads as an instruction; anything else is passed on as it is. BibTeX counts braces behind a backslash too:
#: none may be left.
_TEX: Final = {
    "\\": r"\textbackslash ",
    "{": r"\textbraceleft ",
    "}": r"\textbraceright ",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde ",
    "^": r"\textasciicircum ",
    '"': "''",
}
_KEY: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A ready-made citation; no form holds a line break but BibTeX."""

    text: str
    markdown: str
    bibtex: str


def cite_change(
    report: ChangeReport,
    *,
    service_name: str,
    site_title: str,
    id: str,  # noqa: A002 - named like the JSON key
    url: str | None,
    what: str = "Change",
    language: Language = ENGLISH,
) -> Citation:
    """Return how a change is cited.

    Args:
        report: The change.
        service_name: The service's name as people write it.
        site_title: The publisher.
        id: The change's permanent id.
        url: Its address; None where nobody knows where the site stands.
        what: What it is called, in words of the language: a change, or why it is none.
        language: In which it is cited.
    """
    event = report.event
    terms, vantage = event.new.document.terms_type, event.new.document.vantage
    kept_by = f", {language.gettext('as kept by %(vantage)s', vantage=vantage)}" if vantage else ""
    title = language.gettext("%(service)s, \u201c%(terms)s\u201d", service=service_name, terms=terms) + kept_by
    seen = language.gettext(
        "%(what)s, first seen %(new)s, old text last seen %(old)s",
        what=what,
        new=format_instant(event.first_seen_new),
        old=format_instant(event.last_seen_old),
    )
    digests = _tell_digests(
        language,
        old=f"{event.old.text_sha256[:_SHORT_DIGEST]}\u2026",
        new=f"{event.new.text_sha256[:_SHORT_DIGEST]}\u2026",
        commit=event.new.commit[:_SHORT_COMMIT],
    )
    where = "" if url is None else f" {url}"
    linked = _markdown(title) if url is None else f"[{_markdown(title)}](<{_markdown_address(url)}>)"
    return Citation(
        text=_one_line(f"{title}. {seen}. {site_title}, {id}. {digests}.{where}"),
        markdown=_one_line(f"{linked}. {_markdown(f'{seen}. {site_title}, {id}. {digests}.')}"),
        bibtex="\n".join(
            _bibtex(
                report,
                author=service_name,
                title=f"{terms}{kept_by}: {report.verdict.headline}",
                publisher=site_title,
                note=f"{seen}. {id}. "
                + _tell_digests(
                    language, old=event.old.text_sha256, new=event.new.text_sha256, commit=event.new.commit
                ),
                url=url,
            )
        ),
    )


def _tell_digests(language: Language, *, old: str, new: str, commit: str) -> str:
    return language.gettext(
        "SHA-256 of the text: old %(old)s, new %(new)s; archive commit %(commit)s", old=old, new=new, commit=commit
    )


def _bibtex(
    report: ChangeReport, *, author: str, title: str, publisher: str, note: str, url: str | None
) -> Iterator[str]:  # fmt: skip
    event = report.event
    document = event.new.document
    instant = format_instant(event.first_seen_new)
    parts = (author, document.terms_type, document.vantage, instant[:10])
    key = "-".join(_KEY.sub("-", part.lower()).strip("-") for part in parts if part)
    fields = {
        "author": f"{{{_tex(author)}}}",
        "title": _tex(title),
        "year": instant[:4],
        "date": instant[:10],
        "publisher": _tex(publisher),
        "note": _tex(note),
    }
    yield f"@misc{{{_KEY.sub('-', key).strip('-') or 'change'}-{event.new.text_sha256[:8]},"
    for name, value in fields.items():
        yield f"  {name} = {{{_one_line(value)}}},"
    if url is not None:
        yield f"  url = {{{url}}},"
    yield "}"


def _one_line(text: str) -> str:
    return " ".join(mark_hidden(text).split())


def _markdown(text: str) -> str:
    # Marks of hidden characters are brackets: they are put in before brackets are made inert.
    return _MARKDOWN.sub(r"\\\1", mark_hidden(text))


def _markdown_address(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E")


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)
