"""Somebody else's history is read as its objects say, whatever it holds."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.archive import ForeignFile, ForeignHistory
from tracker.archive.commands import Child
from tracker.errors import ArchiveError

RunGit = Callable[..., str]
OpenForeign = Callable[[Path], ForeignHistory]

PATH = "Kestrel/Privacy Policy.md"


class Foreign:
    """A repository written by `git fast-import`, which takes what no working tree would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)

    def write(self, *commits: bytes) -> None:
        stream = b"".join(commits)
        subprocess.run(
            ["git", f"--git-dir={self.folder}", "fast-import", "--quiet", "--force", "--date-format=raw-permissive"],
            input=stream,
            check=True,
            capture_output=True,
        )


def commit_of(
    *changes: bytes,
    mark: int = 1,
    when: str = "1596029536 +0000",
    message: bytes = b"Start tracking",
    parents: tuple[int, ...] = (),
    encoding: bytes = b"",
) -> bytes:
    who = b"A Person <person@example.org> "
    lines = [
        b"commit refs/heads/main\nmark :%d\n" % mark,
        b"author %s%s\ncommitter %s1600000000 +0000\n" % (who, when.encode(), who),
        b"encoding %s\n" % encoding if encoding else b"",
        b"data %d\n%s\n" % (len(message), message),
        *(b"%s :%d\n" % (b"merge" if place else b"from", parent) for place, parent in enumerate(parents)),
        *changes,
    ]
    return b"".join(lines)


def put(content: bytes, path: str | bytes = PATH, mode: bytes = b"100644") -> bytes:
    name = path.encode() if isinstance(path, str) else path
    quoted = b"".join(b"\\%03o" % byte for byte in name)
    return b'M %s inline "%s"\ndata %d\n%s\n' % (mode, quoted, len(content), content)


@pytest.fixture
def foreign(tmp_path: Path) -> Foreign:
    return Foreign(tmp_path / "collection.git")


@pytest.fixture
def opened(foreign: Foreign, tmp_path: Path) -> Iterator[Callable[..., ForeignHistory]]:
    """Write commits into the foreign repository and open it."""
    histories: list[ForeignHistory] = []

    def run(*commits: bytes) -> ForeignHistory:
        foreign.write(*commits)
        histories.append(ForeignHistory.open(str(foreign.folder), cache=tmp_path / "cache"))
        return histories[-1]

    yield run
    for history in histories:
        history.close()


def blob_id(content: bytes) -> str:
    done = subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_each_commit_says_which_files_it_added_changed_and_deleted(opened: Callable[..., ForeignHistory]) -> None:
    history = opened(
        commit_of(put(b"one"), put(b"same", "B.md")),
        commit_of(put(b"two"), put(b"more", "A.md"), mark=2, parents=(1,)),
        commit_of(b"D %s\n" % PATH.encode(), mark=3, parents=(2,)),
    )
    one, two = blob_id(b"one"), blob_id(b"two")
    assert [commit.files for commit in history.commits()] == [
        (
            ForeignFile(path="B.md", status="added", old_id=None, new_id=blob_id(b"same")),
            ForeignFile(path=PATH, status="added", old_id=None, new_id=one),
        ),
        (
            ForeignFile(path="A.md", status="added", old_id=None, new_id=blob_id(b"more")),
            ForeignFile(path=PATH, status="modified", old_id=one, new_id=two),
        ),
        (ForeignFile(path=PATH, status="deleted", old_id=two, new_id=None),),
    ]


def test_a_renamed_file_is_deleted_and_added(opened: Callable[..., ForeignHistory]) -> None:
    text = b"a long text that stays the same\n" * 20
    history = opened(
        commit_of(put(text)), commit_of(b"D %s\n" % PATH.encode(), put(text, "Kite/Terms.md"), mark=2, parents=(1,))
    )
    _, renamed = history.commits()
    assert [(file.path, file.status) for file in renamed.files] == [(PATH, "deleted"), ("Kite/Terms.md", "added")]


