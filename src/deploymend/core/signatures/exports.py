"""Imports of names that a module does not export, as webpack, Turbopack, Rollup, Rolldown, esbuild and Node say it."""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause, Remedy
from deploymend.core.signatures.signature import Family, Kind, Rank, Signature
from deploymend.core.signatures.spot import Spot

_SUGGESTED = re.compile(r"Did you mean to import (\S{1,200}?)\?")
_END = re.compile(r"^✓ built in|^error during build|Build failed in")
_FAILED = re.compile(r"error during build|Build failed in")
_SVELTE_ENV = ("env/static/", "env/dynamic/")


def _located(spot: Spot) -> Cause:
    place = spot.location_above(3) or spot.location_below(4)
    hint = spot.find_below(_SUGGESTED, 20)
    own = (spot.at(place.index),) if place else ()
    return spot.cause(
        file=place.file if place else None,
        line=place.line if place else None,
        column=place.column if place else None,
        suggestion=hint[1][1] if hint else None,
        evidence=(*own, *spot.frame(), *((hint[1].string,) if hint else ())),
    )


def _rollup(spot: Spot) -> Cause | None:
    """An error below `error during build`; where Vite then says that it built, it was only a warning."""
    end = spot.find_below(_END, 400)
    if end and end[1][0].startswith("✓") and not spot.find_above(_FAILED, 3):
        return None
    env = any(name in spot.text for name in _SVELTE_ENV)
    return spot.cause(kind="sveltekit-env-not-exported" if env else spot.kind, evidence=spot.frame(spot.index + 2))


def _kind(
    slug: str, action: Remedy, advice: str, rank: Rank = Rank.CAUSE, category: Category = Category.IMPORT
) -> Kind:
    return Kind(slug=slug, category=category, action=action, advice=advice, rank=rank)


FAMILY = Family(
    kinds=(
        _kind("missing-export-webpack", Remedy.REQUIRES_ANALYSIS, "Import a name that the module exports.", Rank.GUESS),
        _kind("missing-export-turbopack", Remedy.AUTO_FIXABLE, "Import a name that the module exports."),
        _kind("missing-export-rollup", Remedy.REQUIRES_ANALYSIS, "Import a name that the installed version exports."),
        _kind(
            "sveltekit-env-not-exported",
            Remedy.REQUIRES_INTERVENTION,
            "Set this environment variable for the build in the platform's settings.",
            category=Category.CONFIGURATION,
        ),
    ),
    signatures=(
        Signature(
            kind="missing-export-webpack",
            pattern=r"^Attempted import error: '(?P<symbol>[^']+)' is not exported from '",
            read=_located,
        ),
        Signature(
            kind="missing-export-turbopack",
            pattern=r"^[ \t]*(?:Error: )?Export (?P<symbol>[^ ]+) doesn't exist in target module",
            read=_located,
        ),
        Signature(
            kind="missing-export-rollup",
            pattern=r"^[ \t]*(?:\w*Error: )?(?P<file>[^ \t].*?) \((?P<line>\d+):(?P<column0>\d+)\): "
            r'"(?P<symbol>[^"]+)" is not exported by "',
            read=_rollup,
        ),
        Signature(
            kind="missing-export-rollup",
            pattern=r'\[MISSING_EXPORT\] (?:Error: )?"(?P<symbol>[^"]+)" is not exported by "',
            read=_located,
        ),
        Signature(
            kind="missing-export-rollup",
            pattern=r'\[ERROR\] No matching export in "[^"]+" for import "(?P<symbol>[^"]+)"',
            read=_located,
        ),
        Signature(
            kind="missing-export-rollup",
            pattern=r"^[ \t]*(?:\w*Error: )?The requested module '[^']+' does not provide an export named "
            r"'(?P<symbol>[^']+)'",
            read=_located,
        ),
    ),
)
