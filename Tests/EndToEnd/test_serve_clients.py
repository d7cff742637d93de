"""The official clients of the trackers deliver every event, once, while the server is killed and started again."""
import threading
import time
import uuid

import pytest

from support.server import Server, identifiers, key

EVENTS = 600


@pytest.fixture
def server(habitus):
    server = Server(habitus)
    yield server
    server.close()


def restarting(server, times):
    """Kills the server and starts it again, now and then, until the returned event is set."""
    done = threading.Event()

    def run():
        for _ in range(times):
            if done.wait(0.4):
                break
            server.restart()

    thread = threading.Thread(target=run)
    thread.start()
    return done, thread


def test_segment(server):
    from segment.analytics.client import Client

    secret = key(server.habitus, "website", "--source", "segment")
    server.start()
    failures = []
    client = Client(
        secret, host=server.url, on_error=lambda error, batch: failures.append(error), upload_size=20,
        upload_interval=0.05, max_retries=30)
    done, thread = restarting(server, 3)
    sent = {}
    for number in range(EVENTS):
        identifier = str(uuid.uuid4())
        sent[identifier] = number
        client.track(f"user {number % 7}", "Item Viewed", {"n": number}, message_id=identifier)
        time.sleep(0.002)
    client.identify("user 1", {"plan": "gold"}, anonymous_id="visitor 1")
    client.page("user 2", "docs", "index", {"path": "/docs"})
    client.screen("user 2", "app", "home")
    client.group("user 2", "company", {"name": "Initech"})
    client.alias("old name", "user 3")
    client.flush()
    done.set()
    thread.join()
    client.flush()
    client.join()
    assert failures == []
    server.stop()
    events = server.events()
    tracked = [event for event in events if event["event_type"] == "Item Viewed"]
    assert identifiers(tracked) == set(sent)
    assert {event["event_id"]: event["properties"]["n"] for event in tracked} == sent
    others = [event["event_type"] for event in events if event["event_type"] != "Item Viewed"]
    assert sorted(others) == ["alias", "group", "identify", "page_view", "screen_view"]
    person = server.habitus.json("identity", "show", "visitor 1")
    assert "user 1" in str(person)


def test_posthog(server):
    from posthog import Posthog

    secret = key(server.habitus, "product", "--source", "posthog")
    server.start()
    failures = []
    client = Posthog(
        secret, host=server.url, on_error=lambda error, batch: failures.append(error), flush_at=20, flush_interval=0.05,
        max_retries=30, disable_geoip=True)
    done, thread = restarting(server, 3)
    sent = {}
    for number in range(EVENTS):
        identifier = str(uuid.uuid4())
        sent[identifier] = number
        client.capture("item viewed", distinct_id=f"user {number % 7}", properties={"n": number}, uuid=identifier)
        time.sleep(0.002)
    client.alias("visitor 1", "user 1")
    client.flush()
    done.set()
    thread.join()
    client.flush()
    client.join()
    assert failures == []
    server.stop()
    tracked = [event for event in server.events() if event["event_type"] == "item viewed"]
    assert identifiers(tracked) == set(sent)
    assert {event["event_id"]: event["properties"]["n"] for event in tracked} == sent


@pytest.mark.parametrize("method", ["post", "get"])
def test_snowplow(server, method):
    from snowplow_tracker import Emitter, ScreenView, StructuredEvent, Subject, Tracker

    server.settings += ["--set", "intake.open_sources=snowplow"]
    server.start()
    failed = []
    emitter = Emitter(
        "127.0.0.1", protocol="http", port=server.port, method=method, batch_size=20 if method == "post" else 1,
        on_failure=lambda _, events: failed.extend(events))
    tracker = Tracker("tests", emitters=emitter, app_id="shop")
    count = EVENTS if method == "post" else 100
    done, thread = restarting(server, 3 if method == "post" else 1)
    for number in range(count):
        subject = Subject().set_user_id(f"user {number % 7}").set_domain_user_id(f"device {number % 7}")
        tracker.track(
            StructuredEvent(
                category="shop", action="view", label=f"item {number}", value=float(number), event_subject=subject))
        time.sleep(0.002)
    subject = Subject().set_user_id("user 1")
    tracker.track(ScreenView(id_="s1", name="home", event_subject=subject))
    emitter.flush()
    done.set()
    thread.join()
    if method == "get":
        # Of several requests the client repeats the failed ones only if the last one failed, too; the others it drops.
        for event in failed:
            emitter.event_store.add_event(event)
    emitter.flush()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(server.events()) < count + 1:
        emitter.flush()
        time.sleep(0.2)
    server.stop()
    events = server.events()
    identifiers(events)
    viewed = [event for event in events if event.get("category") == "shop"]
    assert sorted(event["value"] for event in viewed) == list(range(count))
    assert len(events) == count + 1
