"""What is counted in the passages of a changed clause."""

from __future__ import annotations

from collections.abc import Callable

from tracker.classify.passages import Passage, count_passage, split_passages, whole_passage
from tracker.classify.topic_signs import Sign
from tracker.classify.wording import read_wording
from tracker.model import ClauseChange, Finding, Quote, SectionRef, Span, SpanTag

MakeClause = Callable[..., ClauseChange]

OLD = "We log visits. You may write to us at any time. Birds sing here."
NEW = "We log visits. You may write to us on Mondays. Our partners get the list of all visitors. Birds sing here."


def _finding(*, before: int | None = None, after: int | None = None) -> Finding:
    def quote(start: int | None) -> Quote | None:
        return None if start is None else Quote(text="x", start=start)

    return Finding(
        facet="purpose", before=quote(before), after=quote(after), effect="widens", rule="use-comes", confidence=0.5,
        summary="x",
    )  # fmt: skip


def test_sentence_that_came_is_a_passage_of_its_own(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause(OLD, NEW), "en")
    added, modified = split_passages(wording)
    assert (added.op, modified.op) == ("added", "modified")
    assert [NEW[slice(*place)].strip() for place in added.new] == ["Our partners get the list of all visitors."]
    assert added.old == ()
    assert [OLD[slice(*place)].strip() for place in modified.old] == ["You may write to us at any time."]


def test_sentence_that_went_is_a_passage_of_its_own(make_clause: MakeClause) -> None:
    removed, modified = split_passages(read_wording(make_clause(NEW, OLD), "en"))
    assert (removed.op, modified.op) == ("removed", "modified")
    assert removed.new == ()


def test_sentence_that_is_new_on_one_side_alone_is_no_passage(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("You must not open the box.", "You must not open the box or help anybody to open"
                                       " it, to copy it, to sell it, or to lend it."), "en")  # fmt: skip
    assert [passage.op for passage in split_passages(wording)] == ["modified"]


def test_each_side_has_its_passages(make_clause: MakeClause) -> None:
    old, new = (" ".join(f"{word} number {place} is gone." for place in range(80)) for word in ("Oak", "Visitor"))
    ops = [passage.op for passage in split_passages(read_wording(make_clause(old, new), "en"))]
    assert ops.count("added") == ops.count("removed") or {"modified"} == set(ops)


def test_whole_clause_is_one_passage(make_clause: MakeClause) -> None:
    assert [whole_passage(read_wording(make_clause(*sides), "en")).op for sides in (("", "A."), ("A.", ""))] == [
        "added",
        "removed",
    ]
    assert whole_passage(read_wording(make_clause(OLD, NEW), "en")).op == "modified"


def test_what_came_counts_for_one_and_what_went_against_it(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("We never sell names.", "We sell names.", title="Data"), "en")
    counted = count_passage(wording, whole_passage(wording), (), ())
    assert counted["never"] == counted["not \u2026 sell"] == -1
    assert counted["we sell"] == 1
    assert counted["act: power"] == 1
    assert counted["act: shield"] == -1
    # Neither came nor went.
    assert "names" not in counted
    # Of a sentence that stays its title says nothing.
    assert not any(name.startswith("title: ") for name in counted)


def test_title_and_lead_in_count_for_what_came_whole(make_clause: MakeClause) -> None:
    for old, new, sign in (("", "Name and address", 1), ("Name and address", "", -1)):
        wording = read_wording(make_clause(old, new, title="Sharing"), "en", lead="We share with banks:")
        counted = count_passage(wording, whole_passage(wording), (), ())
        assert counted["title: sharing"] == counted["lead-in: share with"] == counted["lead-in act: power"] == sign


def test_figures_are_all_alike(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("", "Logs are kept for 90 days."), "en")
    counted = count_passage(wording, whole_passage(wording), (), ())
    assert {"#", "for #", "# days"} <= set(counted)
    assert "90" not in counted


def test_words_count_by_the_act_in_which_they_stand(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("We share names with banks.", "We share names and votes with banks."), "en")
    counted = count_passage(wording, whole_passage(wording), (), ())
    assert counted["in power"] == counted["in power: votes"] == 1
    wording = read_wording(make_clause("We sell nothing except oaks.", "We sell nothing except oaks or ash."), "en")
    counted = count_passage(wording, whole_passage(wording), (), ())
    assert any(name.startswith("behind except in ") for name in counted)


def test_findings_count_where_they_are_quoted(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause(OLD, NEW), "en")
    added, modified = split_passages(wording)
    inside = _finding(after=added.new[0][0] + 2)
    assert "rule: use-comes widens" in count_passage(wording, added, [inside], ())
    assert "rule: use-comes widens" not in count_passage(wording, modified, [inside], ())
    assert added.holds(inside)
    assert not modified.holds(inside)


def test_signs_count(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("", "Hello."), "en")
    sign = Sign(topic="cookies", place="title", words="cookies")
    assert count_passage(wording, whole_passage(wording), (), [sign])["sign: cookies title"] == 1


def test_other_languages_have_words_and_no_acts(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("", "Wir verkaufen keine Daten."), "de")
    counted = count_passage(wording, whole_passage(wording), (), ())
    assert {"wir verkaufen", "not \u2026 daten"} <= set(counted)
    assert not any(name.startswith("act: ") for name in counted)


def test_much_text_is_bounded(make_clause: MakeClause) -> None:
    wording = read_wording(make_clause("", "We sell it. " * 500), "en")
    assert len(split_passages(wording)) <= 60
    long = read_wording(make_clause("", " ".join(f"word{place}" for place in range(50_000))), "en")
    assert len(count_passage(long, whole_passage(long), (), ())) < 5000
    assert isinstance(split_passages(long)[0], Passage)


def test_looks_count(make_clause: MakeClause) -> None:
    counted = _count_all(make_clause("", "Garden Visitors Notice", title=""))
    assert {"words: to 3", "ends: open", "capitals", "not listed"} <= set(counted)
    counted = _count_all(make_clause("We log each visit to our garden.", "", title=""))
    assert counted["words: to 8"] == counted["ends: ."] == -1.0
    assert "capitals" not in counted
    assert _count_all(make_clause("We log visits.", "We log visits and birds."))["changed words: one side"] == 1.0


def test_there_and_back_counts_against_each_other(make_clause: MakeClause) -> None:
    old, new = (
        "We share names with banks, and rent them.",
        "We share votes and names with them, and rent banks to them.",
    )
    there, back = _count_all(make_clause(old, new)), _count_all(make_clause(new, old))
    around = {name for name in {*there, *back} if name.startswith("in ")}
    assert around
    assert {name: there.get(name, 0.0) for name in around} == {name: -back.get(name, 0.0) for name in around}


def test_much_rewording_is_bounded() -> None:
    parts: tuple[tuple[SpanTag, str], ...] = (("=", "We sell "), ("-", "oak"), ("+", "ash"))
    spans = [Span(tag, f"{word}{place}, ") for place in range(4000) for tag, word in parts]
    old, new = ("".join(span.text for span in spans if span.tag in {"=", kept}) for kept in "-+")
    section = SectionRef(number=None, title="", anchor=None)
    clause = ClauseChange(op="modified", section=section, old=old, new=new, redline=tuple(spans))
    assert len(_count_all(clause)) < 8000


def _count_all(clause: ClauseChange) -> dict[str, float]:
    wording = read_wording(clause, "en")
    return count_passage(wording, whole_passage(wording), (), ())
