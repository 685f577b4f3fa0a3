"""The demo's stage: a bare remote, a checkout of the storefront, and a configuration that points at the loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from deploymend.demo.scenarios import Scenario
from deploymend.shell.git import Git

PROJECT = "storefront"
CONFIGURATION = """\
[[projects]]
name = "storefront"
team = "{team}"
repository = "."

[recovery]
cooldown_seconds = 1

[watch]
check_interval_seconds = 0.5
"""


class Stage:
    """A remote and a checkout below `folder`, with real commits by "you"."""

    def __init__(self, folder: Path) -> None:
        self.remote = folder / "storefront.git"
        self.checkout = folder / "storefront"
        self._git = Git(folder=self.checkout, user_rules=True)

    async def build(self) -> str:
        """Make both, push the first version, and give back its commit."""
        self.checkout.mkdir(parents=True)
        await Git(folder=self.checkout.parent).run("init", "--quiet", "--bare", "-b", "main", str(self.remote))
        await self._git.run("init", "--quiet", "-b", "main")
        for name, value in (("user.name", "You"), ("user.email", "you@example.com"), ("commit.gpgsign", "false")):
            await self._git.run("config", name, value)
        await self._git.run("remote", "add", "origin", str(self.remote))
        await asyncio.to_thread(_copy, files("deploymend.demo") / "storefront", self.checkout)
        return await self._push("First version")

    async def configure(self, team: str) -> None:
        """Write the checkout's deploymend.toml. It stays out of the commits: its team is this run's only."""
        text = CONFIGURATION.format(team=team)
        await asyncio.to_thread((self.checkout / "deploymend.toml").write_text, text, encoding="utf-8")
        exclude = self.checkout / ".git" / "info" / "exclude"
        await asyncio.to_thread(exclude.write_text, "deploymend.toml\n", encoding="utf-8")

    async def break_it(self, scenario: Scenario) -> str:
        """Push the scenario's change, and give back its commit."""
        await asyncio.to_thread(_write, self.checkout, scenario.files)
        return await self._push(scenario.message)

    async def _push(self, message: str) -> str:
        await self._git.run("add", "--all")
        await self._git.run("commit", "--quiet", "-m", message)
        await self._git.run("push", "--quiet", "-u", "origin", "main")
        return (await self._git.run("rev-parse", "HEAD")).strip()


def _copy(source: Traversable, target: Path) -> None:
    """The app's files; `gitignore` gets its dot here, so that it does not act on our own repository."""
    for entry in source.iterdir():
        name = ".gitignore" if entry.name == "gitignore" else entry.name
        if entry.is_dir():
            (target / name).mkdir(exist_ok=True)
            _copy(entry, target / name)
        else:
            (target / name).write_bytes(entry.read_bytes())


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
