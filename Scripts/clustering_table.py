#!/usr/bin/env python3
"""Writes the table of docs/clustering.md: how well the algorithms find the groups of labelled data sets.

usage: clustering_table.py FOLDER [--trials PATH] [--document docs/clustering.md]

FOLDER holds the sets of Gagolewski's benchmark (clustering-data-v1) as BATTERY/NAME.data.gz and NAME.labelsN.gz, and
published_nca.json.gz, the figures that the benchmark published. Needs numpy and scikit-learn. Every set is scaled as
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
from sklearn.metrics import adjusted_rand_score

REPOSITORY = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- table: labelled sets -->", "<!-- end of table -->"
TOLD = ["kmeans", "mini-batch", "mixture", "ward", "average", "complete", "single"]
UNTOLD = ["hdbscan", "automatic"]
PUBLISHED = {"K-Means": "sklearn_kmeans", "Ward": "Ward", "Genie": "Genie_G0.3"}


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


def best_published(entry):
    """The best published accuracy of a set and the method that reached it."""
    return max(((value, name) for name, value in entry.items() if value is not None), default=None)


def table(folder, trials):
    """The rows of the table, and the means in the last one."""
    published = json.loads(gzip.open(folder / "published_nca.json.gz").read())
    rows, columns = [], TOLD + UNTOLD
    for name, points, references in sets(folder):
        scores = [told(trials, method, points, references) for method in TOLD]
        found = [trials.labels(method, points) for method in UNTOLD]
        scores += [agreement(references, labels) for labels in found]
        counts = "/".join(str(len(set(reference) - {0})) for reference in references)
        rows.append((name, counts, len(set(found[-1]) - {-1}), scores, published_cell(published, name)))
        print(name, *(f"{score:.2f}" for score in scores), flush=True)
    means = numpy.mean([row[3] for row in rows], axis=0)
    header = ["set", "groups", *columns, "found", "published (NCA)"]
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 2) + "---|"]
    for name, counts, found, scores, cell in rows:
        lines.append(f"| {name} | {counts} | " + " | ".join(f"{score:.2f}" for score in scores) + f" | {found} | {cell} |")
    lines.append("| **mean** | | " + " | ".join(f"**{mean:.2f}**" for mean in means) + " | | |")
    return "\n".join(lines)


def published_cell(published, name):
    """Published accuracies of some methods and of the best one."""
    entry = published.get(name) or published.get(name.split("/")[-1])
    if not entry:
        return ""
    value, method = best_published(entry)
    return f"best {value:.2f} ({method})"


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
