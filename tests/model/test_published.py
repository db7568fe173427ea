from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import EFFECTS, HEADLINE_LIMIT, KINDS, TOPICS, PublishedVerdict, Verdict, VerdictHistory

AT = datetime(2025, 5, 12, 3, 17, tzinfo=UTC)
VERDICT = Verdict(
    kind="substantive", material=True, effect="widens", topics=("security",), headline="Keys are kept longer."
)
ROW = PublishedVerdict(
    id="urn:uuid:0fe2ab8e-0001-5c9f-a0aa-0123456789ab",
    change="2025-05-12T031700Z-aaaaaaaa-bbbbbbbb",
    rules=1,
    judged_at=AT,
    kind="substantive",
    material=True,
    effect="widens",
    topics=("security",),
    headline="Keys are kept longer.",
)


def later(days: int, **facts: Any) -> PublishedVerdict:
    return replace(ROW, judged_at=AT + timedelta(days=days), **facts)


def test_what_stands_now_is_not_among_what_was_published_earlier() -> None:
    first = later(0, effect="unclear")
    history = VerdictHistory(rules=2, published=(first, later(1)))
    assert history.earlier(VERDICT) == (first,)
    assert history.published_at(VERDICT) == AT + timedelta(days=1)


def test_before_a_run_publishes_what_new_rules_say_all_of_it_is_earlier() -> None:
    history = VerdictHistory(rules=2, published=(ROW,))
    anew = replace(VERDICT, effect="narrows")
    assert history.earlier(anew) == (ROW,)
    assert history.published_at(anew) is None
    assert history.revised_at is None, "a feed entry is updated by what is in the archive alone"


def test_a_verdict_that_came_back_leaves_both_behind_it() -> None:
    rows = (ROW, later(1, effect="unclear"), later(2))
    assert VerdictHistory(rules=3, published=rows).earlier(VERDICT) == rows[:2]


@pytest.mark.parametrize("facts", [{"kind": "editorial"}, {"material": False}, {"effect": "narrows"}])
def test_kind_material_and_effect_revise(facts: dict[str, Any]) -> None:
    history = VerdictHistory(rules=2, published=(ROW, later(1, **facts), later(2, headline="Other words.", **facts)))
    assert history.revised_at == AT + timedelta(days=1)


@pytest.mark.parametrize("facts", [{"topics": ("other",)}, {"headline": "Other words."}])
def test_topics_and_headline_do_not(facts: dict[str, Any]) -> None:
    history = VerdictHistory(rules=2, published=(ROW, later(1, rules=2, **facts)))
    assert history.revised_at is None
    assert history.earlier(VERDICT) == history.published


def test_a_clock_set_back_does_not_set_back_what_was_revised() -> None:
    rows = (ROW, later(9, effect="unclear"), later(1, effect="narrows"))
    assert VerdictHistory(rules=2, published=rows).revised_at == AT + timedelta(days=9)


def test_codes_that_rules_to_come_bring_in_are_kept_as_they_are() -> None:
    row = later(1, rules=99, kind="structural", effect="sideways", topics=("biometrics-2",))
    assert VerdictHistory(rules=1, published=(row,)).earlier(VERDICT) == (row,)


@pytest.mark.parametrize(
    "facts",
    [
        {"id": "urn:uuid:"},
        {"change": "../../etc"},
        {"rules": 0},
        {"rules": 10**9},
        {"judged_at": AT.replace(tzinfo=None)},
        {"kind": "<b>"},
        {"effect": ""},
        {"topics": ("two words",)},
        {"topics": ("other",) * 101},
        {"headline": "x" * (4 * HEADLINE_LIMIT + 1)},
        {"headline": "half a character: \ud800"},
    ],
)
def test_what_no_verdict_can_be_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(ROW, **facts)


@given(
    st.builds(
        Verdict,
        kind=st.sampled_from([kind for kind in KINDS if kind != "broken"]),
        material=st.booleans(),
        effect=st.sampled_from(EFFECTS),
        topics=st.lists(st.sampled_from(TOPICS), unique=True).map(tuple),
        headline=st.text(st.characters(exclude_categories=["Cs"]), max_size=HEADLINE_LIMIT),
    )
)
def test_every_verdict_can_be_published(verdict: Verdict) -> None:
    row = replace(
        ROW,
        kind=verdict.kind,
        material=verdict.material,
        effect=verdict.effect,
        topics=verdict.topics,
        headline=verdict.headline,
    )
    assert row.says(verdict)
    assert VerdictHistory(rules=1, published=(row,)).earlier(verdict) == ()
