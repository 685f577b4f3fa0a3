"""Reading and writing the text files of a working tree whose content is not trusted.

A tree can hold links to anywhere, pipes, huge files and a `.git` of its own making. A path is taken only when every
part of it is a plain name and no part is a link; what is not a regular text file is not there.
"""

from __future__ import annotations

import contextlib
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from deploymend.core.model import FileEdit
from deploymend.errors import BuildEnvironmentError, OperationFailedError

LARGEST_TEXT_BYTES = 2_000_000
_NEW_FILE_MODE = 0o644


def read_text(root: Path, path: str) -> str | None:
    """A file's text with its line ends and byte order mark. None when missing, not UTF-8, over 2 MB, a link, or
    outside the tree.
    """
    place = confined(root, path)
    if place is None:
        return None
    data = _regular_bytes(place)
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def confined(root: Path, path: str) -> Path | None:
    """Where a relative POSIX path lies in the tree; None when it leaves it, passes a link or a file, or means git's own
    files.
    """
    parts = PurePosixPath(path).parts
    plain = bool(parts) and not path.startswith("/") and "\0" not in path and "\\" not in path
    if not plain or any(part == ".." or part.lower().rstrip(". ") == ".git" for part in parts):
        return None
    place = root
    try:
        for part in parts:
            if place.exists() and not place.is_dir():
                return None
            place = place / part
            if place.is_symlink():
                return None
    except (OSError, ValueError):  # longer than a name may be, or not encodable
        return None
    return place


def write_edits(root: Path, edits: Sequence[FileEdit]) -> None:
    """Bring all edits into the tree, or none. An edit that is there already is left.

    New texts are written beside their files first and moved into place at the end, so a full disk changes nothing.
    Raises OperationFailedError when a file holds neither `before` nor `after`, or a path is not one to write to.
    """
    pending = _pending(root, edits)
    written: list[tuple[FileEdit, Path, Path]] = []
    done: list[tuple[FileEdit, Path]] = []
    try:
        written += [(edit, place, _beside(place, edit.after)) for edit, place in pending if edit.after is not None]
        # Deletions first: with case-only renames on a file system that ignores case both names are one file.
        for edit, place in pending:
            if edit.after is None:
                place.unlink()
                done.append((edit, place))
        for edit, place, text in written:
            text.replace(place)
            done.append((edit, place))
    except BaseException as error:
        _undo(done)
        for _, _, text in written:
            text.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BuildEnvironmentError(
                f"The repair could not be written: {error}", next_step="Look at the disk's space and rights."
            ) from error
        raise
    for edit, place in done:
        if edit.after is None:
            _drop_empty_folders(place.parent, root)


def _pending(root: Path, edits: Sequence[FileEdit]) -> list[tuple[FileEdit, Path]]:
    """The edits that are not there yet, with where they go, after looking at every one."""
    pending: list[tuple[FileEdit, Path]] = []
    problems: list[str] = []
    if len({edit.path for edit in edits}) < len(edits):
        problems.append("it edits one file twice")
    for edit in edits:
        place = confined(root, edit.path)
        if place is None:
            problems.append(f"{edit.path} is not a path to write to")
        elif (problem := _problem(place, edit)) is not None:
            problems.append(problem)
        elif not _holds(place, edit.after):
            pending.append((edit, place))
    if problems:
        raise OperationFailedError(
            f"The repair does not fit the tree: {'; '.join(problems)}. Nothing was changed.",
            next_step="Propose it again from the tree as it is now.",
        )
    return pending


def _problem(place: Path, edit: FileEdit) -> str | None:
    if _holds(place, edit.after) or _holds(place, edit.before):
        return None
    if not _exists(place):
        return f"{edit.path} is missing"
    return f"{edit.path} exists already" if edit.before is None else f"{edit.path} has another text than expected"


def _holds(place: Path, text: str | None) -> bool:
    """Whether a file has exactly this text; for None, whether there is no such file."""
    if text is None or not _exists(place):
        return text is None and not _exists(place)
    try:
        return _regular_bytes(place, largest_bytes=None) == text.encode()
    except UnicodeEncodeError as error:
        raise OperationFailedError(f"The repair's text for {place.name} is not valid Unicode.") from error


def _exists(place: Path) -> bool:
    """Whether the folder lists this very name: a file system that ignores case would find other names too."""
    try:
        return any(entry.name == place.name for entry in place.parent.iterdir())
    except OSError:
        return False


def _regular_bytes(place: Path, *, largest_bytes: int | None = LARGEST_TEXT_BYTES) -> bytes | None:
    """A regular file's content; None for anything else, so that a pipe or device never blocks."""
    try:
        status = place.lstat()
        if not stat.S_ISREG(status.st_mode) or (largest_bytes is not None and status.st_size > largest_bytes):
            return None
        return place.read_bytes()
    except OSError:
        return None


def _beside(place: Path, text: str) -> Path:
    """Write a text to a new file in the folder of `place`, with the mode `place` has."""
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(place.lstat().st_mode) if _exists(place) else _NEW_FILE_MODE
    new = place.with_name(f".deploymend-{secrets.token_hex(8)}.tmp")
    try:
        new.write_bytes(text.encode())
        new.chmod(mode)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return new


def _undo(done: Sequence[tuple[FileEdit, Path]]) -> None:
    """Put back what was there. The tree is thrown away with its workspace, so a failure here is no loss."""
    for edit, place in reversed(done):
        with contextlib.suppress(OSError):
            if edit.before is None:
                place.unlink()
            else:
                _beside(place, edit.before).replace(place)


def _drop_empty_folders(folder: Path, root: Path) -> None:
    """Remove folders that a deletion left empty, as git does: a fresh clone would not have them."""
    while folder != root:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
