"""The data folder survives kills, full disks and foreign hands, or says clearly what is wrong."""
import os
import random
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from support.summary import counts, everything

BIG = (400_000, 8_000)
SMALL = (20_000, 600)


@pytest.fixture(scope="module")
def undisturbed(made_events, session_habitus):
    """The file, how long its import takes, and the events and features that it gives."""
    file = made_events(*BIG) / "events.csv"
    command = session_habitus("undisturbed")
    started = time.monotonic()
    command.load(file)
    seconds = time.monotonic() - started
    return file, seconds, command.export("events"), command.export("features")


@pytest.mark.parametrize("seed", range(6))
def test_killed_import_loses_nothing_and_can_be_repeated(undisturbed, habitus, seed):
    file, seconds, events, features = undisturbed
    generator = random.Random(seed)
    for _ in range(3):
        process = habitus.start("import", file)
        time.sleep(generator.uniform(0.02, seconds))
        process.kill()
        process.communicate()
        if (habitus.data / "habitus.sqlite").exists():
            habitus.run("doctor")
    habitus.load(file)
    assert habitus.export("events") == events
    assert habitus.export("features") == features


def test_kill_after_a_finished_import_loses_nothing(made_events, habitus, undisturbed):
    small = made_events(*SMALL) / "events.csv"
    habitus.load(small)
    before = set(habitus.export("events").splitlines())
    file, seconds, _, _ = undisturbed
    process = habitus.start("import", file, "--namespace", "other")
    time.sleep(seconds / 2)
    process.kill()
    process.communicate()
    assert before <= set(habitus.export("events").splitlines())


def test_second_writer_is_told_so(made_events, habitus):
    file = made_events(*SMALL) / "events.csv"
    first = habitus.start("import", "-", stdin=subprocess.PIPE)
    try:
        first.stdin.write(file.read_bytes())
        first.stdin.flush()
        wait_for(lambda: (habitus.data / "habitus.lock").exists())
        second = habitus.run("import", file, succeeds=False)
        assert str(first.pid) in second.stderr.decode(), "the message names the process that writes"
    finally:
        _, errors = first.communicate(timeout=60)
    assert first.returncode == 0, errors.decode()
    assert counts(habitus.load(file))["stored"] == 0


def wait_for(condition, seconds=20):
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.mark.parametrize("content", [b"something else entirely\n" * 400, random.Random(1).randbytes(70_000)],
                         ids=["text", "noise"])
def test_foreign_file_is_refused_and_left_alone(made_events, habitus, content):
    habitus.data.mkdir()
    database = habitus.data / "habitus.sqlite"
    database.write_bytes(content)
    for arguments in [["import", made_events(*SMALL) / "events.csv"], ["users"], ["analyze"], ["doctor"]]:
        habitus.run(*arguments, succeeds=False)
    assert database.read_bytes() == content


def test_other_sqlite_database_is_refused_and_left_alone(made_events, habitus):
    habitus.data.mkdir()
    database = habitus.data / "habitus.sqlite"
    with sqlite3.connect(database) as other:
        other.execute("CREATE TABLE accounts (name TEXT)")
        other.execute("INSERT INTO accounts VALUES ('precious')")
    content = database.read_bytes()
    failed = habitus.run("import", made_events(*SMALL) / "events.csv", succeeds=False)
    assert "not a Habitus store" in failed.stderr.decode()
    assert database.read_bytes() == content


