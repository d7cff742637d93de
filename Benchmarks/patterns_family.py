"""Patterns, paths and changes of a whole product: the process from its start to its end, and its memory. No other tool
answers the same questions, so there is nothing beside it."""
from measuring import median

# The made sets are 60 days long: this window holds them whole.
DAYS = 60
QUESTIONS = {
    "patterns of each user, as JSON Lines": ["export", "patterns", "--each-user", "--format", "jsonl"],
    "patterns of everybody": ["patterns", "--json"],
    "paths of event types": ["paths", "--json"],
    "changes of the product, and who slips away": ["changes", "--json"],
}


def run(report, datasets, habitus, sizes, runs):
    """Asks each question of the largest set."""
    data = datasets.folder / "patterns"
    file = datasets.file(sizes[-1], "csv")
    habitus.load(file, data)
    rows = []
    for question, words in QUESTIONS.items():
        taken = [habitus.asked(words, data, DAYS) for _ in range(runs)]
        peak = median(taken, lambda run: run.peak_bytes)
        rows.append([question, f"{median(taken):.1f}", f"{peak / 1e6:,.0f}"])
    report.table(f"What is found in {datasets.rows(file):,} events, 2 threads", ["", "s", "MB at most"], rows)
