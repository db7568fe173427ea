"""Links keep their words, and get targets that work anywhere and run nothing."""

from __future__ import annotations

from typing import Any

import pytest


def _masked(address: str, key: int = 0x3C) -> str:
    """Return `address` as Cloudflare masks it."""
    return bytes([key, *(byte ^ key for byte in address.encode())]).hex()


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("/a", "https://example.org/a"),
        ("a", "https://example.org/legal/a"),
        ("../a?b=c#d", "https://example.org/a?b=c#d"),
        ("//other.example/x", "https://other.example/x"),
        ("?q=1", "https://example.org/legal/privacy?q=1"),
        ("https://other.example/x#", "https://other.example/x#"),
        ("HTTPS://other.example/X", "HTTPS://other.example/X"),
        (" /a ", "https://example.org/a"),
        ("/a\n b", "https://example.org/a%20b"),
        ("#part-2", "#part-2"),
        ("mailto:post@example.org", "mailto:post@example.org"),
        ("tel:+123", "tel:+123"),
        ("/a_(b)_*c*", "https://example.org/a_%28b%29_*c*"),
        ("/a&amp;b&copy;", "https://example.org/a&b%C2%A9"),
        ("/a&amp;amp;b", "https://example.org/a&amp;b"),
        ("/caf\u00e9", "https://example.org/caf%C3%A9"),
        ("/50%25 of", "https://example.org/50%25%20of"),
    ],
)
def test_targets_are_absolute(extraction: Any, written: str, target: str) -> None:
    assert extraction.links(f'<meta charset="utf-8"><p>See <a href="{written}">this</a>.</p>') == [("this", target)]


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://example.org/x",
        "ftp://example.org/x",
        "http://[broken",
        "",
        "/" + "x" * 5000,
    ],
)
def test_targets_that_lead_nowhere_safe_go_and_their_words_stay(extraction: Any, written: str) -> None:
    version = extraction.version(f'<p>See <a href="{written}">this</a>.</p>')
    assert [(clause.text, clause.links) for clause in version.clauses] == [("See this.", ())]
    assert "](" not in version.markdown


def test_the_base_element_is_the_base_of_links(extraction: Any) -> None:
    page = '<head><base target="x"><base href="/other/"></head><p><a href="a">one</a> <a href="#f">two</a></p>'
    assert extraction.links(page) == [("one", "https://example.org/other/a"), ("two", "#f")]


def test_a_base_that_cannot_be_read_is_passed_over(extraction: Any) -> None:
    page = '<head><base href="http://[broken"></head><p><a href="a">one</a></p>'
    assert extraction.links(page) == [("one", "https://example.org/legal/a")]


def test_a_link_without_words_is_no_link(extraction: Any) -> None:
    page = '<p>One <a href="/x"></a><a href="/y"> </a><a href="/z"><img src="z.png" alt="z"></a>two</p>'
    assert extraction.links(page) == []
    assert extraction.texts(page) == ["One two"]


def test_a_link_after_an_exclamation_mark_is_no_image(extraction: Any) -> None:
    page = '<p>Stop!<a href="/x">Read</a> \\!<b>!</b><a href="/y">this</a> ! <a href="/z">too</a></p>'
    assert extraction.texts(page) == ["Stop!Read \\!!this ! too"]
    assert [words for words, _ in extraction.links(page)] == ["Read", "this", "too"]


def test_links_inside_equal_links_are_one(extraction: Any) -> None:
    page = '<p>Ask <a href="/x"><a href="/x">https://example.org/x</a></a> now</p>'
    assert extraction.links(page) == [("https://example.org/x", "https://example.org/x")]


def test_emphasis_inside_a_link_leaves_one_link(extraction: Any) -> None:
    page = '<p><a href="/x">read <b>all</b> of <i>it</i></a></p>'
    assert extraction.links(page) == [("read all of it", "https://example.org/x")]


def test_a_link_across_blocks_links_each(extraction: Any) -> None:
    page = '<a href="/x"><p>one</p><p>two</p></a>'
    assert extraction.links(page) == [("one", "https://example.org/x"), ("two", "https://example.org/x")]


def test_offsets_of_links_find_the_right_one_of_equal_words(extraction: Any) -> None:
    version = extraction.version('<p>here, here and <a href="/x">here</a></p>')
    link = version.clauses[0].links[0]
    assert (link.start, link.end) == (15, 19)


def test_a_masked_address_is_written_out(extraction: Any) -> None:
    mask = _masked("post@example.org")
    page = (
        f'<p>Write to <a class="__cf_email__" href="/cdn-cgi/l/email-protection" data-cfemail="{mask}">[email&#160;'
        f'protected]</a> or <a href="/cdn-cgi/l/email-protection#{mask}">us</a> or '
        f'<span data-cfemail="{mask}">[email]</span>.</p>'
    )
    assert extraction.texts(page) == ["Write to post@example.org or us or post@example.org."]
    assert extraction.links(page) == [("us", "mailto:post@example.org")]


def test_the_mask_makes_no_difference_to_the_version(extraction: Any) -> None:
    versions = {
        extraction.version(f'<p><a href="/cdn-cgi/l/email-protection#{mask}"><i data-cfemail="{mask}">x</i></a></p>')
        for mask in (_masked("post@example.org", key) for key in (0, 1, 0x7F, 0xFF))
    }
    assert len(versions) == 1
    assert versions.pop().clauses[0].text == "post@example.org"


@pytest.mark.parametrize("mask", ["", "zz", "3c", "3cff", "3c5", _masked("no address"), _masked("a@b\n.example")])
def test_what_is_no_masked_address_keeps_its_words(extraction: Any, mask: str) -> None:
    page = f'<p>Ask <a href="/cdn-cgi/l/email-protection#{mask}" data-cfemail="{mask}">us</a>.</p>'
    assert extraction.texts(page) == ["Ask us."]
    assert extraction.links(page) == []
