from __future__ import annotations

import time
from datetime import date

import pytest

from tracker.vet.dates import find_own_date, list_own_dates


@pytest.mark.parametrize(
    "text",
    [
        "Last updated: May 2, 2024",
        "Last updated on 2 May 2024.",
        "Effective May 2nd 2024",
        "Revised: 2024-05-02",
        "Version of 2 May 2024",
        "Stand: 2. Mai 2024",
        "Dernière mise à jour : 2 mai 2024",
        "Última actualización: 2 de mayo de 2024",
        "UPDATED 2 MAY 2024",
        "Last\nupdated\n2 May 2024",
    ],
)
def test_a_policy_dates_itself(text: str) -> None:
    assert find_own_date(f"Bread policy\n{text}\nWe bake bread.") == date(2024, 5, 2)


def test_the_latest_of_its_dates_counts() -> None:
    assert find_own_date("Effective 1 June 2024. Last revised 2 May 2024.") == date(2024, 6, 1)


def test_its_dates_are_listed_in_their_order_each_once() -> None:
    text = "Effective 1 June 2024. Last revised 2 May 2024. As of June 1, 2024."
    assert list_own_dates(text) == (date(2024, 5, 2), date(2024, 6, 1))


def test_a_date_at_the_end_counts() -> None:
    assert find_own_date("We bake bread. " * 400 + "Last updated 2 May 2024.") == date(2024, 5, 2)


@pytest.mark.parametrize(
    "text",
    [
        "We bake bread since 2 May 2024.",
        "Last updated: 05/02/2024",
        "Updated whenever the baker sees fit, which as a rule is early in the morning, as on 2 May 2024",
        "Last updated: 31 February 2024",
        "Last updated: Breaduary 2, 2024",
        "We bake bread. " * 400 + "Last updated 2 May 2024. " + "We bake bread. " * 400,
    ],
    ids=["of something else", "in figures", "far from its word", "no day", "no month", "in the middle"],
)
def test_other_dates_do_not_count(text: str) -> None:
    assert find_own_date(text) is None


@pytest.mark.parametrize("text", ["updated " * 100_000, "1 " * 400_000, "updated 1 of " * 50_000, "a" * 1_000_000])
def test_hostile_texts_are_read_in_time(text: str) -> None:
    begin = time.process_time()
    find_own_date(text)
    assert time.process_time() - begin < 1
