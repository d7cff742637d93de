"""`habitus changes` names what was planted, and its series are those of a plain formulation in SQL, by DuckDB."""
import datetime
import gzip
import random
import re

import duckdb
import pytest

LAUNCH, OUTAGE, SPIKE = "2026-04-20", "2026-03-18", "2026-05-12"
LEAVING = "2026-05-04"


@pytest.fixture(scope="module")
def product(session_habitus, tmp_path_factory):
    """Ninety days of a product with quiet weekends: half as many visits more from LAUNCH on, none on OUTAGE, twice as
    many on SPIKE; the user 'leaver' comes twice a day until LEAVING."""
    made = random.Random(5)
    first = datetime.datetime(2026, 3, 2)
    rows = []

    def visit(user, day):
        moment = first + datetime.timedelta(days=day, seconds=made.uniform(25_000, 80_000))
        for _ in range(1 + int(made.expovariate(0.3))):
            rows.append(f"{len(rows)},{user},{moment.isoformat()}Z,{made.choice(['view', 'view', 'search', 'apply'])}")
            moment += datetime.timedelta(seconds=made.expovariate(1 / 60))

    for day in range(90):
        date = (first + datetime.timedelta(days=day)).date().isoformat()
        if date == OUTAGE:
            continue
        rate = 300 * (0.5 if (first + datetime.timedelta(days=day)).weekday() >= 5 else 1)
        rate *= (1.5 if date >= LAUNCH else 1) * (2 if date == SPIKE else 1)
        for _ in range(round(made.gauss(rate, (2 * rate) ** 0.5))):
            visit(f"u{made.randrange(3000)}", day)
        if date < LEAVING:
            visit("leaver", day), visit("leaver", day)
    rows.append(f"last,u0,{(first + datetime.timedelta(days=90, hours=9)).isoformat()}Z,view")
    file = tmp_path_factory.mktemp("product") / "events.csv"
    file.write_text("event_id,user_id,timestamp,event_type\n" + "\n".join(rows) + "\n")
    command = session_habitus("product")
    command.load(file)
    return command


def found(answer, name):
    """What was found in a metric: kind and first day."""
    (metric,) = [metric for metric in answer["metrics"] if metric["name"] == name]
    return [(change["kind"], change["period"][0][:10]) for change in metric["changes"]]


def test_a_launch_an_outage_and_a_day_of_many_visits_are_named(product):
    answer = product.json("changes", "--window-days", 120)
    assert (answer["first_day"], answer["days"]) == ("2026-03-03", 89)
    for name in ("active_users", "sessions", "events", "type:view"):
        changes = found(answer, name)
        assert ("unusual_day", OUTAGE) in changes, name
        assert ("unusual_day", SPIKE) in changes, name
        (level,) = [datetime.date.fromisoformat(day) for kind, day in changes if kind == "level_change"]
        assert abs(level - datetime.date.fromisoformat(LAUNCH)).days <= 1, name
    assert found(answer, "events_per_active_user") == []
    page = product.run("changes", "--window-days", 120).stdout.decode()
    assert "On Wednesday 18 March 2026 0 sessions" in page.replace("\u202f", " ")
    assert "Since 20 April 2026 about 1." in page and "times the level before" in page


def test_the_page_speaks_french_too(product):
    page = product.run("changes", "--window-days", 120, "--set", "visualization.language=fr").stdout.decode()
    assert "Le mercredi 18 mars 2026" in page and "Depuis le 20 avril 2026" in page


def test_metrics_can_be_chosen(product):
    answer = product.json(
        "changes", "--window-days", 120, "--metric", "sessions", "--metric", "type:search", "--metric", "type:no such")
    assert [metric["name"] for metric in answer["metrics"]] == ["sessions", "type:search"]
    assert answer["unknown_types"] == ["no such"]


def test_a_user_who_left_is_told(product):
    answer = product.json("changes", "--user", "leaver", "--window-days", 120)
    assert found(answer, "sessions") == [("level_change", LEAVING)]
    sentence = answer["metrics"][0]["changes"][0]["sentence"]["en"].replace("\u202f", " ")
    # Two visits at random times of a day are now and then one session.
    assert re.fullmatch(r"Has not come since 4 May 2026; before, 1\.[89] visits a day\.", sentence)


def test_who_slips_away_is_listed(product):
    answer = product.json("changes", "--window-days", 120)
    (leaver,) = [user for user in answer["slipping_away"] if user["user"] == "leaver"]
    # Since the morning of 3 May; every day before.
    assert 27.5 < leaver["elapsed_days"] < 28.5 and 0.9 < leaver["usual_gap_days"] < 1.3
    assert leaver["probability"] <= leaver["q_value"] <= 0.05
    # Others came at random.
    assert len(answer["slipping_away"]) <= 3
    page = product.run("changes", "--window-days", 120).stdout.decode()
    assert re.search(r"Users who stay away .*\n(.*\n){1,4} +leaver +2[78]\.\d ", page), page
    assert "slipping_away" not in product.json("changes", "--window-days", 120, "--metric", "sessions")


