"""`habitus items`, and recommendations by the properties of items."""
import gzip
import json

import pytest

from support.command import text
from support.server import Server

JOBS = """item_id,category,city,salary,skills,remote
job-1,IT,Paris,42000,swift|sql,true
job-2,IT,Lyon,38000,python,false
job-3,Sales,Paris,30000,,true
"""


@pytest.fixture
def jobs(habitus, tmp_path):
    """The command, with three jobs in its catalogue."""
    file = tmp_path / "jobs.csv"
    file.write_text(JOBS)
    answer = habitus.json("items", "import", file, "--list", "skills")
    assert (answer["read"], answer["added"], answer["replaced"], answer["repeated"]) == (3, 3, 0, 0)
    return habitus


def test_items_are_imported_listed_shown_and_removed(jobs):
    listed = jobs.json("items", "list")
    assert listed["count"] == 3 and [item["id"] for item in listed["items"]] == ["job-1", "job-2", "job-3"]
    assert listed["items"][0]["properties"] == {
        "city": "Paris", "salary": 42000, "skills": ["swift", "sql"], "remote": True}
    assert listed["items"][2]["properties"] == {"city": "Paris", "salary": 30000, "remote": True}
    assert [item["id"] for item in jobs.json("items", "list", "--prefix", "job-", "--after", "job-1", "--limit", 1)["items"]] \
        == ["job-2"]
    page = jobs.run("items").stdout.decode()
    assert "3 items" in page and "city: Paris" in page and "swift, sql" in page
    shown = jobs.run("items", "show", "job-1").stdout.decode()
    assert "Item job-1" in shown and "no event names it" in shown and "42000" in shown
    assert jobs.json("items", "show", "job-1")["usage"] == {"events": 0, "users": 0}
    assert jobs.json("items", "remove", "job-1") == {"removed": "job-1"}
    for arguments in (("show", "job-1"), ("remove", "job-1")):
        failed = jobs.run("items", *arguments, succeeds=False)
        assert failed.returncode == 1 and "no item 'job-1'" in failed.stderr.decode()
    assert jobs.json("items", "list")["count"] == 2


def test_an_import_replaces_and_tells_what_it_left_out(jobs, tmp_path):
    (tmp_path / "more.tsv").write_text("id\tcity\njob-2\tNice\n\tRome\njob-4\tRome\njob-4\tMilan\njob-5\nid\tcity\n")
    (tmp_path / "more.jsonl").write_text('{"id":"job-6","properties":{"city":"Oslo"},"tags":["a"]}\n[1]\n{"id":\n')
    files = tmp_path / "more.tsv", tmp_path / "more.jsonl"
    answer = jobs.json("items", "import", *files)
    assert (answer["read"], answer["added"], answer["replaced"], answer["repeated"]) == (9, 2, 1, 1)
    assert answer["refused"] == {
        "no_item": 1, "too_few_fields": 1, "repeated_header": 1, "not_an_object": 1, "invalid_json": 1}
    assert [(row["file"], row["line"]) for row in answer["refused_rows"]] == [
        (str(files[0]), 3), (str(files[0]), 6), (str(files[0]), 7), (str(files[1]), 2), (str(files[1]), 3)]
    items = {item["id"]: item for item in jobs.json("items", "list")["items"]}
    assert items["job-2"]["properties"] == {"city": "Nice"} and "category" not in items["job-2"]
    assert items["job-4"]["properties"] == {"city": "Milan"}
    assert items["job-6"]["properties"] == {"city": "Oslo", "tags": ["a"]}
    page = jobs.run("items", "import", *files).stdout.decode()
    assert "line 3: no item id" in " ".join(page.split())


