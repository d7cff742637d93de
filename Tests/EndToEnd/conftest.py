"""What the tests of the command share: the binary, made events, the sample, published data."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.command import Habitus

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"
SAMPLE = REPOSITORY / ".setup" / "sample"


def pytest_report_header():
    return f"habitus: {binary_path()}"


def binary_path():
    """The binary that PATH_TO_HABITUS names, or the one built for release."""
    return Path(os.environ.get("PATH_TO_HABITUS", REPOSITORY / ".build" / "release" / "habitus"))


@pytest.fixture(scope="session")
def binary():
    path = binary_path()
    if not os.access(path, os.X_OK):
        pytest.exit(f"There is no command to test at {path}: run `make build`, or set PATH_TO_HABITUS.", returncode=2)
    return path


@pytest.fixture
def habitus(binary, tmp_path):
    """The command, with a data folder, a home and a working folder of the test's own."""
    return Habitus(binary, tmp_path)


@pytest.fixture(scope="session")
def session_habitus(binary, tmp_path_factory):
    """Makes the command with a folder of its own, for data that several tests read and none changes."""
    return lambda name: Habitus(binary, tmp_path_factory.mktemp(name))


@pytest.fixture(scope="session")
def made_events(tmp_path_factory):
    """Makes events with Scripts/make_events.py, each set once: made_events(60_000, 1_500, "--rough") is a folder."""
    made = {}

    def make(events, users, *options, formats="csv"):
        key = (events, users, formats, *options)
        if key not in made:
            folder = tmp_path_factory.mktemp("events")
            script = REPOSITORY / "Scripts" / "make_events.py"
            arguments = ["--events", str(events), "--users", str(users), "--format", formats, *options]
            subprocess.run([sys.executable, script, folder, *arguments], check=True, stdout=subprocess.DEVNULL)
            made[key] = folder
        return made[key]

    return make


@pytest.fixture(scope="session")
def published():
    """The path of a file of published data, by its name in ../shared/data; skips where it is absent."""

    def path(name):
        file = SHARED_DATA / name
        if not file.exists():
            pytest.skip(f"the published data {name} is not beside the repository, in ../shared/data")
        return file

    return path


@pytest.fixture(scope="session")
def sample():
    """The path of a file of the sample data; skips where the set-up has not fetched it."""

    def path(name):
        file = SAMPLE / name
        if not file.exists():
            pytest.skip(f"the sample {name} is not there: run Scripts/setup/sample.sh")
        return file

    return path


@pytest.fixture(scope="session")
def zstd():
    """Compresses a file with the tool zstd; skips where it is absent."""
    tool = shutil.which("zstd")
    if not tool:
        pytest.skip("the tool zstd is not installed")

    def compress(source, target):
        subprocess.run([tool, "--quiet", "--force", source, "-o", target], check=True)

    return compress
