"""What can happen to a clause in the course of a history, each with an invented policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.history.lineage_stories import follow, line_of, ops, records_of
from tracker.history.pieces import cut_redline, share_out
from tracker.model import Event, Lineage, Span, fold_text

LOFTS = "Letters rest in a cedar loft until a bird is free to carry them onward."
TOWERS = "Every tower keeps a book of the birds that land upon its northern sill."
NAMES = "The keeper asks your name and the colour of your door before a letter leaves."
STORMS = "In a storm no bird is sent, and every letter waits below until the sky has cleared again."


def policy(*clauses: str, number: str = "2", title: str = "Lofts") -> str:
    """One numbered section between two that never change."""
    body = "\n\n".join(clauses)
    return (
        f"# Courier\n\n## 1. Birds\n\nPigeons fly by day, owls by night.\n\n## {number}. {title}\n\n{body}\n\n"
        "## 9. Seeds\n\nSeeds are paid for by the town.\n"
    )


def expect_sound(lineage: Lineage, *texts: str) -> None:
    """Every clause of every version is in one line, and each line's redlines rebuild its wordings."""
    assert len(lineage.places) == len(lineage.records)
    for places in lineage.places:
        assert len(set(places)) == len(places)
    if texts:
        wordings = [
            {fold_text(wording.text) for line in set(places) for wording in lineage.lines[line].wordings}
            for places in lineage.places
        ]
        for text, known in zip(texts, wordings, strict=True):
            assert all(fold_text(clause) in known for clause in text.split("\n\n") if clause and clause[0] != "#")
    assert len({line.id for line in lineage.lines}) == len(lineage.lines)
    for line in lineage.lines:
        last = ""
        for step in line.steps:
            assert fold_text(step.old) == fold_text(last), (line.id, step.op)
            if step.wording is None:
                assert step.new == ""
            else:
                last = step.new
                assert fold_text(last) == fold_text(line.wordings[step.wording - 1].text)


# ------------------------------------------------------------------------------------------------------ single events


def test_a_clause_that_never_changes_has_one_step() -> None:
    lineage = follow(policy(LOFTS), policy(LOFTS, TOWERS), policy(LOFTS, TOWERS))
    line = line_of(lineage, LOFTS)
    assert ops(line) == ["first-seen"]
    assert (line.is_current, line.first_seen, line.last_seen) == (True, lineage.records[0], lineage.records[2])
    assert lineage.places[1] is lineage.places[2]


def test_an_added_clause_begins_a_line_with_its_record() -> None:
    lineage = follow(policy(LOFTS), policy(LOFTS, TOWERS))
    line = line_of(lineage, TOWERS)
    assert ops(line) == ["first-seen"]
    assert line.first_seen == lineage.records[1]
    assert line.section.number == "2"


def test_a_reworded_clause_has_two_wordings_and_the_redline_between_them() -> None:
    lineage = follow(policy(LOFTS), policy(LOFTS.replace("cedar", "willow")))
    line = line_of(lineage, "willow")
    assert ops(line) == ["first-seen", "reworded"]
    assert [wording.text for wording in line.wordings] == [LOFTS, LOFTS.replace("cedar", "willow")]
    step = line.steps[1]
    assert [span.text for span in step.redline if span.tag != "="] == ["cedar", "willow"]
    assert step.change is not None
    assert step.change.old == LOFTS


def test_a_change_of_quotation_marks_or_links_is_no_step() -> None:
    said = "The keeper says 'wait' to every bird that lands here."
    linked = said.replace("every bird", "[every bird](https://courier.example/birds)")
    lineage = follow(policy(said), policy(said.replace("'", '"').replace('"wait"', "\u2018wait\u2019")), policy(linked))
    assert ops(line_of(lineage, "to every bird")) == ["first-seen"]


def test_a_clause_that_moves_to_another_section_keeps_its_line() -> None:
    old = f"## 1. Birds\n\n{LOFTS}\n\n{TOWERS}\n\n## 2. Doors\n\n{NAMES}\n"
    new = f"## 1. Birds\n\n{TOWERS}\n\n## 2. Doors\n\n{NAMES}\n\n{LOFTS}\n"
    line = line_of(follow(old, new), LOFTS)
    assert ops(line) == ["first-seen", "moved"]
    assert line.steps[1].moved_from is not None
    assert (line.steps[1].moved_from.number, line.steps[1].section.number) == ("1", "2")
    assert [stay.section.number for stay in line.stays] == ["1", "2"]


