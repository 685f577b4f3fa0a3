"""Real tools for real builds. They are kept in this checkout's .cache, so that only the first run downloads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deploymend.shell.toolchain import Toolchain
from deploymend.testing.folder_workspace import FolderWorkspace

MakeApp = Callable[..., FolderWorkspace]


@pytest.fixture(scope="session")
def tool_cache() -> Path:
    """Node and package managers of the tests."""
    return Path(__file__).parents[3] / ".cache" / "tests"


@pytest.fixture
def toolchain(tool_cache: Path) -> Toolchain:
    """Finds them."""
    return Toolchain(tool_cache)


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Writes an npm app: its manifest's fields by keyword, further files in `files`. It has a lockfile in step."""

    def make(files: dict[str, str] | None = None, **manifest: object) -> FolderWorkspace:
        root = tmp_path / "app"
        whole = {"name": "app", "version": "1.0.0", "private": True, "engines": {"node": ">=22 <25"}} | manifest
        locked = {key: value for key, value in whole.items() if key not in {"private", "scripts"}}
        lock = {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": {"": locked}}
        texts = {
            "package.json": json.dumps(whole, indent=2) + "\n",
            "package-lock.json": json.dumps(lock, indent=2) + "\n",
        }
        for path, text in (texts | (files or {})).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return FolderWorkspace(root)

    return make
