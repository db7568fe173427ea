"""What is a change and what is alternation, told on invented policies of a few clauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.history import build_timeline
from tracker.model import Check, DocumentKey, Record, Timeline

Make = Callable[..., Record]
Look = Callable[..., Check]
Tell = Callable[..., Timeline]

COMMON = ("Courier carries letters for everyone.", "Letters are kept for two years in the loft.")
HARBOUR = "For senders in the harbour towns, the guide of the harbour master is part of these rules."
INLAND = (
    "Pigeons with a second keeper. A keeper whom you name may read the letters of your pigeons.",
    "You can take the loft from a second keeper whenever you like.",
)
PARCELS = "Parcels are opened by our clerks if their weight seems wrong to the scales at the gate."
GUARD = "The town guard sees the loft book when a judge of the county asks for a sender by name."

TEXTS: dict[str, tuple[str, ...]] = {
    "first": COMMON,
    "harbour": (HARBOUR, *COMMON),
    "inland": (*COMMON, *INLAND),
    "inland, parcels": (*COMMON, *INLAND, PARCELS),
    "inland, parcels, guard": (*COMMON, *INLAND, PARCELS, GUARD),
    "harbour, parcels, guard": (HARBOUR, *COMMON, PARCELS, GUARD),
    "harbour, guard": (HARBOUR, *COMMON, GUARD),
    "harbour, shorter": (HARBOUR, COMMON[0]),
    "widget": (*COMMON, "Was this page of any help to you?"),
    "parcels": (*COMMON, PARCELS),
    "parcels, widget": (*COMMON, PARCELS, "Was this page of any help to you?"),
    "guard": (*COMMON, GUARD),
    "other": ("Nothing of what was said before holds.", "Every letter is opened and read aloud at noon.", GUARD),
    "other, widget": (
        "Nothing of what was said before holds.",
        "Every letter is opened and read aloud at noon.",
        GUARD,
        "Tell us how you like these rules, if you like.",
    ),
    "guard, parcels": (*COMMON, GUARD, PARCELS),
    "widget, parcels": (*COMMON, PARCELS, "Was this page of any help to you?"),
}


@pytest.fixture
def tell(document: DocumentKey, record: Make) -> Tell:
    """Tell the timeline of (text, day) pairs; texts of `TEXTS` can be read, others are known by their digests alone."""

    def build(*story: tuple[str, float], can_read: bool = True) -> Timeline:
        records = [record(text, day * 24, "change" if place else "first") for place, (text, day) in enumerate(story)]
        names = {made.commit: text for made, (text, _) in zip(records, story, strict=True)}
        read: Callable[[Record], Sequence[str]] | None = (lambda made: TEXTS[names[made.commit]]) if can_read else None
        return build_timeline(document, records, [], read=read)

    return build


def folds(timeline: Timeline) -> list[str | None]:
    return [event.folded for event in timeline.events]


def lead_to_the_newest(timeline: Timeline) -> bool:
    """Whether each change begins with the text to which the one before it led."""
    changes = timeline.changes
    return all(one.new.text_sha256 == other.old.text_sha256 for one, other in pairwise(changes))


# ----------------------------------------------------------------------------------------------- what came and went


def test_a_first_return_is_a_change(tell: Tell) -> None:
    timeline = tell(("first", 0), ("guard", 10), ("first", 12))
    assert folds(timeline) == [None, None]
    assert [event.trust for event in timeline.events] == ["single", "reverted"]


def test_returns_that_lasted_are_changes_however_many_there_are(tell: Tell) -> None:
    """Airbnb's terms and Reddit's went back to earlier texts after months; a reader lives under each of them."""
    timeline = tell(("first", 0), ("guard", 30), ("first", 290), ("guard", 320), ("first", 400), ("guard", 460))
    assert folds(timeline) == [None] * 5
    assert [event.trust for event in timeline.events][1:] == ["reverted"] * 4
    assert lead_to_the_newest(timeline)


def test_a_text_that_passed_before_a_second_return_is_folded_with_the_return(tell: Tell) -> None:
    timeline = tell(("first", 0), ("guard", 100), ("first", 300), ("parcels", 360), ("first", 361), ("guard", 400))
    assert folds(timeline) == [None, None, "passing", "return", None]
    assert timeline.events[3].trust == "alternating"
    assert lead_to_the_newest(timeline)


def test_several_texts_that_passed_are_folded_together(tell: Tell) -> None:
    timeline = tell(("first", 0), ("guard", 100), ("first", 300), ("parcels", 360), ("widget", 361), ("first", 362))
    assert folds(timeline) == [None, None, "passing", "passing", "return"]


def test_an_absence_of_more_than_a_week_is_no_alternation(tell: Tell) -> None:
    timeline = tell(("first", 0), ("guard", 100), ("first", 300), ("parcels", 360), ("first", 367.1))
    assert folds(timeline) == [None] * 4
    timeline = tell(("first", 0), ("guard", 100), ("first", 300), ("parcels", 360), ("first", 367))
    assert folds(timeline) == [None, None, "passing", "return"]


# ------------------------------------------------------------------------------------------------------------- variants


def alternating(*more: tuple[str, float]) -> tuple[tuple[str, float], ...]:
    """The harbour form, and twice for half a day the inland one, from day 40 on."""
    return (
        ("first", 0), ("harbour", 20), ("inland", 40), ("harbour", 40.5), ("inland", 70), ("harbour", 70.5), *more,
    )  # fmt: skip


def test_a_text_that_comes_twice_between_two_stays_of_another_is_its_variant(tell: Tell) -> None:
    timeline = tell(*alternating())
    assert folds(timeline) == [None, "switch", "switch", "switch", "switch"]
    assert [event.trust for event in timeline.events][1:] == ["alternating"] * 4
    harbour, inland = timeline.variants
    assert (harbour.name, harbour.signature, harbour.texts, harbour.stays) == ("A", (HARBOUR,), 1, 3)
    assert (inland.name, inland.signature, inland.texts, inland.stays) == ("B", INLAND, 1, 2)


def test_a_later_text_is_known_by_the_signature_it_bears(tell: Tell) -> None:
    """As Telegram's policy of July 2024: a switch to the other form, with a new clause in it."""
    timeline = tell(*alternating(("inland, parcels", 100)))
    event = timeline.events[-1]
    assert event.variant == "B"
    assert event.folded is None
    assert event.old.fetched_at == timeline.records[4].fetched_at
    assert event.residue is not None
    assert event.residue.added == {PARCELS}
    assert event.residue.removed == frozenset()


