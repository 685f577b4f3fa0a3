"""Tools come in the version the plan asks for, from PATH, from the cache, or freshly installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from deploymend.core.plan import BuildPlan
from deploymend.errors import BuildEnvironmentError
from deploymend.shell.process import run
from deploymend.shell.toolchain import Toolchain
from deploymend.shell.toolchain_node import Node, NodeStore, package_installers


async def _on_path() -> Node:
    node = await NodeStore(Path("unused")).on_path()
    assert node is not None
    return node


async def test_a_fitting_node_on_path_is_used(tmp_path: Path) -> None:
    """Behind whatever link or shim it stands, with the npm that belongs to it."""
    node = await _on_path()
    tools = await Toolchain(tmp_path).prepare(BuildPlan(node_major=node.major))
    assert tools.node == node
    assert tools.notes == ()
    asked = [
        await run([str(tools.folder / name), "--version"], cwd=tmp_path, timeout_seconds=60)
        for name in ("node", "npm", "npx")
    ]
    assert asked[0].output.strip() == f"v{node.version}"
    assert all(answer.ok for answer in asked)


async def test_a_shim_is_seen_through(tmp_path: Path) -> None:
    """A version manager's script in the way is asked which Node it starts."""
    node = await _on_path()
    shim = tmp_path / "shims/node"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {node.program} "$@"\n')
    shim.chmod(0o755)
    path = f"{shim.parent}:{os.environ['PATH']}"
    assert await NodeStore(tmp_path / "node", path=path).on_path() == node


async def test_a_node_that_does_not_run_is_as_good_as_none(tmp_path: Path) -> None:
    """Broken, silent, or talking nonsense."""
    for text in ("#!/bin/sh\nexit 1\n", "#!/bin/sh\necho hello\n", "garbage"):
        (tmp_path / "node").write_text(text)
        (tmp_path / "node").chmod(0o755)
        assert await NodeStore(tmp_path / "store", path=str(tmp_path)).on_path() is None


async def test_the_same_tools_share_a_folder(tmp_path: Path) -> None:
    """Twice is the same as once, and a half-made folder is no hindrance."""
    plan = BuildPlan(node_major=(await _on_path()).major)
    first = await Toolchain(tmp_path).prepare(plan)
    shutil.rmtree(first.folder)
    first.folder.with_suffix(".new").mkdir()
    assert await Toolchain(tmp_path).prepare(plan) == first
    assert (first.folder / "npm").is_file()


async def test_a_manager_we_do_not_know_is_refused(tmp_path: Path) -> None:
    """Also a version that is no version: it would become a path and an argument."""
    major = (await _on_path()).major
    for manager, version in (("cnpm", "1"), ("pnpm", "../../evil"), ("pnpm", "-g"), ("yarn", "1 2")):
        plan = BuildPlan(node_major=major, manager=manager, manager_version=version)
        with pytest.raises(BuildEnvironmentError):
            await Toolchain(tmp_path).prepare(plan)


@pytest.mark.slow
async def test_a_node_that_cannot_be_had_is_told_or_replaced(tmp_path: Path) -> None:
    """Node 99 is in no package: an error with a next step, or, where allowed, the one on PATH with a loud note."""
    with pytest.raises(BuildEnvironmentError, match="Node 99") as caught:
        await Toolchain(tmp_path).prepare(BuildPlan(node_major=99))
    assert caught.value.next_step
    tools = await Toolchain(tmp_path, other_node_allowed=True).prepare(BuildPlan(node_major=99))
    assert tools.node == await _on_path()
    assert "Node 99" in tools.notes[0]
    assert not list((tmp_path / "node").glob("*.new"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("manager", "version", "starts"),
    [("pnpm", "9", "9."), ("yarn", "1", "1."), ("yarn", "4", "4."), ("bun", "1", "1.")],
)
async def test_managers_come_in_the_version_of_the_lock(
    toolchain: Toolchain, tmp_path: Path, manager: str, version: str, starts: str
) -> None:
    """Installed once, and they run."""
    node = await _on_path()
    plan = BuildPlan(node_major=node.major, manager=manager, manager_version=version)
    tools = [await toolchain.prepare(plan) for _ in range(2)]
    assert tools[0] == tools[1]
    path = {"PATH": f"{tools[0].folder}:/usr/bin:/bin", "HOME": str(tmp_path)}
    asked = await run([manager, "--version"], cwd=tmp_path, env=path, timeout_seconds=60)
    assert asked.output.strip().startswith(starts)
    assert tools[0].manager_version == asked.output.strip()


@pytest.mark.slow
@pytest.mark.parametrize("installer", ["pip", "npm"])
async def test_a_missing_node_is_installed_once(tmp_path: Path, installer: str) -> None:
    """From PyPI or, where only npm is at hand, from npm; the second time it is simply there."""
    node = await _on_path()
    wanted = 22 if node.major != 22 else 24
    place = tmp_path / "node" / str(wanted)

    def only_one(*what: Any) -> list[list[list[str]]]:
        """As on a machine that lacks the others."""
        ways = list(package_installers(*what))
        return [way for way in ways if ("npm-cli.js" in " ".join(way[0])) == (installer == "npm")]

    found, note = await NodeStore(tmp_path / "node", installers=only_one).get(wanted)
    assert (found.major, note) == (wanted, "")
    assert str(found.program).startswith(str(place))
    asked = await run([str(found.program), str(found.npm), "--version"], cwd=tmp_path, timeout_seconds=60)
    assert asked.ok
    assert (await NodeStore(tmp_path / "node", installers=lambda *_: ()).get(wanted))[0] == found
