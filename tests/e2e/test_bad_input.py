"""Projects and machines that are not as they should be: `fix` says what is wrong and leaves all as it was."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeApp = Callable[..., Any]

LEFT_PAD = {"left-pad": "^1.3.0"}


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def refused(done: subprocess.CompletedProcess[str], *words: str, code: int) -> None:
    """A message with these words, in all a few lines, and this exit code."""
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    for word in words:
        assert word in said, said
    assert "Traceback" not in said
    assert len(said.splitlines()) < 15, said


def test_no_lockfile_works_with_a_warning(run: Run, plain: MakeApp) -> None:
    """It is built as the platform would, and what that means is said."""
    app = plain(lock=False)
    before = app.everything()
    done = run("fix", cwd=app.folder)
    refused(done, "✓ green in", "No lockfile: every build may get other versions", code=0)
    assert app.everything() == before


def test_of_two_lockfiles_one_counts(run: Run, plain: MakeApp) -> None:
    """Which one decides is said, in JSON too."""
    app = plain(files={"yarn.lock": "# yarn lockfile v1\n"})
    done = run("fix", "--format", "json", cwd=app.folder)
    found = json.loads(done.stdout)
    assert (done.returncode, found["outcome"]) == (0, "already_green")
    (warning,) = found["warnings"]
    assert "Several lockfiles" in warning
    assert {"yarn.lock", "package-lock.json"} <= set(warning.replace(",", " ").split())


def test_a_manifest_that_is_no_json(run: Run, plain: MakeApp) -> None:
    """Red, in the file that is broken; nothing is guessed."""
    app = plain()
    app.commit("Break it", {"package.json": '{"name": "shop", "scripts": {"build": "node build.mjs"},,}'})
    before = app.everything()
    done = run("fix", cwd=app.folder)
    assert done.returncode in {1, 2}
    refused(done, "package.json", code=done.returncode)
    assert app.everything() == before


def test_the_build_command_is_missing(run: Run, plain: MakeApp) -> None:
    """A program that is not there: its name, and no invented script."""
    app = plain(scripts={"build": "no-such-builder --all"})
    before = app.everything()
    done = run("fix", cwd=app.folder)
    refused(done, "✗ build failed", "no-such-builder", "nothing was changed", "What to do", code=1)
    assert app.everything() == before


def test_an_empty_repository_folder(run: Run, plain: MakeApp) -> None:
    """A subfolder that git does not know is no app."""
    app = plain()
    (app.folder / "empty").mkdir()
    done = run("fix", "empty", cwd=app.folder)
    refused(done, "empty", "next: ", code=2)


def test_the_registry_cannot_be_reached(run: Run, plain: MakeApp, tmp_path: Path) -> None:
    """No network is this machine's fault, not the code's: it is said, and no lockfile or version is touched for it."""
    app = plain(dependencies=LEFT_PAD)
    registry = f"http://127.0.0.1:{closed_port()}/"
    app.commit("Use a registry that is away", {".npmrc": f"registry={registry}\nfetch-retries=0\n"})
    before = app.everything()
    cold = {"DEPLOYMEND_CACHE": str(_cold_cache(tmp_path))}
    done = run("fix", cwd=app.folder, env=cold)
    refused(done, "npm install", "nothing was changed", "deploymend doctor", code=3)
    assert app.everything() == before


def _cold_cache(folder: Path) -> Path:
    """A cache with nothing installed in it; the tools are there."""
    warm = Path(__file__).parents[2] / ".cache" / "tests"
    cold = folder / "cold"
    cold.mkdir()
    for name in ("node", "managers"):
        if (warm / name).exists():
            (cold / name).symlink_to(warm / name)
    return cold


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own with next to no room; where that cannot be mounted, a folder nothing fits into."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    mounted = shutil.which("mount") and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    if not mounted:
        folder.rmdir()
        folder.write_text("a file where the folder should be")
    yield folder
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("variable", ["DEPLOYMEND_CACHE", "DEPLOYMEND_STATE"])
def test_the_disk_is_full(run: Run, plain: MakeApp, full_disk: Path, variable: str) -> None:
    """The folder is named, with what to set instead; the checkout is as before."""
    app = plain('import "./big.mjs";\n', {"big.mjs": "// " + "x" * 300_000 + "\n"})
    before = app.everything()
    command = ("fix",) if variable == "DEPLOYMEND_CACHE" else ("incidents",)
    done = run(*command, cwd=app.folder, env={variable: str(full_disk)})
    assert done.returncode in {2, 3}
    refused(done, str(full_disk), "next: ", code=done.returncode)
    assert app.everything() == before
