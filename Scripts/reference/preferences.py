"""Writes Tests/HabitusKernelsTests/Reference/preferences.json: scores, likelihoods, trends and rating scales by scipy,
for the tests of preferences and ratings.

Run by hand with numpy (2.4.6) and scipy (1.17.1) installed. Numbers are made here and kept with the results.
"""

import json
import pathlib

import numpy
import scipy
from scipy import optimize, special, stats

random = numpy.random.default_rng(20_240_601)


def scores():
    """Posterior of a Dirichlet prior and decayed, weighted events; Kish's count for the evidence."""
    half_life, today = 14.0, 30
    shares = numpy.array([0.5, 0.3, 0.15, 0.05])
    for strength in (2.0, 25.0):
        days = random.integers(0, today + 1, 40)
        values = random.choice(4, 40, p=[0.1, 0.2, 0.3, 0.4])
        weights = random.choice([1.0, 2, 5, 10], 40)
        aged = weights * 2.0 ** (-(today - days) / half_life)
        kish = aged.sum() ** 2 / (aged**2).sum()
        own = numpy.array([aged[values == value].sum() for value in range(4)]) / aged.sum() * kish
        alpha = strength * shares + own
        posterior = stats.beta(alpha, alpha.sum() - alpha)
        older = numpy.array([aged[(today - days) > age].sum() for age in range(today + 1)]) / aged.sum()
        yield {
            "strength": strength, "days": days.tolist(), "values": values.tolist(), "weights": weights.tolist(),
            "kish": kish, "age": float((older[:-1] ** 2).sum()), "shares": shares.tolist(),
            "score": posterior.mean().tolist(), "lower": posterior.ppf(0.05).tolist(),
            "upper": posterior.ppf(0.95).tolist(), "above": posterior.sf(shares).tolist(),
        }


def blocks():
    """Dirichlet-multinomial probabilities of counts, without the multinomial coefficient."""
    for strength, kish, worth, renewal, age in (
        (10, 0, 1, 0, 0), (3, 17.5, 1, 0, 4), (80, 40, 0.7, 0.01, 6), (0.5, 200, 0.4, 0.2, 11),
    ):
        prior = random.dirichlet([1] * 5)
        before = random.dirichlet([1] * 5) if kish else numpy.zeros(5)
        counts = random.multinomial(30, random.dirichlet([1] * 5))
        known = 1 / (1 / (worth * kish) + renewal * age) if kish else 0
        alpha = strength * prior + known * before
        coefficient = special.gammaln(31) - special.gammaln(counts + 1).sum()
        joint = stats.dirichlet_multinomial(alpha, 30).logpmf(counts) - coefficient
        drift, spread = 0.02, 0.3
        total = strength + known
        logit = (known / total) ** 2 * drift * age + (strength / total) ** 2 * spread
        marginal = 0.0
        for own, count in zip(alpha, counts):
            size = total / (1 + logit * own * (total - own) / total)
            law = stats.betabinom(30, size * own / total, size * (1 - own / total))
            marginal += law.logpmf(count) - numpy.log(special.comb(30, count))
        yield {
            "strength": strength, "kish": kish, "worth": worth, "renewal": renewal, "age": age, "drift": drift,
            "spread": spread, "prior": prior.tolist(), "before": before.tolist(), "counts": counts.tolist(),
            "joint": joint, "marginal": marginal,
        }


def trends():
    """Fisher's exact test of recent against earlier events."""
    tables = ((8, 10, 6, 30), (0, 12, 9, 25), (5, 9, 11, 21), (40, 60, 50, 140))
    for recent, recent_total, earlier, earlier_total in tables:
        table = [[recent, recent_total - recent], [earlier, earlier_total - earlier]]
        yield {"table": [recent, recent_total, earlier, earlier_total], "p": float(stats.fisher_exact(table)[1])}


def ratings():
    """Reviewers' scales: variance and strength by scipy's optimiser, locations and weights from the formulas."""
    rows = []
    for reviewer in range(40):
        location, deviation = random.normal(0, 0.6), random.uniform(0.4, 1.3)
        for _ in range(int(random.integers(1, 15))):
            aspect = int(random.integers(0, 3))
            value = numpy.clip(numpy.rint(3.4 + 0.4 * aspect + location + deviation * random.normal()), 1, 5)
            rows.append((reviewer, aspect, float(value)))
    rows = numpy.array(rows)
    reviewers, aspects, values = rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2]
    means = numpy.array([values[aspects == aspect].mean() for aspect in range(3)])
    difference = values - means[aspects]
    own = [difference[reviewers == reviewer] for reviewer in range(40)]
    count = numpy.array([len(part) for part in own])
    squares = numpy.array([((part - part.mean()) ** 2).sum() for part in own])
    location = numpy.array([part.mean() for part in own])
    pooled = squares.sum() / (count - 1).sum()
    between = (count * location**2).sum()
    unequal = count.sum() - (count**2).sum() / count.sum()
    variance_between = (between - 39 * pooled) / unequal
    several = count > 1

    def loss(point):
        variance, strength = numpy.exp(point)
        freedom = count[several] - 1
        terms = (
            special.gammaln((strength + freedom) / 2) - special.gammaln(strength / 2)
            + strength / 2 * numpy.log(strength * variance)
            - (strength + freedom) / 2 * numpy.log(strength * variance + squares[several])
        )
        return ((point[1] - numpy.log(6)) / 2) ** 2 / 2 - terms.sum()

    best = optimize.minimize(loss, [numpy.log(pooled), numpy.log(6)], method="BFGS", options={"gtol": 1e-9})
    variance, strength = numpy.exp(best.x)
    freedom = strength + count - 1
    deviation = numpy.sqrt((strength * variance + squares) / freedom)
    precision = 1 / variance_between + count / deviation**2
    shrunk = count / deviation**2 * location / precision
    z = (difference - shrunk[reviewers]) / deviation[reviewers]
    return {
        "reviewers": reviewers.tolist(), "aspects": aspects.tolist(), "values": values.tolist(),
        "variance": variance, "strength": strength, "locationVariance": variance_between,
        "locations": shrunk.tolist(), "deviations": deviation.tolist(),
        "weights": (2 * stats.norm.cdf(z) - 1).tolist(),
        "errors": (2 * stats.norm.pdf(z) * numpy.sqrt(
            1 / precision[reviewers] / deviation[reviewers] ** 2 + z**2 / (2 * freedom[reviewers]))).tolist(),
    }


folder = pathlib.Path(__file__).resolve().parents[2] / "Tests/HabitusKernelsTests/Reference"
result = {
    "scipy": scipy.__version__, "scores": list(scores()), "blocks": list(blocks()), "trends": list(trends()),
    "ratings": ratings(),
}
(folder / "preferences.json").write_text(json.dumps(result, indent=None, separators=(",", ":")) + "\n")
