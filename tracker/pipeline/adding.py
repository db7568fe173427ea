"""Proposing a declaration for a page: `tracker add URL`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tracker.declarations import KNOWN_TERMS_TYPES, add_terms
from tracker.errors import ExtractError, FetchError, UsageError
from tracker.extract import extract_version, propose_selector
from tracker.fetch import FetchRequest
from tracker.model import Document, DocumentKey, Source, Version
from tracker.pipeline.workspace import Fetch, Workspace

#: Words in a page's title or address that tell its terms type, in the order in which they are tried.
_TELLING = (
    ("cookie", "Trackers Policy"),
    ("privacy", "Privacy Policy"),
    ("datenschutz", "Privacy Policy"),
    ("confidentialit", "Privacy Policy"),
    ("community", "Community Guidelines"),
    ("law enforcement", "Law Enforcement Guidelines"),
    ("imprint", "Imprint"),
    ("impressum", "Imprint"),
    ("developer", "Developer Terms"),
    ("copyright", "Copyright Claims Policy"),
    ("terms", "Terms of Service"),
    ("tos", "Terms of Service"),
    ("nutzungsbedingungen", "Terms of Service"),
    ("conditions", "Terms of Service"),
)
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "gouv", "gob"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What would be declared for a page, and what it would keep."""

    document: Document
    version: Version
    share: float
    """How much of the page's running text it keeps, 0 to 1."""
    language: str | None


def suggest_document(
    workspace: Workspace, url: str, *, fetch: Fetch, service: str | None, terms: str | None, select: str | None
) -> Suggestion:
    """Return a declaration for the page at `url`, tried on the page as it is now; nothing is written.

    Args:
        workspace: Where.
        url: The page.
        fetch: What captures pages.
        service: The service's name; guessed from the host where None.
        terms: The terms type; guessed from the page's title and address where None.
        select: The CSS selector; proposed from the page where None.

    Raises:
        UsageError: If the terms type cannot be guessed, or a name cannot be one.
        FetchError: If the page cannot be captured.
        ExtractError: If it gives no text.
    """
    capture = next(capture for _, capture in fetch([FetchRequest(url=url)], workspace.fetch_settings()))
    if capture.snapshot is None:
        failure = capture.failure
        reason, detail = (failure.reason, failure.detail) if failure is not None else ("unexpected-304", "")
        step = f" {failure.next_step}" if failure is not None else ""
        raise FetchError(f"{url} could not be captured: {reason}: {detail}.{step}", url=url, reason=reason)
    snapshot = capture.snapshot
    is_pdf = snapshot.media_type == "application/pdf"
    if is_pdf and not urlsplit(url).path.lower().endswith(".pdf"):
        raise UsageError(f"{url} serves a PDF, and only an address that ends in .pdf can be declared as one")
    proposal = None if is_pdf else propose_selector(snapshot)
    title = proposal.title if proposal is not None else ""
    try:
        key = DocumentKey(service=service or _guess_service(url), terms_type=terms or _guess_terms(title, url))
    except ValueError as error:
        raise UsageError(str(error)) from error
    chosen = select or (proposal.select if proposal is not None else None)
    source = Source(url=url, select=(chosen,) if chosen else ())
    document = Document(key=key, service_name=key.service, sources=(source,))
    try:
        version = extract_version(document, [snapshot])
    except ExtractError as error:
        raise ExtractError(f"{url}: {error}; name the part of the page with --select", reason=error.reason) from error
    return Suggestion(
        document=document,
        version=version,
        share=proposal.share if proposal is not None and select is None else 1.0,
        language=proposal.language if proposal is not None else None,
    )


def accept_suggestion(workspace: Workspace, suggestion: Suggestion) -> Path:
    """Return the declaration file that now declares what was suggested.

    Raises:
        DeclarationError: If the service declares that terms type already, or its file is wrong.
    """
    key = suggestion.document.key
    return add_terms(workspace.settings.declarations, key.service, key.terms_type, suggestion.document.sources[0])


def _guess_service(url: str) -> str:
    """Return the registered name in the host of `url`, without its top level and what registries put before that."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if not host:
        raise UsageError(f"{url!r} is no address of a page")
    if not host[-1].isalpha():
        return host  # an address of a machine has no name in it
    parts = host.split(".")
    if len(parts) > 1:
        parts.pop()
    if len(parts) > 1 and parts[-1] in _SECOND_LEVEL:
        parts.pop()
    return parts[-1][:1].upper() + parts[-1][1:]


def _guess_terms(title: str, url: str) -> str:
    for known in KNOWN_TERMS_TYPES:
        if known.lower() in title.lower():
            return known
    for text in (title.lower(), urlsplit(url).path.lower()):
        for word, terms in _TELLING:
            if word in text:
                return terms
    raise UsageError(f"what kind of document {url} is cannot be told from its title {title!r}: name it with --terms")
