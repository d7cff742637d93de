"""Clustering kernels beside scikit-learn and fast_hdbscan: same data, same objective, two threads each, fits alone."""
import os
import sys
from pathlib import Path

import numpy
from measuring import Run, measured, median, ratio

REPOSITORY = Path(__file__).resolve().parents[1]
PEERS = Path(__file__).with_name("clustering_peers.py")


def run(report, datasets, _, sizes, runs):
    """Measures k-means, HDBSCAN, silhouettes and t-SNE; the peers' threads are limited by the environment."""
    trials = REPOSITORY / ".build" / "release" / "KernelTrials"
    if not trials.exists():
        sys.exit(f"There are no trials of kernels at {trials}: run Scripts/build.sh trials")
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"]:
        os.environ[name] = "2"
    scale = 10 if sizes[-1] < 10_000_000 else 1
    rows = []
    for title, ours, peers, points, figure in cases(scale):
        file = datasets.folder / "points.f64"
        points.tofile(file)
        shape = [str(length) for length in points.shape]
        mine, theirs = [], {peer: [] for peer in peers}
        for _ in range(runs if title != "t-SNE" else 1):
            mine.append(fit([trials, ours[0], file, *shape, *ours[1:], "threads=2"]))
            for peer in peers:
                theirs[peer].append(fit([sys.executable, PEERS, peer, file, *shape]))
        rows.append([f"{title}, {shape[0]} × {shape[1]}: Habitus", f"{median(mine):.2f}", figure_of(mine, figure), ""])
        for peer in peers:
            rows.append([f"{title}: {peer}", f"{median(theirs[peer]):.2f}", figure_of(theirs[peer], figure),
                         f"{ratio(theirs[peer], mine):.2f}"])
        file.unlink()
    report.table("Clustering kernels", ["", "s", "figure", "ratio"], rows)
    report.text("Figures: inertia of k-means, number of clusters of HDBSCAN, mean silhouette, Kullback and Leibler's "
                "divergence of t-SNE. t-SNE is run once.")


def fit(command):
    """A run whose time is what the process says the fit alone took."""
    done = measured(command)
    return Run(done.answer["seconds"], done.peak_bytes, done.answer)


def figure_of(taken, name):
    """A figure of the first run."""
    return f"{taken[0].answer['figures'][name]:.6g}"


def cases(scale):
    """What is measured: title, our method and options, the peers' methods, points, the figure to compare."""
    generator = numpy.random.default_rng(1)
    # From one start each, which may miss a group: seed 42 does here.
    yield ("k-means, 8 groups apart", ["kmeans", "k=8", "seed=1"], ["kmeans-lloyd", "kmeans-elkan"],
           blobs(generator, 1_000_000 // scale, 32, 8, 4.0), "inertia")
    yield ("k-means, 8 groups overlapping", ["kmeans", "k=8", "seed=1"], ["kmeans-lloyd", "kmeans-elkan"],
           blobs(generator, 1_000_000 // scale, 32, 8, 0.7), "inertia")
    count = 100_000 // scale
    noisy = numpy.vstack([blobs(generator, count - count // 10, 8, 10, 3.0),
                          generator.uniform(-10, 10, (count // 10, 8))])
    yield "HDBSCAN", ["hdbscan", "size=20", "samples=10"], ["hdbscan"], noisy, "clusters"
    yield ("Silhouette", ["silhouette", "k=8"], ["silhouette"], blobs(generator, 20_000 // scale, 16, 8, 1.5),
           "silhouette")
    yield "t-SNE", ["tsne"], ["tsne"], blobs(generator, 10_000 // scale, 20, 10, 2.0), "divergence"


def blobs(generator, rows, columns, groups, distance):
    """Normal groups around random centres."""
    centres = generator.normal(0, distance, (groups, columns))
    return centres[generator.integers(0, groups, rows)] + generator.normal(0, 1, (rows, columns))
