"""Runs the command as its users do, in folders of the test's own."""
import json
import os
import subprocess


class Habitus:
    """The command with a data folder, a home and a working folder inside `folder`."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.data = folder / "data"
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)

    def environment(self, **variables):
        """That of the tests, without variables that configure Habitus."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HABITUS_")}
        return kept | {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home)} | variables

    def command(self, *arguments, data=None):
        """The words of a call; the data folder is the test's own unless `data` names another or is False."""
        folder = [] if data is False or arguments[0] == "version" else ["--data", str(data or self.data)]
        return [str(self.binary), *map(str, arguments), *folder]

    def start(self, *arguments, data=None, **options):
        """Starts the command and returns the process."""
        return subprocess.Popen(
            self.command(*arguments, data=data), cwd=self.home, env=self.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **options)

    def run(self, *arguments, data=None, succeeds=True, prefix=(), variables=None, **options):
        """Runs the command to its end and checks that it did or did not succeed, and was not ended by a signal."""
        options = {"stdin": subprocess.DEVNULL} | options
        if "input" in options:
            del options["stdin"]
        done = subprocess.run(
            [*prefix, *self.command(*arguments, data=data)], cwd=self.home, env=self.environment(**(variables or {})),
            capture_output=True, timeout=300, **options)
        said = f"{' '.join(map(str, arguments))}\n{text(done.stdout)[:2000]}\n{text(done.stderr)[:2000]}"
        assert 0 <= done.returncode < 128, f"ended by signal: {done.returncode}: {said}"
        if succeeds is True:
            assert done.returncode == 0, f"exit code {done.returncode}: {said}"
        elif succeeds is False:
            assert done.returncode != 0, f"succeeded, but ought not to: {said}"
            assert done.stderr.strip(), f"failed without a word: {said}"
        return done

    def json(self, *arguments, **options):
        """What the command answers with --json."""
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def load(self, *arguments, **options):
        """Imports, and returns the summary."""
        return self.json("import", *arguments, **options)

    def export(self, kind, *arguments, **options):
        """The bytes of `habitus export KIND --format csv`."""
        return self.run("export", kind, "--format", "csv", *arguments, **options).stdout


def text(output):
    """Output as text, whatever it holds."""
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""
