"""The table of topics: each has a data file, a fixture, and cases that it passes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tracker.classify import find_topics
from tracker.classify.cues import LexiconError, compile_phrases, fold_case
from tracker.classify.topic_files import find_phrases
from tracker.classify.topics import load_topics
from tracker.model import TOPICS

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


@pytest.mark.parametrize("name", ["law-enforcement", "data-sharing", "retention-deletion", "user-rights"])
def test_topics_that_speak_german_and_french_have_cases_in_both(name: str) -> None:
    assert {"de", "fr"} <= {language for language, _ in _cases(name, "fires")}


def test_language_without_cues_has_no_topics() -> None:
    assert find_topics("We sell aggregated data.", language="fi") == ()


def test_title_alone_names_a_topic() -> None:
    assert find_topics("See below.", title="8.3 Law Enforcement Authorities") == ("law-enforcement",)


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
    find_phrases(text, [(0, len(text))], None)
    assert time.process_time() - started < 5
