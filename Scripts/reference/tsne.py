"""Reference values of TSNETests.swift: numpy 2.4.6, scipy 1.17.1 and the exact objective of scikit-learn 1.9.1.

Samples are `groups(13, 40, 3, 4, 1.0)`, the layout is `groups(14, 40, 2, 4, 2.0)`. Weights by root finding on entropy,
over 15 neighbours for a perplexity of 5.
"""

import numpy
from scipy.optimize import brentq
from scipy.spatial.distance import squareform
from sklearn.manifold import _t_sne

from kernels_data import groups

points, layout = groups(13, 40, 3, 4, 1.0), groups(14, 40, 2, 4, 2.0)
distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
weights = numpy.zeros((40, 40))
for row in range(40):
    others = numpy.argsort(numpy.where(numpy.arange(40) == row, numpy.inf, distances[row]))[:15]

    def shares(beta):
        values = numpy.exp(-beta * (distances[row, others] - distances[row, others].min()))
        return values / values.sum()

    def excess(logarithm):
        values = shares(numpy.exp(logarithm))
        return -(values * numpy.log(numpy.maximum(values, 1e-300))).sum() - numpy.log(5)

    weights[row, others] = shares(numpy.exp(brentq(excess, -10, 10, xtol=1e-14)))
joint = (weights + weights.T) / 80
divergence, gradient = _t_sne._kl_divergence(layout.ravel(), squareform(joint), 1, 40, 2)
print("divergence", repr(float(divergence)))
print("gradient", [repr(float(value)) for value in gradient[:6]], "norm", repr(float(numpy.linalg.norm(gradient))))
