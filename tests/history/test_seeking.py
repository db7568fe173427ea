"""Which clauses somebody means."""

from __future__ import annotations

import pytest

from tests.history.lineage_stories import follow, line_of
from tracker.errors import UsageError
from tracker.history import find_lines, find_sections
from tracker.model import Lineage

LOFTS = "Letters rest in a cedar loft until a bird is free to carry them onward."
TOWERS = "Every tower keeps a book of the birds that land upon its northern sill."
NAMES = "The keeper asks your name and the colour of your door before a letter leaves."


@pytest.fixture(scope="module")
def lineage() -> Lineage:
    """Section 3.2 moves to 4, and its number goes to another."""
    head = f"# Courier\n\nThe rules of Courier.\n\n## 3. Things we keep\n\n### 3.1. Doors\n\n{NAMES}\n\n"
    return follow(
        f'{head}### <a id="lofts"></a>3.2. Lofts\n\n{LOFTS}\n'.replace('<a id="lofts"></a>', "[](#lofts)"),
        f"{head}## [](#lofts)4. Lofts\n\n{LOFTS}\n",
        f"{head}### 3.2. Wax\n\n{TOWERS}\n\n## [](#lofts)4. Lofts\n\n{LOFTS}\n",
    )


def test_a_number_that_was_given_away_names_two_sections_that_share_no_clause(lineage: Lineage) -> None:
    old, new = find_sections(lineage, "3.2")
    assert (old.section.title, old.first_seen, old.last_seen, old.is_current) == (
        "Lofts", lineage.records[0], lineage.records[0], False,
    )  # fmt: skip
    assert (new.section.title, new.first_seen, new.last_seen, new.is_current) == (
        "Wax", lineage.records[2], lineage.records[2], True,
    )  # fmt: skip
    assert [line.text for line in old.lines] == ["4. Lofts", LOFTS]
    assert [line.text for line in new.lines] == ["3.2. Wax", TOWERS]


@pytest.mark.parametrize("asked", ["Lofts", "LOFTS", "4. Lofts", "4 lofts", "#lofts", "lofts"])
def test_a_title_or_anchor_follows_the_section_through_its_numbers(lineage: Lineage, asked: str) -> None:
    (life,) = find_sections(lineage, asked)
    assert (life.section.number, life.is_current) == ("4", True)
    assert life.lines[-1].text == LOFTS


@pytest.mark.parametrize("asked", ["3.1", "3.1.", "\u00a73.1", "\u00a7 3.1", " 3.1 "])
def test_a_number_may_be_written_in_several_ways(lineage: Lineage, asked: str) -> None:
    (life,) = find_sections(lineage, asked)
    assert [line.text for line in life.lines] == ["3.1. Doors", NAMES]


def test_a_clause_is_found_by_its_id_and_by_words_of_any_case(lineage: Lineage) -> None:
    line = line_of(lineage, TOWERS)
    assert find_lines(lineage, line.id) == (line,)
    assert find_lines(lineage, "LAND upon its  northern") == (line,)
    assert find_sections(lineage, line.id) == ()


def test_words_of_several_clauses_are_refused_with_their_ids(lineage: Lineage) -> None:
    with pytest.raises(UsageError) as caught:
        find_lines(lineage, "letter")
    assert line_of(lineage, LOFTS).id in str(caught.value)
    assert "2 clauses" in str(caught.value)


def test_what_names_nothing_is_refused_with_near_choices(lineage: Lineage) -> None:
    with pytest.raises(UsageError, match=r"near are: .*3\.2 Wax"):
        find_lines(lineage, "3.22")
    with pytest.raises(UsageError, match=r"near are: .*Lofts"):
        find_lines(lineage, "Loft rules")


@pytest.mark.parametrize("asked", ["", "  ", "#", "\u200b"])
def test_nothing_names_nothing(lineage: Lineage, asked: str) -> None:
    assert find_sections(lineage, asked) == ()
    with pytest.raises(UsageError):
        find_lines(lineage, asked)


def test_the_front_of_a_document_is_found_by_its_title(lineage: Lineage) -> None:
    (life,) = find_sections(lineage, "Courier")
    assert [line.text for line in life.lines] == ["Courier", "The rules of Courier."]
