"""The SQL of `habitus clusters rule ID` selects in DuckDB, over exported features, the users that the rule is said to."""
import duckdb
import pytest

from support.reference import rows_of

MADE = (60_000, 1_500)
# The export has a column for every feature of the dictionary, but none for a single type of event.
NOT_EXPORTED = '"type:'


@pytest.fixture(scope="module", params=[None, 3], ids=["chosen", "three"])
def analysed(request, made_events, session_habitus, tmp_path_factory):
    """The command after an analysis, and the exported features as a table of DuckDB."""
    command = session_habitus("rules")
    command.load(made_events(*MADE) / "events.csv")
    settings = [] if request.param is None else ["--set", f"user_clustering.kmeans.n_clusters={request.param}"]
    command.run("analyze", *settings)
    file = tmp_path_factory.mktemp("export") / "features.csv"
    file.write_bytes(command.export("features"))
    names = file.read_text().splitlines()[0].split(",")
    columns = ", ".join(f"'{name}': '{'VARCHAR' if name == 'user_id' else 'DOUBLE'}'" for name in names)
    database = duckdb.connect()
    database.execute(f"CREATE TABLE features AS SELECT * FROM read_csv('{file}', columns={{{columns}}}, header=true)")
    members = {}
    for user, row in rows_of(command.export("clusters")).items():
        members.setdefault(row["cluster"], set()).add(user)
    compared = set().union(*members.values())
    return command, database, members, compared


def test_sql_selects_with_the_precision_and_recall_that_are_told(analysed):
    command, database, members, compared = analysed
    groups = command.json("clusters")["clusters"]
    assert groups
    for group in groups:
        answer = command.json("clusters", "rule", group["id"])
        if answer.get("sql") is None:
            assert len(groups) == 1
            continue
        if NOT_EXPORTED in answer["sql"]:
            continue
        query = f"SELECT user_id FROM features WHERE {answer['sql']}"
        selected = {user for user, in database.execute(query).fetchall()} & compared
        own = members[str(group["id"])]
        rule = answer["rule"]
        assert rule["precision"] == pytest.approx(len(selected & own) / len(selected)), answer["sql"]
        assert rule["recall"] == pytest.approx(len(selected & own) / len(own)), answer["sql"]


def test_sql_alone_is_that_of_the_answer(analysed):
    command, *_ = analysed
    groups = command.json("clusters")["clusters"]
    if len(groups) == 1:
        command.run("clusters", "rule", groups[0]["id"], "--sql", succeeds=False)
    for group in groups[1:]:
        answer = command.json("clusters", "rule", group["id"])
        assert command.run("clusters", "rule", group["id"], "--sql").stdout.decode().strip() == answer["sql"]


def test_unknown_groups_are_named_with_those_there_are(analysed):
    command, *_ = analysed
    for words in [("rule", 987), ("compare", 1, 987), ("show", 987)]:
        failed = command.run("clusters", *words, succeeds=False)
        assert b"There is no group 987" in failed.stderr


def test_comparison_turns_round(analysed):
    command, *_ = analysed
    groups = command.json("clusters")["clusters"]
    if len(groups) < 2:
        pytest.skip("one group only")
    a, b = groups[0]["id"], groups[1]["id"]
    there = {row["feature"]: row for row in command.json("clusters", "compare", a, b)["differences"]}
    back = {row["feature"]: row for row in command.json("clusters", "compare", b, a)["differences"]}
    assert there.keys() == back.keys() and there
    for name, row in there.items():
        assert back[name]["effect_size"] == pytest.approx(-row["effect_size"])
        assert back[name]["superiority"] == pytest.approx(1 - row["superiority"])
        assert back[name]["first_mean"] == pytest.approx(row["second_mean"])
