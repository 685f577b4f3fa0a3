"""The user's own checkout: described truly, changed only where nothing can be lost."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploymend.core.model import FileEdit, Repair
from deploymend.errors import CheckoutError
from deploymend.shell.checkout import Checkout
from deploymend.shell.identity import Identity
from deploymend.shell.repository import GitRepository
from deploymend.testing.contracts.repository import AT, MESSAGE
from deploymend.testing.git_remote import GitRemote


def git(folder: Path, *arguments: str) -> str:
    """Run git as the user would."""
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
async def mended(home: Path, tmp_path: Path) -> tuple[Path, str]:
    """A mirror of the checkout and a repair of its commit there: one file edited, one new, one deleted."""
    repository = GitRepository(remote=str(home), cache_folder=tmp_path / "cache")
    edits = (
        FileEdit(path="README.md", before="# Hello\n", after="# Repaired\n"),
        FileEdit(path="new/file.ts", before=None, after="new\n"),
        FileEdit(path="old.txt", before="old\n", after=None),
    )
    async with repository.open(git(home, "rev-parse", "HEAD")) as workspace:
        await workspace.apply(Repair(fixer="test", summary="s", edits=edits))
        commit = await repository.commit(workspace, MESSAGE, at=AT)
    return repository.mirror_folder, commit


def contents(home: Path) -> dict[str, str]:
    """Every file of the checkout with its text."""
    files = (path for path in home.rglob("*") if path.is_file() and ".git" not in path.relative_to(home).parts)
    return {path.relative_to(home).as_posix(): path.read_text() for path in files}


async def test_description(home: Path, remote: GitRemote) -> None:
    """A clean checkout, seen from one of its folders."""
    state = await Checkout(home / "src").describe()
    assert state.root == home
    assert (state.branch, state.head) == ("main", await remote.tip("main"))
    assert (state.remote_name, state.remote_url, state.remote_branch) == ("origin", str(remote.bare), "main")
    assert state.identity == Identity(name="Uma User", email="uma@example.test")
    assert (state.dirty, state.under_way, state.shallow, state.submodules) == ((), None, False, ())


async def test_upstream_of_another_name(home: Path, remote: GitRemote) -> None:
    """A branch is pushed to its upstream, whatever remote and name that is; addresses may be relative."""
    git(home, "remote", "rename", "origin", "upstream")
    git(home, "remote", "set-url", "upstream", "../remote/remote.git")
    git(home, "remote", "add", "other", "git@git.example:a/b.git")
    git(home, "checkout", "-q", "-b", "mine", "--track", "upstream/main")
    state = await Checkout(home).describe()
    assert (state.remote_name, state.remote_branch) == ("upstream", "main")
    assert state.remote_url is not None
    assert Path(state.remote_url).resolve() == remote.bare.resolve()
    git(home, "checkout", "-q", "-b", "alone", "--no-track")
    state = await Checkout(home).describe()
    assert (state.remote_name, state.remote_url, state.remote_branch) == (None, None, None)


async def test_dirty(home: Path) -> None:
    """Changed, staged, deleted and renamed files are named and stop a repair; new ones do not, and ignored ones do not
    count.
    """
    (home / "README.md").write_text("changed")
    (home / "src" / "a.ts").unlink()
    git(home, "mv", "old.txt", "a new name.txt")
    (home / "dir").mkdir()
    (home / "dir" / "untracked").write_text("x")
    (home / ".git" / "info" / "exclude").write_text("ignored\n")
    (home / "ignored").write_text("x")
    with pytest.raises(CheckoutError) as caught:
        await Checkout(home).describe()
    for name in ("README.md", "src/a.ts", "a new name.txt"):
        assert name in caught.value.message
    assert "dir/" not in caught.value.message
    assert "ignored" not in caught.value.message
    assert "git stash" in caught.value.next_step
    state = await Checkout(home).describe(allow_dirty=True)
    assert sorted(state.changed) == ["README.md", "a new name.txt", "src/a.ts"]
    assert state.untracked == ("dir/",)
    assert sorted(state.dirty) == ["README.md", "a new name.txt", "dir/", "src/a.ts"]


async def test_very_dirty(home: Path) -> None:
    """A long list is cut, with how many more there are."""
    for number in range(25):
        (home / f"file{number}").write_text("x")
    git(home, "add", "--all")
    with pytest.raises(CheckoutError, match="and 15 more"):
        await Checkout(home).describe()


async def test_no_checkout(tmp_path: Path, remote: GitRemote) -> None:
    """A folder that is none, a missing one, a bare repository, git's own folder, one without a commit: each is told."""
    (tmp_path / "plain").mkdir()
    git(tmp_path, "init", "-q", "fresh")
    for folder, words in (
        (tmp_path / "plain", "no git repository"),
        (tmp_path / "missing", "is not a folder"),
        (remote.bare, "a bare repository"),
        (remote.clone / ".git", "git's own folder"),
        (tmp_path / "fresh", "no commit yet"),
    ):
        with pytest.raises(CheckoutError, match=words) as caught:
            await Checkout(folder).describe()
        assert caught.value.next_step