def test_compressed_files_pipes_and_other_names_of_columns(habitus, tmp_path, zstd):
    content = "sku;department;price\na;x;1.5\nb;y;2\n"
    (tmp_path / "plain.csv").write_text(content)
    with gzip.open(tmp_path / "packed.csv.gz", "wt") as file:
        file.write(content)
    zstd(tmp_path / "plain.csv", tmp_path / "packed.csv.zst")
    named = "--id", "sku", "--category", "department"
    for number, name in enumerate(["plain.csv", "packed.csv.gz", "packed.csv.zst"]):
        answer = habitus.json("items", "import", tmp_path / name, *named)
        assert (answer["added"], answer["replaced"]) == ((2, 0) if number == 0 else (0, 2)), name
    assert habitus.json("items", "import", "-", *named, input=content.encode())["replaced"] == 2
    assert habitus.json("items", "show", "a")["item"]["properties"] == {"price": 1.5}


def test_wrong_use_and_files_that_are_none(jobs, tmp_path):
    (tmp_path / "bare.csv").write_text("name,city\na,b\n")
    (tmp_path / "twice.csv").write_text("id,city,city\na,b,c\n")
    for arguments, code, said in [
        (("import", tmp_path / "bare.csv"), 1, "named by --id"),
        (("import", tmp_path / "twice.csv"), 1, "two columns are called 'city'"),
        (("import", tmp_path / "jobs.csv", "--list", "skill"), 1, "no column 'skill' to read as a list"),
        (("import", tmp_path / "missing.csv"), 1, "missing.csv"),
        (("import", tmp_path / "jobs.csv", "--list-separator", "ab"), 64, "one character"),
        (("list", "--limit", "0"), 64, "at least 1"),
    ]:
        failed = jobs.run("items", *arguments, succeeds=False)
        assert failed.returncode == code and said in failed.stderr.decode(), arguments
    assert jobs.json("items", "list")["count"] == 3


