"""Tell a missing module from one that is there in another case, when the files of the repository are known."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable
from dataclasses import replace

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.paths import is_relative

KINDS = frozenset(
    {
        "module-not-found-relative",
        "module-not-found-alias",
        "ts-cannot-find-module",
        "could-not-load-file",
        "missing-asset",
    }
)
_EXTENSIONS = (
    ".tsx",
    ".ts",
    ".jsx",
    ".js",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".vue",
    ".svelte",
    ".astro",
    ".json",
    ".css",
)
_ALIASES = ("@/", "~/", "#/", "$lib/", "src/")


class Files:
    """The files of a repository, by the names under which they can be imported, regardless of case."""

    def __init__(self, known: Iterable[str]) -> None:
        self._exact = frozenset(known)
        self._names: dict[str, set[str]] = {}
        self._by_base: dict[str, list[str]] = {}
        for path in self._exact:
            self._by_base.setdefault(posixpath.basename(path), []).append(path)
            for name in _import_names(path):
                self._names.setdefault(name.casefold(), set()).add(name)

    def locate(self, file: str) -> str | None:
        """The one file a log's name can mean: itself, or the only one that ends with it."""
        if file in self._exact:
            return file
        same_base = self._by_base.get(posixpath.basename(file), [])
        ends = [path for path in same_base if path.endswith(f"/{file}") or file.endswith(f"/{path}")]
        return ends[0] if len(ends) == 1 else None

    def in_another_case(self, name: str) -> str | None:
        """The name as a file has it, when exactly one file has it and only in another case."""
        found = self._names.get(name.casefold(), set())
        return next(iter(found)) if len(found) == 1 and name not in found else None

    def ending_in_another_case(self, tail: str) -> str | None:
        """The same for names that end with a path, wherever in the repository, as the file has `tail`."""
        wanted, folded = f"/{tail}".casefold(), tail.casefold()
        found = {
            name[len(name) - len(tail) :]
            for key, names in self._names.items()
            if key == folded or key.endswith(wanted)
            for name in names
        }
        return next(iter(found)) if len(found) == 1 and tail not in found else None


def _import_names(path: str) -> set[str]:
    stem, extension = posixpath.splitext(path)
    if extension not in _EXTENSIONS:
        return {path}
    folder, name = posixpath.split(stem)
    return {path, stem, folder} if name == "index" and folder else {path, stem}


def tell_wrong_case(causes: Iterable[Cause], known_files: Collection[str]) -> tuple[Cause, ...]:
    """The causes, with missing modules that are there in another case turned into `wrong-case-import`."""
    listed = tuple(causes)
    if not known_files or not any(cause.kind in KINDS for cause in listed):
        return listed
    files = Files(known_files)
    return tuple(_checked(cause, files) if cause.kind in KINDS else cause for cause in listed)


def _checked(cause: Cause, files: Files) -> Cause:
    right = _right_specifier(cause, files) if cause.symbol else None
    if right is None:
        return cause
    return replace(cause, category=Category.IMPORT, kind="wrong-case-import", suggestion=right)


def _right_specifier(cause: Cause, files: Files) -> str | None:
    specifier = cause.symbol or ""
    if is_relative(specifier):
        importer = files.locate(cause.file) if cause.file else None
        if importer is None:
            return None
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
        found = files.in_another_case(wanted)
        return _with_case(specifier, found) if found else None
    alias = next((alias for alias in _ALIASES if specifier.startswith(alias)), None)
    tail = files.ending_in_another_case(specifier[len(alias) :]) if alias else None
    return f"{alias}{tail}" if alias and tail else None


def _with_case(specifier: str, found: str) -> str:
    """The specifier with its last segments as the found path has them."""
    parts = specifier.rstrip("/").split("/")
    named = [part for part in parts if part not in {".", ".."}]
    dots = parts[: len(parts) - len(named)]
    return "/".join([*dots, *found.split("/")[-len(named) :]]) if named else specifier
