"""What `tracker check` says of each declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tracker.declarations.load import Loaded
from tracker.declarations.terms_types import hint_for_terms_type
from tracker.errors import DeclarationError
from tracker.model import Document, DocumentKey

CheckStatus: TypeAlias = Literal["ok", "degraded", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One document, or one error."""

    document: DocumentKey | None
    """None for an error, which says its file and place itself."""
    status: CheckStatus
    filters: tuple[str, ...] = ()
    """Names of the filters that the current declaration asks for and that are not run, in order."""
    needs_browser: bool = False
    """Whether the declaration asks for the page's scripts to run; it is fetched without a browser all the same."""
    details: tuple[str, ...] = ()
    """Sentences for people: what is wrong, left out or unusual."""
    error: DeclarationError | None = None


def check_report(loaded: Loaded) -> tuple[CheckRow, ...]:
    """Return a row for each document, current ones first, then those with a history alone, then one for each error."""
    rows = [_row_of(document, loaded.history.get(document.key, ())) for document in loaded.documents]
    current = {document.key for document in loaded.documents}
    rows += [
        _row_of_former(key, former) for key, former in sorted(loaded.history.items()) if former and key not in current
    ]
    rows += [CheckRow(document=None, status="error", details=(str(error),), error=error) for error in loaded.errors]
    return tuple(rows)


def _row_of(document: Document, former: Sequence[Document]) -> CheckRow:
    details: list[str] = []
    if document.degraded:
        details.append(f"filters not run: {', '.join(document.degraded)}")
    if document.needs_browser:
        details.append("declared with executeClientScripts: fetched without a browser")
    details += _details_of_former(former, known=document.degraded)
    hint = hint_for_terms_type(document.key.terms_type)
    if hint is not None:
        details.append(hint)
    return CheckRow(
        document=document.key,
        status="degraded" if document.degraded else "ok",
        filters=document.degraded,
        needs_browser=document.needs_browser,
        details=tuple(details),
    )


def _row_of_former(key: DocumentKey, former: Sequence[Document]) -> CheckRow:
    details = ("former declarations only: no longer captured", *_details_of_former(former, known=()))
    return CheckRow(document=key, status="ok", details=details)


def _details_of_former(former: Sequence[Document], *, known: Sequence[str]) -> list[str]:
    names = dict.fromkeys(name for document in former for name in document.degraded if name not in known)
    return [f"former declarations ask for filters not run: {', '.join(names)}"] if names else []
