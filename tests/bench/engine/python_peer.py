#!/usr/bin/env python3
"""Peers in Python, each measured inside its own process once its rows are in memory.

Usage: python_peer.py build BODIES
       python_peer.py bulk BODIES URL
       python_peer.py scan URL INDEX FIELD...

build turns rows (dicts) into bulk bodies with the standard library and throws them away; bulk sends
them with the official client's parallel_bulk; scan reads an index into columns with its scan. The
last two need the environment of requirements.txt. Prints what the C++ drivers print.
"""

import gc
import json
import pathlib
import resource
import sys
import time

BODY_BYTES = 8 * 1024 * 1024
SCAN_SIZE = 10_000  # Its default of 1,000 is slower.


class MeasuredSection:
    """Wall time, CPU and memory from construction to report()."""

    def __init__(self):
        # The rows are no garbage: without this the collector would walk them again and again.
        gc.collect()
        gc.freeze()
        pathlib.Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self.rows = self._kilobytes("VmRSS:")
        self.cpu = self._cpu()
        self.started = time.monotonic()

    def report(self, documents, size):
        print(json.dumps({
            "documents": documents, "bytes": size, "seconds": time.monotonic() - self.started,
            "cpu_seconds": self._cpu() - self.cpu, "rows": self.rows, "peak": self._kilobytes("VmHWM:")}))

    @staticmethod
    def _cpu():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    @staticmethod
    def _kilobytes(name):
        lines = pathlib.Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


def read_rows(folder):
    """Pairs of action and document, as dicts."""
    rows = []
    for path in sorted(pathlib.Path(folder).iterdir()):
        lines = path.read_bytes().splitlines()
        rows.extend((json.loads(action)["index"], json.loads(document))
                    for action, document in zip(lines[::2], lines[1::2]))
    return rows


def build(folder):
    rows = read_rows(folder)
    section = MeasuredSection()
    parts, held, size = [], 0, 0
    for action, document in rows:
        lines = "".join(json.dumps(part, separators=(",", ":"), ensure_ascii=False) + "\n"
                        for part in ({"index": action}, document)).encode()
        parts.append(lines)
        held += len(lines)
        if held >= BODY_BYTES:
            size += len(b"".join(parts))
            parts, held = [], 0
    size += len(b"".join(parts))
    section.report(len(rows), size)


def bulk(folder, url):
    from elasticsearch import Elasticsearch, helpers

    rows = [{**action, "_source": document} for action, document in read_rows(folder)]
    index = rows[0]["_index"]
    client = Elasticsearch(url, request_timeout=120)
    section = MeasuredSection()
    written = sum(ok for ok, _ in helpers.parallel_bulk(client, rows))
    client.indices.refresh(index=index)
    section.report(written, 0)


def scan(url, index, fields):
    from elasticsearch import Elasticsearch, helpers

    client = Elasticsearch(url, request_timeout=120)
    section = MeasuredSection()
    columns = [[] for _ in fields]
    for hit in helpers.scan(client, query={"_source": list(fields)}, index=index, size=SCAN_SIZE):
        source = hit["_source"]
        for column, field in zip(columns, fields):
            column.append(source.get(field))
    section.report(len(columns[0]), 0)


def main():
    match sys.argv[1:]:
        case ["build", folder]:
            build(folder)
        case ["bulk", folder, url]:
            bulk(folder, url)
        case ["scan", url, index, *fields] if fields:
            scan(url, index, fields)
        case _:
            print(__doc__, file=sys.stderr)
            return 64
    return 0


if __name__ == "__main__":
    sys.exit(main())
