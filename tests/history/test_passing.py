"""What came between two versions and was gone again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.history.lineage_stories import follow
from tracker.history import list_passings
from tracker.model import Lineage, RecordKind

CEDAR = "Letters rest in a cedar loft until a bird is free to carry them onward."
WILLOW = CEDAR.replace("cedar", "willow")
MAPLE = CEDAR.replace("cedar", "maple")
TOWERS = "Every tower keeps a book of the birds that land upon its northern sill."
NAMES = "The keeper asks your name and the colour of your door before a letter leaves."


def policy(*clauses: str) -> str:
    return "\n\n".join(["## 1. Lofts", *clauses, "## 2. Seeds", "Seeds are paid for by the town."])


def told(lineage: Lineage) -> list[tuple[str, int, int, int]]:
    """(text, day on which it came, day on which it went, times)."""
    days = {record.commit: day for day, record in enumerate(lineage.records)}
    return [
        (passing.text, days[passing.came.commit], days[passing.went.commit], passing.times)
        for passing in list_passings(lineage)
    ]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        pytest.param([[CEDAR], [WILLOW], [CEDAR]], [(WILLOW, 1, 2, 1)], id="reworded and put back"),
        pytest.param([[CEDAR], [CEDAR, TOWERS], [CEDAR]], [(TOWERS, 1, 2, 1)], id="added and removed again"),
        pytest.param([[CEDAR, TOWERS], [CEDAR], [CEDAR, TOWERS]], [("", 1, 2, 1)], id="removed and put back"),
        pytest.param([[CEDAR], [WILLOW], [MAPLE]], [], id="reworded twice: the comparison tells of it"),
        pytest.param([[CEDAR], [WILLOW], [CEDAR], [MAPLE]], [(WILLOW, 1, 2, 1)], id="put back, then reworded"),
        pytest.param([[CEDAR], [WILLOW], [CEDAR], [WILLOW]], [], id="what stands at the end is no passing"),
        pytest.param([[CEDAR], [WILLOW], [MAPLE], [CEDAR]], [(WILLOW, 1, 2, 1), (MAPLE, 2, 3, 1)], id="two in a row"),
        pytest.param([[CEDAR], [WILLOW], [CEDAR], [WILLOW], [CEDAR]], [(WILLOW, 1, 4, 2)], id="twice is told once"),
        pytest.param([[CEDAR], [CEDAR, TOWERS], [CEDAR, TOWERS, NAMES], [CEDAR]], [(TOWERS, 1, 3, 1), (NAMES, 2, 3, 1)],
                     id="in the order in which they came"),
        pytest.param([[CEDAR], [CEDAR, TOWERS], [CEDAR, NAMES]], [(TOWERS, 1, 2, 1)], id="one gone as another comes"),
        pytest.param([[CEDAR], [WILLOW]], [], id="neighbours"),
        pytest.param([[CEDAR]], [], id="one version"),
    ],
)  # fmt: skip
def test_what_was_taken_back_is_told_and_nothing_else(
    story: list[list[str]], expected: list[tuple[str, int, int, int]]
) -> None:
    assert told(follow(*[policy(*clauses) for clauses in story])) == expected


def test_a_passing_says_where_it_stood() -> None:
    (passing,) = list_passings(follow(policy(CEDAR), policy(CEDAR, TOWERS), policy(CEDAR)))
    assert (passing.section.number, passing.section.title) == ("1", "Lofts")
    (missing,) = list_passings(follow(policy(CEDAR, TOWERS), policy(CEDAR), policy(CEDAR, TOWERS)))
    assert missing.section.number == "1"


def test_a_technical_record_in_between_takes_nothing_back() -> None:
    """Our reading loses the capital first, then the policy is reworded, and put back as it is read by now."""
    lower = CEDAR.replace("Letters", "letters")
    kinds: dict[int, RecordKind] = {1: "technical"}
    lineage = follow(policy(CEDAR), policy(lower), policy(WILLOW), policy(lower), kinds=kinds)
    assert told(lineage) == [(WILLOW, 2, 3, 1)]


def test_what_our_own_reading_brought_and_took_back_is_no_passing() -> None:
    kinds: dict[int, RecordKind] = {1: "technical", 2: "technical"}
    stories = (
        [[CEDAR], [WILLOW], [CEDAR]],
        [[CEDAR], [CEDAR, TOWERS], [CEDAR]],
        [[CEDAR, TOWERS], [CEDAR], [CEDAR, TOWERS]],
    )
    for story in stories:
        assert told(follow(*[policy(*clauses) for clauses in story], kinds=kinds)) == []


@given(
    st.lists(st.lists(st.sampled_from((CEDAR, WILLOW, TOWERS, NAMES)), unique=True, max_size=3), min_size=1, max_size=6)
)
def test_no_passing_stands_at_either_end_as_the_clause_that_it_was(story: list[list[str]]) -> None:
    texts = [policy(*clauses) for clauses in story]
    lineage = follow(*texts)
    days = {record.commit: day for day, record in enumerate(lineage.records)}
    for passing in list_passings(lineage):
        assert 0 < days[passing.came.commit] < days[passing.went.commit] < len(texts)
        if passing.text:
            assert any(passing.text in text for text in texts[1:-1])


@given(st.permutations((CEDAR, TOWERS, NAMES)), st.sampled_from((CEDAR, TOWERS, NAMES)))
def test_whatever_was_added_and_removed_again_is_told(clauses: list[str], passing: str) -> None:
    rest = [clause for clause in clauses if clause != passing]
    lineage = follow(policy(*rest), policy(*clauses), policy(*rest))
    assert told(lineage) == [(passing, 1, 2, 1)]
