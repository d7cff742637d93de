"""Patterns: what is planted is found, what order does not have is not, and a search that would explode is stopped."""
import csv
import gzip
import json
import random
from collections import defaultdict

import pytest

WINDOW = ["--window-days", "400"]


def write(path, rows):
    """A file of events to import."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["user_id", "timestamp", "event_type"])
        writer.writerows(rows)
    return path


def shuffled(rows, seed):
    """The same events of each user at the same times, their types in random order."""
    generator = random.Random(seed)
    types = defaultdict(list)
    for user, _, kind in rows:
        types[user].append(kind)
    for kinds in types.values():
        generator.shuffle(kinds)
    return [(user, time, types[user].pop()) for user, time, _ in rows]


def users_with_order(habitus):
    """The users who have a sequence or a path, and how many users there are."""
    done = habitus.run("export", "patterns", "--each-user", "--format", "jsonl", *WINDOW)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return {row["user"] for row in rows if row["kind"] in ("sequence", "path")}


@pytest.fixture(scope="module")
def shop(published):
    """Rows of a shop's log: user, time, event."""
    with gzip.open(published("events/retentioneering_ecom.csv.gz"), "rt") as file:
        return [(row["user_id"], row["timestamp"], row["event"]) for row in csv.DictReader(file)]


def test_real_histories_in_random_order_have_no_sequences(shop, session_habitus, tmp_path):
    users = len({user for user, _, _ in shop})
    real = session_habitus("patterns-real")
    real.load(write(tmp_path / "real.csv", shop))
    found = users_with_order(real)
    assert len(found) >= 0.1 * users, "the log has no order to lose"
    for seed in (1, 2):
        made = session_habitus(f"patterns-shuffled-{seed}")
        made.load(write(tmp_path / f"shuffled-{seed}.csv", shuffled(shop, seed)))
        assert len(users_with_order(made)) <= 0.05 * users


def test_everybodys_sequences_are_told_in_both_languages_with_sessions(shop, session_habitus, tmp_path):
    command = session_habitus("patterns-everybody")
    command.load(write(tmp_path / "events.csv", shop))
    answer = command.json("patterns", *WINDOW)
    told = [pattern for pattern in answer["patterns"] if pattern["kind"] in ("sequence", "path")]
    assert told
    users = len({user for user, _, _ in shop})
    sessions = defaultdict(list)
    for user, _, kind in shop:
        sessions[user].append(kind)
    for pattern in told:
        assert pattern["total"] == users and pattern["unit"] == "users"
        assert pattern["q_value"] <= 0.05
        assert pattern["sentence"]["en"].startswith("With ") and pattern["sentence"]["fr"].startswith("Chez ")
        assert 1 <= len(pattern["evidence"]) <= 3
        for step in pattern["elements"]:
            assert all(step in sessions[occurrence["user"]] for occurrence in pattern["evidence"])
    again = command.json("patterns", *WINDOW)
    assert again == answer
    french = command.run("patterns", *WINDOW, variables={"HABITUS_VISUALIZATION_LANGUAGE": "fr"}).stdout.decode()
    assert "Habitudes de tous" in french and "Chez " in french


def test_a_search_that_would_explode_is_stopped_and_says_so(shop, habitus, tmp_path):
    habitus.load(write(tmp_path / "events.csv", shop))
    low = {"HABITUS_PATTERN_DETECTOR_SEQUENCE_PATTERN_MIN_SUPPORT": "0.002",
           "HABITUS_PATTERN_DETECTOR_SEQUENCE_PATTERN_MAX_LENGTH": "20"}
    cut = habitus.json("patterns", *WINDOW, variables=low | {"HABITUS_PATTERN_DETECTOR_PATTERN_BUDGET": "500"})
    assert any("pattern_budget" in note["en"] and "pattern_budget" in note["fr"] for note in cut["notes"])
    slow = habitus.json(
        "patterns", *WINDOW, variables=low | {"HABITUS_PATTERN_DETECTOR_PATTERN_BUDGET": "10000000",
                                                "HABITUS_PATTERN_DETECTOR_TIME_BUDGET_SECONDS": "0.05"})
    assert any("time_budget_seconds" in note["en"] for note in slow["notes"])
    small = habitus.json(
        "patterns", *WINDOW, variables=low | {"HABITUS_PATTERN_DETECTOR_PATTERN_BUDGET": "10000000",
                                                "HABITUS_PATTERN_DETECTOR_MEMORY_BUDGET_BYTES": str(1 << 20)})
    assert small["notes"]


def test_a_users_habits_are_compared_with_everybody(shop, session_habitus, tmp_path):
    command = session_habitus("patterns-compare")
    command.load(write(tmp_path / "events.csv", shop))
    user = sorted(users_with_order(command))[0]
    answer = command.json("patterns", "--user", user, *WINDOW)
    compared = command.json("patterns", "--user", user, "--compare", *WINDOW)
    by_standing = defaultdict(list)
    for pattern in answer["patterns"]:
        if "comparison" in pattern:
            by_standing[pattern["comparison"]["standing"]].append(pattern["elements"])
    assert [pattern["elements"] for pattern in compared["own"]] == by_standing["own"]
    assert [pattern["elements"] for pattern in compared["shared"]] == by_standing["shared"]
    own = {kind for person, _, kind in shop if person == user}
    for pattern in answer["patterns"]:
        if pattern["kind"] in ("sequence", "path"):
            assert set(pattern["elements"]) <= own
            assert all(occurrence["user"] == user for occurrence in pattern["evidence"])
    page = command.run("patterns", "--user", user, "--evidence", *WINDOW).stdout.decode()
    assert "Paths, step by step" in page or "Sequences inside sessions" in page
