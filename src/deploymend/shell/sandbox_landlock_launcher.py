"""Confines itself with Landlock, then becomes the command. Run as a program of its own: it imports nothing of ours.

    python -I sandbox_landlock_launcher.py '{"read": [...], "write": [...], "connect": [ports]}' COMMAND [ARG...]

Source: docs.kernel.org/userspace-api/landlock.html and linux/landlock.h for numbers and layouts. Without a command it
prints the version of Landlock the kernel has, 0 for none.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES = 38
_READ = 0b1101  # execute, read files, list folders
_FILE_RIGHTS = 0b100_0000_0000_0111  # execute, write, read, truncate: the rights a rule on a single file may hold
_CONNECT = 2
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
_SCOPES = 0b11  # no abstract unix sockets and no signals to the outside


def landlock_version() -> int:
    """The kernel's Landlock version, 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(_libc().syscall(_CREATE, None, 0, 1)))


def confine(read: list[str], write: list[str], connect: list[int]) -> None:
    """Leave this process, and all it starts, only these places and loopback ports. Raises OSError."""
    version = landlock_version()
    everything = _all_file_rights(version)
    network = _CONNECT if version >= _NETWORK_SINCE else 0
    scopes = _SCOPES if version >= _SCOPES_SINCE else 0
    size = 24 if version >= _SCOPES_SINCE else 16 if version >= _NETWORK_SINCE else 8
    attributes = struct.pack("QQQ", everything, network, scopes)[:size]
    ruleset = _check(_libc().syscall(_CREATE, attributes, size, 0))
    for place, rights in [(place, _READ) for place in read] + [(place, everything) for place in write]:
        _allow_path(ruleset, place, rights)
    for port in connect if network else []:
        _check(_libc().syscall(_ADD, ruleset, 2, struct.pack("QQ", _CONNECT, port), 0))
    _check(_libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _check(_libc().syscall(_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _all_file_rights(version: int) -> int:
    """Bits 0-12, moving between folders since version 2, truncation since 3; device control is left alone."""
    return 0x1FFF | (0x2000 if version >= 2 else 0) | (0x4000 if version >= 3 else 0)  # noqa: PLR2004 - versions


def _allow_path(ruleset: int, place: str, rights: int) -> None:
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    allowed = rights if os.path.isdir(place) else rights & _FILE_RIGHTS  # noqa: PTH112 - this file starts often
    try:
        _check(_libc().syscall(_ADD, ruleset, 1, struct.pack("=Qi", allowed, descriptor), 0))
    finally:
        os.close(descriptor)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused: " + os.strerror(ctypes.get_errno()))
    return result


def main(arguments: list[str]) -> None:
    """The program."""
    if not arguments:
        sys.stdout.write(f"{landlock_version()}\n")
        return
    places = json.loads(arguments[0])
    folders = os.environ.get("PATH", os.defpath).split(":")
    programs = [arguments[1]] if "/" in arguments[1] else [f"{folder}/{arguments[1]}" for folder in folders]
    confine(places["read"], places["write"], places["connect"])
    # Not execvp: it imports a module, which cannot be read any more.
    for program in programs:
        if os.access(program, os.X_OK):
            os.execv(program, arguments[1:])  # noqa: S606 - becoming the job is what a launcher is for
    sys.exit(f"{arguments[1]}: not found")


if __name__ == "__main__":
    main(sys.argv[1:])
