"""Dated captures from a folder, through the same extraction, vetting and archive as live ones."""

from __future__ import annotations

import json
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest

LANTERN = "Lantern/Privacy Policy"


@pytest.fixture
def captures(watch: Any, make_page: Any, sentences: Any) -> Path:
    """Four captures: two alike, one change, one of links alone; beside a declaration and a file that is none."""
    watch.declare("Lantern", {"Privacy Policy": {"fetch": "https://lantern.example/privacy", "select": "main"}})
    folder: Path = watch.folder / "captures"
    folder.mkdir()
    link = "Our <a href='{}'>guide</a> says the same in fewer words."
    bodies = {
        "2020-01-01T100000Z-first.html": make_page(*sentences, link.format("/a")),
        "2020-02-01T100000Z.html": make_page(*sentences, link.format("/a"), chrome="other"),
        "2020-03-01T100000Z.html": make_page(*sentences[:-1], link.format("/a")),
        "2020-04-01T100000Z.html": make_page(*sentences[:-1], link.format("/b")),
    }
    for name, body in bodies.items():
        (folder / name).write_text(body, encoding="utf-8")
    (folder / "README").write_text("about", encoding="utf-8")
    return folder


def take_in(watch: Any, folder: Path, *arguments: str) -> Any:
    return watch.tracker("import", "folder", str(folder), "--document", LANTERN, "--json", *arguments)


def test_each_capture_is_recorded_as_what_it_is(watch: Any, captures: Path) -> None:
    ran = take_in(watch, captures)
    assert ran.code == 0
    assert ran.json["counts"] == {"first-record": 1, "unchanged": 1, "changed": 1, "technical": 1}
    assert ran.json["ignored"] == ["README"]
    assert log_of(watch.folder) == [
        "2020-01-01T10:00:00Z First record of Lantern Privacy Policy",
        "2020-03-01T10:00:00Z Record new changes of Lantern Privacy Policy",
        "2020-04-01T10:00:00Z Apply technical or declaration upgrade on Lantern Privacy Policy",
    ]
    assert "Imported-From: folder:captures" in watch.git("log", "--format=%B", "archive")
    assert "Last-Seen-Old: 2020-02-01T10:00:00Z" in watch.git("log", "--format=%B", "archive")
    assert len(watch.checks(LANTERN)) == 4


def test_two_imports_of_one_folder_give_the_same_commits(watch: Any, captures: Path) -> None:
    heads = [take_in(watch, captures, "--archive", name).json["archive_head"] for name in ("one.git", "two.git")]
    assert heads[0] == heads[1]


def test_an_import_can_be_repeated_and_goes_on_where_it_ended(
    watch: Any, captures: Path, make_page: Any, sentences: Any
) -> None:
    take_in(watch, captures)
    before = watch.head()
    again = take_in(watch, captures)
    assert (again.code, again.json["already_known"], again.json["files"]) == (0, 4, [])
    assert watch.head() == before
    (captures / "2020-05-01T100000Z.html").write_text(make_page(*sentences[:-2]), encoding="utf-8")
    assert take_in(watch, captures).json["counts"] == {"changed": 1}


def test_captures_older_than_the_newest_version_need_a_vantage(lantern: Any, make_page: Any, sentences: Any) -> None:
    folder = lantern.folder / "captures"
    folder.mkdir()
    (folder / "2020-01-01T100000Z.html").write_text(make_page(*sentences[1:]), encoding="utf-8")
    before = lantern.head()
    ran = take_in(lantern, folder)
    assert ran.code == 2
    assert "--vantage" in ran.err
    assert lantern.head() == before
    ran = take_in(lantern, folder, "--vantage", "attic")
    assert (ran.code, ran.json["document"]) == (0, f"attic:{LANTERN}")
    names = lantern.git("ls-tree", "-r", "--name-only", "archive").splitlines()
    assert "vantages/attic/Lantern/Privacy Policy.md" in names
    assert "Lantern/Privacy Policy.md" in names
    assert lantern.tracker("log", f"attic:{LANTERN}").code == 0
    assert lantern.run(2).json["results"][0]["outcome"] == "unchanged"
    assert lantern.tracker("verify").code == 0