def test_hostile_values_come_back_as_they_were(habitus, tmp_path):
    long = "é" * 500_000
    rows = [
        {"id": "'; DROP TABLE item; --", "a\"b": "quote \" and \n line \t \u0000", "category": "😀"},
        {"id": "😀\u202e", "long": long, "": "no name"},
        {"id": "-", "nested": {"a": [1, None, {"b": True}]}, "n": -0.5, "false": False},
    ]
    (tmp_path / "hostile.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert habitus.json("items", "import", tmp_path / "hostile.jsonl")["added"] == 3
    for row in rows:
        item = habitus.json("items", "show", row["id"])["item"]
        assert item["properties"] == {key: row[key] for key in row if key not in ("id", "category")}
    page = habitus.run("items", "list").stdout
    assert b"\x00" not in page and "\u202e".encode() not in page and len(page) < 20_000
    assert len(habitus.run("items", "show", "😀\u202e").stdout) < 20_000
    quoted = '"' + "x" * 1_000_000 + '"'
    (tmp_path / "cell.csv").write_text(f'id,text\nbig,{quoted}\nnul,a\u0000b\n"two\nlines","say ""hi"""\n')
    answer = habitus.json("items", "import", tmp_path / "cell.csv")
    assert answer["added"] == 2 and answer["refused"] == {"nul_byte": 1} and answer["refused_rows"][0]["line"] == 3
    assert habitus.json("items", "show", "two\nlines")["item"]["properties"] == {"text": 'say "hi"'}


def test_items_are_written_while_another_process_serves(jobs, tmp_path):
    server = Server(jobs).start()
    try:
        (tmp_path / "new.csv").write_text("id\nnew\n")
        assert jobs.json("items", "import", tmp_path / "new.csv")["added"] == 1
        assert jobs.json("items", "remove", "new") == {"removed": "new"}
    finally:
        server.close()


GENRES = "unknown Action Adventure Animation Children Comedy Crime Documentary Drama Fantasy Film-Noir Horror Musical " \
    "Mystery Romance Sci-Fi Thriller War Western"


@pytest.fixture(scope="module")
def films(published, session_habitus, tmp_path_factory):
    """MovieLens 100K: the ratings as events, the films as items, and the films by id as (title, year, genres)."""
    folder = tmp_path_factory.mktemp("catalogue")
    events = ["event_id,user_id,timestamp,event_type,item_id,category"]
    with gzip.open(published("ratings/ml-100k/u.data.gz"), "rt") as lines:
        for number, line in enumerate(lines):
            user, film, _, time = line.split()
            events.append(f"{number},{user},{time},rate,{film},film")
    (folder / "ratings.csv").write_text("\n".join(events) + "\n")
    films = {}
    with gzip.open(published("ratings/ml-100k/u.item.gz"), "rt", encoding="latin-1") as lines:
        for line in lines:
            number, title, date, _, _, *marks = line.rstrip("\n").split("|")
            genres = [genre for genre, mark in zip(GENRES.split(), marks) if mark == "1"]
            films[number] = title, int(date[-4:]) if date else None, genres
    with open(folder / "films.tsv", "w") as file:
        file.write("item\tcategory\ttitle\tyear\tgenres\n")
        for number, (title, year, genres) in films.items():
            file.write(f"{number}\tmovie\t{title}\t{year or ''}\t{'|'.join(genres)}\n")
    command = session_habitus("items")
    command.load(folder / "ratings.csv")
    answer = command.json("items", "import", folder / "films.tsv", "--list", "genres")
    assert (answer["read"], answer["added"], answer["refused"]) == (1682, 1682, {})
    return command, films


def test_every_film_is_in_the_catalogue(films):
    command, known = films
    listed = command.json("items", "list", "--limit", 2000)["items"]
    assert len(listed) == len(known) == 1682
    for item in listed:
        title, year, genres = known[item["id"]]
        assert item["category"] == "movie" and item["properties"]["genres"] == genres
        assert item["properties"]["title"] == title and item["properties"].get("year") == year
    usage = command.json("items", "show", 50)["usage"]
    assert usage == {"events": 583, "users": 583}, "Star Wars, as GroupLens counts"


def test_recommendations_keep_to_rules_and_are_the_best_of_all(films):
    command, known = films
    everything = command.json("recommend", 42, "--limit", 1682)["recommendations"]
    answer = command.json("recommend", 42, "--limit", 15, "--where", "genres=Comedy", "--where", "year>=1990",
                          "--where", "year<1996")["recommendations"]
    fits = [item for item in everything
            if "Comedy" in known[item["item"]][2] and 1990 <= (known[item["item"]][1] or 0) < 1996]
    assert answer == fits[:15] and len(answer) == 15
    assert all(item["category"] == "movie" for item in answer), "the catalogue's category goes before that of events"
    assert command.json("recommend", 42, "--category", "film")["recommendations"] == []
    assert command.json("recommend", 42, "--category", "movie") == command.json("recommend", 42)


def test_diverse_recommendations_are_less_alike(films):
    command, known = films

    def answer(amount):
        return [item["item"] for item in
                command.json("recommend", 42, "--limit", 10, "--diverse", amount)["recommendations"]]

    def likeness(items):
        pairs = [(set(known[a][2]), set(known[b][2])) for place, a in enumerate(items) for b in items[:place]]
        return sum(len(a & b) / len(a | b) for a, b in pairs) / len(pairs)

    plain, some, all_of_it = answer(0), answer(0.5), answer(1)
    assert plain == [item["item"] for item in command.json("recommend", 42)["recommendations"]]
    assert plain[0] == some[0] == all_of_it[0]
    assert likeness(plain) > likeness(some) > likeness(all_of_it)
    assert len(set(some)) == 10


@pytest.mark.parametrize("arguments, code, said", [
    (["--where", "genre=Comedy"], 1, "No item has a property 'genre'. There are, the nearest in spelling first: genres"),
    (["--where", "genres"], 64, "it compares nothing"),
    (["--where", "year>young"], 64, "'young' is not a number"),
    (["--diverse", "2"], 64, "from 0 to 1"),
])
def test_rules_that_mean_nothing_are_errors(films, arguments, code, said):
    failed = films[0].run("recommend", 42, *arguments, succeeds=False)
    assert failed.returncode == code and said in " ".join(text(failed.stderr).split())


def test_a_rule_without_a_catalogue_says_what_to_do(habitus, made_events):
    habitus.load(made_events(2_000, 50) / "events.csv")
    user = habitus.json("users")["users"][0]
    failed = habitus.run("recommend", user, "--where", "city=Paris", succeeds=False)
    assert "habitus items import" in failed.stderr.decode()
