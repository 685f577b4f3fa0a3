"""The documentation cannot drift: pages made from code are current, links lead somewhere, commands run.

A fenced block of kind `console` is executed, line by line where it starts with `$ `; what it shows below a command is
not compared. Each block has a scratch folder of its own with a git checkout, a package.json and a failed `build.log`;
`make` runs in the project's own root. A command that ends in `# exits N` must exit with N, all others with 0.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LONG = re.compile(r"^\$ (make|deploymend (demo|fix|sync))", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
BUILD_LOG = """\
> vite build
src/Cart.tsx(3,22): error TS2307: Cannot find module './priceTag' or its corresponding type declarations.
npm ERR! Lifecycle script `build` failed with error:
Error: Command "npm run build" exited with 2
"""


def blocks() -> list[pytest.ParameterSet]:
    """Every executable block, named by its page and line. A block with `make` or a long-running command is slow."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            line = text[: block.start()].count("\n") + 1
            marks = [pytest.mark.slow] if LONG.search(block[1]) else []
            found.append(pytest.param(commands(block[1]), id=f"{page.name}:{line}", marks=marks))
    return found


def commands(block: str) -> list[str]:
    """The lines that a person would type; a backslash at the end goes on in the next line."""
    return [line[2:] for line in block.replace("\\\n", "").splitlines() if line.startswith("$ ")]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """One line of a block, by sh, with no terminal and no account."""
    place = ROOT if command.startswith("make ") else folder
    own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "NO_COLOR": "1"}
    return subprocess.run(
        ["sh", "-c", command],
        cwd=place,
        env={name: value for name, value in os.environ.items() if not name.startswith("VERCEL")} | own,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """What a block of the documentation works on."""
    folder = tmp_path / "storefront"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "storefront", "scripts": {"build": "node --version"}}\n')
    (folder / "package-lock.json").write_text('{"name": "storefront", "lockfileVersion": 3, "packages": {"": {}}}\n')
    (folder / "build.log").write_text(BUILD_LOG)
    for command in ("init -q -b main", "add .", "-c user.name=Ada -c user.email=ada@shop.example commit -q -m Start"):
        subprocess.run(["sh", "-c", f"git {command}"], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("lines", blocks())
def test_commands_in_the_documentation_run(lines: list[str], scratch: Path) -> None:
    """Each command of each console block ends with the code that the block says."""
    assert lines, "a console block without a command: use ```text for output alone"
    for line in lines:
        expected = int(found[1]) if (found := re.search(r"# exits (\d+)$", line)) else 0
        done = run(line, scratch)
        assert done.returncode == expected, f"$ {line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def test_pages_made_from_code_are_current() -> None:
    """The CLI's help, the settings and their schema are what the code says now."""
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Every relative link names a file or folder that is there."""
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_commands_are_found_as_written() -> None:
    """Prompts and continued lines are read; output is left out."""
    assert commands("$ one \\\n  two\noutput $ three\n$ four\n") == ["one   two", "four"]
