"""The scorer of verdicts counts what it says, on rows whose figures are known by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import meaning
from benchmarks.meaning import Told, list_wrong, read_lines, score_tables, shared_sets, telegram_tables, tell_set
from benchmarks.meaning_scores import (
    FIGURES,
    Judgement,
    Row,
    baselines,
    count,
    count_topics,
    intervals,
    part_of,
)
from benchmarks.meaning_speed import measure_speed
from benchmarks.meaning_telegram import Labelled, read_labelled

OLD = "# Rules of the loft\n\n## 1. Letters\n\nWe keep each letter for one week and burn it then.\n"
NEW = OLD.replace("one week", "two years")


def judgement(kind: str, effect: str, *topics: str, material: bool = False) -> Judgement:
    return Judgement.from_dict({"kind": kind, "material": material, "effect": effect, "topics": topics})


def row(label: Judgement, told: Judgement, *, service: str = "Loft", words: int = 5) -> Row:
    return Row(id="x", service=service, language="en", label=label, told=told, words=words)


WIDENS = judgement("substantive", "widens", "security", "cookies", material=True)
NARROWS = judgement("substantive", "narrows", "security", material=True)
UNCLEAR = judgement("substantive", "mixed", "security", material=True)
MENU = judgement("technical", "neutral")
WALL = judgement("broken", "unclear")

ROWS = [
    row(WIDENS, WIDENS, words=30),
    row(WIDENS, UNCLEAR),
    row(WIDENS, MENU, service="Tower"),
    row(NARROWS, NARROWS, service="Tower", words=25),
    row(MENU, UNCLEAR, service="Tower"),
    row(MENU, MENU, words=40),
    row(WALL, WALL),
    row(WALL, MENU),
    row(MENU, WALL),
]


def test_figures_are_those_that_one_counts_by_hand() -> None:
    counts = count(ROWS)
    figures = {name: figure(counts) for name, figure in FIGURES.items()}
    assert figures == pytest.approx(
        {
            "material: precision": 3 / 4,
            "material: recall": 3 / 4,
            "material: F1": 3 / 4,
            "false alerts": 1 / 5,
            "kind: accuracy": 5 / 9,
            # Labelled are 7, told 5, both 4.
            "topics: micro-F1": 2 * 4 / (7 + 5),
            "effect: balanced accuracy": (1 / 3 + 1) / 2,
            "effect: widens found": 1 / 3,
            "effect: narrows found": 1,
            "broken: recall": 1 / 2,
            "broken: false": 1 / 7,
        }
    )


def test_a_figure_of_nothing_is_none() -> None:
    assert {figure(count([])) for figure in FIGURES.values()} == {None}
    assert set(intervals([]).values()) == {None}


def test_simple_ways_are_judged_on_material_alone() -> None:
    ways = {name: count(judged) for name, judged in baselines(ROWS).items()}
    every, many = (ways[name] for name in ("every change is material", "20 changed words or more"))
    assert (every["alerts"], every["alerts right"]) == (9, 4)
    assert (many["alerts"], many["alerts right"]) == (3, 2)
    assert every["kind right"] == many["kind right"] == count(ROWS)["kind right"]


def test_an_interval_is_the_same_each_time_and_holds_the_figure() -> None:
    rows = [row(WIDENS, WIDENS if number % 3 else MENU, service=f"s{number}") for number in range(60)]
    first, again = intervals(rows, rounds=200), intervals(rows, rounds=200)
    assert first == again
    between = first["material: recall"]
    assert between is not None
    assert 0.5 < between[0] < 2 / 3 < between[1] < 0.8


def test_whole_services_are_drawn() -> None:
    """Sixty alike changes of one service are no more evidence than one of them."""
    alike = [row(WIDENS, MENU, service="one") for _ in range(60)] + [row(WIDENS, WIDENS, service="two")]
    assert intervals(alike, rounds=200)["material: recall"] == (0, 1)


def test_topics_are_counted_by_their_frequency() -> None:
    assert count_topics(ROWS) == {"security": (4, 4, 3), "cookies": (3, 1, 1)}


def test_faults_are_named() -> None:
    assert row(WIDENS, MENU).faults == ("material", "kind", "effect", "topics")
    assert row(MENU, judgement("technical", "unclear")).faults == ()


def test_a_third_of_the_services_is_held_out_whatever_their_case() -> None:
    names = [f"service {number}" for number in range(3000)]
    assert 900 < sum(part_of(name) == "held-out" for name in names) < 1100
    assert part_of("Loft") == part_of("  LOFT ")


def test_a_row_with_an_error_is_right_about_nothing() -> None:
    told = Judgement.from_dict({"id": "x", "error": "no text"})
    assert row(WIDENS, told).faults == ("material", "kind", "effect", "topics")
    assert not count([row(WALL, told)])["broken right"]


@pytest.fixture
def invented(tmp_path: Path) -> tuple[Path, Path]:
    """A set of two changes, the labels of which the tracker gets right and wrong."""
    pairs = [
        {"id": "right", "service": "Loft", "language": "en", "old": OLD, "new": NEW},
        {"id": "wrong", "service": "Loft", "language": "en", "old": OLD, "new": NEW},
        {"id": "empty", "service": "Loft", "old": "", "new": NEW},
        {"id": "unlabelled", "service": "Loft", "old": OLD, "new": NEW},
    ]
    label = {"kind": "substantive", "material": True, "effect": "widens", "topics": ["retention-deletion"]}
    labels: list[dict[str, Any]] = [
        {"id": "right", **label},
        {"id": "wrong", **label, "effect": "narrows", "note": "two years are less"},
        {"id": "empty", **label},
    ]
    with gzip.open(tmp_path / "pairs.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(pair) + "\n" for pair in pairs)
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)) + "\n", encoding="utf-8")
    return tmp_path / "pairs.jsonl.gz", tmp_path / "labels.jsonl"


def test_a_set_goes_through_the_batch_and_its_wrong_rows_are_listed(invented: tuple[Path, Path]) -> None:
    told = tell_set(invented)
    assert {one.row.id: one.row.faults for one in told} == {
        "right": (),
        "wrong": ("effect",),
        "empty": ("material", "kind", "effect", "topics"),
    }
    listed = list_wrong(told)
    assert "## right" not in listed
    assert "note: two years are less" in listed
    assert "* retention-period retention widens" in listed
    tables = "\n".join(score_tables(told, title="Both"))
    assert "Both: 3 changes of 1 services" in tables
    assert "1 row ended with an error." in tables


def test_a_set_has_parts(invented: tuple[Path, Path]) -> None:
    other = {"tune": "held-out", "held-out": "tune"}[part_of("Loft")]
    assert len(tell_set(invented, part=part_of("Loft"))) == 3
    assert tell_set(invented, part=other) == []


def test_speed_is_measured_of_each_pair_and_of_the_process(invented: tuple[Path, Path]) -> None:
    speed = measure_speed([pair for pair in read_lines(invented[0]) if pair["id"] != "empty"])
    assert len(speed.judged.typical) == len(speed.compared.first) == speed.pairs == 3
    assert speed.text_bytes == 3 * len((OLD + NEW).encode())
    assert (speed.errors, speed.batch_seconds > 0) == (0, True)


def test_rows_that_are_held_out_cannot_be_listed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["meaning", "--part", "held-out", "--wrong", str(tmp_path / "wrong")])
    with pytest.raises(SystemExit):
        meaning.main()
    assert "held out are not listed" in capsys.readouterr().err


def test_a_clause_told_otherwise_has_a_row() -> None:
    found = Labelled(
        date="2026-01-02", section="1", kind="substantive", effect="widens", what="Letters are kept.",
        told_kind="substantive", told_effect="widens", rules=(),
    )  # fmt: skip
    missed = Labelled(
        date="2026-01-02", section="2", kind="substantive", effect="unclear", what="Birds are fed.",
        told_kind="absent", told_effect="neutral", rules=("verb",),
    )  # fmt: skip
    shown = "\n".join(telegram_tables([found, missed]))
    assert "Of 2 substantive clauses 1 are told as substantive, 1 with their effect" in shown
    assert "| 2026-01-02 | 2 | substantive, unclear | absent, neutral (verb) |" in shown
    assert "| 2026-01-02 | 1 |" not in shown


@pytest.mark.shared
def test_the_shared_sets_have_a_label_for_each_pair(shared_data: Path) -> None:
    for pairs, labels in shared_sets(shared_data):
        assert [pair["id"] for pair in read_lines(pairs)] == [label["id"] for label in read_lines(labels)]


@pytest.mark.shared
def test_each_labelled_clause_of_telegram_stands_among_the_changes(shared_data: Path) -> None:
    labelled = read_labelled(shared_data)
    assert len(labelled) == 100
    assert not [one for one in labelled if one.told_kind == "absent" and one.kind == "substantive"]


def test_told_rows_keep_what_was_read(invented: tuple[Path, Path]) -> None:
    first: Told = tell_set(invented)[0]
    assert (first.pair["old"], first.label["effect"], first.change["schema"]) == (OLD, "widens", "tracker.change/1")
