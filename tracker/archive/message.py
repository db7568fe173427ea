"""Commit messages: a subject that people read, and trailers that hold the evidence (DESIGN, section 5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from tracker.model import DocumentKey, Provenance, RecordKind, format_instant

#: Open Terms Archive's own subjects, so that its tools read ours.
_SUBJECTS: Final[dict[RecordKind, str]] = {
    "first": "First record of",
    "change": "Record new changes of",
    "technical": "Apply technical or declaration upgrade on",
}

SOURCE_URL: Final = "Source-Url"
FETCHED_AT: Final = "Fetched-At"
TEXT_SHA256: Final = "Text-Sha256"
MARKDOWN_SHA256: Final = "Markdown-Sha256"
BODY_SHA256: Final = "Body-Sha256"
LAST_SEEN_OLD: Final = "Last-Seen-Old"
TRACKER_VERSION: Final = "Tracker-Version"
IMPORTED_FROM: Final = "Imported-From"
HELD_BECAUSE: Final = "Held-Because"

#: In the histories that are written for others: the commit of the archive that recorded the version.
ARCHIVE_COMMIT: Final = "Archive-Commit"

#: Of a commit that holds a capture back. It is no record, to us as to Open Terms Archive's tools.
_HELD_SUBJECT: Final = "Hold back"

#: Control characters, separators of lines and paragraphs, lone surrogates: what may end a line in some reader.
_UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})


def trailer_value(text: str) -> str:
    r"""Return `text` on one line: characters that could start another are percent-encoded (RFC 3986, section 2.1).

    >>> trailer_value("https://example.org/\nText-Sha256: forged")
    'https://example.org/%0AText-Sha256: forged'
    """
    if text.isprintable():  # none of those categories is
        return text
    return "".join(
        "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        if unicodedata.category(character) in _UNSAFE_CATEGORIES
        else character
        for character in text
    )


def provenance_trailers(provenance: Provenance) -> list[tuple[str, str]]:
    """Return the trailers that `provenance` gives, in their order: one address and one body digest a source."""
    return [
        *((SOURCE_URL, source.url) for source in provenance.sources),
        (FETCHED_AT, format_instant(provenance.fetched_at)),
        (TEXT_SHA256, provenance.text_sha256),
        (MARKDOWN_SHA256, provenance.markdown_sha256),
        *((BODY_SHA256, source.body_sha256) for source in provenance.sources),
    ]


def compose_message(kind: RecordKind, key: DocumentKey, trailers: Iterable[tuple[str, str | None]]) -> str:
    """Return the message of a record; trailers without a value are left out."""
    return _compose(_SUBJECTS[kind], key, trailers)


def compose_held_message(key: DocumentKey, trailers: Iterable[tuple[str, str | None]]) -> str:
    """Return the message of a commit that holds a capture of `key` back; trailers without a value are left out."""
    return _compose(_HELD_SUBJECT, key, trailers)


def compose_collection_message(
    kind: RecordKind, key: DocumentKey, sources: Sequence[str], trailers: Iterable[tuple[str, str | None]]
) -> str:
    """Return the message of a version in the form of Open Terms Archive (engine, `git/dataMapper.js`).

    Args:
        kind: What recorded it.
        key: Whose version it is; its vantage is left out.
        sources: The addresses from which it was made, in their order.
        trailers: Further facts; those without a value are left out.
    """
    named = [trailer_value(source) for source in sources]
    if len(named) == 1:
        made_from = f"This version was recorded after extracting from snapshot {named[0]}"
    else:
        listed = "".join(f"\n- {name}" for name in named)
        made_from = (
            "This version was recorded after extracting from and assembling the following snapshots from "
            f"{len(named)} source documents:{listed}"
        )
    subject, _, rest = _compose(_SUBJECTS[kind], key, trailers).partition("\n\n")
    return "\n\n".join([subject, *([made_from] if named else []), rest])


def parse_kind(message: str) -> RecordKind | None:
    """Return which kind of record the subject of `message` announces; None where it announces none."""
    subject = message.partition("\n")[0]
    return next((kind for kind, words in _SUBJECTS.items() if subject.startswith(f"{words} ")), None)


def parse_trailers(message: str) -> dict[str, tuple[str, ...]]:
    """Return the values of each trailer of `message`, in order: the lines of its last paragraph."""
    found: dict[str, tuple[str, ...]] = {}
    _, _, last = message.rstrip("\n").rpartition("\n\n")
    for line in last.split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            found[name] = (*found.get(name, ()), value)
    return found


def _compose(words: str, key: DocumentKey, trailers: Iterable[tuple[str, str | None]]) -> str:
    subject = trailer_value(f"{words} {key.service} {key.terms_type}")
    lines = [f"{name}: {trailer_value(value)}" for name, value in trailers if value]
    return "\n".join([subject, "", *lines, ""])