@pytest.mark.parametrize("seed", range(5))
def test_corrupt_store_is_an_error_and_never_a_crash(made_events, habitus, seed):
    habitus.load(made_events(*SMALL) / "events.csv")
    whole = habitus.export("features")
    database = habitus.data / "habitus.sqlite"
    sound = database.read_bytes()
    generator = random.Random(seed)
    noticed = 0
    for _ in range(25):
        damaged = bytearray(sound)
        for _ in range(generator.choice([1, 3, 20, 200])):
            damaged[generator.randrange(100, len(damaged))] ^= generator.randrange(1, 256)
        for leftover in habitus.data.glob("habitus.sqlite-*"):
            leftover.unlink()
        database.write_bytes(damaged)
        for arguments in [["doctor"], ["export", "features"], ["export", "events"]]:
            done = habitus.run(*arguments, succeeds=None)
            noticed += done.returncode != 0
            assert done.returncode == 0 or done.stderr.strip() or done.stdout.strip(), "failed without a word"
            if arguments == ["export", "features"] and done.returncode == 0:
                assert done.stdout == whole, "damaged data gave other features instead of an error"
    assert noticed, "nothing noticed any damage"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_off_store_is_an_error(made_events, habitus, share):
    habitus.load(made_events(*SMALL) / "events.csv")
    database = habitus.data / "habitus.sqlite"
    # What is cut off must not be in the write-ahead log, too: then nothing would be missing.
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    connection.close()
    content = database.read_bytes()
    database.write_bytes(content[: int(len(content) * share)])
    habitus.run("doctor", succeeds=False)
    habitus.run("export", "features", succeeds=False)


def test_absent_store_is_an_error_that_says_what_to_do(habitus):
    failed = habitus.run("users", succeeds=False)
    assert "habitus import" in failed.stderr.decode()
    assert not habitus.data.exists(), "reading does not make a data folder"


@pytest.fixture
def another_user(binary, tmp_path):
    """A prefix under which commands run without the right to write everywhere; none where the tests are not root."""
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    able = subprocess.run([*prefix, str(binary), "version"], cwd="/", capture_output=True)
    if able.returncode != 0:
        pytest.skip("another user than root cannot run the command here")
    return prefix


def test_read_only_folder_can_be_read_and_not_written(made_events, habitus, another_user, tmp_path):
    file = tmp_path / "events.csv"
    shutil.copy(made_events(*SMALL) / "events.csv", file)
    habitus.load(file)
    features = habitus.export("features")
    content = (habitus.data / "habitus.sqlite").read_bytes()
    for path in habitus.data.iterdir():
        path.chmod(0o444)
    habitus.data.chmod(0o555)
    try:
        failed = habitus.run("import", file, prefix=another_user, succeeds=False)
        assert str(habitus.data) in failed.stderr.decode()
        assert habitus.export("features", prefix=another_user) == features
    finally:
        habitus.data.chmod(0o755)
    assert (habitus.data / "habitus.sqlite").read_bytes() == content


def test_folder_that_cannot_be_made_is_an_error_that_names_it(made_events, habitus, another_user, tmp_path):
    file = tmp_path / "events.csv"
    shutil.copy(made_events(*SMALL) / "events.csv", file)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    failed = habitus.run("import", file, data=closed / "data", prefix=another_user, succeeds=False)
    assert str(closed) in failed.stderr.decode()


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 4 MiB of its own; skips where the tests may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_full_disk_is_an_error_and_loses_nothing(made_events, habitus, small_disk):
    data = small_disk / "data"
    small = made_events(*SMALL) / "events.csv"
    habitus.load(small, data=data)
    before = habitus.export("events", data=data)
    big = made_events(*BIG) / "events.csv"
    failed = habitus.run("import", big, "--namespace", "big", data=data, succeeds=False)
    assert "full" in failed.stderr.decode().lower()
    after = habitus.export("events", data=data)
    assert set(before.splitlines()) <= set(after.splitlines())
    habitus.run("doctor", data=data)
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    habitus.load(big, "--namespace", "big", data=data)
    elsewhere = habitus.folder / "elsewhere"
    habitus.load(small, data=elsewhere)
    assert counts(habitus.load(big, "--namespace", "big", data=elsewhere)) == everything(rows_in(big))
    assert habitus.export("events", data=data) == habitus.export("events", data=elsewhere)


def rows_in(file):
    """The number of rows of a CSV file without quoted line ends, without its header."""
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1
