"""Extraction of all features of everybody from the store, beside DuckDB running the definition on its own table.

Habitus is measured as a process, from its start to the end of `habitus features --summary`, which also finds quantiles
of every feature; and by the seconds that it states for the extraction. DuckDB's table of strings is sorted by user and
time, and repeated ids are removed; its table of codes has no repeats, and none are looked for.
"""
import sys

from measuring import Duck, Run, folder_bytes, median, ratio

# The made sets are 60 days long: this window holds them whole.
DAYS = 60


def run(report, datasets, habitus, sizes, runs):
    """Measures by number of events."""
    speed, ratios, space = [], [], []
    for size in sizes:
        file, data = datasets.file(size, "csv"), datasets.folder / f"features-{size}"
        duck = Duck(datasets.folder / f"features-{size}.duckdb")
        events = datasets.rows(file)
        duck_bytes = prepare(habitus, duck, file, data)
        ours, strings, codes = [], [], []
        for _ in range(runs):
            ours.append(habitus.features(data, DAYS))
            strings.append(duck.job("features", "strings", DAYS))
            codes.append(duck.job("features", "codes", DAYS))
        users = strings[0].answer["users"]
        if ours[0].answer["users"] != users or ours[0].answer["events"] != strings[0].answer["events"]:
            sys.exit(f"Habitus and DuckDB did not do the same work: {ours[0].answer}, {strings[0].answer}")
        own = median(ours, lambda run: run.answer["seconds"])
        speed.append([
            f"{events:,}", f"{users:,}", f"{median(ours):.3f}", f"{own:.3f}", f"{own / events * 1e9:.1f}",
            f"{median(strings):.2f}", f"{median(codes):.2f}"])
        alone = [Run(run.answer["seconds"], run.peak_bytes) for run in ours]
        ratios.append([f"{events:,}", *[f"{ratio(theirs, taken):.1f}" for taken in (ours, alone)
                                        for theirs in (strings, codes)]])
        peak = median(ours, lambda run: run.peak_bytes)
        stored = habitus.doctor(data)["store"]
        space.append([
            f"{events:,}", *[f"{stored[name] / events:.2f}" for name in ("scan_bytes", "other_bytes", "key_bytes")],
            f"{folder_bytes(data) / events:.2f}", f"{duck_bytes / events:.2f}", f"{peak / 2**20:.0f}",
            f"{median(strings, lambda run: run.peak_bytes) / 2**20:.0f}"])
    report.table(
        "Features of everybody, from the store",
        ["events", "users", "Habitus, process s", "extraction s", "ns an event", "DuckDB strings s", "codes s"], speed)
    report.table(
        "Times as fast as DuckDB",
        ["events", "process : strings", "process : codes", "extraction : strings", "extraction : codes"], ratios)
    report.table(
        "Space: bytes an event on disk, peak memory of the extraction",
        ["events", "scanned columns", "other columns", "keys", "data folder", "DuckDB, strings", "peak MiB",
         "DuckDB peak MiB"], space)


def prepare(habitus, duck, file, data):
    """Imports into both, and makes sure that the table of codes means the same as the table of strings; returns
    the size of DuckDB's file with the table of strings alone."""
    habitus.load(file, data)
    duck.remove()
    duck.job("load-sorted", file)
    duck_bytes = duck.database.stat().st_size
    duck.job("code")
    same = duck.job("compare", DAYS).answer
    if same["missing"] or same["largest"] > 1e-9:
        sys.exit(f"the tables of strings and of codes do not give the same features: {same}")
    return duck_bytes
