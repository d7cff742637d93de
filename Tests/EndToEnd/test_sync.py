"""Pulls: whatever happens on the way, the store ends equal to the table and to what the service has.

SYNC_ROWS sets the number of rows; a million is what the issue asks for.
"""
import json
import os
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone

import pytest

from support.postgres import EXPECTED, PASSWORD, PROGRAMS, Postgres
from support.server import Server, identifiers
from support.tracking_service import TrackingService
from support.wire import files_with, highest_memory, wait_until

ROWS = int(os.environ.get("SYNC_ROWS", "100000"))
# What is pulled through kills and cuts.
DISTURBED_ROWS = ROWS if "SYNC_ROWS" in os.environ else 24_000
TOKEN = "bearer-token-of-the-service"


@pytest.fixture(scope="module")
def database():
    if not (PROGRAMS / "initdb").exists():
        pytest.skip(f"PostgreSQL 15 is not installed: there is no {PROGRAMS}/initdb")
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture
def table(database):
    """The database with empty tables; it runs at the beginning of every test."""
    if not (database.data / "postmaster.pid").exists():
        database.start()
    database.fresh()
    return database


@pytest.fixture
def service():
    service = TrackingService(TOKEN)
    yield service
    service.close()


def configure(habitus, **settings):
    """Writes the configuration that the command finds in its working folder."""
    settings = {"retry_delay_seconds": 0.1, "max_retries": 40} | settings
    lines = [f"  {name}: {json.dumps(value)}" for name, value in settings.items()]
    (habitus.home / "habitus.yaml").write_text("\n".join(["tracking_integration:", *lines]) + "\n")


def sync(habitus, succeeds=True):
    """What each source did, by its name, and the command's errors."""
    done = habitus.run("sync", "--json", succeeds=succeeds)
    return {one["source"]: one for one in json.loads(done.stdout)}, done.stderr.decode()


def states(habitus):
    done = habitus.run("sources", "--json")
    assert PASSWORD.encode() not in done.stdout and TOKEN.encode() not in done.stdout
    return {one["name"]: one for one in json.loads(done.stdout)["sources"]}


def stored(habitus):
    """The lines of all stored events."""
    with subprocess.Popen(
        habitus.command("export", "events", "--format", "jsonl"), cwd=habitus.home, env=habitus.environment(),
        stdout=subprocess.PIPE) as process:
        yield from map(json.loads, process.stdout)
    assert process.returncode == 0


def check_equal(habitus, database):
    """The store holds every row of the table, as it is there, and nothing else."""
    events = {}
    for event in stored(habitus):
        assert event["event_id"] not in events, "an event is stored twice"
        events[event["event_id"]] = event
    count = 0
    for line in database.sql(EXPECTED):
        count += 1
        row = json.loads(line)
        event = events[row["event_id"]]
        properties = event["properties"]
        for name in ["created_at", "client_timestamp"]:
            assert properties.pop(name).startswith("20")
        found = {name: event.get(name) for name in row}
        assert found == row, row["event_id"]
        assert event["source"] == "postgres"
        if row["event_type"].startswith("match_"):
            assert event["item_id"] == properties["match_id"]
        if row["event_type"] == "page_view" and "page" in properties:
            assert event["page"] == properties["page"]
    assert count == len(events)
    return count


# MARK: PostgreSQL


def test_all_rows(habitus, table):
    table.add(1, ROWS)
    configure(habitus, postgres_dsn=table.dsn())
    start = time.monotonic()
    outcomes, _ = sync(habitus)
    seconds = time.monotonic() - start
    print(f"{ROWS} rows in {seconds:.1f} s: {ROWS / seconds:.0f} rows/s")
    assert (outcomes["postgres"]["events"], outcomes["postgres"]["stored"]) == (ROWS, ROWS)
    assert check_equal(habitus, table) == ROWS
    state = states(habitus)["postgres"]
    assert state["health"] == "healthy" and state["events_pulled"] == ROWS and "last_error" not in state
    # Nothing new: nothing is added, and not everything is read again.
    start = time.monotonic()
    outcomes, _ = sync(habitus)
    assert outcomes["postgres"]["stored"] == 0 and outcomes["postgres"]["events"] < ROWS
    assert time.monotonic() - start < max(2, seconds)
    assert files_with(habitus.data, PASSWORD) == []


