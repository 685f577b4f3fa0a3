"""Lockfiles read without running a package manager."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.locks import LOCK_READERS, is_lockfile, read_lock
from deploymend.core.locks.blocks import read_blocks
from deploymend.core.packages import known_in_lockfile, resolved_version


def test_knows_every_package_of_a_lock(lock: tuple[str, str]) -> None:
    """Direct ones and those below, scoped ones, and an alias under both its names; never the project's own."""
    known = known_in_lockfile(*lock)
    assert {"react", "old-ms", "ms", "@types/ms", "debug"} <= known
    assert not known & {"app", "@app/ui", "__metadata", ""}


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("react", "18.2.0"),
        ("debug", "4.3.4"),
        ("@types/ms", "2.1.0"),
        ("old-ms", "2.0.0"),
        ("ms", "2.1.2"),
        ("no", None),
    ],
)
def test_knows_what_version_is_locked(lock: tuple[str, str], name: str, version: str | None) -> None:
    """The root's version, or the only one there is; None for what the lock does not hold."""
    assert resolved_version(*lock, name) == version


def test_stands_a_torn_lock(lock: tuple[str, str]) -> None:
    """A lock cut off anywhere, or with conflict markers in it, still gives what can be made out and never raises."""
    path, text = lock
    for stop in range(0, len(text), 17):
        assert len(known_in_lockfile(path, text[:stop])) <= len(known_in_lockfile(path, text)) + 2
    assert {"debug", "@types/ms"} <= known_in_lockfile(path, text[:-4])
    lines = text.split("\n")
    middle = len(lines) // 2
    conflict = [
        *lines[:middle],
        "<<<<<<< HEAD",
        *lines[middle : middle + 1],
        "=======",
        ">>>>>>> other",
        *lines[middle:],
    ]
    assert {"react", "@types/ms"} <= known_in_lockfile(path, "\n".join(conflict))


def test_reads_hashes_and_sources(locks: dict[str, tuple[str, str]]) -> None:
    """Integrity and address come with the version they belong to."""
    entries = {(entry.package, entry.version): entry for entry in read_lock(*locks["pnpm 5"]) if entry.integrity}
    assert entries["ms", "2.1.2"].source == "https://registry.example/ms.tgz"
    assert entries["debug", "4.3.4"].integrity == "sha512-D"
    bun = {entry.name: entry for entry in read_lock(*locks["bun"]) if entry.top_level}
    assert (bun["debug"].source, bun["debug"].integrity) == ("https://registry.example/", "sha512-D")


def test_takes_the_highest_where_none_is_on_top() -> None:
    """Numbers count as numbers, and a release is above its prereleases."""
    versions = ["1.9.0", "1.10.0", "1.10.0-rc.1", "0.9.9+build"]
    text = "\n".join(f'a@{version}:\n  version "{version}"' for version in versions)
    assert resolved_version("yarn.lock", text, "a") == "1.10.0"


def test_prefers_what_the_root_resolves(locks: dict[str, tuple[str, str]]) -> None:
    """In a monorepo another workspace's newer version is not the root's."""
    assert resolved_version(*locks["pnpm 9"], "react") == "18.2.0"


def test_ignores_files_that_are_no_locks() -> None:
    """The name decides; a binary lock cannot be read."""
    assert read_lock("notes.txt", "{}") == ()
    assert is_lockfile("a/b/yarn.lock")
    assert not is_lockfile("bun.lockb")


@given(st.sampled_from(sorted(LOCK_READERS)), st.text())
def test_never_raises_on_any_text(path: str, text: str) -> None:
    """Whatever a file holds, reading it gives a set."""
    assert isinstance(known_in_lockfile(path, text), frozenset)


@given(
    st.lists(st.sampled_from(["a:", "  b: c", " - d", '"e@1":', "'", ": ", "    f", "{g: h}", "\t", "---", "x {y}"]))
)
def test_reads_any_blocks(lines: list[str]) -> None:
    """The block reader stands any order of lines."""
    assert isinstance(read_blocks("\n".join(lines)), dict)