def test_clauses_move_with_a_section_that_gets_another_number() -> None:
    lineage = follow(policy(LOFTS, number="2"), policy(LOFTS, number="3"))
    line = line_of(lineage, LOFTS)
    assert ops(line) == ["first-seen", "moved"]
    assert line.steps[1].redline == (Span("=", LOFTS),)
    assert [stay.section.number for stay in line.stays] == ["2", "3"]
    assert (line.stays[0].last, line.stays[1].since) == lineage.records


def test_a_new_title_moves_nothing() -> None:
    line = line_of(follow(policy(LOFTS), policy(LOFTS, title="Attics")), LOFTS)
    assert ops(line) == ["first-seen"]
    assert [stay.section.title for stay in line.stays] == ["Attics"]


def test_a_split_goes_on_with_the_piece_that_keeps_most() -> None:
    lineage = follow(policy(f"{LOFTS} {STORMS}", TOWERS), policy(LOFTS, STORMS, TOWERS))
    line, new = line_of(lineage, "In a storm"), lineage.lines[-1]
    assert ops(line) == ["first-seen", "split"]
    assert line.text == STORMS
    assert (line.steps[1].old, line.steps[1].new) == (f"{LOFTS} {STORMS}", STORMS)
    assert (ops(new), new.text) == (["split-from"], LOFTS)
    assert (line.steps[1].others, new.steps[0].others) == ((new.id,), (line.id,))


def test_a_merge_goes_on_with_the_line_that_is_kept_most() -> None:
    lineage = follow(policy(LOFTS, STORMS, TOWERS), policy(f"{LOFTS} {STORMS}", TOWERS))
    line = next(line for line in lineage.lines if line.wordings[0].text == STORMS)
    gone = next(line for line in lineage.lines if line.wordings[0].text == LOFTS)
    assert ops(line) == ["first-seen", "merged"]
    assert line.steps[1].new == f"{LOFTS} {STORMS}"
    assert ops(gone) == ["first-seen", "merged-into"]
    assert (line.steps[1].others, gone.steps[1].others) == ((gone.id,), (line.id,))
    assert not gone.is_current


def test_a_removed_clause_ends_and_says_when_it_was_last_seen() -> None:
    texts = (policy(LOFTS, TOWERS), policy(LOFTS, TOWERS, NAMES), policy(LOFTS, NAMES))
    records = records_of(texts)
    seen_at = records[1].fetched_at.replace(hour=20)
    event = Event(old=records[1], new=records[2], trust="confirmed", last_seen_old=seen_at)
    line = line_of(follow(*texts, events=[event]), TOWERS)
    assert ops(line) == ["first-seen", "removed"]
    assert (line.is_current, line.last_seen, line.last_seen_at) == (False, records[1], seen_at)
    assert (line.steps[1].event, line.steps[1].wording, line.steps[1].new) == (event, None, "")


# ------------------------------------------------------------------------------------------------- what comes back


def test_a_clause_that_comes_back_goes_on_with_its_line() -> None:
    lineage = follow(
        policy(LOFTS, TOWERS), policy(LOFTS), policy(LOFTS, NAMES), policy(LOFTS, NAMES, STORMS),
        policy(LOFTS, NAMES, STORMS, TOWERS),
    )  # fmt: skip
    line = line_of(lineage, TOWERS)
    assert ops(line) == ["first-seen", "removed", "returned"]
    assert line.steps[2].redline == (Span("=", TOWERS),)
    assert len(line.stays) == 2
    assert line.is_current


def test_a_clause_that_comes_back_elsewhere_says_from_where() -> None:
    lineage = follow(
        f"## 1. Birds\n\n{TOWERS}\n\n{LOFTS}\n\n## 2. Doors\n\n{NAMES}\n",
        f"## 1. Birds\n\n{TOWERS}\n\n## 2. Doors\n\n{NAMES}\n",
        f"## 1. Birds\n\n{TOWERS}\n\n## 2. Doors\n\n{NAMES}\n\n{LOFTS}\n",
    )
    step = line_of(lineage, LOFTS).steps[-1]
    assert (step.op, step.moved_from and step.moved_from.number, step.section.number) == ("returned", "1", "2")


