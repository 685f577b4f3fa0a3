"""What state a user's checkout is in, read without changing anything in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import CheckoutError
from deploymend.shell.git import Git
from deploymend.shell.identity import Identity, read_identity

_SHOWN_FILES = 10
# The files by which git remembers an operation that waits for its user (git status, wt-status).
_UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutState:
    """A checkout as it is now."""

    root: Path
    head: str
    """The commit that is checked out."""
    branch: str | None
    """None: HEAD is detached."""
    changed: tuple[str, ...] = ()
    """Files git keeps that differ from the commit."""
    untracked: tuple[str, ...] = ()
    """Files that git neither keeps nor ignores; a folder ends with a slash."""
    under_way: str | None = None
    """`merge`, `rebase` … that waits to be finished."""
    remote_name: str | None = None
    remote_url: str | None = None
    """Where the branch is pushed to, a local one as an absolute path. It can hold a password: redact before showing."""
    remote_branch: str | None = None
    """The branch there: the upstream's, else of the same name."""
    identity: Identity | None = None
    """Who commits here, by the checkout's own configuration; None when git does not know."""
    shallow: bool = False
    submodules: tuple[str, ...] = ()
    """Paths of submodules: deploymend neither fetches nor repairs them."""

    @property
    def dirty(self) -> tuple[str, ...]:
        """All that `commit_all` would commit."""
        return (*self.changed, *self.untracked)

    def require_branch(self) -> str:
        """The branch. Raises CheckoutError when HEAD is detached."""
        if self.branch is None:
            raise CheckoutError(
                f"{self.root} is on no branch (detached HEAD at {self.head[:12]}).",
                next_step="Check out the branch to work on: git switch BRANCH, or make one: git switch -c NAME.",
            )
        return self.branch

    def require_remote(self) -> tuple[str, str]:
        """Name and address of the remote. Raises CheckoutError when there is none."""
        if self.remote_name is None or self.remote_url is None:
            raise CheckoutError(
                f"{self.root} has no remote to push to.", next_step="Add one: git remote add origin ADDRESS"
            )
        return self.remote_name, self.remote_url

    def require_settled(self) -> None:
        """Raises CheckoutError when a merge, rebase … waits to be finished."""
        if self.under_way:
            raise CheckoutError(
                f"A {self.under_way} is under way in {self.root}.",
                next_step="Finish it or give it up: git status says how.",
            )

    def require_clean(self) -> None:
        """Raises CheckoutError with the names of the files when changes to files git keeps are not committed.

        Untracked files do not count: nothing here touches them, and a program's output may well be one of them.
        """
        if not self.changed:
            return
        shown = ", ".join(self.changed[:_SHOWN_FILES])
        more = f" and {len(self.changed) - _SHOWN_FILES} more" if len(self.changed) > _SHOWN_FILES else ""
        raise CheckoutError(
            f"{self.root} has changes that are not committed: {shown}{more}.",
            next_step="Commit them, or put them aside with git stash: only what is committed is deployed.",
        )


async def read_state(path: Path) -> CheckoutState:
    """The state of the checkout that `path` is in. Raises CheckoutError when it is none, or has no commit yet."""
    root, git_dir = await _find(path)
    git = Git(folder=root, user_rules=True)
    arguments = ("status", "--porcelain=v2", "-z", "--branch", "--untracked-files=normal", "--ignore-submodules=dirty")
    headers, changed, untracked = _parse_status((await git.check(*arguments)).stdout_bytes)
    if headers.get("branch.oid") in {None, "(initial)"}:
        raise CheckoutError(
            f"{root} has no commit yet.", next_step='Make the first one: git add -A && git commit -m "First version"'
        )
    branch = headers.get("branch.head")
    branch = None if branch == "(detached)" else branch
    name, url, remote_branch = await _remote(git, branch)
    return CheckoutState(
        root=root,
        head=headers["branch.oid"],
        branch=branch,
        changed=changed,
        untracked=untracked,
        under_way=_under_way(git_dir),
        remote_name=name,
        remote_url=url,
        remote_branch=remote_branch,
        identity=await _identity(git),
        shallow=(await git.run("rev-parse", "--is-shallow-repository")).strip() == "true",
        submodules=await _submodules(git),
    )


