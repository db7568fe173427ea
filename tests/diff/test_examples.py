"""What a change of each kind looks like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tracker.diff import section_ref
from tracker.extract import parse_markdown
from tracker.model import Change, ClauseChange

Compare = Callable[[str, str], Change]
Only = Callable[[str, str], ClauseChange]


def _marked(change: ClauseChange) -> str:
    signs = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(signs[span.tag].format(span.text) for span in change.redline)


LETTERS = "We carry letters in sealed bags and never open them."
BIRDS = "Every bird wears a ring with the number of its loft."
NIGHT = "Birds that arrive at night are fed before the post is sorted."


def test_a_reworded_clause_is_modified(only: Only) -> None:
    change = only(f"## 1. Post\n\n{LETTERS}", f"## 1. Post\n\n{LETTERS.replace('never', 'rarely')}")
    assert (change.op, change.section.number, change.section.title, change.moved_from) == (
        "modified",
        "1",
        "Post",
        None,
    )
    assert _marked(change) == "We carry letters in sealed bags and [-never-]{+rarely+} open them."


def test_an_added_and_a_removed_clause(compare: Compare) -> None:
    change = compare(f"## 1. Post\n\n{LETTERS}\n\n{BIRDS}", f"## 1. Post\n\n{NIGHT}\n\n{LETTERS}")
    assert [(clause.op, clause.old, clause.new) for clause in change.clauses] == [
        ("added", "", NIGHT),
        ("removed", BIRDS, ""),
    ]
    assert change.words_added == 12
    assert change.words_removed == 11


def test_a_clause_that_moves_to_a_new_number_says_where_it_was(compare: Compare) -> None:
    old = f"## 3. Post\n\n### 3.1. Letters\n\n{LETTERS}\n\n### 3.2. Birds\n\n{BIRDS}\n\n## 4. Night\n\n{NIGHT}"
    new = f"## 3. Post\n\n### 3.1. Letters\n\n{LETTERS}\n\n## 4. Night\n\n{NIGHT}\n\n### 4.1. Birds\n\n{BIRDS}"
    moved = [clause for clause in compare(old, new).clauses if clause.op == "moved"]
    assert [(clause.section.number, clause.moved_from and clause.moved_from.number) for clause in moved] == [
        ("4.1", "3.2")
    ]
    assert all(clause.op == "moved" for clause in compare(old, new).clauses)


def test_a_changed_number_alone_is_a_move_of_the_heading_alone(only: Only) -> None:
    change = only(f"## 3. Birds\n\n{BIRDS}", f"## 4. Birds\n\n{BIRDS}")
    assert (change.op, change.old, change.new) == ("moved", "3. Birds", "4. Birds")
    assert change.moved_from is not None
    assert (change.moved_from.number, change.section.number) == ("3", "4")
    assert _marked(change) == "[-3-]{+4+}. Birds"


def test_a_number_reused_for_another_clause_is_no_rewording(compare: Compare) -> None:
    paid = "Paid stamps show the name of the sender to the loft that sells them."
    old = f"## 3.3.5. Rings and Lofts\n\n{BIRDS}"
    new = f"## 3.3.5. Paid Stamps\n\n{paid}"
    assert [(clause.op, clause.section.title) for clause in compare(old, new).clauses] == [
        ("removed", "Rings and Lofts"),
        ("removed", "Rings and Lofts"),
        ("added", "Paid Stamps"),
        ("added", "Paid Stamps"),
    ]


def test_a_split_is_one_modified_clause(only: Only) -> None:
    change = only(f"## 1. Post\n\n{LETTERS} {BIRDS}", f"## 1. Post\n\n{LETTERS}\n\n{BIRDS}")
    assert (change.op, change.old, change.new) == ("modified", f"{LETTERS} {BIRDS}", f"{LETTERS}\n\n{BIRDS}")
    assert change.new_clauses == (1, 2)
    assert change.is_technical


def test_a_merge_is_one_modified_clause(only: Only) -> None:
    change = only(f"{LETTERS}\n\n{BIRDS}\n\n{NIGHT}", f"{LETTERS}\n\n{BIRDS} {NIGHT} Always.")
    assert (change.op, change.old, change.new) == ("modified", f"{BIRDS}\n\n{NIGHT}", f"{BIRDS} {NIGHT} Always.")
    assert change.old_clauses == (1, 2)


@pytest.mark.parametrize("reworded", ["0", "zero"])
def test_a_clause_that_two_others_could_claim_belongs_to_one(assert_sound: Compare, reworded: str) -> None:
    first, second = [f"a{step}" for step in range(10)], [f"b{step}" for step in range(10)]
    old = [first, second]
    new = [[reworded, *first[1:6]], first[6:] + second[:4], second[4:]]
    change = assert_sound("\n\n".join(map(" ".join, old)), "\n\n".join(map(" ".join, new)))
    assert sorted(place for clause in change.clauses for place in clause.new_clauses) == [0, 1, 2]


def test_a_changed_target_is_technical_and_counts_no_words(compare: Compare) -> None:
    change = compare("See [the rules](https://example.org/a) first.", "See [the rules](https://example.org/b) first.")
    assert [(clause.op, clause.links, clause.is_technical) for clause in change.clauses] == [
        ("modified", (("https://example.org/a", "https://example.org/b"),), True)
    ]
    assert (change.words_added, change.words_removed) == (0, 0)
    assert [span.tag for span in change.clauses[0].redline] == ["="]


def test_a_link_that_comes_or_goes_under_the_same_words_is_told(only: Only) -> None:
    assert only("See the rules.", "See [the rules](https://example.org/b).").links == (("", "https://example.org/b"),)
    assert only("See [the rules](https://example.org/b).", "See the rules.").links == (("https://example.org/b", ""),)


def test_a_target_that_changes_in_a_reworded_clause_is_told_beside_the_words(only: Only) -> None:
    change = only("Read [the rules](https://example.org/a) now.", "Read [the rules](https://example.org/b) today.")
    assert change.links == (("https://example.org/a", "https://example.org/b"),)
    assert not change.is_technical


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('The loft\'s "ring".', "The loft\u2019s \u201cring\u201d."),
        ("No one - ever.", "No one \u2014 ever."),
        ("No one\u2026", "No one..."),
        ("No\u00adone reads it.", "Noone reads it."),
    ],
)
def test_quote_and_dash_styles_are_technical(compare: Compare, old: str, new: str) -> None:
    change = compare(old, new)
    assert [clause.is_technical for clause in change.clauses] == [True]
    assert (change.words_added, change.words_removed) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("* one\n* two", "- one\n- two"),
        ("One\ntwo   three.", "One two three."),
        ("Title\n=====\n\nText.", "# Title\n\nText."),
        ("1. one\n2. two", "- one\n- two"),
    ],
)
def test_list_marks_and_white_space_are_no_change_at_all(compare: Compare, old: str, new: str) -> None:
    assert compare(old, new).clauses == ()


@pytest.mark.parametrize(
    ("old", "new", "notes"),
    [
        (
            "We **never** sell [letters](https://example.org/a).",
            "We _never_ sell [letters](https://example.org/a).",
            ("emphasis: italics added on 'never'", "emphasis: bold removed on 'never'"),
        ),
        ("## Lost Birds", "## LOST BIRDS", ("heading: other capitals",)),
        (
            "## Lost Birds",
            "**Lost Birds**",
            ("layout: a heading became a paragraph", "emphasis: bold added on 'Lost Birds'"),
        ),
        ("We sell. We buy.", "We sell.\n\nWe buy.", ("paragraphs: 1 paragraph became 2 paragraphs",)),
        ('A "ring".', "A \u201cring\u201d.", ("typography: quotation marks, dashes or dots in another style",)),
    ],
)
def test_what_no_word_carries_is_technical_and_told(only: Only, old: str, new: str, notes: tuple[str, ...]) -> None:
    change = only(old, new)
    assert (change.is_technical, change.notes) == (True, notes)


def test_words_that_are_only_written_otherwise_do_not_count(compare: Compare) -> None:
    change = compare("The loft's bird's ring is sold.", "The loft\u2019s bird\u2019s ring is kept.")
    assert (change.words_added, change.words_removed) == (1, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Kept in 2023-2024 under opt-out rules now.", "Kept in 2023\u20132024 under opt\u2013out rules today."),
        ("We don`t sell now.", "We don't sell today."),
        ("## 1. YOUR DATA NOW", "## 1. Your Data Today"),
    ],
)
def test_only_the_reworded_word_counts_beside_technical_differences(compare: Compare, old: str, new: str) -> None:
    change = compare(old, new)
    assert (change.words_added, change.words_removed) == (1, 1)


def test_a_move_within_the_same_section_says_from_where_to_where(only: Only) -> None:
    items = ["- letters in sealed bags", "- parcels of any weight", "- rings of lost birds"]
    change = only("\n".join(items), "\n".join([items[2], *items[:2]]))
    assert change.notes == ("place: stood after 'parcels of any weight', stands at the start",)


def test_headings_that_repeat_belong_to_the_part_around_them(compare: Compare) -> None:
    def part(name: str, word: str) -> str:
        return f"## {name}\n\n### Overview\n\n{name} birds are {word} by day.\n\n### Rules\n\nNo {name} may {word}."

    old = "\n\n".join(part(name, "fed") for name in ("Alpha", "Beta", "Gamma"))
    new = "\n\n".join(part(name, "rung") for name in ("Gamma", "Alpha", "Beta"))
    change = compare(old, new)
    assert [clause.new for clause in change.clauses if clause.op == "moved"] == ["Gamma"]
    assert (change.words_added, change.words_removed) == (6, 6)


def test_a_heading_is_not_reworded_for_one_common_line_below_it(compare: Compare) -> None:
    def part(title: str, letter: str) -> str:
        lines = [f"{letter}{number} " * 8 for number in range(4)]
        return f"## {title}\n\n" + "\n\n".join([*lines, "Learn more about it here."])

    change = compare(part("Safety of minors", "a"), part("Sale of goods", "b"))
    assert ("removed", "Safety of minors") in {(clause.op, clause.old) for clause in change.clauses}


def test_a_split_around_something_new_is_one_modified_clause(only: Only) -> None:
    change = only(f"{LETTERS} {BIRDS}", f"{LETTERS}\n\nA tip.\n\n{BIRDS}")
    assert (change.op, change.new_clauses) == ("modified", (0, 1, 2))
    assert _marked(change).replace("\n\n", "|") == f"{LETTERS}[- -]{{+|A tip.|+}}{BIRDS}"


def test_a_list_that_becomes_a_paragraph_is_one_modified_clause(only: Only) -> None:
    items = ["letters in sealed bags", "parcels of any weight", "rings of lost birds", "feathers for the museum"]
    change = only("\n".join(f"- {item}" for item in items), f"We carry {', '.join(items)}.")
    assert (change.op, change.old_clauses, change.new_clauses) == ("modified", (0, 1, 2, 3), (0,))
    assert (only(f"We carry {', '.join(items)}.", "\n".join(f"- {item}" for item in items))).new_clauses == (0, 1, 2, 3)


def test_a_sentence_that_becomes_a_paragraph_of_its_own_is_a_split(only: Only) -> None:
    change = only(f"{LETTERS} {BIRDS} {NIGHT}", f"{LETTERS} {BIRDS}\n\n{NIGHT.replace('night', 'noon')}")
    assert (change.old_clauses, change.new_clauses) == ((0,), (0, 1))
    assert _marked(change).endswith("arrive at [-night-]{+noon+} are fed before the post is sorted.")


def test_a_repeated_clause_belongs_to_its_own_section(compare: Compare) -> None:
    ask = "Ask the keeper of your loft if anything in this part is unclear."
    old = f"## 1. Letters\n\n{LETTERS}\n\n{ask}\n\n## 2. Birds\n\n{BIRDS}\n\n{ask}"
    new = f"## 1. Birds\n\n{BIRDS}\n\n{ask}"
    change = compare(old, new)
    assert [(clause.op, clause.old) for clause in change.clauses if clause.op != "moved"] == [
        ("removed", "1. Letters"),
        ("removed", LETTERS),
        ("removed", ask),
    ]
    assert [clause.new for clause in change.clauses if clause.op == "moved"] == ["1. Birds"]


def test_an_anchor_that_counts_headings_is_no_identity(compare: Compare) -> None:
    old = f"## [](#s1)Letters\n\n{LETTERS}\n\n## [](#s2)Birds\n\n{BIRDS}"
    new = f"## [](#s1)Night\n\n{NIGHT}\n\n## [](#s2)Birds\n\n{BIRDS}"
    assert sorted(clause.op for clause in compare(old, new).clauses) == ["added", "added", "removed", "removed"]


def test_a_section_that_kept_its_number_between_two_that_changed_places_has_not_moved(compare: Compare) -> None:
    def policy(first: str, last: str) -> str:
        return f"## 1. {first}\n\n{first} {LETTERS}\n\n## 2. Birds\n\n{BIRDS}\n\n## 3. {last}\n\n{last} {NIGHT}"

    change = compare(policy("Ink", "Wax"), policy("Wax", "Ink").replace(f"Wax {LETTERS}", f"Wax {NIGHT}").replace(
        f"Ink {NIGHT}", f"Ink {LETTERS}"))  # fmt: skip
    assert {(clause.op, clause.new) for clause in change.clauses} == {("moved", "1. Wax"), ("moved", "3. Ink")}


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("We never sell letters.", "We never\u200b sell letters.", "invisible: 1 zero width space (U+200B) inserted"),
        ("We ne\u00adver sell.", "We never sell.", "invisible: 1 soft hyphen (U+00AD) removed"),
        ("We sell letters.", "We \u202esell\u202c letters.", "invisible: 1 right-to-left override (U+202E) inserted"),
        (
            "We sell letters.",
            "We sell letters\U000e0041.",
            "invisible: 1 tag latin capital letter a (U+E0041) inserted",
        ),
        ("We sell paper.", "We sell p\u0430per.", "look-alike: 'p\u0430per' mixes Cyrillic, Latin letters"),
        (
            "We copy letters.",
            "We \u0441\u043e\u0440\u0443 letters.",
            "look-alike: '\u0441\u043e\u0440\u0443' is 'copy' in Cyrillic letters",
        ),
        (
            "We sell.",
            "We sell. We do not \u0441\u043e\u0440\u0443 it.",
            "look-alike: '\u0441\u043e\u0440\u0443' is 'copy' in Cyrillic letters",
        ),
        (
            "We sell it.",
            "We \U0001d5cc\U0001d5be\U0001d5c5\U0001d5c5 it.",
            "look-alike: '\U0001d5cc\U0001d5be\U0001d5c5\U0001d5c5' is 'sell' in other letters",
        ),
        (
            "We do not.",
            "We do n\u0336o\u0336t\u0336.",
            "overlay: 3 letters struck through by combining characters inserted",
        ),
        ("We sell.", "We sell\u3164.", "invisible: 1 hangul filler (U+3164) inserted"),
        ("We sell paper.", "We sell \uff50aper.", "look-alike: '\uff50aper' mixes Fullwidth, Latin letters"),
    ],
)
def test_trickery_with_characters_is_named(only: Only, old: str, new: str, note: str) -> None:
    assert note in only(old, new).notes


def test_words_of_one_script_are_no_look_alikes(only: Only) -> None:
    assert only("We sell paper.", "\u041c\u044b sell paper caf\u00e9 na\u00efve.").notes == ()


def test_a_retitled_heading_is_modified(only: Only) -> None:
    change = only(f"## 1. Birds\n\n{BIRDS}", f"## 1. Birds and Rings\n\n{BIRDS}")
    assert (change.op, _marked(change)) == ("modified", "1. Birds{+ and Rings+}")


def test_a_heading_given_another_title_over_the_same_text_is_modified(only: Only) -> None:
    change = only(f"## 1. Birds\n\n{BIRDS}", f"## 1. Winged Staff\n\n{BIRDS}")
    assert (change.op, _marked(change)) == ("modified", "1. [-Birds-]{+Winged Staff+}")


def test_swapped_sections_move_with_their_headings(compare: Compare) -> None:
    old = f"## Letters\n\n{LETTERS}\n\n## Birds\n\n{BIRDS}\n\n{NIGHT}"
    new = f"## Birds\n\n{BIRDS}\n\n{NIGHT}\n\n## Letters\n\n{LETTERS}"
    change = compare(old, new)
    assert [(clause.op, clause.new) for clause in change.clauses] == [("moved", "Letters")]
    assert (change.words_added, change.words_removed) == (0, 0)


def test_reordered_items_move(only: Only) -> None:
    items = ["- letters in sealed bags", "- parcels of any weight", "- rings of lost birds"]
    change = only("\n".join(items), "\n".join([items[2], *items[:2]]))
    assert (change.op, change.new) == ("moved", "rings of lost birds")


def test_a_removed_section_is_told_clause_by_clause_under_its_old_heading(compare: Compare) -> None:
    old = f"## 1. Letters\n\n{LETTERS}\n\n## 2. Birds\n\n{BIRDS}\n\n{NIGHT}\n\n## 3. End\n\nThe end of it."
    change = compare(old, f"## 1. Letters\n\n{LETTERS}\n\n## 2. End\n\nThe end of it.")
    assert [(x.op, x.old, x.section.number) for x in change.clauses if x.op == "removed"] == [
        ("removed", "2. Birds", "2"),
        ("removed", BIRDS, "2"),
        ("removed", NIGHT, "2"),
    ]


def test_a_changed_table_row_is_one_clause(only: Only) -> None:
    table = "| Data | Kept for |\n| --- | --- |\n| Letters | {} months |\n| Rings | 2 years |"
    change = only(table.format(6), table.format(18))
    assert (change.op, _marked(change)) == ("modified", "Letters [-6-]{+18+} months")


def test_an_item_that_becomes_a_paragraph_keeps_its_words(compare: Compare) -> None:
    assert compare(f"- {LETTERS}\n- {BIRDS}", f"{LETTERS}\n\n- {BIRDS}").clauses == ()


def test_an_empty_side_makes_everything_added_or_removed(compare: Compare) -> None:
    assert [(clause.op, clause.new) for clause in compare("", f"{LETTERS}\n\n{BIRDS}").clauses] == [
        ("added", LETTERS),
        ("added", BIRDS),
    ]
    assert [clause.op for clause in compare(LETTERS, "").clauses] == ["removed"]
    assert compare("", "").clauses == ()


def test_the_section_is_the_innermost_numbered_heading() -> None:
    version = parse_markdown(
        "Hello.\n\n# Policy\n\nFront.\n\n## 1. Letters\n\none\n\n### Note\n\ntwo\n\n### 1.1. [](#x)Bags\n\nthree\n\n"
        "# Annex\n\nfour\n\n## B. Rings\n\nfive"
    )
    found = {
        clause.text: section_ref(version, clause.section) for clause in version.clauses if clause.kind == "paragraph"
    }
    assert {text: (ref.number, ref.title) for text, ref in found.items()} == {
        "Hello.": ("0", ""),
        "Front.": ("0", "Policy"),
        "one": ("1", "Letters"),
        "two": ("1", "Letters"),
        "three": ("1.1", "Bags"),
        "four": (None, "Annex"),
        "five": ("B", "Rings"),
    }


def test_without_numbers_only_the_front_is_section_nought() -> None:
    version = parse_markdown("Hello.\n\n## Letters\n\none")
    assert [section_ref(version, place).number for place in (0, 1)] == ["0", None]


def test_changes_stand_in_reading_order_of_the_new_version(compare: Compare) -> None:
    old = f"{LETTERS}\n\n{BIRDS}\n\n{NIGHT}\n\nThe end of the policy."
    new = f"A new beginning.\n\n{LETTERS}\n\n{NIGHT.replace('night', 'noon')}\n\nThe end of this policy."
    assert [clause.op for clause in compare(old, new).clauses] == ["added", "removed", "modified", "modified"]
