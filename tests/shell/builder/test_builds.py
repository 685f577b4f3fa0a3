"""Real npm apps are built as the platform would, each rung with what it can prove."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploymend.core.model import PackageOperation, ProjectSettings, Proof, Step
from deploymend.errors import BuildEnvironmentError, OperationFailedError
from deploymend.ports import CheckResult
from deploymend.shell.build_rungs import BuildLimits
from deploymend.shell.builder import SandboxedBuilder
from deploymend.shell.sandbox import JobLimits, Sandbox
from deploymend.shell.sandbox_detect import detect_sandbox
from deploymend.shell.sandbox_fallback import PlainSandbox, landlock_here
from deploymend.shell.toolchain import Toolchain
from deploymend.testing.folder_workspace import FolderWorkspace

MakeApp = Callable[..., FolderWorkspace]

pytestmark = pytest.mark.slow


@pytest.fixture
async def sandbox() -> Sandbox:
    """The strongest one here."""
    return await detect_sandbox()


@pytest.fixture
def builder(tmp_path: Path, toolchain: Toolchain, sandbox: Sandbox) -> SandboxedBuilder:
    """With an empty cache for packages and builds."""
    return SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain, sandbox=sandbox)


async def _check(builder: SandboxedBuilder, app: FolderWorkspace, rung: Proof) -> CheckResult:
    return await builder.check(app, await builder.plan(app), rung)


_TYPED = {
    "tsconfig.json": '{"compilerOptions": {"strict": true, "types": []}, "include": ["src"]}',
    "src/a.ts": "export const a: number = 1;\n",
    "build.mjs": "import { execSync } from 'node:child_process'; execSync('tsc --noEmit', { stdio: 'inherit' });\n",
}


async def test_an_app_is_proved_rung_by_rung(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """Install, type check and build with the project's own compiler; a type error fails both, and is in the log."""
    app = make_app(_TYPED, scripts={"build": "node build.mjs"}, devDependencies={"typescript": "~5.9.3"})
    await builder.perform(app, await builder.plan(app), PackageOperation(kind="relock"))
    rungs = (Proof.LOCKED, Proof.TYPE_CHECKED, Proof.COMPILED, Proof.BUILT)
    assert [(await _check(builder, app, rung)).check.passed for rung in rungs] == [True] * 4
    (app.root / "src/a.ts").write_text("export const a: number = 'one';\n")
    for rung in (Proof.TYPE_CHECKED, Proof.BUILT):
        result = await _check(builder, app, rung)
        assert (result.check.passed, result.check.inconclusive) == (False, False)
        assert any("src/a.ts(1,14): error TS2322" in line for line in result.log.lines)
    assert result.log.lines[-1] == 'Error: Command "npm run build" exited with 1'
    assert [section.step for section in result.log.sections][-1:] == [Step.BUILD]


