"""Tells a package-lock.json that is out of step from one that merely lacks optional packages of other platforms.

`npm ci` refuses both; `npm install`, which the platform runs, accepts the second. Locks made behind a registry mirror
often are of that kind (npm/cli issue 4828).
"""

from __future__ import annotations

import re

from deploymend.core.jsonc import as_object, parse_object

_MISSING = re.compile(r"Missing: (@?[^@\s]{1,214})@\S* from lock file")
_INVALID = re.compile(r"Invalid: |does not satisfy ")


def only_optional_gaps(said: str, lock: str) -> tuple[str, ...]:
    """The packages `npm ci` misses when all of them are optional dependencies in the lock; empty when any is not."""
    missing = tuple(dict.fromkeys(_MISSING.findall(said)))
    if not missing or _INVALID.search(said):
        return ()
    packages = as_object(parse_object(lock).get("packages"))
    optional: set[str] = set()
    required: set[str] = set()
    for entry in map(as_object, packages.values()):
        optional |= as_object(entry.get("optionalDependencies")).keys()
        required |= as_object(entry.get("dependencies")).keys() | as_object(entry.get("devDependencies")).keys()
    return missing if all(name in optional and name not in required for name in missing) else ()
