"""The commands of the cheaper rungs of the ladder: type check and compile, as this project would run them.

Shell commands, to be run in the plan's directory with node_modules/.bin on PATH. None: the rung does not exist here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection

from deploymend.core.jsonc import parse_object
from deploymend.core.model import Proof
from deploymend.core.plan import BuildPlan
from deploymend.core.planning_manager import walk_up
from deploymend.core.planning_manifest import strings
from deploymend.core.planning_packages import lock_check_command

_Read = Callable[[str], str | None]
_COMPILE_ONLY = "next build --experimental-build-mode compile"
_NEXT_BUILD = re.compile(r"\bnext build\b")
_OWN_SCRIPTS = ("preinstall", "install", "postinstall", "prepare")
_HOOKS = re.compile(r"(?:is-ci \|\| )?husky(?: install)?(?: \|\| (?:true|exit 0))?")  # typicode.github.io/husky


def has_rung(rung: Proof, files: Collection[str], read: _Read, plan: BuildPlan) -> bool:
    """True when this project has the rung, and something would be run for it."""
    match rung:
        case Proof.LOCKED:
            return plan.lockfile is not None and lock_check_command(plan) is not None
        case Proof.TYPE_CHECKED:
            return type_check_command(files, read, plan) is not None
        case Proof.COMPILED:
            return compile_command(read, plan) is not None
        case _:
            return rung is Proof.BUILT


def type_check_command(
    files: Collection[str], read: _Read, plan: BuildPlan, *, next_version: tuple[int, int] | None = None
) -> str | None:
    """The project's own compiler over the whole project; Vue, Svelte and Astro by their wrappers.

    `next_version` is the installed Next.js: since 15.5 `next typegen` writes the route types that tsc needs.
    """
    config = posixpath.join(plan.directory, "tsconfig.json")
    declared = _declared(read, plan.directory)
    if config not in files or not declared & {"typescript", "vue-tsc", "svelte-check", "@astrojs/check"}:
        return None
    # A solution file lists projects and has no files of its own: only a build visits them.
    options = "--build" if parse_object(read(config) or "").get("references") else "--noEmit"
    if "vue-tsc" in declared:
        return f"vue-tsc {options}"
    if "svelte-check" in declared:
        sync = "svelte-kit sync && " if "@sveltejs/kit" in declared else ""
        return f"{sync}svelte-check --threshold error"
    if "@astrojs/check" in declared:
        return "astro check"
    typegen = "next typegen && " if next_version is not None and next_version >= (15, 5) else ""
    return f"{typegen}tsc {options} --pretty false"


def compile_command(read: _Read, plan: BuildPlan) -> str | None:
    """The build script with Next.js told to stop after bundling; None for other frameworks and unclear scripts."""
    if plan.framework != "nextjs" or plan.build_command is None:
        return None
    scripts = strings(parse_object(read(posixpath.join(plan.directory, "package.json")) or ""), "scripts")
    match = re.fullmatch(r"(?:npm|pnpm|yarn|bun) run ([\w:-]+)", plan.build_command)
    command = scripts.get(match.group(1), "") if match else plan.build_command
    if len(_NEXT_BUILD.findall(command)) != 1:
        return None
    before = f"{plan.manager} run pre{match.group(1)} && " if match and f"pre{match.group(1)}" in scripts else ""
    return before + _NEXT_BUILD.sub(_COMPILE_ONLY, command)


def runs_own_scripts(read: _Read, plan: BuildPlan) -> bool:
    """True when installing also runs scripts of the project itself, so that an install may not be skipped.

    Those beside the lockfile count too: there a workspace has them. Git hooks (husky) make nothing of the build.
    """
    folders = {plan.directory, posixpath.dirname(plan.lockfile) if plan.lockfile else plan.directory}
    manifests = (parse_object(read(posixpath.join(folder, "package.json")) or "") for folder in folders)
    scripts = [strings(manifest, "scripts") for manifest in manifests]
    return any(name in known and not _HOOKS.fullmatch(known[name]) for known in scripts for name in _OWN_SCRIPTS)


def missing_output(plan: BuildPlan, is_empty: Callable[[str], bool | None]) -> str | None:
    """What the platform says when a green build left no output; None when it did, or when its place is not known.

    `is_empty` tells of a path in the tree: True or False for a folder, None when there is none. Source of the words:
    the npm package `@vercel/static-build`.
    """
    own_builder = plan.framework in ("nextjs", "blitzjs", "redwoodjs")
    built_for_platform = is_empty(posixpath.join(plan.directory, ".vercel/output")) is False
    if plan.build_command is None or plan.output_directory is None or own_builder or built_for_platform:
        return None
    state = is_empty(posixpath.normpath(posixpath.join(plan.directory, plan.output_directory)))
    if state is None:
        return (
            f'No Output Directory named "{plan.output_directory}" found after the Build completed. Configure the '
            "Output Directory in your Project Settings. Alternatively, configure vercel.json#outputDirectory."
        )
    return f'The Output Directory "{plan.output_directory}" is empty.' if state else None


def _declared(read: _Read, directory: str) -> frozenset[str]:
    """What the project's manifest and those above it declare: a workspace keeps its tools at the top."""
    names: set[str] = set()
    for folder in walk_up(directory):
        manifest = parse_object(read(posixpath.join(folder, "package.json")) or "")
        names |= strings(manifest, "dependencies").keys() | strings(manifest, "devDependencies").keys()
    return frozenset(names)
