"""What `tracker check` is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import CheckRow, check_report, load_folder


@pytest.fixture
def rows(write: Any, folder: Path) -> Any:
    """Load the given terms, and a history where one is given, and return the rows of the check."""

    def check(terms: Any, history: Any = None) -> tuple[CheckRow, ...]:
        write("Example.json", {"name": "Example", "terms": terms})
        if history is not None:
            write("Example.history.json", history)
        return check_report(load_folder(folder))

    return check


def test_a_right_declaration_is_ok_and_says_nothing(rows: Any, page: Any) -> None:
    (row,) = rows({"Privacy Policy": page | {"filter": [{"removeQueryParams": ["sid"]}]}})
    assert (str(row.document), row.status, row.details) == ("Example/Privacy Policy", "ok", ())


def test_a_filter_that_is_not_run_degrades_the_document_by_name(rows: Any, page: Any) -> None:
    (row,) = rows({"Privacy Policy": page | {"filter": ["cleanUrls", {"removeQueryParams": []}, "mend", "cleanUrls"]}})
    assert row.status == "degraded"
    assert row.filters == ("cleanUrls", "mend")
    assert "cleanUrls, mend" in row.details[0]


def test_client_scripts_are_a_note_and_no_degradation(rows: Any, page: Any) -> None:
    (row,) = rows({"Privacy Policy": page | {"executeClientScripts": True}})
    assert row.status == "ok"
    assert row.needs_browser
    assert "fetched without a browser" in row.details[0]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Privcy Policy", "did you mean 'Privacy Policy'"), ("privacy policy", "'Privacy Policy'"), ("Zzz", "refuse it")],
)
def test_a_name_that_is_not_open_terms_archives_is_noted_and_no_error(
    rows: Any, page: Any, name: str, hint: str
) -> None:
    (row,) = rows({name: page})
    assert row.status == "ok"
    assert hint in row.details[0]


def test_filters_of_former_declarations_are_named(rows: Any, page: Any) -> None:
    former = page | {"validUntil": "2024-01-01T00:00:00Z", "filter": ["mend"]}
    current, gone = rows({"Privacy Policy": page}, {"Privacy Policy": [former], "Imprint": [former]})
    assert current.status == "ok"
    assert "former declarations" in current.details[0]
    assert "mend" in current.details[0]
    assert str(gone.document) == "Example/Imprint"
    assert "no longer captured" in gone.details[0]
    assert "mend" in gone.details[1]


def test_each_error_has_a_row(rows: Any) -> None:
    (row,) = rows({"Privacy Policy": {"fetch": "https://example.org/"}})
    assert row.document is None
    assert row.status == "error"
    assert row.error is not None
    assert row.error.path == "terms.Privacy Policy.select"
    assert row.details == (str(row.error),)
