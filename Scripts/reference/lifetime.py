"""Writes Tests/HabitusKernelsTests/Reference/lifetime.json: BG/NBD and gamma-gamma models by lifetimes, and by mpmath,
for the tests that begin with Lifetime.

Run by hand with lifetimes 0.11.3, mpmath (1.4.1) and scipy (1.17.1) installed. lifetimes is the field's implementation;
where its digits cancel out or overflow, mpmath's evaluation of the published equation at 80 digits says what is right.
"""

import itertools
import json
import math
import pathlib
import warnings

import lifetimes
import mpmath
import numpy
import pandas
import scipy
from lifetimes import BetaGeoFitter, GammaGammaFitter

warnings.simplefilter("ignore")
mpmath.mp.dps = 30


def fitter(r, alpha, a, b):
    model = BetaGeoFitter()
    model.params_ = pandas.Series([r, alpha, a, b], index=["r", "alpha", "a", "b"])
    model.predict = model.conditional_expected_number_of_purchases_up_to_time
    return model


def expectation(r, alpha, a, b, x, recency, age, t):
    """Equation 10 of Fader, Hardie and Lee (2005)."""
    r, alpha, a, b, recency, age, t = map(mpmath.mpf, (r, alpha, a, b, recency, age, t))
    # Where digits cancel out, more are needed.
    with mpmath.workdps(80):
        if a == 1:
            a += mpmath.mpf("1e-35")
        hypergeometric = mpmath.hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t), maxterms=10**6)
        active = 1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * hypergeometric
        odds = a / (b + x - 1) * ((alpha + age) / (alpha + recency)) ** (r + x) if x > 0 else 0
        return (a + b + x - 1) / (a - 1) * active / (1 + odds)


def finite(value):
    return float(value) if math.isfinite(value) else None


def expectations():
    models = (
        (0.243, 4.414, 0.793, 2.426), (1.7, 20, 1, 3), (0.6, 0.02, 1.0001, 0.4), (3.0, 900, 4.5, 30),
        (0.9, 7, 0.03, 0.2),
    )
    histories = ((0, 0, 38.86), (0, 0, 0), (1, 1.71, 38.86), (2, 30.43, 38.86), (26, 30.86, 31), (300, 350, 364))
    cdnow = models[0]
    # Then thousands of purchases, durations far beyond the age, and customers who hardly differ or hardly stay.
    extremes = (
        (cdnow, (3000, 399.5, 400), 100), (cdnow, (3000, 399.5, 400), 3e4), ((2, 10, 30, 5000), (9000, 9990, 1e4), 1e4),
        (cdnow, (0, 0, 0), 4e6), (cdnow, (4, 3, 5), 1e7), ((5, 1, 80, 90), (7, 3, 5), 1e5),
        ((400, 30, 300, 7), (1, 3, 5), 50), ((400, 30, 0.001, 0.002), (1, 3, 5), 50),
        ((2, 5, 2e4, 7e4), (3, 8, 9), 1e4),
    )
    cases = []
    for model, history, t in (*itertools.product(models, histories, (0.01, 4, 52, 5000)), *extremes):
        theirs = fitter(*model)
        cases.append({
            "model": model, "frequency": history[0], "recency": history[1], "age": history[2], "duration": t,
            "exact": float(expectation(*model, *history, t)),
            "lifetimes": finite(theirs.conditional_expected_number_of_purchases_up_to_time(t, *history)),
            "active": float(theirs.conditional_probability_alive(*history)[0]),
        })
    return cases


def gamma_rises():
    return [
        {
            "x": x, "rise": rise, "logGamma": float(mpmath.loggamma(mpmath.mpf(x) + rise) - mpmath.loggamma(x)),
            "digamma": float(mpmath.psi(0, mpmath.mpf(x) + rise) - mpmath.psi(0, x)),
            "trigamma": float(mpmath.psi(1, mpmath.mpf(x) + rise) - mpmath.psi(1, x)),
            "trigammaItself": float(mpmath.psi(1, x)),
        }
        for x in (1e-3, 0.25, 1, 2.5, 11.9, 31.99, 32, 250, 1e7) for rise in (0, 0.5, 1, 40, 1e4)
    ]


