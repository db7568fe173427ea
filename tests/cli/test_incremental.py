"""A site that is built upon an earlier one is the site that is built anew, byte for byte, whatever came between."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.model import Change, Stretch
from tracker.pipeline import comparing
from tracker.publish import folder as publishing
from tracker.render import change_pages

DOCUMENT = "Lantern/Privacy Policy"
SECRET = "Zebulon Quagmire of our office hands every letter that he reads to the harbour police."
LONGER = "Accounts which nobody has opened for eighteen months are removed together with their contents."
LATER = "Accounts which nobody has opened for nine months are removed together with their contents."
AT = "2024-11-05T09:30:00Z"


@pytest.fixture
def told(lantern: Any, make_page: Any, sentences: Any) -> Any:
    """Two documents; one with two changes, the first of which brought a secret that the second took away."""
    lantern.configure(site_url="https://watch.example/policies/", confirm_seconds=0)
    lantern.site.serve("/terms", make_page(*sentences, title="Terms at Lantern"))
    lantern.declare("Lantern", {"Privacy Policy": "/privacy", "Terms of Service": "/terms"})
    lantern.site.serve("/privacy", make_page(*sentences, SECRET))
    assert lantern.run(2).code == 0
    assert lantern.run(3).code == 0
    lantern.site.serve("/privacy", make_page(*sentences[:2], LONGER, *sentences[3:]))
    assert lantern.run(8).code == 0
    assert lantern.run(9).code == 0
    return lantern


def published(folder: Path) -> dict[str, bytes]:
    """Every file of a site folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }  # fmt: skip


def require_same_as_anew(watch: Any, name: str) -> None:
    """Build upon the site that is there, then anew in the folder `name` with nothing kept; both must be equal."""
    assert watch.tracker("site", "build").code == 0
    cache = next(watch.folder.glob("archive.git/policy-tracker/cache.sqlite"))
    for path in cache.parent.glob("cache.sqlite*"):
        path.rename(path.with_name(f"aside-{path.name}"))
    assert watch.tracker("site", "build", "--site", name).code == 0
    for path in cache.parent.glob("cache.sqlite*"):
        path.unlink()
    for path in cache.parent.glob("aside-*"):
        path.rename(path.with_name(path.name.removeprefix("aside-")))
    upon, anew = published(watch.folder / "site"), published(watch.folder / name)
    assert upon.keys() == anew.keys()
    assert [path for path in upon if upon[path] != anew[path]] == []


def correct(watch: Any, **correction: Any) -> None:
    folder = watch.folder / "corrections"
    folder.mkdir(exist_ok=True)
    row = {"reason": "It only repeats section 2.", "by": "Ann Lee", "at": AT} | correction
    (folder / f"{len(list(folder.iterdir()))}.json").write_text(json.dumps(row), encoding="utf-8")


def slugs(watch: Any) -> list[str]:
    return sorted(path.parent.name for path in (watch.folder / "site").glob("lantern/privacy-policy/*/change.json"))


def new_version(watch: Any, make_page: Any, sentences: Any) -> None:
    watch.site.serve("/privacy", make_page(*sentences[:2], LATER, *sentences[3:]))
    assert watch.run(15).code == 0
    assert watch.run(16).code == 0


def correct_effect(watch: Any, _make_page: Any, _sentences: Any) -> None:
    correct(watch, change=slugs(watch)[-1], field="effect", value="neutral")


def retract(watch: Any, _make_page: Any, _sentences: Any) -> None:
    correct(watch, change=slugs(watch)[-1], field="retract", value=True)


def withhold(watch: Any, _make_page: Any, _sentences: Any) -> None:
    assert watch.tracker("withhold", DOCUMENT, "2024-10-03", "--reason", "Court order 12/2025").code == 0


def publish_again(watch: Any, _make_page: Any, _sentences: Any) -> None:
    withhold(watch, _make_page, _sentences)
    assert watch.tracker("site", "build").code == 0
    assert watch.tracker("withhold", DOCUMENT, "2024-10-03", "--reason", "It was lifted", "--undo").code == 0


