"""Invented figures of Courier, a messenger that does not exist, around the change of its policy on 5 March 2024."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tracker.model import Cadence, DocumentKey, PublisherFigures, Report, Stated
from tracker.transparency import DatasetState, Known, tell_publisher

POLICY = DocumentKey(service="Courier", terms_type="Privacy Policy")
EARLY = datetime(2024, 5, 2, tzinfo=UTC)
LATE = datetime(2024, 8, 2, tzinfo=UTC)


def report(country: str, start: str, end: str, requests: int | None, users: int | None, **more: object) -> Report:
    return Report(
        publisher="Courier",
        country=country,
        start=date.fromisoformat(start),
        end=date.fromisoformat(end),
        requests=requests,
        users=users,
        **more,  # type: ignore[arg-type]
    )


#: Norway: a year that nobody tells by quarter but for its last, which follows; then quarters, one of them revised.
NORWAY = (
    report("NOR", "2023-01-01", "2023-12-31", 9, 14),
    report("NOR", "2023-01-01", "2023-09-30", 5, 8),
    report("NOR", "2024-01-01", "2024-03-31", 7, 9),
)
#: Chad: figures that cannot all be right, and a gap.
CHAD = (
    report("TCD", "2023-01-01", "2023-12-31", 3, 3),
    report("TCD", "2023-01-01", "2023-06-30", 2, 2),
    report("TCD", "2023-07-01", "2023-12-31", 2, 2),
    report("TCD", "2024-04-01", "2024-06-30", 0, 0),
)
NEWER = (
    *NORWAY[:2],
    report("NOR", "2024-01-01", "2024-03-31", 8, 11),
    report("NOR", "2024-04-01", "2024-06-30", 1234, 23456, received=1300, data_types=("IP address",)),
    *CHAD,
)


def invent_figures(
    *, until: datetime = datetime(2024, 12, 1, tzinfo=UTC), publisher: str = "Courier", is_made_up: bool = True
) -> PublisherFigures:
    """Two versions of a dataset, and a message that says otherwise of one quarter."""
    versions = [
        DatasetState(
            at=at, url="https://figures.example/courier.json", sha256=digit * 64, credit="Ann, CC0", reports=told
        )
        for at, digit, told in ((EARLY, "a", (*NORWAY, *CHAD[:3])), (LATE, "b", NEWER))
    ]
    message = Stated(report=report("TCD", "2024-04-01", "2024-06-30", 1, 2), source="answer.txt", at=LATE)
    return tell_publisher(
        publisher,
        Known(datasets={"collected": versions}, messages=[message]),
        document=POLICY,
        cadence=Cadence(
            months=3, since=datetime(2024, 3, 5, tzinfo=UTC), quote="We publish a quarterly report.", before=6
        ),
        until=until,
        is_made_up=is_made_up,
    )
