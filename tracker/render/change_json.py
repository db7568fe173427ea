"""A change as the JSON object `tracker.change/1` (DESIGN, section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.errors import RenderError
from tracker.model import (
    Announcement,
    AppliedCorrection,
    Change,
    ClauseChange,
    ClauseVerdict,
    CorrectionValue,
    Finding,
    JsonValue,
    OwnDate,
    OwnDates,
    Passing,
    PublishedVerdict,
    Verdict,
    VerdictHistory,
    Withholding,
    find_retraction,
    format_instant,
)
from tracker.render.record_json import moment_to_json, section_to_json
from tracker.render.words import is_coarse

SCHEMA = "tracker.change/1"


def judged_clauses(change: Change, verdict: Verdict) -> Iterator[tuple[ClauseChange, ClauseVerdict]]:
    """Yield each clause change with its verdict, in the change's order; none where the change is broken.

    Raises:
        RenderError: If the verdict judges another number of clauses than the change has.
    """
    if verdict.broken is not None:
        return
    if len(verdict.clauses) != len(change.clauses):
        raise RenderError(
            f"cannot tell a change of {len(change.clauses)} clauses by a verdict on {len(verdict.clauses)}: "
            "judge the change again"
        )
    yield from zip(change.clauses, verdict.clauses, strict=True)


def change_to_json(
    change: Change,
    verdict: Verdict,
    *,
    id: str,  # noqa: A002 - named by the contract
    trust: str,
    between: Sequence[Passing] = (),
    more_between: int = 0,
    history: VerdictHistory | None = None,
    corrections: Sequence[AppliedCorrection] = (),
    judged: Verdict | None = None,
    withheld: Sequence[Withholding] = (),
) -> dict[str, JsonValue]:
    """Return the object `tracker.change/1`, keys in the order of DESIGN, section 7; what they mean: `docs/json.md`.

    Args:
        change: What differs.
        verdict: What it means; parallel to the change's clauses.
        id: Name of the change: the caller's own, or its feed id.
        trust: How far the capture is trusted (DESIGN, section 6).
        between: What came after the old version and was gone before the new one.
        more_between: How many more such wordings there are.
        history: For a change of the archive, what was published about it.
        corrections: What persons corrected, oldest first; `verdict` has it in it.
        judged: What the rules say, where it was corrected.
        withheld: Why texts of it are not published; `change` is then empty.

    Raises:
        RenderError: If the verdict judges another number of clauses than the change has.
    """
    clauses: list[JsonValue] = [_clause_to_json(clause, judged) for clause, judged in judged_clauses(change, verdict)]
    is_broken = verdict.broken is not None
    row: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "id": id,
        "kind": verdict.kind,
        "material": verdict.material,
        "effect": verdict.effect,
        "topics": list(verdict.topics),
        "trust": trust,
        "headline": verdict.headline,
        "broken": {"reason": verdict.broken.reason, "detail": verdict.broken.detail} if verdict.broken else None,
        "stats": {
            "clauses_changed": len(clauses),
            "words_added": 0 if is_broken else change.words_added,
            "words_removed": 0 if is_broken else change.words_removed,
        },
        "clauses": clauses,
    }
    if verdict.dates is not None:
        row["dates"] = _dates_to_json(verdict.dates)
    if between:
        row["between"] = [_passing_to_json(passing) for passing in between]
    if more_between:
        row["more_between"] = more_between
    if withheld:
        row["withheld"] = [_withholding_to_json(one) for one in withheld]
    if history is not None:
        if corrections:
            row["corrections"] = [correction_to_json(done) for done in corrections]
        if find_retraction(corrections) is not None:
            row["retracted"] = True
        if judged is not None:
            row["judged"] = _judged_to_json(judged)
        by_rules = verdict if judged is None else judged
        row["rules"] = history.rules
        published_at = history.published_at(by_rules)
        row["judged_at"] = None if published_at is None else format_instant(published_at)
        row["earlier"] = [_published_to_json(published) for published in history.earlier(by_rules)]
    return row


def correction_to_json(done: AppliedCorrection) -> JsonValue:
    """Return a correction as an object: what it says, and as `old` what stood before it."""
    correction = done.correction
    return {
        "field": correction.field,
        "old": _correction_value(done.old),
        "value": _correction_value(correction.value),
        "reason": correction.reason,
        "by": correction.by,
        "at": format_instant(correction.at),
    }


def _correction_value(value: CorrectionValue) -> JsonValue:
    return list(value) if isinstance(value, tuple) else value


def _withholding_to_json(withholding: Withholding) -> JsonValue:
    return {
        "text_sha256": withholding.text_sha256,
        "reason": withholding.reason,
        "at": format_instant(withholding.at),
    }


def _judged_to_json(verdict: Verdict) -> JsonValue:
    return {
        "kind": verdict.kind,
        "material": verdict.material,
        "effect": verdict.effect,
        "topics": list(verdict.topics),
        "headline": verdict.headline,
    }


def _published_to_json(published: PublishedVerdict) -> JsonValue:
    return {
        "rules": published.rules,
        "judged_at": format_instant(published.judged_at),
        "kind": published.kind,
        "material": published.material,
        "effect": published.effect,
        "topics": list(published.topics),
        "headline": published.headline,
        "change": published.change,
    }


def _clause_to_json(clause: ClauseChange, verdict: ClauseVerdict) -> JsonValue:
    row: dict[str, JsonValue] = {
        "op": clause.op,
        "section": section_to_json(clause.section),
        "moved_from": None if clause.moved_from is None else section_to_json(clause.moved_from),
        "old": clause.old,
        "new": clause.new,
        "redline": [[span.tag, span.text] for span in clause.redline],
        "kind": verdict.kind,
        "topics": list(verdict.topics),
        "effect": verdict.effect,
        "announced": None if verdict.announced is None else _announcement_to_json(verdict.announced),
        "findings": [_finding_to_json(finding) for finding in verdict.findings],
    }
    if clause.links:
        row["links"] = [[old, new] for old, new in clause.links]
    if clause.notes:
        row["notes"] = list(clause.notes)
    if any(is_coarse(note) for note in clause.notes):
        row["coarse"] = True
    return row


def _passing_to_json(passing: Passing) -> JsonValue:
    row: dict[str, JsonValue] = {
        "section": section_to_json(passing.section),
        "text": passing.text,
        "came": moment_to_json(passing.came),
        "went": moment_to_json(passing.went),
    }
    if passing.times > 1:
        row["times"] = passing.times
    return row


def _announcement_to_json(announced: Announcement) -> JsonValue:
    row: dict[str, JsonValue] = {"status": announced.status, "entry": announced.entry, "date": announced.date}
    if announced.lag_days is not None:
        row["lag_days"] = round(announced.lag_days, 1)
    return row


def _dates_to_json(dates: OwnDates) -> JsonValue:
    old, new = (None if side is None else _own_date_to_json(side) for side in (dates.old, dates.new))
    return {"status": dates.status, "old": old, "new": new}


def _own_date_to_json(date: OwnDate) -> JsonValue:
    row: dict[str, JsonValue] = {
        "label": date.label,
        "printed": date.printed,
        "day": None if date.day is None else date.day.isoformat(),
    }
    if date.is_ambiguous:
        row["ambiguous"] = True
    return row


def _finding_to_json(finding: Finding) -> JsonValue:
    return {
        "facet": finding.facet,
        "before": None if finding.before is None else finding.before.text,
        "after": None if finding.after is None else finding.after.text,
        "effect": finding.effect,
        "rule": finding.rule,
        "confidence": finding.confidence,
    }