def test_a_change_inside_a_variant_is_a_change_like_any_other(tell: Tell) -> None:
    timeline = tell(*alternating(("inland, parcels", 100), ("inland, parcels, guard", 130)))
    event = timeline.events[-1]
    assert (event.folded, event.residue, event.variant) == (None, None, "B")
    assert event.old is timeline.records[-2]


def test_what_one_form_told_is_not_told_again_by_the_other(tell: Tell) -> None:
    """As Telegram's policy of December 2025: the EU form, away for 17 months, had all changes of the other one."""
    timeline = tell(
        *alternating(("inland, parcels", 100), ("inland, parcels, guard", 130), ("harbour, parcels, guard", 600))
    )
    assert timeline.events[-1].folded == "switch"
    assert timeline.events[-1].variant == "A"


def test_what_a_form_lost_by_itself_is_told(tell: Tell) -> None:
    timeline = tell(*alternating(("inland, parcels", 100), ("harbour, shorter", 130)))
    event = timeline.events[-1]
    assert event.folded is None
    assert event.residue is not None
    assert event.residue.removed == {COMMON[1]}
    assert not event.residue.added


def test_what_both_forms_lost_is_told_once(tell: Tell) -> None:
    timeline = tell(*alternating(("inland, parcels", 100), ("inland, parcels, guard", 130), ("harbour, guard", 600)))
    residue = timeline.events[-1].residue
    assert residue is None or not residue.added


def test_a_change_that_only_passed_is_not_told_when_it_goes(tell: Tell) -> None:
    timeline = tell(
        ("harbour", 0), ("inland", 10), ("harbour", 10.5), ("inland", 12), ("harbour", 12.5), ("inland", 38),
        ("inland, parcels", 40), ("harbour", 42), ("inland", 43),
    )  # fmt: skip
    assert timeline.changes == ()


def test_what_other_rules_write_of_a_signature_is_no_change(document: DocumentKey, record: Make) -> None:
    """The extractor was upgraded while one variant was served; the other comes back in other words of ours."""
    told = {
        "harbour": (HARBOUR, *COMMON),
        "inland": (*COMMON, *INLAND),
        "inland anew": tuple(f"* {clause}" for clause in (*COMMON, *INLAND)),
        "harbour anew": tuple(f"* {clause}" for clause in (HARBOUR, *COMMON)),
        "harbour anew, parcels": tuple(f"* {clause}" for clause in (HARBOUR, *COMMON, PARCELS)),
    }
    story = [
        ("harbour", 0, "first"), ("inland", 10, "change"), ("harbour", 10.5, "change"), ("inland", 12, "change"),
        ("harbour", 12.5, "change"), ("inland", 40, "change"), ("inland anew", 41, "technical"),
        ("harbour anew", 60, "change"), ("harbour anew, parcels", 90, "change"),
    ]  # fmt: skip
    records = [record(text, day * 24, kind) for text, day, kind in story]
    names = {made.commit: text for made, (text, _, _) in zip(records, story, strict=True)}
    timeline = build_timeline(document, records, [], read=lambda made: told[names[made.commit]])
    assert [event.new for event in timeline.changes] == [records[-1]]


