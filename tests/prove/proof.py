"""What the proofs share: nodes, a demo shop, and the dated record of what was seen."""

import atexit
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import check_index

ROOT = pathlib.Path(__file__).resolve().parents[2]
CARTWRIGHT = ROOT / "build/release/daemon/cartwright"
NODES = ROOT / "scripts/elasticsearch"
RESULTS = ROOT / "tests/prove/results"

EXIT_FAILED = 1
EXIT_COULD_NOT_RUN = 75

open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Failed(Exception):
    """What was to be proved is not so."""


class CannotRun(Exception):
    """The proof lacks something, so that nothing was shown either way."""


def say(text):
    print(f"prove: {text}", file=sys.stderr, flush=True)


def request(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with open_url(urllib.request.Request(url, data, headers, method=method), timeout=60) as answer:
        return json.load(answer)


def wait_until(condition, what, seconds=120):
    """Polls until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"{what} did not come within {seconds} s")
        time.sleep(0.05)


# ---- The record --------------------------------------------------------------------------------


def add_arguments(parser):
    parser.add_argument("--results", type=pathlib.Path, default=RESULTS, metavar="DIR",
                        help="where the record goes (default: tests/prove/results)")


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def circumstances():
    changed = git("status", "--porcelain", "--untracked-files=no", ":!tests/prove/results")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": git("rev-parse", "--short=12", "HEAD") + (" with changes" if changed else ""),
        "machine": f"{os.cpu_count()} cores, {round(pages / 2**30)} GiB, "
                   f"load {os.getloadavg()[0]:.1f} at the start",
    }


def was_told_to_end(*_):
    """So that no node and no program is left behind, and what was seen is recorded as not the whole."""
    raise CannotRun("was told to end before it was done")


def run_proof(name, results, prove, wanted):
    """Runs prove(facts, wanted), which notes in `facts` what it sees, and records how it ended."""
    signal.signal(signal.SIGTERM, was_told_to_end)
    record = {"proof": name, **circumstances()}
    facts = {}
    started = time.monotonic()
    verdict, reason = "passed", None
    try:
        prove(facts, wanted)
    except CannotRun as why:
        verdict, reason = "could not run", str(why)
    except (Failed, check_index.NotWhole, OSError, subprocess.SubprocessError) as why:
        verdict, reason = "failed", f"{type(why).__name__}: {why}"
    record |= {"verdict": verdict, "reason": reason, "seconds": round(time.monotonic() - started), "seen": facts}
    results.mkdir(parents=True, exist_ok=True)
    file = results / f"{name}-{record['date'][:10]}.json"
    file.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"{name}: {verdict}{': ' + reason if reason else ''} ({file})")
    return {"passed": 0, "failed": EXIT_FAILED, "could not run": EXIT_COULD_NOT_RUN}[verdict]


# ---- Nodes and shops ---------------------------------------------------------------------------


def nodes(*arguments):
    """Runs scripts/elasticsearch and returns what it prints."""
    done = subprocess.run([NODES, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    sys.stderr.write(done.stderr)
    if done.returncode != 0:
        raise CannotRun(f"scripts/elasticsearch {' '.join(arguments)}: {last_line(done.stderr)}")
    return done.stdout


def last_line(text):
    return text.strip().rpartition("\n")[2]


@contextlib.contextmanager
def started_node(name, *options):
    """The URLs of a fresh node of our own, which is gone when the block ends."""
    try:
        yield nodes("start", "--fresh", *options, name).split()
    finally:
        subprocess.run([NODES, "remove", name], stderr=subprocess.DEVNULL, check=False)


@contextlib.contextmanager
def work_folder(name):
    folder = ROOT / ".cache/prove" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class DemoShop:
    """A demo shop in a folder, loaded into the nodes at these URLs by the release program."""

    def __init__(self, folder, sessions, urls, replacements=()):
        if not CARTWRIGHT.exists():
            raise CannotRun("there is no release program: run scripts/build")
        self.folder = folder
        self.urls = urls
        self.config = folder / "shop.yaml"
        subprocess.run([CARTWRIGHT, "demo", "--sessions", str(sessions), "--out", folder], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        text = self.config.read_text(encoding="utf-8")
        hosts = ", ".join(f'"{url}"' for url in urls)
        for old, new in (('["http://127.0.0.1:9200"]', f"[{hosts}]"), *replacements):
            if text.count(old) != 1:
                raise Failed(f"{self.config} has no {old} to replace")
            text = text.replace(old, new)
        self.config.write_text(text, encoding="utf-8")

    def rows(self):
        """Data rows of all files of the shop."""
        return sum(sum(1 for _ in check_index.rows(file)) for file in self.folder.glob("*.csv"))

    def begin(self, command, *options):
        """Starts the program; its words go to a file beside the shop, named after the command."""
        with open(self.folder / f"{command}.log", "wb") as log:
            process = subprocess.Popen([CARTWRIGHT, command, "--quiet", "--config", self.config, *options],
                                       stdout=log, stderr=subprocess.STDOUT)
        atexit.register(process.kill)
        return process

    def run(self, command, *options):
        if self.begin(command, *options).wait() != 0:
            raise Failed(f"cartwright {command}: {self.last_words(command)}")

    def last_words(self, command):
        return last_line((self.folder / f"{command}.log").read_text(encoding="utf-8"))

    def forget(self):
        """Leaves no index of the shop and no state: the next load is its first."""
        for index in request("GET", f"{self.urls[0]}/_cat/indices/demo-*?h=index&format=json"):
            request("DELETE", f"{self.urls[0]}/{index['index']}")
        shutil.rmtree(self.folder / "state", ignore_errors=True)

    def check(self):
        """Compares every document with the files."""
        results = check_index.check(self.folder, self.urls)
        if not check_index.clean(results):
            raise Failed(f"the index is not what the files say: {json.dumps(results)}")
        return results
