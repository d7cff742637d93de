"""Import of one file, durable and sorted, beside DuckDB's load of the same file without and with sorting."""
from measuring import Duck, folder_bytes, median, ratio


def run(report, datasets, habitus, sizes, runs):
    """Measures CSV and JSON Lines at the largest size, then the growth with the number of events."""
    rows = []
    for kind, name in [("csv", "CSV"), ("jsonl", "JSON Lines")]:
        file = datasets.file(sizes[-1], kind)
        events, megabytes = datasets.rows(file), file.stat().st_size / 1e6
        data, duck = datasets.folder / "import-data", Duck(datasets.folder / "import.duckdb")
        ours, loads, sorts = [], [], []
        for _ in range(runs):
            ours.append(habitus.load(file, data))
            duck.remove()
            loads.append(duck.job("load", file))
            duck.remove()
            sorts.append(duck.job("load-sorted", file))
        for tool, taken in [("Habitus", ours), ("DuckDB, load", loads), ("DuckDB, load and sort", sorts)]:
            seconds = median(taken)
            rows.append([
                f"{name}: {tool}", f"{seconds:.2f}", f"{events / seconds / 1e6:.2f}", f"{megabytes / seconds:.0f}",
                f"{median(taken, lambda run: run.peak_bytes) / 2**30:.2f}",
                "" if taken is ours else f"{ratio(taken, ours):.2f}"])
        duck.remove()
    report.table(f"Import of {events:,} events", ["", "s", "million events/s", "MB/s", "peak GiB", "ratio"], rows)
    growth(report, datasets, habitus, sizes, runs)


def growth(report, datasets, habitus, sizes, runs):
    """Measures the import of CSV by number of events."""
    rows = []
    for size in sizes:
        file, data = datasets.file(size, "csv"), datasets.folder / "import-data"
        events = datasets.rows(file)
        taken = [habitus.load(file, data) for _ in range(runs)]
        rows.append([f"{events:,}", f"{median(taken):.2f}", f"{median(taken) / events * 1e9:.0f}",
                     f"{median(taken, lambda run: run.peak_bytes) / 2**30:.2f}",
                     f"{median(taken, lambda run: run.peak_bytes) / events:.0f}",
                     f"{folder_bytes(data) / events:.1f}"])
    report.table("Import of CSV by number of events",
                 ["events", "s", "ns an event", "peak GiB", "peak bytes an event", "bytes an event on disk"], rows)
