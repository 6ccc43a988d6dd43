"""The peers' figures as Cartwright's reports hold them: DIR/report-rows.ndjson of `once --offline`."""

import collections
import datetime
import json

import figures

EPOCH = datetime.date(1970, 1, 1)


def number(period, local):
    """The running number of a period from its local name: 2024-03-31, or 2024-03 for a month."""
    if period == "monthly":
        year, month = local.split("-")
        return int(year) * 12 + int(month) - 1
    day = (datetime.date.fromisoformat(local) - EPOCH).days
    return (day + 3) // 7 if period == "weekly" else day


def cents(amount):
    return 0 if amount is None else round(amount * 100)


def read_tables(folder):
    """Rows by (report, type, period, from)."""
    tables = collections.defaultdict(list)
    with open(folder / "report-rows.ndjson", encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            kind = row.get("report_types", row)
            tables[row["report_name"], kind.get("type", ""), kind.get("time_period", ""), kind.get("from")].append(row)
    return tables


def sales(tables, results):
    for period in ("hourly", *figures.PERIODS):
        def key(row, period=period):
            return (row["hour"],) if period == "hourly" else (number(period, row["bucket_local"]),)

        actions = collections.defaultdict(lambda: [0] * len(figures.ACTIONS))
        for row in tables["funnel", "action_counts", period, None]:
            actions[key(row)][figures.ACTIONS.index(row["action"])] = row["sessions"]
        results[f"actions {period}"] = [(each, tuple(counts)) for each, counts in actions.items()]
        orders = tables["stats", f"{period}_orders", "", None]
        money = {key(row): row for row in tables["stats", f"{period}_revenue", "", None]}
        results[f"sales {period}"] = [
            (key(row), (row["units"], cents(money[key(row)]["gross_revenue"]), cents(money[key(row)]["discount"])))
            for row in orders]
        if period != "hourly":
            results[f"buyers {period}"] = [(key(row), (row["customers"],)) for row in orders]
    results["visitors weekly"] = [
        ((number("weekly", row["bucket_local"]),), (row["customers"], row["sessions"]))
        for row in tables["stats", "weekly_average_session_per_user", "", None]]


def cities(tables, results):
    for name, type_, day in (("city", "dimension_kpis", False), ("city daily", "daily_dimension_values", True)):
        rows = [row for row in tables["stats", type_, "", None] if row["dimension"] == "city" and row["dimension_item"] is not None]

        def key(row, day=day):
            item = (row["dimension_item"],)
            return (number("daily", row["bucket_local"]), *item) if day else item

        results[f"sessions by {name}"] = [
            (key(row), (row["sessions"], row["orders"], cents(row["gross_revenue"]), cents(row["discount"])))
            for row in rows]
        results[f"buyers by {name}"] = [(key(row), (row["customers"],)) for row in rows]


def cohorts(tables, results):
    def matrix(type_, period, first, columns):
        limit = figures.MAX_OFFSET[period]
        return [((number(period, row["cohort_local"]), row["period_offset"]), tuple(column(row) for column in columns))
                for row in tables["cohort", type_, period, first] if row["cohort_local"] != "all" and row["period_offset"] is not None and row["period_offset"] <= limit]

    customers, orders = (lambda row: row["customers"]), (lambda row: row["orders"])
    net = (lambda row: cents(row["net_revenue"]))
    for period in figures.PERIODS:
        for n in figures.STEPS:
            results[f"orders {n} {period}"] = matrix("orders", period, n, (customers, net))
        results[f"downloads {period}"] = matrix("downloads", period, 0, (customers, net))
    for period in figures.RETENTION_PERIODS:
        results[f"retention {period}"] = matrix("retention", period, None, (customers, orders, net))


def customers(tables, results):
    results["rfm cells"] = [((row["recency_score"], row["frequency_score"]), (row["customers"], cents(row["net_revenue"])))
                            for row in tables["rfm", "cells", "", None]]
    for variable in ("recency", "frequency", "monetary"):
        results[f"rfm {variable}"] = [((row["score"],), (row["customers"],)) for row in tables["rfm", "", "", None]
                                      if row["variable"] == variable]
    results["customers by orders"] = [((row["order_count"],), (row["customers"],))
                                      for row in tables["stats", "order_count_distribution", "", None]]
    results["customers by order number"] = [((row["order_number"],), (row["customers"],))
                                            for row in tables["stats", "user_counts_per_order_seq", "", None]
                                            if row["order_number"] <= 100]


def checksums(folder):
    tables = read_tables(folder)
    results = {}
    for collect in (sales, cities, cohorts, customers):
        collect(tables, results)
    return {name: figures.checksum(rows) for name, rows in results.items()}
