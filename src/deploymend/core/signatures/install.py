"""Installs that fail for another reason than the packages' versions: native builds, platforms, install scripts."""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.paths import clean_path
from deploymend.core.signatures.rows import ASK, AUTO, PERSON, kinds_of, line
from deploymend.core.signatures.signature import Family, Rank
from deploymend.core.signatures.spot import Spot

_kind = kinds_of(Category.DEPENDENCY)
_NPM = r"^npm (?:error|ERR!) "
_PATH = re.compile(r"^npm (?:error|ERR!) path (\S{1,400})")
_COMMAND = re.compile(r"^npm (?:error|ERR!) command \S")
_RUN = re.compile(r"^npm (?:error|ERR!) Lifecycle script `")
_GYP_CAUSE = re.compile(
    r"ModuleNotFoundError|fatal error:|gyp ERR! (?:stack Error|find Python)|not found\b|make: \*\*\*"
)


def _native(spot: Spot) -> Cause:
    """The package whose native part did not build, and what the tools said."""
    around = [
        (index, spot.at(index)) for index in range(max(0, spot.index - 120), min(len(spot.lines), spot.index + 60))
    ]
    path = next((found[1] for _, text in around if (found := _PATH.match(text))), None)
    told = [text for _, text in around if _PATH.match(text) or _GYP_CAUSE.search(text)]
    name = path.rpartition("node_modules/")[2] if path and "node_modules/" in path else None
    return spot.cause(file=clean_path(path) if path else None, symbol=name, evidence=told[:6])


def _script(spot: Spot) -> Cause | None:
    """An install script that failed; npm also closes a failed `npm run` in a workspace with this line."""
    if spot.find_above(_RUN, 8):
        return None
    path, command = spot.find_above(_PATH, 3), spot.find_below(_COMMAND, 2)
    named = path[1][1].rpartition("node_modules/") if path else ("", "", "")
    return spot.cause(
        symbol=named[2] if named[1] else None,
        file=None if named[1] else "package.json",
        evidence=[*((path[1].string,) if path else ()), *spot.block(6)] if command else [],
    )


FAMILY = Family(
    kinds=(
        _kind(
            "native-build-failed",
            ASK,
            "Use a version of the package with prebuilt binaries for this Node, or an older Node.",
        ),
        _kind("lifecycle-script-failed", ASK, "The install script of the named package failed: its own lines say why."),
        _kind("platform-package", AUTO, "Regenerate the lockfile so that it lists this platform's optional packages."),
        _kind("package-manager-version", PERSON, "Use the package manager and version that `packageManager` asks for."),
    ),
    signatures=(
        line("lifecycle-script-failed", _NPM + "command failed$", read=_script, rank=Rank.SYMPTOM),
        line("lifecycle-script-failed", r"(?P<symbol>(?:pre|post)?install|prepare): Failed$", rank=Rank.SYMPTOM),
        line(
            "platform-package",
            r"Cannot find module '?(?P<symbol>@[\w-]+/[\w-]+-(?:linux|darwin|win32)-[\w-]+)",
            file="package.json",
        ),
        line(
            "native-build-failed",
            r"(?:^|npm (?:error|ERR!) )gyp ERR! (?:not ok|stack Error|build error|configure error)",
            read=_native,
        ),
        line(
            "native-build-failed",
            r"^(?:npm (?:error|ERR!) )?ModuleNotFoundError: No module named 'distutils'",
            read=_native,
        ),
        line("platform-package", _NPM + "code EBADPLATFORM|ERR_PNPM_UNSUPPORTED_PLATFORM", file="package.json"),
        line(
            "package-manager-version",
            r"ERR_PNPM_BAD_PM_VERSION|This project is configured to use (?P<symbol>\w+)",
            file="package.json",
        ),
        line(
            "package-manager-version",
            r"^error This project's package\.json defines \"packageManager\": \"(?P<symbol>[^\"]+)\"",
            file="package.json",
        ),
    ),
)
