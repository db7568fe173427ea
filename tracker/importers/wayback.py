"""Mementos of the Wayback Machine: its index searched, and single copies fetched as they were archived.

Belongs here: the CDX and memento protocols, through the `wayback` library, and whether a copy is what the index says.
Does not belong here: what a copy says, and which of them are worth fetching.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from math import inf
from typing import Final, TypeVar
from urllib.parse import urlsplit

import requests
import requests.adapters
import wayback
from wayback import exceptions as refusals

from tracker.errors import FetchError
from tracker.importers.gate import (
    EARLIEST,
    LENGTH,
    OUT_OF_TIME,
    TIMESTAMP_FORMAT,
    Gate,
    name_fault,
    tell_out_of_time,
)
from tracker.model import (
    PAGE_TYPES,
    ContentType,
    Failure,
    Snapshot,
    bears_pdf_mark,
    format_instant,
    keep_headers,
    parse_content_type,
    parse_instant,
    printable_ascii,
    require_utc,
)

_ARCHIVE: Final = "https://web.archive.org/"

_FIRST_BACK_OFF_SECONDS: Final = 2.0
#: Waited after a 429 that does not say how long, as the library recommends.
_RATE_LIMIT_SECONDS: Final = 60.0
_LONGEST_WAIT_SECONDS: Final = 120.0
#: Waited for refusals in one call at most; then it is better to come back another day.
_MOST_WAITED_SECONDS: Final = 1_800.0

#: Far above any policy: the most often archived pages of the web have some hundred thousand captures.
_MOST_MEMENTOS: Final = 100_000
_MOST_REDIRECTS: Final = 5

_OK: Final = 200
_REDIRECTS: Final = range(300, 400)
_GZIP_MARK: Final = b"\x1f\x8b"
_REVISIT: Final = "warc/revisit"
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
#: Types that say nothing; `unk` is the index's own word.
_UNKNOWN_TYPES: Final = frozenset({"", "-", "unk", "application/octet-stream", "binary/octet-stream"})
_WWW: Final = re.compile(r"www[0-9]?\.")
_PLAIN_PORTS: Final = frozenset({None, 80, 443})

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMemento:
    """One copy that the index lists; nothing of it has been seen yet."""

    captured_at: datetime
    """When the page was captured (UTC)."""
    url: str
    """The address that was searched for, as declared."""
    original: str
    """The address that was captured: the same, but perhaps for its scheme, a `www.` or a slash at its end."""
    media_type: str
    """As the index has it, lower case; `warc/revisit` for a record that only says that the body was served again."""
    status: int | None
    digest: str
    """SHA-1 of the body as it was stored, in base 32. Equal digests are equal bodies; the body as it is handed out may
    have another one where it was stored compressed."""

    def __post_init__(self) -> None:
        require_utc("captured_at", self.captured_at)

    @property
    def memento_url(self) -> str:
        """Address of the copy as it was archived, without the archive's own additions."""
        return f"{_ARCHIVE}web/{self.captured_at.strftime(TIMESTAMP_FORMAT)}id_/{self.original}"

    @property
    def is_revisit(self) -> bool:
        return self.media_type == _REVISIT

    def cause_against(self) -> Failure | None:
        """Return why it is no use to fetch the copy, going by the index alone; None where it may be one of the page."""
        if not is_same_address(self.original, self.url):
            return Failure(reason="other-address", detail=f"it is a copy of {printable_ascii(self.original)}")
        if self.is_revisit:
            return None
        if self.status != _OK:
            said = f"status {self.status}" if self.status is not None else "no status"
            return Failure(reason="not-a-page", detail=f"the index gives it {said}")
        if self.media_type not in PAGE_TYPES | _UNKNOWN_TYPES:
            said = printable_ascii(self.media_type)
            return Failure(reason="not-a-page", detail=f"the index gives it the type {said}")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class MementoList:
    """What the index has of one address."""

    mementos: tuple[ListedMemento, ...]
    """Oldest first; those of one instant in the order of the index."""
    bad_lines: tuple[str, ...]
    """Lines that cannot be read, as they may be shown."""


