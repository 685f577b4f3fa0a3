"""The cheap rungs run what the project itself would run."""

from __future__ import annotations

import json
from functools import partial

import pytest

from deploymend.core.model import Proof
from deploymend.core.plan import BuildPlan
from deploymend.core.planning_checks import (
    compile_command,
    has_rung,
    missing_output,
    runs_own_scripts,
    type_check_command,
)


def _app(
    declared: dict[str, str], scripts: dict[str, str] | None = None, tsconfig: str | None = "{}"
) -> dict[str, str]:
    files = {"package.json": json.dumps({"devDependencies": declared, "scripts": scripts or {}})}
    return files if tsconfig is None else {**files, "tsconfig.json": tsconfig}


@pytest.mark.parametrize(
    ("declared", "tsconfig", "command"),
    [
        ({"typescript": "5"}, "{}", "tsc --noEmit --pretty false"),
        ({"typescript": "5"}, '{"references": [{"path": "./a"}], /* x */}', "tsc --build --pretty false"),
        ({"typescript": "5", "vue-tsc": "2"}, "{}", "vue-tsc --noEmit"),
        ({"typescript": "5", "svelte-check": "4"}, "{}", "svelte-check --threshold error"),
        (
            {"svelte-check": "4", "@sveltejs/kit": "2"},
            "{}",
            "svelte-kit sync && svelte-check --threshold error",
        ),
        ({"@astrojs/check": "0.9"}, "{}", "astro check"),
        ({"typescript": "5"}, None, None),
        ({"left-pad": "1"}, "{}", None),
    ],
)
def test_the_type_check_fits_the_project(declared: dict[str, str], tsconfig: str | None, command: str | None) -> None:
    """tsc, its wrappers for other file types, a solution build; none without TypeScript or its configuration."""
    files = _app(declared, tsconfig=tsconfig)
    assert type_check_command(files, files.get, BuildPlan()) == command


@pytest.mark.parametrize(("version", "typegen"), [((15, 5), True), ((16, 0), True), ((15, 4), False), (None, False)])
def test_next_writes_its_route_types_first(version: tuple[int, int] | None, *, typegen: bool) -> None:
    """`next typegen` exists since 15.5."""
    files = _app({"typescript": "5"})
    command = type_check_command(files, files.get, BuildPlan(framework="nextjs"), next_version=version)
    assert (command or "").startswith("next typegen") is typegen


def test_a_workspace_keeps_its_compiler_at_the_top() -> None:
    """The manifest above the root directory counts too."""
    files = {"package.json": '{"devDependencies": {"typescript": "5"}}', "apps/web/tsconfig.json": "{}"}
    plan = BuildPlan(directory="apps/web")
    assert type_check_command(files, files.get, plan) == "tsc --noEmit --pretty false"


@pytest.mark.parametrize(
    ("build", "script", "command"),
    [
        ("npm run build", "next build", "next build --experimental-build-mode compile"),
        (
            "pnpm run build",
            "prisma generate && next build --turbopack",
            "prisma generate && next build --experimental-build-mode compile --turbopack",
        ),
        ("next build", "", "next build --experimental-build-mode compile"),
        ("npm run build", "node build.mjs", None),
        ("npm run build", "next build && next build", None),
        ("turbo run build", "next build", None),
        (None, "next build", None),
    ],
)
def test_compiling_is_a_build_that_stops_early(build: str | None, script: str, command: str | None) -> None:
    """Only where it is plain which command builds."""
    files = _app({}, {"build": script})
    assert compile_command(files.get, BuildPlan(framework="nextjs", build_command=build)) == command
    assert compile_command(files.get, BuildPlan(framework="vite", build_command=build)) is None


def test_a_script_before_the_build_runs_before_compiling() -> None:
    """`prebuild` is run by npm itself; the early stop must run it too."""
    files = _app({}, {"prebuild": "node gen.mjs", "build": "next build"})
    plan = BuildPlan(framework="nextjs", build_command="npm run build")
    assert (compile_command(files.get, plan) or "").startswith("npm run prebuild && next build ")


@pytest.mark.parametrize(
    ("script", "command", "runs"),
    [
        ("postinstall", "prisma generate", True),
        ("prepare", "nuxt prepare", True),
        ("prepare", "husky && node gen.mjs", True),
        ("prepare", "husky install", False),
        ("prepare", "husky || true", False),
        ("build", "vite build", False),
    ],
)
def test_own_install_scripts_are_noticed(script: str, command: str, *, runs: bool) -> None:
    """An install that generates code may not be skipped, also where the workspace's top asks for it; git hooks may.

    A folder with a lockfile of its own has nothing to do with the scripts above it.
    """
    files = _app({}, {script: command}) | {"apps/web/package.json": "{}"}
    assert runs_own_scripts(files.get, BuildPlan()) is runs
    assert runs_own_scripts(files.get, BuildPlan(directory="apps/web", lockfile="package-lock.json")) is runs
    assert not runs_own_scripts(files.get, BuildPlan(directory="apps/web", lockfile="apps/web/package-lock.json"))


@pytest.mark.parametrize(
    ("rung", "there"),
    [
        (Proof.NONE, False),
        (Proof.PARSED, False),
        (Proof.LOCKED, False),
        (Proof.TYPE_CHECKED, False),
        (Proof.COMPILED, False),
        (Proof.BUILT, True),
    ],
)
def test_a_plain_project_has_only_a_build(rung: Proof, *, there: bool) -> None:
    """No lockfile, no compiler, no Next.js: nothing has to be prepared to know that these rungs do not exist."""
    files = _app({}, {"build": "vite build"})
    plan = BuildPlan(build_command="npm run build", framework="vite")
    assert has_rung(rung, files, files.get, plan) is there


@pytest.mark.parametrize("rung", [Proof.LOCKED, Proof.TYPE_CHECKED, Proof.COMPILED, Proof.BUILT])
def test_a_next_app_with_a_lock_has_them_all(rung: Proof) -> None:
    """Each from its own sign: lockfile, TypeScript's configuration, the framework."""
    files = _app({"typescript": "5"}, {"build": "next build"})
    plan = BuildPlan(build_command="npm run build", framework="nextjs", lockfile="package-lock.json")
    assert has_rung(rung, files, files.get, plan)


def _look_up(folders: dict[str, bool | None], path: str) -> bool | None:
    return folders.get(path)


def test_a_missing_output_is_told_in_the_platforms_words() -> None:
    """Missing, empty, there; and no word where the framework's own builder looks for itself."""
    plan = BuildPlan(build_command="x", output_directory="./dist", framework="vite")
    next_app = BuildPlan(build_command="x", output_directory="out", framework="nextjs")
    nothing: dict[str, bool | None] = {}
    cases: list[tuple[BuildPlan, dict[str, bool | None], str | None]] = [
        (plan, {".": False}, "No Output Directory named"),
        (plan, {"dist": True}, "is empty"),
        (plan, {"dist": False}, None),
        (plan, {".vercel/output": False}, None),
        (next_app, nothing, None),
        (BuildPlan(build_command="x"), nothing, None),
    ]
    for case, folders, words in cases:
        said = missing_output(case, partial(_look_up, folders))
        assert said is None if words is None else words in (said or "")
