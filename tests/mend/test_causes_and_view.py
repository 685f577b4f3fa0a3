"""Comparing causes between builds, and what fixers see of a workspace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deploymend.mend.causes import cured, key, merge
from deploymend.mend.view import ProjectView, vouched_packages
from deploymend.ports import PackageFacts
from deploymend.testing.fake_builder import FakeBuilder
from deploymend.testing.folder_workspace import FolderWorkspace
from deploymend.testing.samples import sample_diagnosis

DIAGNOSIS = sample_diagnosis()
CAUSE = DIAGNOSIS.causes[0]


def test_a_cause_is_the_same_after_lines_have_moved() -> None:
    """Not in another file, of another kind, or about another symbol."""
    assert key(CAUSE) == key(replace(CAUSE, line=99, column=3, evidence=("other words",)))
    others = (
        replace(CAUSE, file="src/Other.tsx"),
        replace(CAUSE, kind="module-not-found"),
        replace(CAUSE, symbol="./x"),
    )
    assert len({key(cause) for cause in (CAUSE, *others)}) == 4


def test_cured_means_gone() -> None:
    """All of them; nothing claimed is trivially cured."""
    gone = sample_diagnosis(causes=(replace(CAUSE, file="src/Other.tsx"),))
    assert cured((CAUSE,), gone)
    assert not cured((CAUSE,), DIAGNOSIS)
    assert cured((), DIAGNOSIS)


def test_merging_adds_each_further_cause_once() -> None:
    """The first cause stays the first; a twin at the same place is no further cause."""
    twin = replace(CAUSE, kind="module-not-found", message="worded otherwise")
    other = replace(CAUSE, file="src/Other.tsx")
    assert merge(DIAGNOSIS, (CAUSE, twin)) is DIAGNOSIS
    merged = merge(DIAGNOSIS, (other, twin))
    assert merged.causes == (CAUSE, other)
    assert merged.kind == DIAGNOSIS.kind


async def test_a_view_shows_the_tree_as_it_is_now_and_asks_the_registry_once(tmp_path: Path) -> None:
    """It has no way to write; an unknown package is remembered as unknown."""
    (tmp_path / "package.json").write_text('{"scripts": {"build": "tsc"}}')
    facts = PackageFacts(name="left", latest="1.0.0", versions=("1.0.0",))
    builder = FakeBuilder(packages={"left": facts})
    workspace = FolderWorkspace(tmp_path)
    view = ProjectView(workspace, builder, await builder.plan(workspace))
    (tmp_path / "new.txt").write_text("new")
    assert view.files() == ("new.txt", "package.json")
    assert (view.read("new.txt"), view.read("gone.txt")) == ("new", None)
    assert view.plan.manager == "npm"
    builder.packages = {"right": facts}
    assert await view.package_facts("right") == facts
    assert await view.package_facts("left") is None
    builder.packages = {}
    assert await view.package_facts("right") == facts


def test_manifests_and_lockfiles_vouch_for_package_names(tmp_path: Path) -> None:
    """Of every folder; files that do not parse vouch for nothing."""
    (tmp_path / "web").mkdir()
    (tmp_path / "package.json").write_text('{"dependencies": {"react": "^19"}}')
    (tmp_path / "web" / "package.json").write_text('{"devDependencies": {"vite": "^7"}}')
    (tmp_path / "package-lock.json").write_text(
        '{"lockfileVersion": 3, "packages": {"node_modules/clsx": {"version": "2.0.0"}}}'
    )
    assert {"react", "vite", "clsx"} <= vouched_packages(FolderWorkspace(tmp_path))
    (tmp_path / "package.json").write_text('{"dependencies": {')
    (tmp_path / "package-lock.json").write_bytes(b"\xff\xfe")
    assert vouched_packages(FolderWorkspace(tmp_path)) == {"vite"}
