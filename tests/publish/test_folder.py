"""The site folder on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tracker.errors import RenderError, UsageError
from tracker.model import sha256_hex
from tracker.publish import Sheet, write_site

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


class _Kill(BaseException):
    """The end of the process, as far as the folder is concerned."""


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """End the process at the n-th of a kind of step; `""` for never."""

    def arrange(step: str, number: int) -> None:
        left = [number]

        def die_first(real: Callable[..., object]) -> Callable[..., object]:
            def step_once(*arguments: object, **options: object) -> object:
                if left[0] == 0:
                    raise _Kill
                left[0] -= 1
                return real(*arguments, **options)

            return step_once

        monkeypatch.undo()
        if step == "replace":
            monkeypatch.setattr(os, "replace", die_first(os.replace))
        elif step == "write":
            monkeypatch.setattr(Path, "write_bytes", die_first(Path.write_bytes))
        elif step == "mkdir":
            monkeypatch.setattr(Path, "mkdir", die_first(Path.mkdir))
        elif step == "unlink":
            monkeypatch.setattr(Path, "unlink", die_first(Path.unlink))
        elif step:
            raise AssertionError(step)

    return arrange


OLD_PAGES = PAGES | {
    "timeline/2024-03/index.html": "month",
    "lantern/terms/2024-03-05T031705Z-904fd0ea-00000000/index.html": "will be withdrawn",
    "gone/deep/down/index.html": "will go",
}
NEW_PAGES = PAGES | {"index.html": "new front", "lantern/index.html": "new", "timeline/2024-04/index.html": "new month"}
STEPS = [(step, number) for step in ("replace", "write", "mkdir", "unlink") for number in range(8)]


def _require_completed(folder: Path, pages: dict[str, str]) -> None:
    """Build `pages` upon what a kill left; the site must be the one of a build that was not killed."""
    write_site(folder / "killed", pages.items(), withdraw=_withdraw)
    assert _everything(folder / "killed") == _everything(folder / "whole")


@pytest.mark.parametrize(("step", "number"), STEPS)
def test_after_a_kill_at_any_step_the_next_build_leaves_what_one_that_was_not_killed_leaves(
    tmp_path: Path, kill_at: Callable[[str, int], None], step: str, number: int
) -> None:
    write_site(tmp_path / "whole", OLD_PAGES.items(), withdraw=_withdraw)
    write_site(tmp_path / "whole", NEW_PAGES.items(), withdraw=_withdraw)
    write_site(tmp_path / "killed", OLD_PAGES.items(), withdraw=_withdraw)
    kill_at(step, number)
    with suppress(_Kill):
        write_site(tmp_path / "killed", NEW_PAGES.items(), withdraw=_withdraw)
    kill_at("", 0)
    _require_completed(tmp_path, NEW_PAGES)


@pytest.mark.parametrize(("step", "number"), STEPS)
def test_what_a_killed_build_began_and_the_next_does_not_render_is_taken_away(
    tmp_path: Path, kill_at: Callable[[str, int], None], step: str, number: int
) -> None:
    begun = {"new/deep/index.html": "n", "other/index.html": "o", "third/a/b/c/index.html": "t"}
    write_site(tmp_path / "whole", PAGES.items(), withdraw=_withdraw)
    write_site(tmp_path / "killed", PAGES.items(), withdraw=_withdraw)
    kill_at(step, number)
    with suppress(_Kill):
        write_site(tmp_path / "killed", {**begun, **PAGES}.items(), withdraw=_withdraw)
    kill_at("", 0)
    _require_completed(tmp_path, PAGES)


@pytest.mark.parametrize(("step", "number"), STEPS)
def test_a_first_build_that_is_killed_is_completed(
    tmp_path: Path, kill_at: Callable[[str, int], None], step: str, number: int
) -> None:
    write_site(tmp_path / "whole", PAGES.items(), withdraw=_withdraw)
    kill_at(step, number)
    with suppress(_Kill):
        write_site(tmp_path / "killed", PAGES.items(), withdraw=_withdraw)
    kill_at("", 0)
    _require_completed(tmp_path, PAGES)


def _everything(root: Path) -> dict[str, bytes | None]:
    """Every file with its bytes, and every folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None for path in root.rglob("*")
    }


def test_a_killed_build_keeps_a_change_page_that_it_published_and_the_next_does_not_know(
    tmp_path: Path, kill_at: Callable[[str, int], None]
) -> None:
    write_site(tmp_path, {"index.html": "front"}.items(), withdraw=_withdraw)
    kill_at("replace", 1)
    with pytest.raises(_Kill):
        write_site(
            tmp_path, {f"{CHANGE}/index.html": "change", "index.html": "new front"}.items(), withdraw=_withdraw
        )  # fmt: skip
    kill_at("", 0)
    report = write_site(tmp_path, {"index.html": "front"}.items(), withdraw=_withdraw)
    assert report.withdrawn == (f"{CHANGE}/index.html",)


