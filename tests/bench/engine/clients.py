"""The clients that are measured: functions that do all the work once and return a Sample."""

import json
import shutil
import subprocess
import sys

from engine import places
from engine.measuring import Sample, run_clients, say


def typed_rows(shop):
    """Cartwright's documents from rows in memory, into bodies that are thrown away."""
    return _from_driver(shop, [places.ROWS_DRIVER, shop.config, "discard"], shop.body_bytes)


def json_dumps(shop):
    """The same from dicts in memory, with Python's standard library."""
    return _from_driver(shop, [sys.executable, places.PYTHON_PEER, "build", shop.bodies_folder], shop.body_bytes)


def typed_rows_to(server, shop):
    """Cartwright's bulk writer from rows in memory; what the rows take is not counted as its memory."""
    server.empty(shop)
    sample = _from_driver(shop, [places.ROWS_DRIVER, shop.config, "write", server.url], shop.body_bytes)
    server.check_count("Cartwright from typed rows", shop.documents)
    return sample


def csv_to(server, shop):
    """The whole program from CSV files, from its start to its end."""
    server.empty(shop)
    usage = run_clients([shop.load_command(server.url)])
    server.check_count("Cartwright from CSV", shop.documents)
    return usage.sample(shop.documents, shop.body_bytes)


def curl_to(server, shop, connections):
    """Ready bodies, each connection one kept curl."""
    server.empty(shop)
    scripts = [_bulk_script(server, shop, number, connections) for number in range(connections)]
    usage = run_clients([["curl", "--config", script] for script, _ in scripts], server.refresh)
    for _, answers in scripts:
        for answer in answers:
            _check_answer(answer)
    server.check_count("curl", shop.documents)
    return usage.sample(shop.documents, shop.body_bytes)


def parallel_bulk_to(server, shop):
    """The official Python client from dicts in memory, as it comes: 4 threads, 500 documents a request."""
    server.empty(shop)
    sample = _from_driver(shop, [python(), places.PYTHON_PEER, "bulk", shop.bodies_folder, server.url], shop.body_bytes)
    server.check_count("parallel_bulk", shop.documents)
    return sample


def columns(node, shop, slices, fields, size):
    """Cartwright's reader, by slices, into tables."""
    return _from_driver(shop, [places.READ_DRIVER, shop.config, node.url, slices, *fields], size)


def scan(node, shop, fields, size):
    """The official Python client's scan, into a list a field."""
    return _from_driver(shop, [python(), places.PYTHON_PEER, "scan", node.url, node.alias, *fields], size)


def _from_driver(shop, command, size):
    """A driver measures itself, so that getting the rows into memory stays outside."""
    report = json.loads(run_clients([command]).output)
    if report["documents"] != shop.documents:
        sys.exit(f"bench: {command[0]} worked on {report['documents']} documents, not {shop.documents}")
    return Sample(report["documents"], size, report["seconds"], report["cpu_seconds"],
                  (report["peak"] - report["rows"]) * 1024)


def _bulk_script(server, shop, number, connections):
    """A curl configuration that posts every n-th body after the other on one kept connection."""
    parts, answers = [], []
    for body in shop.bodies[number::connections]:
        answers.append(places.WORK / f"answer-{body.name}")
        parts.append(
            f'url = "{server.url}/_bulk?filter_path=errors"\n'
            # Not --data-binary: that reads all files of the configuration before the first request.
            f'upload-file = "{body}"\nrequest = "POST"\nheader = "Content-Type: application/x-ndjson"\n'
            f'header = "Expect:"\noutput = "{answers[-1]}"\nnoproxy = "*"\nfail\nsilent\nshow-error\n')
    script = places.WORK / f"bulk-{number}.config"
    script.write_text("next\n".join(parts), encoding="utf-8")
    return script, answers


def _check_answer(answer):
    text = answer.read_text(encoding="utf-8")
    if json.loads(text)["errors"]:
        sys.exit(f"bench: the server refused documents of curl: {text[:300]}")


def python():
    """The interpreter of the Python client's environment, made when it is not there."""
    interpreter = places.VENV / "bin/python"
    installed = places.VENV / "installed.txt"
    wanted = places.REQUIREMENTS.read_text(encoding="utf-8")
    if not installed.is_file() or installed.read_text(encoding="utf-8") != wanted:
        say("installing the official Python client from PyPI into .cache/bench/venv")
        shutil.rmtree(places.VENV, ignore_errors=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", places.VENV], check=True, stdout=sys.stderr)
            subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--requirement", places.REQUIREMENTS],
                           check=True, stdout=sys.stderr)
        except subprocess.CalledProcessError as failure:
            sys.exit(f"bench: cannot install the Python client to compare with ({failure}); it needs Debian's "
                     "python3-venv and a way to PyPI. --only building needs neither")
        installed.write_text(wanted, encoding="utf-8")
    return interpreter
