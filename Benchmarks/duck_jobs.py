#!/usr/bin/env python3
"""One piece of work of DuckDB in a process of its own; prints the seconds of its statements as JSON.

usage: duck_jobs.py DATABASE load|load-sorted FILE
       duck_jobs.py DATABASE code
       duck_jobs.py DATABASE features strings|codes DAYS
       duck_jobs.py DATABASE compare DAYS
"""
import json
import re
import sys
import time
from pathlib import Path

import duckdb

DEFINITION = Path(__file__).resolve().parents[1] / "Tests" / "EndToEnd" / "reference" / "features.sql"
COLUMNS = {"event_id": "VARCHAR", "user_id": "VARCHAR", "timestamp": "TIMESTAMPTZ", "event_type": "VARCHAR",
           "item_id": "VARCHAR", "category": "VARCHAR", "value": "DOUBLE"}


def timed(database, *statements):
    started = time.perf_counter()
    for statement in statements:
        database.execute(statement)
    return {"seconds": time.perf_counter() - started}


def load(database, file, order=""):
    """Reads a file into a table of native types on disk."""
    reader = "read_csv" if file.endswith(".csv") else "read_json"
    options = "header=true" if file.endswith(".csv") else "format='newline_delimited'"
    return timed(
        database,
        f"CREATE TABLE events AS SELECT * REPLACE (timezone('UTC', timestamp) AS timestamp) "
        f"FROM {reader}('{file}', columns={COLUMNS}, {options}) {order}",
        "CHECKPOINT")


def code(database):
    """Makes a table of integer codes: in the order of the strings by bytes, so that ties come out the same."""
    texts = ["user_id", "event_type", "item_id", "category"]
    for name in texts:
        database.execute(f"CREATE OR REPLACE TABLE {name}_codes AS SELECT {name} AS text, "
                         f"(row_number() OVER (ORDER BY {name}) - 1)::INTEGER AS code "
                         f"FROM (SELECT DISTINCT {name} FROM events WHERE {name} IS NOT NULL)")
    joins = " ".join(f"LEFT JOIN {name}_codes ON events.{name} = {name}_codes.text" for name in texts)
    types = {"event_type": "UTINYINT", "category": "UTINYINT"}
    columns = ", ".join(f"{name}_codes.code::{types.get(name, 'INTEGER')} AS {name}" for name in texts)
    database.execute(f"CREATE OR REPLACE TABLE coded AS SELECT {columns}, timestamp, value FROM events {joins} "
                     f"ORDER BY user_id, timestamp")
    database.execute("CHECKPOINT")
    return {"seconds": 0}


def strings_definition(database):
    return DEFINITION.read_text()


def codes_definition(database):
    """The definition over the table of codes, without removal of duplicates."""
    text = DEFINITION.read_text()
    text, removed = re.subn(r"FROM \(SELECT \* FROM events WHERE user_id IS NOT NULL\s+QUALIFY .*? = 1\)\)",
                            "FROM coded)", text, flags=re.DOTALL)
    text, ties = re.subn(r"(ORDER BY timestamp, event_type, item_id, category, value), event_id", r"\1", text)
    assert (removed, ties) == (1, 1), "the definition has changed: look at how it removes duplicates"
    for name, number in database.execute("SELECT text, code FROM event_type_codes").fetchall():
        text = re.sub(rf"((?:event_type|prev_type) = |WHEN )'{re.escape(name)}'", rf"\g<1>{number}", text)
    assert not re.search(r"(_type = |WHEN )'", text), "an event type of the definition is not in the data"
    return text


def features(database, kind, days):
    """Computes the features of everybody; all columns are made."""
    definition = {"strings": strings_definition, "codes": codes_definition}[kind](database)
    database.execute("SET VARIABLE as_of = (SELECT date_trunc('millisecond', max(timestamp)) + INTERVAL 1 MILLISECOND "
                     "FROM events)")
    database.execute(f"SET VARIABLE window_days = {int(days)}")
    database.execute("SET VARIABLE session_gap = 1800")
    answer = timed(database, f"CREATE OR REPLACE TEMP TABLE {kind} AS {definition}")
    users, events = database.execute(f"SELECT count(*), sum(event_count)::BIGINT FROM {kind}").fetchone()
    return answer | {"users": users, "events": events}


def compare(database, days):
    """Whether codes and strings give the same values; the largest difference relative to max(1, |value|)."""
    for kind in ("strings", "codes"):
        features(database, kind, days)
    names = [row[0] for row in database.execute("SELECT name FROM pragma_table_info('strings')").fetchall()]
    differences = [f"max(abs(s.{name} - c.{name}) / greatest(1, abs(s.{name}))), "
                   f"count(*) FILTER ((s.{name} IS NULL) <> (c.{name} IS NULL))" for name in names if name != "user_id"]
    row = database.execute(f"SELECT count(*), {', '.join(differences)} FROM strings s JOIN user_id_codes u "
                           f"ON s.user_id = u.text JOIN codes c ON c.user_id = u.code").fetchone()
    return {"seconds": 0, "users": row[0], "largest": max(x or 0 for x in row[1::2]), "missing": sum(row[2::2])}


def main():
    path, job, *words = sys.argv[1:]
    database = duckdb.connect(path, config={"threads": 2})
    database.execute("SET TimeZone='UTC'")
    jobs = {"load": load, "load-sorted": lambda database, file: load(database, file, "ORDER BY user_id, timestamp"),
            "code": code, "features": features, "compare": compare}
    print(json.dumps(jobs[job](database, *words)))


main()