def test_lines_of_a_journal_that_are_not_ours_lead_nowhere(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_site(site, PAGES.items(), withdraw=_withdraw)
    outside = tmp_path / "outside.html"
    outside.write_text("mine", encoding="utf-8")
    (tmp_path / ".outside.html.part").write_text("mine", encoding="utf-8")
    (site / "mine.html").write_text("mine", encoding="utf-8")
    (site / "away").symlink_to(tmp_path)
    lines = [
        b'"../outside.html"', b'"/etc/passwd"', b'"away/outside.html"', b'".git/config"', b"[1]", b"\xff\xfe",
        b'"cut of', b"null", b"[" * 10_000,
    ]  # fmt: skip
    (site / ".journal.jsonl").write_bytes(b"\n".join(lines))
    report = write_site(site, PAGES.items(), withdraw=_withdraw)
    assert (report.written, report.removed, report.withdrawn) == ((), (), ())
    assert outside.exists()
    assert (tmp_path / ".outside.html.part").exists()
    assert (site / "mine.html").read_text(encoding="utf-8") == "mine"
    assert not (site / ".journal.jsonl").exists()


def _never() -> str:
    raise AssertionError("it is there already")


def test_a_page_that_is_known_to_be_there_is_not_rendered(tmp_path: Path) -> None:
    write_site(tmp_path, [("a.html", "words")], withdraw=_withdraw)
    report = write_site(
        tmp_path, [Sheet(path="a.html", write=_never, sha256=sha256_hex("words"))], withdraw=_withdraw
    )  # fmt: skip
    assert (report.written, report.unchanged, report.removed) == ((), ("a.html",), ())


@pytest.mark.parametrize("state", ["missing", "altered", "link", "folder of another name"])
def test_a_page_that_is_not_as_it_is_known_is_rendered(tmp_path: Path, state: str) -> None:
    site = tmp_path / "site"
    write_site(site, [("a.html", "words")], withdraw=_withdraw)
    if state == "missing":
        (site / "a.html").unlink()
    elif state == "altered":
        (site / "a.html").write_text("other words", encoding="utf-8")
    elif state == "link":
        (site / "a.html").rename(tmp_path / "a.html")
        (site / "a.html").symlink_to(tmp_path / "a.html")
    else:
        (site / "a.html").unlink()
        (site / "b.html").mkdir()
    sheet = Sheet(path="a.html", write=lambda: "words", sha256=sha256_hex("words"))
    assert write_site(site, [sheet], withdraw=_withdraw).written == ("a.html",)
    assert not (site / "a.html").is_symlink()
    assert (site / "a.html").read_text(encoding="utf-8") == "words"


def test_an_error_leaves_the_journal_to_the_next_build(tmp_path: Path) -> None:
    sheets: list[tuple[str, str] | Sheet] = [("a.html", "words"), Sheet(path="b.html", write=_never)]
    with pytest.raises(AssertionError):
        write_site(tmp_path, sheets, withdraw=_withdraw)
    assert (tmp_path / "a.html").exists()
    report = write_site(tmp_path, [("c.html", "other")], withdraw=_withdraw)
    assert report.removed == ("a.html",)
    assert not (tmp_path / ".journal.jsonl").exists()


class Memory:
    """What is known of files, as a build hands it to the next."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, str]] = {}

    def recall(self) -> dict[str, tuple[str, str]]:
        return dict(self.rows)

    def note(self, rows: Mapping[str, tuple[str, str]], gone: Sequence[str]) -> None:
        self.rows |= rows
        for path in gone:
            self.rows.pop(path, None)


def _build(folder: Path, memory: Memory, pages: Mapping[str, str] = PAGES) -> tuple[str, ...]:
    sheets = [
        Sheet(path=path, write=partial(str, text), sha256=sha256_hex(text)) for path, text in pages.items()
    ]  # fmt: skip
    return write_site(folder, sheets, withdraw=_withdraw, memory=memory).written


def test_files_that_nobody_touched_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    assert _build(tmp_path, memory) == tuple(PAGES)
    real = Path.read_bytes
    read: list[str] = []

    def read_bytes(path: Path) -> bytes:
        read.append(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert _build(tmp_path, memory) == ()
    assert set(read) <= {".manifest.json"}


def test_a_file_that_was_altered_is_written_again_whatever_is_known(tmp_path: Path) -> None:
    memory = Memory()
    _build(tmp_path, memory)
    times = (tmp_path / "index.html").stat()
    (tmp_path / "index.html").write_text("FRONT", encoding="utf-8")
    os.utime(tmp_path / "index.html", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert _build(tmp_path, memory) == ("index.html",)
    assert _files(tmp_path) == PAGES
    assert _build(tmp_path, memory) == ()


def test_a_file_in_whose_place_a_link_stands_is_written_again(tmp_path: Path) -> None:
    memory = Memory()
    _build(tmp_path / "site", memory)
    page = tmp_path / "site" / "index.html"
    page.rename(tmp_path / "aside.html")
    page.symlink_to(tmp_path / "aside.html")
    assert _build(tmp_path / "site", memory) == ("index.html",)
    assert not page.is_symlink()


def test_what_is_known_of_files_that_are_gone_is_forgotten(tmp_path: Path) -> None:
    memory = Memory()
    _build(tmp_path, memory, PAGES | {"old/index.html": "old"})
    _build(tmp_path, memory)
    assert memory.rows.keys() == PAGES.keys()


def test_what_was_known_of_another_text_does_not_hold_for_a_new_one(tmp_path: Path) -> None:
    memory = Memory()
    _build(tmp_path, memory)
    assert _build(tmp_path, memory, PAGES | {"index.html": "new front"}) == ("index.html",)
    assert _build(tmp_path, memory, PAGES | {"index.html": "new front"}) == ()


def test_a_comparison_once_published_is_withdrawn_like_a_change(tmp_path: Path) -> None:
    paths = (
        "courier/privacy-policy/compare/2023-2024/index.html",
        "courier/privacy-policy/compare/first-latest/index.html",
    )
    others = ("courier/privacy-policy/compare/index.html", "courier/privacy-policy/compare/else/index.html")
    write_site(tmp_path, [(path, "words") for path in (*paths, *others)], withdraw=_withdraw)
    report = write_site(tmp_path, [("index.html", "front")], withdraw=_withdraw)
    assert report.withdrawn == paths
    assert report.removed == tuple(sorted(others))
