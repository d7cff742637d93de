"""`habitus preferences`: what users are drawn to, on made data and on the ratings of MovieLens 100K."""
import csv
import datetime
import gzip
import io
import json
import random

import pytest

from support.command import text

START = datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc)
CITIES = ["Paris", "Lyon", "Nice"]


def event(number, user, minutes, kind, **more):
    time = (START + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"event_id": f"e{number}", "user_id": user, "timestamp": time, "event_type": kind} | more


def write(path, events):
    path.write_text("".join(json.dumps(one) + "\n" for one in events))
    return path


def told(answer, dimension):
    """The preferences of a dimension by value."""
    return {one["value"]: one for one in answer["preferences"] if one["dimension"] == dimension}


def made():
    """Sixty users over 28 days: each likes one of three cities and rejects the next one; `turner` turns from jobs to
    courses on the 19th day; dots in a name look into objects."""
    generator = random.Random(5)
    events = []
    for user in range(60):
        liked, rejected = CITIES[user % 3], CITIES[(user + 1) % 3]
        for number in range(24):
            minutes = generator.randrange(28 * 1440)
            city = liked if number % 4 else generator.choice(CITIES)
            events.append(event(len(events), f"u{user}", minutes, "page_view", page="/jobs", category="jobs", value=30,
                                city=city, terms={"contract": "full" if city == "Paris" else "part"},
                                skills=["sql", city.lower()]))
            if number % 3 == 0:
                events.append(event(len(events), f"u{user}", minutes + 1, "match_rejected", category="jobs",
                                    city=rejected, reasons=["city"]))
    for day in range(28):
        for number in range(3):
            events.append(event(len(events), "turner", day * 1440 + 600 + number, "click",
                                category="jobs" if day < 18 else "courses", city="Lyon"))
    return sorted(events, key=lambda one: one["timestamp"])


PROPERTIES = ["--set", "preference_calculator.properties=city,terms.contract,skills"]
WEIGHTS = ["--set", "preference_calculator.event_weights=match_rejected=-1"]


@pytest.fixture(scope="module")
def analysed(session_habitus, tmp_path_factory):
    """The command over the made events, analysed."""
    command = session_habitus("preferences")
    command.load(write(tmp_path_factory.mktemp("made") / "events.jsonl", made()))
    command.run("analyze", *PROPERTIES)
    return command


def test_what_is_looked_at_is_liked_and_what_is_rejected_for_a_reason_is_not(analysed):
    for user, (liked, rejected) in {"u0": ("Paris", "Lyon"), "u1": ("Lyon", "Nice"), "u2": ("Nice", "Paris")}.items():
        answer = analysed.json("preferences", user, *PROPERTIES)
        cities = told(answer, "city")
        assert max(cities, key=lambda city: cities[city]["score"]) == liked
        assert cities[liked]["lift"] > 1.5 and cities[liked]["probability_above_population"] > 0.95
        assert cities[liked]["event_types"] == {"page_view": cities[liked]["events_for"]}
        assert [one["value"] for one in answer["aversions"] if one["dimension"] == "city"] == [rejected]
        # The reason names the city, so nothing speaks against the category.
        assert told(answer, "category")["jobs"]["events_against"] == 0
        assert set(told(answer, "skills")) >= {"sql", liked.lower()}
        assert set(told(answer, "terms.contract")) <= {"full", "part"}


