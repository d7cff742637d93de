"""The features as DuckDB computes them from reference/features.sql, and the comparison with an export."""
import csv
import io
import math
from pathlib import Path

import duckdb

DEFINITION = (Path(__file__).resolve().parents[1] / "reference" / "features.sql").read_text()

# What the events of Scripts/make_events.py are called in their files.
MADE_COLUMNS = ("event_id, user_id, CAST(timestamp AS TIMESTAMPTZ) AS timestamp, event_type, item_id, category, "
                "CAST(value AS DOUBLE) AS value")


class Reference:
    """The events of some files in DuckDB, and their features by the definition."""

    def __init__(self, *files, columns=MADE_COLUMNS, where="true", reader="read_csv", options="all_varchar=true"):
        """Reads `files`; `columns` makes event_id, user_id, timestamp (TIMESTAMPTZ), event_type, item_id, category and
        value out of the columns of the files."""
        self.database = duckdb.connect(config={"threads": 2})
        self.database.execute("SET TimeZone='UTC'")
        names = ", ".join(f"'{file}'" for file in files)
        self.database.execute(
            f"CREATE TABLE moments AS SELECT {columns} FROM {reader}([{names}], {options}) WHERE {where}")

    def value(self, query):
        """The one value that a query over `moments` answers with."""
        return self.database.execute(query).fetchone()[0]

    def last_moment(self):
        """One millisecond after the last event, as ISO 8601: the moment that commands take unless told."""
        return self.value("SELECT strftime(timezone('UTC', date_trunc('millisecond', max(timestamp))) "
                          "+ INTERVAL 1 MILLISECOND, '%Y-%m-%dT%H:%M:%S.%gZ') FROM moments")

    def features(self, as_of=None, window_days=30, session_gap_minutes=30, time_zone="UTC"):
        """Names of the columns, and the rows by user."""
        as_of = as_of or self.last_moment()
        execute = self.database.execute
        execute(f"SET TimeZone='{time_zone}'")
        if time_zone == "UTC":
            definition, kind, timestamp = DEFINITION, "TIMESTAMP", "timezone('UTC', timestamp)"
        else:
            definition, kind, timestamp = in_local_time(DEFINITION, time_zone), "TIMESTAMPTZ", "timestamp"
        execute(f"CREATE OR REPLACE VIEW events AS SELECT * REPLACE ({timestamp} AS timestamp) FROM moments")
        moment = f"TIMESTAMPTZ '{as_of}'"
        moment = f"timezone('UTC', {moment})" if kind == "TIMESTAMP" else moment
        execute(f"SET VARIABLE as_of = {moment}")
        execute(f"SET VARIABLE window_days = {int(window_days)}")
        execute(f"SET VARIABLE session_gap = {int(session_gap_minutes * 60)}")
        answer = execute(definition)
        names = [column[0] for column in answer.description]
        rows = {row[0]: dict(zip(names, row)) for row in answer.fetchall()}
        execute("SET TimeZone='UTC'")
        return names, rows


def in_local_time(definition, time_zone):
    """The definition for timestamps of type TIMESTAMPTZ, in a session whose time zone is `time_zone`.

    Days, hours and weekdays follow the session's zone by themselves, days of the window too. What counts milliseconds
    of the day has to be told to count those of the local day.
    """
    local_day = "ms % 86400000"
    assert definition.count(local_day) == 4, "the definition has changed: look at how it counts the time of the day"
    return definition.replace(local_day, f"epoch_ms(timezone('{time_zone}', timestamp)) % 86400000")


def rows_of(export):
    """The rows of an export by user, as text; an empty field is no value."""
    table = csv.DictReader(io.StringIO(export.decode()))
    rows = list(table)
    users = {row["user_id"]: row for row in rows}
    assert len(users) == len(rows), "a user has more than one row"
    assert table.fieldnames[0] == "user_id"
    return users


def assert_equal_features(export, expected):
    """Every value of an export equals the reference: |a - b| <= 1e-9 * max(1, |b|), the mean hour modulo 24."""
    names, reference = expected
    found = rows_of(export)
    assert reference, "the reference has no users: nothing would be compared"
    missing, surplus = reference.keys() - found.keys(), found.keys() - reference.keys()
    assert not missing and not surplus, f"missing: {sorted(missing)[:5]}, not expected: {sorted(surplus)[:5]}"
    differences = []
    for user, row in reference.items():
        for name in names[1:]:
            text, value = found[user][name], row[name]
            if not is_equal(name, text, value):
                differences.append(f"{user} {name}: {text or 'none'}, not {value}")
    assert not differences, f"{len(differences)} values differ:\n" + "\n".join(differences[:20])


def is_equal(name, text, value):
    """Whether the text of an exported value stands for the reference's value."""
    if value is None or text == "":
        return value is None and text == ""
    difference = abs(float(text) - float(value))
    if name == "mean_hour":
        difference = min(difference, abs(24 - difference))
    return math.isfinite(difference) and difference <= 1e-9 * max(1.0, abs(value))
