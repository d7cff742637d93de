"""What no tracker ought to send: it is answered with a 4xx that says what is wrong, and the service goes on."""
import concurrent.futures
import gzip
import json
import shutil
import socket
import subprocess
import time
import urllib.parse
import zlib

import pytest

from support.payloads import (
    PROTOCOLS, ROUTES, SCHEMA, TP2, encoded, matomo, open_all, posthog, segment, snowplow, tracked)
from support.server import Server
from support.wire import chunked, exchange, files_with, has_message, highest_memory, request, total, wait_until

ADDRESS4, ADDRESS6 = "203.0.113.77", "2001:db8:85a3:8d3:1319:8a2e:370:7348"
MEBIBYTE = 1 << 20
# In MiB; all bodies together may take less.
MOST_MEMORY = 900
NAMES = [f"{protocol}{path}" for protocol, path, _ in ROUTES]
LIMITS = {"tracking": 16 * MEBIBYTE, "segment": 500 << 10, "posthog": 20 * MEBIBYTE, "snowplow": 10 * MEBIBYTE,
          "matomo": 20 * MEBIBYTE}


@pytest.fixture(scope="module")
def server(session_habitus):
    server = Server(session_habitus("malformed"), [open_all(), "api.read_timeout_seconds=1"])
    try:
        yield server.start()
        server.stop()
    finally:
        server.close()


@pytest.fixture(autouse=True)
def unharmed(server):
    """After every test the service is the same process, ready, quick and small."""
    process = server.process
    yield
    assert server.process is process and process.poll() is None, b"".join(server.errors).decode()
    start = time.monotonic()
    assert server.get("/readyz").status == 200
    assert time.monotonic() - start < 1
    assert highest_memory(process) < MOST_MEMORY


def send(server, path, body, headers=None, method="POST"):
    start = time.monotonic()
    response = server.request(method, path, body, headers=headers)
    assert time.monotonic() - start < 5, f"{path} took {time.monotonic() - start} s"
    return response


def check_refused(response, protocol, statuses=(400, 413, 415, 422)):
    assert response.status in statuses, f"{response.status}: {response.content[:300]}"
    if protocol == "snowplow":
        assert response.status in (400, 401, 403, 410, 422), "a tracker would send it again without end"
    assert has_message(response.content), response.content[:300]


def stored(server):
    return total(server.metrics(), "habitus_intake_events_stored_total")