def rename_service(watch: Any, _make_page: Any, _sentences: Any) -> None:
    terms = {"Privacy Policy": "/privacy", "Terms of Service": "/terms"}
    watch.declare("Lantern", terms, name="Lantern & Sons")


def rename_site(watch: Any, _make_page: Any, _sentences: Any) -> None:
    watch.configure(site_url="https://watch.example/policies/", confirm_seconds=0, title="The Night Watch")


def move_site(watch: Any, _make_page: Any, _sentences: Any) -> None:
    watch.configure(site_url="https://elsewhere.example/", confirm_seconds=0)


def forget_address(watch: Any, _make_page: Any, _sentences: Any) -> None:
    watch.configure(confirm_seconds=0)


def import_figures(watch: Any, _make_page: Any, _sentences: Any, *, at: str = "2024-10-20", requests: int = 3) -> None:
    rows = [{"from": "20240701", "to": "20240930", "requests": requests, "users": 7}]
    (watch.folder / "figures.json").write_text(json.dumps({"NOR": rows}), encoding="utf-8")
    ran = watch.tracker("transparency", "import", "figures.json", "--publisher", "Lantern", "--at", at)
    assert ran.code == 0, ran.err


def revise_figures(watch: Any, make_page: Any, sentences: Any) -> None:
    import_figures(watch, make_page, sentences)
    assert watch.tracker("site", "build").code == 0
    import_figures(watch, make_page, sentences, at="2024-11-20", requests=5)


EVENTS = (
    import_figures,
    revise_figures,
    new_version, correct_effect, retract, withhold, publish_again, rename_service, rename_site, move_site,
    forget_address,
)  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_whatever_happens_between_two_builds_the_site_is_the_one_built_anew(
    told: Any, make_page: Any, sentences: Any, event: Callable[..., None]
) -> None:
    before = published(told.folder / "site")
    event(told, make_page, sentences)
    require_same_as_anew(told, "anew")
    if event is not publish_again:
        assert published(told.folder / "site") != before


def test_one_event_after_the_other_leaves_the_site_that_is_built_anew(
    told: Any, make_page: Any, sentences: Any
) -> None:
    for place, event in enumerate((correct_effect, withhold, new_version, retract, rename_service, move_site)):
        event(told, make_page, sentences)
        require_same_as_anew(told, f"anew-{place}")


def count_writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    written: list[str] = []
    real = change_pages._write_change

    def write(context: Any, listing: Any, entry: Any) -> str:
        written.append(entry.path)
        return real(context, listing, entry)

    monkeypatch.setattr(change_pages, "_write_change", write)
    return written


