#!/usr/bin/env python3
"""Writes the table of docs/clustering.md: how well the algorithms find the groups of labelled data sets.

usage: clustering_table.py FOLDER [--trials PATH] [--document docs/clustering.md]

FOLDER holds the sets of Gagolewski's benchmark (clustering-data-v1) as BATTERY/NAME.data.gz and NAME.labelsN.gz, and
published_nca.json.gz, the figures that the benchmark published. Needs numpy, scipy and scikit-learn. Every set is scaled as
Habitus scales features (two columns by one factor, more columns each); the number of groups is told where the heading
says so. Where there are several reference labellings the best match counts; label 0 (noise) is a group of its own.
"""
import argparse
import gzip
import json
import subprocess
import tempfile
from pathlib import Path

import numpy
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

REPOSITORY = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- table: labelled sets -->", "<!-- end of table -->"
TOLD = ["kmeans", "mini-batch", "mixture", "ward", "average", "complete", "single"]
UNTOLD = ["hdbscan", "automatic"]
PUBLISHED = {"k-means": "sklearn_kmeans", "mixture": "sklearn_gm", "ward": "fastcluster_ward"}


def sets(folder):
    """Every set: name, points, reference labellings."""
    for path in sorted(folder.glob("*/*.data.gz")):
        name = str(path.relative_to(folder))[: -len(".data.gz")]
        points = numpy.loadtxt(gzip.open(path), ndmin=2)
        labels = [numpy.loadtxt(gzip.open(file)).astype(int)
                  for file in sorted(path.parent.glob(path.name.replace(".data.gz", ".labels*.gz")))]
        yield name, scaled(points), labels


def scaled(points):
    """Columns brought to one scale; a plane keeps its shape."""
    centred = points - points.mean(0)
    return centred / (centred.std() if points.shape[1] <= 2 else numpy.where(centred.std(0) > 0, centred.std(0), 1))


class Trials:
    """The kernels as a process."""

    def __init__(self, binary):
        self.binary = binary

    def labels(self, method, points, **options):
        """The labels that a kernel gives, −1 for noise."""
        with tempfile.NamedTemporaryFile(suffix=".f64") as file:
            numpy.ascontiguousarray(points, dtype=float).tofile(file.name)
            words = [f"{name}={value}" for name, value in options.items()]
            command = [self.binary, method, file.name, *map(str, points.shape), "labels=true", *words]
            return numpy.array(json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["labels"])


def agreement(references, found):
    """The adjusted Rand index with the best matching reference."""
    return max(adjusted_rand_score(reference, found) for reference in references)


def told(trials, method, points, references):
    """The agreement of a method that is told the number of groups of each reference in turn."""
    counts = {len(set(reference) - {0}) for reference in references}
    return max(agreement([reference for reference in references if len(set(reference) - {0}) == count],
                         trials.labels(method, points, k=count, restarts=10)) for count in counts)


def normalized_accuracy(references, found):
    """Gagolewski's normalised clustering accuracy with the best matching reference; points of noise are left out."""
    return max(accuracy(reference[reference > 0], found[reference > 0]) for reference in references)


def accuracy(reference, found):
    """Mean share of each reference group that its partner holds, beyond an even spread."""
    groups, parts = sorted(set(reference)), sorted(set(found) - {-1})
    shares = numpy.zeros((len(groups), max(len(groups), len(parts))))
    for row, group in enumerate(groups):
        for column, part in enumerate(parts):
            shares[row, column] = numpy.mean(found[reference == group] == part)
    rows, columns = linear_sum_assignment(-shares)
    return (shares[rows, columns].sum() - 1) / (len(groups) - 1)


def table(folder, trials):
    """The rows of the table, and the means in the last one."""
    published = json.loads(gzip.open(folder / "published_nca.json.gz").read())
    rows, columns = [], TOLD + UNTOLD
    for name, points, references in sets(folder):
        scores = [told(trials, method, points, references) for method in TOLD]
        found = [trials.labels(method, points) for method in UNTOLD]
        scores += [agreement(references, labels) for labels in found]
        counts = "/".join(str(len(set(reference) - {0})) for reference in references)
        rows.append((name, counts, len(set(found[-1]) - {-1}), scores, normalized_accuracy(references, found[-1]),
                     published.get(name, {})))
        print(name, *(f"{score:.2f}" for score in scores), flush=True)
    means = numpy.mean([row[3] for row in rows], axis=0)
    header = ["set", "groups", *columns, "found", "automatic, NCA", *(f"published {name}" for name in PUBLISHED), "best"]
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    for name, counts, found, scores, accuracy_found, entry in rows:
        others = [entry.get(method) for method in PUBLISHED.values()] + [max(entry.values(), default=None)]
        cells = [f"{score + 0.0:.2f}".replace("-0.00", "0.00") for score in scores] + [str(found), f"{accuracy_found:.2f}"]
        cells += ["" if value is None else f"{value:.2f}" for value in others]
        lines.append(f"| {name} | {counts} | " + " | ".join(cells) + " |")
    lines.append("| **mean** | | " + " | ".join(f"**{mean:.2f}**" for mean in means) + " |" + " |" * 6)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trials", type=Path, default=REPOSITORY / ".build" / "release" / "KernelTrials")
    parser.add_argument("--document", type=Path, default=REPOSITORY / "docs" / "clustering.md")
    chosen = parser.parse_args()
    text = table(chosen.folder, Trials(chosen.trials))
    document = chosen.document.read_text()
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    chosen.document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main()
