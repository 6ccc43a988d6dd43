"""Runs client processes and keeps what they took, round by round."""

import dataclasses
import json
import statistics
import subprocess
import sys
import time

from engine import places


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
    """What client processes took, by wait4: CPU and peak memory are sums over them."""

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
            children.append(subprocess.Popen(
                [places.CLIENT_PROCESS, *(str(part) for part in command)], stdout=subprocess.PIPE, text=True))
        # The output of a client is a few lines and fits the pipe, so nobody need read it meanwhile.
        failed = [child.args for child in children if child.wait() != 0]
    except BaseException:
        for child in children:
            child.kill()
            child.wait()
        raise
    if failed:
        sys.exit(f"bench: this client has failed: {' '.join(failed[0][1:])}")
    after()
    seconds = time.monotonic() - started
    outputs = [child.communicate()[0].splitlines() for child in children]
    usages = [json.loads(lines[-1]) for lines in outputs]
    return Usage(seconds, sum(usage["cpu_seconds"] for usage in usages),
                 sum(usage["peak"] for usage in usages) * 1024,
                 "\n".join(line for lines in outputs for line in lines[:-1]))


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
    """Each client once a round, so that slow minutes of the machine hit all of them alike.

    `clients` maps names to functions that return a Sample. One run of the first is dropped before.
    Each round begins with the next client, so that none always comes after the same other one.
    Returns a Series for each name.
    """
    names = list(clients)
    say(f"{title}: warm-up, not counted")
    clients[names[0]]()
    series = {name: Series(name) for name in names}
    for number in range(1, rounds + 1):
        first = (number - 1) % len(names)
        for name in names[first:] + names[:first]:
            sample = clients[name]()
            series[name].samples.append(sample)
            say(f"{title}, round {number}: {name}: {sample.rate:,.0f} docs/s, "
                f"{sample.cpu_per_million:.2f} CPU s per million")
    return series
