"""`habitus predict` and `evaluate` on the purchases of CDNOW: what is said of held-out time is what then happened."""
import datetime
import gzip

import pytest


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
    (found,) = [one for one in evaluation["results"] if (one["kind"], one["horizon_days"]) == (kind, days)]
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
    assert sum(bin["users"] for bin in quality["calibration"]) == len(known)


def test_what_is_no_better_than_the_share_is_withheld_with_its_measure(evaluation):
    (week,) = [one for one in evaluation["withheld"] if (one["kind"], one["horizon_days"]) == ("visits", 7)]
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
