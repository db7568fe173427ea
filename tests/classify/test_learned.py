"""What words weigh: the sentences here stand in nothing that was learned from."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from tracker.classify import learned
from tracker.classify.cues import LexiconError
from tracker.classify.learned import (
    LEARNED,
    QUESTIONS,
    WORDS_RULE,
    Reading,
    keep_meaningful,
    load_words,
    read_passages,
    tell_passages,
)
from tracker.classify.passages import Passage, split_passages
from tracker.classify.wording import read_wording
from tracker.model import TOPICS, ClauseChange, Finding, Quote

MakeClause = Callable[..., ClauseChange]

WIDENS = [
    ("en", "We pass your salary and your employment history on to lenders and credit bureaus."),
    ("en", "Refunds are excluded and you waive any claim that you might otherwise have against the club."),
    ("en", "Your recordings may be analysed by reviewers and used to train our speech models."),
    ("de", "Wir behalten uns vor, Ihre Daten an Werbepartner weiterzugeben und Ihr Konto zu sperren."),
    ("fr", "Nous transmettons votre adresse et votre historique d'achats \u00e0 nos partenaires publicitaires."),
]
NARROWS = [
    ("en", "Pictures of your face never leave your phone and are erased as soon as the check is done."),
    ("en", "You can object to this at any time and free of charge, and we will stop within ten days."),
    ("en", "Every backup is encrypted with a key that only you hold."),
    ("de", "Sie k\u00f6nnen der Verarbeitung jederzeit widersprechen; wir l\u00f6schen die Daten dann sofort."),
    ("fr", "Vous pouvez \u00e0 tout moment vous opposer \u00e0 ce traitement, sans frais."),
]


def _read(make_clause: MakeClause, old: str, new: str, language: str = "en") -> tuple[Reading, ...]:
    return read_passages(read_wording(make_clause(old, new, title=""), language), (), ())


@pytest.mark.parametrize(("language", "words"), WIDENS)
def test_power_that_comes_widens(make_clause: MakeClause, language: str, words: str) -> None:
    (reading,) = _read(make_clause, "", words, language)
    assert reading.lean > 0.2


@pytest.mark.parametrize(("language", "words"), NARROWS)
def test_shield_that_comes_narrows(make_clause: MakeClause, language: str, words: str) -> None:
    (reading,) = _read(make_clause, "", words, language)
    assert reading.lean < -0.2


@pytest.mark.parametrize(("language", "words"), [row for row in NARROWS if row[0] == "en"])
def test_shield_that_goes_widens(make_clause: MakeClause, language: str, words: str) -> None:
    (reading,) = _read(make_clause, words, "", language)
    assert reading.lean > 0.2


@pytest.mark.parametrize("words", ["Was this page helpful? Yes No", "Home Products Pricing Blog Contact Login"])
def test_menus_and_advertising_are_no_policy(make_clause: MakeClause, words: str) -> None:
    for reading in _read(make_clause, "", words):
        assert reading.likelihood("chrome") > 0.5 > reading.likelihood("meaning")


def test_practices_are_policy(make_clause: MakeClause) -> None:
    for language, words in (*WIDENS, *NARROWS):
        (reading,) = _read(make_clause, "", words, language)
        assert reading.likelihood("chrome") < 0.5 < reading.likelihood("meaning")


def test_same_in_other_words_is_wording(make_clause: MakeClause) -> None:
    (reading,) = _read(
        make_clause, "Please refer to the section on maps below.", "Please see the section on maps below."
    )
    assert reading.likelihood("wording") > 0.5


def test_words_tell_topics(make_clause: MakeClause) -> None:
    (reading,) = _read(make_clause, "", "Every backup is encrypted with a key that only you hold.")
    assert max(TOPICS, key=reading.likelihood) == "security"
    assert reading.knows_topics


def test_finding_quotes_its_sentence(make_clause: MakeClause) -> None:
    words = NARROWS[0][1]
    wording = read_wording(make_clause("Birds sing.", f"Birds sing. {words}", title=""), "en")
    (finding,) = tell_passages(wording, read_passages(wording, (), ()), ())
    assert (finding.rule, finding.effect, finding.before) == (WORDS_RULE.id, "narrows", None)
    assert finding.after == Quote(text=words, start=12)
    assert finding.confidence <= WORDS_RULE.confidence
    assert finding.summary.startswith("new: 'Pictures of your face never leave your phone")
    assert len(finding.summary) < 110


def test_finding_of_a_rewording_quotes_the_words(make_clause: MakeClause) -> None:
    old, new = "Faces are never stored or shared by us.", "Faces are always stored and shared by us."
    wording = read_wording(make_clause(old, new, title=""), "en")
    reading = Reading(split_passages(wording)[-1], {"widens": 3.0, "meaning": 5.0})
    (finding,) = tell_passages(wording, [reading], ())
    assert finding.before is not None
    assert finding.after is not None
    assert (finding.before.text, finding.after.text) == ("never", "always")
    assert finding.summary == "'never' became 'always'"


def _rule(reading: Reading, *, rule: str = "use-hint", confidence: float = 0.5, effect: str = "widens") -> Finding:
    place = (reading.passage.new or reading.passage.old)[0][0]
    quote = Quote(text="x", start=place)
    return Finding(
        facet="purpose",
        before=None if reading.passage.new else quote,
        after=quote if reading.passage.new else None,
        effect="widens" if effect == "widens" else "narrows",
        rule=rule,
        confidence=confidence,
        summary="x",
    )


def test_where_a_rule_says_the_same_or_is_sure_words_are_silent(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("", WIDENS[2][1], title=""), "en")
    readings = read_passages(wording, (), ())
    assert list(tell_passages(wording, readings, ()))
    assert not list(tell_passages(wording, readings, [_rule(readings[0], rule="use-comes")]))
    assert not list(tell_passages(wording, readings, [_rule(readings[0], confidence=0.8, effect="narrows")]))
    assert list(tell_passages(wording, readings, [_rule(readings[0], effect="narrows")]))


def test_what_a_rule_finds_in_words_without_meaning_is_dropped(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("", "Home Products Pricing Blog Contact Login", title=""), "en")
    (reading,) = read_passages(wording, (), ())
    meaningless = replace(reading, sums={**reading.sums, "meaning": -5.0})
    hint, rule, sure = _rule(reading), _rule(reading, rule="use-comes"), _rule(reading, confidence=0.8)
    assert keep_meaningful(wording, [hint, rule, sure], [meaningless]) == (sure,)
    doubtful = replace(reading, sums={**reading.sums, "meaning": -0.5})
    assert keep_meaningful(wording, [hint, rule], [doubtful]) == (rule,)
    # What leads in a list is believed.
    assert keep_meaningful(replace(wording, lead="We share with:"), [hint], [meaningless]) == (hint,)
    elsewhere = replace(hint, after=Quote(text="x", start=10_000))
    assert keep_meaningful(wording, [elsewhere], [meaningless]) == (elsewhere,)


def test_language_without_weights_is_not_read(make_clause: MakeClause) -> None:
    assert _read(make_clause, "", "Talletamme tietoja.", "fi") == ()
    assert _read(make_clause, "", WIDENS[0][1]) == read_passages(
        read_wording(make_clause("", WIDENS[0][1], title=""), None), (), ()
    )


@pytest.mark.parametrize("language", LEARNED)
def test_weights_answer_known_questions(language: str) -> None:
    table = load_words(language)
    assert {f"op: {op}" for op in ("added", "removed", "modified")} <= set(table)
    known = set(table["op: added"])
    assert known <= {*QUESTIONS, *TOPICS}
    assert "widens" in known
    for counted, weights in table.items():
        assert set(weights) <= known, counted
        # A word, two neighbours, or the name of something counted: nobody's sentence.
        assert len(re.sub(r"^[\w-]+( [\w-]+)?: ", "", counted).split()) <= 6, counted


def test_what_nothing_was_learned_of_is_not_believed() -> None:
    reading = Reading(Passage(op="added", old=(), new=((0, 1),)), {"widens": 4.0})
    assert (reading.likelihood("chrome"), reading.likelihood("material")) == (0.0, 1.0)
    assert 0.5 < reading.lean < 0.7
    assert not reading.knows_topics


@pytest.mark.parametrize("fields", [{}, {"weights": []}, {"weights": {"we": 1}}, {"weights": {"we": {"widens": "x"}}}])
def test_wrong_weights_are_named(monkeypatch: pytest.MonkeyPatch, fields: dict[str, object]) -> None:
    monkeypatch.setattr(learned, "read_lexicon", lambda _: fields)
    load_words.cache_clear()
    try:
        with pytest.raises(LexiconError):
            load_words("en")
    finally:
        load_words.cache_clear()


def test_words_that_took_no_others_place_are_quoted_alone(make_clause: MakeClause) -> None:
    old = "Recordings never leave the phone. Pictures hang in the hall."
    new = "Recordings leave the phone. Pictures hang in the hall and in our kitchen too."
    wording = read_wording(make_clause(old, new, title=""), "en")
    reading = Reading(split_passages(wording)[-1], {"widens": 3.0, "meaning": 5.0})
    (finding,) = tell_passages(wording, [reading], ())
    assert (finding.before, finding.summary) == (None, "new: 'and in our kitchen too'")


@pytest.mark.parametrize(("language", "words"), [*WIDENS, *NARROWS])
def test_language_that_is_not_told_is_that_of_the_common_words(
    make_clause: MakeClause, language: str, words: str
) -> None:
    wording = read_wording(make_clause("", words, title=""), None)
    told = read_wording(make_clause("", words, title=""), language)
    if language == "en":
        assert read_passages(wording, (), ()) == read_passages(told, (), ())
    assert {reading.knows_topics for reading in read_passages(wording, (), ())} == {language == "en"}


def test_other_languages_are_not_guessed(make_clause: MakeClause) -> None:
    assert read_passages(read_wording(make_clause("", "Talletamme tietoja.", title=""), None), (), ()) == ()


def test_same_sums_whatever_the_seed_of_hashes() -> None:
    program = (
        "from tracker.classify.learned import read_passages\n"
        "from tracker.classify.wording import read_wording\n"
        "from tracker.model import ClauseChange, SectionRef, Span\n"
        f"words = {' '.join(words for language, words in (*WIDENS, *NARROWS) if language == 'en')!r}\n"
        "clause = ClauseChange(op='added', section=SectionRef(number='1', title='Use', anchor=None), old='',\n"
        "                      new=words, redline=(Span('+', words),))\n"
        "print([sorted(one.sums.items()) for one in read_passages(read_wording(clause, 'en'), (), ())])\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
