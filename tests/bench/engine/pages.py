"""curl as the peer of reading: one stream of search pages over one frozen view, nothing parsed."""

import json
import sys

from engine import places
from engine.measuring import run_clients
from engine.servers import request

PAGE = 10_000
KEEP_ALIVE = "30m"
LEAST_SHARE = 0.99  # Of the bytes seen before: an answer's `took` has more or fewer digits.


class PageStream:
    """The requests of one stream, found once beforehand: where a page begins is in the page before.

    curl so does nothing but fetch, in one process over one kept connection.
    """

    def __init__(self, node, shop, fields):
        self.url = node.url
        self.pit = request("POST", f"{node.url}/{node.alias}/_pit?keep_alive={KEEP_ALIVE}")["id"]
        self.documents = 0
        self.bytes = 0
        self.script = places.WORK / "pages.config"
        parts, after = [], None
        while True:
            search = {"pit": {"id": self.pit, "keep_alive": KEEP_ALIVE}, "size": PAGE, "track_total_hits": False,
                      "sort": [{"_shard_doc": "asc"}], "_source": list(fields)}
            if after:
                search["search_after"] = after
            parts.append(self._fetch(search, len(parts)))
            answer = request("POST", f"{node.url}/_search", search)
            hits = answer["hits"]["hits"]
            self.documents += len(hits)
            if len(hits) < PAGE:
                break
            after = hits[-1]["sort"]
        if self.documents != shop.documents:
            sys.exit(f"bench: the pages hold {self.documents} documents, not {shop.documents}")
        self.script.write_text("next\n".join(parts), encoding="utf-8")

    def _fetch(self, search, number):
        body = places.WORK / f"page-{number:05}"
        body.write_text(json.dumps(search), encoding="utf-8")
        return (f'url = "{self.url}/_search"\ndata-binary = "@{body}"\nheader = "Content-Type: application/json"\n'
                'header = "Expect:"\noutput = "/dev/null"\nwrite-out = "%{http_code} %{size_download}\\n"\n'
                'noproxy = "*"\nfail\nsilent\nshow-error\n')

    def close(self):
        request("DELETE", f"{self.url}/_pit", {"id": self.pit})

    def fetch(self):
        """One pass of curl over all pages."""
        usage = run_clients([["curl", "--config", self.script]])
        answers = [line.split() for line in usage.output.splitlines()]
        size = sum(int(count) for _, count in answers)
        if {code for code, _ in answers} != {"200"} or size < LEAST_SHARE * self.bytes:
            sys.exit(f"bench: curl fetched {size} bytes of pages, not {self.bytes}: {usage.output[:200]}")
        self.bytes = max(self.bytes, size)
        return usage.sample(self.documents, size)
