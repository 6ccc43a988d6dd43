"""The figures of the benchmark with Polars. Usage: polars_peer.py SHOP THREADS"""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = sys.argv[2]  # Polars reads it when it is imported.

import figures  # noqa: E402
import polars as pl  # noqa: E402

DAY = 86_400


def read(shop, name, columns):
    # Time stamps as text, converted later: a schema with dates costs four times the CPU.
    return pl.read_csv(f"{shop}/{name}.csv", columns=list(columns), schema_overrides=columns)


def seconds(column):
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms").dt.epoch("s")


def periods(instant):
    """From epoch seconds: day, week and month."""
    day = instant // DAY
    date = day.cast(pl.Int32).cast(pl.Date)
    return [day.cast(pl.Int32).alias("d"), ((day + 3) // 7).cast(pl.Int32).alias("w"),
            (date.dt.year() * 12 + date.dt.month() - 1).cast(pl.Int32).alias("m")]


def main(shop):
    watch = figures.Watch()
    results = {}

    def figure(name, keys, frame):
        results[name] = (keys, frame.rows)

    text, real, flag = pl.String, pl.Float64, pl.Boolean
    sessions = read(shop, "sessions", {
        "session_id": text, "client": text, "started_at": text, "city": text, "has_basket": flag, "order_screen": flag,
        "purchased": flag, "amount": real, "discount": real})
    lines = read(shop, "lines", {"session_id": text, "quantity": pl.Int32})
    customers = read(shop, "customers", {"client": text, "downloaded_at": text})
    watch.lap("read")

    # Names become whole numbers once: every later grouping is by numbers.
    clients = pl.concat([sessions["client"], customers["client"]]).drop_nulls().unique()
    clients = pl.DataFrame({"client": clients, "c": pl.arange(len(clients), dtype=pl.Int32, eager=True)})
    units = lines.group_by("session_id").agg(pl.col("quantity").sum().alias("units"))
    s = sessions.join(clients, on="client", how="left", maintain_order="left").join(
        units, on="session_id", how="left", maintain_order="left").select(
        "session_id", "c", "order_screen", "purchased", "units", pl.col("city").cast(pl.Categorical),
        pl.col("has_basket") | pl.col("units").is_not_null(),
        seconds("started_at").alias("t"),
        (pl.col("amount") * 100).round().cast(pl.Int64).alias("cents"),
        (pl.col("discount") * 100).round().cast(pl.Int64).alias("discount"))
    s = s.with_columns(*periods(pl.col("t")), (pl.col("t") % DAY // 3_600).cast(pl.Int32).alias("h"))
    o = s.filter("purchased").with_columns(pl.col("units").fill_null(0))
    f = customers.filter(pl.col("downloaded_at").is_not_null()).join(clients, on="client").select(
        "c", seconds("downloaded_at").alias("t"))
    f = f.with_columns(*periods(pl.col("t")))
    known = o.filter(pl.col("c").is_not_null())
    watch.lap("prep")

    for period, key in {"hourly": "h", **figures.COLUMN}.items():
        figure(f"actions {period}", 1, s.group_by(key).agg(
            pl.len(), pl.col("has_basket").sum(), pl.col("order_screen").sum(), pl.col("purchased").sum()))
        figure(f"sales {period}", 1, o.group_by(key).agg(pl.col("units").sum(), pl.col("cents").sum(),
                                                         pl.col("discount").sum()))
        if period != "hourly":
            figure(f"buyers {period}", 1, known.select(key, "c").unique().group_by(key).agg(pl.len()))
    visits = s.filter(pl.col("c").is_not_null()).group_by("w", "c").agg(pl.len().alias("n"))
    figure("visitors weekly", 1, visits.group_by("w").agg(pl.len(), pl.col("n").sum()))
    located = s.filter(pl.col("city").is_not_null())
    located_buyers = known.filter(pl.col("city").is_not_null())
    for name, keys in (("city", ["city"]), ("city daily", ["d", "city"])):
        figure(f"sessions by {name}", len(keys), located.group_by(keys).agg(
            pl.len(), pl.col("purchased").sum(), pl.col("cents").sum(), pl.col("discount").sum()))
        figure(f"buyers by {name}", len(keys),
               located_buyers.select(*keys, "c").unique().group_by(keys).agg(pl.len()))
    watch.lap("funnel")

    n = known.sort("c", "t", "session_id").select("c", "t", "d", "w", "m", "cents")
    same = pl.col("c").shift(-1) == pl.col("c")
    n = n.with_columns(
        (pl.int_range(pl.len()).over("c") + 1).alias("n"),
        *(pl.when(same).then(pl.col(key).shift(-1)).alias(f"next_{key}") for key in ("d", "w", "m", "cents")))
    first = n.filter(pl.col("n") == 1)
    downloads = f.join(first, on="c", suffix="_1").filter(pl.col("t_1") >= pl.col("t"))
    starts = n.join(first.select("c", "w", "m"), on="c", suffix="_1")
    for period in figures.PERIODS:
        key, limit = figures.COLUMN[period], figures.MAX_OFFSET[period]
        apart = (pl.col(f"next_{key}") - pl.col(key)).alias("apart")
        for step in figures.STEPS:
            figure(f"orders {step} {period}", 2, n.filter((pl.col("n") == step) & (apart <= limit)).group_by(
                pl.col(key), apart).agg(pl.len(), pl.col("next_cents").sum()))
        apart = (pl.col(f"{key}_1") - pl.col(key)).alias("apart")
        figure(f"downloads {period}", 2, downloads.filter(apart.is_between(0, limit)).group_by(
            pl.col(key), apart).agg(pl.len(), pl.col("cents").sum()))
    for period in figures.RETENTION_PERIODS:
        key, limit = figures.COLUMN[period], figures.MAX_OFFSET[period]
        apart = (pl.col(key) - pl.col(f"{key}_1")).alias("apart")
        active = starts.filter(apart <= limit).group_by(pl.col(f"{key}_1").alias("cohort"), apart, "c").agg(
            pl.len().alias("orders"), pl.col("cents").sum())
        figure(f"retention {period}", 2, active.group_by("cohort", "apart").agg(
            pl.len(), pl.col("orders").sum(), pl.col("cents").sum()))
    watch.lap("cohorts")

    r = n.group_by("c").agg((s["d"].max() - pl.col("d").max()).alias("recency"), pl.len().alias("frequency"),
                            pl.col("cents").sum().alias("monetary"))

    def above(column):
        cuts = [r[column].quantile(k / figures.SCORES, "linear") for k in range(1, figures.SCORES)]
        return sum((pl.col(column) > cut).cast(pl.Int32) for cut in cuts)

    scored = r.select("monetary", (5 - above("recency")).alias("r"), (1 + above("frequency")).alias("f"),
                      (1 + above("monetary")).alias("v"))
    figure("rfm cells", 2, scored.group_by("r", "f").agg(pl.len(), pl.col("monetary").sum()))
    for column, short in (("recency", "r"), ("frequency", "f"), ("monetary", "v")):
        figure(f"rfm {column}", 1, scored.group_by(short).agg(pl.len()))
    watch.lap("rfm")

    figure("customers by orders", 1, r.group_by("frequency").agg(pl.len()))
    figure("customers by order number", 1, n.filter(pl.col("n") <= 100).group_by("n").agg(pl.len()))
    watch.lap("statistics")
    figures.report(watch, results)


if __name__ == "__main__":
    main(sys.argv[1])
