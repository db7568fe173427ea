"""A change as plain text for terminals, logs and mails."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.model import Change, ClauseChange, ClauseVerdict, Finding, Span, Verdict
from tracker.render.change_json import judged_clauses
from tracker.render.visible import terminal_text
from tracker.render.words import ANNOUNCED_WORDS, tell_count, tell_section

#: How inserted and deleted words are set off: brackets alone, or ANSI colour with underline and strike-through
#: (ECMA-48, section 8.3.117).
_PLAIN = {"-": ("[-", "-]"), "+": ("{+", "+}"), "=": ("", "")}
_COLOURED = {"-": ("\x1b[31;9m", "\x1b[0m"), "+": ("\x1b[32;4m", "\x1b[0m"), "=": ("", "")}


def change_to_text(change: Change, verdict: Verdict, *, colour: bool) -> str:
    """Return the change as text ending in one new line: headline, then each clause with its redline and findings.

    No control character of the page's text passes, and no line of it can act as a command of a build log. With `colour`
    the only escape sequences are our own.

    Raises:
        RenderError: If the verdict judges another number of clauses than the change has.
    """
    lines = [terminal_text(verdict.headline).replace("\n", " ")]
    if verdict.broken is not None:
        lines += [f"Not the policy ({verdict.broken.reason}): {terminal_text(verdict.broken.detail)}"]
        return "\n".join(lines) + "\n"
    judged = tuple(judged_clauses(change, verdict))
    facts = [verdict.kind, "material" if verdict.material else "not material", verdict.effect, *verdict.topics]
    words = f"{tell_count(change.words_added, 'word', 'words')} added, {change.words_removed:,} removed"
    lines += [", ".join(facts), f"{tell_count(len(judged), 'clause', 'clauses')} changed, {words}"]
    for clause, clause_verdict in judged:
        lines += ["", *_clause_lines(clause, clause_verdict, colour=colour)]
    return "\n".join(lines) + "\n"


def _clause_lines(clause: ClauseChange, verdict: ClauseVerdict, *, colour: bool) -> Iterator[str]:
    op: str = clause.op
    if clause.moved_from is not None:
        op = f"{op} from {terminal_text(tell_section(clause.moved_from))}"
    yield f"{terminal_text(tell_section(clause.section))} ({op}, {verdict.kind}, {verdict.effect})"
    for line in "".join(_span_text(span, colour=colour) for span in clause.redline).split("\n"):
        # A build log reads a command where a line starts; the bar stands there instead of the page's words.
        yield f"  | {line}".rstrip()
    for old, new in clause.links:
        yield f"  link: {terminal_text(old) or '(none)'} -> {terminal_text(new) or '(none)'}"
    for note in clause.notes:
        yield f"  note: {terminal_text(note)}"
    for finding in verdict.findings:
        yield f"  {_finding_text(finding)}"
    if verdict.announced is not None:
        cited = [verdict.announced.date, verdict.announced.entry]
        told = ": ".join(terminal_text(part) for part in cited if part)
        yield f"  {ANNOUNCED_WORDS[verdict.announced.status]}{f' ({told})' if told else ''}"


def _span_text(span: Span, *, colour: bool) -> str:
    start, end = (_COLOURED if colour else _PLAIN)[span.tag]
    # Colour ends with each line, so that a cut or paged line never bleeds into the next.
    lines = (f"{start}{line}{end}" if line else "" for line in terminal_text(span.text).split("\n"))
    return "\n".join(lines)


def _finding_text(finding: Finding) -> str:
    before, after = (
        "(nothing)" if quote is None else f'"{terminal_text(quote.text)}"' for quote in (finding.before, finding.after)
    )
    return f"{finding.facet}: {before} -> {after} ({finding.effect}; {finding.rule}, {finding.confidence:.2f})"
