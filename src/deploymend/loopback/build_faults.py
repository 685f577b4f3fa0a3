"""Builders that go wrong on purpose, for the faults of the build stage."""

from __future__ import annotations

import asyncio
from functools import partial

from deploymend.loopback.faults import Fault
from deploymend.loopback.job import Build, BuildFailure, BuildJob, BuildOutcome, Emit, command_failure

_FLOOD_LINE = "webpack: still compiling, this line is noise " + "·" * 160
_FLOOD_LINES = 14_000
_REGISTRY_DOWN = (
    "Installing dependencies...",
    "npm error code ETIMEDOUT",
    "npm error errno ETIMEDOUT",
    "npm error network request to https://registry.example/left-pad failed, reason: connect ETIMEDOUT",
    "npm error network This is a problem related to network connectivity.",
    "npm error network In most cases you are behind a proxy or have bad network settings.",
)
ROOT_MISSING = 'The specified Root Directory "apps/web" does not exist. Please update your Project Settings.'


def under(fault: Fault | None, build: Build) -> Build:
    """The builder that a fault makes of another one; the same one when the fault is none of these."""
    if fault is None:
        return build
    wrong: dict[str, Build] = {
        "fails": partial(_fails, fault),
        "registry-down": _registry_down,
        "out-of-memory": _out_of_memory,
        "step-ignored": _ignored,
        "stuck": _stuck,
        "log-flood": partial(_flooded, build),
        "secret-printed": partial(_printing, build),
    }
    return wrong.get(fault.name, build)


def early_failure(fault: Fault | None) -> BuildFailure | None:
    """The failure of `fails-early`, before there is any log; None for every other fault."""
    if fault is None or fault.name != "fails-early":
        return None
    return BuildFailure(
        message=fault.text("message", ROOT_MISSING),
        code=fault.text("code", "NOW_SANDBOX_WORKER_ROOTDIR_NOT_EXIST"),
        step="build-container-init",
    )


async def _fails(fault: Fault, _: BuildJob, emit: Emit) -> BuildOutcome:
    command = fault.text("command", "npm run build")
    for line in fault.lines("lines", (f'Running "{command}"', "Build failed because of a fault that was injected.")):
        emit(line)
    return BuildOutcome(failure=command_failure(command, fault.text("exit_code", "1")))


async def _registry_down(_: BuildJob, emit: Emit) -> BuildOutcome:
    for line in _REGISTRY_DOWN:
        emit(line)
    return BuildOutcome(failure=command_failure("npm install", 1))


async def _out_of_memory(_: BuildJob, emit: Emit) -> BuildOutcome:
    emit("Installing dependencies...")
    emit('Running "npm run build"')
    emit("Creating an optimized production build ...")
    return BuildOutcome(failure=command_failure("npm run build", "SIGKILL"))


async def _ignored(_: BuildJob, __: Emit) -> BuildOutcome:
    return BuildOutcome(ignored=True)


async def _stuck(_: BuildJob, emit: Emit) -> BuildOutcome:
    emit("Installing dependencies...")
    await asyncio.Event().wait()
    return BuildOutcome()


async def _flooded(build: Build, job: BuildJob, emit: Emit) -> BuildOutcome:
    for _ in range(_FLOOD_LINES):
        emit(_FLOOD_LINE)
    return await build(job, emit)


async def _printing(build: Build, job: BuildJob, emit: Emit) -> BuildOutcome:
    for name, value in job.environment.items():
        emit(f"{name}={value}")
    return await build(job, emit)
