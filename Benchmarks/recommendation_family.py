"""Implicit matrix factorisation beside implicit: same data, same loss, two threads each, the fit alone."""
import gzip
import sys
from pathlib import Path

import numpy
from clustering_family import figure_of, fit
from measuring import median, ratio

REPOSITORY = Path(__file__).resolve().parents[1]
RATINGS = REPOSITORY.parent / "shared" / "data" / "ratings" / "ml-100k" / "u.data.gz"
PEERS = Path(__file__).with_name("recommendation_peers.py")
OPTIONS = ["factors=64", "confidence=3", "regularization=10", "threads=2"]
LENGTHS = {"one epoch": ["epochs=1"], "ten epochs": ["epochs=10"],
           "until an epoch gains less than 0.1 %": ["epochs=200", "tolerance=0.001"]}


def run(report, datasets, _, sizes, runs):
    """Factorises ratings and a made set; without the ratings, the made set alone."""
    trials = REPOSITORY / ".build" / "release" / "KernelTrials"
    if not trials.exists():
        sys.exit(f"There are no trials of kernels at {trials}: run Scripts/build.sh trials")
    rows = []
    for title, points in cases(is_quick=sizes[-1] < 10_000_000):
        file = datasets.folder / "interactions.f64"
        points.tofile(file)
        call = ["factorization", file, *map(str, points.shape), *OPTIONS]
        for length, options in LENGTHS.items():
            ours, theirs = [], []
            for _ in range(runs):
                ours.append(fit([trials, *call, *options, "exponent=0"]))
                theirs.append(fit([sys.executable, PEERS, *call, *options]))
            rows.append(row(f"{title}, {length}: Habitus", ours, ""))
            rows.append(row("implicit", theirs, f"{ratio(theirs, ours):.1f}"))
        file.unlink()
    report.table("Implicit matrix factorisation, 64 factors", ["", "s", "epochs", "loss", "ratio"], rows)
    if not RATINGS.exists():
        report.text(f"MovieLens 100K was not measured: there is no {RATINGS}.")


def row(title, taken, ratios):
    """A line of the table."""
    return [title, f"{median(taken):.3f}", figure_of(taken, "epochs"), figure_of(taken, "loss"), ratios]


def cases(is_quick):
    """What is factorised: title, and rows of user, item and weight."""
    if RATINGS.exists():
        with gzip.open(RATINGS, "rt") as lines:
            pairs = numpy.array([line.split()[:2] for line in lines], dtype=float) - 1
        yield "MovieLens 100K", numpy.column_stack([pairs, numpy.ones(len(pairs))])
    scale = 10 if is_quick else 1
    yield (f"{1_000_000 // scale:,} made interactions",
           made(50_000 // scale, 20_000 // scale, 1_000_000 // scale))


def made(users, items, count):
    """Different pairs of users and items, both with frequencies that fall by a power of their number."""
    generator = numpy.random.default_rng(1)
    chances = [numpy.arange(1, size + 1) ** -power for size, power in ((users, 0.5), (items, 0.9))]
    drawn = [generator.choice(len(part), 3 * count, p=part / part.sum()) for part in chances]
    pairs = generator.permutation(numpy.unique(drawn[0] * items + drawn[1]))[:count]
    return numpy.column_stack([pairs // items, pairs % items, numpy.ones(len(pairs))]).astype(float)
