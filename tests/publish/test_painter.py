"""SVG becomes PNG."""

from __future__ import annotations

import builtins
import struct
import zlib
from typing import Any

import pytest

from tracker.errors import RenderError
from tracker.publish import Painter, find_painter

FOUND = find_painter()
pytestmark = pytest.mark.skipif(FOUND is None, reason="resvg-py is absent: pip install resvg-py")


def svg(words: str, *, weight: int = 400, font: str = "sans-serif") -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="60" viewBox="0 0 600 60">'
        '<rect width="600" height="60" fill="#ffffff"/>'
        f'<text x="10" y="40" font-size="30" font-weight="{weight}" font-family="{font}">{words}</text></svg>'
    )


@pytest.fixture
def painter() -> Painter:
    assert FOUND is not None
    return FOUND


def test_a_picture_has_the_size_of_its_svg_and_no_text_beside_it(painter: Painter) -> None:
    png = painter.paint(svg("Law enforcement"))
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (600, 60)
    chunks, place = [], 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind = png[place + 4 : place + 8]
        assert zlib.crc32(png[place + 4 : place + 8 + length]) == struct.unpack(">I", png[place + 8 + length :][:4])[0]
        chunks.append(kind)
        place += 12 + length
    assert set(chunks) == {b"IHDR", b"IDAT", b"IEND"}


def test_the_same_svg_gives_the_same_bytes(painter: Painter) -> None:
    again = find_painter()
    assert again is not None
    assert again.name == painter.name
    assert again.paint(svg("Law enforcement")) == painter.paint(svg("Law enforcement"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (svg("Law"), svg("Lay")),
        (svg("Law"), svg("Law", weight=700)),
        (svg("Datenschutzerklärung"), svg("Datenschutzerklarung")),
        (svg("наших"), svg("нашим")),
        (svg("نحتفظ"), svg("نحفظ")),
    ],
)
def test_words_and_weights_are_drawn(painter: Painter, one: str, other: str) -> None:
    assert painter.paint(one) != painter.paint(other)


def test_no_font_of_the_machine_is_taken(painter: Painter) -> None:
    """What the style sheet of a picture names first may be there or not: the picture is the same."""
    assert painter.paint(svg("Law", font="'DejaVu Serif', monospace, sans-serif")) == painter.paint(svg("Law"))


def test_it_knows_which_letters_it_has(painter: Painter) -> None:
    for text in ("Law enforcement: “8.3”, 5 €…", "Datenschutz\nÜberblick", "наших", "نحتفظ"):
        assert painter.covers(text), text
    for text in ("我们可能会", "a\U0001f9a6b", "\ue123"):
        assert not painter.covers(text), text


@pytest.mark.parametrize("element", ["image", "svg:image", "feImage", "use", "style", "IMAGE"])
def test_a_picture_that_could_name_a_file_is_refused(painter: Painter, element: str) -> None:
    """The renderer would read it."""
    with pytest.raises(RenderError, match="names another picture"):
        painter.paint(svg("Law").replace("</svg>", f'<{element} href="/etc/passwd"/></svg>'))
    assert painter.paint(svg("&lt;image href=x&gt;"))


@pytest.mark.parametrize(
    "wrong", ["", "<svg", "no svg", "<svg xmlns='http://www.w3.org/2000/svg' width='0' height='0'/>"]
)
def test_what_is_no_picture_is_an_error(painter: Painter, wrong: str) -> None:
    with pytest.raises(RenderError, match="drawing a picture"):
        painter.paint(wrong)


def test_without_the_package_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def load(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "resvg_py":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", load)
    assert find_painter() is None
