"""rules/import-case."""

from __future__ import annotations

import pytest

from deploymend.core.model import Category, Cause, Decline, Repair
from deploymend.core.plan import BuildPlan
from deploymend.fixers.import_case import ImportCase
from deploymend.testing.contracts.fixer import FixerContract, FixerStage, diagnosis_of, gate_refusals
from deploymend.testing.fake_project import FakeProject


def _cause(file: str, symbol: str | None, line: int | None = None, kind: str = "wrong-case-import") -> Cause:
    return Cause(category=Category.IMPORT, kind=kind, message="not found", file=file, line=line, symbol=symbol)


async def _mend(files: dict[str, str | None], *causes: Cause) -> dict[str, str | None] | str:
    answer = await ImportCase().propose(diagnosis_of(*causes), FakeProject(files))
    if isinstance(answer, Decline):
        return answer.reason
    assert gate_refusals(answer) == ()
    return {edit.path: edit.after for edit in answer.edits}


class TestContract(FixerContract):
    @pytest.fixture
    def stage(self) -> FixerStage:
        """A component imported in another case."""
        files = {"src/Cart.tsx": "import { P } from './priceTag'\n", "src/PriceTag.tsx": "export const P = 1\n"}
        return FixerStage(fixer=ImportCase(), files=files, causes=(_cause("src/Cart.tsx", "./priceTag", 1),))


@pytest.mark.parametrize(
    ("written", "there", "right"),
    [
        ("./priceTag", "src/PriceTag.tsx", "./PriceTag"),
        ("./priceTag.js", "src/PriceTag.ts", "./PriceTag.js"),
        ("./priceTag.tsx", "src/PriceTag.tsx", "./PriceTag.tsx"),
        ("./Ui/button", "src/ui/Button/index.ts", "./ui/Button"),
        ("./Ui/button/index", "src/ui/Button/index.ts", "./ui/Button/index"),
        ("../Lib/x", "lib/x.ts", "../lib/x"),
        ("@/ui/button", "src/ui/Button.vue", "@/ui/Button"),
        ("~/Ui/a", "app/ui/a.ts", "~/ui/a"),
        ("./Logo.svg?raw", "src/logo.svg", "./logo.svg?raw"),
        ("./Styles.module.css", "src/styles.module.css", "./styles.module.css"),
    ],
)
async def test_the_specifier_gets_the_case_of_the_tree(written: str, there: str, right: str) -> None:
    """Relative, by alias, with and without extension, index files: only the case changes."""
    files: dict[str, str | None] = {"src/Cart.tsx": f"import x from '{written}'\n", there: "", "package.json": "{}"}
    assert await _mend(files, _cause("src/Cart.tsx", written, 1)) == {"src/Cart.tsx": f"import x from '{right}'\n"}


async def test_every_use_in_the_file_is_rewritten_in_its_own_quotes() -> None:
    """Static, dynamic, re-exported and mocked: all of them, with tabs, CRLF and everything else left alone."""
    text = (
        "// from './priceTag'\r\nimport {\r\n\tP,\r\n} from \"./priceTag\"\r\nexport * from './priceTag';\r\n"
        "const l = import(`./priceTag`)\r\nvi.mock('./priceTag')\r\nconst s = './priceTag'\r\n"
    )
    answer = await _mend({"src/Cart.tsx": text, "src/PriceTag.tsx": ""}, _cause("src/Cart.tsx", "./priceTag", 2))
    assert answer == {
        "src/Cart.tsx": "// from './priceTag'\r\nimport {\r\n\tP,\r\n} from \"./PriceTag\"\r\n"
        "export * from './PriceTag';\r\nconst l = import(`./PriceTag`)\r\nvi.mock('./PriceTag')\r\n"
        "const s = './priceTag'\r\n"
    }


async def test_aliases_come_from_the_configuration() -> None:
    """`paths` through `extends`, with comments and a base URL, decide what an alias means."""
    files: dict[str, str | None] = {
        "web/tsconfig.json": '{ "extends": "./tsconfig.base", /* c */ }',
        "web/tsconfig.base.json": '{"compilerOptions": {"baseUrl": "./source", "paths": {"#ui/*": ["parts/ui/*"]}}}',
        "web/source/page.ts": "import '#ui/button'\nimport 'Parts/ui/Button'\n",
        "web/source/parts/ui/Button.ts": "",
    }
    causes = (_cause("web/source/page.ts", "#ui/button", 1), _cause("web/source/page.ts", "Parts/ui/Button", 2))
    assert await _mend(files, *causes) == {"web/source/page.ts": "import '#ui/Button'\nimport 'parts/ui/Button'\n"}


async def test_a_vite_project_keeps_its_aliases_in_a_referred_configuration() -> None:
    """`references` are followed."""
    files: dict[str, str | None] = {
        "tsconfig.json": '{"files": [], "references": [{"path": "./tsconfig.app.json"}]}',
        "tsconfig.app.json": '{"compilerOptions": {"paths": {"~c/*": ["./src/components/*"]}}}',
        "src/App.vue": "<template><a/></template>\n<script setup>\nimport A from '~c/a.vue'\n</script>\n",
        "src/components/A.vue": "",
    }
    answer = await _mend(files, _cause("src/App.vue", "~c/a.vue"))
    assert isinstance(answer, dict)
    assert "import A from '~c/A.vue'\n" in (answer["src/App.vue"] or "")


