"""What each package manager is told for lock-only work, with scripts off; nothing of a project's own code is run.

Sources: docs.npmjs.com, pnpm.io, yarnpkg.com (classic and current) and bun.com, and seen with npm 11, pnpm 10, yarn 1
and yarn 4. yarn 1 knows no lock-only mode: it installs, in a copy of the tree.
"""

from __future__ import annotations

import re
import shlex

from deploymend.core.model import PackageOperation
from deploymend.core.plan import BuildPlan

_SPEC = re.compile(
    r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-zA-Z0-9~][a-zA-Z0-9._~-]*(?:@[\w.^~<>=*+-][\w.^~<>=*+ |-]{0,80})?"
)
_CHECK = {
    "npm": "npm ci --dry-run --ignore-scripts",
    "pnpm": "pnpm install --frozen-lockfile --lockfile-only --ignore-scripts",
    "yarn 1": "yarn install --frozen-lockfile --ignore-scripts",
    "yarn": "yarn install --immutable --mode=skip-build",
    "bun": "bun install --frozen-lockfile --ignore-scripts",
}
_RELOCK = {
    "npm": "npm install --package-lock-only --ignore-scripts",
    "pnpm": "pnpm install --lockfile-only --no-frozen-lockfile --ignore-scripts",
    "yarn 1": "yarn install --ignore-scripts",
    "yarn": "yarn install --mode=update-lockfile --no-immutable",
    "bun": "bun install --lockfile-only --ignore-scripts",
}
_ADD = {
    "npm": "npm install --package-lock-only --ignore-scripts",
    "pnpm": "pnpm add --lockfile-only --ignore-scripts --ignore-workspace-root-check",
    "yarn 1": "yarn add --ignore-scripts --ignore-workspace-root-check",
    "yarn": "yarn add --mode=update-lockfile",
    "bun": "bun add --ignore-scripts",
}
_DEV = {"npm": "--save-dev", "pnpm": "--save-dev", "yarn 1": "--dev", "yarn": "--dev", "bun": "--dev"}


def lock_check_command(plan: BuildPlan) -> str | None:
    """Fails when lock and manifests disagree; None without a lockfile."""
    return _CHECK[_kind(plan)] if plan.lockfile else None


def operation_command(plan: BuildPlan, operation: PackageOperation) -> str | None:
    """The command for an operation; None when it cannot be done: an odd name, an unknown kind, nothing to relock."""
    kind = _kind(plan)
    if operation.kind == "relock":
        return _RELOCK[kind] if plan.lockfile else None
    packages = operation.packages
    if operation.kind != "add" or not packages or not all(map(is_plain_spec, packages)):
        return None
    dev = f" {_DEV[kind]}" if operation.dev else ""
    return f"{_ADD[kind]}{dev} {shlex.join(packages)}"


def is_plain_spec(spec: str) -> bool:
    """True for `name`, `name@range` and `name@tag`: no addresses, no paths, no git, no aliases, no options."""
    return bool(_SPEC.fullmatch(spec))


def _kind(plan: BuildPlan) -> str:
    classic = plan.manager == "yarn" and (plan.manager_version or "1").partition(".")[0] == "1"
    return "yarn 1" if classic else plan.manager
