"""Consent and identity: whose events are stored and analysed, and which identifiers are one person's."""
import json
import time
from datetime import datetime, timedelta, timezone

import pytest

from support.payloads import BROWSER, PROTOCOLS, SCHEMA, TP2, matomo, open_all, posthog, segment, snowplow, tracked
from support.server import Server, identifiers
from support.wire import total, wait_until

ACCEPTED = (200, 202, 204)


@pytest.fixture
def start(habitus):
    started = []

    def make(*settings):
        started.append(Server(habitus, [open_all(), *settings]))
        return started[-1].start()

    yield make
    for server in started:
        try:
            if server.process.poll() is None:
                server.stop()
        finally:
            server.close()


def moment(seconds=0.0):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def send(server, identifier, user="u", hours=1, **more):
    body = tracked(identifier, user_id=user, timestamp=moment(-3600 * hours), userAgent=BROWSER, **more)
    response = server.post("/api/events/track", body)
    assert response.status == 202, response.content


def post(server, path, body):
    response = server.post(path, body)
    assert response.status in ACCEPTED, (path, response.status, response.content)
    return response


def consent(server, user, is_granted, purpose="analytics", **more):
    said = {"user_id": user, "consent_type": purpose, "is_granted": is_granted, "user_agent": "a", "ip_address": None}
    post(server, "/api/consent/set", said | more)


def status(server, user):
    response = server.get(f"/api/consent/status?user_id={user}")
    return json.loads(response.content)["consents"] if response.status == 200 else response.status


def without_consent(server):
    return total(server.metrics(), "habitus_intake_events_without_consent_total")


def known(habitus, kind="features"):
    """The users whom an export names."""
    done = habitus.run("export", kind, "--format", "jsonl", succeeds=None)
    return {json.loads(line).get("user_id") for line in done.stdout.decode().splitlines()}


def profile(habitus, user):
    """The stored profile's number of events; None where there is none."""
    done = habitus.run("profile", user, "--json", succeeds=None)
    answer = json.loads(done.stdout) if done.returncode == 0 else {}
    return answer.get("features", {}).get("event_count") if answer.get("source") == "stored" else None


def features(habitus, user):
    """The features of a user, calculated now, or None."""
    done = habitus.run("features", user, "--json", succeeds=None)
    return json.loads(done.stdout) if done.returncode == 0 else None


def await_profile(habitus, user, count):
    wait_until(lambda: profile(habitus, user) == count, 3, f"the profile of {user} has {count} events")


def check_vanished(habitus, user):
    assert features(habitus, user) is None, "features are shown"
    for kind in ["features", "preferences"]:
        assert user not in known(habitus, kind), f"in the export of {kind}"
    patterns = habitus.run("patterns", "--user", user, "--json", succeeds=None)
    assert patterns.returncode != 0 or not json.loads(patterns.stdout)["patterns"]
    # What the application said about the user may stay; what was derived may not.
    rows = habitus.run("export", "profiles", "--format", "jsonl").stdout.decode().splitlines()
    for row in map(json.loads, rows):
        derived = {"event_count", "preferences", "cluster"} & set(row)
        assert row["user_id"] != user or not derived, "in the export of profiles"
    answer = json.loads(habitus.run("profile", user, "--json", succeeds=None).stdout or "{}")
    assert not answer.get("features") and not answer.get("activity"), "the profile shows features"
    assert not answer.get("patterns") and not answer.get("preferences")


# MARK: Consent


