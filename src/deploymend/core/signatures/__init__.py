"""All kinds of failure and how tools print them: one file for each family, one table.

To add a kind: a row in its family's `kinds` and one in its `signatures`. To add a family: a file, and its line here.
"""

from __future__ import annotations

from deploymend.core.signatures import (
    commands,
    environment,
    exports,
    frameworks,
    install,
    lint,
    lockfiles,
    modules,
    network,
    next_rules,
    node,
    packages,
    prisma,
    resources,
    scripts,
    styles,
    syntax,
    typescript,
    vercel,
)
from deploymend.core.signatures.signature import Family, Kind, Rank, Signature

FAMILIES: tuple[Family, ...] = (
    typescript.FAMILY,
    modules.FAMILY,
    exports.FAMILY,
    next_rules.FAMILY,
    styles.FAMILY,
    syntax.FAMILY,
    lint.FAMILY,
    frameworks.FAMILY,
    environment.FAMILY,
    prisma.FAMILY,
    commands.FAMILY,
    node.FAMILY,
    vercel.FAMILY,
    lockfiles.FAMILY,
    packages.FAMILY,
    install.FAMILY,
    network.FAMILY,
    resources.FAMILY,
    scripts.FAMILY,
)

KINDS: dict[str, Kind] = {kind.slug: kind for family in FAMILIES for kind in family.kinds}
SIGNATURES: tuple[Signature, ...] = tuple(signature for family in FAMILIES for signature in family.signatures)

__all__ = ["FAMILIES", "KINDS", "SIGNATURES", "Family", "Kind", "Rank", "Signature"]
