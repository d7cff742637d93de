"""Segmentations of the Turing Change Point Dataset by ruptures 1.1.10, for ChangeReferenceTests.

Reads the 16 series from the data folder given as the first argument (…/changepoints) and writes breakpoints and costs,
none of the data, to Tests/HabitusKernelsTests/Reference/change.json. `Pelt` of ruptures drops candidates too early
where segments have a minimum length, so the least cost is also found by exhaustive optimal partitioning (Jackson et
al. 2005) over the same costs of ruptures.
"""

import json
import math
import pathlib
import sys
import warnings

import numpy
import ruptures
from ruptures.base import BaseCost
from ruptures.costs import CostL2, CostNormal

warnings.simplefilter("ignore")


class Normal(CostNormal):
    """CostNormal without an added diagonal, the variance being at least 1e-6 of the series' own."""

    def __init__(self):
        super().__init__(add_small_diag=False)

    def error(self, start, end):
        variance = self.signal[start:end].var()
        least = 1e-6 * self.signal.var()
        if variance > least:
            return super().error(start, end)
        return (end - start) * (math.log(least) + variance / least - 1)


class Poisson(BaseCost):
    model = "poisson"
    min_size = 1

    def fit(self, signal):
        self.signal = signal.reshape(len(signal), -1)
        return self

    def error(self, start, end):
        total = self.signal[start:end].sum()
        return -2 * total * math.log(total / (end - start)) if total > 0 else 0.0


class Exponential(BaseCost):
    model = "exponential"
    min_size = 1

    def fit(self, signal):
        self.signal = signal.reshape(len(signal), -1)
        return self

    def error(self, start, end):
        mean = self.signal[start:end].mean() / self.signal.mean()
        allowed = max(mean, 1e-3)
        return 2 * (end - start) * (math.log(allowed) + mean / allowed - 1)


class Table(BaseCost):
    """The costs of all segments of a cost, computed once."""

    model = "table"

    def __init__(self, cost, count):
        self.min_size = cost.min_size
        self.signal = cost.signal
        self.errors = numpy.full((count + 1, count + 1), numpy.inf)
        for start in range(count):
            for end in range(start + self.min_size, count + 1):
                self.errors[start, end] = cost.error(start, end)

    def fit(self, signal):
        return self

    def error(self, start, end):
        return float(self.errors[start, end])


def optimum(table, count, minimum, penalty):
    best = numpy.full(count + 1, numpy.inf)
    best[0] = -penalty
    for end in range(minimum, count + 1):
        starts = slice(0, end - minimum + 1)
        best[end] = (best[starts] + table.errors[starts, end]).min() + penalty
    return best[count]


def series_of(name, folder):
    parts = json.loads((folder / f"{name}.json").read_text())["series"]
    return [numpy.array(part["raw"], dtype=float) for part in parts]


folder = pathlib.Path(sys.argv[1])
names = sorted(json.loads((folder / "annotations.json").read_text()))
cases = []
for name in names:
    columns = [(column - column.mean()) / column.std() for column in series_of(name, folder)]
    count = len(columns[0])
    first = columns[0]
    signals = {
        "mean": (CostL2, numpy.column_stack(columns)),
        "normal": (Normal, first),
        "poisson": (Poisson, numpy.floor((first - first.min()) * 10)),
        "exponential": (Exponential, first - first.min()),
    }
    for model, (make, signal) in signals.items():
        cost = Table(make().fit(signal), count)
        penalty = 3 * math.log(count)
        for minimum in (2, 10):
            found = ruptures.Pelt(custom_cost=cost, min_size=minimum, jump=1).fit_predict(signal, penalty)
            parts = list(zip([0] + found[:-1], found))
            cases.append({
                "name": name, "cost": model, "minimumLength": minimum, "penalty": penalty,
                "breakpoints": [int(end) for end in found[:-1]],
                "penalizedCost": sum(cost.error(*part) for part in parts) + penalty * (len(parts) - 1),
                "optimum": optimum(cost, count, minimum, penalty),
            })
            print(name, model, minimum, len(found) - 1, cases[-1]["penalizedCost"] - cases[-1]["optimum"], flush=True)
target = pathlib.Path(__file__).parents[2] / "Tests/HabitusKernelsTests/Reference/change.json"
target.write_text(json.dumps(cases, indent=1) + "\n")
