"""Our own options beside a declaration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import Loaded, load_folder
from tracker.model import Options


@pytest.fixture
def load_options(write: Any, folder: Path, service: Any) -> Any:
    """Load the right declaration with the given options beside it."""

    def load(options: Any) -> Loaded:
        write("Example.json", service)
        write("Example.tracker.json", options)
        return load_folder(folder)

    return load


def test_options_reach_the_document_and_its_former_declarations(write: Any, folder: Path, page: Any) -> None:
    write("Example.json", {"name": "Example", "terms": {"Privacy Policy": page, "Imprint": page}})
    write("Example.history.json", {"Privacy Policy": [page | {"validUntil": "2024-01-01T00:00:00Z"}]})
    stated = {
        "language": "pt-BR",
        "headers": {"Accept-Language": "pt-BR", "Cookie": "region=eu"},
        "variant": "EU",
        "minLength": 2_000,
        "notes": "Served by region.",
    }
    write("Example.tracker.json", {"Privacy Policy": stated})
    loaded = load_folder(folder)
    expected = Options(
        language="pt-BR",
        headers=(("Accept-Language", "pt-BR"), ("Cookie", "region=eu")),
        variant="EU",
        min_length=2_000,
        notes="Served by region.",
    )
    assert loaded.errors == ()
    assert [document.options for document in loaded.documents] == [expected, Options()]
    assert [former.options for documents in loaded.history.values() for former in documents] == [expected]


@pytest.mark.parametrize(
    ("options", "path", "cause"),
    [
        ({"lang": "en"}, ".lang", "did you mean 'language'"),
        ({"min_length": 3}, ".min_length", "did you mean 'minLength'"),
        ({"language": "English language"}, ".language", "language tag"),
        ({"language": 3}, ".language", "valid string"),
        ({"minLength": -1}, ".minLength", "greater than or equal to 0"),
        ({"minLength": "10"}, ".minLength", "valid integer"),
        ({"minLength": True}, ".minLength", "valid integer"),
        ({"notes": "x" * 5_001}, ".notes", "at most 5000"),
        ({"variant": ""}, ".variant", "at least 1"),
        ({"headers": {"host": "example.net"}}, ".headers", "set by the tracker itself"),
        ({"headers": {"Content-Length": "3"}}, ".headers", "set by the tracker itself"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, ".headers", "set by the tracker itself"),
        ({"headers": {"Connection": "close"}}, ".headers", "set by the tracker itself"),
        ({"headers": {"X-A": "a\r\nHost: b"}}, ".headers", "line break"),
        ({"headers": {"X-A": "a\n"}}, ".headers", "line break"),
        ({"headers": {"X-A": ""}}, ".headers", "empty"),
        ({"headers": {"X A": "a"}}, ".headers", "no name of a header"),
        ({"headers": {"X-A\n": "a"}}, ".headers", "no name of a header"),
        ({"headers": {"X-A": "a", "x-a": "b"}}, ".headers", "twice"),
        ({"headers": {"X-A": 3}}, ".headers.X-A", "valid string"),
        ([], "", "must be an object"),
    ],
)
def test_a_wrong_option_is_an_error_and_the_service_is_not_loaded_without_it(
    load_options: Any, options: Any, path: str, cause: str
) -> None:
    loaded = load_options({"Privacy Policy": options})
    assert [error.path for error in loaded.errors] == [f"Privacy Policy{path}"]
    assert cause in loaded.errors[0].cause
    assert Path(loaded.errors[0].file).name == "Example.tracker.json"
    assert loaded.documents == ()


def test_options_for_terms_that_are_not_declared_are_an_error(load_options: Any) -> None:
    errors = load_options({"Privacy policy": {"language": "en"}}).errors
    assert [error.path for error in errors] == ["Privacy policy"]
    assert "did you mean 'Privacy Policy'" in errors[0].cause


def test_a_wrong_entry_of_the_declaration_does_not_make_its_options_unknown(write: Any, folder: Path) -> None:
    write("Example.json", {"name": "Example", "terms": {"Imprint": {"fetch": "https://example.org/"}}})
    write("Example.tracker.json", {"Imprint": {"language": "en"}})
    assert [error.path for error in load_folder(folder).errors] == ["terms.Imprint.select"]
