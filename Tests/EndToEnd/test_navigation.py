"""`habitus funnel` and `habitus retention` give what a plain formulation in SQL gives, computed by DuckDB."""
import pytest

from support.navigation import Navigation

CLEAN = (60_000, 1_500)
ROUGH = (60_000, 1_500, "--rough", "--seed", "2")
MADE = ("event_id AS id, user_id AS u, timezone('UTC', timestamp::TIMESTAMPTZ) AS ts, event_type AS type, "
        "item_id AS item, category, value::DOUBLE AS value")
QUANTILES = ["p10", "p25", "median", "p75", "p90"]


@pytest.fixture(scope="module", params=[CLEAN, ROUGH], ids=["clean", "rough"])
def made(request, made_events, session_habitus):
    """The command over an imported made set, and the file."""
    file = made_events(*request.param) / "events.csv"
    command = session_habitus("navigation")
    command.load(file)
    return command, file


def condition(step):
    """A step of types, and perhaps a category, as a condition in SQL."""
    types, _, category = step.partition(":category=")
    listed = ", ".join(f"'{name}'" for name in types.split(","))
    parts = ["true" if types == "*" else f"type IN ({listed})"]
    if category:
        parts.append(f"category IS NOT DISTINCT FROM '{category}'")
    return " AND ".join(parts)


def assert_equal_steps(found, expected):
    assert [step["users"] for step in found["steps"]] == [users for users, _, _ in expected]
    assert expected[0][0] > 0, "nobody takes the first step: nothing would be compared"
    for step, (users, previous, first) in zip(found["steps"], expected):
        for name, quantiles in [("seconds_from_previous", previous), ("seconds_from_first", first)]:
            if step["step"] == 1 or users == 0:
                assert name not in step
            else:
                assert [step[name][key] for key in QUANTILES] == pytest.approx(quantiles, abs=1e-6)
    counts = [users for users, _, _ in expected]
    assert found["converted"] == counts[-1]
    assert found["conversion_rate"] == pytest.approx(counts[-1] / counts[0])
    assert [step["drop_off"] for step in found["steps"][:-1]] == [a - b for a, b in zip(counts, counts[1:])]


@pytest.mark.parametrize("steps, hours, order, exclude", [
    (["search", "click", "apply"], 336, "ordered", None),
    (["search", "click", "apply"], 0.05, "ordered", None),
    (["search,filter", "click", "save", "apply"], 2, "ordered", "download"),
    (["page_view", "page_view", "page_view"], 0.01, "ordered", None),
    (["*", "search", "*"], 24, "ordered", "message,save"),
    (["page_view:category=data", "click", "apply:category=data"], 240, "ordered", None),
    (["search", "filter", "click"], 336, "strict", None),
    (["page_view", "click,page_view", "*"], 0.02, "strict", "apply"),
    (["apply", "search", "message"], 48, "any", None),
    (["apply,save", "search,filter", "click", "download"], 0.3, "any", "message"),
])
def test_funnels_are_those_of_sql(made, steps, hours, order, exclude):
    command, file = made
    for days in (30, 60):
        reference = Navigation(file, MADE, window_days=days)
        options = ["--order", order, "--window-hours", hours, "--window-days", days]
        options += ["--exclude", exclude] if exclude else []
        found = command.json("funnel", *steps, *options, "--users-dropped-after", "2", "--limit", "100000")
        expected = reference.funnel(
            [condition(step) for step in steps], hours, order, condition(exclude) if exclude else "false")
        assert_equal_steps(found, expected)
        assert found["dropped"]["users"] == reference.stopping_after(2)


