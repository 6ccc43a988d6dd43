"""The figures of the benchmark with DuckDB. Usage: duckdb_peer.py SHOP THREADS"""

import sys

import duckdb
import figures

SESSIONS = """{'session_id': 'VARCHAR', 'client': 'VARCHAR', 'started_at': 'TIMESTAMP', 'ended_at': 'TIMESTAMP',
  'city': 'VARCHAR', 'device': 'VARCHAR', 'has_basket': 'BOOLEAN', 'order_screen': 'BOOLEAN', 'purchased': 'BOOLEAN',
  'amount': 'DOUBLE', 'discount': 'DOUBLE', 'promotion': 'VARCHAR'}"""
LINES = """{'session_id': 'VARCHAR', 'product': 'VARCHAR', 'name': 'VARCHAR', 'category': 'VARCHAR',
  'brand': 'VARCHAR', 'quantity': 'INTEGER', 'unit_price': 'DOUBLE'}"""
CUSTOMERS = """{'client': 'VARCHAR', 'downloaded_at': 'TIMESTAMP', 'signed_up_at': 'TIMESTAMP', 'city': 'VARCHAR'}"""
# Typed and without sniffing: finding the types out costs as much as half the reading.
READ = "SELECT {} FROM read_csv('{}/{}.csv', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {})"


def periods(instant):
    day = f"(epoch({instant})::BIGINT // 86400)::INTEGER"
    return (f"{day} AS d, (({day} + 3) // 7)::INTEGER AS w, "
            f"(year({instant}) * 12 + month({instant}) - 1)::INTEGER AS m")


