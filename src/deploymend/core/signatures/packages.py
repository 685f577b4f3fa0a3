"""Packages that cannot be installed: conflicting peers, versions and names that do not exist, Python's resolvers.

Wording of npm 6 to 11, pnpm 6 to 10, yarn 1 and 4, bun 1, pip 20 and up, uv.
"""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.rows import ASK, PERSON, kinds_of, line, with_lines
from deploymend.core.signatures.signature import Family
from deploymend.core.signatures.spot import Spot

_kind = kinds_of(Category.DEPENDENCY)
_NPM = r"^npm (?:error|ERR!) "
_TARBALL = re.compile(r"/-/[^/\s]{1,200}\.tgz")
_NOT_FOUND = re.compile(r"404 .*(?:Not Found|not found)|^npm (?:error|ERR!) 404\s+'([^']{1,200})' is not in")
_IN_REGISTRY = re.compile(r"'((?:@[^@'/]{1,100}/)?[^@'/]{1,200})(?:@[^']{0,100})?' (?:is not in|could not be found)")
_FETCHED = re.compile(r"(?:GET|get) \S{1,300}/((?:@[^/\s]{1,100}(?:/|%2[fF]))?[^/\s]{1,200}?)(?: - |$)")
_BERRY = r"(?P<symbol>(?:@[^@/ ]+/)?[^@/ ]+)@"
_REQUIREMENTS = re.compile(r"(?:-r |from )(\S{1,300}requirements[\w.-]{0,40}\.txt)")
_ERESOLVE = with_lines(
    _NPM + r"(?:ERESOLVE (?:could not|unable)|While resolving:|Found:|Could not resolve dep|(?:\w+ )?peer \S"
    r"|Conflicting peer)",
    below=24,
    file="package.json",
)


def _missing(spot: Spot) -> Cause:
    """A 404 of a package's tarball, which the registry itself has listed, is the registry's fault; of a name, ours."""
    near = [text for text in spot.lines[spot.index + 1 : spot.index + 8] if text.startswith("npm ")]
    told = "\n".join((spot.text, *near))
    if _TARBALL.search(told):
        return spot.cause(kind="registry-outage", evidence=[text for text in near if "404" in text][:4])
    name = _IN_REGISTRY.search(told) or _FETCHED.search(told)
    return spot.cause(
        symbol=name[1].replace("%2f", "/").replace("%2F", "/") if name else None,
        file="package.json",
        evidence=[text for text in near if _NOT_FOUND.search(text)][:4],
    )


def _refused(spot: Spot) -> Cause:
    """What yarn 2 and newer say below the package: the status, and the address that was asked."""
    told = spot.lines[spot.index + 1 : spot.index + 4]
    gone = any("Response Code: 404" in text for text in told) and not any(_TARBALL.search(text) for text in told)
    return spot.cause(
        kind="package-not-found" if gone else "registry-outage", file="package.json" if gone else None, evidence=told
    )


def _pip(spot: Spot) -> Cause:
    around = spot.lines[max(0, spot.index - 12) : spot.index + 40]
    named = next((found for text in around if (found := _REQUIREMENTS.search(text))), None)
    extra = [
        text
        for text in around
        if text.startswith(("ERROR: ", "The conflict is caused by"))
        or re.match(r"\s*(?:The user requested|\S+ \S+ depends on) ", text)
    ]
    return spot.cause(
        file=named[1] if named else "requirements.txt", evidence=[text for text in extra if text != spot.text][:8]
    )


