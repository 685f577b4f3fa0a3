"""How a project is built: the choices that a platform's rules make from a repository and the project's settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """What will be run to build a project, and why each choice was made.

    `install_command` and `build_command` are shell commands, run by `sh -c` in `directory`; None skips the step.
    """

    directory: str = ""
    """The root directory, relative to the repository's root; empty for the root itself."""
    framework: str | None = None
    """The platform's slug: `nextjs`, `vite`, `astro` …"""
    manager: str = "npm"
    """`npm`, `pnpm`, `yarn` or `bun`."""
    manager_version: str | None = None
    """The version that wrote the lockfile, as far as it says: `9`, `1.22.22`; None: the one that comes with Node."""
    lockfile: str | None = None
    """The lockfile that decided, relative to the repository's root; None when there is none."""
    node_major: int = 24
    install_command: str | None = None
    build_command: str | None = None
    output_directory: str | None = None
    reasons: tuple[str, ...] = ()
    """Each choice with its reason, a sentence each, in the order they were made."""
    warnings: tuple[str, ...] = ()
    """What the platform would warn of: two lockfiles, a range that jumps Node majors."""
    refusal: str | None = None
    """What the platform would say instead of building at all, such as a Node that it no longer offers."""