async def _identity(git: Git) -> Identity | None:
    try:
        return await read_identity(git)
    except CheckoutError:
        return None


async def _find(path: Path) -> tuple[Path, Path]:
    """The root of the checkout around a path and the folder git keeps its state in."""
    _require_folder(path)
    inside = await Git(folder=path).attempt("rev-parse", "--is-inside-work-tree", "--is-bare-repository")
    if not inside.ok:
        raise Git(folder=path).error(("rev-parse",), inside)
    work_tree, bare = inside.stdout.split()[:2]
    if work_tree != "true":
        what = "a bare repository" if bare == "true" else "git's own folder"
        raise CheckoutError(
            f"{path} is {what}: there are no files to work on.",
            next_step="Go to a checkout of it, or make one: git clone.",
        )
    # One call each: a path may hold a line end.
    root = (await Git(folder=path).run("rev-parse", "--show-toplevel")).removesuffix("\n")
    git_dir = (await Git(folder=path).run("rev-parse", "--absolute-git-dir")).removesuffix("\n")
    return Path(root), Path(git_dir)


def _require_folder(path: Path) -> None:
    if not path.is_dir():
        raise CheckoutError(f"{path} is not a folder.", next_step="Give the path of a git checkout.")


def _parse_status(raw: bytes) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Headers, changed and untracked paths of `git status --porcelain=v2 -z` (git-status, "Porcelain Format")."""
    headers: dict[str, str] = {}
    changed: list[str] = []
    untracked: list[str] = []
    fields = iter(raw.decode("utf-8", "replace").split("\0"))
    words_before_path = {"1": 8, "2": 9, "u": 10}
    for entry in fields:
        kind = entry[:1]
        if kind == "#":
            name, _, value = entry[2:].partition(" ")
            headers[name] = value
        elif kind in words_before_path:
            changed.append(entry.split(" ", words_before_path[kind])[-1])
        elif kind == "?":
            untracked.append(entry[2:])
        if kind == "2":
            next(fields, None)  # a rename: the old name follows
    return headers, tuple(changed), tuple(untracked)


def _under_way(git_dir: Path) -> str | None:
    return next((name for mark, name in _UNDER_WAY.items() if (git_dir / mark).exists()), None)


async def _remote(git: Git, branch: str | None) -> tuple[str | None, str | None, str | None]:
    """Name and address of the remote a branch is pushed to, and the branch's name there; None where there is none."""
    names = (await git.attempt("remote")).stdout.split()
    configured = await _setting(git, f"branch.{branch}.remote") if branch else None
    preferred = [configured, "origin", *(names if len(names) == 1 else [])]
    name = next((candidate for candidate in preferred if candidate in names), None)
    if name is None:
        return None, None, None
    address = (await git.run("remote", "get-url", name)).strip()
    upstream = await _setting(git, f"branch.{branch}.merge") if configured == name else None
    return name, _absolute(address, git.folder), upstream.removeprefix("refs/heads/") if upstream else branch


async def _setting(git: Git, key: str) -> str | None:
    return (await git.attempt("config", "--get", key)).stdout.strip() or None


def _absolute(address: str, root: Path) -> str:
    """A folder relative to the checkout as an absolute path; any other address as it is."""
    is_path = "://" not in address and not re.match(r"[^/]*:", address)
    return str((root / address).absolute()) if is_path else address


async def _submodules(git: Git) -> tuple[str, ...]:
    listing = (await git.check("ls-files", "-z", "--stage")).stdout_bytes
    links = (entry for entry in listing.split(b"\0") if entry.startswith(b"160000 "))
    return tuple(link.partition(b"\t")[2].decode("utf-8", "replace") for link in links)
