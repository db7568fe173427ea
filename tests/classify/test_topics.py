"""The table of topics: each has a data file, a fixture, and cases that it passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from tracker.classify import find_topics, judge_change
from tracker.classify.cues import LexiconError, compile_phrases, fold_case
from tracker.classify.topic_files import find_phrases
from tracker.classify.topic_signs import Sign, SignPlace
from tracker.classify.topics import (
    MEASURES,
    Spoken,
    find_document_title,
    lead_topics,
    likely_topics,
    load_topic_weights,
    load_topics,
    read_signs,
    read_spoken,
    weigh_spoken,
    weigh_topics,
)
from tracker.classify.wording import find_lead_in, read_wording
from tracker.model import TOPICS, Change, ClauseChange, ClauseKind, Finding, Quote, SectionRef, Span, Version

MakeClause: TypeAlias = Callable[..., ClauseChange]
MakeVersion: TypeAlias = Callable[..., Version]
MakeChange: TypeAlias = Callable[..., Change]

FIXTURES = Path(__file__).with_name("topics")
NAMES = [name for name in TOPICS if name != "other"]


def _cases(name: str, verb: str) -> list[tuple[str, str]]:
    cases = []
    for line in (FIXTURES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        head, _, words = line.partition(": ")
        if head == verb:
            language = words[1:3] if words.startswith("[") else "en"
            cases.append((language, words.removeprefix(f"[{language}] ")))
    return cases


def test_every_topic_has_a_data_file_and_no_data_file_is_without_a_topic() -> None:
    assert [topic.name for topic in load_topics()] == NAMES
    folder = Path(__file__).parents[2] / "tracker" / "classify" / "topics"
    assert {path.stem for path in folder.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_topic_fires_on_its_cases_and_not_on_its_near_misses(name: str) -> None:
    fires, quiet = _cases(name, "fires"), _cases(name, "must not fire")
    assert len(fires) >= 2
    assert len(quiet) >= 2
    for language, words in fires:
        assert name in find_topics(words, language=language), words
    for language, words in quiet:
        assert name not in find_topics(words, language=language), words


@pytest.mark.parametrize("name", NAMES)
def test_topic_has_cases_in_every_language(name: str) -> None:
    assert {language for language, _ in _cases(name, "fires")} == {"en", "de", "fr"}


@pytest.mark.parametrize("name", NAMES)
def test_topic_is_named_where_the_language_is_not_known(name: str) -> None:
    for _, words in _cases(name, "fires"):
        assert name in find_topics(words), words


def test_language_without_cues_has_no_topics() -> None:
    assert find_topics("We sell aggregated data.", language="fi") == ()


def test_title_alone_names_a_topic() -> None:
    assert find_topics("See below.", title="8.3 Law Enforcement Authorities") == ("law-enforcement",)


def test_phrase_that_only_a_title_may_hold_is_not_a_cue() -> None:
    assert find_topics("Notices hang on the wall.", language="en") == ()
    assert find_topics("", title="Notices", language="en") == ("contact-representative",)


def test_clause_has_the_topics_of_its_changed_words(make_clause: MakeClause) -> None:
    clause = make_clause(
        "We use cookies. You can write to our data protection officer.",
        "We use cookies. You can write to our data protection officer. Calls are transcribed.",
    )
    weights = weigh_topics(read_wording(clause, "en"))
    assert lead_topics(weights) == ("ai-automation",)


def test_number_has_the_topic_of_the_words_around_it(make_clause: MakeClause) -> None:
    clause = make_clause("Chats are deleted after 30 days.", "Chats are deleted after 90 days.")
    assert lead_topics(weigh_topics(read_wording(clause, "en"))) == ("retention-deletion",)


def test_title_and_lead_in_count(make_clause: MakeClause) -> None:
    plain = read_wording(make_clause("", "Credit bureaus", title=""), "en")
    clause = make_clause("", "Credit bureaus", title="Who receives your data")
    titled = read_wording(clause, "en", lead="We share your data with:")
    weights = [
        weigh_topics(wording)["data-sharing"]
        for wording in (plain, replace(plain, lead="We share your data with:"), titled)
    ]
    assert weights == sorted(set(weights))


def test_title_decides_where_there_is_no_cue(make_clause: MakeClause) -> None:
    words = "It went up a little in spring."
    titled = weigh_topics(read_wording(make_clause("", words, title="International transfers"), "en"))
    assert lead_topics(titled) == ("international-transfer",)
    assert set(lead_topics(weigh_topics(read_wording(make_clause("", words, title=""), "en")))) <= {"other"}


@pytest.mark.parametrize(
    ("document", "topic"),
    [
        ("Acme Law Enforcement Guidelines", "law-enforcement"),
        ("Cookie Policy", "cookies"),
        ("Refund policy", "payments"),
        ("Transparenzbericht 2024", "law-enforcement"),
        ("Politique relative aux cookies", "cookies"),
    ],
)
def test_title_of_a_text_names_its_topic(make_clause: MakeClause, document: str, topic: str) -> None:
    wording = read_wording(make_clause("", "The form must be signed.", title=""), None)
    assert topic in lead_topics(weigh_spoken([read_spoken(wording, document=document)]))
    assert topic not in lead_topics(weigh_spoken([read_spoken(wording)]))


def test_title_of_an_ordinary_text_names_nothing(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("", "The form must be signed.", title=""), None)
    for document in ("Privacy Policy", "Terms of Service", "Datenschutzerkl\u00e4rung", "Acme"):
        assert read_signs(wording, document=document) == read_signs(wording)


def test_title_of_a_text_is_its_first_heading(make_version: MakeVersion, make_change: MakeChange) -> None:
    old = make_version((None, "Cookie Policy", []), (None, "Browsers", []))
    assert find_document_title(make_change(old=old, new=make_version((None, "Cookies", [])))) == "Cookies"
    assert find_document_title(make_change(old=old)) == "Cookie Policy"
    assert find_document_title(make_change()) == ""


def test_rewording_names_the_topics_that_are_likely(make_clause: MakeClause, make_change: MakeChange) -> None:
    spelt = make_clause("Cookies are stroed by your browser.", "Cookies are stored by your browser.", title="Cookies")
    verdict = judge_change(make_change(spelt), language="en")
    assert (verdict.kind, verdict.topics, verdict.clauses[0].topics) == ("editorial", ("cookies",), ("cookies",))
    plain = make_clause("The sky is bleu.", "The sky is blue.", title="")
    assert judge_change(make_change(plain), language="en").topics == ()


def test_new_date_of_the_text_is_about_its_changes(make_clause: MakeClause, make_change: MakeChange) -> None:
    dated = make_clause("Last updated: 3 May 2024", "Last updated: 9 June 2025", title="")
    verdict = judge_change(make_change(dated), language="en")
    assert (verdict.kind, verdict.topics) == ("editorial", ("policy-changes",))


def test_layout_is_about_nothing(make_clause: MakeClause, make_change: MakeChange) -> None:
    verdict = judge_change(make_change(make_clause("We use cookies.", "We  use cookies.", title="Cookies")))
    assert (verdict.kind, verdict.topics) == ("technical", ())


def test_hint_says_less_than_a_cue(make_clause: MakeClause) -> None:
    hint = weigh_topics(read_wording(make_clause("", "Strangers greet the family at school.", title=""), "en"))
    assert likely_topics(hint) == ()
    places: tuple[SignPlace, ...] = ("hint", "changed")
    less, more = (
        weigh_spoken([Spoken(frozenset({Sign(topic="children", place=place, words="school")}))])["children"]
        for place in places
    )
    assert less < more


def test_nothing_known_is_no_topic(make_clause: MakeClause) -> None:
    named = lead_topics(weigh_topics(read_wording(make_clause("", "The sky is blue.", title=""), "en")))
    assert set(named) <= {"other"}


def test_finding_is_a_sign_of_its_topic(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("It is 13.", "It is 16.", title=""), "en")
    finding = Finding(
        facet="age",
        before=Quote(text="13", start=6),
        after=Quote(text="16", start=6),
        effect="widens",
        rule="age",
        confidence=0.9,
        summary="age raised",
    )
    assert Sign(topic="children", place="changed", words="16") in read_signs(wording, [finding])


def test_passing_mention_among_many_clauses_is_no_topic_of_the_change(make_clause: MakeClause) -> None:
    texts = ["Chats are deleted after a year.", "Logs are erased after a week.", "Backups are kept for a month."]
    texts += ["Photos are wiped within a day.", "Letters are retained for ten years.", "Inactive accounts are purged."]
    clauses = [make_clause("", text, title="Retention") for text in texts]
    clauses.append(make_clause("", "A fee is charged for restoring files.", title="Retention"))
    spoken = [read_spoken(read_wording(clause, "en")) for clause in clauses]
    assert "payments" in lead_topics(weigh_spoken(spoken[-1:]))
    assert lead_topics(weigh_spoken(spoken)) == ("retention-deletion",)


def test_lead_in_is_the_clause_above_that_ends_in_a_colon(make_version: MakeVersion, make_change: MakeChange) -> None:
    listed: list[tuple[ClauseKind, str]] = [("paragraph", "We share data with:"), ("item", "banks"), ("item", "shops")]
    version = make_version(("1", "Sharing", listed), ("2", "Notes", [("paragraph", "Nothing else.")]))
    change = make_change(new=version)
    at = {clause.text: clause.index for clause in version.clauses}
    section = SectionRef(number="1", title="Sharing", anchor=None)

    def added(text: str) -> ClauseChange:
        return ClauseChange(
            op="added", section=section, old="", new=text, redline=(Span("+", text),), new_clauses=(at[text],)
        )

    assert find_lead_in(change, added("shops")) == "We share data with:"
    assert find_lead_in(change, added("Nothing else.")) == ""


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("Fax +44 20 7946 0000", "contact-representative"),
        ("Bristol BS1 4ND", "contact-representative"),
        ("It costs 5 euros.", "payments"),
        ("Only \u20ac3.", "payments"),
    ],
)
def test_shapes_are_cues_in_any_language(words: str, topic: str) -> None:
    assert topic in find_topics(words, language="fi")


@pytest.mark.parametrize(
    "words", ["On 2024-05-17 at 12.30", "162.211.64.106", "Order 10 of 2018 pages", "sections 1.2.3.4"]
)
def test_dates_and_addresses_of_machines_have_no_shape(words: str) -> None:
    assert find_topics(words, language="fi") == ()


def test_weights_are_given_for_each_measure() -> None:
    learned = load_topic_weights()
    assert set(learned.weights) == set(MEASURES)
    assert 0 < learned.least < learned.likely < 1


@pytest.mark.parametrize("phrase", ["", " ", "(a+)+$", "a{3}", "[x]"])
def test_cue_with_anything_but_words_and_marks_is_refused(phrase: str) -> None:
    with pytest.raises(LexiconError):
        compile_phrases([phrase])


def test_cue_joins_words_over_hyphens_and_plain_or_curly_quotes() -> None:
    pattern = compile_phrases(["don't share", "third part*", "order .. judicial authorit*"])
    assert pattern.search(fold_case("We DON\u2019T share"))
    assert pattern.search("third-party")
    assert pattern.search("an order from the relevant judicial authorities")
    assert not pattern.search("an order. the judicial authorities")
    assert not pattern.search("bird party")


@pytest.mark.parametrize(
    "unit", ["a", "disclose ", "order of the ", "share-", "we may ", "\u00fc,", "(((", "9.", "a@", "9 "]
)
def test_a_hostile_megabyte_is_read_in_linear_time(unit: str) -> None:
    text = fold_case(unit * (300_000 // len(unit)))
    # Processor time of one search, far above what a linear one takes on a slow machine.
    started = time.process_time()
    find_phrases(text, ((0, len(text)),), None)
    assert time.process_time() - started < 5
