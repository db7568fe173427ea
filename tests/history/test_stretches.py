"""Which versions are compared beside neighbours, and which record stands for the end of a year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tracker.history import build_timeline, list_stretches
from tracker.model import Check, DocumentKey, Record, Stretch

Make = Callable[..., Record]
Look = Callable[..., Check]

#: Hours from the start of the stories, 1 March 2024, to the first hours of other years.
YEAR: dict[int, int] = {2023: -10_200, 2024: -1_440, 2025: 7_344, 2026: 16_104}


def told(stretches: tuple[Stretch, ...]) -> dict[str, tuple[str, str]]:
    """The commits of both ends by reach."""
    return {one.reach: (one.old.commit, one.new.commit) for one in stretches}


def test_a_document_that_never_changed_has_none(document: DocumentKey, record: Make) -> None:
    assert list_stretches(build_timeline(document, [], [])) == ()
    records = [record("a", 0, "first"), record("a, extracted anew", 24, "technical")]
    assert list_stretches(build_timeline(document, records, [])) == ()


def test_within_one_year_only_the_first_is_compared_with_the_latest(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("c", 48)]
    timeline = build_timeline(document, records, [])
    assert told(list_stretches(timeline)) == {"first-latest": (records[0].commit, records[2].commit)}


def test_each_year_that_brought_a_text_is_compared_with_the_end_of_the_year_before(
    document: DocumentKey, record: Make
) -> None:
    records = [
        record("a", YEAR[2023], "first"), record("b", YEAR[2023] + 24),
        record("c", YEAR[2025], "change"), record("d", YEAR[2025] + 24), record("e", YEAR[2026]),
    ]  # fmt: skip
    timeline = build_timeline(document, records, [])
    commits = [one.commit for one in records]
    # In 2024 nothing came: its end has the text of 2023, and no stretch leads to it.
    assert list(told(list_stretches(timeline)).items()) == [
        ("first-latest", (commits[0], commits[4])),
        ("2025-2026", (commits[3], commits[4])),
        ("2024-2025", (commits[1], commits[3])),
    ]


def test_the_last_second_of_a_year_belongs_to_it(document: DocumentKey, record: Make) -> None:
    second = 1 / 3600
    records = [record("a", 0, "first"), record("b", YEAR[2025] - second), record("c", YEAR[2025])]
    stretches = told(list_stretches(build_timeline(document, records, [])))
    assert stretches["2024-2025"] == (records[1].commit, records[2].commit)


def test_a_doubtful_capture_stands_for_no_end_and_takes_no_address_away(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("an error page", YEAR[2025])]
    timeline = build_timeline(document, records, [])
    stretches = told(list_stretches(timeline, doubtful={records[2].commit}))
    assert stretches == {
        "first-latest": (records[0].commit, records[1].commit),
        "2024-2025": (records[1].commit, records[1].commit),
    }


def test_what_is_made_anew_of_a_doubtful_text_is_as_doubtful(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("x", 48), record("x anew", 72, "technical")]
    timeline = build_timeline(document, records, [])
    stretches = told(list_stretches(timeline, doubtful={records[2].commit}))
    assert stretches["first-latest"] == (records[0].commit, records[1].commit)


def test_a_text_that_came_and_went_stands_for_no_end(document: DocumentKey, record: Make) -> None:
    year = YEAR[2025]
    texts = [("a", 0), ("x", 24), ("a", 48), ("y", year - 48), ("a", year - 24), ("z", year - 12), ("a", year + 12)]
    records = [record(text, hours, "change" if hours else "first") for text, hours in texts]
    timeline = build_timeline(document, records, [])
    passing = {event.new.commit for event in timeline.events if event.folded == "passing"}
    assert records[5].commit in passing
    assert told(list_stretches(timeline))["2024-2025"] == (records[4].commit, records[6].commit)


ALTERNATING = [("eu 1", 0), ("us 1", 24), ("eu 1", 48), ("us 1", 72), ("eu 1", 96), ("us 1", 120)]


@pytest.fixture
def read() -> Callable[[Record], tuple[str, ...]]:
    """Give the clauses of a record: ten that all share, and those of its variant and edition."""
    texts = {
        name: (
            *(f"clause {number} of all" for number in range(10)),
            *(f"{name.split()[0]} clause {number}" for number in range(4)),
            f"edition {name.split()[1]}",
        )
        for name in ("eu 1", "us 1", "eu 2", "us 2", "eu 3")
    }  # fmt: skip
    return lambda record: texts[record.commit.rpartition("@")[0]]


def make_records(record: Make, steps: list[tuple[str, float]]) -> list[Record]:
    return [
        record(text, hours, "change" if place else "first", commit=f"{text}@{place}")
        for place, (text, hours) in enumerate(steps)
    ]


@pytest.mark.parametrize("last", ["eu 2", "us 2"])
def test_both_ends_are_of_one_variant_whichever_was_captured_last(
    document: DocumentKey, record: Make, read: Callable[[Record], tuple[str, ...]], last: str
) -> None:
    other = "us 2" if last == "eu 2" else "eu 2"
    steps = [*ALTERNATING, (other, YEAR[2025] + 24.0), (last, YEAR[2025] + 48.0)]
    timeline = build_timeline(document, make_records(record, steps), [], read=read)
    assert len(timeline.variants) == 2
    stretches = {one.reach: one for one in list_stretches(timeline)}
    assert stretches["first-latest"].new.commit.startswith("eu 2")
    assert (stretches["first-latest"].old_variant, stretches["first-latest"].new_variant) == ("A", "A")
    # At the end of 2024 the other variant was captured last.
    assert stretches["2024-2025"].old.commit.startswith("us 1")
    assert stretches["2024-2025"].new.commit.startswith("us 2")


def test_a_variant_that_is_served_no_longer_speaks_for_no_end(
    document: DocumentKey, record: Make, check: Look, read: Callable[[Record], tuple[str, ...]]
) -> None:
    steps = [*ALTERNATING, ("eu 2", YEAR[2025] + 24.0), ("eu 3", YEAR[2025] + 4000.0)]
    timeline = build_timeline(
        document, make_records(record, steps), [check(YEAR[2025] + 6000.0, "unchanged")], read=read
    )
    [one] = [one for one in list_stretches(timeline) if one.reach == "2024-2025"]
    assert (one.old_variant, one.new_variant) == ("B", "A")
    assert one.new.commit.startswith("eu 3")
