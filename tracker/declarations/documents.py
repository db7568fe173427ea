"""From the shape of a declaration to what it means: sources and documents.

Belongs here: how a child of `combine` takes over what the document says, and how a document is rebuilt from its
provenance. Does not belong here: files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from tracker.declarations.reading import Fault, printable
from tracker.declarations.schema import (
    CombinedModel,
    EntryModel,
    ExtractModel,
    FilterModel,
    OptionsModel,
    RangeModel,
    SelectorModel,
    SelectorsModel,
    SourceModel,
    is_pdf,
    read_model,
)
from tracker.errors import DeclarationError
from tracker.model import Document, DocumentKey, Filter, JsonValue, Options, Range, Selector, Source


def document_from_declaration(
    key: DocumentKey, service_name: str, declared: dict[str, JsonValue], options: Options
) -> Document:
    """Return the document whose `Document.declaration()` is `declared`: the provenance of a version, read back.

    `document_from_declaration(d.key, d.service_name, d.declaration(), d.options)` equals `d`, but for `valid_until`,
    which provenance does not keep.

    Raises:
        DeclarationError: If `declared` has not the shape of a declaration.
    """
    model: type[EntryModel] = CombinedModel if "combine" in declared else SourceModel
    entry, faults = read_model(model, declared, ("declaration",))
    if entry is None:
        first, *rest = faults
        more = f"; and {len(rest)} more errors" if rest else ""
        where = ".".join(str(part) for part in first.path)
        raise DeclarationError(
            file="", path=printable(where), cause=printable(f"the provenance of {key} is wrong: {first.cause}{more}")
        )
    return Document(key=key, service_name=service_name, sources=sources_of(entry), options=options)


def sources_of(entry: EntryModel) -> tuple[Source, ...]:
    """Return the sources of a declaration, in order; in `combine` a child's key overrides the document's."""
    if isinstance(entry, SourceModel):
        return (_source(entry, entry),)
    return tuple(_source(child, entry) for child in entry.combine)


def faults_of_sources(sources: Sequence[Source], path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Yield a fault for each source of a combined document whose snapshot would overwrite that of another.

    The archive names such snapshots by the path of the URL (DESIGN, section 5).
    """
    if len(sources) == 1:
        return
    places: dict[str, int] = {}
    for index, source in enumerate(sources):
        other = places.setdefault(source.slug.casefold(), index)
        if other != index:
            cause = f"the address has the same path as that of combine.{other}, so their snapshots would share a name"
            yield Fault((*path, "combine", index, "fetch"), cause)


def options_of(model: OptionsModel) -> Options:
    """Return the options that `model` states."""
    return Options(
        language=model.language,
        headers=tuple(model.headers.items()),
        variant=model.variant,
        min_length=model.min_length,
        notes=model.notes,
    )


def _source(page: SourceModel, document: ExtractModel) -> Source:
    # What a combined document says of its pages says nothing about a PDF among them: that is taken whole.
    whole = is_pdf(page.fetch)

    def holder(key: str) -> ExtractModel:
        return page if whole or key in page.model_fields_set else document

    return Source(
        url=page.fetch,
        select=_selectors(holder("select").select),
        remove=_selectors(holder("remove").remove),
        filters=tuple(item for declared in holder("filter").filter for item in _filters(declared)),
        execute_client_scripts=holder("execute_client_scripts").execute_client_scripts,
    )


def _selectors(declared: SelectorsModel) -> tuple[Selector, ...]:
    return tuple(_selector(item) for item in (declared if isinstance(declared, list) else [declared]))


def _selector(declared: SelectorModel) -> Selector:
    if isinstance(declared, RangeModel):
        return Range(
            start_before=declared.start_before or None,
            start_after=declared.start_after or None,
            end_before=declared.end_before or None,
            end_after=declared.end_after or None,
        )
    return declared


def _filters(declared: FilterModel) -> Iterator[Filter]:
    if isinstance(declared, str):
        yield Filter(name=declared)
        return
    for name, parameters in declared.items():
        listed = parameters if isinstance(parameters, list) else [parameters]
        yield Filter(name=name, parameters=tuple(_parameter(item) for item in listed))


def _parameter(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
