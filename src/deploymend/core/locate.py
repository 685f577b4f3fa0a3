"""Causes put on the tree: a log's file names become paths in the repository, and wrong-case imports are told apart."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from deploymend.core.javascript.tree import ModuleTree
from deploymend.core.model import Category, Cause, Diagnosis

_BY_PATH = "could-not-load-file"
"""Its symbol is the path that was looked for, not what the importer wrote."""
_UNRESOLVED = frozenset(
    (
        _BY_PATH,
        "module-not-found-relative",
        "module-not-found-alias",
        "ts-cannot-find-module",
        "missing-asset",
    )
)


def locate_causes(diagnosis: Diagnosis, files: Collection[str], root_directory: str) -> Diagnosis:
    """The diagnosis with every cause's file as a path of `files`, where there is exactly one it can mean.

    `root_directory` is the folder the build ran in, from the repository's root. A module not found that is there in
    another case becomes `wrong-case-import`, with the right specifier as its suggestion. Names that fit nothing stay.
    """
    places = _Places(files, root_directory)
    causes = tell_wrong_case(tuple(_located(cause, places) for cause in diagnosis.causes), files, root_directory)
    if not causes or causes == diagnosis.causes:
        return diagnosis
    return replace(diagnosis, causes=causes, category=causes[0].category, kind=causes[0].kind)


def tell_wrong_case(causes: Sequence[Cause], files: Collection[str], root_directory: str = "") -> tuple[Cause, ...]:
    """The causes, with missing modules that are there in another case turned into `wrong-case-import`.

    Aliases are those that frameworks agree on: nothing is read here. The fixer, which reads, knows the others too.
    """
    if not files or not any(cause.kind in _UNRESOLVED for cause in causes):
        return tuple(causes)
    places = _Places(files, root_directory)
    # Which folders are packages can be told without reading.
    tree = ModuleTree(files, lambda path: "" if path in places.files else None)
    return tuple(_recognised(cause, places, tree) if cause.kind in _UNRESOLVED else cause for cause in causes)


class _Places:
    def __init__(self, files: Collection[str], root_directory: str) -> None:
        self.files = frozenset(files)
        self.root = root_directory.strip("/")
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for path in self.files:
            self.by_name[posixpath.basename(path)].append(path)

    def find(self, name: str) -> str | None:
        """The path a name means: below the root directory, from the repository's root, else by a unique ending."""
        clean = name.replace("\\", "/")
        for tail in _tails(clean):
            for candidate in (posixpath.join(self.root, tail), tail):
                path = posixpath.normpath(candidate)
                if path in self.files:
                    return path
        ending = "/" + "/".join(step for step in clean.split("/") if step not in ("", ".", ".."))
        matches = [path for path in self.by_name[posixpath.basename(clean)] if f"/{path}".endswith(ending)]
        return matches[0] if len(matches) == 1 else None


def _tails(name: str) -> Iterator[str]:
    """The name itself; for an absolute one also what is left below each of its folders, as ESLint prints the build
    machine's own path. Nothing below node_modules is the repository's.
    """
    steps = [step for step in name.split("/") if step]
    absolute = name.startswith("/") or name[1:2] == ":"
    last = len(steps) if absolute and "node_modules" not in steps else 1
    for index in range(min(last, len(steps))):
        yield "/".join(steps[index:])


def _located(cause: Cause, places: _Places) -> Cause:
    path = places.find(cause.file) if cause.file else None
    return replace(cause, file=path) if path and path != cause.file else cause


def _recognised(cause: Cause, places: _Places, tree: ModuleTree) -> Cause:
    importer = places.find(cause.file) if cause.file else None
    if not cause.symbol or (importer is None and cause.symbol.startswith(".")):
        return cause
    if cause.kind == _BY_PATH:
        wanted = cause.symbol.lstrip("/")
        real = tree.real_path(wanted) or tree.real_path(posixpath.join(places.root, wanted))
        return _wrong_case(cause, real) if real else cause
    real = tree.real_case(cause.symbol, importer or posixpath.join(places.root, "package.json"))
    if real is None or real == cause.symbol:
        return cause
    return _wrong_case(cause, real)


def _wrong_case(cause: Cause, real: str) -> Cause:
    return replace(cause, kind="wrong-case-import", category=Category.IMPORT, suggestion=real)
