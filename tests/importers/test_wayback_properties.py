"""Whatever an archive answers, it is a list, a copy or a FetchError."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime
from typing import Any

import requests
import requests.adapters
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.loopback_archive import ARCHIVE, Copy
from tracker.errors import FetchError
from tracker.importers import ListedMemento, MementoList, WaybackMachine

URL = "https://lantern.example/privacy"
AT = datetime(2020, 3, 1, 10, 30, 15, tzinfo=UTC)
PAGE = b"<p>We keep letters until they are read.</p>"
GOOD = Copy(at=AT, original=URL, body=PAGE)


class Says(requests.adapters.BaseAdapter):
    """Answers every request alike."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__()
        self.answer = (status, headers, body)

    def send(self, request: requests.PreparedRequest, *_arguments: Any, **_options: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, headers, body = self.answer
        response.headers.update(headers)
        response.raw = io.BytesIO(body)
        response.url, response.request = request.url or "", request
        return response

    def close(self) -> None:
        """Keep nothing open."""


def machine_that_says(status: int, headers: dict[str, str], body: bytes) -> WaybackMachine:
    return WaybackMachine(
        Says(status, headers, body), user_agent="Tracker/1", clock=lambda: 0.0, sleep=lambda _seconds: None
    )  # fmt: skip


words = st.sampled_from(GOOD.line.split(" ")) | st.sampled_from(["-", "", "200", "warc/revisit", "\u202e", "0" * 14])
lines = st.lists(words, max_size=9).map(lambda fields: " ".join(fields).encode()) | st.binary(max_size=60)
locations = st.sampled_from(
    [
        f"/web/20200301103015id_/{URL}",
        "/web/2020/x",
        f"/web/2020id_/{URL}",
        f"{ARCHIVE}/web/2020id_/{URL}",
        "//[",
        "http://",
        "https://elsewhere.example/",
        "\xff\xfe",
        "data:,x",
    ]
) | st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)
links = st.sampled_from(
    ["<", "<>", ">;=", f'<{URL}>; rel="original"', '<x>; rel="original"', '<y>; rel="memento"', "a, <b, <<c;;=;rel"]
)
instants = st.sampled_from(
    ["Sun, 01 Mar 2020 10:30:15 GMT", "Sun, 01 Mar 2020 10:30:15 -0000", "today", "", "31 Feb 2020"]
)


@given(st.lists(lines, max_size=12))
def test_an_index_is_a_list_or_an_error(sent: list[bytes]) -> None:
    machine = machine_that_says(200, {}, b"\n".join([GOOD.line.encode(), *sent]))
    with contextlib.suppress(FetchError):
        found = machine.search(URL)
        assert isinstance(found, MementoList)
        assert GOOD.at in {memento.captured_at for memento in found.mementos}


@given(
    status=st.sampled_from([200, 301, 302, 304, 307, 400, 403, 404, 418]),
    headers=st.fixed_dictionaries(
        # Most answers are copies of the right instant, or nothing else would ever be looked at.
        {"Memento-Datetime": st.just("Sun, 01 Mar 2020 10:30:15 GMT") | instants},
        optional={
            "Location": locations,
            "Link": links,
            "Content-Type": st.sampled_from(
                ["text/html", "text/html; charset=\u00e9", "application/pdf", ";", "image/png"]
            ),
            "x-archive-orig-content-length": st.sampled_from(["-1", "9" * 30, "44", "\u0664"]),
        },
    ),
    body=st.sampled_from([PAGE, b"", b"%PDF-1.4 x"]),
)
def test_a_copy_is_one_of_its_instant_or_an_error(status: int, headers: dict[str, str], body: bytes) -> None:
    listed = ListedMemento(
        captured_at=AT, url=URL, original=URL, media_type="text/html", status=200, digest=GOOD.digest
    )  # fmt: skip
    with contextlib.suppress(FetchError):
        snapshot = machine_that_says(status, headers, body).fetch(listed)
        assert (snapshot.fetched_at, snapshot.body, status) == (AT, PAGE, 200)
