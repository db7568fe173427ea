"""PDFs give their paragraphs, or say that they cannot be read."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from tracker.errors import ExtractError

PDF = "application/pdf"


def _pdf(*pages: str) -> bytes:
    """Return a PDF written by hand (ISO 32000-1, 7.5): one content stream a page, one of the standard fonts."""
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    font = "/Resources << /Font << /F1 3 0 R >> >>"
    for place, text in enumerate(pages):
        lines = "".join(f"({line}) Tj 0 -14 Td\n" for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 72 720 Td\n{lines}ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * place} 0 R {font} >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()


def _encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_pdf("Sealed."))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pages_follow_each_other(extraction: Any) -> None:
    version = extraction.version(
        _pdf("1. We carry letters.\nAnd rings.", "Birds * are fed."), select=(), media_type=PDF
    )
    assert [clause.text for clause in version.clauses] == ["1. We carry letters. And rings.", "Birds * are fed."]


def test_a_pdf_is_known_by_its_first_bytes(extraction: Any) -> None:
    version = extraction.version(_pdf("We carry letters."), media_type="application/octet-stream")
    assert version.clauses[0].text == "We carry letters."


def test_an_open_password_is_no_obstacle(extraction: Any) -> None:
    version = extraction.version(_encrypted(""), select=(), media_type=PDF)
    assert version.clauses[0].text == "Sealed."


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_encrypted("secret"), id="encrypted"),
        pytest.param(_pdf("We carry letters.")[:200], id="truncated"),
        pytest.param(_pdf(""), id="without-text"),
        pytest.param(b"%PDF-1.4\n", id="nothing-but-a-head"),
        pytest.param(b"%PDF-1.4\n" + b"\x00\xff<<" * 5000, id="noise"),
        pytest.param(b"<html><p>We carry letters.</p></html>", id="html"),
        pytest.param(_pdf("x").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), id="pages-that-hold-themselves"),
        pytest.param(_encrypted("").replace(b"/Standard", b"/Standerd"), id="unheard-of-encryption"),
        pytest.param(_pdf("x").replace(b"/Type /Page ", b"/Type /Pige "), id="no-page"),
        pytest.param(_pdf("x").replace(b"5 0 R", b"4 0 R"), id="content-that-is-no-stream"),
    ],
)
def test_what_cannot_be_read_says_so(extraction: Any, body: bytes) -> None:
    with pytest.raises(ExtractError, match="PDF") as caught:
        extraction.version(body, select=(), media_type=PDF)
    assert caught.value.reason == "unreadable-pdf"
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, Exception)


def test_every_truncation_of_a_pdf_is_read_or_refused(extraction: Any) -> None:
    whole = _pdf("We carry letters.", "Birds are fed.")
    for length in range(8, len(whole), 23):
        try:
            version = extraction.version(whole[:length], select=(), media_type=PDF)
        except ExtractError as error:
            assert error.reason == "unreadable-pdf"  # noqa: PT017 - either end is good
        else:
            assert version.clauses[0].text.startswith("We carry")
