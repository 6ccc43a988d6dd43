#!/usr/bin/env python3
"""Compares a demo shop's files with what Elasticsearch holds of them, document by document.

Usage: tests/prove/check_index.py --shop DIR --elasticsearch URL [--elasticsearch URL...] [--json]

An independent counter: it shares no code with Cartwright and needs nothing but Python. It reads the
CSV files that `cartwright demo --out DIR` wrote, works out what the indices behind demo-orders and
demo-downloads must hold, reads every document of them over a point in time, and prints how many are

  lost        in the files, but under no key in the index
  duplicated  the same natural key (id, client) in more than one document
  wrong       there, but with another _id, customer, time, payment, number of items or quantity
  extra       in the index, but not in the files

Exit codes: 0 all four are zero for both, 1 one is not, 2 the index could not be read whole.
"""

import argparse
import collections
import csv
import decimal
import json
import pathlib
import sys
import urllib.error
import urllib.request

PAGE = 10_000
SHOWN = 5
KINDS = ("lost", "duplicated", "wrong", "extra")

open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class NotWhole(Exception):
    """The index could not be read, or not all of it."""


# ---- What must be there ----------------------------------------------------------------------


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def instant(text):
    """The files have whole seconds; the documents have milliseconds."""
    return text[:-1] + ".000Z" if text else None


def amount(text):
    return decimal.Decimal(text) if text else None


def expected_orders(shop):
    """Key -> (client, start, payment, lines, units)."""
    lines = collections.Counter()
    units = collections.Counter()
    for row in rows(shop / "lines.csv"):
        lines[row["session_id"]] += 1
        units[row["session_id"]] += int(row["quantity"])
    return {
        row["session_id"]: (row["client"] or None, instant(row["started_at"]), amount(row["amount"]),
                            lines[row["session_id"]], units[row["session_id"]])
        for row in rows(shop / "sessions.csv")}


def expected_customers(shop):
    """Key -> (download, signup, city)."""
    return {
        row["client"]: (instant(row["downloaded_at"]), instant(row["signed_up_at"]), row["city"] or None)
        for row in rows(shop / "customers.csv")}


# ---- What is there ---------------------------------------------------------------------------


def found_order(source):
    return (source.get("client"), source.get("session_start_date"), source.get("payment_amount"),
            len(source.get("items", [])), source.get("total_quantity", 0))


def found_customer(source):
    return (source.get("download_date"), source.get("signup_date"), source.get("dimensions", {}).get("city"))


class Server:
    """Asks the given hosts in turn until one answers."""

    def __init__(self, hosts):
        self.hosts = hosts

    def request(self, method, path, body=None):
        failure = None
        for host in self.hosts:
            request = urllib.request.Request(
                host + path, None if body is None else json.dumps(body).encode(),
                {"Content-Type": "application/json"}, method=method)
            try:
                with open_url(request, timeout=120) as answer:
                    return json.load(answer, parse_float=decimal.Decimal)
            except (urllib.error.URLError, OSError) as error:
                failure = f"{method} {host}{path}: {error}"
        raise NotWhole(failure)

    def documents(self, alias):
        """Every document behind an alias, as (index, _id, source)."""
        self.request("POST", f"/{alias}/_refresh")
        view = {"id": self.request("POST", f"/{alias}/_pit?keep_alive=5m")["id"], "keep_alive": "5m"}
        after, seen, total = None, 0, None
        while True:
            search = {"size": PAGE, "pit": view, "sort": [{"_shard_doc": "asc"}],
                      "track_total_hits": total is None}
            if after:
                search["search_after"] = after
            answer = self.request("POST", "/_search?allow_partial_search_results=false", search)
            if answer["timed_out"] or answer["_shards"]["failed"]:
                raise NotWhole(f"{alias}: a page came without all shards: {answer['_shards']}")
            view["id"] = answer["pit_id"]
            hits = answer["hits"]["hits"]
            if total is None:
                total = answer["hits"]["total"]["value"]
            for hit in hits:
                yield hit["_index"], hit["_id"], hit["_source"]
            seen += len(hits)
            if not hits:
                break
            after = hits[-1]["sort"]
        self.request("DELETE", "/_pit", {"id": view["id"]})
        if seen != total:
            raise NotWhole(f"{alias}: the pages hold {seen} documents, the server counts {total}")


# ---- The comparison --------------------------------------------------------------------------


class Findings:
    """Counts of each kind, and the first few of each to look at."""

    def __init__(self):
        self.counts = dict.fromkeys(KINDS, 0)
        self.examples = {kind: [] for kind in KINDS}

    def add(self, kind, example):
        self.counts[kind] += 1
        if len(self.examples[kind]) < SHOWN:
            self.examples[kind].append(example)


def compare(expected, documents, key_field, found_values):
    """Findings over all documents, their number, and the number of physical indices."""
    findings = Findings()
    seen = collections.Counter()
    indices = set()
    for index, document_id, source in documents:
        indices.add(index)
        key = source.get(key_field)
        seen[key] += 1
        if seen[key] > 1:
            findings.add("duplicated", f"{key} again as {index}/{document_id}")
        elif key not in expected:
            findings.add("extra", f"{key} as {index}/{document_id}")
        elif document_id != key:
            findings.add("wrong", f"{key} has the _id {document_id}")
        elif found_values(source) != expected[key]:
            findings.add("wrong", f"{key}: {describe(found_values(source))}, not {describe(expected[key])}")
    for key in expected:
        if key not in seen:
            findings.add("lost", key)
    return findings, sum(seen.values()), len(indices)


def describe(values):
    return "(" + ", ".join(str(value) for value in values) + ")"


def check(shop, hosts):
    """One result an index: {"index", "expected", "found", counts of each kind, "examples"}."""
    server = Server(hosts)
    results = []
    for alias, expected, key_field, found_values in (
            ("demo-orders", expected_orders(shop), "id", found_order),
            ("demo-downloads", expected_customers(shop), "client", found_customer)):
        findings, found, indices = compare(expected, server.documents(alias), key_field, found_values)
        if indices > 1:
            raise NotWhole(f"{alias} stands for {indices} indices; an alias of a shop stands for one")
        results.append({"index": alias, "expected": len(expected), "found": found, **findings.counts,
                        "examples": {k: e for k, e in findings.examples.items() if e}})
    return results


def clean(results):
    return all(result[kind] == 0 for result in results for kind in KINDS)


def print_results(results):
    print(f"{'':16}" + "".join(f"{name:>12}" for name in ("expected", "found", *KINDS)))
    for result in results:
        print(f"{result['index']:16}" + "".join(f"{result[name]:12}" for name in ("expected", "found", *KINDS)))
    for result in results:
        for kind, examples in result["examples"].items():
            for example in examples:
                print(f"{result['index']} {kind}: {example}")


def main():
    parser = argparse.ArgumentParser(
        usage="tests/prove/check_index.py --shop DIR --elasticsearch URL [options]", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", type=pathlib.Path, required=True)
    parser.add_argument("--elasticsearch", action="append", required=True, metavar="URL")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    try:
        results = check(wanted.shop, wanted.elasticsearch)
    except NotWhole as failure:
        print(f"check_index: {failure}", file=sys.stderr)
        return 2
    if wanted.json:
        print(json.dumps(results, indent=2))
    else:
        print_results(results)
    return 0 if clean(results) else 1


if __name__ == "__main__":
    sys.exit(main())
