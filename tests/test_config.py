"""The settings of a watch repository."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tracker import __version__
from tracker.config import Settings, load_settings
from tracker.errors import UsageError


def load(folder: Path, text: str) -> Settings:
    file = folder / "tracker.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(None, folder=folder)


def test_without_a_file_all_settings_are_the_documented_defaults(tmp_path: Path) -> None:
    assert load_settings(None, folder=tmp_path) == Settings(
        archive=None,
        branch="archive",
        declarations=tmp_path / "declarations",
        corrections=tmp_path / "corrections",
        transparency=tmp_path / "transparency",
        site=tmp_path / "site",
        snapshots=tmp_path / "snapshots",
        site_url=None,
        websub_hub=None,
        title="Policy Change Tracker",
        language="en",
        contact="",
        timezone="UTC",
        confirm_seconds=20,
        max_bytes=20_000_000,
        per_host_seconds=1.0,
        connect_seconds=10,
        read_seconds=30,
        total_seconds=90,
        allow_private=False,
        respect_robots=True,
    )


def test_every_setting_can_be_stated(tmp_path: Path) -> None:
    text = """
        archive = "../archive.git"
        branch = "main/archive"
        declarations = "watch"
        corrections = "said"
        transparency = "told"
        site = "public"
        snapshots = "texts"
        site_url = "https://example.org/policies"
        websub_hub = "https://hub.example/push?x=1"
        title = "Règles"
        language = "de"
        contact = "https://example.org/contact"
        user_agent = "Mine/1.0"
        timezone = "Europe/Paris"
        confirm_seconds = 0
        max_bytes = 1_000
        per_host_seconds = 2
        connect_seconds = 1.5
        read_seconds = 2.5
        total_seconds = 3
        allow_private = true
        respect_robots = false
    """
    assert load(tmp_path, text) == Settings(
        archive=tmp_path / "../archive.git",
        branch="main/archive",
        declarations=tmp_path / "watch",
        corrections=tmp_path / "said",
        transparency=tmp_path / "told",
        site=tmp_path / "public",
        snapshots=tmp_path / "texts",
        site_url="https://example.org/policies/",
        websub_hub="https://hub.example/push?x=1",
        title="Règles",
        language="de",
        contact="https://example.org/contact",
        own_user_agent="Mine/1.0",
        timezone="Europe/Paris",
        confirm_seconds=0,
        max_bytes=1_000,
        per_host_seconds=2,
        connect_seconds=1.5,
        read_seconds=2.5,
        total_seconds=3,
        allow_private=True,
        respect_robots=False,
    )


def test_paths_are_relative_to_the_file_and_absolute_ones_stay(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    file = elsewhere / "other.toml"
    file.write_text(f"site = '{tmp_path / 'public'}'\narchive = '.'\n")
    settings = load_settings(file, folder=tmp_path)
    assert settings.site == tmp_path / "public"
    assert settings.archive == elsewhere
    assert settings.declarations == elsewhere / "declarations"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", "https://example.org/"),
        ("http://localhost:8000/a/b", "http://localhost:8000/a/b/"),
        ("https://example.org/a//", "https://example.org/a/"),
        ("", None),
    ],
)
def test_the_sites_address_ends_in_one_slash(tmp_path: Path, url: str, expected: str | None) -> None:
    assert load(tmp_path, f'site_url = "{url}"').site_url == expected


def test_the_user_agent_names_tool_version_and_contact(tmp_path: Path) -> None:
    assert load(tmp_path, "").user_agent == f"PolicyChangeTracker/{__version__}"
    stated = load(tmp_path, 'contact = "https://example.org/bot"')
    assert stated.user_agent == f"PolicyChangeTracker/{__version__} (+https://example.org/bot)"
    assert load(tmp_path, 'user_agent = "Mine/1.0"\ncontact = "x"').user_agent == "Mine/1.0"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('sight = "x"', ["'sight'", "did you mean 'site'"]),
        ("max_byte = 3", ["'max_byte'", "did you mean 'max_bytes'"]),
        ('own_user_agent = "x"', ["'own_user_agent'", "did you mean 'user_agent'"]),
        ("zzz = 1\nsight = 1", ["'zzz' is no setting", "'sight'"]),
        ("[fetch]\nmax_bytes = 3", ["'fetch' is no setting"]),
        ("site = 3", ["'site'", "a path"]),
        ('site = ""', ["'site'", "a path"]),
        ('site = "a\\u0000b"', ["'site'", "a path"]),
        ("title = true", ["'title'", "a text"]),
        ('title = "a\\nb"', ["'title'", "one line"]),
        ("max_bytes = 1.5", ["'max_bytes'", "a whole number"]),
        ("max_bytes = true", ["'max_bytes'", "a whole number"]),
        ("max_bytes = 0", ["'max_bytes'", "between 1"]),
        ("max_bytes = 2_000_000_000", ["'max_bytes'", "between 1"]),
        ('confirm_seconds = "20"', ["'confirm_seconds'", "a number"]),
        ("confirm_seconds = -1", ["'confirm_seconds'", "between 0"]),
        ("per_host_seconds = nan", ["'per_host_seconds'", "between 0"]),
        ("total_seconds = inf", ["'total_seconds'", "at most"]),
        ("connect_seconds = 0", ["'connect_seconds'", "greater than 0"]),
        ("read_seconds = nan", ["'read_seconds'", "greater than 0"]),
        ("allow_private = 1", ["'allow_private'", "true or false"]),
        ('respect_robots = "no"', ["'respect_robots'", "true or false"]),
        ('language = "fr"', ["'language' is 'fr'", "there are en, "]),
        ('language = "../locale/de"', ["'language'", "there are en, "]),
        ('language = ""', ["'language'", "there are en, "]),
        ("language = 1", ["'language'", "a text"]),
        ('timezone = "Mars/Olympus"', ["'timezone'", "Mars/Olympus"]),
        ('timezone = "Europe"', ["'timezone'"]),
        ('timezone = "../../etc/passwd"', ["'timezone'"]),
        ('timezone = ""', ["'timezone'"]),
        ('contact = "a\\r\\nX-Evil: 1"', ["'contact'", "header"]),
        ('user_agent = "a\\nb"', ["'user_agent'", "header"]),
        ('user_agent = "a\\n"', ["'user_agent'", "header"]),
        ('websub_hub = "https://hub.example/"', ["'websub_hub'", "'site_url'"]),
        *(
            (f'site_url = "https://example.org/"\nwebsub_hub = "{hub}"', ["'websub_hub'"])
            for hub in (
                "http://hub.example/",
                "hub.example",
                "https://me:pw@hub.example/",
                "https://hub.example/#part",
                'https://hub.example/\\"><script>',
                "https://hub.example:x/",
                "https:///",
            )
        ),
        ('site_url = "example.org"', ["'site_url'"]),
        ('site_url = "ftp://example.org/"', ["'site_url'"]),
        ('site_url = "https://me:pw@example.org/"', ["'site_url'"]),
        ('site_url = "https://example.org/?a=b"', ["'site_url'"]),
        ('site_url = "https://example.org/\\"><script>/"', ["'site_url'"]),
        ('site_url = "https://example.org:x/"', ["'site_url'"]),
        ('branch = "-f"', ["'branch'"]),
        ('branch = "a..b"', ["'branch'"]),
        ('branch = "a.lock"', ["'branch'"]),
        ('branch = "a b"', ["'branch'"]),
        ('branch = ""', ["'branch'"]),
        ('site = "."', ["'site'", "cannot hold 'declarations'"]),
        ('site = "declarations"', ["'site'", "cannot hold 'declarations'"]),
        ('snapshots = "site/texts"', ["'site'", "cannot hold 'snapshots'"]),
        ('snapshots = "a"\narchive = "a/b.git"', ["'snapshots'", "cannot hold 'archive'"]),
        ("title = ", ["not TOML"]),
        ("title = 'a'\ntitle = 'b'", ["not TOML"]),
    ],
)
def test_a_wrong_setting_is_a_usage_error_that_names_file_and_key(tmp_path: Path, text: str, named: list[str]) -> None:
    with pytest.raises(UsageError) as raised:
        load(tmp_path, text)
    message = str(raised.value)
    assert message.startswith(f"{tmp_path / 'tracker.toml'}: ")
    assert all(part in message for part in named), message


@pytest.mark.parametrize("content", [b"title = '\xe9'", b"a = " + b"[" * 50_000, b"#" * 100_001])
def test_a_file_that_is_no_settings_file_is_a_usage_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tracker.toml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"tracker\.toml"):
        load_settings(None, folder=tmp_path)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tracker init"):
        load_settings(tmp_path / "absent.toml", folder=tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(tmp_path, folder=tmp_path)


def test_a_value_replaced_on_the_command_line_is_checked_as_well(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert replace(settings, site=tmp_path / "out").site == tmp_path / "out"
    with pytest.raises(UsageError, match="'site'"):
        replace(settings, site=tmp_path)
