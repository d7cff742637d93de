#!/usr/bin/env python3
"""Writes the table of docs/recommendations.md: how well recommenders find what users of MovieLens 100K rated last.

usage: recommendation_table.py FOLDER [--trials PATH] [--document docs/recommendations.md]

FOLDER holds ratings/ml-100k/u.data.gz. Needs numpy, scipy and implicit. Every rating is an interaction with weight 1.
Of every user the film rated last is held out (of equal times the one with the higher number), and found again among the
films that the user has not rated before. Parameters of every recommender are chosen by NDCG@20 on the films rated
before that, from the same grid. Where results depend on a seed, scores are means over seeds, with standard deviations,
and the seeds to choose by are not those to judge by. Rankings are scored here, and not by the kernels.
"""
import argparse
import gzip
import itertools
import json
import subprocess
import tempfile
from pathlib import Path

import recommendation_peers as peers  # before numpy, whose threads it switches off
import numpy

REPOSITORY = Path(__file__).resolve().parents[1]
FACTORIZATION = {"factors": [64, 128], "confidence": [1, 3, 10], "regularization": [3, 10, 30], "epochs": [8, 30]}
NEIGHBORS = {"neighbors": [5, 10, 20, 50, 100, 200]}
BM25 = NEIGHBORS | {"k1": [0.3, 1.2, 10, 100], "b": [0.25, 0.5, 0.75, 1]}
SHRINKAGE = {"shrinkage": [0, 10, 30]}
CHOOSING_SEEDS = [1, 2, 3]
JUDGING_SEEDS = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]


class Habitus:
    """Our recommenders, each fit a process."""

    def __init__(self, binary):
        self.binary = binary

    def __call__(self, method, points, options):
        with tempfile.NamedTemporaryFile(suffix=".f64") as file:
            points.tofile(file.name)
            words = [f"{name}={value}" for name, value in options.items()]
            command = [self.binary, method, file.name, *map(str, points.shape), "rankings=true", *words]
            found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return found["rankings"]


def implicit(method, points, options):
    """The recommenders of implicit."""
    learned = points[:, 3] == 0
    _, _, recommend = peers.fit(method, points[learned], points[:, :2].max(axis=0).astype(int) + 1, options)
    rankings = [[] for _ in range(int(points[:, 0].max()) + 1)]
    users = numpy.unique(points[~learned, 0].astype(int))
    for user, found in zip(users, recommend(users, 20)):
        rankings[user] = numpy.asarray(found).tolist()
    return rankings


def scores(rankings, points):
    """Recall@20 and NDCG@20 of one held-out item a user, and the share of all items that are recommended to anybody."""
    found, gains = [], []
    for user, item in points[points[:, 3] == 1, :2].astype(int):
        ranking = list(rankings[user])[:20]
        found.append(item in ranking)
        gains.append(1 / numpy.log2(ranking.index(item) + 2) if item in ranking else 0)
    shown = {item for ranking in rankings for item in list(ranking)[:20]}
    return numpy.mean(found), numpy.mean(gains), len(shown) / (points[:, 1].max() + 1)


def splits(folder):
    """Rows of user, item, weight and whether held out: to choose by, and to judge by."""
    with gzip.open(folder / "ratings" / "ml-100k" / "u.data.gz", "rt") as lines:
        rows = [tuple(map(int, line.split())) for line in lines]
    users, items, _, times = numpy.array(rows).T
    order = numpy.lexsort((items, times, users))
    table = numpy.column_stack([users[order] - 1, items[order] - 1, numpy.ones(len(rows)), numpy.zeros(len(rows))])
    ends = numpy.append(numpy.flatnonzero(numpy.diff(table[:, 0])), len(rows) - 1)
    judged = table.copy()
    judged[ends, 3] = 1
    chosen = numpy.delete(table, ends, axis=0)
    chosen[numpy.append(numpy.flatnonzero(numpy.diff(chosen[:, 0])), len(chosen) - 1), 3] = 1
    return chosen, judged


def candidates(trials):
    """What is compared: title, recommender, method, grid, options that stay, and whether seeds matter."""
    ours = Habitus(trials)
    exponents = {"exponent": [0, 0.5, 1]}
    yield "Habitus, implicit factorisation", ours, "factorization", FACTORIZATION | exponents, {"threads": 2}, True
    yield ("Habitus, implicit factorisation, plain regularisation", ours, "factorization", FACTORIZATION,
           {"exponent": 0, "threads": 2}, True)
    yield "implicit, AlternatingLeastSquares", implicit, "factorization", FACTORIZATION, {}, True
    for title, method in (("cosine", "cosine"), ("TF-IDF", "tfidf"), ("BM25", "bm25")):
        grid = BM25 if method == "bm25" else NEIGHBORS
        yield (f"Habitus, item-to-item, {title}", ours, "item-neighbors", grid | SHRINKAGE, {"similarity": method},
               False)
        yield f"implicit, item-to-item, {title}", implicit, method, grid, {}, False
    yield "Habitus, popularity", ours, "popularity", {}, {}, False


def scores_by_seed(recommend, method, options, seeds, points):
    """Scores, a row a seed."""
    return numpy.array([scores(recommend(method, points, options | {"seed": seed}), points) for seed in seeds])


def chosen_options(recommend, method, grid, fixed, seeds, points):
    """The options of the grid with the best NDCG@20, of equals the first, and their scores, both means over seeds."""
    best = None
    for values in itertools.product(*grid.values()):
        options = dict(zip(grid, values))
        found = scores_by_seed(recommend, method, fixed | options, seeds, points).mean(axis=0)
        if best is None or found[1] > best[1][1]:
            best = options, found
    return best


def table(folder, trials, only=""):
    """The whole table, or of what has `only` in its title."""
    validation, judged = splits(folder)
    lines = ["| | chosen | Recall@20 before last | NDCG@20 before last | Recall@20 last | NDCG@20 last | coverage |",
             "|---|---|" + "---:|" * 5]
    for title, recommend, method, grid, fixed, is_seeded in candidates(trials):
        if only not in title:
            continue
        choosing, judging = (CHOOSING_SEEDS, JUDGING_SEEDS) if is_seeded else ([0], [0])
        options, before = chosen_options(recommend, method, grid, fixed, choosing, validation)
        found = scores_by_seed(recommend, method, fixed | options, judging, judged)
        means, deviations = found.mean(axis=0), found.std(axis=0)
        spread = [f" ± {deviation:.4f}" if is_seeded else "" for deviation in deviations]
        text = ", ".join(f"{name} {value}" for name, value in options.items())
        lines.append(f"| {title} | {text} | {before[0]:.4f} | {before[1]:.4f} | {means[0]:.4f}{spread[0]} "
                     f"| {means[1]:.4f}{spread[1]} | {means[2]:.3f} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def replaced(document, name, text):
    """The document with another table between the marks of that name."""
    begin, end = f"<!-- table: {name} -->", "<!-- end of table -->"
    before, rest = document.split(begin)
    _, after = rest.split(end, 1)
    return f"{before}{begin}\n{text}\n{end}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trials", type=Path, default=REPOSITORY / ".build" / "release" / "KernelTrials")
    parser.add_argument("--document", type=Path, default=REPOSITORY / "docs" / "recommendations.md")
    chosen = parser.parse_args()
    document = chosen.document.read_text()
    chosen.document.write_text(replaced(document, "MovieLens 100K", table(chosen.folder, chosen.trials)))


if __name__ == "__main__":
    main()
