from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tracker.history import awaiting_confirmation, build_timeline
from tracker.model import Check, DocumentKey, Record, Timeline

Make = Callable[..., Record]
Look = Callable[..., Check]
At = Callable[[float], datetime]


def trusts(timeline: Timeline) -> list[str]:
    return [event.trust for event in timeline.events]


def test_an_event_stands_between_neighbours_whose_text_differs(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("c", 48)]
    timeline = build_timeline(document, records, [])
    assert [(event.old, event.new) for event in timeline.events] == [
        (records[0], records[1]),
        (records[1], records[2]),
    ]
    assert timeline.records == tuple(records)


def test_a_document_without_records_has_an_empty_timeline(document: DocumentKey) -> None:
    assert build_timeline(document, [], []).events == ()


def test_a_lone_first_record_is_no_event(document: DocumentKey, record: Make) -> None:
    assert build_timeline(document, [record("a", 0, "first")], []).events == ()


def test_a_technical_record_is_no_event_and_becomes_the_baseline(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("a, extracted anew", 0, "technical"), record("b", 24)]
    (event,) = build_timeline(document, records, []).events
    assert event.old is records[1]
    assert event.new is records[2]


def test_a_change_record_that_repeats_the_text_is_no_event(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("a", 24), record("b", 48)]
    (event,) = build_timeline(document, records, []).events
    assert event.old is records[1]


def test_the_old_text_was_last_seen_by_the_latest_check_that_saw_it(
    document: DocumentKey, record: Make, check: Look, at: At
) -> None:
    records = [record("a", 0, "first"), record("b", 72)]
    checks = [
        check(0, "first-record", "a"),
        check(24, "unchanged", "a"),
        check(48, "unchanged"),
        check(60, "failed"),
        check(72, "changed", "b"),
        check(96, "unchanged", "b"),
    ]
    (event,) = build_timeline(document, records, checks).events
    assert event.last_seen_old == at(48)


def test_a_check_with_another_digest_is_no_sight_of_the_old_text(
    document: DocumentKey, record: Make, check: Look, at: At
) -> None:
    checks = [check(24, "unchanged", "a"), check(70, "held", "b"), check(71, "unchanged", "something else")]
    (event,) = build_timeline(document, [record("a", 0, "first"), record("b", 72)], checks).events
    assert event.last_seen_old == at(24)


def test_a_refused_capture_is_no_sight_of_any_text(document: DocumentKey, record: Make, check: Look, at: At) -> None:
    checks = [check(24, "refused", "a"), check(80, "refused", "b")]
    (event,) = build_timeline(document, [record("a", 0, "first"), record("b", 72)], checks).events
    assert event.last_seen_old == at(0)
    assert event.confirmed_at is None


def test_a_text_seen_before_its_reextraction_counts_as_the_old_text(
    document: DocumentKey, record: Make, check: Look, at: At
) -> None:
    records = [record("a", 0, "first"), record("a, extracted anew", 0, "technical"), record("b", 72)]
    checks = [check(24, "unchanged", "a"), check(48, "unchanged", "a, extracted anew")]
    (event,) = build_timeline(document, records, checks).events
    assert event.last_seen_old == at(48)
    (event,) = build_timeline(document, records, checks[:1]).events
    assert event.last_seen_old == at(24)


def test_without_checks_the_records_trailer_tells_when_the_old_text_was_last_seen(
    document: DocumentKey, record: Make, at: At
) -> None:
    records = [record("a", 0, "first"), record("b", 72, last_seen_old=at(36))]
    assert build_timeline(document, records, []).events[0].last_seen_old == at(36)


def test_with_nothing_else_the_old_text_was_last_seen_when_it_was_captured(
    document: DocumentKey, record: Make, at: At
) -> None:
    assert build_timeline(document, [record("a", 5, "first"), record("b", 72)], []).events[0].last_seen_old == at(5)


def test_a_technical_record_is_a_sight_of_the_old_text(document: DocumentKey, record: Make, at: At) -> None:
    records = [record("a", 0, "first"), record("a", 50, "technical"), record("b", 72)]
    assert build_timeline(document, records, []).events[0].last_seen_old == at(50)


