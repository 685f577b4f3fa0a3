"""rules/stale-lockfile."""

from __future__ import annotations

import pytest

from deploymend.core.model import Category, Cause, Decline, PackageOperation
from deploymend.core.plan import BuildPlan
from deploymend.fixers.stale_lockfile import StaleLockfile
from deploymend.testing.contracts.fixer import FixerContract, FixerStage, diagnosis_of
from deploymend.testing.fake_project import FakeProject

NPM = BuildPlan(manager="npm", lockfile="package-lock.json")
FILES: dict[str, str | None] = {"package.json": '{"name": "x"}', "package-lock.json": "{}"}


def _cause(kind: str) -> Cause:
    return Cause(category=Category.DEPENDENCY, kind=kind, message="out of sync")


async def _mend(kind: str, files: dict[str, str | None], plan: BuildPlan) -> tuple[PackageOperation, ...] | str:
    answer = await StaleLockfile().propose(diagnosis_of(_cause(kind)), FakeProject(files, plan))
    return answer.reason if isinstance(answer, Decline) else answer.operations


class TestContract(FixerContract):
    @pytest.fixture
    def stage(self) -> FixerStage:
        """A lockfile of npm behind its manifest."""
        causes = (_cause("npm-lockfile-out-of-sync"),)
        return FixerStage(fixer=StaleLockfile(), files=FILES, causes=causes, plan=NPM)


@pytest.mark.parametrize(
    ("kind", "manager", "lockfile"),
    [
        ("npm-lockfile-out-of-sync", "npm", "package-lock.json"),
        ("pnpm-outdated-lockfile", "pnpm", "web/pnpm-lock.yaml"),
        ("yarn1-frozen-lockfile", "yarn", "yarn.lock"),
        ("yarn-berry-immutable", "yarn", "yarn.lock"),
        ("bun-frozen-lockfile", "bun", "bun.lock"),
    ],
)
async def test_the_manager_in_use_writes_its_lockfile_anew(kind: str, manager: str, lockfile: str) -> None:
    """One relock, in the lockfile's folder."""
    folder = lockfile.rpartition("/")[0]
    files: dict[str, str | None] = {lockfile: "x", f"{folder}/package.json".lstrip("/"): '{"name": "x"}'}
    plan = BuildPlan(manager=manager, lockfile=lockfile)
    assert await _mend(kind, files, plan) == (PackageOperation(kind="relock", directory=folder),)


CONFLICT = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n"


@pytest.mark.parametrize(
    ("kind", "changes", "plan", "why"),
    [
        ("pnpm-outdated-lockfile", {}, NPM, "the project is built with npm"),
        ("npm-lockfile-out-of-sync", {}, BuildPlan(manager="npm"), "no lockfile"),
        ("npm-lockfile-out-of-sync", {}, BuildPlan(manager="npm", lockfile="gone.json"), "no lockfile"),
        ("npm-lockfile-out-of-sync", {"package-lock.json": CONFLICT}, NPM, "merge conflict"),
        ("npm-lockfile-out-of-sync", {"package.json": CONFLICT}, NPM, "merge conflict"),
        ("npm-lockfile-out-of-sync", {"package.json": "{"}, NPM, "no valid JSON"),
        ("npm-lockfile-out-of-sync", {"yarn.lock": ""}, NPM, "yarn.lock lies beside package-lock.json"),
        ("npm-lockfile-out-of-sync", {"yarn.lock": "", "package.json": '{"packageManager": "yarn@1"}'}, NPM, "beside"),
    ],
)
async def test_it_declines_where_a_person_must_choose(
    kind: str, changes: dict[str, str | None], plan: BuildPlan, why: str
) -> None:
    """Another manager, no lockfile, conflicts, a broken manifest, a second lockfile."""
    assert why in str(await _mend(kind, {**FILES, **changes}, plan))


async def test_a_pinned_manager_settles_which_lockfile_counts() -> None:
    """`packageManager` names npm: the stray yarn.lock does not matter."""
    files = {**FILES, "yarn.lock": "", "package.json": '{"packageManager": "npm@11.0.0"}'}
    assert await _mend("npm-lockfile-out-of-sync", files, NPM) == (PackageOperation(kind="relock"),)
