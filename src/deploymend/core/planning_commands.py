"""Which install and build command a platform runs: the first source that names one.

Source: vercel.com/docs/builds/configure-a-build and /docs/package-managers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deploymend.core.model import ProjectSettings
from deploymend.core.plan import BuildPlan
from deploymend.core.planning_frameworks import Framework
from deploymend.core.planning_manifest import text_at

DEFAULT_INSTALL = {
    "npm": "npm install --no-audit",
    "pnpm": "pnpm install --unsafe-perm",
    "yarn": "yarn install",
    "bun": "bun install",
}
"""What the platform runs when nothing else is asked for; its log calls it just `npm install`."""

_BUILD_SCRIPTS = ("vercel-build", "now-build", "build")
_Chosen = tuple[str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who may name a command, besides the user: vercel.json, the stored settings, what a monorepo fills in."""

    manager: str
    config: dict[str, object] | None
    settings: ProjectSettings | None
    filled_in: tuple[str, str] | None


def choose_install(asked: Asked, override: str | None, *, has_manifest: bool) -> _Chosen:
    """The install command, or None to skip it, and the reason."""
    chosen = _first(
        "install",
        (override, "asked for"),
        (text_at(asked.config, "installCommand"), "vercel.json"),
        (asked.settings.install_command if asked.settings else None, "the project settings"),
        (asked.filled_in[0] if asked.filled_in else None, "the monorepo's default"),
    )
    if chosen is not None:
        return chosen
    if not has_manifest:
        return None, "no install: there is no package.json"
    command = DEFAULT_INSTALL[asked.manager]
    return command, f"install `{command}`: the default of {asked.manager}"


def choose_build(
    asked: Asked, override: str | None, scripts: Mapping[str, str], framework: Framework | None
) -> _Chosen:
    """The build command, or None to skip it, and the reason."""
    script = next((name for name in _BUILD_SCRIPTS if scripts.get(name, "").strip()), None)
    chosen = _first(
        "build",
        (override, "asked for"),
        (text_at(asked.config, "buildCommand"), "vercel.json"),
        (asked.settings.build_command if asked.settings else None, "the project settings"),
        (asked.filled_in[1] if asked.filled_in else None, "the monorepo's default"),
        (f"{asked.manager} run {script}" if script else None, f'package.json has the script "{script}"'),
        (framework.build if framework else None, f"the default of {framework.slug if framework else 'none'}"),
    )
    return chosen or (None, "no build: no script and no framework that has one")


def install_shown(plan: BuildPlan) -> str:
    """The install command as the platform's log names it: without the flags it adds by itself."""
    command = plan.install_command or ""
    return f"{plan.manager} install" if command == DEFAULT_INSTALL.get(plan.manager) else command


def _first(step: str, *sources: tuple[str | None, str]) -> _Chosen | None:
    """The first source that says anything; an empty command skips the step."""
    for command, source in sources:
        if command is not None:
            return (command, f"{step} `{command}`: {source}") if command.strip() else (None, f"no {step}: {source}")
    return None
