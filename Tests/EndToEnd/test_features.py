"""`habitus export features` gives the values of reference/features.sql, computed by DuckDB."""
import csv
import json
import random

import pytest

from support.reference import Reference, assert_equal_features, rows_of

CLEAN = (60_000, 1_500)
ROUGH = (60_000, 1_500, "--rough", "--seed", "2")


@pytest.fixture(scope="module", params=[CLEAN, ROUGH], ids=["clean", "rough"])
def made(request, made_events, session_habitus):
    """The command over an imported made set, and the reference over the same file."""
    file = made_events(*request.param) / "events.csv"
    command = session_habitus("features")
    command.load(file)
    return command, Reference(file)


def test_default_window_and_moment(made):
    command, reference = made
    assert_equal_features(command.export("features"), reference.features())


@pytest.mark.parametrize("days", [1, 7, 13, 14, 60, 365])
def test_windows(made, days):
    command, reference = made
    assert_equal_features(command.export("features", "--window-days", days), reference.features(window_days=days))


@pytest.mark.parametrize("minutes", [1, 5, 240])
def test_session_gaps(made, minutes):
    command, reference = made
    assert_equal_features(
        command.export("features", "--session-gap", minutes), reference.features(session_gap_minutes=minutes))


@pytest.mark.parametrize("as_of", [
    "2026-02-03T12:34:56.789Z", "2026-02-01T00:00:00.000Z", "2026-01-20T23:59:59.999Z",
    "2026-02-03T13:34:56.789+01:00"])
def test_moments_in_the_middle(made, as_of):
    command, reference = made
    assert_equal_features(command.export("features", "--as-of", as_of), reference.features(as_of=as_of))


def test_one_user_has_the_values_of_the_export(made):
    command, _ = made
    rows = rows_of(command.export("features"))
    for user in random.Random(5).sample(sorted(rows), 3):
        values = feature_values(command.json("features", user))
        for name, text in rows[user].items():
            if name != "user_id":
                assert values[name] == (None if text == "" else float(text)), f"{user} {name}"


def feature_values(answer):
    """The values by name of what `habitus features ID --json` answers."""
    return {name: None if value is None else float(value) for name, value in answer["features"].items()}


def test_json_lines_export_has_the_values_of_the_csv_export(made):
    command, _ = made
    lines = command.run("export", "features", "--format", "jsonl").stdout.decode().splitlines()
    rows = rows_of(command.export("features"))
    assert len(lines) == len(rows)
    for line in lines:
        row = json.loads(line)
        for name, text in rows[row["user_id"]].items():
            if name != "user_id":
                assert row.get(name) == (None if text == "" else float(text)), f"{row['user_id']} {name}"


def test_number_of_threads_changes_nothing(made):
    command, _ = made
    one, *others = [command.export("features", "--threads", threads) for threads in (1, 2, 3, 8)]
    assert all(one == other for other in others)


def test_number_of_threads_of_the_import_changes_nothing(made_events, habitus, tmp_path):
    file = made_events(*ROUGH) / "events.csv"
    exports = []
    for threads in (1, 2, 5):
        data = tmp_path / f"threads-{threads}"
        habitus.load(file, "--threads", threads, data=data)
        exports.append((habitus.export("features", data=data), habitus.export("events", data=data)))
    assert exports[0] == exports[1] == exports[2]


def test_order_of_arrival_changes_nothing(made_events, habitus, tmp_path):
    # Repeats of an id are exact in the made set, so which one is stored first makes no difference either.
    file = made_events(*ROUGH) / "events.csv"
    header, *rows = file.read_text().splitlines(keepends=True)
    random.Random(7).shuffle(rows)
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text(header + "".join(rows))
    habitus.load(file)
    habitus.load(shuffled, data=tmp_path / "shuffled")
    assert habitus.export("features") == habitus.export("features", data=tmp_path / "shuffled")
    assert habitus.export("events") == habitus.export("events", data=tmp_path / "shuffled")


def test_split_over_imports_changes_nothing(made_events, habitus, tmp_path):
    file = made_events(*ROUGH) / "events.csv"
    header, *rows = file.read_text().splitlines(keepends=True)
    parts = []
    for number in range(5):
        part = tmp_path / f"part{number}.csv"
        part.write_text(header + "".join(rows[number::5]))
        parts.append(part)
    habitus.load(file)
    several = tmp_path / "several-files"
    habitus.load(*parts, data=several)
    one_by_one = tmp_path / "one-by-one"
    for part in reversed(parts):
        habitus.load(part, data=one_by_one)
    whole = habitus.export("features")
    assert whole == habitus.export("features", data=several)
    assert whole == habitus.export("features", data=one_by_one)


@pytest.mark.parametrize("start", ["2026-03-10T00:00:00", "2026-10-10T00:00:00"], ids=["spring", "autumn"])
@pytest.mark.parametrize("days", [7, 30, 60])
def test_paris_over_changes_of_summer_time(made_events, session_habitus, start, days):
    file = made_events(20_000, 600, "--rough", "--start", start, "--seed", "3") / "events.csv"
    command = session_habitus("paris")
    command.load(file)
    reference = Reference(file)
    zone = "Europe/Paris"
    in_the_middle = "2026-04-01T10:00:00.000Z" if "-03-" in start else "2026-10-28T10:00:00.000Z"
    for as_of in [reference.last_moment(), in_the_middle]:
        found = command.export("features", "--as-of", as_of, "--window-days", days, "--set",
                               f"feature_extraction.time_zone={zone}")
        assert_equal_features(found, reference.features(as_of=as_of, window_days=days, time_zone=zone))


