"""The set-up: two commands from a fresh clone, a lock that names no registry, and a CI where nothing is skipped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# What a bare Debian has besides python3, git and make; and Node, so that this test need not fetch one.
TOOLS = """
    apt-config apt-get awk basename bash cat chmod cksum cmp cp cut dirname dpkg dpkg-deb env expr false find git gpgv
    grep head id ln ls make mkdir mktemp mv node npm printf pwd readlink rm sed sh sort tail tar touch true uname xz
"""
KEPT = re.compile(r"SSL_CERT_|.*_PROXY$|.*_proxy$|PIP_(INDEX|CERT)|UV_(DEFAULT_)?INDEX|NODE_EXTRA")


def bare(tmp_path: Path, *, python: bool = True) -> dict[str, str]:
    """The environment of a machine with an empty home and nothing on PATH but the usual tools: no uv, no cache."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS.split():
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    if python:
        (tools / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    (tmp_path / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if KEPT.match(name)}
    return {**kept, "PATH": str(tools), "HOME": str(tmp_path / "home")}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh checkout of what is here, in a folder with a space in its name."""
    folder = tmp_path / "a clone"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.split("\0"):
        if name and not name.startswith("tests/") and (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def make_setup(folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`make setup`, with no terminal."""
    return subprocess.run(
        ["make", "setup"],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.mark.slow
def test_a_fresh_clone_sets_itself_up(clone: Path, tmp_path: Path) -> None:
    """From python3, git and make alone; the second run does nothing and needs no network; a moved checkout works."""
    env = bare(tmp_path)
    done = make_setup(clone, env)
    assert done.returncode == 0, done.stderr
    again = make_setup(clone, {**env, "UV_OFFLINE": "1", "PIP_NO_INDEX": "1"})
    assert (again.returncode, again.stdout + again.stderr) == (0, "")
    program = subprocess.run([clone / ".venv/bin/deploymend", "--version"], capture_output=True, text=True, check=True)
    assert program.stdout.startswith("deploymend, version")
    moved = clone.rename(tmp_path / "moved")
    assert make_setup(moved, env).returncode == 0
    subprocess.run([moved / ".venv/bin/deploymend", "--version"], capture_output=True, check=True)


def test_without_python_it_says_what_to_install(clone: Path, tmp_path: Path) -> None:
    """One clear message, nothing left behind."""
    done = make_setup(clone, bare(tmp_path, python=False))
    assert done.returncode != 0
    assert "no Python >= 3.11 found on PATH" in done.stderr
    assert not (clone / ".venv").exists()


def test_where_uv_cannot_be_brought_it_says_what_to_install(clone: Path, tmp_path: Path) -> None:
    """After each way has failed: here none can reach an index."""
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    done = make_setup(clone, bare(tmp_path) | nowhere | {"DEPLOYMEND_UV_WAYS": "target"})
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_pin_by_hash_and_name_no_address(lock: Path) -> None:
    """Each entry has one version and at least one hash; where it comes from is the user's own configuration."""
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", ""))
    assert len(entries) >= 1
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+.*--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_the_lock_holds_what_the_project_asks_for() -> None:
    """Every dependency of the program and of its development, in a version that is allowed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [Requirement(text) for text in project["project"]["dependencies"] + project["dependency-groups"]["dev"]]
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements" / "dev.txt").read_text(), re.MULTILINE))
    wrong = [str(one) for one in asked if locked.get(one.name.replace("_", "-"), "none") not in one.specifier]
    assert wrong == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    """Registries come from the user's configuration, and paths of one machine are wrong on all others."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    hosts = ["registry.npmjs" + ".org", "registry.yarnpkg" + ".com", "pypi" + ".org", "files.pythonhosted" + ".org"]
    forbidden = re.compile("|".join(map(re.escape, [*hosts, "/wo" + "rk/main", "/root" + "/", "/home" + "/runner"])))
    found = [
        f"{name}: {hit[0]}"
        for name in listed.split("\0")
        if name and (ROOT / name).is_file()
        for hit in forbidden.finditer((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_make_alone_lists_the_targets() -> None:
    """Each one with what it is for."""
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("demo", "test", "test-fast", "check", "bench", "lock", "clean", "docs"):
        assert re.search(rf"^  make {target} +\S", done.stdout, re.MULTILINE), target


SCRIPTS = {"scripts/bootstrap.sh": "sh", "scripts/bring-uv.sh": "sh", "scripts/bring-node.sh": "sh", ".ci/run": "bash"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_well_formed(script: str) -> None:
    """For the shell that runs them."""
    subprocess.run([SCRIPTS[script], "-n", script], cwd=ROOT, check=True)


@pytest.mark.parametrize("ci", ["true", ""])
def test_in_ci_a_skipped_test_is_a_failure(tmp_path: Path, ci: str) -> None:
    """By a mark, by a call and by a whole file; elsewhere the last lines say why. An expected failure is no skip."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -ra -p no:cacheprovider\n")
    (tmp_path / "test_some.py").write_text(
        "import pytest\n@pytest.mark.skip(reason='no moon')\ndef test_a(): pass\n"
        "def test_b(): pytest.skip('no sun')\n@pytest.mark.xfail\ndef test_c(): assert False\n"
    )
    (tmp_path / "test_all.py").write_text("import pytest\npytest.skip('no stars', allow_module_level=True)\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--continue-on-collection-errors"],
        cwd=tmp_path,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1]
    if ci:
        assert done.returncode == 1
        # What is skipped before its body, or with its whole file, pytest counts as an error.
        assert "1 failed, 1 xfailed, 2 errors" in last
    else:
        assert done.returncode == 0
        assert "3 skipped, 1 xfailed" in last
    for reason in ("no moon", "no sun", "no stars"):
        assert reason in done.stdout