@pytest.mark.parametrize("flags, options", [
    ([], {}),
    (["--rolling"], {"rolling": True}),
    (["--recurring"], {"recurring": True}),
    (["--rolling", "--recurring"], {"rolling": True, "recurring": True}),
    (["--on-or-after"], {"on_or_after": True}),
    (["--rolling", "--on-or-after"], {"rolling": True, "on_or_after": True}),
    (["--start", "search", "--return", "apply,save"],
     {"start": condition("search"), "returning": condition("apply,save")}),
    (["--start", "search", "--return", "search:category=data", "--recurring"],
     {"start": condition("search"), "returning": condition("search:category=data"), "recurring": True}),
    (["--time-zone", "Europe/Paris"], {"time_zone": "Europe/Paris"}),
    (["--time-zone", "Asia/Kathmandu", "--rolling"], {"time_zone": "Asia/Kathmandu", "rolling": True}),
])
@pytest.mark.parametrize("period, periods", [("day", 20), ("week", 8), ("month", 2)])
def test_retention_is_that_of_sql(made, flags, options, period, periods):
    command, file = made
    for days in (40, 70):
        reference = Navigation(file, MADE, window_days=days)
        found = command.json(
            "retention", "--period", period, "--periods", periods, "--window-days", days, *flags)
        assert_equal_cohorts(found, reference.retention(period, periods, **options))


def assert_equal_cohorts(found, expected):
    assert expected, "there are no cohorts: nothing would be compared"
    cohorts = {row["start"]: (row["users"], row["returned"], row["is_complete"])
               for row in found["cohorts"] if row["users"] > 0}
    assert cohorts == expected
    for total in found["totals"]:
        rows = [row for row in expected.values() if row[2][total["period"]]]
        assert total["users"] == sum(row[0] for row in rows)
        assert total["returned"] == sum(row[1][total["period"]] for row in rows)
        if total["users"]:
            assert total["interval_low"] <= total["share"] <= total["interval_high"]


def test_number_of_threads_and_split_over_imports_change_nothing(made, made_events, habitus):
    command, file = made
    header, *rows = file.read_text().splitlines(keepends=True)
    for number in range(3):
        part = habitus.folder / f"part{number}.csv"
        part.write_text(header + "".join(rows[number::3]))
        habitus.load(part)
    for words in (["funnel", "search", "click", "apply", "--order", "any"], ["retention", "--recurring"]):
        answers = [command.json(*words, "--threads", threads) for threads in (1, 2, 3)] + [habitus.json(*words)]
        assert all(answer == answers[0] for answer in answers)


@pytest.fixture
def small(habitus):
    """Imports rows of id, user, time and type, and answers with the users by step of a funnel."""

    def funnel(rows, *arguments):
        file = habitus.folder / "small.csv"
        file.write_text("event_id,user_id,timestamp,event_type\n" + "".join(",".join(row) + "\n" for row in rows))
        habitus.load(file)
        return [step["users"] for step in habitus.json("funnel", *arguments)["steps"]]

    return funnel


def test_the_window_is_reached_by_the_millisecond(small):
    rows = [("1", "in", "2026-01-05T10:00:00.000Z", "a"), ("2", "in", "2026-01-05T11:00:00.000Z", "b"),
            ("3", "out", "2026-01-05T10:00:00.000Z", "a"), ("4", "out", "2026-01-05T11:00:00.001Z", "b")]
    assert small(rows, "a", "b", "--window-hours", "1") == [2, 1]


def test_ties_are_in_the_order_of_events_whatever_the_order_of_the_file(small):
    rows = [("1", "u", "2026-01-05T10:00:00Z", "b"), ("2", "u", "2026-01-05T10:00:00Z", "a"),
            ("3", "v", "2026-01-05T10:00:00Z", "a"), ("4", "v", "2026-01-05T10:00:00Z", "b")]
    assert small(rows, "a", "b") == [2, 2]
    assert small(rows, "b", "a") == [2, 0]


def test_a_repeat_of_an_event_is_no_second_one(small):
    rows = [("1", "once", "2026-01-05T10:00:00Z", "a")] * 2 + [
        ("2", "twice", "2026-01-05T10:00:00Z", "a"), ("3", "twice", "2026-01-05T10:00:00Z", "a")]
    assert small(rows, "a", "a") == [2, 1]


def test_configured_funnels(made):
    command, _ = made
    file = command.home / "habitus.yaml"
    file.write_text(
        "navigation:\n  funnels:\n    short: [search, 'click,save', apply]\n    paths: ['*:category=data', apply]\n"
        "  funnel_exclusions: {short: [download]}\n  strict_funnels: [paths]\n  funnel_windows_hours: {short: 3}\n")
    try:
        flags = ["--exclude", "download", "--window-hours", "3"]
        named = command.json("funnel", "short")
        assert named.pop("name") == "short"
        assert named == command.json("funnel", "search", "click,save", "apply", *flags)
        assert [funnel["name"] for funnel in command.json("funnel")] == ["paths", "short"]
        assert command.json("funnel", "paths")["order"] == "strict"
        assert "short" in command.run("funnel", "shrt", succeeds=False).stderr.decode()
    finally:
        file.unlink()


