"""Import aliases of a project: `paths` and `baseUrl` of tsconfig.json or jsconfig.json, else what frameworks agree on.

Semantics: typescriptlang.org/tsconfig (paths, baseUrl, extends), seen with TypeScript 5.9.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deploymend.core.jsonc import as_object, parse_object

Read = Callable[[str], str | None]

_CONFIGS = ("tsconfig.json", "jsconfig.json")
_MAX_CHAIN = 16
# Templates without a readable `paths`: Vite and Next (`@/`), Nuxt (`~/`, `@/`), Remix (`~/`), SvelteKit (`$lib/`).
_CUSTOMARY = (("@/", ("src", "", "app")), ("~/", ("app", "src", "")), ("$lib/", ("src/lib",)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Specifiers that begin with `head` mean the rest of them below one of `folders`, from the repository's root."""

    head: str
    folders: tuple[str, ...]


def find_aliases(importer: str, read: Read) -> tuple[Alias, ...]:
    """The aliases that hold for a file, longest head first.

    The nearest folder upwards that has a configuration with aliases decides; the customary ones come last, for heads
    that no configuration names.
    """
    folder = posixpath.dirname(importer)
    package_folder = _package_folder(folder, read)
    found: list[Alias] = []
    while not found:
        found = [alias for name in _CONFIGS for alias in _configured(posixpath.join(folder, name), read)]
        if not folder:
            break
        folder = posixpath.dirname(folder)
    heads = {alias.head for alias in found}
    customary = [
        Alias(head=head, folders=tuple(posixpath.normpath(posixpath.join(package_folder, name)) for name in names))
        for head, names in _CUSTOMARY
        if head not in heads
    ]
    return tuple(sorted(_unique(found), key=lambda alias: -len(alias.head))) + tuple(customary)


def _unique(aliases: list[Alias]) -> list[Alias]:
    return list({alias.head: alias for alias in reversed(aliases)}.values())


def _package_folder(folder: str, read: Read) -> str:
    while folder and read(posixpath.join(folder, "package.json")) is None:
        folder = posixpath.dirname(folder)
    return folder


def _configured(path: str, read: Read) -> Iterator[Alias]:
    """The aliases of one configuration, what it extends, and what it refers to (where Vite keeps `paths`)."""
    for config_path in _reached(path, read):
        options = as_object(_object(config_path, read).get("compilerOptions"))
        base = options.get("baseUrl")
        folder = posixpath.dirname(config_path)
        root = posixpath.join(folder, base) if isinstance(base, str) else folder
        yield from _paths(as_object(options.get("paths")), root)
        if isinstance(base, str):
            yield Alias(head="", folders=(_inside(root),))


def _reached(path: str, read: Read) -> list[str]:
    reached: list[str] = []
    waiting = [path]
    while waiting and len(reached) < _MAX_CHAIN:
        current = _inside(waiting.pop(0))
        if current not in reached and read(current) is not None:
            reached.append(current)
            waiting += _related(current, read)
    return reached


def _related(path: str, read: Read) -> Iterator[str]:
    config = _object(path, read)
    folder = posixpath.dirname(path)
    extends = config.get("extends")
    for name in extends if isinstance(extends, list) else [extends]:
        if isinstance(name, str) and name.startswith("."):
            yield posixpath.join(folder, name if name.endswith(".json") else f"{name}.json")
    references = config.get("references")
    for reference in references if isinstance(references, list) else []:
        name = as_object(reference).get("path")
        if isinstance(name, str):
            yield posixpath.join(folder, name if name.endswith(".json") else f"{name}/tsconfig.json")


def _object(path: str, read: Read) -> dict[str, object]:
    return parse_object(read(path) or "")


def _paths(paths: dict[str, object], root: str) -> Iterator[Alias]:
    for pattern, targets in paths.items():
        if not pattern.endswith("*") or "*" in pattern[:-1] or not isinstance(targets, list):
            continue  # a name without a star means one file: there is nothing to spell
        names = [target for target in targets if isinstance(target, str) and target.endswith("/*")]
        if names:
            folders = tuple(_inside(posixpath.join(root, name[:-2])) for name in names)
            yield Alias(head=pattern[:-1], folders=folders)


def _inside(path: str) -> str:
    """A normal path from the repository's root, `.` for the root itself."""
    return posixpath.normpath(path)
