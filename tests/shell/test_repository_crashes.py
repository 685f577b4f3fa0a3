"""The repository port when processes share it, die in it, or find it damaged."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from deploymend.shell.repository import GitRepository
from deploymend.testing.contracts.repository import AT, MESSAGE, edit
from deploymend.testing.git_stage import GitStage


async def first_commit(stage: GitStage) -> str:
    """A commit to work on."""
    return await stage.person_pushes({"greeting.txt": "hullo\n"})


async def test_two_repositories_at_once(stage: GitStage) -> None:
    """Several users of one cache, all at their first fetch, share one mirror without stepping on each other."""
    first = await first_commit(stage)
    others = [GitRepository(remote=str(stage.remote.bare), cache_folder=stage.cache) for _ in range(4)]

    async def work(number: int, repository: GitRepository) -> str:
        async with repository.open(first) as workspace:
            await workspace.apply(edit("greeting.txt", "hullo\n", f"{number}\n"))
            return await repository.commit(workspace, MESSAGE, at=AT)

    made = await asyncio.gather(*(work(number, other) for number, other in enumerate(others)))
    assert len(set(made)) == 4
    assert len(list(stage.cache.glob("mirrors/*.git"))) == 1
    assert not [path for path in stage.cache.glob("worktrees/*/*") if path.is_dir()]


SCRIPT = """
import asyncio, sys
from pathlib import Path
from deploymend.shell.repository import GitRepository
async def main():
    repository = GitRepository(remote=sys.argv[1], cache_folder=Path(sys.argv[2]))
    async with repository.open(sys.argv[3]) as workspace:
        print(workspace.root, flush=True)
        await asyncio.sleep(float(sys.argv[4]))
asyncio.run(main())
"""


async def other_process(stage: GitStage, commit: str, *, seconds: float) -> asyncio.subprocess.Process:
    """A process of its own that opens a workspace and holds it."""
    arguments = (str(stage.remote.bare), str(stage.cache), commit, str(seconds))
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, *arguments, stdout=asyncio.subprocess.PIPE
    )


async def test_killed_owner_of_a_worktree(stage: GitStage) -> None:
    """A worktree whose process was killed goes at the next opening; one whose owner lives stays."""
    first = await first_commit(stage)
    dead, living = [await other_process(stage, first, seconds=60) for _ in range(2)]
    folders = [Path((await process.stdout.readline()).decode().strip()) for process in (dead, living) if process.stdout]
    dead.send_signal(signal.SIGKILL)
    await dead.wait()
    async with stage.repository.open(first):
        assert [folder.exists() for folder in folders] == [False, True]
    living.send_signal(signal.SIGKILL)
    await living.wait()
    async with stage.repository.open(first) as workspace:
        assert [folder.exists() for folder in folders] == [False, False]
        mirror = stage.mirror()
        assert os.listdir(mirror / "worktrees") == [workspace.root.name]  # noqa: PTH208 - names are what counts


async def test_worktree_that_could_not_be_removed(stage: GitStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worktree that something still writes to when it is closed goes the next time one is opened."""
    first = await first_commit(stage)
    with monkeypatch.context() as patched:
        patched.setattr("deploymend.shell.worktrees._remove_tree", lambda _folder: None)
        async with stage.repository.open(first) as workspace:
            left = workspace.root
    assert left.exists()
    async with stage.repository.open(first):
        assert not left.exists()
    assert not list(stage.cache.glob("worktrees/*/*"))


@pytest.mark.slow
async def test_killed_in_the_middle_of_a_clone(stage: GitStage) -> None:
    """A clone killed half-way leaves nothing that looks whole: the next one starts afresh and cleans up."""
    await stage.person_pushes({f"file{number}": os.urandom(60_000).hex() for number in range(40)})
    first = await first_commit(stage)
    for seconds in (0.02, 0.08, 0.15, 0.3):
        process = await other_process(stage, first, seconds=0)
        mirrors = stage.cache / "mirrors"
        while process.returncode is None and not list(mirrors.glob("*.new-*")) and not list(mirrors.glob("*.git")):
            await asyncio.sleep(0.005)
        await asyncio.sleep(seconds)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()
    async with stage.repository.open(first) as workspace:
        assert workspace.read("greeting.txt") == "hullo\n"
        assert "file39" in workspace.files()
    await stage.remote.git("fsck", "--strict", cwd=stage.mirror())


@pytest.mark.parametrize("damage", ["HEAD", "objects", "config", "packs"])
async def test_damaged_mirror(stage: GitStage, damage: str) -> None:
    """A mirror that lost files is cloned anew, and work goes on."""
    first = await first_commit(stage)
    await stage.repository.fetch()
    mirror = stage.mirror()
    if damage == "objects":
        shutil.rmtree(mirror / "objects")
    elif damage == "packs":
        for file in (mirror / "objects").rglob("*"):
            if file.is_file():
                file.chmod(0o600)
                file.write_bytes(b"")
    else:
        (mirror / damage).write_bytes(b"\0garbage")
    await stage.repository.fetch()
    async with stage.repository.open(first) as workspace:
        assert workspace.read("greeting.txt") == "hullo\n"


async def test_lock_of_a_killed_git(stage: GitStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ref lock that a killed git left does not block for ever."""
    monkeypatch.setattr("deploymend.shell.mirror.STALE_REF_LOCK_SECONDS", 0.3)
    await first_commit(stage)
    await stage.repository.fetch()
    newer = await stage.person_pushes({"greeting.txt": "newer\n"})
    mirror = stage.mirror()
    (mirror / "refs" / "remotes" / "origin").mkdir(parents=True, exist_ok=True)
    (mirror / "refs" / "remotes" / "origin" / "main.lock").write_text("")
    await stage.repository.fetch()
    async with stage.repository.open(newer) as workspace:
        assert workspace.read("greeting.txt") == "newer\n"