def test_late_rows(habitus, table):
    configure(habitus, postgres_dsn=table.dsn())
    recent = "now() - random() * interval '8 minutes'"
    first = 0
    for count in [500, 300, 1, 200]:
        # Earlier than what was read last, and in another order.
        table.add(first + 1, first + count, created=recent)
        first += count
        assert sync(habitus)[0]["postgres"]["stored"] == count
        assert check_equal(habitus, table) == first
    # A transaction that began before a pull and ended after it.
    words = ["psql", "-h", str(table.folder), "-p", str(table.port), "-U", "owner", "-d", "app", "-qAtX"]
    with subprocess.Popen([str(PROGRAMS / words[0]), *words[1:]], stdin=subprocess.PIPE) as session:
        columns = "event_id, user_id, event_type, event_timestamp"
        late = f"INSERT INTO tracking.events ({columns}) VALUES ('{{}}', 'u', 'x', now());\n"
        session.stdin.write(b"BEGIN;\n" + late.format("slow").encode() + b"SELECT pg_sleep(1.5);\nCOMMIT;\n")
        session.stdin.close()
        time.sleep(0.5)
        table.sql(late.format("quick"))
        assert sync(habitus)[0]["postgres"]["stored"] == 1
        session.wait()
    assert sync(habitus)[0]["postgres"]["stored"] == 1
    assert identifiers(stored(habitus)) >= {"slow", "quick"}


