"""A slot is a fresh copy of the tree each time, keeps what is worth keeping, and trusts nothing a build left."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from deploymend.errors import BuildEnvironmentError
from deploymend.shell.build_slot import BuildSlot, build_slot, prune_slots
from deploymend.shell.process import run
from deploymend.shell.slot_files import write_git_folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A worktree: a file, one in a folder, a program, a link, an empty file and an odd name."""
    place = tmp_path / "worktree"
    (place / "src").mkdir(parents=True)
    (place / "src/a.ts").write_bytes(b"export {}\r\n")
    (place / "run.sh").write_text("#!/bin/sh\n")
    (place / "run.sh").chmod(0o755)
    (place / "link").symlink_to("src/a.ts")
    (place / "empty").touch()
    (place / "na me\n'x'").write_text("odd")
    return place


_FILES = ("src/a.ts", "run.sh", "link", "empty", "na me\n'x'", "gone.ts")


async def _filled(tmp_path: Path, root: Path) -> BuildSlot:
    async with build_slot(tmp_path / "slots") as slot:
        await slot.fill(root, _FILES)
        return slot


async def test_the_tree_is_copied_as_it_is(tmp_path: Path, root: Path) -> None:
    """Bytes, execute bits, links and odd names; what is gone is left out."""
    slot = await _filled(tmp_path, root)
    assert (slot.tree / "src/a.ts").read_bytes() == b"export {}\r\n"
    assert os.access(slot.tree / "run.sh", os.X_OK)
    assert (slot.tree / "link").readlink() == Path("src/a.ts")
    assert sorted(path.name for path in slot.tree.iterdir()) == sorted(["src", "run.sh", "link", "empty", "na me\n'x'"])


async def test_only_packages_and_caches_outlive_a_build(tmp_path: Path, root: Path) -> None:
    """What a build wrote elsewhere, also into the tree's own files, is gone."""
    slot = await _filled(tmp_path, root)
    for kept in ("node_modules/a", "apps/web/node_modules/b", ".next/cache/c", ".next/server/d", "dist/e"):
        (slot.tree / kept).parent.mkdir(parents=True, exist_ok=True)
        (slot.tree / kept).write_text("x")
    (slot.tree / "src/a.ts").write_text("changed")
    await slot.fill(root, _FILES)
    files = [path for path in slot.tree.rglob("*") if path.is_file() and path.read_bytes() == b"x"]
    left = sorted(str(path.relative_to(slot.tree)) for path in files)
    assert left == [".next/cache/c", "apps/web/node_modules/b", "node_modules/a"]
    assert (slot.tree / "src/a.ts").read_bytes() == b"export {}\r\n"


async def test_links_left_by_a_build_lead_nowhere(tmp_path: Path, root: Path) -> None:
    """Folders replaced by links to outside: nothing outside is written, read or removed."""
    outside = tmp_path / "outside"
    (outside / "node_modules").mkdir(parents=True)
    (outside / "a.ts").write_text("mine")
    slot = await _filled(tmp_path, root)
    shutil.rmtree(slot.tree / "src")
    (slot.tree / "src").symlink_to(outside)
    (slot.tree / "node_modules").symlink_to(outside / "node_modules")
    assert slot.read("src/a.ts") is None
    assert slot.is_empty("node_modules") is None
    await slot.fill(root, _FILES)
    assert (outside / "a.ts").read_text() == "mine"
    assert not (slot.tree / "src").is_symlink()
    assert not (slot.tree / "node_modules").exists()
    shutil.rmtree(slot.tree)
    slot.tree.symlink_to(outside)
    await slot.fill(root, _FILES)
    assert (outside / "a.ts").read_text() == "mine"
    assert not slot.tree.is_symlink()


async def test_folders_without_permissions_are_removed(tmp_path: Path, root: Path) -> None:
    """A build cannot wedge its slot."""
    slot = await _filled(tmp_path, root)
    (slot.tree / "locked/in").mkdir(parents=True)
    (slot.tree / "locked/in/file").touch()
    (slot.tree / "locked/in").chmod(0o000)
    (slot.tree / "locked").chmod(0o500)
    await slot.fill(root, _FILES)
    assert not (slot.tree / "locked").exists()


