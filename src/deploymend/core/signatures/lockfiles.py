"""Lockfiles that do not fit their manifest, or that the package manager cannot read."""

from __future__ import annotations

from deploymend.core.model import Category
from deploymend.core.signatures.rows import ASK, AUTO, kinds_of, line, with_lines
from deploymend.core.signatures.signature import Family

_kind = kinds_of(Category.DEPENDENCY)
_NPM = r"^npm (?:error|ERR!) "

FAMILY = Family(
    kinds=(
        _kind("pnpm-outdated-lockfile", AUTO, "Run `pnpm install --lockfile-only` and commit pnpm-lock.yaml."),
        _kind("npm-lockfile-out-of-sync", AUTO, "Run `npm install --package-lock-only` and commit package-lock.json."),
        _kind("yarn1-frozen-lockfile", AUTO, "Run `yarn install` and commit yarn.lock."),
        _kind("yarn-berry-immutable", AUTO, "Run `yarn install --mode=update-lockfile` and commit yarn.lock."),
        _kind("bun-frozen-lockfile", AUTO, "Run `bun install --lockfile-only` and commit bun.lock."),
        _kind("lockfile-version-unknown", ASK, "Pin the package manager that wrote the lockfile in `packageManager`."),
        _kind("lockfile-broken", ASK, "Resolve the conflict in the lockfile, or write it anew."),
    ),
    signatures=(
        line(
            "pnpm-outdated-lockfile",
            r"ERR_PNPM_OUTDATED_LOCKFILE[ \x{2009}]",
            file="pnpm-lock.yaml",
            read=with_lines(
                r"^\s*\* \d+ dependenc",
                r"^\s*- \S+ \(lockfile: ",
                r"specifiers in the lockfile .*don't match",
                file="pnpm-lock.yaml",
            ),
        ),
        line(
            "pnpm-outdated-lockfile",
            r"ERR_PNPM_(?:LOCKFILE_CONFIG_MISMATCH|LOCKFILE_MISSING_DEPENDENCY)",
            file="pnpm-lock.yaml",
        ),
        line(
            "npm-lockfile-out-of-sync",
            _NPM + r"`npm ci` can only install packages when your package\.json and package-lock",
            read=with_lines(_NPM + "(?:Missing|Invalid): ", file="package-lock.json"),
        ),
        line(
            "npm-lockfile-out-of-sync",
            _NPM + r"The `npm ci` command can only install with an existing package-lock",
            file="package-lock.json",
        ),
        line(
            "yarn1-frozen-lockfile",
            r"^error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`",
            file="yarn.lock",
        ),
        line("yarn-berry-immutable", r"YN0028: .*(?:lockfile would have been|The lockfile)", file="yarn.lock"),
        line("bun-frozen-lockfile", r"^error: lockfile had changes, but lockfile is frozen", file="bun.lock"),
        line("lockfile-version-unknown", r"^error: (?:Unknown|Outdated) lockfile version", file="bun.lock"),
        line("lockfile-version-unknown", r"ERR_PNPM_LOCKFILE_BREAKING_CHANGE", file="pnpm-lock.yaml"),
        line("lockfile-broken", r"ERR_PNPM_BROKEN_LOCKFILE", file="pnpm-lock.yaml"),
        line(
            "lockfile-broken",
            r"^error: (?:failed to parse lockfile|Failed to load lockfile)|Unknown token: .* in yarn\.lock",
        ),
    ),
)
