"""rules/did-you-mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploymend.core.model import Category, Cause, Decline, Repair
from deploymend.fixers.did_you_mean import DidYouMean
from deploymend.testing.contracts.fixer import FixerContract, FixerStage, diagnosis_of, gate_refusals
from deploymend.testing.fake_project import FakeProject

KINDS = {"TS2551": "ts-did-you-mean", "TS2552": "ts-did-you-mean", "TS2724": "ts-did-you-mean"} | {
    "TS2561": "ts-excess-property",
    "TS2820": "ts-not-assignable",
}


def _cause(text: str, code: str, old: str, new: str | None) -> Cause:
    """A cause at the place that `§` marks in a text."""
    before = text.partition("§")[0]
    lines = before.split("\n")
    return Cause(
        category=Category.TYPESCRIPT,
        kind=KINDS[code],
        message="misspelt",
        file="a.tsx",
        line=len(lines),
        column=len(lines[-1]) + 1,
        symbol=old,
        suggestion=new,
        code=code,
    )


async def _mend(text: str, code: str, old: str, new: str | None) -> str | None:
    project = FakeProject({"a.tsx": text.replace("§", "")})
    answer = await DidYouMean().propose(diagnosis_of(_cause(text, code, old, new)), project)
    if isinstance(answer, Decline):
        return None
    assert gate_refusals(answer) == ()
    return answer.edits[0].after


class TestContract(FixerContract):
    @pytest.fixture
    def stage(self) -> FixerStage:
        """A misspelt property."""
        text = "user.§nmae\n"
        causes = (_cause(text, "TS2551", "nmae", "name"),)
        return FixerStage(fixer=DidYouMean(), files={"a.tsx": text.replace("§", "")}, causes=causes)


@pytest.mark.parametrize(
    ("text", "code", "old", "new", "after"),
    [
        ("user.§nmae = nmae\r\n", "TS2551", "nmae", "name", "user.name = nmae\r\n"),
        ("\tconst { §nmae, b } = user", "TS2551", "nmae", "name", "\tconst { name: nmae, b } = user"),
        ("const { §nmae: n } = user", "TS2551", "nmae", "name", "const { name: n } = user"),
        ("f(), §usr, b", "TS2552", "usr", "user", "f(), user, b"),
        ("call(§usr, b)", "TS2552", "usr", "user", "call(user, b)"),
        ("x = { §usr, b }", "TS2552", "usr", "user", "x = { usr: user, b }"),
        ("x = { a: '😀', §colr: 1 }", "TS2561", "colr", "color", "x = { a: '😀', color: 1 }"),
        ("x = { §colr }", "TS2561", "colr", "color", "x = { color: colr }"),
        ("<Button §variant='primry' />", "TS2820", "primry", "primary", "<Button variant='primary' />"),
        ('const §v: V = "primry"', "TS2820", "primry", '"primary"', 'const v: V = "primary"'),
        ("app.post('/', (q, r) => { r.§nmae })", "TS2551", "nmae", "name", "app.post('/', (q, r) => { r.name })"),
        ("fetch(url, { body: §dta })", "TS2552", "dta", "data", "fetch(url, { body: data })"),
    ],
)
async def test_the_proposed_name_is_written_at_the_place(text: str, code: str, old: str, new: str, after: str) -> None:
    """Properties, variables, shorthands, literals; columns count UTF-16 units, other places stay."""
    if "😀" in text:
        cause = _cause(text, code, old, new)
        wide = replace(cause, column=(cause.column or 0) + 1)
        project = FakeProject({"a.tsx": text.replace("§", "")})
        answer = await DidYouMean().propose(diagnosis_of(wide), project)
        assert not isinstance(answer, Decline)
        assert answer.edits[0].after == after
    else:
        assert await _mend(text, code, old, new) == after


async def test_a_shorthand_misspelt_on_both_sides_is_written_once() -> None:
    """The compiler says it of the key and of the value: both are meant."""
    text = "x = { §countr }"
    causes = (_cause(text, "TS2561", "countr", "counter"), _cause(text, "TS2552", "countr", "counter"))
    answer = await DidYouMean().propose(diagnosis_of(*causes), FakeProject({"a.tsx": text.replace("§", "")}))
    assert isinstance(answer, Repair)
    assert (answer.edits[0].after, answer.causes) == ("x = { counter }", causes)


async def test_a_components_markup_may_use_the_old_name() -> None:
    """In Vue, Svelte and Astro files the old name stays as an alias."""
    text = "<script>\nimport b from './b'\nimport { Crd } from './x'\n</script><Crd/>"
    cause = replace(_cause("\n\nimport { §", "TS2724", "Crd", "Card"), file="a.vue")
    answer = await DidYouMean().propose(diagnosis_of(cause), FakeProject({"a.vue": text}))
    assert isinstance(answer, Repair)
    assert "import { Card as Crd } from './x'" in (answer.edits[0].after or "")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "import { §Crd, X } from './x'\nCrd.y(Crd, <Crd/>)\n",
            "import { Card, X } from './x'\nCard.y(Card, <Card/>)\n",
        ),
        ("import { §Crd as C } from './x'\nC()\n", "import { Card as C } from './x'\nC()\n"),
        ("import { §Crd } from './x'\nx = { Crd }\n", "import { Card as Crd } from './x'\nx = { Crd }\n"),
        ("import { §Crd } from './x'\n_ = <Crd.Head/>\n", "import { Card as Crd } from './x'\n_ = <Crd.Head/>\n"),
        ("import { §Crd } from './x'\nconst f = Crd => 1\n", "import { Card as Crd } from './x'\nconst f = Crd => 1\n"),
        ("import { §Crd } from './x'\nlet Card\n", "import { Card as Crd } from './x'\nlet Card\n"),
        ("import { §type Crd } from './x'\ny.Crd\n", "import { type Card } from './x'\ny.Crd\n"),
    ],
)
async def test_an_import_takes_its_uses_along(text: str, after: str) -> None:
    """All plain uses are renamed; where one is not plain, the old name stays as an alias."""
    assert await _mend(text, "TS2724", "Crd", "Card") == after


@pytest.mark.parametrize(
    ("text", "code", "old", "new"),
    [
        ("user.§other", "TS2551", "nmae", "name"),
        ("user.nmae§", "TS2551", "nmae", "name"),
        ("user.§nmae", "TS2551", "nmae", None),
        ("user.§nmae", "TS2551", "nmae", "not a name"),
        ("prisma.user.findMany({ where: { §nmae: 1 } })", "TS2561", "nmae", "name"),
        ("fetch(u, { body: JSON.stringify({ §nmae: 1 }) })", "TS2561", "nmae", "name"),
        ("const o = { body: { §nmae } }", "TS2561", "nmae", "name"),
        ("f(§a, 'primry', 'primry')", "TS2820", "primry", "primary"),
        ("f('primry', §a)", "TS2820", "primry", "primary"),
        ("import { §Crd, Card } from './x'", "TS2724", "Crd", "Card"),
        ("import { §Other } from './x'", "TS2724", "Crd", "Card"),
        ("// §nmae", "TS2551", "nmae", "name"),
        ("'§nmae'", "TS2551", "nmae", "name"),
        ("§x\nimport { Crd } from './x'", "TS2724", "Crd", "Card"),
        ("fetch(u, { §a: 'primry' })", "TS2820", "primry", "primary"),
    ],
)
async def test_it_declines_when_unsure(text: str, code: str, old: str, new: str | None) -> None:
    """Another text at the place, no proposal, several literals, data that is sent away, a name taken."""
    assert await _mend(text, code, old, new) is None