async def test_only_the_trees_own_files_are_read(tmp_path: Path, root: Path) -> None:
    """No parents, no links, no pipes, no binaries, nothing missing."""
    slot = await _filled(tmp_path, root)
    (slot.disk / "beside").write_text("x")
    os.mkfifo(slot.tree / "pipe")
    (slot.tree / "binary").write_bytes(b"\xff\xfe\x00")
    assert slot.read("src/a.ts") == "export {}\r\n"
    for path in ("../beside", "link", "pipe", "binary", "nowhere", "src"):
        assert slot.read(path) is None
    assert slot.read_bytes("binary") == b"\xff\xfe\x00"
    assert (slot.is_empty("src"), slot.is_empty("run.sh"), slot.is_empty("nowhere")) == (False, None, None)


async def test_packages_of_another_kind_are_forgotten(tmp_path: Path, root: Path) -> None:
    """The stamp goes with them."""
    slot = await _filled(tmp_path, root)
    (slot.tree / "node_modules").mkdir()
    slot.set_stamp("node 22")
    assert BuildSlot(slot.folder).stamp() == "node 22"
    slot.forget_packages()
    assert slot.stamp() == ""
    assert not (slot.tree / "node_modules").exists()


async def test_each_holder_has_a_slot_of_its_own(tmp_path: Path) -> None:
    """The warmest free one; when all are taken, an error says so."""
    folder = tmp_path / "slots"
    async with build_slot(folder) as first:
        async with build_slot(folder) as second:
            assert first.folder != second.folder
        async with build_slot(folder) as again:
            assert again.folder == second.folder
        held = [build_slot(folder) for _ in range(7)]
        for holder in held:
            await holder.__aenter__()
        with pytest.raises(BuildEnvironmentError, match="running already"):
            await build_slot(folder).__aenter__()
        for holder in held:
            await holder.__aexit__(None, None, None)
    async with build_slot(folder) as later:
        assert later.folder == first.folder


async def test_old_slots_are_removed_but_never_one_in_use(tmp_path: Path) -> None:
    """After two weeks, or when the disk is full."""
    projects = tmp_path / "projects"
    async with build_slot(projects / "p/slots") as used:
        async with build_slot(projects / "p/slots") as idle:
            pass
        soon, late = idle.folder.stat().st_mtime + 60, idle.folder.stat().st_mtime + 15 * 24 * 3600
        assert prune_slots(projects, wanted_free_bytes=0, now_seconds=lambda: soon) == 0
        assert prune_slots(projects, wanted_free_bytes=0, now_seconds=lambda: late) == 1
        assert (used.folder.exists(), idle.folder.exists()) == (True, False)
    assert prune_slots(projects, wanted_free_bytes=1 << 60) == 1
    assert not used.folder.exists()
    assert prune_slots(tmp_path / "missing", wanted_free_bytes=0) == 0


async def test_a_tree_that_cannot_be_copied_is_told(tmp_path: Path, root: Path) -> None:
    """A full or read-only disk is this machine's problem, with a next step."""
    slot = await _filled(tmp_path, root)
    shutil.rmtree(slot.folder)
    slot.folder.write_text("in the way")
    with pytest.raises(BuildEnvironmentError) as caught:
        await slot.fill(root, _FILES)
    assert caught.value.next_step


@pytest.mark.parametrize(("branch", "shown"), [("feature/x", "feature/x"), ("../../evil", "main"), ("a b", "main")])
async def test_git_knows_the_commit_and_the_branch(tmp_path: Path, branch: str, shown: str) -> None:
    """What builds ask git for most; a branch name cannot place files elsewhere."""
    sha = "0123456789abcdef0123456789abcdef01234567"
    for _ in range(2):
        write_git_folder(tmp_path, sha, branch)
    asked = [
        await run(["git", "rev-parse", *what], cwd=tmp_path, timeout_seconds=10)
        for what in (["HEAD"], ["--short", "HEAD"], ["--abbrev-ref", "HEAD"])
    ]
    assert [answer.output.strip() for answer in asked] == [sha, sha[:7], shown]


async def test_links_are_followed_only_within_the_tree(tmp_path: Path, root: Path) -> None:
    """As pnpm's packages need it; a link out of the tree, a circle and a pipe say nothing."""
    slot = await _filled(tmp_path, root)
    (tmp_path / "secret").write_text("secret")
    (slot.tree / "store").mkdir()
    (slot.tree / "store/package.json").write_text("{}")
    (slot.tree / "linked").symlink_to("store")
    (slot.tree / "out").symlink_to(tmp_path)
    (slot.tree / "circle").symlink_to("circle")
    os.mkfifo(slot.tree / "pipe")
    assert slot.read("linked/package.json") is None
    assert slot.read_linked("linked/package.json") == "{}"
    for path in ("out/secret", "circle", "circle/a", "pipe", "../../secret", "gone"):
        assert slot.read_linked(path) is None
