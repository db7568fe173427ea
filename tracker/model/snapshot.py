"""What was fetched: bytes as served, or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.model.reasons import REASONS
from tracker.model.text import sha256_hex


def require_utc(name: str, instant: datetime) -> None:
    """Raise ValueError unless `instant` is aware and in UTC."""
    if instant.utcoffset() != timedelta(0):
        raise ValueError(f"{name} must be an aware instant in UTC, not {instant!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect that was followed."""

    url: str
    """The address that redirected."""
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Bytes as served for one source, content-decoded, with provenance."""

    url: str
    """The declared address."""
    final_url: str
    """The address that answered; the base of relative links."""
    redirects: tuple[Hop, ...] = ()
    """In the order in which they were followed."""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    """Chosen response headers, names in lower case, in alphabetical order."""
    fetched_at: datetime
    """When the response began (UTC)."""
    body: bytes
    media_type: str = "text/html"
    """Lower case, without parameters."""
    charset: str | None = None
    """The character set that the Content-Type header declares; None where it declares none."""
    fetcher: str = "http"

    def __post_init__(self) -> None:
        require_utc("fetched_at", self.fetched_at)

    @property
    def body_sha256(self) -> str:
        return sha256_hex(self.body)

    @property
    def extension(self) -> str:
        """`pdf` or `html`: the file name extension in the archive."""
        return "pdf" if self.media_type == "application/pdf" else "html"

    def header(self, name: str) -> str | None:
        """Return the header `name` (lower case), or None where the response has none."""
        return dict(self.headers).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a capture gave no version, as a value."""

    reason: str
    """A code of `tracker.model.REASONS`; stable across versions of the tracker."""
    detail: str
    """What was found, in one sentence that names it: a status, a size, a selector."""
    transient: bool = False
    """Whether the same request may well succeed later."""
    status: int | None = None
    """HTTP status of the answer that was no page; None where no answer came, or the fault lies elsewhere."""
    final_url: str | None = None
    """The address that gave this answer, after redirects; None where none came."""

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"{self.reason!r} is no reason code")

    @property
    def next_step(self) -> str:
        """What a person can do about it."""
        return REASONS[self.reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a conditional request sends (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One act of fetching one source: a snapshot, a failure, or the server's word that nothing changed."""

    url: str
    requested_at: datetime
    snapshot: Snapshot | None = None
    failure: Failure | None = None
    not_modified: bool = False
    """The server answered 304 to the validators that were sent."""
    attempts: int = 1
    """How many requests were made for it, retries included and redirects not."""

    def __post_init__(self) -> None:
        require_utc("requested_at", self.requested_at)
        if sum((self.snapshot is not None, self.failure is not None, self.not_modified)) != 1:
            raise ValueError("a capture is exactly one of a snapshot, a failure and 'not modified'")
