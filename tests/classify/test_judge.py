"""Verdicts on changes made by hand: materiality, effect, topics, headline. Kinds: `test_kinds.py`."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.classify import RULES_VERSION, judge_change
from tracker.model import HEADLINE_LIMIT, Broken, Change, ClauseChange, Section, SectionRef, Span, Version

MakeClause = Callable[..., ClauseChange]
MakeChange = Callable[..., Change]
MakeVersion = Callable[..., Version]


def test_what_nobody_knows_has_no_direction_and_is_not_material(
    make_clause: MakeClause, make_change: MakeChange
) -> None:
    verdict = judge_change(make_change(make_clause("", "Birds sing in the trees of our old garden.")))
    assert (verdict.kind, verdict.material) == ("clarification", False)
    assert verdict.effect in {"neutral", "unclear"}
    assert verdict.headline.startswith("1 Practices: 1 clause added")


def test_disclosure_that_widens_is_told_from_what_to_what(make_clause: MakeClause, make_change: MakeChange) -> None:
    clause = make_clause(
        "If a court order names you as suspected of terrorism, we may disclose your IP address. So far, this has never "
        "happened. We publish a semiannual report.",
        "If an order of judicial authorities names you as suspect of a crime, we may disclose your IP address. We "
        "publish a quarterly report.",
        number="8.3",
        title="Law Enforcement",
    )
    verdict = judge_change(make_change(clause), language="en")
    assert (verdict.kind, verdict.material, verdict.effect) == ("substantive", True, "widens")
    assert verdict.topics == ("law-enforcement",)
    assert verdict.headline == (
        "Law enforcement: disclosure widened from terrorism to crime; order needed from court order to judicial order; "
        "'So far, this has never happened' removed; report cadence from semiannual to quarterly."
    )
    assert [finding.facet for finding in verdict.clauses[0].findings] == [
        "trigger",
        "authority",
        "cadence",
        "assurance",
    ]


def test_price_alone_is_not_material(make_clause: MakeClause, make_change: MakeChange) -> None:
    clause = make_clause("The price is 10 euros.", "The price is 12 euros.", title="Prices")
    verdict = judge_change(make_change(clause))
    assert (verdict.kind, verdict.material, verdict.topics) == ("substantive", False, ("payments",))


def test_moved_clause_is_editorial_and_says_where(make_clause: MakeClause, make_change: MakeChange) -> None:
    origin = SectionRef(number="3.3", title="Visits", anchor=None)
    clause = make_clause("We log visits.", "We log visits.", number="3.4", title="Visits", moved_from=origin)
    verdict = judge_change(make_change(clause))
    assert (verdict.kind, verdict.effect) == ("editorial", "neutral")
    assert verdict.headline == "Editorial: 3.4 Visits: 1 clause moved from 3.3."


def test_many_clauses_that_are_only_rearranged_are_technical(make_clause: MakeClause, make_change: MakeChange) -> None:
    marked = [make_clause(f"{text}.", f"{text} ", title=text) for text in ("Visits", "Birds", "Trees", "Gates")]
    told = judge_change(make_change(*marked))
    assert told.kind == "technical"
    assert {clause.kind for clause in told.clauses} == {"technical"}
    # A few of them somebody wrote otherwise.
    assert judge_change(make_change(*marked[:3])).kind == "editorial"
    spelt = make_clause("We recieve your message.", "We receive your message.")
    assert judge_change(make_change(*marked, spelt)).kind == "editorial"


def test_many_clauses_with_other_numbers_are_editorial(make_change: MakeChange) -> None:
    moved = [
        ClauseChange(
            op="moved",
            section=SectionRef(number=f"{number + 1}", title="Gates", anchor=None),
            moved_from=SectionRef(number=f"{number}", title="Gates", anchor=None),
            old=f"{number}. Our gates are closed at night by keepers.",
            new=f"{number + 1}. Our gates are closed at night by keepers.",
            redline=(
                Span("-", f"{number}"),
                Span("+", f"{number + 1}"),
                Span("=", ". Our gates are closed at night by keepers."),
            ),
        )
        for number in range(1, 7)
    ]
    assert judge_change(make_change(*moved)).kind == "editorial"


def test_duplicate_that_is_removed_is_editorial(
    make_clause: MakeClause, make_change: MakeChange, make_version: MakeVersion
) -> None:
    words = "We may share your name with advertisers."
    new = make_version(("1", "Sharing", [("paragraph", words)]))
    assert judge_change(make_change(make_clause(words, ""), new=new)).kind == "editorial"
    assert judge_change(make_change(make_clause(words, ""))).kind == "substantive"


def test_sentence_that_only_changes_its_clause_is_editorial(make_clause: MakeClause, make_change: MakeChange) -> None:
    first = make_clause("We may share your name. Bye.", "Bye.")
    second = make_clause("Hello.", "Hello. We may share your name.")
    assert judge_change(make_change(first, second)).kind == "editorial"
    assert judge_change(make_change(first)).kind == "substantive"


def test_broken_change_is_judged_no_further(make_clause: MakeClause, make_change: MakeChange) -> None:
    broken = Broken(reason="error-page", detail="An error page was served.")
    verdict = judge_change(make_change(make_clause("We never sell lists.", "")), broken=broken)
    assert (verdict.kind, verdict.material, verdict.effect, verdict.topics, verdict.clauses) == (
        "broken",
        False,
        "unclear",
        (),
        (),
    )
    assert verdict.headline == "Not the policy: An error page was served."


def test_change_from_what_was_not_the_policy_is_judged_no_further(
    make_clause: MakeClause, make_change: MakeChange
) -> None:
    """What the policy says again was never decided upon."""
    error = Broken(reason="error-page", detail="An error page was served.")
    change = make_change(make_clause("", "We may sell lists."), make_clause("Not found", ""))
    verdict = judge_change(change, recovered=error)
    assert (verdict.kind, verdict.material, verdict.effect, verdict.topics) == ("technical", False, "neutral", ())
    assert [clause.kind for clause in verdict.clauses] == ["technical", "technical"]
    assert verdict.broken is None
    assert verdict.headline == "The policy is back after a capture that was not it: An error page was served."


def test_new_version_that_is_broken_counts_before_an_old_one_that_was(
    make_clause: MakeClause, make_change: MakeChange
) -> None:
    error = Broken(reason="error-page", detail="An error page was served.")
    verdict = judge_change(make_change(make_clause("Not found", "Gone")), broken=error, recovered=error)
    assert (verdict.kind, verdict.broken) == ("broken", error)


def test_alert_needs_a_clause_of_which_an_advocate_wants_to_hear(
    make_clause: MakeClause, make_change: MakeChange
) -> None:
    """A price, or what content is allowed, is a change of substance and no reason to wake anybody."""
    for words, title in (
        ("Tickets for adults now cost 12 crowns instead of 10 crowns.", "Prices"),
        ("The club is run by Alder Garden Ltd, 12 Elm Street, Oakham.", "Contact"),
    ):
        assert not judge_change(make_change(make_clause("Hello.", f"Hello. {words}", title=title))).material
    came = make_clause("Hello.", "Hello. We may collect your name.", title="Data we collect")
    assert judge_change(make_change(came)).material


def test_language_without_cues_is_unclear(make_clause: MakeClause, make_change: MakeChange) -> None:
    clause = make_clause("Logit poistetaan 6 kuukauden kuluttua.", "Logit poistetaan 18 kuukauden kuluttua.")
    verdict = judge_change(make_change(clause), language="fi-FI")
    assert (verdict.kind, verdict.effect, verdict.topics) == ("substantive", "unclear", ("other",))


def test_change_that_widens_here_and_narrows_there_is_mixed(make_clause: MakeClause, make_change: MakeChange) -> None:
    clauses = (
        make_clause("Logs are kept for 6 months.", "Logs are kept for 18 months."),
        make_clause("Mails are kept for 9 days.", "Mails are kept for 3 days."),
    )
    assert judge_change(make_change(*clauses)).effect == "mixed"


def test_headline_is_cut_at_a_whole_part_and_counts_the_rest(make_clause: MakeClause, make_change: MakeChange) -> None:
    clauses = [
        make_clause("", f"We may share the {word} list with partners.", title=f"Section {word}")
        for word in ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett")
    ]
    headline = judge_change(make_change(*clauses)).headline
    assert len(headline) <= HEADLINE_LIMIT
    assert headline.endswith("more differences.")
    assert "\u2026" not in headline


def test_rules_have_a_version() -> None:
    assert RULES_VERSION >= 1


@pytest.mark.parametrize("unit", ["share button ", "we may share ", "for example, ", "30 days kept. "])
def test_many_changed_words_are_judged_in_linear_time(make_change: MakeChange, unit: str) -> None:
    count = 3_000
    clause = ClauseChange(
        op="modified",
        section=SectionRef(number="1", title="Sharing", anchor=None),
        old="",
        new=(unit + "x ") * count,
        redline=(Span("+", unit), Span("+", "x ")) * count,
    )
    started = time.process_time()
    judge_change(make_change(clause))
    # Processor time, far above what a linear reading takes on a slow machine, far below a quadratic one.
    assert time.process_time() - started < 10


@settings(max_examples=60, deadline=None)
@given(old=st.text(max_size=300), new=st.text(max_size=300), language=st.sampled_from([None, "en", "de", "x-y"]))
def test_any_pair_of_texts_gets_a_verdict(old: str, new: str, language: str | None) -> None:
    redline = tuple(Span(tag, text) for tag, text in (("-", old), ("+", new)) if text)  # type: ignore[arg-type]  # tags
    empty = Version(
        markdown="\n",
        sections=(Section(index=0, level=0, number=None, title="", anchor=None, parent=None),),
        clauses=(),
    )
    clause = ClauseChange(
        op="modified",
        section=SectionRef(number=None, title=new[:40], anchor=None),
        old=old,
        new=new,
        redline=redline,
    )
    change = Change(old=empty, new=empty, ops=(), clauses=(clause,), words_added=0, words_removed=0)
    verdict = judge_change(change, language=language)
    assert verdict == judge_change(change, language=language)
    assert len(verdict.clauses) == 1


def test_sentences_that_words_tell_stay_apart_in_a_headline(make_clause: MakeClause, make_change: MakeChange) -> None:
    clauses = [
        make_clause("", f"Your recordings may be analysed by {who} and used to train our speech models.", title="Voice")
        for who in ("reviewers", "contractors", "linguists", "engineers")
    ]
    verdict = judge_change(make_change(*clauses), language="en")
    assert len(verdict.headline) <= HEADLINE_LIMIT
    assert not verdict.headline.endswith("\u2026")


def test_what_moved_has_no_direction(make_clause: MakeClause, make_change: MakeChange) -> None:
    moved = make_clause(
        "We count letters.",
        "We sell the letters of members to advertisers.",
        moved_from=SectionRef(number="3", title="Letters", anchor=None),
    )
    assert judge_change(make_change(moved), language="en").effect in {"unclear", "neutral"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Vous avez le droit de vous opposer au traitement de vos donn\u00e9es."),
        ("de", "Sie haben das Recht, der Verarbeitung zu widersprechen."),
        (None, "Sie haben das Recht, der Verarbeitung zu widersprechen."),
    ],
)
def test_right_that_comes_narrows_in_german_and_french(
    make_clause: MakeClause, make_change: MakeChange, language: str | None, words: str
) -> None:
    clause = make_clause("Bonjour.", f"Bonjour. {words}", title="")
    verdict = judge_change(make_change(clause), language=language)
    assert (verdict.kind, verdict.material, verdict.effect) == ("substantive", True, "narrows")
