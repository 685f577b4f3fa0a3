"""From a repository to what is run to build it, by the platform's own rules, each choice with its reason.

Source: vercel.com/docs/builds/configure-a-build, /docs/package-managers, /docs/monorepos.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection
from datetime import datetime

from deploymend.core.model import ProjectSettings
from deploymend.core.plan import BuildPlan
from deploymend.core.planning_commands import Asked, choose_build, choose_install
from deploymend.core.planning_frameworks import Framework, detect_framework, framework_named
from deploymend.core.planning_manager import choose_manager, walk_up
from deploymend.core.planning_manifest import read_object, strings, text_at
from deploymend.core.planning_monorepo import monorepo_commands
from deploymend.core.planning_node import choose_node
from deploymend.errors import CheckoutError

_Read = Callable[[str], str | None]


def plan_build(
    files: Collection[str],
    read: _Read,
    settings: ProjectSettings | None = None,
    *,
    install: str | None = None,
    build: str | None = None,
    created_at: datetime | None = None,
) -> BuildPlan:
    """The plan for a tree of `files` (relative to the repository's root), of which `read` gives the text.

    `install` and `build` override every other source; an empty string skips the step. `created_at` is when the
    platform's project was made; None takes it from the settings, else the project counts as new.
    Raises CheckoutError: the root directory is missing, package.json or vercel.json is broken, nothing to build.
    """
    files = frozenset(files)
    directory = _root_directory(files, settings)
    config = read_object(files, read, posixpath.join(directory, "vercel.json"))
    manifest = read_object(files, read, posixpath.join(directory, "package.json"))
    nearest = manifest or _nearest_manifest(files, read, directory)
    framework, framework_reason = _framework(config, settings, manifest)
    node = choose_node(
        text_at(nearest, "engines", "node"),
        text_at(config, "nodeVersion"),
        settings.node_version if settings else None,
    )
    made_at = created_at or (settings.created_at if settings else None)
    manager = choose_manager(files, read, directory, text_at(nearest, "packageManager"), made_at)
    asked = Asked(
        manager=manager.manager,
        config=config,
        settings=settings,
        filled_in=monorepo_commands(files, read, directory, manager.manager),
    )
    install_command, install_reason = choose_install(asked, install, has_manifest=nearest is not None)
    build_command, build_reason = choose_build(asked, build, strings(manifest, "scripts"), framework)
    if build_command is None and (install_command is None or not _has_packages(nearest)):
        raise _nothing_to_build(directory, manifest)
    warnings = (*node.warnings, *manager.warnings)
    if build_command is None:
        warnings += ("Nothing is built: package.json has no build script and names no framework that is known.",)
    return BuildPlan(
        directory=directory,
        framework=framework.slug if framework else None,
        manager=manager.manager,
        manager_version=manager.version,
        lockfile=manager.lockfile,
        node_major=node.major,
        install_command=install_command,
        build_command=build_command,
        output_directory=_output(config, settings, framework),
        reasons=tuple(
            reason
            for reason in (framework_reason, node.reason, manager.reason, install_reason, build_reason)
            if reason is not None
        ),
        warnings=warnings,
        refusal=node.refusal,
    )


def _root_directory(files: Collection[str], settings: ProjectSettings | None) -> str:
    wanted = (settings.root_directory if settings else "") or ""
    directory = posixpath.normpath(wanted.strip().strip("/") or ".")
    directory = "" if directory == "." else directory
    if not directory:
        return ""
    if directory.startswith("..") or not any(path.startswith(f"{directory}/") for path in files):
        raise CheckoutError(
            f'The project\'s root directory "{wanted}" is not in the repository.',
            next_step="Correct the Root Directory in the platform's project settings, or restore the folder.",
        )
    return directory


def _nearest_manifest(files: Collection[str], read: _Read, directory: str) -> dict[str, object] | None:
    for folder in walk_up(directory):
        manifest = read_object(files, read, posixpath.join(folder, "package.json"))
        if manifest is not None:
            return manifest
    return None


def _framework(
    config: dict[str, object] | None, settings: ProjectSettings | None, manifest: dict[str, object] | None
) -> tuple[Framework | None, str | None]:
    """vercel.json, then the project's stored choice, then what package.json declares. `null` in vercel.json: none."""
    if config is not None and "framework" in config:
        slug = text_at(config, "framework")
        return framework_named(slug), f"framework {slug or 'none'}: vercel.json"
    if settings is not None and settings.framework:
        return framework_named(settings.framework), f"framework {settings.framework}: the project settings"
    found = detect_framework(_declared(manifest))
    return found, f"framework {found.slug}: package.json declares {found.packages[0]}" if found else None


def _declared(manifest: dict[str, object] | None) -> frozenset[str]:
    return frozenset(strings(manifest, "dependencies")) | frozenset(strings(manifest, "devDependencies"))


def _has_packages(manifest: dict[str, object] | None) -> bool:
    return bool(_declared(manifest) or (manifest or {}).get("workspaces") or strings(manifest, "optionalDependencies"))


def _output(
    config: dict[str, object] | None, settings: ProjectSettings | None, framework: Framework | None
) -> str | None:
    chosen = text_at(config, "outputDirectory") or (settings.output_directory if settings else None)
    return chosen or (framework.output if framework else None)


def _nothing_to_build(directory: str, manifest: dict[str, object] | None) -> CheckoutError:
    place = directory or "the repository's root"
    lacks = "a build script or any dependency in package.json" if manifest is not None else "a package.json"
    return CheckoutError(
        f"Nothing to build: {place} has no build command; it lacks {lacks}.",
        next_step='Add a "build" script to package.json, pass --build, or set the project\'s root directory.',
    )