def broken(body):
    """Bodies that are no JSON of the right form, by name."""
    text = encoded(body)
    deep = b"[" * 200_000 + b"]" * 200_000
    yield "truncated in the middle", text[:len(text) // 2]
    yield "truncated at the end", text[:-1]
    yield "two documents", text + text
    yield "no JSON", b"hello"
    yield "XML", b"<?xml version='1.0'?><a/>"
    yield "a number", b"5"
    yield "an object of nothing", b"{}"
    yield "a huge number", b"1" * 100_000
    yield "open brackets", b"[" * 200_000
    yield "open objects", b'{"a":' * 200_000
    yield "nested arrays", deep
    yield "a nested property", text[:-1] + (b',"deep":' if text[-1:] == b"}" else b",") + deep + text[-1:]
    invalid = text.replace(b'"u"', b'"\xff\xfe"').replace(b"marketing", b"\xc3\x28").replace(b"uid=u", b"\xff\"")
    yield "invalid UTF-8", invalid
    yield "a half of a surrogate pair in UTF-8", text[:1] + b'"\xed\xa0\x80":1,' + text[1:]
    yield "a NUL", text[:1] + b"\0" + text[1:]
    yield "UTF-16", text.decode().encode("utf-16")
    yield "only NULs", b"\0" * 1000
    yield "a truncated gzip", gzip.compress(text)[:-9]
    yield "a gzip with a wrong sum", gzip.compress(text)[:-8] + b"\1" * 8


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_broken_bodies(server, route):
    protocol, path, body = route
    before, refused_before = stored(server), total(server.metrics(), "habitus_http_refusals_total", protocol=protocol)
    problems, count = [], 0
    for name, data in broken(body):
        if path.endswith("record?user_id=u") and name == "an object of nothing":
            continue  # Nothing is said about nothing.
        if data == encoded(body) or path == "/engage" and name == "an object of nothing":
            continue
        count += 1
        try:
            check_refused(send(server, path, data), protocol)
        except AssertionError as error:
            problems.append(f"{name}: {error}")
    assert not problems, "\n".join(problems)
    assert stored(server) == before
    assert total(server.metrics(), "habitus_http_refusals_total", protocol=protocol) - refused_before == count


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_encodings_and_empty_bodies(server, route):
    protocol, path, body = route
    before = stored(server)
    text = encoded(body)
    for encoding in ["br", "compress", "gzip, gzip", "rot13"]:
        check_refused(send(server, path, text, {"Content-Encoding": encoding}), protocol)
    for encoding in ["gzip", "deflate", "zstd"]:
        check_refused(send(server, path, text, {"Content-Encoding": encoding}), protocol)
    if "withdraw" not in path:
        for empty in [b"", b"  \r\n"]:
            check_refused(send(server, path, empty), protocol)
        check_refused(send(server, path, b"", {"Content-Encoding": "gzip"}), protocol)
    assert stored(server) == before


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_other_methods(server, route):
    protocol, path, body = route
    taken = {"POST", "GET"} if protocol == "matomo" else {"POST"}
    for method in {"GET", "PUT", "DELETE", "PATCH"} - taken:
        response = send(server, path, None if method == "GET" else encoded(body), method=method)
        assert response.status == 405 and has_message(response.content)
        assert taken <= set(response.headers["Allow"].split(", "))
    assert send(server, path, encoded(body), method="BREW").status in (400, 405, 501)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bombs(server, protocol):
    path, body = next((path, body) for name, path, body in ROUTES if name == protocol)
    before = stored(server)
    start, end = encoded(body)[:-1] + b',"filler":"', b'"}'
    size = 96 * MEBIBYTE
    plain = start + b"a" * size + end
    bombs = [("gzip", gzip.compress(plain, 1)), ("deflate", zlib.compress(plain, 1))]
    bombs.append(("gzip", gzip.compress(bombs[0][1])))
    if shutil.which("zstd"):
        made = subprocess.run(["zstd", "-qc"], input=plain, capture_output=True, check=True)
        bombs.append(("zstd", made.stdout))
    del plain
    for encoding, bomb in bombs:
        if len(bomb) <= LIMITS[protocol]:
            check_refused(send(server, path, bomb, {"Content-Encoding": encoding}), protocol)
    # Many at the same time.
    small = [bomb for bomb in bombs if len(bomb[1]) <= LIMITS[protocol]]
    smallest = min(small, key=lambda bomb: len(bomb[1]), default=None)
    if smallest:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(
                lambda _: server.post(path, smallest[1], headers={"Content-Encoding": smallest[0]}), range(16)))
        for response in answers:
            check_refused(response, protocol)
    assert stored(server) == before


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_oversize_bodies(server, protocol):
    path = next(path for name, path, _ in ROUTES if name == protocol)
    before = stored(server)
    large = b'{"a":"' + b"a" * LIMITS[protocol] + b'"}'
    status, body = exchange(server.port, request(path, [f"Content-Length: {len(large)}"], large))
    assert status in (400, 413, 422) and has_message(body), (status, body)
    status, body = exchange(server.port, request(path, ["Transfer-Encoding: chunked"], chunked(large)))
    assert status in (400, 413, 422) and has_message(body), (status, body)
    # Nobody waits for a body that is declared too large, nor for one without an end.
    status, _ = exchange(server.port, request(path, [f"Content-Length: {10 ** 12}"], b"{"))
    assert status in (400, 413, 422)
    endless = (b"%x\r\n" % MEBIBYTE + b" " * MEBIBYTE + b"\r\n") * 40
    status, _ = exchange(server.port, request(path, ["Transfer-Encoding: chunked"], endless))
    assert status in (400, 413, 422)
    if protocol == "snowplow":
        assert status == 422
    assert stored(server) == before


def test_lengths_that_lie(server):
    path, text = "/api/events/track", encoded(tracked("liar"))
    before = stored(server)
    for length in ["-1", "1e3", "abc", "99999999999999999999999", "5, 6", "+5", ""]:
        answer = exchange(server.port, request(path, [f"Content-Length: {length}"], text), ends_writing=True)
        assert answer is None or 400 <= answer[0] < 500, (length, answer)
    both = ["Content-Length: 5", "Transfer-Encoding: chunked"]
    answer = exchange(server.port, request(path, both, text), ends_writing=True)
    assert answer is None or 400 <= answer[0] < 500
    for coding in ["chunked, gzip", "rubbish"]:
        data = request(path, [f"Transfer-Encoding: {coding}"], chunked(text))
        answer = exchange(server.port, data, ends_writing=True)
        assert answer is None or 400 <= answer[0] <= 501
    # A sender that goes away in the middle has sent nothing.
    exchange(server.port, request(path, [f"Content-Length: {len(text) + 10}"], text), ends_writing=True)
    exchange(server.port, request(path, ["Transfer-Encoding: chunked"], chunked(text)[:-5]), ends_writing=True)
    exchange(server.port, request(path, ["Transfer-Encoding: chunked"], b"zz\r\n" + text), ends_writing=True)
    # What is longer than declared is no whole event, and what follows is no request.
    exchange(server.port, request(path, ["Content-Length: 10"], text), ends_writing=True)
    assert stored(server) == before
    # One that says nothing more is told so in time.
    start = time.monotonic()
    status, body = exchange(server.port, request(path, [f"Content-Length: {len(text) + 10}"], text))
    assert status == 408 and has_message(body) and time.monotonic() - start < 8
    assert stored(server) == before


