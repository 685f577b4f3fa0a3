"""The ladder of proof: which rungs are climbed, in which order, and where it stops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deploymend.core.model import FileEdit, Proof, Repair
from deploymend.mend.ladder import Climb, Ladder, Older
from deploymend.testing.fake_builder import FakeBuilder, Tree
from deploymend.testing.folder_workspace import FolderWorkspace

_MANIFEST = '{"scripts": {"build": "vite build"}}'
_TYPE_ERROR = "src/a.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.\n"


async def _climb(folder: Path, builder: FakeBuilder, *changed: str, older: Older | None = None) -> Climb:
    """Climb with `changed` files in a small app."""
    for path, text in {"package.json": _MANIFEST, "src/a.ts": "x", "package-lock.json": "{}"}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    workspace = FolderWorkspace(folder)
    plan = await builder.plan(workspace)
    edits = tuple(FileEdit(path=path, before=workspace.read(path), after="{ }") for path in changed)
    await workspace.apply(Repair(fixer="test", summary="change", edits=edits))
    return await Ladder(builder, workspace, plan, lambda _: None).climb(older=older or Older())


def _failing(*rungs: Proof) -> Callable[[Tree, Proof], str]:
    def outcome(_tree: Tree, rung: Proof) -> str:
        return _TYPE_ERROR if rung in rungs else ""

    return outcome


async def test_what_was_built_is_not_compiled_again(tmp_path: Path) -> None:
    """Type check, then the build: a bundler's own rung would only do half of the build once more."""
    builder = FakeBuilder()
    climb = await _climb(tmp_path, builder, "src/a.ts")
    assert builder.checks == [Proof.TYPE_CHECKED, Proof.BUILT]
    assert (climb.held, climb.proof) == (True, Proof.BUILT)


async def test_where_the_build_cannot_tell_compiling_is_the_proof(tmp_path: Path) -> None:
    """A build that this machine cannot finish leaves the weaker proof, and does not count against the repair."""
    builder = FakeBuilder(outcome=_failing(Proof.BUILT), inconclusive=frozenset((Proof.BUILT,)))
    climb = await _climb(tmp_path, builder, "src/a.ts")
    assert builder.checks == [Proof.TYPE_CHECKED, Proof.BUILT, Proof.COMPILED]
    assert (climb.held, climb.proof) == (True, Proof.COMPILED)


async def test_the_first_rung_that_fails_ends_the_climb(tmp_path: Path) -> None:
    """Cheapest first: no build for what the compiler refuses."""
    builder = FakeBuilder(outcome=_failing(Proof.TYPE_CHECKED))
    climb = await _climb(tmp_path, builder, "src/a.ts")
    assert builder.checks == [Proof.TYPE_CHECKED]
    assert not climb.held
    assert climb.diagnosis is not None
    assert climb.diagnosis.causes[0].file == "src/a.ts"


async def test_a_build_that_fails_is_not_excused_by_compiling(tmp_path: Path) -> None:
    """Compiling is asked only when the build's failure says nothing about the repair."""
    builder = FakeBuilder(outcome=_failing(Proof.BUILT))
    climb = await _climb(tmp_path, builder, "src/a.ts")
    assert builder.checks == [Proof.TYPE_CHECKED, Proof.BUILT]
    assert not climb.held


@pytest.mark.parametrize("changed", ["package.json", "package-lock.json"])
async def test_the_lock_is_checked_when_packages_changed(tmp_path: Path, changed: str) -> None:
    """Before anything is installed."""
    builder = FakeBuilder(outcome=_failing(Proof.LOCKED))
    await _climb(tmp_path, builder, changed)
    assert builder.checks == [Proof.LOCKED]