def test_a_change_is_confirmed_by_the_first_check_an_hour_later(
    document: DocumentKey, record: Make, check: Look, at: At
) -> None:
    records = [record("a", 0, "first"), record("b", 24)]
    checks = [check(24, "changed", "b"), check(24.5, "unchanged", "b"), check(30, "unchanged"), check(48, "unchanged")]
    timeline = build_timeline(document, records, checks)
    assert timeline.events[0].confirmed_at == at(30)
    assert trusts(timeline) == ["confirmed"]
    assert not awaiting_confirmation(timeline)


def test_a_check_exactly_an_hour_later_confirms(document: DocumentKey, record: Make, check: Look, at: At) -> None:
    records = [record("a", 0, "first"), record("b", 24)]
    assert build_timeline(document, records, [check(25, "unchanged", "b")]).events[0].confirmed_at == at(25)


def test_a_recapture_within_the_hour_does_not_confirm(document: DocumentKey, record: Make, check: Look) -> None:
    timeline = build_timeline(document, [record("a", 0, "first"), record("b", 24)], [check(24.9, "unchanged", "b")])
    assert trusts(timeline) == ["single"]
    assert awaiting_confirmation(timeline)


def test_an_unchanged_row_without_digest_speaks_of_the_newest_record_alone(
    document: DocumentKey, record: Make, check: Look
) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("c", 48)]
    timeline = build_timeline(document, records, [check(72, "unchanged")])
    assert trusts(timeline) == ["single", "confirmed"]


def test_a_later_technical_record_of_the_text_confirms(document: DocumentKey, record: Make, at: At) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("b", 30, "technical")]
    assert build_timeline(document, records, []).events[0].confirmed_at == at(30)


def test_a_reextraction_that_bears_the_date_of_its_snapshot_does_not_confirm(
    document: DocumentKey, record: Make
) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("b, extracted anew", 24, "technical")]
    assert trusts(build_timeline(document, records, [])) == ["single"]


def test_a_first_return_is_reverted_and_a_second_one_alternating(document: DocumentKey, record: Make) -> None:
    texts = ["a", "b", "a", "c", "a", "b"]
    records = [record(text, 24 * day, "first" if not day else "change") for day, text in enumerate(texts)]
    assert trusts(build_timeline(document, records, [])) == [
        "confirmed",  # b, seen again at the end
        "reverted",
        "single",
        "alternating",
        "reverted",  # b returns for the first time
    ]


def test_a_return_is_found_across_a_reextraction(document: DocumentKey, record: Make) -> None:
    records = [
        record("a", 0, "first"),
        record("a, extracted anew", 0, "technical"),
        record("b", 24),
        record("a", 48),
    ]
    assert trusts(build_timeline(document, records, []))[-1] == "reverted"


def test_a_technical_record_is_no_return(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("a", 9, "technical"), record("b", 24), record("a", 48)]
    assert trusts(build_timeline(document, records, []))[-1] == "reverted"


def test_an_unconfirmed_import_is_imported_and_does_not_wait(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("b", 24, imported_from="folder")]
    timeline = build_timeline(document, records, [])
    assert trusts(timeline) == ["imported"]
    assert not awaiting_confirmation(timeline)


def test_a_vantage_is_imported(document: DocumentKey, record: Make) -> None:
    vantage = replace(document, vantage="ota")
    records = [record("a", 0, "first", document=vantage), record("b", 24, document=vantage)]
    assert trusts(build_timeline(vantage, records, [])) == ["imported"]


def test_an_imported_return_is_still_a_return(document: DocumentKey, record: Make) -> None:
    records = [record(text, day * 24, imported_from="folder") for day, text in enumerate("aba")]
    assert trusts(build_timeline(document, records, [])) == ["imported", "reverted"]


def test_the_order_is_that_of_the_history_and_not_of_the_dates(document: DocumentKey, record: Make, at: At) -> None:
    """A clock set back, or a technical upgrade that bears an older date, moves nothing."""
    records = [record("a", 100, "first"), record("b", 50), record("c", 120)]
    timeline = build_timeline(document, records, [])
    assert [event.new for event in timeline.events] == records[1:]
    assert timeline.events[0].last_seen_old == at(100)
    assert timeline.events[1].last_seen_old == at(50)


def test_a_row_of_the_new_text_under_a_clock_set_back_is_no_sight_of_the_old_one(
    document: DocumentKey, record: Make, check: Look, at: At
) -> None:
    records = [record("a", 0, "first"), record("b", 48)]
    assert build_timeline(document, records, [check(40, "unchanged", "b")]).events[0].last_seen_old == at(0)


