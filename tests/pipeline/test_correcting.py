"""Which corrections a change takes, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker.declarations import LoadedCorrections
from tracker.model import ChangeSummary, Correction, DocumentKey, Event, Record, Timeline
from tracker.pipeline.correcting import Corrections, Places
from tracker.render import Addresses

KEY = DocumentKey.parse("Lantern/Privacy Policy")
AT = datetime(2024, 10, 2, 3, tzinfo=UTC)


def record(day: int, digit: str) -> Record:
    return Record(
        document=KEY,
        commit=digit * 40,
        kind="change",
        fetched_at=AT.replace(day=day),
        source_url="https://lantern.example/privacy",
        text_sha256=digit * 64,
        markdown_sha256=digit * 64,
        body_sha256=digit * 64,
    )


OLD, NEW = record(1, "a"), record(2, "b")


def timeline(**facts: Any) -> Timeline:
    event = Event(old=OLD, new=NEW, trust="confirmed", last_seen_old=OLD.fetched_at, **facts)
    return Timeline(document=KEY, records=(OLD, NEW), events=(event,))


SLUG = timeline().events[0].slug


def correction(field: Any, value: Any, *, hours: int = 1, change: str = SLUG) -> Correction:
    return Correction(
        change=change,
        field=field,
        value=value,
        reason="why",
        by="Ann",
        at=AT + timedelta(hours=hours),
        file="a.json",
        place=field,
    )


def corrections(*given: Correction, ids: dict[str, str] | None = None) -> Corrections:
    places = Places(addresses=Addresses.of([timeline()]), records={KEY: (OLD, NEW)}, ids=ids or {})
    return Corrections(LoadedCorrections(corrections=given), lambda: places)


def summary(kind: Any = "substantive") -> ChangeSummary:
    return ChangeSummary(kind=kind, material=False, effect="widens", topics=(), headline="Something differs.")


def test_without_corrections_nothing_is_asked_for() -> None:
    def never() -> Places:
        raise AssertionError("no address is needed")

    nothing = Corrections(LoadedCorrections(), never)
    assert nothing.correct_summaries([summary()], timeline()) == ((summary(),), {})
    assert nothing.errors() == ()


def test_of_a_page_that_was_not_the_policy_only_the_headline_can_be_corrected() -> None:
    given = corrections(
        correction("kind", "editorial"),
        correction("material", value=True),
        correction("headline", "A login page was served."),
        correction("retract", value=True),
    )
    [[told], applied] = given.correct_summaries([summary("broken")], timeline())
    assert (told.kind, told.material, told.headline) == ("broken", False, "A login page was served.")
    assert [done.correction.field for done in applied[SLUG]] == ["headline", "retract"]
    assert [error.path for error in given.errors()] == ["kind.field", "material.field"]
    assert "not the policy" in str(given.errors()[0])


@pytest.mark.parametrize("folded", ["switch", "passing", "return"])
def test_a_step_that_is_no_change_now_says_why(folded: str) -> None:
    given = corrections(correction("effect", "neutral"))
    assert given.find(timeline(folded=folded)) == {}
    [error] = given.errors()
    assert "no change now (" in error.cause
    assert error.path == "effect.change"


def test_an_address_that_was_published_leads_to_the_change_as_it_is_told_now() -> None:
    """The change is now compared with another text, so that its slug is another one; its id is not."""
    ids = {"lantern/privacy-policy/2024-10-02T030000Z-cccccccc-bbbbbbbb": "urn:uuid:of-the-change"}
    given = corrections(correction("effect", "neutral", change=f"{next(iter(ids))}/"), ids=ids)
    assert given._index().keys() == {"urn:uuid:of-the-change"}


@pytest.mark.parametrize("change", ["x", "//", "/", "http://[", "urn:uuid:", "a" * 2_000, "../../../etc/passwd", "%2e"])
def test_names_that_name_nothing_are_errors_and_no_more(change: str) -> None:
    given = corrections(correction("effect", "neutral", change=change))
    assert given.find(timeline()) == {}
    [error] = given.errors()
    assert "is no change of the archive" in error.cause


def test_a_correction_of_the_very_second_of_the_capture_holds() -> None:
    assert corrections(correction("effect", "neutral", hours=0)).find(timeline()).keys() == {SLUG}


def test_corrections_apply_by_their_time_whatever_their_order() -> None:
    given = corrections(correction("effect", "mixed", hours=9), correction("effect", "neutral", hours=2))
    [[told], applied] = given.correct_summaries([summary()], timeline())
    assert told.effect == "mixed"
    assert [done.old for done in applied[SLUG]] == ["widens", "neutral"]
