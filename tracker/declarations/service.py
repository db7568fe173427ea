"""The three files of one service, as JSON values, to what they declare and what is wrong with them.

Belongs here: rules inside a file and between the files of a service. Does not belong here: finding and reading files
(`load.py`), and the shape of a single entry (`schema.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Final, TypeAlias

from tracker.declarations.documents import faults_of_sources, options_of, sources_of
from tracker.declarations.reading import Fault, printable
from tracker.declarations.schema import (
    MOST_FORMER,
    MOST_TERMS,
    EntryModel,
    FormerCombinedModel,
    FormerSourceModel,
    OptionsModel,
    ServiceModel,
    read_entry,
    read_model,
)
from tracker.model import DocumentKey, JsonValue, Options, Source, parse_instant

#: Characters that some file system does not take in names, and those that the archive's paths give a meaning: a colon
#: ends the name of a vantage, ` #` starts the name of a source.
_ILLEGAL_IN_NAMES = re.compile(r'[\\:"<>|*?/\x00-\x1f\x7f]| #')
_RESERVED_SERVICES: Final = frozenset({"vantages"})

#: By terms type: the last instant at which each former declaration held and its sources, oldest first.
History: TypeAlias = dict[str, tuple[tuple[datetime, tuple[Source, ...]], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What `<Service>.json` says."""

    name: str = ""
    """The service's name as people write it; `""` where the file states none."""
    terms: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    """The sources of each terms type whose entry is right, as declared."""
    terms_types: tuple[str, ...] = ()
    """All terms types, those with a wrong entry included."""


def read_declaration(value: JsonValue) -> tuple[Declared, list[Fault]]:
    """Return what `<Service>.json` says, and what is wrong with it."""
    model, faults = read_model(ServiceModel, value, ())
    terms = value.get("terms") if isinstance(value, Mapping) else None
    if not isinstance(terms, Mapping) or len(terms) > MOST_TERMS:
        return Declared(), faults
    declared: dict[str, tuple[Source, ...]] = {}
    alike: dict[str, str] = {}
    for name, item in terms.items():
        path = ("terms", name)
        faults += (Fault(path, cause) for cause in causes_against_terms_type(name))
        other = alike.setdefault(fold_name(name), name)
        if other != name:
            cause = f"the terms type equals {printable(other)!r} but for case or Unicode normalisation"
            faults.append(Fault(path, cause))
        entry, wrong = read_entry(item, path, former=False)
        faults += wrong
        if entry is not None:
            declared[name] = sources_of(entry)
            faults += faults_of_sources(declared[name], path)
    return Declared(name=model.name if model else "", terms=declared, terms_types=tuple(terms)), faults


def read_options(value: JsonValue, terms_types: Collection[str]) -> tuple[dict[str, Options], list[Fault]]:
    """Return the options that `<Service>.tracker.json` gives by terms type, and what is wrong with them."""
    if not isinstance(value, Mapping):
        return {}, [Fault((), 'the file must hold an object: { "<Terms Type>": { … } }')]
    options: dict[str, Options] = {}
    faults: list[Fault] = []
    for name, item in value.items():
        if name not in terms_types:
            near = get_close_matches(name, terms_types, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            faults.append(Fault((name,), f"the declaration has no such terms type{hint}"))
        model, wrong = read_model(OptionsModel, item, (name,))
        faults += wrong
        if model is not None:
            options[name] = options_of(model)
    return options, faults


def read_history(value: JsonValue) -> tuple[History, list[Fault]]:
    """Return what `<Service>.history.json` gives, and what is wrong with it.

    Entries are ordered by their ends whatever their order in the file; of two that ended at the same instant (an entry
    written twice occurs) the first in the file comes first.
    """
    if not isinstance(value, Mapping):
        return {}, [Fault((), 'the file must hold an object: { "<Terms Type>": [ … ] }')]
    faults: list[Fault] = []
    if len(value) > MOST_TERMS:
        return {}, [Fault((), f"more than {MOST_TERMS} terms types")]
    history: History = {}
    for name, items in value.items():
        faults += (Fault((name,), cause) for cause in causes_against_terms_type(name))
        if not isinstance(items, list) or len(items) > MOST_FORMER:
            faults.append(Fault((name,), f"this must be a list of at most {MOST_FORMER:,} former declarations"))
            continue
        former: list[tuple[datetime, tuple[Source, ...]]] = []
        for index, item in enumerate(items):
            entry, wrong = read_entry(item, (name, index), former=True)
            faults += wrong
            if entry is not None:
                former.append((_end_of(entry), sources_of(entry)))
                faults += faults_of_sources(former[-1][1], (name, index))
        history[name] = tuple(sorted(former, key=lambda pair: pair[0]))
    return history, faults


def causes_against_service(service: str) -> list[str]:
    """Return why `service` cannot be a service's id, empty where it can."""
    if fold_name(service) in _RESERVED_SERVICES:
        return [f"no service can be called {service!r}: the archive keeps imported collections there"]
    return _causes_against_name(service) or _causes_against_key(service, "Terms")


def causes_against_terms_type(terms_type: str) -> list[str]:
    """Return why `terms_type` cannot name a document, empty where it can. It need not be Open Terms Archive's."""
    return _causes_against_name(terms_type) or _causes_against_key("Service", terms_type)


def fold_name(name: str) -> str:
    """Return the form under which a file system may take two names for one (HFS+, APFS, NTFS)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _causes_against_name(name: str) -> list[str]:
    found = _ILLEGAL_IN_NAMES.search(name)
    return [f"a name cannot hold {found.group()!r}: it becomes a file name in the archive"] if found else []


def _causes_against_key(service: str, terms_type: str) -> list[str]:
    try:
        DocumentKey(service=service, terms_type=terms_type)
    except ValueError as error:
        return [str(error)]
    return []


def _end_of(entry: EntryModel) -> datetime:
    if not isinstance(entry, FormerSourceModel | FormerCombinedModel):
        raise TypeError("a former declaration has validUntil")
    return parse_instant(entry.valid_until)
