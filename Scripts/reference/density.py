"""Reference values for DBSCANTests, HDBSCANTests and LocalOutlierFactorTests.

Writes Tests/HabitusKernelsTests/Reference/density.json: made points (rounded to 4 decimals, so that both sides read
the same numbers) and what scikit-learn 1.9.1, hdbscan 0.8.44 and fast_hdbscan 0.3.4 make of them.

Usage: python density.py <path of density.json>
"""

import json
import math
import sys

import fast_hdbscan
import hdbscan
import numpy
from sklearn.cluster import DBSCAN
from sklearn.neighbors import LocalOutlierFactor

from kernels_data import SplitMix64


def normal(generator):
    """A standard normal number, by Box and Muller."""
    radius = math.sqrt(-2 * math.log(1 - generator.unit()))
    return radius * math.cos(2 * math.pi * generator.unit())


def moons(seed, rows, deviation):
    generator = SplitMix64(seed)
    points = []
    for row in range(rows):
        angle = math.pi * generator.unit()
        point = (math.cos(angle), math.sin(angle)) if row % 2 else (1 - math.cos(angle), 0.5 - math.sin(angle))
        points.append([value + deviation * normal(generator) for value in point])
    return points


def blobs(seed, rows, columns, deviations, noise):
    generator = SplitMix64(seed)
    centres = [[16 * generator.unit() for _ in range(columns)] for _ in deviations]
    points = []
    for row in range(rows):
        group = row % len(deviations)
        points.append([value + deviations[group] * normal(generator) for value in centres[group]])
    for _ in range(noise):
        points.append([20 * generator.unit() - 2 for _ in range(columns)])
    return points


def rounded(values):
    return [round(float(value), 15) for value in values]


def hierarchy(points, size, samples, method):
    model = hdbscan.HDBSCAN(
        min_cluster_size=size, min_samples=samples, cluster_selection_method=method, approx_min_span_tree=False)
    model.fit(points)
    fast = fast_hdbscan.HDBSCAN(min_cluster_size=size, min_samples=samples, cluster_selection_method=method).fit(points)
    return {
        "minimumClusterSize": size,
        "minimumSampleCount": samples,
        "isLeaf": method == "leaf",
        "labels": model.labels_.tolist(),
        "fastLabels": fast.labels_.tolist(),
        "probabilities": rounded(model.probabilities_),
        "outlierScores": rounded(model.outlier_scores_),
        "persistences": rounded(model.cluster_persistence_),
    }


def case(name, points, radius, neighbors, sizes):
    points = numpy.round(numpy.array(points), 4)
    density = DBSCAN(eps=radius, min_samples=neighbors).fit(points)
    local = LocalOutlierFactor(n_neighbors=neighbors).fit(points)
    return {
        "name": name,
        "points": points.tolist(),
        "dbscan": {
            "radius": radius,
            "minimumNeighborCount": neighbors,
            "labels": density.labels_.tolist(),
            "coreRows": density.core_sample_indices_.tolist(),
        },
        "hdbscan": [hierarchy(points, *each) for each in sizes],
        "localOutlierFactors": rounded(-local.negative_outlier_factor_),
    }


cases = [
    case("moons", moons(1, 240, 0.08), 0.18, 6, [(10, 1, "eom"), (10, 5, "eom"), (8, 1, "leaf")]),
    case(
        "blobs of different densities with noise", blobs(2, 260, 2, [0.15, 0.4, 0.8, 0.25], 40), 0.5, 5,
        [(12, 1, "eom"), (12, 5, "eom"), (6, 1, "leaf")]),
    case(
        "many columns", blobs(3, 120, 20, [0.4, 0.8, 1.2], 15), 6.0, 8,
        [(8, 1, "eom"), (8, 5, "eom"), (5, 1, "leaf")]),
]
with open(sys.argv[1], "w") as file:
    json.dump(cases, file)
    file.write("\n")
