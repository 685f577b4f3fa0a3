"""Who commits. Platforms refuse authors they do not know, so it is always the user, never a robot of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deploymend.errors import CheckoutError
from deploymend.shell.git import Git


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A git author and committer."""

    name: str
    email: str


async def read_identity(git: Git) -> Identity:
    """The identity git would commit with there. Raises CheckoutError when none is set; a guessed one does not count."""
    answer = await git.run("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
    name, _, rest = answer.partition(" <")
    email = rest.partition(">")[0]
    if not name.strip() or not email.strip():
        raise CheckoutError(
            "git's user.name or user.email is empty.",
            next_step='Set both: git config --global user.name "Your Name", then the same for user.email.',
        )
    return Identity(name=name.strip(), email=email.strip())


def authorship(identity: Identity, at: datetime) -> dict[str, str]:
    """The environment that makes git commit as somebody at a time, to the second, written as UTC."""
    moment = f"@{int(at.timestamp())} +0000"
    return {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", identity.name), ("EMAIL", identity.email), ("DATE", moment))
    }
