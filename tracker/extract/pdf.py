"""Text of a PDF, one paragraph a block of lines."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from tracker.errors import ExtractError

_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n")
_MAX_PAGES: Final = 2000
#: pypdf lets errors of the objects that it reads through: damaged files of 6,000 tried raised most of these.
_DAMAGED: Final = (
    PyPdfError,
    DependencyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,  # NotImplementedError and RecursionError with it
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def read_pdf(body: bytes, *, url: str) -> list[str]:
    """Return the paragraphs of the PDF in `body`, in page order.

    Raises:
        ExtractError: With reason `unreadable-pdf` if it is encrypted, damaged, or has no text (a scan).
    """
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ExtractError(f"{url} is an encrypted PDF", reason="unreadable-pdf")
        pages = [page.extract_text() for page in reader.pages[:_MAX_PAGES]]
    except _DAMAGED as error:
        raise ExtractError(f"{url} is a PDF that cannot be read: {error}", reason="unreadable-pdf") from error
    paragraphs = [paragraph for page in pages for paragraph in _BLANK_LINES.split(page) if paragraph.strip()]
    if not paragraphs:
        raise ExtractError(f"{url} is a PDF without text, perhaps a scan", reason="unreadable-pdf")
    return paragraphs
