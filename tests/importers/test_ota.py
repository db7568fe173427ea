"""What the commits of a versions repository say, in all the forms that they have had."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.archive import ForeignHistory
from tracker.importers import OtaCollection, read_collection
from tracker.importers.ota import class_of, engine_of, snapshots_of
from tracker.model import DocumentKey

LANTERN = DocumentKey(vantage="towns", service="Lantern", terms_type="Privacy Policy")
SHA = "5f1d3c" + "0" * 34
ASSEMBLED = (
    "This version was recorded after extracting from and assembling the following snapshots from 2 source documents:"
)


@dataclass(frozen=True, kw_only=True)
class File:
    path: str
    old_id: str | None = None
    new_id: str | None = "b" * 40


@dataclass(frozen=True, kw_only=True)
class Commit:
    id: str
    message: str
    files: tuple[File, ...]
    authored_at: datetime | None = datetime(2024, 3, 1, tzinfo=UTC)


def commit(subject: str, *files: File, id: str = "c" * 40, at: datetime | None = None) -> Commit:  # noqa: A002
    return Commit(
        id=id,
        message=f"{subject}\n\nThis version was recorded after filtering snapshot {SHA}\n",
        files=files or (File(path="Lantern/Privacy Policy.md"),),
        authored_at=at or datetime(2024, 3, 1, tzinfo=UTC),
    )


def read(*commits: Commit, services: tuple[str, ...] = (), terms_types: tuple[str, ...] = ()) -> OtaCollection:
    return read_collection(commits, vantage="towns", services=services, terms_types=terms_types)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Start tracking Lantern Privacy Policy", "first"),
        ("First record of Lantern Privacy Policy", "first"),
        ("Update Lantern Privacy Policy", "change"),
        ("Record new changes of Lantern Privacy Policy", "change"),
        ("Refilter Lantern Privacy Policy", "technical"),
        ("Apply technical or declaration upgrade on Lantern Privacy Policy", "technical"),
        ("Add licence", "skipped"),
        ("Updated the readme", "skipped"),
        ("", "skipped"),
    ],
)
def test_subjects_of_all_times_are_told_apart(subject: str, kind: str) -> None:
    assert class_of(f"{subject}\n\nbody") == kind


@pytest.mark.parametrize(
    ("body", "snapshots"),
    [
        (f"This version was recorded after filtering snapshot {SHA}", (SHA,)),
        (f"This version was recorded after extracting from snapshot {SHA}", (SHA,)),
        (
            "This version was recorded after filtering snapshot https://example.org/snapshots/commit/5f1d",
            ("https://example.org/snapshots/commit/5f1d",),
        ),
        ("This version was recorded after filtering snapshot with Mongo ID 6203ab", ("6203ab",)),
        ("This version was recorded after filtering snapshot with Mongo ID6203ab", ("6203ab",)),
        (
            "This version was recorded after extracting from snapshot mongo://towns/snapshots/6203ab",
            ("mongo://towns/snapshots/6203ab",),
        ),
        ("This version was recorded after extracting from snapshot mongo://towns/snapshots/undefined", ("",)),
        ("This version was recorded after filtering snapshot true", ("",)),
        ("This version was recorded after filtering snapshot undefined", ("",)),
        ("This version was recorded after filtering snapshot", ("",)),
        ("Somebody wrote this by hand", ()),
        ("", ()),
        (
            f"{ASSEMBLED}\n- mongo://a/1\n- mongo://a/2\n- mongo://a/undefined\n\nX-engine-version: 8.0.0",
            ("mongo://a/1", "mongo://a/2", ""),
        ),
        (
            f"{ASSEMBLED}\n- mongo://a/1\n- mongo://a/1\n",
            ("mongo://a/1", "mongo://a/1"),
        ),
    ],
)
def test_bodies_of_all_forms_name_their_snapshots(body: str, snapshots: tuple[str, ...]) -> None:
    assert snapshots_of(f"Update Lantern Privacy Policy\n\n{body}\n") == snapshots


def test_line_ends_of_other_systems_and_endless_spaces_do_not_matter() -> None:
    body = f"{ASSEMBLED}\n- mongo://a/1\n- mongo://a/1\n\nX-engine-version: 8.0.0\n"
    assert snapshots_of(f"Update X\n\n{body}".replace("\n", "\r\n")) == ("mongo://a/1", "mongo://a/1")
    spaces = f"Update X\n\nThis version was recorded after filtering snapshot{' ' * 60_000}x"
    began = time.process_time()
    assert snapshots_of(spaces) == ("x",)
    assert time.process_time() - began < 1


def test_the_engine_is_named_by_a_trailer() -> None:
    assert engine_of("Update X\n\nbody\n\nX-engine-version: 10.6.1\n") == "10.6.1"
    assert engine_of("Update X\n\nbody\n\nX-engine-version: undefined\n") is None
    assert engine_of("Update X\n\nsaid of X-engine-version: 1\n") is None


def test_endless_bodies_are_bounded() -> None:
    listed = "".join(f"- mongo://a/{number}{'x' * 2_000}\n" for number in range(1_000))
    found = snapshots_of(f"Update X\n\nThis version was recorded after filtering snapshots:\n{listed}")
    assert len(found) == 200
    assert max(map(len, found)) == 500


def test_the_path_tells_the_document_and_not_the_subject() -> None:
    found = read(commit("Start tracking Somebody Else Imprint"))
    assert list(found.documents) == [LANTERN]


def test_a_first_record_that_modifies_a_file_is_a_change() -> None:
    found = read(
        commit("Start tracking Lantern Privacy Policy"),
        commit("First record of Lantern Privacy Policy", File(path="Lantern/Privacy Policy.md", old_id="a" * 40)),
    )
    assert [version.kind for version in found.documents[LANTERN]] == ["first", "change"]
    assert found.counts == {"first": 1, "change": 1, "technical": 0, "skipped": 0}


@pytest.mark.parametrize(
    "path",
    [
        "README.md", "LICENSE", "Lantern/deeper/Privacy Policy.md", "Lantern/Privacy Policy.html", ".github/ci.md",
        "Lantern/.hidden.md", "/Privacy Policy.md", "Lantern/\x1b[31m.md",
    ],
)  # fmt: skip
def test_other_paths_are_no_versions(path: str) -> None:
    found = read(commit("Update something", File(path=path)))
    assert not found.documents
    assert found.counts["skipped"] == 1
    assert found.skipped[0][1].endswith("is no path of a version")


def test_a_commit_of_several_files_counts_once_and_gives_a_version_each() -> None:
    found = read(
        commit("Update Lantern", File(path="Lantern/Imprint.md"), File(path="README.md"), File(path="Mole/Imprint.md"))
    )
    assert [str(key) for key in found.documents] == ["towns:Lantern/Imprint", "towns:Mole/Imprint"]
    assert found.counts["change"] == 1
    assert found.counts["skipped"] == 0


def test_deletions_undated_commits_and_other_subjects_are_skipped_and_named() -> None:
    found = read(
        commit("Update Lantern", File(path="Lantern/Imprint.md", old_id="a" * 40, new_id=None)),
        Commit(id="d" * 40, message="Update X", files=(File(path="Lantern/Imprint.md"),), authored_at=None),
        commit("Merge pull request", File(path="Lantern/Imprint.md")),
    )
    assert not found.documents
    assert found.counts["skipped"] == 3
    assert len(found.skipped) == 3


def test_services_and_terms_types_are_chosen() -> None:
    commits = [
        commit("Update Lantern", File(path=path), at=datetime(2024, month, 1, tzinfo=UTC))
        for path in ("Lantern/Imprint.md", "Lantern/Privacy Policy.md", "Mole/Privacy Policy.md")
        for month in (1, 2, 3)
    ]
    found = read(*commits, services=("Lantern",), terms_types=("Privacy Policy",))
    assert list(found.documents) == [LANTERN]
    assert found.counts["change"] == 9


def test_order_is_that_of_the_commits_and_not_of_their_dates() -> None:
    found = read(
        commit("Update Lantern", id="1" * 40, at=datetime(2024, 3, 1, tzinfo=UTC)),
        commit("Refilter Lantern", id="2" * 40, at=datetime(2024, 1, 1, tzinfo=UTC)),
    )
    assert [version.commit[0] for version in found.documents[LANTERN]] == ["1", "2"]


def test_the_shared_collection_has_the_classes_that_git_alone_counts(shared_data: Path, tmp_path: Path) -> None:
    """The table of `git log --format=%s` over the bundle, by the first words of each subject."""
    with ForeignHistory.open(str(shared_data / "ota" / "contrib-sample.bundle"), cache=tmp_path) as history:
        found = read_collection(history.commits(), vantage="sample")
    assert found.counts == {"first": 45 + 14, "change": 930 + 1661, "technical": 75 + 64, "skipped": 0}
    assert len(found.documents) == 59
    assert sum(map(len, found.documents.values())) == 2789
    terms = found.documents[DocumentKey(vantage="sample", service="Telegram", terms_type="Terms of Service")]
    assert sum(len({*version.snapshots}) < len(version.snapshots) for version in terms) == 140
