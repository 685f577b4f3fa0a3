"""Imports that lead nowhere: a missing file, a wrong case, a package nobody declared, a Node builtin in client code.

Shapes of webpack, Turbopack, Rollup (Vite up to 7), Rolldown (Vite 8), esbuild, Node and PostCSS.
"""

from __future__ import annotations

import posixpath
import re

from deploymend.core.model import Category, Cause, Remedy
from deploymend.core.packages import node_builtins, package_root
from deploymend.core.signatures.paths import clean_path, is_alias, is_relative
from deploymend.core.signatures.signature import Family, Kind, Rank, Signature
from deploymend.core.signatures.spot import Location, Spot

_ALIASED_TO = re.compile(r"^\s*Import map: aliased to ")
_REQUIRED_BY = re.compile(r"^\s*- (/\S{1,600}|[A-Za-z]:\\\S{1,600})")
_GENERATED = frozenset({".prisma/client", ".prisma/client/default", "@prisma/client/runtime/library"})
_ASSET = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|ico|mp4|webm|mp3|woff2?|ttf|otf|pdf)$")
_PLATFORM_BINARY = re.compile(r"(?:linux|darwin|win32)-(?:x64|arm64)|\.(?:linux|darwin|win32)-[\w-]+\.node$")
_NOT_OURS = ("corresponding type declarations",)


def _read(spot: Spot) -> Cause | None:
    specifier = spot.groups.get("symbol", "").replace("\\", "/")
    if any(words in spot.text for words in _NOT_OURS):
        return None
    place = _place(spot)
    if specifier.startswith("/vercel/path") and "/node_modules/" not in specifier:
        specifier = _as_imported(clean_path(specifier), place.file if place else "")
    kind = kind_of(specifier)
    own = () if place is None or place.index == spot.index else (spot.at(place.index),)
    return spot.cause(
        kind=kind,
        symbol=package_root(specifier) or specifier if kind == "module-not-found-package" else specifier,
        file=place.file if place else (clean_path(specifier) if kind == "prisma-version-mismatch" else None),
        line=place.line if place else None,
        column=place.column if place else None,
        evidence=(*own, *spot.frame(), *_aliased(spot)),
    )


def _as_imported(path: str, importer: str) -> str:
    """A path that Node has resolved already, as the importing file names it."""
    relative = posixpath.relpath("/" + path, "/" + posixpath.dirname(importer))
    return relative if relative.startswith("../") else f"./{relative}"


def _place(spot: Spot) -> Location | None:
    """The importing file: on the line itself, above it (webpack, Turbopack), or below (esbuild, Node)."""
    if "file" in spot.groups:
        named = spot.cause()
        where = spot.location_below(2)
        if named.line is None and where and where.file.endswith(named.file or ""):
            return Location(index=spot.index, file=named.file or "", line=where.line, column=where.column)
        return Location(index=spot.index, file=named.file or "", line=named.line, column=named.column)
    required = spot.find_below(_REQUIRED_BY, 3)
    if required and "/node_modules/" not in required[1][1].replace("\\", "/"):
        return Location(index=required[0], file=clean_path(required[1][1]))
    return spot.location_above(2) or spot.location_below(3)


def _aliased(spot: Spot) -> tuple[str, ...]:
    found = spot.find_below(_ALIASED_TO, 16)
    return (found[1].string,) if found else ()


def kind_of(specifier: str) -> str:
    """The kind of a missing module by the shape of its specifier."""
    if specifier in _GENERATED or "/.prisma/client" in specifier:
        return "prisma-not-generated"
    if "@prisma/client/runtime/query_" in specifier:
        return "prisma-version-mismatch"
    if _PLATFORM_BINARY.search(specifier):
        return "platform-package"
    if is_relative(specifier):
        return "missing-asset" if _ASSET.search(specifier) else "module-not-found-relative"
    if is_alias(specifier):
        return "module-not-found-alias"
    return "node-builtin-in-client" if specifier.removeprefix("node:") in node_builtins else "module-not-found-package"


def _load(spot: Spot) -> Cause:
    specifier = spot.groups.get("symbol", "")
    return spot.cause(symbol=clean_path(specifier), evidence=spot.details(3))


def _entry(spot: Spot) -> Cause:
    name = spot.groups.get("symbol", "")
    return spot.cause(file=name if "/" in name else None)


def _mod(slug: str, action: Remedy, advice: str, category: Category = Category.IMPORT, rank: Rank = Rank.CAUSE) -> Kind:
    return Kind(slug=slug, category=category, action=action, advice=advice, rank=rank)