def test_a_short_item_returns_to_its_own_section_only() -> None:
    def lists(first: str, second: str) -> str:
        return f"## 1. We keep\n\n- your name\n{first}\n## 2. We send\n\n- your seal\n{second}\n"

    item = "- door colour\n"
    lineage = follow(lists(item, ""), lists("", ""), lists("", item))
    held = [line for line in lineage.lines if line.text == "door colour"]
    assert [ops(line) for line in held] == [["first-seen", "removed"], ["first-seen"]]
    again = follow(lists(item, ""), lists("", ""), lists(item, ""))
    assert ops(line_of(again, "door colour")) == ["first-seen", "removed", "returned"]


def test_a_return_to_an_earlier_wording_is_no_new_wording() -> None:
    other = LOFTS.replace("cedar", "willow")
    line = line_of(follow(policy(LOFTS), policy(other), policy(LOFTS)), "willow")
    assert ops(line) == ["first-seen", "reworded", "returned"]
    assert [step.wording for step in line.steps] == [1, 2, 1]
    assert len(line.wordings) == 2


def test_a_text_given_up_for_another_and_taken_back_is_one_line() -> None:
    """The two share no words: for the comparison of neighbours one is removed and the other added."""
    other = "Nobody may touch crimson wax."
    lineage = follow(policy(LOFTS, TOWERS), policy(LOFTS, other), policy(LOFTS, NAMES, other), policy(LOFTS, TOWERS))
    assert ops(line_of(lineage, TOWERS))[-1] == "returned"
    assert len(line_of(lineage, TOWERS).wordings) <= 2


def test_a_hundred_alternations_are_few_episodes_and_no_new_lines() -> None:
    one, other = policy(LOFTS, TOWERS), policy(LOFTS.replace("cedar", "willow"))
    lineage = follow(*[one, other] * 50)
    expect_sound(lineage, *[one, other] * 50)
    assert len(lineage.lines) == len(follow(one, other).lines)
    reworded, removed = line_of(lineage, "willow"), line_of(lineage, TOWERS)
    assert [len(line.steps) for line in (reworded, removed)] == [100, 100]
    assert [episode.step.op for episode in reworded.episodes] == ["first-seen", "reworded", "returned"]
    assert [episode.step.op for episode in removed.episodes] == ["first-seen", "removed", "returned"]
    assert [len(line.episodes[-1].repeats) for line in (reworded, removed)] == [97, 97]
    assert len(reworded.wordings) == 2


def test_a_whole_text_that_comes_back_brings_back_its_lines_even_where_words_stand_twice() -> None:
    one = f"## 1. Birds\n\n{TOWERS}\n\nSee below.\n\n## 2. Doors\n\n{NAMES}\n\nSee below.\n"
    other = "## 4. Courier\n\nThe page is being mended.\n\nSee below.\n"
    lineage = follow(one, other, one, other, one)
    assert lineage.places[0] == lineage.places[2] == lineage.places[4]
    assert lineage.places[1] == lineage.places[3]
    expect_sound(lineage)


def test_a_clause_that_comes_back_reworded_after_a_gap_is_known_by_its_neighbours() -> None:
    changed = TOWERS.replace("northern", "southern").replace("book", "ledger")
    empty = "# Courier\n\n## 1. Birds\n\nThe tower is closed.\n"
    lineage = follow(policy(LOFTS, TOWERS, NAMES), empty, policy(LOFTS, changed, NAMES))
    line = line_of(lineage, "southern")
    assert ops(line) == ["first-seen", "removed", "returned"]
    assert [wording.text for wording in line.wordings] == [TOWERS, changed]
    assert {span.text for span in line.steps[2].redline if span.tag == "+"} == {"ledger", "southern"}


# ------------------------------------------------------------------------------- technical records, numbers, identities


def test_a_technical_record_cuts_no_line() -> None:
    joined, parted = policy(f"{LOFTS} {STORMS}"), policy(LOFTS, STORMS)
    lineage = follow(joined, parted, parted.replace("cedar", "willow"), kinds={1: "technical"})
    expect_sound(lineage)
    line = line_of(lineage, "In a storm")
    assert [(step.op, step.record.kind) for step in line.steps] == [("first-seen", "first"), ("split", "technical")]
    assert ops(line_of(lineage, "willow")) == ["split-from", "reworded"]


