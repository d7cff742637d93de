"""What the measurements were made on, and with."""
import os
import platform
import re
import subprocess
from pathlib import Path

import duckdb


def description(habitus):
    """Processor, cores, memory and versions, as one paragraph."""
    processor = field("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor()
    memory = int(field("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) / 2**20
    system = field("/etc/os-release", r'PRETTY_NAME="(.+)"') or platform.system()
    version = subprocess.run([habitus, "version"], capture_output=True, text=True).stdout.strip().splitlines()
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    swift = re.search(r"Swift version \S+", swift)
    return (f"{processor}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, {system}; "
            f"{version[0] if version else 'habitus'}, {swift.group() if swift else 'Swift'}, "
            f"DuckDB {duckdb.__version__}, Python {platform.python_version()}")


def field(path, pattern):
    """The first group of the first match in a file; None where there is none."""
    file = Path(path)
    match = re.search(pattern, file.read_text()) if file.exists() else None
    return match.group(1).strip() if match else None
