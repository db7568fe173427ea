"""What stands between the `wayback` library and the network: its turns are waited for, its answers made fit for it.

Belongs here: pace, and what the library cannot bear in an answer. Does not belong here: what an answer means.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import requests.adapters

from tracker.errors import FetchError
from tracker.model import printable_ascii

#: How the archive writes instants.
TIMESTAMP_FORMAT: Final = "%Y%m%d%H%M%S"
#: A number of bytes; `-` where it is not known.
LENGTH: Final = re.compile(r"-|[0-9]{1,15}")
#: Before the web there were no pages.
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)

#: Least time between two requests: the Internet Archive allows 30 searches and 600 copies a minute, and asked the
#: library's authors to stay at 80 % of that.
_SEARCH_SECONDS: Final = 60 / (0.8 * 30)
_COPY_SECONDS: Final = 60 / (0.8 * 600)

_SEARCH_PATH: Final = "/cdx/"
_MOST_PAGES: Final = 250
_MOST_BAD_LINES: Final = 1_000
#: Of one index, over all its pages: a hundred thousand lines of six hundred bytes, three times as long as they are.
_MOST_INDEX_BYTES: Final = 64_000_000
_LONGEST_LINE: Final = 10_000
#: Enough of an answer that is no memento, for the library to tell why.
_REFUSAL_BYTES: Final = 65_536
_DIGEST: Final = re.compile(r"[A-Z2-7]{32}")
_STATUS: Final = re.compile(r"-|[1-9][0-9]{2}")
_TIMESTAMP: Final = re.compile(r"[0-9]{14}")
_FIELDS: Final = 7
_OK: Final = 200


#: The reason of what is not asked for, since the time is over.
OUT_OF_TIME: Final = "out-of-time"


def is_memento(headers: Mapping[str, str]) -> bool:
    """Return whether an answer with `headers` is a copy that an archive kept (RFC 7089, section 2.1.1)."""
    return "Memento-Datetime" in headers


def name_fault(reason: str, detail: str, url: str) -> FetchError:
    """Return the error of something that will not be otherwise when it is asked for again."""
    return FetchError(detail, url=url, reason=reason)


def tell_out_of_time(url: str) -> FetchError:
    """Return the error of a request that is not made, since the time is over."""
    detail = "it was not asked for: the time that the import may take is over"
    return FetchError(detail, url=url, reason=OUT_OF_TIME, transient=True)


class Gate(requests.adapters.BaseAdapter):
    """Stands between the library and the network: turns are waited for, and no answer is such as to upset the library.

    The library gives up a search at its first line that it cannot read, and reads an answer's links and text whatever
    they are.
    """

    def __init__(
        self,
        inner: requests.adapters.BaseAdapter,
        *,
        seconds_between: float,
        until: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """Stand before `inner`; from `until` on, by `clock`, nothing is asked any more."""
        super().__init__()
        self._inner = inner
        self._seconds = {True: max(_SEARCH_SECONDS, seconds_between), False: max(_COPY_SECONDS, seconds_between)}
        self._last: dict[bool, float] = {}
        self._until = until
        self._clock = clock
        self._sleep = sleep
        self._pages = 0
        self._index_bytes = 0
        self.bad_lines: list[str] = []
        """Lines of the search under way that cannot be read."""
        self.status = 0
        """Of the last answer."""
        self.location = ""
        """Where the last answer redirects to; `""` where it does not."""
        self.memento_datetime = ""
        """What the last answer says of its instant."""
        self.content_encoding = ""
        """How the last answer says that its body was sent."""

    def begin_search(self) -> None:
        """Count pages, bytes and bad lines anew."""
        self._pages = 0
        self._index_bytes = 0
        self.bad_lines = []

    def forget_answer(self) -> None:
        """Know of no answer, until one comes."""
        self.status = 0
        self.location = ""
        self.memento_datetime = ""
        self.content_encoding = ""

    def send(  # noqa: PLR0917 (the signature of requests)
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002
        timeout: Any = None,  # noqa: ARG002
        verify: Any = True,  # noqa: ARG002, FBT002
        cert: Any = None,  # noqa: ARG002
        proxies: Any = None,  # noqa: ARG002
    ) -> requests.Response:
        """Return the answer to `request`.

        Raises:
            FetchError: If there is none, the index goes on and on, or the time is over (reason `out-of-time`).
        """
        is_search = urlsplit(request.url or "").path.startswith(_SEARCH_PATH)
        self._wait_turn(is_search=is_search)
        if self._clock() >= self._until:
            raise tell_out_of_time(request.url or "")
        if not is_search:
            # Asked for compressed, the archive compresses what is stored, and spoils the header where that was
            # compressed (https://github.com/edgi-govdata-archiving/web-monitoring-processing/issues/309).
            request.headers["Accept-Encoding"] = "identity"
        answer = self._inner.send(request)
        self.status = answer.status_code
        self.location = answer.headers.get("Location", "")
        self.memento_datetime = answer.headers.get("Memento-Datetime", "")
        self.content_encoding = answer.headers.get("Content-Encoding", "").strip(" ,")
        if is_search:
            self._pages += 1
            if self._pages > _MOST_PAGES:
                raise name_fault("bad-index", f"the index has more than {_MOST_PAGES} pages", request.url or "")
            if answer.status_code == _OK:
                page = answer.raw.read()
                self._index_bytes += len(page)
                if self._index_bytes > _MOST_INDEX_BYTES:
                    detail = f"the index has more than {_MOST_INDEX_BYTES:,} bytes; name a range"
                    raise name_fault("bad-index", detail, request.url or "")
                answer.raw = io.BytesIO(self._readable_lines(page, url=request.url or ""))
            return answer
        if not is_memento(answer.headers):
            answer.raw = io.BytesIO(answer.raw.read(_REFUSAL_BYTES))
            answer.encoding = "utf-8"
        original = answer.links.get("original", {}).get("url")
        answer.headers.pop("Link", None)
        if original is not None:
            answer.headers["Link"] = f'<{original}>; rel="original"'
        return answer

    def close(self) -> None:
        """Close what it asks through."""
        self._inner.close()

    def _wait_turn(self, *, is_search: bool) -> None:
        now = self._clock()
        start = max(now, self._last.get(is_search, float("-inf")) + self._seconds[is_search])
        self._last[is_search] = start
        if start > now:
            self._sleep(start - now)

    def _readable_lines(self, body: bytes, *, url: str) -> bytes:
        """Return the lines of `body` that are rows of the index, and the key of the next page after an empty line."""
        lines = body.splitlines()
        end: list[bytes] = []
        if len(lines) > 1 and not lines[-2] and _is_key(lines[-1]):
            end = lines[-2:]
            lines = lines[:-2]
        rows = [line for line in lines if _is_row(line)]
        bad = [line for line in lines if line.strip() and not _is_row(line)]
        if not rows and any(b"AccessControlException" in line for line in bad):
            raise name_fault("memento-excluded", "the archive does not show its copies", url)
        self.bad_lines += (printable_ascii(line[:_LONGEST_LINE].decode("utf-8", "backslashreplace")) for line in bad)
        if len(self.bad_lines) > _MOST_BAD_LINES:
            raise name_fault("bad-index", f"the index has more than {_MOST_BAD_LINES:,} lines that are none", url)
        return b"\n".join([*rows, *end])


def _is_row(line: bytes) -> bool:
    """Return whether `line` is one of the index: key, instant, address, type, status, digest, length."""
    if len(line) > _LONGEST_LINE:
        return False
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    fields = text.split(" ")
    if not text.isprintable() or len(fields) < _FIELDS or not all(fields[:_FIELDS]):
        return False
    _, instant, original, _, status, digest, length, *_ = fields
    return (
        _is_timestamp(instant)
        and original.lower().startswith(("http://", "https://"))
        and _STATUS.fullmatch(status) is not None
        and _DIGEST.fullmatch(digest) is not None
        and LENGTH.fullmatch(length) is not None
    )


def _is_timestamp(text: str) -> bool:
    if not _TIMESTAMP.fullmatch(text):
        return False
    try:
        return datetime.strptime(text, TIMESTAMP_FORMAT).replace(tzinfo=UTC) >= EARLIEST
    except ValueError:
        return False


def _is_key(line: bytes) -> bool:
    """Return whether `line` may be the key of the next page: whatever the index likes, but for one of its own rows."""
    return (
        not _is_row(line) and 0 < len(line) <= _LONGEST_LINE and line.isascii() and line.decode("ascii").isprintable()
    )
