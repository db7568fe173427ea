"""What did not change is folded around what did; of a long text, what is nearest to the changes."""

from __future__ import annotations

from tracker.classify import judge_change
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Version
from tracker.render.change_view import Block, Changed, Unchanged, keep_near, lay_out


def _policy(clauses: int, *changed: int, length: int = 60) -> Version:
    words = " ".join(["letters"] * (length // 8))
    return parse_markdown(
        "\n\n".join(
            f"Clause {place} says {'something else' if place in changed else 'the same'} of your {words}."
            for place in range(clauses)
        )
    )


def _blocks(clauses: int, *changed: int, length: int = 60) -> tuple[Block, ...]:
    change = compare_versions(_policy(clauses, length=length), _policy(clauses, *changed, length=length))
    return lay_out(change, judge_change(change, language="en"))


def _shown(blocks: tuple[Block, ...]) -> list[tuple[int, int, int]]:
    return [
        (len(block.clauses), block.left_out, len(block.ending)) for block in blocks if isinstance(block, Unchanged)
    ]  # fmt: skip


def test_a_short_text_is_shown_whole() -> None:
    blocks = _blocks(40, 20)
    assert keep_near(blocks) == blocks
    assert _shown(blocks) == [(20, 0, 0), (19, 0, 0)]


def test_of_a_long_text_what_is_near_to_changes_is_shown() -> None:
    blocks = _blocks(900, 200, 600, length=200)
    first, between, last = _shown(keep_near(blocks))
    assert first[0] == 0
    assert first[1] > 100
    assert first[2] > 5
    assert between[0] > 5
    assert between[2] > 5
    assert between[1] > 200
    assert last[0] > 5
    assert last[2] == 0
    kept = [block for block in keep_near(blocks) if isinstance(block, Unchanged)]
    assert [block.count for block in kept] == [200, 399, 299]
    whole = [block for block in blocks if isinstance(block, Unchanged)]
    assert kept[0].ending == whole[0].clauses[-len(kept[0].ending) :]
    assert kept[1].clauses == whole[1].clauses[: len(kept[1].clauses)]


def test_what_changed_is_shown_whole_however_long_it_is() -> None:
    blocks = _blocks(300, *range(0, 300, 3), length=600)
    kept = keep_near(blocks)
    assert [block for block in kept if isinstance(block, Changed)] == [
        block for block in blocks if isinstance(block, Changed)
    ]


def test_one_clause_is_not_left_out_alone() -> None:
    for clauses in range(300, 340):
        assert all(left_out != 1 for _, left_out, _ in _shown(keep_near(_blocks(clauses, 5, length=200))))
