"""What every builder must do, as tests. For an own builder:

    class TestMyBuilder(BuilderContract):
        @pytest.fixture
        def stage(self, tmp_path: Path) -> BuilderStage: ...

Needs pytest with pytest-asyncio in automatic mode. Each call is made twice, because the loop may be killed and make it
again. The stage gives a workspace of an npm project that builds, and can break it.
"""

from __future__ import annotations

import json
from typing import Protocol

import pytest

from deploymend.core.model import PackageOperation, Proof
from deploymend.errors import CheckoutError, OperationFailedError
from deploymend.ports import Builder, Workspace

# ruff: noqa: S101 - a shipped test suite: assert is how it speaks


class BuilderStage(Protocol):
    """Arranges what the builder under test builds: `package.json` with a build script and `package-lock.json`."""

    @property
    def builder(self) -> Builder:
        """The builder under test."""
        ...

    @property
    def workspace(self) -> Workspace:
        """An npm project whose build passes, without TypeScript and without dependencies."""
        ...

    def break_build(self, line: str) -> None:
        """From now on the build prints this line and fails."""
        ...

    def break_manifest(self) -> None:
        """From now on package.json is no JSON."""
        ...


class BuilderContract:
    """The suite."""

    async def test_plans_the_same_twice(self, stage: BuilderStage) -> None:
        """A plan follows from the tree alone."""
        first = await stage.builder.plan(stage.workspace)
        assert first == await stage.builder.plan(stage.workspace)
        assert first.build_command == "npm run build"
        assert first.lockfile == "package-lock.json"

    async def test_a_broken_manifest_is_told(self, stage: BuilderStage) -> None:
        """No plan without a manifest: an error with a next step."""
        stage.break_manifest()
        with pytest.raises(CheckoutError) as caught:
            await stage.builder.plan(stage.workspace)
        assert caught.value.next_step

    async def test_builds_green_and_leaves_the_tree_alone(self, stage: BuilderStage) -> None:
        """The whole build passes, again and again, and nothing it wrote is in the workspace."""
        before = stage.workspace.files()
        plan = await stage.builder.plan(stage.workspace)
        for _ in range(2):
            result = await stage.builder.check(stage.workspace, plan, Proof.BUILT)
            assert result.check.passed
            assert result.check.rung is Proof.BUILT
            assert not result.check.inconclusive
        assert stage.workspace.files() == before
        assert await stage.workspace.changes() == ()

    async def test_a_failing_build_is_an_answer_not_an_error(self, stage: BuilderStage) -> None:
        """It does not raise; the log holds what the build printed."""
        stage.break_build("src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.")
        plan = await stage.builder.plan(stage.workspace)
        for _ in range(2):
            result = await stage.builder.check(stage.workspace, plan, Proof.BUILT)
            assert not result.check.passed
            assert not result.check.inconclusive
            assert result.check.note
            assert any("error TS2322" in line for line in result.log.lines)

    async def test_a_rung_that_does_not_exist_passes_and_says_so(self, stage: BuilderStage) -> None:
        """The ladder goes on over it, and it proves nothing."""
        plan = await stage.builder.plan(stage.workspace)
        for rung in (Proof.TYPE_CHECKED, Proof.COMPILED):
            check = (await stage.builder.check(stage.workspace, plan, rung)).check
            assert (check.passed, check.note) == (True, "not applicable")

    async def test_operations_may_be_repeated(self, stage: BuilderStage) -> None:
        """Relocking a lock that is in step changes nothing, also the second time."""
        plan = await stage.builder.plan(stage.workspace)
        for _ in range(2):
            await stage.builder.perform(stage.workspace, plan, PackageOperation(kind="relock"))
        assert await stage.workspace.changes() == ()
        assert json.loads(stage.workspace.read("package-lock.json") or "")

    async def test_an_unknown_operation_is_refused(self, stage: BuilderStage) -> None:
        """Nothing is guessed, nothing is changed."""
        plan = await stage.builder.plan(stage.workspace)
        for operation in (PackageOperation(kind="upgrade-all"), PackageOperation(kind="add")):
            with pytest.raises(OperationFailedError):
                await stage.builder.perform(stage.workspace, plan, operation)
        assert await stage.workspace.changes() == ()
