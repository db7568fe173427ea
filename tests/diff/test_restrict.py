"""A part of a change is that part alone, and its words are counted alone."""

from __future__ import annotations

from tracker.diff import compare_versions, restrict_change
from tracker.extract import parse_markdown
from tracker.model import Residue

OLD = parse_markdown("# Rules\n\nThe loft is closed at night.\n\nBells ring at noon.\n\nDoves sleep in the tower.\n")
NEW = parse_markdown(
    "# Rules\n\nThe loft is closed at night and at noon.\n\nDoves sleep in the tower.\n\nCats stay out.\n"
)


def clause_texts(added: set[str], removed: set[str]) -> list[tuple[str, str]]:
    change = compare_versions(OLD, NEW)
    part = restrict_change(change, Residue(added=frozenset(added), removed=frozenset(removed)))
    return [(clause.old, clause.new) for clause in part.clauses]


def test_what_is_added_is_known_by_the_new_text() -> None:
    assert clause_texts({"Cats stay out."}, set()) == [("", "Cats stay out.")]


def test_what_is_removed_is_known_by_the_old_text() -> None:
    assert clause_texts(set(), {"Bells ring at noon."}) == [("Bells ring at noon.", "")]


def test_a_reworded_clause_is_known_by_either() -> None:
    pair = ("The loft is closed at night.", "The loft is closed at night and at noon.")
    assert clause_texts({pair[1]}, set()) == clause_texts(set(), {pair[0]}) == [pair]


def test_a_text_of_the_other_side_says_nothing() -> None:
    assert clause_texts({"Bells ring at noon."}, {"Cats stay out."}) == []


def test_words_are_those_of_the_part() -> None:
    change = compare_versions(OLD, NEW)
    part = restrict_change(change, Residue(added=frozenset({"Cats stay out."}), removed=frozenset()))
    assert (part.words_added, part.words_removed) == (3, 0)
    assert part.words_added < change.words_added
    assert (part.old, part.new) == (OLD, NEW)
