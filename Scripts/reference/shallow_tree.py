"""Reference values of ShallowTreeTests.swift: scikit-learn 1.9.1.

All values are multiples of 2^-16, which scikit-learn's single precision holds exactly; the tree does not depend on the
order in which columns are tried, so that no two best splits are equally good.
"""

import numpy
from sklearn.tree import DecisionTreeClassifier

from kernels_data import SplitMix64


def data(seed, missing_share):
    generator = SplitMix64(seed)
    points = numpy.array([[int(generator.unit() * 65536) / 65536 for _ in range(5)] for _ in range(400)])
    target = []
    for row in points:
        positive = (row[0] > 0.6 and row[1] <= 0.5) or row[2] > 0.9
        flipped = generator.unit() < 0.05
        target.append(positive != flipped)
    for row in range(400):
        if generator.unit() < missing_share:
            points[row, 0] = numpy.nan
    return points, numpy.array(target)


for seed, missing_share in [(2, 0.0), (6, 0.0), (4, 0.2), (6, 0.2), (10, 0.2)]:
    points, target = data(seed, missing_share)
    trees = []
    for state in range(20):
        tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=5, random_state=state).fit(points, target).tree_
        trees.append((tree.feature.tolist(), tree.threshold.tolist(), tree.n_node_samples.tolist()))
    alike = all(other == trees[0] for other in trees)
    print("seed", seed, "same for any order:", alike)
    print("  columns", [column for column in trees[0][0]])
    print("  thresholds", [value for column, value in zip(*trees[0][:2]) if column >= 0])
    print("  samples", trees[0][2])
    print("  positives", numpy.round(tree.value[:, 0, 1] * tree.n_node_samples).astype(int).tolist())
    print("  missing left", [int(side) for side, column in zip(tree.missing_go_to_left, tree.feature) if column >= 0])