async def test_packages_stay_installed_between_checks(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """The second check of the same lock does not install again; a changed lock does."""
    app = make_app(_TYPED, scripts={"build": "true"}, devDependencies={"typescript": "~5.9.3"})
    await builder.perform(app, await builder.plan(app), PackageOperation(kind="relock"))
    logs = [(await _check(builder, app, Proof.TYPE_CHECKED)).log.lines for _ in range(2)]
    assert ["Installing dependencies..." in lines for lines in logs] == [True, False]
    (app.root / ".npmrc").write_text("fund=false\n")
    assert "Installing dependencies..." in (await _check(builder, app, Proof.TYPE_CHECKED)).log.lines


async def test_a_session_installs_once(
    builder: SandboxedBuilder, tmp_path: Path, toolchain: Toolchain, sandbox: Sandbox, make_app: MakeApp
) -> None:
    """Whole builds of one session install again only for a changed manifest or lock; a new session does first thing.

    A script of the project's own that installing runs must run each time.
    """
    app = make_app(scripts={"build": "mkdir -p public && touch public/a"})
    later = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain, sandbox=sandbox)
    logs = [(await _check(one, app, Proof.BUILT)).log for one in (builder, builder, later)]
    assert ["Installing dependencies..." in log.lines for log in logs] == [True, False, True]
    steps = [[section.step for section in log.sections] for log in logs]
    assert [Step.INSTALL in found for found in steps] == [True, False, True]
    assert all(found[-1] is Step.BUILD for found in steps)
    manifest = json.loads(app.read("package.json") or "")
    manifest["scripts"]["postinstall"] = "true"
    (app.root / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    for _ in range(2):
        result = await _check(builder, app, Proof.BUILT)
        assert result.check.passed
        assert "Installing dependencies..." in result.log.lines


async def test_registries_are_looked_up_once_while_their_files_stay(
    builder: SandboxedBuilder, tmp_path: Path, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first check asks npm for its configuration, and one after a file that decides was changed."""
    asked = tmp_path / "asked"
    own = tmp_path / "own" / "npm"
    own.parent.mkdir()
    own.write_text(f'#!/bin/sh\necho "$@" >> "{asked}"\nexec "{shutil.which("npm")}" "$@"\n')
    own.chmod(0o755)
    monkeypatch.setenv("PATH", f"{own.parent}:{os.environ['PATH']}")
    app = make_app(scripts={"build": "mkdir -p public && touch public/a"})
    for _ in range(2):
        assert (await _check(builder, app, Proof.BUILT)).check.passed
    assert asked.read_text().splitlines() == ["config ls -l --json"]
    (app.root / ".npmrc").write_text("@acme:registry=http://localhost:4873/\n")
    assert (await _check(builder, app, Proof.BUILT)).check.passed
    assert asked.read_text().splitlines() == ["config ls -l --json"] * 2


async def test_a_package_is_added_and_only_its_files_change(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """Manifest and lock, in one step, in the style the lock has; twice is the same as once."""
    app = make_app(scripts={"build": "true"})
    plan = await builder.plan(app)
    operation = PackageOperation(kind="add", packages=("left-pad@^1.3.0",), dev=True)
    for _ in range(2):
        await builder.perform(app, plan, operation)
        assert [change.path for change in await app.changes()] == ["package-lock.json", "package.json"]
        manifest = json.loads(app.read("package.json") or "")
        lock = json.loads(app.read("package-lock.json") or "")
        assert manifest["devDependencies"] == {"left-pad": "^1.3.0"}
        assert lock["packages"]["node_modules/left-pad"]["version"] == "1.3.0"
        assert "resolved" not in lock["packages"]["node_modules/left-pad"]
    assert (await _check(builder, app, Proof.LOCKED)).check.passed


async def test_a_stale_lock_is_seen_and_cured(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """The dry check names what is missing; relocking brings it in."""
    app = make_app(scripts={"build": "true"})
    manifest = json.loads(app.read("package.json") or "") | {"dependencies": {"left-pad": "^1.3.0"}}
    (app.root / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")
    result = await _check(builder, app, Proof.LOCKED)
    assert not result.check.passed
    assert any("Missing: left-pad@1.3.0 from lock file" in line for line in result.log.lines)
    await builder.perform(app, await builder.plan(app), PackageOperation(kind="relock"))
    assert (await _check(builder, app, Proof.LOCKED)).check.passed


async def test_a_package_that_does_not_exist_changes_nothing(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """The manager's words are in the error, the tree is as it was."""
    app = make_app(scripts={"build": "true"})
    operation = PackageOperation(kind="add", packages=("@deploymend-tests/there-is-no-such-package@1",))
    with pytest.raises(OperationFailedError) as caught:
        await builder.perform(app, await builder.plan(app), operation)
    assert "E404" in caught.value.output
    assert await app.changes() == ()


async def test_the_registry_is_asked(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """Versions and latest of a package; None for one it does not know, and for what is no name at all."""
    app = make_app(scripts={"build": "true"})
    plan = await builder.plan(app)
    facts = await builder.package_facts(app, plan, "left-pad")
    assert facts is not None
    assert (facts.latest, facts.versions[-1], facts.types_included) == ("1.3.0", "1.3.0", True)
    for name in ("@deploymend-tests/there-is-no-such-package", "--registry=x", "../x", ""):
        assert await builder.package_facts(app, plan, name) is None


async def test_the_build_sees_what_the_platform_sets(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """CI, VERCEL and the commit; no NODE_ENV; git knows the commit."""
    shows = "console.log('seen', process.env.CI, process.env.VERCEL, process.env.VERCEL_ENV, process.env.NODE_ENV)"
    app = make_app({"show.mjs": shows}, scripts={"build": "node show.mjs && git rev-parse HEAD && pwd"})
    lines = (await _check(builder, app, Proof.BUILT)).log.lines
    assert "seen 1 1 preview undefined" in lines
    assert app.commit_sha in lines
    assert "/vercel/path0" in lines


async def test_a_closed_network_is_not_called_a_failing_build(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """A build that fetches something fails here and would not on the platform."""
    fetches = "await fetch('https://api.example.com/posts');"
    app = make_app({"build.mjs": fetches}, scripts={"build": "node build.mjs"})
    check = (await _check(builder, app, Proof.BUILT)).check
    assert (check.passed, check.inconclusive) == (False, True)
    assert "network" in check.note


async def test_a_missing_value_is_not_called_a_failing_build(
    tmp_path: Path, toolchain: Toolchain, make_app: MakeApp
) -> None:
    """The platform has a value for the variable the build asks for; with the value given, the build passes."""
    needs = "if (!process.env.API_BASE) throw new Error('API_BASE is not set');"
    app = make_app({"build.mjs": needs}, scripts={"build": "node build.mjs"})
    settings = ProjectSettings(id="prj_1", name="app", environment_names=("API_BASE",))
    for variables, passes in (({}, False), ({"API_BASE": "x"}, True)):
        builder = SandboxedBuilder(
            cache_folder=tmp_path / "cache", toolchain=toolchain, settings=settings, variables=variables
        )
        check = (await _check(builder, app, Proof.BUILT)).check
        assert (check.passed, check.inconclusive) == (passes, not passes)
        assert passes or "API_BASE" in check.note


async def test_a_missing_output_folder_fails_the_build(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """A green build without its output is red on the platform, in the platform's words."""
    app = make_app({"vercel.json": '{"outputDirectory": "dist"}'}, scripts={"build": "true"})
    result = await _check(builder, app, Proof.BUILT)
    assert not result.check.passed
    assert 'No Output Directory named "dist"' in result.log.lines[-1]


async def test_a_node_that_is_no_longer_offered_is_refused(builder: SandboxedBuilder, make_app: MakeApp) -> None:
    """As on the platform, before anything is installed."""
    app = make_app(engines={"node": "18.x"}, scripts={"build": "true"})
    result = await _check(builder, app, Proof.BUILT)
    assert (result.check.passed, result.check.inconclusive) == (False, False)
    assert 'Node.js Version "18.x" is discontinued' in result.log.lines[-1]
    assert (await _check(builder, app, Proof.TYPE_CHECKED)).check.note == "not applicable"


async def test_a_build_over_a_limit_says_nothing_about_the_code(
    tmp_path: Path, toolchain: Toolchain, make_app: MakeApp
) -> None:
    """It may pass on the platform, which allows more time and memory."""
    hoards = "const a = []; setInterval(() => a.push(Buffer.alloc(2e7, 1)), 10);"
    app = make_app({"hoard.mjs": hoards}, scripts={"build": "sleep 99", "hoard": "node hoard.mjs"})
    job = JobLimits(timeout_seconds=60, memory_bytes=400 << 20)
    limits = BuildLimits(build_seconds=2, job=job)
    for command, word in ((None, "running after 2 s"), ("npm run hoard", "400 MB")):
        builder = SandboxedBuilder(
            cache_folder=tmp_path / "cache",
            toolchain=toolchain,
            build=command,
            limits=limits if command is None else BuildLimits(job=job),
        )
        check = (await _check(builder, app, Proof.BUILT)).check
        assert check.inconclusive
        assert word in check.note


async def test_a_full_disk_is_this_machines_problem(tmp_path: Path, toolchain: Toolchain, make_app: MakeApp) -> None:
    """Not a failing build, but an error with a next step."""
    app = make_app(scripts={"build": "sleep 5"})
    limits = BuildLimits(job=JobLimits(timeout_seconds=60, disk_reserve_bytes=1 << 60))
    builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain, limits=limits)
    with pytest.raises(BuildEnvironmentError, match="full"):
        await _check(builder, app, Proof.BUILT)


async def test_landlock_builds_too(tmp_path: Path, toolchain: Toolchain, make_app: MakeApp) -> None:
    """With the paths of the platform in its log, and nothing left in the worktree."""
    if landlock_here() == 0:
        pytest.skip("this kernel has no Landlock")
    app = make_app(scripts={"build": "pwd"}, dependencies={"left-pad": "1.3.0"})
    sandbox = PlainSandbox(landlock=landlock_here())
    builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain, sandbox=sandbox)
    result = await _check(builder, app, Proof.BUILT)
    assert result.check.passed
    assert "/vercel/path0" in result.log.lines
    assert not any(str(tmp_path) in line for line in result.log.lines)
    assert await app.changes() == ()
