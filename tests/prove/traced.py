"""Runs of the program under strace: which system calls it makes, and one fault put into one of them."""

import collections
import pathlib
import re
import subprocess

from proof import CARTWRIGHT

# "4711 sendto(7<TCP:[...]>, "PUT /demo-orders-1 HTTP/1.1\r\n"..." as strace -f -y prints it.
CALL = re.compile(r"^(\d+) +(\w+)\(")
FILE = re.compile(r"^\d+ +\w+\(\d+<([^>]*)>")
REQUEST = re.compile(r'"(GET|HEAD|PUT|POST|DELETE) (/[^ ?"]*)')
# What a fault does to a call, as strace -e inject= takes it after the call's name.
KILL = "signal=KILL"


class Traced:
    """One run of a command. `fault` is such as "fsync:error=EIO:when=3"; none only records the calls."""

    def __init__(self, shop, command, calls, fault=None):
        log = shop.folder / "strace.log"
        inject = ["-e", f"inject={fault}"] if fault else []
        done = subprocess.run(
            ["strace", "-f", "-qq", "-y", "-s", "120", "-o", log,
             "-e", f"trace={','.join(calls)}", *inject, "--",
             CARTWRIGHT, command[0], "--quiet", "--config", shop.config, *command[1:]],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.call = fault.partition(":")[0] if fault else None
        self.code = done.returncode
        self.output = done.stdout
        self.lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        self.killed = any("+++ killed by SIGKILL" in line for line in self.lines)

    def counts(self):
        """Call -> [calls of each thread that makes any], the busiest first."""
        by_thread = collections.Counter()
        for line in self.lines:
            found = CALL.match(line)
            if found:
                by_thread[found.groups()] += 1
        counts = collections.defaultdict(list)
        for (_, call), number in by_thread.most_common():
            counts[call].append(number)
        return counts

    def injected(self):
        """The position of the line whose call was made to fail; none when the run was over before."""
        return next((i for i, line in enumerate(self.lines) if "(INJECTED)" in line), None)

    def failed_file(self):
        """The name of the file whose call was made to fail."""
        found = FILE.match(self.lines[self.injected()])
        return pathlib.Path(found.group(1)).name if found else "?"

    def called_again(self):
        """Whether the call that was made to fail was made again on the same file."""
        later = (line for line in self.lines[self.injected() + 1:] if f" {self.call}(" in line)
        return any(pathlib.Path(FILE.match(line).group(1)).name == self.failed_file()
                   for line in later if FILE.match(line))

    def request_cut(self):
        """The request that was about to be sent when the program was killed: "PUT /demo-orders-*"."""
        last = next((line for line in reversed(self.lines) if CALL.match(line)), "")
        found = REQUEST.search(last)
        return f"{found.group(1)} {re.sub(r'-[0-9][0-9a-zA-Z.-]*', '-*', found.group(2))}" if found else "other"


def evenly(total, most):
    """At most so many of 1 to total, evenly spaced, the first and the last among them; 0 means all."""
    if most == 0 or total <= most:
        return list(range(1, total + 1))
    if most == 1:
        return [total]
    return sorted({1 + round(i * (total - 1) / (most - 1)) for i in range(most)})
