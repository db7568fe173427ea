"""Whose side a sentence is on, and what it means that it came, went, turned or reaches further."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.classify.conftest import redline_of
from tracker.classify.acts import read_acts
from tracker.classify.cues import fold_case, read_lexicon, rows
from tracker.classify.facets import combine_effects, find_differences
from tracker.classify.stances import compare_stances, lone_ranges, stance_of_act, stance_rules
from tracker.classify.wording import read_wording
from tracker.model import ClauseChange, Effect, Finding, SectionRef

MakeClause = Callable[..., ClauseChange]

SECTION: Final = SectionRef(number="1", title="Practices", anchor=None)
OPPOSITE: Final[dict[Effect, Effect]] = {"widens": "narrows", "narrows": "widens"}
#: An act of each stance, in English.
SENTENCES: Final = {
    "hurdle": "The police must show a warrant.",
    "choice": "You may turn this off.",
    "disclaimer": "We do not guarantee an answer.",
    "care": "We will encrypt backups.",
    "promise": "We do not log visits.",
    "duty": "You must carry a badge.",
    "power": "We may close your room.",
    "use": "We may record calls.",
    "passing-on": "We may share letters.",
}


def change(old: str, new: str) -> ClauseChange:
    return ClauseChange(
        op="added" if not old else "removed" if not new else "modified",
        section=SECTION,
        moved_from=None,
        old=old,
        new=new,
        redline=redline_of(old, new),
    )


def compare(old: str, new: str, language: str | None = None) -> tuple[Finding, ...]:
    return compare_stances(read_wording(change(old, new), language))


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.effect) for finding in findings]


def listed() -> dict[str, tuple[str, Effect]]:
    """Return bearing and effect of going of each stance of the lexicon, by its id."""
    found = {}
    for row in rows(read_lexicon("lexicon/stances.json")["stances"]):
        (goes,) = rows([row["goes"]])
        (effect,) = (effect for effect in get_args(Effect) if effect == goes["effect"])
        found[str(row["id"])] = (str(row["bearing"]), effect)
    return found


def test_every_stance_has_a_sentence_and_every_rule_its_name() -> None:
    assert set(SENTENCES) == set(listed())
    names = {rule.id for rule in stance_rules()}
    assert {f"{stance}-{how}" for stance in SENTENCES for how in ("comes", "goes", "hint")} <= names
    reach = {f"reach-{side}-{how}-{to}" for side in ("power", "shield") for how in ("more", "less")
             for to in ("comes", "goes")}  # fmt: skip
    assert reach | {"act-turned"} == {name for name in names if name.startswith(("reach-", "act-"))}


@pytest.mark.parametrize("stance", SENTENCES)
def test_acts_have_the_stance_of_their_sentence(stance: str) -> None:
    sentence = SENTENCES[stance]
    (act,) = read_acts(sentence, fold_case(sentence), (0, len(sentence)))
    assert stance_of_act(act).id == stance
    assert (act.bearing, stance_of_act(act).gone) == listed()[stance]


@pytest.mark.parametrize("language", [None, "en"])
@pytest.mark.parametrize("stance", SENTENCES)
def test_power_that_comes_widens_and_shield_that_comes_narrows(stance: str, language: str | None) -> None:
    bearing, gone = listed()[stance]
    comes = "widens" if bearing == "power" else "narrows"
    assert told(compare("Hello.", f"Hello. {SENTENCES[stance]}", language)) == [(f"{stance}-comes", comes)]
    assert told(compare(f"Hello. {SENTENCES[stance]}", "Hello.", language)) == [(f"{stance}-goes", gone)]


@pytest.mark.parametrize("stance", SENTENCES)
def test_effects_flip_where_going_means_the_opposite_of_coming(stance: str) -> None:
    """All but the use of data: that a text no longer states it does not say that it ended."""
    bearing, gone = listed()[stance]
    assert gone == ("unclear" if stance == "use" else OPPOSITE["widens" if bearing == "power" else "narrows"])


@pytest.mark.parametrize("sentence", SENTENCES.values())
def test_acts_are_read_in_english_alone(sentence: str) -> None:
    assert all(not finding.rule.endswith("-comes") for finding in compare("Hello.", f"Hello. {sentence}", "de"))


def test_sentences_that_point_somewhere_take_no_side_unless_they_permit() -> None:
    assert compare("Hello.", "Hello. Click here; we record calls.") == ()
    assert told(compare("Hello.", "Hello. In this room we record calls.")) == [("use-comes", "widens")]
    assert told(compare("Hello.", "Hello. Click here: we may record calls.")) == [("use-comes", "widens")]


def test_each_sentence_has_its_own_finding_and_each_stance_of_a_sentence_one() -> None:
    findings = compare("", "We may record calls. You may turn this off, and you may object to this.")
    assert told(findings) == [("use-comes", "widens"), ("choice-comes", "narrows")]


def test_no_more_than_so_many_findings_are_told_of_a_clause() -> None:
    assert len(compare("", " ".join(f"We may record calls from room {place}." for place in range(40)))) == 12


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        ("We share letters with banks.", "We no longer share letters with banks.", "narrows"),
        ("We no longer share letters with banks.", "We share letters with banks.", "widens"),
        ("We will read letters.", "We will not read letters.", "narrows"),
        # Some letters are still read: no act changed sides.
        ("We will read letters.", "We will not read letters. We will read cards.", None),
        ("We will read letters.", "We may read letters.", None),
    ],
)
def test_act_that_changed_sides(old: str, new: str, effect: Effect | None) -> None:
    turned = [finding for finding in compare(old, new) if finding.rule == "act-turned"]
    assert [finding.effect for finding in turned] == ([effect] if effect else [])
    for finding in turned:
        assert finding.before is not None
        assert finding.after is not None


def test_acts_that_changed_sides_are_told_in_the_order_of_the_text() -> None:
    acts = ("record calls", "log visits", "read letters", "scan cards", "measure steps")
    old, new = (" ".join(f"We {words}{act}." for act in acts) for words in ("", "do not "))
    found = [finding.before.start for finding in compare(old, new) if finding.rule == "act-turned" and finding.before]
    assert len(found) == 5
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("words", "rule", "comes"),
    [
        ("We may share your name{ and number}.", "reach-power-more", "widens"),
        ("We may share your name{ if you order}.", "reach-power-less", "narrows"),
        ("We may share your{ approximate} location.", "reach-power-less", "narrows"),
        ("We do not sell your name{ and number}.", "reach-shield-more", "narrows"),
        ("We do not sell your name{ unless you order}.", "reach-shield-less", "widens"),
        ("You may withdraw your consent{ and data}.", "reach-shield-more", "narrows"),
        ("You must carry a badge{ and number}.", "reach-power-more", "widens"),
    ],
)
def test_sentence_that_reaches_further_or_less_far(words: str, rule: str, comes: Effect) -> None:
    start, end = words.index("{"), words.index("}")
    short, long = words[:start] + words[end + 1 :], words.replace("{", "").replace("}", "")
    assert told(compare(short, long)) == [(f"{rule}-comes", comes)]
    assert told(compare(long, short)) == [(f"{rule}-goes", OPPOSITE[comes])]


def test_qualification_that_goes_was_a_limit() -> None:
    """Words without "and" or "or": what is left is more, not less."""
    assert told(compare("We collect your wooden seat.", "We collect your seat.")) == [
        ("reach-power-less-goes", "widens")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We may share your name.", "We may share your own name."),
        ("We may share your name.", "We may also share your name."),
        ("The oak is tall.", "The oak is tall and green."),
    ],
)
def test_little_words_and_sentences_without_a_side_reach_no_further(old: str, new: str) -> None:
    assert compare(old, new) == ()


@pytest.mark.parametrize(
    ("title", "lead", "expected"),
    [
        ("Practices", "We share your name with:", [("passing-on-hint", "widens")]),
        ("Practices", "You may withdraw your consent to:", [("choice-hint", "narrows")]),
        ("Practices", "You must not bring:", [("duty-hint", "widens")]),
        ("Who receives your data", "", [("use-hint", "widens")]),
        ("Your rights", "", [("choice-hint", "narrows")]),
        ("Prohibited conduct", "", [("duty-hint", "widens")]),
        ("Prohibited conduct", "We share your name with:", [("passing-on-hint", "widens")]),
        ("Practices", "", []),
        ("Practices", "In the garden there are:", []),
    ],
)
def test_words_in_which_nobody_acts_take_the_side_of_their_list_or_title(
    make_clause: MakeClause, title: str, lead: str, expected: list[tuple[str, str]]
) -> None:
    came = read_wording(make_clause("", "Banks and insurers", title=title), None, lead=lead)
    assert told(compare_stances(came)) == expected
    # What such words said that went, nobody can say.
    went = read_wording(make_clause("Banks and insurers", "", title=title), None, lead=lead)
    assert compare_stances(went) == ()


def test_titles_speak_for_fragments_alone(make_clause: MakeClause) -> None:
    whole = read_wording(make_clause("", "Banks and insurers are in the town.", title="Your rights"), None)
    assert compare_stances(whole) == ()


def test_lone_words_are_those_that_took_nobodys_place(make_clause: MakeClause) -> None:
    clause = make_clause("Birds sing in old trees.", "Birds often sing in young trees.")
    wording = read_wording(clause, None)
    assert [clause.new[start:end].strip() for start, end in lone_ranges(wording, is_new=True)] == ["often"]
    assert list(lone_ranges(wording, is_new=False)) == []


def test_quotation_shows_what_the_verb_is_about_and_ends_with_a_word() -> None:
    (finding,) = compare("", "We may record calls from each of the rooms of the old house and the new at any hour.")
    assert finding.after is not None
    assert finding.after.text == "We may record calls from each of the rooms of the old house and the new at any"


#: Sentences and fragments, one after the other, that take sides or none.
PARTS: Final = (*SENTENCES.values(), "Birds sing.", "Banks and insurers", "Only for repairs.", "Opting out.")
MANY: Final = st.lists(st.sampled_from(PARTS), max_size=5, unique=True).map(" ".join)


@given(MANY, MANY)
def test_every_quotation_stands_where_it_says(old: str, new: str) -> None:
    for finding in find_differences(read_wording(change(old, new), "en")) if old != new else ():
        assert finding.before or finding.after
        for quote, side in ((finding.before, old), (finding.after, new)):
            assert quote is None or side[quote.start : quote.end] == quote.text != ""


@pytest.mark.parametrize(("bearing", "comes"), [("power", "widens"), ("shield", "narrows")])
@given(data=st.data())
def test_what_comes_on_one_side_cuts_one_way_and_never_the_same_way_when_it_goes(
    data: st.DataObject, bearing: str, comes: Effect
) -> None:
    """Of statements on both sides the first that comes leads, so that swapping need not turn their effect."""
    own = [sentence for stance, sentence in SENTENCES.items() if listed()[stance][0] == bearing]
    words = " ".join(data.draw(st.lists(st.sampled_from(own), min_size=1, unique=True)))
    came, went = (combine_effects(find_differences(read_wording(change(*sides), "en")))
                  for sides in (("Hello.", f"Hello. {words}"), (f"Hello. {words}", "Hello.")))  # fmt: skip
    assert came == comes
    assert went in {OPPOSITE[comes], "unclear"}
