"""`habitus predict` and `evaluate` on the purchases of CDNOW: what is said of held-out time is what then happened."""
import csv
import datetime
import gzip
import io
import json

import pytest

from conftest import SHARED_DATA as SHARED


@pytest.fixture(scope="module")
def cdnow(published, session_habitus, tmp_path_factory):
    """The purchases, imported and analysed, and each customer's days."""
    days = {}
    rows = ["event_id,user_id,timestamp,event_type,value"]
    with gzip.open(published("clv/CDNOW_sample.txt.gz"), "rt") as lines:
        for number, line in enumerate(lines):
            fields = line.split()
            if len(fields) != 5:
                continue
            day = datetime.datetime.strptime(fields[2], "%Y%m%d").date()
            days.setdefault(fields[1], set()).add(day)
            rows.append(f"{number},{fields[1]},{day}T12:00:00Z,purchase,{fields[4]}")
    file = tmp_path_factory.mktemp("cdnow") / "purchases.csv"
    file.write_text("\n".join(rows) + "\n")
    command = session_habitus("cdnow")
    command.load(file)
    command.run("analyze")
    return command, days


@pytest.fixture(scope="module")
def evaluation(cdnow):
    return cdnow[0].json("evaluate")


def result(evaluation, kind, days):
    (found,) = [one for one in evaluation["results"] if (one["kind"], one.get("horizon_days")) == (kind, days)]
    return found["quality"]


@pytest.mark.parametrize("horizon", [30, 90])
def test_held_out_visits_are_predicted_better_than_by_their_share_and_calibrated(cdnow, evaluation, horizon):
    _, days = cdnow
    last = max(max(own) for own in days.values())
    cutoff = last - datetime.timedelta(days=horizon)
    known = [own for own in days.values() if min(own) <= cutoff]
    came = sum(any(day > cutoff for day in own) for own in known)
    quality = result(evaluation, "visits", horizon)
    assert quality["users"] == len(known) and abs(quality["base_rate"] - came / len(known)) < 1e-12
    assert quality["brier_skill"] > 0.15 and quality["lowest_skill"] > 0
    assert quality["calibration_error"] <= 0.04
    assert 0 < quality["chance_calibration_error"] < quality["chance_calibration_error_limit"]
    assert sum(bin["users"] for bin in quality["calibration"]) == len(known)


def test_what_is_no_better_than_the_share_is_withheld_with_its_measure(evaluation):
    (week,) = [one for one in evaluation["withheld"] if (one["kind"], one.get("horizon_days")) == ("visits", 7)]
    assert week["quality"]["lowest_skill"] <= 0 and "held-out" in week["reason"]["en"]
    # The configured goal, to apply, is nothing that anybody did.
    assert not [one for one in evaluation["withheld"] + evaluation["results"] if one["kind"] == "goal"]


def test_who_bought_often_and_lately_is_expected_who_stayed_away_is_not(cdnow):
    command, days = cdnow
    last = max(max(own) for own in days.values())
    regular = max(days, key=lambda user: len([day for day in days[user] if (last - day).days < 200]))
    gone = max((user for user in days if len(days[user]) > 5), key=lambda user: (last - max(days[user])).days)
    for user, is_expected in [(regular, True), (gone, False)]:
        answer = command.json("predict", user)
        values = {(one["kind"], one.get("horizon_days")): one["value"] for one in answer["predictions"]}
        assert (values["active", None] > 0.8) == is_expected, user
        assert (values["visits", 90] > 1) == is_expected and values["visits", 30] < values["visits", 90]


def test_the_pages_speak_both_languages(cdnow):
    command, days = cdnow
    page = command.run("predict", next(iter(days))).stdout.decode()
    assert "What is expected of user" in page and "Not predicted" in page
    assert "90 prochains jours" in command.run(
        "predict", next(iter(days)), "--set", "visualization.language=fr").stdout.decode().replace("\u202f", " ")
    page = command.run("evaluate", "--calibration").stdout.decode()
    assert "predicted  observed" in page and "Visits, 90 days" in page


def test_a_stranger_is_an_error(cdnow):
    assert "no user 'nobody'" in cdnow[0].run("predict", "nobody", succeeds=False).stderr.decode()


VALUES = ["--set", "predictions.value_types=purchase"]


@pytest.fixture(scope="module")
def amounts(cdnow):
    return cdnow[0].json("evaluate", *VALUES)


def test_amounts_on_held_out_time_are_those_that_were_spent(amounts):
    """By the file alone: customers of before the last 90 days, and what they spent on those."""
    spent, known = {}, set()
    rows = purchases()
    last = max(day for _, day, _ in rows)
    cutoff = last - datetime.timedelta(days=90)
    for user, day, value in rows:
        if value <= 0:
            continue
        if day <= cutoff:
            known.add(user)
        else:
            spent[user] = spent.get(user, 0) + value
    quality = result(amounts, "value", 90)
    assert quality["users"] == len(known) and quality["held_out_days"] == 90
    observed = sum(spent.get(user, 0) for user in known) / len(known)
    assert abs(quality["mean_observed"] - observed) < 1e-9 * observed
    assert quality["skill"] > 0 and quality["lowest_skill"] > 0
    assert result(amounts, "value", 365)["held_out_days"] == 90


def purchases():
    path = SHARED / "clv" / "CDNOW_sample.txt.gz"
    with gzip.open(path, "rt") as lines:
        fields = [line.split() for line in lines]
    return [(row[1], datetime.datetime.strptime(row[2], "%Y%m%d").date(), float(row[4]))
            for row in fields if len(row) == 5]


def test_who_spends_much_is_expected_to(cdnow):
    command, days = cdnow
    last = max(max(own) for own in days.values())
    totals = {}
    for user, _, value in purchases():
        if (last - max(days[user])).days < 60:
            totals[user] = totals.get(user, 0) + value
    best = max(totals, key=totals.get)
    values = {(one["kind"], one.get("horizon_days")): one["value"]
              for one in command.json("predict", best, *VALUES)["predictions"]}
    # Within 30 days too few buy to tell.
    assert values["value", 90] < values["value", 365] and ("value", 30) not in values
    assert values["value", 90] > 100
    page = command.run("predict", best, *VALUES).stdout.decode()
    assert "Expected to buy for" in page and "R²" in page


def test_profiles_keep_what_was_predicted(cdnow):
    command, days = cdnow
    rows = list(csv.DictReader(io.StringIO(command.run("export", "profiles").stdout.decode())))
    kept = {row["user_id"]: json.loads(row["predictions"]) for row in rows if row["predictions"]}
    assert kept, "users with events in the window have predictions"
    user = max(kept, key=lambda user: len(days[user]))
    live = command.json("predict", user)["predictions"]
    stored = command.json("profile", user)["predictions"]
    assert [one["kind"] for one in stored] == [one["kind"] for one in live] == [one["kind"] for one in kept[user]]
    for one, other, exported in zip(stored, live, kept[user]):
        assert one["sentence"] == other["sentence"] and one["quality"] == other["quality"]
        assert abs(one["value"] - other["value"]) <= 1e-6 * abs(other["value"])
        assert exported["value"] == pytest.approx(one["value"], rel=1e-6)
    page = command.run("profile", user).stdout.decode()
    assert "Predictions" in page and " ".join(live[0]["sentence"]["en"].split()) in " ".join(page.split())