def test_a_broken_capture_is_named_and_the_others_are_recorded(watch: Any, captures: Path) -> None:
    (captures / "2020-02-10T000000Z.html").write_text("<html><body>Loading</body></html>", encoding="utf-8")
    ran = take_in(watch, captures)
    assert ran.code == 1
    assert ran.json["counts"]["refused"] == 1
    bad = next(file for file in ran.json["files"] if file["outcome"] == "refused")
    assert (bad["name"], bad["reason"]) == ("2020-02-10T000000Z.html", "selector-without-match")
    assert len(watch.subjects()) == 3


def test_markdown_captures_are_versions_themselves(watch: Any, captures: Path, sentences: Any) -> None:
    shutil.rmtree(captures)
    captures.mkdir()
    text = "Privacy\n=======\n\n" + "\n\n".join(sentences)
    (captures / "2019-01-01T000000Z.md").write_text(text, encoding="utf-8")
    (captures / "2019-02-01T000000Z.md").write_text(text + "\n\nMaps are drawn in Oslo.\n", encoding="utf-8")
    ran = take_in(watch, captures)
    assert (ran.code, ran.json["counts"]) == (0, {"first-record": 1, "changed": 1})
    found = watch.tracker("verify", "--json")
    assert (found.code, found.json["records"], found.json["problems"]) == (0, 2, [])


@pytest.mark.parametrize(
    ("document", "says"),
    [("Lantern/Cookies", "not declared"), ("Lantern", "Service/Terms Type"), ("Nobody/Privacy Policy", "not declared")],
)
def test_a_document_that_is_not_declared_is_a_usage_error(watch: Any, captures: Path, document: str, says: str) -> None:
    ran = watch.tracker("import", "folder", str(captures), "--document", document)
    assert ran.code == 2
    assert says in ran.err
    assert not (watch.folder / "archive.git").exists()


def test_a_folder_without_captures_is_a_usage_error(watch: Any, captures: Path) -> None:
    ran = watch.tracker("import", "folder", str(watch.folder / "declarations"), "--document", LANTERN)
    assert ran.code == 2
    assert captures.exists()


def test_verify_rebuilds_every_version_and_detects_a_tampered_one(watch: Any, captures: Path) -> None:
    take_in(watch, captures)
    found = watch.tracker("verify", "--json")
    assert found.code == 0
    assert found.json == {"schema": "tracker.verify/1", "records": 3, "rebuilt": 3, "by_digest": 0, "problems": []}
    tamper(watch, "archive:Lantern/Privacy Policy.html", b"eight", b"seven")
    found = watch.tracker("verify", "--json")
    assert found.code == 3
    assert found.json["problems"]


def test_verify_detects_a_rewritten_version(watch: Any, captures: Path) -> None:
    take_in(watch, captures)
    tamper(watch, "archive:Lantern/Privacy Policy.md", b"six months", b"two months")
    ran = watch.tracker("verify")
    assert ran.code == 3
    assert ran.err


def tamper(watch: Any, name: str, old: bytes, new: bytes) -> None:
    """Put other bytes in the place of a blob, as somebody with the disk in hand could."""
    blob = watch.git("rev-parse", name).strip()
    body = subprocess.run(
        ["git", "--git-dir", str(watch.folder / "archive.git"), "cat-file", "blob", blob],
        check=True,
        capture_output=True,
    ).stdout
    changed = body.replace(old, new) if old in body else body + b" "
    pack_folder = watch.folder / "archive.git" / "objects"
    packs = list((pack_folder / "pack").glob("*.pack"))
    for pack in packs:
        moved = watch.folder / pack.name
        pack.rename(moved)
        for other in (pack_folder / "pack").glob(f"{pack.stem}.*"):
            other.unlink()
        with moved.open("rb") as stream:
            subprocess.run(
                ["git", "--git-dir", str(watch.folder / "archive.git"), "unpack-objects", "-q"],
                stdin=stream,
                check=True,
            )
    path = pack_folder / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob %d\0" % len(changed) + changed))


