"""Events over HTTP: how many the server stores durably in a second, how long a sender waits, and how soon features
are fresh. The load generator shares the machine with the server."""
import http.client
import json
import random
import re
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

LOAD = Path(__file__).with_name("intake_load.lua")
USERS = 100_000


class Server:
    """A server over a fresh folder."""

    def __init__(self, habitus, *settings):
        self.folder = tempfile.TemporaryDirectory()
        words = [word for setting in settings for word in ("--set", setting)]
        self.process = subprocess.Popen(
            [habitus, "serve", "--port", "0", "--json", "--data", self.folder.name + "/data", "--set",
             "intake.open_sources=tracking", *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self.folder.name)
        text = ""
        while True:
            text += self.process.stdout.readline().decode()
            try:
                self.port = json.loads(text)["port"]
                break
            except ValueError:
                if self.process.poll() is not None:
                    raise SystemExit("the server ended early")

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

    def stored(self):
        return sum(value for name, value in self.metrics().items() if name.startswith("habitus_intake_events_stored_total"))

    def peak_memory(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def wrk(server, size, connections, seconds):
    """The latencies in milliseconds and the failures of a closed loop of `connections` senders."""
    text = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", LOAD,
         f"http://127.0.0.1:{server.port}", "--", str(size), str(USERS)],
        check=True, capture_output=True, text=True).stdout
    units = {"us": 0.001, "ms": 1, "s": 1000}

    def latency(percentile):
        number, unit = re.search(rf"^\s+{percentile}%\s+([\d.]+)(us|ms|s)$", text, re.M).groups()
        return float(number) * units[unit]

    return latency(50), latency(99), "Non-2xx" in text or "Socket errors" in text


def throughput(report, habitus, runs, seconds):
    rows = []
    for size, connections in [(100, 8), (1, 64)]:
        rates, halves, tails, memory, failed = [], [], [], [], False
        for _ in range(runs):
            server = Server(habitus, "profile_manager.refresh=scheduled")
            started = time.monotonic()
            half, tail, failures = wrk(server, size, connections, seconds)
            rates.append(server.stored() / (time.monotonic() - started))
            halves.append(half)
            tails.append(tail)
            memory.append(server.peak_memory())
            failed = failed or failures
            server.close()
        rows.append([
            f"batches of {size}" if size > 1 else "singly", str(connections), f"{statistics.median(rates):,.0f}",
            f"{statistics.median(halves):.1f}", f"{statistics.median(tails):.1f}",
            f"{max(memory) / 1e6:,.0f} MB", "yes" if failed else "no"])
    report.table(
        "Events over HTTP", ["track-batch", "connections", "events/s stored", "p50 ms", "p99 ms", "peak memory", "failures"], rows)


def paced(server, rate, seconds, size=100):
    """Sends batches at a steady rate, whatever the answers: an open loop of four senders."""
    start = time.monotonic() + 0.2
    run = random.randrange(1 << 48)
    latencies = []
    senders = 4
    interval = size * senders / rate

    def send(number):
        generator = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for turn in range(int(seconds / interval)):
            now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            events = ",".join(
                f'{{"event_id":"{run:x}-{number}-{turn}-{index}","event_type":"click","user_id":"user-{generator.randrange(USERS)}",'
                f'"timestamp":"{now}","page":"/jobs"}}' for index in range(size))
            due = start + turn * interval + number * interval / senders
            time.sleep(max(0, due - time.monotonic()))
            connection.request(
                "POST", "/api/events/track-batch", '{"events":[' + events + "]}", {"Content-Type": "application/json"})
            connection.getresponse().read()
            latencies.append(time.monotonic() - due)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(latencies)


def freshness(report, habitus, seconds, history):
    server = Server(habitus, "profile_manager.refresh=live")
    paced(server, 20_000, history)
    before = server.metrics()
    latencies = paced(server, 20_000, seconds)
    time.sleep(2)
    after = server.metrics()
    name = "habitus_refresh_lag_seconds"
    total = after[name + "_count"] - before[name + "_count"]
    rows = []
    for bound in ["0.25", "0.5", "0.75", "1", "2"]:
        key = f'{name}_bucket{{le="{bound}"}}'
        rows.append([f"fresh within {bound} s", f"{100 * (after[key] - before[key]) / total:.2f} %"])
    mean = (after[name + "_sum"] - before[name + "_sum"]) / total
    rows += [
        ["mean", f"{mean:.2f} s"], ["users refreshed", f"{total:,.0f}"],
        ["p99 of the senders", f"{latencies[len(latencies) * 99 // 100] * 1000:.1f} ms"],
        ["peak memory", f"{server.peak_memory() / 1e6:,.0f} MB"]]
    report.table("Fresh features at 20,000 events/s over 100,000 users", ["", ""], rows)
    server.close()


def run(report, datasets, habitus, sizes, runs):
    quick = len(sizes) == 3
    report.text("A fresh store; every event is durable before it is acknowledged. wrk (one thread) and the server share "
                "the machine.")
    throughput(report, habitus.binary, runs, 5 if quick else 20)
    report.text("Profiles: the time from the storage of a user's event to the fresh features in the profile, under an "
                "open loop of senders that shares the machine, after events of the same rate had come before.")
    freshness(report, habitus.binary, 10 if quick else 60, 10 if quick else 60)