@pytest.mark.parametrize("way", ["set", "withdraw all", "record", "command"])
def test_a_withdrawal_stops_everything_at_once(start, habitus, way):
    server = start()
    for number in range(3):
        send(server, f"e{number}", item_id="i", category="c")
    send(server, "other", user="other")
    await_profile(habitus, "u", 3)
    if way == "set":
        consent(server, "u", False)
    elif way == "record":
        post(server, "/api/consent/record?user_id=u", {"analytics": False, "marketing": True})
    elif way == "withdraw all":
        post(server, "/api/consent/withdraw?user_id=u", b"")
    else:
        habitus.run("consent", "withdraw", "u")
    # No waiting: the next answer counts.
    send(server, "afterwards")
    assert "afterwards" not in identifiers(server.events())
    assert without_consent(server) == 1
    check_vanished(habitus, "u")
    assert known(habitus) == {"other"}
    told = status(server, "u")
    assert told.get("analytics", told.get("*")) is False
    shown = habitus.json("consent", "show", "u")
    assert shown["is_permitted"] is False and shown["history"]
    counts = {one["name"]: one["counts"] for one in habitus.json("sources")["sources"]}
    assert 1 in [count for name, count in counts["tracking/open"].items() if "consent" in name], counts
    server.restart()
    send(server, "after the restart")
    assert "after the restart" not in identifiers(server.events())
    check_vanished(habitus, "u")
    # Who agrees again is there again, with what was stored before.
    consent(server, "u", True)
    send(server, "again")
    assert identifiers(server.events()) >= {"again"}
    await_profile(habitus, "u", 4)


@pytest.mark.parametrize("analysed_again", [False, True], ids=["before the next analysis", "after the next analysis"])
def test_a_withdrawal_holds_for_what_an_analysis_has_found(habitus, analysed_again):
    habitus.run("demo", "--users", "60")
    habitus.run("analyze")
    user = "demo-1"
    assert habitus.json("profile", user)["patterns"] and user in known(habitus, "clusters")
    habitus.run("consent", "withdraw", user)
    if analysed_again:
        habitus.run("analyze")
    check_vanished(habitus, user)
    assert user not in known(habitus, "clusters")
    done = habitus.run("features", user, "--history", "--json", succeeds=None)
    assert done.returncode != 0 or "event_count" not in done.stdout.decode(), "earlier features are shown"


def test_consent_is_required_where_the_configuration_says_so(start, habitus):
    server = start("consent.default=required")
    send(server, "before")
    post(server, "/v1/track", segment("s"))
    post(server, "/capture", posthog("p", api_key="k"))
    post(server, TP2, {"schema": SCHEMA, "data": [snowplow("n")]})
    assert server.get("/matomo.php" + matomo("m")).status == 200
    assert server.events() == []
    figures = server.metrics()
    for name in PROTOCOLS:
        assert total(figures, "habitus_intake_events_without_consent_total", protocol=name) == 1
        assert total(figures, "habitus_intake_events_stored_total", protocol=name) == 0
    assert status(server, "u") == 404
    consent(server, "u", True, "marketing")
    send(server, "for marketing only")
    assert server.events() == []
    consent(server, "u", True)
    assert status(server, "u") == {"analytics": True, "marketing": True}
    send(server, "agreed")
    assert identifiers(server.events()) == {"agreed"}
    # In one batch, those who agree and those who do not.
    batch = [tracked(f"batch {user}", user_id=user) for user in ["u", "stranger"]]
    post(server, "/api/events/track-batch", {"events": batch})
    assert identifiers(server.events()) == {"agreed", "batch u"}


@pytest.mark.parametrize("way", ["request", "command"])
def test_consent_expires(start, habitus, way):
    server = start("consent.default=required")
    end = moment(1.5)
    if way == "request":
        consent(server, "u", True, expires_at=end)
    else:
        habitus.run("consent", "set", "u", "analytics", "--expires", end)
    send(server, "in time")
    assert identifiers(server.events()) == {"in time"}
    await_profile(habitus, "u", 1)
    assert status(server, "u") == {"analytics": True}
    time.sleep(max(0, (datetime.fromisoformat(end) - datetime.now(timezone.utc)).total_seconds()) + 0.05)
    send(server, "too late")
    assert identifiers(server.events()) == {"in time"}
    assert without_consent(server) == 1
    assert status(server, "u") == {"analytics": False}
    habitus_required = ["--set", "consent.default=required"]
    done = habitus.run("features", "u", "--json", *habitus_required, succeeds=None)
    assert done.returncode != 0, "features of a user whose consent has expired"


