"""Workspaces of repositories, and builds, that mean harm."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploymend.core.model import FileEdit, Repair
from deploymend.errors import BuildEnvironmentError, OperationFailedError
from deploymend.shell.tree_files import write_edits
from deploymend.shell.workspace import GitWorkspace
from deploymend.testing.contracts.repository import AT, MESSAGE, edit
from deploymend.testing.git_stage import GitStage

BASE: dict[str, str | bytes | None] = {"README.md": "# Hello\n", "src/a.ts": "a\n"}


@asynccontextmanager
async def opened(stage: GitStage, files: dict[str, str | bytes | None] | None = None) -> AsyncIterator[GitWorkspace]:
    """A workspace at a new commit."""
    commit = await stage.remote.push(files or BASE)
    async with stage.repository.open(commit) as workspace:
        assert isinstance(workspace, GitWorkspace)
        yield workspace


async def test_links_are_not_followed(stage: GitStage) -> None:
    """Links to files, to folders, out of the tree and within it are neither read nor written through."""
    stage.remote.clone.mkdir(exist_ok=True)
    (stage.remote.clone / "passwd").symlink_to("/etc/passwd")
    (stage.remote.clone / "etc").symlink_to("/etc")
    (stage.remote.clone / "up").symlink_to("..")
    (stage.remote.clone / "inside").symlink_to("README.md")
    async with opened(stage) as workspace:
        assert {"passwd", "etc", "up", "inside"} <= set(workspace.files())
        for path in ("passwd", "etc/passwd", "etc/hosts", "up/x", "inside"):
            assert workspace.read(path) is None
            with pytest.raises(OperationFailedError):
                await workspace.apply(edit(path, None, "x"))
            with pytest.raises(OperationFailedError):
                await workspace.apply(edit(path, "# Hello\n", "x"))
        assert workspace.read("README.md") == "# Hello\n"


async def test_what_is_not_text(stage: GitStage) -> None:
    """Binary, other encodings, huge files and pipes are not read; none of them blocks or fails anything."""
    files: dict[str, str | bytes | None] = {"latin.txt": b"caf\xe9\n", "image.png": b"\x89PNG\0\xff"}
    files |= {"huge.txt": "x" * 2_000_001, "big.txt": "x" * 2_000_000}
    async with opened(stage, BASE | files) as workspace:
        assert [workspace.read(path) for path in ("latin.txt", "image.png", "huge.txt")] == [None, None, None]
        assert workspace.read("big.txt") == "x" * 2_000_000
        os.mkfifo(workspace.root / "pipe")
        assert workspace.read("pipe") is None
        assert await workspace.changes() == ()


async def test_names_with_anything_in_them(stage: GitStage) -> None:
    """Line ends, tabs, glob characters, option-like and pathspec-like names are names like others."""
    odd = ["a\nb.txt", "tab\t.txt", "*.txt", "-rf", ":(top)x", "é.txt", "'\"$(touch pwned)`"]
    async with opened(stage, dict.fromkeys(odd, "x\n")) as workspace:
        assert set(odd) <= set(workspace.files())
        edits = tuple(FileEdit(path=path, before="x\n", after="y\n") for path in odd)
        await workspace.apply(Repair(fixer="test", summary="s", edits=edits))
        assert [change.path for change in await workspace.changes()] == sorted(odd)
        commit = await stage.repository.commit(workspace, MESSAGE, at=AT)
    async with stage.repository.open(commit) as workspace:
        assert [workspace.read(path) for path in odd] == ["y\n"] * len(odd)


async def test_a_name_that_is_no_text(stage: GitStage) -> None:
    """A file whose name is not UTF-8 is no file to repair, but a change of it does not go unseen."""
    name = os.fsdecode(b"caf\xe9.txt")
    (stage.remote.clone / name).write_text("x\n")
    async with opened(stage) as workspace:
        assert workspace.files() == ("README.md", "src/a.ts")
        (workspace.root / name).write_text("y\n")
        assert [(change.path, change.after) for change in await workspace.changes()] == [("caf\ufffd.txt", "y\n")]


async def test_modes_and_links_in_changes(stage: GitStage) -> None:
    """The gate sees binary files, links, and files made executable for what they are."""
    async with opened(stage) as workspace:
        (workspace.root / "blob").write_bytes(b"\0\1\2")
        (workspace.root / "latin").write_bytes(b"\xe9")
        (workspace.root / "link").symlink_to("/etc/passwd")
        (workspace.root / "README.md").chmod(0o755)
        (workspace.root / "run.sh").write_text("x")
        (workspace.root / "run.sh").chmod(0o700)
        (workspace.root / "src" / "a.ts").unlink()
        (workspace.root / "src" / "a.ts").symlink_to("b")
        (workspace.root / "huge").write_text("x" * 2_000_001)
        changes = {change.path: change for change in await workspace.changes()}
    assert changes["blob"].binary
    assert changes["latin"].binary
    assert changes["huge"].binary
    assert changes["blob"].after is None
    assert changes["link"].symlink == "/etc/passwd"
    assert changes["src/a.ts"].symlink == "b"
    assert changes["README.md"].executable
    assert changes["run.sh"].executable
    assert (changes["README.md"].before, changes["README.md"].after) == ("# Hello\n", "# Hello\n")


async def test_mode_is_kept(stage: GitStage) -> None:
    """An edited script stays executable; a new file is not."""
    script = stage.remote.clone / "run.sh"
    script.write_text("echo a\n")
    script.chmod(0o755)
    async with opened(stage) as workspace:
        await workspace.apply(edit("run.sh", "echo a\n", "echo b\n"))
        await workspace.apply(edit("new.sh", None, "echo\n"))
        assert stat.S_IMODE((workspace.root / "run.sh").stat().st_mode) & 0o111
        assert not stat.S_IMODE((workspace.root / "new.sh").stat().st_mode) & 0o111
        assert not any(change.executable for change in await workspace.changes())


async def test_trap_in_the_worktrees_git_file(stage: GitStage) -> None:
    """A build that replaces the worktree's `.git` with one of its own configuration runs nothing through us."""
    async with opened(stage) as workspace:
        (workspace.root / ".git").unlink()
        plant(workspace.root, workspace.root)
        await workspace.apply(edit("README.md", "# Hello\n", "# Bye\n"))
        assert [change.path for change in await workspace.changes()] == ["README.md"]
        await workspace.diff()
        await stage.repository.commit(workspace, MESSAGE, at=AT)
        await workspace.reset()
        assert workspace.read("README.md") == "# Hello\n"
        assert not (workspace.root / "sprung").exists()
        assert springs(workspace.root, workspace.root)