def test_a_page_of_which_nothing_changed_is_not_written_again(
    told: Any, make_page: Any, sentences: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.tracker("site", "build")
    written = count_writes(monkeypatch)
    assert told.tracker("site", "build").code == 0
    assert written == []
    told.site.serve("/terms", make_page(*sentences[1:], title="Terms at Lantern"))
    assert told.run(15).code == 0
    assert [path.split("/")[1] for path in written] == ["terms-of-service"]


def test_a_comparison_of_which_nothing_changed_is_neither_compared_nor_written_again(
    told: Any, make_page: Any, sentences: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.site.serve("/terms", make_page(*sentences[1:], title="Terms at Lantern"))
    assert told.run(12).code == 0
    assert told.run(13).code == 0
    asked: list[str] = []
    real = comparing.Comparer.compare

    def compare(self: comparing.Comparer, stretch: Stretch) -> Change:
        asked.append(f"{stretch.old.document.terms_type} {stretch.reach}")
        return real(self, stretch)

    monkeypatch.setattr(comparing.Comparer, "compare", compare)
    assert told.tracker("site", "build").code == 0
    assert asked == []
    new_version(told, make_page, sentences)
    assert set(asked) == {"Privacy Policy first-latest"}


def test_years_are_compared_as_soon_as_a_new_one_brings_a_text(told: Any, make_page: Any, sentences: Any) -> None:
    folder = told.folder / "site/lantern/privacy-policy/compare"
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["first-latest"]
    told.site.serve("/privacy", make_page(*sentences[:2], LATER, *sentences[3:]))
    assert told.run("2025-02-01T03:00:00Z").code == 0
    page = (folder / "2024-2025/index.html").read_text(encoding="utf-8")
    assert "nine" in page
    assert SECRET not in (folder / "first-latest/index.html").read_text(encoding="utf-8")
    require_same_as_anew(told, "anew")


def test_a_page_that_was_altered_is_written_again(told: Any) -> None:
    told.tracker("site", "build")
    path = told.folder / "site" / f"lantern/privacy-policy/{slugs(told)[0]}/index.html"
    whole = path.read_bytes()
    path.write_bytes(whole + b"<!-- altered -->")
    told.tracker("site", "build")
    assert path.read_bytes() == whole
    path.unlink()
    told.tracker("site", "build")
    assert path.read_bytes() == whole


def cached_rows(watch: Any) -> list[bytes]:
    with sqlite3.connect(watch.folder / "archive.git/policy-tracker/cache.sqlite") as connection:
        rows = [zlib.decompress(value) for (value,) in connection.execute("SELECT value FROM results")]
    connection.close()
    return rows


def test_a_withheld_text_is_in_no_cache(told: Any, make_page: Any, sentences: Any) -> None:
    for command in (("log",), ("log", DOCUMENT), ("history", DOCUMENT), ("site", "build")):
        told.tracker(*command)
    assert any(b"zebulon" in row.lower() for row in cached_rows(told))
    withhold(told, None, None)
    assert not any(b"zebulon" in row.lower() for row in cached_rows(told))
    for command in (("log",), ("log", DOCUMENT), ("history", DOCUMENT), ("site", "build")):
        assert told.tracker(*command).code == 0
    new_version(told, make_page, sentences)
    assert not any(b"zebulon" in row.lower() for row in cached_rows(told))


def test_a_cache_heeds_a_decision_that_another_machine_made(told: Any) -> None:
    told.tracker("log")
    cache = told.folder / "archive.git/policy-tracker/cache.sqlite"
    kept = cache.read_bytes()
    withhold(told, None, None)
    for path in cache.parent.glob("cache.sqlite-*"):
        path.unlink()
    cache.write_bytes(kept)
    assert any(b"zebulon" in row.lower() for row in cached_rows(told))
    assert told.tracker("site", "build").code == 0
    assert not any(b"zebulon" in row.lower() for row in cached_rows(told))


def test_damaged_rows_are_worked_out_anew(told: Any) -> None:
    told.tracker("site", "build")
    for value in (b"no packed value", zlib.compress(b'{"kind": "editorial"}'), zlib.compress(b"[[1], null]")):
        with sqlite3.connect(told.folder / "archive.git/policy-tracker/cache.sqlite") as connection:
            connection.execute("UPDATE results SET value = ? WHERE name <> 'withheld'", (value,))
        connection.close()
        assert told.tracker("site", "build").code == 0
    require_same_as_anew(told, "anew")


class Killed(BaseException):
    """As if the process had ended."""


@pytest.mark.parametrize("survived", [0, 1, 2, 5, 9, 20])
def test_a_build_that_is_killed_is_completed_by_the_next(
    told: Any, make_page: Any, sentences: Any, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    correct_effect(told, make_page, sentences)
    rename_service(told, make_page, sentences)
    real = publishing._write
    count = 0

    def write(target: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count > survived:
            raise Killed
        real(target, content)

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "_write", write)
        with pytest.raises(Killed):
            told.tracker("site", "build")
    require_same_as_anew(told, "anew")
    assert not (told.folder / "site" / publishing.JOURNAL).exists()