def test_a_held_text_awaits_confirmation_until_a_later_check_settles_it(
    document: DocumentKey, record: Make, check: Look
) -> None:
    records = [record("a", 0, "first")]
    held = check(24, "held", "b")
    assert awaiting_confirmation(build_timeline(document, records, [held]))
    assert awaiting_confirmation(build_timeline(document, records, [held, check(48, "failed")]))
    assert not awaiting_confirmation(build_timeline(document, records, [held, check(48, "unchanged", "a")]))


def test_checks_of_other_documents_are_left_out(document: DocumentKey, record: Make, check: Look, at: At) -> None:
    other = replace(document, terms_type="Terms of Service")
    timeline = build_timeline(
        document, [record("a", 0, "first"), record("b", 24)], [check(12, "unchanged", document=other)]
    )
    assert timeline.checks == ()
    assert timeline.events[0].last_seen_old == at(0)


def test_a_record_of_another_document_is_refused(document: DocumentKey, record: Make) -> None:
    with pytest.raises(ValueError, match="Example/Privacy Policy do not belong"):
        build_timeline(replace(document, service="Other"), [record("a", 0)], [])


def test_four_times_the_history_takes_about_four_times_as_long(
    document: DocumentKey, record: Make, check: Look
) -> None:
    def seconds(size: int) -> float:
        texts = [record(f"{number % 7}", number) for number in range(size)]
        looks = [check(number + 0.5, "unchanged") for number in range(size)]
        begin = time.process_time()
        build_timeline(document, texts, looks)
        return time.process_time() - begin

    seconds(500)
    short = min(seconds(2_000) for _ in range(3))
    assert min(seconds(8_000) for _ in range(2)) < 12 * short


def test_a_sight_of_the_old_text_after_the_new_capture_does_not_count(
    document: DocumentKey, record: Make, at: At
) -> None:
    records = [record("a", 0, "first"), record("b", 72, last_seen_old=at(80))]
    assert build_timeline(document, records, []).events[0].last_seen_old == at(0)


def test_a_text_that_was_recorded_with_a_doubt_is_suspect(document: DocumentKey, record: Make, at: At) -> None:
    records = [record("a", 0, "first"), record("b", 24)]
    row = Check(
        document=document, checked_at=at(24), outcome="changed", reason="older-edition", detail="It dates itself back.",
        text_sha256=records[1].text_sha256,
    )  # fmt: skip
    (event,) = build_timeline(document, records, [row]).events
    assert (event.trust, event.doubt) == ("suspect", "older-edition")
    again = Check(document=document, checked_at=at(48), outcome="unchanged", text_sha256=records[1].text_sha256)
    (event,) = build_timeline(document, records, [row, again]).events
    assert (event.trust, event.doubt) == ("confirmed", "older-edition")
    imported = [replace(made, imported_from="ota:towns@1") for made in records]
    (event,) = build_timeline(document, imported, [row, again]).events
    assert event.trust == "suspect"


def test_a_doubt_belongs_to_its_capture_and_not_to_the_text_for_ever(
    document: DocumentKey, record: Make, at: At
) -> None:
    records = [record("a", 0, "first"), record("c", 240), record("a", 480), record("c", 2400)]
    row = Check(
        document=document, checked_at=at(240.01), outcome="changed", reason="older-edition", detail="",
        text_sha256=records[1].text_sha256,
    )  # fmt: skip
    events = build_timeline(document, records, [row]).events
    assert [event.doubt for event in events] == ["older-edition", None, None]


def test_a_text_that_another_vantage_saw_is_confirmed(document: DocumentKey, record: Make, at: At) -> None:
    vantage = replace(document, vantage="ota")
    records = [record("a", 0, "first", document=vantage), record("b", 24, document=vantage)]
    for seen_at, confirmed_at in ((at(20), at(24)), (at(30), at(30))):
        (event,) = build_timeline(vantage, records, [], elsewhere={records[1].text_sha256: seen_at}).events
        assert (event.trust, event.confirmed_at) == ("confirmed", confirmed_at)


def test_addresses_differ_though_a_clock_is_set_back(document: DocumentKey, record: Make) -> None:
    records = [record("a", 0, "first"), record("b", 24), record("a", 48), record("b", 24), record("a", 48)]
    slugs = [event.slug for event in build_timeline(document, records, []).events]
    assert len(set(slugs)) == 4
    assert slugs[2:] == [f"{slug}-2" for slug in slugs[:2]]
