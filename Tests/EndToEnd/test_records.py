"""Access logs, enriched events, and the quarantine of what trackers and logs gave."""
import collections
import csv
import gzip
import io
import json
import os
import random
import re
import shutil
import time

import pytest

from support.payloads import BROWSER, SCHEMA, TIME, TP2, matomo, open_all, posthog, segment, snowplow, tracked
from support.server import Server, identifiers
from support.snowplow_model import SnowplowModel
from support.wire import wait_until

APACHE = "logs/elastic_apache_10k.log.gz"
ADDRESS = re.compile(r"^(?:\d{1,3}\.){3}\d{1,3}$")


def exported(habitus):
    text = habitus.run("export", "events", "--format", "jsonl").stdout.decode()
    return [json.loads(line) for line in text.splitlines()]


def line(number, address="192.0.2.77", path="/page", agent=BROWSER, status=200):
    """A line of a log in the combined format."""
    return (
        f'{address} - - [20/Nov/2026:10:{number // 60 % 60:02}:{number % 60:02} +0000] "GET {path} HTTP/1.1" {status} '
        f'512 "-" "{agent}"\n')


# MARK: Access logs


def test_a_published_log(habitus, published):
    path = published(APACHE)
    report = habitus.load("--access-log", path)
    assert report["read"] == report["stored"] == 4406
    assert report["skipped"] == {"static_file": 5593} and sum(report["refused"].values()) == 1
    events = exported(habitus)
    assert collections.Counter(event["event_type"] for event in events) == {
        "page_view": 3964, "request": 169, "request_error": 166, "download": 107}
    assert len({event["user_id"] for event in events}) == 1366
    assert sum(event.get("is_bot", False) for event in events) == report["bots"] > 1000
    again = habitus.load("--access-log", path)
    assert (again["stored"], again["duplicates"], again["differing"]) == (0, 4406, 0)
    assert len(habitus.json("quarantine", "list")["rows"]) == 1
    assert exported(habitus) == events
    # No visitor's address is in the folder, nor in what is exported of it.
    with gzip.open(path, "rt", errors="replace") as log:
        addresses = {words.split(" ", 1)[0] for words in log}
    addresses = {address for address in addresses if ADDRESS.match(address) and len(address) > 11}
    assert len(addresses) > 1000
    row = habitus.json("quarantine", "show", habitus.json("quarantine", "list")["rows"][0]["id"])
    text = json.dumps([events, row])
    files = [(habitus.data / name).read_bytes() for name in os.listdir(habitus.data)]
    word = re.compile(rb"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
    for data in [text.encode(), *files]:
        found = {match.decode() for match in word.findall(data)} & addresses
        assert not {address for address in found if not address.endswith(".0")}


def test_static_files_on_request(habitus, published):
    report = habitus.load("--access-log", "--static-files", published(APACHE))
    assert report["stored"] == 9999 and report["skipped"] == {}
    assert sum(event["event_type"] == "page_view" for event in exported(habitus)) == 3964


def test_visitors_of_two_stores_have_nothing_in_common(session_habitus, tmp_path):
    (tmp_path / "access.log").write_text("".join(line(number) for number in range(5)))
    users = []
    for name in ["one", "two"]:
        habitus = session_habitus(name)
        habitus.load("--access-log", tmp_path / "access.log")
        users.append({event["user_id"] for event in exported(habitus)})
    assert len(users[0]) == len(users[1]) == 1 and users[0] != users[1]


@pytest.mark.parametrize("name", ["nginx_json.log", "caddy_json.log", "common.log", "iis.log", "ncsa_extended.log"])
def test_other_formats(habitus, published, name):
    report = habitus.load("--access-log", published(f"logs/matomo_log_formats/{name}"))
    assert report["read"] + sum(report["skipped"].values()) > 0 and not report["refused"]


def test_a_growing_log_is_followed(habitus, tmp_path):
    log = tmp_path / "access.log"
    written = 0

    def write(count, to=log):
        nonlocal written
        with open(to, "a") as file:
            for number in range(written, written + count):
                file.write(line(number, path=f"/page/{number}"))
        written += count

    server = Server(habitus, [f"tracking_integration.access_logs={log}"])

    def followed(seconds=6):
        wait_until(lambda: len(server.events()) >= written, seconds, f"{written} lines are read")
        assert {event["page"] for event in server.events()} == {f"/page/{number}" for number in range(written)}
        assert len(server.events()) == written, "a line is stored twice"

    try:
        server.start()
        write(100)
        followed()
        # Half a line waits for its end.
        text = line(written, path=f"/page/{written}")
        with open(log, "a") as file:
            file.write(text[:60])
            file.flush()
            time.sleep(1.3)
            assert len(server.events()) == written
            file.write(text[60:])
        written += 1
        followed()
        # Rotated; the writer adds a little to the former file.
        write(20)
        log.rename(tmp_path / "access.log.1")
        write(5, tmp_path / "access.log.1")
        write(30)
        followed()
        # Killed, and rotated meanwhile.
        write(10)
        server.kill()
        write(10)
        shutil.move(tmp_path / "access.log.1", tmp_path / "access.log.2")
        log.rename(tmp_path / "access.log.1")
        write(10)
        server.start()
        followed()
        # Begun anew in the same file.
        log.write_text("")
        write(3)
        followed()
        state = {one["name"]: one for one in habitus.json("sources")["sources"]}[str(log)]
        assert state["kind"] == "access_log" and state["health"] == "healthy" and state["events_pulled"] == written
        server.stop()
    finally:
        server.close()


def test_a_followed_log_over_kills_loses_and_doubles_nothing(habitus, tmp_path):
    log = tmp_path / "access.log"
    generator = random.Random(5)
    server = Server(habitus, [f"tracking_integration.access_logs={log}"])
    count = 0
    try:
        for _ in range(4):
            with open(log, "a") as file:
                # Many lines are equal to the letter: each is a request of its own.
                for _ in range(3000):
                    file.write(line(count // 50, path=f"/page/{count // 10 % 7}"))
                    count += 1
            server.start()
            time.sleep(generator.uniform(0, 0.25))
            server.kill()
        server.start()
        wait_until(lambda: len(server.events()) >= count, 10, "all lines are read")
        time.sleep(1.2)
        assert len(server.events()) == count
        server.stop()
    finally:
        server.close()


def test_a_log_that_is_not_there_is_a_source_that_fails_or_waits(habitus, tmp_path):
    log = tmp_path / "later.log"
    server = Server(habitus, [f"tracking_integration.access_logs={log}"])
    try:
        server.start()
        time.sleep(1.2)
        assert server.get("/readyz").status == 200
        log.write_text(line(1))
        wait_until(lambda: len(server.events()) == 1, 5, "the line is read")
        server.stop()
    finally:
        server.close()


# MARK: Enriched events


def test_enriched_events(habitus, published):
    folder = "logs/snowplow_web"
    report = habitus.load("--format", "snowplow-enriched", published(f"{folder}/source/snowplow_web_events.csv.gz"))
    # Three ids come twice, with different times of the collector: the first one stays.
    assert (report["read"], report["stored"], report["differing"]) == (160, 157, 3)
    model = SnowplowModel(exported(habitus))

    def expected(name):
        data = published(f"{folder}/expected/{name}").read_bytes()
        text = gzip.decompress(data) if name.endswith("gz") else data
        return list(csv.DictReader(io.StringIO(text.decode())))

    views = {row["page_view_id"]: row for row in expected("snowplow_web_page_views_expected.csv.gz")}
    assert len(views) == 43 and set(model.page_views) == set(views)
    for view, row in views.items():
        event = model.page_views[view]
        assert (event["event_id"], event["user_id"], event["session_id"], event["page"]) == (
            row["event_id"], row["user_id"], row["domain_sessionid"], row["page_urlpath"])
        assert event["timestamp"].replace("T", " ").rstrip("Z") == row["start_tstamp"]
    rows = expected("snowplow_web_sessions_expected.csv.gz")
    sessions = {row["domain_sessionid"]: row["domain_userid"] for row in rows}
    assert len(sessions) == 18 and model.sessions == sessions
    users = {row["domain_userid"] for row in expected("snowplow_web_users_expected.csv")}
    assert len(users) == 11 and model.users == users
    again = habitus.load("--format", "snowplow-enriched", published(f"{folder}/source/snowplow_web_events.csv.gz"))
    assert again["stored"] == 0


# MARK: Quarantine

# Requests that are refused, what mends them, and the id of the event that they then are.
REFUSED = {
    "tracking": ("/api/events/track-batch", {"events": [{"event_id": "q", "event_type": "click", "usr": "u"}]},
                 lambda raw: raw.replace('"usr"', '"user_id"')),
    "tracking, whole": ("/api/events/track", json.dumps(tracked("q")).encode()[:-1], lambda raw: raw + "}"),
    "segment": ("/v1/batch", {"batch": [segment("q", userId=None)]}, lambda raw: raw.replace("null", '"u"')),
    "posthog": ("/capture", posthog("q", api_key="k", distinct_id=""),
                lambda raw: raw.replace('"distinct_id": ""', '"distinct_id": "u"')),
    "snowplow": (TP2, {"schema": SCHEMA, "data": [snowplow("q", ttm="never")]},
                 lambda raw: raw.replace("never", "1795168800000")),
    "matomo": ("/matomo.php", {"requests": [matomo("q", idsite="")]}, lambda raw: raw.replace("idsite=&", "idsite=1&")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_tracker_sent_is_mended_and_replayed(habitus, name):
    path, body, mend = REFUSED[name]
    server = Server(habitus, [open_all()])
    try:
        server.start()
        server.post(path, body)
        assert server.events() == []
        server.stop()
    finally:
        server.close()
    (row,) = habitus.json("quarantine", "list")["rows"]
    assert row["received"] and row["reason"] and row["file"].startswith(name.split(",")[0])
    shown = habitus.json("quarantine", "show", row["id"])
    # As it is it stays.
    report = habitus.json("quarantine", "replay", row["id"])
    assert report["stored"] == 0 and sum(report["refused"].values()) == 1
    report = habitus.json("quarantine", "replay", row["id"], "--text", "-", input=mend(shown["raw"]).encode())
    assert report["stored"] == 1 and not report["refused"]
    assert habitus.json("quarantine", "list")["rows"] == []
    (event,) = exported(habitus)
    assert event["user_id"] == "u"
    # Once more, from a file: nothing is there to mend.
    habitus.run("quarantine", "replay", row["id"], "--text", "-", succeeds=False, input=b"{}")


def test_a_mended_event_is_the_one_that_was_sent(habitus):
    """What is replayed has the identity that it would have had: sent once more, it adds nothing."""
    server = Server(habitus, [open_all()])
    try:
        server.start()
        good = tracked("q")
        server.post("/api/events/track", good | {"user_id": None})
        server.stop()
        (row,) = habitus.json("quarantine", "list")["rows"]
        habitus.run("quarantine", "replay", row["id"], "--text", "-", input=json.dumps(good).encode())
        server.start()
        assert server.post("/api/events/track", good).status == 202
        assert identifiers(server.events()) == {"q"} and server.events()[0]["timestamp"] == TIME
        server.stop()
    finally:
        server.close()


def test_a_withdrawn_consent_holds_for_a_replay(habitus):
    server = Server(habitus, [open_all()])
    try:
        server.start()
        server.post("/api/events/track", tracked("q") | {"timestamp": "never"})
        server.stop()
    finally:
        server.close()
    habitus.run("consent", "withdraw", "u")
    (row,) = habitus.json("quarantine", "list")["rows"]
    report = habitus.json("quarantine", "replay", row["id"], "--text", "-", input=json.dumps(tracked("q")).encode())
    assert (report["stored"], report["without_consent"]) == (0, 1)
    assert b"no events" in habitus.run("export", "events", succeeds=None).stderr


@pytest.mark.parametrize("way", ["imported", "followed"])
def test_a_line_of_a_log_is_mended_and_replayed(habitus, tmp_path, way):
    log = tmp_path / "access.log"
    bad = line(2, path="/bad").replace("20/Nov/2026", "99/Nov/2026")
    log.write_text(line(1, path="/good") + bad)
    if way == "imported":
        report = habitus.load("--access-log", log)
        assert report["stored"] == 1 and sum(report["refused"].values()) == 1
    else:
        server = Server(habitus, [f"tracking_integration.access_logs={log}"])
        try:
            server.start()
            wait_until(lambda: habitus.json("quarantine", "list")["rows"], 5, "the line is refused")
            server.stop()
        finally:
            server.close()
    (row,) = habitus.json("quarantine", "list")["rows"]
    assert str(log) in row["file"] and row["line"] == 2
    shown = habitus.json("quarantine", "show", row["id"])
    assert "192.0.2.0" in shown["raw"] and "192.0.2.77" not in shown["raw"]
    mended = shown["raw"].replace("99/Nov", "20/Nov")
    (tmp_path / "mended").write_text(mended + "\n")
    report = habitus.json("quarantine", "replay", row["id"], "--text", tmp_path / "mended")
    assert report["stored"] == 1
    assert {event["page"] for event in exported(habitus)} == {"/good", "/bad"}
    assert habitus.json("quarantine", "list")["rows"] == []
    # The log with the line mended has nothing new, but for the visitor: the address was truncated.
    assert b"one row" in habitus.run("quarantine", "replay", "--text", tmp_path / "mended", succeeds=False).stderr
