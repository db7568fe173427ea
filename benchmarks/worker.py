"""One contender at work in its own process, which is stopped where it takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parents[1]
#: Made by `make bench` from `peers.txt`.
PEERS_PYTHON: Final = ROOT / "build" / "peers" / "bin" / "python"
#: For imports, and for preparing a pair.
PREPARE_SECONDS: Final = 60.0
_BLOCK_BYTES: Final = 1 << 16


class Worker:
    """Asks one contender; begins a new process where the last one had to be stopped."""

    def __init__(self, name: str, *, cap_seconds: float, ours: bool = False) -> None:
        self.name = name
        self.cap_seconds = cap_seconds
        self.missing: str | None = None
        """Why this contender cannot be asked; None where it can."""
        self.version = ""
        self._python = str(PEERS_PYTHON) if PEERS_PYTHON.exists() and not ours else sys.executable
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""
        self._start()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the process end."""
        if self._process is not None:
            self._process.communicate()  # closes its input: there are no more requests
            self._process = None

    def ask(self, task: str, old: str, new: str, **options: int) -> dict[str, Any] | None:
        """Return the answer, with `failed` where the contender did; None where it took longer than the cap."""
        if self._process is None:
            self._start()
        if self._process is None or self._process.stdin is None:
            return {"failed": self.missing}
        request = {"task": task, "old": old, "new": new, **options}
        try:
            self._process.stdin.write(f"{json.dumps(request)}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            self._stop()
            return {"failed": "its process ended"}
        answer = self._answer(PREPARE_SECONDS)
        if answer is not None and "begun" in answer:
            answer = self._answer(self.cap_seconds)
        if answer is None:
            self._stop()
        return answer

    def _start(self) -> None:
        command = [self._python, "-m", "benchmarks.peer_runner", self.name]
        self._read = b""
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        hello = self._answer(PREPARE_SECONDS) or {"missing": "it does not start"}
        self.missing = hello.get("missing")
        self.version = hello.get("version", "")
        if self.missing is not None:
            self._stop()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(BrokenPipeError):  # a request that was never read
                self._process.communicate()
            self._process = None

    def _answer(self, patience_seconds: float) -> dict[str, Any] | None:
        """Return the next line that the process says; None where it says nothing in time."""
        if self._process is None or self._process.stdout is None:
            return None
        pipe = self._process.stdout.fileno()
        deadline = time.monotonic() + patience_seconds
        while b"\n" not in self._read:
            ready, _, _ = select.select([pipe], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                return None
            block = os.read(pipe, _BLOCK_BYTES)
            if not block:
                self._stop()  # the next request begins a new one
                return {"failed": "its process ended"}
            self._read += block
        line, _, self._read = self._read.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer
