"""`habitus paths` gives what a plain formulation in SQL gives, computed by DuckDB, on published and made data."""
import gzip
import json

import pytest

from support.paths import Paths

SHOP = ("id, user_id AS u, timestamp::TIMESTAMP AS ts, event AS type, NULL AS item, NULL AS category, "
        "NULL::DOUBLE AS value")
CLICKS = ("id, SessionId AS u, epoch_ms(round(Time::DOUBLE * 1000)::BIGINT) AS ts, 'view' AS type, ItemId AS item, "
          "NULL AS category, NULL::DOUBLE AS value")
MADE = ("event_id AS id, user_id AS u, timezone('UTC', timestamp::TIMESTAMPTZ) AS ts, event_type AS type, "
        "item_id AS item, category, value::DOUBLE AS value")
ALWAYS = ["--window-days", 36_500]
QUANTILES = ["p10", "p25", "median", "p75", "p90"]


def numbered(source, target, separator):
    """A table with a number for each row as its id: those that are published have none."""
    with gzip.open(source, "rt") as lines:
        header, *rows = lines.read().splitlines()
    lines = [f"{header}{separator}id"] + [f"{row}{separator}{number}" for number, row in enumerate(rows)]
    target.write_text("\n".join(lines) + "\n")
    return target


@pytest.fixture(scope="module")
def shop(published, session_habitus, tmp_path_factory):
    """The shop log of retentioneering: 600 users, few event types."""
    file = numbered(published("events/retentioneering_ecom.csv.gz"), tmp_path_factory.mktemp("shop") / "shop.csv", ",")
    command = session_habitus("shop")
    command.load(file, "--map", "id=id", "--map", "type=event")
    return command, file, SHOP


@pytest.fixture(scope="module")
def clicks(published, session_habitus, tmp_path_factory):
    """The clicks of yoochoose: 17,794 short histories over 2,933 items."""
    file = numbered(
        published("events/yoochoose_100k_train.tsv.gz"), tmp_path_factory.mktemp("clicks") / "clicks.tsv", "\t")
    command = session_habitus("clicks")
    command.load(file, "--map", "id=id", "--map", "user=SessionId", "--map", "time=Time", "--map", "type==view",
                 "--map", "item=ItemId")
    return command, file, CLICKS


@pytest.fixture(scope="module")
def made(made_events, session_habitus):
    """A made set with repeats, ties and late events."""
    file = made_events(60_000, 1_500, "--rough", "--seed", "2") / "events.csv"
    command = session_habitus("made")
    command.load(file)
    return command, file, MADE


def assert_equal_graph(found, reference):
    steps = {row["step"]: tuple(row[key] for key in ("visits", "sessions", "users", "entries", "exits"))
             for row in found["steps"]}
    assert steps == reference.steps()
    transitions = {(row["from"], row["to"]): row for row in found["transitions"] if row["count"]}
    expected = reference.transitions()
    assert transitions.keys() == expected.keys()
    for pair, row in transitions.items():
        assert (row["count"], row["sessions"], row["users"]) == expected[pair][:3]
        assert row["median_seconds"] == pytest.approx(expected[pair][3], abs=1e-6)
    assert found["visits"] == sum(row[0] for row in steps.values())
    for row in found["steps"]:
        assert row["exit_share"] == pytest.approx(row["exits"] / row["visits"])
        assert row["exit_low"] <= row["exit_share"] <= row["exit_high"]


def assert_equal_depth(found, reference):
    quantiles, counts = reference.lengths()
    assert [found["depth"][key] for key in QUANTILES] == pytest.approx(quantiles)
    assert found["depth"]["maximum"] == max(counts)
    assert found["sessions"] == sum(counts.values())
    for row in found["depth"]["positions"]:
        assert row["ended"] == counts.get(row["position"], 0)
        assert row["reached"] == sum(count for length, count in counts.items() if length >= row["position"])


def assert_top(found, expected, limit):
    """The listed paths have the figures of SQL, and no other path has more sessions."""
    listed = {tuple(row["steps"]): (row["occurrences"], row["sessions"], row["users"]) for row in found}
    assert len(listed) == len(found) == min(limit, len(expected))
    for path, figures in listed.items():
        assert figures == expected[path]
    if listed:
        least = min(sessions for _, sessions, _ in listed.values())
        assert all(figures[1] <= least for path, figures in expected.items() if path not in listed)


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("events, condition", [
    ("*", "true"), ("search,product_view,cart", "type IN ('search', 'product_view', 'cart')")])
