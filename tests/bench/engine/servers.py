"""The servers of the benchmark: a null sink and a throw-away node. Both end with their block."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

from engine import places

_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def request(method, url, body=None):
    """The JSON answer; ends the bench when the server refuses."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    try:
        return json.load(_open(urllib.request.Request(url, data, headers, method=method), timeout=120))
    except urllib.error.HTTPError as refusal:
        sys.exit(f"bench: {method} {url}: HTTP {refusal.code}: {refusal.read(300).decode(errors='replace')}")


class Server:
    """What clients load into. `alias` takes the documents."""

    url = ""

    def __init__(self, alias):
        self.alias = alias

    def refresh(self):
        request("POST", f"{self.url}/{self.alias}/_refresh")

    def check_count(self, client, expected):
        counted = request("GET", f"{self.url}/{self.alias}/_count")["count"]
        if counted != expected:
            sys.exit(f"bench: {client} left {counted} documents in {self.alias}, not {expected}")


class NullSink(Server):
    """Counts documents, keeps none, and answers as an empty Elasticsearch would."""

    def __enter__(self):
        self.process = subprocess.Popen([places.NULL_SINK], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            sys.exit("bench: the null sink did not start")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def empty(self, shop):
        shop.forget_loads()
        request("POST", f"{self.url}/_null_sink/reset")


class Node(Server):
    """A fresh single node. Indices are as the configuration makes them, without periodic refresh."""

    def __enter__(self):
        command = [places.ELASTICSEARCH, "start", "--fresh", places.RUN]
        start = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            self.url = start.communicate()[0].strip()
            if start.returncode != 0:
                sys.exit("bench: the node did not start")
        except BaseException:
            # Only a finished start knows its server; one cut off could leave it behind.
            start.wait()
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run([places.ELASTICSEARCH, "remove", places.RUN], check=False, stdout=sys.stderr)

    def empty(self, shop):
        for index in request("GET", f"{self.url}/_cat/indices?h=index&format=json"):
            request("DELETE", f"{self.url}/{index['index']}")
        shop.forget_loads()
        shop.set_up(self.url)
