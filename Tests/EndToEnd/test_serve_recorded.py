"""Requests that were recorded at PostHog's own service, each sent to a server over a fresh store."""
import base64
import gzip
import json

from support.command import Habitus
from support.server import Server


def test_recorded_requests_become_the_events_beside_them(binary, tmp_path, published):
    with gzip.open(published("logs/posthog_capture_requests.jsonl.gz"), "rt") as file:
        recorded = [json.loads(line) for line in file if line.strip() and not line.startswith("###")]
    assert len(recorded) == 16
    for number, request in enumerate(recorded):
        folder = tmp_path / str(number)
        folder.mkdir()
        server = Server(Habitus(binary, folder), ["intake.open_sources=posthog"])
        try:
            server.start()
            headers = {"Content-Type": request["content_type"], "User-Agent": "Mozilla/5.0 (tests)"}
            if request["content_encoding"]:
                headers["Content-Encoding"] = request["content_encoding"]
            answer = server.post(request["path"], base64.b64decode(request["body"]), headers=headers)
            assert (answer.status, json.loads(answer.content)) == (200, {"status": "Ok"})
            events = server.events()
            server.stop()
        finally:
            server.close()
        outputs = request["output"]
        assert len(events) == len(outputs)
        assert sorted(event["user_id"] for event in events) == sorted(output["distinct_id"] for output in outputs)
        names = [event["properties"].get("$event", event["event_type"]) for event in events]
        assert sorted(names) == sorted(json.loads(output["data"])["event"] for output in outputs)
        # The address is this machine's, and no whole one is kept.
        assert {event["properties"].get("ip", "127.0.0.0") for event in events} == {"127.0.0.0"}
        assert all(b"127.0.0.1" not in path.read_bytes() for path in (folder / "data").iterdir())
