"""Node versions that do not fit, and settings of Node itself."""

from __future__ import annotations

from deploymend.core.model import Category
from deploymend.core.signatures.rows import ASK, AUTO, kinds_of, line
from deploymend.core.signatures.signature import Family

_kind = kinds_of(Category.CONFIGURATION)

FAMILY = Family(
    kinds=(
        _kind(
            "node-version-unsupported",
            AUTO,
            "Set `engines.node` in package.json to a supported version that fits the message.",
        ),
        _kind(
            "node-openssl-unsupported",
            ASK,
            "webpack 4 needs an older OpenSSL: update it, or set NODE_OPTIONS=--openssl-legacy-provider for the build.",
        ),
    ),
    signatures=(
        line(
            "node-version-unsupported",
            r"Found invalid (?:or discontinued )?Node\.js Version: \"(?P<symbol>[^\"]+)\"",
            file="package.json",
        ),
        line(
            "node-version-unsupported",
            r"Node\.js [Vv]ersion \"?(?P<symbol>[^\" ]+)\"? is (?:discontinued|deprecated) and must be upgraded",
            file="package.json",
        ),
        line(
            "node-version-unsupported",
            r"You are using Node\.js (?P<symbol>[^ ]+)\. For Next\.js, Node\.js version",
            file="package.json",
        ),
        line(
            "node-version-unsupported",
            r"You are using Node\.js (?P<symbol>[^ ]+)\. Vite requires Node\.js version|^Vite requires Node\.js "
            r"version",
            file="package.json",
        ),
        line(
            "node-version-unsupported",
            r"^npm (?:error|ERR!) code EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE",
            file="package.json",
        ),
        line(
            "node-version-unsupported",
            r"^error .*The engine \"node\" is incompatible with this module",
            file="package.json",
        ),
        line(
            "node-version-unsupported",
            r"Node\.js (?P<symbol>v[^ ]+) is not supported by|The Angular CLI requires a minimum Node\.js version",
            file="package.json",
        ),
        line("node-openssl-unsupported", r"error:0308010C:digital envelope routines::unsupported"),
    ),
)
