"""What every peer computes and prints: result tables by name, times by part, CPU and peak memory.

A result is a list of rows: its keys, then integers. Periods are running numbers: days and the weeks of
1970-01-01 on (Monday first), months as year x 12 + month - 1. Money is in cents. All times are UTC.
Rows whose values are all zero do not count: Cartwright lists empty periods, the peers need not. A session
with lines has a basket, whatever its row says.
"""

import hashlib
import json
import resource
import sys
import time

PARTS = ("read", "prep", "funnel", "cohorts", "rfm", "statistics")
PERIODS = ("daily", "weekly", "monthly")
COLUMN = {"daily": "d", "weekly": "w", "monthly": "m"}
ACTIONS = ("has_sessions", "has_basket", "order_screen", "purchased")
STEPS = (1, 2, 3)  # The n of nth -> n+1st order.
MAX_OFFSET = {"daily": 15, "weekly": 24, "monthly": 24}
RETENTION_PERIODS = ("weekly", "monthly")
SCORES = 5


def checksum(rows):
    """Of the rows in any order: how many, and a hash of their sorted texts."""
    texts = sorted("|".join(str(value) for value in (*key, *values)) for key, values in rows if any(values))
    return {"rows": len(texts), "hash": hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]}


def split(rows, keys):
    """Rows of a data frame or a query as pairs of keys and whole numbers; a missing number is 0."""
    return [(tuple(row[:keys]), tuple(0 if value is None else int(value) for value in row[keys:])) for row in rows]


class Watch:
    """Wall and CPU seconds of the parts of a run."""

    def __init__(self):
        self.wall = {}
        self.cpu = {}
        self._mark()

    def _mark(self):
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def lap(self, part):
        wall, cpu = time.perf_counter(), time.process_time()
        self.wall[part] = wall - self._wall
        self.cpu[part] = cpu - self._cpu
        self._mark()


def report(watch, results):
    """Prints one line of JSON. Peak memory is taken before the checksums are made."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    checksums = {name: checksum(split(rows(), keys)) for name, (keys, rows) in results.items()}
    json.dump({"wall": watch.wall, "cpu": watch.cpu, "peak_kilobytes": peak, "checksums": checksums}, sys.stdout)
    print()
