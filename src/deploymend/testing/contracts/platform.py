"""What every platform must do, as tests. For a plug-in's own tests:

    class TestMyPlatform(PlatformContract):
        @pytest.fixture
        async def stage(self) -> AsyncIterator[PlatformStage]: ...

The stage arranges what the platform shall know; against a real service that means a test double of the service.
Needs pytest with pytest-asyncio in automatic mode. Each call is made twice, because the loop may be killed and
make it again. A platform that can also cancel or promote adds the two classes at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import pytest

from deploymend.core.model import Deployment, DeploymentState
from deploymend.errors import ConfigurationError, NotFoundError, QuotaError
from deploymend.ports import Cancels, Platform, Promotes

# ruff: noqa: S101, PLR2004 - a shipped test suite: assert is how it speaks, and numbers are its point

LOG = """\
Running build in Washington, D.C., USA (East) – iad1
Cloning github.com/acme/shop (Branch: main, Commit: 01e1395)
Installing dependencies...
\x1b[33mwarn\x1b[0m something harmless
Running "npm run build"
./src/app/page.tsx:3:20
Module not found: Can't resolve './Header'
Error: Command "npm run build" exited with 1
Exiting build container"""
LOG_LINES = tuple(LOG.replace("\x1b[33m", "").replace("\x1b[0m", "").splitlines())


class PlatformStage(Protocol):
    """Arranges what a platform under test knows."""

    @property
    def platform(self) -> Platform:
        """The platform under test, with no waiting between its calls."""
        ...

    async def add(
        self,
        *,
        commit_sha: str,
        state: DeploymentState = DeploymentState.READY,
        branch: str = "main",
        target: str = "production",
        log: str = "",
        error_message: str | None = None,
        live: bool = True,
        log_lag_reads: int = 0,
    ) -> str:
        """One more deployment, newer than those before; its id. `live` counts for READY ones only.

        The log's second half shows only after `log_lag_reads` reads.
        """
        ...

    async def define_environment(self, values: Mapping[str, str]) -> None:
        """The project's environment variables."""
        ...

    async def use_up_quota(self) -> None:
        """From now on the platform builds nothing more."""
        ...

    async def production(self) -> str | None:
        """The id of the deployment that production serves now."""
        ...


class PlatformContract:
    """The suite for `Platform`. Subclass it and supply the fixture `stage`."""

    async def test_lists_newest_first(self, stage: PlatformStage) -> None:
        """Deployments come newest first, the same each time, and not more than asked for."""
        ids = [await stage.add(commit_sha=sha(n)) for n in range(4)]
        for _ in range(2):
            assert _ids(await stage.platform.list_deployments()) == ids[::-1]
            assert _ids(await stage.platform.list_deployments(limit=3)) == ids[:0:-1]
            assert _ids(await stage.platform.list_deployments(limit=0)) == []

    async def test_reads_every_page(self, stage: PlatformStage) -> None:
        """A list longer than a page comes whole, each deployment once."""
        ids = [await stage.add(commit_sha=sha(n)) for n in range(120)]
        for _ in range(2):
            assert _ids(await stage.platform.list_deployments(limit=500)) == ids[::-1]

    async def test_filters_are_exact(self, stage: PlatformStage) -> None:
        """Branch, commit and time filter exactly, alone and together; `since` includes its moment."""
        first = await stage.add(commit_sha=sha(1), branch="main")
        second = await stage.add(commit_sha=sha(2), branch="main-2", target="preview")
        third = await stage.add(commit_sha=sha(1), branch="main-2", target="preview")
        platform = stage.platform
        middle = (await platform.get_deployment(second)).created_at
        for _ in range(2):
            assert _ids(await platform.list_deployments(branch="main")) == [first]
            assert _ids(await platform.list_deployments(commit_sha=sha(1))) == [third, first]
            assert _ids(await platform.list_deployments(commit_sha=sha(1), branch="main-2")) == [third]
            assert _ids(await platform.list_deployments(since=middle)) == [third, second]
            assert _ids(await platform.list_deployments(branch="mai")) == []

    @pytest.mark.parametrize("state", list(DeploymentState))
    async def test_knows_every_state(self, stage: PlatformStage, state: DeploymentState) -> None:
        """Each state arrives, alone and in a list, with commit, branch and target."""
        added = await stage.add(commit_sha=sha(7), state=state, branch="feature/x", target="preview", live=False)
        for _ in range(2):
            alone = await stage.platform.get_deployment(added)
            (listed,) = await stage.platform.list_deployments()
            for found in (alone, listed):
                assert (found.id, found.state, found.live) == (added, state, False)
                assert (found.commit_sha, found.branch, found.target) == (sha(7), "feature/x", "preview")
                assert found.created_at == alone.created_at
                assert found.created_at.utcoffset() is not None
                assert bool(found.block_reason) is (state is DeploymentState.BLOCKED)

    async def test_live_is_more_than_ready(self, stage: PlatformStage) -> None:
        """A deployment is live once the domains point at it, which may be some time after READY."""
        dark = await stage.add(commit_sha=sha(1), live=False)
        bright = await stage.add(commit_sha=sha(2))
        for _ in range(50):
            if (await stage.platform.get_deployment(bright)).live:
                break
            await asyncio.sleep(0.1)
        assert (await stage.platform.get_deployment(bright)).live
        assert not (await stage.platform.get_deployment(dark)).live

    async def test_unknown_deployments_are_not_found(self, stage: PlatformStage) -> None:
        """What does not exist is NotFoundError; what cannot be an identifier may be a ConfigurationError."""
        for _ in range(2):
            with pytest.raises(NotFoundError):
                await stage.platform.get_deployment("dpl_nobodyknowsthis")
            with pytest.raises(NotFoundError):
                await stage.platform.read_log("dpl_nobodyknowsthis")
            with pytest.raises((NotFoundError, ConfigurationError)):
                await stage.platform.get_deployment("../../v9/projects")

    async def test_the_log_is_whole_and_clean(self, stage: PlatformStage) -> None:
        """A log comes in its order, each line once, without colours, and is known to be complete."""
        added = await stage.add(commit_sha=sha(1), state=DeploymentState.ERROR, log=LOG)
        for _ in range(2):
            log = await stage.platform.read_log(added)
            assert log.lines == LOG_LINES
            assert log.complete

    async def test_the_log_is_read_until_it_is_whole(self, stage: PlatformStage) -> None:
        """A log whose end shows late, although the state is final, is read until the end is there."""
        added = await stage.add(commit_sha=sha(1), state=DeploymentState.ERROR, log=LOG, log_lag_reads=2)
        log = await stage.platform.read_log(added)
        assert log.lines == LOG_LINES
        assert log.complete

    async def test_a_build_that_never_began_has_an_empty_log(self, stage: PlatformStage) -> None:
        """Without a log the reason is in the error message."""
        reason = 'The specified Root Directory "web" does not exist.'
        added = await stage.add(commit_sha=sha(1), state=DeploymentState.ERROR, error_message=reason)
        for _ in range(2):
            assert (await stage.platform.read_log(added)).lines == ()
            assert (await stage.platform.get_deployment(added)).error_message == reason

    @pytest.mark.parametrize("target", ["production", "preview"])
    async def test_redeploys_once_per_key(self, stage: PlatformStage, target: str) -> None:
        """A key builds the same commit again exactly once, however often it is asked; another key builds anew."""
        added = await stage.add(commit_sha=sha(5), state=DeploymentState.ERROR, branch="fix", target=target)
        original = await stage.platform.get_deployment(added)
        first = await stage.platform.redeploy(original, key="incident-1/attempt-1")
        again = await stage.platform.redeploy(original, key="incident-1/attempt-1")
        assert first.id == again.id != original.id
        assert first.key == again.key == "incident-1/attempt-1"
        assert (await stage.platform.get_deployment(first.id)).key == "incident-1/attempt-1"
        assert (first.commit_sha, first.branch, first.target) == (sha(5), "fix", target)
        other = await stage.platform.redeploy(original, key="incident-1/attempt-2")
        assert len({original.id, first.id, other.id}) == 3
        assert set(_ids(await stage.platform.list_deployments())) == {original.id, first.id, other.id}

    async def test_a_used_up_quota_is_said(self, stage: PlatformStage) -> None:
        """Where the platform builds no more, a redeploy is a QuotaError, and nothing was built."""
        original = await stage.platform.get_deployment(await stage.add(commit_sha=sha(5), state=DeploymentState.ERROR))
        await stage.use_up_quota()
        for _ in range(2):
            with pytest.raises(QuotaError):
                await stage.platform.redeploy(original, key="incident-1/attempt-1")
        assert _ids(await stage.platform.list_deployments()) == [original.id]

    async def test_settings_hold_names_but_no_values(self, stage: PlatformStage) -> None:
        """Environment variables are known by name, each once, and no value comes along."""
        await stage.define_environment({"DATABASE_URL": "postgres-value-1", "API_KEY": "key-value-2"})
        for _ in range(2):
            settings = await stage.platform.settings()
            assert settings.environment_names == ("API_KEY", "DATABASE_URL")
            assert settings.id
            assert settings.name
            assert "value" not in repr(settings)


class CancelContract:
    """The suite for a platform that is also `Cancels`."""

    async def test_cancels_a_running_build(self, stage: PlatformStage) -> None:
        """A running build is stopped, once; the second call finds it stopped."""
        added = await stage.add(commit_sha=sha(1), state=DeploymentState.BUILDING)
        for _ in range(2):
            assert (await _cancels(stage).cancel(added)).state is DeploymentState.CANCELED
        assert (await stage.platform.get_deployment(added)).state is DeploymentState.CANCELED

    async def test_leaves_a_finished_build_as_it_is(self, stage: PlatformStage) -> None:
        """A finished deployment cannot be cancelled and says so by its state; an unknown one is not found."""
        added = await stage.add(commit_sha=sha(1), state=DeploymentState.ERROR)
        for _ in range(2):
            assert (await _cancels(stage).cancel(added)).state is DeploymentState.ERROR
        with pytest.raises(NotFoundError):
            await _cancels(stage).cancel("dpl_nobodyknowsthis")


class PromoteContract:
    """The suite for a platform that is also `Promotes`."""

    async def test_promotes_and_rolls_back(self, stage: PlatformStage) -> None:
        """Production serves what was promoted last, or what was rolled back to; repeating changes nothing."""
        older = await stage.add(commit_sha=sha(1))
        newer = await stage.add(commit_sha=sha(2))
        for _ in range(2):
            await _promotes(stage).roll_back(older)
            assert await stage.production() == older
        for _ in range(2):
            await _promotes(stage).promote(newer)
            assert await stage.production() == newer
        assert len(await stage.platform.list_deployments()) == 2

    async def test_unknown_deployments_change_nothing(self, stage: PlatformStage) -> None:
        """What does not exist can be neither promoted nor rolled back to."""
        added = await stage.add(commit_sha=sha(1))
        await _promotes(stage).promote(added)
        with pytest.raises(NotFoundError):
            await _promotes(stage).promote("dpl_nobodyknowsthis")
        with pytest.raises(NotFoundError):
            await _promotes(stage).roll_back("dpl_nobodyknowsthis")
        assert await stage.production() == added


def sha(number: int) -> str:
    """A commit id made of a number."""
    return f"{number:040x}"


def _ids(found: Sequence[Deployment]) -> list[str]:
    return [item.id for item in found]


def _cancels(stage: PlatformStage) -> Cancels:
    return cast("Cancels", stage.platform)


def _promotes(stage: PlatformStage) -> Promotes:
    return cast("Promotes", stage.platform)
