"""kill -9 at random moments under load: every acknowledged event is there, exactly once.

`make soak` sets SOAK_KILLS to any number of kills.
"""
import http.client
import json
import os
import random
import threading
import time


from support.server import Server

KILLS = int(os.environ.get("SOAK_KILLS", "50"))
SENDERS = 4


class Sender(threading.Thread):
    """Sends batches without pause; what is not acknowledged is sent again."""

    def __init__(self, server, number):
        super().__init__()
        self.server = server
        self.number = number
        self.acknowledged = set()
        self.sent = set()
        self.ending = threading.Event()

    def run(self):
        generator = random.Random(self.number)
        batch_number = 0
        while not self.ending.is_set():
            batch_number += 1
            size = generator.choice([1, 5, 100])
            ids = [f"{self.number}-{batch_number}-{index}" for index in range(size)]
            body = json.dumps({"events": [self.event(identifier, generator) for identifier in ids]})
            self.sent.update(ids)
            while not self.ending.is_set():
                if self.send(body):
                    self.acknowledged.update(ids)
                    break
                time.sleep(0.01)

    def event(self, identifier, generator):
        return {
            "event_id": identifier, "event_type": generator.choice(["page_view", "click", "search"]),
            "user_id": f"user {generator.randrange(50)}", "timestamp": f"2026-03-{generator.randrange(1, 29):02}T12:00:00Z",
            "session_id": f"s{generator.randrange(500)}", "page": f"/{generator.randrange(20)}"}

    def send(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        try:
            connection.request("POST", "/api/events/track-batch", body, {"Content-Type": "application/json"})
            return 200 <= connection.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def test_nothing_acknowledged_is_lost_or_doubled(habitus):
    server = Server(habitus, ["intake.open_sources=tracking"])
    generator = random.Random(7)
    senders = []
    try:
        server.start()
        senders = [Sender(server, number) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        for _ in range(KILLS):
            time.sleep(generator.uniform(0.01, 0.3))
            server.restart()
        time.sleep(0.2)
        for sender in senders:
            sender.ending.set()
        for sender in senders:
            sender.join()
        server.kill()
        stored = [event["event_id"] for event in server.events()]
        acknowledged = set().union(*(sender.acknowledged for sender in senders))
        sent = set().union(*(sender.sent for sender in senders))
        assert len(stored) == len(set(stored)), "an event is stored twice"
        assert acknowledged <= set(stored), f"{len(acknowledged - set(stored))} acknowledged events are lost"
        assert set(stored) <= sent
        assert len(acknowledged) > KILLS
        habitus.run("doctor")
    finally:
        for sender in senders:
            sender.ending.set()
        server.close()
