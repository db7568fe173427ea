"""Reading a folder of declarations: every good service, and every error of the others.

Belongs here: which files make a service, rules between services, and which declaration holds at an instant. A service
whose `<Service>.json` or `<Service>.tracker.json` is wrong contributes no document: capturing it without the options
that its owner wrote would weaken the checks on it. A wrong `<Service>.history.json` costs the history alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from tracker.declarations.reading import Fault, errors_of, printable, read_json
from tracker.declarations.service import (
    Declared,
    History,
    causes_against_service,
    fold_name,
    read_declaration,
    read_history,
    read_options,
)
from tracker.errors import DeclarationError
from tracker.model import Document, DocumentKey, JsonValue, Options, Source

_HISTORY: Final = ".history"
_TRACKER: Final = ".tracker"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a set of declaration files says, and what is wrong with them."""

    documents: tuple[Document, ...]
    """The declarations in force, ordered by service, then as declared."""
    history: Mapping[DocumentKey, tuple[Document, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Former declarations by document, oldest first, each with its `valid_until`."""
    errors: tuple[DeclarationError, ...] = ()
    """Paths that are no declaration files first; then by service, file and place in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The files of one service that exist or were asked for."""

    service: str
    declaration: Path | None
    history: Path | None
    tracker: Path | None

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for path in (self.declaration, self.history, self.tracker) if path is not None)


def load_folder(folder: Path) -> Loaded:
    """Return everything that the declaration files in `folder` say; folders below it are not read.

    Files whose name starts with a dot and files that do not end in `.json` (filters, notes) are no declarations.

    Raises:
        DeclarationError: If `folder` is missing, cannot be read or holds no declaration at all.
    """
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        cause = f"the folder of declarations cannot be read: {error.strerror}; 'tracker init' makes one"
        raise DeclarationError(file=str(folder), path="", cause=cause) from error
    paths = [path for path in found if path.suffix == ".json" and not path.name.startswith(".")]
    if not paths:
        cause = "the folder holds no declaration; 'tracker add URL' writes one"
        raise DeclarationError(file=str(folder), path="", cause=cause)
    return load_files(paths)


def load_files(paths: Sequence[Path]) -> Loaded:
    """Return everything that the services named by `paths` declare.

    A service is read whole: files of the same service that stand beside a named one are read with it.

    Raises:
        DeclarationError: If `paths` is empty.
    """
    if not paths:
        raise DeclarationError(file="", path="", cause="no declaration is given")
    services, errors = _group(paths)
    documents: list[Document] = []
    history: dict[DocumentKey, tuple[Document, ...]] = {}
    refused = _causes_against_services(services)
    for index, files in enumerate(services):
        if index in refused:
            errors += errors_of([Fault((), refused[index])], file=str(files.paths[0]), service=files.service)
            continue
        service = _read_service(files)
        documents += service.documents
        history |= service.history
        errors += service.errors
    return Loaded(documents=tuple(documents), history=MappingProxyType(history), errors=tuple(errors))


def document_on(loaded: Loaded, key: DocumentKey, instant: datetime) -> Document | None:
    """Return the declaration of `key` that held at `instant` (aware), None where none did.

    A former declaration holds up to and including its `valid_until`; where several do, the one that ended first. After
    the last of them the current one holds.

    Raises:
        DeclarationError: If the service's history file has errors, so that nobody knows what held.
    """
    for error in loaded.errors:
        if Path(error.file).name == printable(f"{key.service}{_HISTORY}.json"):
            raise error
    for former in loaded.history.get(key, ()):
        if former.valid_until is not None and instant <= former.valid_until:
            return former
    return next((document for document in loaded.documents if document.key == key), None)


def _group(paths: Iterable[Path]) -> tuple[list[_Files], list[DeclarationError]]:
    """Return the services that `paths` name, ordered by id, and an error for each path that names none."""
    named: dict[tuple[str, Path], set[Path]] = defaultdict(set)
    errors: list[DeclarationError] = []
    for path in paths:
        stem = path.name.removesuffix(".json")
        service = stem.removesuffix(_HISTORY) if stem.endswith(_HISTORY) else stem.removesuffix(_TRACKER)
        if stem == path.name or not service:
            cause = "a declaration is called <Service>.json, <Service>.history.json or <Service>.tracker.json"
            errors += errors_of([Fault((), cause)], file=str(path), service=service)
        else:
            named[service, path.parent].add(path)
    return [_files_of(service, folder, known) for (service, folder), known in sorted(named.items())], errors


def _files_of(service: str, folder: Path, known: set[Path]) -> _Files:
    def present(kind: str) -> Path | None:
        path = folder / f"{service}{kind}.json"
        return path if path in known or path.exists() else None

    return _Files(service=service, declaration=present(""), history=present(_HISTORY), tracker=present(_TRACKER))


def _causes_against_services(services: Sequence[_Files]) -> dict[int, str]:
    """Return, by index, why a service cannot be loaded at all."""
    alike: dict[str, list[int]] = defaultdict(list)
    causes: dict[int, str] = {}
    for index, files in enumerate(services):
        alike[fold_name(files.service)].append(index)
        wrong = causes_against_service(files.service)
        if wrong:
            causes[index] = wrong[0]
        elif files.declaration is None:
            causes[index] = f"there is no {files.service}.json beside it"
    for indices in (indices for indices in alike.values() if len(indices) > 1):
        for index in indices:
            others = ", ".join(str(services[other].paths[0]) for other in indices if other != index)
            causes[index] = f"the id is the same but for case or Unicode normalisation, or folder, as that of {others}"
    return causes


def _read_service(files: _Files) -> Loaded:
    service = files.service
    declared, errors = _read(files.declaration, service, read_declaration, Declared())
    options, wrong_options = _read(
        files.tracker, service, lambda value: read_options(value, declared.terms_types), dict[str, Options]()
    )
    former, wrong_history = _read(files.history, service, read_history, History())

    def document(terms_type: str, sources: tuple[Source, ...], valid_until: datetime | None = None) -> Document:
        return Document(
            key=DocumentKey(service=service, terms_type=terms_type),
            service_name=declared.name or service,
            sources=sources,
            options=options.get(terms_type, Options()),
            valid_until=valid_until,
        )

    errors += wrong_options
    good = () if errors else declared.terms.items()
    past = () if errors or wrong_history else former.items()
    history = (tuple(document(name, sources, end) for end, sources in entries) for name, entries in past)
    return Loaded(
        documents=tuple(document(name, sources) for name, sources in good),
        history={documents[0].key: documents for documents in history if documents},
        errors=errors + wrong_history,
    )


def _read(
    path: Path | None, service: str, interpret: Callable[[JsonValue], tuple[_Read, list[Fault]]], absent: _Read
) -> tuple[_Read, tuple[DeclarationError, ...]]:
    """Return what the file at `path` says, `absent` where there is none or it cannot be read, and its errors."""
    if path is None:
        return absent, ()
    value, unreadable = read_json(path)
    if unreadable:
        return absent, errors_of(unreadable, file=str(path), service=service)
    said, wrong = interpret(value)
    return said, errors_of(wrong, file=str(path), service=service)
