"""What a correction may say, and what is said of one that is wrong."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import LoadedCorrections, load_corrections
from tracker.declarations.corrections import MOST_FILES, MOST_IN_A_FILE

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "change": "courier/privacy-policy/2024-03-05T031705Z-0a0a0a0a-0b0b0b0b/",
    "field": "effect",
    "value": "neutral",
    "reason": "The clause only repeats section 2.",
    "by": "Ann Lee",
    "at": "2025-05-03T10:00:00+02:00",
}


def load(folder: Path, *contents: Any) -> LoadedCorrections:
    for number, content in enumerate(contents):
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    return load_corrections(folder, now=NOW)


def errors(loaded: LoadedCorrections) -> list[tuple[str, str, str]]:
    return [(Path(error.file).name, error.path, error.cause) for error in loaded.errors]


def test_without_a_folder_nothing_is_corrected(tmp_path: Path) -> None:
    assert load_corrections(tmp_path / "none", now=NOW) == LoadedCorrections()


def test_a_file_holds_one_correction_or_a_list_of_them(tmp_path: Path) -> None:
    topics = GOOD | {"field": "topics", "value": ["security", "data-sharing"]}
    loaded = load(tmp_path, GOOD, [topics, GOOD | {"field": "retract", "value": True}])
    assert loaded.errors == ()
    effect, sorted_topics, retract = loaded.corrections
    assert (effect.field, effect.value, effect.by, effect.place) == ("effect", "neutral", "Ann Lee", "")
    assert effect.at == datetime(2025, 5, 3, 8, tzinfo=UTC)
    assert (sorted_topics.value, sorted_topics.place) == (("data-sharing", "security"), "0")
    assert (retract.value, retract.file) == (True, str(tmp_path / "1.json"))


@pytest.mark.parametrize(
    ("change", "path", "cause"),
    [
        ({"field": "trust"}, "field", "'kind', 'material', 'effect', 'topics', 'headline' or 'retract'"),
        ({"value": "bigger"}, "value", "one of widens, narrows, mixed, neutral, unclear"),
        ({"value": ["widens"]}, "value", "a text"),
        ({"value": None}, "value", "a text"),
        ({"field": "kind", "value": "grave"}, "value", "one of substantive, clarification, editorial, technical"),
        ({"field": "kind", "value": "broken"}, "value", "set retract to true"),
        ({"field": "material", "value": "false"}, "value", "true or false"),
        ({"field": "material", "value": 0}, "value", "true or false"),
        ({"field": "retract", "value": 1}, "value", "true or false"),
        ({"field": "topics", "value": "security"}, "value", "each once at most"),
        ({"field": "topics", "value": ["security", "security"]}, "value", "each once at most"),
        ({"field": "topics", "value": ["weather"]}, "value", "law-enforcement"),
        ({"field": "topics", "value": [["security"], {}]}, "value", "law-enforcement"),
        ({"field": "headline", "value": "x" * 281}, "value", "at most 280 characters, and this has 281"),
        ({"field": "headline", "value": " "}, "value", "one line of visible text"),
        ({"field": "headline", "value": "a\u202eb"}, "value", "one line of visible text"),
        ({"field": "headline", "value": "a\nb"}, "value", "one line of visible text"),
        ({"reason": ""}, "reason", "not empty"),
        ({"reason": "x" * 2_001}, "reason", "2000"),
        ({"by": "\u200b"}, "by", "visible text"),
        ({"by": 7}, "by", "string"),
        ({"at": "yesterday"}, "at", "2024-09-23T15:26:23Z"),
        ({"at": "2025-05-03"}, "at", "2024-09-23T15:26:23Z"),
        ({"at": "2025-05-03T10:00:00"}, "at", "2024-09-23T15:26:23Z"),
        ({"at": "2062-05-03T10:00:00Z"}, "at", "lies ahead"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "at", "years 1 to 9999"),
        ({"change": ""}, "change", "not empty"),
        ({"chnage": "x"}, "chnage", "did you mean 'change'"),
    ],
)
def test_a_wrong_correction_is_named_with_file_place_and_cause_and_the_others_hold(
    tmp_path: Path, change: dict[str, Any], path: str, cause: str
) -> None:
    loaded = load(tmp_path, [GOOD, GOOD | change], GOOD)
    assert len(loaded.corrections) == 2
    [(file, place, said)] = errors(loaded)
    assert (file, place) == ("0.json", f"1.{path}")
    assert cause in said


@pytest.mark.parametrize("key", sorted(GOOD))
def test_no_key_may_be_missing(tmp_path: Path, key: str) -> None:
    loaded = load(tmp_path, {name: value for name, value in GOOD.items() if name != key})
    assert errors(loaded) == [("0.json", key, "required key is missing")]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("7", "one correction"),
        ('{"change": "x", "change": "y"}', "stands twice"),
        ("[" * 100_000, "too deeply"),
        ('["\\ud800"]', "surrogate"),
        (f'"{"x" * 1_000_000}"', "larger than"),
        ("[NaN]", "NaN"),
    ],
)
def test_a_file_that_is_none_costs_itself_alone(tmp_path: Path, content: str, cause: str) -> None:
    loaded = load(tmp_path, content, GOOD)
    assert len(loaded.corrections) == 1
    assert {name for name, _, _ in errors(loaded)} == {"0.json"}
    assert cause in errors(loaded)[0][2]


def test_items_that_are_no_objects_are_named(tmp_path: Path) -> None:
    assert errors(load(tmp_path, [7, "x", GOOD])) == [
        ("0.json", "0", "this must be an object"),
        ("0.json", "1", "this must be an object"),
    ]


def test_what_is_written_without_end_is_cut(tmp_path: Path) -> None:
    loaded = load(tmp_path, [GOOD | {"at": "x"}] * MOST_IN_A_FILE, [7] * (MOST_IN_A_FILE + 1))
    assert len(loaded.errors) == 2 * 101
    assert "more errors in this file" in loaded.errors[-1].cause
    assert "spread them over files" in loaded.errors[101].cause


def test_a_folder_without_end_is_cut(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number:05}.json").write_text("[]", encoding="utf-8")
    [error] = load_corrections(tmp_path, now=NOW).errors
    assert "5,001 files" in error.cause


def test_what_is_no_file_of_corrections_is_not_read_or_waited_for(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("notes", encoding="utf-8")
    (tmp_path / ".draft.json").write_text("{", encoding="utf-8")
    assert load_corrections(tmp_path, now=NOW) == LoadedCorrections()
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    assert [cause for _, _, cause in errors(load_corrections(tmp_path, now=NOW))] == ["this is not a regular file"] * 2


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "corrections").write_text("x", encoding="utf-8")
    [error] = load_corrections(tmp_path / "corrections", now=NOW).errors
    assert "cannot be read" in error.cause


def test_no_message_carries_what_a_terminal_would_obey(tmp_path: Path) -> None:
    loaded = load(tmp_path, GOOD | {"\x1b[2J": 1}, GOOD | {"field": "\u202e"})
    assert all(str(error).isprintable() for error in loaded.errors)
