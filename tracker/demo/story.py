"""What the invented messenger Courier publishes on each night of the demonstration.

The story is one page and a table of edits: each night shows the page after its own edits and those of every night
before it, so that the table reads as the list of what the publisher did.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Final

from tracker.model import DocumentKey

#: The address that the declaration names. `.test` is reserved and never resolves (RFC 6761, section 6.2): the
#: demonstration's fetcher leads it to `DemoServer`, so that no random port gets into archived bytes.
URL: Final = "http://courier.test/privacy"

DOCUMENT: Final = DocumentKey(service="Courier", terms_type="Privacy Policy")

DECLARATION_FILE: Final = "Courier.json"

#: Where Courier's invented transparency reports are, as one table that grows.
FIGURES_URL: Final = "http://courier.test/transparency/figures.csv"

#: The declaration of the demonstration, as the text of `DECLARATION_FILE`.
DECLARATION: Final = (
    json.dumps(
        {
            "name": "Courier",
            "terms": {"Privacy Policy": {"fetch": URL, "select": "#policy", "remove": ".print"}},
        },
        indent=2,
    )
    + "\n"
)

#: What the demonstration says of the publisher of these figures, as the text of `DECLARATION_FILE` in its own folder.
PUBLISHER: Final = (
    json.dumps(
        {
            "document": str(DOCUMENT),
            "made_up": True,
            "datasets": [
                {"name": "reports", "fetch": FIGURES_URL, "form": "csv", "credit": "invented for this demonstration"}
            ],
        },
        indent=2,
    )
    + "\n"
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage of the page's source, replaced by another."""

    old: str
    """Stands on the page exactly once when the edit is made."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What is served on one night, and what the tracker should make of it."""

    at: datetime
    """When the tracker comes by (UTC)."""
    shows: str
    """What this night demonstrates, in one sentence for people."""
    page: str = "privacy.html"
    """File in `pages/`."""
    edits: tuple[Edit, ...] = ()
    """What the publisher changed on `page` since the night before."""
    status: int = 200
    changes: bool = False
    """Whether a change of the policy is to be published for this night."""
    figures: str = "figures-january.csv"
    """File in `pages/`: the figures that Courier has published by then."""

    def __post_init__(self) -> None:
        if self.at.utcoffset() != UTC.utcoffset(None):
            raise ValueError("a night's time is in UTC")


_LAST_LOG_ENTRY = (
    "<li>Updated section 5: reports of spam are now deleted after 90 days instead of one year.</li>\n</ul>"
)
_FIRST_AUTHORITIES = (
    "Where a court order names the holder of an account as suspected of terrorism, Courier may disclose the IP "
    "address and phone number of that account to the authority concerned. This has not happened so far. Should it ever "
    'happen, the case will appear in our semiannual <a href="/transparency">transparency report</a>.'
)
_WIDER_AUTHORITIES = (
    "Where Courier receives a valid order from judicial authorities which names the holder of an account as a suspect "
    "in a criminal case that involves a breach of our Terms of Service, we will examine the order and may disclose the "
    "IP address and phone number of that account to the authority concerned. Every such case will appear in our "
    'quarterly <a href="/transparency">transparency report</a>.'
)
_ENTRY_ON_AUTHORITIES = (
    "\n<p><strong>March 11, 2024</strong></p>\n<ul>\n"
    "<li>Updated section 8.3 to describe how we treat orders from judicial authorities.</li>\n</ul>"
)
_ENTRY_ON_ACCOUNTS = (
    "\n<p><strong>March 13, 2024</strong></p>\n<ul>\n"
    "<li>Updated section 10.2: accounts left unused are now deleted after 18 months by default.</li>\n</ul>"
)

