"""rules/import-gone."""

from __future__ import annotations

import pytest

from deploymend.core.model import Category, Cause, Decline
from deploymend.fixers.import_gone import ImportGone
from deploymend.testing.contracts.fixer import FixerContract, FixerStage, diagnosis_of, gate_refusals
from deploymend.testing.fake_project import FakeProject


def _cause(file: str, symbol: str | None, line: int | None = None) -> Cause:
    kind = "module-not-found-relative"
    return Cause(category=Category.IMPORT, kind=kind, message="not found", file=file, line=line, symbol=symbol)


async def _mend(files: dict[str, str | None], *causes: Cause) -> dict[str, str | None] | str:
    answer = await ImportGone().propose(diagnosis_of(*causes), FakeProject(files))
    if isinstance(answer, Decline):
        return answer.reason
    assert gate_refusals(answer) == ()
    return {edit.path: edit.after for edit in answer.edits}


class TestContract(FixerContract):
    @pytest.fixture
    def stage(self) -> FixerStage:
        """A type of a deleted file, imported and not used."""
        text = "import { Chat } from './chat'\nimport { Model } from './openai'\n\nexport type Data = Chat\n"
        files = {"types/data.ts": text, "types/chat.ts": "export interface Chat {}\n"}
        return FixerStage(fixer=ImportGone(), files=files, causes=(_cause("types/data.ts", "./openai", 2),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import A from './gone'\nrun()\n", "run()\n"),
        ("run()\nimport type { A, B as C } from './gone';\r\nrun()\n", "run()\nrun()\n"),
        ("import * as a from './gone'\nimport { b } from './gone'\nrun('a', 'b') // a\n", "run('a', 'b') // a\n"),
    ],
)
async def test_an_unused_import_of_a_missing_file_is_taken_out(before: str, after: str) -> None:
    """Whole statements, in every form, each time the file is named; strings and comments are no uses."""
    assert await _mend({"a.js": before}, _cause("a.js", "./gone")) == {"a.js": after}


async def test_several_causes_in_one_file_are_cured_at_once() -> None:
    """As the compiler lists them."""
    text = "import A from './gone'\nimport B from '@/gone/too'\nexport const c = 1\n"
    files: dict[str, str | None] = {"src/a.ts": text, "package.json": "{}"}
    causes = (_cause("src/a.ts", "./gone", 1), _cause("src/a.ts", "@/gone/too", 2))
    assert await _mend(files, *causes) == {"src/a.ts": "export const c = 1\n"}


@pytest.mark.parametrize(
    ("text", "symbol", "why"),
    [
        ("import A from './gone'\nA()\n", "./gone", "uses A"),
        ("import { A } from './gone'\nexport { A }\n", "./gone", "uses A"),
        ("import A from './gone'\nconst x = <A />\n", "./gone", "uses A"),
        ("import React from './gone'\nconst x = <b />\n", "./gone", "uses React"),
        ("import './gone'\n", "./gone", "more than names"),
        ("export * from './gone'\n", "./gone", "more than names"),
        ("import A from './gone'\nconst b = import('./gone')\n", "./gone", "more than names"),
        ("import A from './there'\n", "./there", "a file that is there"),
        ("import A from './There'\n", "./There", "a file that is there"),
        ("import A from 'gone'\n", "gone", "a package"),
        ("import { /* why */ A } from './gone'\n", "./gone", "a comment"),
        ("import A from './gone'\n", None, "not a script"),
    ],
)
async def test_it_declines_when_something_could_be_lost(text: str, symbol: str | None, why: str) -> None:
    """Names in use, side effects, re-exports, files that are there in some case, packages, comments."""
    answer = await _mend({"a.jsx": text, "there.js": ""}, _cause("a.jsx", symbol))
    assert why in str(answer)


@pytest.mark.parametrize("file", ["a.vue", "a.svelte", "a.astro", "missing.ts", "binary.ts"])
async def test_only_scripts_are_touched(file: str) -> None:
    """A component's template may use the name."""
    files: dict[str, str | None] = {"binary.ts": None, "a.vue": "<script>import A from './gone'</script><A/>"}
    files |= {"a.svelte": files["a.vue"], "a.astro": "---\nimport A from './gone'\n---\n<A/>"}
    assert "not a script" in str(await _mend(files, _cause(file, "./gone")))
