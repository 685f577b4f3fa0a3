"""What the registry says of a package, from the answer of `npm view NAME --json`."""

from __future__ import annotations

import json
import re

from deploymend.errors import TransientError
from deploymend.ports import PackageFacts

_NAME = re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*")
_MAX_NAME_CHARS = 214


def is_package_name(name: str) -> bool:
    """True for a name the registry could know (npm docs, package.json `name`): old ones may have capital letters."""
    return len(name) <= _MAX_NAME_CHARS and not name.startswith("-") and bool(_NAME.fullmatch(name.lower()))


def read_facts(name: str, answer: str, errors: str) -> PackageFacts | None:
    """Facts from npm's JSON; None when the registry does not know the name. Raises TransientError for all else."""
    try:
        value = json.loads(answer)
    except ValueError:
        value = None
    if isinstance(value, list) and value:
        value = value[-1]
    if not isinstance(value, dict):
        raise _no_answer(name, errors or answer)
    error = value.get("error")
    if isinstance(error, dict):
        if error.get("code") == "E404":
            return None
        raise _no_answer(name, str(error.get("summary") or error.get("code")))
    versions = value.get("versions")
    listed = [versions] if isinstance(versions, str) else versions if isinstance(versions, list) else []
    tags = value.get("dist-tags")
    latest = tags.get("latest") if isinstance(tags, dict) else None
    engines, peers = value.get("engines"), value.get("peerDependencies")
    node = engines.get("node") if isinstance(engines, dict) else None
    return PackageFacts(
        name=name,
        latest=str(latest or value.get("version") or ""),
        versions=tuple(str(version) for version in listed),
        peers=tuple((str(peer), str(wanted)) for peer, wanted in peers.items()) if isinstance(peers, dict) else (),
        engines_node=node if isinstance(node, str) else None,
        types_included=any(isinstance(value.get(key), str) for key in ("types", "typings")) or _exports_types(value),
    )


def _exports_types(value: dict[str, object]) -> bool:
    """True when `exports` has a `types` condition anywhere."""
    return '"types"' in json.dumps(value.get("exports") or {})


def _no_answer(name: str, said: str) -> TransientError:
    return TransientError(
        f"The registry gave no answer about {name}: {said.strip()[-300:]}",
        next_step="Check this machine's access to the project's registry.",
    )
