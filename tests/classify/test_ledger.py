"""Promises and powers through the versions of a document."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.history.ledger_stories import item_of, keep, told
from tests.history.lineage_stories import COURIER, START, records_of
from tracker.model import Check, DocumentKey, Ledger

SEEDS = "Birds are fed with seeds that the town pays for every single spring."
TOWERS = "Every tower keeps a book of the birds that land upon its northern sill."
STORMS = "In a storm no bird is sent, and every letter waits below until the sky clears."
SELL = "We never sell your data."
SHARE = "We may share your address with the nearest tower."
ADS = "We do not use your data to show you adverts."


def policy(*clauses: str, more: str = "") -> str:
    return "\n\n".join(["## 1. Letters", *clauses, SEEDS, "## 2. Towers", TOWERS, STORMS, more]).strip()


def test_promises_and_powers_are_listed_in_reading_order() -> None:
    ledger = keep(policy(SHARE, f"{SELL} {ADS}"))
    assert [item.quote.text for item in ledger.commitments] == [SHARE, SELL, ADS]
    assert [item.quote.text for item in ledger.current("promise")] == [SELL, ADS]
    assert {item.state for item in ledger.commitments} == {"kept"}
    assert all(item.first_seen == ledger.first and item.first_event is None for item in ledger.commitments)


def test_a_sentence_is_quoted_with_its_place() -> None:
    item = item_of(keep(policy(f"{SEEDS} {SELL}")), "sell")
    assert (item.quote.start, item.clause, item.section.number, item.verb) == (len(SEEDS) + 1, 1, "1", "sell")
    assert item.acts_on == "your data"


def test_what_stands_word_for_word_has_no_step_wherever_it_moves() -> None:
    ledger = keep(policy(SELL), policy(more=SELL))
    item = item_of(ledger, "sell")
    assert (item.state, told(item), item.section.number) == ("kept", [], "2")


def test_what_comes_later_has_the_change_that_brought_it() -> None:
    item = item_of(keep(policy(), policy(SELL)), "sell")
    assert item.first_event is not None
    assert item.first_seen.fetched_at == START + timedelta(days=1)


def test_a_smaller_promise_is_narrowed() -> None:
    ledger = keep(policy(ADS), policy(ADS.replace("your data", "the contents of your chats")))
    item = item_of(ledger, "adverts")
    assert (item.state, told(item)) == ("narrowed", ["narrowed object-smaller"])
    (step,) = item.steps
    assert step.before is not None
    assert step.after is not None
    assert (step.before.text, step.after.text) == ("your data", "the contents of your chats")
    assert step.event is not None


def test_a_promise_that_is_gone_is_broken_off() -> None:
    ledger = keep(policy(SELL, SHARE), policy(SHARE))
    item = item_of(ledger, "sell")
    assert (item.state, item.is_current, told(item)) == ("broken-off", False, ["broken-off gone"])
    assert ledger.gone("promise") == (item,)
    assert ledger.current("promise") == ()


def test_a_power_that_is_gone_is_withdrawn() -> None:
    item = item_of(keep(policy(SELL, SHARE), policy(SELL)), "nearest tower")
    assert told(item) == ["withdrawn gone"]


def test_a_promise_that_is_turned_round_is_broken_off_and_the_power_is_new() -> None:
    ledger = keep(policy(ADS), policy("We may use your data to show you adverts."))
    (gone,) = ledger.gone("promise")
    (power,) = ledger.current("power")
    assert told(gone) == ["broken-off reversed"]
    assert power.first_event is not None


def test_a_promise_that_comes_back_returns() -> None:
    item = item_of(keep(policy(SELL, SHARE), policy(SHARE), policy(SELL, SHARE)), "sell")
    assert (item.state, item.is_current, told(item)) == ("kept", True, ["broken-off gone", "kept returned"])
    assert item.steps[-1].is_return


def test_what_another_sentence_says_is_not_broken_off() -> None:
    twin = "Elsewhere too, we never sell your personal data."
    item = item_of(keep(policy(SELL, more=twin), policy(more=twin)), "We never sell your data")
    assert not item.is_current
    assert item.state in {"kept", "unclear"}
    assert told(item)[-1].endswith("said-elsewhere")


def test_headings_and_entries_of_the_own_log_are_no_commitments() -> None:
    log = "## 3. Changes to this policy\n\n**March 3, 2024**\n\n- We may share letters with towers now.\n"
    ledger = keep(policy("### We never sell your data", more=log))
    assert ledger.commitments == ()


def test_technical_records_make_no_step() -> None:
    ledger = keep(policy(SELL, ADS), policy(SHARE), kinds={1: "technical"})
    assert [item.quote.text for item in ledger.commitments] == [SHARE]
    (item,) = ledger.commitments
    assert (item.first_event, item.steps) == (None, ())


def test_a_text_that_stood_for_days_breaks_nothing_off() -> None:
    ledger = keep(policy(SELL), policy(SHARE), policy(SELL), policy(SHARE), policy(SELL))
    assert [item.quote.text for item in ledger.current("promise")] == [SELL]
    assert len(item_of(ledger, "sell").steps) <= 2


def test_a_doubtful_capture_is_passed_over() -> None:
    texts = (policy(SELL), policy(SHARE))
    record = records_of(texts)[1]
    check = Check(
        document=COURIER,
        checked_at=record.fetched_at,
        outcome="changed",
        reason="shrunk",
        text_sha256=record.text_sha256,
    )
    ledger = keep(*texts, checks=[check])
    assert [(item.quote.text, item.state) for item in ledger.commitments] == [(SELL, "kept")]


def test_a_sentence_that_is_repeated_is_listed_once() -> None:
    assert len(keep(policy(SELL, more=SELL)).commitments) == 1


def test_ids_stay_when_versions_follow() -> None:
    before = keep(policy(ADS)).commitments[0].id
    after = keep(policy(ADS), policy(ADS.replace("your data", "your photos"))).commitments[0].id
    assert before == after


def test_a_language_without_rules_has_no_ledger() -> None:
    assert keep(policy(SELL), language="fi").commitments == ()
    assert len(keep(policy(SELL), language="en-GB").commitments) == 1
    assert len(keep(policy(SELL), language=None).commitments) == 1


def test_a_ledger_knows_what_is_gone() -> None:
    ledger = keep(policy(SELL, SHARE), policy())
    assert isinstance(ledger, Ledger)
    assert [len(ledger.gone(kind)) for kind in ("promise", "power")] == [1, 1]


@pytest.mark.shared
def test_a_real_policy(shared_data: Path) -> None:
    """A messenger's privacy policy from 2020 to 2026: what its labels say of promises."""
    files = sorted((shared_data / "telegram" / "privacy-policy-en").glob("*.md"))
    ledger = keep(*(file.read_text(encoding="utf-8") for file in files))
    assert ledger.document == DocumentKey(service="Courier", terms_type="Privacy Policy")
    narrowed = {(item.section.number, told(item)[-1]) for item in ledger.current("promise") if item.steps}
    assert {("1.1", "narrowed object-smaller"), ("5.6", "narrowed object-smaller")} <= narrowed
    last = START + timedelta(days=len(files) - 1)
    assert item_of(ledger, "contact lists to show you ads").steps[-1].record.fetched_at == last
    (gone,) = [item for item in ledger.gone("promise") if "never happened" in item.quote.text]
    assert (gone.state, gone.section.number, gone.steps[-1].rule) == ("broken-off", "8.3", "gone")
    day = next(number for number, file in enumerate(files) if file.name.startswith("2024-09-23"))
    assert gone.steps[-1].record.fetched_at == START + timedelta(days=day)
    # Age estimation stands in the form of the page that is not served now: not broken off.
    elsewhere = [item for item in ledger.commitments if item.variant is not None]
    assert any(item.section.number == "3.7" and item.state == "kept" for item in elsewhere)
