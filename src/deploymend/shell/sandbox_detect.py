"""Finds the strongest sandbox this machine can offer, by trying."""

from __future__ import annotations

import shutil
from pathlib import Path

from deploymend.shell.process import run
from deploymend.shell.sandbox import Sandbox
from deploymend.shell.sandbox_bubblewrap import BubblewrapSandbox, probe
from deploymend.shell.sandbox_fallback import PlainSandbox, landlock_here

INSTALL = "Install bubblewrap (Debian and Ubuntu: apt install bubblewrap) for full isolation."


async def detect_sandbox() -> Sandbox:
    """Bubblewrap, else Landlock, else none; its report says which, and why not a stronger one."""
    if shutil.which("bwrap") is None:
        return PlainSandbox(landlock=landlock_here(), notes=(f"bwrap is not on PATH. {INSTALL}",))
    refusal = await probe()
    if refusal is not None:
        note = f"bwrap is installed but cannot make namespaces here: {refusal}"
        return PlainSandbox(landlock=landlock_here(), notes=(note,))
    version = await run(["bwrap", "--version"], cwd=Path("/"), timeout_seconds=10)
    return BubblewrapSandbox(version=version.output.split()[-1] if version.output.split() else "")