FAMILY = Family(
    kinds=(
        _kind("npm-eresolve", ASK, "Use a version of the named package whose peer range admits what is installed."),
        _kind("version-not-found", ASK, "Ask for a version that the registry has."),
        _kind("package-not-found", PERSON, "Check the name; a private package needs a registry and a token in .npmrc."),
        _kind(
            "registry-auth",
            PERSON,
            "Give the build a valid registry token (an environment variable that .npmrc reads).",
        ),
        _kind(
            "integrity-mismatch",
            PERSON,
            "Find out why the package's content changed before the lockfile is touched.",
            retryable=True,
        ),
        _kind(
            "workspace-protocol", PERSON, "Install with the workspace's own package manager, from the workspace's root."
        ),
        _kind("override-conflict", ASK, "Give the override and the dependency the same range."),
        _kind("pnpm-ignored-builds", ASK, "Allow exactly the named packages in `pnpm.onlyBuiltDependencies`."),
        _kind("pnpm-too-old-for-node", ASK, "Use a pnpm that knows this Node (8.3 and up for Node 20)."),
        _kind("pip-no-matching-version", ASK, "Ask for a version that exists."),
        _kind("pip-resolution-impossible", ASK, "Loosen one of the ranges that exclude each other."),
        _kind("uv-no-solution", ASK, "Loosen one of the ranges that exclude each other."),
    ),
    signatures=(
        line("npm-eresolve", _NPM + "code ERESOLVE", read=_ERESOLVE),
        line("npm-eresolve", _NPM + r"ERESOLVE (?:could not resolve|unable to resolve)", read=_ERESOLVE),
        line("npm-eresolve", r"ERR_PNPM_PEER_DEP_ISSUES", file="package.json"),
        line(
            "version-not-found",
            _NPM + r"notarget No matching version found for (?P<symbol>(?:@[^@ ]+/)?[^@ ]+)@",
            file="package.json",
        ),
        line(
            "version-not-found",
            r"ERR_PNPM_NO_MATCHING_VERSION\w*[ \x{2009}]+No matching version found for (?P<symbol>(?:@[^@ ]+/)?[^@ ]+)",
            file="package.json",
        ),
        line(
            "version-not-found",
            r"Couldn't find any versions for \"(?P<symbol>[^\"]+)\" that matches",
            file="package.json",
        ),
        line(
            "version-not-found",
            r"^error: No version matching \"[^\"]+\" found for specifier \"(?P<symbol>[^\"]+)\"",
            file="package.json",
        ),
        line("package-not-found", _NPM + "code E404", read=_missing),
        line("package-not-found", r"ERR_PNPM_FETCH_404[ \x{2009}]", read=_missing),
        line(
            "package-not-found",
            r"^error (?:An unexpected error occurred: \")?.*\.[a-z]+/(?P<symbol>[^ :\"]+): Not found",
            file="package.json",
        ),
        line("package-not-found", r"^error: .*GET .* - 404", file="package.json"),
        line("package-not-found", rf"^➤ YN0035: │ {_BERRY}[^ ]*: ", read=_refused),
        line(
            "version-not-found",
            rf"^➤ YN00(?:01: │ Error|82): (?:│ )?{_BERRY}[^ ]*: No candidates found",
            file="package.json",
        ),
        line(
            "registry-auth",
            _NPM + r"code (?:E401|E403|ENEEDAUTH)|ERR_PNPM_FETCH_40[13]|Failed to replace env in config: "
            r"\$\{(?P<symbol>\w+)\}",
            file=".npmrc",
        ),
        line("integrity-mismatch", _NPM + r"code EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY|Integrity check failed for"),
        line(
            "workspace-protocol",
            _NPM + r".*Unsupported URL Type \"workspace:|ERR_PNPM_WORKSPACE_PKG_NOT_FOUND",
            file="package.json",
        ),
        line("override-conflict", _NPM + "code EOVERRIDE", file="package.json"),
        line(
            "pnpm-ignored-builds",
            r"\[ERR_PNPM_IGNORED_BUILDS\] Ignored build scripts: (?P<symbol>.+)",
            file="package.json",
        ),
        line("pnpm-too-old-for-node", r"ERR_INVALID_THIS", file="package.json"),
        line(
            "pip-no-matching-version",
            r"^ERROR: (?:No matching distribution found for|Could not find a version that satisfies the "
            r"requirement) (?P<symbol>[A-Za-z0-9._-]+)",
            read=_pip,
        ),
        line(
            "pip-resolution-impossible",
            r"^ERROR: (?:ResolutionImpossible|Cannot install .* because these package versions have conflicting)",
            read=_pip,
        ),
        line("uv-no-solution", r"× No solution found when resolving dependencies", file="pyproject.toml"),
    ),
)
