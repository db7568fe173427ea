"""Work on many texts at once: on every core where there is enough of it, and at once where there is little."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Batches that are under way for each process: enough that none waits while results are written, few enough that
#: memory stays flat.
_AHEAD: Final = 12
#: The same in bytes, for items that are weighed: these, and one batch for each process, are in memory at once.
_AHEAD_BYTES: Final = 16_000_000
#: From so many bytes on a batch is handed over, however few its items are.
_BATCH_BYTES: Final = 250_000


class Crew:
    """Workers that are started when they are first needed."""

    def __init__(self, executor: Callable[[], Executor] | None, size: int) -> None:
        """Take over `executor`, which starts them; None works in this process."""
        self._start = executor
        self._executor: Executor | None = None
        self.size = size

    @property
    def are_processes(self) -> bool:
        """Whether work is handed to other processes, and items are drawn ahead of the results."""
        return self._start is not None

    def map(
        self,
        function: Callable[[tuple[Item, ...]], list[Result]],
        items: Iterable[Item],
        *,
        batch: int,
        weigh: Callable[[Item], int] = lambda _: 0,
        rescue: Callable[[Item], Result] | None = None,
    ) -> Iterator[Result]:
        """Yield the results of `function` for `items`, in order; a few batches are under way at a time.

        Args:
            function: Takes `batch` items and gives as many results; a module's own, so that processes can be sent it.
            items: Drawn as they are needed.
            batch: How many are handed over at once.
            weigh: How many bytes an item has: of many bytes, fewer items are handed over at once and under way.
            rescue: What stands for the result of an item on which a process came to its end, for want of memory, say.
                Without it, that is an error.

        Raises:
            BrokenProcessPool: If a process ended, and nothing rescues its items.
        """
        batches = _cut(iter(items), batch, weigh)
        if self._start is None:
            for few, _ in batches:
                yield from function(few)
            return
        waiting: deque[tuple[tuple[Item, ...], int, Future[list[Result]]]] = deque()
        ahead_bytes = 0
        for few, weight in batches:
            waiting.append((few, weight, self._submit(function, few)))
            ahead_bytes += weight
            while len(waiting) > self.size * _AHEAD or (ahead_bytes > _AHEAD_BYTES and len(waiting) > self.size):
                ahead_bytes -= waiting[0][1]
                yield from self._results(function, waiting, rescue)
        while waiting:
            yield from self._results(function, waiting, rescue)

    def _submit(
        self, function: Callable[[tuple[Item, ...]], list[Result]], few: tuple[Item, ...]
    ) -> Future[list[Result]]:
        if self._executor is None:
            if self._start is None:
                raise ValueError("these workers are no processes")
            self._executor = self._start()
        try:
            return self._executor.submit(function, few)
        except BrokenExecutor as error:
            # Told where its results are asked for, in their order.
            broken: Future[list[Result]] = Future()
            broken.set_exception(error)
            return broken

    def _results(
        self,
        function: Callable[[tuple[Item, ...]], list[Result]],
        waiting: deque[tuple[tuple[Item, ...], int, Future[list[Result]]]],
        rescue: Callable[[Item], Result] | None,
    ) -> list[Result]:
        """Return the results of the first batch, and take it away; where its process ended, begin the others anew."""
        few, _, future = waiting.popleft()
        try:
            return future.result()
        except BrokenExecutor:
            if rescue is None:
                raise
            self.close()
            # One end breaks all that is under way, so that each item shows alone whether it was the cause.
            found = [self._result_alone(function, item, rescue) for item in few]
            others = list(waiting)
            waiting.clear()
            waiting.extend((these, weight, self._submit(function, these)) for these, weight, _ in others)
            return found

    def _result_alone(
        self,
        function: Callable[[tuple[Item, ...]], list[Result]],
        item: Item,
        rescue: Callable[[Item], Result],
    ) -> Result:
        try:
            return self._submit(function, (item,)).result()[0]
        except BrokenExecutor:
            self.close()
            return rescue(item)

    def close(self) -> None:
        """End the workers."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _cut(items: Iterator[Item], batch: int, weigh: Callable[[Item], int]) -> Iterator[tuple[tuple[Item, ...], int]]:
    """Yield `items` in batches with their weight; an item that weighs much is one alone, or the last of one."""
    few: list[Item] = []
    weight = 0
    for item in items:
        few.append(item)
        weight += weigh(item)
        if len(few) == batch or weight > _BATCH_BYTES:
            yield tuple(few), weight
            few, weight = [], 0
    if few:
        yield tuple(few), weight


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
    # The key that interrupts a program reaches all its processes; the parent alone says what then happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    # Versions are many small objects without cycles: looking for some takes a tenth of the time of parsing.
    gc.set_threshold(50_000, 20, 100)


def _end_with(sentinel: int) -> None:
    """End this process once `sentinel` says that its parent is no more: nobody else would."""
    wait([sentinel])
    os._exit(1)
