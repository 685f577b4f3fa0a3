"""The repository port on real git."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploymend.core.model import PushOutcome
from deploymend.errors import CheckoutError, NotFoundError, OperationFailedError, TransientError
from deploymend.shell.identity import Identity
from deploymend.shell.remote import Remote
from deploymend.shell.repository import GitRepository
from deploymend.testing.contracts.repository import AT, MESSAGE, RepositoryContract, edit, repaired
from deploymend.testing.contracts.workspace import WorkspaceContract
from deploymend.testing.git_stage import GitStage


class TestGitRepository(RepositoryContract):
    """The port's contract."""


class TestGitWorkspace(WorkspaceContract):
    """The port's contract."""


async def first_commit(stage: GitStage) -> str:
    """The commit that `repaired` repairs."""
    return await stage.person_pushes({"greeting.txt": "hullo\n"})


async def test_the_users_identity(stage: GitStage) -> None:
    """Commits are by the user git knows, or by the one that was given."""
    first = await first_commit(stage)
    info = await stage.repository.commit_info(await repaired(stage, first))
    assert (info.author_name, info.author_email) == ("Uma User", "uma@example.test")
    given = Identity(name="Gil Given", email="gil@example.test")
    stage.repository = GitRepository(remote=str(stage.remote.bare), cache_folder=stage.cache, identity=given)
    info = await stage.repository.commit_info(await repaired(stage, first))
    assert (info.author_name, info.author_email) == ("Gil Given", "gil@example.test")


