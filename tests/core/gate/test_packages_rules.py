"""Packages that a change brings in, and what a lockfile promises."""

from collections.abc import Callable

import pytest

EMPTY = '{"dependencies": {}}'


def manifest(name: str, specifier: str = "^1.0.0") -> str:
    """A package.json with one dependency."""
    return f'{{"dependencies": {{\n  "{name}": "{specifier}"\n}}}}'


@pytest.mark.parametrize("name", ["strange-thing", "@nobody/knows", "x"])
def test_refuses_a_name_nobody_vouches_for(broken: Callable[..., set[str]], name: str) -> None:
    """Neither the lockfile nor the history nor the world knows it: a person must decide."""
    assert broken(("package.json", EMPTY, manifest(name))) == {"unknown-package"}
    assert broken(("package.json", EMPTY, manifest(name)), known=frozenset((name,))) == set()


@pytest.mark.parametrize(
    "name", ["raect", "reacct", "react_dom", "lodahs", "@types/nodee", "expresss", "tailwindcs", "cross-evn"]
)
def test_refuses_a_name_that_looks_like_a_known_one(refusals: Callable[..., tuple[object, ...]], name: str) -> None:
    """A slip of the hand away from a known package is how malware waits; the reason names the one that was meant."""
    (refusal,) = refusals(("package.json", EMPTY, manifest(name)))
    assert getattr(refusal, "rule", "") == "look-alike-package"
    assert "did you mean" in getattr(refusal, "reason", "")


@pytest.mark.parametrize("name", ["react", "preact", "zod", "@types/node", "date-fns"])
def test_lets_a_well_known_package_pass(broken: Callable[..., set[str]], name: str) -> None:
    """Exact names of the most used packages need nobody's word, also when they resemble each other."""
    assert broken(("package.json", EMPTY, manifest(name))) == set()


@pytest.mark.parametrize(
    "specifier",
    [
        "github:a/b",
        "a/b#main",
        "git+ssh://git@host.example/a.git",
        "https://host.example/a.tgz",
        "file:../a",
        "link:./a",
        "jsr:@a/b",
    ],
)
def test_refuses_a_package_from_elsewhere(broken: Callable[..., set[str]], specifier: str) -> None:
    """Only the registry counts, even for a well-known name."""
    assert broken(("package.json", EMPTY, manifest("react", specifier))) == {"package-source"}


@pytest.mark.parametrize("specifier", ["workspace:*", "catalog:", "npm:zod@4", "^1 || ^2", "latest"])
def test_lets_ordinary_specifiers_pass(broken: Callable[..., set[str]], specifier: str) -> None:
    """Ranges, workspaces, catalogs and aliases of known packages are ordinary."""
    assert broken(("package.json", EMPTY, manifest("react", specifier))) == set()


def test_lets_a_version_change(broken: Callable[..., set[str]]) -> None:
    """A dependency that was there may get another range or field; one that came from git has no name there."""
    before = '{"dependencies": {"strange-thing": "^1"}}'
    assert broken(("package.json", before, before.replace("^1", "^2"))) == set()
    assert broken(("package.json", before, before.replace("dependencies", "devDependencies"))) == set()
    assert broken(("package.json", before.replace("^1", "a/b"), before)) == {"unknown-package"}


def test_judges_an_alias_by_what_it_stands_for(broken: Callable[..., set[str]]) -> None:
    """A known name that hides an unknown package is refused; so is an override that swaps one in."""
    assert broken(("package.json", EMPTY, manifest("react", "npm:strange-thing@1"))) == {"unknown-package"}
    override = '{"overrides": {"react": "npm:strange-thing@1", "zod": {"a": "file:x"}}}'
    assert broken(("package.json", "{}", override)) == {"unknown-package", "package-source"}


def test_judges_catalogs_of_a_workspace(broken: Callable[..., set[str]]) -> None:
    """Catalogs of pnpm hold versions for every manifest: a new name there is a new package."""
    before = "packages:\n  - a\ncatalog:\n  react: ^19\n"
    assert broken(("pnpm-workspace.yaml", before, before + "  strange-thing: ^1\n")) == {"unknown-package"}
    assert broken(("pnpm-workspace.yaml", before, before + "catalogs:\n  old:\n    react: ^18\n")) == set()


