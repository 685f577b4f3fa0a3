"""A project in a real repository to mend, with a builder that knows what its words come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose
from deploymend.core.model import Diagnosis, Proof, Proposal
from deploymend.mend import GatePolicy, Mender
from deploymend.ports import Builder, Fixer
from deploymend.shell.repository import GitRepository
from deploymend.testing.fake_builder import FakeBuilder, Tree
from deploymend.testing.git_remote import GitRemote

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
MANIFEST = '{\n  "name": "shop",\n  "scripts": {"build": "tsc"}\n}\n'
LOCKFILE = '{\n  "name": "shop",\n  "lockfileVersion": 3,\n  "packages": {}\n}\n'


def compiled(tree: Tree, rung: Proof) -> str:
    """Each word in capitals that begins with BAD is a name the compiler cannot find; the build stops at the first.

    A word that begins with LATE is found only once no BAD one is left: causes hide causes.
    """
    words = [
        (path, number, word)
        for path, text in sorted(tree.items())
        for number, line in enumerate(text.splitlines(), 1)
        for word in line.split()
    ]
    bad = [found for found in words if found[2].startswith("BAD")]
    found = bad or [found for found in words if found[2].startswith("LATE")]
    told = found[: 1 if rung is Proof.BUILT else None]
    return "".join(f"{path}({line},1): error TS2304: Cannot find name '{word}'.\n" for path, line, word in told)


def told(text: str) -> Diagnosis:
    """What a platform's log with this text says."""
    return diagnose(parse_log(text))


class MendStage:
    """A remote with one project; `mend` mends its newest commit."""

    def __init__(self, remote: GitRemote, cache: Path) -> None:
        self.remote = remote
        self.repository = GitRepository(remote=str(remote.bare), cache_folder=cache)
        self.builder = FakeBuilder(outcome=compiled)
        self.commit = ""

    async def push(self, files: Mapping[str, str | None]) -> str:
        """The person's commit."""
        self.commit = await self.remote.push({"package.json": MANIFEST, "package-lock.json": LOCKFILE, **files})
        return self.commit

    async def mend(
        self,
        *fixers: Fixer,
        diagnosis: Diagnosis | None = None,
        gate: GatePolicy | None = None,
        avoid: frozenset[str] = frozenset(),
        order: Sequence[str] = (),
    ) -> Proposal:
        """Mend the newest commit with these fixers, in this order or the one given."""

        async def builders(_branch: str, _production: bool) -> Builder:  # noqa: FBT001 - the port's
            return self.builder

        async def ordered(_diagnosis: Diagnosis, names: Sequence[str]) -> Sequence[str]:
            return order or names

        mender = Mender(repository=self.repository, builders=builders, fixers=fixers, order=ordered, gate=gate)
        trailers = (("Deploymend-Incident", "shop-1"),)
        proposal = await mender.mend(self.commit, diagnosis=diagnosis, at=AT, trailers=trailers, avoid=avoid)
        return replace(proposal, seconds=0.0)

    async def tree(self, commit: str | None) -> dict[str, str]:
        """The texts of src in a commit."""
        async with self.repository.open(commit or "no commit was made") as workspace:
            return {path: workspace.read(path) or "" for path in workspace.files() if path.startswith("src/")}

    async def untouched(self) -> bool:
        """True when the remote is as the person left it and a new workspace has no trace of what was tried."""
        async with self.repository.open(self.commit) as workspace:
            clean = not await workspace.changes()
        return clean and await self.remote.history("main") == (await self.remote.history("main"))[-1:]
