"""What every workspace must do, as tests, over the stage of the repository contract (`repository.py`)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from deploymend.core.model import FileEdit, Repair
from deploymend.errors import OperationFailedError
from deploymend.ports import Workspace
from deploymend.testing.contracts.repository import AT, MESSAGE, RepositoryStage, edit

# ruff: noqa: S101 - a shipped test suite: assert is how it speaks

FILES = {
    ".gitignore": "ignored/\n",
    "README.md": "# Hello\n",
    "src/Button.tsx": "export const Button = 1;\r\n",
    'src/a b/it\'s "quoted".ts': "export {};\n",
    "src/naïve/日本.ts": "export {};",
    "empty.txt": "",
    "bom.txt": "\ufeffbom\n",
}


def several(*edits: tuple[str, str | None, str | None]) -> Repair:
    """A repair of several files."""
    made = tuple(FileEdit(path=path, before=before, after=after) for path, before, after in edits)
    return Repair(fixer="test/several", summary="edit several", edits=made)


class WorkspaceContract:
    """The suite. See the module's docstring."""

    @pytest.fixture
    async def workspace(self, stage: RepositoryStage) -> AsyncIterator[Workspace]:
        """A workspace at a commit that holds FILES."""
        commit = await stage.person_pushes(FILES)
        async with stage.repository.open(commit) as opened:
            assert opened.commit_sha == commit
            yield opened

    async def test_what_is_there(self, workspace: Workspace) -> None:
        """Every file is listed, sorted, and read with its line ends, byte order mark and missing last line end."""
        assert workspace.files() == tuple(sorted(FILES))
        assert {path: workspace.read(path) for path in workspace.files()} == FILES
        assert (workspace.root / "README.md").is_file()

    @pytest.mark.parametrize(
        "path", ["nope", "", ".", "..", "../x", "/etc/hosts", "src", "src/../README.md", ".git", "a\0b"]
    )
    async def test_what_is_not_there(self, workspace: Workspace, path: str) -> None:
        """Nothing is read outside the tree, in git's own files, or from what is no file."""
        assert workspace.read(path) is None

    async def test_the_case_counts(self, workspace: Workspace) -> None:
        """A file is found under its own name only, as on the platform."""
        assert workspace.read("src/button.tsx") is None

    async def test_apply_twice(self, workspace: Workspace) -> None:
        """An edit changes, creates and deletes; again it changes nothing."""
        repair = several(
            ("README.md", "# Hello\n", "# Bye\r\n"), ("new/deep/file.ts", None, "new\n"), ("empty.txt", "", None)
        )
        for _ in range(2):
            await workspace.apply(repair)
            assert workspace.read("README.md") == "# Bye\r\n"
            assert workspace.read("new/deep/file.ts") == "new\n"
            assert workspace.read("empty.txt") is None
        assert "new/deep/file.ts" in workspace.files()
        assert "empty.txt" not in workspace.files()

    @pytest.mark.parametrize(
        ("path", "before", "after"),
        [
            ("src/Button.tsx", "export const Button = 1;\n", "x"),
            ("missing.ts", "text", "x"),
            ("bom.txt", None, "x"),
            ("../outside.txt", None, "x"),
            ("/outside.txt", None, "x"),
            (".git/hooks/pre-commit", None, "x"),
            (".git", None, "x"),
            ("src", None, "x"),
            ("README.md/below", None, "x"),
            ("", None, "x"),
        ],
    )
    async def test_all_or_nothing(self, workspace: Workspace, path: str, before: str | None, after: str | None) -> None:
        """One edit that does not fit, or leads elsewhere, and none is made."""
        with pytest.raises(OperationFailedError):
            await workspace.apply(several(("README.md", "# Hello\n", "# Bye\n"), (path, before, after)))
        assert workspace.read("README.md") == "# Hello\n"
        assert await workspace.changes() == ()

    async def test_one_file_twice(self, workspace: Workspace) -> None:
        """A repair that edits a file twice is refused: it could not be repeated safely."""
        with pytest.raises(OperationFailedError, match="twice"):
            await workspace.apply(several(("README.md", "# Hello\n", "1"), ("README.md", "1", "2")))
        assert workspace.read("README.md") == "# Hello\n"

    async def test_changes(self, workspace: Workspace) -> None:
        """The difference shows each file's whole text before and after, sorted; twice the same."""
        await workspace.apply(
            several(("z.txt", None, "z"), ("README.md", "# Hello\n", ""), ("bom.txt", "\ufeffbom\n", None))
        )
        changes = await workspace.changes()
        seen = [(change.path, change.before, change.after) for change in changes]
        assert seen == [("README.md", "# Hello\n", ""), ("bom.txt", "\ufeffbom\n", None), ("z.txt", None, "z")]
        assert not any(change.binary or change.symlink or change.executable for change in changes)
        assert changes == await workspace.changes()
        diff = await workspace.diff()
        assert "-# Hello\n" in diff
        assert "+++ b/z.txt\n" in diff
        assert diff == await workspace.diff()

    async def test_case_only_rename(self, workspace: Workspace) -> None:
        """A file can get a name that differs in case only, also where the file system ignores case."""
        text = FILES["src/Button.tsx"]
        rename = several(("src/Button.tsx", text, None), ("src/button.tsx", None, text))
        for _ in range(2):
            await workspace.apply(rename)
            assert workspace.read("src/button.tsx") == text
            assert "src/Button.tsx" not in workspace.files()
        assert [change.path for change in await workspace.changes()] == ["src/Button.tsx", "src/button.tsx"]

    async def test_reset(self, workspace: Workspace) -> None:
        """Everything is as at the start, whatever was written by hand; ignored files stay."""
        (workspace.root / "ignored").mkdir()
        (workspace.root / "ignored" / "package").write_text("kept")
        (workspace.root / "src" / "leftover").mkdir()
        (workspace.root / "src" / "leftover" / "x").write_text("x")
        await workspace.apply(several(("README.md", "# Hello\n", "# Bye\n"), ("empty.txt", "", None)))
        for _ in range(2):
            await workspace.reset()
            assert await workspace.changes() == ()
            assert workspace.files() == tuple(sorted(FILES))
        assert (workspace.root / "ignored" / "package").read_text() == "kept"

    async def test_undisturbed(self, workspace: Workspace) -> None:
        """What runs inside can write what it wants: afterwards the tree holds the repair and nothing else."""
        await workspace.apply(edit("README.md", "# Hello\n", "# Repaired\n"))
        before = await workspace.changes()
        for _ in range(2):
            async with workspace.undisturbed():
                (workspace.root / "README.md").write_text("# Hijacked!!\n")
                (workspace.root / "src" / "Button.tsx").unlink()
                (workspace.root / "dist").mkdir()
                (workspace.root / "dist" / "bundle.js").write_text("x")
                (workspace.root / "ignored").mkdir(exist_ok=True)
                (workspace.root / "ignored" / "cache").write_text("kept")
            assert await workspace.changes() == before
            assert workspace.read("README.md") == "# Repaired\n"
        assert (workspace.root / "ignored" / "cache").read_text() == "kept"

    async def test_commit_holds_what_was_shown(self, stage: RepositoryStage, workspace: Workspace) -> None:
        """What `changes` showed is what a commit holds, although files were written since."""
        await workspace.apply(edit("README.md", "# Hello\n", "# Repaired\n"))
        await workspace.changes()
        (workspace.root / "README.md").write_text("# Hijacked!!\n")
        commit = await stage.repository.commit(workspace, MESSAGE, at=AT)
        async with stage.repository.open(commit) as seen:
            assert seen.read("README.md") == "# Repaired\n"

    async def test_two_at_once(self, stage: RepositoryStage, workspace: Workspace) -> None:
        """A second workspace at the same commit is another folder, and neither sees the other's edits."""
        async with stage.repository.open(workspace.commit_sha) as other:
            assert other.root != workspace.root
            await other.apply(edit("README.md", "# Hello\n", "# Other\n"))
            assert workspace.read("README.md") == "# Hello\n"
            assert await workspace.changes() == ()