@pytest.mark.parametrize(
    ("files", "symbol", "line"),
    [
        ({"a.ts": "import './x/b'\n", "X/b.ts": "", "x/B.ts": ""}, "./x/b", 1),
        ({"a.ts": "import './c'\n", "C.ts": "", "c.ts": ""}, "./c", 1),
        ({"a.ts": "import './d'\n"}, "./d", 1),
        ({"a.ts": "\nimport './b'\n", "B.ts": ""}, "./b", 1),
        ({"a.ts": "// import './b'\nconst s = './b'\n", "B.ts": ""}, "./b", None),
        ({"a.ts": "import 'React'\n", "react/package.json": "{}"}, "React", 1),
        ({"a.ts": "import '../../b'\n", "B.ts": ""}, "../../b", 1),
    ],
)
async def test_it_declines_when_unsure(files: dict[str, str | None], symbol: str, line: int | None) -> None:
    """Two files that differ in case, the file itself there, nothing there, another line, a comment, a package."""
    assert isinstance(await _mend(files, _cause("a.ts", symbol, line)), str)


async def test_a_compiler_that_names_files_only_gives_the_place() -> None:
    """TS1261 has no specifier: the one on its line is rewritten, and where that is right nothing is."""
    files: dict[str, str | None] = {"a.ts": "import './b'\nimport './Other'\n", "B.ts": "", "Other.ts": ""}
    assert await _mend(files, _cause("a.ts", None, 1)) == {"a.ts": "import './B'\nimport './Other'\n"}
    assert isinstance(await _mend(files, _cause("a.ts", None, 2)), str)


async def test_the_rest_of_the_project_is_cured_along_with_it() -> None:
    """A bundler names the first wrong case only: the others follow at once, in code, inside the root directory.

    Seen with Vite 7 in a public project: eight such imports took eight builds.
    """
    files: dict[str, str | None] = {
        "web/src/a.jsx": "import './b'\n",
        "web/src/B.jsx": "",
        "web/src/deep/c.vue": "<script>\n// import '../b'\nimport x from '../b.jsx'\nimport '@/b'\n</script>\n'../b'\n",
        "web/dist/d.js": "import '../src/b'\n",
        "web/binary.js": None,
        "other/e.js": "import '../web/src/b'\n",
        "web/package.json": "{}",
    }
    cause = _cause("web/src/a.jsx", "./b")
    answer = await ImportCase().propose(diagnosis_of(cause), FakeProject(files, BuildPlan(directory="web")))
    assert isinstance(answer, Repair)
    assert answer.causes == (cause,)
    assert {edit.path: edit.after for edit in answer.edits} == {
        "web/src/a.jsx": "import './B'\n",
        "web/src/deep/c.vue": (
            "<script>\n// import '../b'\nimport x from '../B.jsx'\nimport '@/B'\n</script>\n'../b'\n"
        ),
    }


async def test_a_package_is_not_taken_for_a_file_of_another_case() -> None:
    """Below a base URL `lodash` could be `Lodash.ts`: unless the log says that it is missing, it is the package."""
    files: dict[str, str | None] = {
        "tsconfig.json": '{"compilerOptions": {"baseUrl": "src"}}',
        "src/a.ts": "import './b'\nimport _ from 'lodash'\n",
        "src/B.ts": "",
        "src/Lodash.ts": "",
    }
    assert await _mend(files, _cause("src/a.ts", "./b")) == {"src/a.ts": "import './B'\nimport _ from 'lodash'\n"}


async def test_without_a_cause_it_is_sure_of_nothing_is_touched() -> None:
    """The rest of the project is looked at only when the log's own cause is one of case."""
    files: dict[str, str | None] = {"a.ts": "import './gone'\n", "c.ts": "import './b'\n", "B.ts": ""}
    assert isinstance(await _mend(files, _cause("a.ts", "./gone")), str)


async def test_a_repair_stays_small_enough_to_be_looked_at() -> None:
    """Beyond fifteen files the rest waits for the next round."""
    files: dict[str, str | None] = {f"f{number:02}.ts": "import './b'\n" for number in range(40)}
    files["B.ts"] = ""
    answer = await _mend(files, _cause("f30.ts", "./b"))
    assert isinstance(answer, dict)
    assert len(answer) == 15
    assert "f30.ts" in answer


@pytest.mark.parametrize("looked_for", ["web/src/views/clipboard", "src/views/clipboard"])
async def test_a_bundler_that_names_the_path_it_looked_for(looked_for: str) -> None:
    """Vite's "Could not load PATH (imported by FILE)": what means that path is rewritten as it is spelt."""
    files: dict[str, str | None] = {
        "web/src/routes.ts": "const a = () => import('@/views/clipboard')\nimport './views/other'\n",
        "web/src/views/Clipboard/index.vue": "",
        "web/package.json": "{}",
    }
    project = FakeProject(files, BuildPlan(directory="web"))
    answer = await ImportCase().propose(diagnosis_of(_cause("web/src/routes.ts", looked_for)), project)
    assert isinstance(answer, Repair)
    assert answer.edits[0].after == "const a = () => import('@/views/Clipboard')\nimport './views/other'\n"


async def test_causes_it_is_unsure_of_are_left() -> None:
    """The repair names the causes it cures, and cures those of several files at once."""
    files: dict[str, str | None] = {"a.ts": "import './b'\nimport './gone'\n", "c.ts": "import './b'\n", "B.ts": ""}
    causes = (_cause("a.ts", "./b", 1), _cause("a.ts", "./gone", 2), _cause("c.ts", "./b", 1))
    answer = await ImportCase().propose(diagnosis_of(*causes), FakeProject(files))
    assert isinstance(answer, Repair)
    assert answer.causes == (causes[0], causes[2])
    assert [edit.path for edit in answer.edits] == ["a.ts", "c.ts"]
    assert answer.summary == "a.ts: './b' → './B'; c.ts: './b' → './B'"
