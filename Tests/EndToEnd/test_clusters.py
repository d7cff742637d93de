"""Groups of users: those that were planted are found, those that are not there are not, and they stay themselves."""
import csv
import json
import subprocess
from collections import Counter
from math import comb

import numpy
import pytest

EVENTS, USERS = 900_000, 3_000
OPTIONS = ["--min-events", "30"]


def adjusted_rand(first, second):
    """Hubert and Arabie's index of two labellings."""
    cells, rows, columns = Counter(zip(first, second)), Counter(first), Counter(second)
    together = sum(comb(count, 2) for count in cells.values())
    in_first, in_second = (sum(comb(count, 2) for count in sizes.values()) for sizes in (rows, columns))
    expected = in_first * in_second / comb(len(first), 2)
    return (together - expected) / ((in_first + in_second) / 2 - expected)


def personas(folder):
    """The kind that each made user was made as."""
    with open(folder / "personas.csv") as file:
        return {row["user_id"]: row["persona"] for row in csv.DictReader(file)}


def groups(habitus):
    """The group of each user, as exported."""
    rows = csv.DictReader(habitus.export("clusters").decode().splitlines())
    return {row["user_id"]: row["cluster"] for row in rows}


@pytest.fixture(scope="module", params=[1, 2])
def made(request, made_events, session_habitus):
    """A stream of six kinds of users, imported and grouped."""
    folder = made_events(EVENTS, USERS, "--seed", str(request.param))
    command = session_habitus(f"clusters-{request.param}")
    command.load(folder / "events.csv")
    model = command.json("clusters", "fit", *OPTIONS)
    return folder, command, model


def test_finds_the_kinds_of_a_made_stream_without_being_told_how_many(made):
    folder, command, model = made
    truth, found = personas(folder), groups(command)
    users = sorted(found)
    assert len(users) == model["users"] > 500
    score = adjusted_rand([truth[user] for user in users], [found[user] for user in users])
    assert score >= 0.6, f"{score}: {model['choice']}"
    assert all(cluster["stability"] >= 0.6 for cluster in model["clusters"])


def test_names_and_sentences_are_of_two_languages_and_tell_groups_apart(made):
    _, _, model = made
    for language in ["en", "fr"]:
        names = [cluster["name"][language] for cluster in model["clusters"]]
        assert len(set(names)) == len(names) and all(names)
        assert all(sentence[language] for cluster in model["clusters"] for sentence in cluster["sentences"])


def test_similar_users_are_the_nearest_and_mostly_of_the_same_kind(made):
    folder, command, _ = made
    truth, found = personas(folder), groups(command)
    command.run("analyze", *OPTIONS)
    hits, total = 0, 0
    for user in sorted(found)[::50]:
        answer = command.json("clusters", "similar", user, "--limit", "5")
        distances = [other["distance"] for other in answer["similar"]]
        assert len(distances) == 5 and distances == sorted(distances) and user not in str(answer["similar"])
        hits += sum(truth[other["user"]] == truth[user] for other in answer["similar"])
        total += 5
    assert hits / total > 0.7


def test_compare_and_rule_and_user_answer_as_json_and_for_people(made):
    _, command, model = made
    first, second = (cluster["id"] for cluster in model["clusters"][:2])
    for words in [["compare", str(first), str(second)], ["rule", str(first)], ["user", sorted(groups(command))[0]],
                  ["drift"], ["show", str(first)], ["list"], ["outliers"]]:
        assert command.json("clusters", *words)
        assert command.run("clusters", *words).stdout.strip()


def test_groups_keep_their_numbers_when_a_few_events_come(made_events, habitus):
    folder = made_events(EVENTS, USERS, "--seed", "1")
    lines = (folder / "events.csv").read_text().splitlines()
    cut = len(lines) - len(lines) // 50
    for name, part in [("most.csv", lines[:cut]), ("rest.csv", [lines[0], *lines[cut:]])]:
        (folder / name).write_text("\n".join(part) + "\n")
    habitus.load(folder / "most.csv")
    first = habitus.json("clusters", "fit", *OPTIONS)
    before = groups(habitus)
    habitus.load(folder / "rest.csv")
    second = habitus.json("clusters", "fit", *OPTIONS)
    after = groups(habitus)
    common = before.keys() & after.keys()
    kept = sum(before[user] == after[user] for user in common) / len(common)
    assert kept >= 0.95
    names = {cluster["id"]: cluster["name"] for cluster in first["clusters"]}
    assert all(cluster["name"] == names.get(cluster["id"], cluster["name"]) for cluster in second["clusters"])
    # The same events again: everybody stays.
    habitus.run("clusters", "fit", *OPTIONS)
    assert groups(habitus) == after


def draws():
    """A hundred samples without groups, of several shapes and sizes."""
    generator = numpy.random.default_rng(2026)
    for number in range(100):
        rows, columns = [(120, 2), (200, 5), (300, 10), (500, 3)][number % 4]
        shape = (rows, columns)
        kind = number // 4 % 5
        if kind == 0:
            yield generator.uniform(size=shape)
        elif kind == 1:
            yield generator.normal(size=shape)
        elif kind == 2:
            yield generator.normal(size=shape) @ generator.normal(size=(columns, columns))
        elif kind == 3:
            yield generator.standard_t(4, size=shape)
        else:
            directions = generator.normal(size=shape)
            lengths = generator.uniform(size=(rows, 1)) ** (1 / columns)
            yield directions / numpy.linalg.norm(directions, axis=1, keepdims=True) * lengths


def test_reports_groups_in_at_most_5_of_100_samples_without_groups(binary, tmp_path):
    trials = binary.with_name("KernelTrials")
    if not trials.exists():
        pytest.skip(f"the kernels' trials are not built at {trials}: swift build -c release --product KernelTrials")
    found = 0
    for points in draws():
        file = tmp_path / "points.f64"
        scaled = (points - points.mean(0)) / points.std(0)
        numpy.ascontiguousarray(scaled).tofile(file)
        command = [trials, "automatic", file, *map(str, points.shape)]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        found += answer["figures"]["clusters"] > 1
    assert found <= 5


def test_one_kind_of_users_is_one_group(made_events, habitus):
    folder = made_events(EVENTS, USERS, "--seed", "1")
    chosen = {user for user, persona in personas(folder).items() if persona == "daily_browser"}
    lines = (folder / "events.csv").read_text().splitlines()
    alone = [lines[0], *(line for line in lines[1:] if line.split(",")[1] in chosen)]
    (folder / "alone.csv").write_text("\n".join(alone) + "\n")
    habitus.load(folder / "alone.csv")
    model = habitus.json("clusters", "fit", *OPTIONS)
    assert len(model["clusters"]) == 1 and model["users"] > 300
    assert model["choice"]["algorithm"] == "none"


def test_two_kinds_of_users_are_two_groups(made_events, habitus):
    folder = made_events(EVENTS, USERS, "--seed", "2")
    kinds = personas(folder)
    chosen = {user for user, persona in kinds.items() if persona in ("daily_browser", "night_networker")}
    lines = (folder / "events.csv").read_text().splitlines()
    two = [lines[0], *(line for line in lines[1:] if line.split(",")[1] in chosen)]
    (folder / "two.csv").write_text("\n".join(two) + "\n")
    habitus.load(folder / "two.csv")
    habitus.json("clusters", "fit", *OPTIONS)
    found = groups(habitus)
    users = sorted(found)
    assert len(set(found.values())) == 2
    assert adjusted_rand([kinds[user] for user in users], [found[user] for user in users]) > 0.9
