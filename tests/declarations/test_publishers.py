"""What `transparency/<Publisher>.json` may say, and what is said of one that is wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import Dataset, LoadedPublishers, load_publisher_files, load_publishers
from tracker.model import DocumentKey

URL = "https://example.org/figures.json"
GOOD: dict[str, Any] = {
    "document": "Courier/Privacy Policy",
    "made_up": True,
    "datasets": [{"name": "community", "fetch": URL, "form": "by-country", "credit": "Ann Lee, CC BY 4.0"}],
}


def errors(loaded: LoadedPublishers) -> list[tuple[str, str, str]]:
    return [(Path(error.file).name, error.path, error.cause) for error in loaded.errors]


def test_a_folder_that_is_absent_is_about_nobody(tmp_path: Path) -> None:
    assert load_publishers(tmp_path / "none") == LoadedPublishers()


def test_a_publisher_is_named_by_its_file(folder: Path, write: Any) -> None:
    path = write("Courier.json", GOOD)
    (publisher,) = load_publishers(folder).publishers
    assert (publisher.name, publisher.is_made_up, publisher.file) == ("Courier", True, str(path))
    assert publisher.document == DocumentKey.parse("Courier/Privacy Policy")
    assert publisher.datasets == (
        Dataset(name="community", url=URL, form="by-country", credit="Ann Lee, CC BY 4.0"),
    )  # fmt: skip


def test_every_key_may_be_left_out(folder: Path, write: Any) -> None:
    write("Courier.json", {})
    write("Lantern.json", {"datasets": [{"name": "own", "fetch": URL}]})
    courier, lantern = load_publishers(folder).publishers
    assert (courier.document, courier.is_made_up, courier.datasets) == (None, False, ())
    assert lantern.datasets == (Dataset(name="own", url=URL, form=None, credit=""),)


def test_publishers_come_by_name_and_other_files_are_none(folder: Path, write: Any) -> None:
    for name in ("Lantern.json", "Courier.json", ".Hidden.json", "Courier.jsonl", "notes.txt"):
        write(name, {})
    loaded = load_publishers(folder)
    assert [publisher.name for publisher in loaded.publishers] == ["Courier", "Lantern"]
    assert loaded.errors == ()


@pytest.mark.parametrize(
    ("change", "path", "cause"),
    [
        ({"document": "Courier"}, "document", "Courier"),
        ({"document": 5}, "document", ""),
        ({"document": "x/" * 400}, "document", ""),
        ({"made_up": "yes"}, "made_up", ""),
        ({"made_up": 1}, "made_up", ""),
        ({"datasets": {}}, "datasets", ""),
        ({"datasets": [5]}, "datasets.0", ""),
        ({"datasets": [{"name": "own"}]}, "datasets.0.fetch", ""),
        ({"datasets": [{"fetch": URL}]}, "datasets.0.name", ""),
        ({"datasets": [{"name": " ", "fetch": URL}]}, "datasets.0.name", "one line of visible text"),
        ({"datasets": [{"name": "a\nb", "fetch": URL}]}, "datasets.0.name", "one line of visible text"),
        ({"datasets": [{"name": "n" * 201, "fetch": URL}]}, "datasets.0.name", ""),
        ({"datasets": [{"name": "own", "fetch": "figures.json"}]}, "datasets.0.fetch", "http:// or https://"),
        ({"datasets": [{"name": "own", "fetch": "file:///etc/passwd"}]}, "datasets.0.fetch", "http:// or https://"),
        ({"datasets": [{"name": "own", "fetch": "https://a b/"}]}, "datasets.0.fetch", "holds a space"),
        ({"datasets": [{"name": "own", "fetch": "https://me:pw@a.example/"}]}, "datasets.0.fetch", "holds credentials"),
        ({"datasets": [{"name": "own", "fetch": "https://me@a.example/"}]}, "datasets.0.fetch", "holds credentials"),
        ({"datasets": [{"name": "own", "fetch": "https:///x.json"}]}, "datasets.0.fetch", "names no host"),
        ({"datasets": [{"name": "own", "fetch": "https://[/x.json"}]}, "datasets.0.fetch", ""),
        ({"datasets": [{"name": "own", "fetch": URL, "form": 1}]}, "datasets.0.form", ""),
        ({"datasets": [{"name": "own", "fetch": URL, "credit": None}]}, "datasets.0.credit", ""),
        ({"datasets": [{"name": "own", "fetch": URL, "licence": "x"}]}, "datasets.0.licence", ""),
        ({"datasets": [{"name": "own", "fetch": URL}] * 2}, "datasets", "two datasets have one name"),
        ({"datasets": [{"name": str(place), "fetch": URL} for place in range(21)]}, "datasets", ""),
        ({"policy": "Courier/Privacy Policy"}, "policy", ""),
    ],
)
def test_an_error_names_the_file_and_the_key(folder: Path, write: Any, change: Any, path: str, cause: str) -> None:
    write("Courier.json", GOOD | change)
    write("Lantern.json", {})
    loaded = load_publishers(folder)
    assert [publisher.name for publisher in loaded.publishers] == ["Lantern"]
    assert [(name, place) for name, place, _ in errors(loaded)] == [("Courier.json", path)]
    assert cause in errors(loaded)[0][2]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", ""),
        (b"null", ""),
        (b'{"made_up": true, "made_up": false}', "twice"),
        (b'{"document": "\\ud800/x"}', "half of a surrogate pair"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, ""),
    ],
)
def test_a_file_that_cannot_be_read_is_named(folder: Path, write: Any, content: bytes, cause: str) -> None:
    write("Courier.json", content)
    loaded = load_publishers(folder)
    assert loaded.publishers == ()
    assert {name for name, _, _ in errors(loaded)} == {"Courier.json"}
    assert cause in errors(loaded)[0][2]


def test_a_named_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "Courier.json")
    assert errors(load_publishers(folder))[0][0] == "Courier.json"


def test_the_example_of_the_documentation_is_right(folder: Path, write: Any) -> None:
    page = (Path(__file__).parents[2] / "docs" / "transparency.md").read_text(encoding="utf-8")
    example = page.split("every key is optional", maxsplit=1)[1].split("```", maxsplit=2)[1].partition("\n")[2]
    write("Telegram.json", example.encode())
    loaded = load_publishers(folder)
    assert loaded.errors == ()
    assert [dataset.name for dataset in loaded.publishers[0].datasets] == ["community"]


def test_files_may_be_chosen(folder: Path, write: Any) -> None:
    write("Lantern.json", {})
    loaded = load_publisher_files([write("Courier.json", GOOD), folder / "Absent.json"])
    assert [publisher.name for publisher in loaded.publishers] == ["Courier"]
    assert [name for name, _, _ in errors(loaded)] == ["Absent.json"]
