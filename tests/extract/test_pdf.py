"""PDFs give their paragraphs, or say that they cannot be read."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from tests.extract.written_pdf import write_pdf
from tracker.errors import ExtractError

PDF = "application/pdf"


def _encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(write_pdf("Sealed."))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pages_follow_each_other(extraction: Any) -> None:
    version = extraction.version(
        write_pdf("1. We carry letters.\nAnd rings.", "Birds * are fed."), select=(), media_type=PDF
    )
    assert [clause.text for clause in version.clauses] == ["1. We carry letters. And rings.", "Birds * are fed."]


def test_a_pdf_is_known_by_its_first_bytes(extraction: Any) -> None:
    version = extraction.version(write_pdf("We carry letters."), media_type="application/octet-stream")
    assert version.clauses[0].text == "We carry letters."


def test_an_open_password_is_no_obstacle(extraction: Any) -> None:
    version = extraction.version(_encrypted(""), select=(), media_type=PDF)
    assert version.clauses[0].text == "Sealed."


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_encrypted("secret"), id="encrypted"),
        pytest.param(write_pdf("We carry letters.")[:200], id="truncated"),
        pytest.param(write_pdf(""), id="without-text"),
        pytest.param(b"%PDF-1.4\n", id="nothing-but-a-head"),
        pytest.param(b"%PDF-1.4\n" + b"\x00\xff<<" * 5000, id="noise"),
        pytest.param(b"<html><p>We carry letters.</p></html>", id="html"),
        pytest.param(write_pdf("x").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), id="pages-that-hold-themselves"),
        pytest.param(_encrypted("").replace(b"/Standard", b"/Standerd"), id="unheard-of-encryption"),
        pytest.param(write_pdf("x").replace(b"/Type /Page ", b"/Type /Pige "), id="no-page"),
        pytest.param(write_pdf("x").replace(b"5 0 R", b"4 0 R"), id="content-that-is-no-stream"),
    ],
)
def test_what_cannot_be_read_says_so(extraction: Any, body: bytes) -> None:
    with pytest.raises(ExtractError, match="PDF") as caught:
        extraction.version(body, select=(), media_type=PDF)
    assert caught.value.reason == "unreadable-pdf"
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, Exception)


def test_every_truncation_of_a_pdf_is_read_or_refused(extraction: Any) -> None:
    whole = write_pdf("We carry letters.", "Birds are fed.")
    for length in range(8, len(whole), 23):
        try:
            version = extraction.version(whole[:length], select=(), media_type=PDF)
        except ExtractError as error:
            assert error.reason == "unreadable-pdf"  # noqa: PT017 - either end is good
        else:
            assert version.clauses[0].text.startswith("We carry")
