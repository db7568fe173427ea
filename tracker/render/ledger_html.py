"""A ledger as one page that needs no other file."""

from __future__ import annotations

from jinja2 import Environment

from tracker.model import Ledger
from tracker.render.ledger_view import lay_out_ledger, tell_ledger_span


def ledger_to_html(ledger: Ledger, *, environment: Environment) -> str:
    """Return the ledger as a page: what `tracker history DOC --format html` prints.

    Args:
        ledger: Of a document.
        environment: From `make_environment`.
    """
    return environment.get_template("ledger.html").render(
        ledger=ledger,
        parts=lay_out_ledger(ledger),
        span=tell_ledger_span(ledger),
        address_of=lambda _event: None,
        anchors={},
    )