def test_connections_kills_and_restarts(habitus, table):
    table.add(1, DISTURBED_ROWS // 2)
    configure(habitus, postgres_dsn=table.dsn())
    # The connection is cut, and the server restarted, in the middle.
    process = habitus.start("sync", "--json")
    cuts = 0
    while process.poll() is None and cuts < 3:
        cuts += table.terminate()
        time.sleep(0.02)
    table.stop()
    time.sleep(0.3)
    table.start()
    output, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors.decode()
    assert cuts > 0
    assert json.loads(output)[0].get("error") is None
    assert check_equal(habitus, table) == DISTURBED_ROWS // 2
    # The command is killed in the middle, again and again.
    table.add(DISTURBED_ROWS // 2 + 1, DISTURBED_ROWS, created="now() - n % 500 * interval '1 second'")
    killed = 0
    for attempt in range(6):
        process = habitus.start("sync", "--json")
        try:
            process.wait(0.1 + 0.1 * attempt)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
    assert killed > 0
    sync(habitus)
    assert check_equal(habitus, table) == DISTURBED_ROWS
    habitus.run("doctor")


def test_rows_that_are_no_events(habitus, table):
    table.add(1, 100)
    table.sql("""
        INSERT INTO tracking.events (event_id, user_id, event_type, event_timestamp) VALUES
          ('no user', NULL, 'click', now()), ('no type', 'u', NULL, now()), ('infinite', 'u', 'click', 'infinity'),
          ('too early', 'u', 'click', '4000-01-01 BC'), ('empty', '', '', now());
        INSERT INTO tracking.events (event_id, user_id, event_type, event_timestamp, metadata) VALUES
          ('good', 'u', 'click', now(), '[1]'),
          ('deep', 'u', 'click', now(), (repeat('[', 3000) || repeat(']', 3000))::jsonb)
        """)
    configure(habitus, postgres_dsn=table.dsn())
    outcome = sync(habitus)[0]["postgres"]
    rows = habitus.json("quarantine", "list")["rows"]
    assert outcome["refused"] == len(rows) >= 5
    assert all(row["file"] == "tracking/postgres" and len(row["message"].split()) > 3 for row in rows)
    assert "good" in identifiers(stored(habitus)) and outcome["stored"] + outcome["refused"] == 107
    # They are refused once, not at each pull.
    sync(habitus)
    assert len(habitus.json("quarantine", "list")["rows"]) == len(rows)


def test_consents_of_the_table(habitus, table):
    table.add(0, 999)
    table.sql("""
        INSERT INTO tracking.user_consents VALUES ('user 1', 'analytics', false, now() - interval '1 day', NULL, '1'),
          ('user 2', 'analytics', true, now() - interval '2 days', now() - interval '1 day', '1'),
          ('user 3', 'analytics', true, now() - interval '2 days', NULL, '1'),
          ('user 4', 'marketing', false, now() - interval '2 days', NULL, '1')
        """)
    configure(habitus, postgres_dsn=table.dsn())
    outcome = sync(habitus)[0]["postgres"]
    assert outcome["consents"] == 4
    users = {event["user_id"] for event in stored(habitus)}
    assert users == {f"user {n}" for n in range(1000)} - {"user 1", "user 2"}
    # A change of mind in the table holds from the next pull on.
    table.sql("UPDATE tracking.user_consents SET is_granted = false, granted_at = now() WHERE user_id = 'user 3'")
    sync(habitus)
    assert habitus.json("consent", "show", "user 3")["is_permitted"] is False
    assert habitus.run("features", "user 3", "--window-days", "365", succeeds=None).returncode != 0


def test_a_source_that_fails_says_why_and_keeps_its_password(habitus, table):
    table.add(1, 10)
    for dsn, words in [
        (table.dsn(password="wrong-and-secret"), ["password"]), (table.dsn(database="nowhere"), ["nowhere"]),
        (f"postgres://reader:{PASSWORD}@127.0.0.1:1/app", ["refused"]),
    ]:
        configure(habitus, postgres_dsn=dsn, max_retries=1)
        outcomes, errors = sync(habitus, succeeds=False)
        state = states(habitus)["postgres"]
        assert state["health"] == "failing" and state["consecutive_failures"] >= 1
        for text in [outcomes["postgres"]["error"], state["last_error"], errors]:
            assert "wrong-and-secret" not in text and PASSWORD not in text
            assert any(word in text for word in words), text
    table.sql("REVOKE SELECT ON tracking.events FROM reader")
    configure(habitus, postgres_dsn=table.dsn(), max_retries=1)
    assert "events" in sync(habitus, succeeds=False)[0]["postgres"]["error"]
    table.sql("GRANT SELECT ON tracking.events TO reader")
    assert sync(habitus)[0]["postgres"]["stored"] == 10
    assert states(habitus)["postgres"]["health"] == "healthy"
    for name in ["config", "show"], ["config", "check"]:
        assert PASSWORD not in habitus.run(*name, data=False, succeeds=None).stdout.decode()


# MARK: The service


def service_events(count, first=0):
    begin = datetime.now(timezone.utc) - timedelta(days=2)
    return [
        {"event_id": f"s{number}", "user_id": f"user {number % 50}", "event_type": "click", "session_id": "s",
         "timestamp": (begin + timedelta(seconds=number // 3)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
         "properties": {"element_id": f"b{number}"}} for number in range(first, first + count)]


def test_the_service(habitus, service):
    service.events = service_events(1800)
    configure(habitus, tracking_service_url=service.url, auth_token=TOKEN, batch_size=400)
    outcome = sync(habitus)[0]["service"]
    assert outcome["stored"] == 1800
    assert 429 in service.statuses and 500 in service.statuses
    assert all(int(query["limit"]) == 400 for query in service.requests)
    events = {event["event_id"]: event for event in stored(habitus)}
    for sent in service.events:
        event = events.pop(sent["event_id"])
        assert (event["user_id"], event["timestamp"], event["item_id"]) == (
            sent["user_id"], sent["timestamp"], sent["properties"]["element_id"])
    assert not events
    # What is new is found, and what was read long ago is not asked for again.
    service.events += [service_events(1)[0] | {
        "event_id": "new", "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds")}]
    service.requests.clear()
    assert sync(habitus)[0]["service"]["stored"] == 1
    begin = datetime.fromisoformat(service.requests[0]["start_time"].replace("Z", "+00:00"))
    last = max(datetime.fromisoformat(event["timestamp"].replace("Z", "+00:00")) for event in service.events[:-1])
    assert last - timedelta(minutes=11) < begin <= last
    assert states(habitus)["service"]["health"] == "healthy"


def test_a_source_that_is_down_does_not_stop_the_other(habitus, service):
    service.events = service_events(300)
    configure(
        habitus, tracking_service_url=service.url, auth_token=TOKEN, max_retries=4,
        postgres_dsn=f"postgres://reader:{PASSWORD}@127.0.0.1:1/app")
    outcomes, _ = sync(habitus, succeeds=False)
    assert outcomes["service"]["stored"] == 300 and "error" not in outcomes["service"]
    assert outcomes["postgres"]["error"] and outcomes["postgres"]["events"] == 0
    assert {name: one["health"] for name, one in states(habitus).items() if one.get("kind")} == {
        "service": "healthy", "postgres": "failing"}
    # A wrong token is no passing reason.
    configure(habitus, tracking_service_url=service.url, auth_token="wrong-token", max_retries=4)
    service.requests.clear()
    outcomes, errors = sync(habitus, succeeds=False)
    assert "401" in outcomes["service"]["error"] and len(service.requests) == 1
    assert "wrong-token" not in errors
    assert len(list(stored(habitus))) == 300


# MARK: The server


def test_the_server_pulls_by_itself(habitus, table, service):
    table.add(1, 200)
    service.events = service_events(100)
    service.is_moody = False
    configure(
        habitus, postgres_dsn=table.dsn(), tracking_service_url=service.url, auth_token=TOKEN,
        polling_interval_seconds=0.2, max_retries=0)
    server = Server(habitus, ["intake.open_sources=tracking"])
    try:
        server.start()
        wait_until(lambda: len(server.events()) == 300, 10, "everything is pulled")
        table.add(201, 210, created="now()")
        _, seconds = wait_until(lambda: len(server.events()) == 310, 10, "new rows are pulled")
        assert seconds < 3
        # The database goes and comes; the service is read, and senders are answered, all the time.
        table.stop()
        wait_until(lambda: states(habitus)["postgres"]["health"] == "failing", 10, "the source is failing")
        service.events += [service_events(1)[0] | {
            "event_id": "meanwhile", "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds")}]
        wait_until(lambda: len(server.events()) == 311, 10, "the service is read all the same")
        assert server.get("/readyz").status == 200
        table.start()
        table.add(211, 220, created="now()")
        wait_until(lambda: len(server.events()) == 321, 10, "the database is read again")
        wait_until(lambda: states(habitus)["postgres"]["health"] == "healthy", 10, "the source is healthy")
        assert highest_memory(server.process) < 400
        assert PASSWORD not in b"".join(server.errors).decode() and TOKEN not in b"".join(server.errors).decode()
        server.stop()
    finally:
        server.close()