def test_what_is_told_keeps_its_promises(analysed):
    answer = analysed.json("preferences", "u0", *PROPERTIES, "--limit", 50)
    assert set(answer) == {"user", "window", "population_as_of", "preferences", "aversions", "changes"}
    assert {one["family"] for one in answer["preferences"]} == {"content", "interaction", "time", "feature"}
    for one in answer["preferences"]:
        assert set(one) >= {
            "dimension", "value", "score", "interval_low", "interval_high", "evidence", "evidence_against", "events_for",
            "events_against", "population_share", "lift", "lift_low", "lift_high", "probability_above_population",
            "trend"}
        assert 0 <= one["interval_low"] <= one["score"] <= one["interval_high"] <= 1
        assert 0 <= one["probability_above_population"] <= 1
        assert one["lift"] == pytest.approx(one["score"] / one["population_share"])
        assert one["trend"]["direction"] in ("rising", "stable", "falling")
    for dimension in {one["dimension"] for one in answer["preferences"]}:
        scores = [one["score"] for one in answer["preferences"] if one["dimension"] == dimension]
        assert scores == sorted(scores, reverse=True) and sum(scores) <= 1 + 1e-9
    one_each = analysed.json("preferences", "u0", *PROPERTIES, "--limit", 1)["preferences"]
    assert len(one_each) == len({one["dimension"] for one in one_each})


def test_a_change_of_taste_is_told_and_dated(analysed):
    answer = analysed.json("preferences", "turner", *PROPERTIES)
    (change,) = [one for one in answer["changes"] if one["dimension"] == "category"]
    assert (change["last_day_before"], change["first_day_after"]) == ("2026-03-19", "2026-03-20")
    assert (change["events_before"], change["events_after"]) == (54, 30)
    assert told(answer, "category")["courses"]["trend"]["direction"] == "rising"
    page = " ".join(analysed.run("preferences", "turner", *PROPERTIES).stdout.decode().split())
    assert "Changes of taste" in page and "Since 20 March 2026" in page
    french = analysed.run("preferences", "turner", *PROPERTIES, "--set", "visualization.language=fr").stdout.decode()
    assert "Depuis le 20 mars 2026" in " ".join(french.split())


def test_a_past_moment_is_as_if_nothing_had_come_after(analysed, habitus, tmp_path):
    moment = "2026-03-16"
    habitus.load(write(tmp_path / "early.jsonl", [one for one in made() if one["timestamp"] < moment]))
    for user in ["u0", "u7", "turner"]:
        then = analysed.json("preferences", user, *PROPERTIES, "--as-of", moment, "--limit", 50)
        alone = habitus.json("preferences", user, *PROPERTIES, "--as-of", moment, "--limit", 50)
        for answer in then, alone:
            answer["preferences"].sort(key=lambda one: (one["dimension"], one["value"]))
        assert [(one["dimension"], one["value"]) for one in then["preferences"]] == [
            (one["dimension"], one["value"]) for one in alone["preferences"]]
        for one, other in zip(then["preferences"], alone["preferences"]):
            for key in ["score", "interval_low", "interval_high", "population_share", "evidence"]:
                assert one[key] == pytest.approx(other[key], abs=1e-9), key
        assert then["changes"] == alone["changes"]


def test_profiles_and_exports_tell_the_same(analysed):
    live = told(analysed.json("preferences", "u0", *PROPERTIES), "city")
    kept = told(analysed.json("profile", "u0"), "city")
    assert kept and set(kept) <= set(live)
    for city, one in kept.items():
        assert one["score"] == pytest.approx(live[city]["score"], abs=1e-6)
    page = analysed.run("profile", "u0").stdout.decode()
    assert "Preferences" in page and "Paris" in page
    rows = list(csv.DictReader(io.StringIO(
        analysed.export("preferences", "--limit", 50, *PROPERTIES).decode())))
    assert len({row["user_id"] for row in rows}) == 61
    exported = {row["value"]: row for row in rows if (row["user_id"], row["dimension"]) == ("u0", "city")}
    assert set(exported) == set(live)
    for city, row in exported.items():
        assert float(row["score"]) == pytest.approx(live[city]["score"], abs=1e-9)
        assert int(row["events_for"]) == live[city]["events_for"]
    lines = analysed.run("export", "preferences", "--format", "jsonl", "--limit", 1, *PROPERTIES).stdout.splitlines()
    assert {json.loads(line)["user_id"] for line in lines} == {row["user_id"] for row in rows}


