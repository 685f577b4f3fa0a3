"""The fences of .importlinter stand, and each one can fail: all are broken on purpose in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What must not be: the file, the module it wrongly imports, and how the contract that forbids it is called.
BREAKS = [
    ("core/policy.py", "deploymend.config", "Imports point one way"),
    ("shell/git.py", "deploymend.mend", "Imports point one way"),
    ("core/policy.py", "time", "The core is pure"),
    ("core/plan.py", "pathlib", "The core is pure"),
    ("core/plan.py", "httpx2", "The core is pure"),
    ("notifiers/console.py", "deploymend.platforms.vercel", "No plug-in knows another"),
    ("workflows/telling.py", "deploymend.notifiers", "The loop knows ports"),
    ("mend/rounds.py", "deploymend.shell.git", "The loop knows ports"),
    ("shell/git.py", "subprocess", "Only shell.process starts"),
    ("platforms/vercel/logs.py", "httpx2", "Only shell.http speaks"),
    ("notifiers/console.py", "dbos", "know the durable engine"),
    ("config/model.py", "sqlalchemy", "know SQL"),
    ("shell/git.py", "click", "know click"),
    ("platforms/vercel/logs.py", "starlette", "serve HTTP"),
]


def copy_tree(folder: Path) -> None:
    """The sources and the contracts, to be broken."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", folder)


def add_line(folder: Path, file: str, line: str) -> None:
    """One more line at the end of a file, which may be new."""
    path = folder / "src" / "deploymend" / file
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{line}\n", encoding="utf-8")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter on a copy, on lines wide enough not to be wrapped."""
    code = "import sys; from importlinter.cli import lint_imports_command as command; sys.exit(command())"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "COLUMNS": "400", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of a tree with all breaks in it, by contract."""
    folder = tmp_path_factory.mktemp("broken")
    copy_tree(folder)
    for file, module, _ in BREAKS:
        add_line(folder, file, f"import {module}")
    done = lint(folder)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr
    _, _, told = done.stdout.partition("Broken contracts")
    # Each contract is a title over a line of dashes, then its findings.
    parts = told.split("\n---")
    return {title.strip().splitlines()[-1]: body for title, body in pairwise(parts) if title.strip()}


@pytest.mark.parametrize(("file", "module", "contract"), BREAKS)
def test_each_fence_can_fail(broken: dict[str, str], file: str, module: str, contract: str) -> None:
    """A wrong import breaks the contract that forbids it, and the message names it."""
    importer = "deploymend." + file.removesuffix(".py").replace("/", ".")
    told = "".join(body for title, body in broken.items() if contract in title)
    assert f"{importer} -> {module}" in told, f"{contract}: {told[:2000]}"


def test_a_file_without_a_layer_is_refused(tmp_path: Path) -> None:
    """So there is no `utils.py`."""
    copy_tree(tmp_path)
    add_line(tmp_path, "utils.py", "VALUE = 1")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "utils" in done.stdout


def test_the_fences_stand(tmp_path: Path) -> None:
    """The tree as it is keeps every contract."""
    copy_tree(tmp_path)
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " 0 broken" in done.stdout
