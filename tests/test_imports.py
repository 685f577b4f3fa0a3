"""The fences of .importlinter stand, and each one can fail: it is broken on purpose in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# File to break, the line that breaks it, and a word of the contract that must notice.
BREAKS = {
    "a lower layer imports a higher one": ("core/policy.py", "import deploymend.config", "Imports point one way"),
    "a file without a layer": ("utils.py", "VALUE = 1", "utils"),
    "the core reads the clock": ("core/policy.py", "import time", "The core is pure"),
    "the core reads files": ("core/plan.py", "from pathlib import Path", "The core is pure"),
    "a plug-in imports another": ("notifiers/console.py", "import deploymend.platforms.vercel", "No plug-in knows"),
    "the loop imports a plug-in": ("workflows/telling.py", "import deploymend.notifiers", "The loop knows ports"),
    "mending imports a door": ("mend/rounds.py", "import deploymend.shell.git", "The loop knows ports"),
    "a process behind the door's back": ("shell/git.py", "import subprocess", "Only shell.process starts"),
    "HTTP behind the door's back": ("platforms/vercel/logs.py", "import httpx2", "Only shell.http speaks"),
    "the engine in a plug-in": ("notifiers/console.py", "import dbos", "know the durable engine"),
    "SQL in the configuration": ("config/model.py", "import sqlalchemy", "know SQL"),
    "click in a door": ("shell/git.py", "import click", "know click"),
    "a server in a plug-in": ("platforms/vercel/logs.py", "import starlette", "serve HTTP"),
}


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter on a tree that holds src and .importlinter."""
    code = "import sys; from importlinter.cli import lint_imports_command as command; sys.exit(command())"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree / "src"), "COLUMNS": "400", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources that a test may break."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_the_fences_stand(tree: Path) -> None:
    """The tree as it is keeps every contract."""
    done = lint(tree)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("name", BREAKS)
def test_each_fence_can_fail(tree: Path, name: str) -> None:
    """One wrong import breaks the contract that forbids it, and the message says which."""
    file, line, contract = BREAKS[name]
    path = tree / "src" / "deploymend" / file
    path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")
    done = lint(tree)
    assert done.returncode != 0, done.stdout[-3000:]
    broken = [text for text in done.stdout.splitlines() if text.endswith("BROKEN") or "BROKEN (" in text]
    assert contract in "\n".join(broken) or (file == f"{contract}.py" and contract in done.stdout), done.stdout[-3000:]
