"""Runs one contender in a process of its own, so that it can be stopped, in the Python that has what it needs.

`python -m benchmarks.peer_runner NAME` reads one request a line from its input and answers each with one line, both
JSON. A request has `task`, `old` and `new`; for the tasks see `ANSWERS`. Before the part that counts against the time
cap, the line `{"begun": true}` is sent.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.contenders import Contender, load_contender
from benchmarks.measure import ROUNDS, time_rounds

#: No further round of a pair is begun once its rounds took as long as this.
PATIENCE_SECONDS: Final = 0.25
_PROCESS: Final = Path("/proc/self")

Answer = dict[str, Any]
Say = Callable[[Answer], None]


def time_pair(contender: Contender, request: Answer, say: Say) -> Answer:
    """Return the seconds of each round, and by how much memory grew at most in the first."""
    prepared = contender.prepare(request["old"], request["new"])
    gc.collect()  # what preparing left behind is no part of the comparison
    before = _reset_peak_bytes()
    say({"begun": True})
    seconds = time_rounds(lambda: contender.compare(prepared), 1)
    grown = None if before is None else max((_status_bytes("VmHWM") or 0) - before, 0)
    if seconds[0] <= PATIENCE_SECONDS:
        rounds = request.get("rounds", ROUNDS) - 1
        seconds += time_rounds(lambda: contender.compare(prepared), rounds, patience_seconds=PATIENCE_SECONDS)
    return {"seconds": seconds, "grown_bytes": grown}


def trace_pair(contender: Contender, request: Answer, say: Say) -> Answer:
    """Return the most bytes that Python objects took at once beyond the two versions."""
    prepared = contender.prepare(request["old"], request["new"])
    gc.collect()
    say({"begun": True})
    tracemalloc.start()
    contender.compare(prepared)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"traced_bytes": peak}


def reword_pair(contender: Contender, request: Answer, say: Say) -> Answer:
    """Return the tracker's reworded clauses: the number of the section, the old text, the new one."""
    prepared = contender.prepare(request["old"], request["new"])
    say({"begun": True})
    change: Any = contender.compare(prepared)
    reworded = [clause for clause in change.clauses if clause.old and clause.new and not clause.is_technical]
    return {"clauses": [(clause.section.number, clause.old, clause.new) for clause in reworded]}


def mark_pair(contender: Contender, request: Answer, say: Say) -> Answer:
    """Return what a reader is shown of two plain texts."""
    say({"begun": True})
    return {"spans": contender.mark(request["old"], request["new"])}


ANSWERS: Final[dict[str, Callable[[Contender, Answer, Say], Answer]]] = {
    "time": time_pair,
    "trace": trace_pair,
    "reword": reword_pair,
    "mark": mark_pair,
}


def _reset_peak_bytes() -> int | None:
    """Return how much memory the process holds, and let its peak begin anew; None where the system cannot tell."""
    try:
        (_PROCESS / "clear_refs").write_text("5")  # Linux: proc(5), resets VmHWM
    except OSError:
        return None
    return _status_bytes("VmRSS")


def _status_bytes(field: str) -> int | None:
    for line in (_PROCESS / "status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return None


def main() -> None:
    """Answer requests until there are no more."""
    # Peers may print: what they print goes where errors go, the answers alone to the real output.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as output:
        os.dup2(2, 1)

        def say(answer: Answer) -> None:
            output.write(f"{json.dumps(answer)}\n")
            output.flush()

        try:
            contender = load_contender(sys.argv[1])
        except ImportError as error:
            say({"missing": str(error)})
            return
        say({"version": contender.version})
        for line in sys.stdin:
            request = json.loads(line)
            try:
                say(ANSWERS[request["task"]](contender, request, say))
            except Exception as error:  # noqa: BLE001 - a peer's fault is a figure of the table, whatever it is
                say({"failed": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