def test_pages_for_people(made):
    command, _ = made
    shown = command.run("funnel", "search", "click", "apply", "--users-dropped-after", "1").stdout.decode()
    shown = " ".join(shown.split())
    assert "search → click → apply" in shown and "█" in shown and "Most are lost after" in shown
    shown = command.run("retention", "--window-days", "60").stdout.decode()
    assert "█100" in shown and "95 % interval" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


SHOP = ("id, user_id AS u, timestamp::TIMESTAMP AS ts, event AS type, NULL AS item, NULL AS category, "
        "NULL::DOUBLE AS value")


@pytest.fixture(scope="module")
def shop(published, session_habitus, tmp_path_factory):
    """The shop log of retentioneering, with 600 users, with a number for each row, as it has no ids."""
    import gzip

    with gzip.open(published("events/retentioneering_ecom.csv.gz"), "rt") as lines:
        header, *rows = lines.read().splitlines()
    file = tmp_path_factory.mktemp("shop") / "shop.csv"
    file.write_text("\n".join([header + ",id"] + [f"{row},{number}" for number, row in enumerate(rows)]) + "\n")
    command = session_habitus("shop")
    command.load(file, "--map", "id=id", "--map", "type=event")
    return command, file


@pytest.mark.parametrize("steps, hours, order", [
    (["home", "catalog", "cart", "purchase"], 336, "ordered"), (["home", "catalog", "cart"], 0.1, "ordered"),
    (["home", "catalog"], 1, "strict"), (["cart", "home", "catalog"], 0.5, "any")])
def test_funnels_of_a_shop(shop, steps, hours, order):
    command, file = shop
    reference = Navigation(file, SHOP)
    known = {name for name, in reference.rows("SELECT DISTINCT type FROM events")}
    assert set(steps) <= known, sorted(known)
    found = command.json("funnel", *steps, "--window-hours", hours, "--order", order, "--window-days", 36_500)
    assert_equal_steps(found, reference.funnel([condition(step) for step in steps], hours, order))


@pytest.mark.parametrize("flags, options", [
    ([], {}), (["--recurring", "--rolling"], {"recurring": True, "rolling": True})])
def test_retention_of_a_shop(shop, flags, options):
    command, file = shop
    for period in ("day", "week", "month"):
        found = command.json("retention", "--period", period, "--periods", 12, "--window-days", 36_500, *flags)
        assert_equal_cohorts(found, Navigation(file, SHOP).retention(period, 12, **options))


def test_the_funnel_that_dbt_product_analytics_expects(published, habitus):
    file = published("logs/dbt_product_analytics/raw_orders_simple.csv")
    habitus.load(
        file, "--map", "id=id", "--map", "user=customer_id", "--map", "time=order_date", "--map", "type=status")
    found = habitus.json("funnel", "placed", "completed", "returned", "--window-hours", 87_600, "--window-days", 3650)
    assert [step["users"] for step in found["steps"]] == [6, 5, 2]
    assert [step.get("rate_from_previous") for step in found["steps"]] == [None, pytest.approx(5 / 6), 0.4]


def test_the_retention_that_dbt_product_analytics_expects(published, habitus):
    file = published("logs/dbt_product_analytics/raw_orders.csv")
    habitus.load(file, "--map", "id=id", "--map", "user=user_id", "--map", "time=order_date", "--map", "type=status")
    # There, everybody seen in January starts, and returns by completing an order so many days later or more.
    found = habitus.json(
        "retention", "--return", "completed", "--period", "day", "--periods", 14, "--rolling", "--on-or-after",
        "--as-of", "2018-02-01", "--window-days", 31)
    assert sum(cohort["users"] for cohort in found["cohorts"]) == 24
    returned = [sum(cohort["returned"][period] for cohort in found["cohorts"]) for period in (0, 1, 7, 14)]
    assert returned == [19, 4, 3, 3]
