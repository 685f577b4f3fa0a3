"""rules/import-moved."""

from __future__ import annotations

import pytest

from deploymend.core.model import Category, Cause, Decline
from deploymend.fixers.import_moved import ImportMoved
from deploymend.testing.contracts.fixer import FixerContract, FixerStage, diagnosis_of, gate_refusals
from deploymend.testing.fake_project import FakeProject


def _cause(file: str, symbol: str, line: int | None = 1) -> Cause:
    kind = "module-not-found-relative"
    return Cause(category=Category.IMPORT, kind=kind, message="not found", file=file, line=line, symbol=symbol)


async def _mend(files: dict[str, str | None], cause: Cause) -> str | None:
    answer = await ImportMoved().propose(diagnosis_of(cause), FakeProject(files))
    if isinstance(answer, Decline):
        return None
    assert gate_refusals(answer) == ()
    return answer.edits[0].after


class TestContract(FixerContract):
    @pytest.fixture
    def stage(self) -> FixerStage:
        """A helper that went to another folder."""
        files = {"src/a.ts": "import { sum } from './math'\n", "src/lib/math.ts": "export const sum = 1\n"}
        return FixerStage(fixer=ImportMoved(), files=files, causes=(_cause("src/a.ts", "./math"),))


@pytest.mark.parametrize(
    ("written", "there", "right"),
    [
        ("./math", "src/lib/math.ts", "./lib/math"),
        ("./math", "lib/math.ts", "../lib/math"),
        ("./math.ts", "lib/math.ts", "../lib/math.ts"),
        ("./math", "lib/math.svelte", "../lib/math.svelte"),
        ("./math.js", "src/lib/math.ts", "./lib/math.js"),
        ("./math", "src/lib/math/index.ts", "./lib/math"),
        ("@/math", "src/lib/math.ts", "@/lib/math"),
        ("@/old/math", "packages/math.ts", "../packages/math"),
    ],
)
async def test_the_import_follows_its_file(written: str, there: str, right: str) -> None:
    """Relative stays relative and alias stays alias where it reaches; the extension stays as it was written."""
    tag = "<script>" if there.endswith(".svelte") else ""
    files: dict[str, str | None] = {
        "src/a.ts": f"import type {{ T }} from '{written}'\r\nimport {{\r\n\tsum as s }} from '{written}'\r\n",
        there: f"{tag}export type T = 1\nexport function sum() {{}}\n",
        "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
    }
    expected = f"import type {{ T }} from '{right}'\r\nimport {{\r\n\tsum as s }} from '{right}'\r\n"
    assert await _mend(files, _cause("src/a.ts", written)) == expected


@pytest.mark.parametrize(
    "body",
    [
        "export default class X {}; export const sum = 1",
        "export { a as sum }; export { b as default } from './b'",
        "async function f() {}; export { f as default, f as sum }",
        "export default () => 1; export async function* sum() {}",
        "export default 1; export abstract class sum {}",
        "export default 1; export const { sum, x } = y",
    ],
)
async def test_every_way_to_export_counts(body: str) -> None:
    """Whatever the form, a file that exports all the imported names is the one."""
    files: dict[str, str | None] = {"a.ts": "import d, { sum } from './math'\n", "lib/math.ts": body}
    assert await _mend(files, _cause("a.ts", "./math")) == "import d, { sum } from './lib/math'\n"


async def test_a_lazy_import_needs_a_default_export() -> None:
    """`import()` as React.lazy uses it: the default export decides."""
    files: dict[str, str | None] = {"a.ts": "lazy(() => import('./Page'))\n", "pages/Page.tsx": "export default 1\n"}
    assert await _mend(files, _cause("a.ts", "./Page")) == "lazy(() => import('./pages/Page'))\n"
    assert await _mend({**files, "pages/Page.tsx": "export const x = 1\n"}, _cause("a.ts", "./Page")) is None


async def test_a_style_sheet_needs_no_names() -> None:
    """A side effect import of an asset follows its only namesake."""
    files: dict[str, str | None] = {"app/layout.tsx": "import './globals.css'\n", "styles/globals.css": ""}
    assert await _mend(files, _cause("app/layout.tsx", "./globals.css")) == "import '../styles/globals.css'\n"


@pytest.mark.parametrize(
    "files",
    [
        {"x/math.ts": "export const sum = 1", "y/math.ts": "export const sum = 1"},
        {"x/math.ts": "export const other = 1"},
        {"x/math.ts": "export * from './all'"},
        {"x/math.ts": "module.exports = { sum: 1 }"},
        {"x/math.css": ""},
        {"x/maths.ts": "export const sum = 1"},
        {"Math.ts": "export const sum = 1"},
        {"x/math.ts": None},
        {},
    ],
)
async def test_it_declines_when_unsure(files: dict[str, str | None]) -> None:
    """Two candidates, one without the name, one that does not say, another kind of file, a mere case difference."""
    assert await _mend({**files, "a.ts": "import { sum } from './math'\n"}, _cause("a.ts", "./math")) is None


async def test_code_imported_for_its_effects_only_is_left() -> None:
    """Nothing is asked of it, so nothing tells that the namesake is the one."""
    files: dict[str, str | None] = {"a.ts": "import './setup'\n", "x/setup.ts": "go()"}
    assert await _mend(files, _cause("a.ts", "./setup")) is None