def test_what_is_said_of_consent_and_events_in_one_moment_keeps_its_order(start):
    server = start("consent.default=required")
    for number in range(30):
        consent(server, "u", number % 2 == 0)
        send(server, f"e{number}")
    assert identifiers(server.events()) == {f"e{number}" for number in range(0, 30, 2)}


# MARK: Identity


def visit(server, protocol, visitor, count=3):
    """Events of somebody who is not known yet."""
    for number in range(count):
        identifier, when = f"{protocol} {visitor} {number}", moment(-7200 + number)
        if protocol == "segment":
            post(server, "/v1/track", segment(identifier, userId=None, anonymousId=visitor, timestamp=when))
        elif protocol == "posthog":
            post(server, "/capture", posthog(identifier, api_key="k", distinct_id=visitor, timestamp=when))
        else:
            data = snowplow(identifier, uid="", duid=visitor, ttm=str(int((time.time() - 7200 + number) * 1000)))
            post(server, TP2, {"schema": SCHEMA, "data": [{name: text for name, text in data.items() if text}]})


def identify(server, protocol, visitor, user):
    """Says that the visitor is the user."""
    when = moment(-3600)
    if protocol == "segment":
        post(server, "/v1/identify", {
            "userId": user, "anonymousId": visitor, "messageId": f"i {visitor} {user}", "timestamp": when})
    elif protocol == "posthog":
        post(server, "/capture", posthog(f"i {visitor} {user}", api_key="k") | {
            "event": "$identify", "distinct_id": user, "timestamp": when,
            "properties": {"$anon_distinct_id": visitor}})
    else:
        ttm = str(int((time.time() - 3600) * 1000))
        post(server, TP2, {"schema": SCHEMA, "data": [
            snowplow(f"i {visitor} {user}", uid=user, duid=visitor, ttm=ttm)]})


@pytest.mark.parametrize("protocol", ["segment", "posthog", "snowplow"])
def test_the_time_before_the_login_belongs_to_the_person(start, habitus, protocol):
    server = start()
    visit(server, protocol, "visitor-1")
    await_profile(habitus, "visitor-1", 3)
    visit(server, protocol, "visitor-2")
    identify(server, protocol, "visitor-1", "ann")
    await_profile(habitus, "ann", 4)
    assert features(habitus, "ann")["features"]["event_count"] == 4
    assert features(habitus, "visitor-1") == features(habitus, "ann") | {"user": features(habitus, "visitor-1")["user"]}
    assert profile(habitus, "visitor-1") in (4, None)
    await_profile(habitus, "visitor-2", 3)
    assert known(habitus) == {"ann", "visitor-2"}
    person = habitus.json("identity", "show", "visitor-1")
    assert person["canonical"] == "ann" and person["events"] == 4
    assert {one["id"]: one["events"] for one in person["ids"]} == {"ann": 1, "visitor-1": 3}
    # The log is as it came.
    assert {event["user_id"] for event in server.events()} == {"visitor-1", "visitor-2", "ann"}
    # Also what comes from the visitor later, and over a restart.
    server.restart()
    visit(server, protocol, "visitor-1", 4)
    await_profile(habitus, "ann", 5)


