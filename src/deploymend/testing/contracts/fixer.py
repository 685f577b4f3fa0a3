"""What every fixer must do, as tests. For a fixer's own tests:

    class TestImportCase(FixerContract):
        @pytest.fixture
        def stage(self) -> FixerStage: ...

Needs pytest with pytest-asyncio in automatic mode.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from deploymend.core.gate import GateFacts, judge
from deploymend.core.model import Category, Cause, Decline, Diagnosis, FileChange, Refusal, Remedy, Repair
from deploymend.core.plan import BuildPlan
from deploymend.ports import Fixer, PackageFacts
from deploymend.testing.fake_project import FakeProject

# ruff: noqa: S101 - a shipped test suite: assert is how it speaks

HOSTILE_TEXTS: tuple[str | None, ...] = (
    None,
    "",
    "\x00\x01\ufffd\x7f" * 50,
    "\ufeff\r\n",
    "import {",
    "import { a from './x\r\n`${",
    "<" * 3_000,
    "const [" * 3_000,
    "x" * 600_000,
    "{" * 20_000,
    '{"name": 1, "dependencies": [], "compilerOptions": {"paths": 3, "extends": "./tsconfig.json"}}',
)
"""What a file may hold: nothing readable, nothing, binary, a lone mark, syntax errors, too much, too deep."""

_PLACES: tuple[tuple[int | None, int | None], ...] = ((None, None), (1, 1), (1, 10_000), (10_000, 1), (0, 0), (-1, -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixerStage:
    """A fixer with a failure that it cures: `causes` of one diagnosis, and the tree that holds them."""

    fixer: Fixer
    files: Mapping[str, str | None]
    causes: tuple[Cause, ...]
    plan: BuildPlan = field(default_factory=BuildPlan)
    packages: Mapping[str, PackageFacts] = field(default_factory=dict)

    def project(self, files: Mapping[str, str | None] | None = None) -> FakeProject:
        """The project, or one with other files."""
        return FakeProject(self.files if files is None else files, self.plan, self.packages)


def diagnosis_of(*causes: Cause) -> Diagnosis:
    """A diagnosis with these causes."""
    first = causes[0]
    return Diagnosis(
        category=first.category,
        kind=first.kind,
        action=Remedy.AUTO_FIXABLE,
        retryable=False,
        summary=first.message,
        causes=causes,
    )


def gate_refusals(repair: Repair) -> tuple[Refusal, ...]:
    """What the gate says against a repair's edits; package operations show only once the manager has performed them."""
    changes = [FileChange(path=edit.path, before=edit.before, after=edit.after) for edit in repair.edits]
    return judge(changes, facts=GateFacts()).refusals


class FixerContract:
    """Each test states one duty."""

    @pytest.fixture
    def stage(self) -> FixerStage:
        """The fixer under test with a failure that it cures."""
        raise NotImplementedError

    async def test_it_has_a_name_and_kinds(self, stage: FixerStage) -> None:
        """The name is what the ledger remembers; the kinds are those of its causes."""
        assert stage.fixer.name
        assert stage.fixer.name == stage.fixer.name.strip().lower()
        assert all(cause.kind in stage.fixer.kinds for cause in stage.causes)

    async def test_it_cures(self, stage: FixerStage) -> None:
        """It proposes something, says what and for which causes, and signs it."""
        repair = await stage.fixer.propose(diagnosis_of(*stage.causes), stage.project())
        assert isinstance(repair, Repair), repair
        assert repair.fixer == stage.fixer.name
        assert repair.summary
        assert repair.edits or repair.operations
        assert set(repair.causes) <= set(stage.causes)
        assert repair.causes

    async def test_edits_change_what_is_there(self, stage: FixerStage) -> None:
        """Each edit starts from the tree's text, changes it, and stays in the tree; a file is edited once."""
        project = stage.project()
        repair = await stage.fixer.propose(diagnosis_of(*stage.causes), project)
        assert isinstance(repair, Repair)
        for edit in repair.edits:
            assert edit.path in stage.files
            assert edit.before == project.read(edit.path)
            assert edit.after != edit.before
        assert len({edit.path for edit in repair.edits}) == len(repair.edits)

    async def test_it_answers_the_same_twice(self, stage: FixerStage) -> None:
        """The same diagnosis and tree give the same answer."""
        diagnosis = diagnosis_of(*stage.causes)
        first = await stage.fixer.propose(diagnosis, stage.project())
        assert await stage.fixer.propose(diagnosis, stage.project()) == first

    async def test_the_gate_lets_it_pass(self, stage: FixerStage) -> None:
        """A rule of ours never proposes what the gate refuses."""
        repair = await stage.fixer.propose(diagnosis_of(*stage.causes), stage.project())
        assert isinstance(repair, Repair)
        assert gate_refusals(repair) == ()

    async def test_it_declines_other_kinds(self, stage: FixerStage) -> None:
        """A diagnosis without a cause of its kinds is declined with a reason."""
        other = Cause(category=Category.UNKNOWN, kind="none-of-its-kinds", message="?", file=next(iter(stage.files)))
        answer = await stage.fixer.propose(diagnosis_of(other), stage.project())
        assert isinstance(answer, Decline)
        assert answer.reason

    async def test_it_declines_on_an_empty_tree(self, stage: FixerStage) -> None:
        """Without files there is nothing to repair."""
        answer = await stage.fixer.propose(diagnosis_of(*stage.causes), stage.project({}))
        assert isinstance(answer, Decline)
        assert answer.reason

    async def test_it_bears_hostile_files(self, stage: FixerStage) -> None:
        """Whatever the files hold and wherever the causes point, it answers, and edits only what it can read."""
        for project, diagnosis in _hostile(stage):
            answer = await stage.fixer.propose(diagnosis, project)
            if isinstance(answer, Repair):
                assert all(edit.before == project.read(edit.path) is not None for edit in answer.edits)


def _hostile(stage: FixerStage) -> Iterator[tuple[FakeProject, Diagnosis]]:
    for text in HOSTILE_TEXTS:
        yield stage.project(dict.fromkeys(stage.files, text)), diagnosis_of(*stage.causes)
    for line, column in _PLACES:
        for name in ("../../etc/passwd", "/", "", None, *stage.files):
            yield stage.project(), diagnosis_of(*(_moved(cause, name, line, column) for cause in stage.causes))


def _moved(cause: Cause, file: str | None, line: int | None, column: int | None) -> Cause:
    return Cause(category=cause.category, kind=cause.kind, message="", file=file, line=line, column=column)
