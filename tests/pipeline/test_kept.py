"""What is kept between runs is found again by all that it depends on, and never trusted further than that."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.model import DocumentKey, Event, Record, Residue, Timeline
from tracker.pipeline import Cache, cache
from tracker.pipeline.cache import name_result
from tracker.pipeline.logs import _name_of, _read_summaries

DOCUMENT = DocumentKey(service="Lantern", terms_type="Privacy Policy")


def record(text: str) -> Record:
    return Record(
        document=DOCUMENT, commit=text * 40, kind="change", fetched_at=datetime(2024, 3, 1, tzinfo=UTC), source_url="",
        text_sha256=text * 64, markdown_sha256=text * 64, body_sha256="",
    )  # fmt: skip


EVENT = Event(old=record("a"), new=record("b"), trust="single", last_seen_old=datetime(2024, 2, 1, tzinfo=UTC))


def timeline(*events: Event) -> Timeline:
    return Timeline(document=DOCUMENT, records=(), events=events)


def test_a_result_is_found_by_its_name_in_another_run(tmp_path: Path) -> None:
    with Cache(tmp_path / "deep" / "cache.sqlite") as kept:
        kept.put("one", ["a", None, 1])
    with Cache(tmp_path / "deep" / "cache.sqlite") as kept:
        assert kept.get("one") == ["a", None, 1]
        assert kept.get("other") is None


def test_without_a_place_nothing_is_kept() -> None:
    kept = Cache(None)
    kept.put("one", 1)
    assert kept.get("one") is None


@pytest.mark.parametrize("value", [b"no packed value", zlib.compress(b"[" * 100_000), zlib.compress(b"{nothing}")])
def test_what_cannot_be_read_is_not_there(tmp_path: Path, value: bytes) -> None:
    with Cache(tmp_path / "cache.sqlite") as kept:
        kept.put("one", 1)
        with sqlite3.connect(tmp_path / "cache.sqlite") as connection:
            connection.execute("UPDATE results SET value = ?", (value,))
        connection.close()
        assert kept.get("one") is None


def test_a_cache_that_grew_too_large_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Cache(tmp_path / "cache.sqlite") as kept:
        kept.put("one", 1)
    monkeypatch.setattr(cache, "_MOST_BYTES", 1)
    with Cache(tmp_path / "cache.sqlite") as kept:
        assert kept.get("one") is None


def test_names_hold_every_part_apart() -> None:
    names = [
        name_result("x", parts) for parts in (["a", "b"], ["ab"], ["a", None, "b"], ["a", "b", None], ["b", "a"], [])
    ]
    names += [name_result("y", ["a", "b"])]
    assert len(set(names)) == len(names)


def test_other_rules_give_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    before = name_result("x", ["a"])
    monkeypatch.setattr(cache, "rules_fingerprint", lambda: "other rules")
    assert name_result("x", ["a"]) != before


def test_summaries_depend_on_texts_times_languages_and_residues() -> None:
    residues = [
        Residue(added=frozenset({"-"}), removed=frozenset({"x"})),
        Residue(added=frozenset(), removed=frozenset({"-", "x"})),
        Residue(added=frozenset({"x"}), removed=frozenset({"-"})),
    ]
    stories = [
        timeline(EVENT),
        timeline(replace(EVENT, old=record("c"))),
        timeline(replace(EVENT, new=record("c"))),
        timeline(EVENT, EVENT),
        timeline(),
        *(timeline(replace(EVENT, residue=residue)) for residue in residues),
    ]
    names = [_name_of(story, "en") for story in stories] + [_name_of(stories[0], "de"), _name_of(stories[0], None)]
    assert len(set(names)) == len(names)
    folded = replace(EVENT, new=record("d"), folded="switch")
    assert _name_of(timeline(EVENT, folded), "en") != _name_of(timeline(EVENT), "en"), "it may bear an announcement"


@pytest.mark.parametrize(
    "value",
    [None, "text", [], [1], [{}], [{"kind": "editorial"}],
     [{"kind": 1, "material": False, "effect": "neutral", "topics": [], "headline": "x"}]],
)  # fmt: skip
def test_summaries_that_do_not_fit_are_worked_out_again(value: object) -> None:
    assert _read_summaries(value, timeline(EVENT)) is None  # type: ignore[arg-type]
