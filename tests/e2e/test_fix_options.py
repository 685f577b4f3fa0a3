"""The options of `deploymend fix`, on a real checkout with a real remote."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeApp = Callable[..., Any]

GOOD = 'import "./lib/price.mjs";\n'
WRONG = 'import "./lib/Price.mjs";\n'
FILES = {"lib/price.mjs": "export const price = 1;\n"}


@pytest.fixture
def broken(plain: MakeApp) -> Any:
    """An app whose build imports a file in the wrong case."""
    return plain(WRONG, FILES)


def fixed(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The document of a repair."""
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found["outcome"], done.returncode) == ("repaired", 0), done.stdout + done.stderr
    return found


def test_no_commit_leaves_the_repair_in_the_files(run: Run, broken: Any) -> None:
    """As if the user had edited it: nothing staged, no commit."""
    head = broken.git("rev-parse", "HEAD")
    found = fixed(run("fix", "--no-commit", "--format", "json", cwd=broken.folder))
    assert (found["commit"], broken.git("rev-parse", "HEAD")) == (None, head)
    assert broken.git("status", "--porcelain") == "M build.mjs"
    assert broken.git("diff", "--cached", "--name-only") == ""
    assert GOOD in (broken.folder / "build.mjs").read_text()


def test_push_brings_it_to_the_remote(run: Run, broken: Any, tmp_path: Path) -> None:
    """The repair's commit is the remote's newest; text says so."""
    remote = tmp_path / "remote.git"
    broken.git("init", "-q", "--bare", str(remote))
    broken.git("remote", "add", "origin", str(remote))
    broken.git("push", "-q", "-u", "origin", "main")
    done = run("fix", "--push", cwd=broken.folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert broken.git("ls-remote", str(remote), "main").split()[0] == broken.git("rev-parse", "HEAD")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("  ✗ build failed")
    assert lines[1] == "    cause    import · wrong-case-import   build.mjs"
    assert lines[-1].startswith("  ✓ repaired in ")
    assert lines[-1].endswith(", pushed")
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout


def test_push_without_a_remote_is_told_at_once(run: Run, broken: Any) -> None:
    """Before anything is built or changed, with what is missing."""
    before = broken.everything()
    done = run("fix", "--push", cwd=broken.folder)
    assert done.returncode == 2
    assert "has no remote to push to" in done.stderr
    assert "git remote add origin" in done.stderr
    assert broken.everything() == before


def test_commands_of_ones_own(run: Run, plain: MakeApp) -> None:
    """`--install` and `--build` replace the platform's choice: here they make a green build red, and run both."""
    app = plain(GOOD, FILES)
    before = app.everything()
    options = ("--install", "echo own install", "--build", "node build.mjs && echo own build && exit 3")
    done = run("fix", *options, "--format", "json", cwd=app.folder)
    diagnosis = json.loads(done.stdout)["diagnosis"]
    assert done.returncode == 1
    assert (diagnosis["command"], diagnosis["exit_code"]) == (options[3], "3")
    assert app.everything() == before
    assert run("fix", "--build", "node build.mjs", cwd=app.folder).returncode == 0


def test_one_app_of_a_monorepo(run: Run, plain: MakeApp) -> None:
    """PATH is the root directory: the other app's fault does not matter, and stays."""
    app = plain(WRONG, FILES, name="mono")
    app.git("mv", "-k", "build.mjs", "package.json", "package-lock.json", "lib", ".")
    for name in ("web", "docs"):
        for path in ("build.mjs", "package.json", "package-lock.json", "lib/price.mjs"):
            target = app.folder / "apps" / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((app.folder / path).read_bytes())
    gone = dict.fromkeys(("build.mjs", "package.json", "package-lock.json", "lib/price.mjs"))
    app.commit("Two apps", gone)
    fixed(run("fix", "apps/web", "--format", "json", cwd=app.folder))
    assert app.git("diff", "--name-only", "HEAD~1") == "apps/web/build.mjs"
    assert WRONG in (app.folder / "apps/docs/build.mjs").read_text()


def test_its_own_output_in_the_checkout_is_no_change(run: Run, broken: Any, environment: dict[str, str]) -> None:
    """`fix --format json > result.json`: files that are not in git stop nothing, are told, and stay."""
    (broken.folder / "notes.txt").write_text("mine\n")
    command = "deploymend fix --format json > result.json"
    path = f"{Path(__import__('sys').executable).parent}:{environment['PATH']}"
    done = subprocess.run(["sh", "-c", command], cwd=broken.folder, env=environment | {"PATH": path}, check=False)
    found = json.loads((broken.folder / "result.json").read_text())
    assert (done.returncode, found["outcome"]) == (0, "repaired")
    assert found["untracked"] == ["notes.txt", "result.json"]
    assert broken.git("status", "--porcelain").splitlines() == ["?? notes.txt", "?? result.json"]
    again = run("fix", cwd=broken.folder)
    assert "left out 2 files not in git, so no part of this build: notes.txt, result.json" in again.stdout


def test_contradicting_options_are_usage(run: Run, broken: Any) -> None:
    """`--push` needs a commit."""
    done = run("fix", "--push", "--no-commit", cwd=broken.folder)
    assert done.returncode == 2
    assert "choose one of them" in done.stderr