def test_users_with_one_event_and_other_corners(habitus, tmp_path):
    rows = [
        # one event each, of every kind that is counted apart
        *[(f"a{kind}", f"only-{kind}", "2026-05-10T10:00:00.000Z", kind, "i1", "data", 3)
          for kind in ["page_view", "click", "search", "filter", "download", "apply", "save", "message", "other"]],
        ("b1", "bare", "2026-05-10T10:00:00.000Z", "click", "", "", ""),
        # the same moment: order by type, item, category, value (missing last), id
        ("c1", "ties", "2026-05-11T10:00:00.000Z", "search", "", "", ""),
        ("c2", "ties", "2026-05-11T10:00:00.000Z", "filter", "", "", ""),
        ("c3", "ties", "2026-05-11T10:00:00.000Z", "search", "i1", "", 5),
        ("c4", "ties", "2026-05-11T10:00:00.000Z", "filter", "i1", "data", 7),
        # exactly the gap of a session, and a millisecond more
        ("d1", "gap", "2026-05-12T10:00:00.000Z", "page_view", "i1", "data", 1),
        ("d2", "gap", "2026-05-12T10:30:00.000Z", "page_view", "i2", "data", 2),
        ("d3", "gap", "2026-05-12T11:00:00.001Z", "apply", "i2", "sales", -2.5),
        # the first moment of the window of 30 days, the one before it, and midnight
        ("e1", "edge", "2026-04-20T00:00:00.001Z", "page_view", "i1", "data", 1e-9),
        ("e2", "edge", "2026-04-20T00:00:00.000Z", "page_view", "i1", "data", 1e12),
        ("e3", "edge", "2026-05-01T00:00:00.000Z", "page_view", "i3", "health", 0),
        ("e4", "edge", "2026-05-01T23:59:59.999Z", "page_view", "i3", "health", 0),
        # opposite hours: the mean hour has no value
        ("f1", "opposite", "2026-05-02T06:00:00.000Z", "click", "i1", "data", ""),
        ("f2", "opposite", "2026-05-03T18:00:00.000Z", "click", "i1", "data", ""),
        # the last event of all
        ("g1", "last", "2026-05-20T00:00:00.000Z", "click", "i1", "data", ""),
    ]
    file = tmp_path / "corners.csv"
    with file.open("w", newline="") as table:
        writer = csv.writer(table)
        writer.writerow("event_id user_id timestamp event_type item_id category value".split())
        writer.writerows(rows)
    habitus.load(file)
    reference = Reference(file)
    for days in [1, 18, 19, 30, 31]:
        assert_equal_features(habitus.export("features", "--window-days", days), reference.features(window_days=days))


def test_online_retail(published, habitus):
    file = published("events/online_retail_2010-12.csv.gz")
    habitus.load(file, "--map", "user=CustomerID", "--map", "time=InvoiceDate", "--map", "type==purchase",
                 "--map", "item=StockCode", "--map", "category=Country", "--map", "value=UnitPrice")
    reference = Reference(file, columns="""NULL::VARCHAR AS event_id, CustomerID AS user_id,
        CAST(InvoiceDate || '+00' AS TIMESTAMPTZ) AS timestamp, 'purchase' AS event_type, StockCode AS item_id,
        Country AS category, CAST(UnitPrice AS DOUBLE) AS value""", where="CustomerID IS NOT NULL")
    for days in [7, 30]:
        assert_equal_features(habitus.export("features", "--window-days", days), reference.features(window_days=days))


def test_gh_archive(published, habitus):
    file = published("logs/gharchive_2015-01-01-0.json.gz")
    habitus.load(file, "--map", "id=id", "--map", "user=actor.login", "--map", "time=created_at", "--map", "type=type",
                 "--map", "item=repo.name", "--map", "category=org.login", "--map", "value=payload.size")
    reference = Reference(file, reader="read_json", options="format='newline_delimited', union_by_name=true",
                          columns="""CAST(id AS VARCHAR) AS event_id, actor.login AS user_id,
        CAST(created_at AS TIMESTAMP)::VARCHAR::TIMESTAMPTZ AS timestamp, type AS event_type, repo.name AS item_id,
        org.login AS category, CAST(payload.size AS DOUBLE) AS value""")
    assert_equal_features(habitus.export("features"), reference.features())


def test_cdnow_sample(sample, habitus):
    file = sample("cdnow.csv")
    habitus.load(file, "--map", "user=customer", "--map", "time=date", "--time-format", "%Y%m%d", "--map",
                 "type==purchase", "--map", "value=amount")
    reference = Reference(file, columns="""NULL::VARCHAR AS event_id, customer AS user_id,
        CAST(strptime(date, '%Y%m%d')::VARCHAR || '+00' AS TIMESTAMPTZ) AS timestamp, 'purchase' AS event_type,
        NULL::VARCHAR AS item_id, NULL::VARCHAR AS category, CAST(amount AS DOUBLE) AS value""")
    for days in [30, 546]:
        assert_equal_features(habitus.export("features", "--window-days", days), reference.features(window_days=days))
