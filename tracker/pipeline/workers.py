"""Work on many texts at once: on every core where there is enough of it, and at once where there is little."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Batches that are under way for each process: enough that none waits while results are written, few enough that
#: memory stays flat.
_AHEAD: Final = 12


class Crew:
    """Workers that are started when they are first needed."""

    def __init__(self, executor: Callable[[], Executor] | None, size: int) -> None:
        """Take over `executor`, which starts them; None works in this process."""
        self._start = executor
        self._executor: Executor | None = None
        self.size = size

    def map(
        self, function: Callable[[tuple[Item, ...]], list[Result]], items: Iterable[Item], *, batch: int
    ) -> Iterator[Result]:
        """Yield the results of `function` for `items`, in order; a few batches are under way at a time.

        Args:
            function: Takes `batch` items and gives as many results; a module's own, so that processes can be sent it.
            items: Drawn as they are needed.
            batch: How many are handed over at once.
        """
        drawn = iter(items)
        batches = iter(lambda: tuple(islice(drawn, batch)), ())
        if self._start is None:
            for few in batches:
                yield from function(few)
            return
        if self._executor is None:
            self._executor = self._start()
        waiting: deque[Future[list[Result]]] = deque()
        for few in batches:
            waiting.append(self._executor.submit(function, few))
            if len(waiting) > self.size * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()

    def close(self) -> None:
        """End the workers."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


@contextmanager
def crew(*, amount: int, least: int) -> Iterator[Crew]:
    """Yield workers for `amount` pieces of work: processes on all cores where it is `least` or more.

    Args:
        amount: How many pieces of work there are.
        least: From how many on the start of processes (a second or so) is worth it.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    is_worth_it = amount >= least and cores > 1
    # A fork would copy the threads that read from git; a server that has none is forked instead, with all imported.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tracker.pipeline"])

    def open_pool() -> Executor:
        return ProcessPoolExecutor(cores, mp_context=context, initializer=_begin_work)

    found = Crew(open_pool if is_worth_it else None, cores)
    try:
        yield found
    finally:
        found.close()


def _begin_work() -> None:
    """Prepare a worker: it ends with the process that started it, however that ends, and collects garbage seldom."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    gc.freeze()
    # Versions are many small objects without cycles: looking for some takes a tenth of the time of parsing.
    gc.set_threshold(50_000, 20, 100)


def _end_with(sentinel: int) -> None:
    """End this process once `sentinel` says that its parent is no more: nobody else would."""
    wait([sentinel])
    os._exit(1)
