"""Pictures in PNG, drawn from SVG where resvg-py is installed, with fonts of our own: the same bytes everywhere."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tracker.errors import RenderError
from tracker.model import sha256_hex

_FONTS: Final = Path(__file__).resolve().parents[1] / "fonts"
_FAMILY: Final = "DejaVu Sans"
_FILES: Final = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
#: Elements that resvg follows to files, or might. Words of a picture are escaped: none is taken for an element.
_REFERRING: Final = re.compile(r"<(?:[\w.-]+:)?(?:image|feImage|use|style|foreignObject)\b", re.IGNORECASE)
#: Platform and encoding of the table of all of Unicode in a font (OpenType 1.9, `cmap`), and the form that it has.
_UNICODE: Final = (3, 10)
_SEGMENTED: Final = 12


class Painter:
    """Draws SVG as PNG. It reads no font of the machine, and refuses pictures that could name another file."""

    def __init__(self) -> None:
        """Find the renderer and the fonts.

        Raises:
            ImportError, PackageNotFoundError: If resvg-py is not installed.
            OSError: If the fonts cannot be read.
        """
        import resvg_py  # noqa: PLC0415 - an optional package

        self._render = resvg_py.svg_to_bytes
        self._fonts = [_FONTS / name for name in _FILES]
        digests = [sha256_hex(path.read_bytes()) for path in self._fonts]
        self.name = f"resvg-py {version('resvg-py')} {' '.join(digests)}"
        """All on which the bytes of a picture depend beside its SVG."""

    @cached_property
    def _covered(self) -> frozenset[int]:
        found = [frozenset(_read_coverage(path.read_bytes())) for path in self._fonts]
        return frozenset.intersection(*found) | {ord("\n"), ord("\t")}

    def covers(self, text: str) -> bool:
        """Return whether the fonts have every character of `text`."""
        return set(map(ord, text)) <= self._covered

    def paint(self, svg: str) -> bytes:
        """Return `svg` as PNG; the same SVG gives the same bytes.

        Raises:
            RenderError: If it cannot be drawn, or holds an element that could name another file.
        """
        if _REFERRING.search(svg):
            raise RenderError(
                "drawing a picture as PNG: it names another picture, which would be read from this machine"
            )
        try:
            drawn = self._render(
                svg_string=svg,
                skip_system_fonts=True,
                font_files=[str(path) for path in self._fonts],
                font_family=_FAMILY,
                sans_serif_family=_FAMILY,
                languages=["en"],
            )
        except ValueError as error:
            raise RenderError(f"drawing a picture as PNG: {error}") from error
        return bytes(drawn)


def find_painter() -> Painter | None:
    """Return what draws pictures as PNG; None where resvg-py is not installed."""
    try:
        return Painter()
    except (ImportError, PackageNotFoundError):
        return None


def _read_coverage(font: bytes) -> Iterator[int]:
    """Yield the code points that a font has a glyph for."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = (struct.unpack_from(">4sIII", font, 12 + 16 * place) for place in range(count))
    start = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    (encodings,) = struct.unpack_from(">H", font, start + 2)
    for place in range(encodings):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * place)
        form, groups = struct.unpack_from(">H10xI", font, start + offset)
        if (platform, encoding) == _UNICODE and form == _SEGMENTED:
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", font, start + offset + 16 + 12 * group)
                yield from range(first, last + 1)
