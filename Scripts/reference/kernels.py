"""Prints the reference values that the tests of HabitusKernels quote.

Run by hand with numpy, scipy and scikit-learn installed; the tests name the versions that their figures came from.
Random data come from SplitMix64, so that the tests can make the same.
"""

import numpy
import scipy
import scipy.optimize
import scipy.stats
import sklearn
from kernels_data import SplitMix64, groups
from sklearn import cluster, metrics, preprocessing


def show(name, value):
    print(f"{name}: {value!r}")


print("numpy", numpy.__version__, "scipy", scipy.__version__, "scikit-learn", sklearn.__version__)

print("\n# random")
generator = SplitMix64(42)
show("splitmix64(42)", [hex(generator.next()) for _ in range(3)])

print("\n# statistics")
values = [3.5, -1.25, 0.0, 7.75, 2.5, 2.5, 11.0]
show("quantiles", [float(numpy.quantile(values, q)) for q in (0, 0.1, 0.25, 0.5, 0.77, 0.95, 1)])
show("mean", float(numpy.mean(values)))
show("variance, sample variance", [float(numpy.var(values)), float(numpy.var(values, ddof=1))])
show("skew", float(scipy.stats.skew(values)))
show("entropy bits", float(scipy.stats.entropy([5, 0, 2, 1], base=2)))
hours = [23.0, 1.0, 0.5, 22.25, 12.0]
show("circular mean", float(scipy.stats.circmean(hours, high=24)))
show("concentration", float(1 - scipy.stats.circvar(hours, high=24)))
for successes, trials, confidence in ((8, 10, 0.95), (0, 7, 0.9), (40, 1000, 0.99)):
    interval = scipy.stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    show(f"wilson {successes}/{trials} {confidence}", [float(interval.low), float(interval.high)])
p_values = [0.01, 0.04, 0.03, 0.005, 0.55, 0.04, 1.0]
show("benjamini-hochberg", [float(q) for q in scipy.stats.false_discovery_control(p_values)])

print("\n# distributions")
for x in (-8.5, -1.5, 0.3, 2.0):
    show(f"normal cdf {x}", float(scipy.stats.norm.cdf(x)))
for p in (1e-30, 0.001, 0.2, 0.5, 0.93, 0.999999):
    show(f"normal quantile {p}", float(scipy.stats.norm.ppf(p)))
for a, b, x in ((0.5, 0.5, 0.3), (2, 3, 0.4), (0.01, 5, 0.001), (300, 500, 0.4), (1e5, 2e5, 0.3345), (1, 1, 0.25)):
    show(f"beta cdf {a} {b} {x}", float(scipy.special.betainc(a, b, x)))
for a, b, p in ((0.5, 0.5, 0.1), (2, 3, 0.05), (0.02, 5, 0.95), (300, 500, 0.975), (5.5, 0.4, 0.01), (1.2, 8e4, 0.5)):
    show(f"beta quantile {a} {b} {p}", float(scipy.special.betaincinv(a, b, p)))
for k, n, p in ((3, 10, 0.2), (60, 1000, 0.03), (5, 100000, 1e-7), (600, 1000, 0.5), (10, 10, 0.25)):
    show(f"binomial tail {k} {n} {p}", float(scipy.stats.binom.sf(k - 1, n, p)))
for k, mean in ((1, 0.1), (4, 9.5), (30, 10), (120, 100), (3, 1e-5)):
    show(f"poisson tail {k} {mean}", float(scipy.stats.poisson.sf(k - 1, mean)))

print("\n# preparation")
table = numpy.array([[1.0, 10, -2], [2, numpy.nan, 0], [4, 30, 5], [8, 30, numpy.nan], [16, 90, 1]])
imputed = numpy.where(numpy.isnan(table), numpy.nanmedian(table, axis=0), table)
for scaler in (preprocessing.StandardScaler(), preprocessing.MinMaxScaler(), preprocessing.RobustScaler()):
    show(type(scaler).__name__, scaler.fit(table).transform(imputed).tolist())
column = [0.1, 0.4, 0.5, 1.0, 1.5, 2.0, 4.0, 9.0, 40.0]
transformed, power = scipy.stats.yeojohnson(column)
show("yeo-johnson power", float(power))
show("yeo-johnson values", transformed.tolist())
mixed = [-9.0, -2.0, -0.5, 0.0, 0.25, 1.0, 1.5]
show("yeo-johnson of negatives", float(scipy.stats.yeojohnson(mixed)[1]))

print("\n# clustering")
apart = groups(7, 300, 4, 5, 1.5)
for count in (2, 5, 9):
    model = cluster.KMeans(count, n_init=200, tol=0, random_state=0).fit(apart)
    show(f"k-means {count} inertia", float(model.inertia_))
model = cluster.KMeans(5, n_init=200, tol=0, random_state=0).fit(apart)
show("silhouette, k-means 5", float(metrics.silhouette_score(apart, model.labels_)))
labels = [row % 3 for row in range(300)]
show("silhouette, row % 3", float(metrics.silhouette_score(apart, labels)))
show("silhouette of rows 0..3, row % 3", metrics.silhouette_samples(apart, labels)[:4].tolist())
first = [0, 0, 1, 1, 2, 2, 2, 3, 3, 0]
second = [0, 0, 1, 2, 2, 2, 2, 1, 1, 3]
show("adjusted rand", float(metrics.adjusted_rand_score(first, second)))

print("\n# preferences")
for a, b in ((8, 5), (2, 11)):
    show(f"beta interval {a} {b}", [float(scipy.stats.beta(a, b).ppf(p)) for p in (0.05, 0.95)])
show("2^(-1/7)", 2 ** (-1 / 7))
