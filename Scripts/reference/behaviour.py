"""Values that PeriodicityTests, AssociationTests, TransitionsTests and SurvivalTests quote; prints them.

scipy 1.17.1, astropy 8.0.2, numpy; data are made by SplitMix64 as in the tests.
"""

import numpy
from astropy.stats import kuiper as astropy_kuiper
from astropy.stats import rayleightest
from scipy import stats
from scipy.optimize import brentq
from scipy.special import ive

from kernels_data import SplitMix64

print("von Mises kappa by R:")
for r in (0.05, 0.3, 0.52, 0.7, 0.9, 0.99):
    print(r, repr(brentq(lambda k: ive(1, k) / ive(0, k) - r, 1e-9, 1e5, xtol=1e-14, rtol=1e-14)))

generator = SplitMix64(4)
times = numpy.array([(generator.unit() + generator.unit() + generator.unit()) * 12 for _ in range(40)])
angles = times / 24 * 2 * numpy.pi
print("circmean", repr(stats.circmean(times, high=24)), "R", repr(1 - stats.circvar(times, high=24)))
print("vonmises.fit", stats.vonmises.fit(angles, fscale=1))
print("directional", stats.directional_stats(numpy.column_stack([numpy.cos(angles), numpy.sin(angles)])))
print("Rayleigh (astropy)", repr(rayleightest(angles)))
phases = numpy.array(times / 24 % 1)
print("Kuiper (astropy)", astropy_kuiper(phases))
generator = SplitMix64(8)
flat = numpy.array([generator.unit() for _ in range(25)])
print("Kuiper flat (astropy)", astropy_kuiper(flat), "Rayleigh", repr(rayleightest(flat * 2 * numpy.pi)))

for x, freedom in ((0.5, 3), (2.5, 3), (-1.2, 7.5), (12, 40), (1e-5, 2)):
    print("t upper tail", x, freedom, repr(float(stats.t.sf(x, freedom))))
for probability, freedom in ((0.975, 3), (0.1, 7.5), (0.5001, 2), (1e-8, 12), (0.6, 300)):
    print("t quantile", probability, freedom, repr(float(stats.t.ppf(probability, freedom))))
for count, mean, dispersion in ((5, 3.0, 2.0), (60, 40.0, 3.0), (1, 0.2, 1.5)):
    tail = stats.nbinom.sf(count - 1, mean / (dispersion - 1), 1 / dispersion)
    print("negative binomial", count, mean, dispersion, repr(float(tail)))
for probability in (0.025, 0.5, 0.975):
    overdispersed = stats.nbinom.ppf(probability, 40 / 2, 1 / 3)
    print("count quantiles", probability, overdispersed, stats.poisson.ppf(probability, 7.3))

tables = (
    (10, 20, 30, 40), (3, 1, 1, 3), (8, 2, 1, 5), (0, 10, 12, 78), (120, 380, 130, 9370), (7, 0, 0, 5), (1, 9, 11, 3),
)
for a, b, c, d in tables:
    table = numpy.array([[a, b], [c, d]])
    print((a, b, c, d), "fisher", repr(stats.fisher_exact(table).pvalue),
          "chi2", repr(stats.chi2_contingency(table, correction=False)[:2]),
          "G", repr(stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")[:2]))

generator = SplitMix64(6)
first = [int(generator.unit() * 6) for _ in range(30)]
second = [v + int(generator.unit() * 8) for v in first]
third = [generator.unit() for _ in range(30)]
for one, two in ((first, second), (first, third), (second, third)):
    print("spearman", stats.spearmanr(one, two))

weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
relapse = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
sample = stats.CensoredData.right_censored(weeks, [not r for r in relapse])
curve = stats.ecdf(sample).sf
interval = curve.confidence_interval(0.95, method="log-log")
low, high = interval.low, interval.high
for q in (6, 7, 10, 13, 16, 22, 23):
    print("6-MP", q, repr(float(curve.evaluate(q))), repr(float(low.evaluate(q))), repr(float(high.evaluate(q))))
table = numpy.array([[12, 30, 4], [20, 5, 9], [3, 8, 40]])
expected = stats.contingency.expected_freq(table)
rows, columns, total = table.sum(1, keepdims=True), table.sum(0, keepdims=True), table.sum()
spread = numpy.sqrt(expected * (1 - rows / total) * (1 - columns / total))
print("adjusted residuals", ((table - expected) / spread).tolist())
