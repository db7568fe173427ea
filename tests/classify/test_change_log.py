"""Where a policy's change log stands, and what is none."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tracker.classify import find_log
from tracker.model import Version

MakeVersion = Callable[..., Version]


def _entries(version: Version) -> list[tuple[str | None, str]]:
    log = find_log(version)
    return [(entry.date, entry.text) for entry in log.entries] if log else []


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (("item", "June 2023 - Added 3.1."), ("June 2023", "Added 3.1.")),
        (("item", "2023-06-01: letters are kept longer"), ("2023-06-01", "letters are kept longer")),
        (("paragraph", "[2023-06-01] Letters are kept longer."), ("2023-06-01", "Letters are kept longer.")),
        (("row", "Version 2.1 1.6.2023 Letters are kept longer"), ("1.6.2023", "Letters are kept longer")),
        (
            ("item", "On 1 June 2023, we clarified who reads letters."),
            ("1 June 2023", "we clarified who reads letters."),
        ),
        (("item", "Added who reads letters (June 2023)"), ("June 2023", "Added who reads letters")),
        (("item", "4 June 2024: Minor updates"), ("4 June 2024", "Minor updates")),
    ],
)
def test_date_and_entry_share_a_line(make_version: MakeVersion, line: tuple[str, str], entry: tuple[str, str]) -> None:
    assert _entries(make_version(("9", "Changes to this policy", [line]))) == [entry]


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Summary of changes", "en"),
        ("What's new in this policy", "en"),
        ("Key changes", "en"),
        ("\u00dcberblick der \u00c4nderungen", "de"),
        ("Historique des modifications", "fr"),
    ],
)
def test_entries_of_a_summary_of_changes_need_no_date(make_version: MakeVersion, title: str, language: str) -> None:
    items = {"en": "Added who reads letters.", "de": "Erg\u00e4nzt, wer Briefe liest.", "fr": "Ajout des lettres lues."}
    version = make_version((None, title, [("paragraph", "We may update this policy."), ("item", items[language])]))
    assert _entries(version) == [(None, items[language])]


def test_a_paragraph_may_be_the_title_of_a_log(make_version: MakeVersion) -> None:
    version = make_version(
        (None, "Fares", [("paragraph", "Summary of changes:"), ("item", "Added a fare."), ("paragraph", "Fares rise.")])
    )
    assert _entries(version) == [(None, "Added a fare.")]


def test_update_notes_with_a_date_open_a_log(make_version: MakeVersion) -> None:
    notes = [("paragraph", "Update notes (2 August 2024):"), ("paragraph", "Updates on who reads letters.")]
    assert _entries(make_version(("9", "Changes to this statement", notes))) == [
        ("2 August 2024", "Updates on who reads letters.")
    ]


def test_dated_headings_go_on_with_the_log_before_them(make_version: MakeVersion) -> None:
    version = make_version(
        (None, "Changes to this policy", [("paragraph", "Here they are.")]),
        (None, "1 June 2024", [("item", "Added 3.1.")]),
        (None, "Letters", [("item", "Added to the pile.")]),
    )
    assert _entries(version) == [("1 June 2024", "Added 3.1.")]


def test_a_note_at_the_top_is_an_entry_where_it_says_what_changed(make_version: MakeVersion) -> None:
    told = "We updated this policy on 3 May 2024 to explain how ferries count passengers."
    version = make_version((None, "Ferries", [("paragraph", f"{told} It applies to all.")]))
    log = find_log(version)
    assert _entries(version) == [("3 May 2024", told)]
    # The clause says more than the note: it is no entry of the log alone.
    assert log is not None
    assert log.clauses == frozenset()


@pytest.mark.parametrize(
    "words",
    [
        "We have updated our Privacy Policy.",
        "We updated the Privacy Policy of the Ferry Company. Visit the harbour for more.",
        "When we change this policy, we will post the updated terms to explain what differs here.",
        "The date above tells when this policy was last updated.",
    ],
)
def test_a_note_that_names_no_change_makes_no_log(make_version: MakeVersion, words: str) -> None:
    assert find_log(make_version((None, "Ferries", [("paragraph", words)]))) is None


@pytest.mark.parametrize(
    ("title", "clauses"),
    [
        ("Changes to this policy", [("paragraph", "Last updated: 3 May 2024"), ("paragraph", "Write to the harbour.")]),
        ("Changes to this policy", [("paragraph", "Last updated: 3 May 2024"), ("item", "Home"), ("item", "Contact")]),
        ("Changes to this policy", [("paragraph", "Last modified 3 May 2024. Earlier versions are in the archive.")]),
        ("Changes to this policy", [("item", "Updated May 2024"), ("item", "\u00a9 2024 The Ferry Company")]),
        ("Previous versions", [("item", "January 2024"), ("item", "May 2023"), ("item", "1 May 2022: PDF")]),
        ("Latest harbour updates", [("paragraph", "3 May 2024"), ("item", "A ferry sank.")]),
        ("How to change your seat", [("paragraph", "3 May 2024"), ("item", "Ask the captain.")]),
        ("What's new", [("item", "Flights to the island"), ("item", "Have the terms changed for you?")]),
    ],
)
def test_what_is_no_log(make_version: MakeVersion, title: str, clauses: list[tuple[str, str]]) -> None:
    assert find_log(make_version((None, title, clauses))) is None


def test_an_entry_without_a_word_on_what_changed_is_general(make_version: MakeVersion) -> None:
    version = make_version(
        (
            "9",
            "Change log",
            [
                ("item", "4 June 2024: We made minor changes to this policy for clarity."),
                ("item", "3 May 2024: Wir haben die Datenschutzerkl\u00e4rung redaktionell \u00fcberarbeitet."),
                ("item", "2 May 2024: Nous avons mis \u00e0 jour notre politique."),
                ("item", "1 May 2024: Letters are kept longer."),
                ("item", "1 April 2024: Updated 4."),
            ],
        )
    )
    log = find_log(version)
    assert log is not None
    assert [entry.is_general for entry in log.entries] == [True, True, True, False, False]


def test_hostile_text_is_read_in_time_that_grows_with_its_length(make_version: MakeVersion) -> None:
    """Each of these once made some pattern somewhere go back over what it had read."""
    bad = [
        "May " * 20_000,
        "1." * 40_000,
        "2024-" * 20_000,
        "section 1-" * 10_000,
        "((((" * 20_000,
        "we updated " * 8_000,
    ]
    version = make_version(("1", "Changes", [("paragraph", f"2024 {words}") for words in bad]))
    began = time.perf_counter()
    find_log(version)
    assert time.perf_counter() - began < 5
