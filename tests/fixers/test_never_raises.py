"""Whatever a file, a log and a registry hold, every fixer answers."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploymend.core.model import Category, Cause, Decline, Repair
from deploymend.core.plan import BuildPlan
from deploymend.fixers.did_you_mean import DidYouMean
from deploymend.fixers.import_case import ImportCase
from deploymend.fixers.import_gone import ImportGone
from deploymend.fixers.import_moved import ImportMoved
from deploymend.fixers.stale_lockfile import StaleLockfile
from deploymend.fixers.undeclared_package import UndeclaredPackage
from deploymend.fixers.unused import Unused
from deploymend.ports import Fixer
from deploymend.testing.contracts.fixer import diagnosis_of, gate_refusals
from deploymend.testing.fake_project import FakeProject

FIXERS: tuple[Fixer, ...] = (
    ImportCase(),
    ImportMoved(),
    ImportGone(),
    UndeclaredPackage(),
    StaleLockfile(),
    Unused(),
    DidYouMean(),
)

# Pieces that meet in real code in many orders; joined at random they give all the broken shapes.
_PIECES = st.sampled_from(
    (
        *("import ", "export ", "from ", "'./b'", "'./B'", '"x"', "{", "}", "(", ")", "[", "]", ",", ";", "\n", "\r\n"),
        *(
            "a",
            "b",
            "const ",
            "let ",
            "function ",
            "type ",
            "interface ",
            "=>",
            "=",
            ":",
            "<",
            ">",
            "</",
            "/>",
            "/",
            "*",
        ),
        *(
            "`",
            "${",
            "//",
            "/*",
            "*/",
            "'",
            '"',
            "\\",
            "...",
            ".",
            "?.",
            "catch",
            "as ",
            "async ",
            "\ufeff",
            "😀",
            "\x00",
        ),
    )
)
_TEXTS = st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text(max_size=60))
_PATHS = st.sampled_from(
    ("a.tsx", "b.ts", "B.ts", "lib/b.ts", "c.vue", "package.json", "package-lock.json", "tsconfig.json")
)
_NAMES = st.one_of(st.none(), st.sampled_from(("a", "b", "./b", "@/b", "x", "lodash", "")), st.text(max_size=8))
_PLACES = st.one_of(st.none(), st.integers(-1, 6))


@st.composite
def _cause(draw: st.DrawFn, kinds: tuple[str, ...]) -> Cause:
    return Cause(
        category=draw(st.sampled_from(Category)),
        kind=draw(st.sampled_from(kinds)),
        message="",
        file=draw(st.one_of(st.none(), _PATHS)),
        line=draw(_PLACES),
        column=draw(_PLACES),
        symbol=draw(_NAMES),
        suggestion=draw(_NAMES),
        code=draw(st.sampled_from((None, "TS2551", "TS2552", "TS2724", "TS2820", "TS7016"))),
    )


@pytest.mark.parametrize("fixer", FIXERS, ids=lambda fixer: fixer.name)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
async def test_it_answers_whatever_it_reads(fixer: Fixer, data: st.DataObject) -> None:
    """A repair whose edits start from the tree and pass the gate, or a reason to decline; the same when asked twice."""
    files = data.draw(st.dictionaries(_PATHS, st.one_of(st.none(), _TEXTS), max_size=6))
    causes = data.draw(st.lists(_cause(tuple(sorted(fixer.kinds))), min_size=1, max_size=4))
    plan = BuildPlan(lockfile="package-lock.json")
    project = FakeProject(files, plan)
    answer = await fixer.propose(diagnosis_of(*causes), project)
    if isinstance(answer, Decline):
        assert answer.reason
    else:
        assert isinstance(answer, Repair)
        assert all(edit.before == files[edit.path] != edit.after for edit in answer.edits)
        assert gate_refusals(answer) == ()
    assert await fixer.propose(diagnosis_of(*causes), FakeProject(files, plan)) == answer