def test_a_box_that_comes_with_the_first_change_is_the_old_box(tell: Tell) -> None:
    for story in (
        (("first", 0), ("widget", 10), ("first", 10.5), ("widget", 12), ("first", 12.5), ("parcels", 50),
         ("widget, parcels", 51), ("parcels", 52)),
        (("first", 0), ("widget", 10), ("first", 10.5), ("widget", 12), ("first", 12.5), ("widget, parcels", 50),
         ("parcels", 51), ("widget, parcels", 52)),
    ):  # fmt: skip
        timeline = tell(*story)
        assert len(timeline.variants) == 2
        assert len(timeline.changes) == 1, "the parcels, once"


def test_a_text_that_bears_no_signature_is_no_variant(tell: Tell) -> None:
    timeline = tell(*alternating(("guard", 100)))
    event = timeline.events[-1]
    assert (event.variant, event.folded) == (None, None)
    assert event.old is timeline.records[-2]


def test_without_texts_variants_are_known_by_their_digests(tell: Tell) -> None:
    timeline = tell(*alternating(("inland, parcels", 100)), can_read=False)
    assert folds(timeline) == [None, "switch", "switch", "switch", "switch", None]
    assert timeline.events[-1].variant is None


def test_a_form_that_is_told_by_what_it_lacks_has_no_signature(tell: Tell) -> None:
    timeline = tell(("first", 0), ("widget", 10), ("first", 10.5), ("widget", 12), ("first", 12.5))
    assert folds(timeline) == ["switch"] * 4
    assert [variant.signature for variant in timeline.variants] == [(), ("Was this page of any help to you?",)]


def test_forms_of_a_changed_text_are_the_forms_of_the_one_before(tell: Tell) -> None:
    """A feedback box that comes and goes, before and after a change of the policy, is one and the same form."""
    timeline = tell(
        ("first", 0), ("widget", 10), ("first", 10.5), ("widget", 12), ("first", 12.5), ("parcels", 50),
        ("parcels, widget", 60), ("parcels", 60.5), ("parcels, widget", 62), ("parcels", 62.5),
    )  # fmt: skip
    assert [variant.name for variant in timeline.variants] == ["A", "B"]
    assert [event.slug for event in timeline.changes] == [timeline.events[4].slug]
    assert folds(timeline)[5:] == ["switch"] * 4


def test_a_new_text_that_reached_all_servers_in_time_is_a_change(tell: Tell) -> None:
    """Half of the servers had it for days; then all. Its first sight is the change, the rest is folded."""
    timeline = tell(
        ("first", 0), ("guard", 50), ("first", 50.5), ("guard", 51), ("first", 51.5), ("guard", 52),
        ("guard, parcels", 90),
    )  # fmt: skip
    assert folds(timeline) == [None, "switch", "switch", "switch", "switch", None]
    assert lead_to_the_newest(timeline)


def test_a_new_policy_that_comes_in_variants_of_its_own_is_a_change(tell: Tell) -> None:
    """Nothing of the old variants is left in it: no switch leads from the one policy to the other."""
    flips = [("harbour", 0), ("inland", 5), ("harbour", 5.5), ("inland", 7), ("harbour", 7.5)]
    new = [("other", 60), ("other, widget", 60.5), ("other", 61), ("other, widget", 62), ("other", 62.5)]
    timeline = tell(*flips, *new)
    assert folds(timeline) == ["switch"] * 4 + [None] + ["switch"] * 4


def test_many_generations_of_two_variants_are_all_told(document: DocumentKey, record: Make) -> None:
    """More texts alternate than are looked at: each pair is then known by its digests, and each change is told."""
    records: list[Record] = []
    told: dict[str, tuple[str, ...]] = {}
    for generation in range(40):
        for capture in range(6):
            form = HARBOUR if capture % 2 else "Inland."
            name = f"{generation} {form}"
            made = record(name, (generation * 6 + capture) * 8, "change" if records else "first")
            told[made.commit] = (*COMMON, f"Rule {generation} of the loft.", form)
            records.append(made)
    timeline = build_timeline(document, records, [], read=lambda made: told[made.commit])
    assert len(timeline.changes) == 39


