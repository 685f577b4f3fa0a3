"""What every repository must do, as tests. For an implementation's own tests:

    class TestMyRepository(RepositoryContract):
        @pytest.fixture
        async def stage(self) -> AsyncIterator[RepositoryStage]: ...

The stage is the remote and the people who push to it. Each effect is made twice: the loop may be killed after it and
make it again. Needs pytest with pytest-asyncio in automatic mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

import pytest

from deploymend.core.model import FileEdit, PushOutcome, Repair
from deploymend.errors import NotFoundError, OperationFailedError
from deploymend.ports import Repository

# ruff: noqa: S101 - a shipped test suite: assert is how it speaks

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
MESSAGE = "fix(deploy): say hello\n\nBecause.\n\nDeploymend-Incident: inc-1\nDeploymend-Attempt: 1\n"
NOBODYS_COMMIT = "0123456789abcdef0123456789abcdef01234567"


class RepositoryStage(Protocol):
    """The remote, as people use it. It starts with no branch."""

    @property
    def repository(self) -> Repository:
        """The repository under test."""
        ...

    async def person_pushes(self, files: Mapping[str, str | None], *, branch: str = "main") -> str:
        """Somebody commits files (None deletes one) on a branch's tip and pushes; a new branch starts at main's tip, or
        empty. The new commit.
        """
        ...

    async def tip(self, branch: str) -> str | None:
        """The remote's branch, looked at directly."""
        ...

    async def history(self, branch: str) -> list[str]:
        """The commits of the remote's branch, newest first, looked at directly."""
        ...

    async def protect(self, *, words: str) -> None:
        """From now on the remote refuses every push of ours, with these words."""
        ...


def edit(path: str, before: str | None, after: str | None) -> Repair:
    """A repair of one file."""
    return Repair(fixer="test/edit", summary=f"edit {path}", edits=(FileEdit(path=path, before=before, after=after),))


async def repaired(stage: RepositoryStage, parent: str, *, text: str = "hello\n", message: str = MESSAGE) -> str:
    """A commit of ours on a commit that holds `greeting.txt` with `hullo`."""
    async with stage.repository.open(parent) as workspace:
        await workspace.apply(edit("greeting.txt", "hullo\n", text))
        return await stage.repository.commit(workspace, message, at=AT)


