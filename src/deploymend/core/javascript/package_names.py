"""Names of npm packages: which are possible, which hold types, which belong to building rather than to the app."""

from __future__ import annotations

import posixpath
import re

# npm docs, package.json "name": at most 214 characters, lower case, no leading dot or underscore.
_NAME = re.compile(r"(?:@[a-z0-9-][a-z0-9._~-]*/)?[a-z0-9-][a-z0-9._~-]*")
_MAX_CHARS = 214

_TOOLS = frozenset(
    """
    @biomejs/biome @tailwindcss/postcss @tailwindcss/vite autoprefixer cross-env cssnano esbuild eslint husky jest jsdom
    less lint-staged postcss postcss-import postcss-nesting postcss-preset-env prettier rimraf rollup sass sass-embedded
    tailwindcss terser tsup tsx turbo typescript vite vitest vue-tsc webpack
    """.split()  # noqa: SIM905 - reads better as text
)
_TOOL_PREFIXES = ("@types/", "@typescript-eslint/", "@eslint/", "@vitejs/", "@testing-library/", "@babel/")
_TOOL_FAMILIES = re.compile(r"(?:@[^/]+/)?(?:eslint|prettier|postcss|babel|rollup|vite)-(?:plugin|config|preset)\b.*")
_CONFIGURATION = re.compile(r"\.?[\w-]+(?:\.config|rc)\.[cm]?[jt]s")


def is_package_name(name: str) -> bool:
    """True for a name that the registry could have."""
    return len(name) <= _MAX_CHARS and _NAME.fullmatch(name) is not None


def types_package(name: str) -> str:
    """The DefinitelyTyped package of a package: `@a/b` has its types in `@types/a__b`."""
    return "@types/" + name.removeprefix("@").replace("/", "__")


def is_tool(name: str, importer: str | None) -> bool:
    """True when a package belongs in devDependencies: it builds or checks the app, or a tool's settings import it."""
    if name in _TOOLS or name.startswith(_TOOL_PREFIXES) or _TOOL_FAMILIES.fullmatch(name):
        return True
    return _CONFIGURATION.fullmatch(posixpath.basename(importer or "")) is not None
