#!/usr/bin/env python3
"""Measures Habitus beside other tools, alternating them in one run, and prints medians.

usage: bench.py [FAMILY ...] [--runs 5] [--quick] [--habitus PATH] [--folder .setup/bench]

FAMILY is import, features, intake, clustering, sequences, patterns, preferences, recommendations or lifetimes; without
one, all are run. --quick takes 1 million events in place of 10 million, for trying it out. The tables are printed and
written to FOLDER/results.md; made data stays in FOLDER and is used again.
"""
import argparse
import sys
from pathlib import Path

import clustering_family
import features_family
import import_family
import intake_family
import lifetimes_family
import machine
import patterns_family
import preferences_family
import recommendation_family
import sequences_family
from datasets import Datasets
from measuring import Habitus
from report import Report

REPOSITORY = Path(__file__).resolve().parents[1]
FAMILIES = {"import": import_family.run, "features": features_family.run, "intake": intake_family.run,
            "clustering": clustering_family.run, "sequences": sequences_family.run,
            "patterns": patterns_family.run, "preferences": preferences_family.run,
            "recommendations": recommendation_family.run, "lifetimes": lifetimes_family.run}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", metavar="FAMILY")
    parser.add_argument("--runs", type=int, default=5, help="runs of each; medians are of at least 5 unless --quick")
    parser.add_argument("--quick", action="store_true", help="1 million events in place of 10 million")
    parser.add_argument("--habitus", type=Path, default=REPOSITORY / ".build" / "release" / "habitus")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / ".setup" / "bench")
    chosen = parser.parse_args()
    unknown = [family for family in chosen.families if family not in FAMILIES]
    if unknown:
        parser.error(f"there is no family {unknown[0]}; there are: {', '.join(FAMILIES)}")
    if chosen.runs < 5 and not chosen.quick:
        parser.error("medians need at least 5 runs")
    if not chosen.habitus.exists():
        parser.error(f"there is no command at {chosen.habitus}: run `make build`, or name it with --habitus")
    return chosen


def main():
    chosen = arguments()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    sizes = [250_000, 500_000, 1_000_000] if chosen.quick else [1_000_000, 2_500_000, 5_000_000, 10_000_000]
    report = Report(chosen.folder / "results.md")
    report.text("# Habitus beside other tools")
    report.text(machine.description(chosen.habitus))
    report.text(f"Medians of {chosen.runs} alternated runs; a ratio is the median of the ratios of the runs, above 1 "
                "where Habitus is faster. Habitus: the whole process, from its start to its end. DuckDB: the "
                "statements alone, in a fresh process, with 2 threads. Files are in the page cache.")
    datasets = Datasets(chosen.folder, REPOSITORY / "Scripts" / "make_events.py")
    for family in chosen.families or FAMILIES:
        FAMILIES[family](report, datasets, Habitus(chosen.habitus), sizes, chosen.runs)
    print(f"\nWritten to {report.path}", file=sys.stderr)


if __name__ == "__main__":
    main()
