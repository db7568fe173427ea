"""The body of a response: read within limits, decoded, and recognised by its type."""

from __future__ import annotations

import io
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

import requests
import urllib3.exceptions

from tracker.fetch.failures import CaptureError, failure_of_body, show
from tracker.model import PAGE_TYPES, ContentType, bears_pdf_mark

ACCEPT = "text/html, application/xhtml+xml, application/pdf, text/plain;q=0.9, text/markdown;q=0.9, */*;q=0.1"
ACCEPT_DATA = "application/json, text/csv, text/plain;q=0.9, */*;q=0.5"
ACCEPT_ENCODING = "gzip, deflate"

_PIECE_BYTES = 65_536
_MOST_ENCODINGS = 2
_ENCODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
#: Types by which servers say that they do not know the type.
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/unknown"})
_MOST_DIGITS = 20
_START_BYTES = 1024


def require_page_type(declared: ContentType, *, url: str) -> None:
    """Raise CaptureError if the header already says that the body is no page."""
    if declared.media_type not in PAGE_TYPES | _UNKNOWN_TYPES:
        raise CaptureError("wrong-type", f"{show(url)} is of type {show(declared.media_type)}", url=url)


def recognise_type(declared: ContentType, body: bytes, *, url: str) -> str:
    """Return the media type of `body`: the declared one, or where none is declared, what the first bytes show.

    Raises:
        CaptureError: If it is no page.
    """
    if declared.media_type in PAGE_TYPES:
        return declared.media_type
    if bears_pdf_mark(body):
        return "application/pdf"
    if not declared.media_type and body[:_START_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return "text/html"
    detail = (
        f"{show(url)} is of type {show(declared.media_type)}" if declared.media_type else f"{show(url)} has no type"
    )
    raise CaptureError("wrong-type", f"{detail}, and begins like neither HTML nor PDF", url=url)


def read_body(response: requests.Response, *, url: str, max_bytes: int, cut: bool = False) -> bytes:
    """Return the body of `response`, decoded, never holding much more than `max_bytes` of it.

    Args:
        response: Not read yet.
        url: Where it comes from, for messages.
        max_bytes: The largest body, decoded.
        cut: Whether a larger one is cut there; otherwise it is an error.

    Raises:
        CaptureError: If the body is too large, ends early, cannot be decoded or does not come in time.
    """
    encodings = _encodings_of(response, url=url)
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:_MOST_DIGITS]) > max_bytes and not cut:
        raise _too_large(url, max_bytes)
    pieces = _raw_pieces(response, url=url, max_bytes=None if cut else max_bytes + _PIECE_BYTES)
    with closing(pieces):
        decoded: Iterable[bytes] = pieces
        for encoding in reversed(encodings):
            decoded = _decode(decoded, encoding, url=url)
        body = io.BytesIO()
        for piece in decoded:
            body.write(piece)
            if body.tell() > max_bytes:
                if not cut:
                    raise _too_large(url, max_bytes)
                body.truncate(max_bytes)
                break
        return body.getvalue()


def _encodings_of(response: requests.Response, *, url: str) -> list[str]:
    transfer = response.headers.get("Transfer-Encoding", "").strip().lower()
    if transfer not in ("", "chunked", "identity"):
        raise CaptureError("bad-encoding", f"{show(url)} uses the transfer encoding {show(transfer)}", url=url)
    header = response.headers.get("Content-Encoding", "")
    names = [name for item in header.split(",") if (name := item.strip().lower()) not in ("", "identity")]
    if len(names) > _MOST_ENCODINGS:
        raise CaptureError("bad-encoding", f"{show(url)} is encoded {len(names)} times over", url=url)
    unknown = [name for name in names if name not in _ENCODINGS]
    if unknown:
        detail = f"{show(url)} is encoded as {show(unknown[0])}, which was not asked for"
        raise CaptureError("bad-encoding", detail, url=url)
    return [_ENCODINGS[name] for name in names]


def _raw_pieces(response: requests.Response, *, url: str, max_bytes: int | None) -> Generator[bytes]:
    """Yield the body as sent, framing removed. What is sent may not be larger than what it is decoded to."""
    received = 0
    pieces = response.raw.stream(_PIECE_BYTES, decode_content=False)
    while True:
        try:
            piece = next(pieces, None)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # ValueError: http.client reads a chunk's size with int().
            raise failure_of_body(error, url=url, received_bytes=received) from error
        if piece is None:
            return
        received += len(piece)
        if max_bytes is not None and received > max_bytes:
            raise _too_large(url, max_bytes - _PIECE_BYTES)
        yield piece


def _decode(pieces: Iterable[bytes], encoding: str, *, url: str) -> Iterator[bytes]:
    """Yield what `pieces` decode to, in pieces of a bounded size."""
    inflater = _Inflater(encoding, url=url)
    for sent in pieces:
        yield from inflater.feed(sent)
    yield from inflater.finish()


class _Inflater:
    """Decodes one layer.

    A gzip body may have several members (RFC 1952, section 2.2); what follows the last one and is none is ignored, as
    other clients do. `deflate` is a zlib stream (RFC 9110, section 8.4.1.2), which some servers send without a header.
    """

    def __init__(self, encoding: str, *, url: str) -> None:
        self._encoding = encoding
        self._url = url
        self._head = b""
        self._decoder: zlib._Decompress | None = None
        self._ended = False

    def feed(self, sent: bytes) -> Iterator[bytes]:
        """Yield what can be decoded now that `sent` has come."""
        if self._ended:
            return
        waiting = self._head + sent
        if self._decoder is None:
            self._head = waiting
            if len(waiting) < 2:  # noqa: PLR2004 (two bytes tell a zlib header)
                return
            self._decoder = _decoder_for(self._encoding, waiting)
        self._head = b""
        while waiting:
            if self._decoder.eof:
                if self._encoding != "gzip" or not waiting.startswith(b"\x1f"):
                    self._ended = True
                    return
                self._decoder = _decoder_for(self._encoding, waiting)
            piece = self._decompress(self._decoder, waiting)
            waiting = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
            if piece:
                yield piece

    def finish(self) -> Iterator[bytes]:
        """Yield the rest.

        Raises:
            CaptureError: If the stream does not end where the body does. No byte at all is an empty body, and no fault
                of the encoding.
        """
        if self._decoder is None and not self._head:
            return
        while self._decoder is not None:
            if self._decoder.eof:
                return
            piece = self._decompress(self._decoder, b"")
            if not piece:
                break
            yield piece
        detail = f"the {self._encoding} body of {show(self._url)} ends early"
        raise CaptureError("incomplete-body", detail, url=self._url, transient=True)

    def _decompress(self, decoder: zlib._Decompress, waiting: bytes) -> bytes:
        try:
            return decoder.decompress(waiting, _PIECE_BYTES)
        except zlib.error as error:
            detail = f"{show(self._url)} cannot be decoded as {self._encoding}: {show(str(error))}"
            raise CaptureError("bad-encoding", detail, url=self._url) from error


def _decoder_for(encoding: str, start: bytes) -> zlib._Decompress:
    if encoding == "gzip":
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    # RFC 1950, section 2.2: method 8, and the two bytes as a number are a multiple of 31.
    is_zlib = start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0  # noqa: PLR2004 (as the RFC says)
    return zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _too_large(url: str, max_bytes: int) -> CaptureError:
    return CaptureError("body-too-large", f"{show(url)} is larger than {max_bytes:,} bytes", url=url)
