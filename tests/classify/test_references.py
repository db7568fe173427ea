"""Which sections an entry of a change log names."""

from __future__ import annotations

import pytest

from tracker.classify.references import read_references
from tracker.model import Link, SectionRef


@pytest.mark.parametrize(
    ("entry", "numbers"),
    [
        ("Updated 1.4, 9.2 and 12 to renew the address", {"1.4", "9.2", "12"}),
        ("Clarified sections 6.1-6.3", {"6.1", "6.2", "6.3"}),
        ("Clarified 6.1 through 6.3, and section 8", {"6.1", "6.2", "6.3", "8"}),
        ("Sections 4, 5 and 8 were rewritten", {"4", "5", "8"}),
        ("Sections 4 to 6 were rewritten", {"4", "5", "6"}),
        ("\u00a7 4 und \u00a7\u00a7 7, 9 wurden angepasst", {"4", "7", "9"}),
        ("Ziffern 3.1 bis 3.3 erg\u00e4nzt", {"3.1", "3.2", "3.3"}),
        ("Modification des articles 2 et 5", {"2", "5"}),
        ("Section 4(b): letters are kept longer", {"4"}),
        ("Section K was added", {"K"}),
        ("Moved 3.3 to 3.6", {"3.3", "3.6"}),
        ("Described visits (6.2, 6.5).", {"6.2", "6.5"}),
        ("Letters are kept for 12 months and 3 days", set()),
        ("Added 9.2 and 12 partners", {"9.2"}),
        ("For the app of version 5.5", set()),
        ("Article 6 GDPR is cited, and Art. 13 of the Regulation", set()),
        ("Raised the fee by 4.5 % to $9.2", set()),
        ("Sections 1 to 900", {"1", "900"}),
    ],
)
def test_numbers_that_an_entry_names(entry: str, numbers: set[str]) -> None:
    assert read_references(entry).numbers == numbers


def test_a_part_above_is_named_but_not_by_the_number_of_a_chapter() -> None:
    references = read_references("Updated 6.5")
    assert references.names_part_above("6.5.1")
    assert not references.names_part_above("6.50")
    assert not read_references("Updated section 6").names_part_above("6.5")
    assert read_references("Updated section 6").names_chapter("6.5")
    assert not read_references("Updated 6.5").names_chapter("6.7")


def test_a_link_names_the_section_at_its_anchor() -> None:
    entry = "We say more on visits."
    references = read_references(entry, (Link(start=15, end=21, href="https://ferry.example/privacy#4-visits"),))
    assert references.names(SectionRef(number=None, title="", anchor="4-visits"))
    assert not references.names(SectionRef(number=None, title="", anchor="5-letters"))


@pytest.mark.parametrize(
    ("entry", "title", "is_named"),
    [
        ("We say more on logs of your visits.", "Logs of your visits", True),
        ("Added the section \u201cTimetables\u201d.", "Timetables", True),
        ("Letters to bots: see the Bot Messages section.", "Messages", False),
        ("We changed our privacy policy.", "Privacy Policy", False),
        ("We say more on catalogs of your visits.", "Logs of your visits", False),
    ],
)
def test_a_title_names_a_section_where_it_is_no_common_word(entry: str, title: str, *, is_named: bool) -> None:
    assert read_references(entry).names_title(title) is is_named
