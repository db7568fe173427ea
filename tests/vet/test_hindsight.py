"""Whole histories, told by letters: A is a policy, a its amendment, and so on; each test says what becomes of each."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tests.vet.policies import amended, cut, policy, sketch
from tracker.extract import parse_markdown
from tracker.model import Snapshot, Version
from tracker.vet import Decision, PastVersion, Sketch, sketch_text, vet_history

Page = Callable[[str], Snapshot]
Extract = Callable[[Snapshot], Version]
Tell = Callable[..., list[str]]

START = datetime(2021, 1, 1, tzinfo=UTC)

#: What a server gives instead of a policy, in words that no list of phrases holds, or in those that one does.
STUBS = {
    "stack of calls": "# Component failure\n\nReferenceError: settings are undefined at render (main.js:1:8831), at "
    "hydrate (main.js:1:22310), at async start (main.js:1:80114), at async boot (loader.js:2:177), at (anonymous) "
    "(loader.js:2:12)",
    "pointer": "# Our terms\n\nAll our rules are now found in one place, at terms.baker.example. Kindly change your "
    "bookmarks, and tell your neighbours, since this address is going to rest before long. Thank you for your visit!",
    "menu": "\n".join(
        f"* [{name}](https://x.example/{name})" for name in ("bread", "cakes", "rolls", "ovens", "visits")
    ),
    "advertisement": "# A new oven\n\n" + "Rye at dawn, plaits at noon, honey tarts for the guests who stay late. " * 6,
    "caption": "Notes by the baker",
    "error": "# 404 Not Found\n\nThe page that you asked for is not here.",
    "login": "# Log in\n\nForgot your password? Create an account.",
    "loading": "# Bread\n\nLoading...",
    "no words": "\\* \\* \\*",
}

A, B, C = policy(1, 100), policy(2, 100), policy(3, 140, title="Delivery terms")
a, b = amended(A), amended(B)


def history(
    *texts: str | Sketch, days: float = 2, sources: dict[int, tuple[str, ...]] | None = None
) -> list[PastVersion]:
    """Return versions of which each was captured `days` after the one before."""
    return [
        PastVersion(
            captured_at=START + timedelta(days=days * place),
            sketch=sketch(text) if isinstance(text, str) else text,
            sources=(sources or {}).get(place, ()),
        )
        for place, text in enumerate(texts)
    ]


def tell(decisions: tuple[Decision, ...]) -> list[str]:
    """Return for each decision `ok`, or what was decided and why."""
    return [
        f"{decision.action} {decision.failure.reason}"
        if decision.failure
        else f"doubt {decision.doubt.reason}"
        if decision.doubt
        else "ok"
        for decision in decisions
    ]


def told(*texts: str | Sketch, days: float = 2, language: str | None = None) -> list[str]:
    return tell(vet_history(history(*texts, days=days), language=language))


def refused_alone(decisions: list[str], *places: int) -> bool:
    """Return whether those at `places`, and no others, are refused."""
    return all(
        decision.startswith("refuse") if place in places else decision == "ok"
        for place, decision in enumerate(decisions)
    )


def test_no_version_has_no_decision() -> None:
    assert vet_history([]) == ()


def test_a_policy_and_its_amendments_are_accepted() -> None:
    assert told(A, a, amended(a, 5), A, a) == ["ok"] * 5


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_between_two_states_of_a_policy_is_refused(name: str) -> None:
    assert refused_alone(told(A, STUBS[name], a), 1)


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_is_refused_however_long_it_stood(name: str) -> None:
    assert refused_alone(told(A, STUBS[name], a, days=200), 1)


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_before_the_policy_is_refused_and_the_policy_is_the_first_record(name: str) -> None:
    """Beside the stub the policy grew out of proportion, and has nothing of it; nothing is said against it."""
    assert refused_alone(told(STUBS[name], A, a), 0)


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_at_the_end_is_refused(name: str) -> None:
    assert refused_alone(told(A, a, STUBS[name]), 2)


@pytest.mark.parametrize("lead", [[], [A]])
def test_several_stubs_in_a_row_are_refused(lead: list[str]) -> None:
    stubs = [STUBS[name] for name in ("pointer", "menu", "error", "caption")]
    assert refused_alone(told(*lead, *stubs, a, amended(a, 5)), *range(len(lead), len(lead) + len(stubs)))


@pytest.mark.parametrize("after", [[a], [a, amended(a, 5)], [B, b]], ids=["restored", "restored, amended", "rewritten"])
def test_two_forms_of_one_stub_do_not_vouch_for_each_other(after: list[str]) -> None:
    other = STUBS["pointer"].replace("Kindly", "Please")
    assert refused_alone(told(A, STUBS["pointer"], other, *after, days=40), 1, 2)


def test_a_short_policy_that_the_document_grows_out_of_is_accepted() -> None:
    """It keeps every sentence, and became twenty times as long."""
    short = policy(1, 3)
    assert told(short, policy(1, 60), amended(policy(1, 60))) == ["ok"] * 3


def test_short_policies_are_accepted() -> None:
    assert told(policy(1, 4), amended(policy(1, 4), 2), policy(1, 4)) == ["ok"] * 3


def test_a_short_policy_that_stands_alone_is_accepted() -> None:
    assert told(policy(1, 4)) == ["ok"]


@pytest.mark.parametrize("days", [2, 40])
def test_a_policy_that_is_rewritten_from_scratch_and_stays_is_accepted(days: float) -> None:
    assert told(A, B, b, days=days) == ["ok"] * 3


def test_a_document_that_turns_into_one_of_another_name_and_stays_is_accepted() -> None:
    assert told(A, C, amended(C), days=40) == ["ok"] * 3


def test_a_rewritten_policy_that_nothing_has_confirmed_yet_is_held() -> None:
    assert told(A, B) == ["ok", "hold another-document"]


def test_a_document_of_another_name_that_was_confirmed_just_now_is_doubted() -> None:
    assert told(A, a, C, amended(C)) == ["ok", "ok", "doubt another-document", "ok"]


def test_another_document_between_two_states_of_a_policy_is_refused() -> None:
    assert refused_alone(told(A, C, a), 1)


def test_another_document_that_stood_for_months_is_accepted_with_a_doubt() -> None:
    assert told(A, C, a, days=60) == ["ok", "doubt another-document", "ok"]


def test_another_document_before_the_policy_is_doubted_and_the_policy_is_the_first_record() -> None:
    assert told(C, A, a, amended(a, 5)) == ["doubt another-document", "ok", "ok", "ok"]


def test_a_first_policy_that_comes_back_is_no_other_document() -> None:
    assert told(A, C, a, amended(a, 5))[0] == "ok"


def test_a_doubtful_text_is_doubtful_wherever_it_stands() -> None:
    assert told(A, C, a, C, a, days=60)[1::2] == ["doubt another-document"] * 2


def test_editions_for_two_regions_are_accepted_however_often_they_alternate() -> None:
    """They share a third of their clauses, so that each looks strange beside the other."""
    clauses = A.split("\n\n")
    home, abroad = "\n\n".join([*clauses[:50], B]), "\n\n".join([*clauses[:50], C])
    assert told(home, abroad, home, amended(abroad), amended(home), abroad, home) == ["ok"] * 7


def test_an_older_edition_that_comes_back_is_accepted() -> None:
    old, new = policy(1, dated="May 2, 2019"), policy(2, dated="June 3, 2020")
    assert told(old, new, amended(new, 5), old, new, days=40) == ["ok"] * 5


def test_an_older_edition_that_comes_back_amended_is_accepted() -> None:
    old, new = policy(1, dated="May 2, 2019"), policy(2, dated="June 3, 2020")
    assert told(old, new, amended(new, 5), amended(old, 5), new, days=40) == ["ok"] * 5


def test_a_day_that_lay_ahead_is_no_date_of_a_version() -> None:
    """It announced its next edition for June, which then came in January."""
    old = policy(1, dated="May 2, 2019. An updated version takes effect on June 3, 2021")
    new = policy(1, 20, dated="January 2, 2021") + "\n\n" + policy(3, 18, title="More")
    assert told(old, new, new) == ["ok", "ok", "ok"]


def test_an_older_edition_that_was_never_seen_is_doubted() -> None:
    new = policy(1, dated="June 3, 2020")
    old = policy(1, 20, dated="May 2, 2019") + "\n\n" + policy(3, 18, title="More")
    assert told(new, old, new) == ["ok", "doubt older-edition", "ok"]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("days", [1, 60])
def test_a_text_that_ends_within_a_sentence_is_refused_where_its_end_comes_back(share: float, days: float) -> None:
    assert refused_alone(told(A, cut(A, share), a, days=days), 1)


def test_a_text_that_lacks_its_last_clauses_is_refused_where_they_come_back_soon() -> None:
    assert told(A, policy(1, 75), a) == ["ok", "refuse truncated", "ok"]


def test_a_text_that_lacks_its_last_clauses_for_months_is_accepted_with_a_doubt() -> None:
    assert told(A, policy(1, 75), a, days=60) == ["ok", "doubt truncated", "ok"]


def test_a_text_that_lacks_its_middle_is_doubted_where_it_comes_back_soon() -> None:
    clauses = A.split("\n\n")
    partial_text = "\n\n".join([*clauses[:30], "Answers follow.", *clauses[70:]])
    assert told(A, partial_text, a) == ["ok", "doubt shrunk", "ok"]
    assert told(A, partial_text, a, days=60) == ["ok"] * 3
    assert told(A, partial_text, amended(partial_text)) == ["ok"] * 3


def test_a_policy_that_drops_its_last_clauses_for_good_is_accepted() -> None:
    shorter = policy(1, 75)
    assert told(A, shorter, amended(shorter)) == ["ok"] * 3


def test_a_policy_that_is_halved_for_good_is_accepted() -> None:
    shorter = policy(1, 48)
    assert told(A, shorter, amended(shorter), days=20) == ["ok"] * 3


def test_a_policy_that_ends_within_a_sentence_at_the_end_is_held() -> None:
    assert told(A, a, cut(a, 0.7)) == ["ok", "ok", "hold truncated"]


def test_a_first_text_that_was_cut_is_doubted_and_the_whole_one_is_the_first_record() -> None:
    assert told(cut(A, 0.02), A, a) == ["refuse too-short", "ok", "ok"]
    assert told(cut(A, 0.4), A, a) == ["doubt truncated", "ok", "ok"]


def test_a_first_text_that_ends_with_an_address_and_grows_is_accepted() -> None:
    first = policy(1, 60) + "\nThe Bakery, 4 Mill Lane, Millford"
    assert told(first, f"{first}\n\n# More\n\n{policy(2, 6)}", days=5)[0] == "ok"


def test_a_collapse_that_went_back_is_doubted_however_long_it_stood() -> None:
    teasers = policy(1, 10) + policy(2, 8)
    assert told(A, teasers, a, days=60) == ["ok", "doubt shrunk", "ok"]


def test_a_policy_that_grows_at_its_end_is_accepted() -> None:
    assert told(policy(1, 20), policy(1, 22), policy(1, 24), days=60) == ["ok"] * 3


def test_a_text_that_grew_tenfold_and_went_back_is_doubted() -> None:
    assert told(policy(1, 8), policy(1, 8) + policy(2, 120), policy(1, 8)) == ["ok", "doubt grown", "ok"]


def test_a_text_that_grew_tenfold_and_stays_is_accepted() -> None:
    whole = policy(1, 8) + policy(2, 120)
    assert told(policy(1, 8), whole, amended(whole)) == ["ok"] * 3


@pytest.fixture
def german(page: Page, extract: Extract) -> Sketch:
    return sketch_text(extract(page("wrong_language")))


@pytest.fixture
def english(page: Page, extract: Extract) -> list[Sketch]:
    """Three states of the policy of which `german` is a translation."""
    text = extract(page("near_miss_policy")).markdown
    return [sketch(text), sketch(amended(text)), sketch(amended(amended(text), 5))]


@pytest.mark.parametrize("days", [1, 60])
@pytest.mark.parametrize("place", [1, 2])
def test_another_language_between_is_refused_however_long_it_stood(
    english: list[Sketch], german: Sketch, place: int, days: float
) -> None:
    decisions = told(*english[:place], german, *english[place:], days=days)
    assert refused_alone(decisions, place)
    assert decisions[place] == "refuse wrong-language"


def test_another_language_at_first_is_refused(english: list[Sketch], german: Sketch) -> None:
    assert told(german, *english) == ["refuse wrong-language", "ok", "ok", "ok"]


def test_of_two_languages_with_as_many_texts_the_later_one_is_the_document_s(
    english: list[Sketch], german: Sketch
) -> None:
    assert told(german, english[0]) == ["refuse wrong-language", "ok"]


def test_another_language_at_the_end_is_refused(english: list[Sketch], german: Sketch) -> None:
    assert told(*english, german) == ["ok", "ok", "ok", "refuse wrong-language"]


def test_languages_that_alternate_leave_that_of_most_texts(english: list[Sketch], german: Sketch) -> None:
    one, two, three = english
    assert refused_alone(told(one, german, two, german, three, german), 1, 3, 5)


def test_a_document_that_comes_in_another_language_for_good_is_doubted_once(
    page: Page, extract: Extract, german: Sketch, english: list[Sketch]
) -> None:
    later = sketch(amended(extract(page("wrong_language")).markdown))
    assert told(*english, german, later, days=40) == ["ok", "ok", "ok", "doubt wrong-language", "ok"]


@pytest.mark.parametrize("language", ["en", "en-GB"])
def test_a_document_in_its_declared_language_is_accepted(english: list[Sketch], language: str) -> None:
    assert told(*english, language=language) == ["ok"] * 3


def test_the_declared_language_outweighs_the_number_of_texts(english: list[Sketch], german: Sketch) -> None:
    assert told(*english, german, language="de") == ["refuse wrong-language"] * 3 + ["ok"]


def test_versions_that_name_one_snapshot_twice_are_refused() -> None:
    versions = history(A, A + A, a, sources={0: ("s1", "s2"), 1: ("s3", "s3"), 2: ("s4", "s5")})
    assert tell(vet_history(versions)) == ["ok", "refuse duplicate-source", "ok"]


def test_a_doubled_source_is_refused_even_where_its_text_tells_nothing() -> None:
    assert tell(vet_history(history(A, a, sources={1: ("s1", "s2", "s1")}))) == ["ok", "refuse duplicate-source"]


def test_a_text_that_stands_twice_is_refused_where_its_snapshots_are_two() -> None:
    assert tell(vet_history(history(A, f"{a}\n\n{a}", a, sources={1: ("s1", "s2")})))[1] == "refuse duplicate-source"


@pytest.mark.parametrize("name", ["undefined", "true", "", "UNDEFINED"])
def test_names_that_say_nothing_double_no_source(name: str) -> None:
    assert tell(vet_history(history(A, a, sources={1: (name, name)}))) == ["ok", "ok"]


def test_names_that_say_nothing_tell_how_many_there_are() -> None:
    """A document of several pages that is one page several times is doubled, whatever the snapshots are called."""
    texts = (A, f"{a}\n\n{a}", a)
    unnamed: dict[int, tuple[str, ...]] = dict.fromkeys(range(3), ("undefined", "undefined"))
    assert tell(vet_history(history(*texts, sources=unnamed))) == ["ok", "refuse duplicate-source", "ok"]
    assert tell(vet_history(history(*texts)))[1] == "ok"


def test_doubled_sources_that_alternate_leave_nothing_strange_behind() -> None:
    """As in Open Terms Archive from September 2024 on: now the one page twice, now the other, and at last both."""
    doubled: dict[int, tuple[str, ...]] = dict.fromkeys(range(1, 7), ("s", "s"))
    texts = (A, B + B, A + A, B + B, A + A, f"{b}\n\n{b}", f"{a}\n\n{a}", A + B, amended(A + B))
    versions = history(*texts, sources=doubled)
    decisions = tell(vet_history(versions))
    assert decisions[1:7] == ["refuse duplicate-source"] * 6
    assert [decisions[0], *decisions[7:]] == ["ok"] * 3


def test_a_combined_document_that_lacks_a_part_for_a_while_is_refused() -> None:
    both = ("s1", "s2")
    versions = history(A + B, B, A + b, sources=dict.fromkeys(range(3), both))
    assert tell(vet_history(versions)) == ["ok", "refuse missing-source", "ok"]


def test_times_that_go_back_do_no_harm() -> None:
    assert refused_alone(told(A, STUBS["pointer"], a, days=-3), 1)


def test_decisions_depend_on_the_versions_alone() -> None:
    versions = history(A, STUBS["menu"], B, b, C, cut(b, 0.5), b)
    assert vet_history(versions) == vet_history(list(versions))


def test_a_long_history_of_strange_texts_is_vetted_in_time() -> None:
    """Each version is another document: each is compared with what came before and after, within bounds."""
    make = partial(policy, clauses=30)
    versions = history(*(sketch_text(parse_markdown(make(seed))) for seed in range(400)))
    begin = time.process_time()
    assert len(vet_history(versions)) == 400
    assert time.process_time() - begin < 20