_AUTO, _ASK = Remedy.AUTO_FIXABLE, Remedy.REQUIRES_ANALYSIS
KINDS = (
    _mod("module-not-found-relative", _ASK, "Check that the file exists in exactly this case and that git tracks it."),
    _mod(
        "wrong-case-import",
        _AUTO,
        "Write the path in the case the file has: the build machine's disk tells them apart.",
    ),
    _mod(
        "module-not-found-alias",
        _ASK,
        "Check the alias in tsconfig.json, and that the file exists in exactly this case.",
    ),
    _mod("module-not-found-package", _AUTO, "Add the package to package.json and commit the lockfile."),
    _mod(
        "node-builtin-in-client", _ASK, "Client code cannot import Node's own modules: move the import to server code."
    ),
    _mod("missing-asset", _ASK, "Commit the file, and check its path and case (and Git LFS)."),
    _mod("could-not-load-file", _ASK, "Check that the file exists in exactly this case and that git tracks it."),
    _mod(
        "package-subpath-not-exported",
        _ASK,
        "The installed version does not offer this path: import what it exports, or pin the version.",
    ),
    _mod(
        "esm-cjs-interop",
        _ASK,
        "The package is an ES module: import it as one, or use a Node that can require it (22.12 and up).",
    ),
    _mod(
        "rollup-entry-unresolved",
        _ASK,
        "Check the names in build.rollupOptions (input, manualChunks): one is not installed or not there.",
    ),
    _mod("prisma-version-mismatch", _ASK, "Give prisma and @prisma/client the same version.", Category.DEPENDENCY),
    _mod("astro-adapter-bug", _ASK, "Update the Astro adapter to the version made for this Astro.", Category.FRAMEWORK),
)

_FROM = r'"(?P<symbol>[^"]+)" from "(?P<file>[^"]+)"'
_NODE_ERROR = r"^[ \t]*(?:\[?(?:Uncaught )?Error(?: \[[A-Z_]+\])?: |.*[Ff]ailed.*: )?"
FAMILY = Family(
    kinds=KINDS,
    signatures=(
        Signature(
            kind="astro-adapter-bug",
            pattern='Rollup failed to resolve import "(?P<symbol>undefined)" from "(?P<file>@astrojs-[^"]+)"',
        ),
        *(
            Signature(kind="module-not-found-package", pattern=pattern, read=_read)
            for pattern in (
                r"^[ \t]*(?:Error: )?Module not found: (?:Error: )?Can't resolve '(?P<symbol>[^']+)'",
                rf"Roll(?:up|down) failed to resolve import {_FROM}",
                rf"Failed to resolve import {_FROM}",
                rf"^[ \t]*(?:ERROR +)?(?:\w*Error: )?(?:\[[\w:-]+\] )?Could not resolve {_FROM}",
                r'\[ERROR\] Could not resolve "(?P<symbol>[^"]+)"',
                r'^(?P<file>[^ ].*?):(?P<line>\d+):(?P<column0>\d+): ERROR: Could not resolve "(?P<symbol>[^"]+)"',
                r"\[UNRESOLVED_IMPORT\] (?:Error: )?Could not resolve '(?P<symbol>[^']+)' in (?P<file>[^ ]+)",
                rf"{_NODE_ERROR}Cannot find package '(?P<symbol>[^']+)' imported from (?P<file>[^ ]+)",
                rf"{_NODE_ERROR}Cannot find module '(?P<symbol>[^']+)' imported from (?P<file>[^ ]+)",
                rf"{_NODE_ERROR}Cannot find module '(?P<symbol>[^']+)'",
            )
        ),
        Signature(
            kind="could-not-load-file",
            pattern=r"\[vite:build-html\] Failed to resolve (?P<symbol>[^ ]+) from (?P<file>[^ ]+)",
            read=_load,
        ),
        Signature(
            kind="could-not-load-file",
            pattern=r"Failed to load url (?P<symbol>[^ ]+) \(resolved id: [^)]+\) in (?P<file>[^ ]+)\. Does",
            read=_load,
        ),
        Signature(
            kind="could-not-load-file",
            pattern=r"Could not load (?P<symbol>[^ ]+) \(imported by (?P<file>[^)]+)\)",
            read=_load,
        ),
        Signature(
            kind="rollup-entry-unresolved", pattern=r'Could not resolve entry module "(?P<symbol>[^"]+)"', read=_entry
        ),
        Signature(
            kind="package-subpath-not-exported", pattern=r'Missing "(?P<symbol>[^"]+)" specifier in "[^"]+" package'
        ),
        Signature(
            kind="package-subpath-not-exported",
            pattern=r"Package (?:path|subpath) '?(?P<symbol>[^' ]+)'? is not (?:exported|defined by \"exports\")",
        ),
        Signature(kind="esm-cjs-interop", pattern=r"ERR_REQUIRE_ESM|require\(\) of ES Module (?P<symbol>[^ ]+)"),
        Signature(kind="esm-cjs-interop", pattern=r"Named export '(?P<symbol>[^']+)' not found\. The requested module"),
    ),
)
