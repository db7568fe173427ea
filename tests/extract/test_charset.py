"""Bytes become characters by what is declared, and are refused where that contradicts them."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import pytest

from tracker.errors import ExtractError
from tracker.extract.charset import _CODECS

TEXT = "Caf\u00e9 \u201cPigeon\u201d"
PAGE = f"<p>{TEXT}</p>"


def _with_meta(label: str) -> str:
    return f"<html><head><meta charset={label}></head><body>{PAGE}</body></html>"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (PAGE.encode(), "utf-8"),
        (PAGE.encode(), "UTF8"),
        (PAGE.encode(), None),
        (codecs.BOM_UTF8 + PAGE.encode(), None),
        (codecs.BOM_UTF8 + PAGE.encode(), "iso-8859-1"),
        (codecs.BOM_UTF16_LE + PAGE.encode("utf-16-le"), None),
        (codecs.BOM_UTF16_BE + PAGE.encode("utf-16-be"), "utf-8"),
        (PAGE.encode("cp1252"), "windows-1252"),
        (PAGE.encode("cp1252"), "iso-8859-1"),
        (PAGE.encode("cp1252"), "latin1"),
        (PAGE.encode("cp1252"), "us-ascii"),
        (PAGE.encode("utf-16-le"), "utf-16le"),
        (_with_meta("utf-8").encode(), None),
        (_with_meta('"windows-1252"').encode("cp1252"), None),
        (_with_meta("'ISO-8859-1'").encode("cp1252"), None),
        (_with_meta("utf-16").encode(), None),
        (_with_meta("utf-8").encode("cp1252"), "windows-1252"),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">' + PAGE.encode("cp1252"),
            None,
        ),
    ],
)
def test_the_declared_character_set_is_used(extraction: Any, body: bytes, charset: str | None) -> None:
    assert extraction.version(body, charset=charset).clauses[0].text == TEXT


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (PAGE.encode("cp1252"), None),  # missing, and not UTF-8
        (PAGE.encode("cp1252"), "utf-8"),
        (PAGE.encode(), "iso-8859-1"),
        (PAGE.encode(), "us-ascii"),
        (PAGE.encode(), "shift_jis"),
        (_with_meta("windows-1252").encode(), None),
        (_with_meta("utf-8").encode("cp1252"), None),
        (codecs.BOM_UTF8 + PAGE.encode("cp1252"), None),
        (PAGE.encode(), "utf-7"),
        (b"+ADw-p+AD4-hello+ADw-/p+AD4-", "utf-7"),
        (b"<meta charset=utf-7>+ADw-p+AD4-hello+ADw-/p+AD4-", None),
        (PAGE.encode(), "x-unheard-of"),
        (PAGE.encode(), "rot13"),
        (PAGE.encode(), "hex"),
        (PAGE.encode(), "idna"),
        (PAGE.encode(), "unicode_escape"),
        (PAGE.encode(), "raw_unicode_escape"),
        (PAGE.encode(), "undefined"),
        (PAGE.encode(), "zlib"),
        (PAGE.encode(), "utf\x00-8"),
        (PAGE.encode(), "\u00fctf-8"),
        (PAGE.encode(), "x" * 100_000),
        (PAGE.encode("utf-32"), "utf-32"),
        (_with_meta("x-mac-unheard-of").encode(), None),
    ],
)
def test_what_contradicts_itself_is_refused(extraction: Any, body: bytes, charset: str | None) -> None:
    with pytest.raises(ExtractError) as caught:
        extraction.version(body, charset=charset)
    assert caught.value.reason == "bad-charset"
    assert "https://example.org/" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_wrong_charset_is_refused(extraction: Any, read_page: Callable[[str], bytes]) -> None:
    with pytest.raises(ExtractError, match="says utf-8") as caught:
        extraction.version(read_page("wrong_charset.html"))
    assert caught.value.reason == "bad-charset"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("windows-1251", "\u041f\u0438\u0441\u044c\u043c\u0430"),
        ("koi8-r", "\u041f\u0438\u0441\u044c\u043c\u0430"),
        ("iso-8859-2", "P\u0159\u00edloha"),
        ("iso-8859-9", "\u0130stanbul"),
        ("gb2312", "\u4fe1\u4ef6"),
        ("gbk", "\u4fe1\u4ef6"),
        ("big5", "\u4fe1\u4ef6"),
        ("shift_jis", "\u624b\u7d19"),
        ("euc-jp", "\u624b\u7d19"),
        ("iso-2022-jp", "\u624b\u7d19"),
        ("euc-kr", "\ud3b8\uc9c0"),
        ("tis-620", "\u0e08\u0e14"),
        ("macintosh", "Caf\u00e9"),
    ],
)
def test_encodings_of_the_web_are_read(extraction: Any, label: str, text: str) -> None:
    assert extraction.version(f"<p>{text}</p>".encode(label), charset=label).clauses[0].text == text


def test_the_table_names_codecs_that_python_has() -> None:
    for name, codec in _CODECS.items():
        assert codecs.lookup(name).name in _CODECS
        assert "letter".encode(codec)


def test_null_bytes_leave_no_trace(extraction: Any) -> None:
    assert extraction.texts(b"<p>se\x00aled \x00</p><scr\x00ipt>x</script>")[0] == "sealed"


def test_a_meta_element_beyond_the_first_kilobyte_says_nothing(extraction: Any) -> None:
    page = "<!-- " + "x" * 1100 + " -->" + _with_meta("windows-1252")
    assert extraction.version(page.encode()).clauses[0].text == TEXT


def test_a_meta_element_inside_a_comment_says_nothing(extraction: Any) -> None:
    page = "<!-- <meta charset=windows-1252> -->" + _with_meta("utf-8")
    assert extraction.version(page.encode()).clauses[0].text == TEXT


def test_control_characters_do_not_cut_the_page_short(extraction: Any) -> None:
    page = (
        "<p>one\x01\x08\x0b\x0c\x1b[31m two\x7f\x85</p><p>\ufffe\uffff three</p><p>&#0;&#1;&#55296;&#x110000; four</p>"
    )
    texts = extraction.texts(page)
    assert [text.split()[-1].strip("\x7f\x85") for text in texts] == ["two", "three", "four"]
