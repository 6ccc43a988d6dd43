"""The figures of the benchmark with pandas. Usage: pandas_peer.py SHOP (c | pyarrow)"""

import sys

import figures
import numpy as np
import pandas as pd

DAY = 86_400


def read(shop, engine, name, columns):
    return pd.read_csv(f"{shop}/{name}.csv", usecols=list(columns), engine=engine, keep_default_na=False,
                       na_values=[""], dtype=columns)


def seconds(column):
    return pd.to_datetime(column, format="%Y-%m-%dT%H:%M:%SZ").to_numpy().astype("datetime64[s]").astype(np.int64)


def add_periods(frame, instant):
    day = instant // DAY
    frame["d"] = day.astype(np.int32)
    frame["w"] = ((day + 3) // 7).astype(np.int32)
    frame["m"] = (day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12).astype(np.int32)


def cents(column):
    return np.rint(column.fillna(0).to_numpy() * 100).astype(np.int64)


def main(shop, engine):
    watch = figures.Watch()
    results = {}

    def figure(name, keys, frame):
        results[name] = (keys, lambda: frame.reset_index().itertuples(index=False, name=None))

    text, real, flag = "str", "float64", "bool"
    sessions = read(shop, engine, "sessions", {
        "session_id": text, "client": text, "started_at": text, "city": "category", "has_basket": flag,
        "order_screen": flag, "purchased": flag, "amount": real, "discount": real})
    lines = read(shop, engine, "lines", {"session_id": text, "quantity": "int32"})
    customers = read(shop, engine, "customers", {"client": text, "downloaded_at": text})
    watch.lap("read")

    # Names become whole numbers once: every later grouping is by numbers. Guests are -1.
    codes, names = pd.factorize(pd.concat([sessions["client"], customers["client"]]))
    units = sessions["session_id"].map(lines.groupby("session_id", sort=False)["quantity"].sum())
    s = pd.DataFrame({"session_id": sessions["session_id"], "c": codes[:len(sessions)].astype(np.int32),
                      "t": seconds(sessions["started_at"]), "city": sessions["city"],
                      "has_basket": sessions["has_basket"] | units.notna(), "units": units.fillna(0).astype(np.int64),
                      "order_screen": sessions["order_screen"],
                      "purchased": sessions["purchased"], "cents": cents(sessions["amount"]),
                      "discount": cents(sessions["discount"])})
    add_periods(s, s["t"].to_numpy())
    s["h"] = (s["t"] % DAY // 3_600).astype(np.int32)
    o = s[s["purchased"]]
    has_download = customers["downloaded_at"].notna()
    f = pd.DataFrame({"c": codes[len(sessions):][has_download], "t": seconds(customers["downloaded_at"][has_download])})
    add_periods(f, f["t"].to_numpy())
    known = o[o["c"] >= 0]
    watch.lap("prep")

    for period, key in {"hourly": "h", **figures.COLUMN}.items():
        by = s.groupby(key, sort=False)
        counts = by[["has_basket", "order_screen", "purchased"]].sum()
        counts.insert(0, "sessions", by.size())
        figure(f"actions {period}", 1, counts)
        figure(f"sales {period}", 1, o.groupby(key, sort=False)[["units", "cents", "discount"]].sum())
        if period != "hourly":
            pairs = np.unique(known[key].to_numpy(np.int64) * len(names) + known["c"].to_numpy())
            figure(f"buyers {period}", 1, pd.Series(pairs // len(names)).value_counts(sort=False))
    visits = s[s["c"] >= 0]
    pairs, counts = np.unique(visits["w"].to_numpy(np.int64) * len(names) + visits["c"].to_numpy(), return_counts=True)
    pairs = pd.DataFrame({"w": pairs // len(names), "n": counts}).groupby("w", sort=False)["n"]
    figure("visitors weekly", 1, pairs.agg(["size", "sum"]))
    for name, keys in (("city", ["city"]), ("city daily", ["d", "city"])):
        by = s.groupby(keys, sort=False, observed=True)
        sums = by[["purchased", "cents", "discount"]].sum()
        sums.insert(0, "sessions", by.size())
        figure(f"sessions by {name}", len(keys), sums)
        buyers = known[[*keys, "c"]].drop_duplicates().groupby(keys, sort=False, observed=True)
        figure(f"buyers by {name}", len(keys), buyers.size())
    watch.lap("funnel")

    n = known.sort_values(["c", "t", "session_id"])[["c", "t", "d", "w", "m", "cents"]].reset_index(drop=True)
    client = n["c"].to_numpy()
    begins = np.r_[True, client[1:] != client[:-1]]
    starts = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    n["n"] = np.arange(len(n)) - starts + 1
    has_next = np.r_[~begins[1:], False]
    first = n[begins].set_index("c")
    downloads = f.join(first, on="c", rsuffix="_1", how="inner")
    downloads = downloads[downloads["t_1"] >= downloads["t"]]
    for period in figures.PERIODS:
        key, limit = figures.COLUMN[period], figures.MAX_OFFSET[period]
        column = n[key].to_numpy()
        for step in figures.STEPS:
            rows = np.flatnonzero(has_next & (n["n"].to_numpy() == step))
            pairs = pd.DataFrame({"cohort": column[rows], "apart": column[rows + 1] - column[rows],
                                  "cents": n["cents"].to_numpy()[rows + 1]})
            pairs = pairs[pairs["apart"] <= limit]
            figure(f"orders {step} {period}", 2, pairs.groupby(["cohort", "apart"], sort=False)["cents"].agg(["size", "sum"]))
        apart = downloads[f"{key}_1"] - downloads[key]
        kept = downloads[apart.between(0, limit)]
        figure(f"downloads {period}", 2, kept.groupby([kept[key], apart[kept.index]], sort=False)["cents"].agg(
            ["size", "sum"]).rename_axis(["cohort", "apart"]))
    for period in figures.RETENTION_PERIODS:
        key, limit = figures.COLUMN[period], figures.MAX_OFFSET[period]
        cohort = n[key].to_numpy()[starts]
        active = pd.DataFrame({"cohort": cohort, "apart": n[key].to_numpy() - cohort, "c": client, "cents": n["cents"]})
        active = active[active["apart"] <= limit]
        each = active.groupby(["cohort", "apart", "c"], sort=False)["cents"].agg(["size", "sum"]).reset_index()
        figure(f"retention {period}", 2, each.groupby(["cohort", "apart"], sort=False).agg(
            customers=("size", "size"), orders=("size", "sum"), cents=("sum", "sum")))
    watch.lap("cohorts")

    by = n.groupby("c", sort=False)
    r = pd.DataFrame({"recency": s["d"].max() - by["d"].max(), "frequency": by.size(), "monetary": by["cents"].sum()})

    def above(column):
        cuts = np.quantile(r[column], [k / figures.SCORES for k in range(1, figures.SCORES)])
        return np.searchsorted(cuts, r[column])

    r["r"], r["f"], r["v"] = 5 - above("recency"), 1 + above("frequency"), 1 + above("monetary")
    figure("rfm cells", 2, r.groupby(["r", "f"], sort=False)["monetary"].agg(["size", "sum"]))
    for column, short in (("recency", "r"), ("frequency", "f"), ("monetary", "v")):
        figure(f"rfm {column}", 1, r.groupby(short, sort=False).size())
    watch.lap("rfm")

    figure("customers by orders", 1, r.groupby("frequency", sort=False).size())
    figure("customers by order number", 1, n[n["n"] <= 100].groupby("n", sort=False).size())
    watch.lap("statistics")
    figures.report(watch, results)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
