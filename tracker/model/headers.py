"""What the headers of a response say, whoever kept them: the type of its body, and what is worth keeping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Media types of pages.
PAGE_TYPES: Final = frozenset(
    {"text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf"}
)  # fmt: skip

#: Where a PDF's mark may stand (ISO 32000-1, annex H.3.4.1).
_PDF_MARK_WITHIN_BYTES: Final = 1024
_CHARSET: Final = re.compile(r";[ \t]*charset=\"?([A-Za-z0-9._:+-]{1,40})", re.IGNORECASE)

#: Response headers that are kept: what tells which text was served to whom and since when.
_KEPT_HEADERS: Final = (
    "age", "cache-control", "content-encoding", "content-language", "content-type", "date", "etag", "last-modified",
    "server", "vary", "x-robots-tag",
)  # fmt: skip
_LONGEST_HEADER: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType:
    """What a Content-Type header says."""

    media_type: str
    """Lower case; `""` where the header is absent."""
    charset: str | None
    """As declared; None where none is."""


def parse_content_type(header: str) -> ContentType:
    """Return the media type and character set that `header` declares (RFC 9110, section 8.3.1).

    >>> parse_content_type('Text/HTML; charset="UTF-8"')
    ContentType(media_type='text/html', charset='UTF-8')
    """
    charset = _CHARSET.search(header)
    media_type = re.split("[;,]", header, maxsplit=1)[0].strip().lower()
    return ContentType(media_type=media_type, charset=charset.group(1) if charset else None)


def bears_pdf_mark(body: bytes) -> bool:
    """Return whether `body` begins like a PDF."""
    return b"%PDF-" in body[:_PDF_MARK_WITHIN_BYTES]


def keep_headers(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the headers worth keeping, in alphabetical order.

    One that is oddly long or holds control characters is left out.

    Args:
        headers: Found by names in lower case.
    """
    found = ((name, headers.get(name, "").strip()) for name in _KEPT_HEADERS)
    return tuple((name, value) for name, value in found if value.isprintable() and 0 < len(value) <= _LONGEST_HEADER)
