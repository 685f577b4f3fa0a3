"""File names as logs print them, and import specifiers."""

from __future__ import annotations

import posixpath
import re

_BUILD_ROOT = re.compile(r"^/vercel/path\d+/|^/vercel/workpath\d+/|^/opt/build/repo/|^/opt/buildhome/repo/")
_SCHEME = re.compile(r"^(?:file:///(?=[A-Za-z]:)|file://|webpack-internal:///|webpack:///|turbopack:///)(?:\(\w+\)/)?")
_PROJECT = re.compile(r"^\[project\]/")
_MAX_PATH = 600


def clean_path(path: str) -> str:
    """A file as a log names it, with `/`, without quotes, the build machine's root, a query or a leading `./`."""
    path = path[:_MAX_PATH].strip().strip("\"'`").replace("\\", "/")
    path = _PROJECT.sub("", _SCHEME.sub("", path))
    path = _BUILD_ROOT.sub("", path).partition("?")[0]
    return posixpath.normpath(path) if path.startswith((".", "/")) or "/./" in path else path


def is_relative(specifier: str) -> bool:
    """True for `./x`, `../x`, `.` and `..`."""
    return specifier in {".", ".."} or specifier.startswith(("./", "../"))


def is_alias(specifier: str) -> bool:
    """True for specifiers that no package can have: `@/x`, `~/x`, `~x`, `#x`, `/x`, `$lib/x`."""
    return specifier.startswith(("@/", "~", "#", "/", "$", "src/"))