def new_customers():
    cases = []
    models = ((0.243, 4.414, 0.793, 2.426), (3.0, 900, 4.5, 30), (2.5, 0.3, 1, 0.7))
    for model, t in itertools.product(models, (0.5, 30, 700)):
        theirs = fitter(*model)
        exact = expectation(*model, 0, 0, 0, t)
        cases.append({
            "model": model, "duration": t, "exact": float(exact),
            "lifetimes": finite(theirs.expected_number_of_purchases_up_to_time(t)),
            "probabilities": [float(theirs.probability_of_n_purchases_up_to_time(t, n)) for n in range(9)],
        })
    return cases


def customers(seed, count):
    """Customers of r 0.8, alpha 6, a 0.9, b 2.2 and mean values of p 4, q 3, v 30, in numbers with few digits."""
    numpy.random.seed(seed)
    ages = numpy.round(numpy.random.uniform(10, 60, count), 1)
    rows = []
    for age in ages:
        rate, leaving = numpy.random.gamma(0.8, 1 / 6), numpy.random.beta(0.9, 2.2)
        clock, times = 0.0, []
        while True:
            clock += numpy.random.exponential(1 / rate)
            if clock >= age:
                break
            times.append(clock)
            if numpy.random.random() < leaving:
                break
        recency = min(age, max(0.01, round(times[-1], 2))) if times else 0.0
        worth = 0.0
        if times:
            value_rate = numpy.random.gamma(3, 1 / 30)
            worth = max(0.01, round(numpy.random.gamma(4 * len(times), 1 / value_rate) / len(times), 2))
        rows.append([len(times), recency, float(age), worth])
    return rows


def fits(rows):
    frame = pandas.DataFrame(rows, columns=["frequency", "recency", "T", "value"])
    model = BetaGeoFitter().fit(frame.frequency, frame.recency, frame["T"], tol=1e-9)
    # Its log-likelihood is of scaled times, a mean.
    log_likelihood = -model._negative_log_likelihood_ * len(frame) + frame.frequency.sum() * math.log(model._scale)
    repeating = frame[frame.frequency > 0]
    values = GammaGammaFitter().fit(repeating.frequency, repeating.value, tol=1e-9)
    worth = values.customer_lifetime_value(
        model, frame.frequency, frame.recency, frame["T"], frame.value, time=6, discount_rate=0.02, freq="W")
    return {
        "rows": rows,
        "purchases": {
            "parameters": model.params_.tolist(), "errors": model.standard_errors_.tolist(),
            "logLikelihood": float(log_likelihood),
        },
        "values": {
            "parameters": values.params_.tolist(), "errors": values.standard_errors_.tolist(),
            "logLikelihood": float(-values._negative_log_likelihood_ * len(repeating)),
            "correlation": float(numpy.corrcoef(repeating.frequency, repeating.value)[0, 1]),
            "expected": values.conditional_expected_average_profit(frame.frequency, frame.value)[:20].tolist(),
        },
        # Six periods of 4.345 weeks, at 2 % a period.
        "worth": worth[:20].tolist(),
    }


print("lifetimes", lifetimes.__version__, "mpmath", mpmath.__version__, "scipy", scipy.__version__)
path = pathlib.Path(__file__).parents[2] / "Tests/HabitusKernelsTests/Reference/lifetime.json"
references = {
    "gammaRises": gamma_rises(), "expectations": expectations(), "newCustomers": new_customers(),
    "fit": fits(customers(5, 400)),
}
text = json.dumps(references, separators=(",", ":"))
path.write_text(text.replace("},{", "},\n{").replace("],[", "],\n[") + "\n")