class RepositoryContract:
    """The suite. See the module's docstring."""

    @pytest.fixture
    async def first(self, stage: RepositoryStage) -> str:
        """The first commit of main, fetched."""
        commit = await stage.person_pushes({"greeting.txt": "hullo\n", "src/other.txt": "other\n"})
        await stage.repository.fetch()
        return commit

    async def test_head_is_the_remotes_tip_now(self, stage: RepositoryStage) -> None:
        """A branch's tip is asked of the remote each time, without a fetch; a branch that is not there has none."""
        assert await stage.repository.head("main") is None
        one = await stage.person_pushes({"a": "1\n"})
        assert await stage.repository.head("main") == one
        two = await stage.person_pushes({"a": "2\n"})
        assert await stage.repository.head("main") == two
        assert await stage.repository.head("mai") is None
        assert await stage.repository.head("feature/main") is None

    async def test_fetch_of_an_empty_remote(self, stage: RepositoryStage) -> None:
        """A remote without a commit can be fetched, again and again."""
        await stage.repository.fetch()
        await stage.repository.fetch()
        assert await stage.repository.head("main") is None

    async def test_commit_info(self, stage: RepositoryStage, first: str) -> None:
        """A commit's facts, also of one that was pushed after the last fetch, with its trailers in order."""
        ours = await repaired(stage, first)
        info = await stage.repository.commit_info(ours)
        assert info.sha == ours
        assert info.parents == (first,)
        assert info.subject == "fix(deploy): say hello"
        assert info.trailers == (("Deploymend-Incident", "inc-1"), ("Deploymend-Attempt", "1"))
        assert info.authored_at == AT
        newer = await stage.person_pushes({"b": "b\n"})
        theirs = await stage.repository.commit_info(newer)
        assert (theirs.parents, theirs.trailers) == ((first,), ())
        assert theirs.author_email
        assert theirs == await stage.repository.commit_info(newer)

    @pytest.mark.parametrize("commit_sha", [NOBODYS_COMMIT, "", "main", "--help", NOBODYS_COMMIT[:8], "é" * 40])
    async def test_unknown_commit(self, stage: RepositoryStage, first: str, commit_sha: str) -> None:
        """What is no commit of the remote is not found, whatever it looks like."""
        assert first
        with pytest.raises(NotFoundError):
            await stage.repository.commit_info(commit_sha)
        with pytest.raises(NotFoundError):
            async with stage.repository.open(commit_sha):
                pass

    async def test_commit_twice_is_one_commit(self, stage: RepositoryStage, first: str) -> None:
        """The same tree, message and time give the same commit, also in another workspace; another message another."""
        one = await repaired(stage, first)
        assert one == await repaired(stage, first)
        assert one != await repaired(stage, first, message="other words\n")
        assert one != await repaired(stage, first, text="HELLO\n")

    async def test_commit_is_on_no_branch(self, stage: RepositoryStage, first: str) -> None:
        """A commit stays here until it is pushed."""
        await repaired(stage, first)
        assert await stage.repository.head("main") == first

    async def test_nothing_to_commit(self, stage: RepositoryStage, first: str) -> None:
        """Without a change there is no commit."""
        async with stage.repository.open(first) as workspace:
            with pytest.raises(OperationFailedError, match="nothing to commit"):
                await stage.repository.commit(workspace, MESSAGE, at=AT)

    async def test_restore(self, stage: RepositoryStage, first: str) -> None:
        """A commit on top of ours that holds what the first held; twice the same."""
        ours = await repaired(stage, first)
        undone = await stage.repository.restore(ours, like=first, message="undo\n", at=AT)
        assert undone == await stage.repository.restore(ours, like=first, message="undo\n", at=AT)
        assert (await stage.repository.commit_info(undone)).parents == (ours,)
        async with stage.repository.open(undone) as workspace:
            assert workspace.read("greeting.txt") == "hullo\n"

    async def test_push_fast_forward(self, stage: RepositoryStage, first: str) -> None:
        """A commit lands on the branch it was made for, once, however often it is pushed."""
        ours = await repaired(stage, first)
        for _ in range(2):
            result = await stage.repository.push(ours, "main", expected=first)
            assert (result.outcome, result.head) == (PushOutcome.PUSHED, ours)
        assert await stage.history("main") == [ours, first]

    async def test_push_again_below_a_newer_commit(self, stage: RepositoryStage, first: str) -> None:
        """Our commit is there, and somebody has built on it: that is pushed too, and the tip is theirs."""
        ours = await repaired(stage, first)
        await stage.repository.push(ours, "main", expected=first)
        theirs = await stage.person_pushes({"more.txt": "more\n"})
        result = await stage.repository.push(ours, "main", expected=first)
        assert (result.outcome, result.head) == (PushOutcome.PUSHED, theirs)
        assert await stage.history("main") == [theirs, ours, first]

    async def test_push_after_somebody_else(self, stage: RepositoryStage, first: str) -> None:
        """The branch moved on: nothing of theirs is overwritten, and the outcome says so each time."""
        ours = await repaired(stage, first)
        theirs = await stage.person_pushes({"greeting.txt": "hi\n"})
        for _ in range(2):
            result = await stage.repository.push(ours, "main", expected=first)
            assert (result.outcome, result.head) == (PushOutcome.MOVED, theirs)
        assert await stage.history("main") == [theirs, first]

    async def test_push_that_would_take_commits_away(self, stage: RepositoryStage, first: str) -> None:
        """Even with the right tip a commit that does not descend from it is refused."""
        ours = await repaired(stage, first)
        theirs = await stage.person_pushes({"greeting.txt": "hi\n"})
        for _ in range(2):
            with pytest.raises(OperationFailedError, match="does not descend"):
                await stage.repository.push(ours, "main", expected=theirs)
        assert await stage.tip("main") == theirs

    async def test_push_of_a_new_branch(self, stage: RepositoryStage, first: str) -> None:
        """A branch that must not exist yet is made once; one that somebody else made is left."""
        ours = await repaired(stage, first)
        for _ in range(2):
            result = await stage.repository.push(ours, "deploymend/inc-1", expected=None)
            assert (result.outcome, result.head) == (PushOutcome.PUSHED, ours)
        theirs = await stage.person_pushes({"c": "c\n"}, branch="theirs")
        result = await stage.repository.push(ours, "theirs", expected=None)
        assert (result.outcome, result.head) == (PushOutcome.MOVED, theirs)
        assert await stage.tip("main") == first

    async def test_push_to_a_deleted_branch(self, stage: RepositoryStage, first: str) -> None:
        """A branch that somebody deleted is not made again."""
        side = await stage.person_pushes({"c": "c\n"}, branch="side")
        await stage.repository.fetch()
        async with stage.repository.open(side) as workspace:
            await workspace.apply(edit("c", "c\n", "d\n"))
            ours = await stage.repository.commit(workspace, MESSAGE, at=AT)
        await stage.repository.delete_branch("side", expected=side)
        result = await stage.repository.push(ours, "side", expected=side)
        assert (result.outcome, result.head) == (PushOutcome.MOVED, None)
        assert await stage.tip("side") is None
        assert await stage.tip("main") == first

    async def test_push_refused(self, stage: RepositoryStage, first: str) -> None:
        """A remote that refuses is quoted, and nothing has changed."""
        ours = await repaired(stage, first)
        await stage.protect(words="only through a pull request")
        for _ in range(2):
            result = await stage.repository.push(ours, "main", expected=first)
            assert (result.outcome, result.head) == (PushOutcome.REJECTED, first)
            assert "only through a pull request" in result.reason
        assert await stage.tip("main") == first

    async def test_delete_branch(self, stage: RepositoryStage, first: str) -> None:
        """A branch goes when it is where it was expected, once; a branch that moved stays."""
        side = await stage.person_pushes({"c": "c\n"}, branch="side")
        await stage.repository.delete_branch("side", expected=first)
        assert await stage.tip("side") == side
        for _ in range(2):
            await stage.repository.delete_branch("side", expected=side)
            assert await stage.tip("side") is None
        assert await stage.tip("main") == first