def test_a_window_without_a_whole_day_says_so(product):
    answer = product.json("changes", "--window-days", 1)
    assert answer["days"] == 0 and "first_day" not in answer
    assert "No whole day" in product.run("changes", "--window-days", 1).stdout.decode()


@pytest.fixture(scope="module")
def shop(published, session_habitus, tmp_path_factory):
    """The shop log of retentioneering, imported, and the same as a table of DuckDB called events."""
    with gzip.open(published("events/retentioneering_ecom.csv.gz"), "rt") as lines:
        header, *rows = lines.read().splitlines()
    file = tmp_path_factory.mktemp("shop") / "shop.csv"
    file.write_text("\n".join([header + ",id"] + [f"{row},{number}" for number, row in enumerate(rows)]) + "\n")
    command = session_habitus("shop")
    command.load(file, "--map", "id=id", "--map", "type=event")
    database = duckdb.connect(config={"threads": 2})
    database.execute(
        "CREATE TABLE events AS SELECT user_id AS u, event AS type, (timestamp || 'Z')::TIMESTAMPTZ AS t "
        f"FROM read_csv('{file}', all_varchar=true)")
    return command, database


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/New_York"])
@pytest.mark.parametrize("days", [36_500, 45])
def test_the_series_are_those_of_sql(shop, zone, days):
    command, database = shop
    answer = command.json(
        "changes", "--window-days", days, "--time-zone", zone, "--set", "feature_extraction.roles.goal=purchase")
    first, last = expected_days(database, zone, days)
    assert (answer["first_day"], answer["days"]) == (first.isoformat(), (last - first).days + 1)
    series = series_of(database, answer["window"]["window_start"], zone, first, last)
    names = [metric["name"] for metric in answer["metrics"]]
    assert "type:purchase" in names and "goals" in names
    for metric in answer["metrics"]:
        expected = series[metric["name"]]
        assert any(expected), metric["name"]
        assert metric["values"] == pytest.approx(expected, abs=1e-9, nan_ok=True), metric["name"]


def expected_days(database, zone, days):
    """The day after the first event's, or the window's, and the one before the last event's."""
    database.execute(f"SET TimeZone='{zone}'")
    return database.execute(
        f"SELECT (greatest(min(t), max(t) - INTERVAL {days} DAY)::DATE + 1)::DATE, (max(t)::DATE - 1)::DATE FROM events"
    ).fetchone()


def series_of(database, start, zone, first, last):
    """By name of the metric, its values by day."""
    database.execute(f"SET TimeZone='{zone}'")
    database.execute(f"""
        CREATE OR REPLACE TABLE seen AS
        SELECT *, t::DATE AS day, t = min(t) OVER (PARTITION BY u) AS is_first,
          row_number() OVER (PARTITION BY u ORDER BY t) AS n FROM events;
        CREATE OR REPLACE TABLE inside AS
        SELECT *, coalesce(t - lag(t) OVER (PARTITION BY u ORDER BY t) > INTERVAL 30 MINUTE, true) AS begins
        FROM seen WHERE t >= '{start}'::TIMESTAMPTZ""")
    calendar = f"(SELECT day::DATE AS day FROM range('{first}'::DATE, '{last}'::DATE + 1, INTERVAL 1 DAY) r(day))"

    def by_day(value):
        rows = database.execute(
            f"SELECT coalesce(v, 0) FROM {calendar} c LEFT JOIN (SELECT day, {value} AS v FROM inside GROUP BY day) "
            "USING (day) ORDER BY day").fetchall()
        return [row[0] for row in rows]

    series = {
        "active_users": by_day("count(DISTINCT u)"), "new_users": by_day("count(*) FILTER (n = 1)"),
        "sessions": by_day("count(*) FILTER (begins)"), "events": by_day("count(*)"),
        "goals": by_day("count(*) FILTER (type = 'purchase')")}
    series["events_per_active_user"] = [
        events / users if users else None for events, users in zip(series["events"], series["active_users"])]
    for (name,) in database.execute("SELECT DISTINCT type FROM events").fetchall():
        series[f"type:{name}"] = by_day(f"count(*) FILTER (type = '{name}')")
    return series


def test_number_of_threads_changes_nothing(product):
    answers = [product.json("changes", "--window-days", 120, "--threads", threads) for threads in (1, 2, 3)]
    assert answers[0] == answers[1] == answers[2]
