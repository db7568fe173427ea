from __future__ import annotations

import pytest

from tests.vet.policies import amended, cut, policy, sketch
from tracker.vet.likeness import closeness, find_excerpt, likeness, share_within


def test_a_text_stands_within_itself_and_not_within_another() -> None:
    assert share_within(sketch(policy(1)), sketch(policy(1))) == 1
    assert share_within(sketch(policy(1)), sketch(policy(2))) < 0.01


def test_nothing_stands_within_a_text_without_words() -> None:
    empty = sketch("* * *\n\n...")
    assert share_within(sketch(policy(1)), empty) == share_within(empty, sketch(policy(1))) == 0


@pytest.mark.parametrize("clauses", [60, 3_000])
def test_half_of_a_text_stands_within_it_and_is_half_of_it(clauses: int) -> None:
    """The longer text has more runs than are kept: both shares are then estimates."""
    whole, half = sketch(policy(1, clauses)), sketch(policy(1, clauses // 2))
    assert share_within(half, whole) == pytest.approx(1, abs=0.01)
    assert share_within(whole, half) == pytest.approx(0.5, abs=0.03)


def test_likeness_is_high_where_one_holds_the_other_and_closeness_is_not() -> None:
    whole, half = sketch(policy(1, 60)), sketch(policy(1, 30))
    assert likeness(whole, half) == likeness(half, whole) > 0.99
    assert closeness(whole, half) == closeness(half, whole) == pytest.approx(0.75, abs=0.02)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_text_that_ends_within_a_sentence_is_cut(share: float) -> None:
    assert find_excerpt(sketch(policy(1)), sketch(cut(policy(1), share))) == "cut"


def test_a_text_that_ends_with_a_clause_is_the_beginning() -> None:
    assert find_excerpt(sketch(policy(1)), sketch(policy(1, 20))) == "beginning"


def test_a_part_from_the_middle_is_a_part() -> None:
    clauses = policy(1).split("\n\n")
    assert find_excerpt(sketch(policy(1)), sketch("\n\n".join(clauses[10:30]))) == "part"


def test_clauses_from_all_over_are_parts() -> None:
    clauses = policy(1).split("\n\n")
    assert find_excerpt(sketch(policy(1)), sketch("\n\n".join([*clauses[:10], *clauses[30:]]))) == "parts"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (policy(1), policy(1)),
        (policy(1), amended(policy(1))),
        (policy(1), policy(2, 20)),
        (policy(1, 20), policy(1, 40)),
        (policy(1), amended(policy(1, 20))),
        (policy(1), "# Privacy policy"),
    ],
    ids=["same", "amended", "other", "grown", "shortened and amended", "heading alone"],
)
def test_other_texts_are_no_excerpts(old: str, new: str) -> None:
    assert find_excerpt(sketch(old), sketch(new)) is None


def test_the_order_of_words_counts() -> None:
    forwards, backwards = "bread rolls cakes tarts pies", "pies tarts cakes rolls bread"
    assert likeness(sketch(forwards), sketch(backwards)) == 0
    assert likeness(sketch("bread rolls cakes tarts"), sketch("rolls bread cakes tarts")) == 0