async def test_trap_in_a_nested_repository(stage: GitStage) -> None:
    """A repository that a build made below is neither entered nor committed, and goes with a reset."""
    async with opened(stage) as workspace:
        plant(workspace.root / "nested", workspace.root)
        (workspace.root / "nested" / "file").write_text("x")
        assert await workspace.changes() == ()
        await workspace.diff()
        assert not (workspace.root / "sprung").exists()
        assert springs(workspace.root / "nested", workspace.root)
        await workspace.reset()
        assert not (workspace.root / "nested").exists()


async def test_trap_in_a_submodule(stage: GitStage) -> None:
    """A submodule is left alone: its address is not asked, its folder not entered, its commit not changed."""
    await stage.remote.push({**BASE, ".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = ext::sh -c touch% sprung\n'})
    head = (await stage.remote.git("rev-parse", "HEAD")).strip()
    await stage.remote.git("update-index", "--add", "--cacheinfo", f"160000,{head},m")
    await stage.remote.git("-c", "user.name=P", "-c", "user.email=p@example.test", "commit", "-qm", "submodule")
    await stage.remote.git("push", "-q", "origin", "HEAD:refs/heads/main")
    commit = await stage.remote.tip("main")
    assert commit
    async with stage.repository.open(commit) as workspace:
        assert "m" not in workspace.files()
        plant(workspace.root / "m", workspace.root)
        await workspace.apply(edit("README.md", "# Hello\n", "# Bye\n"))
        assert [change.path for change in await workspace.changes()] == ["README.md"]
        await workspace.reset()
        assert await workspace.changes() == ()
        assert not list(stage.cache.rglob("sprung"))
        plant(workspace.root / "m", workspace.root)
        assert springs(workspace.root / "m", workspace.root)


def plant(folder: Path, target: Path) -> None:
    """Make a repository in a folder whose configuration would touch `target/sprung` on almost any git command."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    trap = f"touch {target / 'sprung'}; cat"
    for key in (
        "core.fsmonitor",
        "filter.t.clean",
        "filter.t.smudge",
        "diff.t.textconv",
        "core.sshCommand",
        "core.pager",
    ):
        subprocess.run(["git", "-C", str(folder), "config", key, trap], check=True)
    commit = ["-c", "core.fsmonitor=", "-c", "user.name=x", "-c", "user.email=x@example.test", "commit"]
    subprocess.run(["git", "-C", str(folder), *commit, "-q", "--allow-empty", "-m", "x"], check=True)
    (folder / ".gitattributes").write_text("* filter=t diff=t\n") if folder != target else None


def springs(folder: Path, target: Path) -> bool:
    """Whether the trap works at all: an everyday command there sets it off."""
    subprocess.run(["git", "-C", str(folder), "status"], check=False, capture_output=True)
    return (target / "sprung").exists()


async def test_attributes_run_no_filters(stage: GitStage) -> None:
    """Large-file pointers stay pointers, as on a platform without LFS, and a repair of another file leaves them."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    async with opened(stage, {**BASE, ".gitattributes": "*.bin filter=lfs diff=lfs\n", "a.bin": pointer}) as workspace:
        assert workspace.read("a.bin") == pointer
        await workspace.apply(edit("README.md", "# Hello\n", "# Bye\n"))
        assert [change.path for change in await workspace.changes()] == ["README.md"]


async def test_line_ends_by_attributes(stage: GitStage) -> None:
    """Where attributes ask for it, text is checked out with CRLF, and changes show what a commit would hold."""
    async with opened(stage, {".gitattributes": "*.bat eol=crlf\n", "a.bat": "one\n"}) as workspace:
        assert workspace.read("a.bat") == "one\r\n"
        await workspace.apply(edit("a.bat", "one\r\n", "two\r\n"))
        assert [(change.before, change.after) for change in await workspace.changes()] == [("one\n", "two\n")]


async def test_leftovers_of_builds(stage: GitStage) -> None:
    """Without a .gitignore, installed packages and framework output still never become part of a repair."""
    async with opened(stage) as workspace:
        for path in (
            "node_modules/x/index.js",
            ".next/build",
            "app/node_modules/y",
            ".vercel/output/x",
            "a.tsbuildinfo",
        ):
            (workspace.root / path).parent.mkdir(parents=True, exist_ok=True)
            (workspace.root / path).write_text("x")
        assert await workspace.changes() == ()
        await workspace.reset()
        assert (workspace.root / "node_modules" / "x" / "index.js").exists()


async def test_ignored_lockfile_stays_ignored(stage: GitStage) -> None:
    """What the project ignores is not committed, even where a repair writes it."""
    async with opened(stage, {**BASE, ".gitignore": "package-lock.json\n"}) as workspace:
        await workspace.apply(edit("package-lock.json", None, "{}\n"))
        assert workspace.read("package-lock.json") == "{}\n"
        assert await workspace.changes() == ()


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last file of a repair cannot be written, the first ones are as before and nothing is left over."""
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text("old")
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "c":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    edits = [FileEdit(path="a", before="old", after=None)]
    edits += [FileEdit(path=name, before="old", after="new") for name in ("b", "c")]
    edits += [FileEdit(path="d", before=None, after="new")]
    with pytest.raises(BuildEnvironmentError, match="No space left"):
        write_edits(tmp_path, edits)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old", "b": "old", "c": "old"}


async def test_workspaces_leave_nothing(stage: GitStage) -> None:
    """A closed workspace is gone, also one that holds folders nobody may enter."""
    async with opened(stage) as workspace:
        root = workspace.root
        (root / "locked" / "in").mkdir(parents=True)
        (root / "locked" / "in" / "x").write_text("x")
        (root / "locked" / "in").chmod(0)
        (root / "locked").chmod(0o500)
    assert not root.exists()
    assert not list((stage.mirror() / "worktrees").glob("*"))
    assert not list(stage.cache.glob("worktrees/*/*"))
