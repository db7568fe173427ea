"""The promises and the truth are no rubber stamps: each refuses what breaks it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.diff.invented import invent_document
from tests.diff.mutations import KINDS, judge, make_trial
from tests.diff.promises import change_faults, mirror_faults, redline_faults
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Change, ClauseChange, Op, Span, Version


def _spans(marked: str) -> list[Span]:
    return [Span(piece[0], piece[1:]) for piece in marked.split("|")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("marked", "old", "new", "fault"),
    [
        ("=a |-b", "a c", "a ", "rebuild the old"),
        ("=a |+b", "a ", "a c", "rebuild the new"),
        ("=a |=b", "a b", "a b", "in a row"),
        ("+a|-b", "b", "a", "before deleted"),
        ("=let|-ter|+tuce", "letter", "lettuce", "cuts 'letter'"),
        ("=10.|-5|+6", "10.5", "10.6", "cuts '10.5'"),
        ("=2024-09-|-23|+24", "2024-09-23", "2024-09-24", "cuts '2024-09-23'"),
        ("=1,000,|-000|+001", "1,000,000", "1,000,001", "cuts '1,000,000'"),
        ("=https://example.org/|-a|+b", "https://example.org/a", "https://example.org/b", "cuts 'https"),
        ("=post@|-a.org|+b.org", "post@a.org", "post@b.org", "cuts 'post@"),
        ("=no\u200b|-one", "no\u200bone", "no\u200b", "cuts 'no"),
        ("=cafe|-\u0301", "cafe\u0301", "cafe", "cuts 'e\u0301'"),
        ("-we|+you|= the |-bird|+ring", "we the bird", "you the ring", "keeps ' the ' alone"),
    ],
)
def test_a_bad_redline_is_refused(marked: str, old: str, new: str, fault: str) -> None:
    assert any(fault in found for found in redline_faults(_spans(marked), old, new))


@pytest.mark.parametrize(
    ("marked", "old", "new"),
    [
        ("=we |-keep|+read|= letters", "we keep letters", "we read letters"),
        ("-we|= the |+ring", "we the ", " the ring"),
        ("-6|+18|= months, until 10.5.", "6 months, until 10.5.", "18 months, until 10.5."),
        ("=see https://example.org/a|-.|+,", "see https://example.org/a.", "see https://example.org/a,"),
    ],
)
def test_a_good_redline_is_not(marked: str, old: str, new: str) -> None:
    assert list(redline_faults(_spans(marked), old, new)) == []


def _change() -> Change:
    old = "## 1. Post\n\nWe keep letters.\n\nBirds are fed.\n\n## 2. Night\n\nTowers are lit at dusk."
    new = "## 1. Post\n\nWe read letters.\n\n## 2. Night\n\nTowers are lit at dusk.\n\nBirds are fed."
    return compare_versions(parse_markdown(old), parse_markdown(new))


def test_a_change_as_it_should_be_has_no_faults() -> None:
    change = _change()
    assert [clause.op for clause in change.clauses] == ["modified", "moved"]
    assert list(change_faults(change)) == []
    assert list(mirror_faults(change, compare_versions(change.new, change.old))) == []


def test_a_change_that_forgets_or_distorts_is_refused() -> None:
    change = _change()
    modified, moved = change.clauses

    def faults(*clauses: ClauseChange) -> list[str]:
        return list(change_faults(dataclasses.replace(change, clauses=clauses)))

    assert any("differ in words" in fault for fault in faults(moved))
    assert any("from None" in fault for fault in faults(modified, dataclasses.replace(moved, moved_from=None)))
    assert any("reading order" in fault for fault in faults(moved, modified))
    assert any("named twice" in fault for fault in faults(modified, moved, moved))
    assert any("is not the text" in fault for fault in faults(modified, dataclasses.replace(moved, old_clauses=(0,))))
    ops = [op for op in change.ops if op.tag != "moved"]
    assert any("every new clause" in x for x in change_faults(dataclasses.replace(change, ops=tuple(ops))))
    twice = Op(tag="equal", old_start=0, old_end=1, new_start=0, new_end=1)
    assert any("every old clause" in x for x in change_faults(dataclasses.replace(change, ops=(twice, *change.ops))))
    assert any("more words are counted" in x for x in change_faults(dataclasses.replace(change, words_added=9)))
    assert any("the other side" in x for x in mirror_faults(change, change))


def _blunt(old: Version, new: Version) -> Change:
    """Compare as a tool does that knows no moves and no rewording: every changed clause is removed or added."""
    change = compare_versions(old, new)
    clauses: list[ClauseChange] = []
    for clause in change.clauses:
        here = clause.section
        for place in clause.old_clauses:
            text = old.clauses[place].text
            spans = (Span("-", text),)
            clauses.append(
                ClauseChange(op="removed", section=here, old=text, new="", redline=spans, old_clauses=(place,))
            )
        for place in clause.new_clauses:
            text = new.clauses[place].text
            spans = (Span("+", text),)
            clauses.append(
                ClauseChange(op="added", section=here, old="", new=text, redline=spans, new_clauses=(place,))
            )
    return dataclasses.replace(change, clauses=tuple(clauses))


def _silent(old: Version, new: Version) -> Change:
    """Compare as a tool does that sees nothing."""
    change = compare_versions(old, new)
    return dataclasses.replace(change, clauses=(), words_added=0, words_removed=0)


#: Kinds of edits that may rightly be told as nothing, or as removals and additions.
NOTHING_TO_TELL = {
    "list_to_paragraphs", "emphasise", "quote_style", "dash_style", "no_break_space", "soft_hyphen", "heading_case",
}  # fmt: skip
#: With sections, this holds where no heading after them is renumbered.
TOLD_APART = {
    "add_clause", "remove_clause", "repeat_clause", "remove_repeated", "insert_section", "remove_section",
    "reuse_number", "divide_section", "dissolve_section",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_refuses_a_comparison_that_is_blunt_or_silent(kind: str) -> None:
    trials = [trial for seed in range(4) if (trial := make_trial(seed, invent_document(seed), [kind])) is not None]
    assert trials
    for trial in trials:
        if kind not in NOTHING_TO_TELL:
            assert all(outcome.wrong for outcome in judge(trial, _silent))
        if kind not in NOTHING_TO_TELL | TOLD_APART:
            assert any(outcome.wrong for outcome in judge(trial, _blunt))
