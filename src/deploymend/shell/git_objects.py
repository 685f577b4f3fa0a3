"""Two trees of one repository compared: as records for the gate, and as a unified diff for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploymend.core.model import FileChange
from deploymend.shell.git import Git
from deploymend.shell.tree_files import LARGEST_TEXT_BYTES

LARGEST_CHANGE_BYTES = 48_000_000
"""Texts of one change beyond this, all together, are shown as binary: no repair is that large."""
_NO_BLOB = "0"
_LINK = "120000"
_EXECUTABLE = "100755"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One line of `git diff-tree --raw`."""

    old_mode: str
    new_mode: str
    old_blob: str | None
    new_blob: str | None
    path: str


async def read_changes(git: Git, before: str, after: str) -> tuple[FileChange, ...]:
    """Every file that differs between two trees, sorted by path. Too large a text counts as binary."""
    raw = await git.check("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", before, after)
    entries = _parse_raw(raw.stdout_bytes)
    texts = await _read_texts(git, [blob for entry in entries for blob in (entry.old_blob, entry.new_blob) if blob])
    return tuple(sorted((_change(entry, texts) for entry in entries), key=lambda change: change.path))


async def unified_diff(git: Git, before: str, after: str) -> str:
    """The difference of two trees as people read it, by git's own rules and none of the user's display settings."""
    options = ("-r", "-p", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index")
    prefixes = ("--src-prefix=a/", "--dst-prefix=b/")
    arguments = ("diff-tree", *options, *prefixes, before, after)
    done = await git.attempt(*arguments)
    if not done.ok:
        raise git.error(arguments, done)
    return done.stdout


def _parse_raw(raw: bytes) -> list[_Entry]:
    fields = raw.split(b"\0")
    entries = []
    for head, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old, new, _status = head.decode("ascii").removeprefix(":").split(" ")
        blobs = [None if blob.strip(_NO_BLOB) == "" else blob for blob in (old, new)]
        name = path.decode("utf-8", "replace")
        entries.append(_Entry(old_mode=old_mode, new_mode=new_mode, old_blob=blobs[0], new_blob=blobs[1], path=name))
    return entries


def _change(entry: _Entry, texts: Mapping[str, str | None]) -> FileChange:
    before = texts.get(entry.old_blob) if entry.old_blob else None
    after = texts.get(entry.new_blob) if entry.new_blob else None
    binary = (entry.old_blob is not None and before is None) or (entry.new_blob is not None and after is None)
    return FileChange(
        path=entry.path,
        before=None if binary else before,
        after=None if binary else after,
        binary=binary,
        symlink=after if entry.new_mode == _LINK else None,
        executable=entry.new_mode == _EXECUTABLE != entry.old_mode,
    )


async def _read_texts(git: Git, blobs: Sequence[str]) -> dict[str, str | None]:
    """The text of each blob; None for one that is binary or too large (or is no blob, as a submodule's commit)."""
    wanted = list(dict.fromkeys(blobs))
    feed = "".join(f"{blob}\n" for blob in wanted).encode()
    texts: dict[str, str | None] = dict.fromkeys(wanted)
    small, total = [], 0
    for line in (await git.run("cat-file", "--batch-check", stdin=feed)).splitlines():
        blob, kind, size = (*line.split(" "), "", "")[:3]
        if kind == "blob" and int(size) <= LARGEST_TEXT_BYTES and total + int(size) <= LARGEST_CHANGE_BYTES:
            small.append(blob)
            total += int(size)
    content = await git.check("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in small).encode())
    return texts | _parse_batch(content.stdout_bytes)


def _parse_batch(data: bytes) -> dict[str, str | None]:
    """`<sha> blob <size>`, a line end, that many bytes, a line end; again and again (git-cat-file, BATCH OUTPUT)."""
    texts: dict[str, str | None] = {}
    position = 0
    while position < len(data):
        end = data.index(b"\n", position)
        blob, _, size = data[position:end].decode("ascii").split(" ")
        texts[blob] = _text(data[end + 1 : end + 1 + int(size)])
        position = end + 1 + int(size) + 1
    return texts


def _text(content: bytes) -> str | None:
    try:
        return None if b"\0" in content else content.decode("utf-8")
    except UnicodeDecodeError:
        return None