def test_a_number_given_to_another_section_begins_another_line() -> None:
    lineage = follow(
        f"## 3. Things we keep\n\n### 3.1. Doors\n\n{NAMES}\n\n### 3.2. Lofts\n\n{LOFTS}\n\n{STORMS}\n",
        f"## 3. Things we keep\n\n### 3.1. Doors\n\n{NAMES}\n\n## 4. Lofts\n\n{LOFTS}\n\n{STORMS}\n",
        f"## 3. Things we keep\n\n### 3.1. Doors\n\n{NAMES}\n\n### 3.2. Wax\n\n{TOWERS}\n\n## 4. Lofts\n\n{LOFTS}\n\n"
        f"{STORMS}\n",
    )
    moved, new = line_of(lineage, LOFTS), line_of(lineage, TOWERS)
    assert [(stay.section.number, stay.section.title) for stay in moved.stays] == [("3.2", "Lofts"), ("4", "Lofts")]
    assert [(stay.section.number, stay.section.title) for stay in new.stays] == [("3.2", "Wax")]
    assert moved.stays[0].heading != new.stays[0].heading


def test_the_same_words_in_two_sections_are_two_lines_with_ids_of_their_own() -> None:
    twice = f"## 1. Birds\n\n{LOFTS}\n\n{LOFTS}\n\n## 2. Doors\n\n{LOFTS}\n"
    ids = [line.id for line in follow(twice).lines if line.kind == "paragraph"]
    assert len(set(ids)) == 3
    assert ids[1] == f"{ids[0]}-2"
    assert [name.split("-")[0] for name in ids] == ["1", "1", "2"]


