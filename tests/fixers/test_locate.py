"""Causes put on the tree (core/locate.py)."""

from __future__ import annotations

import pytest

from deploymend.core.locate import locate_causes
from deploymend.core.model import Category, Cause
from deploymend.testing.contracts.fixer import diagnosis_of

FILES = ("apps/web/app/page.tsx", "apps/web/app/Card.tsx", "packages/ui/index.ts", "next.config.js", "a/x.ts", "b/x.ts")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("app/page.tsx", "apps/web/app/page.tsx"),
        ("./app/page.tsx", "apps/web/app/page.tsx"),
        ("apps/web/app/page.tsx", "apps/web/app/page.tsx"),
        ("../../packages/ui/index.ts", "packages/ui/index.ts"),
        ("../packages/ui/index.ts", "packages/ui/index.ts"),
        ("/next.config.js", "next.config.js"),
        ("/srv/work/tree/apps/web/app/page.tsx", "apps/web/app/page.tsx"),
        ("/srv/work/web/app/page.tsx", "apps/web/app/page.tsx"),
        ("C:\\work\\packages\\ui\\index.ts", "packages/ui/index.ts"),
        ("/srv/node_modules/next.config.js", "/srv/node_modules/next.config.js"),
        ("app\\page.tsx", "apps/web/app/page.tsx"),
        ("ui/index.ts", "packages/ui/index.ts"),
        ("x.ts", "x.ts"),
        ("gone.ts", "gone.ts"),
        ("", ""),
        ("../../../../etc/passwd", "../../../../etc/passwd"),
    ],
)
def test_a_logs_name_becomes_a_path(name: str, path: str) -> None:
    """Below the root directory, from the repository's root, upwards, by a unique ending; else it stays."""
    cause = Cause(category=Category.IMPORT, kind="x", message="m", file=name)
    assert locate_causes(diagnosis_of(cause), FILES, "apps/web").causes[0].file == path


def test_a_target_in_another_case_is_told_apart() -> None:
    """The kind and the right specifier are filled in, and the diagnosis follows its first cause."""
    cause = Cause(
        category=Category.TYPESCRIPT, kind="ts-cannot-find-module", message="m", file="app/page.tsx", symbol="./card"
    )
    located = locate_causes(diagnosis_of(cause), FILES, "apps/web")
    assert (located.kind, located.category) == ("wrong-case-import", Category.IMPORT)
    assert located.causes[0].suggestion == "./Card"


@pytest.mark.parametrize("symbol", ["./Card", "./gone", "react", None])
def test_what_is_there_or_nowhere_keeps_its_kind(symbol: str | None) -> None:
    """Only a case difference changes the kind; a diagnosis without causes comes back as it is."""
    cause = Cause(
        category=Category.IMPORT, kind="module-not-found-relative", message="m", file="app/page.tsx", symbol=symbol
    )
    located = locate_causes(diagnosis_of(cause), FILES, "apps/web/")
    assert located.kind == "module-not-found-relative"
    empty = diagnosis_of(cause)
    assert locate_causes(empty, (), "") == empty
