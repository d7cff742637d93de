"""The documentation says what the command says."""
import subprocess
import sys

from conftest import REPOSITORY


def test_the_configuration_reference_is_the_commands_own(habitus):
    assert (REPOSITORY / "docs" / "configuration.md").read_bytes() == habitus.run("config", "reference", data=False).stdout


def test_the_features_page_is_made_from_the_dictionary(habitus):
    page = subprocess.run(
        [sys.executable, REPOSITORY / "Scripts" / "features_page.py"],
        input=habitus.run("features", "--json", data=False).stdout, capture_output=True, check=True).stdout
    assert (REPOSITORY / "docs" / "features.md").read_bytes() == page