def test_links_and_submodules_count_as_nothing_there(opened: Callable[..., ForeignHistory]) -> None:
    module = b"M 160000 %s module\n" % (b"1" * 40)
    history = opened(
        commit_of(put(b"text"), put(b"target", "link.md", b"120000"), module),
        commit_of(put(b"elsewhere", mode=b"120000"), put(b"now a file", "link.md"), mark=2, parents=(1,)),
        commit_of(put(b"now a file", "link.md", b"100755"), mark=3, parents=(2,)),
    )
    text = blob_id(b"text")
    assert [commit.files for commit in history.commits()] == [
        (ForeignFile(path=PATH, status="added", old_id=None, new_id=text),),
        (
            ForeignFile(path=PATH, status="deleted", old_id=text, new_id=None),
            ForeignFile(path="link.md", status="added", old_id=None, new_id=blob_id(b"now a file")),
        ),
        (),
    ]


def test_parents_come_before_children_whatever_their_dates_and_a_merge_has_no_files(
    opened: Callable[..., ForeignHistory],
) -> None:
    history = opened(
        commit_of(put(b"0"), message=b"root", when="1700000000 +0000"),
        commit_of(put(b"1", "A.md"), mark=2, parents=(1,), message=b"left", when="1600000000 +0000"),
        commit_of(put(b"2", "B.md"), mark=3, parents=(1,), message=b"right", when="1500000000 +0000"),
        commit_of(mark=4, parents=(2, 3), message=b"merge"),
        commit_of(put(b"3"), mark=5, parents=(4,), message=b"tip", when="1400000000 +0000"),
    )
    commits = list(history.commits())
    places = {commit.message.strip(): place for place, commit in enumerate(commits)}
    assert places["root"] == 0
    assert {places["left"], places["right"]} == {1, 2}
    assert (places["merge"], places["tip"]) == (3, 4)
    assert commits[3].files == ()
    assert commits[4].id == history.head


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("1596029536 +0000", datetime(2020, 7, 29, 13, 32, 16, tzinfo=UTC)),
        ("1596029536 +0530", datetime(2020, 7, 29, 13, 32, 16, tzinfo=UTC)),
        ("1596029536 -1145", datetime(2020, 7, 29, 13, 32, 16, tzinfo=UTC)),
        ("0 +0000", None),
        ("4102444800 +0000", None),
        ("99999999999999999 +0000", None),
    ],
)
def test_author_dates_are_in_utc_and_absurd_ones_are_none(
    opened: Callable[..., ForeignHistory], when: str, expected: datetime | None
) -> None:
    (commit,) = opened(commit_of(put(b"x"), when=when)).commits()
    assert commit.authored_at == expected