# ---------------------------------------------------------------------------------------------------- real histories

TELEGRAM = "Telegram/Privacy Policy"


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the reconstructed history of Telegram's privacy policy is to be imported."""
    return tmp_path_factory.mktemp("replay")


@pytest.fixture
def replay(replayed: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch, call_tracker: Any) -> Any:
    """The imported replay; imported once."""
    monkeypatch.chdir(replayed)
    if not (replayed / "archive.git").exists():
        declarations = Path(__file__).parents[2] / "declarations"
        shutil.copytree(declarations, replayed / "declarations")
        ran = call_tracker(
            "import", "folder", str(shared_data / "telegram" / "replay"), "--document", TELEGRAM,
            "--archive", "archive.git", "--json",
        )  # fmt: skip
        (replayed / "told.json").write_text(json.dumps({"code": ran.code, "out": ran.out}), encoding="utf-8")
    return call_tracker


def log_of(folder: Path) -> list[str]:
    """`<author date> <subject>` of the commits of record, oldest first."""
    said = subprocess.run(
        ["git", "--git-dir", str(folder / "archive.git"), "log", "--reverse", "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
         "--format=%ad %s", "archive"],
        env={"TZ": "UTC", "PATH": "/usr/bin:/bin:/usr/local/bin"},
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    return [line for line in said if "Record checks of" not in line]


@pytest.mark.shared
def test_the_replay_gives_one_first_record_34_changes_and_three_technical_records(replay: Any, replayed: Path) -> None:
    told = json.loads((replayed / "told.json").read_text(encoding="utf-8"))
    assert told["code"] == 0
    assert replay
    lines = log_of(replayed)
    assert sum("First record of" in line for line in lines) == 1
    assert sum("Record new changes of" in line for line in lines) == 34
    technical = [line[:16] for line in lines if "Apply technical" in line]
    assert [at[:10] for at in technical] == ["2021-07-12", "2025-03-20", "2025-06-03"]
    assert technical[1] == "2025-03-20T06:15"
    assert not any(line.startswith(("2022-09-20", "2025-09-23")) for line in lines)


@pytest.mark.shared
def test_the_replays_author_dates_are_those_of_the_captures(replay: Any, replayed: Path, shared_data: Path) -> None:
    assert replay
    captured = {
        f"{path.name[:13]}:{path.name[13:15]}:{path.name[15:17]}Z"
        for path in (shared_data / "telegram" / "replay").glob("*.html")
    }
    dates = [line[:20] for line in log_of(replayed)]
    assert set(dates) <= captured
    assert dates == sorted(dates)
    assert len(dates) == 38


@pytest.mark.shared
def test_a_repeated_replay_adds_nothing(replay: Any, shared_data: Path) -> None:
    ran = replay(
        "import", "folder", str(shared_data / "telegram" / "replay"), "--document", TELEGRAM, "--archive",
        "archive.git", "--json",
    )  # fmt: skip
    assert (ran.code, ran.json["already_known"], ran.json["counts"]) == (0, 40, {})


@pytest.mark.shared
def test_verify_rebuilds_the_whole_replay(replay: Any) -> None:
    found = replay("verify", "--archive", "archive.git", "--json")
    assert found.code == 0
    assert (found.json["records"], found.json["rebuilt"], found.json["problems"]) == (38, 38, [])


@pytest.mark.shared
def test_the_change_of_september_2024_is_one_clause(replay: Any) -> None:
    ran = replay(
        "diff", f"{TELEGRAM}@2024-07-15", f"{TELEGRAM}@2024-09-23", "--archive", "archive.git", "--format", "json"
    )
    assert ran.code == 0
    (clause,) = ran.json["clauses"]
    assert (clause["op"], clause["section"]["number"]) == ("modified", "8.3")
