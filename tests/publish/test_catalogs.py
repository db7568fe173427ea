"""Where translated messages are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.config import list_languages
from tracker.errors import RenderError
from tracker.publish import load_catalog


def test_every_language_that_settings_may_name_has_a_catalog() -> None:
    told = {code: load_catalog(code).gettext("Timeline") for code in list_languages()}
    assert told["en"] == "Timeline"
    assert told["de"] == "Chronik"
    assert len(set(told.values())) == len(told)


def test_a_message_that_is_in_no_catalog_stays_english() -> None:
    assert load_catalog("de").gettext("No such message") == "No such message"


def test_a_message_in_doubt_is_not_told(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "fr.po").write_text(f'{head}#, fuzzy\nmsgid "Old"\nmsgstr "Vieux"\n\nmsgid "New"\nmsgstr "Neuf"\n')
    catalog = load_catalog("fr", folder=tmp_path)
    assert (catalog.gettext("Old"), catalog.gettext("New")) == ("Old", "Neuf")


def test_a_catalog_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"'fr' from .*fr\.po"):
        load_catalog("fr", folder=tmp_path)
    (tmp_path / "fr.po").write_text("no catalog at all\n")
    with pytest.raises(RenderError, match=r"'fr' from .*fr\.po"):
        load_catalog("fr", folder=tmp_path)
