"""The command explains itself, answers in JSON, and says what is wrong with an exit code that is not 0."""
import csv
import io
import json
import re

import pytest

from support.events import ExportedEvents

COMMANDS = ["import", "analyze", "profile", "features", "clusters", "patterns", "preferences", "predict",
            "recommend", "fit", "evaluate", "users", "export",
            "quarantine", "quarantine list", "quarantine show", "quarantine replay", "config", "config init",
            "config check", "config show", "config reference", "clusters fit", "clusters drift", "profiles",
            "profiles create", "profiles set", "profiles delete", "funnel", "paths", "retention", "changes",
            "sessions", "items", "items import", "items list", "items show", "items remove", "doctor", "demo",
            "version"]


@pytest.fixture(scope="module")
def analyzed(made_events, session_habitus):
    """The command over a made set that has been analysed."""
    command = session_habitus("analyzed")
    command.load(made_events(60_000, 1_500) / "events.csv")
    command.run("analyze")
    return command


@pytest.fixture(scope="module")
def user(analyzed):
    """A user with many events."""
    rows = list(csv.DictReader(io.StringIO(analyzed.export("features").decode())))
    return max(rows, key=lambda row: float(row["event_count"]))["user_id"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(habitus, command):
    shown = habitus.run(*command.split(), "--help", data=False).stdout.decode()
    assert re.search(rf"habitus {command}\b", shown)
    examples = re.split(r"examples?:?\s*\n", shown, flags=re.IGNORECASE)
    assert len(examples) > 1 and f"habitus {command}" in examples[1], "there is no example"


def test_help_of_the_whole_names_every_command(habitus):
    shown = habitus.run("--help", data=False).stdout.decode()
    for command in COMMANDS:
        assert re.search(rf"\b{command.split()[0]}\b", shown), command


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_name_every_command(habitus, shell):
    script = habitus.run("--generate-completion-script", shell, data=False).stdout.decode()
    for command in COMMANDS:
        assert command.split()[-1] in script, command


@pytest.mark.parametrize("arguments", [
    "analyze", "profile USER", "features", "features USER", "features --summary", "clusters", "clusters drift",
    "patterns", "patterns --user USER", "preferences USER", "funnel search apply", "paths",
    "paths --from search --to apply", "retention", "changes", "changes --user USER", "sessions",
    "sessions --user USER", "patterns --user USER --compare", "users", "quarantine list", "config show", "config check", "doctor",
    "version"])
def test_every_answer_comes_as_json_too(analyzed, user, arguments):
    words = [user if word == "USER" else word for word in arguments.split()]
    answer = analyzed.json(*words)
    assert isinstance(answer, (dict, list)) and answer


@pytest.mark.parametrize("kind", ["features", "profiles", "clusters", "patterns", "preferences", "events"])
def test_exports_can_be_read_and_agree(analyzed, tmp_path, kind):
    table = list(csv.DictReader(io.StringIO(analyzed.export(kind).decode())))
    lines = [json.loads(line) for line in analyzed.run("export", kind, "--format", "jsonl").stdout.splitlines()]
    assert len(table) == len(lines) > 0
    out = tmp_path / "out.csv"
    analyzed.run("export", kind, "--format", "csv", "--out", out)
    assert out.read_bytes() == analyzed.export(kind)


def test_exported_events_can_be_imported_again(analyzed, habitus, tmp_path):
    events = analyzed.export("events")
    file = tmp_path / "again.csv"
    file.write_bytes(events)
    habitus.load(file)
    assert habitus.export("events") == events
    assert habitus.export("features") == analyzed.export("features")


@pytest.mark.parametrize("arguments", ["profile", "features", "preferences", "patterns --user", "changes --user",
                                       "sessions --user"])
def test_unknown_user_is_an_error_that_names_the_user(analyzed, arguments):
    for options in [[], ["--json"]]:
        failed = analyzed.run(*arguments.split(), "nobody-at-all", *options, succeeds=False)
        assert "nobody-at-all" in failed.stderr.decode()


@pytest.mark.parametrize("arguments", [
    "frobnicate", "analyze --no-such-flag", "analyze --window-days 0", "analyze --window-days many",
    "analyze --as-of yesterday", "analyze --set no.such_key=1", "analyze --set feature_extraction.time_zone=Mars/Base",
    "export nothing", "export features --format xml", "import", "profile", "funnel no-such-funnel", "funnel search a,",
    "funnel search apply --order backwards", "funnel search apply --window-hours 0",
    "funnel search apply --exclude apply", "funnel search apply --users-dropped-after 3", "retention --period year",
    "retention --periods 0", "retention --start ,", "paths --of colour", "paths --length 0", "paths --length 5-3",
    "paths --length 2-3-4", "paths --length 11", "paths --depth 0", "paths --limit 0", "paths --states 1001",
    "paths --format xml", "paths --format dot --json", "paths --events ,", "changes --metric visitors",
    "changes --limit -1", "sessions --limit -1", "patterns --compare", "patterns --limit -1",
    "export patterns --each-user --user a", "export features --each-user"])
def test_wrong_use_is_an_error_with_words(analyzed, arguments):
    analyzed.run(*arguments.split(), succeeds=False)


def test_unknown_variable_is_an_error_that_names_it(analyzed):
    failed = analyzed.run("analyze", variables={"HABITUS_NO_SUCH_KEY": "1"}, succeeds=False)
    assert "HABITUS_NO_SUCH_KEY" in failed.stderr.decode()


def test_flags_precede_variables_and_variables_the_file(analyzed):
    def sessions(*flags, **variables):
        return analyzed.export("features", *flags, variables=variables)

    file = analyzed.home / "habitus.yaml"
    file.write_text("feature_extraction:\n  time_window_days: 7\n")
    try:
        assert sessions() == sessions("--window-days", "7")
        assert sessions(HABITUS_FEATURE_EXTRACTION_TIME_WINDOW_DAYS="14") == sessions("--window-days", "14")
        assert sessions("--window-days", "21", HABITUS_FEATURE_EXTRACTION_TIME_WINDOW_DAYS="14") == sessions(
            "--set", "feature_extraction.time_window_days=21")
        assert len({sessions("--window-days", days) for days in (7, 14, 21)}) == 3
    finally:
        file.unlink()


def test_configuration_that_init_writes_passes_check_and_changes_nothing(analyzed):
    before = analyzed.export("features")
    file = analyzed.home / "habitus.yaml"
    try:
        analyzed.run("config", "init", data=False)
        assert file.exists()
        analyzed.run("config", "check", data=False)
        assert analyzed.export("features") == before
        analyzed.run("config", "init", data=False, succeeds=False)
    finally:
        file.unlink(missing_ok=True)


def test_configuration_error_names_file_line_and_key(analyzed):
    file = analyzed.home / "habitus.yaml"
    file.write_text("storage:\n  path: ./data\nfeature_extraction:\n  time_window_dyas: 7\n")
    try:
        failed = analyzed.run("config", "check", data=False, succeeds=False)
        said = failed.stderr.decode() + failed.stdout.decode()
        assert "time_window_dyas" in said and "habitus.yaml:4" in said and "time_window_days" in said
    finally:
        file.unlink()


def test_answers_state_moment_and_window(analyzed, user):
    for arguments in [["analyze"], ["features", user], ["clusters"], ["patterns"], ["changes"], ["preferences", user],
                      ["predict", user], ["recommend", user], ["evaluate"]]:
        answer = json.dumps(analyzed.json(*arguments))
        assert re.search(r"as_?of", answer, re.IGNORECASE), arguments


def test_profile_holds_the_features_of_the_export(analyzed, user):
    row = next(row for row in csv.DictReader(io.StringIO(analyzed.export("features").decode()))
               if row["user_id"] == user)
    profile = json.dumps(analyzed.json("profile", user))
    assert row["event_count"] in profile


def test_analysis_repeated_gives_the_same_answers(analyzed):
    kinds = ["clusters", "patterns", "preferences"]
    first = [analyzed.export(kind) for kind in kinds]
    analyzed.run("analyze")
    assert [analyzed.export(kind) for kind in kinds] == first


def test_every_user_is_listed(analyzed, tmp_path):
    events = ExportedEvents(analyzed.export("events"), tmp_path)
    (users,) = events.row("list(DISTINCT user_id ORDER BY user_id)")
    assert analyzed.json("users")["users"] == users
    assert len(users) == 1_500
    assert analyzed.run("users").stdout.decode().split() == users


def test_output_to_a_closed_pipe_ends_quietly(analyzed):
    process = analyzed.start("export", "events", "--format", "csv")
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    process.wait(timeout=60)
    assert "Fatal" not in errors and "crashed" not in errors, errors
