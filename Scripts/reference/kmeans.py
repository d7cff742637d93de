"""Prints reference values for the k-means, mini-batch k-means, silhouette and adjusted Rand tests.

Used by KMeansTests ("comes within 0.1 % of scikit-learn's best of as many restarts"), MiniBatchKMeansTests ("reaches
about the inertia of scikit-learn's mini-batches"), and ClusterValidityTests ("silhouettes of grouped labels equal
scikit-learn's", "the adjusted Rand index of made labels equals scikit-learn's"). scikit-learn 1.9.1, numpy 2.4.6.
"""

import warnings

import numpy
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.metrics import adjusted_rand_score, silhouette_samples, silhouette_score

from kernels_data import SplitMix64, groups

warnings.filterwarnings("ignore")

# seed, rows, columns, groups, distance, clusters
SETS = [
    (21, 600, 8, 6, 1.0, 6),
    (22, 600, 2, 5, 0.6, 5),
    (23, 800, 32, 8, 1.2, 8),
    (24, 500, 16, 10, 0.8, 10),
    (25, 1500, 3, 1, 0.0, 4),
]


def labels(seed, rows, count):
    """Labels below `count`, drawn evenly."""
    generator = SplitMix64(seed)
    return numpy.array([int(generator.unit() * count) for _ in range(rows)])


if __name__ == "__main__":
    print("k-means: best of four restarts, median of 20 seeds")
    for seed, rows, columns, group_count, distance, count in SETS:
        points = groups(seed, rows, columns, group_count, distance)
        found = [KMeans(count, n_init=4, tol=1e-4, random_state=state).fit(points).inertia_ for state in range(20)]
        print((seed, rows, columns, group_count, distance, count), repr(float(numpy.median(found))))

    print("mini-batch k-means: median of 20 seeds, three initialisations, batches of 256")
    for seed, rows, columns, group_count, distance, count in SETS:
        points = groups(seed, rows, columns, group_count, distance)
        found = [
            MiniBatchKMeans(count, n_init=3, batch_size=256, random_state=state).fit(points).inertia_
            for state in range(20)
        ]
        print((seed, rows, columns, group_count, distance, count), repr(float(numpy.median(found))))

    print("silhouettes: labels are row % groups; rows 100 to 109 repeat rows 0 to 9")
    for rows, columns, group_count in [(203, 3, 3), (150, 16, 8), (120, 1, 2)]:
        points = groups(31, rows, columns, group_count, 0.9)
        points[100:110] = points[0:10]
        own = numpy.arange(rows) % group_count
        values = silhouette_samples(points, own)
        print((rows, columns, group_count), repr(float(silhouette_score(points, own))), values[[0, 50, 105]].tolist())

    print("adjusted Rand: two draws of labels, and one in which every third label is redrawn")
    for rows, first_count, second_count in [(1000, 2, 2), (1000, 8, 3), (5000, 20, 40), (60, 50, 50)]:
        first = labels(41, rows, first_count)
        second = labels(42, rows, second_count)
        mixed = numpy.where(numpy.arange(rows) % 3 == 0, second, first)
        print(
            (rows, first_count, second_count),
            repr(float(adjusted_rand_score(first, second))),
            repr(float(adjusted_rand_score(first, mixed))),
        )