class WaybackMachine:
    """The Wayback Machine, asked at its own pace. Not to be shared between threads."""

    def __init__(
        self,
        adapter: requests.adapters.BaseAdapter,
        *,
        user_agent: str,
        max_bytes: int = 20_000_000,
        retries: int = 2,
        seconds_between: float = 0.0,
        most_seconds: float = inf,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """Ask through `adapter`.

        Args:
            adapter: Gives answers whole, within limits of size and time, and raises `FetchError` where there is none.
            user_agent: What every request calls itself.
            max_bytes: The largest body, decompressed: the adapter may not know that one is compressed.
            retries: How often a request that failed for a transient reason is made again.
            seconds_between: Least time between two requests, where that is more than the archive itself asks for.
            most_seconds: How long requests are made, from now on: the next one after that is refused.
            clock: Seconds that only grow.
            sleep: Waits for so many seconds.
        """
        self._until = clock() + most_seconds
        self._clock = clock
        self._gate = Gate(adapter, seconds_between=seconds_between, until=self._until, clock=clock, sleep=sleep)
        self._max_bytes = max_bytes
        self._retries = retries
        self._sleep = sleep
        self._waited = 0.0
        # The library's own retries and rate limits sleep by the machine's clock: both are done here.
        session = wayback.WaybackSession(
            retries=0, user_agent=user_agent, search_calls_per_second=0, memento_calls_per_second=0
        )
        session.trust_env = False
        session.max_redirects = _MOST_REDIRECTS
        # Whatever an answer redirects to, no other host is asked: there is no adapter for any.
        session.adapters.clear()
        session.mount(_ARCHIVE, self._gate)
        self._client = wayback.WaybackClient(session)

    def search(self, url: str, *, from_at: datetime | None = None, to_at: datetime | None = None) -> MementoList:
        """Return the copies of `url` that the index lists, from one instant to another, both included.

        Raises:
            FetchError: If the index cannot be had: `rate-limited` where the archive asks to come back later,
                `out-of-time` where the time is over.
        """
        return self._repeatedly(lambda: self._search(url, from_at, to_at), url=url)

    def fetch(self, memento: ListedMemento) -> Snapshot:
        """Return the copy, as if the declared address had answered with it at its instant.

        Raises:
            FetchError: If it cannot be had, or is not what the index says; `rate-limited` where the archive asks to
                come back later, `out-of-time` where the time is over.
        """
        return self._repeatedly(lambda: self._fetch(memento), url=memento.memento_url)

    # ---------------------------------------------------------------------------------------------------- one attempt

    def _search(self, url: str, from_at: datetime | None, to_at: datetime | None) -> MementoList:
        self._gate.begin_search()
        found: list[ListedMemento] = []
        try:
            rows = self._client.search(
                url, match_type="exact", from_date=from_at, to_date=to_at, skip_malformed_results=False
            )
            for row in islice(rows, _MOST_MEMENTOS + 1):
                listed = ListedMemento(
                    captured_at=row.timestamp,
                    url=url,
                    original=row.original,
                    media_type=row.mimetype.lower(),
                    status=row.statuscode,
                    digest=row.digest,
                )
                if (from_at or EARLIEST) <= listed.captured_at <= (to_at or _LATEST):
                    found.append(listed)
        except (refusals.BlockedSiteError, refusals.BlockedByRobotsError) as error:
            raise name_fault("memento-excluded", "the archive does not show its copies", url) from error
        except (refusals.WaybackException, requests.RequestException, ValueError) as error:
            said = printable_ascii(str(error))
            raise name_fault("bad-index", f"the index of the archive cannot be read: {said}", url) from error
        if len(found) > _MOST_MEMENTOS:
            raise name_fault("bad-index", f"the index lists more than {_MOST_MEMENTOS:,} copies; name a range", url)
        found.sort(key=lambda listed: listed.captured_at)
        return MementoList(mementos=tuple(found), bad_lines=tuple(self._gate.bad_lines))

    def _fetch(self, memento: ListedMemento) -> Snapshot:
        url = memento.memento_url
        self._gate.forget_answer()
        row = wayback.CdxRecord(
            urlkey="", timestamp=memento.captured_at, original=memento.original, mimetype=memento.media_type,
            statuscode=memento.status, digest=memento.digest, length=None,
        )  # fmt: skip
        try:
            with self._client.get_memento(row, mode=wayback.Mode.original, follow_redirects=False) as copy:
                self._require_same(memento, copy.links)
                status, headers, body = int(copy.status_code), _lower_names(copy.headers), bytes(copy.content)
        except (refusals.BlockedSiteError, refusals.BlockedByRobotsError) as error:
            raise name_fault("memento-excluded", "the archive does not show this copy", url) from error
        # ValueError and IndexError: the library takes every redirect for one to an instant of the archive.
        except (refusals.WaybackException, requests.RequestException, ValueError, IndexError) as error:
            if self._gate.status in _REDIRECTS:
                raise self._redirected(url) from error
            said = f"status {self._gate.status}" if self._gate.status else "its address cannot be asked for"
            detail = f"the archive lists the copy and does not show it: {said}"
            raise name_fault("memento-unplayable", detail, url) from error
        if status in _REDIRECTS:
            raise self._redirected(url)
        if status != _OK:
            detail = f"the index gives it status {_OK}, and the copy is one of an answer with status {status}"
            raise name_fault("memento-mislabelled", detail, url)
        return self._snapshot_of(memento, headers, body)

    def _snapshot_of(self, memento: ListedMemento, headers: Mapping[str, str], stored: bytes) -> Snapshot:
        url = memento.memento_url
        body = _inflate(stored, url=url, max_bytes=self._max_bytes) if stored.startswith(_GZIP_MARK) else stored
        if not body.strip():
            raise name_fault("empty-body", "the copy has an empty body", url)
        sent_otherwise = bool(self._gate.content_encoding) or body is not stored
        _require_whole(memento, headers, stored, sent_otherwise=sent_otherwise)
        declared = parse_content_type(headers.get("content-type", ""))
        return Snapshot(
            url=memento.url,
            final_url=memento.original,
            fetched_at=memento.captured_at,
            headers=keep_headers(headers),
            body=body,
            media_type=_require_type(memento, declared, body),
            charset=declared.charset,
            fetcher="wayback",
        )

    def _require_same(self, memento: ListedMemento, links: Mapping[str, Mapping[str, str]]) -> None:
        """Refuse a copy of another instant or another address, which the archive may hand out without a redirect."""
        said = self._gate.memento_datetime
        try:
            at = parse_instant(parsedate_to_datetime(said).isoformat())
        except (ValueError, OverflowError) as error:
            detail = f"the copy gives its instant as {printable_ascii(said)}"
            raise name_fault("memento-mislabelled", detail, memento.memento_url) from error
        if at != memento.captured_at:
            detail = f"the archive answers with a copy of {format_instant(at)}"
            raise name_fault("memento-redirected", detail, memento.memento_url)
        original = links.get("original", {}).get("url", memento.original)
        if not is_same_address(original, memento.original):
            detail = f"the archive answers with a copy of {printable_ascii(original)}"
            raise name_fault("memento-redirected", detail, memento.memento_url)

    def _redirected(self, url: str) -> FetchError:
        where = printable_ascii(self._gate.location) or "nowhere"
        return name_fault("memento-redirected", f"the archive redirects from the copy to {where}", url)

    # ------------------------------------------------------------------------------------------------ several attempts

    def _repeatedly(self, attempt: Callable[[], _Result], *, url: str) -> _Result:
        """Return what `attempt` gives; a transient failure is followed by another attempt, after a bounded wait."""
        attempts = 0
        while True:
            attempts += 1
            try:
                return attempt()
            except FetchError as error:
                if not error.transient or attempts > self._retries or error.reason == OUT_OF_TIME:
                    raise
                failed = error
            wait = _FIRST_BACK_OFF_SECONDS * 2 ** (attempts - 1)
            asked = failed.retry_after_seconds
            if asked is None and failed.reason == "rate-limited":
                asked = _RATE_LIMIT_SECONDS
            wait = max(wait, asked or 0.0)
            if wait > _LONGEST_WAIT_SECONDS or self._waited + wait > _MOST_WAITED_SECONDS:
                detail = f"{failed}, longer than an import waits"
                raise FetchError(detail, url=url, reason="rate-limited", transient=True) from failed
            if self._clock() + wait >= self._until:
                raise tell_out_of_time(url) from failed
            self._waited += wait
            self._sleep(wait)


def is_same_address(one: str, other: str) -> bool:
    """Return whether two addresses name one page for the index: but for scheme, `www.`, usual ports and a last slash.

    The index itself is looser: it folds the case of paths and the order of queries, which may name other pages.
    """
    try:
        return _plain_address(one) == _plain_address(other)
    except ValueError:
        return False


def _plain_address(url: str) -> tuple[str, int | None, str, str]:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    found = _WWW.match(host)
    port = None if parts.port in _PLAIN_PORTS else parts.port
    return host[found.end() :] if found else host, port, parts.path.rstrip("/"), parts.query


def _require_whole(memento: ListedMemento, headers: Mapping[str, str], stored: bytes, *, sent_otherwise: bool) -> None:
    """Refuse a copy that is shorter than its publisher announced, or is not the one that the index lists.

    Digest and length are those of the body as it was stored, which may be compressed or in chunks though it is handed
    out otherwise (https://github.com/internetarchive/heritrix3/issues/769). Where they differ, that proves something
    only if nothing hints at another form.

    Args:
        memento: What the index says.
        headers: The publisher's, names in lower case.
        stored: The body as it was handed out.
        sent_otherwise: Whether it came compressed.

    Raises:
        FetchError: If it is so.
    """
    url = memento.memento_url
    announced = headers.get("content-length", "")
    length = int(announced) if LENGTH.fullmatch(announced) and announced != "-" else None
    may_differ = sent_otherwise or bool(headers.keys() & {"content-encoding", "transfer-encoding"})
    if length is not None and length > len(stored) and not may_differ:
        detail = f"the copy has {len(stored):,} bytes of the {length:,} that its publisher announced"
        raise name_fault("incomplete-body", detail, url)
    digest = b32encode(hashlib.sha1(stored, usedforsecurity=False).digest()).decode()
    if digest == memento.digest:
        return
    may_differ = may_differ or "accept-encoding" in headers.get("vary", "").lower()
    if length == len(stored) or (length is None and not may_differ):
        detail = f"the index gives it the digest {memento.digest}, and its body has {digest}"
        raise name_fault("memento-mislabelled", detail, url)


def _require_type(memento: ListedMemento, declared: ContentType, body: bytes) -> str:
    """Return the media type of a copy.

    Raises:
        FetchError: If it is no page, or header, index and body contradict one another.
    """
    url = memento.memento_url
    media_type = memento.media_type if declared.media_type in _UNKNOWN_TYPES else declared.media_type
    if media_type not in PAGE_TYPES:
        raise name_fault("wrong-type", f"the copy is of type {printable_ascii(media_type) or 'unknown'}", url)
    is_pdf = media_type == "application/pdf"
    if is_pdf != (bears_pdf_mark(body) if is_pdf else body.lstrip().startswith(b"%PDF-")):
        raise name_fault("memento-mislabelled", f"the copy says that it is {media_type}, and its body is not", url)
    if memento.media_type in PAGE_TYPES and is_pdf != (memento.media_type == "application/pdf"):
        detail = f"the index gives it the type {memento.media_type}, and the copy is {media_type}"
        raise name_fault("memento-mislabelled", detail, url)
    return media_type


def _inflate(stored: bytes, *, url: str, max_bytes: int) -> bytes:
    """Return what the gzip file `stored` holds: the archive may hand out a compressed body without saying so.

    Raises:
        FetchError: If it cannot be decompressed, ends early or holds more than `max_bytes`.
    """
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        body = decoder.decompress(stored, max_bytes + 1)
    except zlib.error as error:
        raise name_fault("bad-encoding", f"the copy cannot be decompressed: {error}", url) from error
    if len(body) > max_bytes:
        raise name_fault("body-too-large", f"the copy is larger than {max_bytes:,} bytes, decompressed", url)
    if not decoder.eof:
        raise name_fault("incomplete-body", "the compressed copy ends early", url)
    return body


def _lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}
