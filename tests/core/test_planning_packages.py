"""Package managers are told exactly what is meant, and never anything odd."""

from __future__ import annotations

import pytest

from deploymend.core.model import PackageOperation
from deploymend.core.plan import BuildPlan
from deploymend.core.planning_packages import is_plain_spec, lock_check_command, operation_command

_LOCKS = {"npm": "package-lock.json", "pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock", "bun": "bun.lock"}
_KINDS = [("npm", None), ("pnpm", "10"), ("yarn", "1"), ("yarn", "4.1.0"), ("bun", "1")]


def _plan(manager: str, version: str | None = None, *, locked: bool = True) -> BuildPlan:
    return BuildPlan(manager=manager, manager_version=version, lockfile=_LOCKS[manager] if locked else None)


@pytest.mark.parametrize(("manager", "version"), _KINDS)
def test_every_manager_checks_relocks_and_adds(manager: str, version: str | None) -> None:
    """By its own name, with scripts off or not run at all."""
    plan = _plan(manager, version)
    add = PackageOperation(kind="add", packages=("clsx@^2.1.0",), dev=True)
    commands = [
        lock_check_command(plan),
        operation_command(plan, PackageOperation(kind="relock")),
        operation_command(plan, add),
    ]
    for command in commands:
        assert command is not None
        assert command.startswith(f"{manager} ")
        assert any(off in command for off in ("--ignore-scripts", "skip-build", "update-lockfile"))
    assert commands[2] is not None
    assert commands[2].endswith("'clsx@^2.1.0'") or commands[2].endswith("clsx@^2.1.0")
    assert "--dev" in commands[2] or "--save-dev" in commands[2]


def test_old_and_new_yarn_are_told_apart() -> None:
    """Classic yarn has no lock-only mode; yarn 2 and later refuse its flags."""
    assert "frozen" in (lock_check_command(_plan("yarn", "1.22.22")) or "")
    assert "frozen" in (lock_check_command(_plan("yarn")) or "")
    assert "immutable" in (lock_check_command(_plan("yarn", "10.0.0")) or "")


def test_without_a_lockfile_there_is_nothing_to_check_or_relock() -> None:
    """Adding is still possible."""
    plan = _plan("npm", locked=False)
    assert lock_check_command(plan) is None
    assert operation_command(plan, PackageOperation(kind="relock")) is None
    assert operation_command(plan, PackageOperation(kind="add", packages=("clsx",))) is not None


@pytest.mark.parametrize("spec", ["clsx", "clsx@2", "@acme/ui@^1.0.0 || ~2", "JSONStream@>=1 <2", "next@latest", "a@*"])
def test_plain_specs_pass(spec: str) -> None:
    """A name, or a name with a range or a tag."""
    assert is_plain_spec(spec)
    assert operation_command(_plan("npm"), PackageOperation(kind="add", packages=(spec,))) is not None


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "-g",
        "--registry=http://registry.example",
        "clsx@npm:evil",
        "clsx@https://registry.example/x.tgz",
        "clsx@file:../x",
        "github:acme/ui",
        "acme/ui",
        "../x",
        "./x",
        "clsx; rm -rf .",
        "clsx\n-g",
        "clsx@$(id)",
        "@acme",
        "clsx@" + "1" * 200,
    ],
)
def test_odd_specs_are_refused(spec: str) -> None:
    """No options, addresses, paths, aliases, git, or anything for a shell."""
    assert not is_plain_spec(spec)
    assert operation_command(_plan("npm"), PackageOperation(kind="add", packages=("clsx", spec))) is None
