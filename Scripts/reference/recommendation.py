"""Writes Tests/HabitusKernelsTests/Reference/recommendation.json: scores of factorisations and neighbours of items by
implicit 0.7.3, for ImplicitFactorizationTests and ItemNeighborsTests.

Run by hand with numpy, scipy and implicit installed.
"""

import json
import os
import pathlib

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy  # noqa: E402
from implicit.cpu.als import AlternatingLeastSquares  # noqa: E402
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender  # noqa: E402
from kernels_data import SplitMix64  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402


def interactions(seed, users, items):
    """The same as `madeInteractions` in the tests."""
    generator = SplitMix64(seed)
    table = numpy.zeros((users, items))
    for user in range(users):
        for item in range(items):
            chance = 0.6 - 0.5 * item / items
            draw, weight = generator.unit(), 0.5 + 2.5 * generator.unit()
            if draw < chance:
                table[user, item] = weight
    return table


def factorizations():
    cases = []
    for seed, users, items, confidence, regularization in ((21, 25, 12, 4.0, 3.0), (22, 12, 15, 20.0, 8.0)):
        weights = interactions(seed, users, items)
        # What implicit calls the confidence of a pair is all of it, not what it adds to 1.
        confidences = csr_matrix(numpy.where(weights > 0, 1 + confidence * weights, 0).astype(numpy.float32))
        model = AlternatingLeastSquares(factors=items, regularization=regularization, iterations=3000, use_cg=False,
                                        dtype=numpy.float64, num_threads=1, random_state=1)
        model.fit(confidences, show_progress=False)
        scores = model.user_factors @ model.item_factors.T
        misses = numpy.where(weights > 0, 1 + confidence * weights, 1) * ((weights > 0) - scores) ** 2
        loss = misses.sum() + regularization * ((model.user_factors ** 2).sum() + (model.item_factors ** 2).sum())
        cases.append({"seed": seed, "users": users, "items": items, "confidence": confidence,
                      "regularization": regularization, "loss": loss, "scores": scores.round(6).tolist()})
    return cases


def neighbors():
    cases = []
    for method, k1, b in (("cosine", None, None), ("tfidf", None, None), ("bm25", 1.2, 0.75), ("bm25", 100, 0.2)):
        seed, users, items, count = 23, 30, 14, 5
        model = {"cosine": lambda: CosineRecommender(K=count + 1), "tfidf": lambda: TFIDFRecommender(K=count + 1),
                 "bm25": lambda: BM25Recommender(K=items, K1=k1, B=b)}[method]()
        model.fit(csr_matrix(interactions(seed, users, items)), show_progress=False)
        found = []
        for item in range(items):
            row = model.similarity[item]
            # An item is among its own neighbours here, though by BM25 not always as the first.
            pairs = sorted(((-value, int(other)) for other, value in zip(row.indices, row.data) if other != item))
            found.append([[other, -value] for value, other in pairs[:count]])
        cases.append({"method": method, "k1": k1, "b": b, "seed": seed, "users": users, "items": items,
                      "count": count, "neighbors": found})
    return cases


def main():
    folder = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "HabitusKernelsTests" / "Reference"
    (folder / "recommendation.json").write_text(
        json.dumps({"factorizations": factorizations(), "neighbors": neighbors()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
