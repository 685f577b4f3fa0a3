"""The project's files as an import sees them: what a specifier means, in which other case it exists, how to spell it.

Resolution: "Modules - Reference" on typescriptlang.org (extensions left out, index files, `.js` written for `.ts`).
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from deploymend.core.javascript.aliases import Alias, Read, find_aliases
from deploymend.core.javascript.module import CODE_EXTENSIONS

_LEFT_OUT = (*CODE_EXTENSIONS, ".d.ts", ".json")
_WRITTEN_FOR = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a specifier may mean: `head` stays as it is, `rest` is the tail of `base`, a path from the root.

    `query` is what follows a `?` (Vite's `?raw`).
    """

    head: str
    rest: str
    base: str
    query: str = ""


class ModuleTree:
    """The files of a repository, by their paths. `read` is asked for the configuration that holds aliases."""

    def __init__(self, files: Collection[str], read: Read) -> None:
        self._read = read
        self._aliases: dict[str, tuple[Alias, ...]] = {}
        self.files = frozenset(files)
        self._by_lower: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.files):
            self._by_lower[path.lower()].append(path)

    def aliases(self, importer: str) -> tuple[Alias, ...]:
        """The import aliases that hold for a file."""
        folder = posixpath.dirname(importer)
        if folder not in self._aliases:
            self._aliases[folder] = find_aliases(importer, self._read)
        return self._aliases[folder]

    def targets(self, specifier: str, importer: str) -> tuple[Target, ...]:
        """What the specifier may mean in that file, likeliest first; nothing for packages and paths out of the tree."""
        path, mark, query = specifier.partition("?")
        if path.startswith("."):
            found = list(_relative(path, importer))
        else:
            found = list(_aliased(path, self.aliases(importer)))
        return tuple(
            Target(head=head, rest=rest, base=base, query=mark + query)
            for head, rest, base in found
            if rest and not base.startswith("..") and _spelt_out(rest)
        )

    def resolve(self, base: str) -> str | None:
        """The file that a path stands for, in exactly this case."""
        return next((path for path in _candidates(base) if path in self.files), None)

    def reaches(self, specifier: str, importer: str, base: str) -> bool:
        """True when the specifier's first existing meaning in that file is this path."""
        found = (self.resolve(target.base) for target in self.targets(specifier, importer))
        return next((path for path in found if path), None) == self.resolve(base)

    def in_other_case(self, base: str) -> tuple[str, ...]:
        """The files it would stand for if case did not matter, without those of the case asked for."""
        found = (path for candidate in _candidates(base) for path in self._by_lower.get(candidate.lower(), ()))
        return tuple(dict.fromkeys(found))

    def real_case(self, specifier: str, importer: str) -> str | None:
        """The specifier in the case the files have. None when it resolves as it is, or no single spelling would do."""
        return self._spelling(self.targets(specifier, importer))

    def real_path(self, base: str) -> str | None:
        """The same for a path from the root, as some tools print it instead of the specifier."""
        return self._spelling((Target(head="", rest=base, base=base),))

    def _spelling(self, targets: tuple[Target, ...]) -> str | None:
        if any(self.resolve(target.base) for target in targets):
            return None
        spellings = {respell(target, match) for target in targets for match in self.in_other_case(target.base)}
        return spellings.pop() if len(spellings) == 1 else None


def respell(target: Target, path: str) -> str | None:
    """The specifier for a file whose path differs from the target's only in case.

    None when the difference is in folders that the specifier does not name.
    """
    base, real = target.base.split("/"), path.split("/")[: target.base.count("/") + 1]
    name = _same_name(base[-1], real[-1])
    named = target.rest.count("/") + 1
    if name is None or base[:-named] != real[: len(base) - named]:
        return None
    return target.head + "/".join((*real[len(base) - named : -1], name)) + target.query


def _same_name(wanted: str, real: str) -> str | None:
    """The last part as the file has it, with or without extension as it was wanted."""
    if real[: len(wanted)].lower() == wanted.lower():
        return real[: len(wanted)]
    stem, extension = posixpath.splitext(wanted)
    if extension in _WRITTEN_FOR and real[: len(stem)].lower() == stem.lower():
        return real[: len(stem)] + extension
    return None


def _relative(path: str, importer: str) -> Iterator[tuple[str, str, str]]:
    steps = path.split("/")
    upwards = next((index for index, step in enumerate(steps) if step not in (".", "..")), len(steps))
    head, rest = "".join(f"{step}/" for step in steps[:upwards]), "/".join(steps[upwards:])
    yield head, rest, posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))


def _aliased(path: str, aliases: tuple[Alias, ...]) -> Iterator[tuple[str, str, str]]:
    for alias in aliases:
        if path.startswith(alias.head):
            rest = path.removeprefix(alias.head)
            for folder in alias.folders:
                yield alias.head, rest, posixpath.normpath(posixpath.join(folder, rest))


def _spelt_out(rest: str) -> bool:
    return all(step not in ("", ".", "..") for step in rest.split("/"))


def _candidates(base: str) -> Iterator[str]:
    yield base
    stem, extension = posixpath.splitext(base)
    for written in _WRITTEN_FOR.get(extension, ()):
        yield stem + written
    for left_out in _LEFT_OUT:
        yield base + left_out
    for left_out in _LEFT_OUT:
        yield f"{base}/index{left_out}"
