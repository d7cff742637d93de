"""Who may send how much, what comes twice, what programs send, and how the service starts and ends."""
import base64
import http.client
import json
import re
import signal
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest

from support.payloads import (
    BROWSER, PROTOCOLS, SCHEMA, TP2, encoded, matomo, open_all, posthog, segment, snowplow, tracked)
from support.server import Server, identifiers, key
from support.wire import exchange, files_with, highest_memory, request, total, wait_until


@pytest.fixture
def start(habitus):
    """Starts a server with settings; it has to end well."""
    started = []

    def make(*settings):
        started.append(Server(habitus, settings))
        return started[-1].start()

    yield make
    for server in started:
        try:
            if server.process.poll() is None:
                server.stop()
        finally:
            server.close()


def moment(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def send(server, identifier="e", secret=None, **more):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return server.post("/api/events/track", tracked(identifier, userAgent=BROWSER, **more), headers=headers)


# MARK: Keys


def test_nothing_is_open_unless_the_configuration_says_so(start):
    server = start()
    for path, body in [
        ("/api/events/track", tracked("a")), ("/api/events/track", b"{broken"), ("/v1/track", segment("a")),
        ("/capture", posthog("a", api_key="k")), (TP2, {"schema": SCHEMA, "data": [snowplow("a")]}),
        ("/matomo.php", {"requests": [matomo("a")], "token_auth": "t"}),
        ("/api/consent/set", {"user_id": "u", "consent_type": "analytics", "is_granted": False}),
    ]:
        response = server.post(path, body)
        assert response.status == 401 and len(response.content.split()) > 3, (path, response.content)
        assert "WWW-Authenticate" in response.headers
    assert server.get("/api/consent/status?user_id=u").status == 401
    assert server.get("/i?e=pv&p=web&uid=u").status == 401
    assert server.events() == []
    assert server.habitus.json("quarantine", "list")["rows"] == []
    assert server.habitus.json("consent", "list")["consents"] == []


def test_each_protocol_takes_its_key_where_it_carries_it(start, habitus):
    keys = {name: key(habitus, f"of {name}", "--source", name) for name in PROTOCOLS}
    server = start()

    def basic(name):
        return {"Authorization": "Basic " + base64.b64encode(f"{keys[name]}:".encode()).decode()}

    def bearer(name):
        return {"Authorization": f"Bearer {keys[name]}"}

    ways = [
        ("tracking", "/api/events/track", tracked("1"), bearer("tracking")),
        ("tracking", "/api/events/track", tracked("2"), {"X-API-Key": keys["tracking"]}),
        ("segment", "/v1/track", segment("3"), basic("segment")),
        ("segment", "/v1/batch", {"batch": [segment("4")], "writeKey": keys["segment"]}, {}),
        ("posthog", "/batch", {"batch": [posthog("5")], "api_key": keys["posthog"]}, {}),
        ("posthog", "/capture", posthog("6", properties={"token": keys["posthog"]}), {}),
        ("snowplow", TP2, {"schema": SCHEMA, "data": [snowplow("7")]}, bearer("snowplow")),
        ("matomo", "/matomo.php", {"requests": [matomo("8")], "token_auth": keys["matomo"]}, {}),
        ("matomo", "/matomo.php" + matomo("9", token_auth=keys["matomo"]), None, {}),
    ]
    for name, path, body, headers in ways:
        response = server.request("POST" if body else "GET", path, body, headers=headers)
        assert response.status in (200, 202, 204), (name, path, response.content)
    # A key of one protocol is not good for another.
    for name, path, body in [(name, path, body) for name, path, body, _ in ways if body]:
        other = PROTOCOLS[PROTOCOLS.index(name) - 1]
        response = server.post(path, body, headers=bearer(other))
        own_in_body = keys[name] in json.dumps(body)
        assert response.status == (200 if own_in_body else 403), (name, path, response.status, response.content)
    # Matomo's protocol has no identifier: what comes twice there is two visits.
    assert len(server.events()) == len(ways) + 1
    # No key is stored, nor logged.
    server.stop()
    assert files_with(habitus.data, *keys.values()) == []
    assert not any(secret in b"".join(server.errors).decode() for secret in keys.values())


def test_keys_are_made_and_revoked_while_the_server_runs(start, habitus):
    server = start()
    assert send(server, secret="guess").status == 401
    secret = key(habitus, "website", "--source", "tracking")
    _, seconds = wait_until(lambda: send(server, "a", secret).status == 202, 2, "the new key is taken")
    assert seconds < 1
    listed = habitus.json("keys", "list")["keys"]
    assert [(one["name"], one["state"], one["source"]) for one in listed] == [("website", "active", "tracking")]
    assert secret not in json.dumps(listed) and secret.startswith(listed[0]["prefix"])
    assert habitus.run("keys", "create", "website", succeeds=False).stderr
    short = key(habitus, "short", "--expires", moment(3))
    wait_until(lambda: send(server, "b", short).status == 202, 2, "the key that expires is taken")
    habitus.run("keys", "revoke", "website")
    _, seconds = wait_until(lambda: send(server, "c", secret).status == 401, 2, "the revoked key is refused")
    assert seconds < 1
    wait_until(lambda: send(server, "d", short).status == 401, 5, "the expired key is refused")
    states = {one["name"]: one["state"] for one in habitus.json("keys", "list", "--all")["keys"]}
    assert states == {"website": "revoked", "short": "expired"}
    assert habitus.json("keys", "list")["keys"][0]["last_used"]
    server.restart()
    assert send(server, "e", secret).status == 401


# MARK: How much


def test_rate_limits(start, habitus):
    slow, fast = key(habitus, "slow", "--rate", 2), key(habitus, "fast")
    server = start()
    taken = []
    for number in range(40):
        response = send(server, f"s{number}", slow)
        if response.status == 202:
            taken.append(f"s{number}")
        else:
            assert response.status == 429 and int(response.headers["Retry-After"]) >= 1
            assert len(json.loads(response.content)["message"].split()) > 3
    assert 20 <= len(taken) < 25
    assert send(server, "fast", fast).status == 202
    wait = int(send(server, "again", slow).headers["Retry-After"])
    time.sleep(wait)
    assert send(server, "again", slow).status == 202
    assert identifiers(server.events()) == {*taken, "fast", "again"}
    assert total(server.metrics(), "habitus_http_refusals_total", reason="rate_limited") == 41 - len(taken)


def test_the_configured_rate_limit(start):
    server = start("intake.open_sources=tracking,segment", "intake.rate_limit.events_per_second=1")
    body = {"events": [tracked(f"e{number}") for number in range(30)]}
    # What is more than may ever come at once passes, and is waited for afterwards.
    assert server.post("/api/events/track-batch", body).status == 202
    response = send(server, "late")
    assert response.status == 429 and int(response.headers["Retry-After"]) > 10
    assert server.post("/v1/track", segment("other")).status == 200
    assert len(server.events()) == 31


def test_senders_wait_where_the_writer_falls_behind(start):
    server = start("intake.open_sources=tracking", "intake.queue_events=40")
    acknowledged, statuses, problems = set(), {}, []

    def run(number):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        for batch in range(40):
            ids = [f"{number}-{batch}-{index}" for index in range(25)]
            body = encoded({"events": [tracked(identifier, page="/" * 500) for identifier in ids]})
            connection.request("POST", "/api/events/track-batch", body)
            response = connection.getresponse()
            response.read()
            statuses[response.status] = statuses.get(response.status, 0) + 1
            if response.status == 202:
                acknowledged.update(ids)
            elif response.status != 503 or int(response.headers["Retry-After"]) < 1:
                problems.append((response.status, dict(response.headers)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert statuses.get(503, 0) > 0 and statuses[202] > 12, statuses
    assert identifiers(server.events()) == acknowledged
    assert highest_memory(server.process) < 300
    assert total(server.metrics(), "habitus_http_refusals_total", reason="busy") == statuses[503]
    assert send(server, "afterwards").status == 202


# MARK: Browsers


def preflight(server, origin, path="/api/events/track-batch"):
    headers = {
        "Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    return server.request("OPTIONS", path, headers=headers)


def test_pages_of_listed_origins_may_send(start):
    server = start("intake.open_sources=tracking", "api.cors_origins=https://app.example,https://b.example:8443")
    for origin in ["https://app.example", "https://b.example:8443"]:
        response = preflight(server, origin)
        assert response.status == 204 and response.headers["Access-Control-Allow-Origin"] == origin
        assert "POST" in response.headers["Access-Control-Allow-Methods"]
        assert "content-type" in response.headers["Access-Control-Allow-Headers"].lower()
        assert "Origin" in response.headers["Vary"]
        sent = server.post("/api/events/track", tracked(origin), headers={"Origin": origin})
        assert sent.status == 202 and sent.headers["Access-Control-Allow-Origin"] == origin
        refused = server.post("/api/events/track", b"{", headers={"Origin": origin})
        assert refused.status == 400 and refused.headers["Access-Control-Allow-Origin"] == origin
    for origin in ["https://evil.example", "http://app.example", "https://app.example.evil.example", "null"]:
        response = preflight(server, origin)
        assert response.status == 403 and "Access-Control-Allow-Origin" not in response.headers
        sent = server.post("/api/events/track", tracked(origin), headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in sent.headers


def test_all_origins(start):
    server = start("intake.open_sources=tracking", "api.cors_origins=*")
    response = preflight(server, "https://any.example")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert preflight(server, "https://any.example", "/v1/track").status == 403


# MARK: Once, whenever it comes


def test_the_same_id_again_changes_nothing(start):
    server = start(open_all())

    def everything(value):
        bodies = [
            ("/api/events/track", tracked("t", value=value)), ("/v1/track", segment("s", properties={"value": value})),
            ("/capture", posthog("p", api_key="k", properties={"value": value})),
            (TP2, {"schema": SCHEMA, "data": [snowplow("n", ttm="1795168800000", se_va=str(value))]}),
        ]
        for path, body in bodies:
            assert server.post(path, body).status in (200, 202)

    everything(1)
    first = server.events()
    assert len(identifiers(first)) == 4
    everything(1)
    server.restart()
    everything(1)
    assert server.events() == first
    # The same id with other content: the first one stays, and it is counted.
    everything(2)
    assert server.events() == first
    figures = server.metrics()
    assert total(figures, "habitus_intake_events_duplicate_total") == 4
    assert total(figures, "habitus_intake_events_differing_total") == 4
    # One id in two protocols is two events.
    assert server.post("/v1/track", segment("t")).status == 200
    assert len(server.events()) == 5


# MARK: Programs


def test_programs_are_marked_and_left_out(start, habitus):
    server = start("intake.open_sources=tracking")
    robot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    for user, agent in [("person", BROWSER), ("mixed", BROWSER), ("mixed", robot), ("robot", robot)]:
        body = tracked(f"{user} {agent == robot}", user_id=user, userAgent=agent)
        assert server.post("/api/events/track", body).status == 202
    assert {event["event_id"]: event.get("is_bot", False) for event in server.events()} == {
        "person False": False, "mixed False": False, "mixed True": True, "robot True": True}
    assert total(server.metrics(), "habitus_intake_events_bot_total") == 2

    def counts(*settings):
        rows = habitus.run("export", "features", "--format", "jsonl", *settings).stdout.decode().splitlines()
        return {row["user_id"]: row["event_count"] for row in map(json.loads, rows)}

    assert counts() == {"person": 1, "mixed": 1}
    assert counts("--set", "feature_extraction.include_bots=true") == {"person": 1, "mixed": 2, "robot": 1}


# MARK: Fresh features


def test_features_are_fresh_within_a_second(start, habitus):
    server = start("intake.open_sources=tracking")
    lags = []
    for number in range(1, 9):
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        assert send(server, f"e{number}", timestamp=now, page=f"/{number}").status == 202

        def profile():
            done = habitus.run("profile", "u", "--json", succeeds=None)
            answer = json.loads(done.stdout) if done.returncode == 0 else {"source": ""}
            return answer["source"] == "stored" and answer["features"]["event_count"] == number

        _, seconds = wait_until(profile, 5, f"the stored profile has {number} events")
        lags.append(seconds)
    assert sorted(lags)[-1] < 1.2, lags
    figures = server.metrics()
    assert figures["habitus_refresh_lag_seconds_count"] >= 8
    assert figures['habitus_refresh_lag_seconds_bucket{le="1"}'] == figures["habitus_refresh_lag_seconds_count"]


# MARK: Start and end


def test_ending_under_load_loses_nothing_acknowledged(start):
    server = start("intake.open_sources=tracking")
    acknowledged, ending, problems = set(), threading.Event(), []

    def run(number):
        batch = 0
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        while not ending.is_set():
            batch += 1
            ids = [f"{number}-{batch}-{index}" for index in range(20)]
            try:
                connection.request(
                    "POST", "/api/events/track-batch", encoded({"events": [tracked(one) for one in ids]}))
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException):
                return
            if response.status == 202:
                acknowledged.update(ids)
            elif response.status != 503:
                problems.append(response.status)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.7)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(30)
    seconds = time.monotonic() - began
    ending.set()
    for thread in threads:
        thread.join()
    assert code == 0 and not problems, (code, problems, b"".join(server.errors).decode()[-2000:])
    assert seconds < 10
    assert len(acknowledged) > 100
    assert acknowledged <= identifiers(server.events())


def test_an_idle_connection_does_not_hold_up_the_end(start):
    server = start("intake.open_sources=tracking")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", "/livez")
    connection.getresponse().read()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5


def test_health_and_figures(start):
    server = start("intake.open_sources=tracking")
    assert json.loads(server.get("/livez").content)["status"] == "alive"
    assert json.loads(server.get("/readyz").content)["status"] == "ready"
    for path in ["/livez", "/readyz", "/metrics"]:
        assert server.get(path).headers["Cache-Control"] == "no-store"
        assert server.request("HEAD", path).content == b""
        assert server.post(path, {}).status == 405
    # Whoever is passed on by a proxy sees no figures without a key.
    assert exchange(server.port, request("/metrics", ["X-Forwarded-For: 192.0.2.1"], method="GET"))[0] == 401
    send(server)
    response = server.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain")
    kinds, seen = {}, set()
    for line in response.content.decode().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in kinds and kind in ("counter", "gauge", "histogram")
            kinds[name] = kind
        elif not line.startswith("# HELP "):
            label = r'[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"'
            match = re.fullmatch(
                rf'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{{(?:{label},?)*\}})? (-?[0-9.e+-]+|NaN|[+-]Inf)', line)
            assert match, line
            assert re.sub("_(bucket|sum|count)$", "", match[1]) in kinds or match[1] in kinds, line
            assert (match[1], match[2]) not in seen, line
            seen.add((match[1], match[2]))
            assert kinds.get(match[1]) != "counter" or match[1].endswith("_total"), line
    assert total(server.metrics(), "habitus_intake_events_stored_total", protocol="tracking") == 1