async def test_detached(home: Path) -> None:
    """A detached HEAD can be looked at, but neither adopts a repair nor is committed to or pushed."""
    git(home, "checkout", "-q", "--detach")
    state = await Checkout(home).describe()
    assert state.branch is None
    (home / "x").write_text("x")
    for work in (Checkout(home).commit_all("x"), Checkout(home).push(), Checkout(home).adopt(home, state.head)):
        with pytest.raises(CheckoutError, match="detached HEAD") as caught:
            await work
        assert "git switch" in caught.value.next_step


@pytest.mark.parametrize("command", ["merge", "rebase", "cherry-pick", "revert"])
async def test_under_way(home: Path, command: str) -> None:
    """An operation that waits for its user is named, and nothing is committed in the middle of it."""
    git(home, "checkout", "-q", "-b", "side")
    (home / "README.md").write_text("side\n")
    git(home, "commit", "-qam", "side")
    git(home, "checkout", "-q", "main")
    for text in ("main\n", "more\n"):
        (home / "README.md").write_text(text)
        git(home, "commit", "-qam", text)
    target = "HEAD~1" if command == "revert" else "side"
    done = subprocess.run(["git", command, target], cwd=home, check=False, capture_output=True)
    assert done.returncode
    head = git(home, "rev-parse", "HEAD")
    for work in (Checkout(home).describe(), Checkout(home).commit_all("x")):
        with pytest.raises(CheckoutError, match=f"A {command} is under way"):
            await work
    assert git(home, "rev-parse", "HEAD") == head


