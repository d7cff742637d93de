"""Runs `habitus serve` as its users do, on a free port of the loopback interface."""
import json
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request


class Server:
    """A server over the data folder of a `Habitus`; the port stays the same over restarts."""

    def __init__(self, habitus, settings=()):
        self.habitus = habitus
        self.settings = [word for setting in settings for word in ("--set", setting)]
        self.port = 0
        self.process = None
        self.errors = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.process = self.habitus.start("serve", "--port", self.port, "--json", *self.settings)
        threading.Thread(target=self._collect, args=(self.process,), daemon=True).start()
        text = ""
        while True:
            line = self.process.stdout.readline().decode()
            assert line, f"the server ended early: {self.process.wait()} {b''.join(self.errors).decode()}"
            text += line
            try:
                said = json.loads(text)
            except ValueError:
                continue
            self.port = said["port"]
            break
        self.await_ready()
        return self

    def _collect(self, process):
        for line in process.stderr:
            self.errors.append(line)

    def await_ready(self, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.get("/readyz").status == 200:
                    return
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.02)
        raise AssertionError(f"the server is not ready after {seconds} s: {b''.join(self.errors).decode()}")

    def kill(self):
        """Ends the server as a loss of power does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ends the server as its users do; it has to end well."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        assert code == 0, f"exit code {code}: {b''.join(self.errors).decode()}"

    def restart(self):
        self.kill()
        return self.start()

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()

    def request(self, method, path, body=None, headers=None, timeout=30):
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers or {})
        if data is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/json")
        try:
            response = urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            response = error
        response.content = response.read()
        return response

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body, **options):
        return self.request("POST", path, body, **options)

    def metrics(self):
        """The figures by name and labels."""
        figures = {}
        for line in self.get("/metrics").content.decode().splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                figures[name] = float(value)
        return figures

    def events(self):
        """All stored events, in the order of users and times."""
        done = self.habitus.run("export", "events", "--format", "jsonl", succeeds=None)
        if b"holds no events" in done.stderr:
            return []
        assert done.returncode == 0, done.stderr.decode()
        text = done.stdout.decode()
        return [json.loads(line) for line in text.splitlines()]


def key(habitus, name, *arguments):
    """Makes an access key and returns its secret."""
    return habitus.json("keys", "create", name, *arguments)["secret"]


def identifiers(events):
    """The ids of events, each of which is there once."""
    ids = [event["event_id"] for event in events]
    assert len(set(ids)) == len(ids), "an event is stored twice"
    return set(ids)


def wait_for_process(process, seconds):
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
