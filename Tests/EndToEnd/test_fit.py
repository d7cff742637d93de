"""`habitus fit`: on MovieLens 100K, films' genres foretell what users rate next better than chance."""
import gzip
import json

import pytest


SETTINGS = ["--set", "preference_calculator.properties=genres", "--set", "preference_calculator.time_window_days=300"]


@pytest.fixture(scope="module")
def films(published, session_habitus, tmp_path_factory):
    """The ratings as events of films, and the films with their genres in the catalogue, two of them new."""
    folder = tmp_path_factory.mktemp("genres")
    with gzip.open(published("ratings/ml-100k/u.data.gz"), "rt") as lines:
        rows = [line.split() for line in lines]
    events = folder / "ratings.csv"
    events.write_text("event_id,user_id,timestamp,event_type,item_id\n" + "".join(
        f"{number},{user},{time},rate,{film}\n" for number, (user, film, _, time) in enumerate(rows)))
    genres = [line.split("|")[0] for line in published("ratings/ml-100k/u.genre").read_text().splitlines() if line]
    items = []
    with gzip.open(published("ratings/ml-100k/u.item.gz"), "rt", encoding="latin-1") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("|")
            own = [name for name, flag in zip(genres, cells[-len(genres):]) if flag == "1"]
            items.append({"id": cells[0], "title": cells[1], "genres": own})
    items.append({"id": "new horror", "genres": ["Horror"]})
    items.append({"id": "new drama", "genres": ["Drama", "Romance"]})
    catalogue = folder / "films.jsonl"
    catalogue.write_text("".join(json.dumps(item) + "\n" for item in items))
    command = session_habitus("genres")
    command.load(events)
    command.run("items", "import", catalogue)
    command.run("analyze", *SETTINGS)
    return command




def horror_share(command, user):
    shares = {row["value"]: row["score"] for row in command.json("preferences", user, "--limit", 30, *SETTINGS)["preferences"]
              if row["dimension"] == "genres"}
    return shares.get("Horror", 0)


def test_genres_foretell_choices_better_than_chance(films):
    quality = films.json("evaluate", *SETTINGS)["fit"]
    assert quality["users"] > 150
    assert quality["interval"][0] > 0.5 and quality["log_loss"] < 0.6931


def test_a_horror_film_fits_those_who_watch_horror(films):
    users = films.json("users")["users"][:40]
    fits, shares = [], []
    for user in users:
        answer = films.json("fit", user, "--item", "new horror", *SETTINGS)
        assert 0 <= answer["interval_low"] <= answer["score"] <= answer["interval_high"] <= 1
        assert [reason["value"] for reason in answer["reasons"]] in (["Horror"], [])
        fits.append(answer["score"])
        shares.append(horror_share(films, user))
    order = sorted(range(len(users)), key=lambda place: shares[place])
    low, high = order[:10], order[-10:]
    assert sum(fits[place] for place in high) / 10 > sum(fits[place] for place in low) / 10 + 0.05


def test_described_items_reasons_and_errors(films):
    answer = films.json("fit", 42, "--property", "genres=Drama", "--property", "genres=Romance", *SETTINGS)
    assert answer["score"] == films.json("fit", 42, "--item", "new drama", *SETTINGS)["score"]
    assert {reason["value"] for reason in answer["reasons"]} == {"Drama", "Romance"}
    page = films.run("fit", 42, "--item", "new drama", *SETTINGS).stdout.decode()
    assert "what others took to" in page and "Drama" in page
    assert "unknown" in films.json("fit", 42, "--property", "genres=Nothing", *SETTINGS)
    for arguments, said in [(["--property", "pay=3"], "preference_calculator.properties"), ([], "--item"),
                            (["--property", "pay"], "name=value"), (["--item", "none"], "none")]:
        failed = films.run("fit", 42, *arguments, *SETTINGS, succeeds=False)
        assert said in failed.stderr.decode(), arguments


def test_a_new_film_that_fits_is_among_recommendations(films):
    fit = films.json("fit", 7, "--item", "new horror", *SETTINGS)
    assert fit["interval_low"] > 0.5
    told = films.json("recommend", 7, "--limit", 10, *SETTINGS)["recommendations"]
    assert len(told) == 10
    new = [place for place, row in enumerate(told) if row.get("fit")]
    assert new == [4] and told[4]["item"] == "new horror"
    assert told[4]["fit"]["score"] == fit["score"]
    assert [reason["value"] for reason in told[4]["fit"]["reasons"]] == ["Horror"]
    assert "new, fits" in " ".join(films.run("recommend", 7, *SETTINGS).stdout.decode().split())
