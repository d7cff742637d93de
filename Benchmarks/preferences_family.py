"""Preferences: of everybody, and of one user beside the population that the analysis kept. No other tool answers the same
questions, so there is nothing beside it."""
from measuring import measured, median

# The made sets are 60 days long: this window holds them whole.
DAYS = 60
USER = "u0000000"


def run(report, datasets, habitus, sizes, runs):
    """Asks about the largest set."""
    data = datasets.folder / "preferences"
    file = datasets.file(sizes[-1], "csv")
    habitus.load(file, data)
    analyses, exports, users = [], [], []
    for _ in range(runs):
        analyses.append(analysed(habitus, data))
        exports.append(habitus.asked(["export", "preferences"], data, DAYS))
        users.append(habitus.asked(["preferences", USER, "--json"], data, DAYS))
    within = median(analyses, lambda run: run.answer["seconds"]["preferences"])
    rows = [
        ["of everybody, within `analyze`", f"{within:.1f}", memory(analyses) + ", of all the analysis"],
        ["of everybody, calculated anew and written as CSV", f"{median(exports):.1f}", memory(exports)],
        ["of one user, beside the population kept by the analysis", f"{median(users):.2f}", memory(users)],
    ]
    report.table(f"Preferences from {datasets.rows(file):,} events, 2 threads", ["", "s", "MB at most"], rows)


def analysed(habitus, data):
    """An analysis; its answer tells the seconds of each step."""
    return measured([habitus.binary, "analyze", "--json", "--window-days", str(DAYS), "--data", data])


def memory(taken):
    """The peak of the process, in MB."""
    return f"{median(taken, lambda run: run.peak_bytes) / 1e6:,.0f}"
