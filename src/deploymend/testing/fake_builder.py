"""A builder without processes: the fake of the port `Builder`. What a tree builds to is told by a function."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deploymend.core.buildlog import parse_log
from deploymend.core.model import Check, PackageOperation, Proof
from deploymend.core.plan import BuildPlan
from deploymend.core.planning import plan_build
from deploymend.errors import OperationFailedError
from deploymend.ports import CheckResult, PackageFacts, Workspace

Tree = Mapping[str, str]
"""Path and text of every text file."""


def always_green(tree: Tree, rung: Proof) -> str:  # noqa: ARG001 - one answer for all
    """No rung fails."""
    return ""


@dataclass(slots=True, kw_only=True)
class FakeBuilder:
    """Plans by the real rules; `outcome` tells what a tree comes to on a rung.

    It returns the log of a failure, or an empty text when the rung holds. Rungs in `absent` do not exist for the
    project; those in `inconclusive` fail by this machine's own fault. An `add` puts `name: range` into package.json;
    a `relock` calls `relock` on the lockfile's text. `checks` and `operations` record what was asked.
    """

    outcome: Callable[[Tree, Proof], str] = always_green
    absent: frozenset[Proof] = frozenset()
    inconclusive: frozenset[Proof] = frozenset()
    packages: Mapping[str, PackageFacts] = field(default_factory=dict)
    relock: Callable[[str], str] | None = None
    checks: list[Proof] = field(default_factory=list)
    operations: list[PackageOperation] = field(default_factory=list)

    async def plan(self, workspace: Workspace) -> BuildPlan:
        """By the platform's rules, from the workspace."""
        return plan_build(workspace.files(), workspace.read)

    async def check(self, workspace: Workspace, plan: BuildPlan, rung: Proof) -> CheckResult:
        """What `outcome` says of the tree."""
        self.checks.append(rung)
        if rung in self.absent or (rung is Proof.LOCKED and plan.lockfile is None):
            return _result(rung, "", note="not applicable")
        log = self.outcome(read_tree(workspace), rung)
        note = log.strip().rpartition("\n")[2]
        return _result(rung, log, note=note, inconclusive=bool(log) and rung in self.inconclusive)

    async def perform(self, workspace: Workspace, plan: BuildPlan, operation: PackageOperation) -> None:
        """Change manifest or lock by plain text work."""
        self.operations.append(operation)
        if operation.kind == "add" and operation.packages:
            _add(workspace, operation)
        elif operation.kind == "relock" and plan.lockfile is not None:
            text = workspace.read(plan.lockfile) or ""
            changed = self.relock(text) if self.relock else text
            (workspace.root / plan.lockfile).write_text(changed, encoding="utf-8")
        else:
            raise OperationFailedError(f"{plan.manager} cannot be asked for `{operation.kind}`.")

    async def package_facts(self, workspace: Workspace, plan: BuildPlan, name: str) -> PackageFacts | None:  # noqa: ARG002 - the port's signature
        """From `packages`."""
        return self.packages.get(name)


def read_tree(workspace: Workspace) -> dict[str, str]:
    """Every text file of a workspace."""
    texts = ((path, workspace.read(path)) for path in workspace.files())
    return {path: text for path, text in texts if text is not None}


def _add(workspace: Workspace, operation: PackageOperation) -> None:
    path = posixpath.join(operation.directory, "package.json")
    manifest = json.loads(workspace.read(path) or "{}")
    section = manifest.setdefault("devDependencies" if operation.dev else "dependencies", {})
    for package in operation.packages:
        name, _, wanted = package[1:].partition("@")
        section[package[0] + name] = wanted or "*"
    (workspace.root / path).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _result(rung: Proof, log: str, *, note: str, inconclusive: bool = False) -> CheckResult:
    check = Check(rung=rung, passed=not log, seconds=0.0, note=note, inconclusive=inconclusive)
    return CheckResult(check=check, log=parse_log(log))