def main(shop, threads):
    database = duckdb.connect()
    database.execute(f"SET threads = {threads}")
    watch = figures.Watch()
    results = {}

    def make(name, query):
        database.execute(f"CREATE TABLE {name} AS {query}")

    def figure(name, keys, query):
        relation = database.sql(query).to_arrow_table()
        results[name] = (keys, lambda: [tuple(row.values()) for row in relation.to_pylist()])

    make("sessions", READ.format("session_id, client, started_at, city, has_basket, order_screen, purchased, amount, "
                                 "discount", shop, "sessions", SESSIONS))
    make("lines", READ.format("session_id, quantity", shop, "lines", LINES))
    make("customers", READ.format("client, downloaded_at", shop, "customers", CUSTOMERS))
    watch.lap("read")

    # Names become whole numbers once: every later grouping is by numbers.
    make("clients", "SELECT client, (row_number() OVER ())::INTEGER AS c FROM (SELECT client FROM sessions WHERE client "
                    "IS NOT NULL UNION SELECT client FROM customers)")
    make("units", "SELECT session_id, sum(quantity) AS units FROM lines GROUP BY 1")
    make("s", f"SELECT session_id, c, epoch(started_at)::BIGINT AS t, {periods('started_at')}, "
              "hour(started_at)::INTEGER AS h, city, has_basket OR units IS NOT NULL AS has_basket, order_screen, purchased, "
              "round(amount * 100)::BIGINT AS cents, round(discount * 100)::BIGINT AS discount, "
              "units FROM sessions LEFT JOIN clients USING (client) LEFT JOIN units USING (session_id)")
    make("o", "SELECT * FROM s WHERE purchased")
    make("f", f"SELECT c, {periods('downloaded_at')}, epoch(downloaded_at)::BIGINT AS t FROM customers "
              "JOIN clients USING (client) WHERE downloaded_at IS NOT NULL")
    watch.lap("prep")

    for period, key in {"hourly": "h", **figures.COLUMN}.items():
        figure(f"actions {period}", 1, f"SELECT {key}, count(*), count(*) FILTER (has_basket), "
               f"count(*) FILTER (order_screen), count(*) FILTER (purchased) FROM s GROUP BY 1")
        figure(f"sales {period}", 1, f"SELECT {key}, sum(units), sum(cents), sum(discount) FROM o GROUP BY 1")
        if period != "hourly":
            figure(f"buyers {period}", 1, f"SELECT {key}, count(*) FROM (SELECT DISTINCT {key}, c FROM o "
                   "WHERE c IS NOT NULL) GROUP BY 1")
    figure("visitors weekly", 1, "SELECT w, count(*), sum(n) FROM (SELECT w, c, count(*) AS n FROM s WHERE c IS NOT NULL "
           "GROUP BY 1, 2) GROUP BY 1")
    for name, keys in (("city", "city"), ("city daily", "d, city")):
        count = keys.count(",") + 1
        figure(f"sessions by {name}", count, f"SELECT {keys}, count(*), count(*) FILTER (purchased), sum(cents), "
               f"sum(discount) FROM s WHERE city IS NOT NULL GROUP BY ALL")
        figure(f"buyers by {name}", count, f"SELECT {keys}, count(*) FROM (SELECT DISTINCT {keys}, c FROM o WHERE "
               "c IS NOT NULL AND city IS NOT NULL) GROUP BY ALL")
    watch.lap("funnel")

    make("n", "SELECT c, t, d, w, m, cents, row_number() OVER by_time AS n, lead(d) OVER by_time AS next_d, "
              "lead(w) OVER by_time AS next_w, lead(m) OVER by_time AS next_m, lead(cents) OVER by_time AS next_cents "
              "FROM o WHERE c IS NOT NULL WINDOW by_time AS (PARTITION BY c ORDER BY t, session_id)")
    for period in figures.PERIODS:
        key, limit = figures.COLUMN[period], figures.MAX_OFFSET[period]
        for n in figures.STEPS:
            figure(f"orders {n} {period}", 2, f"SELECT {key}, next_{key} - {key} AS apart, count(*), sum(next_cents) "
                   f"FROM n WHERE n = {n} AND next_{key} - {key} <= {limit} GROUP BY 1, 2")
        figure(f"downloads {period}", 2, f"SELECT f.{key}, n.{key} - f.{key} AS apart, count(*), sum(cents) FROM f JOIN n "
               f"USING (c) WHERE n = 1 AND n.{key} - f.{key} BETWEEN 0 AND {limit} AND n.t >= f.t GROUP BY 1, 2")
    for period in figures.RETENTION_PERIODS:
        key, limit = figures.COLUMN[period], figures.MAX_OFFSET[period]
        figure(f"retention {period}", 2, f"SELECT cohort, apart, count(*), sum(orders), sum(cents) FROM (SELECT c, "
               f"first.{key} AS cohort, n.{key} - first.{key} AS apart, count(*) AS orders, sum(n.cents) AS cents "
               f"FROM n JOIN (SELECT c, {key} FROM n WHERE n = 1) AS first USING (c) WHERE n.{key} - first.{key} <= "
               f"{limit} GROUP BY ALL) GROUP BY 1, 2")
    watch.lap("cohorts")

    make("r", "SELECT c, (SELECT max(d) FROM s) - max(d) AS recency, count(*) AS frequency, sum(cents) AS monetary "
              "FROM n GROUP BY 1")
    cuts = ", ".join(f"quantile_cont({column}, [0.2, 0.4, 0.6, 0.8]) AS {column}_cuts"
                     for column in ("recency", "frequency", "monetary"))

    def score(column):
        return "+".join(f"({column} > {column}_cuts[{i}])::INTEGER" for i in range(1, figures.SCORES))

    make("scored", f"SELECT c, monetary, 5 - ({score('recency')}) AS r, 1 + {score('frequency')} AS f, "
                   f"1 + {score('monetary')} AS v FROM r, (SELECT {cuts} FROM r)")
    figure("rfm cells", 2, "SELECT r, f, count(*), sum(monetary) FROM scored GROUP BY 1, 2")
    for column, short in (("recency", "r"), ("frequency", "f"), ("monetary", "v")):
        figure(f"rfm {column}", 1, f"SELECT {short}, count(*) FROM scored GROUP BY 1")
    watch.lap("rfm")

    figure("customers by orders", 1, "SELECT frequency, count(*) FROM r GROUP BY 1")
    figure("customers by order number", 1, "SELECT n, count(*) FROM n WHERE n <= 100 GROUP BY 1")
    watch.lap("statistics")
    figures.report(watch, results)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
