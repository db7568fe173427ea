"""Which files make a service, and what becomes of bad ones."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import load_files, load_folder
from tracker.errors import DeclarationError


def test_documents_come_by_service_then_as_declared(write: Any, folder: Path, page: dict[str, Any]) -> None:
    write("Beta.json", {"name": "Beta", "terms": {"Terms of Service": page, "Imprint": page}})
    write("Alpha.json", {"name": "The Alpha", "importedFrom": "https://example.org/rules", "terms": {"Imprint": page}})
    loaded = load_folder(folder)
    assert [str(document.key) for document in loaded.documents] == [
        "Alpha/Imprint",
        "Beta/Terms of Service",
        "Beta/Imprint",
    ]
    assert loaded.documents[0].service_name == "The Alpha"
    assert loaded.errors == ()


def test_a_services_id_may_hold_dots_and_spaces(write: Any, folder: Path, service: Any) -> None:
    for name in ("Booking.com", "vidguard.to", "App Store", "history", "Été"):
        write(f"{name}.json", service)
    loaded = load_folder(folder)
    assert loaded.errors == ()
    assert [document.key.service for document in loaded.documents] == sorted(
        ["Booking.com", "vidguard.to", "App Store", "history", "Été"]
    )


def test_filters_notes_and_hidden_files_are_no_declarations(write: Any, folder: Path, service: Any) -> None:
    write("Example.json", service)
    write("Example.filters.js", b"export function f() {}")
    write("README.md", b"# Declarations")
    write(".#Example.json", b"{")
    (folder / "old").mkdir()
    loaded = load_folder(folder)
    assert len(loaded.documents) == 1
    assert loaded.errors == ()


BAD_FILES = [
    pytest.param(b'{"name": "x", ', "not JSON", id="truncated"),
    pytest.param(b"", "not JSON", id="empty"),
    pytest.param(b'\xef\xbb\xbf{"name": "x"}', "BOM", id="byte-order-mark"),
    pytest.param(b'{"name": "\xe9"}', "not UTF-8: byte 10 is 0xe9", id="latin-1"),
    pytest.param(b"[" * 500_000, "too deeply", id="deep"),
    pytest.param(b'{"name": NaN}', "NaN", id="nan"),
    pytest.param(b'{"name": ' + b"1" * 5_000 + b"}", "not JSON", id="huge-number"),
    pytest.param(b'{"name": "\\ud800"}', "surrogate", id="half-a-pair"),
    pytest.param(b'{"name": "' + b"x" * 1_000_001 + b'"}', "larger than 1,000,000 bytes", id="large"),
    pytest.param(b"[]", "must be an object", id="list"),
    pytest.param(b'{"name": "x", "terms": {}}', "at least 1 item", id="no-terms"),
    pytest.param(b'{"name": "x", "terms": []}', "must be an object", id="list-of-terms"),
]


@pytest.mark.parametrize(("content", "cause"), BAD_FILES)
def test_a_bad_file_is_an_error_and_the_others_load(
    write: Any, folder: Path, service: Any, content: bytes, cause: str
) -> None:
    write("Bad.json", content)
    write("Good.json", service)
    loaded = load_folder(folder)
    assert [document.key.service for document in loaded.documents] == ["Good"]
    assert {Path(error.file).name for error in loaded.errors} == {"Bad.json"}
    assert any(cause in error.cause for error in loaded.errors), loaded.errors
    assert all("service Bad" in error.cause for error in loaded.errors)


def test_a_key_that_stands_twice_is_reported_at_its_place(write: Any, folder: Path) -> None:
    write(
        "Example.json",
        b'{"name": "x", "terms": {"Imprint": {"fetch": "https://a.example/", "select": "a", "select": "b"}}}',
    )
    loaded = load_folder(folder)
    assert [error.path for error in loaded.errors] == ["terms.Imprint.select"]
    assert "twice" in loaded.errors[0].cause


def test_a_pipe_in_the_folder_is_not_waited_for(write: Any, folder: Path, service: Any) -> None:
    os.mkfifo(folder / "Pipe.json")
    write("Good.json", service)
    loaded = load_folder(folder)
    assert len(loaded.documents) == 1
    assert "regular file" in loaded.errors[0].cause


def test_a_missing_or_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="tracker init"):
        load_folder(tmp_path / "absent")
    with pytest.raises(DeclarationError, match="no declaration"):
        load_folder(tmp_path)
    with pytest.raises(DeclarationError, match="no declaration"):
        load_files([])


def test_a_named_file_is_read_with_those_beside_it(write: Any, page: dict[str, Any], service: Any) -> None:
    path = write("Example.json", service)
    options = write("Example.tracker.json", {"Privacy Policy": {"language": "en"}})
    write("Example.history.json", {"Privacy Policy": [page | {"validUntil": "2024-01-01T00:00:00Z"}]})
    write("Other.json", b"{")
    for named in (path, options):
        loaded = load_files([named])
        assert loaded.errors == ()
        assert loaded.documents[0].options.language == "en"
        assert len(loaded.history) == 1


def test_a_named_file_that_is_absent_or_no_declaration_is_an_error(write: Any, folder: Path, service: Any) -> None:
    good = write("Example.json", service)
    loaded = load_files([folder / "Absent.json", folder / "README.md", folder / ".tracker.json", good])
    assert len(loaded.documents) == 1
    assert sorted(Path(error.file).name for error in loaded.errors) == [".tracker.json", "Absent.json", "README.md"]


@pytest.mark.parametrize("kind", ["history", "tracker"])
def test_a_companion_without_its_declaration_is_an_error(write: Any, folder: Path, kind: str) -> None:
    write(f"Example.{kind}.json", {})
    loaded = load_folder(folder)
    assert "there is no Example.json" in loaded.errors[0].cause


@pytest.mark.parametrize(
    ("one", "other"),
    [("Example", "EXAMPLE"), (unicodedata.normalize("NFC", "Café"), unicodedata.normalize("NFD", "Café")), ("ß", "SS")],
)
def test_ids_that_a_file_system_takes_for_one_are_an_error_of_both(
    write: Any, folder: Path, service: Any, one: str, other: str
) -> None:
    write(f"{one}.json", service)
    write(f"{other}.json", service)
    write("Third.json", service)
    if len(list(folder.iterdir())) == 2:
        pytest.skip("this file system takes the two names for one")
    loaded = load_folder(folder)
    assert [document.key.service for document in loaded.documents] == ["Third"]
    assert {Path(error.file).name for error in loaded.errors} == {f"{one}.json", f"{other}.json"}


def test_one_id_in_two_folders_is_an_error(tmp_path: Path, write: Any, service: Any) -> None:
    path = write("Example.json", service)
    copy = tmp_path / "Example.json"
    copy.write_bytes(path.read_bytes())
    loaded = load_files([path, copy])
    assert loaded.documents == ()
    assert len(loaded.errors) == 2


@pytest.mark.parametrize("name", ["vantages", "Vantages", "a:b", "a #b", " a", "a*"])
def test_an_id_that_the_archive_cannot_hold_is_an_error(write: Any, folder: Path, service: Any, name: str) -> None:
    write(f"{name}.json", service)
    loaded = load_folder(folder)
    assert loaded.documents == ()
    assert len(loaded.errors) == 1


@pytest.mark.parametrize("terms_type", ["", ".git", "a/b", "../x", "a\nb", " x", "Terms #faq", "x" * 201])
def test_a_terms_type_that_the_archive_cannot_hold_is_an_error(
    write: Any, folder: Path, page: Any, terms_type: str
) -> None:
    write("Example.json", {"name": "Example", "terms": {terms_type: page}})
    loaded = load_folder(folder)
    assert loaded.documents == ()
    assert len(loaded.errors) == 1


def test_terms_types_that_differ_by_case_alone_are_an_error(write: Any, folder: Path, page: Any) -> None:
    write("Example.json", {"name": "Example", "terms": {"Imprint": page, "imprint": page}})
    assert [error.path for error in load_folder(folder).errors] == ["terms.imprint"]
