"""A change as plain text for terminals, logs and mails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from tracker.model import (
    AppliedCorrection,
    Change,
    ClauseChange,
    ClauseVerdict,
    Finding,
    Passing,
    PublishedVerdict,
    SectionRef,
    Verdict,
    VerdictHistory,
    Withholding,
)
from tracker.render.change_columns import Pen, Screen, column_heads, column_lines, inline_lines
from tracker.render.change_view import Changed, lay_out, list_deceptions, list_unnamed
from tracker.render.visible import terminal_text
from tracker.render.words import (
    is_coarse,
    shorten,
    tell_announcement,
    tell_announcements,
    tell_correction,
    tell_count,
    tell_dates,
    tell_day,
    tell_instant,
    tell_note,
    tell_published,
    tell_section,
)

View: TypeAlias = Literal["inline", "side-by-side"]

#: Characters that are shown of words that did not change: of a clause that only moved, or came and went.
_GLIMPSE: Final = 100
_PASSING_GLIMPSE: Final = 200


def change_to_text(
    change: Change,
    verdict: Verdict,
    *,
    colour: bool,
    view: View = "inline",
    screen: Screen | None = None,
    between: Sequence[Passing] = (),
    more_between: int = 0,
    history: VerdictHistory | None = None,
    corrections: Sequence[AppliedCorrection] = (),
    judged: Verdict | None = None,
    withheld: Sequence[Withholding] = (),
) -> str:
    """Return the change as text ending in one new line: headline, then each clause with its redline and findings.

    No control character of the page's text passes, and no line of it can act as a command of a build log. With `colour`
    the only escape sequences are our own.

    Args:
        change: What differs.
        verdict: What it means; parallel to the change's clauses.
        colour: Whether deleted and inserted words are set off by colour, not by brackets.
        view: Both texts in one, or the old left and the new right; that needs a `screen`.
        screen: How wide lines may be; without it they are not folded.
        between: What came after the old version and was gone before the new one.
        more_between: How many more such wordings there are.
        history: For a change of the archive, what was published about it.
        corrections: What persons corrected, oldest first; `verdict` has it in it.
        judged: What the rules say, where it was corrected.
        withheld: Why texts of it are not published; `change` is then empty.

    Raises:
        RenderError: If the verdict judges another number of clauses than the change has.
        ValueError: If two columns are asked for without a screen.
    """
    if view == "side-by-side" and screen is None:
        raise ValueError("two columns need a screen: say how wide it is")
    lines = [terminal_text(verdict.headline).replace("\n", " ")]
    lines += _correction_lines(corrections, judged)
    earlier = history.earlier(verdict if judged is None else judged) if history is not None else ()
    if withheld:
        lines += [tell_published(verdict), *map(_withheld_line, withheld), *map(_published_line, earlier)]
        return "\n".join(lines) + "\n"
    if verdict.broken is not None:
        lines += [f"Not the policy ({verdict.broken.reason}): {terminal_text(verdict.broken.detail)}"]
        lines += map(_published_line, earlier)
        return "\n".join(lines) + "\n"
    blocks = [block for block in lay_out(change, verdict) if isinstance(block, Changed)]
    lines += _summary_lines(change, verdict, blocks)
    lines += map(_published_line, earlier)
    pen = Pen(colour=colour, screen=screen)
    columns = screen if view == "side-by-side" else None
    if columns is not None and any(block.is_reworded for block in blocks):
        lines += ["", column_heads(pen)]
    is_technical = False
    for block in blocks:
        if block.is_technical and not is_technical:
            is_technical = True
            lines += ["", "Technical differences: the same words, other quotation marks, spaces, emphasis or links"]
        lines += ["", *_clause_lines(block, pen, columns)]
    if between:
        lines += ["", "Between the two versions, and gone again:", *map(_passing_line, between)]
    if more_between:
        lines.append(f"  and {tell_count(more_between, 'more wording', 'more wordings')}")
    return "\n".join(lines) + "\n"


def _summary_lines(change: Change, verdict: Verdict, blocks: Sequence[Changed]) -> Iterator[str]:
    facts = [verdict.kind, "material" if verdict.material else "not material", verdict.effect, *verdict.topics]
    yield ", ".join(facts)
    technical = sum(block.is_technical for block in blocks)
    words = f"{tell_count(change.words_added, 'word', 'words')} added, {change.words_removed:,} removed"
    more = f"; {tell_count(technical, 'technical difference', 'technical differences')}" if technical else ""
    yield f"{tell_count(len(blocks) - technical, 'clause', 'clauses')} changed, {words}{more}"
    if announced := tell_announcements(verdict.clauses):
        yield announced
    if verdict.dates is not None:
        yield _one_line(tell_dates(verdict.dates))
    if deceptions := list_deceptions(blocks):
        yield f"Warning: characters that make a text read otherwise than it is stored: {', '.join(deceptions)}"


def _clause_lines(block: Changed, pen: Pen, columns: Screen | None) -> Iterator[str]:
    clause, verdict = block.clause, block.verdict
    yield f"{_section(clause.section)} ({_tell_op(clause)}, {verdict.kind}, {verdict.effect})"
    if block.lead_in is not None:
        yield f"  after: {_one_line(block.lead_in)}"
    # Whoever reads a redline is to know beforehand that it is coarse.
    yield from (_note_line(note) for note in clause.notes if is_coarse(note))
    if not block.is_reworded:
        yield f"  same words: {_one_line(shorten(clause.new, _GLIMPSE))}"
    elif columns is not None:
        yield from column_lines(clause.redline, pen, columns)
    else:
        yield from inline_lines(clause.redline, pen)
    for old, new in clause.links:
        yield f"  link: {_one_line(old) or '(none)'} -> {_one_line(new) or '(none)'}"
    yield from (_note_line(note) for note in clause.notes if not is_coarse(note))
    if unnamed := list_unnamed(clause):
        yield f"  hidden characters: {', '.join(unnamed)}"
    yield from _verdict_lines(verdict)


def _tell_op(clause: ClauseChange) -> str:
    if clause.moved_from is None:
        return clause.op
    if clause.moved_from == clause.section:
        return clause.op if clause.is_heading else f"{clause.op} within the section"
    return f"{clause.op} from {_section(clause.moved_from)}"


def _note_line(note: str) -> str:
    return f"  note: {_one_line(tell_note(note))}"


def _verdict_lines(verdict: ClauseVerdict) -> Iterator[str]:
    for finding in verdict.findings:
        yield f"  {_finding_text(finding)}"
    # That the policy keeps no log is true of all clauses, and said above them.
    if verdict.announced is not None and verdict.announced.status != "no-log":
        cited = [verdict.announced.date, verdict.announced.entry]
        told = ": ".join(terminal_text(part) for part in cited if part)
        yield f"  {tell_announcement(verdict.announced)}{f' ({told})' if told else ''}"


def _finding_text(finding: Finding) -> str:
    before, after = (
        "(nothing)" if quote is None else f'"{terminal_text(quote.text)}"' for quote in (finding.before, finding.after)
    )
    return f"{finding.facet}: {before} -> {after} ({finding.effect}; {finding.rule}, {finding.confidence:.2f})"


def _correction_lines(corrections: Sequence[AppliedCorrection], judged: Verdict | None) -> Iterator[str]:
    yield from (_one_line(tell_correction(done)) for done in reversed(corrections))
    if judged is not None:
        yield f'By the rules: {tell_published(judged)}: "{_one_line(judged.headline)}"'


def _withheld_line(withholding: Withholding) -> str:
    since = tell_instant(withholding.at)
    return f"Withheld since {since}: {_one_line(withholding.reason)} (text SHA-256 {withholding.text_sha256})"


def _published_line(published: PublishedVerdict) -> str:
    told = f'{_one_line(tell_published(published))}: "{_one_line(published.headline)}"'
    return f"Earlier verdict of {tell_day(published.judged_at)} (rules {published.rules}): {told}"


def _passing_line(passing: Passing) -> str:
    came, went = tell_instant(passing.came.fetched_at), tell_instant(passing.went.fetched_at)
    words = f'"{_one_line(shorten(passing.text, _PASSING_GLIMPSE))}"' if passing.text else "missing in between"
    times = f", {passing.times} times" if passing.times > 1 else ""
    return f"  {_section(passing.section)} ({came} to {went}{times}): {words}"


def _section(section: SectionRef) -> str:
    return _one_line(tell_section(section))


def _one_line(text: str) -> str:
    return terminal_text(text).replace("\n", " ")
