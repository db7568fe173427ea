"""A document rebuilt from its provenance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.declarations import document_from_declaration, load_folder
from tracker.errors import DeclarationError
from tracker.model import Document, DocumentKey, Filter, Options, Range, Source

KEY = DocumentKey(service="Example", terms_type="Privacy Policy")

SELECTORS = st.sampled_from(["main", "a[href^='/x']", ":is(h1, h2):has(> a)"]) | st.builds(
    Range, start_before=st.just("#a"), end_after=st.just("#b")
) | st.builds(Range, start_after=st.just("#a"), end_before=st.just("#b"))  # fmt: skip
FILTERS = st.builds(
    Filter, name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=9),
    parameters=st.lists(st.text(st.characters(codec="utf-8"), max_size=9), max_size=3).map(tuple),
)  # fmt: skip
SOURCES = st.builds(
    Source,
    url=st.sampled_from(["https://example.org/a", "http://127.0.0.1:8000/b?c=d#e", "https://example.org/terms.pdf"]),
    select=st.lists(SELECTORS, max_size=3).map(tuple),
    remove=st.lists(SELECTORS, max_size=3).map(tuple),
    filters=st.lists(FILTERS, max_size=3).map(tuple),
    execute_client_scripts=st.booleans(),
)


@given(sources=st.lists(SOURCES, min_size=1, max_size=3).map(tuple))
def test_a_document_survives_its_provenance_exactly(sources: tuple[Source, ...]) -> None:
    options = Options(language="en", headers=(("Accept-Language", "en"),), min_length=3)
    document = Document(key=KEY, service_name="The Example", sources=sources, options=options)
    kept = json.loads(json.dumps(document.declaration()))
    assert document_from_declaration(KEY, "The Example", kept, options) == document


@pytest.mark.shared
def test_every_real_declaration_survives_its_provenance_exactly(shared_data: Path) -> None:
    loaded = load_folder(shared_data / "ota" / "declarations")
    for document in loaded.documents:
        again = document_from_declaration(document.key, document.service_name, document.declaration(), document.options)
        assert again == document


@pytest.mark.parametrize(
    "declared",
    [{}, {"fetch": 3}, {"combine": []}, {"fetch": "https://example.org/", "select": ["a"], "url": "x"}, {"\x1b": 1}],
)
def test_a_provenance_of_another_shape_is_an_error_that_names_the_document(declared: Any) -> None:
    with pytest.raises(DeclarationError, match="Example/Privacy Policy") as raised:
        document_from_declaration(KEY, "Example", declared, Options())
    assert str(raised.value).isprintable()
