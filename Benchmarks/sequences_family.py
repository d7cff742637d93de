"""Frequent sequences beside prefixspan and seq2pat: same data, same result, the search alone, memory of the process."""
import gzip
import math
import sys
from pathlib import Path

import numpy
from clustering_family import figure_of, fit
from measuring import median, ratio

REPOSITORY = Path(__file__).resolve().parents[1]
PUBLISHED = REPOSITORY.parent / "shared" / "data" / "sequences"
PEERS = Path(__file__).with_name("sequence_peers.py")


def run(report, datasets, _, sizes, runs):
    """Mines each set at two minimum supports; without the sets nothing is measured."""
    trials = REPOSITORY / ".build" / "release" / "KernelTrials"
    if not trials.exists():
        sys.exit(f"There are no trials of kernels at {trials}: run Scripts/build.sh trials")
    if not PUBLISHED.exists():
        return report.text(f"Frequent sequences were not measured: there are no published sets at {PUBLISHED}.")
    rows = []
    for title, name, share in cases(is_quick=sizes[-1] < 10_000_000):
        points, count = sequences(name)
        support = math.ceil(round(share * count, 9))
        file = datasets.folder / "sequences.f64"
        points.tofile(file)
        shape = [str(length) for length in points.shape]
        ours, single, theirs = [], [], {"prefixspan": [], "seq2pat": []}
        for _ in range(runs):
            ours.append(fit([trials, "sequences", file, *shape, f"support={support}", "threads=2"]))
            single.append(fit([trials, "sequences", file, *shape, f"support={support}", "threads=1"]))
            for peer, taken in theirs.items():
                taken.append(fit([sys.executable, PEERS, peer, file, *shape, str(support)]))
        for taken in [single, *theirs.values()]:
            for figure in ["patterns", "support"]:
                if figure_of(taken, figure) != figure_of(ours, figure):
                    sys.exit(f"{title}: {figure_of(taken, figure)} {figure}, not {figure_of(ours, figure)}")
        rows.append(row(f"{title}: Habitus, 2 threads", ours, ""))
        rows.append(row("Habitus, 1 thread", single, ""))
        for peer, taken in theirs.items():
            rows.append(row(peer, taken, f"{ratio(taken, ours):.1f} · {ratio(taken, single):.1f}"))
        file.unlink()
    report.table("Frequent sequences of two steps or more",
                 ["", "sequences found", "s", "MB at most", "ratio · to 1 thread"], rows)


def row(title, taken, ratios):
    """A line of the table."""
    peak = median(taken, lambda run: run.answer["figures"]["peakBytes"])
    return [title, figure_of(taken, "patterns"), f"{median(taken):.4f}", f"{peak / 1e6:.0f}", ratios]


def cases(is_quick):
    """What is mined: title, file, minimum support as a share of the sequences."""
    yield "BMS1 Gazelle, 0.1 %", "bms1_gazelle.txt.gz", 0.001
    yield "Bike, 1 %", "bike.spmf.txt.gz", 0.01
    if is_quick:
        return
    yield "BMS1 Gazelle, 0.08 %", "bms1_gazelle.txt.gz", 0.0008
    yield "Bike, 0.2 %", "bike.spmf.txt.gz", 0.002
    yield "Leviathan, 10 %", "leviathan.spmf.txt.gz", 0.1
    yield "Sign, 30 %", "sign.spmf.txt.gz", 0.3


def sequences(name):
    """Rows of (number of the sequence, item), and the number of sequences."""
    rows, count = [], 0
    with gzip.open(PUBLISHED / name, "rt") as lines:
        for line in lines:
            items = [word for word in line.split() if word not in ("-1", "-2")]
            if items:
                rows += [(count, float(item)) for item in items]
                count += 1
    return numpy.array(rows, dtype=float), count
