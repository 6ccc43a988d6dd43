"""What the benchmark prints and writes: tables, comparisons with peers, and goals."""

import dataclasses
import json
import pathlib

COLUMNS = (
    ("docs/s", "rate", "{:,.0f}"),
    ("MB/s", "megabytes_per_second", "{:,.0f}"),
    ("CPU s per million", "cpu_per_million", "{:.2f}"),
    ("peak MB", "peak_megabytes", "{:.0f}"),
)
NAME_WIDTH = 34
COLUMN_WIDTH = 30
GOAL = "the goal"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Ours beside a peer's. A limit, when there is one, is of the ratio of ours to the peer's.

    An absolute goal is a peer too: named GOAL, with the goal as its value.
    """

    measure: str
    ours: float
    peer: str
    peer_value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self):
        return self.ours / self.peer_value

    @property
    def verdict(self):
        if self.at_least is None and self.at_most is None:
            return ""
        met = ((self.at_least is None or self.ratio >= self.at_least)
               and (self.at_most is None or self.ratio <= self.at_most))
        return "met" if met else "not met"

    def text(self):
        ours, theirs = (f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
                        for value in (self.ours, self.peer_value))
        if self.peer == GOAL:
            bound = "at most" if self.at_least is None else "at least"
            return f"{self.measure}: {ours} {self.unit}, {bound} {theirs}: {self.verdict}"
        line = f"{self.measure}: {ours} {self.unit}, {self.ratio:.3f} of {self.peer} ({theirs})"
        if not self.verdict:
            return line
        bound, limit = ("at most", self.at_most) if self.at_least is None else ("at least", self.at_least)
        return f"{line}, {bound} {limit:.3f}: {self.verdict}"

    def row(self):
        return {"measure": self.measure, "ours": round(self.ours, 3), "peer": self.peer,
                "peer_value": round(self.peer_value, 3), "ratio": round(self.ratio, 3), "unit": self.unit}


def compare(measure, ours, peer, quantity, unit, **limits):
    """The medians of two series."""
    return Comparison(measure, ours.median(quantity), peer.name, peer.median(quantity), unit, **limits)


def goal_at_most(measure, ours, quantity, limit, unit):
    """The median of a series against an absolute goal."""
    return Comparison(measure, ours.median(quantity), GOAL, limit, unit, at_most=1.0)


def print_part(title, series, comparisons):
    print(f"\n{title}")
    print("min / median / max".ljust(NAME_WIDTH) + "".join(name.rjust(COLUMN_WIDTH) for name, _, _ in COLUMNS))
    for one in series.values():
        cells = (" / ".join(style.format(value) for value in one.spread(quantity))
                 for _, quantity, style in COLUMNS)
        print(one.name.ljust(NAME_WIDTH) + "".join(cell.rjust(COLUMN_WIDTH) for cell in cells))
    for comparison in comparisons:
        print(f"  {comparison.text()}")


def write_json(file, comparisons):
    rows = [comparison.row() for comparison in comparisons]
    pathlib.Path(file).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
