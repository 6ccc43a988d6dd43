"""The data: the orders of a demo shop, as CSV files and as ready bulk bodies of the same documents."""

import json
import shutil
import subprocess
import sys

from engine import places

ALIAS = "demo-orders"
SOURCE = "web_sessions"


class Shop:
    """A demo shop of `documents` sessions, with one shard for its orders as in the earlier measurements."""

    def __init__(self, documents):
        self.folder = places.WORK / "shop"
        self.config = self.folder / "shop.yaml"
        subprocess.run([places.CARTWRIGHT, "demo", "--quiet", "--sessions", str(documents), "--out", self.folder],
                       check=True, stdout=subprocess.DEVNULL)
        text = self.config.read_text(encoding="utf-8")
        if text.count("orders: {shards: 2,") != 1:
            sys.exit(f"bench: {self.config} no longer gives orders two shards; mend tests/bench/engine/shop.py")
        orders = 'orders: {shards: 1, settings: {refresh_interval: "-1"},'  # One refresh, measured, at the end.
        self.config.write_text(text.replace("orders: {shards: 2,", orders), encoding="utf-8")
        (self.folder / "state").mkdir()
        self.files = {path.name for path in self.folder.iterdir()} - {"state"}
        self._write_bodies()

    def _write_bodies(self):
        folder = places.WORK / "bodies"
        folder.mkdir()
        written = subprocess.run([places.ROWS_DRIVER, self.config, "bodies", folder],
                                 check=True, stdout=subprocess.PIPE, text=True)
        report = json.loads(written.stdout)
        self.documents = report["documents"]
        self.body_bytes = report["bytes"]
        self.bodies_folder = folder
        self.bodies = sorted(folder.iterdir())
        sources = sum(len(line) for body in self.bodies for line in body.read_bytes().split(b"\n")[1::2])
        self.mean_document_bytes = sources / self.documents

    def forget_loads(self):
        """Removes what earlier loads left beside the shop's files."""
        for path in self.folder.iterdir():
            if path.name not in self.files:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        (self.folder / "state").mkdir()

    def set_up(self, url):
        """Creates the indices in an empty server."""
        subprocess.run([places.CARTWRIGHT, "setup", "--quiet", "--config", self.config, "--elasticsearch", url],
                       check=True, stdout=subprocess.DEVNULL)

    def load_command(self, url):
        return [places.CARTWRIGHT, "once", "--load-only", "--quiet", "--source", SOURCE,
                "--config", self.config, "--elasticsearch", url]