NIGHTS: Final[tuple[Night, ...]] = (
    Night(
        at=datetime(2024, 3, 1, 3, 17, tzinfo=UTC),
        shows="The first version is recorded: data goes to authorities for terror suspects only, by court order.",
    ),
    Night(
        at=datetime(2024, 3, 2, 3, 17, tzinfo=UTC),
        shows="Only what surrounds the policy differs (a build time, a nonce, a badge): nothing is recorded.",
        edits=(
            Edit("<!-- built 2024-02-28T22:41:07Z on web-3 -->", "<!-- built 2024-03-01T19:02:55Z on web-1 -->"),
            Edit(
                '<script nonce="k3J9sQ">window.courier = {"page": "privacy", "visit": "a41f"};',
                '<script nonce="Zt40bx">window.courier = {"page": "privacy", "visit": "07bc"};',
            ),
            Edit('<script nonce="k3J9sQ" src=', '<script nonce="Zt40bx" src='),
            Edit('href="/share?visit=a41f"', 'href="/share?visit=07bc"'),
            Edit('<span class="badge">2 new</span>', '<span class="badge">3 new</span>'),
            Edit("Page delivered in 31 ms", "Page delivered in 28 ms"),
        ),
    ),
    Night(
        at=datetime(2024, 3, 3, 3, 17, tzinfo=UTC),
        shows="A typing error is corrected: a change, and an editorial one.",
        edits=(Edit("you recieve a message", "you receive a message"),),
        changes=True,
    ),
    Night(
        at=datetime(2024, 3, 4, 3, 17, tzinfo=UTC),
        shows="The server answers an error page under status 200: not the policy, so nothing is published.",
        page="error.html",
    ),
    Night(
        at=datetime(2024, 3, 5, 3, 17, tzinfo=UTC),
        shows="The policy is back, word for word: nothing is recorded.",
    ),
    Night(
        at=datetime(2024, 3, 6, 3, 17, tzinfo=UTC),
        shows="Disclosure widens to suspects in criminal cases; an assurance is gone; no word of it in the change log.",
        edits=(Edit(_FIRST_AUTHORITIES, _WIDER_AUTHORITIES),),
        changes=True,
    ),
    Night(
        at=datetime(2024, 3, 7, 3, 17, tzinfo=UTC),
        shows="The wider text is still there: the change is confirmed.",
    ),
    Night(
        at=datetime(2024, 3, 12, 3, 17, tzinfo=UTC),
        shows="The policy's own change log mentions the widening, days later.",
        edits=(Edit(_LAST_LOG_ENTRY, _LAST_LOG_ENTRY + _ENTRY_ON_AUTHORITIES),),
        changes=True,
    ),
    Night(
        at=datetime(2024, 3, 14, 3, 17, tzinfo=UTC),
        shows="Unused accounts are kept for 18 months instead of 6, and the change log says so at once.",
        edits=(
            Edit("By default this happens after 6 months.", "By default this happens after 18 months."),
            Edit(_ENTRY_ON_AUTHORITIES, _ENTRY_ON_AUTHORITIES + _ENTRY_ON_ACCOUNTS),
        ),
        changes=True,
    ),
    Night(
        at=datetime(2024, 3, 15, 3, 17, tzinfo=UTC),
        shows="Nothing new: the last change is confirmed.",
    ),
    Night(
        at=datetime(2024, 4, 12, 3, 17, tzinfo=UTC),
        shows="The transparency report for January to March is out: for the first time data was handed over.",
        figures="figures-april.csv",
    ),
    Night(
        at=datetime(2024, 7, 12, 3, 17, tzinfo=UTC),
        shows="The report for April to June: far more was handed over. A figure of the report before is revised.",
        figures="figures-july.csv",
    ),
)


def page_for(night: Night) -> bytes:
    """Return the page that is served on `night`, one of `NIGHTS`, in UTF-8.

    Raises:
        ValueError: If an edit of this night or an earlier one does not fit the page exactly once.
    """
    html = resources.files("tracker.demo").joinpath("pages", night.page).read_text(encoding="utf-8")
    for earlier in NIGHTS[: NIGHTS.index(night) + 1]:
        if earlier.page == night.page:
            for edit in earlier.edits:
                html = _apply_edit(html, edit)
    return html.encode()


def figures_for(night: Night) -> bytes:
    """Return the figures that are served on `night`, in UTF-8; every one of them is invented."""
    return resources.files("tracker.demo").joinpath("pages", night.figures).read_bytes()


def _apply_edit(html: str, edit: Edit) -> str:
    if html.count(edit.old) != 1:
        raise ValueError(f"an edit of the story fits {html.count(edit.old)} times, not once: {edit.old!r}")
    return html.replace(edit.old, edit.new)


def published_at(night: Night) -> datetime:
    """Return the first night on which the page of `night` was served as it is (UTC)."""
    body = page_for(night)
    return next(earlier.at for earlier in NIGHTS if page_for(earlier) == body)
