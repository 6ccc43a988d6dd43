"""Runs client processes and keeps what they took, round by round."""

import dataclasses
import os
import statistics
import subprocess
import sys
import time


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


@dataclasses.dataclass(frozen=True)
class Sample:
    """One client's work on all documents. `bytes` are those of the requests or answers."""

    documents: int
    bytes: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int

    @property
    def rate(self):
        return self.documents / self.seconds

    @property
    def megabytes_per_second(self):
        return self.bytes / 1e6 / self.seconds

    @property
    def cpu_per_million(self):
        return self.cpu_seconds * 1e6 / self.documents

    @property
    def peak_megabytes(self):
        return self.peak_bytes / 1e6


@dataclasses.dataclass(frozen=True)
class Usage:
    """What child processes took, by wait4: CPU and peak memory are sums over them.

    A child's peak is never below what this small interpreter held when it started the child.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str

    def sample(self, documents, size):
        return Sample(documents, size, self.seconds, self.cpu_seconds, self.peak_bytes)


def run_clients(commands, after=lambda: None):
    """Runs commands side by side; `after` belongs to the measured time. Ends the bench on failure."""
    started = time.monotonic()
    children = []
    try:
        for command in commands:
            children.append(subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True))
        usages = [_wait(child) for child in children]
    except BaseException:
        for child in children:
            if child.returncode is None:
                child.kill()
                child.wait()
        raise
    after()
    seconds = time.monotonic() - started
    output = "".join(child.stdout.read() for child in children)
    for child in children:
        child.stdout.close()
    return Usage(seconds, sum(u.ru_utime + u.ru_stime for u in usages),
                 sum(u.ru_maxrss for u in usages) * 1024, output)


def _wait(child):
    # The output of a client is a few lines and fits the pipe, so that nobody need read it meanwhile.
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"bench: {' '.join(child.args)} ended with {child.returncode}")
    return usage


class Series:
    """What one client took in each round."""

    def __init__(self, name):
        self.name = name
        self.samples = []

    def spread(self, quantity):
        values = [getattr(sample, quantity) for sample in self.samples]
        return min(values), statistics.median(values), max(values)

    def median(self, quantity):
        return self.spread(quantity)[1]


def run_rounds(title, rounds, clients):
    """Each client once a round, in turn, so that slow minutes of the machine hit all of them alike.

    `clients` maps names to functions that return a Sample. One run of the first is dropped before.
    Returns a Series for each name.
    """
    say(f"{title}: warm-up, not counted")
    next(iter(clients.values()))()
    series = {name: Series(name) for name in clients}
    for number in range(1, rounds + 1):
        for name, run in clients.items():
            sample = run()
            series[name].samples.append(sample)
            say(f"{title}, round {number}: {name}: {sample.rate:,.0f} docs/s, "
                f"{sample.cpu_per_million:.2f} CPU s per million")
    return series
