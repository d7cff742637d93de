"""Fits recommenders of `implicit` and prints seconds and figures as JSON.

usage: recommendation_peers.py factorization|bm25|tfidf|cosine FILE ROWS COLUMNS [NAME=VALUE ...]

FILE holds doubles: rows of a user, an item and a weight, each pair once. The confidence of a pair is 1 + confidence ·
weight, as ours.
"""
import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy  # noqa: E402
from implicit.cpu.als import AlternatingLeastSquares  # noqa: E402
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402


class Converged(Exception):
    """Ends a fit."""


def factorization(table, options):
    """Alternating least squares; stops when an epoch lowers the loss by less than the tolerance, if one is given."""
    tolerance = float(options.get("tolerance", 0))
    model = AlternatingLeastSquares(
        factors=int(options.get("factors", 64)), regularization=float(options.get("regularization", 10)),
        iterations=int(options.get("epochs", 15)), num_threads=int(options.get("threads", 2)),
        calculate_training_loss=tolerance > 0, random_state=int(options.get("seed", 0)))
    confidences = table.copy()
    confidences.data = (1 + float(options.get("confidence", 10)) * table.data).astype(numpy.float32)
    losses = []

    def check(_, __, loss):
        losses.append(loss)
        if tolerance > 0 and len(losses) > 1 and losses[-2] - loss < tolerance * losses[-2]:
            raise Converged

    started = time.perf_counter()
    try:
        model.fit(confidences, show_progress=False, callback=check)
    except Converged:
        pass
    seconds = time.perf_counter() - started
    figures = {"loss": loss(confidences, model), "epochs": len(losses)}
    return seconds, figures, lambda users, count: model.recommend(users, table[users], N=count)[0]


def loss(confidences, model):
    """What is minimised, summed in double precision."""
    users, items = model.user_factors.astype(float), model.item_factors.astype(float)
    everything = numpy.sum((users.T @ users) * (items.T @ items))
    interactions = 0.0
    for user in range(confidences.shape[0]):
        part = slice(confidences.indptr[user], confidences.indptr[user + 1])
        scores = items[confidences.indices[part]] @ users[user]
        interactions += numpy.sum(confidences.data[part] * (1 - scores) ** 2 - scores ** 2)
    return everything + interactions + model.regularization * (numpy.sum(users ** 2) + numpy.sum(items ** 2))


def neighbors(method, table, options):
    """Item-to-item recommendation; an item is one of its own neighbours here, so one more is kept."""
    count = int(options.get("neighbors", 100)) + 1
    threads = int(options.get("threads", 2))
    model = {
        "bm25": lambda: BM25Recommender(
            K=count, K1=float(options.get("k1", 1.2)), B=float(options.get("b", 0.75)), num_threads=threads),
        "tfidf": lambda: TFIDFRecommender(K=count, num_threads=threads),
        "cosine": lambda: CosineRecommender(K=count, num_threads=threads),
    }[method]()
    started = time.perf_counter()
    model.fit(table, show_progress=False)
    seconds = time.perf_counter() - started
    return seconds, {}, lambda users, count: [model.recommend(user, table[user], N=count)[0] for user in users]


def fit(method, rows, shape, options):
    """Seconds of the fit, figures, and what recommends items that are new to users."""
    table = csr_matrix((rows[:, 2], (rows[:, 0].astype(int), rows[:, 1].astype(int))), tuple(shape))
    if method == "factorization":
        return factorization(table, options)
    return neighbors(method, table, options)


def main():
    method, file, rows, columns, *words = sys.argv[1:]
    points = numpy.fromfile(file).reshape(int(rows), int(columns))
    options = dict(word.split("=") for word in words)
    seconds, figures, _ = fit(method, points, points[:, :2].max(axis=0).astype(int) + 1, options)
    print(json.dumps({"seconds": seconds, "figures": figures}))


if __name__ == "__main__":
    main()