def test_judges_only_what_is_new(broken: Callable[..., set[str]]) -> None:
    """A strange package that was there stays; so does one from git when another line changes."""
    before = '{"dependencies": {"strange-thing": "a/b"}}'
    assert broken(("package.json", before, before.replace("}}", ', "zod": "4"}}'))) == set()


def npm_lock(digest: str = "sha512-AAAA", *, source: str = "https://registry.example/ms.tgz") -> str:
    """An npm lock with one package."""
    integrity = f', "integrity": "{digest}"' if digest else ""
    return f'{{"packages": {{"node_modules/ms": {{"version": "2.1.3", "resolved": "{source}"{integrity}}}}}}}'


PNPM = "packages:\n  ms@2.1.3:\n    resolution: {integrity: sha512-A}\n"
YARN = 'ms@^2:\n  version "2.1.3"\n  integrity sha512-A\n'
BERRY = '"ms@npm:2":\n  version: 2.1.3\n  resolution: "ms@npm:2.1.3"\n  checksum: 10c0/A\n'
BUN = '{"packages": {"ms": ["ms@2.1.3", "", {}, "sha512-A"],}}'


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("package-lock.json", npm_lock(), npm_lock("sha512-BBBB")),
        ("package-lock.json", npm_lock(), npm_lock("")),
        ("package-lock.json", npm_lock(), npm_lock("sha1-CCCC")),
        ("pnpm-lock.yaml", PNPM, PNPM.replace("sha512-A", "sha512-B")),
        ("yarn.lock", YARN, YARN.replace("sha512-A", "sha512-B")),
        ("yarn.lock", BERRY, BERRY.replace("10c0/A", "10c0/B")),
        ("bun.lock", BUN, BUN.replace("sha512-A", "sha512-B")),
    ],
)
def test_refuses_other_content_under_the_same_version(
    broken: Callable[..., set[str]], path: str, before: str, after: str
) -> None:
    """Another hash, a weaker one or none for a version that had one is refused, in every format."""
    assert broken((path, before, after)) == {"changed-integrity"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (npm_lock(), npm_lock().replace("2.1.3", "2.1.4").replace("AAAA", "DDDD")),
        (npm_lock("sha1-AAAA"), npm_lock("sha1-AAAA sha512-BBBB")),
        (npm_lock("sha1-AAAA"), npm_lock("sha512-BBBB")),
        (npm_lock(""), npm_lock("sha512-BBBB")),
        (None, npm_lock()),
        (npm_lock(), None),
    ],
)
def test_lets_a_lock_change_otherwise(broken: Callable[..., set[str]], before: str | None, after: str | None) -> None:
    """Another version, a stronger hash, a new lock and a deleted one change no promise."""
    assert broken(("package-lock.json", before, after)) == set()


def test_knows_a_version_across_lock_formats(broken: Callable[..., set[str]]) -> None:
    """When one lock replaces another, what both hold must agree."""
    new = 'ms@^2:\n  version "2.1.3"\n  integrity sha512-%s\n'
    assert "changed-integrity" in broken(("package-lock.json", npm_lock(), None), ("yarn.lock", None, new % "BBBB"))
    assert broken(("package-lock.json", npm_lock(), None), ("yarn.lock", None, new % "AAAA")) == set()


def test_refuses_a_new_place_to_fetch_from(broken: Callable[..., set[str]]) -> None:
    """An address the lockfile never used is refused; another path at a known one is fine, and so is a first one."""
    before = npm_lock()
    assert broken(("package-lock.json", before, npm_lock(source="https://other.example/ms.tgz"))) == {
        "changed-lock-source"
    }
    assert broken(("package-lock.json", before, npm_lock(source="git+ssh://git@other.example/ms"))) == {
        "changed-lock-source"
    }
    assert broken(("package-lock.json", before, npm_lock(source="https://registry.example/ms/2.tgz"))) == set()
    assert broken(("package-lock.json", '{"packages": {}}', before)) == set()
