"""What holds for every two texts."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from tests.diff.promises import change_faults, mirror_faults, redline_faults, runs_of
from tracker.diff import compare_versions, redline_texts
from tracker.extract import parse_markdown
from tracker.model import Change

WORDS = st.sampled_from(
    [
        "we", "you", "may", "must", "not", "never", "share", "keep", "letters", "parcels", "data", "with", "the", "a",
        "and", "or", "of", "birds", "for", "6", "18", "months", ".", ",", "(sealed)", "\u201cring\u201d", "no\u2011one",
        "post@example.org", "https://example.org/a", "3.2", "e\u0301t\u00e9",
    ]
)  # fmt: skip
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
CLAUSES = st.one_of(
    SENTENCES,
    SENTENCES.map(lambda words: f"- {words}"),
    st.tuples(
        st.sampled_from(["1. ", "2. ", "2.1. ", "", "Annex "]), st.sampled_from(["Letters", "Birds", "Data"])
    ).map(lambda both: f"## {both[0]}{both[1]}"),
    st.tuples(SENTENCES, st.sampled_from(["/a", "/b"])).map(lambda both: f"[{both[0]}](https://example.org{both[1]})"),
    st.sampled_from(["We keep letters for 6 months.", "No bird is sold.", "## 1. Letters"]),
)


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts of which one is made from the other as an editor would, or not at all."""
    old = draw(st.lists(CLAUSES, max_size=10))
    new = list(old)
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, max(0, len(new) - 1)))
        match draw(st.sampled_from(["insert", "delete", "move", "split", "merge", "reword", "repeat"])):
            case "insert":
                new.insert(place, draw(CLAUSES))
            case "delete":
                del new[place : place + 1]
            case "move" if new:
                new.insert(draw(st.integers(0, len(new))), new.pop(place))
            case "split" if new and " " in new[place]:
                words = new[place].split(" ")
                middle = len(words) // 2
                new[place : place + 1] = [" ".join(words[:middle]), " ".join(words[middle:])]
            case "merge":
                new[place : place + 2] = [" ".join(new[place : place + 2])]
            case "reword" if new:
                words = new[place].split(" ")
                words[draw(st.integers(0, len(words) - 1))] = draw(WORDS)
                new[place] = " ".join(words)
            case "repeat" if new:
                new.insert(place, new[place])
    return "\n\n".join(old), "\n\n".join(new)


@given(texts=_edited())
def test_every_comparison_is_sound(assert_sound: Callable[[str, str], Change], texts: tuple[str, str]) -> None:
    """diff(v, v) is empty, ops cover both sides once, no word is lost, swapped sides swap `+` and `-`."""
    assert_sound(*texts)


@given(old=st.lists(CLAUSES, max_size=6).map("\n\n".join), new=st.lists(CLAUSES, max_size=6).map("\n\n".join))
def test_comparisons_of_unrelated_texts_are_sound(
    assert_sound: Callable[[str, str], Change], old: str, new: str
) -> None:
    assert_sound(old, new)


@given(texts=_edited())
def test_every_comparison_keeps_every_promise(texts: tuple[str, str]) -> None:
    """The same as above and more, with words, addresses and numbers by a definition of its own."""
    old, new = map(parse_markdown, texts)
    there, back = compare_versions(old, new), compare_versions(new, old)
    assert list(change_faults(there)) == []
    assert list(mirror_faults(there, back)) == []


ANY_TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(WORDS, st.sampled_from([" ", "  ", "\n\n", ". ", "a", "b"])), max_size=40).map("".join),
    st.lists(WORDS, max_size=40).map(" ".join),
)


@example(old="a a a b", new="a b a c")  # two ways as good: the same one must be found from both sides
@given(old=ANY_TEXT, new=ANY_TEXT)
def test_a_redline_rebuilds_both_sides_and_swaps_with_them(old: str, new: str) -> None:
    spans, coarse = redline_texts(old, new)
    assert "".join(span.text for span in spans if span.tag != "+") == old
    assert "".join(span.text for span in spans if span.tag != "-") == new
    assert all(span.text for span in spans)
    assert all((one.tag, other.tag) not in {("+", "-"), ("=", "=")} for one, other in itertools.pairwise(spans))
    back, also_coarse = redline_texts(new, old)
    swap = {"=": "=", "-": "+", "+": "-"}
    assert sorted((swap[span.tag], span.text) for span in back) == sorted((span.tag, span.text) for span in spans)
    assert coarse == also_coarse


@given(text=ANY_TEXT)
def test_a_text_and_itself_have_no_redline(text: str) -> None:
    assert all(span.tag == "=" for span in redline_texts(text, text)[0])


@given(words=st.lists(WORDS, min_size=2, max_size=30), data=st.data())
def test_one_replaced_word_is_all_that_a_redline_marks(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:place], "ZEBRA", *words[place + 1 :]]
    spans, _ = redline_texts(" ".join(words), " ".join(changed))
    assert [span.text for span in spans if span.tag == "+"] == ["ZEBRA"]
    assert [span.text for span in spans if span.tag == "-"] == [words[place]]


#: Texts as readers see them: what is cut must be a word of theirs.
WORDS_TO_CUT = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            [
                "10.5", "10.6", "1,000,000", "1,000,001", "2024-09-23", "2024-09-24", "10:30", "3.3.5", "3.3.6", "24/7",
                "https://example.org/a/b?c=1&d=2#e", "https://example.org/a/c", "post@birds.example.org", "5%",
                "$10.50", "na\u00efve", "don't", "user's", "state-of-the-art", "\u041f\u0442\u0438\u0446\u0430", "(a)",
                "e.g.", "\u9ce5\u4fbf", "so\u00adft", "The", "of", "the", "of", "the",
            ]
        ),
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


@given(old=WORDS_TO_CUT, new=WORDS_TO_CUT)
def test_no_redline_cuts_a_word_or_keeps_a_weak_one_alone(old: str, new: str) -> None:
    assert list(redline_faults(redline_texts(old, new)[0], old, new)) == []


@given(words=WORDS_TO_CUT, data=st.data())
def test_no_redline_of_edited_words_cuts_one(words: str, data: st.DataObject) -> None:
    edited = words.split(" ")
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(edited)))
        edited[place : place + data.draw(st.integers(0, 2))] = data.draw(WORDS_TO_CUT).split(" ")[:3]
    new = " ".join(edited)
    assert list(redline_faults(redline_texts(words, new)[0], words, new)) == []


@given(old=WORDS_TO_CUT, new=WORDS_TO_CUT)
def test_from_the_other_side_a_redline_says_the_same_in_the_same_order(old: str, new: str) -> None:
    there, back = redline_texts(old, new)[0], redline_texts(new, old)[0]
    assert [(kept, come, gone) for kept, gone, come in runs_of(there)] == runs_of(back)