@pytest.mark.parametrize("settings", ["", "[user]\nname = Only Name\n", "[user]\nname = \nemail = \n"])
async def test_no_identity(stage: GitStage, git_settings: Path, settings: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a whole identity nothing is committed under a guessed name, and the message says what to set."""
    monkeypatch.delenv("EMAIL", raising=False)
    first = await first_commit(stage)
    git_settings.write_text(settings)
    with pytest.raises(CheckoutError) as caught:
        await repaired(stage, first)
    assert "user.name" in caught.value.next_step


async def test_settings_of_the_user_do_not_change_commits(stage: GitStage, git_settings: Path) -> None:
    """Line-end conversion, signing, hooks, templates and a monitor of the user's have no say in our commits."""
    first = await stage.person_pushes({"greeting.txt": "hullo\n", "dos.txt": "a\r\n"})
    plain = await repaired(stage, first)
    trap = git_settings.with_name("trap")
    trap.write_text("#!/bin/sh\ntouch sprung\nexit 1\n")
    trap.chmod(0o755)
    hooks = git_settings.with_name("hooks")
    hooks.mkdir()
    for name in ("post-checkout", "pre-commit", "pre-push", "reference-transaction", "post-index-change"):
        shutil.copy(trap, hooks / name)
    settings = f"[core]\nautocrlf = true\nhooksPath = {hooks}\nfsmonitor = {trap}\n[commit]\ngpgSign = true\n"
    settings += f"[push]\ngpgSign = true\nfollowTags = true\n[diff]\nexternal = {trap}\nnoprefix = true\n"
    git_settings.write_text(git_settings.read_text() + settings)
    stage.repository = GitRepository(remote=str(stage.remote.bare), cache_folder=stage.cache.with_name("other"))
    async with stage.repository.open(first) as workspace:
        await workspace.apply(edit("greeting.txt", "hullo\n", "hello\n"))
        assert "+++ b/greeting.txt" in await workspace.diff()
        assert workspace.read("dos.txt") == "a\r\n"
        assert await stage.repository.commit(workspace, MESSAGE, at=AT) == plain
        (hooks / "reference-transaction").unlink()  # the remote is on this machine here: its own would run
        result = await stage.repository.push(plain, "main", expected=first)
    assert result.outcome is PushOutcome.PUSHED
    assert not list(stage.cache.parent.rglob("sprung"))


@pytest.mark.parametrize("branch", ["main", "side"])
async def test_push_between_look_and_push(stage: GitStage, monkeypatch: pytest.MonkeyPatch, branch: str) -> None:
    """Somebody's commit that arrives after we looked and before git connects is not overwritten: the lease sees it."""
    first = await first_commit(stage)
    ours = await repaired(stage, first)
    look = Remote.tip
    theirs: list[str] = []

    async def look_then_be_late(self: Remote, name: str) -> str | None:
        tip = await look(self, name)
        if not theirs:
            theirs.append(await stage.person_pushes({"c": "c\n"}, branch=branch))
        return tip

    monkeypatch.setattr(Remote, "tip", look_then_be_late)
    result = await stage.repository.push(ours, branch, expected=first if branch == "main" else None)
    assert (result.outcome, result.head) == (PushOutcome.MOVED, theirs[0])
    assert await stage.history(branch) == [theirs[0], first]


async def test_deletion_between_look_and_delete(stage: GitStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch that somebody pushes to while we are about to delete it stays."""
    await first_commit(stage)
    side = await stage.person_pushes({"c": "c\n"}, branch="side")
    await stage.repository.fetch()
    look = Remote.tip
    theirs: list[str] = []

    async def look_then_be_late(self: Remote, name: str) -> str | None:
        tip = await look(self, name)
        if not theirs:
            theirs.append(await stage.person_pushes({"c": "d\n"}, branch="side"))
        return tip

    monkeypatch.setattr(Remote, "tip", look_then_be_late)
    await stage.repository.delete_branch("side", expected=side)
    assert await stage.tip("side") == theirs[0]


async def test_push_during_the_push(stage: GitStage) -> None:
    """Somebody's commit that arrives while ours is on its way is not overwritten: the remote's own lock decides."""
    first = await first_commit(stage)
    ours = await repaired(stage, first)
    theirs = await stage.person_pushes({"c": "c\n"}, branch="theirs")
    await stage.remote.hook("update", f"#!/bin/sh\ngit update-ref refs/heads/main {theirs}\n")
    result = await stage.repository.push(ours, "main", expected=first)
    assert (result.outcome, result.head) == (PushOutcome.MOVED, theirs)
    assert await stage.history("main") == [theirs, first]


async def test_answer_lost_after_the_push(stage: GitStage) -> None:
    """The remote took our commit but the connection broke before it said so: that is pushed."""
    first = await first_commit(stage)
    ours = await repaired(stage, first)
    await stage.remote.hook("post-receive", "#!/bin/sh\nkill -9 $PPID\n")
    result = await stage.repository.push(ours, "main", expected=first)
    assert (result.outcome, result.head) == (PushOutcome.PUSHED, ours)
    assert await stage.history("main") == [ours, first]


async def test_forced_away_commit(stage: GitStage) -> None:
    """A commit that a forced push took from its branch can still be opened."""
    first = await first_commit(stage)
    gone = await stage.person_pushes({"greeting.txt": "gone\n"})
    await stage.remote.git("push", "--quiet", "--force", "origin", f"{first}:refs/heads/main")
    async with stage.repository.open(gone) as workspace:
        assert workspace.read("greeting.txt") == "gone\n"


async def test_fetch_keeps_our_commits(stage: GitStage) -> None:
    """Fetching and git's clean-up never take a commit of ours, although no branch holds it."""
    ours = await repaired(stage, await first_commit(stage))
    await stage.person_pushes({"d": "d\n"})
    await stage.repository.fetch()
    mirror = stage.mirror()
    await stage.remote.git("gc", "--quiet", "--prune=now", cwd=mirror)
    assert (await stage.repository.commit_info(ours)).sha == ours


async def test_deleted_branches_go(stage: GitStage) -> None:
    """A branch that gave way to one below it (`a` to `a/b`) does not block the fetch."""
    await first_commit(stage)
    side = await stage.person_pushes({"c": "c\n"}, branch="a")
    await stage.repository.fetch()
    await stage.repository.delete_branch("a", expected=side)
    await stage.person_pushes({"c": "c\n"}, branch="a/b")
    await stage.repository.fetch()
    assert await stage.repository.head("a") is None


@pytest.mark.parametrize("branch", ["", "a b", "x:y", "a..b", "-x/.y", "*", "a\nb", "x/", "a@{1}"])
async def test_odd_branch_names(stage: GitStage, branch: str) -> None:
    """A name git would read as something else asks for nothing and pushes nothing."""
    first = await first_commit(stage)
    ours = await repaired(stage, first)
    with pytest.raises(OperationFailedError, match="not a branch name"):
        await stage.repository.head(branch)
    with pytest.raises(OperationFailedError, match="not a branch name"):
        await stage.repository.push(ours, branch, expected=None)
    assert await stage.history("main") == [first]


async def test_missing_remote(tmp_path: Path, git_settings: Path) -> None:
    """A remote that is not there is told with its address, and nothing half-made stays in the cache."""
    assert git_settings.exists()
    repository = GitRepository(remote=str(tmp_path / "nowhere.git"), cache_folder=tmp_path / "cache")
    with pytest.raises(NotFoundError, match="nowhere"):
        await repository.fetch()
    with pytest.raises(NotFoundError, match="nowhere") as caught:
        await repository.head("main")
    assert "git remote -v" in caught.value.next_step
    assert not list((tmp_path / "cache" / "mirrors").glob("*.git*"))


@pytest.mark.slow
async def test_unreachable_remote(tmp_path: Path, git_settings: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A network failure is tried again without a word, then told without the password in the address."""
    assert git_settings.exists()
    address = "http://uma:hunter2hunter2@127.0.0.1:9/app.git"
    repository = GitRepository(remote=address, cache_folder=tmp_path / "cache")
    with pytest.raises(TransientError) as caught:
        await repository.head("main")
    assert "hunter2" not in caught.value.message
    assert "hunter2" not in str(list((tmp_path / "cache").rglob("*")))
    assert caplog.text == ""


@pytest.mark.parametrize("remote_address", ["", "--upload-pack=touch x", "ext::sh -c touch% x"])
async def test_hostile_remote_address(tmp_path: Path, git_settings: Path, remote_address: str) -> None:
    """An address that is an option or a command runs nothing."""
    assert git_settings.exists()
    with pytest.raises(CheckoutError):
        await GitRepository(remote=remote_address, cache_folder=tmp_path / "cache").fetch()
    assert not list(tmp_path.rglob("x"))


async def test_same_mirror_with_other_credentials(tmp_path: Path) -> None:
    """A renewed token in the address does not mean a new clone; another path does."""
    folders = [
        GitRepository(remote=address, cache_folder=tmp_path).mirror_folder
        for address in ("https://one@git.example/a/app", "https://two:x@git.example/a/app", "https://git.example/b/app")
    ]
    assert folders[0] == folders[1] != folders[2]
    assert "one" not in str(folders[0])


async def test_shallow_remote(stage: GitStage, tmp_path: Path) -> None:
    """A shallow checkout is remote enough: CI machines have no other."""
    await first_commit(stage)
    second = await stage.person_pushes({"greeting.txt": "two\n"})
    shallow = tmp_path / "shallow"
    await stage.remote.git("clone", "--quiet", "--depth=1", stage.remote.bare.as_uri(), str(shallow), cwd=tmp_path)
    repository = GitRepository(remote=str(shallow), cache_folder=tmp_path / "other")
    await repository.fetch()
    await repository.fetch()
    async with repository.open(second) as workspace:
        assert workspace.read("greeting.txt") == "two\n"