async def test_no_identity(home: Path, git_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an identity the description still works, and a commit says what to set."""
    monkeypatch.delenv("EMAIL", raising=False)
    git_settings.write_text("")
    assert (await Checkout(home).describe()).identity is None
    (home / "x").write_text("x")
    with pytest.raises(CheckoutError) as caught:
        await Checkout(home).commit_all("x")
    assert "user.name" in caught.value.next_step
    git(home, "config", "user.name", "Local")
    git(home, "config", "user.email", "local@example.test")
    assert (await Checkout(home).describe(allow_dirty=True)).identity == Identity(
        name="Local", email="local@example.test"
    )


async def test_shallow_and_submodules(home: Path, remote: GitRemote, tmp_path: Path) -> None:
    """A shallow clone is said to be one and works; submodules are listed."""
    await remote.push({"more": "more\n"})
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", remote.bare.as_uri(), str(shallow))
    assert (await Checkout(shallow).describe()).shallow
    git(home, "update-index", "--add", "--cacheinfo", f"160000,{git(home, 'rev-parse', 'HEAD')},vendor/lib")
    git(home, "commit", "-qm", "submodule")
    (home / "vendor" / "lib").mkdir(parents=True)
    assert (await Checkout(home).describe()).submodules == ("vendor/lib",)


async def test_adopt(home: Path, mended: tuple[Path, str]) -> None:
    """A repair becomes the branch's newest commit, files included; again nothing happens."""
    checkout = Checkout(home)
    before = (await checkout.describe()).head
    for _ in range(2):
        await checkout.adopt(*mended)
        assert git(home, "rev-parse", "HEAD") == mended[1]
        assert git(home, "rev-parse", "HEAD~1") == before
        assert git(home, "symbolic-ref", "--short", "HEAD") == "main"
        assert git(home, "status", "--porcelain") == ""
    assert contents(home) == {"README.md": "# Repaired\n", "src/a.ts": "a\n", "new/file.ts": "new\n"}


async def test_take_files(home: Path, mended: tuple[Path, str]) -> None:
    """Only the files come: nothing is committed or staged, and the user sees it as their own edit."""
    checkout = Checkout(home)
    before = (await checkout.describe()).head
    await checkout.take_files(*mended)
    assert git(home, "rev-parse", "HEAD") == before
    assert git(home, "diff", "--cached", "--name-only") == ""
    assert git(home, "status", "--porcelain", "-uall").splitlines() == ["M README.md", " D old.txt", "?? new/file.ts"]
    assert contents(home) == {"README.md": "# Repaired\n", "src/a.ts": "a\n", "new/file.ts": "new\n"}


@pytest.mark.parametrize("change", ["edit", "untracked", "commit", "branch", "reset"])
async def test_changed_meanwhile(home: Path, mended: tuple[Path, str], change: str) -> None:
    """A checkout that changed while the repair was made takes nothing, and keeps what the user did."""
    checkout = Checkout(home)
    await checkout.describe()
    if change == "edit":
        (home / "README.md").write_text("mine\n")
    elif change == "untracked":
        (home / "new").mkdir()
        (home / "new" / "file.ts").write_text("mine\n")
    elif change == "commit":
        git(home, "commit", "-q", "--allow-empty", "-m", "mine")
    elif change == "branch":
        git(home, "checkout", "-q", "-b", "another")
    else:
        git(home, "checkout", "-q", "--orphan", "fresh")
        git(home, "commit", "-q", "-m", "fresh")
    seen, head = contents(home), git(home, "rev-parse", "HEAD")
    for work in (checkout.adopt(*mended), checkout.take_files(*mended)):
        with pytest.raises(CheckoutError):
            await work
        assert contents(home) == seen
        assert git(home, "rev-parse", "HEAD") == head


async def test_ignored_file_in_the_way(home: Path, mended: tuple[Path, str]) -> None:
    """A file the user keeps out of git is not overwritten by one of the repair that has its name."""
    (home / ".git" / "info" / "exclude").write_text("new/\n")
    (home / "new").mkdir()
    (home / "new" / "file.ts").write_text("mine\n")
    seen, head = contents(home), git(home, "rev-parse", "HEAD")
    for work in (Checkout(home).adopt(*mended), Checkout(home).take_files(*mended)):
        with pytest.raises(CheckoutError, match=r"new/file\.ts"):
            await work
        assert (contents(home), git(home, "rev-parse", "HEAD")) == (seen, head)


async def test_untracked_files_stay_what_they_are(home: Path, mended: tuple[Path, str]) -> None:
    """A file that is not in git (a program's output, say) stops no repair, and is there unchanged afterwards."""
    (home / "result.json").write_text("mine\n")
    checkout = Checkout(home)
    assert (await checkout.describe()).untracked == ("result.json",)
    await checkout.adopt(*mended)
    assert git(home, "rev-parse", "HEAD") == mended[1]
    assert contents(home)["result.json"] == "mine\n"
    assert git(home, "status", "--porcelain") == "?? result.json"


async def test_hooks_stay_out_of_it(home: Path, mended: tuple[Path, str]) -> None:
    """The user's hooks do not run when a repair is adopted."""
    hook = home / ".git" / "hooks" / "post-merge"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch sprung\n")
    hook.chmod(0o755)
    await Checkout(home).adopt(*mended)
    assert not (home / "sprung").exists()
