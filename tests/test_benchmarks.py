"""The benchmarks measure what they say: figures of a redline, contenders in their own process, tables."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from benchmarks.announcements import score_announcements
from benchmarks.apart import race
from benchmarks.collection import make_collection
from benchmarks.contenders import load_contender
from benchmarks.example import NEW, OLD
from benchmarks.history_contenders import (
    NIGHTS,
    Analysed,
    analyse,
    night_ours,
    night_with_gitpython,
    read_changes,
    read_ours,
    read_plainly,
    read_plainly_into_python,
    read_with_gitpython,
    write_ours,
    write_with_fast_import,
)
from benchmarks.history_import import compare_changes, judge_changes, list_timelines, take_in
from benchmarks.measure import percentile
from benchmarks.race import Lane, Timing
from benchmarks.readability import read_spans, show_spans, spans_of_markup
from benchmarks.samples import make_history
from benchmarks.site import Growing, build_bare, build_cold, build_kept, grow_site
from benchmarks.tables import BEGIN, END, time_table, write_figures
from benchmarks.worker import Worker
from tracker.archive import ForeignHistory

INSTALLED_WITH_US = ("tracker", "difflib", "diff-match-patch", "git")


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([5, 1, 4, 2, 3], percent) for percent in (1, 50, 95, 100)] == [1, 3, 5, 5]


def test_white_space_alone_does_not_part_two_regions() -> None:
    assert read_spans([("-", "old"), ("=", " "), ("+", "new"), ("=", " tower")]).regions == 1


@pytest.mark.parametrize(("kept", "islands"), [("the two", 1), (",", 1), ("the two birds", 0)])
def test_an_island_has_under_three_words(kept: str, islands: int) -> None:
    assert read_spans([("-", "Owls"), ("=", f" {kept} "), ("+", "asleep")]).islands == islands


def test_kept_text_at_an_end_is_no_island() -> None:
    assert read_spans([("=", "We"), ("-", " may"), ("=", " ask")]).islands == 0


@pytest.mark.parametrize(
    ("kept", "inserted", "cuts"),
    [
        ("month", "s", 1),
        ("1", "8 days", 1),
        ("1.", "5", 1),
        ("https://courier.test/", "board", 1),
        ("well-", "known", 0),
        ("bird", ", loft", 0),
    ],
)
def test_words_numbers_and_addresses_are_cut_inside(kept: str, inserted: str, cuts: int) -> None:
    assert read_spans([("=", kept), ("+", inserted)]).cuts == cuts


def test_marks_are_read_from_markup() -> None:
    page = "<p>We <del class='a'>may <b>sell</b></del><ins>keep</ins> it.</p>"
    assert spans_of_markup(page) == [("=", "We "), ("-", "may "), ("-", "sell"), ("+", "keep"), ("=", " it.")]


def test_white_space_stands_outside_the_marks() -> None:
    assert show_spans([("=", "A "), ("-", "bird "), ("-", "or two "), ("+", " "), ("=", "flew")]) == (
        "A [-bird or two-] flew"
    )


def test_the_invented_history_is_the_same_each_time() -> None:
    assert make_history(versions=3, clauses=9) == make_history(versions=3, clauses=9)


@pytest.mark.parametrize("name", INSTALLED_WITH_US)
def test_what_a_contender_shows_rebuilds_both_wordings(name: str) -> None:
    spans = load_contender(name).mark(OLD, NEW)
    for text, left_out in ((OLD, "+"), (NEW, "-")):
        assert "".join("".join(shown for tag, shown in spans if tag != left_out).split()) == "".join(text.split())


def test_a_worker_times_and_traces_the_tracker() -> None:
    with Worker("tracker", cap_seconds=60, ours=True) as worker:
        timed = worker.ask("time", OLD, NEW, rounds=2)
        traced = worker.ask("trace", OLD, NEW)
        reworded = worker.ask("reword", OLD, NEW)
    assert timed is not None
    assert 1 <= len(timed["seconds"]) <= 2
    assert traced is not None
    assert traced["traced_bytes"] > 0
    assert reworded is not None
    assert [(old, new) for _, old, new in reworded["clauses"]] == [(OLD, NEW)]


def test_a_worker_that_is_too_slow_is_stopped_and_begun_anew() -> None:
    old, new = (" ".join(f"{start}{number}" for number in range(200_000)) for start in ("a", "b"))
    with Worker("difflib", cap_seconds=0) as worker:
        assert worker.ask("time", old, new) is None
        worker.cap_seconds = 60
        assert worker.ask("time", "a", "b", rounds=1) is not None


def test_a_contender_that_fails_says_so() -> None:
    with Worker("tracker", cap_seconds=60, ours=True) as worker:
        answer = worker.ask("no such task", "a", "b")
    assert answer == {"failed": "KeyError: 'no such task'"}


def test_a_peer_that_is_not_installed_has_a_row() -> None:
    ours = Lane(name="tracker", timings={0: Timing(rounds=(0.002,))}, failures=0, missing=None, version="")
    peer = Lane(name="redlines", timings={}, failures=0, missing="No module named 'redlines'", version="")
    assert "| redlines | not installed |" in time_table([ours, peer], 20)


def test_a_ratio_is_taken_over_the_pairs_that_both_have() -> None:
    timings = {0: Timing(rounds=(0.001,)), 1: Timing(rounds=(5.0,)), 2: Timing(rounds=(5.0,))}
    ours = Lane(name="tracker", timings=timings, failures=0, missing=None, version="")
    peer = Lane(name="git", timings={0: Timing(rounds=(0.004, 0.003, 0.005))}, failures=0, missing=None, version="")
    assert peer.ratio_to(ours) == pytest.approx(4)


def test_figures_replace_what_stands_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN.format('x')}\nold\n{END}\nafter\n", encoding="utf-8")
    write_figures(page, "new", program="x")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN.format('x')}\n\nnew\n\n{END}\nafter\n"


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no place for figures\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the line"):
        write_figures(page, "new", program="x")
    assert page.read_text(encoding="utf-8") == "no place for figures\n"


@pytest.mark.parametrize("program", ["diff", "history", "meaning", "site"])
def test_the_page_of_the_documentation_has_its_marks(program: str) -> None:
    text = (Path(__file__).parents[1] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert 0 < text.index(BEGIN.format(program)) < text.index(END, text.index(BEGIN.format(program)))


def test_an_invented_collection_is_the_same_each_time_and_goes_on_from_text_to_text(tmp_path: Path) -> None:
    heads = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        collection = make_collection(tmp_path / name, invented=150)
        assert collection.name == "an invented collection: 150 versions"
        with ForeignHistory.open(str(collection.git_dir), cache=tmp_path) as history:
            heads.append(history.head)
            newest: dict[str, bytes | None] = {}
            for _, file, old, new in read_changes(history):
                assert old == newest.get(file.path)
                newest[file.path] = new
        assert len(newest) == 59
    assert heads[0] == heads[1]


def test_all_that_is_measured_does_what_it_says(tmp_path: Path) -> None:
    collection = make_collection(tmp_path, invented=70)
    git_dir = collection.git_dir
    assert write_ours(git_dir, tmp_path, stream=tmp_path / "stream")() == collection.commits == 70
    write_with_fast_import(tmp_path / "stream", tmp_path)()
    read_plainly(git_dir, collection.asked)()
    log_bytes = subprocess.run(
        ["git", f"--git-dir={git_dir}", "log", "--raw", "-z", "--no-abbrev"], check=True, capture_output=True
    ).stdout
    assert cast("int", read_plainly_into_python(git_dir, collection.asked)()) > len(log_bytes)
    assert cast("int", read_ours(git_dir)()) > 70 * 180 * 45
    assert read_with_gitpython(git_dir)() == 60
    one, two = (cast("Analysed", analyse(git_dir, processes=count)()) for count in (1, 2))
    assert (one.texts, one.pairs) == (two.texts, two.pairs)
    assert one.texts - one.pairs == 59
    for night in (night_ours, night_with_gitpython):
        assert len(cast("list[float]", night(tmp_path, size=8)())) == NIGHTS


def test_builds_of_a_site_are_measured_for_what_they_make(tmp_path: Path) -> None:
    growing = Growing(tmp_path / "archive.git", 20)
    site = tmp_path / "site"
    cold, kept, bare = (build(growing.path, site)() for build in (build_cold, build_kept, build_bare))
    assert cold == kept == bare
    assert cold.files > cold.pages > 20
    made = {path.relative_to(site / "bare"): path.read_bytes() for path in (site / "bare").rglob("*.html")}
    assert len(made) == cold.pages
    assert all((site / path).read_bytes() == content for path, content in made.items())


def test_a_site_grows_by_the_pages_of_one_change(tmp_path: Path) -> None:
    grown = grow_site(tmp_path / "grown", 20, rounds=1)()
    assert (grown.changes, grown.documents) == (20, 2)
    assert 3 < grown.written < grown.files / 3


def test_contenders_take_turns_in_processes_of_their_own() -> None:
    found = race({"pid": partial(partial, os.getpid), "cwd": partial(partial, os.getcwd)}, rounds=1, repeats=2)
    assert found["pid"].result != os.getpid()
    assert found["cwd"].result == str(Path.cwd())
    assert found["pid"].seconds < 1
    assert found["pid"].python_bytes > 1 << 20


def test_a_contender_that_fails_is_told() -> None:
    with pytest.raises(RuntimeError, match="ended without an answer"):
        race({"wrong": partial(partial, int, "no number")}, rounds=1)


def test_an_imported_collection_is_told_whole(tmp_path: Path) -> None:
    collection = make_collection(tmp_path, invented=120)
    archive = tmp_path / "taken.git"
    taken = take_in(collection.git_dir, archive)
    timelines = list_timelines(archive)()
    assert taken.documents == timelines.documents > 1
    assert timelines.changes > 10
    assert compare_changes(archive)().changes == judge_changes(archive)().changes == timelines.changes


@pytest.mark.shared
def test_announcements_of_a_labelled_policy_are_told(shared_data: Path) -> None:
    """57 rows say whether the policy's own log tells of a change; misses are named by the benchmark."""
    score = score_announcements(shared_data)
    assert len(score.rows) == 57
    assert score.accuracy >= 0.90
    assert score.accuracy_of_all >= 0.90
    assert [(row.section, row.found, row.has_lag) for row in score.later] == [
        (section, "later", True) for section in ("3.1.1", "6.2", "6.3", "6.5", "8.3")
    ]
