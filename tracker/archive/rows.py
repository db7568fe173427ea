"""The JSON of the archive: provenance, check rows, held captures. Keys are sorted: equal values, equal bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tracker.archive.values import HeldCapture, KeptVerdicts, Problem
from tracker.errors import ArchiveError
from tracker.model import (
    Answer,
    Check,
    DocumentKey,
    JsonValue,
    Provenance,
    PublishedVerdict,
    Validators,
    Withholding,
    format_instant,
    parse_instant,
    printable_ascii,
)

HELD_SCHEMA = "tracker.held/1"


def to_pretty_json(value: JsonValue) -> bytes:
    """Return `value` as indented JSON in UTF-8 that ends in a newline."""
    return f"{json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode("utf-8", "backslashreplace")


def to_row(value: JsonValue) -> bytes:
    """Return `value` as one line of JSON in ASCII, newline included."""
    return f"{json.dumps(value, sort_keys=True, separators=(',', ':'))}\n".encode("ascii")


def read_rows(content: bytes, *, where: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file.

    Raises:
        ArchiveError: If a line is not one (reason `damaged`).
    """
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            row = read_object(line, where=f"{where}, line {number}")
            yield row


def pick_rows(content: bytes, text: str) -> bytes:
    """Return the lines of a JSON Lines file that hold the string `text`, and perhaps others."""
    forms = {json.dumps(text).encode(), json.dumps(text, ensure_ascii=False).encode("utf-8", "backslashreplace")}
    return b"\n".join(line for line in content.split(b"\n") if any(form in line for form in forms))


