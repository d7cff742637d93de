"""Runs one method of scikit-learn or fast_hdbscan on a file of doubles and prints seconds and figures as JSON.

usage: clustering_peers.py METHOD FILE ROWS COLUMNS [K]
"""
import json
import sys
import time

import numpy


def kmeans(points, count, algorithm):
    """k-means as scikit-learn does it, from one start."""
    from sklearn.cluster import KMeans

    model = KMeans(count, n_init=1, random_state=42, algorithm=algorithm)
    started = time.perf_counter()
    model.fit(points)
    return time.perf_counter() - started, {"inertia": model.inertia_, "iterations": model.n_iter_}


def hdbscan(points, _):
    """fast_hdbscan; a small run before has it compiled."""
    from fast_hdbscan import HDBSCAN

    HDBSCAN(min_cluster_size=20, min_samples=10).fit(points[:2000])
    model = HDBSCAN(min_cluster_size=20, min_samples=10)
    started = time.perf_counter()
    model.fit(points)
    return time.perf_counter() - started, {"clusters": int(model.labels_.max() + 1)}


def silhouette(points, count):
    """The mean silhouette of a k-means clustering."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    labels = KMeans(count, n_init=1, random_state=42).fit_predict(points)
    started = time.perf_counter()
    score = silhouette_score(points, labels)
    return time.perf_counter() - started, {"silhouette": float(score)}


def tsne(points, _):
    """t-SNE by Barnes and Hut from the principal components."""
    from sklearn.manifold import TSNE

    model = TSNE(method="barnes_hut", init="pca", n_jobs=2, random_state=42)
    started = time.perf_counter()
    model.fit(points)
    return time.perf_counter() - started, {"divergence": float(model.kl_divergence_)}


METHODS = {
    "kmeans-lloyd": lambda points, count: kmeans(points, count, "lloyd"),
    "kmeans-elkan": lambda points, count: kmeans(points, count, "elkan"),
    "hdbscan": hdbscan, "silhouette": silhouette, "tsne": tsne,
}


def main():
    method, path, rows, columns = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    points = numpy.fromfile(path).reshape(rows, columns)
    seconds, figures = METHODS[method](points, int(sys.argv[5]) if len(sys.argv) > 5 else 8)
    print(json.dumps({"seconds": seconds, "figures": figures}))


if __name__ == "__main__":
    main()