def test_an_id_is_plain_ascii_whatever_the_section_is_called() -> None:
    lineage = follow(f"# \u00dcber uns\n\n{LOFTS}\n\n# \u4fe1\u9e3d <b>\n\n{TOWERS}\n")
    assert all(set(line.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for line in lineage.lines)
    assert line_of(lineage, LOFTS).id.startswith("uber-uns-")


def test_neighbours_are_compared_once_and_texts_that_take_turns_only_the_first_time() -> None:
    asked: list[tuple[int, int]] = []
    mended = "Come back tomorrow.\n"
    follow(policy(LOFTS), policy(TOWERS), policy(TOWERS), mended, policy(TOWERS), mended, policy(TOWERS), asked=asked)
    assert asked == [(0, 1), (2, 3)]


# --------------------------------------------------------------------------------------------------- pieces of redlines


def test_words_kept_in_another_piece_are_deleted_from_this_one() -> None:
    whole = (Span("=", "Owls fly."), Span("-", " "), Span("+", "\n\n"), Span("=", "Owls sleep by day."))
    first, second = "Owls fly.", "Owls sleep by day."
    (piece,) = share_out(whole, [f"{first} {second}"], [first, second])
    assert (piece.new, "".join(span.text for span in piece.redline if span.tag != "-")) == (1, second)
    assert piece.redline == (Span("-", f"{first} "), Span("=", second))


@given(
    st.lists(st.tuples(st.sampled_from("=-+"), st.text("abc \n", min_size=1, max_size=6)), max_size=8),
    st.data(),
)
def test_a_cut_redline_rebuilds_both_cuts(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    redline = [Span(tag, text) for tag, text in parts]  # type: ignore[arg-type] # drawn from the three tags
    sides = ["".join(span.text for span in redline if span.tag != tag) for tag in "+-"]
    cuts = []
    for side in sides:
        start = data.draw(st.integers(0, len(side)))
        cuts.append(range(start, data.draw(st.integers(start, len(side)))))
    cut = cut_redline(redline, *cuts)
    for side, part, tag in zip(sides, cuts, "+-", strict=True):
        assert "".join(span.text for span in cut if span.tag != tag) == side[part.start : part.stop]


# -------------------------------------------------------------------------------------------------------- any history

_WORDS = st.sampled_from(("owl", "wax", "seal", "loft", "seed", "door", "letter", "storm", "the", "a", "keeps", "no"))
_CLAUSES = st.one_of(
    st.sampled_from((LOFTS, TOWERS, NAMES, STORMS, f"{LOFTS} {STORMS}", LOFTS.replace("cedar", "willow"), "Seals.")),
    st.lists(_WORDS, min_size=1, max_size=9).map(" ".join),
)
_SECTIONS = st.tuples(st.sampled_from(("1", "2", "2.1", "")), st.sampled_from(("Birds", "Lofts")), st.lists(_CLAUSES))
_POLICIES = st.lists(_SECTIONS, min_size=1, max_size=3).map(
    lambda sections: "\n\n".join(
        "\n\n".join([f"## {number + '. ' if number else ''}{title}", *clauses]) for number, title, clauses in sections
    )
)
_HISTORIES = st.lists(_POLICIES, min_size=1, max_size=4).flatmap(
    lambda texts: st.lists(st.sampled_from(texts), min_size=1, max_size=7)
)


@given(_HISTORIES)
def test_every_clause_is_in_one_line_and_redlines_rebuild_every_wording(texts: list[str]) -> None:
    lineage = follow(*texts)
    expect_sound(lineage, *texts)
    for line_index, line in enumerate(lineage.lines):
        stands = [line_index in places for places in lineage.places]
        told = False
        steps = {step.record.commit: step for step in line.steps}
        for record, stood in zip(lineage.records, stands, strict=True):
            step = steps.get(record.commit)
            told = told if step is None else not step.is_end
            assert told == stood, (line.id, record.fetched_at)


@given(_HISTORIES, _POLICIES, st.sets(st.integers(1, 6)))
def test_a_later_version_changes_no_id_and_no_step_before_it(texts: list[str], later: str, technical: set[int]) -> None:
    kinds = dict.fromkeys(technical, "technical")
    short, long = follow(*texts, kinds=kinds), follow(*texts, later, kinds=kinds)  # type: ignore[arg-type] # a kind
    assert [line.id for line in long.lines[: len(short.lines)]] == [line.id for line in short.lines]
    assert long.places[:-1] == short.places
    for line, longer in zip(short.lines, long.lines, strict=False):
        # A line that is split later on is told of its pieces then, never before.
        assert longer.steps[: len(line.steps)] == line.steps


def test_the_same_history_gives_the_same_lines() -> None:
    texts = (policy(LOFTS, TOWERS), policy(TOWERS, NAMES), policy(LOFTS, NAMES))
    assert follow(*texts) == follow(*texts)


@pytest.mark.parametrize("texts", [("",), ("", policy(LOFTS)), (policy(LOFTS), "", policy(LOFTS))])
def test_an_empty_version_is_a_version(texts: tuple[str, ...]) -> None:
    lineage = follow(*texts)
    expect_sound(lineage)
    assert [bool(places) for places in lineage.places] == [bool(text) for text in texts]


# ------------------------------------------------------------------------------------------------- which line a text is


def test_a_text_that_its_own_line_waits_for_is_not_taken_by_a_like_one() -> None:
    """The comparison of the last two versions calls it a rewording; the history knows the text, and whose it was."""
    like = TOWERS.replace("book", "list").replace("northern", "southern")
    lineage = follow(policy(LOFTS, TOWERS), policy(LOFTS), policy(LOFTS, like), policy(LOFTS, TOWERS))
    assert ops(line_of(lineage, TOWERS)) == ["first-seen", "removed", "returned"]
    assert ops(line_of(lineage, like)) == ["first-seen", "removed"]
    expect_sound(lineage)


def test_a_text_that_two_lines_had_goes_to_the_one_that_stood_there() -> None:
    both = f"## 1. Birds\n\n{TOWERS}\n\n{NAMES}\n\n## 2. Doors\n\n{TOWERS}\n\n{STORMS}\n"
    none = f"## 1. Birds\n\n{NAMES}\n\n## 2. Doors\n\n{STORMS}\n"
    second = f"## 1. Birds\n\n{NAMES}\n\n## 2. Doors\n\n{STORMS}\n\n{TOWERS}\n"
    lineage = follow(both, none, second)
    lines = {line.steps[0].section.number: line for line in lineage.lines if line.text == TOWERS}
    assert ops(lines["1"]) == ["first-seen", "removed"]
    assert ops(lines["2"]) == ["first-seen", "removed", "returned"]
