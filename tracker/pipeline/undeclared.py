"""What cannot be captured because its declaration is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from tracker.declarations import Loaded
from tracker.errors import DeclarationError
from tracker.model import DocumentKey, Failure

#: Stands for the terms types of a service whose file cannot be read at all.
ALL_TERMS: Final = "all documents"


def failures_of_declarations(loaded: Loaded, archived: Sequence[DocumentKey]) -> dict[DocumentKey, Failure]:
    """Return each document that cannot be captured as declared, with the first error that stands in its way.

    An error anywhere in a service's files leaves all its documents aside, so that those in the archive fail as well.
    """
    failures: dict[DocumentKey, Failure] = {}
    captured = {document.key for document in loaded.documents}
    for error in loaded.errors:
        failure = Failure(reason="bad-declaration", detail=str(error))
        service = _service_of(error)
        known = [key for key in archived if not key.vantage and key.service == service and key not in captured]
        terms = _terms_in(error.path)
        if terms is not None:
            known.insert(0, DocumentKey(service=service, terms_type=terms))
        elif not known:
            known.append(DocumentKey(service=service, terms_type=ALL_TERMS))
        for key in known:
            failures.setdefault(key, failure)
    return failures


def error_about(loaded: Loaded, names: Sequence[str]) -> DeclarationError | None:
    """Return the first error that keeps one of `names` (documents or services) from being declared; None without."""
    good = {document.key.service for document in loaded.documents}
    services = {name.partition("/")[0] for name in names} - good
    return next((error for error in loaded.errors if _service_of(error) in services), None)


def _service_of(error: DeclarationError) -> str:
    name = PurePath(error.file).name.removesuffix(".json").removesuffix(".history").removesuffix(".tracker")
    return name if _is_name(name) else "?"


def _terms_in(path: str) -> str | None:
    """Return the terms type that the dotted path of an error leads to, None where it leads to none."""
    head, dot, rest = path.partition(".")
    terms = rest.partition(".")[0]
    return terms if head == "terms" and dot and _is_name(terms) else None


def _is_name(text: str) -> bool:
    try:
        DocumentKey(service=text, terms_type=text)
    except ValueError:
        return False
    return True
