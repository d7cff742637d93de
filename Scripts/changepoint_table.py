#!/usr/bin/env python3
"""Writes the tables of docs/changes.md: how well changes and unusual days are found in published series.

usage: changepoint_table.py FOLDER [--trials PATH] [--document docs/changes.md]

FOLDER holds changepoints/ (series, annotations.json and tcpdbench_scores.json of the Turing Change Point Dataset and its
benchmark) and anomaly/ (nyc_taxi.csv.gz and labels.json of the Numenta Anomaly Benchmark). Needs numpy. The scores are
computed here, from the definitions of van den Burg and Williams (arXiv:2003.06222, section 5.1), and not by the kernels.
"""
import argparse
import collections
import csv
import datetime
import gzip
import json
import subprocess
import tempfile
from pathlib import Path

import numpy

REPOSITORY = Path(__file__).resolve().parents[1]
MARGIN = 5


class Trials:
    """The kernels as a process."""

    def __init__(self, binary):
        self.binary = binary

    def answer(self, method, points, **options):
        """What a kernel says about a table of numbers."""
        with tempfile.NamedTemporaryFile(suffix=".f64") as file:
            numpy.ascontiguousarray(points, dtype=float).tofile(file.name)
            words = [f"{name}={value}" for name, value in options.items()]
            command = [self.binary, method, file.name, *map(str, points.shape), *words]
            return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def f1(found, annotations):
    """Precision against all annotators together, recall as their mean; the start counts as a change of everybody."""
    found, sets = {0, *found}, [{0, *places} for places in annotations]
    precision = true_count(set().union(*sets), found) / len(found)
    recall = numpy.mean([true_count(places, found) / len(places) for places in sets])
    return 2 * precision * recall / (precision + recall)


def true_count(annotated, found):
    """How many annotated changes have a found one near them, each of its own."""
    left, count = set(found), 0
    for place in sorted(annotated):
        near = [(abs(place - other), other) for other in sorted(left) if abs(place - other) <= MARGIN]
        if near:
            left.remove(min(near)[1])
            count += 1
    return count


def covering(found, annotations, length):
    """Jaccard index of the best overlapping found segment, weighted by length; the mean over annotators."""
    parts = segments(found, length)
    return numpy.mean([
        sum(len(part) * max(len(part & other) / len(part | other) for other in parts)
            for part in segments(places, length)) / length
        for places in annotations])


def segments(breakpoints, length):
    ends = [0, *sorted(breakpoints), length]
    return [set(range(start, end)) for start, end in zip(ends, ends[1:]) if start < end]


def change_table(folder, trials):
    """F1 and covering of every series beside the published ones, and means."""
    annotations = json.loads((folder / "annotations.json").read_text())
    published = json.loads((folder / "tcpdbench_scores.json").read_text())
    rows = []
    for name in sorted(annotations):
        columns = numpy.array([part["raw"] for part in json.loads((folder / f"{name}.json").read_text())["series"]])
        found = trials.answer("change-points", columns.T)["breakpoints"]
        places = list(annotations[name].values())
        row = [f1(found, places), covering(found, places, columns.shape[1])]
        for measure in ("f1", "cover"):
            entry = published[f"default_{measure}"].get(name, {})
            row += [entry.get("pelt"), max((v for v in entry.values() if v is not None), default=None)]
        rows.append((name, columns.shape, len(found), row))
    lines = ["| series | samples | changes | F1 | covering | published pelt, F1 | best, F1 | published pelt, covering "
             "| best, covering |", "|---|" + "---:|" * 8]
    for name, shape, count, row in rows:
        samples = f"{shape[1]}" + (f" × {shape[0]}" if shape[0] > 1 else "")
        lines.append(f"| {name} | {samples} | {count} | " + " | ".join(map(cell, row)) + " |")
    compared = [row for _, _, _, row in rows if row[2] is not None]
    means = numpy.mean(numpy.array(compared, dtype=float), axis=0)
    lines.append(f"| **mean of the {len(compared)} with published scores** | | | "
                 + " | ".join(f"**{cell(value)}**" for value in means) + " |")
    everything = numpy.mean([row[:2] for _, _, _, row in rows], axis=0)
    lines.append(f"| **mean of all {len(rows)}** | | | " + " | ".join(f"**{cell(v)}**" for v in everything)
                 + " | | | | |")
    return "\n".join(lines)


def cell(value):
    return "" if value is None else f"{value:.3f}"


def taxi_table(folder, trials):
    """The unusual days of New York's taxis, and which labelled window each lies in."""
    days = collections.Counter()
    with gzip.open(folder / "nyc_taxi.csv.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            days[datetime.date.fromisoformat(row["timestamp"][:10])] += int(row["value"])
    dates = sorted(days)
    counts = numpy.array([[days[date]] for date in dates])
    found = trials.answer("daily-anomalies", counts, weekday=dates[0].weekday())["qValues"]
    labels = json.loads((folder / "labels.json").read_text())["nyc_taxi.csv"]
    windows = [tuple(datetime.date.fromisoformat(moment[:10]) for moment in window) for window in labels["windows"]]
    lines = ["| labelled moment | window | unusual days in it (q-value) |", "|---|---|---|"]
    for point, (first, last) in zip(labels["points"], windows):
        inside = [f"{date} ({q:.2g})" for date, q in zip(dates, found) if first <= date <= last and q <= 0.05]
        lines.append(f"| {point[:10]} | {first} to {last} | {', '.join(inside) or 'none'} |")
    outside = [f"{date} ({q:.2g})" for date, q in zip(dates, found)
               if q <= 0.05 and not any(first <= date <= last for first, last in windows)]
    lines.append(f"| none | the other days of {len(dates)} | {', '.join(outside) or 'none'} |")
    return "\n".join(lines)


def replaced(document, name, text):
    """The document with another table between the marks of that name."""
    begin, end = f"<!-- table: {name} -->", "<!-- end of table -->"
    before, rest = document.split(begin)
    _, after = rest.split(end, 1)
    return f"{before}{begin}\n{text}\n{end}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trials", type=Path, default=REPOSITORY / ".build" / "release" / "KernelTrials")
    parser.add_argument("--document", type=Path, default=REPOSITORY / "docs" / "changes.md")
    chosen = parser.parse_args()
    trials = Trials(chosen.trials)
    document = chosen.document.read_text()
    document = replaced(document, "change points", change_table(chosen.folder / "changepoints", trials))
    document = replaced(document, "unusual days", taxi_table(chosen.folder / "anomaly", trials))
    chosen.document.write_text(document)


if __name__ == "__main__":
    main()