def test_a_commit_without_an_author_date_has_none(foreign: Foreign, tmp_path: Path) -> None:
    tree = subprocess.run(
        ["git", f"--git-dir={foreign.folder}", "mktree"], input=b"", capture_output=True, check=True
    ).stdout.strip()
    raw = b"tree %s\nauthor nobody\ncommitter nobody <> 1 +0000\n\nodd\n" % tree
    made = subprocess.run(
        ["git", f"--git-dir={foreign.folder}", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
        input=raw,
        capture_output=True,
        check=True,
    ).stdout.strip()
    (foreign.folder / "refs" / "heads" / "main").write_bytes(made + b"\n")
    with ForeignHistory.open(str(foreign.folder), cache=tmp_path) as history:
        assert [(commit.authored_at, commit.message) for commit in history.commits()] == [(None, "odd\n")]


@pytest.mark.parametrize(
    "path",
    [
        ":100644 100644 a b A",
        "two\nlines.md",
        "\ttab",
        "0" * 40,
        '"quoted" \\ back',
        "Kestrel/日本.md",
        "-x",
        "a" * 1000,
    ],
)
def test_no_path_or_message_is_taken_for_something_else(opened: Callable[..., ForeignHistory], path: str) -> None:
    message = f"\n\n:100644 100644 x\n{'1' * 40}\n{path}\n"
    history = opened(
        commit_of(put(b"x", path), message=message.encode()),
        commit_of(mark=2, parents=(1,), message=b""),
        commit_of(put(b"y", path), put(b"z", f"{path}z"), mark=3, parents=(2,)),
    )
    first, empty, last = history.commits()
    assert first.message == f"{message}"
    assert [file.path for file in first.files] == [path]
    assert (empty.message, empty.files) == ("", ())
    assert {file.path for file in last.files} == {path, f"{path}z"}


def test_names_that_are_not_utf_8_are_kept_and_messages_are_read_by_their_encoding(
    opened: Callable[..., ForeignHistory],
) -> None:
    history = opened(
        commit_of(put(b"x", b"Caf\xe9.md"), message="Café".encode("latin-1"), encoding=b"ISO-8859-1"),
        commit_of(put(b"y", b"Caf\xe9.md"), message=b"broken \xff\xfe", mark=2, parents=(1,)),
    )
    first, second = history.commits()
    assert first.files[0].path == second.files[0].path == b"Caf\xe9.md".decode("utf-8", "surrogateescape")
    assert first.message.strip() == "Café"
    assert second.message.strip() == "broken \ufffd\ufffd"


def test_a_message_is_kept_up_to_a_bound(opened: Callable[..., ForeignHistory]) -> None:
    (commit,) = opened(commit_of(put(b"x"), message=b"m" * 200_000)).commits()
    assert commit.message == "m" * 65_536


def test_an_entry_without_end_is_refused(opened: Callable[..., ForeignHistory]) -> None:
    history = opened(commit_of(put(b"x"), message=b"m" * ((1 << 24) + 70_000)))
    with pytest.raises(ArchiveError, match="one entry has more") as caught:
        list(history.commits())
    assert caught.value.reason == "damaged"


def test_blobs_come_in_the_order_asked_for_and_as_often(opened: Callable[..., ForeignHistory]) -> None:
    contents = [b"", b"one\n", b"no line end", b"\0\n\0" * 50_000]
    history = opened(commit_of(*(put(content, f"{place}.md") for place, content in enumerate(contents))))
    asked = [contents[place] for place in (3, 0, 1, 3, 2, 0)]
    assert list(history.blobs(map(blob_id, asked))) == asked
    assert list(history.blobs([])) == []


def test_more_blobs_are_asked_for_than_any_pipe_holds(opened: Callable[..., ForeignHistory]) -> None:
    contents = [b"%d " % number * 3000 for number in range(40)]
    history = opened(commit_of(*(put(content, f"{place}.md") for place, content in enumerate(contents))))
    ids = [blob_id(content) for content in contents]
    drawn = 0

    def draw() -> Iterator[str]:
        nonlocal drawn
        for number in range(5000):
            drawn += 1
            yield ids[number % 40]

    for number, content in enumerate(history.blobs(draw())):
        assert content == contents[number % 40]
        assert drawn - number <= 10_000 // 2
    assert drawn == 5000


def test_a_blob_that_is_too_large_is_none_and_the_next_one_is_read(opened: Callable[..., ForeignHistory]) -> None:
    history = opened(commit_of(put(b"x" * 100_001, "large.md"), put(b"y" * 100_000)))
    ids = [blob_id(b"x" * 100_001), blob_id(b"y" * 100_000)]
    assert list(history.blobs(ids, max_bytes=100_000)) == [None, b"y" * 100_000]


def test_blobs_that_return_are_read_once_as_long_as_they_are_remembered(
    opened: Callable[..., ForeignHistory], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Remembering is bounded by number and size; what comes out is the same."""
    contents = [*(b"%d" % number for number in range(600)), b"", b"x" * ((1 << 18) + 1), b"y" * 5_000]
    history = opened(commit_of(*(put(content, f"{place}.md") for place, content in enumerate(contents))))
    large, returning = contents[601], contents[:3]
    order = [*returning, *returning, large, large, b"", b"", *contents, *returning, *returning[::-1], large]
    read: list[str] = []
    original = ForeignHistory._answer

    def note(self: ForeignHistory, child: Child, blob: str, max_bytes: int) -> bytes | None:
        read.append(blob)
        return original(self, child, blob, max_bytes)

    monkeypatch.setattr(ForeignHistory, "_answer", note)
    assert list(history.blobs(map(blob_id, order))) == order
    assert [read.count(blob_id(content)) for content in returning] == [2, 2, 2]
    assert max(read.count(blob_id(content)) for content in contents[3:600]) == 1


def test_what_was_read_is_not_held_in_memory(opened: Callable[..., ForeignHistory]) -> None:
    contents = [os.urandom(300_000) for _ in range(40)]
    history = opened(commit_of(*(put(content, f"{place}.md") for place, content in enumerate(contents))))
    ids = [blob_id(content) for content in contents]
    del contents
    tracemalloc.start()
    try:
        assert sum(len(content or b"") for content in history.blobs(ids)) == 40 * 300_000
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most_bytes < 2_000_000


def test_a_reading_that_is_broken_off_does_not_confuse_the_next(opened: Callable[..., ForeignHistory]) -> None:
    contents = [b"%d" % number * 50_000 for number in range(9)]
    history = opened(commit_of(*(put(content, f"{place}.md") for place, content in enumerate(contents))))
    ids = [blob_id(content) for content in contents]
    reading = history.blobs(ids)
    next(reading)
    assert list(history.blobs(ids[5:])) == contents[5:]
    next(reading)
    reading.close()  # type: ignore[attr-defined]  # it is a generator
    assert list(history.blobs(ids)) == contents
    commits = history.commits()
    next(commits)
    commits.close()  # type: ignore[attr-defined]  # likewise
    assert len(list(history.commits())) == 1


@pytest.mark.parametrize("wrong", ["missing", "tree"])
def test_what_is_no_blob_of_the_history_is_an_error(opened: Callable[..., ForeignHistory], wrong: str) -> None:
    history = opened(commit_of(put(b"x")))
    asked = "1" * 40 if wrong == "missing" else "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    with pytest.raises(ArchiveError, match=f"blob {asked}") as caught:
        list(history.blobs([blob_id(b"x"), asked]))
    assert caught.value.reason == "damaged"
    assert list(history.blobs([blob_id(b"x")])) == [b"x"]


@pytest.mark.parametrize("wrong", ["", "HEAD", "abc", f"{'1' * 40}\n{'1' * 40}", "main:Kestrel", "1" * 41])
def test_only_ids_are_asked_for(opened: Callable[..., ForeignHistory], wrong: str) -> None:
    with pytest.raises(ValueError, match="no id of a blob"):
        list(opened(commit_of(put(b"x"))).blobs([wrong]))


def test_a_corrupt_history_is_told_as_damaged(foreign: Foreign, tmp_path: Path) -> None:
    foreign.write(commit_of(put(b"x")), commit_of(put(b"y"), mark=2, parents=(1,)))
    with ForeignHistory.open(str(foreign.folder), cache=tmp_path) as history:
        first = next(iter(history.commits())).id
        lost = foreign.folder / "objects" / first[:2] / first[2:]
        lost.unlink()
        with pytest.raises(ArchiveError, match="Clone it again") as caught:
            list(history.commits())
    assert caught.value.reason == "damaged"


def test_no_child_process_or_thread_outlives_the_history(opened: Callable[..., ForeignHistory]) -> None:
    before = set(threading.enumerate())
    history = opened(commit_of(put(b"x")))
    assert list(history.blobs([blob_id(b"x")])) == [b"x"]
    child = history._idle
    assert child is not None
    process = child._process.proc
    assert process is not None
    history.close()
    assert process.returncode is not None
    assert set(threading.enumerate()) == before


@pytest.mark.shared
def test_a_real_collection_is_read_as_its_table_says(shared_data: Path, tmp_path: Path) -> None:
    rows = (shared_data / "ota" / "contrib-sample.commits.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [json.loads(row) for row in rows]
    with ForeignHistory.open(str(shared_data / "ota" / "contrib-sample.bundle"), cache=tmp_path) as history:
        commits = list(history.commits())
        ids = [file.new_id for commit in commits for file in commit.files if file.new_id is not None]
        contents = list(history.blobs(ids))
    assert history.name == "contrib-sample"
    assert sorted(commit.id for commit in commits) == sorted(row["commit"] for row in expected)
    by_id = {commit.id: commit for commit in commits}
    for row in expected:
        commit = by_id[row["commit"]]
        assert f"{commit.authored_at:%Y-%m-%dT%H:%M:%SZ}" == row["date"]
        assert [file.path for file in commit.files] == row["files"]
    assert [blob_id(content or b"") for content in contents[::500]] == ids[::500]
