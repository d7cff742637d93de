"""Runs processes and says how long they took and how much memory they had at most."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Run:
    """One run of a process."""

    seconds: float
    peak_bytes: int
    answer: dict = field(default_factory=dict)


def measured(command, is_answer_read=True):
    """Runs a command to its end: wall-clock of the whole process, its peak memory, and its answer in JSON."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HABITUS_")}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n"
                     f"{errors.read().decode(errors='replace')}")
        return Run(seconds, usage.ru_maxrss * 1024, json.loads(output.read()) if is_answer_read else {})


class Habitus:
    """The command."""

    def __init__(self, binary):
        self.binary = binary

    def load(self, file, data):
        """Imports a file into a data folder that is new."""
        shutil.rmtree(data, ignore_errors=True)
        return measured([self.binary, "import", file, "--data", data, "--json"])

    def features(self, data, days):
        """Extracts all features of everybody."""
        return measured([self.binary, "features", "--summary", "--json", "--window-days", str(days), "--data", data])

    def asked(self, words, data, days):
        """Any command about a window, whose answer is not looked at."""
        return measured([self.binary, *words, "--window-days", str(days), "--data", data], is_answer_read=False)

    def doctor(self, data):
        """What the command says about the store."""
        return measured([self.binary, "doctor", "--json", "--data", data]).answer


class Duck:
    """DuckDB with a database file, each job in a fresh process that measures its own statements."""

    def __init__(self, database):
        self.database = database

    def job(self, *words):
        """Runs a job of duck_jobs.py; its time is that of the statements alone."""
        script = Path(__file__).with_name("duck_jobs.py")
        run = measured([sys.executable, script, self.database, *map(str, words)])
        return Run(run.answer["seconds"], run.peak_bytes, run.answer)

    def remove(self):
        """Removes the database."""
        for path in [self.database, Path(f"{self.database}.wal")]:
            path.unlink(missing_ok=True)


def median(runs, value=lambda run: run.seconds):
    """The median of a value over runs."""
    return statistics.median(value(run) for run in runs)


def ratio(slower, faster):
    """The median of the ratios of the seconds of runs that alternated."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(slower, faster, strict=True))


def folder_bytes(folder):
    """The size of the files of a folder."""
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