def test_the_order_in_which_files_come_changes_nothing(habitus, session_habitus, tmp_path):
    events = made()
    half = len(events) // 2
    first, second = write(tmp_path / "1.jsonl", events[:half]), write(tmp_path / "2.jsonl", events[half:])
    other = session_habitus("other order")
    for command, files in [(habitus, (first, second)), (other, (second, first, second))]:
        for file in files:
            command.load(file)
    for user in ["u3", "turner"]:
        one, two = (command.json("preferences", user, *PROPERTIES) for command in (habitus, other))
        for dimension in ["category", "city", "page", "weekday"]:
            a, b = told(one, dimension), told(two, dimension)
            assert set(a) == set(b)
            for value in a:
                assert a[value]["score"] == pytest.approx(b[value]["score"], abs=1e-3)
                assert a[value]["evidence"] == pytest.approx(b[value]["evidence"], rel=1e-2)
                assert a[value]["events_for"] == b[value]["events_for"]
        assert one["changes"] == two["changes"]


def test_what_cannot_be_told_is_an_error(analysed):
    for arguments, code, said in [
        (("preferences", "nobody"), 1, "no user 'nobody'"),
        (("preferences", "u0", "--as-of", "2020-01-01"), 1, "has no events from"),
        (("preferences", "u0", "--limit", "0"), 64, "--limit is at least 1"),
        (("preferences", "u0", "--window-days", "0"), 1, "0 is not allowed"),
        (("preferences", "u0", "--set", "preference_calculator.properties=category"), 1, "properties cannot be category"),
        (("preferences", "u0", "--set", "preference_calculator.properties=city,City"), 1, "properties cannot be City"),
        (("preferences", "u0", "--set", "preference_calculator.ratings.highest=1"), 1, "lowest rating"),
        (("preferences",), 64, "Missing expected argument"),
    ]:
        failed = analysed.run(*arguments, succeeds=False)
        assert failed.returncode == code, arguments
        assert said in text(failed.stderr), (arguments, failed.stderr)
    everything = analysed.json("preferences", "u0", *PROPERTIES, "--limit", 9223372036854775807)
    assert len(everything["preferences"]) >= 20
    assert analysed.json("preferences", "u0", "--window-days", 36500)["preferences"]


def test_hostile_names_and_values(habitus, tmp_path):
    names = ["<script>alert(1)</script>", "'; DROP TABLE event; --", "\u202eevil", "Orl\u00e9ans", "Orle\u0301ans",
             "x" * 5000, "\u001b[31mred", "😀"]
    events = []
    for number, name in enumerate(names * 3):
        events.append(event(number, "ann", number, "page_view", category=name, item_id=name, page=name,
                            value=1e308 if number % 2 else -1, a=name, **{"<b>": name, "\u202e": [name, [name], {}]}))
    events.append(event("one", "bob", 5, "rating", value=1e300, rating="NaN", specific_aspects={"a": "inf"}))
    habitus.load(write(tmp_path / "hostile.jsonl", events))
    names_of_properties = "preference_calculator.properties=a,<b>,\u202e,a.b,..,"
    settings = ["--set", names_of_properties.rstrip(",")]
    answer = habitus.json("preferences", "ann", *settings, "--limit", 50)
    for dimension in ["category", "item", "page", "a", "<b>", "\u202e"]:
        assert set(told(answer, dimension)) == set(names), dimension
    assert not told(answer, "a.b") and not told(answer, "..")
    page = habitus.run("preferences", "ann", *settings, "--limit", 50).stdout
    assert b"\x1b[31m" not in page and "\u202e".encode() not in page
    assert habitus.json("preferences", "bob", *settings)["aversions"] == []
    habitus.run("analyze", *settings)
    assert set(told(habitus.json("preferences", "ann", *settings, "--limit", 50), "a")) == set(names)


