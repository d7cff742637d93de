"""Mines frequent sequences with prefixspan or seq2pat and prints seconds and figures as JSON.

usage: sequence_peers.py prefixspan|seq2pat FILE ROWS 2 SUPPORT

FILE holds doubles: rows of the number of a sequence and an item. Only sequences of two items or more are looked for, for
seq2pat finds no others.
"""
import json
import sys
import time
from pathlib import Path

import numpy


def prefixspan(sequences, support):
    """PrefixSpan-py."""
    from prefixspan import PrefixSpan

    mining = PrefixSpan(sequences)
    mining.minlen = 2
    started = time.perf_counter()
    found = mining.frequent(support)
    return time.perf_counter() - started, [count for count, _ in found]


def seq2pat(sequences, support):
    """Seq2Pat without a limit of the span."""
    from sequential.seq2pat import Seq2Pat

    started = time.perf_counter()
    # Its constructor reads the sequences into the form that it mines, as ours does when mining begins.
    found = Seq2Pat(sequences=sequences, max_span=None).get_patterns(min_frequency=support)
    return time.perf_counter() - started, [pattern[-1] for pattern in found]


def main():
    method, file, rows, columns, support = sys.argv[1:]
    points = numpy.fromfile(file).reshape(int(rows), int(columns)).astype(int)
    bounds = numpy.flatnonzero(numpy.diff(points[:, 0])) + 1
    sequences = [part[:, 1].tolist() for part in numpy.split(points, bounds)]
    seconds, supports = {"prefixspan": prefixspan, "seq2pat": seq2pat}[method](sequences, int(support))
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
    print(json.dumps({"seconds": seconds, "figures": {
        "patterns": len(supports), "support": sum(supports), "peakBytes": peak}}))


if __name__ == "__main__":
    main()
