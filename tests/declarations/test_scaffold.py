"""What `tracker init` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.config import Settings, load_settings
from tracker.declarations import scaffold
from tracker.errors import UsageError


def test_a_new_repository_gets_settings_a_readme_and_an_ignore_file(tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    written = scaffold(folder, title="My policies")
    assert written == (folder / "tracker.toml", folder / "declarations" / "README.md", folder / ".gitignore")
    assert {"/snapshots/", "/site/"} <= set((folder / ".gitignore").read_text().splitlines())
    assert "tracker add" in (folder / "declarations" / "README.md").read_text()


@pytest.mark.parametrize("title", ["My policies", 'Say "no" \\ more', "Überwachte Regeln 🔎", "{title}"])
def test_the_settings_written_are_the_defaults_with_the_title(tmp_path: Path, title: str) -> None:
    scaffold(tmp_path, title=title)
    written = load_settings(None, folder=tmp_path)
    (tmp_path / "tracker.toml").unlink()
    defaults = load_settings(None, folder=tmp_path)
    assert written.title == title
    assert {name: getattr(written, name) for name in Settings.__slots__ if name != "title"} == {
        name: getattr(defaults, name) for name in Settings.__slots__ if name != "title"
    }


def test_every_setting_is_shown_and_what_is_shown_as_default_is_the_default(tmp_path: Path) -> None:
    scaffold(tmp_path, title="x")
    file = tmp_path / "tracker.toml"
    lines = file.read_text().splitlines()
    shown = [line.removeprefix("# ") for line in lines if " = " in line]
    names = {line.split(" = ")[0] for line in shown}
    assert names == {"user_agent" if name == "own_user_agent" else name for name in Settings.__slots__}
    examples = {"title", "site_url", "websub_hub", "contact", "user_agent", "archive"}
    file.write_text("\n".join(line for line in shown if line.split(" = ")[0] not in examples))
    stated = load_settings(file, folder=tmp_path)
    file.unlink()
    assert stated == load_settings(None, folder=tmp_path)
    file.write_text("\n".join(shown))
    assert load_settings(file, folder=tmp_path).contact.startswith("https://example.org/")


def test_an_existing_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "tracker.toml").symlink_to(tmp_path / "elsewhere")
    assert scaffold(tmp_path, title="x") == (tmp_path / "declarations" / "README.md",)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert not (tmp_path / "elsewhere").exists()
    assert scaffold(tmp_path, title="x") == ()


@pytest.mark.parametrize("title", ["", " ", "a\nb = 1", "\x1b[2J", "x" * 201])
def test_a_title_is_one_printable_line(tmp_path: Path, title: str) -> None:
    with pytest.raises(UsageError, match="title"):
        scaffold(tmp_path, title=title)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "declarations").write_text("")
    with pytest.raises(UsageError, match="declarations"):
        scaffold(tmp_path, title="x")
