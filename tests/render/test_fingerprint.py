"""Two inputs with one digest make one page; whatever differs gives another digest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from tracker.render.fingerprint import fingerprint, fingerprint_without


@dataclass(frozen=True, kw_only=True)
class Thing:
    name: str
    parts: tuple[str, ...] = ()
    aside: object = field(default=None, compare=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        ((None,), ("None",)),
        ((1,), (1.0,)),
        ((1,), (True,)),
        ((("a",), "b"), (("a", "b"),)),
        (([],), ((),)),
        (({"a": "b"},), ({"b": "a"},)),
        ((Thing(name="a"),), (Thing(name="b"),)),
        ((Thing(name="a", parts=("b",)),), (Thing(name="a", parts=("b", "")),)),
        ((datetime(2024, 1, 1, tzinfo=UTC),), (datetime(2024, 1, 1, 0, 0, 1, tzinfo=UTC),)),
    ],
)
def test_what_differs_has_another_digest(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert fingerprint(*one) != fingerprint(*other)


def test_order_counts_only_where_it_is_one() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint(frozenset("abc")) == fingerprint(frozenset("cba"))
    assert fingerprint(("a", "b")) != fingerprint(("b", "a"))


def test_a_field_counts_until_it_is_named() -> None:
    thing = Thing(name="a", parts=("b",))
    other = replace(thing, parts=("c",))
    assert fingerprint_without(thing, ()) != fingerprint_without(other, ())
    assert fingerprint_without(thing, ("parts",)) == fingerprint_without(other, ("parts",))
    with pytest.raises(TypeError):
        fingerprint_without(thing, ("absent",))


def test_what_takes_no_part_in_comparing_does_not_count() -> None:
    assert fingerprint(Thing(name="a", aside=print)) == fingerprint(Thing(name="a"))


def test_what_cannot_be_told_apart_by_looking_is_refused() -> None:
    with pytest.raises(TypeError):
        fingerprint(lambda: None)