def test_paths_of_a_shop(shop, repeats, events, condition):
    command, file, columns = shop
    reference = Paths(file, columns, "type", condition, repeats=repeats)
    flags = ["--events", events, "--length", "2-4", "--limit", 50, *(["--repeats"] if repeats else [])]
    found = command.json("paths", *flags, *ALWAYS)
    assert_equal_graph(found, reference)
    assert_equal_depth(found, reference)
    for length in (2, 3, 4):
        assert_top([row for row in found["paths"] if len(row["steps"]) == length], reference.paths(length), 50)
    courses = {path: (sessions, sessions, users)
               for path, (sessions, users) in reference.courses().items() if len(path) <= 20}
    assert_top(found["courses"], courses, 50)


@pytest.mark.parametrize("flags, keeps", [
    (["--from", "home"], lambda path: path[0] == "home"), (["--to", "purchase"], lambda path: path[-1] == "purchase"),
    (["--from", "home", "--to", "cart"], lambda path: path[0] == "home" and path[-1] == "cart")])
def test_paths_from_and_to_a_step(shop, flags, keeps):
    command, file, columns = shop
    reference = Paths(file, columns, "type")
    found = command.json("paths", *flags, "--length", "3-5", "--limit", 20, *ALWAYS)
    for length in (3, 4, 5):
        expected = {path: figures for path, figures in reference.paths(length).items() if keeps(path)}
        assert expected, "no such path: nothing would be compared"
        assert_top([row for row in found["paths"] if len(row["steps"]) == length], expected, 20)


