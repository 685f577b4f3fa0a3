"""npm package names: from import specifiers, manifests and lockfiles. Pure, and broken files never make it raise."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.jsonc import as_object, parse_object
from deploymend.core.locks import read_lock
from deploymend.core.locks.entry import split_at_version
from deploymend.core.unicode import well_formed

DEPENDENCY_FIELDS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")

# Node 20, `node -p "require('module').builtinModules"`, without the internal `_` ones; those that exist only with
# the `node:` prefix (`node:test`, `node:sqlite`) are left out, as a bare `test` is a package.
node_builtins = frozenset(
    """
    assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram
    diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https inspector
    inspector/promises module net os path path/posix path/win32 perf_hooks process punycode querystring
    readline readline/promises repl stream stream/consumers stream/promises stream/web string_decoder sys
    timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib
    """.split()  # noqa: SIM905 - forty names read better as text than as forty lines
)

# Names a bundler or runtime answers itself: Vite and Rollup (`virtual:`, a leading NUL), SvelteKit (`$app`, `$env`,
# `$lib`, `$service-worker`), Astro (`astro:`), Nuxt and Nitro (`#imports`), Node, Bun, Deno, Cloudflare, Workbox …
_VIRTUAL_PREFIXES = (
    *("virtual:", "\0", "$app/", "$env/", "$lib/", "$service-worker", "astro:", "#", "node:", "bun:", "cloudflare:"),
    *("deno:", "jsr:", "npm:", "http:", "https:", "data:", "file:", "blob:", "~icons/", "unplugin-icons/"),
)
_VIRTUAL_NAMES = frozenset(("bun", "$lib"))

_MANIFEST_FIELD = r'"(?:d|devD|optionalD|peerD)ependencies"\s*:\s*\{([^{}]*)'
_MANIFEST_PAIR = r'"([^"\s]+)"\s*:\s*"([^"\n]*)"'

# A dependency from one of these says nothing about the name in the registry: somebody else may own it there.
_LOCAL_SPECIFIERS = ("file:", "link:", "portal:", "workspace:", "patch:", "git", "http:", "https:", "ssh:")


def package_root(specifier: str) -> str:
    """The package an import specifier belongs to: `@a/b/c` -> `@a/b`, `lodash/fp` -> `lodash`.

    Queries and Vite's `?raw` are cut off. Empty for relative, absolute and scope-only specifiers.
    """
    path = specifier.partition("?")[0].strip()
    if path.startswith((".", "/")) or not path:
        return ""
    segments = path.split("/")
    if not path.startswith("@"):
        return segments[0]
    return "/".join(segments[:2]) if len(segments) > 1 and segments[0] != "@" and segments[1] else ""


def is_virtual(specifier: str) -> bool:
    """True for a module that is in no registry: a bundler or runtime answers the name itself. Node builtins count."""
    bare = specifier.strip()
    return bare.startswith(_VIRTUAL_PREFIXES) or bare in _VIRTUAL_NAMES or bare.rstrip("/") in node_builtins


def known_in_manifest(text: str) -> frozenset[str]:
    """The registry packages a package.json depends on, in any field; the targets of aliases with them.

    A name whose dependency is local or from git is left out: it does not vouch for what the registry has under it.
    """
    return frozenset(known for name, specifier in manifest_dependencies(text) for known in _vouched(name, specifier))


def manifest_dependencies(text: str) -> tuple[tuple[str, str], ...]:
    """Every (name, specifier) of a package.json's dependency fields; by pattern when the JSON is broken."""
    manifest = parse_object(text)
    if not manifest:
        fields = (match.group(1) for match in re2.finditer(_MANIFEST_FIELD, well_formed(text)))
        return tuple(match.groups() for field in fields for match in re2.finditer(_MANIFEST_PAIR, field))
    pairs = (pair for field in DEPENDENCY_FIELDS for pair in as_object(manifest.get(field)).items())
    return tuple((name, specifier) for name, specifier in pairs if isinstance(specifier, str))


def known_in_lockfile(path: str, text: str) -> frozenset[str]:
    """Every registry package a lockfile holds, under the name code imports and the registry's own."""
    return frozenset(name for entry in read_lock(path, text) for name in (entry.name, entry.package) if name)


def resolved_version(lock_path: str, text: str, name: str) -> str | None:
    """The version the project's root gets of a package; None when the lock does not hold it.

    Where the lock does not say what is on top (yarn, and pnpm for what the root does not ask for itself), the highest.
    """
    entries = [entry for entry in read_lock(lock_path, text) if entry.name == name and entry.version[:1].isdigit()]
    versions = [entry.version for entry in entries if entry.top_level] or [entry.version for entry in entries]
    return max(versions, key=_order, default=None)


def _order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Enough of semver.org's precedence to compare what one lock holds: numbers, then releases over prereleases."""
    core, _, prerelease = version.partition("+")[0].partition("-")
    numbers = tuple(int(part[:9]) if part[:9].isdecimal() else 0 for part in core.split("."))
    return numbers, not prerelease, prerelease


def _vouched(name: str, specifier: str) -> Iterator[str]:
    if specifier.startswith("npm:"):
        yield split_at_version(specifier.removeprefix("npm:"))[0]
    elif not specifier.startswith(_LOCAL_SPECIFIERS) and "/" not in specifier:
        yield name
