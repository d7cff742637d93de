"""Reference values of DriftTests.swift: numpy 2.4.6 and scipy 1.17.1."""

import numpy
from scipy.stats import chi2, ks_2samp

from kernels_data import SplitMix64

for degrees, x in [(1, 0.5), (1, 30.0), (2, 3.0), (5, 4.0), (9, 30.0), (10, 2.0), (49, 70.0)]:
    print("chi2", degrees, x, repr(float(chi2.sf(x, degrees))))


def sample(seed, count, power):
    generator = SplitMix64(seed)
    return numpy.array([generator.unit() ** power for _ in range(count)])


# Ten bins by quantiles; the index as defined, no bin is empty.
reference, current = sample(21, 1000, 1), sample(22, 600, 1.5)
edges = numpy.quantile(reference, numpy.arange(1, 10) / 10)
p = numpy.bincount(numpy.searchsorted(edges, reference, side="left"), minlength=10) / 1000
q = numpy.bincount(numpy.searchsorted(edges, current, side="left"), minlength=10) / 600
index = ((q - p) * numpy.log(q / p)).sum()
print("psi", repr(float(index)), "p", repr(float(chi2.sf(index / (1 / 1000 + 1 / 600), 9))))

for n, m, power in [(20, 25, 1.5), (200, 300, 1.0), (200, 300, 1.3), (5000, 4000, 1.02), (2000, 2000, 1.2)]:
    result = ks_2samp(sample(31, n, 1), sample(32, m, power), method="asymp")
    print("ks", n, m, power, repr(float(result.statistic)), repr(float(result.pvalue)))
