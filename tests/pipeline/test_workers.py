"""Processes that share an import's work: in order, and none left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.pipeline.workers import crew

#: Prints the numbers of its workers' processes, then waits for its end.
_WORK_AND_WAIT = """
import os, sys
from tracker.pipeline.workers import crew

def numbers_of(few):
    return [os.getpid() for _ in few]

if __name__ == "__main__":
    with crew(amount=64, least=1) as workers:
        found = sorted(set(workers.map(numbers_of, range(64), batch=1)))
        print(*(number for number in found if number != os.getpid()), flush=True)
        sys.stdin.read()
"""


@pytest.mark.parametrize("least", [1, 1_000])
def test_results_come_in_the_order_of_the_items(least: int) -> None:
    with crew(amount=500, least=least) as workers:
        assert list(workers.map(list, range(500), batch=3)) == list(range(500))


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells when the process of another has ended")
def test_workers_end_with_the_process_that_started_them_though_it_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "work_and_wait.py"
    script.write_text(_WORK_AND_WAIT)
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        workers = [os.pidfd_open(int(number)) for number in parent.stdout.readline().split()]
        if not workers:
            parent.kill()
            pytest.skip("a machine of one core starts no processes")
        try:
            parent.send_signal(signal.SIGKILL)
            for worker in workers:
                ended, _, _ = select.select([worker], [], [], 30)
                assert ended, "a worker outlived the import that started it"
        finally:
            for worker in workers:
                os.close(worker)


#: Ends its process on one item, and gives the others back.
_END_ON_SEVEN = """
import os
from tracker.pipeline.workers import crew

def give_back(few):
    if 7 in few:
        os._exit(1)
    return list(few)

if __name__ == "__main__":
    with crew(amount=64, least=1) as workers:
        if workers.are_processes:
            print(list(workers.map(give_back, range(40), batch=3, rescue=lambda item: -item)))
        else:
            print("one core")
"""


def test_an_item_that_ends_its_process_is_rescued_and_the_others_have_their_results(tmp_path: Path) -> None:
    script = tmp_path / "end_on_seven.py"
    script.write_text(_END_ON_SEVEN)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    if done.stdout == "one core\n":
        pytest.skip("a machine of one core starts no processes")
    assert done.stdout == f"{[-item if item == 7 else item for item in range(40)]}\n"


@pytest.mark.parametrize(("weights", "expected"), [([1] * 7, [3, 3, 1]), ([1, 300_000, 1, 1], [2, 2])])
def test_a_batch_is_full_by_its_items_or_by_their_weight(weights: list[int], expected: list[int]) -> None:
    with crew(amount=1, least=2) as workers:
        batches = workers.map(lambda few: [len(few)], weights, batch=3, weigh=lambda weight: weight)
        assert list(batches) == expected