def test_a_text_that_stays_after_weeks_in_turn_is_a_variant_and_no_roll_out(tell: Tell) -> None:
    """Nobody can tell the two apart for certain; Telegram's two forms came in turn for ten weeks."""
    timeline = tell(
        ("first", 0), ("guard", 50), ("first", 50.5), ("guard", 70), ("first", 70.5), ("guard", 100),
        ("guard, parcels", 190),
    )  # fmt: skip
    assert folds(timeline) == ["switch", "switch", "switch", "switch", "switch", None]


def test_nights_that_saw_the_newest_text_count_as_its_time(document: DocumentKey, record: Make, check: Look) -> None:
    texts = [("first", 0), ("guard", 50), ("first", 50.5), ("guard", 51), ("first", 51.5), ("guard", 52)]
    records = [record(text, day * 24, "change" if day else "first") for text, day in texts]
    names = {made.commit: text for made, (text, _) in zip(records, texts, strict=True)}
    nights = [check((53 + night) * 24, "unchanged", "guard") for night in range(10)]

    def read(made: Record) -> Sequence[str]:
        return TEXTS[names[made.commit]]

    assert folds(build_timeline(document, records, nights, read=read))[0] is None
    assert folds(build_timeline(document, records, nights[:3], read=read))[0] == "switch"


def test_a_form_that_was_the_only_one_for_weeks_came_by_a_change(tell: Tell) -> None:
    timeline = tell(
        ("first", 0), ("harbour", 50), ("first", 90), ("harbour", 90.5), ("first", 95), ("harbour", 95.5),
        ("first", 99), ("harbour", 99.5), ("first", 99.9),
    )  # fmt: skip
    assert timeline.events[0].folded is None
    assert set(folds(timeline)[1:]) == {"switch"}


def test_texts_that_differ_in_the_same_way_are_one_variant_though_each_came_once(tell: Tell) -> None:
    timeline = tell(
        ("harbour", 0), ("inland", 40), ("harbour", 40.5), ("inland, parcels", 70), ("harbour", 70.5)
    )  # fmt: skip
    assert [event.variant for event in timeline.events] == ["B", "A", "B", "A"]
    assert [event.folded for event in timeline.events] == ["switch", "switch", None, "switch"]
    residue = timeline.events[2].residue
    assert residue is not None
    assert residue.added == {PARCELS}


# --------------------------------------------------------------------------------------------------- technical records


def test_a_technical_record_that_brings_back_an_old_text_to_stay_is_a_return(
    document: DocumentKey, record: Make
) -> None:
    records = [record("a", 0, "first"), record("b", 24 * 10), record("a", 24 * 270, "technical"), record("c", 24 * 300)]
    timeline = build_timeline(document, records, [])
    assert [event.new for event in timeline.events] == records[1:]
    assert timeline.events[1].trust == "reverted"
    assert timeline.events[2].old is records[2]


def test_a_technical_record_of_an_old_snapshot_is_no_return(document: DocumentKey, record: Make) -> None:
    """In December 2022 an archive read old snapshots anew, and dated the versions back."""
    records = [record("a", 0, "first"), record("b", 24 * 40), record("a", 24 * 10, "technical"), record("b", 24 * 46)]
    assert [event.new for event in build_timeline(document, records, []).events] == [records[1]]


def test_a_technical_record_that_is_undone_within_days_is_no_return(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("b", 240), record("a", 480, "technical"), record("b", 480.1)]
    assert [event.new for event in build_timeline(document, records, []).events] == [records[1]]


# ------------------------------------------------------------------------------------------------------ what must hold


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    story=st.lists(
        st.tuples(st.sampled_from(sorted(TEXTS)), st.sampled_from([0.5, 1.0, 3.0, 20.0, 200.0])), max_size=25
    )
)
def test_what_is_folded_comes_to_nothing(tell: Tell, story: list[tuple[str, float]]) -> None:
    """Whatever the story: every step has its event, and without variants the changes lead from text to text."""
    days = [sum(pause for _, pause in story[:place]) for place in range(len(story))]
    timeline = tell(*((text, day) for (text, _), day in zip(story, days, strict=True)))
    texts = [text for text, _ in story]
    assert len(timeline.events) == sum(one != other for one, other in pairwise(texts))
    assert all(event.trust == "alternating" for event in timeline.events if event.folded in ("switch", "return"))
    if not timeline.variants and timeline.events:
        assert lead_to_the_newest(timeline)
        last = timeline.changes[-1].new if timeline.changes else timeline.records[0]
        assert last.text_sha256 == timeline.records[-1].text_sha256
