"""The site folder on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.errors import RenderError, UsageError
from tracker.publish import write_site

CHANGE = "courier/privacy-policy/2024-03-05T031705Z-904fd0ea-dc3faefa"
PAGES = {
    "index.html": "front",
    "courier/index.html": "service",
    f"{CHANGE}/index.html": "change",
    f"{CHANGE}/change.json": "{}",
    f"{CHANGE}/card.svg": "<svg/>",
}


def _withdraw(path: str) -> str:
    return f"{path} no longer stands"


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".manifest.json"
    }


def test_a_site_is_written_whole(tmp_path: Path) -> None:
    report = write_site(tmp_path / "site", PAGES.items(), withdraw=_withdraw)
    assert _files(tmp_path / "site") == PAGES
    assert report.written == tuple(PAGES)
    assert (report.unchanged, report.removed, report.withdrawn) == ((), (), ())


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    write_site(tmp_path, PAGES.items(), withdraw=_withdraw)
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in PAGES}
    report = write_site(tmp_path, (PAGES | {"index.html": "new front"}).items(), withdraw=_withdraw)
    assert report.written == ("index.html",)
    assert set(report.unchanged) == set(PAGES) - {"index.html"}
    assert {path for path in PAGES if (tmp_path / path).stat().st_mtime_ns != before[path]} == {"index.html"}


def test_a_page_that_was_damaged_is_written_again(tmp_path: Path) -> None:
    write_site(tmp_path, PAGES.items(), withdraw=_withdraw)
    (tmp_path / "index.html").write_text("half", encoding="utf-8")
    assert write_site(tmp_path, PAGES.items(), withdraw=_withdraw).written == ("index.html",)


def test_what_is_rendered_no_longer_goes_with_its_empty_folders(tmp_path: Path) -> None:
    pages = PAGES | {"timeline/2024-03/index.html": "month"}
    write_site(tmp_path, pages.items(), withdraw=_withdraw)
    (tmp_path / "CNAME").write_text("watch.example", encoding="utf-8")
    report = write_site(tmp_path, PAGES.items(), withdraw=_withdraw)
    assert report.removed == ("timeline/2024-03/index.html",)
    assert not (tmp_path / "timeline").exists()
    assert (tmp_path / "CNAME").exists()


def test_a_change_page_never_dies(tmp_path: Path) -> None:
    write_site(tmp_path, PAGES.items(), withdraw=_withdraw)
    left = {"index.html": "front", "courier/index.html": "service"}
    report = write_site(tmp_path, left.items(), withdraw=_withdraw)
    dead = (f"{CHANGE}/card.svg", f"{CHANGE}/change.json", f"{CHANGE}/index.html")
    assert report.withdrawn == dead
    assert report.removed == ()
    assert _files(tmp_path) == left | {path: _withdraw(path) for path in dead}
    again = write_site(tmp_path, left.items(), withdraw=_withdraw)
    assert again.written == ()
    assert again.withdrawn == dead
    back = write_site(tmp_path, PAGES.items(), withdraw=_withdraw)
    assert back.withdrawn == ()
    assert _files(tmp_path) == PAGES


def test_a_folder_of_somebody_else_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds files that this tracker did not write") as caught:
        write_site(tmp_path, PAGES.items(), withdraw=_withdraw)
    assert str(tmp_path) in str(caught.value)
    assert _files(tmp_path) == {"thesis.txt": "mine"}


@pytest.mark.parametrize("manifest", ["", "[]", '{"schema": "other/1", "files": []}', '{"files": 3}'])
def test_a_manifest_that_is_not_ours_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / ".manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(UsageError, match="manifest"):
        write_site(tmp_path, PAGES.items(), withdraw=_withdraw)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="it is a file"):
        write_site(tmp_path / "site", PAGES.items(), withdraw=_withdraw)


@pytest.mark.parametrize(
    "path",
    [
        "../out.html",
        "/etc/out.html",
        "a/../../out.html",
        "a//b.html",
        "",
        ".",
        ".manifest.json",
        "a\\b",
        "a/.git/x",
        "./a",
    ],
)
def test_a_path_that_leads_out_or_hides_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(RenderError, match="will not write"):
        write_site(tmp_path / "site", [(path, "x")], withdraw=_withdraw)
    assert _files(tmp_path) == {}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside"
    outside.mkdir()
    write_site(site, [("index.html", "front")], withdraw=_withdraw)
    (site / "courier").symlink_to(outside, target_is_directory=True)
    with pytest.raises(RenderError, match="link to somewhere else"):
        write_site(site, PAGES.items(), withdraw=_withdraw)
    assert list(outside.iterdir()) == []


def test_a_linked_file_is_replaced_and_what_it_pointed_to_stands(tmp_path: Path) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside.txt"
    outside.write_text("front", encoding="utf-8")
    write_site(site, [("index.html", "front")], withdraw=_withdraw)
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(outside)
    write_site(site, [("index.html", "new")], withdraw=_withdraw)
    assert outside.read_text(encoding="utf-8") == "front"
    assert not (site / "index.html").is_symlink()


def test_two_pages_at_one_address_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="two pages"):
        write_site(tmp_path, [("a.html", "1"), ("a.html", "2")], withdraw=_withdraw)


def test_a_build_that_stops_half_way_is_completed_by_the_next(tmp_path: Path) -> None:
    def fails() -> Iterator[tuple[str, str]]:
        yield "old/index.html", "will go"
        raise RenderError("no further")

    with pytest.raises(RenderError, match="no further"):
        write_site(tmp_path, fails(), withdraw=_withdraw)
    report = write_site(tmp_path, PAGES.items(), withdraw=_withdraw)
    assert report.removed == ("old/index.html",)
    assert _files(tmp_path) == PAGES
