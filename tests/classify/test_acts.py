"""Who does what: the sentences of `acts.txt`, and what holds for any sentence."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.classify.acts import Act, Actor, Bearing, read_acts, tokens_of
from tracker.classify.cues import fold_case, read_lexicon

CASES: Final = Path(__file__).with_name("acts.txt")
MODALITIES: Final = ("never", "may", "does", "must")
#: Words of acts, their negations and marks, of which sentences are made that nobody wrote.
PIECES: Final = ["we", "you", "users", "our", "partners", "data", "photos", "may", "must", "not", "never", "only",
                 "no", "is", "are", "been", "have", "to", "share", "shared", "sharing", "delete", "prohibited", "do",
                 "police", "and", "that", ",", ";", "(", ")", "The", "Acorn", "does", "gladly", "oaks", "\u0130",
                 "\u2019s"]  # fmt: skip


def read(sentence: str) -> tuple[Act, ...]:
    return read_acts(sentence, fold_case(sentence), (0, len(sentence)))


def cases() -> list[tuple[str, str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    parted = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return [(expected, sentence) for expected, _, sentence in parted]


def say(act: Act, sentence: str) -> str:
    fields = (act.actor, act.verb.replace(" ", "-"), act.kind or "-", act.obj or "-", MODALITIES[act.modality])
    return f"{' '.join(fields)} {act.bearing} [{sentence[act.start : act.end]}]"


@pytest.mark.parametrize(("expected", "sentence"), cases())
def test_acts_are_read_as_their_line_says(expected: str, sentence: str) -> None:
    assert ("; ".join(say(act, sentence) for act in read(sentence)) or "nothing") == expected


def kinds_of(verb: str) -> dict[str, str]:
    """Return what sort of act a verb of the lexicon is, by what it acts on."""
    verbs = read_lexicon("lexicon/acts.json")["verbs"]
    assert isinstance(verbs, dict)
    row = verbs[verb]
    assert isinstance(row, dict)
    return {name: str(kind) for name, kind in row.items() if name != "forms"}


def listed(field: str, *, under: str | None = None) -> list[str]:
    """Return the keys, or with `under` the words, of a table of the lexicon."""
    table = read_lexicon("lexicon/acts.json")[field]
    assert isinstance(table, dict)
    words = table if under is None else table[under]
    return [str(word) for word in words] if isinstance(words, list | dict) else []


def test_every_actor_bearing_modality_and_sort_of_act_has_a_case() -> None:
    acts = [act for _, sentence in cases() for act in read(sentence)]
    assert {act.actor for act in acts} == set(get_args(Actor)) == set(listed("subjects"))
    assert {act.bearing for act in acts} == set(get_args(Bearing))
    assert {act.modality for act in acts} == set(range(len(MODALITIES)))
    sorts = {kind for verb in listed("verbs") for kind in kinds_of(verb).values()}
    # The others are read so that they are not taken for something else, and nothing is told of them.
    assert sorts - {"none", "use_obj", ""} <= {act.kind for act in acts}


def test_every_class_of_objects_has_a_case() -> None:
    named = {act.obj for _, sentence in cases() for act in read(sentence)}
    assert named == {*listed("objects"), ""}


@pytest.mark.parametrize("name", listed("objects"))
def test_every_word_of_a_class_is_read_as_its_object(name: str) -> None:
    for word in listed("objects", under=name):
        (act,) = read(f"We may suspend {word}.")
        assert (act.verb, act.obj) == ("suspend", name), word


#: "We reserve", "you agree": these tell how far another verb binds.
MODALS: Final = {word for level in listed("modals") for word in listed("modals", under=level)}


@pytest.mark.parametrize("verb", [verb for verb in listed("verbs") if verb not in MODALS])
def test_every_verb_is_on_the_side_of_its_sort(verb: str) -> None:
    bearings = {"use": "power", "power": "power", "bind": "power", "protect": "shield", "enable": "shield"}
    expected = bearings.get(kinds_of(verb)["default"])
    assert [act.bearing for act in read(f"We may {verb} oaks.") if act.verb == verb] == ([expected] if expected else [])


@pytest.mark.parametrize("verb", [verb for verb in listed("verbs") if kinds_of(verb).get("by_user") == "choose"])
def test_what_the_user_may_choose_is_a_shield(verb: str) -> None:
    (act,) = read(f"You may {verb} oaks.")
    assert (act.actor, act.verb, act.kind, act.bearing) == ("user", verb, "choose", "shield")


@pytest.mark.parametrize("actor", ["company", "third", "user", "authority"])
def test_every_subject_is_read(actor: str) -> None:
    for word in listed("subjects", under=actor):
        (act,) = read(f"Here the {word} must share oaks.")
        # What is asked of users burdens them, what is asked of authorities protects; the others may use data.
        assert (act.actor, act.bearing) == (actor, "shield" if actor == "authority" else "power"), word


def test_not_turns_an_act_of_the_company_to_the_other_side() -> None:
    sides: dict[Bearing, Bearing] = {"power": "shield", "shield": "power"}
    for verb in listed("verbs"):
        for act in read(f"We may {verb} oaks."):
            assert [denied.bearing for denied in read(f"We may not {verb} oaks.")] == [sides[act.bearing]], verb


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_acts_stand_in_the_sentence_in_reading_order(sentence: str) -> None:
    acts = read(sentence)
    assert all(0 <= act.start < act.end <= len(sentence) for act in acts)
    assert [act.start for act in acts] == sorted(act.start for act in acts)
    assert all(act.modality in range(len(MODALITIES)) for act in acts)


@given(
    st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join),
)
def test_acts_do_not_depend_on_where_the_sentence_stands(before: str, sentence: str) -> None:
    text = f"{before}. {sentence}"
    start = len(before) + 2
    moved = [(act.verb, act.bearing, act.start - start, act.end - start)
             for act in read_acts(text, fold_case(text), (start, len(text)))]  # fmt: skip
    assert moved == [(act.verb, act.bearing, act.start, act.end) for act in read(sentence)]


def test_name_is_a_word_with_a_capital_inside_the_sentence() -> None:
    text = "The Acorn, acorns"
    assert [(token.word, token.is_name) for token in tokens_of(text, fold_case(text), (0, len(text)))] == [
        ("the", False),
        ("acorn", True),
        (",", False),
        ("acorns", False),
    ]


def test_long_sentence_is_read_in_linear_time_and_no_more_than_so_many_acts() -> None:
    sentence = "we may share data and " * 20_000
    started = time.process_time()
    assert len(read(sentence)) <= 40
    # Processor time; a quadratic reading of half a million characters takes hours.
    assert time.process_time() - started < 10