def test_what_is_no_request(server):
    before = stored(server)
    for data in [
        b"\0" * 100, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n", b"POST\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n", request("/livez", [f"X-A: {'a' * 200_000}"], method="GET"),
        request("/livez", [f"X-{n}: a" for n in range(20_000)], method="GET"),
        b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: b\r\n folded\r\nX\0Y: c\r\n\r\n",
    ]:
        answer = exchange(server.port, data, ends_writing=True)
        assert answer is None or 400 <= answer[0] < 506, answer
    for path in [
        "/", "/api", "/%00", "/%ff", "/../../etc/passwd", "/api/events/track/..", "//", "/livez%2f..",
        "/?" + "a=b&" * 5000,
    ]:
        assert 400 <= exchange(server.port, request(path, ["Content-Length: 2"], b"{}"))[0] < 500
    assert stored(server) == before


def test_many_slow_senders_keep_nobody_waiting(server):
    connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    try:
        for connection in connections:
            connection.sendall(request("/api/events/track", ["Content-Length: 100000"], b"{"))
        start = time.monotonic()
        assert server.post("/api/events/track", tracked("between the slow")).status == 202
        assert time.monotonic() - start < 1
    finally:
        for connection in connections:
            connection.close()


# By protocol: a path, a batch of good and bad parts, and how many of each there are.
MIXED = [
    ("tracking", "/api/events/track-batch", {"events": [
        tracked("good 1", value=10 ** 400, n=-0.0, huge="x" * 100_000), tracked("bad", timestamp=10 ** 300), 5, None,
        [], tracked(""), tracked("good 2", user_id=12345), tracked("bad", user_id=None), tracked("bad", user_id={"a": 1}),
        tracked("bad", user_id="a\0b"), tracked("bad", event_type=[]), tracked("bad", timestamp="yesterday"),
        tracked("good 3", properties={"a": [[[[1]]]], "\0": "\0"}),
        tracked("bad", timestamp="99999-01-01T00:00:00Z")]}, 4, 10),
    ("segment", "/v1/batch", {"batch": [
        segment("good 1", properties={"value": 10 ** 400}), segment("bad", userId=None), 5,
        segment("bad", type="dance"), segment("bad", event=None), segment("good 2", properties=None),
        segment("bad", timestamp="never")]}, 2, 5),
    ("posthog", "/batch", {"api_key": "k", "batch": [
        posthog("good 1", properties={"n": 10 ** 400}), posthog("bad", distinct_id=None), "text",
        posthog("bad", event=""), posthog("good 2", properties={}), posthog("bad", timestamp="never ever")]}, 2, None),
    ("snowplow", TP2, {"schema": SCHEMA, "data": [
        snowplow("good 1"), snowplow("bad", dtm="9" * 400), 7, {"eid": "no kind"}, snowplow("good 2", tv="x" * 9999)]},
     2, 3),
    ("matomo", "/matomo.php", {"requests": [
        matomo("good 1"), matomo("bad", idsite=""), 3, "", matomo("bad", rec=0),
        matomo("good 2", _cvar="{" * 5000)]}, 2, 4),
]


@pytest.mark.parametrize("protocol,path,body,good,bad", MIXED, ids=PROTOCOLS)
def test_what_can_be_read_of_a_batch_is_stored(server, protocol, path, body, good, bad):
    before = server.metrics()
    response = send(server, path, encoded(body))
    assert response.status in (200, 202), response.content
    after = server.metrics()

    def change(name):
        return total(after, name, protocol=protocol) - total(before, name, protocol=protocol)

    assert change("habitus_intake_events_stored_total") == good
    refused = change("habitus_intake_refused_total")
    assert refused == bad if bad is not None else refused > 0
    rows = [row for row in server.habitus.json("quarantine", "list")["rows"] if row["file"] == f"{protocol}/open"]
    assert len(rows) >= refused
    assert all(row["reason"] and len(row["message"].split()) > 2 for row in rows)


def literal(**members):
    return json.dumps(members)


def event(**more):
    return literal(**tracked("x") | more)


