"""Any pair of texts gives a verdict, without an error and in time linear in its length.

Nothing here measures speed, which differs between machines: the cost of a text is compared with that of a quarter of
it, and a search that does not end is stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.classify.conftest import MakeVersion
from tracker.classify import judge_change
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import EFFECTS, KINDS, TOPICS, Change, ClauseChange, SectionRef, Span, Verdict

HERE = Path(__file__).parent
#: Four times the text may cost eight times as much, never sixteen; what costs less than this (seconds) is not compared.
GROWTH = 8
CHEAP_SECONDS = 0.4

PHRASES = (
    "We", "you", "may", "will", "never", "do not", "share", "collect", "your data", "IP address", "phone number",
    "with third parties", "a court order", "terror suspect", "for 6 months", "30 days", "13 years", "only", "so far",
    "we may also, from time to time,", "Wir", "dürfen", "Ihre Daten", "12 Monate", "Nous", "vos données",
    "Last updated: May 3, 2024", "8.3.", "## ", "# ", "* ", "\n\n", "\n", ". ", "|", "--", "e.g.", "\u201c", "\u2019",
    "\u0130", "\u00df", "\u202e", "\u200b", "\ud800", "\u4e2d\u6587", "\u00a7 5", "999999999999999999999", "0 days",
    "\u0661\u0662 months", "\u00b2", "\u00bd year",
)  # fmt: skip

written = st.lists(st.sampled_from(PHRASES) | st.text(max_size=12), max_size=40).map(" ".join)
languages = st.sampled_from([None, "en", "de-AT", "fr", "es", "xx", ""])


def expect_verdict(change: Change, verdict: Verdict) -> None:
    """All that a verdict says is in the vocabulary, and all its evidence stands in the text."""
    assert verdict.kind in KINDS
    assert verdict.effect in EFFECTS
    assert set(verdict.topics) <= set(TOPICS)
    assert len(verdict.headline) <= 280
    assert len(verdict.clauses) == len(change.clauses)
    for clause, judged in zip(change.clauses, verdict.clauses, strict=True):
        for finding in judged.findings:
            assert finding.before or finding.after
            for side, quote in ((clause.old, finding.before), (clause.new, finding.after)):
                assert quote is None or side[quote.start : quote.start + len(quote.text)] == quote.text


@given(old=written, new=written, language=languages)
@example(old="", new="", language=None)
@example(old="\ud800", new="\udfff \u0130\u0130", language="de")
def test_any_pair_of_texts_gives_a_verdict(old: str, new: str, language: str | None) -> None:
    change = compare_versions(parse_markdown(old), parse_markdown(new))
    verdict = judge_change(change, language=language)
    expect_verdict(change, verdict)
    assert judge_change(change, language=language) == verdict


@given(
    redline=st.lists(st.tuples(st.sampled_from("=-+"), st.sampled_from(PHRASES) | st.text(max_size=9)), max_size=60),
    title=st.sampled_from(PHRASES) | st.text(max_size=30),
    language=languages,
)
def test_any_redline_gives_a_verdict(redline: list[tuple[str, str]], title: str, language: str | None) -> None:
    """Also one that no comparison would make: cut inside words, in other orders, empty."""
    spans = tuple(Span(tag, f"{text} ") for tag, text in redline)  # type: ignore[arg-type]
    old, new = ("".join(span.text for span in spans if span.tag != left) for left in "+-")
    version = parse_markdown("")
    clause = ClauseChange(
        op="added" if not old else "removed" if not new else "modified",
        section=SectionRef(number=None, title=title, anchor=None),
        old=old,
        new=new,
        redline=spans,
    )
    change = Change(old=version, new=version, ops=(), clauses=(clause,), words_added=0, words_removed=0)
    expect_verdict(change, judge_change(change, language=language))


@pytest.mark.at_length
def test_no_pattern_costs_more_than_a_text_is_long(*, at_length: bool) -> None:
    """Each that the room compiles, new ones too, against repeats of its own words, near-misses, gaps and digits."""
    size, strings = ("1000000", "12") if at_length else ("40000", "4")
    done = subprocess.run(
        [sys.executable, str(HERE / "hostile.py"), size, strings], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert told["patterns"] > 100
    assert told["wrong"] == []


def one_clause(spans: Sequence[Span], make_version: MakeVersion) -> Change:
    """Return the change of the only clause of two versions."""
    old, new = ("".join(span.text for span in spans if span.tag != left) for left in "+-")
    clause = ClauseChange(
        op="added" if not old else "removed" if not new else "modified",
        section=SectionRef(number="1", title="Practices", anchor=None),
        old=old,
        new=new,
        redline=tuple(spans),
        old_clauses=(1,) if old else (),
        new_clauses=(1,) if new else (),
    )
    versions = [make_version(("1", "Practices", [("paragraph", side)] if side else [])) for side in (old, new)]
    return Change(old=versions[0], new=versions[1], ops=(), clauses=(clause,), words_added=0, words_removed=0)


def cost(change: Change) -> float:
    began = time.process_time()
    judge_change(change)
    return time.process_time() - began


def expect_linear(build: Callable[[int], Change], size: int) -> None:
    whole = cost(build(size))
    if whole < CHEAP_SECONDS:
        return
    part = cost(build(size // 4))
    if whole > GROWTH * part:
        whole, part = min(whole, cost(build(size))), max(part, cost(build(size // 4)))
    assert whole <= GROWTH * part, f"{size} cost {whole:.2f} s, a quarter of it {part:.2f} s"


UNITS = {
    "letters": "a",
    "words": "a ",
    "digits": "1 ",
    "stops": "a. ",
    "lines": "a\n",
    "sentences": "We may share your IP address with third parties for 30 days under a court order. ",
    "words without end": "we may share your data with third parties and ",
    "durations": "for 6 months or 30 days ",
    "dates": "May 3, 2024: section 8.3 ",
    "capitals": "Ab Cd Inc. ",
    "quotes": "\"('' ",
    "code": "{a=b;c} ",
    "addresses": "a.b-c.d/e_f.",
}


@pytest.mark.at_length
@pytest.mark.parametrize("op", ["added", "removed", "changed all over", "changed at its end"])
@pytest.mark.parametrize("unit", UNITS)
def test_a_clause_costs_as_much_as_it_is_long(
    unit: str, op: str, make_version: MakeVersion, *, at_length: bool
) -> None:
    def build(size: int) -> Change:
        text = (UNITS[unit] * (size // len(UNITS[unit]) + 1))[:size]
        half = len(UNITS[unit]) * 8
        spans = {
            "added": [Span("+", text)],
            "removed": [Span("-", text)],
            "changed all over": [
                Span(("=", "-", "+")[place % 3], text[start : start + half])
                for place, start in enumerate(range(0, size, half))
            ],
            "changed at its end": [Span("=", text), Span("-", " a never b"), Span("+", " a will b")],
        }
        return one_clause(spans[op], make_version)

    expect_linear(build, 200_000 if at_length else 6_000)


@pytest.mark.at_length
@pytest.mark.parametrize("op", ["added", "removed", "modified"])
def test_a_change_costs_as_much_as_it_has_clauses(op: str, make_version: MakeVersion, *, at_length: bool) -> None:
    def build(size: int) -> Change:
        texts = [f"{day}. We keep letter {day} for {day} days, as section {day % 40} says." for day in range(size)]
        both = "= We do so."
        clauses = []
        for place, text in enumerate(texts):
            spans = {
                "added": (Span("+", text),),
                "removed": (Span("-", text),),
                "modified": (Span("=", text), Span("-", " Never."), Span("+", both)),
            }[op]
            old, new = ("".join(span.text for span in spans if span.tag != left) for left in "+-")
            clauses.append(
                ClauseChange(
                    op=op,  # type: ignore[arg-type]
                    section=SectionRef(number=f"{place % 40}", title="Letters", anchor=None),
                    old=old,
                    new=new,
                    redline=spans,
                    old_clauses=(place + 1,) if old else (),
                    new_clauses=(place + 1,) if new else (),
                )
            )
        log = ("2", "Changes to these rules", [("paragraph", "May 3, 2024: section 8 was reworded.")] * 30)
        versions = [
            make_version(
                ("1", "Letters", [("item", text) for clause in clauses if (text := getattr(clause, side))]), log
            )
            for side in ("old", "new")
        ]
        return Change(old=versions[0], new=versions[1], ops=(), clauses=tuple(clauses), words_added=0, words_removed=0)

    expect_linear(build, 8_000 if at_length else 400)
