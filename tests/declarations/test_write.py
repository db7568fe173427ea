"""Declarations that `tracker add` writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import add_terms, load_folder
from tracker.errors import DeclarationError
from tracker.model import Filter, Range, Source

PAGE = Source(url="https://example.org/privacy", select=("main",))


def test_a_new_service_is_written_as_a_person_would(tmp_path: Path) -> None:
    path = add_terms(tmp_path / "declarations", "Exämple", "Privacy Policy", PAGE)
    assert path == tmp_path / "declarations" / "Exämple.json"
    assert path.read_text(encoding="utf-8") == (
        '{\n  "name": "Exämple",\n  "terms": {\n    "Privacy Policy": {\n'
        '      "fetch": "https://example.org/privacy",\n      "select": "main"\n    }\n  }\n}\n'
    )
    assert path.stat().st_mode & 0o777 == 0o644


def test_what_is_written_loads_as_the_source_given(tmp_path: Path) -> None:
    source = Source(
        url="https://example.org/a",
        select=("main", Range(start_after="#a", end_before="#b")),
        remove=(Range(start_before="#c", end_after="#d"),),
        filters=(Filter(name="removeQueryParams", parameters=("sid",)), Filter(name="mend")),
        execute_client_scripts=True,
    )
    add_terms(tmp_path, "Example", "Privacy Policy", source)
    add_terms(tmp_path, "Example", "Imprint", Source(url="https://example.org/i.pdf"))
    loaded = load_folder(tmp_path)
    assert loaded.errors == ()
    assert [document.sources[0] for document in loaded.documents] == [source, Source(url="https://example.org/i.pdf")]


def test_a_known_service_is_extended_and_keeps_what_it_held(write: Any, folder: Path, page: Any) -> None:
    path = write(
        "Example.json", {"terms": {"Z": page, "A": page}, "name": "The Example", "importedFrom": "https://example.org"}
    )
    path.chmod(0o664)
    assert add_terms(folder, "Example", "Imprint", PAGE) == path
    content = json.loads(path.read_bytes())
    assert list(content) == ["terms", "name", "importedFrom"]
    assert list(content["terms"]) == ["Z", "A", "Imprint"]
    assert content["name"] == "The Example"
    assert path.stat().st_mode & 0o777 == 0o664
    assert [entry.name for entry in folder.iterdir()] == ["Example.json"]


@pytest.mark.parametrize(
    ("document", "source", "cause"),
    [
        (("Example", "Privacy Policy"), PAGE, "already declared"),
        (("Example", "privacy policy"), PAGE, "but for case"),
        (("EXAMPLE", "Imprint"), PAGE, "from Example.json"),
        (("vantages", "Imprint"), PAGE, "vantages"),
        (("../Example", "Imprint"), PAGE, "cannot hold '/'"),
        (("", "Imprint"), PAGE, "empty"),
        (("Example", "a/b"), PAGE, "cannot hold '/'"),
        (("Example", "Imprint"), Source(url="https://example.org/"), "required key is missing"),
        (("Example", "Imprint"), Source(url="example.org", select=("a",)), "not absolute"),
        (("Example", "Imprint"), Source(url="https://example.org/", select=("[",)), "bad selector"),
        (("Broken", "Imprint"), PAGE, "not JSON"),
        (("Wrong", "Imprint"), PAGE, "required key is missing"),
    ],
)
def test_what_would_be_wrong_is_refused_and_nothing_is_written(
    write: Any, folder: Path, document: tuple[str, str], source: Source, cause: str
) -> None:
    write(
        "Example.json", {"name": "Example", "terms": {"Privacy Policy": {"fetch": "https://a.example", "select": "a"}}}
    )
    write("Broken.json", b"{")
    write("Wrong.json", {"name": "Wrong"})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(DeclarationError, match=re.escape(cause)):
        add_terms(folder, *document, source)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_failed_write_leaves_the_old_file_and_no_other(
    write: Any, folder: Path, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("Example.json", service)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DeclarationError, match="No space left"):
        add_terms(folder, "Example", "Imprint", PAGE)
    assert path.read_bytes() == before
    assert [entry.name for entry in folder.iterdir()] == ["Example.json"]
