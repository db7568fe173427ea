"""A page that is served in two forms from night to night: what the run, the log and the pages say of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import Loaded
from tracker.model import DocumentKey
from tracker.pipeline import Reader
from tracker.render.addresses import change_ids

LANTERN = "Lantern/Privacy Policy"
BOX = "Was this page of any help to you, or do you still look for an answer somewhere else?"
NEWS = "From now on the harbour master reads the letters of everybody who lives near the quay."


@pytest.fixture
def nights(lantern: Any, make_page: Any, sentences: Sequence[str]) -> Any:
    """Serve one text a night from the second night on, each night's run included; the plain one was the first."""
    lantern.configure(confirm_seconds=0)
    texts = {
        "plain": make_page(), "box": make_page(*sentences, BOX), "news": make_page(*sentences, NEWS),
        "news, box": make_page(*sentences, NEWS, BOX),
    }  # fmt: skip

    def run(*served: str, first: int = 2) -> list[Any]:
        rows = []
        for night, text in enumerate(served, start=first):
            lantern.site.serve("/privacy", texts[text])
            rows.append(lantern.run(night).json["results"][0])
        return rows

    return run


def page_of(watch: Any, change: str) -> Path:
    return Path(watch.folder / "site" / "lantern" / "privacy-policy" / change)


def test_a_switch_between_variants_is_no_change(lantern: Any, nights: Any) -> None:
    rows = nights("box", "plain", "box", "plain", "box")
    assert [row["outcome"] for row in rows] == ["changed"] * 5, "each text is recorded"
    assert [row["folded"] for row in rows] == [None, None, None, "switch", "switch"]
    assert rows[-1]["headline"] == "no change: variant B: another variant of the page was served"
    lantern.site.serve("/privacy", "")
    assert lantern.tracker("log", LANTERN, "--json").json["documents"][0]["changes"] == []


def test_fail_on_change_does_not_speak_of_a_switch(lantern: Any, nights: Any, make_page: Any) -> None:
    nights("box", "plain", "box", "plain")
    lantern.site.serve("/privacy", make_page(*[], title="Privacy at Lantern"))
    assert lantern.run(7, "--fail-on-change").code == 0


def test_a_change_inside_a_variant_is_told_alone(lantern: Any, nights: Any) -> None:
    nights("box", "plain", "box", "plain", "news, box")
    (change,) = lantern.tracker("log", LANTERN, "--json").json["documents"][0]["changes"]
    assert change["variant"] == "B"
    assert change["is_partial"]
    shown = lantern.tracker("show", LANTERN, change["id"], "--json").json
    assert [(clause["op"], clause["new"]) for clause in shown["clauses"]] == [("added", NEWS)]


def test_the_log_shows_all_on_demand(lantern: Any, nights: Any) -> None:
    nights("box", "plain", "box", "plain", "news")
    plain = lantern.tracker("log", LANTERN).out
    assert "4 steps folded" in plain
    assert "alternating" not in plain
    everything = lantern.tracker("log", LANTERN, "--all").out
    assert everything.count("alternating") == 4
    assert "variant B: another variant of the page was served" in everything
    rows = lantern.tracker("log", LANTERN, "--all", "--json").json["documents"][0]
    assert [row["folded"] for row in rows["folded"]] == ["switch"] * 4
    assert [variant["signature"] for variant in rows["variants"]] == [[], [BOX]]


def test_a_folded_step_can_be_shown_all_the_same(lantern: Any, nights: Any) -> None:
    nights("box", "plain", "box", "plain")
    rows = lantern.tracker("log", LANTERN, "--all", "--json").json["documents"][0]
    shown = lantern.tracker("show", LANTERN, rows["folded"][0]["id"], "--json").json
    assert shown["trust"] == "alternating"
    assert [clause["old"] for clause in shown["clauses"]] == [BOX]


def test_pages_that_no_longer_stand_say_why(lantern: Any, nights: Any) -> None:
    nights("box", "plain")
    early = [row["id"] for row in lantern.tracker("log", LANTERN, "--json").json["documents"][0]["changes"]]
    assert len(early) == 2
    nights("box", "plain", "box", "plain", "box", first=4)
    for change in early:
        text = (page_of(lantern, change) / "index.html").read_text(encoding="utf-8")
        assert "This change no longer stands" in text
        assert "another variant of the page was served" in text
        assert json.loads((page_of(lantern, change) / "change.json").read_text())["status"] == "withdrawn"
    document = (page_of(lantern, "index.html")).read_text(encoding="utf-8")
    assert 'id="variants"' in document
    assert BOX in document


def test_a_feed_id_never_passes_to_another_change(lantern: Any, nights: Any) -> None:
    """Whatever later nights make of a step: its id depends on what was served one after the other."""
    nights("box", "plain", "box", "news, box", "plain", "news, box", "news", "news, box", "news", "box", "plain")
    with lantern.archive() as archive:
        published = {row["address"].split("/")[-2]: row["id"] for row in archive.permalinks()}
        timeline = Reader(archive, Loaded(documents=())).timeline(DocumentKey.parse(LANTERN))
    now = change_ids(timeline)
    kept = published.keys() & now.keys()
    assert len(kept) > 3
    assert {slug: now[slug] for slug in kept} == {slug: published[slug] for slug in kept}
    assert len(set(now.values())) == len(now)


def test_a_night_that_is_repeated_breaks_no_page(lantern: Any, nights: Any) -> None:
    """A clock set back by exactly a night: the same texts at the same instants once more."""
    rows = nights("news", "plain") + nights("news", "plain")
    assert [row["outcome"] for row in rows] == ["changed"] * 4
    pages = sorted(path.name for path in page_of(lantern, "").iterdir() if path.is_dir())
    assert [name.removeprefix(pages[0]) for name in pages[:2]] == ["", "-2"]


def test_judgements_are_kept_between_runs_and_never_needed(lantern: Any, nights: Any) -> None:
    nights("news", "plain")
    first = lantern.tracker("log", "--json").out
    kept = lantern.folder / "archive.git" / "policy-tracker" / "cache.sqlite"
    assert kept.is_file()
    assert lantern.tracker("log", "--json").out == first
    kept.write_bytes(b"no database at all" * 100)
    assert lantern.tracker("log", "--json").out == first
    kept.unlink(missing_ok=True)
    kept.mkdir()
    assert lantern.tracker("log", "--json").out == first
