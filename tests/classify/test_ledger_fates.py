"""What became of a promise or a power whose sentence was reworded."""

from __future__ import annotations

import pytest

from tracker.classify.ledger.fate import Outcome, judge_rewording
from tracker.classify.ledger.reading import Sentence, list_sentences, read_sentence
from tracker.model import COMMITMENT_KINDS, FATES_OF, SectionRef
from tracker.render.ledger_view import RULE_WORDS

SECTION = SectionRef(number="1", title="Practices", anchor=None)

#: (before, after, what became of it, by which rule)
PROMISES = [
    ("We never sell your data.", "We never sell your data!", "kept", "same-words"),
    ("We never sell your data.", "We will never sell your personal information.", "kept", "same-meaning"),
    ("We do not sell your data.", "We do not sell your data unless you agree.", "narrowed", "exception-added"),
    ("We do not sell your data, except in winter.", "We do not sell your data.", "strengthened", "exception-removed"),
    ("We do not sell your data.", "We do not currently sell your data.", "narrowed", "limit-added"),
    ("We do not knowingly keep your data.", "We do not keep your data.", "strengthened", "limit-removed"),
    ("We do not use your data for adverts.", "We do not use your photos for adverts.", "narrowed", "object-smaller"),
    ("We do not use your photos for adverts.", "We do not use your data for adverts.", "strengthened", "object-larger"),
    ("We do not sell or rent your data.", "We do not sell your data.", "narrowed", "verbs-fewer"),
    ("We do not sell your data.", "We do not sell, rent or trade your data.", "strengthened", "verbs-more"),
    ("We do not share your data.", "We do not share your data with advertisers.", "narrowed", "phrase-added"),
    ("We do not share your data with advertisers.", "We do not share your data.", "strengthened", "phrase-removed"),
    (
        "We do not share your data with advertisers.",
        "We do not share your data with advertisers or brokers.",
        "strengthened",
        "item-added",
    ),
    ("We use your number only to ring you.", "We use your number only to ring you or to help you.", "narrowed",
     "item-added"),
    ("We use your number only to ring you.", "We use your number and name only to ring you.", "strengthened",
     "item-added"),
    ("We do not share your data.", "We only share your data with couriers.", "narrowed", "not-to-only"),
    ("We only share your data with couriers.", "We never share your data with couriers.", "strengthened",
     "only-to-not"),
    ("We will notify you of changes.", "We may notify you of changes.", "narrowed", "will-to-may"),
    ("We do not share your data with advertisers.", "We share your data with advertisers.", "broken-off", "reversed"),
    ("We never sell your data.", "We may sell your data.", "broken-off", "reversed"),
    ("We will notify you of changes.", "We will not notify you of changes.", "broken-off", "reversed"),
    ("We do not sell your data.", "We refrain from any sale of your data.", "unclear", "form-unread"),
    ("We do not sell your data to towers.", "We do not sell your data to castles of glass and stone.", "unclear",
     "no-rule"),
    ("We do not sell or rent your data.", "We do not sell your data unless you agree.", "narrowed", "verbs-fewer"),
    ("We do not currently sell your data.", "We do not sell or rent your data, except in winter.", "unclear",
     "both-ways"),
    ("We do not show adverts to users under the age of 18.", "We do not show adverts to users under the age of 13.",
     "narrowed", "age-limit"),
]  # fmt: skip
POWERS = [
    ("We may share your data.", "We may share your data with your consent.", "narrowed", "condition-added"),
    ("We may share your data with your consent.", "We may share your data.", "widened", "condition-removed"),
    ("We may close your account.", "We may close your account without notice.", "widened", "freedom-added"),
    ("We may close your account without notice.", "We may close your account.", "narrowed", "freedom-removed"),
    ("We may share your photos with banks.", "We may share your data with banks.", "widened", "object-larger"),
    ("We may share your data with banks.", "We may share your photos with banks.", "narrowed", "object-smaller"),
    ("We may use your data.", "We may use and share your data.", "widened", "verbs-more"),
    ("We may use and share your data.", "We may use your data.", "narrowed", "verbs-fewer"),
    ("We may send your data to banks.", "We may send your data to banks and shops.", "widened", "item-added"),
    ("We may send your data to banks and shops.", "We may send your data to banks.", "narrowed", "item-removed"),
    ("We may share your data with banks.", "We share your data with banks.", "widened", "may-to-does"),
    ("We may share your data with banks.", "We only share your data with banks if you agree.", "narrowed",
     "only-added"),
    ("We may share your data with banks.", "We do not share your data with banks.", "withdrawn", "reversed"),
    ("We may share your data with banks.", "Banks are fond of data that we share.", "unclear", "form-unread"),
]  # fmt: skip
CASES = [("promise", *case) for case in PROMISES] + [("power", *case) for case in POWERS]


def judge(kind: str, before: str, after: str) -> Outcome:
    def read(text: str) -> tuple[Sentence, dict[str, object]]:
        (sentence,) = list_sentences(text)
        return sentence, {reading.kind: reading for reading in read_sentence(sentence, language="en")}

    old, new = read(before)[1][kind], read(after)[1].get(kind)
    return judge_rewording(old, after, new, section=SECTION, language="en")  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "before", "after", "fate", "rule"), CASES)
def test_what_became_of_a_sentence(kind: str, before: str, after: str, fate: str, rule: str) -> None:
    outcome = judge(kind, before, after)
    assert (outcome.fate, outcome.rule) == (fate, rule)


@pytest.mark.parametrize(("kind", "before", "after", "fate", "rule"), CASES)
def test_evidence_is_quoted_from_the_sentences(kind: str, before: str, after: str, fate: str, rule: str) -> None:
    outcome = judge(kind, before, after)
    for quote, text in ((outcome.before, before), (outcome.after, after)):
        assert quote is None or text[quote.start : quote.end] == quote.text
    if fate not in {"kept", "unclear"}:
        assert outcome.before or outcome.after, rule


def test_every_fate_has_a_case() -> None:
    for kind in COMMITMENT_KINDS:
        assert {case[3] for case in CASES if case[0] == kind} | {"kept"} == set(FATES_OF[kind])


def test_every_rule_of_the_ledger_has_its_words() -> None:
    assert {case[4] for case in CASES} - {"same-words", "age-limit"} <= set(RULE_WORDS)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        # Behind an exception, an item makes the exception larger: no rule of lists tells.
        ("promise", "We do not sell your data except to banks.", "We do not sell your data except to banks or shops."),
        # More changed than the condition.
        ("power", "We may share your posts.",
         "Subject to our notice, we may share your posts and also your data for adverts of our partners."),
        # What is no longer named may be named otherwise.
        ("power", "We may share the text of specific messages.",
         "We may share the text of any message or set of them."),
    ],
)  # fmt: skip
def test_no_direction_is_claimed(kind: str, before: str, after: str) -> None:
    assert judge(kind, before, after).fate in {"unclear", "kept"}


def test_a_sentence_in_another_language_is_kept_or_unclear() -> None:
    (old,) = list_sentences("Wir verkaufen Ihre Daten nicht.")
    (reading,) = read_sentence(old, language="de")
    outcome = judge_rewording(
        reading, "Wir handeln mit Ihren Daten.", None, section=SECTION, language="de"
    )  # fmt: skip
    assert outcome.fate == "unclear"
