"""BG/NBD and gamma-gamma beside lifetimes: same customers, same likelihood, the fit alone."""
import gzip
import sys
from pathlib import Path

import numpy
from clustering_family import fit
from measuring import median, ratio

REPOSITORY = Path(__file__).resolve().parents[1]
CUSTOMERS = REPOSITORY.parent / "shared" / "data" / "clv" / "cdnow_customers_summary_with_transactions.csv.gz"
PEERS = Path(__file__).with_name("lifetimes_peers.py")
PARAMETERS = {"bgnbd": ["r", "alpha", "a", "b"], "gamma-gamma": ["p", "q", "v"]}
TITLES = {"bgnbd": "BG/NBD", "gamma-gamma": "gamma-gamma"}


def run(report, datasets, _, sizes, runs):
    """Fits the customers of CDNOW and made ones; without CDNOW, the made ones alone."""
    trials = REPOSITORY / ".build" / "release" / "KernelTrials"
    if not trials.exists():
        sys.exit(f"There are no trials of kernels at {trials}: run Scripts/build.sh trials")
    rows = []
    for title, method, points in cases(is_quick=sizes[-1] < 10_000_000):
        file = datasets.folder / "customers.f64"
        points.astype(float).tofile(file)
        call = [method, file, *map(str, points.shape)]
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(fit([trials, *call, "threads=2"]))
            theirs.append(fit([sys.executable, PEERS, *call]))
        file.unlink()
        rows.append(row(f"{TITLES[method]}, {title}: Habitus", method, ours, ""))
        rows.append(row("lifetimes", method, theirs, f"{ratio(theirs, ours):.0f}"))
    report.table("Customer lifetime, fit", ["", "s", "MB", "parameters", "log-likelihood", "ratio"], rows)
    if not CUSTOMERS.exists():
        report.text(f"CDNOW was not measured: there is no {CUSTOMERS}.")


def row(title, method, taken, ratios):
    """A line of the table."""
    figures = taken[0].answer["figures"]
    parameters = ", ".join(f"{name} {figures[name]:.4g}" for name in PARAMETERS[method])
    memory = median(taken, lambda run: run.peak_bytes / 1e6)
    return [title, f"{median(taken):.4f}", f"{memory:.0f}", parameters, f"{figures['log_likelihood']:.1f}", ratios]


def cases(is_quick):
    """Whom the models are fitted to: title, method, and a row a customer."""
    if CUSTOMERS.exists():
        with gzip.open(CUSTOMERS, "rt") as lines:
            table = numpy.genfromtxt(lines, delimiter=",", names=True)
        names = table.dtype.names
        frequency, recency, age, value = (table[name] for name in names[1:5])
        yield "CDNOW", "bgnbd", numpy.column_stack([frequency, recency, age])
        yield "CDNOW", "gamma-gamma", numpy.column_stack([frequency, value])[frequency > 0]
    count = 30_000 if is_quick else 300_000
    histories, values = made(count)
    yield f"{count:,} made customers", "bgnbd", histories
    yield f"{count:,} made customers", "gamma-gamma", values


def made(count):
    """Customers drawn from both models, with parameters near those of CDNOW, observed for 20 to 39 weeks."""
    generator = numpy.random.default_rng(1)
    age = generator.uniform(20, 39, count)
    rate = generator.gamma(0.25, 1 / 4.4, count)
    leaving = generator.beta(0.8, 2.4, count)
    frequency, recency, time = numpy.zeros(count), numpy.zeros(count), numpy.zeros(count)
    active = numpy.ones(count, dtype=bool)
    while active.any():
        time[active] += generator.exponential(1 / numpy.maximum(rate[active], 1e-12))
        active &= time <= age
        frequency[active] += 1
        recency[active] = time[active]
        active &= generator.uniform(size=count) >= leaving
    bought = frequency[frequency > 0]
    scale = generator.gamma(3.7, 1 / 15.4, len(bought))
    return (numpy.column_stack([frequency, recency, age]),
            numpy.column_stack([bought, generator.gamma(6.2 * bought, 1 / (scale * bought))]))
