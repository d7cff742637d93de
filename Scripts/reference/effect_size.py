"""Reference values of EffectSizeTests.swift: numpy 2.4.6 and scipy 1.17.1.

Both groups are multiples of 1/20, so that there are ties. Everything of Cliff's delta is taken from the full matrix of
dominance; scipy's mannwhitneyu confirms the share.
"""

import numpy
from scipy.special import gammaln
from scipy.stats import mannwhitneyu, norm

from kernels_data import SplitMix64

generator = SplitMix64(11)
first = numpy.array([int(generator.unit() * 20) / 20 + 0.15 for _ in range(60)])
second = numpy.array([int(generator.unit() * 20) / 20 for _ in range(80)])
z = norm.ppf(0.975)

n, m = len(first), len(second)
pooled = ((n - 1) * first.var(ddof=1) + (m - 1) * second.var(ddof=1)) / (n + m - 2)
d = (first.mean() - second.mean()) / numpy.sqrt(pooled)
free = n + m - 2
g = d * numpy.exp(gammaln(free / 2) - gammaln((free - 1) / 2)) / numpy.sqrt(free / 2)
half = z * numpy.sqrt((n + m) / (n * m) + g * g / (2 * (n + m)))
print("d", repr(d), "g", repr(g), "interval", repr(g - half), repr(g + half))

for one, other, name in [(first, second, "cliff"), (first[:7], second[:5] + 0.2, "small")]:
    n, m = len(one), len(other)
    matrix = numpy.sign(one[:, None] - other[None, :])
    delta = matrix.mean()
    rows = ((matrix.mean(axis=1) - delta) ** 2).sum()
    columns = ((matrix.mean(axis=0) - delta) ** 2).sum()
    pairs = ((matrix - delta) ** 2).sum()
    variance = (m * m * rows + n * n * columns - pairs) / (n * m * (n - 1) * (m - 1))
    variance = max(variance, (1 - delta**2) / (n * m - 1))
    root = z * numpy.sqrt(variance) * numpy.sqrt((1 - delta**2) ** 2 + z * z * variance)
    scale = 1 - delta**2 + z * z * variance
    low, high = (delta - delta**3 - root) / scale, (delta - delta**3 + root) / scale
    share = mannwhitneyu(one, other).statistic / (n * m)
    print(name, "delta", repr(delta), "interval", repr(low), repr(high), "superiority", repr(share))
