"""The parts of the benchmark: who is measured, in which order, against whom, with which goals."""

from engine import clients
from engine.measuring import run_rounds, say
from engine.pages import PageStream
from engine.report import compare, goal_at_most, print_part
from engine.servers import Node, NullSink
from engine.shop import ALIAS

ROWS = "cartwright, typed rows"
CSV = "cartwright, CSV"
CURL_1 = "curl, ready bodies, 1 connection"
CURL_2 = "curl, ready bodies, 2 connections"
BULK = "elasticsearch-py parallel_bulk"
DUMPS = "Python json.dumps"
COLUMNS = "cartwright, columns, 2 slices"
PAGES = "curl, 1 stream of pages"
SCAN = "elasticsearch-py scan"

RATE = "docs/s"
CPU = "CPU s per million documents"
MEGABYTES = "MB"

SLICES = 2
FIELDS = ("client", "session_start_date", "actions", "payment_amount", "promotion_id")

SINK_ROWS_CPU = 0.6
SINK_CSV_CPU = 1.5
NODE_RATE_OF_CURL = 0.95
NODE_CPU_OF_BULK = 1 / 15
NODE_MEGABYTES = 64
READ_RATE_OF_CURL = 1.3
READ_CPU = 0.8


def measure_building(shop, rounds):
    """Rows in memory into bodies that nobody gets."""
    series = run_rounds("building", rounds, {
        ROWS: lambda: clients.typed_rows(shop),
        DUMPS: lambda: clients.json_dumps(shop),
    })
    name = "typed rows into discarded bodies"
    comparisons = [
        compare(f"{name}, rate", series[ROWS], series[DUMPS], "rate", RATE),
        compare(f"{name}, client CPU", series[ROWS], series[DUMPS], "cpu_per_million", CPU),
    ]
    print_part("1. Rows in memory into bodies that are thrown away", series, comparisons)
    return comparisons


def measure_sink(shop, rounds):
    """To a server that costs next to nothing: what the client itself takes."""
    with NullSink(ALIAS) as sink:
        series = run_rounds("null sink", rounds, {
            ROWS: lambda: clients.typed_rows_to(sink, shop),
            CSV: lambda: clients.csv_to(sink, shop),
            CURL_1: lambda: clients.curl_to(sink, shop, 1),
            BULK: lambda: clients.parallel_bulk_to(sink, shop),
        })
    comparisons = [
        goal_at_most("typed rows to the null sink, client CPU", series[ROWS], "cpu_per_million", SINK_ROWS_CPU, CPU),
        goal_at_most("CSV to the null sink, client CPU", series[CSV], "cpu_per_million", SINK_CSV_CPU, CPU),
    ]
    for ours, name in ((ROWS, "typed rows"), (CSV, "CSV")):
        for peer in (CURL_1, BULK):
            comparisons += [
                compare(f"{name} to the null sink, rate", series[ours], series[peer], "rate", RATE),
                compare(f"{name} to the null sink, client CPU", series[ours], series[peer], "cpu_per_million", CPU),
            ]
    print_part("2. To a null sink on loopback", series, comparisons)
    return comparisons


def measure_node(shop, rounds, node):
    """To a real node, each load from empty indices to the end of a refresh, counts checked."""
    series = run_rounds("node", rounds, {
        ROWS: lambda: clients.typed_rows_to(node, shop),
        CSV: lambda: clients.csv_to(node, shop),
        CURL_1: lambda: clients.curl_to(node, shop, 1),
        CURL_2: lambda: clients.curl_to(node, shop, 2),
        BULK: lambda: clients.parallel_bulk_to(node, shop),
    })
    comparisons = []
    for ours, name in ((ROWS, "typed rows"), (CSV, "CSV")):
        rate = f"{name} to a node, rate"
        comparisons += [
            compare(rate, series[ours], series[CURL_2], "rate", RATE, at_least=NODE_RATE_OF_CURL),
            compare(rate, series[ours], series[CURL_1], "rate", RATE),
            compare(rate, series[ours], series[BULK], "rate", RATE),
            compare(f"{name} to a node, client CPU", series[ours], series[BULK], "cpu_per_million", CPU,
                    at_most=NODE_CPU_OF_BULK),
            goal_at_most(f"{name} to a node, client memory", series[ours], "peak_megabytes", NODE_MEGABYTES,
                         MEGABYTES),
        ]
    print_part("3. To a real node", series, comparisons)
    return comparisons


def measure_reading(shop, rounds, node):
    """The loaded orders, five fields, back into columns."""
    say("loading what is to be read")
    clients.curl_to(node, shop, 2)
    stream = PageStream(node, shop, FIELDS)
    try:
        stream.fetch()
        series = run_rounds("reading", rounds, {
            COLUMNS: lambda: clients.columns(node, shop, SLICES, FIELDS, stream.bytes),
            PAGES: stream.fetch,
            SCAN: lambda: clients.scan(node, shop, FIELDS, stream.bytes),
        })
    finally:
        stream.close()
    name = "reading five fields into columns"
    comparisons = [
        compare(f"{name}, rate", series[COLUMNS], series[PAGES], "rate", RATE, at_least=READ_RATE_OF_CURL),
        compare(f"{name}, rate", series[COLUMNS], series[SCAN], "rate", RATE),
        goal_at_most(f"{name}, client CPU", series[COLUMNS], "cpu_per_million", READ_CPU, CPU),
        compare(f"{name}, client CPU", series[COLUMNS], series[SCAN], "cpu_per_million", CPU),
    ]
    print_part("4. Five fields read back; MB are those of curl's answers", series, comparisons)
    return comparisons


WITHOUT_NODE = {"building": measure_building, "sink": measure_sink}
WITH_NODE = {"node": measure_node, "reading": measure_reading}
NAMES = [*WITHOUT_NODE, *WITH_NODE]


def run(shop, rounds, wanted):
    """Runs the wanted parts and prints each when it is done. Returns all comparisons."""
    if set(wanted) != {"building"}:
        clients.python()
    comparisons = []
    for name, measure in WITHOUT_NODE.items():
        if name in wanted:
            comparisons += measure(shop, rounds)
    if set(wanted) & set(WITH_NODE):
        with Node(ALIAS) as node:
            for name, measure in WITH_NODE.items():
                if name in wanted:
                    comparisons += measure(shop, rounds, node)
    return comparisons
