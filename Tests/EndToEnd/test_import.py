"""`habitus import` reads real files that differ in every way files differ, each event once and none in silence."""
import csv
import gzip
import json

import pytest

from support.events import ExportedEvents
from support.summary import counts, everything, nothing_new

MADE = (20_000, 600, "--rough", "--seed", "4")


def mapped(**fields):
    """The flags that feed fields of the event."""
    return [word for field, source in fields.items() for word in ("--map", f"{field}={source}")]


# Files of published data, how they are read, and the counts that their owners state (data/README.md) or that the files
# hold: rows, refused rows, users, types, items.
RETAIL = mapped(user="CustomerID", time="InvoiceDate", type="=purchase", item="StockCode", category="Country",
                value="UnitPrice", session="InvoiceNo")
PUBLISHED = {
    "online retail: missing customers, no ids": (
        "events/online_retail_2010-12.csv.gz", RETAIL, 42_481, {"no_user": 15_631}, 948, 1),
    "college messages: blanks, epoch": (
        "events/collegemsg.txt.gz",
        mapped(user="Source", time="Timestamp", type="=message", item="Destination"), 59_835, {}, 1_350, 1),
    "permits: names with colons, offsets": (
        "events/receipt_permits.csv.gz",
        mapped(id="concept:instance", user="case:concept:name", time="time:timestamp", type="concept:name",
               item="org:resource", category="org:group"), 8_577, {}, 1_434, 27),
    "diginetica: semicolons, date plus offset, NA": (
        "events/diginetica_item_views_sample.csv.gz",
        [*mapped(user="user_id", time="eventdate", time_offset="timeframe", type="=page_view", item="item_id",
                 session="session_id"), "--time-offset-unit", "ms", "--missing-user", "NA"],
        12_391, {"no_user": 7_681}, 1_270, 1),
    "diginetica: by session": (
        "events/diginetica_item_views_sample.csv.gz",
        mapped(user="session_id", time="eventdate", time_offset="timeframe", type="=page_view", item="item_id",
               session="session_id"), 12_391, {}, 2_986, 1),
    "gh archive: nested JSON": (
        "logs/gharchive_2015-01-01-0.json.gz",
        mapped(id="id", user="actor.login", time="created_at", type="type", item="repo.name", category="org.login"),
        7_702, {}, 3_648, 14),
    "yoochoose: tabs, fractions of seconds": (
        "events/yoochoose_100k_train.tsv.gz",
        mapped(user="SessionId", time="Time", type="=click", item="ItemId"), 70_278, {}, 17_794, 1),
    "help desk: times without an offset": (
        "events/helpdesk.csv.gz", mapped(user="CaseID", time="CompleteTimestamp", type="ActivityID"),
        13_710, {}, 3_804, 9),
    "click-stream: sessions of the source": (
        "events/retentioneering_ecom.csv.gz", mapped(type="event"), 31_106, {}, 600, 19),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_file_is_read_whole_and_once(published, habitus, tmp_path, name):
    path, flags, rows, refused, users, types = PUBLISHED[name]
    file = published(path)
    stored = rows - sum(refused.values())
    assert counts(habitus.load(file, *flags)) == everything(rows) | {"stored": stored, "refused": refused}
    events = ExportedEvents(habitus.export("events"), tmp_path)
    assert events.row("count(*), count(DISTINCT user_id), count(DISTINCT event_type)") == (stored, users, types)
    before = habitus.export("features")
    assert counts(habitus.load(file, *flags)) == nothing_new(rows, refused)
    assert habitus.export("features") == before
    assert len(quarantined(habitus)) == sum(refused.values()), "refused rows are kept once, too"


def test_gh_archive_types_have_the_published_counts(published, habitus, tmp_path):
    _, flags, *_ = PUBLISHED["gh archive: nested JSON"]
    habitus.load(published("logs/gharchive_2015-01-01-0.json.gz"), *flags)
    events = ExportedEvents(habitus.export("events"), tmp_path)
    kinds = [f"count(*) FILTER (event_type = '{kind}')" for kind in
             ("PushEvent", "CreateEvent", "IssueCommentEvent", "WatchEvent")]
    assert events.row(", ".join(kinds)) == (4_280, 815, 650, 642)


def test_offset_in_milliseconds_is_added_to_the_date(published, habitus, tmp_path):
    _, flags, *_ = PUBLISHED["diginetica: by session"]
    habitus.load(published("events/diginetica_item_views_sample.csv.gz"), *flags)
    events = ExportedEvents(habitus.export("events"), tmp_path)
    # The first row of the file: session 1, item 81766, 526,309 ms into 2016-05-09.
    moments = events.row("list(epoch_ms(CAST(timestamp AS TIMESTAMPTZ))) FILTER (user_id = '1' AND item_id = '81766')")
    assert moments == ([1_462_752_000_000 + 526_309],)


def test_offsets_of_zones_are_respected(published, habitus, tmp_path):
    _, flags, *_ = PUBLISHED["permits: names with colons, offsets"]
    habitus.load(published("events/receipt_permits.csv.gz"), *flags)
    events = ExportedEvents(habitus.export("events"), tmp_path)
    # The first row of the file: task-42933 at 2011-10-11 13:45:40.276000+02:00.
    moment = events.row("max(epoch_ms(CAST(timestamp AS TIMESTAMPTZ))) FILTER (event_id = 'task-42933')")
    assert moment == (1_318_333_540_276,)


def test_template_joins_columns_and_constants(published, habitus, tmp_path):
    flags = mapped(id="{InvoiceNo}/{StockCode}", user="CustomerID", time="InvoiceDate", type="=purchase")
    summary = counts(habitus.load(published("events/online_retail_2010-12.csv.gz"), *flags))
    events = ExportedEvents(habitus.export("events"), tmp_path)
    stored, ids = events.row("count(*), count(DISTINCT event_id)")
    assert stored == ids == summary["stored"] < 26_850
    assert summary["stored"] + summary["duplicates"] + summary["differing"] == 26_850
    assert events.row("count(*) FILTER (event_id = '536365/85123A')") == (1,)


def test_cdnow_sample_is_read_whole(sample, habitus, tmp_path):
    flags = [*mapped(user="customer", time="date", type="=purchase", value="amount"), "--time-format", "%Y%m%d"]
    assert counts(habitus.load(sample("cdnow.csv"), *flags)) == everything(69_659)
    events = ExportedEvents(habitus.export("events"), tmp_path)
    assert events.row("count(*), count(DISTINCT user_id)") == (69_659, 23_570)
    assert counts(habitus.load(sample("cdnow.csv"), *flags)) == nothing_new(69_659)


def test_json_lines_array_and_csv_are_the_same_events(made_events, habitus, tmp_path):
    folder = made_events(*MADE, formats="csv,jsonl")
    array = tmp_path / "events.json"
    array.write_text("[\n" + ",\n".join((folder / "events.jsonl").read_text().splitlines()) + "\n]\n")
    exports = []
    for file in [folder / "events.csv", folder / "events.jsonl", array]:
        data = tmp_path / f"data-{file.suffix}"
        summary = counts(habitus.load(file, data=data))
        assert summary["stored"] + summary["duplicates"] == summary["read"] > 20_000
        assert summary["duplicates"] > 0, "the rough set repeats rows"
        exports.append((habitus.export("features", data=data), habitus.export("events", data=data)))
    assert exports[0] == exports[1] == exports[2]


def test_compressed_files_and_standard_input_are_the_same_events(made_events, habitus, tmp_path, zstd):
    file = made_events(*MADE) / "events.csv"
    habitus.load(file)
    plain = habitus.export("events")
    gzipped, zipped = tmp_path / "events.csv.gz", tmp_path / "events.csv.zst"
    gzipped.write_bytes(gzip.compress(file.read_bytes(), 1))
    zstd(file, zipped)
    for number, source in enumerate([gzipped, zipped]):
        habitus.load(source, data=tmp_path / f"compressed-{number}")
        assert habitus.export("events", data=tmp_path / f"compressed-{number}") == plain
    for number, source in enumerate([file, gzipped, zipped]):
        habitus.load("-", data=tmp_path / f"input-{number}", input=source.read_bytes())
        assert habitus.export("events", data=tmp_path / f"input-{number}") == plain


def test_column_order_delimiters_and_quotes_change_nothing(made_events, habitus, tmp_path):
    file = made_events(*MADE) / "events.csv"
    habitus.load(file)
    plain = habitus.export("events")
    with file.open(newline="") as table:
        rows = list(csv.reader(table))
    for name, delimiter in {"semicolon": ";", "tab": "\t", "pipe": "|"}.items():
        other = tmp_path / f"{name}.csv"
        with other.open("w", newline="") as table:
            csv.writer(table, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
                row[::-1] for row in rows)
        for flags in [[], ["--delimiter", name]]:
            data = tmp_path / f"{name}-{len(flags)}"
            habitus.load(other, *flags, data=data)
            assert habitus.export("events", data=data) == plain, f"{name} {flags}"


def test_further_columns_become_properties(habitus, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("event_id,user_id,timestamp,event_type,colour,size\n"
                    'e1,u1,2026-01-01T00:00:00Z,click,"dark ""blue""",\n')
    habitus.load(file)
    line = json.loads(habitus.run("export", "events", "--format", "jsonl").stdout)
    assert line["properties"] == {"colour": 'dark "blue"'}


@pytest.mark.parametrize("time", [
    "2026-01-05T10:20:30.123Z", "2026-01-05T11:20:30.123+01:00", "2026-01-05 10:20:30.123", "1767608430.123",
    "1767608430123", "1767608430123999", "2026-01-05T10:20:30.123999Z"])
def test_ways_to_write_a_time_mean_the_same_moment(habitus, tmp_path, time):
    file = tmp_path / "events.csv"
    file.write_text(f"event_id,user_id,timestamp,event_type\ne1,u1,{time},click\n")
    habitus.load(file)
    events = ExportedEvents(habitus.export("events"), tmp_path)
    assert events.row("epoch_ms(CAST(timestamp AS TIMESTAMPTZ))") == (1_767_608_430_123,)


BROKEN = """event_id,user_id,timestamp,event_type,value
e1,u1,2026-01-01T10:00:00Z,click,1
e2,u1,yesterday,click,2
e3,,2026-01-01T10:02:00Z,click,3
e4,u1,2026-01-01T10:03:00Z,click
e5,u2,2026-01-01T10:04:00Z,,4
e6,u2,2026-01-01T10:05:00Z,click,many
e7,u2,2026-01-01T10:06:00Z,click,7
"""


def test_unreadable_rows_are_listed_with_file_line_and_reason(habitus, tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text(BROKEN)
    summary = counts(habitus.load(file))
    assert summary == {"read": 7, "stored": 2, "duplicates": 0, "differing": 0, "refused": {
        "invalid_time": 1, "no_user": 1, "too_few_fields": 1, "no_type": 1, "invalid_value": 1}}
    rows = quarantined(habitus)
    assert [(row["line"], row["reason"]) for row in rows] == [
        (3, "invalid_time"), (4, "no_user"), (5, "too_few_fields"), (6, "no_type"), (7, "invalid_value")]
    assert all(row["file"].endswith("broken.csv") for row in rows)
    shown = habitus.run("quarantine", "show", rows[0]["id"]).stdout.decode()
    assert "e2,u1,yesterday,click,2" in shown
    assert "broken.csv" in habitus.run("quarantine", "list").stdout.decode()


def quarantined(habitus):
    """The rows of the quarantine in the order of their lines."""
    return sorted(habitus.json("quarantine", "list")["rows"], key=lambda row: row["line"])


def test_replay_with_a_mended_mapping_empties_the_quarantine(habitus, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("event_id,user_id,when,event_type\ne1,u1,05/01/2026 10:20,click\ne2,u1,06/01/2026 10:20,click\n")
    flags = mapped(time="when")
    assert counts(habitus.load(file, *flags))["refused"] == {"invalid_time": 2}
    habitus.run("quarantine", "replay", *flags, "--time-format", "%d/%m/%Y %H:%M")
    assert quarantined(habitus) == []
    events = ExportedEvents(habitus.export("events"), tmp_path)
    assert events.row("count(*), min(epoch_ms(CAST(timestamp AS TIMESTAMPTZ)))") == (2, 1_767_608_400_000)
    # The rows that were replayed are the events of the file: importing it rightly adds nothing.
    again = counts(habitus.load(file, *flags, "--time-format", "%d/%m/%Y %H:%M"))
    assert again == nothing_new(2)


def test_strict_import_fails_at_the_first_unreadable_row(habitus, tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text(BROKEN)
    failed = habitus.run("import", file, "--strict", succeeds=False)
    assert "broken.csv" in failed.stderr.decode() and "3" in failed.stderr.decode()


def test_same_rows_without_ids_stay_as_many_as_they_are(habitus, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("user_id,timestamp,event_type\n" + "u1,2026-01-01T10:00:00Z,click\n" * 3)
    assert counts(habitus.load(file)) == everything(3)
    assert counts(habitus.load(file)) == nothing_new(3)


def test_namespaces_keep_equal_ids_apart(habitus, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("event_id,user_id,timestamp,event_type\ne1,u1,2026-01-01T10:00:00Z,click\n")
    assert counts(habitus.load(file, "--namespace", "web")) == everything(1)
    assert counts(habitus.load(file, "--namespace", "web")) == nothing_new(1)
    assert counts(habitus.load(file, "--namespace", "shop")) == everything(1)


def test_missing_file_is_an_error_that_names_it(habitus, tmp_path):
    failed = habitus.run("import", tmp_path / "absent.csv", succeeds=False)
    assert "absent.csv" in failed.stderr.decode()


def test_globs_name_many_files(made_events, habitus, tmp_path):
    file = made_events(*MADE) / "events.csv"
    header, *rows = file.read_text().splitlines(keepends=True)
    for number in range(3):
        (tmp_path / f"part-{number}.csv").write_text(header + "".join(rows[number::3]))
    assert counts(habitus.load(tmp_path / "part-*.csv"))["read"] == len(rows)


def test_truncated_gzip_is_an_error(made_events, habitus, tmp_path):
    whole = gzip.compress((made_events(*MADE) / "events.csv").read_bytes(), 1)
    file = tmp_path / "events.csv.gz"
    file.write_bytes(whole[: len(whole) // 2])
    failed = habitus.run("import", file, succeeds=False)
    assert "events.csv.gz" in failed.stderr.decode()


def test_progress_goes_to_standard_error_only(made_events, habitus):
    done = habitus.run("import", made_events(*MADE) / "events.csv", "--json")
    json.loads(done.stdout)
    assert b"\x1b" not in done.stdout + done.stderr, "no escape codes where there is no terminal"
    assert b"\r" not in done.stderr
