"""Made events, written once and used again."""
import subprocess
import sys


class Datasets:
    """Sets of Scripts/make_events.py in a folder, by their number of events; 50 events a user."""

    def __init__(self, folder, script):
        self.folder = folder
        self.script = script

    def file(self, events, kind):
        """The path of events.csv or events.jsonl of a set of about `events` events."""
        made = self.folder / f"events-{events}"
        file = made / f"events.{kind}"
        if not (made / "complete").exists():
            print(f"making {events} events in {made} …", file=sys.stderr, flush=True)
            subprocess.run([sys.executable, self.script, made, "--events", str(events), "--users", str(events // 50),
                            "--format", "csv,jsonl"], check=True, stdout=sys.stderr)
            (made / "complete").touch()
        return file

    @staticmethod
    def rows(file):
        """The number of events in a file: its lines, less the header of a CSV file."""
        with file.open("rb") as text:
            lines = sum(block.count(b"\n") for block in iter(lambda: text.read(1 << 24), b""))
        return lines - (file.suffix == ".csv")
