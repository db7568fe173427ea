"""Datasets of figures in the archive: every version as it was served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.archive import Archive, FiguresFault, FiguresVersion, RecordEntry, name_fault
from tracker.errors import ArchiveError
from tracker.model import DocumentKey, sha256_hex

Later = Callable[[int], datetime]
ROWS = ".tracker/figures/Courier/community/versions.jsonl"


@pytest.fixture
def make(hours: Later) -> Callable[..., FiguresVersion]:
    def version(content: bytes = b'{"NOR": []}', hour: int = 0, **facts: Any) -> FiguresVersion:
        defaults: dict[str, Any] = {
            "publisher": "Courier",
            "name": "community",
            "form": "by-country",
            "url": "https://example.org/figures.json",
            "fetched_at": hours(hour),
            "credit": "Ann Lee, CC BY 4.0",
        }
        return FiguresVersion(**(defaults | facts), content=content)

    return version


def put(archive: Archive, *versions: FiguresVersion, at: datetime | None = None) -> None:
    with archive.lock(versions[0].fetched_at):
        transaction = archive.transaction(at=at)
        for version in versions:
            transaction.put_figures(version)
        transaction.commit()


def overwrite(archive: Archive, path: str, content: bytes, at: datetime) -> None:
    """Have other bytes stand at `path`, as a hand that slipped would."""
    with archive.lock(at):
        transaction = archive.transaction(at=at)
        transaction._files[path] = content
        transaction.commit()


def test_an_archive_without_figures_has_none(
    archive: Archive, make_entry: Callable[..., RecordEntry], commit: Any
) -> None:
    assert archive.figures() == {}
    assert list(archive.check_figures()) == []
    commit(archive, make_entry())
    assert archive.figures() == {}
    assert list(archive.check_figures()) == []


def test_bytes_are_kept_as_they_were_served(archive: Archive, make: Any, git: Any) -> None:
    content = b"\xef\xbb\xbfcountry,from\r\n\x00\xff\n"
    version = make(content)
    put(archive, version)
    assert archive.figures() == {("Courier", "community"): (version,)}
    listed = git(archive.git_dir, "ls-tree", "-r", "--name-only", "archive").splitlines()
    assert {ROWS, f".tracker/figures/Courier/community/{sha256_hex(content)}"} <= set(listed)
    assert git(archive.git_dir, "log", "--format=%s", "archive").startswith("Record figures of 2026-11-23")
    assert list(archive.check_figures()) == []
    assert list(archive.check_integrity()) == []


def test_versions_come_oldest_first_and_datasets_apart(archive: Archive, make: Any) -> None:
    first, second, third = (make(f"{hour}".encode(), hour) for hour in range(3))
    other = make(b"x", 1, name="own")
    foreign = make(b"y", 1, publisher="Lantern")
    put(archive, first)
    put(archive, other, second, foreign)
    put(archive, third)
    assert archive.figures() == {
        ("Courier", "community"): (first, second, third),
        ("Courier", "own"): (other,),
        ("Lantern", "community"): (foreign,),
    }


def test_several_versions_may_come_at_once(archive: Archive, make: Any) -> None:
    versions = tuple(make(f"{hour}".encode(), hour) for hour in range(3))
    put(archive, *versions)
    assert archive.figures()["Courier", "community"] == versions


def test_figures_that_come_back_need_no_second_copy(archive: Archive, make: Any, git: Any) -> None:
    put(archive, make(b"a", 0))
    put(archive, make(b"b", 1))
    put(archive, make(b"a", 2))
    (listed,) = archive.figures().values()
    assert isinstance(listed, tuple)
    assert [version.content for version in listed] == [b"a", b"b", b"a"]
    assert len(git(archive.git_dir, "ls-tree", "-r", "--name-only", "archive").splitlines()) == 4  # .gitattributes
    assert list(archive.check_figures()) == []


def test_the_same_versions_give_the_same_commits(make: Any, tmp_path: Path) -> None:
    heads = []
    for name in ("one.git", "two.git"):
        with Archive.open(tmp_path / name, create=True, folder=tmp_path) as archive:
            put(archive, make(b"a", 0), make(b"b", 1))
            heads.append(archive.head())
    assert heads[0] == heads[1]


# ------------------------------------------------------------------------------------------------------------- damage


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (lambda rows: rows.replace(b'"tracker.figures/1"', b'"tracker.figures/9"'), "no row of a dataset"),
        (lambda rows: rows.replace(b'"sha256":"', b'"sha256":"0'), "missing or others"),
        (lambda rows: rows.replace(b'"form"', b'"from"'), "KeyError"),
        (lambda rows: rows.replace(b"2026-11-23", b"2026-11-33"), "ValueError"),
        (lambda rows: rows.replace(b'"https', b'"\\u001b[2J'), "no address"),
    ],
)
def test_a_damaged_row_is_named_with_its_line(
    archive: Archive, make: Any, hours: Later, damage: Any, cause: str
) -> None:
    put(archive, make(b"a", 0))
    put(archive, make(b"b", 1))
    rows = archive._repository.find_file(archive.head(), ROWS)
    assert rows is not None
    first, second = rows.splitlines(keepends=True)
    overwrite(archive, ROWS, first + damage(second), hours(2))
    (problem,) = archive.check_figures()
    assert (problem.kind, problem.where) == ("unreadable", f"{ROWS}, line 2")
    assert cause in problem.detail
    assert "\x1b" not in problem.detail
    (fault,) = archive.figures().values()
    assert isinstance(fault, FiguresFault)
    assert fault.where == f"{ROWS}, line 2"
    assert cause in fault.detail
    assert "tracker verify" in fault.detail


@pytest.mark.parametrize("content", [b"[]\n", b"{\n", b"\xff\n", b"", b"\n\n"])
def test_rows_that_are_none_are_named(archive: Archive, make: Any, hours: Later, content: bytes) -> None:
    put(archive, make())
    overwrite(archive, ROWS, content, hours(1))
    (problem,) = archive.check_figures()
    assert problem.where == ROWS
    (fault,) = archive.figures().values()
    assert isinstance(fault, FiguresFault)
    assert fault.where == ROWS


def test_a_damaged_dataset_leaves_the_others_to_be_read(archive: Archive, make: Any, hours: Later) -> None:
    other = make(b"x", name="own")
    put(archive, make(b"a"), other)
    overwrite(archive, ROWS, b"{\n", hours(1))
    found = archive.figures()
    assert isinstance(found["Courier", "community"], FiguresFault)
    assert found["Courier", "own"] == (other,)


def test_bytes_that_are_others_are_named(archive: Archive, make: Any, hours: Later) -> None:
    put(archive, make(b"a"))
    overwrite(archive, f".tracker/figures/Courier/community/{sha256_hex(b'a')}", b"A", hours(1))
    (problem,) = archive.check_figures()
    assert problem.where == f"{ROWS}, line 1"
    assert "missing or others" in problem.detail
    (fault,) = archive.figures().values()
    assert isinstance(fault, FiguresFault)
    assert "missing or others" in fault.detail


# -------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name",
    ["", " ", ".git", "..", "a/b", "a\\b", "a\0", "a\n", "-a", "a ", "a.", "_a", "x" * 101, "\u6587" * 34, "\ud800"],
)
@pytest.mark.parametrize("what", ["publisher", "name"])
def test_names_that_a_file_system_could_not_bear_are_refused(make: Any, what: str, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a"):
        make(**{what: name})


@pytest.mark.parametrize(
    "name", ["X", "Booking.com", "Café & Söhne", "AT+T", "O'Neill", "Te-k 2024", "x" * 100, "\u6587" * 33]
)
def test_names_that_companies_bear_are_kept(archive: Archive, make: Any, name: str, tmp_path: Path) -> None:
    version = make(publisher=name, name=name)
    put(archive, version)
    assert archive.figures() == {(name, name): (version,)}
    assert archive.materialise(tmp_path / "plain") > 0


@given(name=st.text(max_size=110) | st.text(alphabet="aZ9\u6587\u00e9 .&'+-_\u00b2\u2028/:", max_size=110))
def test_whatever_is_a_name_is_that_of_a_service(name: str) -> None:
    if name_fault("publisher", name) is None:
        assert str(DocumentKey(service=name, terms_type="Privacy Policy")) == f"{name}/Privacy Policy"
        assert len(name.encode()) <= 100


def test_names_that_differ_in_case_alone_cannot_stand_beside_each_other(archive: Archive, make: Any) -> None:
    put(archive, make(b"a"))
    with pytest.raises(ArchiveError, match="cannot stand beside") as caught:
        put(archive, make(b"a", 1, publisher="COURIER"))
    assert caught.value.reason == "unwritable"


@pytest.mark.parametrize("facts", [{"credit": "a\nb"}, {"url": "\udcff.json"}, {"url": "\x1b[2J"}])
def test_words_that_no_page_could_show_are_refused(make: Any, facts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one line of visible text"):
        make(**facts)


def test_a_moment_without_zone_is_refused(make: Any, hours: Later) -> None:
    with pytest.raises(ValueError, match="fetched_at"):
        make(fetched_at=hours(0).replace(tzinfo=None))
