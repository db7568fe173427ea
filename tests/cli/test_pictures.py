"""Pictures of changes in PNG, for those who show shared links."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tracker.pipeline import site as building
from tracker.publish import Painter, find_painter

DOCUMENT = "Lantern/Privacy Policy"
SECRET = "Zebulon Quagmire of our office hands every letter that he reads to the harbour police."
PAINTER = find_painter()
pytestmark = [
    pytest.mark.extras,
    pytest.mark.skipif(PAINTER is None, reason="resvg-py is absent: pip install resvg-py"),
]


@pytest.fixture
def told(lantern: Any, make_page: Any, sentences: Any) -> Any:
    lantern.configure(site_url="https://watch.example/policies/", confirm_seconds=0, search="none")
    lantern.site.serve("/privacy", make_page(*sentences, SECRET))
    assert lantern.run(2).code == 0
    assert lantern.run(3).code == 0
    return lantern


def change_folder(watch: Any) -> Path:
    [found] = Path(watch.folder, "site").glob("lantern/privacy-policy/2024-10-02*")
    return found


def painted(path: Path) -> bytes:
    """The picture that the SVG beside `path` makes."""
    assert PAINTER is not None
    return PAINTER.paint(path.with_name("card.svg").read_text(encoding="utf-8"))


def shown(watch: Any) -> dict[str, str]:
    """What the page of the change says of its picture."""
    page = BeautifulSoup((change_folder(watch) / "index.html").read_text(encoding="utf-8"), "lxml")
    tags = page.find_all("meta", content=True)
    found = {str(tag.get("property") or tag.get("name")): str(tag["content"]) for tag in tags}
    return {name: value for name, value in found.items() if "image" in name}


def test_a_change_has_its_picture_as_png_and_names_it(told: Any) -> None:
    picture = change_folder(told) / "card.png"
    assert picture.read_bytes() == painted(picture)
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1200, 630)
    facts = shown(told)
    address = f"https://watch.example/policies/lantern/privacy-policy/{picture.parent.name}/card.png"
    assert facts["og:image"] == facts["twitter:image"] == address
    assert facts["og:image:type"] == "image/png"
    assert (facts["og:image:width"], facts["og:image:height"]) == ("1200", "630")


def test_without_the_package_the_svg_stays(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "find_painter", lambda: None)
    assert told.tracker("site", "build").code == 0
    assert not (change_folder(told) / "card.png").exists()
    assert (change_folder(told) / "card.svg").exists()
    facts = shown(told)
    assert facts["og:image"].endswith("/card.svg")
    assert facts["og:image:type"] == "image/svg+xml"


def test_a_picture_of_which_nothing_changed_is_not_drawn_again(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    real = Painter.paint

    def paint(self: Painter, svg: str) -> bytes:
        drawn.append(len(svg))
        return real(self, svg)

    monkeypatch.setattr(Painter, "paint", paint)
    assert told.tracker("site", "build").code == 0
    assert drawn == []
    picture = change_folder(told) / "card.png"
    whole = picture.read_bytes()
    picture.write_bytes(whole[:100])
    assert told.tracker("site", "build").code == 0
    assert (len(drawn), picture.read_bytes()) == (1, whole)


def test_a_withheld_text_leaves_a_tombstone(told: Any) -> None:
    picture = change_folder(told) / "card.png"
    before = picture.read_bytes()
    assert told.tracker("withhold", DOCUMENT, "2024-10-02", "--reason", "Court order").code == 0
    assert told.tracker("site", "build").code == 0
    assert "Zebulon" not in picture.with_name("card.svg").read_text(encoding="utf-8")
    assert picture.read_bytes() == painted(picture) != before


def test_words_that_no_font_of_ours_has_are_left_out_and_said_to_be(told: Any, make_page: Any, sentences: Any) -> None:
    told.site.serve("/privacy", make_page(*sentences, SECRET, "我们可能会与第三方共享您的个人信息和电话号码。"))
    assert told.run(8).code == 0
    [folder] = Path(told.folder, "site").glob("lantern/privacy-policy/2024-10-08*")
    picture = folder / "card.png"
    assert "我们" in picture.with_name("card.svg").read_text(encoding="utf-8")
    content = picture.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert content != painted(picture)
