"""Commands that look after the archive and the set-up."""

from __future__ import annotations

from tracker.cli.session import EXIT_ARCHIVE, EXIT_FAILED, JSON_OPTION, Session, command, fail, print_json, utc_now
from tracker.model import JsonValue
from tracker.pipeline import diagnose, verify_archive


@command
def verify(session: Session, *, as_json: JSON_OPTION = False) -> None:
    """Check every version in the archive: rebuild it from its snapshot, or compare its digests.

    Exit code 3 means that something is wrong. What was erased of withheld versions is named, and is no fault.

    Example:

        tracker verify --archive archive.git
    """
    with session.workspace.open_archive() as archive:
        found = verify_archive(archive)
    if as_json:
        problems: list[JsonValue] = [
            {"kind": problem.kind, "where": problem.where, "detail": problem.detail} for problem in found.problems
        ]
        row: dict[str, JsonValue] = {
            "schema": "tracker.verify/1",
            "records": found.records,
            "rebuilt": found.rebuilt,
            "by_digest": found.by_digest,
            "problems": problems,
        }
        if found.withheld:
            row["withheld"] = [{"where": erased.where, "detail": erased.detail} for erased in found.withheld]
        print_json(row)
    else:
        for problem in found.problems:
            session.complain(f"{problem.kind}: {problem.where}: {problem.detail}")
        for erased in found.withheld:
            session.say(f"withheld: {erased.where}: {erased.detail}")
        session.say(
            f"{found.records} records: {found.rebuilt} rebuilt from their snapshots, {found.by_digest} checked by "
            f"digest, {len(found.problems)} problems"
        )
    if found.problems:
        fail(EXIT_ARCHIVE)


@command
def doctor(session: Session, *, as_json: JSON_OPTION = False) -> None:
    """Look over the set-up: git, settings, declarations, archive. Changes nothing and fetches nothing.

    Example:

        tracker doctor
    """
    findings = diagnose(session.workspace, now=utc_now())
    if as_json:
        rows: list[JsonValue] = [
            {
                "name": finding.name,
                "status": finding.status,
                "detail": finding.detail,
                "next_step": finding.next_step or None,
            }
            for finding in findings
        ]
        print_json({"schema": "tracker.doctor/1", "findings": rows})
    else:
        for finding in findings:
            session.say(f"{finding.status:8} {finding.name}: {finding.detail}")
            if finding.next_step:
                session.say(f"         {finding.next_step}")
    if any(finding.status == "problem" for finding in findings):
        fail(EXIT_FAILED)
