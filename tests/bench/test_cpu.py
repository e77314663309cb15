"""The kernel's accounting is read for the right process."""

import subprocess
import sys

from bench.cpu import Meter, cpu_ns, family, memory_kb, threads

BURN = "import time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\ninput()"


def test_cpu_time_counts_what_a_process_has_worked() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        meter = Meter(family(worker.pid), [])
        assert worker.stdout
        assert worker.stdout.readline() == "done\n"
        assert cpu_ns(worker.pid) >= 0.2e9
        assert meter.usage().server > 0
        assert threads([worker.pid]) == 1
        assert memory_kb([worker.pid]) > 1000
        worker.communicate("\n")


def test_a_process_that_ends_meanwhile_counts_with_what_was_seen_of_it() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as worker:
        meter = Meter([], [worker.pid])
        worker.communicate("\n")
    assert meter.usage().beside == 0