def test_thousands_of_types(habitus, tmp_path):
    events = [event(number, f"u{number % 7}", number, f"type-{number % 4000}") for number in range(8000)]
    habitus.load(write(tmp_path / "types.jsonl", events))
    answer = habitus.json("preferences", "u1", "--limit", 3)
    assert len(told(answer, "event_type")) == 3


# MovieLens 100K: nothing but ratings.

GENRES = ["--set", "preference_calculator.properties=genres", "--window-days", 300]


@pytest.fixture(scope="module")
def movies(published, session_habitus, tmp_path_factory):
    """The ratings, imported, and by user the ratings of each genre."""
    with open(published("ratings/ml-100k/u.genre")) as lines:
        names = [line.split("|")[0] for line in lines if "|" in line]
    with gzip.open(published("ratings/ml-100k/u.item.gz"), "rt", encoding="latin-1") as lines:
        rows = [line.rstrip("\n").split("|") for line in lines]
    genres = {row[0]: [name for name, flag in zip(names, row[5:]) if flag == "1"] for row in rows}
    events, given = [], {}
    with gzip.open(published("ratings/ml-100k/u.data.gz"), "rt") as lines:
        for number, line in enumerate(lines):
            user, item, rating, second = line.split()
            time = datetime.datetime.fromtimestamp(int(second), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            events.append({"event_id": str(number), "user_id": user, "timestamp": time, "event_type": "rating",
                           "item_id": item, "value": float(rating), "genres": genres[item]})
            for genre in genres[item]:
                given.setdefault(user, {}).setdefault(genre, []).append(float(rating))
    command = session_habitus("movies")
    command.load(write(tmp_path_factory.mktemp("movies") / "ratings.jsonl", events))
    return command, given


def mean(numbers):
    return sum(numbers) / len(numbers)


def test_those_who_rate_are_compared_with_what_everybody_rates_well(movies):
    command, given = movies
    user = max(given, key=lambda user: sum(map(len, given[user].values())))
    genres = told(command.json("preferences", user, *GENRES, "--limit", 30), "genres")
    assert 0.9 < sum(one["population_share"] for one in genres.values()) <= 1 + 1e-9
    assert 0.9 < sum(one["score"] for one in genres.values()) <= 1 + 1e-9
    # Most films are dramas and comedies, and dramas are rated best of these.
    assert max(genres, key=lambda genre: genres[genre]["population_share"]) == "Drama"


def test_what_users_are_drawn_to_is_what_they_rate_well_and_often(movies):
    """Genres of high lift are rated better, or seen more of, than those of low lift."""
    command, given = movies
    rows = list(csv.DictReader(io.StringIO(command.export("preferences", *GENRES, "--limit", 30).decode())))
    totals = {}
    for own in given.values():
        for genre, ratings in own.items():
            totals[genre] = totals.get(genre, 0) + len(ratings)
    everybody = sum(totals.values())
    above = below = 0
    for row in rows:
        if row["dimension"] != "genres" or sum(map(len, given[row["user_id"]].values())) < 300:
            continue
        own = given[row["user_id"]]
        ratings = own[row["value"]]
        overall = mean([rating for some in own.values() for rating in some])
        well = sum(rating > overall for rating in ratings) / sum(rating > overall for some in own.values() for rating in some)
        usual = totals[row["value"]] / everybody
        if float(row["probability_above_population"]) > 0.95:
            above += well > usual
            below += well <= usual
    assert above + below > 20 and above > 0.85 * (above + below), (above, below)


def test_who_rates_a_genre_badly_turns_away_from_it(movies):
    command, given = movies
    users = sorted(given, key=lambda user: (-sum(map(len, given[user].values())), user))[:12]
    differences = []
    for user in users:
        overall = mean([rating for some in given[user].values() for rating in some])
        for one in command.json("preferences", user, *GENRES)["aversions"]:
            if one["dimension"] == "genres":
                differences.append(mean(given[user][one["value"]]) - overall)
    assert len(differences) > 10 and sum(one < 0 for one in differences) > 0.9 * len(differences)