def test_trees_of_a_shop(shop):
    command, file, columns = shop
    reference = Paths(file, columns, "type")
    sequences = [row[0] for row in reference.rows("SELECT list(step ORDER BY n) FROM visits GROUP BY u, s")]

    def check(branch, path, courses, least):
        """`courses` are what follows each place where the path stands; rarer branches than `least` are not shown."""
        assert (branch["visits"], branch["ended"]) == (len(courses), sum(not course for course in courses))
        following = {}
        for course in filter(None, courses):
            following.setdefault(course[0], []).append(course[1:])
        shown = [(next_branch["visits"], next_branch["step"]) for next_branch in branch["branches"]]
        if len(path) < 4:
            assert [visits for visits, _ in shown] == sorted(
                (len(rest) for rest in following.values() if len(rest) >= least), reverse=True)[:4]
        assert branch["others"] == len(courses) - branch["ended"] - sum(visits for visits, _ in shown)
        for next_branch in branch["branches"]:
            check(next_branch, [*path, next_branch["step"]], following[next_branch["step"]], least)

    def check_from(branch, step, courses):
        check(branch, [step], courses, max(1, len(courses) // 1000))

    found = command.json("paths", "--from", "cart", "--to", "purchase", *ALWAYS)
    check_from(found["forward"], "cart", [
        steps[place + 1:] for steps in sequences for place, step in enumerate(steps) if step == "cart"])
    check_from(found["backward"], "purchase", [
        steps[:place][::-1] for steps in sequences for place, step in enumerate(steps) if step == "purchase"])
    check_from(command.json("paths", *ALWAYS)["forward"], None, sequences)


def test_sessions_of_the_source_are_followed_where_they_are_asked_for(shop, habitus):
    """The set has 3,605 sessions of its own, some of them closer to each other than half an hour."""
    _, file, columns = shop
    habitus.load(file, "--map", "id=id", "--map", "type=event", "--map", "session=session_id")
    found = habitus.json("paths", *ALWAYS, "--set", "feature_extraction.sessions.from=source")
    assert found["sessions"] == 3_605


def test_items_of_a_click_stream(clicks):
    command, file, columns = clicks
    reference = Paths(file, columns, "item")
    found = command.json("paths", "--of", "item", "--states", 1000, "--length", "2-3", "--limit", 30, *ALWAYS)
    expected = reference.steps()
    own = [row for row in found["steps"] if not row["is_joined"]]
    assert len(own) == 1000 and found["omitted"]["joined_steps"] == len(expected) - 1000
    for row in own:
        assert tuple(row[key] for key in ("visits", "sessions", "users", "entries", "exits")) == expected[row["step"]]
    least = min(row["visits"] for row in own)
    names = {row["step"] for row in own}
    assert all(figures[0] <= least for step, figures in expected.items() if step not in names)
    for length in (2, 3):
        paths = {path: figures for path, figures in reference.paths(length).items() if names.issuperset(path)}
        assert_top([row for row in found["paths"] if len(row["steps"]) == length], paths, 30)
    # Without joining a step to another nothing collapses that did not before.
    (visits,) = reference.rows("SELECT count(*) FROM visits")[0]
    assert found["omitted"]["joined_visits"] == visits - sum(row["visits"] for row in own)


@pytest.mark.parametrize("days, part", [(30, "type"), (60, "category"), (60, "type")])
def test_made_events(made, days, part):
    command, file, columns = made
    reference = Paths(file, columns, part, window_days=days)
    found = command.json("paths", "--of", {"type": "event_type"}.get(part, part), "--window-days", days,
                         "--length", "3", "--limit", 40)
    assert_equal_graph(found, reference)
    assert_equal_depth(found, reference)
    assert_top(found["paths"], reference.paths(3), 40)


def test_the_flows_that_dbt_product_analytics_expects(published, habitus):
    """There, flows go through whole histories: only a year of silence ends a session."""
    folder = "logs/dbt_product_analytics"
    habitus.load(published(f"{folder}/raw_orders_simple.csv"), "--map", "id=id", "--map", "user=customer_id",
                 "--map", "time=order_date", "--map", "type=status")
    expected = json.loads(published(f"{folder}/expected_flows.json").read_text())
    found = habitus.json("paths", "--from", "placed", "--to", "placed", "--repeats", "--depth", 5,
                         "--session-gap", 525_600, *ALWAYS)

    def flows(branch, path=()):
        path = (*path, branch["step"])
        ended = {path: branch["ended"]} if branch["ended"] else {}
        for next_branch in branch["branches"]:
            ended |= flows(next_branch, path)
        return ended

    for tree, name in [("forward", "flows_after_placed"), ("backward", "flows_before_placed")]:
        published_flows = {tuple(filter(None, row["events"])): row["n_events"] for row in expected[name]}
        assert flows(found[tree]) == published_flows


def test_number_of_threads_and_split_over_imports_change_nothing(made, habitus):
    command, file, _ = made
    header, *rows = file.read_text().splitlines(keepends=True)
    for number in range(3):
        part = habitus.folder / f"part{number}.csv"
        part.write_text(header + "".join(rows[number::3]))
        habitus.load(part)
    for words in (["paths", "--states", 5], ["paths", "--of", "item", "--to", "i1", "--states", 20]):
        answers = [command.json(*words, "--threads", threads) for threads in (1, 2, 3)] + [habitus.json(*words)]
        assert all(answer == answers[0] for answer in answers)


def test_page_for_people(shop):
    command, _, _ = shop
    shown = command.run("paths", *ALWAYS).stdout.decode()
    for words in ["Where sessions begin", "Where sessions end", "How sessions go on", "├─", "└─", "Most frequent paths",
                  "Most frequent transitions", "After how many steps sessions end", "█"]:
        assert words in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
    shown = command.run("paths", "--from", "home", "--to", "purchase", *ALWAYS).stdout.decode()
    assert "What follows home" in shown and "What leads to purchase" in shown
    shown = command.run("paths", "--from", "nowhere", *ALWAYS).stdout.decode()
    assert "Nobody came to 'nowhere'" in shown


def test_graphs_are_those_of_the_answer(shop):
    command, _, _ = shop
    found = command.json("paths", *ALWAYS)
    edges = sum(row["count"] > 0 for row in found["transitions"])
    edges += sum((row["entries"] > 0) + (row["exits"] > 0) for row in found["steps"])
    dot = command.run("paths", "--format", "dot", "--limit", 1000, *ALWAYS).stdout.decode()
    assert dot.startswith("digraph paths {") and dot.count(" -> ") == edges
    mermaid = command.run("paths", "--format", "mermaid", *ALWAYS).stdout.decode()
    assert mermaid.startswith("flowchart LR\n") and mermaid.count("|\"") == 40
