"""Lets the project's package manager change manifest and lock in a slot, then takes exactly those files over."""

from __future__ import annotations

import os
import posixpath
import tempfile
from pathlib import Path

from deploymend.core.model import PackageOperation
from deploymend.core.planning_packages import operation_command
from deploymend.core.redact import redact
from deploymend.errors import OperationFailedError, TransientError
from deploymend.ports import Workspace
from deploymend.shell.build_steps import BuildSteps
from deploymend.shell.sandbox import JobLimits

_MAX_OUTPUT_CHARS = 20_000


async def change_packages(
    steps: BuildSteps, workspace: Workspace, operation: PackageOperation, limits: JobLimits
) -> None:
    """Perform one operation. The worktree is untouched when it fails. Raises OperationFailedError, TransientError."""
    plan = steps.plan
    command = operation_command(plan, operation)
    if command is None:
        wanted = " ".join((operation.kind, *operation.packages))
        lacks = "" if plan.lockfile else " without a lockfile"
        raise OperationFailedError(f"{plan.manager} cannot be asked for `{wanted}`{lacks}.")
    directory = operation.directory if operation.kind == "add" else posixpath.dirname(plan.lockfile or "")
    end = await steps.run(command, limits, online=True, directory=directory)
    output = redact(end.output)[-_MAX_OUTPUT_CHARS:]
    if end.stopped == "time":
        raise TransientError(f"`{command}` was still running after {limits.timeout_seconds:.0f} s.")
    if not end.ok:
        raise OperationFailedError(
            f"`{command}` failed.", next_step="Read its output: the package manager says why.", output=output
        )
    for path in _touched(plan.lockfile, operation):
        _take_over(steps, workspace.root, path)


def _touched(lockfile: str | None, operation: PackageOperation) -> list[str]:
    """The files an operation may change. Without a lockfile before, none is added."""
    manifest = [posixpath.join(operation.directory, "package.json")] if operation.kind == "add" else []
    return manifest + ([lockfile] if lockfile else [])


def _take_over(steps: BuildSteps, root: Path, path: str) -> None:
    """Replace one file of the worktree as a whole; a link in its way is never followed."""
    content = steps.slot.read_bytes(path)
    target = root / path
    if content is None or any(place.is_symlink() for place in (target, *target.parents) if place.is_relative_to(root)):
        raise OperationFailedError(f"{path} is missing, a link or too large after {steps.plan.manager} ran.")
    if target.is_file() and target.read_bytes() == content:
        return
    descriptor, fresh = tempfile.mkstemp(prefix=".deploymend-", dir=target.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(fresh).chmod(0o644)
    Path(fresh).replace(target)
