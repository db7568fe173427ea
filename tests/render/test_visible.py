"""Nothing that a page carries stays hidden."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.render.visible import list_deceptive, list_hidden, mark_hidden, quote_html, terminal_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay\u200bload", "pay[U+200B]load"),
        ("soft\u00adhyphen", "soft[U+00AD]hyphen"),
        ("tag\U000e0041", "tag[U+E0041]"),
        ("null\x00", "null[U+0000]"),
        ("half\ud800", "half[U+D800]"),
        ("not a character\ufffe", "not a character[U+FFFE]"),
        ("a\ufe0f", "a[U+FE0F]"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ],
    ids=[
        "zero width",
        "soft hyphen",
        "tag",
        "null",
        "surrogate",
        "noncharacter",
        "selector",
        "lines",
        "emoji",
        "farsi",
    ],
)
def test_hidden_characters_are_named_and_ordinary_ones_left(text: str, shown: str) -> None:
    assert mark_hidden(text) == shown


def test_bidirectional_controls_are_shown_and_have_no_effect() -> None:
    quoted = quote_html("pay \u202e100 now")
    assert "\u202e" not in quoted
    assert '<span class="mark" dir="ltr" title="right-to-left override">[U+202E]</span>' in quoted


def test_hidden_characters_are_listed_by_name_and_deceptive_ones_apart() -> None:
    text = "a\u202eb\u200bc\u202e \u0645\u06cc\u200c\u062e"
    assert list_hidden(text) == ("[U+202E] right-to-left override", "[U+200B] zero width space")
    assert list_deceptive(text) == ("[U+202E] right-to-left override",)
    # Marks that Hebrew and Arabic texts need deceive nobody.
    assert list_deceptive("\u05d0\u200f(\u200e1)") == ()


@given(st.text())
def test_quoted_text_holds_no_markup_but_ours_and_loses_no_visible_letter(text: str) -> None:
    quoted = str(quote_html(text))
    tags = set(re.findall("<[^>]*>", quoted))
    assert all(tag == "</span>" or tag.startswith('<span class="mark" dir="ltr" title="') for tag in tags)
    assert html.unescape(re.sub("<[^>]*>", "", quoted)) == html.unescape(html.escape(mark_hidden(text)))


@given(st.text())
def test_a_terminal_is_handed_no_control_character(text: str) -> None:
    assert not [c for c in terminal_text(text) if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]


def test_a_megabyte_without_a_break_is_quoted_at_once() -> None:
    assert len(quote_html("a" * 1_000_000)) == 1_000_000
    assert terminal_text(" " * 200_000 + ":" * 200_000)
