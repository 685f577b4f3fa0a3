"""Package names out of specifiers and manifests."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.packages import (
    is_virtual,
    known_in_manifest,
    manifest_dependencies,
    node_builtins,
    package_root,
)
from deploymend.core.well_known import WELL_KNOWN


@pytest.mark.parametrize(
    ("specifier", "root"),
    [
        ("react", "react"),
        ("lodash/fp", "lodash"),
        ("@a/b/c", "@a/b"),
        ("@a/b", "@a/b"),
        ("@a", ""),
        ("@/components", ""),
        ("./x", ""),
        ("../x", ""),
        ("/x", ""),
        ("", ""),
        ("pkg/icon.svg?raw", "pkg"),
    ],
)
def test_finds_the_package_of_a_specifier(specifier: str, root: str) -> None:
    """Subpaths and queries are cut off; what names no package gives an empty string."""
    assert package_root(specifier) == root


@pytest.mark.parametrize(
    "specifier",
    [
        "fs",
        "node:test",
        "fs/promises",
        "virtual:pwa",
        "$app/stores",
        "$lib",
        "astro:content",
        "#imports",
        "bun:test",
        "cloudflare:workers",
    ],
)
def test_knows_modules_of_no_registry(specifier: str) -> None:
    """Builtins and what a bundler or runtime answers itself are never installed."""
    assert is_virtual(specifier)


@pytest.mark.parametrize("specifier", ["react", "@app/ui", "fs-extra", "test", "virtual-dom", "astro", "bunyan"])
def test_knows_modules_of_the_registry(specifier: str) -> None:
    """Ordinary packages, also those whose names resemble a virtual one."""
    assert not is_virtual(specifier)


def test_knows_the_names_a_manifest_vouches_for() -> None:
    """All four fields count, and an alias for its target; what is local or from git vouches for no registry name."""
    text = json.dumps(
        {
            "name": "app",
            "dependencies": {"a": "^1", "alias": "npm:b@2", "local": "file:../x", "repo": "owner/repo"},
            "devDependencies": {"c": "latest", "inner": "workspace:*"},
            "peerDependencies": {"d": ">=1", "broken": 1},
            "optionalDependencies": {"@e/f": "catalog:"},
        }
    )
    assert known_in_manifest(text) == {"a", "b", "c", "d", "@e/f"}


@pytest.mark.parametrize(
    "text", ['{"dependencies": {"a": "1" "b": "2"}, ', '{"dependencies": {"a": "1", "b": "2"\n\ud800']
)
def test_reads_a_broken_manifest(text: str) -> None:
    """A missing comma or end leaves the names that are there."""
    assert known_in_manifest(text) == {"a", "b"}
    assert manifest_dependencies("[]") == ()


@given(st.text())
def test_never_raises_on_any_text(text: str) -> None:
    """Whatever a manifest or an import holds, reading it gives an answer."""
    assert isinstance(known_in_manifest(text), frozenset)
    assert isinstance(package_root(text) + str(is_virtual(text)), str)


def test_vouches_only_for_exact_names() -> None:
    """The list holds a few hundred plausible registry names and no builtin that hides one."""
    assert 300 < len(WELL_KNOWN) < 1_000
    assert all(name == name.strip().lower() for name in WELL_KNOWN if "." not in name)
    assert not WELL_KNOWN & (node_builtins - {"punycode"})
