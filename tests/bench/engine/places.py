"""Where the benchmark's programs and files are."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
CARTWRIGHT = ROOT / "build/release/daemon/cartwright"
DRIVERS = ROOT / "build/release/tests/bench/engine"
CLIENT_PROCESS = DRIVERS / "bench_client_process"
NULL_SINK = DRIVERS / "bench_null_sink"
ROWS_DRIVER = DRIVERS / "bench_rows"
READ_DRIVER = DRIVERS / "bench_read"
ELASTICSEARCH = ROOT / "scripts/elasticsearch"
SETUP = ROOT / "scripts/setup"
BUILD = ROOT / "scripts/build"

ENGINE = pathlib.Path(__file__).resolve().parent
PYTHON_PEER = ENGINE / "python_peer.py"
REQUIREMENTS = ENGINE / "requirements.txt"

CACHE = ROOT / ".cache/bench"
VENV = CACHE / "venv"  # Kept: the next run finds the Python client there.
RUN = f"bench-{os.getpid()}"  # Names the node and the folder of this run.
WORK = CACHE / RUN
