"""Writes Tests/HabitusKernelsTests/Reference/hierarchy.json: trees of clusters by scipy (agreeing with scikit-learn's
heights) for AgglomerativeClusteringTests, and assignments by scipy for LinearAssignmentTests.

Run by hand with numpy, scipy and scikit-learn installed.
"""

import json
import pathlib

import numpy
import scipy
import sklearn
from kernels_data import SplitMix64, groups
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import AgglomerativeClustering


def trees():
    cases = []
    for method in ("ward", "average", "complete", "single"):
        for seed, rows, columns, distance in ((31, 40, 3, 1.5), (32, 130, 2, 0.5), (33, 90, 9, 0.0)):
            points = groups(seed, rows, columns, 4, distance)
            tree = linkage(points, method)
            twin = AgglomerativeClustering(4, linkage=method, compute_distances=True).fit(points)
            assert numpy.allclose(numpy.sort(twin.distances_), tree[:, 2], atol=1e-9, rtol=0)
            cases.append({
                "linkage": method, "seed": seed, "rows": rows, "columns": columns, "distance": distance,
                "merges": tree.tolist(), "labels": fcluster(tree, 4, "maxclust").tolist(),
            })
    return cases


def assignments():
    cases = []
    for seed, rows, columns in ((41, 7, 7), (42, 5, 12), (43, 12, 5), (44, 60, 60)):
        generator = SplitMix64(seed)
        costs = numpy.array([[generator.unit() for _ in range(columns)] for _ in range(rows)])
        least, greatest = linear_sum_assignment(costs), linear_sum_assignment(costs, maximize=True)
        cases.append({
            "seed": seed, "rows": rows, "columns": columns, "cost": float(costs[least].sum()),
            "value": float(costs[greatest].sum()), "pairedRows": least[0].tolist(), "pairedColumns": least[1].tolist(),
        })
    return cases


print("numpy", numpy.__version__, "scipy", scipy.__version__, "scikit-learn", sklearn.__version__)
path = pathlib.Path(__file__).parents[2] / "Tests/HabitusKernelsTests/Reference/hierarchy.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps({"trees": trees(), "assignments": assignments()}) + "\n")
