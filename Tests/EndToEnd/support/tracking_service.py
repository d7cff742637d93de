"""The tracking service that events are pulled from: GET /events, by time, oldest first."""
import http.server
import json
import threading
import urllib.parse
from datetime import datetime


class TrackingService:
    """A server over a list of events; some requests fail where `is_moody`."""

    def __init__(self, token, is_moody=True):
        self.token = token
        self.is_moody = is_moody
        self.events = []
        self.requests = []
        self.statuses = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/tracking"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(service):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, headers, body = service.answer(self.path, self.headers)
                service.statuses.append(status)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

    def answer(self, path, headers):
        address = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(address.query))
        self.requests.append(query)
        if address.path != "/tracking/events":
            return 404, {}, b"{}"
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {}, b'{"message":"no"}'
        if self.is_moody and len(self.requests) % 9 == 2:
            return 429, {"Retry-After": "1"}, b"{}"
        if self.is_moody and len(self.requests) % 4 == 0:
            return 500, {}, b"oops"
        start, end = (datetime.fromisoformat(query[name].replace("Z", "+00:00")) for name in ["start_time", "end_time"])
        within = [
            event for event in self.events
            if start <= datetime.fromisoformat(event["timestamp"].replace("Z", "+00:00")) <= end]
        within.sort(key=lambda event: event["timestamp"])
        return 200, {"Content-Type": "application/json"}, json.dumps(
            {"events": within[:int(query.get("limit", 1000))]}).encode()
