"""Random identifiers in Vercel's shapes."""

from __future__ import annotations

import secrets
import string

_LETTERS = string.ascii_letters + string.digits
_LOWER = string.ascii_lowercase + string.digits


def new_id(prefix: str, *, length: int = 28) -> str:
    """`dpl_9XmPCB4DR4sWny7EM6idsoHGhsFf`: a prefix and letters and digits that nobody can guess."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


def new_slug(project: str) -> str:
    """A deployment's host label: the project's name and nine lower-case letters or digits."""
    return f"{project}-" + "".join(secrets.choice(_LOWER) for _ in range(9))
