"""The demonstration: the whole story offline, the same bytes every time."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import feedparser
import pytest

# The demonstration that all tests share is built with whatever is installed, and so are those beside it.
pytestmark = pytest.mark.extras


def told_by(out: Path, call_tracker: Any) -> Any:
    ran = call_tracker("demo", "--out", str(out), "--json")
    assert ran.code == 0
    return ran.json


@pytest.fixture(scope="session")
def call_demo(call_tracker_once: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """One demonstration for all tests."""
    out = tmp_path_factory.mktemp("first") / "demo"
    return out, told_by(out, call_tracker_once)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def commits(out: Path) -> list[str]:
    done = subprocess.run(
        ["git", "--git-dir", str(out / "archive.git"), "log", "--format=%H %s", "archive"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


def test_the_story_has_four_changes_and_an_error_that_is_none(call_demo: Any) -> None:
    out, told = call_demo
    outcomes = [night["outcome"] for night in told["nights"]]
    assert outcomes.count("first-record") == 1
    assert outcomes.count("changed") == 4
    assert outcomes.count("refused") == 1
    error = next(night for night in told["nights"] if night["outcome"] == "refused")
    assert error["reason"] == "error-page"
    assert set(outcomes) == {"first-record", "changed", "refused", "unchanged"}
    subjects = [line.partition(" ")[2] for line in commits(out)]
    assert sum(not subject.startswith(("Record checks of", "Record figures of")) for subject in subjects) == 5


def test_the_changes_mean_what_the_story_tells(call_demo: Any, call_tracker: Any) -> None:
    out, _ = call_demo
    log = call_tracker("log", "--archive", str(out / "archive.git"), "--json").json
    changes = log["documents"][0]["changes"][::-1]
    assert [change["first_seen_new"][:10] for change in changes] == [
        "2024-03-03",
        "2024-03-06",
        "2024-03-12",
        "2024-03-14",
    ]
    assert [change["kind"] for change in changes] == ["editorial", "substantive", "editorial", "substantive"]
    assert [change["material"] for change in changes] == [False, True, False, True]
    assert [change["effect"] for change in changes][1::2] == ["widens", "widens"]
    assert "law-enforcement" in changes[1]["topics"]
    assert "retention-deletion" in changes[3]["topics"]
    assert [change["trust"] for change in changes][1] == "confirmed"


def test_the_widening_is_announced_days_later(call_demo: Any, call_tracker: Any) -> None:
    out, _ = call_demo
    row = call_tracker(
        "show", "Courier/Privacy Policy", "2024-03-06", "--archive", str(out / "archive.git"), "--json"
    ).json
    announced = [clause["announced"] for clause in row["clauses"] if clause["announced"]]
    assert [entry["status"] for entry in announced] == ["later"]
    assert "March 11" in announced[0]["date"]


def test_what_was_published_before_the_announcement_stays_on_record(call_demo: Any) -> None:
    out, _ = call_demo
    [folder] = (out / "site" / "courier" / "privacy-policy").glob("2024-03-06T*")
    row = json.loads((folder / "change.json").read_text(encoding="utf-8"))
    [earlier] = row["earlier"]
    assert earlier["headline"].endswith("not announced in the policy's own log.")
    assert (earlier["judged_at"][:10], row["judged_at"][:10]) == ("2024-03-06", "2024-03-12")
    assert earlier["rules"] == row["rules"]
    items = json.loads((out / "site" / "feeds" / "all.json").read_text(encoding="utf-8"))["items"]
    assert all(item["date_modified"] == item["date_published"] for item in items), "no rule moved in that fortnight"
    assert "Earlier verdicts" in (folder / "index.html").read_text(encoding="utf-8")


def test_its_figures_are_archived_and_made_up(
    call_demo: Any, call_tracker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, told = call_demo
    assert [night["figures"] for night in told["nights"] if night["figures"] != "unchanged"] == [
        "first", "new-version", "new-version",
    ]  # fmt: skip
    monkeypatch.chdir(out)
    shown = call_tracker("transparency", "show", "--publisher", "Courier", "--archive", "archive.git", "--json").json
    assert shown["made_up"] is True
    assert shown["contradictions"] == []
    assert [(source["name"], source["versions"]) for source in shown["sources"]] == [("reports", 3)]
    assert (shown["cadence"]["months"], shown["cadence"]["before"]) == (3, 6)
    derived = {(row["country"], row["from"], row["measure"]): row["value"] for row in shown["derived"]}
    assert derived["BRA", "2024-04-01", "requests"] == 31
    text = call_tracker("transparency", "show", "--publisher", "Courier", "--archive", "archive.git").out
    assert "made up" in text


def test_the_demonstration_says_where_its_figures_are(call_tracker: Any, tmp_path: Path) -> None:
    ran = call_tracker("demo", "--out", str(tmp_path / "demo"))
    assert ran.code == 0
    assert "Courier, reports: first version" in ran.out
    assert sum("made up" in line for line in ran.out.splitlines()) == 1


def test_the_error_night_is_no_event_anywhere(call_demo: Any) -> None:
    out, _ = call_demo
    feed = json.loads((out / "site" / "feeds" / "all.json").read_text(encoding="utf-8"))
    assert len(feed["items"]) == 4
    # The status page alone tells of the night.
    pages = [name for name in bytes_of(out / "site") if "2024-03-04T" in name]
    assert pages == []


def test_the_feeds_parse_and_agree(call_demo: Any) -> None:
    out, _ = call_demo
    for kind in ("atom", "rss"):
        feed = feedparser.parse((out / "site" / "feeds" / f"all.{kind}").read_bytes())
        assert not feed.bozo
        assert len(feed.entries) == 4


def test_verify_rebuilds_the_demonstration(call_demo: Any, call_tracker: Any) -> None:
    out, _ = call_demo
    found = call_tracker("verify", "--archive", str(out / "archive.git"), "--json").json
    assert (found["records"], found["rebuilt"], found["problems"]) == (5, 5, [])


def test_two_runs_give_the_same_bytes(
    call_demo: Any, call_tracker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, told = call_demo
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    second = Path("another") / "place"
    again = told_by(second, call_tracker)
    assert again["nights"] == told["nights"]
    assert commits(second) == commits(first)
    for folder in ("site", "snapshots", "declarations", "transparency"):
        assert bytes_of(second / folder) == bytes_of(first / folder)


def test_the_demonstration_rebuilds_its_own_folder(call_demo: Any, call_tracker: Any, tmp_path: Path) -> None:
    first, _ = call_demo
    out = tmp_path / "demo"
    out.mkdir()
    (out / ".tracker-demo").write_text("", encoding="utf-8")
    (out / "old.txt").write_text("left behind", encoding="utf-8")
    told_by(out, call_tracker)
    assert not (out / "old.txt").exists()
    assert commits(out) == commits(first)


def test_a_folder_of_somebody_else_is_refused(call_tracker: Any, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    ran = call_tracker("demo", "--out", str(tmp_path))
    assert ran.code == 2
    assert "--out" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_link_to_a_folder_is_refused(call_tracker: Any, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "demo").symlink_to(tmp_path / "real")
    assert call_tracker("demo", "--out", str(tmp_path / "demo")).code == 2
    assert list((tmp_path / "real").iterdir()) == []


def test_the_site_speaks_the_language_of_the_settings_and_may_change_it(
    call_demo: Any, call_tracker: Any, tmp_path: Path
) -> None:
    demo, _ = call_demo
    out = tmp_path / "demo"
    shutil.copytree(demo, out)
    site, english = out / "site", bytes_of(demo / "site")
    pages = {path for path in english if path.endswith(".html")}

    def build(language: str) -> dict[str, bytes]:
        title = "Policy Change Tracker: demonstration"
        (out / "tracker.toml").write_text(
            f'archive = "archive.git"\ntitle = "{title}"\nlanguage = "{language}"\n', encoding="utf-8"
        )
        assert call_tracker("site", "build", "--config", str(out / "tracker.toml")).code == 0
        return bytes_of(site)

    german = build("de")
    # The index of all words, where there is one, names its files by language.
    assert {path for path in german if "pagefind/" not in path} == {path for path in english if "pagefind/" not in path}
    assert {path for path in pages if b'<html lang="de">' not in german[path]} == set()
    assert (
        sum("Was sie bedeutet" in german[path].decode() for path in pages) == 5
    )  # four changes, and the first version beside the latest
    data = [path for path in english if path.startswith("api/") or path.endswith("change.json")]
    assert [path for path in data if german[path] != english[path]] == []
    assert build("en") == english
