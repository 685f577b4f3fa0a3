"""The real builder and the fake keep the same contract."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploymend.core.model import Proof
from deploymend.ports import Builder
from deploymend.shell.builder import SandboxedBuilder
from deploymend.shell.toolchain import Toolchain
from deploymend.testing.contracts.builder import BuilderContract, BuilderStage
from deploymend.testing.fake_builder import FakeBuilder, Tree
from deploymend.testing.folder_workspace import FolderWorkspace


@dataclass(slots=True, kw_only=True)
class _Stage:
    """An npm app in a folder whose build script prints what `says.txt` holds."""

    builder: Builder
    workspace: FolderWorkspace = field(init=False)
    root: Path

    def __post_init__(self) -> None:
        manifest = {"name": "app", "version": "1.0.0", "engines": {"node": ">=22 <25"}}
        lock = {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": {"": manifest}}
        self.root.mkdir(exist_ok=True)
        (self.root / "package.json").write_text(json.dumps({**manifest, "scripts": {"build": "node build.mjs"}}))
        (self.root / "package-lock.json").write_text(json.dumps(lock, indent=2) + "\n")
        (self.root / "build.mjs").write_text(_BUILD)
        (self.root / "says.txt").touch()
        self.workspace = FolderWorkspace(self.root)

    def break_build(self, line: str) -> None:
        (self.root / "says.txt").write_text(line)

    def break_manifest(self) -> None:
        (self.root / "package.json").write_text("{ broken")


_BUILD = """
import fs from 'node:fs';
const says = fs.readFileSync('says.txt', 'utf8');
fs.mkdirSync('dist', { recursive: true });
fs.writeFileSync('dist/index.html', 'built');
if (says) { console.log(says); process.exit(1); }
"""


def _as_its_build(tree: Tree, rung: Proof) -> str:
    return tree["says.txt"] if rung is Proof.BUILT else ""


class TestFakeBuilder(BuilderContract):
    """The suite, over the fake."""

    @pytest.fixture
    def stage(self, tmp_path: Path) -> BuilderStage:
        absent = frozenset({Proof.TYPE_CHECKED, Proof.COMPILED})
        return _Stage(builder=FakeBuilder(outcome=_as_its_build, absent=absent), root=tmp_path / "app")


@pytest.mark.slow
class TestSandboxedBuilder(BuilderContract):
    """The suite, over real npm and Node in the strongest sandbox here."""

    @pytest.fixture
    def stage(self, tmp_path: Path, toolchain: Toolchain) -> BuilderStage:
        builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain)
        return _Stage(builder=builder, root=tmp_path / "app")
