from __future__ import annotations

from collections.abc import Callable

import pytest

from tracker.errors import RevisionError
from tracker.history import resolve_revision
from tracker.model import Record

Make = Callable[..., Record]


@pytest.fixture
def records(record: Make) -> list[Record]:
    """Four versions: 1 March 00:00, 2 March 23:30, 4 March 06:00 (technical) and 6 March 00:00."""
    return [
        record("a", 0, "first", commit="abcd1111" + "0" * 32),
        record("b", 47.5, commit="abcd2222" + "0" * 32),
        record("b", 78, "technical", commit="20240304" + "0" * 32),
        record("c", 120, commit="deadbeef" + "0" * 32),
    ]


@pytest.mark.parametrize(
    ("rev", "place"),
    [
        ("first", 0),
        ("latest", 3),
        ("latest~0", 3),
        ("latest~1", 2),
        ("latest~3", 0),
        ("abcd1", 0),
        ("ABCD2", 1),
        ("2024", 2),
        ("dead", 3),
        ("deadbeef" + "0" * 32, 3),
        ("2024-03-01", 0),
        ("2024-03-02", 1),
        ("2024-03-03", 1),
        ("2024-03-04", 2),
        ("2024-03-05", 2),
        ("2024-03-06", 3),
        ("9999-12-31", 3),
        ("2024-03-02T23:29:59Z", 0),
        ("2024-03-02T23:30:00Z", 1),
        ("2024-03-03T00:30:00+01:00", 1),
        ("2024-03-03T00:29:59+01:00", 0),
        ("2024-03-02T233000Z", 1),
    ],
)
def test_a_revision_names_a_version(records: list[Record], rev: str, place: int) -> None:
    assert resolve_revision(records, rev) is records[place]


@pytest.mark.parametrize(
    ("rev", "message"),
    [
        ("abcd", r"abcd is ambiguous: abcd11110000 .*, abcd22220000"),
        ("abc", "names no version: write a commit"),
        ("ffff", "No version has a commit that begins with ffff"),
        ("latest~4", "the oldest is 'latest~3'"),
        ("latest~", "names no version"),
        ("newest", "names no version"),
        ("", "names no version"),
        ("2024-02-30", "no day of the calendar"),
        ("2024-02-29", "No version had been captured by 2024-02-29. Versions: abcd11110000"),
        ("2024-03-02T23:30:00", "names no version"),
        ("0001-01-01T00:00:00+14:00", "names no version"),
        ("latest~99999999999", "names no version"),
    ],
)
def test_a_revision_that_names_none_or_several_is_an_error_with_near_choices(
    records: list[Record], rev: str, message: str
) -> None:
    with pytest.raises(RevisionError, match=message) as caught:
        resolve_revision(records, rev)
    assert "abcd1111" in str(caught.value)


def test_a_date_means_the_last_by_history_and_not_by_date(record: Make) -> None:
    """A technical upgrade bears the older date of its snapshot, and is the newest version of that day all the same."""
    records = [record("a", 0, "first"), record("b", 20), record("b, anew", 10, "technical"), record("c", 200)]
    assert resolve_revision(records, "2024-03-01") is records[2]


def test_a_document_without_versions_says_so() -> None:
    with pytest.raises(RevisionError, match="has none yet"):
        resolve_revision([], "latest")


def test_a_long_list_of_choices_is_cut(record: Make) -> None:
    records = [record(str(number), number, commit=f"{number:040x}") for number in range(30)]
    with pytest.raises(RevisionError) as caught:
        resolve_revision(records, "ffff")
    assert str(caught.value).count(":00:00Z)") == 5
    with pytest.raises(RevisionError, match=r"ambiguous: .* and 25 more"):
        resolve_revision(records, "0000")
