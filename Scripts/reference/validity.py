"""Reference values of ClusterIndexTests.swift: scikit-learn 1.9.1 and scipy 1.17.1.

The data is `groups(7, 300, 4, 5, 1.5)`; labels are row % 3, and row % 5 with every seventh row noise.
The normalised clustering accuracy is the definition of the paper with scipy's linear_sum_assignment.
"""

import numpy
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import calinski_harabasz_score, confusion_matrix, davies_bouldin_score

from kernels_data import SplitMix64, groups

points = groups(7, 300, 4, 5, 1.5)
rows = numpy.arange(300)
print("row % 3", calinski_harabasz_score(points, rows % 3), davies_bouldin_score(points, rows % 3))
kept = rows % 7 != 0
labels = rows[kept] % 5
print("noise", calinski_harabasz_score(points[kept], labels), davies_bouldin_score(points[kept], labels))


def accuracy(reference, found):
    counts = confusion_matrix(reference, found)[: reference.max() + 1, : found.max() + 1]
    shares = counts / counts.sum(axis=1, keepdims=True)
    size = max(shares.shape)
    padded = numpy.zeros((size, size))
    padded[: shares.shape[0], : shares.shape[1]] = shares
    first, second = linear_sum_assignment(padded, maximize=True)
    return (padded[first, second].sum() - 1) / (shares.shape[0] - 1)


for seed, reference_count, found_count in [(1, 4, 4), (2, 3, 6), (3, 6, 3), (4, 9, 9)]:
    generator = SplitMix64(seed)
    reference, found = [], []
    for _ in range(200):
        one = int(generator.unit() * reference_count)
        reference.append(one)
        found.append(one * 5 % found_count if generator.unit() < 0.5 else int(generator.unit() * found_count))
    print("accuracy", seed, accuracy(numpy.array(reference), numpy.array(found)))
