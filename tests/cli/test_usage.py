"""What is said, and with which exit code, where a command cannot begin."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tracker.archive import Archive


def test_without_declarations_the_next_step_is_named(watch: Any) -> None:
    ran = watch.tracker("run")
    assert ran.code == 2
    assert "tracker init" in ran.err


def test_an_empty_folder_of_declarations_names_the_next_step(watch: Any) -> None:
    (watch.folder / "declarations").mkdir()
    ran = watch.tracker("run")
    assert ran.code == 2
    assert "tracker add" in ran.err


def test_without_any_repository_the_way_out_is_named(watch: Any) -> None:
    (watch.folder / "tracker.toml").write_text("allow_private = true\n", encoding="utf-8")
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    for command in (("run",), ("log",), ("verify",), ("site", "build")):
        ran = watch.tracker(*command)
        assert ran.code == 2
        assert "git init" in ran.err
        assert "--archive" in ran.err


def test_an_archive_that_another_run_holds_is_exit_code_3(lantern: Any, utc: Any) -> None:
    before = lantern.head()
    with Archive.open(lantern.folder / "archive.git", folder=lantern.folder) as archive, archive.lock(utc(2)):
        ran = lantern.tracker("run")
        assert ran.code == 3
        assert "lock" in ran.err or "at work" in ran.err
    assert lantern.head() == before
    assert lantern.tracker("run").code == 0


def test_a_damaged_archive_is_exit_code_3(lantern: Any) -> None:
    (lantern.folder / "archive.git" / "refs" / "heads" / "archive").write_bytes(b"")
    for command in (("run",), ("log",), ("verify",)):
        ran = lantern.tracker(*command)
        assert ran.code == 3
        assert "Repair" in ran.err
    ran = lantern.tracker("doctor")
    assert ran.code == 1


def test_a_shallow_archive_is_exit_code_3(lantern: Any) -> None:
    lantern.run(2)
    origin = (lantern.folder / "archive.git").as_uri()
    subprocess.run(["git", "clone", "--quiet", "--bare", "--depth=1", origin, "shallow.git"], check=True)
    ran = lantern.tracker("log", "--archive", "shallow.git")
    assert ran.code == 3
    assert "--unshallow" in ran.err


def test_an_archive_that_is_missing_is_exit_code_3_for_commands_that_read(watch: Any) -> None:
    ran = watch.tracker("log")
    assert ran.code == 3
    assert "archive.git" in ran.err
    assert not (watch.folder / "archive.git").exists()


@pytest.mark.parametrize("arguments", [("run", "--wat"), ("wat",), ("import", "folder"), ("show",), ("site", "wat")])
def test_arguments_that_nobody_knows_are_exit_code_2(watch: Any, arguments: tuple[str, ...]) -> None:
    assert watch.tracker(*arguments).code == 2


def test_a_setting_that_nobody_knows_is_named_with_a_near_one(watch: Any) -> None:
    (watch.folder / "tracker.toml").write_text('site_ur = "https://x.example/"\n', encoding="utf-8")
    ran = watch.tracker("log")
    assert ran.code == 2
    assert "tracker.toml" in ran.err
    assert "site_url" in ran.err


def test_the_folders_of_a_command_can_be_chosen(watch: Any, make_page: Any, tmp_path: Path) -> None:
    watch.site.serve("/privacy", make_page())
    watch.declare("Lantern", {"Privacy Policy": "/privacy"})
    (watch.folder / "declarations").rename(tmp_path / "elsewhere")
    ran = watch.tracker("run", "--archive", "new.git", "--declarations", str(tmp_path / "elsewhere"), "--site", "pages")
    assert ran.code == 0
    assert (watch.folder / "new.git" / "HEAD").exists()
    assert (watch.folder / "pages" / "index.html").exists()
    assert not (watch.folder / "archive.git").exists()


def test_without_arguments_the_commands_are_listed(watch: Any) -> None:
    ran = watch.tracker()
    assert all(word in ran.out + ran.err for word in ("run", "import", "transparency", "demo"))


def test_the_version_is_told(watch: Any) -> None:
    assert watch.tracker("--version").out.startswith("tracker 0.")


def test_two_commands_at_once_cannot_both_write(lantern: Any, utc: Any, tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    folder.mkdir()
    (folder / "2025-01-01T000000Z.html").write_text("<main>x</main>", encoding="utf-8")
    with Archive.open(lantern.folder / "archive.git", folder=lantern.folder) as archive, archive.lock(utc(2)):
        ran = lantern.tracker("import", "folder", str(folder), "--document", "Lantern/Privacy Policy")
    assert ran.code == 3
