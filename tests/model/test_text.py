"""What a reader sees, and what two texts are compared by."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import fold_text, fold_white_space, sha256_hex, visible_text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  a\t\r\n b  ", "a b"),
        ("a\u00a0b\u2003c\u3000d\u202fe", "a b c d e"),
        ("\u2028a\u2029", "a"),
        ("a\u200bb", "a\u200bb"),
        ("", ""),
        (" \u00a0 ", ""),
    ],
)
def test_white_space_of_every_kind_is_one_space(text: str, folded: str) -> None:
    assert fold_white_space(text) == folded


def test_quoted_text_keeps_every_character_but_spaces() -> None:
    assert visible_text("\u201cNo\u2011one\u201d\u00a0 reads\u00ad this \u2014 e\u0301ver\u200b") == (
        "\u201cNo\u2011one\u201d reads\u00ad this \u2014 \u00e9ver\u200b"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u2018a\u2019 \u201eb\u201c \u00abc\u00bb", '\'a\' "b" "c"'),
        ("a\u2010b\u2011c\u2013d\u2014e\u2212f", "a-b-c-d-e-f"),
        ("so\u00adft", "soft"),
        ("ze\u200bro", "zero"),
        ("a\ufe0fb\U000e0061c\U000e0100", "abc"),
        ("e\u0301", "\u00e9"),
        ("wait\u2026", "wait..."),
        ("a  b", "a b"),
        ("`a`", "'a'"),
    ],
)
def test_styles_of_quotes_dashes_and_spaces_are_the_same_text(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Data", "data"),
        ("paper", "p\u0430per"),
        ("paper", "\uff50aper"),
        ("a b", "ab"),
        ("18", "1 8"),
        ("may not", "may"),
        ("a\u202eb", "ab"),
        ("a/b", "a\u2044b"),
        ("\u00b2", "2"),
        ("a.", "a"),
    ],
)
def test_words_letters_and_their_order_are_the_text(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)


@given(text=st.text())
def test_folding_is_done_once_and_for_all(text: str) -> None:
    for fold in (fold_white_space, visible_text, fold_text):
        assert fold(fold(text)) == fold(text)
    assert fold_text(visible_text(text)) == fold_text(text)
    assert unicodedata.is_normalized("NFC", visible_text(text))


def _fold_slowly(text: str) -> str:
    """Return `fold_text(text)` by its definition, a character at a time."""
    folded = ""
    for character in unicodedata.normalize("NFC", text):
        if character in "\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\uff07`\u00b4":
            folded += "'"
        elif character in "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02":
            folded += '"'
        elif character in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d":
            folded += "-"
        elif character == "\u2026":
            folded += "..."
        elif not re.match(
            "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff"
            "\U000e0000-\U000e007f\U000e0100-\U000e01ef]",
            character,
        ):
            folded += character
    return _fold_white_space_slowly(folded)


def _fold_white_space_slowly(text: str) -> str:
    return re.sub(r"[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", " ", text).strip(" ")


_ODD = st.text(
    alphabet=st.sampled_from("ab  \t\n\x1c\x85\u00a0\u2003\u3000`'\u2019\u2014\u2026\u00ad\u200b\u0301e\U000e0061")
)


@given(text=st.text() | _ODD)
def test_short_cuts_lead_to_the_definition(text: str) -> None:
    assert fold_text(text) == _fold_slowly(text)
    assert fold_white_space(text) == _fold_white_space_slowly(text)
    assert visible_text(text) == _fold_white_space_slowly(unicodedata.normalize("NFC", text))


def test_every_character_folds_by_the_definition() -> None:
    every = [chr(code) for code in (*range(0x10000), *range(0xE0000, 0xE0200))]
    assert [text for text in every if fold_text(text) != _fold_slowly(text)] == []
    assert [text for text in every if fold_white_space(f"a{text}b") != _fold_white_space_slowly(f"a{text}b")] == []


def test_digests_are_of_utf_8_bytes() -> None:
    assert sha256_hex("\u00e9") == sha256_hex(b"\xc3\xa9")
    assert sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert len(sha256_hex("\ud800")) == 64
