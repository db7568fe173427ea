"""The real declarations of Open Terms Archive, where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.declarations import KNOWN_TERMS_TYPES, Loaded, check_report, load_files, load_folder
from tracker.model import BUILT_IN_FILTERS

pytestmark = pytest.mark.shared


@pytest.fixture
def real(shared_data: Path) -> Path:
    return shared_data / "ota" / "declarations"


@pytest.fixture
def loaded(real: Path) -> Loaded:
    return load_folder(real)


def raw_files(real: Path, *, history: bool) -> dict[str, Any]:
    suffix = ".history.json" if history else ".json"
    files = [path for path in real.glob("*.json") if path.name.endswith(".history.json") == history]
    return {path.name.removesuffix(suffix): json.loads(path.read_bytes()) for path in files}


def test_all_declarations_and_histories_load_without_an_error(loaded: Loaded, real: Path) -> None:
    declarations, histories = raw_files(real, history=False), raw_files(real, history=True)
    assert (len(declarations), len(histories)) == (41, 24)
    assert loaded.errors == ()
    stated = {(service, name) for service, content in declarations.items() for name in content["terms"]}
    assert {(document.key.service, document.key.terms_type) for document in loaded.documents} == stated
    former = sum(len(entries) for content in histories.values() for entries in content.values())
    assert sum(len(documents) for documents in loaded.history.values()) == former == 112


def test_a_file_loads_alone_as_it_does_in_its_folder(loaded: Loaded, real: Path) -> None:
    alone = load_files([real / "Airbnb.json"])
    assert alone.documents == tuple(document for document in loaded.documents if document.key.service == "Airbnb")
    assert set(alone.history) == {key for key in loaded.history if key.service == "Airbnb"}


def test_every_document_with_a_filter_of_its_own_is_degraded_by_its_name(loaded: Loaded, real: Path) -> None:
    expected: dict[str, set[str]] = {}
    for service, content in raw_files(real, history=False).items():
        for name, entry in content["terms"].items():
            pages = [entry, *entry.get("combine", [])]
            called = [item for page in pages for item in page.get("filter", [])]
            names = {key for item in called for key in (item if isinstance(item, dict) else [item])}
            if names - BUILT_IN_FILTERS:
                expected[f"{service}/{name}"] = names - BUILT_IN_FILTERS
    rows = [row for row in check_report(loaded) if row.status == "degraded"]
    assert {str(row.document): set(row.filters) for row in rows} == expected
    assert len(expected) == 21
    for row in rows:
        assert all(name in " ".join(row.details) for name in row.filters)


def test_every_document_that_wants_a_browser_says_so(loaded: Loaded, real: Path) -> None:
    rows = [row for row in check_report(loaded) if row.needs_browser]
    stated = json.dumps(raw_files(real, history=False)).count('"executeClientScripts": true')
    assert 0 < len(rows) <= stated
    assert all("fetched without a browser" in " ".join(row.details) for row in rows)


def test_every_real_terms_type_is_a_known_one(loaded: Loaded) -> None:
    assert {document.key.terms_type for document in loaded.documents} <= set(KNOWN_TERMS_TYPES)
