"""Former declarations, and which one held when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import document_on, load_folder
from tracker.errors import DeclarationError
from tracker.model import DocumentKey

KEY = DocumentKey(service="Example", terms_type="Privacy Policy")
END = datetime(2022, 2, 2, 14, 53, 15, tzinfo=UTC)


def former(select: str, until: Any) -> dict[str, Any]:
    return {"fetch": "https://example.org/old", "select": select, "validUntil": until}


@pytest.fixture
def loaded(write: Any, folder: Path, service: Any) -> Any:
    write("Example.json", service)
    entries = [former("#second", "2022-02-02T15:53:15+01:00"), former("#first", "2020-10-30T16:30:08.000Z")]
    write("Example.history.json", {"Privacy Policy": entries, "Imprint": [former("#gone", "2021-01-01T00:00:00Z")]})
    return load_folder(folder)


def test_former_declarations_come_oldest_first_in_utc(loaded: Any) -> None:
    assert loaded.errors == ()
    assert [document.sources[0].select for document in loaded.history[KEY]] == [("#first",), ("#second",)]
    assert loaded.history[KEY][1].valid_until == END
    assert loaded.history[KEY][1].valid_until.tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "selector"),
    [
        (datetime(2019, 1, 1, tzinfo=UTC), "#first"),
        (datetime(2020, 10, 30, 16, 30, 8, tzinfo=UTC), "#first"),
        (datetime(2020, 10, 30, 16, 30, 9, tzinfo=UTC), "#second"),
        (END, "#second"),
        (END + timedelta(microseconds=1), "main"),
        (datetime(2030, 1, 1, tzinfo=UTC), "main"),
    ],
)
def test_a_declaration_holds_up_to_and_including_its_end(loaded: Any, instant: datetime, selector: str) -> None:
    document = document_on(loaded, KEY, instant)
    assert document is not None
    assert document.sources[0].select == (selector,)


def test_a_document_no_longer_declared_holds_up_to_its_end_and_not_after(loaded: Any) -> None:
    key = DocumentKey(service="Example", terms_type="Imprint")
    assert document_on(loaded, key, datetime(2020, 1, 1, tzinfo=UTC)) is not None
    assert document_on(loaded, key, datetime(2021, 1, 2, tzinfo=UTC)) is None
    assert document_on(loaded, DocumentKey(service="Example", terms_type="None"), END) is None


def test_former_declarations_can_be_combined(write: Any, folder: Path, service: Any) -> None:
    write("Example.json", service)
    pages = [{"fetch": "https://example.org/a"}, {"fetch": "https://example.org/b", "select": "#b"}]
    entry = {"combine": pages, "select": "#a", "validUntil": "2021-01-01T00:00:00Z"}
    write("Example.history.json", {"Privacy Policy": [entry]})
    sources = load_folder(folder).history[KEY][0].sources
    assert [source.select for source in sources] == [("#a",), ("#b",)]


@pytest.mark.parametrize(
    "until",
    ["2024-01-01", "2024-01-01T00:00:00", "2024-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "tomorrow", 3, None],
)
def test_an_end_is_an_instant_with_an_offset(write: Any, folder: Path, service: Any, until: Any) -> None:
    write("Example.json", service)
    write("Example.history.json", {"Privacy Policy": [former("a", "2024-01-01T00:00:00Z"), former("b", until)]})
    errors = load_folder(folder).errors
    assert [error.path for error in errors] == ["Privacy Policy.1.validUntil"]


@pytest.mark.parametrize("content", [{"Privacy Policy": former("a", "2024-01-01T00:00:00Z")}, [], {"a/b": []}])
def test_a_history_of_another_shape_is_an_error(write: Any, folder: Path, service: Any, content: Any) -> None:
    write("Example.json", service)
    write("Example.history.json", content)
    assert len(load_folder(folder).errors) == 1


def test_a_wrong_history_costs_the_history_alone_and_nothing_is_guessed(write: Any, folder: Path, service: Any) -> None:
    write("Example.json", service)
    write("Example.history.json", {"Privacy Policy": [{"fetch": "https://example.org/old", "select": "a"}]})
    loaded = load_folder(folder)
    assert len(loaded.documents) == 1
    assert loaded.history == {}
    with pytest.raises(DeclarationError, match="validUntil"):
        document_on(loaded, KEY, END)