def read_object(content: bytes, *, where: str) -> dict[str, Any]:
    """Return the JSON object that `content` writes.

    Raises:
        ArchiveError: If it writes none (reason `damaged`).
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise unreadable(where, error) from error
    if not isinstance(value, dict):
        raise unreadable(where, TypeError("it is no JSON object"))
    return value


def read_provenance(content: bytes, *, where: str) -> Provenance:
    """Return the provenance that `content` writes.

    Raises:
        ArchiveError: If it writes none (reason `damaged`).
    """
    row = read_object(content, where=where)
    try:
        return Provenance.from_dict(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(where, error) from error


def check_row(check: Check) -> bytes:
    """Return `check` as one line of JSON."""
    row: dict[str, JsonValue] = {
        "document": str(check.document),
        "checked_at": format_instant(check.checked_at),
        "outcome": check.outcome,
        "reason": check.reason,
        "detail": check.detail,
        "text_sha256": check.text_sha256,
        "validators": {
            url: {"etag": validators.etag, "last_modified": validators.last_modified}
            for url, validators in check.validators
        },
    }
    if check.answers is not None:
        row["answers"] = [
            {"url": answer.url, "status": answer.status, "final_url": answer.final_url} for answer in check.answers
        ]
    if check.sources is not None:
        row["sources"] = list(check.sources)
    return to_row(row)


def read_check(row: dict[str, Any], *, where: str) -> Check:
    """Return the check that `row` writes.

    Raises:
        ArchiveError: If it writes none (reason `damaged`).
    """
    try:
        return Check(
            document=DocumentKey.parse(row["document"]),
            checked_at=parse_instant(row["checked_at"]),
            outcome=row["outcome"],
            reason=row.get("reason"),
            detail=row.get("detail"),
            text_sha256=row.get("text_sha256"),
            validators=tuple(
                (url, Validators(etag=pair.get("etag"), last_modified=pair.get("last_modified")))
                for url, pair in sorted(row.get("validators", {}).items())
            ),
            answers=_read_answers(row.get("answers")),
            sources=tuple(map(str, row["sources"])) if row.get("sources") is not None else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(where, error) from error


def _read_answers(rows: list[dict[str, Any]] | None) -> tuple[Answer, ...] | None:
    if rows is None:
        return None
    return tuple(Answer(url=row["url"], status=row.get("status"), final_url=row.get("final_url")) for row in rows)


def verdict_row(verdict: PublishedVerdict) -> bytes:
    """Return `verdict` as one line of JSON."""
    return to_row(
        {
            "id": verdict.id,
            "change": verdict.change,
            "rules": verdict.rules,
            "judged_at": format_instant(verdict.judged_at),
            "kind": verdict.kind,
            "material": verdict.material,
            "effect": verdict.effect,
            "topics": list(verdict.topics),
            "headline": verdict.headline,
        }
    )


def read_verdicts(content: bytes, *, where: str) -> KeptVerdicts:
    """Return the verdicts of a JSON Lines file in their order. Lines that hold none are named, and say nothing."""
    rows: list[PublishedVerdict] = []
    problems: list[Problem] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_read_verdict(json.loads(line)))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            said = printable_ascii(f"it holds no published verdict: {type(error).__name__}: {error}")
            problems.append(Problem(kind="unreadable", where=f"{where}, line {number}", detail=said))
    return KeptVerdicts(rows=tuple(rows), problems=tuple(problems))


def _read_verdict(row: dict[str, Any]) -> PublishedVerdict:
    texts = {name: row[name] for name in ("id", "change", "kind", "effect", "headline")}
    topics = row["topics"]
    if not isinstance(topics, list) or not all(isinstance(text, str) for text in (*texts.values(), *topics)):
        raise TypeError("id, change, kind, effect, headline and topics are text")
    if not isinstance(row["material"], bool) or not isinstance(row["rules"], int) or isinstance(row["rules"], bool):
        raise TypeError("material is true or false, and rules a number")
    return PublishedVerdict(
        **texts,
        rules=row["rules"],
        judged_at=parse_instant(row["judged_at"]),
        material=row["material"],
        topics=tuple(topics),
    )


def withheld_row(withholding: Withholding, *, is_withheld: bool) -> bytes:
    """Return the decision to withhold a text, or to publish it again, as one line of JSON."""
    return to_row(
        {
            "document": str(withholding.document),
            "text_sha256": withholding.text_sha256,
            "markdown_sha256": withholding.markdown_sha256,
            "body_sha256": list(withholding.body_sha256s),
            "reason": withholding.reason,
            "at": format_instant(withholding.at),
            "withheld": is_withheld,
        }
    )


def read_withheld(content: bytes, *, where: str) -> dict[str, Withholding]:
    """Return what is withheld after all decisions of a JSON Lines file, by the digest of the text.

    Raises:
        ArchiveError: If a line holds none (reason `damaged`): a text that nobody may publish is not told by guessing.
    """
    found: dict[str, Withholding] = {}
    for row in read_rows(content, where=where):
        try:
            withholding = Withholding(
                document=DocumentKey.parse(row["document"]),
                text_sha256=row["text_sha256"],
                markdown_sha256=row["markdown_sha256"],
                body_sha256s=tuple(row["body_sha256"]),
                reason=row["reason"],
                at=parse_instant(row["at"]),
            )
            is_withheld = row["withheld"]
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise unreadable(where, error) from error
        found.pop(withholding.text_sha256, None)
        if is_withheld is not False:
            found[withholding.text_sha256] = withholding
    return found


def held_json(held: HeldCapture, *, names: tuple[str, ...]) -> bytes:
    """Return the facts of `held` as JSON; `names` are the file names of its snapshots in the slot."""
    return to_pretty_json(
        {
            "schema": HELD_SCHEMA,
            "document": str(held.key),
            "held_at": format_instant(held.held_at),
            "outcome": held.outcome,
            "reason": held.reason,
            "detail": held.detail,
            "text_sha256": held.text_sha256,
            "snapshots": [{"path": path, "name": name} for (path, _), name in zip(held.snapshots, names, strict=True)],
            "provenance": held.provenance.to_dict() if held.provenance is not None else None,
        }
    )


def read_held(
    row: dict[str, Any], *, where: str, markdown: str | None = None, bodies: dict[str, bytes] | None = None
) -> HeldCapture:
    """Return the held capture that `row` writes, with its text and bodies (by file name) where they are given.

    Raises:
        ArchiveError: If it writes none (reason `damaged`).
    """
    try:
        return HeldCapture(
            key=DocumentKey.parse(row["document"]),
            held_at=parse_instant(row["held_at"]),
            outcome=row["outcome"],
            reason=row["reason"],
            detail=row["detail"],
            text_sha256=row["text_sha256"],
            markdown=markdown,
            snapshots=tuple((item["path"], bodies[item["name"]]) for item in row["snapshots"]) if bodies else (),
            provenance=Provenance.from_dict(row["provenance"]) if row["provenance"] is not None else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(where, error) from error


def unreadable(where: str, error: Exception) -> ArchiveError:
    """Return the error that says that the file at `where` is not in its format."""
    return ArchiveError(
        f"Reading {where} in the archive failed: {type(error).__name__}: {error}. Run 'tracker verify'; the version "
        "before it is in the archive's history.",
        reason="damaged",
    )