@pytest.mark.parametrize("serving", [True, False], ids=["serving", "not serving"])
def test_a_wrong_join_can_be_undone(start, habitus, serving):
    server = start()
    visit(server, "segment", "visitor", 4)
    for number in range(3):
        send(server, f"ann {number}", user="ann", hours=1 + number)
    await_profile(habitus, "ann", 3)
    await_profile(habitus, "visitor", 4)
    before = {user: features(habitus, user) for user in ["ann", "visitor"]}
    exported = habitus.export("features")
    habitus.run("identity", "link", "visitor", "ann")
    await_profile(habitus, "ann", 7)
    assert habitus.export("features") != exported
    if not serving:
        server.stop()
    habitus.run("identity", "unlink", "visitor")
    assert {user: features(habitus, user) for user in ["ann", "visitor"]} == before
    assert habitus.export("features") == exported
    assert habitus.json("identity", "show", "ann")["ids"] == [{"id": "ann", "events": 3}]
    if serving:
        wait_until(
            lambda: (profile(habitus, "ann"), profile(habitus, "visitor")) == (3, 4), 2, "profiles are parted again")
    else:
        for user, count in [("ann", 3), ("visitor", 4)]:
            answer = habitus.json("profile", user)
            assert answer["features"]["event_count"] == count, f"the profile of {user} is not as if it had never been"
        server.start()
        wait_until(
            lambda: (profile(habitus, "ann"), profile(habitus, "visitor")) == (3, 4), 3, "profiles are parted again")
    # What a tracker says once more does not join again what somebody has parted.
    if not serving:
        return
    identify(server, "segment", "visitor", "ann")
    assert habitus.json("identity", "show", "ann")["events"] == 4


PLACEHOLDERS = [
    "null", "undefined", "none", "nil", "NaN", "0", "-1", "guest", "anonymous", "[object Object]", "0000-00", "NONE"]


def test_placeholders_join_nobody(start, habitus):
    server = start()
    for number, placeholder in enumerate(PLACEHOLDERS):
        for user in [f"a{number}", f"b{number}"]:
            identify(server, "segment", placeholder, user)
            identify(server, "posthog", placeholder, user)
            identify(server, "snowplow", placeholder, user)
    for number in range(len(PLACEHOLDERS)):
        assert [one["id"] for one in habitus.json("identity", "show", f"a{number}")["ids"]] == [f"a{number}"]
    listed = habitus.json("identity", "list")
    assert listed["counts"].get("active", 0) == 0
    # Nor where the placeholder is the person, nor by hand.
    identify(server, "segment", "visitor", "null")
    identify(server, "segment", "visitor 2", "null")
    assert len(habitus.json("identity", "show", "visitor")["ids"]) == 1
    assert b"null" in habitus.run("identity", "link", "visitor", "null", succeeds=False).stderr


def test_preview_and_limit(start, habitus):
    server = start("identity.max_ids_per_person=3")
    limit = ["--set", "identity.max_ids_per_person=3"]
    for user in ["a", "b", "c", "d"]:
        send(server, f"of {user}", user=user)
    preview = habitus.json("identity", "preview", "a", "b", *limit)
    assert (preview["is_joined"], preview["ids"], preview["max_ids_per_person"]) == (False, 2, 3)
    assert preview["canonical"] == "b"
    assert habitus.json("identity", "list")["edges"] == []
    assert len(known(habitus)) == 4
    for visitor in ["b", "c", "d"]:
        identify(server, "segment", visitor, "a")
    person = habitus.json("identity", "show", "a")
    assert {one["id"] for one in person["ids"]} == {"a", "b", "c"}
    refused = habitus.json("identity", "list", "--state", "refused")["edges"]
    assert [(edge["former"], edge["known"]) for edge in refused] == [("d", "a")]
    preview = habitus.json("identity", "preview", "d", "a", *limit)
    assert preview["refusal"] and not preview["is_joined"] and preview["ids"] == 4
    habitus.run("identity", "link", "d", "a", *limit, succeeds=False)
    assert habitus.json("identity", "preview", "b", "a", *limit)["is_joined"]


def test_consent_holds_for_the_whole_person(start, habitus):
    server = start()
    visit(server, "segment", "visitor")
    identify(server, "segment", "visitor", "ann")
    await_profile(habitus, "ann", 4)
    consent(server, "ann", False)
    check_vanished(habitus, "ann")
    check_vanished(habitus, "visitor")
