"""What is around a policy: by the form of a text alone (`forms.py`), and by its place in the version."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import pytest

from tracker.classify import forms, judge_change
from tracker.classify.surroundings import Surroundings
from tracker.classify.wording import find_lead_in, read_wording
from tracker.model import Change, Clause, ClauseChange, ClauseKind, Version

MakeClause = Callable[..., ClauseChange]
MakeVersion = Callable[..., Version]
MakeChange = Callable[..., Change]
Listed = Sequence[tuple[ClauseKind, str]]

RULES: Final[Listed] = [
    ("paragraph", "We keep the letters that you send to us in a box of oak, and we read them once a year."),
    ("paragraph", "You may come to the garden at any time and ask us for the letters that you have sent."),
]
MENU: Final[Listed] = [("item", words) for words in ("Start", "Walks", "Shop", "Birds of the week", "Log in")]


@pytest.mark.parametrize(
    "words",
    [
        "window.dataLayer = []; gtag('js', new Date());",
        ".menu { display: none } .menu a { color: red }",
        "@media print { a }",
        "<script src=x>",
        '{"name": "oak", "age": 7, "tall": true, "old": false}',
        "[Map](https://example.org/map)",
    ],
)
def test_code_is_told_by_its_signs(words: str) -> None:
    assert forms.is_code(words)


@pytest.mark.parametrize(
    "words",
    [
        "We keep your letters; you may ask for them (see section 3).",
        "The function of the window is to let in light.",
        "See https://example.org/map?tree=oak&age=7 for all the trees of the garden, and for the paths between them.",
        "We use scripts and style sheets.",
        # A sentence that ends with "document" is no object of a page, though a sign stands near.
        'Orders end with the document. The list (see $5 and "fees": all of them) tells more; look at the window.',
        "",
    ],
)
def test_sentences_are_no_code(words: str) -> None:
    assert not forms.is_code(words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 guests", "15 guests"),
        ("Visits: 1,204", "Visits: 1,377"),
        ("Build 2024a", "Build 2025b"),
        ("Your address is 192.0.2.1", "Your address is 192.0.2.77"),
    ],
)
def test_counter_shows_another_figure(make_clause: MakeClause, old: str, new: str) -> None:
    assert forms.is_counter(read_wording(make_clause(old, new), None))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "12 guests"),
        ("There are 12 guests.", "There are 15 guests."),
        ("Entry 12 \u20ac", "Entry 15 \u20ac"),
        ("Open for 12 days", "Open for 15 days"),
        ("You have 12 guests", "You have 15 guests"),
        ("Guests under 12", "Guests under 15"),
        ("Tel. 030 1234", "Tel. 030 5678"),
        ("12 guests", "12 friends"),
        ("12 guests" + " came" * 16, "15 guests" + " came" * 16),
    ],
)
def test_figure_that_is_stated_is_no_counter(make_clause: MakeClause, old: str, new: str) -> None:
    assert not forms.is_counter(read_wording(make_clause(old, new), None))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("\u00a9 2023 Alder Garden", "\u00a9 2024 Alder Garden", True),
        ("Copyright 2023", "Copyright 2024", True),
        ("", "Alder Garden. All rights reserved.", True),
        ("Alle Rechte vorbehalten", "", True),
        ("\u00a9 2023 Alder Garden", "\u00a9 2023 Birch Garden", False),
        ("", "You keep the copyright. " + "We may show your photos to our guests at any time. " * 4, False),
        ("12 oaks", "15 oaks", False),
    ],
)
def test_copyright_line(make_clause: MakeClause, old: str, new: str, *, expected: bool) -> None:
    assert forms.is_copyright_line(read_wording(make_clause(old, new), None)) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "Was this page helpful?", True),
        ("3 days ago", "5 days ago", True),
        ("", "Skip to main content", True),
        ("", "Wird geladen", True),
        ("", "We may share your likes with our friends.", False),
        ("", "Was this page helpful? " + "We may show your photos to our guests at any time. " * 2, False),
    ],
)
def test_live_text(make_clause: MakeClause, old: str, new: str, *, expected: bool) -> None:
    assert forms.is_live_text(read_wording(make_clause(old, new), None)) is expected


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("We are updating our terms. Click here to read them.", "en", True),
        ("Our new terms will take effect on 3 May. Learn more.", "en", True),
        ("We have revised our privacy policy.", "en", True),
        ("Wir haben unsere Datenschutzhinweise aktualisiert. Hier lesen.", "de", True),
        ("Nous avons mis à jour nos conditions. Cliquez ici.", "fr", True),
        ("We have revised the paths of the garden.", "en", False),
        ("We may change these rules at any time.", "en", False),
        ("We are updating our terms. Click here to read them." + " Birds sing in the trees." * 20, "en", False),
    ],
)
def test_banner_says_that_the_rules_change(
    make_clause: MakeClause, words: str, language: str, *, expected: bool
) -> None:
    assert forms.is_banner(read_wording(make_clause("", words), language)) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("View previous versions", True),
        ("Download as PDF", True),
        ("Ältere Versionen", True),
        ("We keep older letters in a box", False),
        ("See the archived version, " + "in which we may share your letters with our friends, " * 3, False),
    ],
)
def test_edition_link(make_clause: MakeClause, words: str, *, expected: bool) -> None:
    assert forms.is_edition_link(read_wording(make_clause("", words), None)) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Contact us at 12 Elm Street, Oakham.", "Contact us at 14 Oak Street, Elmham.", True),
        ("Write to us: oak@example.org.", "Write to us: elm@example.com.", True),
        ("Phone: 030 1234-1.", "Phone: 030 5678-1.", True),
        ("Schreiben Sie an Alte Straße 12.", "Schreiben Sie an Alte Straße 14.", True),
        # Another person's words and another rule are no address.
        ("Contact us at 12 Elm Street.", "Contact us at 12 Elm Street, if you share data.", False),
        ("The oak is in 12 Elm Alley.", "The oak is in 14 Elm Alley.", False),
        ("", "Contact us at 12 Elm Street.", False),
        ("Contact us at 12 Elm Street.", "Contact us at 12 Elm Street" + ", or in the shade of the oak" * 12, False),
    ],
)
def test_contact_detail(make_clause: MakeClause, old: str, new: str, *, expected: bool) -> None:
    assert forms.is_contact_detail(read_wording(make_clause(old, new), None)) is expected


def _place(clause: ClauseChange, *, old: Sequence[int] = (), new: Sequence[int] = ()) -> ClauseChange:
    return replace(clause, old_clauses=tuple(old), new_clauses=tuple(new))


def _untitled(make_version: MakeVersion, listed: Listed) -> Version:
    """Return a version of one section whose title is no clause."""
    version = make_version((None, "Rules", listed))
    clauses = [replace(clause, index=place) for place, clause in enumerate(version.clauses[1:])]
    return replace(version, clauses=tuple(clauses))


def _added(make_clause: MakeClause, version: Version, places: Sequence[int]) -> list[ClauseChange]:
    return [_place(make_clause("", version.clauses[place].text, title=""), new=[place]) for place in places]


def _removed(make_clause: MakeClause, version: Version, places: Sequence[int]) -> list[ClauseChange]:
    return [_place(make_clause(version.clauses[place].text, "", title=""), old=[place]) for place in places]


@pytest.mark.parametrize("at_end", [False, True])
def test_menu_that_comes_or_goes_at_an_edge_is_chrome(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange, *, at_end: bool
) -> None:
    plain = _untitled(make_version, RULES)
    framed = _untitled(make_version, [*RULES, *MENU] if at_end else [*MENU, *RULES])
    places = range(2, 7) if at_end else range(5)
    for clauses, old, new in (
        (_added(make_clause, framed, places), plain, framed),
        (_removed(make_clause, framed, places), framed, plain),
    ):
        change = make_change(*clauses, old=old, new=new)
        around = Surroundings(change)
        assert all(around.is_chrome(clause) for clause in clauses)
        assert {verdict.kind for verdict in judge_change(change).clauses} == {"technical"}


def test_label_between_the_rules_is_no_chrome(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    new = _untitled(make_version, [RULES[0], ("item", "Birds of the week"), RULES[1]])
    (clause,) = _added(make_clause, new, [1])
    assert not Surroundings(make_change(clause, old=_untitled(make_version, RULES), new=new)).is_chrome(clause)


def test_rule_that_comes_at_the_end_is_no_chrome(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    new = _untitled(make_version, RULES)
    (clause,) = _added(make_clause, new, [1])
    assert not Surroundings(make_change(clause, old=_untitled(make_version, RULES[:1]), new=new)).is_chrome(clause)


def test_address_below_the_rules_is_no_chrome(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    new = _untitled(make_version, [*RULES, ("paragraph", "oak@example.org"), ("paragraph", "Walks")])
    address, label = _added(make_clause, new, [2, 3])
    around = Surroundings(make_change(address, label, old=_untitled(make_version, RULES), new=new))
    assert (around.is_chrome(address), around.is_chrome(label)) == (False, True)


def test_prose_of_a_language_without_cues_is_known_by_its_end(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    words = "Kokoamme kirjeet laatikkoon ja avaamme laatikon kerran vuodessa puutarhan vanhan tammen alla:"
    new = _untitled(make_version, [*RULES, ("paragraph", words)])
    (clause,) = _added(make_clause, new, [len(RULES)])
    change = make_change(clause, old=_untitled(make_version, RULES), new=new)
    assert Surroundings(change).is_chrome(clause)
    assert not Surroundings(change, has_cues=False).is_chrome(clause)


def test_heading_is_one_on_the_sides_on_which_it_stands(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    old = make_version(("1", "Letters", [("paragraph", "Letters of old")]))
    new = make_version(("1", "Letters of old", [("paragraph", "Letters of oak")]))
    both = _place(make_clause("1. Letters", "1. Letters of old"), old=[0], new=[0])
    turned = _place(make_clause("Letters of old", "1. Letters of old"), old=[1], new=[0])
    nowhere = make_clause("Letters", "Letters of old")
    around = Surroundings(make_change(both, turned, nowhere, old=old, new=new))
    assert [around.is_heading(clause) for clause in (both, turned, nowhere)] == [True, False, False]


def test_heading_that_runs_into_a_paragraph_is_told_by_its_title(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    new = make_version(("4", "Letters of old", [("paragraph", "We read.")]))
    joined = make_clause("We read.", "Letters of old 4 We read.")
    other = make_clause("We read.", "Letters of oak We read.")
    around = Surroundings(make_change(joined, other, old=make_version(), new=new))
    assert around.gains_heading(read_wording(joined, None))
    assert not around.gains_heading(read_wording(other, None))
    assert not around.gains_heading(read_wording(make_clause("", "Letters of old"), None))


def test_clause_that_is_only_cut_otherwise_repeats(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    old = _untitled(make_version, [("paragraph", f"{RULES[0][1]} {RULES[1][1]}")])
    new = _untitled(make_version, RULES)
    known = make_clause("", RULES[1][1])
    unknown = make_clause("", "You may never come to the garden again, at no hour.")
    short = make_clause("", "the garden at")
    around = Surroundings(make_change(known, unknown, short, old=old, new=new))
    assert [around.repeats(clause) for clause in (known, unknown, short)] == [True, False, False]
    assert not around.repeats(make_clause(RULES[1][1], f"{RULES[1][1]} Soon."))


def test_entry_of_a_table_of_contents_repeats_a_heading(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    listed: Listed = [("item", "4 Letters of old friends page 7"), *RULES]
    new = make_version(("4", "Letters of old friends", listed), ("5", "Walks", RULES))
    entry = _place(make_clause("", listed[0][1]), new=[1])
    heading = _place(make_clause("", "4. Letters of old friends"), new=[0])
    single = _place(make_clause("", "5 Walks in the garden"), new=[1])
    around = Surroundings(make_change(entry, heading, single, new=new))
    assert [around.repeats(clause) for clause in (entry, heading, single)] == [True, False, False]


def _sentences(count: int) -> list[str]:
    pairs = [divmod(place, 26) for place in range(count)]
    return [f"We keep letter {chr(97 + last) * 3} of the {chr(97 + first) * 4} box for all." for first, last in pairs]


def _recut(make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange, *, more: Listed = ()) -> Change:
    """Return a change in which another program cut the same sentences in the middle of words."""
    old = _untitled(make_version, [("paragraph", words) for words in _sentences(80)])
    new = _untitled(make_version, [*(("paragraph", words.replace("ette", "et te")) for words in _sentences(80)), *more])
    clauses = [_place(make_clause(old.clauses[place].text, new.clauses[place].text), old=[place], new=[place])
               for place in range(80)]  # fmt: skip
    return replace(make_change(*clauses, old=old, new=new), words_removed=80, words_added=160)


def test_same_letters_cut_otherwise_are_technical_as_a_whole(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    change = _recut(make_clause, make_version, make_change)
    assert Surroundings(change).is_recut
    assert judge_change(change).kind == "technical"


def test_other_letters_or_few_clauses_are_not_recut(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    longer = _recut(make_clause, make_version, make_change, more=RULES)
    assert not Surroundings(longer).is_recut
    few = _recut(make_clause, make_version, make_change)
    assert not Surroundings(replace(few, clauses=few.clauses[:19])).is_recut
    assert not Surroundings(replace(few, words_removed=1)).is_recut


def test_lead_in_is_looked_for_on_the_side_where_the_clause_stands(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    listed: Listed = [("paragraph", "We share data with:"), ("item", "banks")]
    version, empty = _untitled(make_version, listed), _untitled(make_version, [])
    came, went = _place(make_clause("", "banks"), new=[1]), _place(make_clause("banks", ""), old=[1])
    assert find_lead_in(make_change(came, old=empty, new=version), came) == "We share data with:"
    assert find_lead_in(make_change(went, old=version, new=empty), went) == "We share data with:"
    assert find_lead_in(make_change(came), make_clause("", "banks")) == ""


#: The clauses with their depths, and what leads in the last of them.
LEADS: Final[list[tuple[list[tuple[ClauseKind, int, str]], str]]] = [
    ([("paragraph", 0, "With:"), ("item", 0, "banks"), ("item", 0, "shops")], "With:"),
    # Without a colon, what is set in below a clause belongs to it.
    ([("paragraph", 0, "We share data"), ("item", 1, "with banks")], "We share data"),
    ([("paragraph", 0, "We share data."), ("paragraph", 0, "Banks lend.")], ""),
    ([("paragraph", 0, "With:"), ("heading", 0, "Banks"), ("item", 0, "shops")], ""),
    ([("row", 0, "Data"), ("item", 1, "shops")], ""),
    ([("paragraph", 0, "With:"), ("paragraph", 0, "Banks."), ("paragraph", 0, "Shops.")], ""),
]


@pytest.mark.parametrize(("listed", "expected"), LEADS)
def test_lead_in(
    make_clause: MakeClause,
    make_change: MakeChange,
    make_version: MakeVersion,
    listed: list[tuple[ClauseKind, int, str]],
    expected: str,
) -> None:
    clauses = [Clause(index=place, kind=kind, text=text, section=0, depth=depth)
               for place, (kind, depth, text) in enumerate(listed)]  # fmt: skip
    last = _place(make_clause("", clauses[-1].text), new=[len(clauses) - 1])
    change = make_change(last, new=replace(make_version(), clauses=tuple(clauses)))
    assert find_lead_in(change, last) == expected


def test_many_clauses_are_placed_in_linear_time(
    make_clause: MakeClause, make_version: MakeVersion, make_change: MakeChange
) -> None:
    new = _untitled(make_version, [*MENU, *RULES] * 600)
    clauses = _added(make_clause, new, range(len(new.clauses)))
    started = time.process_time()
    around = Surroundings(make_change(*clauses, new=new))
    for clause in clauses:
        around.is_chrome(clause)
        around.repeats(clause)
    # Processor time, far above what a linear reading takes on a slow machine.
    assert time.process_time() - started < 20
