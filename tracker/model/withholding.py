"""Versions whose text is published no longer, for a reason that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracker.model.document import DocumentKey
from tracker.model.snapshot import require_utc

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
LONGEST_WITHHOLDING_REASON: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """The decision not to publish a text, wherever the archive has it."""

    document: DocumentKey
    """Of the version that was named; the text is withheld in every document and vantage that has the same."""
    text_sha256: str
    """Digest of the text: what tells its versions."""
    markdown_sha256: str
    """Of the version that was named."""
    body_sha256s: tuple[str, ...]
    """Of that version's pages as served."""
    reason: str
    """Why, in one line; it is published."""
    at: datetime
    """Since when (UTC)."""

    def __post_init__(self) -> None:
        require_utc("at", self.at)
        if not all(_DIGEST.fullmatch(found) for found in (self.text_sha256, self.markdown_sha256, *self.body_sha256s)):
            raise ValueError("a withheld version is known by its digests")
        if not self.reason.strip() or not self.reason.isprintable() or len(self.reason) > LONGEST_WITHHOLDING_REASON:
            raise ValueError(f"a reason is one line of visible text, at most {LONGEST_WITHHOLDING_REASON:,} characters")
