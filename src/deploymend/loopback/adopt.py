"""From what a person has, a checkout or a bare repository, to the bare remote that the loopback Vercel watches."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import CheckoutError, OperationFailedError
from deploymend.loopback.git_remote import git, tips

_USUAL_BRANCHES = ("main", "master")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """A remote to watch. `made` is True when it stands for a checkout, which has to push to it."""

    remote: Path
    name: str
    """A project name made of the folder's."""
    production_branch: str
    made: bool


async def adopt(path: Path, state_folder: Path) -> Adopted:
    """Use a bare repository as it is; of a checkout keep a bare clone in the state folder, made once.

    The checkout itself is not changed. Raises CheckoutError when `path` is neither.
    """
    top = await checkout_root(path)
    remote = top or path.absolute()  # noqa: ASYNC240 - asks for the working folder, no more
    name = project_name(remote)
    if top:
        remote = state_folder / "remote.git"
        await _clone_once(top, remote)
    return Adopted(remote=remote, name=name, production_branch=await _production_branch(remote), made=top is not None)


async def checkout_root(path: Path) -> Path | None:
    """The root of a checkout; None for a bare repository. Raises CheckoutError when it is neither."""
    if not path.is_dir():  # noqa: ASYNC240 - one look at a local folder
        raise CheckoutError(
            f"{path} is not a folder", next_step="Name a git checkout or a bare repository with --repo."
        )
    try:
        bare = (await git("rev-parse", "--is-bare-repository", cwd=path)).strip() == "true"
        return None if bare else Path((await git("rev-parse", "--show-toplevel", cwd=path)).strip())
    except OperationFailedError as error:
        raise CheckoutError(
            f"{path} is not in a git repository", next_step=f"Name one with --repo, or start one: git init {path}"
        ) from error


async def _clone_once(checkout: Path, remote: Path) -> None:
    """A half-made clone of an earlier start never has the final name."""
    if remote.is_dir():  # noqa: ASYNC240 - one look at a local folder
        return
    unfinished = remote.with_suffix(".new")
    await git("clone", "--quiet", "--bare", "--no-hardlinks", str(checkout), str(unfinished), cwd=checkout)
    await git("remote", "remove", "origin", cwd=unfinished)
    unfinished.rename(remote)


async def _production_branch(remote: Path) -> str:
    """The branch that HEAD names, if it exists; else main or master; else the only one there is."""
    branches = list(await tips(remote))
    try:
        head = (await git("symbolic-ref", "--short", "HEAD", cwd=remote)).strip()
    except OperationFailedError:
        head = ""
    if head and (head in branches or not branches):
        return head
    return next((name for name in _USUAL_BRANCHES if name in branches), branches[0] if branches else "main")


def project_name(folder: Path) -> str:
    """`storefront` of `/home/ada/Storefront.git`: what a project may be called."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", folder.name.removesuffix(".git").lower()).strip("-._")
    return plain or "project"


def own_folder(path: Path) -> str:
    """A folder name for the state of a repository: its name and a digest of its place."""
    place = path.resolve()
    return f"{project_name(place)}-{hashlib.sha256(str(place).encode()).hexdigest()[:8]}"
