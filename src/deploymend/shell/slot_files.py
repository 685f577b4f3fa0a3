"""Copying and clearing trees that an untrusted build has written in: nothing here follows a link."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

_KEPT_BELOW = ((".next", "cache"), (".yarn", "cache"))
# What the platform keeps: packages, and what its frameworks call a cache (`cachePattern` in `frameworks.ts` of
# github.com/vercel/vercel), wherever in a monorepo they are.
_KEPT = frozenset(("node_modules", ".turbo", ".nuxt", ".cache"))


def kept_folders(tree: Path) -> list[Path]:
    """Folders that outlive a build, none inside another. Links are no folders."""
    found: list[Path] = []
    if tree.is_symlink():
        return found
    for place, folders, _ in os.walk(tree):
        here = Path(place)
        real = [name for name in folders if not (here / name).is_symlink()]
        kept = [name for name in real if name in _KEPT or (here.name, name) in _KEPT_BELOW]
        found += [here / name for name in kept]
        folders[:] = [name for name in real if name not in kept]
    return found


def set_aside(tree: Path, aside: Path) -> list[PurePosixPath]:
    """Move what outlives a build into `aside`, an existing folder, under numbers; where each was, in their order."""
    kept = [folder.relative_to(tree) for folder in kept_folders(tree)]
    for number, place in enumerate(kept):
        (tree / place).rename(aside / str(number))
    return [PurePosixPath(place) for place in kept]


def put_back(aside: Path, places: Iterable[PurePosixPath], tree: Path) -> None:
    """Move it back, where nothing is in its place now and no link is on the way."""
    for number, place in enumerate(places):
        target = tree / place
        free = not target.exists() and not target.is_symlink() and makes_folders(target.parent, tree)
        if free and (aside / str(number)).is_dir():
            (aside / str(number)).rename(target)


def copy_tree(root: Path, files: tuple[str, ...], tree: Path) -> None:
    """Copy regular files with their execute bit and links as links; all else (submodules, what is gone) is left out."""
    made: set[Path] = {tree}
    for name in files:
        source, target = root / name, tree / name
        try:
            mode = source.lstat().st_mode
        except OSError:
            continue
        if target.parent not in made:
            if not makes_folders(target.parent, tree):
                continue
            made.add(target.parent)
        if stat.S_ISLNK(mode):
            target.symlink_to(source.readlink())
        elif stat.S_ISREG(mode):
            shutil.copyfile(source, target, follow_symlinks=False)
            target.chmod(0o755 if mode & stat.S_IXUSR else 0o644)


def write_git_folder(tree: Path, commit_sha: str, branch: str) -> None:
    """Just enough of a repository for `git rev-parse HEAD`, which many builds ask: no history, no remote, no hooks."""
    plain = bool(re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)*", branch)) and not branch.endswith((".lock", "."))
    reference = f"refs/heads/{branch if plain else 'main'}"
    texts = {
        "HEAD": f"ref: {reference}\n",
        reference: f"{commit_sha}\n",
        "config": "[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
    }
    folder = tree / ".git"
    remove(folder)
    for name in ("objects", "refs"):
        (folder / name).mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def makes_folders(folder: Path, tree: Path) -> bool:
    """Make a folder below the tree; False when a link or a file stands in its way."""
    place = tree
    for part in folder.relative_to(tree).parts:
        place /= part
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return False
        place.mkdir(exist_ok=True)
    return True


def remove(place: Path) -> None:
    """Remove what is there, if anything: links and not what they point at, folders without permissions too."""
    if place.is_symlink() or place.is_file():
        place.unlink()
        return
    if place.exists():
        shutil.rmtree(place, onerror=_unlock_and_retry)


def _unlock_and_retry(function: Callable[..., object], path: str, _error: object) -> None:
    """A build may leave folders that nobody may enter or change."""
    if not os.path.lexists(path):
        return
    for place in (Path(path).parent, Path(path)):
        if not place.is_symlink() and place.is_dir():
            place.chmod(0o700)
    if function in (os.scandir, os.open, os.listdir):
        shutil.rmtree(path)
    else:
        function(path)