# Bodies with the addresses a and b that are refused, or of which a part is, and the status.
ADDRESSED = {
    "broken JSON": ("/api/events/track", lambda a, b: f'{{"ip_address": "{a}", "other": "{b}"', 400),
    "a part": ("/api/events/track-batch", lambda a, b: literal(events=[{"from": a, "note": f"[{b}]:80"}]), 202),
    "a time": ("/api/events/track", lambda a, b: event(timestamp=a), 422),
    "a time of version 6": ("/api/events/track", lambda a, b: event(timestamp=b), 422),
    "a purpose": ("/api/consent/record?user_id=u", lambda a, b: literal(**{a: "maybe", b: 5}), 422),
    "a schema": (TP2, lambda a, b: literal(schema=a, data=[{"note": b}]), 422),
    "a type": ("/v1/track", lambda a, b: literal(type=a, context={"ip": b}, userId="u"), 400),
    "a time of PostHog": (
        "/capture", lambda a, b: literal(**posthog("x", api_key="k") | {"timestamp": b, "ip": a}), 400),
    "a query": ("/matomo.php", lambda a, b: literal(requests=[matomo("x", idsite="", cip=b), f"?cip={a}&rec=1"]), 200),
    "a site": ("/matomo.php", lambda a, b: literal(requests=[matomo("x", idsite=a, rec=a), matomo("x", cdt=b)]), 200),
    "escapes": (
        "/api/events/track", lambda a, b: '{"a": "' + b.replace(":", "\\u003a") + '", "b":"' + a, 400),
    "the cut of a long body": (
        "/api/events/track", lambda a, b: '{"a": "' + "." * (65_536 - 7 - len(b) + 5) + b, 400),
    "not UTF-8": ("/api/events/track", lambda a, b: f'\xff"{a}" "{b}"', 400),
}


@pytest.mark.parametrize("name", ADDRESSED)
def test_no_address_is_kept(server, name):
    path, body, status = ADDRESSED[name]
    number = list(ADDRESSED).index(name) + 101
    a, b = f"203.0.{number}.77", f"2001:db8:{number}:8d3:1319:8a2e:370:7348"
    texts = [a, b, urllib.parse.quote(b), b.replace(":", "\\u003a"), b[:-5]]
    known = {row["id"] for row in server.habitus.json("quarantine", "list")["rows"]}
    response = send(server, path, body(a, b).encode("latin-1"))
    assert response.status == status, response.content
    rows = [row for row in server.habitus.json("quarantine", "list")["rows"] if row["id"] not in known]
    assert rows
    shown = [server.habitus.json("quarantine", "show", row["id"]) for row in rows]
    for text in texts:
        for row in shown:
            assert text not in row["raw"], f"{text} in the bytes of row {row['id']}"
            assert text not in row["message"], f"{text} in the message: {row['message']}"
    assert files_with(server.habitus.data, *texts) == []
    if name == "broken JSON":
        assert f"203.0.{number}.0" in shown[0]["raw"] and f"2001:db8:{number}::" in shown[0]["raw"]


def test_no_address_of_an_event_is_kept(server):
    body = {"events": [
        tracked("v4", ip_address=ADDRESS4, details={"ip": ADDRESS4, "IP": ADDRESS6, "remote_addr": [ADDRESS6]}),
        tracked("v6", ip_address=ADDRESS6, properties={"ip_address": ADDRESS6, "clientIp": ADDRESS4})]}
    assert send(server, "/api/events/track-batch", encoded(body)).status == 202
    visit = matomo("visit", cip=ADDRESS6, token_auth="t", cid="0123456789abcdef")
    assert send(server, "/matomo.php" + visit, None, method="GET").status == 200
    assert send(server, "/v1/track", encoded(segment("v", context={"ip": ADDRESS6}))).status == 200
    assert send(server, "/capture", encoded(posthog("v", api_key="k", properties={"$ip": ADDRESS4}))).status == 200
    assert send(server, TP2, encoded({"schema": SCHEMA, "data": [snowplow("v", ip=ADDRESS6)]})).status == 200
    exported = server.habitus.run("export", "events", "--format", "jsonl").stdout.decode()
    assert ADDRESS4 not in exported and ADDRESS6 not in exported and "2001:db8:85a3::" in exported
    assert files_with(server.habitus.data, ADDRESS4, ADDRESS6) == []


def test_refusals_are_counted(server):
    figures = server.metrics()
    for protocol in PROTOCOLS:
        refused = total(figures, "habitus_intake_refused_total", protocol=protocol)
        listed = sum(row["file"] == f"{protocol}/open" for row in server.habitus.json("quarantine", "list")["rows"])
        assert refused > 0 and 0 < listed <= refused
    counts = {source["name"]: source["counts"] for source in server.habitus.json("sources")["sources"]}
    for protocol in PROTOCOLS:
        assert any("refused" in name for name in counts[f"{protocol}/open"]), counts
    wait_until(lambda: server.metrics()["habitus_intake_queued_events"] == 0, 5, "nothing waits")
