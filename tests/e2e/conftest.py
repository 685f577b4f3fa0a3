"""The program as its users run it, on real apps: real git, real npm, real builds, and no account.

What npm needs to reach its registry (the user's own settings) stays; secrets and deploymend's own variables go. Node,
package managers and installed packages are kept in this checkout's .cache, so that only the first run downloads them.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "tests"
OWN = ("DEPLOYMEND_", "VERCEL_", "GIT_", "XDG_", "FORCE_COLOR", "NO_COLOR", "ANTHROPIC_")
GIT_SETTINGS = """\
[user]
name = Uma User
email = uma@example.test
[init]
defaultBranch = main
[commit]
gpgsign = false
"""

Environment = dict[str, str]
Run = Callable[..., subprocess.CompletedProcess[str]]


def git(folder: Path, *arguments: str) -> str:
    """Run git as the user would; its output."""
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The variables the program gets: a state folder of this test, a cache for all, an identity for git."""
    settings = tmp_path / "gitconfig"
    settings.write_text(GIT_SETTINGS)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return kept | {
        "DEPLOYMEND_CACHE": str(CACHE),
        "DEPLOYMEND_STATE": str(tmp_path / "state"),
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def run(environment: Environment, tmp_path: Path) -> Run:
    """Runs `deploymend …` to its end in a folder; a variable whose value is None is taken out."""

    def start(
        *arguments: str, cwd: Path = tmp_path, env: Mapping[str, str | None] | None = None, timeout: float = 240
    ) -> subprocess.CompletedProcess[str]:
        variables = {name: value for name, value in {**environment, **(env or {})}.items() if value is not None}
        done = subprocess.run(
            [sys.executable, "-m", "deploymend", *arguments],
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=timeout,
        )
        texts = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(done.args, done.returncode, *texts)

    return start


@dataclass(frozen=True)
class Checkout:
    """A user's checkout of an app."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """Run git here."""
        return git(self.folder, *arguments)

    def commit(self, message: str, files: Mapping[str, str | bytes | None]) -> str:
        """Write (None deletes) and commit; the commit."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def everything(self) -> dict[str, Any]:
        """All that must not change when nothing is repaired: files byte for byte, refs, stash, index, settings."""
        inside = (path for path in self.folder.rglob("*") if path.is_file() or path.is_symlink())
        own = {path.relative_to(self.folder) for path in inside if ".git" not in path.parts}
        return {
            "files": {str(path): (self.folder / path).read_bytes() for path in sorted(own)},
            "head": (self.folder / ".git" / "HEAD").read_text(),
            "refs": self.git("for-each-ref"),
            "stash": self.git("stash", "list"),
            "worktrees": self.git("worktree", "list"),
            "status": self.git("status", "--porcelain=v2"),
            "index": self.git("ls-files", "--stage"),
            "config": (self.folder / ".git" / "config").read_text(),
        }


Make = Callable[..., Checkout]


def locked(manifest: Mapping[str, Any]) -> str:
    """The lockfile npm writes for a manifest, without addresses; kept between runs."""
    text = json.dumps(manifest, sort_keys=True)
    kept = CACHE / "locks" / hashlib.sha256(text.encode()).hexdigest()[:16] / "package-lock.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        (kept.parent / "package.json").write_text(text)
        command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]
        subprocess.run([*command, "--no-audit", "--no-fund"], cwd=kept.parent, check=True, capture_output=True)
    return kept.read_text()


@pytest.fixture
def make(tmp_path: Path, environment: Environment) -> Make:
    """Makes a checkout of an app: files by name, the manifest's fields by keyword, a lockfile in step with it."""
    assert environment

    def build(files: Mapping[str, str | bytes], *, lock: bool = True, name: str = "shop", **fields: Any) -> Checkout:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        git(folder, "init", "-q")
        manifest = {"name": "shop", "version": "1.0.0", "private": True, "engines": {"node": "24.x"}} | fields
        texts = {"package.json": json.dumps(manifest, indent=2) + "\n", ".gitignore": "node_modules\npublic\n"}
        if lock:
            texts["package-lock.json"] = locked(manifest)
        checkout = Checkout(folder)
        checkout.commit("First version", texts | dict(files))
        return checkout

    return build


TYPED = {
    "tsconfig.json": json.dumps(
        {
            "compilerOptions": {
                "strict": True,
                "noUnusedLocals": True,
                "forceConsistentCasingInFileNames": True,
                "module": "ESNext",
                "moduleResolution": "bundler",
                "target": "ES2022",
                "types": [],
                "outDir": "public",
            },
            "include": ["src"],
        },
        indent=2,
    ),
    "src/money.ts": "export function formatPrice(cents: number): string {\n  return (cents / 100).toFixed(2);\n}\n",
    "src/main.ts": 'import { formatPrice } from "./money";\n\nexport const label = formatPrice(1250);\n',
}


@pytest.fixture
def typed(make: Make) -> Callable[..., Checkout]:
    """A small TypeScript app whose build is its compiler; files given replace its own."""

    def build(files: Mapping[str, str | bytes] | None = None, **fields: Any) -> Checkout:
        settings: dict[str, Any] = {"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "~5.9.3"}}
        return make({**TYPED, **(files or {})}, **(settings | fields))

    return build


@pytest.fixture
def plain(make: Make) -> Callable[..., Checkout]:
    """An app without packages whose build is `node build.mjs`; the script writes public/index.html at its end."""

    def build(script: str = "", files: Mapping[str, str | bytes] | None = None, **fields: Any) -> Checkout:
        end = 'import { mkdirSync, writeFileSync } from "node:fs";\nmkdirSync("public", { recursive: true });\n'
        end += 'writeFileSync("public/index.html", "hello");\n'
        settings = {"scripts": {"build": "node build.mjs"}} | fields
        return make({"build.mjs": end + script, **(files or {})}, **settings)

    return build
