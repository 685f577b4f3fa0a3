"""Real installs and builds of a tiny app without dependencies, in the sandbox, through the whole loopback Vercel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deploymend.loopback import ProjectWish
from deploymend.loopback.real_build import RealBuilder

pytestmark = pytest.mark.slow

BUILD = """
import { mkdirSync, writeFileSync, readFileSync } from "node:fs"
mkdirSync("dist", { recursive: true })
console.log(`building in ${process.cwd()} for ${process.env.VERCEL_ENV} with ${process.env.GREETING}`)
console.log(`home ${process.env.HOME} token ${process.env.LOOPBACK_TEST_SECRET}`)
writeFileSync("dist/index.html", readFileSync("page.html"))
"""


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where Node is installed once for the tests of this file."""
    return tmp_path_factory.mktemp("tools")


def write_app(folder: Path) -> None:
    """An app with a build script, for the newest Node."""
    manifest = {
        "name": "tiny",
        "version": "1.0.0",
        "private": True,
        "scripts": {"build": "node build.mjs"},
    }
    (folder / "package.json").write_text(json.dumps(manifest))
    (folder / "vercel.json").write_text(json.dumps({"outputDirectory": "dist"}))
    (folder / "build.mjs").write_text(BUILD)
    (folder / "page.html").write_text("<h1>real</h1>")


async def test_a_real_build_goes_live_and_a_broken_one_goes_red(
    stand: Any, clone: Any, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real npm installs and builds run; the output is served; a broken script fails with Vercel's last lines."""
    monkeypatch.setenv("LOOPBACK_TEST_SECRET", "leaked")
    write_app(clone.folder)
    async with stand.running(builder=RealBuilder(tools)) as api:
        wish = ProjectWish(name="shop", repo=str(clone.remote), environment={"GREETING": "hello"})
        await api.server.control.add_project(wish)
        green = await api.finished(clone.push("green"))
        log = await api.log(green["uid"])
        assert green["state"] == "READY", log
        assert "building in /vercel/path0 for production with hello" in log
        assert not any("leaked" in line or str(Path.home()) in line for line in log)
        assert log.index("Installing dependencies...") < log.index('Running "npm run build"')
        assert (await api.client.get(f"{api.server.url}/_site/shop/")).text == "<h1>real</h1>"

        (clone.folder / "page.html").unlink()
        red = await api.finished(clone.push("red"))
        log = await api.log(red["uid"])
        assert (red["state"], red["errorCode"]) == ("ERROR", "BUILD_UTILS_SPAWN_1")
        assert any("ENOENT" in line for line in log)
        assert log[-3] == 'Error: Command "npm run build" exited with 1'
        assert (await api.client.get(f"{api.server.url}/_site/shop/")).text == "<h1>real</h1>"


async def test_packages_are_installed_and_kept(stand: Any, clone: Any, tools: Path) -> None:
    """The install reaches the registry through the sandbox; the next build finds the packages in place."""
    write_app(clone.folder)
    manifest = json.loads((clone.folder / "package.json").read_text())
    manifest["dependencies"] = {"is-number": "7.0.0"}
    (clone.folder / "package.json").write_text(json.dumps(manifest))
    (clone.folder / ".npmrc").write_text("package-lock=false\n")
    build = 'import isNumber from "is-number"\nconsole.log(`three is a number: ${isNumber(3)}`)\n'
    (clone.folder / "build.mjs").write_text(build + BUILD)
    async with stand.running(clone.remote, builder=RealBuilder(tools)) as api:
        logs = []
        for message in ("first", "second"):
            done = await api.finished(clone.push(message))
            logs.append(await api.log(done["uid"]))
            assert "three is a number: true" in logs[-1], logs[-1]
    assert any("added 1 package" in line for line in logs[0])
    assert any("up to date" in line for line in logs[1])
    assert any(line.startswith("Restored build cache from") for line in logs[1])


async def test_projects_that_cannot_be_built_say_why(stand: Any, clone: Any, tools: Path) -> None:
    """A missing root directory, a broken package.json and an output that never came: each by its own message."""
    async with stand.running(builder=RealBuilder(tools)) as api:
        cases: dict[str, tuple[dict[str, str | None], str]] = {
            'Root Directory "web" does not exist': ({"rootDirectory": "web"}, "{}"),
            "package.json": ({}, "{"),
            'No Output Directory named "nowhere"': (
                {"outputDirectory": "nowhere"},
                '{"scripts": {"build": "echo built"}}',
            ),
        }
        for number, (message, (settings, manifest)) in enumerate(cases.items()):
            wish = ProjectWish(name="shop", repo=str(clone.remote), settings=settings)
            await api.server.control.add_project(wish)
            (clone.folder / "package.json").write_text(manifest)
            red = await api.finished(clone.push(f"case {number}"))
            assert red["state"] == "ERROR"
            assert message in red["errorMessage"]
            assert (await api.log(red["uid"]))[-1] == "Exiting build container"


async def test_the_ignored_build_step_runs_in_the_sandbox(
    stand: Any, clone: Any, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The repository's own `ignoreCommand` decides, sees no variable of this process, and git's last commit."""
    monkeypatch.setenv("LOOPBACK_TEST_SECRET", "leaked")
    command = 'echo "secret: $LOOPBACK_TEST_SECRET."; git log -1 --format=%s | grep -q skip'
    async with stand.running(clone.remote, builder=RealBuilder(tools)) as api:
        for message, state in (("please skip", "CANCELED"), ("please build", "READY")):
            (clone.folder / "vercel.json").write_text(json.dumps({"ignoreCommand": command}))
            (clone.folder / "package.json").write_text('{"scripts": {"build": "echo built"}}')
            done = await api.finished(clone.push(message))
            log = await api.log(done["uid"])
            assert done["state"] == state, log
            assert "secret: ." in log


async def test_a_cancelled_build_leaves_no_process(stand: Any, clone: Any, tools: Path) -> None:
    """Cancelling ends the build's whole process group."""
    write_app(clone.folder)
    (clone.folder / "build.mjs").write_text('console.log("up"); setInterval(() => {}, 1000)')
    async with stand.running(clone.remote, builder=RealBuilder(tools)) as api:
        building = await api.until(lambda found: found["state"] == "BUILDING", sha=clone.push())
        for _ in range(600):
            events = await api.call("GET", f"/v3/deployments/{building['uid']}/events", limit=-1)
            if any(event["text"] == "up" for event in events):
                break
        else:
            pytest.fail("the build never started")
        disk = str(stand.folder / "builds" / building["uid"])
        assert _processes(disk)
        await api.call("PATCH", f"/v12/deployments/{building['uid']}/cancel")
        assert _processes(disk) == []


def _processes(disk: str) -> list[str]:
    """The command lines that name a build's disk."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        found += [command] if disk in command else []
    return found
