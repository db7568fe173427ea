"""From bytes to characters, refusing where the evidence contradicts itself.

The order of evidence is that of the Encoding and HTML standards (byte order mark, Content-Type header, `meta` within
the first 1,024 bytes). Where a browser would guess, we refuse: a wrong guess would be archived as theirs.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from tracker.errors import ExtractError
from tracker.model import Snapshot

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET: Final = re.compile(
    rb"<meta\s[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_PRESCAN_BYTES: Final = 1024

_COMMENT: Final = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)

#: The encodings of the WHATWG Encoding Standard (section 4.2), by Python's names, and Python's codec for each: the
#: larger one of a family where the standard says so. What is not here (UTF-7, UTF-32, `unicode_escape`, ...) either
#: hides markup from a reader of the bytes or is no encoding of pages.
_CODECS: Final = {
    **{name: name for name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "koi8-r", "koi8-u", "cp874")},
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"cp{page}": f"cp{page}" for page in range(1250, 1259)},
    **{name: name for name in ("mac-roman", "mac-cyrillic", "gb18030", "euc_jp", "iso2022_jp", "cp932", "cp949")},
    **dict.fromkeys(("ascii", "iso8859-1", "latin-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5hkscs"), "big5hkscs"),
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    **dict.fromkeys(("iso8859-11", "tis-620"), "cp874"),
}


def decode_body(snapshot: Snapshot) -> str:
    """Return the characters of `snapshot`, without a byte order mark.

    Raises:
        ExtractError: With reason `bad-charset` if the declared character set is unknown or refused, if the bytes are
            not text in it, if they are plainly UTF-8 although another one is declared, or if none is declared and they
            are not UTF-8.
    """
    body = snapshot.body
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise ExtractError(f"{snapshot.final_url} is in UTF-32, which pages do not use", reason="bad-charset")
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _decode(body[len(mark) :], name, declared="its byte order mark", url=snapshot.final_url)
    if snapshot.charset:
        declared, label = "the Content-Type header", snapshot.charset
    else:
        found = _META_CHARSET.search(_COMMENT.sub(b"", body[:_PRESCAN_BYTES]))
        if found is None:
            return _decode(body, "utf-8", declared=None, url=snapshot.final_url)
        declared, label = "the page's meta element", found[1].decode("ascii")
    return _decode(body, _codec_for(label, declared, snapshot.final_url), declared=declared, url=snapshot.final_url)


def _codec_for(label: str, declared: str, url: str) -> str:
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):  # ValueError: a label with a null character
        name = "unknown"
    if name not in _CODECS:
        raise ExtractError(
            f"{url}: {declared} names the character set {label[:40]!r}, which pages do not use", reason="bad-charset"
        )
    if name in {"utf-16", "utf-16-le", "utf-16-be"} and declared.startswith("the page's"):
        return "utf-8"  # HTML standard, 13.2.3.2: a meta element that says UTF-16 was read, so it is not UTF-16
    return _CODECS[name]


def _decode(body: bytes, codec: str, *, declared: str | None, url: str) -> str:
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        if codec == "cp1252":
            # WHATWG windows-1252 maps its five unassigned bytes to C1 controls instead of refusing them.
            text = body.decode("latin-1")
        else:
            said = f"{declared} says {codec}" if declared else "no character set is declared"
            raise ExtractError(
                f"{url}: {said}, but the byte at {error.start} is not {codec}", reason="bad-charset"
            ) from error
    if declared and codec in {"cp1252", "iso8859-15"} and _is_plainly_utf8(body):
        raise ExtractError(f"{url}: {declared} says {codec}, but the bytes are UTF-8", reason="bad-charset")
    return text.replace("\x00", "")


def _is_plainly_utf8(body: bytes) -> bool:
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
