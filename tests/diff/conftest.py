"""Two texts, and what differs between them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from tracker.diff import compare_versions
from tracker.diff.tokens import is_word, split_tokens
from tracker.extract import parse_markdown
from tracker.model import Change, ClauseChange


@pytest.fixture(scope="session")
def compare() -> Callable[[str, str], Change]:
    """Compare two Markdown texts."""
    return lambda old, new: compare_versions(parse_markdown(old), parse_markdown(new))


@pytest.fixture(scope="session")
def only(compare: Callable[[str, str], Change]) -> Callable[[str, str], ClauseChange]:
    """Compare two Markdown texts that differ in one clause."""

    def change_of(old: str, new: str) -> ClauseChange:
        clauses = compare(old, new).clauses
        assert len(clauses) == 1, [(clause.op, clause.old, clause.new) for clause in clauses]
        return clauses[0]

    return change_of


def _words(texts: Sequence[str]) -> Counter[str]:
    return Counter(token for text in texts for token in split_tokens(text) if is_word(token))


_OTHER_OP = {"added": "removed", "removed": "added"}


def _told(clause: ClauseChange, *, deleted: str, inserted: str) -> tuple[tuple[str, ...], ...]:
    """Return what a redline keeps, deletes and inserts, the order between a deletion and its insertion aside."""
    return tuple(tuple(x.text for x in clause.redline if x.tag == tag) for tag in ("=", deleted, inserted))


def _assert_sound(old: str, new: str) -> Change:
    """Compare both ways, and hold what every comparison holds."""
    old_version, new_version = parse_markdown(old), parse_markdown(new)
    change = compare_versions(old_version, new_version)
    back = compare_versions(new_version, old_version)

    assert compare_versions(old_version, old_version).clauses == ()
    assert compare_versions(old_version, new_version) == change
    for version, side in ((old_version, "old"), (new_version, "new")):
        covered = [
            place for op in change.ops for place in range(getattr(op, f"{side}_start"), getattr(op, f"{side}_end"))
        ]
        assert sorted(covered) == list(range(len(version.clauses)))
        # Every word is accounted for once: in a clause without a change, or in a redline.
        changed = {place for clause in change.clauses for place in getattr(clause, f"{side}_clauses")}
        sign = "-" if side == "old" else "+"
        told = [x.text for x in version.clauses if x.index not in changed]
        told += ["".join(span.text for span in x.redline if span.tag in {"=", sign}) for x in change.clauses]
        assert _words(told) == _words([x.text for x in version.clauses])
    for clause in change.clauses:
        tags = [span.tag for span in clause.redline]
        assert all(span.text for span in clause.redline)
        assert all(one != other for one, other in itertools.pairwise(tags))
        assert ("+", "-") not in itertools.pairwise(tags)

    there = Counter((x.op, x.old, x.new, _told(x, deleted="-", inserted="+")) for x in change.clauses)
    again = Counter(
        (_OTHER_OP.get(x.op, x.op), x.new, x.old, _told(x, deleted="+", inserted="-")) for x in back.clauses
    )
    assert there == again
    assert (change.words_added, change.words_removed) == (back.words_removed, back.words_added)
    return change


@pytest.fixture(scope="session")
def assert_sound() -> Callable[[str, str], Change]:
    """Compare two Markdown texts both ways and hold what every comparison holds."""
    return _assert_sound
